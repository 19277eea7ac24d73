"""The hand-over on a real PostgreSQL server: races, order, restarts of the server, several processes; races on SQLite too."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.handover import Clock, in_queue, race_for_one, taken, two_at_once
from tests.running import quick_folder
from tests.service.postgres import Postgres
from wegwijzer.handover.delivery import Courier
from wegwijzer.handover.due import settle_due
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.models import HandoverUnavailable, Outcome, Refused, Said, SystemLine, Urgency, Who
from wegwijzer.handover.phone_vault import PhoneVault, read_keys
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.targets.contract import Notice

RACES = 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[HandoverStore]:
    made = HandoverStore(url, clock, targets=("email",))
    yield made
    made.close()


def test_of_colleagues_who_race_a_thousand_times_one_wins_each_time(store: HandoverStore) -> None:
    winners = [race_for_one(store, f"gesprek {race}", runners=2) for race in range(RACES)]
    assert winners == [1] * RACES


def test_of_colleagues_who_race_a_thousand_times_on_sqlite_one_wins_each_time() -> None:
    with quick_folder() as folder:
        store = HandoverStore(f"sqlite:///{folder}/handover.db", timeout=60)
        winners = [race_for_one(store, f"gesprek {race}", runners=2) for race in range(RACES)]
        store.close()
    assert winners == [1] * RACES


def _race(url: str, name: str, ids: list[str], results: multiprocessing.Queue[tuple[str, list[str]]]) -> None:
    store, won = HandoverStore(url), []
    for request_id in ids:
        try:
            store.take(request_id, name)
            won.append(request_id)
        except Refused:
            continue
    results.put((name, won))


def test_processes_that_race_share_the_queue_without_taking_anything_twice(store: HandoverStore, url: str) -> None:
    ids = [in_queue(store, f"gesprek {number}").id for number in range(100)]
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[str, list[str]]] = context.Queue()
    racers = [context.Process(target=_race, args=(url, name, ids, results)) for name in ("jan", "fatma")]
    for racer in racers:
        racer.start()
    won = dict(results.get(timeout=120) for _ in racers)
    for racer in racers:
        racer.join()
    assert sorted(won["jan"] + won["fatma"]) == sorted(ids)
    assert {store.get(one).taken_by for one in won["jan"]} <= {"jan"}


def test_lines_of_many_threads_get_every_number_once(store: HandoverStore) -> None:
    request = taken(store, "anna", "jan")
    said = [Said(Who.RESIDENT, f"zin {number}", client_id=f"id-{number}") for number in range(60)] * 2
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: store.append(request.id, one), said))
    lines = store.lines(request.id)
    assert [line.seq for line in lines] == list(range(1, 62))
    assert len({line.text for line in lines}) == 61


def test_of_many_who_ask_at_once_one_request_comes(store: HandoverStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: store.ask("anna", "web"), range(16)))
    assert len({request.id for request, _ in asked}) == 1
    assert sum(new for _, new in asked) == 1


def test_what_became_due_happens_once_with_two_processes(store: HandoverStore, clock: Clock) -> None:
    requests = [in_queue(store, f"gesprek {number}") for number in range(20)]
    clock.now += 3600
    with ThreadPoolExecutor(4) as pool:
        happened = list(pool.map(lambda _: settle_due(store, Limits()), range(4)))
    assert sum(map(len, happened)) == len(requests)
    for request in requests:
        assert [line.text for line in store.lines(request.id)] == [SystemLine.NOBODY_CAME]


def test_taking_and_expiring_at_the_same_moment_gives_one_of_the_two(store: HandoverStore, clock: Clock) -> None:
    limits = Limits()
    for number in range(50):
        request = in_queue(store, f"gesprek {number}")
        clock.now += limits.nobody_minutes * 60

        def act(name: str, request_id: str = request.id) -> None:
            if name == "tijd":
                settle_due(store, limits)
            else:
                store.take(request_id, name)

        two_at_once(act, names=("tijd", "jan"))
        after = store.get(request.id)
        assert after.state in (RequestState.TAKEN, RequestState.EXPIRED)
        assert [line.text for line in store.lines(request.id)] == [
            SystemLine.TAKEN if after.state is RequestState.TAKEN else SystemLine.NOBODY_CAME
        ]
        store.erase(f"gesprek {number}")


def test_the_whole_story_and_a_crash_of_the_server_in_the_middle(postgres: Postgres, store: HandoverStore) -> None:
    request = taken(store, "anna", "jan", Urgency.CRISIS)
    store.append(request.id, Said(Who.RESIDENT, "Dag \U0001f44b", client_id="1"))
    before = store.lines(request.id)
    postgres.stop()
    with pytest.raises(HandoverUnavailable, match="OperationalError"):
        store.append(request.id, Said(Who.RESIDENT, "Hoor je me?", client_id="2"))
    postgres.start()
    line, new = store.append(request.id, Said(Who.RESIDENT, "Hoor je me?", client_id="2"))
    assert new
    assert store.lines(request.id) == [*before, line]
    store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, "jan", outcome=Outcome.HELPED)
    assert store.open_request("anna") is None
    assert store.erase("anna") == 1


class _Counting:
    def __init__(self) -> None:
        self.keys: list[str] = []

    def deliver(self, notice: Notice) -> None:
        self.keys.append(notice.key)

    def probe(self) -> None:
        return


def test_two_couriers_bring_everything_once(store: HandoverStore) -> None:
    for number in range(30):
        in_queue(store, f"gesprek {number}")
    target = _Counting()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Courier(store, {"email": target}).run_once(), range(4)))
    assert len(target.keys) == len(set(target.keys)) == 30


def test_telephone_numbers_are_kept_and_erased(store: HandoverStore) -> None:
    vault = PhoneVault(store, read_keys("A" * 43))
    request, _ = store.ask("anna", "web")
    vault.keep(request.id, "030 286 00 00")
    assert vault.show(request.id, "jan") == "+31302860000"
    assert vault.rotate() == 1
    store.erase("anna")
    assert not vault.has(request.id)
