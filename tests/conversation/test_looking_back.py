"""Looking back with the real bot: was it good, the one later question on the web and on WhatsApp, and what may be learned from.

Nothing waits for a clock: the rounds are held here with one that stands where the test wants it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.running import settings_in
from wegwijzer.aftercare.assembly import asker_of, learning_of, store_of
from wegwijzer.aftercare.models import Later, State
from wegwijzer.aftercare.rounds import Asker
from wegwijzer.aftercare.store import HOUR
from wegwijzer.evaluation.bot import PATIENCE, Bot
from wegwijzer.graph_double.running import DoubleThread
from wegwijzer.graph_double.running import running as running_double
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.settings import environment, webhook
from wegwijzer.graph_double.webhooks import Person as Owner
from wegwijzer.handover.runner import Conversations
from wegwijzer.insight.store import store_of as insight_of
from wegwijzer.paths import ROOT
from wegwijzer.privacy.forgetting import forget
from wegwijzer.privacy.retention import purge_conversations
from wegwijzer.product.processes import running
from wegwijzer.settings import Settings
from wegwijzer.web.outbox import Outbox

from .talking import Person, person, rows_of
from .telephone import Telephone, choices, words
from .test_web_chat import Visitor, visiting

TEMPLATE = "is_het_gelukt"
STORY = "mijn man is vorig jaar overleden en het is zo stil in huis"
GOOD, WEEK = "Ja, dit was goed", "Ja, over een week"
QUESTION = "Is het gelukt?"


@pytest.fixture(scope="module")
def meta() -> Iterator[DoubleThread]:
    """Meta's double, of this product only, with a template of ours."""
    double = Double()
    double.world.templates[TEMPLATE, "nl"] = 0
    with running_double(double) as thread:
        yield thread


