"""The catalogue store: what it finds, when it writes, and what happens when the database does not work.

Every test runs on SQLite. With ``TEST_DATABASE_URL`` set to an empty PostgreSQL database those that are not about
SQLite files run there too.
"""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Helplines, Initiative, Wijken
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.catalogue.store import CatalogueStore, StoreUnavailable
from wegwijzer.vocabulary import VoorWie

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")


def initiative(name: str, **fields: Any) -> Initiative:
    record: dict[str, Any] = {
        "id": name,
        "name": name.capitalize(),
        "organisation": "Stichting Samen",
        "summary": "Samen koffie drinken.",
        "haltes": ["ontmoeten"],
        "forms": ["groep", "inloop"],
        "contact": {"phone": "030-123 45 67"},
        "first_step": "Bel en zeg dat je komt.",
        "status": "active",
        "certainty": "high",
        "source": "https://example.nl",
    }
    return Initiative.model_validate(record | fields)


def catalogue(*initiatives: Initiative, fingerprint: str = "a") -> Catalogue:
    return Catalogue(
        haltes={},
        wijken=Wijken(city_aliases=(), outside=(), ambiguous=(), ambiguous_postcodes=(), postcode_sources=(), wijken=()),
        groepen={},
        helplines=Helplines(crisis=(), talk=(), help=(), ended=()),
        initiatives={one.id: one for one in initiatives},
        routes={},
        sentences=Sentences(reasons={}, contact={}, answers={}, connectors={}),
        fingerprint=fingerprint,
    )


SAMPLE = catalogue(
    initiative("zomercafe", haltes=["ontmoeten", "vrienden"], area=["overvecht", "zuid"], summary="Één café, 's zomers"),
    initiative("buurtmaaltijd", haltes=["ontmoeten"], helpen={"first_step": "Kook mee."}, for_whom=["zelf", "helpen"]),
    initiative("rouwgroep", haltes=["verlies"], area=["zuid"], for_whom=["zelf", "ander"], opening_hours="Tu[1] 10:30-12:00"),
    initiative("misschien", haltes=["verlies"], area=["oost"], status="likely_active"),
    initiative("gestopt", haltes=["verlies"], status="ended", status_reason="Gestopt in 2024."),
    initiative("onbereikbaar", contact={}),
    initiative("functie", kind="role"),
)


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/folder/catalogue.db"
        return
    engine = sa.create_engine(POSTGRES, future=True)
    metadata = sa.MetaData()
    metadata.reflect(engine, only=lambda name, _: name.startswith("catalogue_"))
    metadata.drop_all(engine)
    engine.dispose()
    yield POSTGRES


@pytest.fixture
def store(url: str) -> Iterator[CatalogueStore]:
    with closing(CatalogueStore(url)) as store:
        store.sync(SAMPLE)
        yield store


@pytest.mark.parametrize(
    ("voor_wie", "haltes", "wijk", "found"),
    [
        (VoorWie.ZELF, [], None, ["zomercafe", "buurtmaaltijd", "rouwgroep", "misschien"]),
        (VoorWie.ZELF, ["verlies"], None, ["rouwgroep", "misschien"]),
        (VoorWie.ZELF, ["verlies", "vrienden"], None, ["zomercafe", "rouwgroep", "misschien"]),
        (VoorWie.ZELF, ["geld"], None, []),
        (VoorWie.ZELF, [], "zuid", ["zomercafe", "buurtmaaltijd", "rouwgroep"]),
        (VoorWie.ZELF, [], ["overvecht", "oost"], ["zomercafe", "buurtmaaltijd", "misschien"]),
        (VoorWie.ZELF, [], [], ["zomercafe", "buurtmaaltijd", "rouwgroep", "misschien"]),
        (VoorWie.ZELF, ["verlies"], ["overvecht"], []),
        (VoorWie.ANDER, [], None, ["rouwgroep"]),
        (VoorWie.HELPEN, ["ontmoeten"], ["oost"], ["buurtmaaltijd"]),
        (VoorWie.HELPEN, ["' OR 1=1 --"], None, []),
    ],
)
def test_candidates(
    store: CatalogueStore, voor_wie: VoorWie, haltes: list[str], wijk: str | list[str] | None, found: list[str]
) -> None:
    assert [one.id for one in store.candidates(voor_wie, haltes, wijk)] == found


def test_records_come_back_as_they_went_in(store: CatalogueStore) -> None:
    for one in SAMPLE.initiatives.values():
        assert store.get(one.id) == one
    assert store.get("bestaat_niet") is None


def test_counts(store: CatalogueStore) -> None:
    counts = store.counts()
    assert (counts.initiatives, counts.suggestable) == (7, 4)
    assert counts.per_halte == {"ontmoeten": 2, "verlies": 2, "vrienden": 1}
    assert counts.per_wijk == {"oost": 1, "overvecht": 1, "stad": 1, "zuid": 2}
    assert counts.per_voor_wie == {"ander": 1, "helpen": 1, "zelf": 4}


def test_sync_writes_only_what_changed(url: str) -> None:
    with closing(CatalogueStore(url)) as store, closing(CatalogueStore(url)) as other:
        assert store.sync(SAMPLE) is True
        assert store.sync(SAMPLE) is False
        assert other.sync(SAMPLE) is False
        changed = catalogue(initiative("nieuw"), fingerprint="b")
        assert other.sync(changed) is True
        assert [one.id for one in store.candidates(VoorWie.ZELF)] == ["nieuw"]
        assert store.get("rouwgroep") is None
        assert store.sync(catalogue(fingerprint="leeg")) is True
        assert store.candidates(VoorWie.ZELF) == ()


