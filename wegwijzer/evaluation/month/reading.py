"""Reading what the bot says as somebody does who only sees the page: which response it is, which question it asks.

The wording is looked up in ``domain.yml``, so nothing here depends on a sentence: whoever writes it anew changes both sides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from wegwijzer.paths import DOMAIN

_PART = re.compile(r"\{[^{}]*\}")

QUESTIONS: Mapping[str, str] = {
    "utter_ask_situatie": "situatie",
    "utter_ask_voor_wie": "voor_wie",
    "utter_ask_gemis": "gemis",
    "utter_ask_leeftijd": "leeftijd",
    "utter_ask_vorm": "vorm",
    "utter_ask_drempel": "drempel",
    "utter_klopt": "klopt",
    "utter_halte_keuze": "halte_keuze",
    "utter_halte_keuze_eerst": "halte_keuze",
    "utter_vraag_wijk": "wijk",
    "utter_wijk_keuze": "wijk_keuze",
    "utter_collega_mag_dat": "collega",
    "utter_collega_mag_dat_weer": "collega",
    "utter_collega_nummer": "collega",
    "utter_collega_nummer_fout": "collega",
    "utter_collega_welk_nummer": "collega",
}
"""Responses that ask something, with what they ask for: the slot, or ``wijk_keuze`` when one of a few wijken is to be chosen."""

CARING = "utter_zorgvraag_"
"""How the names of the caring questions begin; what they ask for is ``zorgvraag``."""

STEP = frozenset({"utter_stap", "utter_stap_vrijwilliger", "utter_signaal_wie"})
"""Responses that name one concrete step."""


@dataclass(frozen=True)
class Heard:
    """What the bot said in answer to one message.

    Attributes:
        names: of the responses, in order; ``?`` for one that is not in ``domain.yml``.
        texts: their words.
        buttons: what each button of the last message with buttons sends, in order.
        records: ids of the initiatives that were suggested.
        cleared: whether the conversation was wiped.
    """

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    cleared: bool = False

    @property
    def asked(self) -> str | None:
        """What the last question asks for, as in :data:`QUESTIONS`; ``None`` when nothing is asked."""
        return next((slot for slot in map(asks_for, reversed(self.names)) if slot), None)

    @property
    def gives_step(self) -> bool:
        """Whether a step was named."""
        return bool(STEP & set(self.names))

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.texts)


def asks_for(name: str) -> str | None:
    """What a response asks for; ``None`` when it asks nothing."""
    return "zorgvraag" if name.startswith(CARING) else QUESTIONS.get(name)


def heard(messages: Sequence[Mapping[str, Any]]) -> Heard:
    """Read messages of the bot, of the REST channel (``custom``) or of the web chat (``card``)."""
    texts = tuple(str(message["text"]) for message in messages if message.get("text"))
    buttons = [message["buttons"] for message in messages if message.get("buttons")]
    cards = [message.get("custom") or message.get("card") or {} for message in messages]
    return Heard(
        names=tuple(map(name_of, texts)),
        texts=texts,
        buttons=tuple(str(button["payload"]) for button in (buttons[-1] if buttons else ())),
        records=tuple(str(card["id"]) for card in cards if card.get("type") == "suggestie"),
        cleared=any("cleared_up_to" in message for message in messages),
    )


def name_of(text: str) -> str:
    """The name of the response in ``domain.yml`` with these words; ``?`` when there is none."""
    plain, patterns = _known()
    if text in plain:
        return plain[text]
    return next((name for pattern, name in patterns if pattern.fullmatch(text)), "?")


@lru_cache(maxsize=1)
def _known() -> tuple[Mapping[str, str], Sequence[tuple[re.Pattern[str], str]]]:
    """Responses without parts that are filled in, and the others: those with most words of their own first."""
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    said = [
        (str(variant["text"]).strip(), name) for name, variants in responses.items() for variant in variants if "text" in variant
    ]
    plain: dict[str, str] = {}
    for text, name in said:
        plain.setdefault(text, name)
    filled = sorted(((text, name) for text, name in said if _PART.search(text)), key=lambda one: -len(_PART.sub("", one[0])))
    return plain, [(_pattern(text), name) for text, name in filled]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, _PART.split(text))), re.DOTALL)
