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
    "utter_mening": "mening",
    "utter_mening_na_ja": "mening",
    "utter_mening_niet": "anders",
    "utter_nazorg_vraag": "nazorg",
    "utter_nazorg_wanneer": "nazorg",
    "utter_leren_vraag": "leren",
    "utter_gelukt_vraag": "gelukt",
    "utter_collega_mag_dat": "collega",
    "utter_collega_mag_dat_weer": "collega",
    "utter_collega_nummer": "collega",
    "utter_collega_nummer_fout": "collega",
    "utter_collega_welk_nummer": "collega",
}
"""Responses that ask something, with what they ask for: the slot, or another word where there is none: ``wijk_keuze`` (one of a
few wijken), ``anders`` (something else?), ``leren`` (may a colleague read this?), ``gelukt`` (did it work?), ``collega``."""

UNKNOWN = "?"
"""The name of what is in no response."""

PARAGRAPH = "\n\n"

CARING = "utter_zorgvraag_"
"""How the names of the caring questions begin; what they ask for is ``zorgvraag``."""

STEP = frozenset({"utter_stap", "utter_stap_vrijwilliger", "utter_signaal_wie"})
"""Responses that name one concrete step."""


@dataclass(frozen=True)
class Heard:
    """What the bot said in answer to one message.

    Attributes:
        names: of the responses, in order; :data:`UNKNOWN` for one that is not in ``domain.yml``.
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
        names=names_of(texts),
        texts=texts,
        buttons=tuple(str(button["payload"]) for button in (buttons[-1] if buttons else ())),
        records=tuple(str(card["id"]) for card in cards if card.get("type") == "suggestie"),
        cleared=any("cleared_up_to" in message for message in messages),
    )


def names_of(texts: Sequence[str]) -> tuple[str, ...]:
    """The names of the responses that these texts are; ``?`` for a text of none.

    The REST channel makes a message of each paragraph. So texts are put together again: in the way that leaves most words to the
    responses themselves, rather than to what was filled in.
    """
    best: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    for end in range(1, len(texts) + 1):
        found = []
        for begin in range(end):
            name, words = _read(PARAGRAPH.join(texts[begin:end]))
            if name != UNKNOWN or begin == end - 1:
                found.append((best[begin][0] + words, (*best[begin][1], name)))
        best.append(max(found, key=lambda one: one[0]))
    return best[-1][1]


def _read(text: str) -> tuple[str, int]:
    """The response that a text is, and how many characters of it stand in ``domain.yml``."""
    plain, patterns = _known()
    if text in plain:
        return plain[text], len(text)
    return next(((name, words) for pattern, name, words in patterns if pattern.fullmatch(text)), (UNKNOWN, 0))


@lru_cache(maxsize=1)
def _known() -> tuple[Mapping[str, str], Sequence[tuple[re.Pattern[str], str, int]]]:
    """Responses without parts that are filled in, and the others: those with most words of their own first."""
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    said = [(str(one["text"]).strip(), name) for name, variants in responses.items() for one in variants if "text" in one]
    plain: dict[str, str] = {}
    for text, name in said:
        plain.setdefault(text, name)
    filled = [(_pattern(text), name, len(_PART.sub("", text))) for text, name in said if _PART.search(text)]
    return plain, sorted(filled, key=lambda one: -one[2])


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, _PART.split(text))), re.DOTALL)