def test_a_changed_record_replaces_the_remembered_one(store: CatalogueStore) -> None:
    first = store.candidates(VoorWie.ZELF)
    assert store.candidates(VoorWie.ZELF)[0] is first[0], "an unchanged record is not parsed again"
    store.sync(catalogue(initiative("zomercafe", summary="Anders."), fingerprint="b"))
    assert store.candidates(VoorWie.ZELF)[0].summary == "Anders."


def test_a_failed_sync_leaves_the_old_catalogue(store: CatalogueStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("halverwege")

    monkeypatch.setattr("wegwijzer.catalogue.store._links", explode)
    with pytest.raises(RuntimeError):
        store.sync(catalogue(initiative("nieuw"), fingerprint="b"))
    assert len(store.candidates(VoorWie.ZELF)) == 4
    assert store.sync(SAMPLE) is False


def test_reading_before_the_first_sync(url: str) -> None:
    with closing(CatalogueStore(url)) as store, pytest.raises(StoreUnavailable, match="nog niet gevuld"):
        store.candidates(VoorWie.ZELF)


def test_payload_of_another_version(store: CatalogueStore, url: str) -> None:
    engine = sa.create_engine(url, future=True)
    with engine.begin() as connection:
        connection.execute(sa.text("""UPDATE catalogue_initiative SET payload = '{"id": "x"}', fingerprint = 'x'"""))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="andere versie"):
        store.get("rouwgroep")


def _sync_in_turn(url: str, seconds: float, ready: Any) -> None:
    """Child process: rewrite the store over and over, with a catalogue of two and one of three."""
    two = catalogue(*(initiative(f"twee_{n}") for n in range(2)), fingerprint="two")
    three = catalogue(*(initiative(f"drie_{n}") for n in range(3)), fingerprint="three")
    end = time.monotonic() + seconds
    with closing(CatalogueStore(url)) as store:
        while time.monotonic() < end:
            store.sync(three)
            store.sync(two)
            ready.set()


def test_reading_while_another_process_writes(url: str) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    writer = context.Process(target=_sync_in_turn, args=(url, 1.5, ready))
    writer.start()
    try:
        assert ready.wait(10)
        seen = set()
        with closing(CatalogueStore(url)) as store:
            while writer.is_alive():
                seen.add(tuple(one.id for one in store.candidates(VoorWie.ZELF)))
    finally:
        writer.join(10)
    assert writer.exitcode == 0
    assert seen == {("twee_0", "twee_1"), ("drie_0", "drie_1", "drie_2")}, "always one whole catalogue"


def _sync_once(url: str, start: Any, wrote: Any) -> None:
    with closing(CatalogueStore(url)) as store:
        start.wait(10)
        wrote.put(store.sync(SAMPLE))


def test_of_processes_that_start_together_one_writes(url: str) -> None:
    context = multiprocessing.get_context("fork")
    start, wrote = context.Barrier(4), context.Queue()
    processes = [context.Process(target=_sync_once, args=(url, start, wrote)) for _ in range(4)]
    for process in processes:
        process.start()
    results = [wrote.get(timeout=20) for _ in processes]
    for process in processes:
        process.join(10)
    assert sorted(results) == [False, False, False, True]
    with closing(CatalogueStore(url)) as store:
        assert store.counts().initiatives == 7


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.db"
    with closing(CatalogueStore(f"sqlite:///{path}")) as store:
        store.sync(SAMPLE)
    return path


def test_locked_file(file: Path) -> None:
    store = CatalogueStore(f"sqlite:///{file}", timeout=0.05)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="is bezet"):
            store.candidates(VoorWie.ZELF)
        with pytest.raises(StoreUnavailable, match="is bezet"):
            store.sync(catalogue(fingerprint="b"))
    assert len(store.candidates(VoorWie.ZELF)) == 4


def test_read_only_file_can_be_read(file: Path) -> None:
    store = CatalogueStore(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert store.sync(SAMPLE) is False
    assert len(store.candidates(VoorWie.ZELF)) == 4
    with pytest.raises(StoreUnavailable, match="alleen gelezen"):
        store.sync(catalogue(fingerprint="b"))


def test_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    path.write_bytes(b"dit is geen database" * 500)
    store = CatalogueStore(f"sqlite:///{path}")
    for use in (lambda: store.sync(SAMPLE), lambda: store.get("x"), lambda: store.counts()):
        with pytest.raises(StoreUnavailable, match="verwijder het bestand"):
            use()


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("een bestand, geen map")
    with pytest.raises(StoreUnavailable, match="kan niet gebruikt worden"):
        CatalogueStore(f"sqlite:///{tmp_path}/var/catalogue.db")


@pytest.mark.parametrize("url", ["geen url geheim", "nietbestaand://wegwijzer:geheim@localhost/db"])
def test_a_wrong_url_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="DATABASE_URL") as caught:
        CatalogueStore(url)
    assert "geheim" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    store = CatalogueStore("postgresql://wegwijzer:geheim@127.0.0.1:1/db", timeout=2)
    with pytest.raises(StoreUnavailable, match="niet bereikbaar") as caught:
        store.candidates(VoorWie.ZELF)
    assert "geheim" not in str(caught.value)


def test_errors_do_not_repeat_what_a_resident_told(file: Path) -> None:
    store = CatalogueStore(f"sqlite:///{file}", timeout=0.05)
    with closing(sqlite3.connect(file)) as other:
        other.execute("DROP TABLE catalogue_halte")
        other.commit()
    with pytest.raises(StoreUnavailable) as caught:
        store.candidates(VoorWie.ZELF, ["verslaving"])
    assert "verslaving" not in f"{caught.value} {caught.value.__cause__}"
