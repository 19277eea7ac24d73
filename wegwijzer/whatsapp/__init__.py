"""WhatsApp, without Rasa and without a web server: what comes in, what is kept, what goes out."""
