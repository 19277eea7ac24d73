"""The store of the hand-over: one winner, every line once and in order, nothing lost by a restart, nothing left after erasing."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handover import Clock, given_back, in_queue, race_for_one, taken, two_at_once
from wegwijzer.handover.journal import PRESENT_FOR, OtherHours
from wegwijzer.handover.models import HandoverUnavailable, Outcome, Reason, Refused, Said, SystemLine, Urgency, Who
from wegwijzer.handover.notices import Event
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import TYPING_FOR, HandoverStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "folder" / "handover.db"


@pytest.fixture
def store(path: Path, clock: Clock) -> HandoverStore:
    return HandoverStore(f"sqlite:///{path}", clock)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> HandoverStore:
    """For many small examples: making tables takes longer than using them."""
    return HandoverStore(f"sqlite:///{tmp_path_factory.mktemp('one')}/handover.db")


# --------------------------------------------------------------------------- asking


def test_asking_keeps_what_a_colleague_needs(store: HandoverStore, clock: Clock) -> None:
    so_far = [Said(Who.BOT, "Hoi", at=clock.now - 60), Said(Who.RESIDENT, "Mijn man is overleden", at=clock.now - 30)]
    request, new = store.ask("anna", "web", reason=Reason.STUCK, summary={"haltes": ["verlies"]}, so_far=so_far)
    assert new
    assert (request.conversation, request.channel, request.state) == ("anna", "web", RequestState.ASKED)
    assert (request.reason, request.urgency, request.summary) == (Reason.STUCK, Urgency.NORMAL, {"haltes": ["verlies"]})
    lines = store.lines(request.id)
    assert [(line.seq, line.who, line.text, line.at) for line in lines] == [
        (1, Who.BOT, "Hoi", clock.now - 60), (2, Who.RESIDENT, "Mijn man is overleden", clock.now - 30)
    ]  # fmt: skip


def test_ids_cannot_be_guessed(store: HandoverStore) -> None:
    ids = {store.ask(f"gesprek {number}", "web")[0].id for number in range(20)}
    assert len(ids) == 20
    assert min(map(len, ids)) >= 22


def test_a_conversation_has_one_open_request(store: HandoverStore) -> None:
    first, _ = store.ask("anna", "web")
    again, new = store.ask("anna", "web", reason=Reason.COMPLAINT)
    assert (again, new) == (first, False)
    assert store.open_request("anna") == first
    store.move(first.id, RequestState.CLOSED, Actor.RESIDENT, outcome=Outcome.LEFT)
    assert store.open_request("anna") is None
    later, new = store.ask("anna", "web")
    assert new and later.id != first.id


def test_danger_makes_the_open_request_urgent(store: HandoverStore) -> None:
    first, _ = store.ask("anna", "web")
    again, _ = store.ask("anna", "web", reason=Reason.CRISIS, urgency=Urgency.CRISIS)
    assert (again.id, again.urgency) == (first.id, Urgency.CRISIS)
    assert [line.text for line in store.lines(first.id, private=True)] == [SystemLine.CRISIS]
    assert store.lines(first.id) == [], "the warning is for the colleague only"


def test_of_many_who_ask_at_once_for_one_conversation_one_request_comes(store: HandoverStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: store.ask("anna", "web"), range(8)))
    assert len({request.id for request, _ in asked}) == 1
    assert sum(new for _, new in asked) == 1


def test_the_queue_is_crisis_first_and_then_who_waits_longest(store: HandoverStore, clock: Clock) -> None:
    ids = {}
    for name, urgency in (("eerste", "normal"), ("tweede", "normal"), ("nood", "crisis"), ("derde", "normal")):
        clock.now += 1
        ids[name] = in_queue(store, name, urgency=Urgency(urgency)).id
    clock.now += 1
    store.ask("nog niet", "web")
    assert [request.conversation for request in store.queue(RequestState.WAITING)] == ["nood", "eerste", "tweede", "derde"]
    store.raise_alarm(ids["derde"])
    assert [request.conversation for request in store.queue()] == ["nood", "derde", "eerste", "tweede", "nog niet"]


# --------------------------------------------------------------------------- taking


def test_of_a_crowd_that_races_one_wins(store: HandoverStore) -> None:
    for race in range(5):
        assert race_for_one(store, f"gesprek {race}", runners=12) == 1


def test_who_is_late_hears_who_has_it(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    with pytest.raises(Refused) as caught:
        store.take(request.id, "fatma")
    assert caught.value.code == "too_late"
    assert caught.value.now is not None and caught.value.now.taken_by == "jan"


def test_a_move_on_an_old_view_is_too_late(store: HandoverStore) -> None:
    seen = in_queue(store, "anna")
    store.raise_alarm(seen.id)
    with pytest.raises(Refused, match="too_late"):
        store.move(seen.id, RequestState.CLOSED, Actor.COLLEAGUE, "jan", version=seen.version)
    assert store.get(seen.id).state is RequestState.WAITING


def test_only_who_took_it_moves_it_and_talks_in_it(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    with pytest.raises(Refused, match="not_yours"):
        store.move(request.id, RequestState.CLOSED, Actor.COLLEAGUE, "fatma")
    with pytest.raises(Refused, match="not_yours"):
        store.append(request.id, Said(Who.COLLEAGUE, "Dag", author="fatma"))
    store.append(request.id, Said(Who.NOTE, "Ik ken haar", author="fatma"))
    closed = store.move(request.id, RequestState.CLOSED, Actor.COLLEAGUE, "jan", outcome=Outcome.HELPED)
    assert (closed.outcome, closed.taken_by, closed.ended_at) == (Outcome.HELPED, "jan", store.clock())


def test_a_colleague_without_a_name_moves_nothing(store: HandoverStore) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        store.move(in_queue(store, "anna").id, RequestState.TAKEN, Actor.COLLEAGUE)


def test_passing_on_puts_it_back_in_the_queue_for_anybody(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    store.move(request.id, RequestState.WAITING, Actor.COLLEAGUE, "jan")
    assert store.take(request.id, "fatma").taken_by == "fatma"
    assert [line.text for line in store.lines(request.id)] == [SystemLine.TAKEN, SystemLine.PASSED_ON, SystemLine.TAKEN]


def test_two_colleagues_do_not_make_the_same_call(store: HandoverStore) -> None:
    request, _ = store.ask("anna", "web")
    with pytest.raises(Refused, match="not_allowed"):
        store.claim_call(request.id, "jan")
    store.move(request.id, RequestState.CALL_BACK, Actor.RESIDENT)
    winners = two_at_once(lambda name: store.claim_call(request.id, name))
    assert len(winners) == 1
    with pytest.raises(Refused, match="too_late"):
        store.claim_call(request.id, "derde")
    store.release_call(request.id, "derde")
    assert store.claim_call(request.id, "derde").taken_by == "derde"


# --------------------------------------------------------------------------- talking


def test_a_line_is_written_once_by_its_client_id(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    line, new = store.append(request.id, Said(Who.RESIDENT, "Hallo?", client_id="abc"))
    again, twice = store.append(request.id, Said(Who.RESIDENT, "Hallo?", client_id="abc"))
    assert (new, twice) == (True, False)
    assert again == line
    assert [one.text for one in store.lines(request.id, after=line.seq - 1)] == ["Hallo?"]


def test_the_same_client_id_in_another_request_is_another_line(store: HandoverStore) -> None:
    for name in ("anna", "bert"):
        assert store.append(taken(store, name, "jan").id, Said(Who.RESIDENT, name, client_id="1"))[1]


@pytest.mark.parametrize("repeats", [1, 3])
def test_lines_of_many_threads_get_every_number_once(store: HandoverStore, repeats: int) -> None:
    request = taken(store, "anna", "jan")
    said = [Said(Who.RESIDENT, f"zin {number}", client_id=f"id-{number}") for number in range(30)] * repeats
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: store.append(request.id, one), said))
    lines = store.lines(request.id)
    assert [line.seq for line in lines] == list(range(1, 32))
    assert sorted(line.text for line in lines[1:]) == sorted(f"zin {number}" for number in range(30))
    assert store.get(request.id).last_seq == 31


@given(texts=st.lists(st.text(max_size=40), max_size=6))
@settings(max_examples=40, deadline=None)
def test_whatever_is_said_can_be_kept_in_order(one_store: HandoverStore, texts: list[str]) -> None:
    request, _ = one_store.ask("anna", "web", so_far=[Said(Who.RESIDENT, text) for text in texts])
    kept = [line.text for line in one_store.lines(request.id)]
    assert kept == [text.replace("\x00", "").encode("utf-8", "replace").decode() for text in texts]
    one_store.erase("anna")


def test_a_resident_never_sees_a_note(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    store.append(request.id, Said(Who.NOTE, "Let op", author="jan"))
    store.append(request.id, Said(Who.COLLEAGUE, "Dag Anna", author="jan"))
    assert [line.who for line in store.lines(request.id, after=1)] == [Who.COLLEAGUE]
    assert [line.who for line in store.lines(request.id, after=1, private=True)] == [Who.NOTE, Who.COLLEAGUE]


def test_nobody_talks_after_the_end_and_a_colleague_not_before_taking(store: HandoverStore) -> None:
    request = in_queue(store, "anna")
    with pytest.raises(Refused, match="not_allowed"):
        store.append(request.id, Said(Who.COLLEAGUE, "Dag", author="jan"))
    store.append(request.id, Said(Who.RESIDENT, "Ik wacht"))
    ended = given_back(store, "bert", "jan")
    for said in (Said(Who.RESIDENT, "Nog iets"), Said(Who.COLLEAGUE, "Nog iets", author="jan")):
        with pytest.raises(Refused, match="not_allowed"):
            store.append(ended.id, said)
    store.append(ended.id, Said(Who.NOTE, "Volgende week bellen", author="jan"))


def test_it_is_known_since_when_a_person_waits_for_an_answer(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    assert request.unanswered_since == clock.now
    clock.now += 10
    store.append(request.id, Said(Who.COLLEAGUE, "Dag", author="jan"))
    assert store.get(request.id).unanswered_since is None
    clock.now += 10
    store.append(request.id, Said(Who.RESIDENT, "Hoi"))
    first = clock.now
    clock.now += 10
    store.append(request.id, Said(Who.RESIDENT, "Ben je daar?"))
    store.append(request.id, Said(Who.NOTE, "Even nadenken", author="jan"))
    assert store.get(request.id).unanswered_since == first


def test_a_reader_goes_on_where_it_was_and_two_do_not_both_pass_on(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    assert store.cursor(request.id, "resident") == 0
    assert store.advance(request.id, "resident", 0, 1)
    assert not store.advance(request.id, "resident", 0, 1)
    assert store.advance(request.id, "resident", 1, 4)
    assert not store.advance(request.id, "resident", 1, 4)
    assert (store.cursor(request.id, "resident"), store.cursor(request.id, "ander")) == (4, 0)


def test_who_types_is_seen_for_a_moment(store: HandoverStore, clock: Clock) -> None:
    request = taken(store, "anna", "jan")
    store.types(request.id, Who.RESIDENT)
    store.types(request.id, Who.RESIDENT)
    assert store.typing(request.id) == {Who.RESIDENT}
    clock.now += TYPING_FOR + 1
    assert store.typing(request.id) == frozenset()


# --------------------------------------------------------------------------- what became due


def test_what_became_due_is_done_once_and_whole(store: HandoverStore) -> None:
    request = in_queue(store, "anna")
    done = two_at_once(
        lambda name: (
            None if store.settle(request.id, "nobody_came", to=RequestState.EXPIRED, says=SystemLine.NOBODY_CAME) else 1 / 0
        ),
        (ZeroDivisionError,),
    )
    assert len(done) == 1
    after = store.get(request.id)
    assert (after.state, after.outcome) == (RequestState.EXPIRED, Outcome.NOBODY)
    assert [line.text for line in store.lines(request.id)] == [SystemLine.NOBODY_CAME]
    assert store.done(request.id) == {"nobody_came"}


def test_what_is_no_longer_due_does_not_happen(store: HandoverStore) -> None:
    request = in_queue(store, "anna")
    assert not store.settle(request.id, "x", to=RequestState.EXPIRED, still=lambda now: now.state is RequestState.TAKEN)
    assert store.get(request.id) == request
    assert not store.settle("bestaat niet", "x")


# --------------------------------------------------------------------------- colleagues


def test_who_gave_a_sign_of_life_is_there(store: HandoverStore, clock: Clock) -> None:
    store.presence.beat("jan")
    clock.now += PRESENT_FOR - 1
    store.presence.beat("fatma")
    assert store.presence.here() == ["fatma", "jan"]
    clock.now += 2
    assert store.presence.here() == ["fatma"]
    store.presence.beat("jan")
    store.presence.leave("fatma")
    assert store.presence.here() == ["jan"]


def test_other_hours_are_kept_per_day(store: HandoverStore) -> None:
    store.hours.set(date(2026, 12, 24), "10:00 - 12:00", "kerstavond")
    store.hours.set(date(2026, 12, 25), "")
    store.hours.set(date(2026, 12, 25), "", "kerst")
    assert store.hours.all() == {
        date(2026, 12, 24): OtherHours("10:00-12:00", "kerstavond"), date(2026, 12, 25): OtherHours("", "kerst")
    }  # fmt: skip
    store.hours.clear(date(2026, 12, 25))
    assert list(store.hours.all()) == [date(2026, 12, 24)]


@pytest.mark.parametrize("hours", ["tien tot twaalf", "Mo 10:00-12:00", "25:00-26:00", "10-12", "10:00"])
def test_hours_that_cannot_be_used_are_refused_with_a_remedy(store: HandoverStore, hours: str) -> None:
    with pytest.raises(ValueError, match="schrijf tijden als"):
        store.hours.set(date(2026, 12, 24), hours)
    assert store.hours.all() == {}


def test_every_deed_is_in_the_audit_log_without_a_word_of_what_was_said(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    store.audit.add("jan", "saw", request.id)
    store.append(request.id, Said(Who.COLLEAGUE, "geheim", author="jan"))
    store.move(request.id, RequestState.CLOSED, Actor.COLLEAGUE, "jan", outcome=Outcome.REFERRED)
    deeds = store.audit.all(request.id)
    assert [(deed.who, deed.what, deed.detail) for deed in deeds] == [
        ("resident", "asked", ""), ("bot", "waiting", ""), ("jan", "taken", ""), ("jan", "saw", ""), ("jan", "closed", "referred")
    ]  # fmt: skip
    assert "geheim" not in repr(store.audit.all())


def test_what_was_said_is_not_in_what_a_log_would_show(store: HandoverStore) -> None:
    request, _ = store.ask("geheim-gesprek", "web", summary={"wijk": "geheim"}, so_far=[Said(Who.RESIDENT, "geheim")])
    assert "geheim" not in repr((request, store.lines(request.id), Said(Who.RESIDENT, "geheim")))


# --------------------------------------------------------------------------- forgetting


def test_erasing_leaves_no_word_and_no_id_in_the_file(path: Path, clock: Clock) -> None:
    store = HandoverStore(f"sqlite:///{path}", clock, targets=("email",))
    request = taken(store, "gesprek-van-anna", "jan")
    kept = taken(store, "gesprek-van-bert", "jan")
    store.append(request.id, Said(Who.RESIDENT, "olifantenpaadje", client_id="eigen-id-van-anna"))
    store.types(request.id, Who.RESIDENT)
    store.advance(request.id, "resident", 0, 1)
    assert b"olifantenpaadje" in path.read_bytes()
    assert store.erase("gesprek-van-anna") == 1
    store.close()
    left = path.read_bytes()
    for trace in ("olifantenpaadje", "gesprek-van-anna", "eigen-id-van-anna", request.id):
        assert trace.encode() not in left
    assert store.get(kept.id) == kept
    assert [(deed.who, deed.what) for deed in store.audit.all("")] == [
        ("resident", "asked"), ("bot", "waiting"), ("jan", "taken"), ("resident", "erased")
    ]  # fmt: skip
    for act in (lambda: store.get(request.id), lambda: store.append(request.id, Said(Who.RESIDENT, "hoi"))):
        with pytest.raises(Refused, match="no_request"):
            act()
    assert store.erase("gesprek-van-anna") == 0


def test_what_ended_long_ago_goes_and_what_is_open_stays(store: HandoverStore, clock: Clock) -> None:
    ended, still_open = given_back(store, "anna", "jan"), in_queue(store, "bert")
    clock.now += 24 * 3600 - 1
    assert store.purge(24, 365) == 0
    recent = given_back(store, "carla", "jan")
    clock.now += 2
    assert store.purge(24, 365) == 1
    with pytest.raises(Refused, match="no_request"):
        store.get(ended.id)
    assert {store.get(one.id).id for one in (still_open, recent)} == {still_open.id, recent.id}
    assert store.audit.all(ended.id) != [], "who did what is kept longer than what was said"
    clock.now += 366 * 86_400
    store.purge(24, 365)
    assert store.audit.all() == []


# --------------------------------------------------------------------------- restarts and bad databases


def test_everything_survives_a_restart(path: Path, clock: Clock) -> None:
    before = HandoverStore(f"sqlite:///{path}", clock)
    request = taken(before, "anna", "jan")
    before.append(request.id, Said(Who.RESIDENT, "Dag"))
    before.hours.set(date(2026, 12, 24), "10:00-12:00")
    expected = (before.get(request.id), before.lines(request.id), before.audit.all(), before.hours.all())
    before.close()
    after = HandoverStore(f"sqlite:///{path}", clock)
    assert (after.get(request.id), after.lines(request.id), after.audit.all(), after.hours.all()) == expected


def _make(url: str, results: multiprocessing.Queue[str]) -> None:
    try:
        HandoverStore(url).close()
        results.put("ok")
    except Exception as error:
        results.put(repr(error))


def test_processes_that_start_at_once_on_an_empty_database_all_start(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = context.Queue()
    starting = [context.Process(target=_make, args=(f"sqlite:///{path}", results)) for _ in range(3)]
    for process in starting:
        process.start()
    assert [results.get(timeout=120) for _ in starting] == ["ok"] * 3
    for process in starting:
        process.join()


def test_a_locked_database_is_said_so_and_works_again_after(path: Path) -> None:
    store = HandoverStore(f"sqlite:///{path}", timeout=0.05)
    request = in_queue(store, "anna")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for act in (lambda: store.take(request.id, "jan"), lambda: store.queue(), lambda: store.presence.beat("jan")):
            with pytest.raises(HandoverUnavailable, match=r"handover\.db gave an error: OperationalError"):
                act()
    assert store.take(request.id, "jan").taken_by == "jan"


def test_a_broken_database_is_said_so(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("dit is geen database" * 100, encoding="utf-8")
    with pytest.raises(HandoverUnavailable, match="gave an error"):
        HandoverStore(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["dit is geen url", "nosuchdatabase://x", "postgresql+nodriver://u:geheim@h/d"])
def test_a_wrong_url_names_the_setting_and_no_password(url: str) -> None:
    with pytest.raises(HandoverUnavailable, match="HANDOVER_DATABASE_URL") as caught:
        HandoverStore(url)
    assert "geheim" not in str(caught.value)


def test_what_is_said_stays_out_of_the_error(path: Path) -> None:
    store = HandoverStore(f"sqlite:///{path}", timeout=0.05)
    request = taken(store, "anna", "jan")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(HandoverUnavailable) as caught:
            store.append(request.id, Said(Who.RESIDENT, "heel persoonlijk"))
    assert "persoonlijk" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_threaded_stop_in_the_middle_loses_nothing_that_was_confirmed(path: Path) -> None:
    store = HandoverStore(f"sqlite:///{path}", timeout=30)
    request = taken(store, "anna", "jan")
    confirmed: list[str] = []
    stop = threading.Event()

    def talk() -> None:
        for number in range(40):
            if stop.is_set():
                return
            store.append(request.id, Said(Who.RESIDENT, f"{number}", client_id=f"{number}"))
            confirmed.append(f"{number}")
            if number == 20:
                store.close()
                stop.set()

    talking = threading.Thread(target=talk)
    talking.start()
    talking.join()
    assert [line.text for line in HandoverStore(f"sqlite:///{path}").lines(request.id, after=1)] == confirmed


def test_events_are_announced_to_every_target_with_the_move(path: Path, clock: Clock) -> None:
    store = HandoverStore(f"sqlite:///{path}", clock, targets=("email", "webhook"))
    request = in_queue(store, "anna")
    store.raise_alarm(request.id)
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT target, event, state FROM handover_delivery ORDER BY event, target").fetchall()
    assert rows == [
        ("email", Event.CRISIS, "waits"), ("webhook", Event.CRISIS, "waits"),
        ("email", Event.WAITING, "waits"), ("webhook", Event.WAITING, "waits"),
    ]  # fmt: skip


def test_who_is_behind_is_known_until_all_was_looked_at(store: HandoverStore) -> None:
    request = taken(store, "een", "jan")
    taken(store, "twee", "jan")
    assert {one.conversation for one in store.behind("lezer")} == {"een", "twee"}
    assert [one.id for one in store.behind("lezer", "een")] == [request.id]
    assert store.advance(request.id, "lezer", 0, store.get(request.id).last_seq)
    assert store.behind("lezer", "een") == []
    store.append(request.id, Said(Who.COLLEAGUE, "dag", author="jan"))
    assert [one.id for one in store.behind("lezer", "een")] == [request.id]
    assert [one.id for one in store.behind("ander", "een")] == [request.id]


def test_a_database_that_nobody_wrote_to_need_not_be_asked(tmp_path: Path) -> None:
    store, file = HandoverStore(f"sqlite:///{tmp_path / 'x.db'}"), tmp_path / "x.db"

    def quiet() -> None:
        moment = time.time() - 60
        os.utime(file, (moment, moment))

    assert store.may_be_behind("lezer", "een"), "it was never asked"
    quiet()
    assert store.behind("lezer", "een") == []
    assert not store.may_be_behind("lezer", "een") and not store.may_be_behind("lezer", "twee")
    assert store.may_be_behind("ander", "een"), "for this reader it was never asked"
    with closing(HandoverStore(f"sqlite:///{file}")) as other_process:
        request, _ = other_process.ask("twee", "web")
        other_process.append(request.id, Said(Who.RESIDENT, "hallo", "1"))
    assert store.may_be_behind("lezer", "een") and store.may_be_behind("lezer", "twee")
    quiet()
    assert [one.id for one in store.behind("lezer", "twee")] == [request.id] and store.behind("lezer", "een") == []
    assert store.may_be_behind("lezer", "twee") and not store.may_be_behind("lezer", "een")
    store.close()


def test_a_colleague_who_closes_what_waits_leaves_word(store: HandoverStore) -> None:
    request = in_queue(store, "een")
    store.move(request.id, RequestState.CLOSED, Actor.COLLEAGUE, "jan")
    assert [(line.text, line.author) for line in store.lines(request.id)] == [(SystemLine.CLOSED, "jan")]
