"""What is kept of WhatsApp: every message once and in order, every reply once and in order, and nothing in which a number is read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.web.contract import Refused
from wegwijzer.whatsapp.inbox import FUTURE, MOST_WAITING, Inbox, Turn
from wegwijzer.whatsapp.incoming import Delivery, DeliveryState, Incoming, Kind
from wegwijzer.whatsapp.outgoing import LEASE, MOST_ATTEMPTS, PROOF, WINDOW, Outgoing, Reply
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.sending import Sending
from wegwijzer.whatsapp.store import DAY, RETRIED_FOR, SEEN_FOR, State, Store, StoreUnavailable
from wegwijzer.whatsapp.tables import REPLY, SEEN

NOW = 1_750_000_000.0
NUMBER, OTHER = "31612345678", "31687654321"
KEYS = [b"A" * 43 + b"="]
PEOPLE = People("k" * 32, KEYS)
PERSON = PEOPLE.name(NUMBER)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Box:
    """A database with both sides on it."""

    def __init__(self, folder: Path) -> None:
        self.file, self.clock = folder / "whatsapp.db", Clock()
        self.open()

    def open(self) -> None:
        self.store = Store(f"sqlite:///{self.file}", PEOPLE, self.clock)
        self.inbox = Inbox(self.store, lambda text: text.replace("Jansje", "(naam)"), settle=0.0)
        self.outgoing = Outgoing(self.store)

    def restart(self) -> None:
        self.store.close()
        self.open()

    def disk(self) -> bytes:
        """The database with what SQLite keeps beside it."""
        return b"".join(path.read_bytes() for path in sorted(self.file.parent.glob(f"{self.file.name}*")))

    def take(self, *messages: Incoming) -> int:
        return len(self.inbox.take(messages).fresh)

    def heard(self, person: str = PERSON) -> list[str]:
        """Answer all that waits; the texts in the order in which they were heard."""
        texts = []
        while (one := self.inbox.next_waiting(person)) is not None:
            texts.append(one.text or one.kind.value)
            assert self.inbox.finish(person, one.seq, Turn(({"antwoord": one.text},), leave=one.kind is Kind.STOP))
        return texts

    def reply(self, person: str = PERSON) -> Reply:
        found = self.outgoing.next(person)
        assert found is not None
        return found

    def claimed(self, person: str = PERSON) -> Reply:
        found = self.reply(person)
        assert self.outgoing.claim(found)
        return found

    def state(self) -> list[str]:
        with self.store.database.reading() as connection:
            return list(connection.scalars(sa.select(REPLY.c.state).order_by(REPLY.c.seq)))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    yield box
    box.store.close()


def said(
    text: str, name: str = "", at: float | None = NOW, number: str = NUMBER, kind: Kind = Kind.TEXT, **more: Any
) -> Incoming:
    return Incoming(f"wamid.{name or text}", number, at, kind, text, **more)


STOP = said("", "stop", at=NOW + 5, kind=Kind.STOP)


# --------------------------------------------------------------------------- once and in order


def test_a_message_is_heard_once_however_often_it_comes_and_after_a_restart(box: Box) -> None:
    assert box.take(said("een"), said("een")) == 1
    assert box.take(said("een")) == 0
    assert box.heard() == ["een"]
    box.restart()
    assert box.take(said("een")) == 0
    assert box.heard() == []


def test_what_was_not_answered_yet_is_heard_after_a_restart_without_names(box: Box) -> None:
    box.take(said("Jansje belt niet meer"))
    one = box.inbox.next_waiting(PERSON)
    assert one is not None and one.text == "Jansje belt niet meer", "understanding needs what was really said"
    assert b"Jansje" not in box.disk()
    box.restart()
    assert box.heard() == ["(naam) belt niet meer"]


def test_the_order_is_that_of_writing_then_of_arriving(box: Box) -> None:
    box.take(said("derde", at=NOW + 2), said("eerste", at=NOW))
    box.take(said("tweede", at=NOW + 1), said("tweede b", at=NOW + 1))
    assert box.heard() == ["eerste", "tweede", "tweede b", "derde"]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_delivery_in_any_batches_is_heard_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    sent = [said(f"bericht {number}", at=NOW + number) for number in range(data.draw(st.integers(1, 8)))]
    box = Box(tmp_path_factory.mktemp("orde"))
    delivered = data.draw(st.permutations(sent * 2))
    while delivered:
        size = data.draw(st.integers(1, len(delivered)))
        batch, delivered = delivered[:size], delivered[size:]
        box.take(*batch)
        if data.draw(st.booleans()):
            box.restart()
    assert box.heard() == [one.text for one in sent]
    box.store.close()


def test_the_same_from_many_threads_at_once_is_heard_once(box: Box) -> None:
    with ThreadPoolExecutor(8) as pool:
        fresh = list(pool.map(lambda number: box.take(said("zelfde"), said(f"eigen {number}", at=NOW + number)), range(8)))
    assert sum(fresh) == 9
    assert sorted(box.heard()) == sorted(["zelfde", *(f"eigen {number}" for number in range(8))])


def test_a_message_lies_a_moment_so_that_an_earlier_one_can_overtake_it(box: Box) -> None:
    box.inbox.settle = 1.0
    box.take(said("later", at=NOW + 1))
    assert box.inbox.next_waiting(PERSON) is None
    box.clock.now += 1.0
    box.take(said("eerder", at=NOW))
    assert box.heard() == ["eerder", "later"], "the first goes first although it came a moment ago"


def test_an_answer_is_kept_once_and_for_the_message_that_asked(box: Box) -> None:
    box.take(said("een"))
    one = box.inbox.next_waiting(PERSON)
    assert one is not None
    assert box.inbox.finish(PERSON, one.seq, Turn(({"n": 1}, {"n": 2})))
    assert not box.inbox.finish(PERSON, one.seq, Turn(({"n": 3},)))
    assert not box.inbox.finish("wa-niemand", 1, Turn(({"n": 3},)))
    assert len(box.state()) == 2


def test_what_comes_too_late_or_from_the_future_cannot_disturb(box: Box) -> None:
    taken = box.inbox.take(
        [said("oud", at=NOW - RETRIED_FOR - 1), said("later", at=NOW + FUTURE + 9), said("nu"), said("zonder tijd", at=None)]
    )
    assert (len(taken.fresh), taken.late) == (3, 1)
    assert box.heard() == ["later", "nu", "zonder tijd"], "a time that cannot be is the time of arriving"
    assert box.take(said("oud")) == 0


def test_silent_messages_are_only_remembered(box: Box) -> None:
    assert box.take(said("", "duim", kind=Kind.SILENT)) == 0
    assert not box.store.knows(PERSON)


def test_more_than_can_be_answered_is_said_once(box: Box) -> None:
    box.take(*(said(f"bericht {number:02}", at=NOW + number) for number in range(MOST_WAITING + 10)))
    box.take(said("nog een", at=NOW + 99))
    heard = box.heard()
    assert heard == [*(f"bericht {number:02}" for number in range(MOST_WAITING)), "too_many"]
    box.take(said("daarna", at=NOW + 100))
    assert box.heard() == ["daarna"]


def test_what_is_offered_and_who_greeted_goes_along_with_the_next_message(box: Box) -> None:
    box.take(said("een"))
    one = box.inbox.next_waiting(PERSON)
    assert one is not None and (one.choices, one.greeted) == (None, "")
    box.inbox.finish(PERSON, one.seq, Turn(choices={"a": 1}, greeted="us"))
    box.take(said("twee"))
    two = box.inbox.next_waiting(PERSON)
    assert two is not None and (two.choices, two.greeted) == ({"a": 1}, "us")
    box.inbox.finish(PERSON, two.seq, Turn(forget=True))
    box.take(said("drie"))
    three = box.inbox.next_waiting(PERSON)
    assert three is not None and (three.choices, three.greeted) == (None, "")


# --------------------------------------------------------------------------- sending


def test_replies_go_one_after_the_other(box: Box) -> None:
    box.take(said("een"), said("twee", at=NOW + 1))
    box.heard()
    first = box.claimed()
    assert not box.outgoing.claim(first), "of two that send it one may"
    assert box.reply().id == first.id, "the second waits for the first"
    box.outgoing.sent(first, "wamid.uit")
    assert box.reply().payload == {"antwoord": "twee"}
    assert PEOPLE.show(first.number) == NUMBER


def test_what_is_refused_for_now_comes_back_after_the_time_that_was_asked(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    first = box.claimed()
    assert box.outgoing.later(first, 42.0, perhaps_done=False)
    again = box.reply()
    assert (again.state, again.attempts, again.due) == (State.WAITS, 1, NOW + 42.0)


def test_after_many_tries_it_is_a_dead_letter_and_the_next_goes(box: Box) -> None:
    box.take(said("een"), said("twee"))
    box.heard()
    waits = []
    for _ in range(MOST_ATTEMPTS - 1):
        reply = box.claimed()
        assert box.outgoing.later(reply, None, perhaps_done=False)
        waits.append(box.reply().due - box.clock.now)
    assert waits == sorted(waits) and waits[0] < waits[-1]
    assert not box.outgoing.later(box.claimed(), None, perhaps_done=False)
    assert box.reply().payload == {"antwoord": "twee"}
    assert box.outgoing.dead_letters() == 1


def test_what_was_being_sent_at_a_crash_waits_for_word_and_is_sent_again_without_it(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.claimed()
    box.restart()
    assert box.reply().due == NOW + LEASE
    box.outgoing.wake_the_dead()
    assert (box.reply().state, box.reply().due) == (State.SENDING, NOW + PROOF)
    box.clock.now += PROOF
    assert box.outgoing.claim(box.reply())


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.DELIVERED])
def test_word_that_it_arrived_ends_the_waiting(box: Box, state: DeliveryState) -> None:
    box.take(said("een"))
    box.heard()
    sending = box.claimed()
    assert box.outgoing.delivered([Delivery(state, "wamid.uit", sending.id)]) == ({PERSON}, [])
    assert box.outgoing.next(PERSON) is None
    box.outgoing.sent(sending, "wamid.uit")
    assert box.state() == [state.value], "the answer to the request says less than the status"


def test_when_nobody_knows_whether_it_arrived_word_is_waited_for(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.outgoing.later(box.claimed(), None, perhaps_done=True)
    assert (box.reply().state, box.reply().due) == (State.SENDING, NOW + PROOF)


def test_what_arrived_leaves_no_words(box: Box) -> None:
    box.take(said("een"))
    one = box.inbox.next_waiting(PERSON)
    assert one is not None
    box.inbox.finish(PERSON, one.seq, Turn(({"tekst": "wat niemand hoeft te weten"},)))
    reply = box.claimed()
    box.outgoing.sent(reply, "wamid.uit")
    box.outgoing.delivered([Delivery(DeliveryState.DELIVERED, "wamid.uit")])
    box.store.catch_up()
    assert b"niemand hoeft" not in box.disk()


def test_who_reads_holds_up_nobody_and_what_is_deleted_goes_once_they_are_done(box: Box) -> None:
    with box.store.database.reading() as connection:
        assert connection.execute(sa.select(SEEN.c.mark)).all() == []
        rows = connection.execute(sa.select(SEEN.c.mark))
        box.take(said("wat later weg is"))
        box.heard()
        box.outgoing.sent(box.claimed(), "wamid.uit")
        box.outgoing.delivered([Delivery(DeliveryState.DELIVERED, "wamid.uit")])
        box.store.catch_up()
        rows.close()
    box.store.catch_up()
    assert b"wat later weg is" not in box.disk()


@pytest.mark.parametrize(
    ("code", "state"), [(131000, State.WAITS), (131026, State.DEAD), (131047, State.HELD), (None, State.DEAD)]
)
def test_what_failed_after_all_is_sent_again_only_when_that_helps(box: Box, code: int | None, state: str) -> None:
    box.take(said("een"))
    box.heard()
    reply = box.claimed()
    box.outgoing.sent(reply, "wamid.uit")
    failed = Delivery(DeliveryState.FAILED, "wamid.uit", reply.id, code)
    assert box.outgoing.delivered([failed, failed]) == ({PERSON}, [code or 0]), "the same word twice counts once"
    assert box.state() == [state]


def test_a_failure_of_an_earlier_try_does_not_undo_a_later_one(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    reply = box.claimed()
    box.outgoing.sent(reply, "wamid.nieuw")
    box.outgoing.delivered([Delivery(DeliveryState.FAILED, "wamid.oud", reply.id, 131000)])
    assert box.state() == [State.SENT]


@pytest.mark.parametrize("order", [("sent", "delivered"), ("delivered", "sent"), ("delivered", "delivered", "sent", "sent")])
def test_words_in_any_order_end_the_same(box: Box, order: tuple[str, ...]) -> None:
    box.take(said("een"))
    box.heard()
    box.outgoing.sent(box.claimed(), "wamid.uit")
    for state in order:
        box.outgoing.delivered([Delivery(DeliveryState(state), "wamid.uit")])
    assert box.state() == [State.DELIVERED]


# --------------------------------------------------------------------------- the day in which we may write


def test_after_a_day_it_waits_until_the_person_writes_and_then_goes_first(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.outgoing.sent(box.claimed(), "wamid.1")
    box.clock.now += WINDOW
    assert box.inbox.push(PERSON, [{"van": "collega"}], line="verzoek.7")
    late = box.claimed()
    assert not box.outgoing.window_open(late)
    box.outgoing.hold(late)
    assert box.reply().state == State.HELD
    assert (box.outgoing.nudge(PERSON), box.outgoing.nudge(PERSON)) == (True, False), "told once"
    box.take(said("ben je er", at=box.clock.now))
    box.heard()
    first = box.claimed()
    assert (first.payload, box.outgoing.window_open(first)) == ({"van": "collega"}, True)
    assert box.outgoing.nudge(PERSON), "and once more when they stay away again"


def test_who_writes_just_when_something_is_put_aside_gets_it(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.clock.now += WINDOW
    late = box.claimed()
    box.take(said("hoi", at=box.clock.now))
    box.outgoing.hold(late)
    assert box.reply().state == State.WAITS


# --------------------------------------------------------------------------- a colleague


def test_a_line_of_a_colleague_is_said_once(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    assert box.inbox.push(PERSON, [{"n": 1}, {"n": 2}], line="verzoek.1")
    assert not box.inbox.push(PERSON, [{"n": 1}, {"n": 2}], line="verzoek.1")
    assert len(box.state()) == 3
    with pytest.raises(Refused):
        box.inbox.push("wa-niemand", [{"n": 1}], line="verzoek.1")


# --------------------------------------------------------------------------- stop, wipe, forget


def test_stop_drops_what_waited_says_goodbye_and_leaves_nothing(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.take(said("twee", at=NOW + 1))
    box.take(STOP)
    with pytest.raises(Refused):
        box.inbox.push(PERSON, [{"n": 1}], line="verzoek.1")
    assert box.heard() == ["stop"]
    goodbye = box.claimed()
    assert goodbye.payload == {"antwoord": ""}
    box.outgoing.sent(goodbye, "wamid.dag")
    assert box.outgoing.next(PERSON) is None
    assert not box.store.knows(PERSON)
    with closing(sqlite3.connect(box.file)) as connection:
        counts = {
            name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]
            for name in ("wa_person", "wa_message", "wa_reply")
        }
    assert counts == {"wa_person": 0, "wa_message": 0, "wa_reply": 0}
    box.store.catch_up()
    assert PERSON.encode() not in box.disk()


def test_an_answer_that_was_being_made_when_somebody_said_stop_is_not_said(box: Box) -> None:
    box.take(said("een"))
    one = box.inbox.next_waiting(PERSON)
    assert one is not None
    box.take(STOP)
    assert not box.inbox.finish(PERSON, one.seq, Turn(({"te": "laat"},)))
    assert box.heard() == ["stop"]


def test_what_was_written_before_stop_and_arrives_after_it_is_not_heard(box: Box) -> None:
    box.take(STOP)
    box.heard()
    box.outgoing.sent(box.claimed(), "wamid.dag")
    assert box.take(said("van daarvoor", at=NOW + 4)) == 0
    assert box.take(said("toch weer", at=NOW + 6)) == 1
    assert box.heard() == ["toch weer"]


def test_who_writes_again_at_once_after_stop_gets_goodbye_and_an_answer(box: Box) -> None:
    box.take(STOP, said("o nee toch niet", at=NOW + 6), said("een", at=NOW))
    assert box.heard() == ["stop", "o nee toch niet"]
    assert box.store.knows(PERSON)


def test_wiping_keeps_the_person_only_until_that_is_said(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.take(said("wis mijn gesprek", at=NOW + 1))
    one = box.inbox.next_waiting(PERSON)
    assert one is not None
    box.inbox.finish(PERSON, one.seq, Turn(({"gewist": True},), forget=True, leave=True))
    assert box.reply().payload == {"gewist": True}, "what was still to be said before goes"
    box.outgoing.sent(box.claimed(), "wamid.dag")
    assert not box.store.knows(PERSON)
    assert box.take(said("een")) == 0, "what is delivered again is still not heard again"


def test_erasing_takes_everything_at_once_and_of_nobody_else(box: Box) -> None:
    box.take(said("een"), said("twee", number=OTHER))
    assert box.inbox.erase(PERSON) and not box.inbox.erase(PERSON)
    assert box.store.unfinished() == ([PEOPLE.name(OTHER)], [])
    assert PERSON.encode() not in box.disk()


def test_after_the_time_of_keeping_people_go_and_later_what_is_known_of_messages(box: Box) -> None:
    box.take(said("een"))
    box.heard()
    box.clock.now += DAY + 1
    box.take(said("twee", at=box.clock.now, number=OTHER))
    assert box.store.purge(24) == 1
    assert (box.store.knows(PERSON), box.store.knows(PEOPLE.name(OTHER))) == (False, True)
    assert box.take(said("een")) == 0
    box.clock.now += SEEN_FOR + 1
    box.store.purge(24)
    with box.store.database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(SEEN)) == 0


def test_who_may_be_asked_later_stays_without_a_word_of_what_was_said(box: Box) -> None:
    box.take(said("mijn geheime verhaal"))
    box.heard()
    assert box.store.heard_at(PERSON) == NOW
    box.clock.now += DAY + 1
    assert box.store.purge(24, {PERSON}) == 0
    assert box.store.knows(PERSON) and box.state() == [], "the number stays, to ask one thing"
    assert b"geheime" not in box.disk()
    assert box.inbox.push(PERSON, [{"vraag": 1}], line="nazorg.1")
    box.clock.now += DAY + 1
    assert box.store.purge(24) == 1 and box.store.heard_at(PERSON) is None, "asked and answered it goes as always"


class Messenger:
    """A provider that takes everything."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    async def send(self, to: str, payload: Mapping[str, Any], opaque: str = "") -> str:
        self.sent.append(payload)
        return f"wamid.{len(self.sent)}"


