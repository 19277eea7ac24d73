"""What several write at one moment is one transaction; nobody fails for another, and nothing is kept halfway."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.together import Together
from wegwijzer.storage import open_engine

METADATA = sa.MetaData()
LINE = sa.Table("line", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text, unique=True))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.engine.Engine]:
    made = open_engine(sa.engine.make_url(f"sqlite:///{tmp_path / 'x.db'}"), 5.0)
    METADATA.create_all(made)
    yield made
    made.dispose()


def line(text: str) -> Any:
    def write(connection: sa.engine.Connection) -> str:
        connection.execute(LINE.insert().values(text=text))
        return text

    return write


def there(engine: sa.engine.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(LINE.c.text).order_by(LINE.c.id)))


def commits(engine: sa.engine.Engine) -> list[None]:
    counted: list[None] = []
    sa.event.listen(engine, "commit", lambda connection: counted.append(None))
    return counted


def test_those_who_come_while_one_is_being_written_are_written_together(engine: sa.engine.Engine) -> None:
    counted, goes_on = commits(engine), threading.Event()

    def first(connection: sa.engine.Connection) -> str:
        goes_on.wait(10)
        return str(line("een")(connection))

    async def scenario() -> list[str]:
        together = Together(engine)
        begun = asyncio.create_task(together.write(first))
        await asyncio.sleep(0)
        rest = [asyncio.create_task(together.write(line(text))) for text in ("twee", "drie", "vier")]
        await asyncio.sleep(0)
        goes_on.set()
        return [await one for one in (begun, *rest)]

    assert asyncio.run(scenario()) == ["een", "twee", "drie", "vier"] == there(engine)
    assert len(counted) == 2


def test_it_is_kept_when_it_is_said_to_be(engine: sa.engine.Engine) -> None:
    async def scenario() -> list[str]:
        await Together(engine).write(line("een"))
        return there(engine)

    assert asyncio.run(scenario()) == ["een"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_nobody_fails_for_another(tmp_path_factory: pytest.TempPathFactory, works: list[bool]) -> None:
    engine = open_engine(sa.engine.make_url(f"sqlite:///{tmp_path_factory.mktemp('db') / 'x.db'}"), 5.0)
    METADATA.create_all(engine)

    def broken(connection: sa.engine.Connection) -> None:
        connection.execute(LINE.insert().values(text="half"))
        raise ValueError("cannot be written")

    async def scenario() -> list[Any]:
        together = Together(engine)
        all_of_them = (together.write(line(str(number)) if fine else broken) for number, fine in enumerate(works))
        return await asyncio.gather(*all_of_them, return_exceptions=True)

    answers = asyncio.run(scenario())
    assert [not isinstance(answer, ValueError) for answer in answers] == works
    assert there(engine) == [str(number) for number, fine in enumerate(works) if fine]
    engine.dispose()


def test_who_no_longer_waits_holds_up_nobody(engine: sa.engine.Engine) -> None:
    goes_on = threading.Event()

    async def scenario() -> str:
        together = Together(engine)
        gone = asyncio.create_task(together.write(lambda connection: goes_on.wait(10)))
        await asyncio.sleep(0)
        gone.cancel()
        stays = asyncio.create_task(together.write(line("blijft")))
        await asyncio.sleep(0)
        goes_on.set()
        return str(await stays)

    assert asyncio.run(scenario()) == "blijft"


def test_another_event_loop_may_go_on(engine: sa.engine.Engine) -> None:
    together = Together(engine)
    for text in ("een", "twee"):
        asyncio.run(together.write(line(text)))
    assert there(engine) == ["een", "twee"]
