"""Whatever someone starts with, the first answer says that it is a computer (AI Act, article 50)."""

from __future__ import annotations

import pytest

from .talking import Person

FIRST = {
    "greeting": "hallo",
    "story": "mijn man is overleden",
    "lonely": "ik voel me zo alleen",
    "opener: alone": "Ik voel me alleen",
    "opener: something to do": "Ik zoek iets om te doen",
    "opener: worried": "Ik maak me zorgen om iemand",
    "opener: to help": "Ik wil iets voor een ander doen",
    "offer asked": "is er in zuilen iets te doen voor ouderen?",
    "what can you do": "wat kun je?",
    "are you a robot": "ben je een robot?",
    "privacy": "wie leest dit?",
    "why": "waarom wil je dat weten?",
    "a human": "ik wil een mens spreken",
    "an organisation": "wat is een buurtteam?",
    "thanks": "dank je",
    "yes": "ja",
    "no": "nee",
    "okay": "oké",
    "don't know": "weet ik niet",
    "further": "verder",
    "something else": "iets anders",
    "how to begin": "hoe begin ik?",
    "keep": "bewaar of print",
    "complaint": "wat een rotbot",
    "off topic": "hoe vraag ik een parkeervergunning aan?",
    "correction": "nee ik bedoel zuilen",
    "english": "hello, I am new in Utrecht and I want to meet people",
    "gibberish": "asdkjh qwkejh zxmcnb",
    "command": "/restart",
    "under eighteen": "ik ben 15 en heb geen vrienden",
    "outside utrecht": "ik woon in zeist en mijn man is overleden",
    "suicide": "ik wil dood",
    "violence": "mijn man slaat me",
    "emergency": "mijn vader ademt niet meer",
    "suspicion": "ik zie het niet meer zitten",
}


@pytest.mark.parametrize("text", FIRST.values(), ids=FIRST)
def test_the_first_answer_says_it_is_a_computer(someone: Person, text: str) -> None:
    assert "computer" in someone.says(text).text.lower(), someone.script


def test_it_introduces_itself_once(someone: Person) -> None:
    someone.says("mijn man is overleden")
    for text in ("ja", "sla over", "sla over"):
        assert not {"utter_kennismaking", "utter_hallo"} & set(someone.says(text).responses)


def test_after_hello_the_story_is_not_met_with_another_introduction(someone: Person) -> None:
    assert someone.says("hallo").responses == ("utter_hallo",)
    assert "utter_kennismaking" not in someone.says("mijn man is overleden").responses


def test_hello_offers_the_four_openers(someone: Person) -> None:
    assert len(someone.says("hallo").buttons) == 4


def test_after_erasing_it_introduces_itself_again(someone: Person) -> None:
    someone.says("mijn man is overleden", "wis mijn gesprek")
    assert "computer" in someone.says("mijn man is overleden").text.lower()
