"""The buttons of our questions that may still be tapped later, read from ``domain.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from wegwijzer.aftercare.questions import Question
from wegwijzer.catalogue.nazorg import Nazorg
from wegwijzer.domain_texts import response

_SAID_BY: Mapping[Question, str] = {Question.MENING: "utter_mening", Question.GELUKT: "utter_gelukt_vraag"}


def late_titles(kept: Nazorg | None = None) -> Mapping[str, Question]:
    """The words of each such button, in lower case, with its question.

    What is offered elsewhere too (*Sla over*, *Nee, liever niet*) is left out.

    Args:
        kept: the moments to choose.
    """
    moments = {choice.label.casefold(): Question.NAZORG for choice in kept.keuzes} if kept else {}
    return {**_of_responses(), **moments}


@lru_cache(maxsize=1)
def _of_responses() -> Mapping[str, Question]:
    own = {button["title"].casefold(): question for question, name in _SAID_BY.items() for button in response(name)["buttons"]}
    general = {button["title"].casefold() for button in response("utter_ask_gemis")["buttons"]}
    return {title: question for title, question in own.items() if title not in general}
