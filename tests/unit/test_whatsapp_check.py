"""What is missing or wrong in the settings of WhatsApp, asked of real servers on this machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.service import twilio_double
from tests.service.twilio_double import Twilio, running_twilio
from tests.service.whatsapp_addresses import Address, running_address, running_graph
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.world import World
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.whatsapp.check.findings import Finding, Mark
from wegwijzer.whatsapp.check.looking import Check, Outside
from wegwijzer.whatsapp.door import PATH as CLOUD_PATH
from wegwijzer.whatsapp.inbox import Inbox
from wegwijzer.whatsapp.incoming import Incoming, Kind
from wegwijzer.whatsapp.outgoing import Outgoing
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.store import Store
from wegwijzer.whatsapp.tables import PERSON

HASH_KEY, KEYS = "sleutel-voor-de-tests-" * 2, "A" * 43
TEMPLATE = "laat_antwoord"


@dataclass
class Meta:
    """Meta's side and ours."""

    double: Double
    address: Address
    folder: Path

    def environment(self, **other: str) -> dict[str, str]:
        account = self.double.account
        return {
            "WHATSAPP_PHONE_ID": account.phone_id, "WHATSAPP_TOKEN": account.token, "WHATSAPP_APP_SECRET": account.app_secret,
            "WHATSAPP_VERIFY_TOKEN": account.verify_token, "WHATSAPP_GRAPH_URL": self.double.url,
            "WHATSAPP_BUSINESS_ID": account.waba_id, "WHATSAPP_WEBHOOK_URL": self.address.url + CLOUD_PATH,
            "WHATSAPP_TEMPLATE_LATE_REPLY": TEMPLATE, **other,
        }  # fmt: skip

    def found(self, **other: str) -> list[Finding]:
        # Its routes are looked up when it starts, so what a test changed before this counts.
        with running_graph(self.double):
            return found(self.environment(**other), self.folder)


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    double = Double(world=World(templates={(TEMPLATE, "nl"): 0, ("met_veld", "nl"): 1, (TEMPLATE + "_en", "en"): 0}))
    address = Address(double.account.verify_token, double.account.app_secret)
    with running_address(address):
        yield Meta(double, address, tmp_path)


