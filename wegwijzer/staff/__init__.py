"""Who works at the desk: users, their passwords, and being signed in. No web server, no Rasa."""
