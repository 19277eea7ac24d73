"""``/.well-known/security.txt``: whom to tell of a weak spot (RFC 9116). Nothing in it is made up."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

PATH = "/.well-known/security.txt"

GOOD_FOR = timedelta(days=90)
"""How long what it says may be kept; RFC 9116 (section 2.5.5) advises less than a year."""

_CONTACT = re.compile(r"mailto:[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+|https://[^\s<>\"]+|tel:\+[0-9-]{6,20}")


def read_contacts(text: str) -> tuple[str, ...]:
    """The addresses in ``SECURITY_CONTACT``, separated by commas, the one to try first in front.

    Raises:
        ValueError: when one is no ``mailto:``, ``https://`` or ``tel:`` address; in one plain sentence.
    """
    contacts = tuple(part.strip() for part in text.split(",") if part.strip())
    for contact in contacts:
        if not _CONTACT.fullmatch(contact):
            raise ValueError(f"SECURITY_CONTACT has {contact!r}, but each must be mailto:..., https://... or tel:+...")
    return contacts


def security_txt(contacts: tuple[str, ...], now: datetime | None = None) -> str | None:
    """The file, or ``None`` when nobody said whom to tell.

    Args:
        contacts: see :func:`read_contacts`.
        now: the moment; that of the clock when left out.
    """
    if not contacts:
        return None
    expires = ((now or datetime.now(UTC)) + GOOD_FOR).astimezone(UTC).replace(microsecond=0)
    lines = [*(f"Contact: {contact}" for contact in contacts), f"Expires: {expires.isoformat().replace('+00:00', 'Z')}"]
    return "\n".join([*lines, "Preferred-Languages: nl, en", ""])