def found(environment: Mapping[str, str], folder: Path, offline: bool = False) -> list[Finding]:
    with httpx.Client(timeout=10) as client:
        outside = Outside(environment.get("WHATSAPP_BUSINESS_ID", ""), environment.get("WHATSAPP_WEBHOOK_URL", ""))
        findings = list(Check(environment, folder, HASH_KEY, KEYS, outside, None if offline else client).findings())
    said = "\n".join(finding.lines() for finding in findings)
    for name in ("WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "TWILIO_AUTH_TOKEN"):
        assert not environment.get(name) or environment[name] not in said, "a secret is shown"
    return findings


def wrongs(findings: list[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.mark is Mark.WRONG]


def looks(findings: list[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.mark is Mark.LOOK]


def test_nothing_set_is_off_and_not_wrong(tmp_path: Path) -> None:
    (finding,) = found({}, tmp_path)
    assert finding.mark is Mark.GOOD and "staat uit" in finding.what


def test_all_is_well(meta: Meta) -> None:
    findings = meta.found()
    assert not wrongs(findings) and not looks(findings), [finding.lines() for finding in findings]
    assert any("Wegwijzer Utrecht" in finding.what for finding in findings)


def test_a_check_sends_nobody_anything(meta: Meta) -> None:
    meta.found()
    assert not meta.double.world.sent and not meta.double.world.phones


def test_offline_asks_nobody(meta: Meta) -> None:
    findings = found(meta.environment(WHATSAPP_GRAPH_URL="http://127.0.0.1:9/v24.0"), meta.folder, offline=True)
    assert not wrongs(findings) and not meta.address.asked


def test_every_setting_that_is_missing_or_cannot_be_right_is_named_not_only_the_first(tmp_path: Path) -> None:
    environment = {
        "WHATSAPP_PHONE_ID": "+31612345678", "WHATSAPP_TOKEN": "twee woorden", "WHATSAPP_APP_SECRET": "kort",
        "WHATSAPP_TEMPLATE_LATE_REPLY": "Laat Antwoord!", "TWILIO_FROM": "0612345678", "TWILIO_ACCOUNT_SID": "AC1",
    }  # fmt: skip
    said = wrongs(found(environment, tmp_path))
    for name, how in {
        "WHATSAPP_PHONE_ID": "kan niet kloppen", "WHATSAPP_TOKEN": "kan niet kloppen", "WHATSAPP_APP_SECRET": "kan niet kloppen",
        "WHATSAPP_TEMPLATE_LATE_REPLY": "kan niet kloppen", "WHATSAPP_VERIFY_TOKEN": "ontbreekt", "TWILIO_FROM": "kan niet kloppen",
        "TWILIO_ACCOUNT_SID": "kan niet kloppen", "TWILIO_AUTH_TOKEN": "ontbreekt", "TWILIO_WEBHOOK_URL": "ontbreekt",
    }.items():  # fmt: skip
        assert f"{name} {how}" in said
    assert len(said) == 9


def test_every_wrong_thing_comes_with_what_to_do(tmp_path: Path) -> None:
    findings = found({"WHATSAPP_PHONE_ID": "x", "TWILIO_FROM": "y"}, tmp_path)
    assert all(finding.remedy for finding in findings if finding.mark is Mark.WRONG)


def test_a_verify_token_that_is_easy_to_guess(meta: Meta) -> None:
    assert "WHATSAPP_VERIFY_TOKEN kan niet kloppen" in wrongs(meta.found(WHATSAPP_VERIFY_TOKEN="aaaaaaaaaaaaaaaabb"))


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"WHATSAPP_TOKEN": "EAAanders"}, "code 190: het token is niet"),
        ({"WHATSAPP_PHONE_ID": "99999999"}, "code 100: Meta kent dit niet"),
        ({"WHATSAPP_BUSINESS_ID": "99999999"}, "WHATSAPP_BUSINESS_ID): Meta antwoordt"),
        ({"WHATSAPP_TEMPLATE_LATE_REPLY": "bestaat_niet"}, "bestaat niet in de taal nl"),
        ({"WHATSAPP_TEMPLATE_LATE_REPLY": TEMPLATE + "_en"}, "bestaat niet in de taal nl (wel in en)"),
        ({"WHATSAPP_TEMPLATE_LATE_REPLY": "met_veld"}, "heeft een veld om in te vullen"),
        ({"WHATSAPP_GRAPH_URL": "http://127.0.0.1:9/v24.0"}, "Meta is niet te bereiken: er is geen verbinding"),
        ({"WHATSAPP_GRAPH_URL": "http://127.0.0.1:9"}, "eindigt niet op een versie"),
        ({"WHATSAPP_WEBHOOK_URL": "http://127.0.0.1:9/webhooks/whatsapp/webhook"}, "webhook: er is geen verbinding"),
    ],
)
def test_what_meta_refuses_is_said_with_why(meta: Meta, other: dict[str, str], word: str) -> None:
    findings = meta.found(**other)
    assert any(word in what for what in wrongs(findings)), [finding.lines() for finding in findings]


@pytest.mark.parametrize(
    ("state", "mark", "word"),
    [
        ({"status": "BANNED"}, Mark.WRONG, "BANNED"),
        ({"platform_type": "NOT_APPLICABLE"}, Mark.WRONG, "nog niet aangemeld"),
        ({"quality_rating": "RED"}, Mark.LOOK, "kwaliteit: RED"),
        ({"name_status": "DECLINED"}, Mark.LOOK, "naam: DECLINED"),
        ({"name_status": "PENDING_REVIEW"}, Mark.LOOK, "kijkt er nog naar"),
        ({"code_verification_status": "NOT_VERIFIED"}, Mark.LOOK, "nog niet bevestigd"),
        ({"account_mode": "SANDBOX"}, Mark.LOOK, "testnummer"),
    ],
)
def test_how_the_number_is(meta: Meta, state: dict[str, Any], mark: Mark, word: str) -> None:
    meta.double.phone_state.update(state)
    assert any(finding.mark is mark and word in finding.what for finding in meta.found())


def test_a_template_that_waits_for_approval(meta: Meta) -> None:
    meta.double.template_states[(TEMPLATE, "nl")] = "PENDING"
    assert wrongs(meta.found()) == [f"sjabloon {TEMPLATE}: PENDING, en niet APPROVED"]


@pytest.mark.parametrize(("days", "mark"), [(0.5, Mark.WRONG), (40.5, Mark.LOOK)])
def test_a_token_that_ends(meta: Meta, monkeypatch: pytest.MonkeyPatch, days: float, mark: Mark) -> None:
    told = {
        "app_id": "670843887433847",
        "expires_at": int(time.time() + days * 86_400),
        "scopes": ["whatsapp_business_messaging"],
    }
    answering(monkeypatch, "_debug_token", {"data": told})
    findings = meta.found()
    assert any(finding.mark is mark and f"verloopt over {int(days)} dagen" in finding.what for finding in findings)
    assert any("mist het recht whatsapp_business_management" in what for what in wrongs(findings))


