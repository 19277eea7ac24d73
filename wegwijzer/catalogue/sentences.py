"""The short pieces of Dutch that are put together at run time, kept by editors in ``catalogue/zinnen.yml``.

Whole answers live in ``domain.yml``. Here are only the parts that depend on a record: why it fits, how to reach it.
Placeholders in braces are filled from the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter

from pydantic import BaseModel, ConfigDict, Field, model_validator

_NONE: frozenset[str] = frozenset()


def _plain(*names: str) -> dict[str, frozenset[str]]:
    """Sentences in which nothing is filled in."""
    return dict.fromkeys(names, _NONE)


NEEDED: dict[str, dict[str, frozenset[str]]] = {
    "reasons": {
        "halte": frozenset({"halte"}),
        "wijk": frozenset({"wijk"}),
        "buurwijk": frozenset({"wijk"}),
        "groep": frozenset({"groep"}),
        **_plain("gemis_mensen", "gemis_iemand", "stad", "thuis", "leeftijd", "een_op_een", "groep_vorm", "bellen", "online"),
        "taal": frozenset({"talen"}),
        **_plain("open_nu", "open_vandaag", "open_morgen", "actueel"),
        **_plain("eropuit", "inloop", "gratis", "goedkoop", "alleen_gaan", "lopen", "internet", "nederlands", "overdag"),
    },
    "contact": {
        "phone": frozenset({"phone"}),
        "email": frozenset({"email"}),
        "url": frozenset({"url"}),
        "address": frozenset({"address"}),
        "via": frozenset({"organisatie", "hoe"}),
        "closed_now": frozenset({"wanneer"}),
        "hours_found": frozenset({"uren"}),
        "hours_noted": frozenset({"uren"}),
        "cost": frozenset({"kosten"}),
        "line": frozenset({"naam", "phone", "wat"}),
        "today": frozenset({"tijd"}),
        "tomorrow": frozenset({"tijd"}),
        "weekday": frozenset({"dag", "tijd"}),
        "bring": frozenset({"dingen"}),
        "line_site": frozenset({"naam", "url", "wat"}),
        **_plain("open_now", "check", "stale", "referral", "ander_stap", "ander_zin"),
        "words": frozenset({"zin"}),
        **_plain("always", "no_phone", "no_hours", "no_address", "no_cost", "no_contact"),
    },
    "connectors": _plain("en"),
    "kaart": {"past": frozenset({"waarom"}), "langs": frozenset({"haltes"}), **_plain("begin", "let_op", "route", "nu", "stap")},
    "whatsapp": {"enig": frozenset({"antwoord"}), **_plain("kies", "nummer")},
}
"""Every sentence the conversation uses, by group, with the placeholders that it can fill in."""

NEEDED_ANSWERS: dict[str, tuple[str, ...]] = {
    "opener": ("alleen", "doen", "zorgen", "helpen"),
    "weekday": ("0", "1", "2", "3", "4", "5", "6"),
    "knop": ("overslaan", "mens", "geen", "voorbeeld"),
}
"""Every answer whose words the conversation uses."""


LONGEST_CHOOSE = 20
"""Characters that fit on the button of WhatsApp that opens a list; see ``wegwijzer/whatsapp/limits.py``."""


class Sentences(BaseModel):
    """The whole of ``catalogue/zinnen.yml``.

    Attributes:
        reasons: why a suggestion fits, by reason id (see ``wegwijzer.matching.ranking``).
        contact: how to reach something, by kind of contact.
        answers: labels of the answers to a question, by slot and value.
        connectors: small words that join parts ("en", ...).
        together: what is said instead when all these reasons are given; the name is their ids, joined by ``+``.
        languages: what a language is called, by its code.
        kaart: headings of a step and of its route map, where no page draws them.
        whatsapp: what only stands in a message on WhatsApp.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: Mapping[str, str]
    contact: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]
    connectors: Mapping[str, str]
    together: Mapping[str, str] = Field(default_factory=dict)
    languages: Mapping[str, str] = Field(default_factory=dict)
    kaart: Mapping[str, str] = Field(default_factory=dict)
    whatsapp: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _nothing_empty(self) -> Sentences:
        for group in ("reasons", "contact", "connectors", "together", "languages", "kaart", "whatsapp"):
            for name, sentence in getattr(self, group).items():
                if not sentence.strip():
                    raise ValueError(f"{group}.{name} is leeg; schrijf een korte zin")
        return self

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What would break the conversation: field and remedy of every sentence that is missing or cannot be filled in."""
        for group, needed in NEEDED.items():
            sentences: Mapping[str, str] = getattr(self, group)
            for name, placeholders in needed.items():
                if name not in sentences:
                    yield f"{group}.{name}", "deze zin ontbreekt; zet hem terug"
                elif not _can_be_filled(sentences[name], placeholders):
                    yield f"{group}.{name}", _placeholder_remedy(placeholders)
        yield from self._wrong_combinations()
        if len(self.whatsapp.get("kies", "")) > LONGEST_CHOOSE:
            yield "whatsapp.kies", f"dit staat op een knop waar {LONGEST_CHOOSE} tekens op passen; maak het korter"
        for slot, values in NEEDED_ANSWERS.items():
            if slot not in self.answers:
                yield f"answers.{slot}", "deze antwoorden ontbreken; zet ze terug"
                continue
            for value in values:
                if not self.answers[slot].get(value, "").strip():
                    yield f"answers.{slot}.{value}", "dit antwoord ontbreekt; zet het terug"

    def _wrong_combinations(self) -> Iterator[tuple[str, str]]:
        known = NEEDED["reasons"]
        for name, sentence in self.together.items():
            ids = name.split("+")
            if len(ids) < 2 or not set(ids) <= set(known):
                yield f"together.{name}", "schrijf hier twee of meer namen van reasons met een + ertussen, zoals bellen+lopen"
                continue
            placeholders = _NONE.union(*(known[one] for one in ids))
            if not _can_be_filled(sentence, placeholders):
                yield f"together.{name}", _placeholder_remedy(placeholders)

    def join(self, parts: list[str]) -> str:
        """Join parts as a person would: "a, b en c"."""
        if len(parts) < 2:
            return "".join(parts)
        return ", ".join(parts[:-1]) + f" {self.connectors['en']} {parts[-1]}"


def _can_be_filled(sentence: str, placeholders: frozenset[str]) -> bool:
    try:
        used = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
        sentence.format(**dict.fromkeys(placeholders, ""))
    except (ValueError, LookupError, AttributeError):
        return False
    return used <= placeholders


def _placeholder_remedy(placeholders: frozenset[str]) -> str:
    if not placeholders:
        return "in deze zin kan niets ingevuld worden; haal de accolades weg"
    allowed = ", ".join(f"{{{name}}}" for name in sorted(placeholders))
    return f"tussen accolades kan hier alleen {allowed} staan; controleer de spelling en of elke accolade gesloten is"