@pytest.fixture(scope="module")
def product(model: Path, meta: DoubleThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    more = {**environment(meta.double), "WHATSAPP_TEMPLATE_AFTERCARE": TEMPLATE, "DESK_HOURS": "24/7"}
    settings = settings_in(tmp_path_factory.mktemp("nazorg"), model, **more)
    with running(settings, settings.tracker_db.parent / "log"):
        bot = Bot(settings)
        meta.double.connect(webhook(settings))
        yield bot
        bot.client.close()


@pytest.fixture
def visitor(product: Bot) -> Iterator[Visitor]:
    with visiting(product) as one:
        yield one


@pytest.fixture
def rested(product: Bot) -> Person:
    return person(product)


# ---------------------------------------------------------------------- helpers


def said_to(visitor: Visitor, *texts: str) -> str:
    said: list[dict[str, object]] = []
    for text in texts:
        said = visitor.says(text)
    return "\n".join(str(entry.get("text", "")) for entry in said)


def buttons_in(visitor: Visitor) -> set[str]:
    said = visitor.history()["messages"]
    last = max(place for place, entry in enumerate(said) if entry["who"] == "you")
    return {button["title"] for entry in said[last:] for button in entry.get("buttons", [])}


def to_a_step(visitor: Visitor) -> None:
    said = visitor.says(STORY)
    for _ in range(14):
        if any("card" in entry for entry in said):
            return
        said = visitor.says("ja" if any("Klopt dat?" in entry.get("text", "") for entry in said) else "sla over")
    raise AssertionError("no step came")


def agreed(visitor: Visitor, when: str = WEEK) -> Later:
    """Somebody who got a step, found it good, and may be asked later."""
    to_a_step(visitor)
    said_to(visitor, "Hoe begin ik?", GOOD, when)
    return kept(visitor.bot.settings, visitor.session)


def kept(settings: Settings, conversation: str) -> Later:
    later = kept_or_none(settings, conversation)
    assert later is not None, "nobody is asked later"
    return later


def kept_or_none(settings: Settings, conversation: str) -> Later | None:
    store = store_of(settings)
    try:
        return store.of(conversation)
    finally:
        store.close()


def hold_a_round(settings: Settings, now: float, change: Callable[[Asker], Asker] = lambda asker: asker) -> int:
    """What the process of the hand-over does every half minute, with a clock that stands at ``now``."""

    async def once() -> int:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            asker = asker_of(settings, Conversations(settings.rasa_url, settings.token, client), lambda: now)
            try:
                return await change(asker).run_once()
            finally:
                asker.store.close()

    return asyncio.run(once())


def counted(settings: Settings) -> dict[str, int]:
    """What is counted of whether it worked, by cell."""
    insight_of(settings).close()  # makes the tables, when nobody did yet
    with closing(sqlite3.connect(settings.insight_database.removeprefix("sqlite:///"), timeout=30)) as connection:
        rows = connection.execute('SELECT "table", cell, count FROM insight_count WHERE "table" LIKE \'gelukt%\'').fetchall()
    return {f"{table}: {'/'.join(json.loads(cell))}": count for table, cell, count in rows}


def more_counted(settings: Settings, before: dict[str, int]) -> dict[str, int]:
    return {cell: more for cell, count in counted(settings).items() if (more := count - before.get(cell, 0))}


# ---------------------------------------------------------------------- was it good


def test_after_how_to_begin_it_is_asked_once_and_only_its_answer_is_an_answer(rested: Person) -> None:
    rested.answers_questions(STORY, {"klopt": "ja"})
    assert rested.says("Hoe begin ik?").responses == ("utter_hoe_begin", "utter_mening")
    heard = rested.says("Bewaar of print")
    assert heard.responses == ("utter_bewaar",), "what is no answer is heard as always, and it is asked once"
    assert "mening" not in heard.slots
    late = rested.says(GOOD)
    assert late.slots["mening"] == "goed", "the button of before still stands on the screen"
    assert late.responses == ("utter_mening_goed",), "nothing can be said later to who is no longer there"
    assert rested.says("dank je wel").responses == ("utter_graag_gedaan",)


def test_not_good_is_no_fault_of_theirs_and_leads_to_something_else(rested: Person) -> None:
    rested.answers_questions(STORY, {"klopt": "ja"})
    first = rested.answers[-1].suggested
    assert rested.says("oké").responses == ("utter_mening_na_ja",), "one question, and not two"
    other = rested.says("Niet helemaal")
    assert other.responses == ("utter_mening_niet",) and other.slots["mening"] == "niet"
    assert rested.says("Ja, graag").suggested not in ((), first)


def test_skipping_and_asking_why(rested: Person) -> None:
    rested.answers_questions(STORY, {"klopt": "ja"})
    rested.says("bedankt")
    assert rested.answers[-1].responses == ("utter_graag_gedaan", "utter_mening")
    assert rested.says("waarom wil je dat weten?").responses == ("utter_mening_waarom", "utter_mening")
    assert rested.says("Sla over").slots["mening"] == "overgeslagen"
    assert rested.says("bedankt").responses == ("utter_graag_gedaan",)


def test_never_after_danger_and_never_at_a_goodbye(product: Bot) -> None:
    left = person(product)
    left.answers_questions(STORY, {"klopt": "ja"})
    assert left.says("ik stop ermee, tot ziens").responses == ("utter_afscheid",)
    hurt = person(product, "ik wil niet meer leven", "Ga verder")
    hurt.answers_questions(STORY, {"klopt": "ja"})
    assert "utter_mening" not in hurt.says("Hoe begin ik?").responses
    assert "utter_mening" not in hurt.says("dank je").responses


def test_danger_in_answer_to_our_question_goes_first(rested: Person) -> None:
    rested.answers_questions(STORY, {"klopt": "ja"})
    rested.says("Hoe begin ik?")
    answer = rested.says("ik wil niet meer leven")
    assert answer.responses == ("utter_crisis_zelfdoding",) and "mening" not in answer.slots


# ---------------------------------------------------------------------- may we ask later: the web


def test_on_the_web_it_is_asked_once_in_the_open_page_and_counted_once(visitor: Visitor) -> None:
    settings, before = visitor.bot.settings, counted(visitor.bot.settings)
    to_a_step(visitor)
    said_to(visitor, "Hoe begin ik?")
    offered = said_to(visitor, GOOD)
    assert "deze pagina" in offered and {"Ja, morgen", WEEK, "Nee, liever niet"} <= buttons_in(visitor)
    assert "over een week" in said_to(visitor, WEEK)
    later = kept(settings, visitor.session)
    assert later.due - time.time() > 6.9 * 24 * HOUR
    assert hold_a_round(settings, later.due - HOUR) == 0, "not before the time they chose"
    had = len(visitor.history()["messages"])
    assert hold_a_round(settings, later.due) == 1
    (new,) = visitor.history()["messages"][had:]
    assert QUESTION in new["text"] and [button["title"] for button in new["buttons"]][1:] == ["Nog niet", "Niets voor mij"]
    for _ in range(2):
        assert hold_a_round(settings, later.due + 60) == 0
    assert len(visitor.history()["messages"]) == had + 1
    assert "Wat fijn" in said_to(visitor, "Ja, het is gelukt")
    expected = {f"gelukt_stap: {later.record}/ja": 1, f"gelukt_halte: {later.halte}/ja": 1}
    assert more_counted(settings, before) == expected
    said_to(visitor, "Ja, het is gelukt", "Nog niet")
    assert more_counted(settings, before) == expected, "an answer counts once"
    assert kept_or_none(settings, visitor.session) is None


def test_the_conversation_goes_after_a_day_and_the_question_still_comes(visitor: Visitor) -> None:
    settings, before = visitor.bot.settings, counted(visitor.bot.settings)
    later = agreed(visitor)
    tomorrow = time.time() + 25 * HOUR
    outbox = Outbox(settings.web_database, clock=lambda: tomorrow)
    outbox.purge(24, {visitor.session})
    outbox.purge(24, {visitor.session})
    outbox.close()
    purge_conversations(settings.tracker_database, 24, now=tomorrow)
    assert rows_of(settings.tracker_db, visitor.session) == 0, "what was said is gone"
    (cleared,) = visitor.history()["messages"]
    assert cleared["who"] == "system" and "cleared_up_to" in cleared
    assert hold_a_round(settings, later.due) == 1
    assert QUESTION in visitor.history()["messages"][-1]["text"]
    assert "tijd kosten" in said_to(visitor, "nog niet"), "in a new conversation it is still known what was asked"
    assert more_counted(settings, before) == {
        f"gelukt_stap: {later.record}/nog_niet": 1,
        f"gelukt_halte: {later.halte}/nog_niet": 1,
    }
    assert "Zo kun je beginnen" in said_to(visitor, "Hoe begin ik?")


def test_who_says_something_else_is_heard_and_may_still_answer(visitor: Visitor) -> None:
    settings = visitor.bot.settings
    later = agreed(visitor)
    hold_a_round(settings, later.due)
    answer = said_to(visitor, "wat kun je eigenlijk?")
    assert "niet begrepen" not in answer.lower() and QUESTION not in answer
    assert "iets anders" in said_to(visitor, "Niets voor mij")
    assert kept_or_none(settings, visitor.session) is None


@pytest.mark.parametrize("way", ["said", "button", "command"])
def test_erasing_takes_the_question_with_it(visitor: Visitor, way: str) -> None:
    later, settings, session = agreed(visitor), visitor.bot.settings, visitor.session
    if way == "said":
        visitor.says("Wis mijn gesprek")
    elif way == "button":
        assert visitor.client.delete("/web/session").status_code == 204
    else:
        assert forget(settings, session)["looking back"] == 1
    assert kept_or_none(settings, session) is None
    assert hold_a_round(settings, later.due) == 0


def test_danger_after_the_yes_takes_the_question_away(visitor: Visitor) -> None:
    agreed(visitor)
    assert "113" in said_to(visitor, "ik wil niet meer leven")
    assert kept_or_none(visitor.bot.settings, visitor.session) is None


def test_not_while_a_colleague_is_asked_for(visitor: Visitor) -> None:
    later, settings = agreed(visitor), visitor.bot.settings
    said_to(visitor, "mens", "Ja, dat mag")
    assert hold_a_round(settings, later.due) == 0
    assert kept(settings, visitor.session).state is State.WAITS
    said_to(visitor, "Ga verder")
    assert hold_a_round(settings, later.due + 24 * HOUR) == 1, "at the same time of day, the next day"


def test_no_means_no(visitor: Visitor) -> None:
    to_a_step(visitor)
    said_to(visitor, "Hoe begin ik?", GOOD)
    assert "niet" in said_to(visitor, "Nee, liever niet")
    assert kept_or_none(visitor.bot.settings, visitor.session) is None
    assert "Mag ik" not in said_to(visitor, "dank je")


DIES = """
import asyncio, os, signal, sys, httpx
from wegwijzer.aftercare.assembly import asker_of
from wegwijzer.handover.runner import Conversations
from wegwijzer.insight.store import store_of as insight_of
from wegwijzer.settings import Settings

async def main(now, moment):
    settings = Settings.from_environment()
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        asker = asker_of(settings, Conversations(settings.rasa_url, settings.token, client), lambda: now)
        die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        if moment == "sent":
            asker.store.asked = die
        else:
            asker.talks.post = die
        await asker.run_once()

asyncio.run(main(float(sys.argv[1]), sys.argv[2]))
"""


@pytest.mark.parametrize("moment", ["sent", "claimed"])
def test_killed_between_two_steps_it_is_asked_once(visitor: Visitor, moment: str) -> None:
    later, settings = agreed(visitor), visitor.bot.settings
    variables = {**os.environ, **settings.as_environment()}
    arguments = [sys.executable, "-c", DIES, str(later.due), moment]
    assert subprocess.run(arguments, cwd=ROOT, env=variables, check=False).returncode == -signal.SIGKILL
    assert kept(settings, visitor.session).state is State.SENDING
    for seconds in (30, 60):
        hold_a_round(settings, later.due + seconds)
    asked = [entry for entry in visitor.history()["messages"] if QUESTION in entry.get("text", "")]
    assert len(asked) == 1 and kept(settings, visitor.session).state is State.ASKED


# ---------------------------------------------------------------------- may we ask later: WhatsApp


def agreed_by_telephone(meta: DoubleThread, settings: Settings, number: str) -> tuple[Telephone, Later]:
    phone = Telephone(meta, Owner(number, "Anna"))
    said = words(phone.say(STORY))
    for _ in range(14):
        if any("Hoe begin ik?" in choices(sent).values() for sent in phone.got):
            break
        said = words(phone.say("ja" if "Klopt dat?" in said else "sla over"))
    phone.tap("Hoe begin ik?")
    assert "je nummer" in words(phone.tap(GOOD))
    phone.tap(WEEK)
    store = store_of(settings)
    (conversation,) = store.conversations("whatsapp") - ASKED_BEFORE
    ASKED_BEFORE.add(conversation)
    store.close()
    return phone, kept(settings, conversation)


ASKED_BEFORE: set[str] = set()


def arrived(phone: Telephone, had: int) -> list[str]:
    deadline = time.monotonic() + PATIENCE
    while len(phone.got) == had:
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.05)
    return [str(sent.body["type"]) for sent in phone.got[had:]]