@pytest.mark.parametrize("apps", [[], [{"whatsapp_business_api_data": {"id": "111"}}], [{"iets": "anders"}]])
def test_an_app_that_hears_nothing(meta: Meta, monkeypatch: pytest.MonkeyPatch, apps: list[Any]) -> None:
    answering(monkeypatch, "_subscribed", {"data": apps})
    assert any("niet geabonneerd" in what for what in wrongs(meta.found()))


@pytest.mark.parametrize("strange", [{}, {"data": None}, {"data": {}}, {"data": [1, None]}, {"error": "x"}])
def test_strange_answers_break_nothing(meta: Meta, monkeypatch: pytest.MonkeyPatch, strange: dict[str, Any]) -> None:
    for name in ("_debug_token", "_subscribed", "_templates", "_numbers"):
        answering(monkeypatch, name, strange)
    assert wrongs(meta.found())


def test_an_older_version_than_meta_has(meta: Meta, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Double._node

    async def newer(self: Double, request: web.Request) -> web.StreamResponse:
        answer = await original(self, request)
        answer.headers["facebook-api-version"] = "v99.0"
        return answer

    monkeypatch.setattr(Double, "_node", newer)
    assert any("Meta antwoordt als v99.0" in what for what in looks(meta.found()))


def test_a_webhook_of_another_start(meta: Meta) -> None:
    meta.address.verify_token = "een-heel-ander-woord"
    assert any("geeft niet terug wat Meta vraagt (antwoordt 403)" in what for what in wrongs(meta.found()))


def test_a_webhook_with_another_app_secret(meta: Meta) -> None:
    meta.address.app_secret = "f" * 32
    assert wrongs(meta.found()) == ["webhook: antwoordt 401 op een goede handtekening"]


def test_a_webhook_that_lets_everybody_in(meta: Meta) -> None:
    meta.address.open_door = True
    said = wrongs(meta.found())
    assert any("wie het woord niet weet" in what for what in said) and any("wie niet tekent" in what for what in said)


def test_what_was_not_looked_at_is_said(meta: Meta) -> None:
    said = looks(meta.found(WHATSAPP_BUSINESS_ID="", WHATSAPP_WEBHOOK_URL=""))
    assert said == ["abonnement en sjabloon: niet gekeken", "webhook: niet gekeken"]


def test_a_database_that_cannot_be_written(meta: Meta) -> None:
    path = meta.folder / "bezet.db"
    found(meta.environment(WHATSAPP_DATABASE_URL=f"sqlite:///{path}"), meta.folder, offline=True)
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        url = f"sqlite:///{path}?timeout=0.1"
        said = wrongs(found(meta.environment(WHATSAPP_DATABASE_URL=url), meta.folder, offline=True))
    assert any("gave an error" in what for what in said)


def test_a_key_that_is_gone(meta: Meta) -> None:
    path = f"sqlite:///{meta.folder / 'oud.db'}"
    people = People(HASH_KEY, [b"B" * 43 + b"="])
    store = Store(path, people)
    with store.writing() as connection:
        row = {
            "id": "wa-x",
            "number": people.hide("31687654321"),
            "last_seq": 0,
            "last_seen": 0.0,
            "heard_at": 0.0,
            "nudged": False,
        }
        connection.execute(PERSON.insert().values(**row, leaving=False, greeted=""))
    store.close()
    findings = found(meta.environment(WHATSAPP_DATABASE_URL=path), meta.folder, offline=True)
    assert wrongs(findings) == ["sleutel: wat er bewaard is, heeft een andere sleutel"]


def test_what_was_given_up_is_counted(meta: Meta) -> None:
    path = f"sqlite:///{meta.folder / 'dood.db'}"
    store = Store(path, People(HASH_KEY, read_keys(KEYS)))
    inbox = Inbox(store, str)
    ((person, _),) = inbox.take([Incoming("wamid.1", "31687654321", None, Kind.TEXT, "Hoi")]).fresh
    inbox.push(person, [{"type": "text"}])
    outgoing = Outgoing(store)
    reply = outgoing.next(person)
    assert reply is not None and outgoing.claim(reply)
    outgoing.dead(reply)
    store.close()
    said = looks(found(meta.environment(WHATSAPP_DATABASE_URL=path), meta.folder, offline=True))
    assert said == ["database: 1 berichten konden niet verstuurd worden"]


# ---------------------------------------------------------------------------------------------------------------- Twilio


@dataclass
class Theirs:
    """Twilio's side and ours."""

    double: Twilio
    address: Address
    folder: Path

    def environment(self, **other: str) -> dict[str, str]:
        return {
            "TWILIO_ACCOUNT_SID": twilio_double.ACCOUNT, "TWILIO_AUTH_TOKEN": twilio_double.TOKEN,
            "TWILIO_FROM": twilio_double.SENDER, "TWILIO_WEBHOOK_URL": self.url(), "TWILIO_API_URL": self.double.url,
            "TWILIO_CONTENT_LATE_REPLY": twilio_double.CONTENT, **other,
        }  # fmt: skip

    def url(self) -> str:
        return self.address.url + "/webhooks/twilio/webhook"

    def found(self, **other: str) -> list[Finding]:
        return found(self.environment(**other), self.folder)


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Theirs]:
    with running_twilio() as double, running_address(Address(twilio_token=twilio_double.TOKEN)) as address:
        theirs = Theirs(double, address, tmp_path)
        double.sender["webhook"] = {"callback_url": theirs.url() + "#rc=5&rp=5xx,ct,rt", "callback_method": "POST"}
        yield theirs


