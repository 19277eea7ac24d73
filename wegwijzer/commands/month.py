"""``wegwijzer month``: a simulated month of residents through the running bot, into the tables that the city sees."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from wegwijzer.aftercare.models import AftercareUnavailable
from wegwijzer.catalogue.loading import Catalogue, CatalogueError, load_catalogue
from wegwijzer.commands.output import fail, progress_bars, say, teller
from wegwijzer.commands.running import own_product
from wegwijzer.evaluation.markdown import with_block
from wegwijzer.evaluation.month.driver import asking_slots, hold
from wegwijzer.evaluation.month.later import Waiting, ask_later
from wegwijzer.evaluation.month.ledger import Entry, write
from wegwijzer.evaluation.month.lines import Line, NoAnswer, WebLine
from wegwijzer.evaluation.month.moving import after, block_now, move, release
from wegwijzer.evaluation.month.people import Person, draw_people
from wegwijzer.evaluation.month.pictures import console_of, take
from wegwijzer.evaluation.month.report import Month, month_of
from wegwijzer.evaluation.month.talking import Talker
from wegwijzer.insight.periods import start_of, weeks_of
from wegwijzer.insight.store import InsightStore, InsightUnavailable
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE, ROOT, VAR
from wegwijzer.product.processes import CannotStart
from wegwijzer.product.webchat import build_chat
from wegwijzer.settings import Settings
from wegwijzer.staff.models import StaffUnavailable

month_app = typer.Typer()

UNAVAILABLE = (AftercareUnavailable, InsightUnavailable, StaffUnavailable)

FOLDER = VAR / "month"
PAGE = ROOT / "docs" / "month.md"
BLOCK = "month"


@month_app.command("month")
def month_command(
    residents: Annotated[int, typer.Option(min=1, help="How many talk, each once.")] = 3000,
    seed: Annotated[int, typer.Option(help="Of who they are and of what they say.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, help="How many talk at the same time.")] = 8,
    folder: Annotated[Path, typer.Option(help="For the ledger and the database of insight.")] = FOLDER,
    pictures: Annotated[bool, typer.Option(help="Also make pictures of the console with this month, in Chromium.")] = False,
    page: Annotated[bool, typer.Option("--write", help="Put the tables in docs/month.md.")] = False,
) -> None:
    """Hold a month of made-up conversations, count and release it, and hold that against a ledger. Last line: one JSON object.

    Ends with 1 when a cell is not what the rules make of the ledger.
    """
    try:
        month, settings = _month(residents, seed, at_once, folder)
        if pictures:
            _pictures(settings, month.released.block, folder)
    except (
        CannotStart,
        CatalogueError,
        NoAnswer,
        AftercareUnavailable,
        InsightUnavailable,
        StaffUnavailable,
        ValueError,
        OSError,
    ) as error:
        fail(str(error))
    print(month.page())
    if page:
        PAGE.write_text(with_block(PAGE.read_text(encoding="utf-8"), BLOCK, month.page()), encoding="utf-8")
        say.print(f"Written: {PAGE}")
    for sentence in month.wrong:
        say.print(sentence, markup=False, soft_wrap=True)
    print(json.dumps({name: round(value, 4) for name, value in month.figures().items()}))
    if month.wrong:
        raise typer.Exit(1)


def _month(residents: int, seed: int, at_once: int, folder: Path) -> tuple[Month, Settings]:
    """Talk with a product of its own; when that has stopped, count what it noted."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "insight.db"
    for left in folder.glob("insight.db*"):
        left.unlink()
    block = block_now(time.time())
    catalogue = load_catalogue(CATALOGUE)
    people = draw_people(catalogue, residents, seed, datetime.fromtimestamp(start_of(block), AMSTERDAM))
    with own_product("month", {"PROXIES_COUNT": "1", "INSIGHT_DATABASE_URL": f"sqlite:///{database}"}) as own:
        settings = own.settings
        with progress_bars() as progress:
            tell = teller(progress)
            begin = time.monotonic()
            entries, waiting = _talk(people, settings, catalogue, at_once, tell)
            seconds = time.monotonic() - begin
            later = asyncio.run(_later(settings, waiting, at_once, tell))
    entries = [later.get(entry.conversation, entry) for entry in entries]
    write(entries, folder / "ledger.jsonl")
    return _count(settings, entries, block, seed, at_once, seconds), settings


def _talk(
    people: Sequence[Person], settings: Settings, catalogue: Catalogue, at_once: int, tell: Callable[[str, int, int], None]
) -> tuple[list[Entry], list[Waiting]]:
    """Hold all conversations; also gives who said on the page that they may be asked later."""
    waiting: list[Waiting] = []

    def remember(entry: Entry, talker: Talker, line: Line) -> None:
        if entry.deeds.later and isinstance(line, WebLine):
            waiting.append(Waiting(entry, talker, line.cookie))

    def done(many: int, of: int) -> None:
        tell("conversations", many, of)

    entries = asyncio.run(hold(people, settings, catalogue, at_once, done, remember=remember))
    return entries, waiting


async def _later(
    settings: Settings, waiting: Sequence[Waiting], at_once: int, tell: Callable[[str, int, int], None]
) -> dict[str, Entry]:
    """What those who were asked later did, by conversation."""
    async with asking_slots(settings) as slots:
        done = await ask_later(settings, waiting, slots, at_once, lambda many, of: tell("asked later", many, of))
    return {entry.conversation: entry for entry in done}


def _count(settings: Settings, entries: list[Entry], block: str, seed: int, at_once: int, seconds: float) -> Month:
    """As if the month were over."""
    then = after(block, settings.retention_hours)
    store = InsightStore(settings.insight_database, clock=lambda: then, key=settings.web_secret)
    try:
        with progress_bars() as progress:
            tell = teller(progress)
            move(entries, store, lambda done, of: tell("moved to their moment", done, of))
        released = release(block, store, load_catalogue(CATALOGUE), settings.retention_hours)
    finally:
        store.close()
    return month_of(seed, at_once, seconds, entries, released)


def _pictures(settings: Settings, block: str, folder: Path) -> None:
    build_chat(VAR / "log" / "web_build.log", lambda step: say.print(f"{step.capitalize()}..."))  # the console's looks are in it
    with console_of(settings, folder) as address:
        taken = take(address, block, weeks_of(block)[-1], folder / "pictures")
    for one in taken:
        say.print(f"{one.file}: status {one.status}, {one.too_wide} pixels too wide", markup=False, soft_wrap=True)
