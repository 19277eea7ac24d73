"""A colleague takes over, with the real bot, over the web and REST: from asking to giving back, and everything in between.

The colleague is the store, used as the console uses it. Nothing here waits for a fixed time: what must happen is looked for.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from channels.thinning import MOST_TURNS
from tests.running import settings_in
from wegwijzer.evaluation.bot import PATIENCE, Bot
from wegwijzer.graph_double.running import DoubleThread
from wegwijzer.graph_double.running import running as running_double
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.settings import environment, webhook
from wegwijzer.graph_double.webhooks import Person as Owner
from wegwijzer.handover.assembly import store_of, vault_of
from wegwijzer.handover.models import Reason, Request, Said, SystemLine, Urgency, Who
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import ROOT
from wegwijzer.product.processes import Part, free_ports, rasa_server, running
from wegwijzer.settings import Settings

from .talking import Person, person, phones, rows_of
from .telephone import Telephone, words
from .test_web_chat import Visitor, visiting

Found = TypeVar("Found")

JAN = "jan"
YES = ("mens", "Ja, dat mag")


def until(look: Callable[[], Found | None], what: str) -> Found:
    """Look until it is there."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


@dataclass
class Desk:
    """The product with its desk, and what the console would do."""

    bot: Bot
    store: HandoverStore
    parts: list[Part]

    def request(self, conversation: str) -> Request:
        request = self.store.open_request(conversation)
        assert request is not None, "there is no open request"
        return request

    def says(self, request: Request, text: str) -> None:
        self.store.append(request.id, Said(Who.COLLEAGUE, text, client_id=str(uuid.uuid4()), author=JAN))

    def lines(self, request: Request, who: Who) -> list[str]:
        return [line.text for line in self.store.lines(request.id, private=True) if line.who is who]

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)

    def again(self, name: str) -> None:
        """Kill a part, without asking, and start it again."""
        part, settings = self.part(name), self.bot.settings
        assert part.process is not None
        os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()
        part.start(settings, settings.tracker_db.parent / "log" / "again.log")
        until(part.ready, f"{name} is not ready")


def product(folder: Path, model: Path, hours: str, **more: str) -> Iterator[Desk]:
    settings = settings_in(folder, model, DESK_HOURS=hours, **more)
    with running(settings, folder / "log") as parts:
        store, bot = store_of(settings), Bot(settings)
        yield Desk(bot, store, parts)
        bot.client.close()
        store.close()


@pytest.fixture(scope="module")
def meta() -> Iterator[DoubleThread]:
    """Meta's double, of this product only."""
    with running_double(Double()) as thread:
        yield thread