def test_all_is_well_at_twilio(theirs: Theirs) -> None:
    findings = theirs.found()
    assert not wrongs(findings) and not looks(findings), [finding.lines() for finding in findings]
    assert not theirs.double.messages


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"TWILIO_AUTH_TOKEN": "0f" * 16}, "code 20003: het token hoort niet bij het account"),
        ({"TWILIO_CONTENT_LATE_REPLY": "HX" + "0" * 32}, "sjabloon: bestaat niet"),
        ({"TWILIO_API_URL": "http://127.0.0.1:9"}, "Twilio is niet te bereiken: er is geen verbinding"),
        ({"TWILIO_WEBHOOK_URL": "http://127.0.0.1:9/webhooks/twilio/webhook"}, "bij Twilio staat een ander adres"),
    ],
)
def test_what_twilio_refuses_is_said_with_why(theirs: Theirs, other: dict[str, str], word: str) -> None:
    assert any(word in what for what in wrongs(theirs.found(**other)))


def test_how_things_are_at_twilio(theirs: Theirs) -> None:
    theirs.double.account_status, theirs.double.approval = "suspended", "pending"
    theirs.double.sender["status"] = "OFFLINE"
    said = wrongs(theirs.found())
    assert [any(word in what for what in said) for word in ("suspended", "pending", "OFFLINE")] == [True] * 3


def test_a_number_that_twilio_does_not_know(theirs: Theirs) -> None:
    assert looks(theirs.found(TWILIO_FROM="+31600000000")) == ["nummer: staat niet bij de WhatsApp-nummers van dit account"]


def test_a_webhook_that_twilio_has_otherwise(theirs: Theirs) -> None:
    theirs.double.sender["webhook"] = {"callback_url": theirs.url(), "callback_method": "POST"}
    assert looks(theirs.found()) == ["webhook: zijn wij weg, dan probeert Twilio het niet opnieuw"]
    theirs.double.sender["webhook"] = {"callback_url": theirs.url(), "callback_method": "GET"}
    assert wrongs(theirs.found()) == ["webhook: staat bij Twilio niet op POST"]
    theirs.double.sender["webhook"] = None
    assert looks(theirs.found()) == ["webhook: staat niet bij het nummer"]


def test_a_product_that_was_started_with_another_token(theirs: Theirs) -> None:
    theirs.address.twilio_token = "0" * 32
    assert wrongs(theirs.found()) == ["webhook: antwoordt 401 op een goede handtekening"]


def test_a_door_that_is_open(theirs: Theirs) -> None:
    theirs.address.open_door = True
    assert wrongs(theirs.found()) == ["webhook: antwoordt 200 aan wie niet tekent, en moet weigeren"]


def answering(monkeypatch: pytest.MonkeyPatch, route: str, data: dict[str, Any]) -> None:
    """Let Meta's double answer a question otherwise."""

    async def answer(self: Double, request: web.Request) -> web.StreamResponse:
        return web.json_response(data)

    monkeypatch.setattr(Double, route, answer)
