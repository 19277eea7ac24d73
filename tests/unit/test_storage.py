"""Connections to files of SQLite are kept, and a file that nobody wrote to need not be asked."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from wegwijzer import storage
from wegwijzer.insight.store import InsightStore
from wegwijzer.learning.store import LearningStore
from wegwijzer.storage import Database, stamp_of

METADATA = sa.MetaData()
WORD = sa.Table("word", METADATA, sa.Column("text", sa.Text))


class Away(Exception):
    """The database does not do its work."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


def opened(file: Path, *, ahead: bool = False) -> Database:
    return Database(f"sqlite:///{file}", METADATA, setting="X_DATABASE_URL", failure=Away, ahead=ahead)


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    made = opened(file)
    yield made
    made.close()


def write(database: Database, text: str) -> None:
    with database.writing() as connection:
        connection.execute(WORD.insert().values(text=text))


def words(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(sa.select(WORD.c.text)))


def long_ago(file: Path, seconds: float = 60.0) -> None:
    moment = time.time() - seconds
    os.utime(file, (moment, moment))


def connections_to(file: Path) -> int:
    return sum(Path(f"/proc/self/fd/{one.name}").resolve() == file for one in Path("/proc/self/fd").iterdir())


def test_a_connection_is_kept(file: Path, database: Database) -> None:
    write(database, "een")
    assert words(database) == ["een"] and connections_to(file) == 1


def test_a_file_that_was_replaced_is_opened_again(file: Path, database: Database) -> None:
    write(database, "oud")
    other = opened(file.with_name("y.db"))
    write(other, "nieuw")
    other.close()
    file.with_name("y.db").rename(file)
    assert words(database) == ["nieuw"]


def test_a_file_that_was_taken_away_is_not_written_to(file: Path, database: Database) -> None:
    write(database, "weg")
    file.unlink()
    with pytest.raises(Away):
        words(database)
    opened(file).answers()


def test_a_connection_that_may_not_write_is_not_kept(file: Path, database: Database) -> None:
    """A file that can only be read for a while: what is opened then stays for reading only."""
    words(database)
    database.engine.dispose()
    only_reads = [True]

    def connect(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA query_only = {only_reads[0]}")

    sa.event.listen(database.engine, "connect", connect)
    with pytest.raises(Away):
        write(database, "verloren")
    only_reads[0] = False
    write(database, "bewaard")
    assert words(database) == ["bewaard"]


def test_one_that_only_had_to_wait_is(file: Path, database: Database) -> None:
    opened_anew: list[object] = []
    quick = Database(f"sqlite:///{file}?timeout=0", METADATA, setting="X_DATABASE_URL", failure=Away)
    sa.event.listen(quick.engine, "connect", lambda connection, _: opened_anew.append(connection))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Away):
            write(quick, "bezet")
        other.execute("ROLLBACK")
    write(quick, "bewaard")
    assert words(quick) == ["bewaard"] and opened_anew == []
    quick.close()


def test_a_stamp_is_another_after_every_change_whoever_made_it(file: Path, database: Database) -> None:
    stamps = []
    for number in range(3):
        with closing(sqlite3.connect(file)) as other, other:
            other.execute("INSERT INTO word VALUES ('van een ander')")
        long_ago(file, 60.0 - number)
        stamps += [database.stamp(), database.stamp()]
    assert None not in stamps
    assert [one == two for one, two in pairwise(stamps)] == [True, False, True, False, True]


def test_there_is_none_just_after_a_change_nor_in_a_future_of_the_clock(
    file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "SETTLED", 60.0)
    write(database, "net")
    assert database.stamp() is None
    long_ago(file, -3600.0)
    assert database.stamp() is None


def test_there_is_none_of_what_writes_ahead_nor_without_a_file(file: Path) -> None:
    one = opened(file.with_name("a.db"), ahead=True)
    long_ago(Path(str(one.engine.url.database)))
    assert one.stamp() is None
    one.close()
    for url in ("sqlite://", "postgresql://somebody@nowhere/x", f"sqlite:///{file.with_name('not there')}"):
        assert stamp_of(sa.engine.make_url(url)) is None


def journal(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())


def test_who_only_looks_in_a_file_leaves_it_writing_ahead(file: Path) -> None:
    owner = opened(file, ahead=True)
    with owner.reading():
        looks = opened(file)
        assert journal(looks) == "wal" == journal(owner)
        write(owner, "een")
        assert words(looks) == ["een"]
    looks.close()
    owner.close()


def test_counts_and_what_may_be_learned_from_agree_on_how_their_file_is_written(file: Path) -> None:
    learning = LearningStore(f"sqlite:///{file}")
    insight = InsightStore(f"sqlite:///{file}", key="x")
    assert journal(learning.database) == "truncate" == journal(insight._database)
    learning.close()
    insight.close()
