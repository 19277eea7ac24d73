"""The thin layer around the step: it passes on the time and the setting, and says who knows more when nothing fits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions.adapter
import actions.stap
import actions.voorbeeld
from actions.adapter import Core
from actions.stap import ActionBewaar, give_step
from tests.builders import HERE, catalogue, helpline, initiative, real_listener
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.store import CatalogueStore
from wegwijzer.dialogue.asking import Answerer
from wegwijzer.dialogue.state import State
from wegwijzer.matching.offers import Offers
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.understanding.wijk import WijkFinder

SUNDAY_NIGHT = datetime(2026, 3, 1, 23, tzinfo=AMSTERDAM)
TOLD = State(voor_wie="zelf", haltes=("verlies",), situatie="verteld", klopt="ja", wijk=HERE)
LINES = (
    helpline("infopunt", guide=True, phone="030-111 22 33", opening_hours="Mo-Fr 09:00-17:00"),
    helpline("luisterlijn", phone="088 0767 000", opening_hours="24/7"),
    helpline("gemeente", phone="14 030"),
)


def in_city(monkeypatch: pytest.MonkeyPatch, core: Core) -> None:
    for module in (actions.adapter, actions.stap, actions.voorbeeld):
        monkeypatch.setattr(module, "core", lambda: core)
    for module in (actions.adapter, actions.stap):
        monkeypatch.setattr(module, "now", lambda: SUNDAY_NIGHT)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Gives the step for a state in a city with these offers, on Sunday night, and returns what is said."""

    def give(city: Catalogue, state: State = TOLD, months: int = 12) -> list[dict[str, Any]]:
        offers = Offers(city, CatalogueStore(f"sqlite:///{tmp_path / 'leeg.db'}"))
        core = Core(city, real_listener(), offers, months, Answerer.of(city, WijkFinder(city.wijken)))
        in_city(monkeypatch, core)
        dispatcher = CollectingDispatcher()
        give_step(dispatcher, state, Tracker("someone", {}, None, [], False, None, {}, None))
        said: list[dict[str, Any]] = dispatcher.messages
        return said

    return give


def test_an_offer_that_nobody_confirmed_lately_says_to_ask_first(say: Any) -> None:
    city = catalogue(initiative("rouwgroep", haltes=["verlies"], verified_on="2024"))
    stale = city.sentences.contact["stale"]
    assert stale in say(city)[0]["contact"]
    assert stale not in say(city, months=48)[0]["contact"]


def test_of_two_offers_the_one_that_was_confirmed_lately_is_named(say: Any) -> None:
    old, new = (initiative(name, haltes=["verlies"], verified_on=date) for name, date in (("a", "2015"), ("b", "2026-02")))
    assert say(catalogue(old, new))[0]["naam"] == "B"


def test_when_nothing_fits_who_knows_more_is_named_and_who_is_there_now(say: Any) -> None:
    [said] = say(catalogue(lines=LINES))
    assert said["response"] == "utter_geen_match"
    assert "030-111 22 33" in said["lijnen"] and "morgen om 9.00" in said["lijnen"], "with when they open"
    assert "088 0767 000" in said["nu"] and "030-111 22 33" not in said["nu"]
    assert "14 030" not in said["nu"], "nobody knows whether they are there on Sunday night"


def test_who_was_not_understood_hears_only_who_is_there_now(say: Any) -> None:
    [said] = say(catalogue(lines=LINES), State(voor_wie="zelf", halte_keuze="geen"))
    assert said["response"] == "utter_mens_na_gok"
    assert "088 0767 000" in said["lijnen"] and "030-111 22 33" not in said["lijnen"]


def test_a_step_brings_its_card(say: Any) -> None:
    city = catalogue(initiative("rouwgroep", haltes=["verlies"], verified_on="2026-01"))
    said = say(city)[0]
    shown = said["custom"]
    assert (shown["type"], shown["id"]) == ("suggestie", "rouwgroep")
    assert [halte["id"] for halte in shown["haltes"]] == ["verlies"]
    assert all(shown[name] == said[name] for name in ("naam", "wat", "waarom", "hoe", "zin"))


def test_a_worried_person_gets_a_card_without_the_haltes_of_the_other(say: Any) -> None:
    city = catalogue(initiative("buurtteam", haltes=["signaleren", "verlies"], for_whom=["ander"], verified_on="2026-01"))
    said = say(city, replace(TOLD, voor_wie="ander", haltes=("verlies", "signaleren")))
    [shown] = [one["custom"] for one in said if one["response"] == "utter_signaal_wie"]
    assert shown["haltes"] == [] and shown["waarom"] == ""


def test_what_is_kept_has_no_reason_that_is_true_today_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fields = {"haltes": ["verlies"], "verified_on": "2026-01", "opening_hours": "24/7", "area": [HERE]}
    city = catalogue(initiative("rouwgroep", **fields))
    offers = Offers(city, CatalogueStore(f"sqlite:///{tmp_path / 'leeg.db'}"))
    in_city(monkeypatch, Core(city, real_listener(), offers, 12, Answerer.of(city, WijkFinder(city.wijken))))
    slots = {"voor_wie": "zelf", "haltes": ["verlies"], "wijk": HERE, "suggestie": "rouwgroep"}
    dispatcher = CollectingDispatcher()
    tracker = Tracker("someone", slots, None, [], False, None, {}, None)
    asyncio.run(ActionBewaar().run(dispatcher, tracker, {}))
    [said] = dispatcher.messages
    assert said["response"] == "utter_bewaar" and "030-123 45 67" in said["contact"], "reads well without a card too"
    shown = said["custom"]
    assert (shown["type"], shown["telefoon"]) == ("bewaar", "030-123 45 67")
    reasons = city.sentences.reasons
    assert reasons["wijk"].format(wijk=HERE.capitalize()) in shown["waarom"]
    assert reasons["open_nu"] not in shown["waarom"]
    assert shown["open"] == city.sentences.contact["open_now"] and shown["op"].startswith("2026-03-01T23:00")
