"""WhatsApp through Twilio, from a signed form to what arrives at the double, on a really running server."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.service.twilio_double import (
    ACCOUNT,
    CONTENT,
    SENDER,
    TOKEN,
    WEBHOOK,
    Twilio,
    encoded,
    incoming,
    running_twilio,
    sign,
    status,
)
from wegwijzer.domain_texts import response_text
from wegwijzer.evaluation.echo_server import TWILIO, EchoServer
from wegwijzer.whatsapp.check.findings import Mark
from wegwijzer.whatsapp.check.webhook import twilio_findings
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.inbox import Inbox
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store
from wegwijzer.whatsapp.twilio.config import WEBHOOK_PATH, TwilioSettings

SECRET = "een-heel-lang-geheim-van-deze-test-0123"

PATIENCE = 30.0
"""Seconds to wait for something that is going to happen; only so that a failing test ends."""

NUMBERS = itertools.count(1)
PEOPLE = (f"+3161{number:07d}" for number in itertools.count(1000))


@dataclass
class Place:
    """Twilio and the bot."""

    twilio: Twilio
    server: EchoServer
    folder: Path
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE, trust_env=False))

    def post(self, fields: dict[str, str], signature: str | None = None, query: str = "") -> httpx.Response:
        """As Twilio does: signed for the public address, delivered at the one behind the proxy."""
        header = sign(WEBHOOK + query, fields) if signature is None else signature
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": header}
        url = f"{self.server.address}/webhooks/twilio/webhook{query}"
        return self.client.post(url, content=encoded(fields), headers=headers)

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "twilio.db")) as connection, connection:
            return connection.execute(query).fetchall()

    def everything_kept(self) -> str:
        return "".join(str(self.rows(f"SELECT * FROM {table}")) for table in ("wa_person", "wa_message", "wa_reply", "wa_seen"))


@dataclass
class Person:
    """Somebody with a telephone."""

    place: Place
    number: str = field(default_factory=lambda: next(PEOPLE))

    def form(self, text: str, **more: str) -> dict[str, str]:
        return incoming(f"SM{next(NUMBERS):032x}", text, self.number, **more)

    def say(self, text: str, **more: str) -> None:
        assert self.place.post(self.form(text, **more)).status_code == 204

    def heard(self) -> list[str]:
        return [one["body"] or one["content_sid"] for one in self.place.twilio.messages if one["to"] == f"whatsapp:{self.number}"]

    def hears(self, *texts: str) -> None:
        """Exactly this, and in this order."""
        until(lambda: len(self.heard()) >= len(texts))
        assert self.heard() == list(texts)


def echo(*texts: str) -> list[str]:
    return [f"{when} {text}" for text in texts for when in ("eerst", "dan")]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Place]:
    with running_twilio() as twilio:
        environment = {
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": SENDER, "TWILIO_WEBHOOK_URL": WEBHOOK,
            "TWILIO_API_URL": twilio.url, **more,
        }  # fmt: skip
        server = EchoServer(
            f"sqlite:///{folder / 'twilio.db'}",
            SECRET,
            TWILIO,
            (WEBHOOK_PATH, 405),
            environment=environment,
            log=str(folder / "log"),
        )
        server.start()
        place = Place(twilio, server, folder)
        try:
            yield place
        finally:
            place.client.close()
            server.kill()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """What most tests share."""
    with running(tmp_path_factory.mktemp("twilio")) as place:
        yield place


@pytest.fixture
def person(place: Place) -> Person:
    return Person(place)


def test_a_message_is_answered_in_order_and_shown_to_be_read(place: Place, person: Person) -> None:
    person.say("Ik voel me alleen")
    person.hears(*echo("Ik voel me alleen"))
    until(lambda: bool(place.twilio.typing))


def test_many_messages_of_many_people_each_in_order(place: Place) -> None:
    people = [Person(place) for _ in range(8)]
    for text in ("een", "twee", "drie"):
        for person in people:
            person.say(text)
    for person in people:
        person.hears(*echo("een", "twee", "drie"))


def test_the_same_message_is_heard_once_however_often_it_comes(person: Person) -> None:
    form = person.form("Eén keer")
    for _ in range(3):
        assert person.place.post(form).status_code == 204
    person.say("En door")
    person.hears(*echo("Eén keer", "En door"))
    assert person.place.post(form).status_code == 204
    person.say("Klaar")
    person.hears(*echo("Eén keer", "En door", "Klaar"))


@pytest.mark.parametrize("signature", ["", "AAAA", "x" * 3000])
def test_who_is_not_twilio_is_refused_and_nothing_happens(person: Person, signature: str) -> None:
    assert person.place.post(person.form("Vals bericht"), signature).status_code == 401
    person.say("Echt")
    person.hears(*echo("Echt"))
    assert "Vals bericht" not in person.place.everything_kept()


def test_a_good_signature_on_other_words_is_refused(person: Person) -> None:
    form = person.form("Goed")
    assert person.place.post(form | {"Body": "Kwaad"}, sign(WEBHOOK, form)).status_code == 401


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"{}", b"a=%ff", b"&".join(b"a%d=1" % n for n in range(2000)), b"Body=x"])
def test_what_is_no_form_is_refused(place: Place, raw: bytes) -> None:
    url = f"{place.server.address}/webhooks/twilio/webhook"
    assert place.client.post(url, content=raw, headers={"X-Twilio-Signature": "x"}).status_code == 401


def test_a_huge_body_is_refused(place: Place) -> None:
    url = f"{place.server.address}/webhooks/twilio/webhook"
    assert place.client.post(url, content=b"Body=" + b"a" * 1_000_000, headers={"X-Twilio-Signature": "x"}).status_code == 413


def test_for_another_account_or_number_is_taken_and_left_alone(place: Place, person: Person) -> None:
    assert place.post(person.form("Hoi", AccountSid="AC" + "9" * 32)).status_code == 204
    assert place.post(person.form("Hoi", To="whatsapp:+31600000000")).status_code == 204
    person.say("Wel")
    person.hears(*echo("Wel"))


def test_choices_are_numbered_and_a_number_or_the_words_choose(place: Place, person: Person) -> None:
    person.say("kies maar")
    until(lambda: len(person.heard()) == 2)
    shown = person.heard()[1]
    assert "1. Ja, dat klopt\n2. Nee\n3. Vraag over een wijk" in shown
    assert not any(hidden in shown for hidden in ("/wijk", "het klopt niet"))
    for typed, heard in (("1", "het klopt"), ("nee", "het klopt niet")):
        person.say("kies maar")
        person.say(typed)
        until(lambda heard=heard: person.heard()[-2:] == echo(heard))  # type: ignore[misc]


def test_a_long_answer_comes_in_parts_that_twilio_takes(person: Person) -> None:
    text = "Dit is een zin over iets. " * 55
    person.say(text.strip())
    until(lambda: sum(map(len, person.heard())) >= 2 * len(text.strip()))
    assert all(len(part) <= 1600 for part in person.heard())


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"MessageType": "audio"}, "utter_whatsapp_geluid"),
        ({"MessageType": "image"}, "utter_whatsapp_beeld"),
        ({"MessageType": "location", "Latitude": "52.1", "Longitude": "5.1"}, "utter_whatsapp_locatie"),
        ({"MessageType": "contacts"}, "utter_whatsapp_contact"),
        ({"MessageType": "iets nieuws"}, "utter_whatsapp_onbekend"),
    ],
)
def test_what_has_no_words_gets_a_fitting_answer(person: Person, more: dict[str, str], name: str) -> None:
    person.say("", **more)
    until(lambda: bool(person.heard()))
    assert person.heard()[0].split("\n")[0] in response_text(name, "whatsapp")


def test_stop_says_goodbye_erases_and_then_nothing(place: Place, person: Person) -> None:
    person.say("Hoi")
    person.hears(*echo("Hoi"))
    person.say("STOP")
    until(lambda: len(person.heard()) == 3)
    assert person.heard()[2] == response_text("utter_whatsapp_stop", "whatsapp")
    place.post(status(place.twilio.messages[-1], "delivered"))
    other = Person(place)
    other.say("Nog iemand")
    other.hears(*echo("Nog iemand"))
    assert len(person.heard()) == 3


def test_a_colleague_is_heard_once(person: Person) -> None:
    person.say("collega graag")
    until(lambda: len(person.heard()) == 3)
    assert sorted(person.heard()) == sorted(["Dag, met een collega.", *echo("collega graag")])


def test_a_bot_that_breaks_says_so_kindly(person: Person) -> None:
    person.say("stuk")
    person.hears(response_text("utter_storing", "whatsapp"))


def test_nobody_can_be_read_in_what_is_kept_or_logged(place: Place, person: Person) -> None:
    person.say("langzaam een geheimpje")
    person.hears(*echo("langzaam een geheimpje"))
    kept, log = place.everything_kept(), place.log()
    digits = person.number.lstrip("+")
    assert digits not in kept and "Verzonnen Naam" not in kept
    assert not any(secret in log for secret in (digits, digits[2:], "Verzonnen", "geheimpje", TOKEN))


def test_what_passes_is_sent_later_once_and_in_order(place: Place, person: Person) -> None:
    place.twilio.fail_next = [429, 500, 503]
    place.twilio.lose_next = 1
    person.say("Door de storm")
    person.hears(*echo("Door de storm"))


def test_after_a_restart_what_waited_is_answered_once(tmp_path: Path) -> None:
    with running(tmp_path) as place:
        person = Person(place)
        form = person.form("langzaam verder")
        assert place.post(form).status_code == 204
        place.server.kill()
        place.server.start()
        assert place.post(form).status_code == 204
        person.say("En nu")
        person.hears(*echo("langzaam verder", "En nu"))


def test_later_than_a_day_a_colleague_is_announced_and_heard_when_the_person_writes(tmp_path: Path) -> None:
    with running(tmp_path, TWILIO_CONTENT_LATE_REPLY=CONTENT) as place:
        person = Person(place)
        person.say("Hoi")
        person.hears(*echo("Hoi"))
        place.twilio.last_heard[f"whatsapp:{person.number}"] = time.time() - 2 * 86_400
        place.rows("UPDATE wa_person SET heard_at = heard_at - 172800")
        push(place, "Dag, met een collega.")
        person.hears(*echo("Hoi"), CONTENT)
        place.twilio.last_heard.clear()
        person.say("Ik ben er weer")
        person.hears(*echo("Hoi"), CONTENT, "Dag, met een collega.", *echo("Ik ben er weer"))


def test_what_twilio_says_was_too_late_waits_too(tmp_path: Path) -> None:
    with running(tmp_path) as place:
        person = Person(place)
        person.say("Hoi")
        person.hears(*echo("Hoi"))
        message = place.twilio.messages[-1]
        row = message["status_callback"].partition("?")[2]
        assert place.post(status(message, "failed", 63016), query=f"?{row}").status_code == 204
        assert place.rows("SELECT count(*) FROM wa_reply WHERE state = 'held'") == [(1,)]
        person.say("En nu")
        person.hears(*echo("Hoi"), "dan Hoi", *echo("En nu"))


def push(place: Place, text: str) -> None:
    """A colleague says something, from another process that shares the database."""
    store = Store(f"sqlite:///{place.folder / 'twilio.db'}", People("x" * 43, [b"A" * 43 + b"="]))
    ((name,),) = place.rows("SELECT id FROM wa_person")
    Inbox(store, str).push(str(name), [{"text": text}], line="verzoek.1")
    store.close()


class Proxy(httpx.BaseTransport):
    """What stands between the public address and the server."""

    def __init__(self, server: str) -> None:
        self._server, self._line = httpx.URL(server), httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self._server.host, port=self._server.port)
        return self._line.handle_request(request)

    def close(self) -> None:
        self._line.close()


def test_the_check_of_the_settings_finds_the_address_in_order_and_leaves_nothing_behind(place: Place) -> None:
    settings = TwilioSettings(ACCOUNT, TOKEN, SENDER, WEBHOOK)
    before, sent = place.everything_kept(), len(place.twilio.messages)
    with httpx.Client(transport=Proxy(place.server.address)) as client:
        findings = list(twilio_findings(settings, client))
    assert [finding.mark for finding in findings] == [Mark.GOOD, Mark.GOOD]
    assert (place.everything_kept(), len(place.twilio.messages)) == (before, sent)


def test_the_channel_is_off_without_settings() -> None:
    from channels.absent import stand_in

    stand_in()
    from rasa.core.channels.channel import UserMessage
    from sanic import Sanic

    from channels.twilio import TwilioInput

    async def nobody(message: UserMessage) -> None:
        raise AssertionError

    off = TwilioInput(WhatsAppSettings("sqlite://", SECRET), (), str)
    app = Sanic("twilio_off", configure_logging=False)
    app.blueprint(off.blueprint(nobody))
    assert not app.router.routes
    assert off.get_output_channel() is None
