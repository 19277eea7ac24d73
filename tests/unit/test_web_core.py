"""The web chat without its server: sessions nobody can make, every message once and in order, nothing left after erasing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.guarding.strength import WeakSecret
from wegwijzer.web import contract
from wegwijzer.web import outbox as module
from wegwijzer.web.contract import Answer, Entry, Refused, Said, Who, bot_body, last_event_id, read_said, reworded, server_event
from wegwijzer.web.cookie import Signer
from wegwijzer.web.limits import RateLimit
from wegwijzer.web.outbox import MOST_WAITING, Outbox, OutboxUnavailable
from wegwijzer.web.turns import Bell, Turns

SECRET = "een-heel-lang-geheim-van-deze-test-0123"
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
HOUR = 3600.0


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'web.db'}"
        return
    engine = sa.create_engine(POSTGRES, future=True)
    module.METADATA.drop_all(engine)
    yield POSTGRES
    module.METADATA.drop_all(engine)
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(url: str, clock: Clock) -> Iterator[Outbox]:
    """An outbox with one conversation, ``s``."""
    box = Outbox(url, clock)
    box.begin("s")
    yield box
    box.close()


def said(number: int, text: str = "hoi") -> Said:
    return Said(f"bericht-{number:04}", text)


def texts(box: Outbox, session: str = "s", after: int = 0) -> list[str]:
    return [f"{entry.who.value}: {entry.body['text']}" for entry in box.after(session, after).entries]


# --------------------------------------------------------------------------- who is talking


def test_a_cookie_of_ours_leads_to_its_session() -> None:
    signer = Signer(SECRET)
    session = signer.new_session()
    assert signer.session(signer.cookie(session)) == session
    assert signer.new_session() != session


@pytest.mark.parametrize(
    "cookie", [None, "", ".", "x", "a.b", "a" * 43, "a" * 43 + ".", "a" * 43 + "." + "0" * 64, "é.é", "a" * 43 + ".é"]
)
def test_no_other_cookie_does(cookie: str | None) -> None:
    assert Signer(SECRET).session(cookie) is None


@given(st.data())
def test_a_cookie_with_one_character_changed_leads_nowhere(data: st.DataObject) -> None:
    signer = Signer(SECRET)
    cookie = signer.cookie(signer.new_session())
    place = data.draw(st.integers(0, len(cookie) - 1))
    other = data.draw(st.characters().filter(lambda character: character != cookie[place]))
    assert signer.session(cookie[:place] + other + cookie[place + 1 :]) is None


def test_a_cookie_of_another_secret_leads_nowhere() -> None:
    other = Signer(SECRET[::-1])
    assert Signer(SECRET).session(other.cookie(other.new_session())) is None


@pytest.mark.parametrize("secret", ["", "kort", "a" * 100, "abc" * 30, "x" * 31])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(WeakSecret, match="WEB_SECRET"):
        Signer(secret)


# --------------------------------------------------------------------------- what goes over the line


def test_a_message_is_read() -> None:
    raw = json.dumps({"id": "abcd-1234", "text": "hoi\n<3", "reply_to": 3}).encode()
    assert read_said(raw) == Said("abcd-1234", "hoi\n<3", 3)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_understood"), (b"[]", "not_understood"), (b"\xff", "not_understood"), (b"{}", "not_understood"),
        (b"[" * 100_000, "not_understood"),
        (b'{"id": "abcd-1234", "text": " "}', "not_understood"), (b'{"id": "kort", "text": "hoi"}', "not_understood"),
        (b'{"id": "abcd-1234", "text": 3}', "not_understood"), (b'{"id": "abcd 1234", "text": "hoi"}', "not_understood"),
        (b'{"id": "abcd-1234", "text": "\\ud800"}', "not_understood"),
        (b'{"id": "abcd-1234", "text": "hoi", "reply_to": true}', "not_understood"),
        (b'{"id": "abcd-1234", "text": "' + b"a" * 20_001 + b'"}', "too_long"), (b" " * (contract.LARGEST_BODY + 1), "too_long"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_with_its_reason(raw: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_said(raw)
    assert caught.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(Refused):
        read_said(raw)


def test_a_reply_keeps_text_buttons_and_card_together() -> None:
    message = {"text": "Kijk", "buttons": [{"title": "ja", "payload": "ja"}, {"title": "nee"}], "custom": {"type": "suggestie"},
               "timestamp": 1.0, "attachment": None, "utter_action": "utter_stap"}  # fmt: skip
    assert bot_body(message) == {
        "text": "Kijk",
        "buttons": [{"title": "ja", "payload": "ja"}, {"title": "nee", "payload": "nee"}],
        "card": {"type": "suggestie"},
    }
    assert bot_body({"text": "", "custom": {}, "buttons": None}) == {}


def test_a_text_that_is_not_dutch_says_so_and_stays_as_it_is() -> None:
    body = bot_body({"text": "Call 112", "metadata": {"lang": "en"}})
    assert body == {"text": "Call 112", "lang": "en"}
    assert reworded(body, str.upper) == body


def test_words_to_say_to_somebody_else_are_not_put_in_other_words() -> None:
    card = {"type": "suggestie", "wat": "a", "zin": "b", "telefoon": "c", "haltes": [{"id": "d", "label": "e"}]}
    assert reworded({"text": "f", "card": card, "buttons": [{"title": "g", "payload": "h"}]}, str.upper) == {
        "text": "F",
        "card": {"type": "suggestie", "wat": "A", "zin": "b", "telefoon": "c", "haltes": [{"id": "d", "label": "E"}]},
        "buttons": [{"title": "G", "payload": "h"}],
    }


@pytest.mark.parametrize(("sent", "kept"), [(True, True), (False, False), ("yes", False), (None, False)])
def test_a_page_may_say_that_it_welcomed(sent: object, kept: bool) -> None:
    said = read_said(json.dumps({"id": "abcdefgh", "text": "hoi", "welcomed": sent}).encode())
    assert said.welcomed is kept
    assert said.body("hoi") == {"text": "hoi", **({"welcomed": True} if kept else {})}


@given(st.dictionaries(st.text(), st.text() | st.integers()), st.integers(0, 10))
def test_an_event_is_one_block_whatever_is_in_it(data: dict[str, str | int], seq: int) -> None:
    event = server_event("message", data, seq)
    lines = event.removesuffix("\n\n").split("\n")
    assert lines[:2] == [f"id: {seq}", "event: message"]
    assert len(lines) == 3
    assert "\r" not in event
    assert json.loads(lines[2].removeprefix("data: ")) == data


@pytest.mark.parametrize(("value", "seq"), [(None, 0), ("", 0), ("7", 7), ("-1", 0), ("x", 0), ("²", 0), ("9" * 30, 0)])
def test_a_place_that_is_none_is_the_beginning(value: str | None, seq: int) -> None:
    assert last_event_id(value) == seq


def test_a_limit_gives_way_again_and_counts_each_by_itself() -> None:
    clock = Clock()
    limit = RateLimit(2, 10.0, clock)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    clock.now += 5
    assert [limit.allows("a") for _ in range(2)] == [True, False]


# --------------------------------------------------------------------------- once and in order


def test_the_same_id_is_kept_once(box: Outbox) -> None:
    assert box.accept("s", said(1)) == (1, True)
    assert box.accept("s", said(2, "twee")) == (2, True)
    assert box.accept("s", said(1)) == (1, False)
    assert texts(box) == ["you: hoi", "you: twee"]


def test_an_answer_is_kept_once(box: Outbox) -> None:
    box.accept("s", said(1))
    assert box.finish("s", 1, Answer(({"text": "dag"}, {"text": "zeg het maar"})))
    assert not box.finish("s", 1, Answer(({"text": "dag"},)))
    assert texts(box) == ["you: hoi", "bot: dag", "bot: zeg het maar"]
    assert texts(box, after=1) == ["bot: dag", "bot: zeg het maar"]
    assert not box.after("s").waiting


def test_a_colleague_speaks_in_the_same_conversation(box: Outbox) -> None:
    box.accept("s", said(1))
    box.push("s", Who.COLLEAGUE, [{"text": "Ik ben Ans"}])
    box.finish("s", 1, Answer(({"text": "dag"},)))
    assert texts(box) == ["you: hoi", "colleague: Ik ben Ans", "bot: dag"]


def test_another_conversation_is_another(box: Outbox) -> None:
    box.begin("t")
    box.accept("s", said(1))
    assert box.accept("t", said(1, "ik ook")) == (1, True)
    assert (texts(box), texts(box, "t")) == (["you: hoi"], ["you: ik ook"])


def test_too_many_that_wait_are_refused_and_a_repeated_one_is_not(box: Outbox) -> None:
    for number in range(MOST_WAITING):
        box.accept("s", said(number))
    assert box.accept("s", said(0)) == (1, False)
    with pytest.raises(Refused, match="too_fast"):
        box.accept("s", said(MOST_WAITING))


def test_an_unknown_conversation_is_refused(box: Outbox) -> None:
    assert not box.knows("t")
    for attempt in (lambda: box.accept("t", said(1)), lambda: box.after("t"), lambda: box.push("t", Who.BOT, [{"text": "x"}])):
        with pytest.raises(Refused, match="no_session"):
            attempt()


# --------------------------------------------------------------------------- forgetting


def test_wiping_in_the_talk_forgets_what_was_said_and_goes_on(box: Outbox) -> None:
    box.accept("s", said(1, "geheim"))
    box.finish("s", 1, Answer(({"text": "ook geheim"},)))
    box.accept("s", said(2, "wis"))
    box.accept("s", said(3, "nog iets"))
    box.finish("s", 3, Answer(({"text": "Gewist"},), forget=True))
    entries = box.after("s").entries
    assert [(entry.seq, entry.who.value) for entry in entries] == [(4, "you"), (5, "system"), (6, "bot")]
    assert entries[1].body == {"cleared_up_to": 3}
    assert box.accept("s", said(2, "wis")) == (3, False)
    waiting = box.next_waiting("s")
    assert waiting is not None and waiting.body["text"] == "nog iets"


def test_nothing_is_left_after_erasing(url: str, box: Outbox, tmp_path: Path) -> None:
    box.accept("s", said(1, "mijn grote geheim"))
    assert box.end("s")
    assert not box.knows("s")
    assert not box.finish("s", 1, Answer(({"text": "te laat"},)))
    assert box.unfinished() == ([], ["s"])
    box.erase("s")
    assert box.unfinished() == ([], [])
    assert not box.end("s")
    for file in tmp_path.iterdir():
        assert b"grote geheim" not in file.read_bytes()
        assert b"bericht-" not in file.read_bytes()


def test_old_conversations_go_and_others_stay(box: Outbox, clock: Clock) -> None:
    box.accept("s", said(1))
    clock.now += 23 * HOUR
    box.begin("t")
    assert box.purge(24) == 0
    clock.now += 2 * HOUR
    assert box.purge(24) == 1
    assert (box.knows("s"), box.knows("t")) == (False, True)


# --------------------------------------------------------------------------- a database that does not work


@pytest.mark.parametrize("url", ["x", "sqlite:////proc/none/x.db", "nosuch://x", "postgresql://a:geheim@127.0.0.1:1/x"])
def test_a_database_that_does_not_work_is_said_without_its_password(url: str) -> None:
    with pytest.raises(OutboxUnavailable) as caught:
        Outbox(url, timeout=2)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


# --------------------------------------------------------------------------- whatever goes wrong on the way

SAY, RESEND, CUT, RESTART, PUSH, READ, PAUSE = range(7)


class Someone:
    """A page: sends until it is taken, and keeps what it heard with the number of the last."""

    def __init__(self) -> None:
        self.sent: list[Said] = []
        self.heard: list[Entry] = []

    def listen(self, box: Outbox, most: int) -> None:
        """Hear some of what is new; the line may break after each."""
        last = self.heard[-1].seq if self.heard else 0
        self.heard.extend(box.after("s", last).entries[:most])


async def talk(url: str, steps: list[tuple[int, int]]) -> tuple[Someone, Someone, int]:
    """Play the steps on real parts; two pages of one browser, of which the second only listens."""
    one, two, pushed = Someone(), Someone(), 0
    box = Outbox(url)
    box.begin("s")

    async def answer(session: str, entry: Entry) -> Answer:
        for _ in range(len(entry.body["text"]) % 3):
            await asyncio.sleep(0)
        return Answer(({"text": f"eerst {entry.client_id}"}, {"text": f"dan {entry.client_id}"}))

    turns = Turns(box, answer, Bell())
    for step, number in steps:
        if step == SAY and len(one.sent) < MOST_WAITING:
            one.sent.append(said(len(one.sent), "a" * (number + 1)))
            box.accept("s", one.sent[-1])
            turns.wake("s")
        elif step == RESEND and one.sent:
            box.accept("s", one.sent[number % len(one.sent)])
            turns.wake("s")
        elif step == RESTART:
            await turns.stop()
            box.close()
            box = Outbox(url)
            turns = Turns(box, answer, Bell())
            for session in box.unfinished()[0]:
                turns.wake(session)
        elif step == PUSH:
            box.push("s", Who.COLLEAGUE, [{"text": f"collega {pushed}"}])
            pushed += 1
        elif step == READ:
            (one if number % 2 else two).listen(box, number)
        elif step == CUT:
            one.listen(box, 1)
        else:
            await asyncio.sleep(0)
    turns.wake("s")
    await turns.idle("s")
    assert box.next_waiting("s") is None
    one.listen(box, 10_000)
    two.listen(box, 10_000)
    await turns.stop()
    box.close()
    return one, two, pushed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(SAY, PAUSE), st.integers(0, 6)), max_size=30))
def test_every_message_arrives_once_and_in_order_whatever_breaks(steps: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, two, pushed = asyncio.run(talk(f"sqlite:///{folder}/web.db", steps))
    assert one.heard == two.heard
    assert [entry.seq for entry in one.heard] == list(range(1, len(one.heard) + 1))
    mine = [entry.client_id for entry in one.heard if entry.who is Who.YOU]
    assert mine == [message.client_id for message in one.sent]
    replies = [entry.body["text"] for entry in one.heard if entry.who is Who.BOT]
    assert replies == [f"{when} {message.client_id}" for message in one.sent for when in ("eerst", "dan")]
    colleague = [entry.body["text"] for entry in one.heard if entry.who is Who.COLLEAGUE]
    assert colleague == [f"collega {number}" for number in range(pushed)]