def heard(hours: float, now: float) -> Callable[[Asker], Asker]:
    """The person last wrote so many hours ago."""
    return lambda asker: replace(asker, heard_at=lambda _: now - hours * HOUR)


def test_whatsapp_within_a_day_of_their_last_message_is_text_and_the_answer_counts(product: Bot, meta: DoubleThread) -> None:
    settings, before = product.settings, counted(product.settings)
    phone, later = agreed_by_telephone(meta, settings, "31612345701")
    had = len(phone.got)
    assert hold_a_round(settings, later.due, heard(20, later.due)) == 1
    assert arrived(phone, had) == ["interactive"] and QUESTION in words(phone.got[had:])
    assert hold_a_round(settings, later.due + 30, heard(20, later.due)) == 0
    assert "Wat fijn" in words(phone.tap("Ja, het is gelukt"))
    assert sum(more_counted(settings, before).values()) == 2
    assert meta.double.refusals == []


def test_whatsapp_after_a_day_is_the_template_and_nothing_else(product: Bot, meta: DoubleThread) -> None:
    settings = product.settings
    phone, later = agreed_by_telephone(meta, settings, "31612345702")
    had = len(phone.got)
    assert hold_a_round(settings, later.due, heard(30, later.due)) == 1
    assert arrived(phone, had) == ["template"]
    answer = words(phone.say("nog niet"))
    assert "tijd kosten" in answer and meta.double.refusals == []


