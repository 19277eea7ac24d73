"""The short pieces of Dutch that are put together at run time, kept by editors in ``catalogue/zinnen.yml``.

Whole answers live in ``domain.yml``. Here are only the parts that depend on a record: why it fits, how to reach it.
Placeholders in braces are filled from the record.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, model_validator


class Sentences(BaseModel):
    """The whole of ``catalogue/zinnen.yml``.

    Attributes:
        reasons: why a suggestion fits, by reason id (see ``wegwijzer.matching.ranking``).
        contact: how to reach something, by kind of contact.
        answers: labels of the answers to a question, by slot and value.
        connectors: small words that join parts ("en", ...).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: Mapping[str, str]
    contact: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]
    connectors: Mapping[str, str]

    @model_validator(mode="after")
    def _nothing_empty(self) -> Sentences:
        for group, sentences in (("reasons", self.reasons), ("contact", self.contact), ("connectors", self.connectors)):
            for name, sentence in sentences.items():
                if not sentence.strip():
                    raise ValueError(f"{group}.{name} is leeg; schrijf een korte zin")
        return self

    def join(self, parts: list[str]) -> str:
        """Join parts as a person would: "a, b en c"."""
        if len(parts) < 2:
            return "".join(parts)
        return ", ".join(parts[:-1]) + f" {self.connectors['en']} {parts[-1]}"
