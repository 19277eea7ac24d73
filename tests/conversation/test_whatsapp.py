"""A resident on WhatsApp: the whole running product on one side, a double of Meta that refuses what Meta refuses on the other."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from wegwijzer.evaluation.bot import Bot
from wegwijzer.graph_double.running import DoubleThread
from wegwijzer.graph_double.settings import webhook
from wegwijzer.graph_double.webhooks import Person

from .telephone import QUIET, Telephone, choices, words


@pytest.fixture(scope="module")
def whatsapp(bot: Bot, meta: DoubleThread) -> Iterator[DoubleThread]:
    """Meta's double, connected with the running product."""
    meta.double.connect(webhook(bot.settings))
    yield meta
    log = (bot.settings.tracker_db.parent / "log" / "rasa_server.log").read_text(encoding="utf-8")
    for secret in ("3161234560", "612345601", "dre.in.utrecht", meta.double.account.token):
        assert secret not in log


def test_a_story_leads_to_a_step_with_buttons_tapped_and_typed(whatsapp: DoubleThread) -> None:
    anna = Telephone(whatsapp, Person("31612345601", "Anna"))
    hello = anna.say("hallo")
    assert "computer" in words(hello) and "wis" in words(hello).lower()
    first = anna.tap("Ik voel me alleen")
    assert words(first)
    anna.say("mijn man is vorig jaar overleden en het is zo stil in huis, ik zou graag weer mensen zien")
    for answer in ("ja", "sla over", "overvecht", "74", "met een klein groepje", "nee niets", "sla over", "sla over"):
        if any("Hoe begin ik?" in choices(sent).values() for sent in anna.got):
            break
        anna.say(answer)
    titles = {title for sent in anna.got for title in choices(sent).values()}
    assert {"Iets anders", "Hoe begin ik?"} <= titles, "a step came, with what can be done with it"
    assert words(anna.tap("Hoe begin ik?"))
    everything = words(anna.got)
    assert "/" + "inform" not in everything and "payload" not in everything
    assert all(name not in everything for sent in anna.got for name in choices(sent)), "what is behind a button is never seen"
    assert whatsapp.double.refusals == [], "Meta refused nothing"
    assert all(read for read in whatsapp.double.world.phone(anna.person).wrote.values()), "everything was marked as read"


def test_danger_shows_the_numbers_at_once_and_a_slash_does_nothing(whatsapp: DoubleThread) -> None:
    karim = Telephone(whatsapp, Person("31612345602", "Karim"))
    assert "113" in words(karim.say("ik wil niet meer leven"))
    bo = Telephone(whatsapp, Person("31612345603", "Bo"))
    bo.say("hallo")
    assert "herstart" not in words(bo.say("/restart")).lower()
    assert bo.got


def test_voice_is_answered_kindly_and_says_who_is_talking(whatsapp: DoubleThread) -> None:
    cato = Telephone(whatsapp, Person("31612345604", "Cato"))
    answered = words(cato.after(whatsapp.double.send_file(cato.person, "audio")))
    assert "typen" in answered and "computer" in answered


def test_who_shows_no_number_is_answered_as_well(whatsapp: DoubleThread) -> None:
    dre = Telephone(whatsapp, Person("31612345605", "Dre", username="dre.in.utrecht"))
    assert "computer" in words(dre.say("hallo"))


def test_stop_says_goodbye_once_and_then_is_silent(whatsapp: DoubleThread) -> None:
    els = Telephone(whatsapp, Person("31612345606", "Els"))
    els.say("hallo")
    assert "ik stop" in words(els.say("STOP")).lower()
    had = len(els.got)
    time.sleep(QUIET)
    assert len(els.got) == had
    assert "computer" in words(els.say("hallo")), "who writes again begins anew"
