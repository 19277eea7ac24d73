"""What the Cloud API of WhatsApp takes, with where that is written.

The pages are those of Meta's documentation, "WhatsApp Business Platform", below
https://developers.facebook.com/documentation/business-messaging/whatsapp/ (called *docs* here).
"""

from __future__ import annotations

TEXT = 4096
"""Characters of the body of a text message. Docs: messages/text-messages."""

INTERACTIVE_BODY = 1024
"""Characters of the body of a message with reply buttons or a list.

Docs: messages/interactive-reply-buttons-messages. For a list messages/interactive-list-messages says 4096 since late 2025, where
others that pass messages on to the same API still write 1024 (Gupshup, Exotel, Sinch): what both take is safe.
"""

BUTTONS = 3
"""Reply buttons in one message. Docs: messages/interactive-reply-buttons-messages."""

BUTTON_TITLE = 20
"""Characters on a reply button. Docs: messages/interactive-reply-buttons-messages."""

BUTTON_ID = 256
"""Characters of the id of a reply button. Docs: messages/interactive-reply-buttons-messages."""

LIST_BUTTON = 20
"""Characters on the button that opens a list. Docs: messages/interactive-list-messages."""

ROWS = 10
"""Rows of a list, all sections together. Docs: messages/interactive-list-messages."""

SECTION_TITLE = 24
"""Characters above a section of a list. Docs: messages/interactive-list-messages."""

ROW_TITLE = 24
"""Characters of the title of a row. Docs: messages/interactive-list-messages."""

ROW_DESCRIPTION = 72
"""Characters below the title of a row. Docs: messages/interactive-list-messages."""

ROW_ID = 200
"""Characters of the id of a row. Docs: messages/interactive-list-messages."""

HEADER = 60
"""Characters of the header of an interactive message. Docs: messages/interactive-list-messages."""

FOOTER = 60
"""Characters of the footer of an interactive message. Docs: messages/interactive-list-messages."""

CAPTION = 1024
"""Characters below an image. Docs: messages/image-messages."""

IMAGE_BYTES = 5 * 1024 * 1024
"""Bytes of an image. Docs: business-phone-numbers/media."""

OPAQUE = 512
"""Characters of ``biz_opaque_callback_data``, which comes back with a status. Docs: changelog (raised from 256 to 512)."""

TWILIO_TEXT = 1600
"""Characters of a message through Twilio. https://www.twilio.com/docs/api/errors/21617"""


def units(text: str) -> int:
    """How long a text is, counted so that no reading of "characters" finds it longer: in units of UTF-16.

    Meta does not say what a character is. An emoji is one code point and two units.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