@pytest.fixture(scope="module")
def desk(model: Path, meta: DoubleThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that is always open."""
    for desk in product(tmp_path_factory.mktemp("open"), model, "24/7", **environment(meta.double)):
        meta.double.connect(webhook(desk.bot.settings))
        yield desk


@pytest.fixture
def visitor(desk: Desk) -> Iterator[Visitor]:
    with visiting(desk.bot) as one:
        yield one


@contextmanager
def quick_clock(desk: Desk, **minutes: str) -> Iterator[subprocess.Popen[bytes]]:
    """A second process beside the first, for which waiting takes seconds."""
    environment = {**os.environ, **desk.bot.settings.as_environment(), **minutes}
    process = subprocess.Popen([sys.executable, "-m", "wegwijzer.handover.runner"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        # Stopped before it could listen to the signal it ends with the signal itself.
        assert process.wait(PATIENCE) in (0, -signal.SIGTERM)


def texts(visitor: Visitor, *who: str) -> list[str]:
    return [str(entry.get("text")) for entry in visitor.history()["messages"] if entry["who"] in (who or ("bot", "colleague"))]


def asked(visitor: Visitor, desk: Desk, *before: str) -> Request:
    """Somebody who told something, asked for a human, and said yes."""
    for text in (*before, *YES):
        visitor.says(text)
    return desk.request(visitor.session)


# ---------------------------------------------------------------------- the whole story


def test_asking_talking_and_giving_back(visitor: Visitor, desk: Desk) -> None:
    visitor.says("mijn man is overleden", welcomed=True)
    visitor.says("ja")
    (question,) = visitor.says("mens")
    assert [button["payload"] for button in question["buttons"]] == ["Ja, dat mag", "Nee, liever niet", "Ik bel liever zelf"]
    assert desk.store.open_request(visitor.session) is None, "nothing goes to a colleague before the yes"

    (waits,) = visitor.says("Ja, dat mag")
    assert "colleg" in waits["text"] or "collega" in waits["text"]
    request = desk.request(visitor.session)
    assert (request.state, request.channel, request.urgency, request.reason) == (
        RequestState.WAITING, "web", Urgency.NORMAL, Reason.ASKED,
    )  # fmt: skip
    assert [halte["id"] for halte in request.summary["haltes"]][:1] == ["verlies"]
    assert desk.lines(request, Who.RESIDENT) == ["mijn man is overleden", "ja", "mens", "Ja, dat mag"]

    assert visitor.says("fijn, ik wacht wel even") == []
    desk.store.take(request.id, JAN)
    desk.says(request, "Dag, met Jan.")
    desk.says(request, "Vertel eens?")
    until(lambda: texts(visitor, "colleague") == ["Dag, met Jan.", "Vertel eens?"], "the colleague is not heard")
    assert visitor.says("ik mis hem zo") == []
    assert visitor.says("en de zondagen zijn lang") == []
    assert desk.lines(request, Who.RESIDENT)[4:] == ["fijn, ik wacht wel even", "ik mis hem zo", "en de zondagen zijn lang"]

    desk.store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, JAN)
    until(lambda: "Ik ben er weer" in texts(visitor)[-1], "the bot does not come back")
    said = visitor.says("Ga verder")
    assert said, "the bot goes on"
    slots = tracker(desk, visitor.session)["slots"]
    assert slots["haltes"][:1] == ["verlies"] and slots["klopt"] == "ja", "it still knows what was told"
    assert slots["requested_slot"], "the questions go on"
    assert all("computer" not in entry.get("text", "") for entry in said), "it does not introduce itself again"


def tracker(desk: Desk, conversation: str) -> dict[str, Any]:
    answer = desk.bot.client.get(
        f"{desk.bot.address}/conversations/{conversation}/tracker",
        params={"token": desk.bot.settings.token, "include_events": "ALL"},
    )
    found: dict[str, Any] = answer.json()
    return found


def test_the_answer_to_the_open_question_is_heard_right_after_giving_back(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk, "mijn man is overleden", "ja")
    asks = tracker(desk, visitor.session)["slots"]["requested_slot"]
    desk.store.take(request.id, JAN)
    desk.store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, JAN)
    said = visitor.says("sla over")  # at once: before the other process can have said that the bot is back
    assert any("Ik ben er weer" in text for text in texts(visitor))
    assert said[-1]["text"] and asks in tracker(desk, visitor.session)["slots"]["overgeslagen"]
    until(lambda: not desk.store.behind("resident", visitor.session), "something stays behind")
    assert sum("Ik ben er weer" in text for text in texts(visitor)) == 1


def test_a_colleague_reads_all_of_a_long_conversation(visitor: Visitor, desk: Desk) -> None:
    told = [
        "mijn man is overleden",
        *(f"ik vertel nog iets, deel {word}" for word in ["een", "twee", "drie", "vier", "vijf", "zes", "zeven"]),
    ]
    told += [
        f"en toen ook nog dit, {word}"
        for word in ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf"]
    ]
    request = asked(visitor, desk, *told)
    lines = desk.lines(request, Who.RESIDENT)
    assert lines == [*told, *YES] and len(told) > MOST_TURNS
    assert len(desk.lines(request, Who.BOT)) >= len(told)


def test_without_consent_nothing_is_shared_and_the_question_comes_back(visitor: Visitor, desk: Desk) -> None:
    visitor.says("mijn man is overleden")
    visitor.says("mens")
    said = visitor.says("Nee, liever niet")
    assert phones(said[0]["text"])
    assert "Klopt dat?" in said[-1]["text"]
    assert desk.store.of_conversation(visitor.session) == []


def test_who_rather_calls_gets_numbers(visitor: Visitor, desk: Desk) -> None:
    visitor.says("mens")
    (said,) = visitor.says("Ik bel liever zelf")
    assert phones(said["text"])
    assert desk.store.of_conversation(visitor.session) == []


def test_what_is_no_plain_yes_is_asked_again_and_then_let_go(visitor: Visitor, desk: Desk) -> None:
    visitor.says("mens")
    (again,) = visitor.says("ja maar niet alles")
    assert again["buttons"]
    visitor.says("ik voel me gewoon zo alleen de laatste tijd")
    assert desk.store.of_conversation(visitor.session) == []
    assert tracker(desk, visitor.session)["slots"]["overdracht"] is None


def test_a_question_back_is_answered_and_consent_is_asked_again(visitor: Visitor) -> None:
    visitor.says("mens")
    said = visitor.says("wie leest dit allemaal?")
    assert "24 uur" in said[0]["text"]
    assert "Ja, dat mag" in [button["payload"] for button in said[-1]["buttons"]]


def test_who_does_not_want_to_wait_goes_on_with_the_bot(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk, "mijn man is overleden")
    said = visitor.says("Ga verder")
    assert "Klopt dat?" in said[-1]["text"]
    assert desk.store.get(request.id).state is RequestState.CLOSED
    until(lambda: not desk.store.behind("resident", visitor.session), "something stays behind")
    assert not any("afgerond" in text for text in texts(visitor)), "who left is not told that a colleague closed it"


def test_a_colleague_closes_and_the_bot_is_there_again(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk)
    desk.store.move(request.id, RequestState.CLOSED, Actor.COLLEAGUE, JAN)
    until(lambda: "afgerond" in texts(visitor)[-1], "closing is not said")
    assert visitor.says("hallo")


# ---------------------------------------------------------------------- danger


def test_danger_warns_the_colleague_and_shows_helplines_when_nobody_answers(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk)
    desk.store.take(request.id, JAN)
    until(lambda: "een mens" in texts(visitor)[-1], "the person does not hear that somebody came")
    assert visitor.says("ik wil dood") == []
    assert desk.store.get(request.id).urgency is Urgency.CRISIS
    assert SystemLine.CRISIS in desk.lines(request, Who.SYSTEM)
    with quick_clock(desk, HANDOVER_CRISIS_MINUTES="0.02"):
        until(lambda: any({"113", "112", "0800-2000"} <= phones(text) for text in texts(visitor)), "no helplines")
    assert desk.store.get(request.id).state is RequestState.TAKEN, "the colleague still talks"
    assert SystemLine.CRISIS not in texts(visitor)


def test_danger_while_asking_shows_helplines_first_and_makes_it_urgent(visitor: Visitor, desk: Desk) -> None:
    visitor.says("mens")
    first, *_, again = visitor.says("ik wil dood")
    assert {"113", "112"} <= phones(first["text"])
    assert "Ja, dat mag" in [button["payload"] for button in again["buttons"]]
    visitor.says("Ja, dat mag")
    request = desk.request(visitor.session)
    assert (request.urgency, request.reason, request.state) == (Urgency.CRISIS, Reason.CRISIS, RequestState.WAITING)


def test_a_human_after_danger_comes_after_the_numbers(visitor: Visitor, desk: Desk) -> None:
    visitor.says("ik wil dood")
    numbers, question = visitor.says("Liever een mens")
    assert {"113", "112"} <= phones(numbers["text"])
    assert question["buttons"][0]["payload"] == "Ja, dat mag"


# ---------------------------------------------------------------------- nobody, silence


def test_nobody_comes_and_that_is_said_with_a_number(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk)
    with quick_clock(desk, HANDOVER_NOBODY_MINUTES="0.02"):
        until(lambda: "geen collega vrij" in texts(visitor)[-1], "no apology")
    assert {"14 030", "088 0767 000"} <= phones(texts(visitor)[-1])
    assert desk.store.get(request.id).state is RequestState.EXPIRED
    assert visitor.says("hallo"), "the bot talks again"


def test_a_colleague_falls_silent_and_that_is_said_with_a_number(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk)
    desk.store.take(request.id, JAN)
    visitor.says("ben je er nog?")
    with quick_clock(desk, HANDOVER_SILENT_MINUTES="0.02"):
        until(lambda: "antwoordt niet meer" in texts(visitor)[-1], "no apology")
    assert phones(texts(visitor)[-1])
    assert desk.store.get(request.id).state is RequestState.GIVEN_BACK
    assert visitor.says("hallo"), "the bot talks again"


def test_who_chose_u_is_said_u_to_by_the_bot_and_hears_the_colleague_as_is(visitor: Visitor, desk: Desk) -> None:
    for text in YES:
        visitor.says(text, address="u")
    request = desk.request(visitor.session)
    desk.store.take(request.id, JAN)
    desk.says(request, "Hoi, hoe is het met je?")
    until(lambda: texts(visitor, "colleague") == ["Hoi, hoe is het met je?"], "the colleague is not heard")
    assert any("U praat nu met een mens" in text for text in texts(visitor))


# ---------------------------------------------------------------------- restarts


def test_nothing_is_lost_or_doubled_when_rasa_is_killed_in_between(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk, "mijn man is overleden")
    desk.store.take(request.id, JAN)
    desk.says(request, "een")
    until(lambda: texts(visitor, "colleague") == ["een"], "not heard")
    visitor.says("voor de val")
    desk.says(request, "twee")
    desk.again("Rasa server")
    desk.says(request, "drie")
    visitor.says("na de val")
    until(lambda: texts(visitor, "colleague") == ["een", "twee", "drie"], f"not heard: {texts(visitor, 'colleague')}")
    assert desk.lines(request, Who.RESIDENT)[-2:] == ["voor de val", "na de val"]
    desk.store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, JAN)
    until(lambda: "Ik ben er weer" in texts(visitor)[-1], "the bot does not come back")
    assert "Klopt dat?" in visitor.says("Ga verder")[-1]["text"]


def test_each_line_once_and_in_order_however_often_the_process_dies(visitor: Visitor, desk: Desk) -> None:
    request = asked(visitor, desk)
    desk.store.take(request.id, JAN)
    said = [f"regel {number}" for number in range(30)]
    with quick_clock(desk), quick_clock(desk):
        for number, text in enumerate(said):
            desk.says(request, text)
            if number % 10 == 5:
                desk.again("hand-over")
        until(lambda: texts(visitor, "colleague")[-1:] == said[-1:], "the last is not heard")
    assert texts(visitor, "colleague") == said
    events = tracker(desk, visitor.session)["events"]
    kept = [event["text"] for event in events if (event.get("metadata") or {}).get("who") == "colleague"]
    assert kept == said


@contextmanager
def second_server(desk: Desk) -> Iterator[Bot]:
    """Another Rasa server on the same databases, as behind a balancer."""
    rasa_port, door_port = map(str, free_ports(2))
    environment = {**os.environ, **desk.bot.settings.as_environment(), "RASA_PORT": rasa_port, "WHATSAPP_PORT": door_port}
    settings = Settings.from_environment(environment)
    server = rasa_server(settings)
    server.start(settings, settings.tracker_db.parent / "log" / "second.log")
    try:
        until(server.ready, "the second server is not ready")
        other = Bot(settings)
        yield other
        other.client.close()
    finally:
        server.stop()


def test_the_bot_is_silent_on_every_server_and_each_message_crosses_once(desk: Desk) -> None:
    here = OverRest(desk, person(desk.bot))
    for text in ("mijn man is overleden", *YES):
        here.says(text)
    request = desk.request(here.someone.talk.sender)
    desk.store.take(request.id, JAN)
    with second_server(desk) as other:
        there = OverRest(desk, person(other))
        there.someone.talk.sender = here.someone.talk.sender
        desk.says(request, "Dag, met Jan.")
        assert there.says("ik mis hem")[1:] == ["Dag, met Jan."], "the other server is silent too, and passes on"
        assert here.says("zo erg") == []
        assert there.says("elke dag") == []
        assert desk.lines(request, Who.RESIDENT)[-3:] == ["ik mis hem", "zo erg", "elke dag"]
        desk.says(request, "Wat naar.")
        assert here.says("ja") == ["Wat naar."]
        desk.store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, JAN)
        assert "Ik ben er weer" in there.says("Ga verder")[0]
        assert here.says("ja"), "the bot talks again on the first server too"
    assert [text for text in here.heard + there.heard if "Jan" in text] == ["Dag, met Jan."]


# ---------------------------------------------------------------------- erasing


@pytest.mark.parametrize("way", ["said", "button"])
def test_erasing_erases_the_request_too_also_while_a_colleague_talks(visitor: Visitor, desk: Desk, way: str) -> None:
    request = asked(visitor, desk, "mijn man bouwde luchtkastelenfabriek")
    desk.store.take(request.id, JAN)
    visitor.says("niet iedereen hoeft dat te wissen wat ik schreef over hem")
    assert desk.store.lines(request.id)[-1].who is Who.RESIDENT, "who tells a colleague about erasing erases nothing"
    if way == "said":
        said = visitor.says("Wis mijn gesprek")
        assert said[0]["who"] == "system" and "gewist" in said[-1]["text"]
    else:
        assert visitor.client.delete("/web/session").status_code == 204
    assert desk.store.of_conversation(request.conversation) == []
    folder = desk.bot.settings.tracker_db.parent
    assert rows_of(desk.bot.settings.tracker_db, request.conversation) == 0
    assert not any(b"luchtkastelenfabriek" in path.read_bytes() for path in folder.glob("*.db*"))


# ---------------------------------------------------------------------- REST


@dataclass
class OverRest:
    """Somebody on a channel on which nothing can be said that answers nothing."""

    desk: Desk
    someone: Person
    heard: list[str] = field(default_factory=list)

    def says(self, text: str) -> list[str]:
        new = [str(message.get("text")) for message in self.someone.talk.say(text)]
        self.heard += new
        return new

    def asks(self) -> list[str]:
        bot = self.someone.talk.bot
        answer = bot.client.get(f"{bot.address}/webhooks/rest/messages", params={"sender": self.someone.talk.sender})
        answer.raise_for_status()
        new = [str(message.get("text")) for message in answer.json()]
        self.heard += new
        return new


def test_the_same_over_rest(desk: Desk) -> None:
    rest = OverRest(desk, person(desk.bot))
    for text in ("mijn man is overleden", *YES):
        rest.says(text)
    request = desk.request(rest.someone.talk.sender)
    assert request.channel == "rest"
    desk.store.take(request.id, JAN)
    desk.says(request, "Dag, met Jan.")
    heard = rest.says("ik mis hem")
    assert "een mens" in heard[0] and heard[1:] == ["Dag, met Jan."], "the next answer has what came in between"
    assert desk.lines(request, Who.RESIDENT)[-1] == "ik mis hem"
    desk.says(request, "Dat begrijp ik.")
    assert rest.asks() == ["Dat begrijp ik."]
    assert rest.asks() == []
    desk.store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, JAN)
    said = rest.says("Ga verder")
    assert "Ik ben er weer" in said[0] and "Klopt dat?" in said[-1]
    assert len(rest.heard) == len(set(rest.heard)) + rest.heard.count(said[-1]) - 1, "nothing came twice"


# ---------------------------------------------------------------------- WhatsApp


class OnWhatsApp:
    """Somebody on WhatsApp, and the request that the desk has of them. Their number stands nowhere, so it is known by its words."""

    def __init__(self, desk: Desk, meta: DoubleThread, number: str) -> None:
        self.desk, self.phone = desk, Telephone(meta, Owner(number, "Anna"))

    def asked(self, first: str) -> Request:
        """Tell something, ask for a human, and tap yes."""
        self.phone.say(first)
        assert "collega" in words(self.phone.say("ik wil een mens spreken"))
        self.phone.tap("Ja, dat mag")
        found = [request for request in self.desk.store.queue() if first in self.desk.lines(request, Who.RESIDENT)]
        assert len(found) == 1
        return found[0]

    def hears(self, text: str) -> None:
        """Wait until this stands on the telephone."""
        until(lambda: text in words(self.phone.got), f"{text!r} does not come")


def test_the_same_over_whatsapp(desk: Desk, meta: DoubleThread) -> None:
    anna = OnWhatsApp(desk, meta, "31612345611")
    request = anna.asked("mijn man is overleden en nu eet ik altijd alleen")
    assert (request.channel, request.state) == ("whatsapp", RequestState.WAITING)
    desk.store.take(request.id, JAN)
    anna.hears("een mens")
    desk.says(request, "Dag, met Jan.")
    desk.says(request, "Vertel eens?")
    anna.hears("Vertel eens?")
    had = len(anna.phone.got)
    for text in ("ik mis hem zo", "en de zondagen zijn lang"):
        anna.phone.tells(text)
    until(lambda: desk.lines(request, Who.RESIDENT)[-2:] == ["ik mis hem zo", "en de zondagen zijn lang"], "Jan does not see it")
    assert len(anna.phone.got) == had, "the bot is silent"
    desk.says(request, "Dat begrijp ik.")
    anna.hears("Dat begrijp ik.")
    desk.store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, JAN)
    anna.hears("Ik ben er weer")
    assert "Klopt dat?" in words(anna.phone.tap("Ga verder")), "the bot goes on where it was"
    everything = words(anna.phone.got)
    for text in ("Dag, met Jan.", "Vertel eens?", "Dat begrijp ik.", "Ik ben er weer"):
        assert everything.count(text) == 1
    assert everything.index("Dag, met Jan.") < everything.index("Vertel eens?") < everything.index("Dat begrijp ik.")
    assert meta.double.refusals == [], "Meta refused nothing"


def test_stop_on_whatsapp_ends_the_request_too(desk: Desk, meta: DoubleThread) -> None:
    bep = OnWhatsApp(desk, meta, "31612345612")
    request = bep.asked("ik voel me zo alleen sinds ik de luchtkastelenfabriek uit ben")
    desk.store.take(request.id, JAN)
    desk.says(request, "Dag, met Jan.")
    bep.hears("Dag, met Jan.")
    assert "ik stop" in words(bep.phone.say("STOP")).lower()
    until(lambda: not desk.store.of_conversation(request.conversation), "the request stays")
    assert rows_of(desk.bot.settings.tracker_db, request.conversation) == 0
    folder = desk.bot.settings.tracker_db.parent
    assert not any(b"luchtkastelenfabriek" in path.read_bytes() for path in folder.glob("*.db*"))


# ---------------------------------------------------------------------- a closed desk

NUMBER, TYPED = "+31612345678", "06-12345678"


@pytest.fixture(scope="module")
def closed(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that opens again, but not while a test runs: one minute in the week, on the day that yesterday was."""
    day = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[(datetime.now(AMSTERDAM) - timedelta(days=1)).weekday()]
    yield from product(tmp_path_factory.mktemp("closed"), model, f"{day} 00:00-00:01")


def test_a_closed_desk_calls_back_and_the_number_is_in_no_file(closed: Desk) -> None:
    with httpx.Client(base_url=closed.bot.address, timeout=PATIENCE, trust_env=False) as client:
        assert client.post("/web/session", json={}).status_code == 200
        visitor = Visitor(closed.bot, client)
        visitor.says("mijn man is overleden")
        (question,) = visitor.says("mens")
        assert question["private"] is True
        assert closed.store.of_conversation(visitor.session) == []
        (wrong,) = visitor.says("0900-1234567")
        assert wrong["private"] is True
        said = visitor.says(f"mijn nummer is {TYPED}")
        assert "belt je" in said[0]["text"] and "Klopt dat?" in said[-1]["text"]
        request = closed.request(visitor.session)
        assert request.state is RequestState.CALL_BACK
        assert vault_of(closed.bot.settings, closed.store).show(request.id, JAN) == NUMBER
        assert closed.lines(request, Who.RESIDENT) == [], "who calls sees the summary, not the words"
        assert texts(visitor, "you")[-1] == "(je telefoonnummer)"
        digits = (b"12345678", b"0900-1234567")
        for path in closed.bot.settings.tracker_db.parent.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not any(one in content for one in digits), path
        assert visitor.says("ja"), "the bot goes on"
        visitor.says("Wis mijn gesprek")
        assert closed.store.of_conversation(visitor.session) == []


def test_who_leaves_no_number_gets_numbers(closed: Desk) -> None:
    rest = OverRest(closed, person(closed.bot))
    rest.says("mens")
    assert phones(rest.says("Nee, liever niet")[0])
    assert closed.store.of_conversation(rest.someone.talk.sender) == []
