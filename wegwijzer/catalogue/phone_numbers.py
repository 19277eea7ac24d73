"""Whether a telephone number can exist in the Netherlands, and what kind it is. Nothing is called.

What numbers there are is known by the library ``phonenumbers`` (Google's metadata, from the numbering plan of each
country). It knows 112 and the numbers of municipalities (14 030), but not every short number for help.
"""

from __future__ import annotations

import re
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

COUNTRY = "NL"
COUNTRY_CODE = 31

OWN_SHORT = frozenset({"113"})
"""Short numbers that exist and that the library does not know. 113: Zelfmoordpreventie, see ``catalogue/helplines.yml``."""

LONGEST_MUNICIPAL = 6
"""Digits of the longest 14 number: 14 and an area code of four digits."""

SERVICE_LENGTHS = frozenset({7, 10})
"""Digits of a 0800 or 0900 number without its 0: four or seven after 800. The library takes anything in between, too."""


class PhoneKind(StrEnum):
    """What kind of number it is; the last three are wrong."""

    SHORT = "short"
    MUNICIPAL = "municipal"
    FREE = "free"
    PAID = "paid"
    LANDLINE = "landline"
    MOBILE = "mobile"
    OTHER = "other"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    NO_NUMBER = "no_number"

    @property
    def wrong(self) -> bool:
        """Whether a resident who calls it reaches nobody."""
        return self in (PhoneKind.UNREADABLE, PhoneKind.FOREIGN, PhoneKind.NO_NUMBER)


_KINDS = {
    PhoneNumberType.TOLL_FREE: PhoneKind.FREE,
    PhoneNumberType.PREMIUM_RATE: PhoneKind.PAID,
    PhoneNumberType.SHARED_COST: PhoneKind.PAID,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
}


def phone_kind(text: str) -> PhoneKind:
    """What kind of number this is, as an editor wrote it (``030-123 45 67``, ``14 030``, ``0800-0113``)."""
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        return PhoneKind.UNREADABLE
    if number.country_code != COUNTRY_CODE:
        return PhoneKind.FOREIGN
    if _is_short(re.sub(r"\D", "", text), number):
        return PhoneKind.SHORT
    if not phonenumbers.is_valid_number_for_region(number, COUNTRY):
        return PhoneKind.NO_NUMBER
    digits = str(number.national_number)
    if len(digits) <= LONGEST_MUNICIPAL and digits.startswith("14"):
        return PhoneKind.MUNICIPAL
    kind = _KINDS.get(phonenumbers.number_type(number), PhoneKind.OTHER)
    service = kind in (PhoneKind.FREE, PhoneKind.PAID)
    return PhoneKind.NO_NUMBER if service and len(digits) not in SERVICE_LENGTHS else kind


def _is_short(digits: str, number: phonenumbers.PhoneNumber) -> bool:
    """Whether it is a short number; with an area code or zero before it, it is not."""
    if digits in OWN_SHORT:
        return True
    return digits == str(number.national_number) and shortnumberinfo.is_valid_short_number_for_region(number, COUNTRY)
