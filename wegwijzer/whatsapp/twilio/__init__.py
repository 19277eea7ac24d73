"""The same WhatsApp channel through Twilio, for who already has an account there."""
