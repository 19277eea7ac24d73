"""WhatsApp: what comes in, what goes out, and what is kept in between. Knows no Rasa and no Sanic."""
