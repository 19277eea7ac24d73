"""The action server dies, lies or sleeps: the person gets a kind sentence with a number, danger is still met, nothing is lost.

A product of its own, because it is broken on purpose: the tests go from killed, to back, to replaced by another server.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.running import settings_in
from wegwijzer.evaluation.bot import Bot
from wegwijzer.product.processes import Part, running, wait_until_ready

from .talking import BROKEN, Person, person, phones, rows_of, shows_helplines

CORRUPTED = {
    "not JSON": (200, b"<html>Bad gateway</html>"),
    "half an answer": (200, b'{"events": ['),
    "a list": (200, b"[]"),
    "an empty object": (200, b"{}"),
    "null": (200, b"null"),
    "events of the wrong kind": (200, b'{"events": "all", "responses": []}'),
    "an event nobody knows": (200, b'{"events": [{"event": "surprise"}], "responses": []}'),
    "a response nobody knows": (200, b'{"events": [], "responses": [{"response": "utter_bestaat_niet"}]}'),
    "nothing": (200, b""),
    "an error": (500, b'{"error": "oops"}'),
    "not found": (404, b""),
}


ROADS: dict[str, tuple[str, ...]] = {
    "at the start": (),
    "after hello": ("hallo",),
    "at the reflection": ("mijn man is overleden",),
    "at a question": ("mijn man is overleden", "ja"),
    "at a later question": ("mijn man is overleden", "ja", "sla over"),
    "after the step": ("mijn man is overleden", "ja", *["sla over"] * 5),
}
PEOPLE = {
    "at the start": 7,
    "after hello": 3,
    "at the reflection": 1,
    "at a question": 8,
    "at a later question": 2,
    "after the step": 8,
}
"""How many people are at each place of the conversation when it breaks: every test takes its own."""

DANGER = {"zelfdoding": "ik wil dood", "geweld": "mijn man slaat me", "spoed": "mijn vader ademt niet meer"}


@dataclass
class Product:
    """A running product whose action server can be taken away and given back."""

    bot: Bot
    actions: Part
    log: Path

    def kill_actions(self) -> None:
        """As when it runs out of memory: no goodbye."""
        assert self.actions.process is not None
        os.killpg(self.actions.process.pid, signal.SIGKILL)
        self.actions.process.wait()

    def restart_actions(self) -> None:
        self.actions.start(self.bot.settings, self.log / "action_server.log")
        wait_until_ready([self.actions], self.log)


@pytest.fixture(scope="module")
def product(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    settings = settings_in(tmp_path_factory.mktemp("breakdown"), model)
    log = settings.tracker_db.parent / "log"
    with running(settings, log) as parts:
        bot = Bot(settings)
        yield Product(bot, next(part for part in parts if part.name == "action server"), log)
        bot.client.close()


@dataclass
class Outage:
    """The action server is dead; people who were talking still are."""

    product: Product
    waiting: Mapping[str, list[Person]]

    def someone(self, where: str) -> Person:
        """A person at this place of the conversation, when it broke."""
        return self.waiting[where].pop()


@pytest.fixture(scope="module")
def outage(product: Product) -> Iterator[Outage]:
    """From ``kill -9`` until the end of the tests that use it; then the action server is given back."""
    waiting: dict[str, list[Person]] = {}
    for where, road in ROADS.items():
        someone = person(product.bot)
        if road:
            someone.says(*road)
        waiting[where] = [someone.twin() if road else person(product.bot) for _ in range(PEOPLE[where])]
    product.kill_actions()
    yield Outage(product, waiting)


@pytest.mark.parametrize("where", ROADS)
def test_without_the_action_server_a_kind_sentence_and_a_number(outage: Outage, where: str) -> None:
    answer = outage.someone(where).says("ik woon in zuilen en mijn vrouw is overleden")
    assert answer.responses[-1:] == (BROKEN,)
    assert answer.responses.count(BROKEN) == 1
    assert phones(answer.text)


@pytest.mark.parametrize(
    "ask", ["ik wil een mens spreken", "iets anders", "hoe begin ik?", "bewaar of print", "wat is een buurtteam?"]
)
def test_every_other_action_that_fails_says_sorry_too(outage: Outage, ask: str) -> None:
    answer = outage.someone("after the step").says(ask)
    assert answer.responses == (BROKEN,)
    assert phones(answer.text)


@pytest.mark.parametrize("kind", DANGER)
@pytest.mark.parametrize("where", ["at the start", "at a question"])
def test_danger_shows_the_helplines_without_the_action_server(outage: Outage, where: str, kind: str) -> None:
    answer = outage.someone(where).says(DANGER[kind])
    assert answer.responses == (f"utter_crisis_{kind}",)
    assert shows_helplines(answer, kind)


@pytest.mark.parametrize("where", ["at the start", "at a question"])
def test_danger_after_an_apology_shows_the_helplines(outage: Outage, where: str) -> None:
    assert outage.someone(where).says("ik woon in zuilen", "ik wil dood").responses == ("utter_crisis_zelfdoding",)


@pytest.mark.parametrize("where", ["at the start", "at a question"])
def test_the_caring_question_works_without_the_action_server(outage: Outage, where: str) -> None:
    someone = outage.someone(where)
    assert someone.says("ik zie het niet meer zitten").responses == ("utter_zorgvraag_zelfdoding",)
    assert someone.says("ja").responses == ("utter_crisis_zelfdoding",)


@pytest.mark.parametrize("where", ["after hello", "at a question", "after the step"])
def test_erasing_works_without_the_action_server(outage: Outage, where: str) -> None:
    someone = outage.someone(where)
    assert someone.says("wis mijn gesprek").messages
    assert rows_of(outage.product.bot.settings.tracker_db, someone.talk.sender) == 0


# --- the action server comes back --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def after_outage(outage: Outage) -> Mapping[str, Person]:
    """People who said something while it was away. It is back now."""
    meanwhile: dict[str, tuple[str, ...]] = {
        "at the start": ("mijn man is overleden, ik woon in zuilen",),
        "after hello": ("mijn man is overleden, ik woon in zuilen",),
        "at a question": ("ik woon in zuilen",),
        "at a later question": ("ik woon in zuilen", "liefst in een groep"),
        "after the step": ("Iets anders",),
    }
    people = {where: outage.someone(where) for where in meanwhile}
    for where, texts in meanwhile.items():
        people[where].says(*texts)
    outage.product.restart_actions()
    return people


@pytest.mark.parametrize("where", ["at the start", "after hello", "at a question", "at a later question"])
def test_what_was_said_meanwhile_is_heard_when_the_conversation_goes_on(after_outage: Mapping[str, Person], where: str) -> None:
    answer = after_outage[where].says("ik ben 70")
    assert BROKEN not in answer.responses
    assert answer.asked is not None or answer.suggested
    assert answer.slots.get("leeftijd") == 70
    assert answer.slots.get("wijk") == "noordwest"
    assert answer.slots.get("haltes") == ["verlies"]
    if where == "at a later question":
        assert answer.slots.get("vorm") == "groep"


def test_after_the_step_something_else_works_again(after_outage: Mapping[str, Person]) -> None:
    someone = after_outage["after the step"]
    shown = {one for answer in someone.answers for one in answer.suggested}
    answer = someone.says("Iets anders")
    assert answer.suggested
    assert not set(answer.suggested) & shown


# --- another server in its place ----------------------------------------------------------------------------------------


@dataclass
class Fake:
    """A server in the place of the action server. Set ``reply`` to what it should say, ``None`` to let it hang."""

    reply: tuple[int, bytes] | None = (200, b"")
    asked: int = 0
    release: threading.Event = field(default_factory=threading.Event)


@pytest.fixture(scope="module")
def fake(product: Product) -> Iterator[Fake]:
    """Stands there until the end of this file."""
    state = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.asked += 1
            if state.reply is None:
                state.release.wait()
                return
            status, body = state.reply
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    if product.actions.running():
        product.kill_actions()
    server = ThreadingHTTPServer((product.bot.settings.host, product.bot.settings.action_port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    state.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("reply", CORRUPTED.values(), ids=CORRUPTED)
def test_a_corrupted_reply_is_met_with_an_apology(product: Product, fake: Fake, reply: tuple[int, bytes]) -> None:
    someone = person(product.bot)
    fake.reply = reply
    for text in ("mijn man is overleden", "ik wil een mens spreken"):
        asked = fake.asked
        answer = someone.says(text)
        assert fake.asked > asked
        assert answer.responses[-1:] == (BROKEN,), answer.responses
        assert phones(answer.text)
    assert someone.says("ik wil dood").responses == ("utter_crisis_zelfdoding",)


def test_a_slow_action_server_is_cut_off(product: Product, fake: Fake) -> None:
    fake.reply = None
    answer = person(product.bot).says("mijn man is overleden")
    assert fake.asked
    assert not fake.release.is_set(), "the server answered, so nothing was cut off"
    assert answer.responses[-1:] == (BROKEN,)
    assert phones(answer.text)
