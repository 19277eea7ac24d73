"""``wegwijzer whatsapp check``: what is missing or wrong, in Dutch for who runs it. It sends nobody a message and shows no secret."""
