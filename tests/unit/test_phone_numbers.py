"""A number that cannot exist in the Netherlands is found without calling it; short and free numbers are no mistakes."""

from __future__ import annotations

import pytest

from tests.builders import real_catalogue
from wegwijzer.catalogue.phone_numbers import PhoneKind, phone_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("112", PhoneKind.SHORT),
        ("113", PhoneKind.SHORT),
        ("14 030", PhoneKind.MUNICIPAL),
        ("14030", PhoneKind.MUNICIPAL),
        ("14 0343", PhoneKind.MUNICIPAL),
        ("0800-0113", PhoneKind.FREE),
        ("0800 2000", PhoneKind.FREE),
        ("0800-1234567", PhoneKind.FREE),
        ("0900-8844", PhoneKind.PAID),
        ("0900-1234567", PhoneKind.PAID),
        ("0906-1234", PhoneKind.PAID),
        ("030-286 95 00", PhoneKind.LANDLINE),
        ("030 229 9800", PhoneKind.LANDLINE),
        ("+31 30 286 95 00", PhoneKind.LANDLINE),
        ("0343-12 34 56", PhoneKind.LANDLINE),
        ("06 12 34 56 78", PhoneKind.MOBILE),
        ("088-505 1220", PhoneKind.OTHER),
        ("085-123 45 67", PhoneKind.OTHER),
    ],
)
def test_a_number_that_can_exist_is_known_by_its_kind(text: str, kind: PhoneKind) -> None:
    assert phone_kind(text) is kind
    assert not kind.wrong


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("030-123 45 6", PhoneKind.NO_NUMBER),  # a digit short
        ("030-123 45 678", PhoneKind.NO_NUMBER),  # a digit too many
        ("14 999", PhoneKind.NO_NUMBER),
        ("0800-11", PhoneKind.NO_NUMBER),
        ("0800-12345", PhoneKind.NO_NUMBER),  # four or seven digits, nothing in between
        ("0900-123456", PhoneKind.NO_NUMBER),
        ("0112", PhoneKind.NO_NUMBER),
        ("+31 112", PhoneKind.NO_NUMBER),
        ("030-112", PhoneKind.NO_NUMBER),
        ("115", PhoneKind.NO_NUMBER),
        ("+32 2 123 45 67", PhoneKind.FOREIGN),
        ("geen", PhoneKind.UNREADABLE),
        ("", PhoneKind.UNREADABLE),
    ],
)
def test_a_number_that_cannot_exist_is_wrong(text: str, kind: PhoneKind) -> None:
    assert phone_kind(text) is kind
    assert kind.wrong


def test_every_number_for_danger_in_the_real_catalogue_can_exist() -> None:
    lines = real_catalogue().helplines.crisis
    numbers = [number for line in lines for number in (line.phone, line.phone_alt) if number]
    assert "112" in numbers
    assert [number for number in numbers if phone_kind(number).wrong] == []