def test_whatsapp_after_a_day_without_a_template_is_nothing(product: Bot, meta: DoubleThread) -> None:
    settings = product.settings
    phone, later = agreed_by_telephone(meta, settings, "31612345703")
    had = len(phone.got)
    none: Callable[[Asker], Asker] = lambda asker: replace(  # noqa: E731
        asker, heard_at=lambda _: later.due - 30 * HOUR, template=lambda _: ""
    )
    assert hold_a_round(settings, later.due, none) == 0
    assert kept_or_none(settings, later.conversation) is None, "it does not wait for them to write again either"
    assert len(phone.got) == had


def test_stop_on_whatsapp_takes_the_question_with_it(product: Bot, meta: DoubleThread) -> None:
    settings = product.settings
    phone, later = agreed_by_telephone(meta, settings, "31612345704")
    assert "ik stop" in words(phone.say("STOP")).lower()
    assert kept_or_none(settings, later.conversation) is None
    had = len(phone.got)
    assert hold_a_round(settings, later.due) == 0 and len(phone.got) == had


# ---------------------------------------------------------------------- may we learn from it

GIBBERISH = "liever zoiets zonder gedoe 0612345678"
QUESTION_OF_LEARNING = "Mag een collega dit lezen"


def misunderstood(visitor: Visitor) -> str:
    """Somebody who was not understood once, got a step all the same, and liked it; what the bot asks then."""
    said = visitor.says(STORY)
    for _ in range(14):
        text = " ".join(str(entry.get("text", "")) for entry in said)
        if any("card" in entry for entry in said):
            break
        confused = "liefst contact hebben" in text and "begreep ik niet goed" not in text
        said = visitor.says("ja" if "Klopt dat?" in text else GIBBERISH if confused else "sla over")
    assert QUESTION_OF_LEARNING not in said_to(visitor, "dank je wel"), "one question at a time"
    assert QUESTION_OF_LEARNING not in said_to(visitor, GOOD)
    return said_to(visitor, "Nee, liever niet")


def test_what_was_not_understood_is_kept_only_after_a_yes_and_taken_back_with_the_conversation(visitor: Visitor) -> None:
    asked, learning = misunderstood(visitor), learning_of(visitor.bot.settings)
    assert QUESTION_OF_LEARNING in asked and "zonder gedoe" in asked and "0612345678" not in asked, "as it would be kept"
    assert learning.waiting() == []
    why = said_to(visitor, "waarom wil je dat weten?")
    assert "alleen deze woorden" in why and "zonder gedoe" in why
    assert "leer ik van" in said_to(visitor, "Ja, dat mag")
    (waiting,) = learning.waiting()
    assert "zonder gedoe" in waiting.text and "0612345678" not in waiting.text
    assert QUESTION_OF_LEARNING not in said_to(visitor, "dank je"), "at most once"
    visitor.says("Wis mijn gesprek")
    assert learning.waiting() == [], "with the conversation the yes is taken back"
    learning.database.close()


def test_a_no_keeps_nothing(visitor: Visitor) -> None:
    assert QUESTION_OF_LEARNING in misunderstood(visitor)
    assert "niemand" in said_to(visitor, "Nee, liever niet")
    learning = learning_of(visitor.bot.settings)
    assert learning.waiting() == []
    learning.database.close()
