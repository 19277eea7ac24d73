"""``wegwijzer whatsapp check``: what is missing or wrong, in Dutch. It sends nobody a message and shows no secret."""
