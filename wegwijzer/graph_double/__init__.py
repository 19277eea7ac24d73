"""A local double of Meta's Graph API as far as WhatsApp's Cloud API goes, written from Meta's public documentation.

It is as strict as the documentation: what Meta would refuse is refused with Meta's error, so that a wrong payload fails a test
and not a resident. It was never compared with the real one. Where the documentation leaves room, the stricter reading was taken;
those places say so.
"""
