"""Points of OWASP ASVS about what is written down: the pages must name what the code really has; and encryption at rest."""

from __future__ import annotations

import base64
import re
import stat
from pathlib import Path

import pytest
import yaml
from argon2 import PasswordHasher
from sqlalchemy import MetaData

from tests.handover import Clock
from tests.unit.test_handover_vault import OLD, WRITTEN
from wegwijzer.evaluation.fuzz.run import NAMES
from wegwijzer.handover import tables as handover_tables
from wegwijzer.handover.phone_vault import PhoneVault, VaultClosed, read_keys
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.tables import PHONE
from wegwijzer.paths import ROOT
from wegwijzer.product.processes import Part, action_server, handover_rounds, rasa_server, staff_console
from wegwijzer.settings import Settings
from wegwijzer.staff import tables as staff_tables
from wegwijzer.staff.models import StaffUnavailable
from wegwijzer.staff.passwords import Passwords
from wegwijzer.staff.users import Users
from wegwijzer.storage import Database
from wegwijzer.web import outbox
from wegwijzer.whatsapp import tables as whatsapp_tables


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


# --------------------------------------------------------------------------- threats, borders, what is kept


def test_the_threat_picture_has_every_entrance_that_is_open() -> None:
    picture = section(page("security.md"), "The threat picture")
    raw = yaml.safe_load(page("openapi.yml"))
    first = {"/".join(path.split("/")[:3]) if path.startswith("/webhooks") else "/" + path.split("/")[1] for path in raw["paths"]}
    named = {
        "/web": "`/web`", "/webhooks/rest": "`/webhooks/rest`", "/webhooks/whatsapp": "Meta's", "/webhooks/twilio": "Twilio's",
        "/balie": "console", **dict.fromkeys(("/", "/chat", "/health", "/ready", "/.well-known"), "the page"),
    }  # fmt: skip
    assert first == set(named), "an entrance is new or gone: say in the threat picture who comes by it"
    assert [word for word in named.values() if word not in picture] == []
    files = {"sheets": "spreadsheet", "hsds": "HSDS"}
    assert [word for name, word in files.items() if name in NAMES and word not in picture] == []


def test_the_borders_name_every_process() -> None:
    settings = Settings.from_environment({})
    picture = section(page("security.md"), "The threat picture")
    said = {
        "action server": "action server",
        "Rasa server": "Rasa server",
        "hand-over": "rounds of the hand-over",
        "console": "console",
    }
    for part in (action_server(settings), rasa_server(settings), handover_rounds(), staff_console(settings)):
        assert said[part.name] in " ".join(picture.split()), part.name


def test_parts_that_listen_have_ports_of_their_own_on_this_machine() -> None:
    settings = Settings.from_environment({})
    ports = [settings.rasa_port, settings.action_port, settings.console.port]
    assert len(set(ports)) == len(ports)
    assert settings.host == "127.0.0.1"
    modules = {
        part.module for part in (action_server(settings), rasa_server(settings), handover_rounds(), staff_console(settings))
    }
    assert len(modules) == 4


def test_a_log_is_for_the_owner_only_also_when_it_was_opened(tmp_path: Path) -> None:
    log = tmp_path / "log" / "x.log"
    log.parent.mkdir()
    log.write_text("van gisteren\n", encoding="utf-8")
    log.chmod(0o644)
    part = Part("x", "wegwijzer.paths")
    part.start(Settings.from_environment({}), log)
    assert part.process is not None and part.process.wait(60) == 0
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert log.read_text(encoding="utf-8").startswith("van gisteren")


KEPT = {
    "handover": handover_tables.METADATA,
    "staff": staff_tables.METADATA,
    "web": outbox.METADATA,
    "wa": whatsapp_tables.METADATA,
}
SAID = {
    "handover": "Requests for a human being", "staff": "Colleagues", "web": "Web chat", "wa": "WhatsApp, when it is on",
    "handover_phone": "Telephone numbers for a call back", "handover_audit": "Who of the colleagues saw and did what",
}  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
def test_every_table_belongs_to_a_class_of_data_with_its_place_and_its_time(kind: str) -> None:
    metadata: MetaData = KEPT[kind]
    lines = section(page("privacy.md"), "What is kept, where and for how long").splitlines()
    rows = {row.split("|")[1].strip(): row.split("|")[2:-1] for row in lines if row.startswith("| ")}
    for name in metadata.tables:
        said = SAID.get(name, SAID.get(name.partition("_")[0], ""))
        found = [cells for title, cells in rows.items() if title.startswith(said) and said]
        assert found, f"{name} stands in no row of docs/privacy.md"
        assert all(len(cell.strip()) > 3 for cell in found[0]), name


def test_the_readme_leads_to_a_page_for_every_part() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("handover.md", "console.md", "web.md", "whatsapp.md", "privacy.md", "security.md", "understanding.md"):
        assert f"docs/{name}" in readme


def test_people_are_told_what_they_talk_to_and_how_to_erase_it() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    words = " ".join(variant.get("text", "") for variants in responses.values() for variant in variants)
    assert "Ik ben een computer" in words
    assert re.search(r"wis mijn gesprek", words, re.IGNORECASE)


# --------------------------------------------------------------------------- at rest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "handover.db"


def secrets_of(store: HandoverStore) -> list[bytes]:
    with store.database.reading() as connection:
        return [bytes(row.number) for row in connection.execute(PHONE.select())]


def test_the_same_number_is_never_the_same_twice_and_a_changed_byte_is_seen(path: Path) -> None:
    store = HandoverStore(f"sqlite:///{path}", Clock())
    vault = PhoneVault(store, read_keys(OLD))
    first, second = (store.ask(name, "web")[0].id for name in ("anna", "bert"))
    for request in (first, second):
        vault.keep(request, WRITTEN)
    one, other = secrets_of(store)
    assert one != other
    assert base64.urlsafe_b64decode(one)[0] == 0x80, "Fernet: AES-CBC with a vector of its own, and an HMAC"
    assert vault.show(first, "jan") == vault.show(second, "jan")
    changed = bytearray(one)
    changed[len(changed) // 2] ^= 1
    with store.database.writing() as connection:
        connection.execute(PHONE.update().where(PHONE.c.request_id == first).values(number=bytes(changed)))
    with pytest.raises(VaultClosed):
        vault.show(first, "jan")


def test_a_hash_with_weaker_settings_is_seen_and_made_again(path: Path) -> None:
    weak = Passwords(PasswordHasher(time_cost=1, memory_cost=1024))
    database = Database(f"sqlite:///{path}", staff_tables.METADATA, setting="X", failure=StaffUnavailable)
    Users(database, Clock(), weak).add("Fatma", password="zeven gele fietsen")
    users = Users(database, Clock())
    with database.reading() as connection:
        before = connection.execute(staff_tables.USER.select()).one().password
    assert users.enter("Fatma", "zeven gele fietsen", "127.0.0.1") is not None
    with database.reading() as connection:
        after = connection.execute(staff_tables.USER.select()).one().password
    database.close()
    assert (Passwords().old(before), Passwords().old(after)) == (True, False)
    assert users is not None and after.startswith("$argon2id$")
