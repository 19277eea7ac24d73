"""Nothing in our catalogue is made up: it says what the collected facts say, and shows only what they are sure enough of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import CATALOGUE, read_yaml, real_catalogue, responses
from wegwijzer.catalogue.models import Initiative
from wegwijzer.paths import ROOT
from wegwijzer.vocabulary import Certainty, Kind, Status

FACTS = ROOT.parent / "shared" / "facts"

needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason=f"{FACTS} is not on this machine: the catalogue cannot be compared with the collected facts"
)

MEANING: dict[str, tuple[Kind, Status]] = {
    "active": (Kind.OFFER, Status.ACTIVE),
    "likely_active": (Kind.OFFER, Status.LIKELY_ACTIVE),
    "unknown": (Kind.OFFER, Status.UNKNOWN),
    "ended": (Kind.OFFER, Status.ENDED),
    "role": (Kind.ROLE, Status.UNKNOWN),
    "method": (Kind.METHOD, Status.UNKNOWN),
    "idea": (Kind.IDEA, Status.UNKNOWN),
    "do_not_recommend": (Kind.DISCOURAGED, Status.UNKNOWN),
}
"""What a status of the facts means in our words."""

PHONE = re.compile(r"(?<![\w./-])(?:112|113|14[ -]?0\d{2}|(?:\+31|0)[ -]?(?:\d[ -]?){6,9}\d)(?![\w-])")
"""Anything a resident could read as a phone number."""

REMARK = re.compile(r"\s*\(.*\)$")


def facts_of(name: str) -> list[dict[str, Any]]:
    """The rows of one facts file, under all its headings."""
    if not FACTS.is_dir():
        return []
    loaded = read_yaml(FACTS / name)
    headings = ("initiatives",) if name == "initiatives.yml" else ("crisis", "talk", "help")
    return [row for heading in headings for row in loaded[heading]]


INITIATIVES = {row["id"]: row for row in facts_of("initiatives.yml")}
HELPLINES = {row["id"]: row for row in facts_of("helplines.yml")}
OURS = real_catalogue().initiatives


def digits(number: str) -> str:
    return re.sub(r"\D", "", number.replace("+31", "0"))


@needs_facts
def test_every_initiative_and_helpline_of_the_facts_is_here_and_no_other() -> None:
    assert set(OURS) == set(INITIATIVES)
    assert {line.id for line in real_catalogue().helplines.all()} == set(HELPLINES)


@needs_facts
@pytest.mark.parametrize("field", ["phone", "email", "url", "address"])
def test_every_way_to_reach_an_initiative_is_as_in_the_facts(field: str) -> None:
    wanted = {name: REMARK.sub("", str(row.get(field) or "")) for name, row in INITIATIVES.items()}
    kept = {name: getattr(OURS[name].contact, field) for name in INITIATIVES}
    assert {name: kept[name] for name in wanted if wanted[name]} == {name: value for name, value in wanted.items() if value}
    if field != "address":  # an address may stand in the words of another field of the facts
        assert {name for name in kept if kept[name]} == {name for name in wanted if wanted[name]}, "not in the facts: made up"


@needs_facts
def test_every_address_we_give_stands_somewhere_in_the_facts() -> None:
    made_up = {
        name: one.contact.address
        for name, one in OURS.items()
        if one.contact.address and one.contact.address not in str(INITIATIVES[name])
    }
    assert made_up == {}


@needs_facts
@pytest.mark.parametrize("field", ["source", "named_in", "source_date"])
def test_where_it_comes_from_is_as_in_the_facts(field: str) -> None:
    different = {
        name: (row.get(field), getattr(OURS[name], field))
        for name, row in INITIATIVES.items()
        if str(row.get(field) or "") != getattr(OURS[name], field)
    }
    assert different == {}


@needs_facts
def test_the_status_means_what_it_means_in_the_facts() -> None:
    different = {}
    for name, row in INITIATIVES.items():
        kind, status = MEANING[row["status"]]
        ours = OURS[name]
        # We may be more careful and call an offer of the facts no offer; never the other way round.
        if ours.status is not status or (kind is not Kind.OFFER and ours.kind is not kind):
            different[name] = (row["status"], ours.kind, ours.status)
    assert different == {}


@needs_facts
def test_we_are_never_surer_than_the_facts() -> None:
    surer = {
        name: (row["certainty"], OURS[name].certainty)
        for name, row in INITIATIVES.items()
        if OURS[name].certainty is not Certainty.NONE and not str(row["certainty"]).startswith(OURS[name].certainty.value)
    }
    assert surer == {}


@needs_facts
def test_a_referral_in_the_facts_is_a_referral_here() -> None:
    wanted = {name for name, row in INITIATIVES.items() if row["access"] == "referral"}
    assert wanted and {name for name in OURS if OURS[name].access.value == "referral"} >= wanted


@needs_facts
@pytest.mark.parametrize(
    "field", ["name", "phone", "phone_alt", "email", "website", "chat", "whatsapp", "address", "source", "certainty", "show"]
)
def test_every_helpline_is_as_in_the_facts(field: str) -> None:
    different = {}
    for name, row in HELPLINES.items():
        wanted = row.get(field, "")
        wanted = "no" if wanted is False else str(wanted)
        kept = str(getattr(real_catalogue().helpline(name), field))
        if wanted != kept:
            different[name] = (wanted, kept)
    assert different == {}


@needs_facts
def test_lines_that_stopped_are_kept_apart() -> None:
    wanted = {row["name"] for row in read_yaml(FACTS / "helplines.yml")["ended"]}
    assert {line.name for line in real_catalogue().helplines.ended} == wanted


# --- what a resident may be shown -------------------------------------------------------------------------------------


def raw_initiatives() -> Iterator[dict[str, Any]]:
    """The records as editors wrote them, read without our models."""
    for path in sorted((CATALOGUE / "initiatives").glob("*.yml")):
        yield from read_yaml(path)["initiatives"]


def test_there_is_something_to_show() -> None:
    assert len(real_catalogue().suggestable) >= 40


def test_nothing_uncertain_ended_or_out_of_reach_is_shown() -> None:
    shown = {one.id for one in real_catalogue().suggestable}
    for row in raw_initiatives():
        contact = row.get("contact") or {}
        reach = any(contact.get(kind) for kind in ("phone", "email", "url", "address", "via"))
        sure = row["status"] in ("active", "likely_active") and row["certainty"] in ("high", "medium")
        offer = row.get("kind", "offer") == "offer"
        assert (row["id"] in shown) == (sure and reach and offer), row["id"]


@needs_facts
def test_nothing_is_shown_that_the_facts_call_uncertain_or_ended() -> None:
    for one in real_catalogue().suggestable:
        row = INITIATIVES[one.id]
        assert row["status"] in ("active", "likely_active"), one.id
        assert not str(row["certainty"]).startswith(("low", "n.v.t.")), one.id


def test_whoever_leads_to_an_offer_can_be_called_or_found_and_is_sure() -> None:
    for one in real_catalogue().suggestable:
        if one.contact.via:
            line = real_catalogue().helpline(one.contact.via)
            assert line.phone or line.website, one.id
            assert line.show != "no" and line.certainty is not Certainty.LOW, one.id


def test_every_halte_and_every_wijk_has_something_to_show() -> None:
    city = real_catalogue()
    for halte in city.haltes:
        assert any(halte in one.haltes for one in city.suggestable), halte
    for wijk in city.wijken.wijken:
        assert any({wijk.id, "stad"} & set(one.area) for one in city.suggestable), wijk.id


# --- phone numbers ----------------------------------------------------------------------------------------------------


def words_of(one: Initiative) -> Iterator[str]:
    """Everything of an offer that a resident may read."""
    yield from (one.name, one.summary, one.first_step, one.first_words, one.opening_note, one.cost.text, one.place)
    if one.helpen is not None:
        yield from (one.helpen.first_step, one.helpen.first_words)
    yield one.contact.phone
    yield one.contact.address


def everything_shown() -> Iterator[tuple[str, str]]:
    """Every text a resident may read, with where it stands."""
    city = real_catalogue()
    for one in city.suggestable:
        yield from ((one.id, text) for text in words_of(one))
    for line in city.helplines.all():
        if line.show != "no":
            yield from ((line.id, text) for text in (line.name, line.phone, line.phone_alt, line.use))
    for halte in city.haltes.values():
        yield from ((halte.id, text) for text in (halte.label, halte.reflection, halte.say_other, halte.do_other))
    for sentences in (city.sentences.reasons, city.sentences.contact):
        yield from sentences.items()
    for name, variants in responses().items():
        for variant in variants:
            yield name, variant.get("text", "")
            yield from ((name, button["title"]) for button in variant.get("buttons", []))


def numbers_in_facts() -> set[str]:
    rows = [*INITIATIVES.values(), *HELPLINES.values()]
    return {digits(str(row[kind])) for row in rows for kind in ("phone", "phone_alt") if row.get(kind)}


def test_the_pattern_of_these_tests_sees_a_number_however_it_is_written() -> None:
    for number in (
        "112",
        "14 030",
        "030-236 17 45",
        "030 236 17 45",
        "0302361745",
        "088-505 1220",
        "0800-0113",
        "+31 30 2361745",
    ):
        assert PHONE.fullmatch(number), number
    for other in ("3561 AB", "2024-05-30", "10.00-17.00 uur", "€ 5,00", "18+"):
        assert not PHONE.search(other), other


@needs_facts
def test_every_phone_number_shown_anywhere_comes_from_the_facts() -> None:
    known = numbers_in_facts()
    shown = [(where, found.group()) for where, text in everything_shown() for found in PHONE.finditer(text)]
    assert len(shown) > 50, "the test must see the numbers"
    assert [(where, number) for where, number in shown if digits(number) not in known] == []


@needs_facts
def test_no_number_of_low_certainty_is_in_a_response() -> None:
    unsure = {digits(str(row["phone"])) for row in HELPLINES.values() if row["certainty"] == "low" and row["phone"]}
    assert unsure
    for name, variants in responses().items():
        for variant in variants:
            assert not {digits(found) for found in PHONE.findall(variant.get("text", ""))} & unsure, name