@pytest.mark.parametrize(
    ("payload", "arrives"),
    [
        ({"type": "text", "text": {"body": "Is het gelukt?"}}, False),
        ({"type": "template", "template": {"name": "is_het_gelukt"}}, True),
        ({"content": "HX" + "0" * 32}, True),
    ],
)
def test_the_later_question_goes_after_a_day_only_as_what_was_approved_and_never_waits(
    box: Box, payload: Mapping[str, Any], arrives: bool
) -> None:
    box.take(said("een"))
    box.heard()
    box.outgoing.sent(box.claimed(), "wamid.0")
    box.clock.now += WINDOW
    box.inbox.push(PERSON, [payload], line="nazorg.1")
    messenger = Messenger()

    async def send() -> None:
        sending = Sending(box.outgoing, PEOPLE, messenger, {"type": "template", "template": {"name": "laat"}}, box.clock)
        sending.wake(PERSON)
        while sending.busy(PERSON):  # noqa: ASYNC110 - it has no event that others may wait for
            await asyncio.sleep(0)

    asyncio.run(send())
    assert messenger.sent == ([payload] if arrives else [])
    assert box.state()[-1] == (State.SENT if arrives else State.DEAD)
    box.take(said("hoi", at=box.clock.now))
    assert box.outgoing.next(PERSON) is None, "it does not come out of nowhere when they write again"


