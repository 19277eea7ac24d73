"""What stands at every door: strong secrets, strict headers, and where to report a weak spot. No Rasa, no Sanic."""
