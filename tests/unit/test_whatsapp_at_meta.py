"""Whatever the bot says is taken by the double of Meta, which was written from Meta's documentation and not from our code."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.dialogue.state import State
from wegwijzer.dialogue.wording import card
from wegwijzer.graph_double.faults import Fault, Faults
from wegwijzer.graph_double.sending import read
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Person
from wegwijzer.graph_double.world import World
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.ranking import score
from wegwijzer.paths import CATALOGUE, DOMAIN
from wegwijzer.web.contract import bot_body
from wegwijzer.whatsapp.exchange import GaveUp, TryLater, WindowClosed
from wegwijzer.whatsapp.graph import GraphClient
from wegwijzer.whatsapp.payloads import to_payloads
from wegwijzer.whatsapp.route_words import PICTURE
from wegwijzer.whatsapp.sending import approved

ANNA, BO = Person("31612345678"), Person("31612345679", username="bo.in.utrecht")

LONG = "Dit is een zin over iets in de buurt. Bel 030 123 45 67, of kijk op https://example.org/een/lange_weg.\n\n" * 40


def responses() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every variation of every response of the domain."""
    for name, variations in yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"].items():
        for place, variation in enumerate(variations):
            yield f"{name}[{place}]", variation


RESPONSES = dict(responses())


def taken(payload: Mapping[str, Any]) -> None:
    """Meta takes this message. The picture of a route gets its id only when it is sent."""
    content = {name: part for name, part in payload.items() if name != PICTURE}
    if PICTURE in payload:
        content["image"] = {**content["image"], "id": "1"}
    read({"messaging_product": "whatsapp", "recipient_type": "individual", "to": ANNA.number, **content})


@pytest.mark.parametrize("value", ["", "Buurtcirkel", LONG], ids=["empty", "short", "long"])
@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_of_the_domain(name: str, value: str) -> None:
    text = str(RESPONSES[name].get("text", ""))
    names = {part for _, part, _, _ in Formatter().parse(text) if part}
    for payload in to_payloads(bot_body({**RESPONSES[name], "text": text.format(**dict.fromkeys(names, value))})):
        taken(payload)


@settings(deadline=None)
@given(
    st.text(max_size=6000),
    st.lists(st.fixed_dictionaries({"title": st.text(max_size=60), "payload": st.text(max_size=30)}), max_size=14),
)
def test_anything_that_a_bot_could_say(text: str, buttons: Sequence[Mapping[str, str]]) -> None:
    for payload in to_payloads(bot_body({"text": text, "buttons": buttons})):
        taken(payload)


def run(test: Any, double: Double) -> None:
    """Run a test with our client of Graph against the double."""

    async def whole() -> None:
        async with double.serving(), aiohttp.ClientSession() as session:
            await test(GraphClient(double.url, double.account.phone_id, double.account.token, session))

    asyncio.run(whole())


def test_a_kept_step_goes_with_the_picture_of_its_route() -> None:
    city = load_catalogue(CATALOGUE)
    moment = Moment(datetime(2026, 3, 4, 11, tzinfo=ZoneInfo("Europe/Amsterdam")), 12)
    scored = next(iter(city.initiatives.values()))
    double = Double()

    async def test(client: GraphClient) -> None:
        await double.say(ANNA, "hallo")
        kept = card(score(scored, State().profile(), city), State(), city, moment, "bewaar")
        payloads = to_payloads({"card": kept})
        assert PICTURE in payloads[0]
        for payload in payloads:
            await client.send(ANNA.address, payload, "rij-1")
        got = double.world.phone(ANNA).got
        assert got[0].body["type"] == "image" and double.refusals == []

    run(test, double)


def test_our_client_reads_every_answer_of_meta() -> None:
    faults = Faults(retry_after=7, slowness=0)
    double = Double(faults=faults, world=World(templates={("antwoord", "nl"): 0}))
    words = {"type": "text", "text": {"body": "Dag", "preview_url": False}}

    async def test(client: GraphClient) -> None:
        with pytest.raises(WindowClosed):
            double.world.phone(ANNA)
            await client.send(ANNA.address, words)
        await client.send(ANNA.address, approved("antwoord", "nl"))
        for somebody in (ANNA, BO):
            wamid = await double.say(somebody, "hallo")
            assert (await client.send(somebody.address, words, "rij-1")).startswith("wamid.")
            await client.seen(wamid)
            assert len(double.world.phone(somebody).got) >= 1
        faults.then([Fault.TOO_FAST, Fault.PAIR, Fault.DOWN, Fault.GATEWAY, Fault.HUNG_UP, Fault.LOST])
        for seconds, perhaps in ((7, False), (None, False), (None, False), (None, True), (None, True), (None, True)):
            with pytest.raises(TryLater) as later:
                await client.send(ANNA.address, words)
            assert (later.value.after_seconds, later.value.perhaps_done) == (seconds, perhaps)
        with pytest.raises(GaveUp) as refused:
            await client.send(ANNA.address, {"type": "text", "text": {"body": "x" * 4097}})
        assert refused.value.code == 100
        assert (await client.phone())["quality_rating"] == "GREEN"

    run(test, double)