# --------------------------------------------------------------------------- on disk


def test_no_number_and_no_id_in_which_one_is_read_is_on_disk(box: Box) -> None:
    box.take(said("hallo", name="HBgLMzE2MTIzNDU2Nzg"))
    box.heard()
    box.outgoing.sent(box.claimed(), "wamid.HBgLMzE2MTIzNDU2Nzg-uit")
    held = box.disk()
    assert NUMBER.encode() not in held
    assert b"HBgLMzE2MTIzNDU2Nzg" not in held


def test_a_database_that_does_not_work_is_said_without_a_word_of_it(box: Box) -> None:
    store = Store(f"sqlite:///{box.file}?timeout=0.05", PEOPLE)
    with closing(sqlite3.connect(box.file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable) as caught:
            Inbox(store, str).take([said("mijn geheim")])
        other.rollback()
    store.close()
    assert "geheim" not in str(caught.value)
    assert box.take(said("mijn geheim")) == 1, "it comes again, and is then new"


def test_words_are_kept_in_memory_only_as_long_as_they_are_needed(box: Box) -> None:
    box.take(
        *(said(f"bericht {number}", at=NOW + number) for number in range(MOST_WAITING + 3)), said("van een ander", number=OTHER)
    )
    box.heard()
    box.take(STOP)
    box.heard()
    box.heard(PEOPLE.name(OTHER))
    assert box.inbox._words == {}
