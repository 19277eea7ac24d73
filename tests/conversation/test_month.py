"""A few made-up residents of a simulated month with the really running bot: what it notes of them is counted as the ledger has it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from tests.service.machines import until
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.month.comparing import compare
from wegwijzer.evaluation.month.driver import hold
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.evaluation.month.moving import after, move, release
from wegwijzer.evaluation.month.people import Channel, draw_people
from wegwijzer.evaluation.month.reading import UNKNOWN
from wegwijzer.insight.marks import MEANT
from wegwijzer.insight.periods import start_of
from wegwijzer.insight.store import InsightStore
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE

RESIDENTS, AT_ONCE = 16, 6

BLOCK = "2026-P05"
"""Long ago: what others tell the same bot meanwhile is in no period of it."""


def test_what_residents_tell_is_counted_as_the_ledger_has_it(bot: Bot) -> None:
    settings, catalogue = bot.settings, load_catalogue(CATALOGUE)
    begin = start_of(BLOCK)
    people = draw_people(catalogue, RESIDENTS, 1, datetime.fromtimestamp(begin, AMSTERDAM))
    # All in the first week: so few people in four weeks would all be hidden.
    people = [replace(person, at=begin + 60.0 * person.number) for person in people]

    entries = asyncio.run(hold(people, settings, catalogue, AT_ONCE))

    assert {entry.channel for entry in entries} == set(Channel)
    unknown = {name for entry in entries for name in entry.deeds.responses} & {UNKNOWN}
    assert not unknown, "the bot says what is in no response"
    then = after(BLOCK, settings.retention_hours)
    store = InsightStore(settings.insight_database, clock=lambda: then, key=settings.web_secret)
    try:
        until(lambda: all(_noted(store, entry) for entry in entries), "not everything was noted")
        move(entries, store)
        released = release(BLOCK, store, catalogue, settings.retention_hours)
    finally:
        store.close()
    compared = compare(entries, released)
    assert [sentence for one in compared for sentence in one.wrong] == []
    assert released.folded == sum(entry.counts for entry in entries)
    assert any(one.shown for one in compared)


def _noted(store: InsightStore, entry: Entry) -> bool:
    """Whether everything of a conversation is noted, which happens beside it; of one that was erased, nothing is."""
    messages = sum(mark.kind == MEANT for mark in store.noted(entry.conversation))
    return messages == (entry.deeds.said if entry.counts else 0)
