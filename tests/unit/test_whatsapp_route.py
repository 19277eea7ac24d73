"""The route as a picture: readable on a phone, the same every time, and with all the words that are on it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from PIL import Image

from wegwijzer.whatsapp import route_image
from wegwijzer.whatsapp.limits import IMAGE_BYTES
from wegwijzer.whatsapp.route_image import route_png
from wegwijzer.whatsapp.route_words import picture_of
from wegwijzer.whatsapp.words import own_words

CARD: dict[str, Any] = {
    "type": "bewaar", "naam": "Koffie in de buurt", "telefoon": "030 123 45 67", "url": "https://www.example.org/",
    "haltes": [{"id": "verlies", "label": "Iemand missen (rouw)"}, {"id": "ontmoeten", "label": "Onder de mensen komen"}],
}  # fmt: skip


def drawn(card: Mapping[str, object]) -> Image.Image:
    image = Image.open(io.BytesIO(route_png(picture_of(card, own_words()))))
    image.load()
    return image


def test_the_map_is_a_picture_for_a_phone_and_the_same_every_time() -> None:
    data = route_png(picture_of(CARD, own_words()))
    assert data == route_png(picture_of(CARD, own_words())) and len(data) < IMAGE_BYTES
    image = drawn(CARD)
    assert image.format == "PNG" and image.width == route_image.WIDTH


def test_every_stop_makes_the_way_longer() -> None:
    assert drawn({**CARD, "haltes": []}).height < drawn(CARD).height


def test_each_word_changes_the_picture() -> None:
    whole = route_png(picture_of(CARD, own_words()))
    for change in ({"naam": "Thee in de buurt"}, {"telefoon": "030 123 45 68"}, {"haltes": CARD["haltes"][:1]}):
        assert route_png(picture_of({**CARD, **change}, own_words())) != whole


def test_the_words_are_those_of_the_card() -> None:
    picture = picture_of(CARD, own_words())
    assert picture["stops"][1:] == ["Iemand missen (rouw)", "Onder de mensen komen"]
    assert picture["ways"] == ["Bel 030 123 45 67.", "Kijk op example.org."]
    assert all(word in picture["caption"] for word in (*picture["stops"], picture["title"], picture["name"], picture["step"]))


@pytest.mark.parametrize(
    "name", ["a" * 300, "Een heel lange naam " * 40, "é" * 90, "Köln – “koffie” €5 Ωß", "😀", "مرحبا", "\u200b"]
)
def test_a_strange_name_falls_off_nowhere(name: str) -> None:
    image = drawn({**CARD, "naam": name, "haltes": [{"label": name}] * 40}).convert("RGB")
    right = image.crop((image.width - route_image.SIZE // 3, 0, image.width, image.height))
    assert right.getcolors() == [(right.width * right.height, (255, 255, 255))], "nothing reaches the edge"
    assert image.height < 20_000


def test_letters_can_be_read_on_what_is_behind_them() -> None:
    for letters, behind in product((route_image.INK, route_image.SOFT), (route_image.PAPER, route_image.TINT)):
        assert contrast(letters, behind) >= 4.5
    for figure, behind in product((route_image.LINE,), (route_image.PAPER, route_image.TINT)):
        assert contrast(figure, behind) >= 3


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
