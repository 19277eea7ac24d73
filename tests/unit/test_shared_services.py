"""One database for everything: which part goes where, what is refused, and that no part steps on another's tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from wegwijzer import settings as module
from wegwijzer.catalogue import store as catalogue
from wegwijzer.handover import tables as handover
from wegwijzer.settings import Settings
from wegwijzer.shared_services import in_schema, schema_of
from wegwijzer.staff import tables as staff
from wegwijzer.web import outbox
from wegwijzer.whatsapp import tables as whatsapp

SHARED = "postgresql://wegwijzer:geheim@db/wegwijzer"


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    return tmp_path / "var"


def read(**environment: str) -> Settings:
    return Settings.from_environment(environment)


def databases(settings: Settings) -> dict[str, str]:
    return {
        "tracker": settings.tracker_database, "web": settings.web_database, "catalogue": settings.catalogue_database,
        "handover": settings.handover.database, "whatsapp": settings.whatsapp.database, "twilio": settings.whatsapp.twilio_database,
        "insight": settings.insight_database, "aftercare": settings.aftercare_database,
    }  # fmt: skip


def test_without_it_every_part_has_a_file_of_its_own() -> None:
    assert all(url.startswith("sqlite:///") for url in databases(read()).values())
    assert len(set(databases(read()).values())) == len(databases(read()))


def test_one_setting_is_for_all_parts() -> None:
    found = databases(read(DATABASE_URL=SHARED))
    assert {name for name, url in found.items() if url == SHARED} == set(found) - {"twilio"}
    assert schema_of(make_url(found["twilio"])) == "twilio", "its tables are called like those of the other way to WhatsApp"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("WEB_DATABASE_URL", "web"),
        ("CATALOGUE_DATABASE_URL", "catalogue"),
        ("HANDOVER_DATABASE_URL", "handover"),
        ("WHATSAPP_DATABASE_URL", "whatsapp"),
        ("TWILIO_DATABASE_URL", "twilio"),
        ("INSIGHT_DATABASE_URL", "insight"),
        ("AFTERCARE_DATABASE_URL", "aftercare"),
    ],
)
def test_a_setting_for_one_part_goes_first(name: str, part: str) -> None:
    assert databases(read(DATABASE_URL=SHARED, **{name: "sqlite:///een.db"}))[part] == "sqlite:///een.db"


def test_a_file_for_conversations_goes_first_too() -> None:
    assert read(DATABASE_URL=SHARED, WEGWIJZER_TRACKER_DB="een.db").tracker_database == "sqlite:///een.db"


def test_child_processes_get_the_same() -> None:
    settings = read(
        DATABASE_URL=SHARED, REDIS_URL="redis://r:6379/0", ACTION_URL="http://10.0.0.5:5055/", RASA_URL="http://10.0.0.6:5005"
    )
    environment = settings.as_environment()
    assert Settings.from_environment(environment) == settings
    assert environment["ACTION_ENDPOINT_URL"] == "http://10.0.0.5:5055/webhook"
    assert environment["TRACKER_DATABASE_URL"] == SHARED


def test_the_way_in_which_hosting_companies_write_it_is_fine() -> None:
    assert read(DATABASE_URL="postgres://u:p@db/x").web_database == "postgresql://u:p@db/x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///geheim.db"),
        ("DATABASE_URL", "geheim"),
        ("DATABASE_URL", "mysql://u:geheim@db/x"),
        ("DATABASE_URL", "postgresql://u:geheim@db:no/x"),
        ("DATABASE_URL", "postgresql://u:$geheim@db/x"),
        ("REDIS_URL", "geheim:6379"),
        ("REDIS_URL", "http://geheim:6379"),
        ("ACTION_URL", "geheim:5055"),
        ("RASA_URL", "ftp://geheim"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        read(**{name: value})
    assert len(str(caught.value).splitlines()) == 1
    assert "geheim" not in str(caught.value)


def test_secrets_in_addresses_are_not_shown() -> None:
    shown = repr(read(DATABASE_URL=SHARED, REDIS_URL="redis://:geheim@r:6379/0"))
    assert "geheim" not in shown


def test_no_two_parts_of_one_database_have_a_table_of_the_same_name() -> None:
    parts = (catalogue._METADATA, handover.METADATA, staff.METADATA, outbox.METADATA, whatsapp.METADATA)
    names = Counter(name for part in parts for name in part.tables)
    assert max(names.values()) == 1
    assert "events" not in names, "that one is Rasa's"


@pytest.mark.parametrize("known", ["", "?options=-cwork_mem%3D4MB", "?sslmode=verify-full"])
def test_a_schema_is_added_to_what_was_set(known: str) -> None:
    url = make_url(in_schema(SHARED + known, "twilio"))
    assert schema_of(url) == "twilio"
    for name, value in make_url(SHARED + known).query.items():
        assert str(value) in str(url.query[name])
    assert schema_of(make_url(SHARED + known)) == ""
