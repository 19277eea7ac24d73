"""The page on which an editor says what a message means: over HTTP, on a console that runs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from console.rendering import TEMPLATES, words
from tests.desk import Browser, Desk, running_desk
from wegwijzer.learning.labels import TEACHABLE
from wegwijzer.staff.models import Role

SAID = "ik zit maar met de duiven op het balkon te praten"
LOOK = "saw_learning"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def editor(desk: Desk) -> Browser:
    return desk.colleague("Noor", Role.EDITOR)


def one(desk: Desk, text: str = SAID, guesses: tuple[str, ...] = ("ontmoeten", "eenzaam")) -> str:
    (id,) = desk.parts.learning().keep([text], [guesses])
    return id


def deeds(desk: Desk) -> list[tuple[str, str, str]]:
    found = [(deed.who, deed.what, deed.detail) for deed in desk.parts.store.audit.all()]
    return [deed for deed in found if deed[1] not in ("login", "saw_log")]


# --------------------------------------------------------------------------- two clicks


def test_a_guess_and_keep_are_enough(desk: Desk, editor: Browser) -> None:
    id = one(desk)
    page = editor.get("/leren").text
    assert SAID in page and "checked" not in page, "nothing is chosen for the editor"
    offered = re.findall(r'name="etiket" value="([^"]+)"', page)
    assert offered == ["situatie:ontmoeten", "eenzaam", "anders"]
    answer = editor.post(f"/leren/{id}/bewaar", {"tekst": SAID, "etiket": offered[0]})
    assert answer.status_code == 303
    (taught,) = desk.parts.learning().labelled()
    assert (taught.text, taught.intent, taught.haltes, taught.by) == (SAID, "situatie", ("ontmoeten",), "Noor")
    after = editor.get(answer.headers["location"]).text
    assert "Bewaard." in after and "Er is nu niets om van te leren." in after


def test_another_label_is_put_together(desk: Desk, editor: Browser) -> None:
    id = one(desk)
    form = {
        "tekst": SAID,
        "etiket": "anders",
        "soort": "situatie",
        "halte1": "betekenis",
        "halte2": "vrienden",
        "halte3": "betekenis",
    }
    assert editor.post(f"/leren/{id}/bewaar", form).status_code == 303
    assert desk.parts.learning().labelled()[0].haltes == ("betekenis", "vrienden")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Kies wat het bericht betekent."),
        ({"etiket": "anders"}, "Kies wat het bericht betekent."),
        ({"etiket": "crisis_geweld"}, "Kies wat het bericht betekent."),
        ({"etiket": "anders", "soort": "zorg_spoed"}, "Kies wat het bericht betekent."),
        ({"etiket": "anders", "soort": "vraag_aanbod"}, "Kies ook waar het over gaat."),
        ({"etiket": "situatie:bestaat_niet"}, "Dit thema bestaat niet meer."),
        ({"etiket": "eenzaam", "soort": "groet"}, "Je koos twee dingen."),
        ({"etiket": "eenzaam", "tekst": "[naam]"}, "Er blijft niets over"),
        ({"etiket": "eenzaam", "tekst": "ik wil dood"}, "lijkt over gevaar te gaan"),
        ({"etiket": "eenzaam", "tekst": "duif " * 400}, "Dit is te lang."),
    ],
)
def test_what_is_not_right_is_said_and_nothing_typed_is_lost(
    desk: Desk, editor: Browser, form: dict[str, str], said: str
) -> None:
    id = one(desk)
    typed = form.get("tekst", "ik praat met de duiven")
    answer = editor.post(f"/leren/{id}/bewaar", {"tekst": typed, **form})
    assert answer.status_code == 400 and said in answer.text
    assert typed.strip()[:40] in answer.text
    assert [waiting.id for waiting in desk.parts.learning().waiting()] == [id] and not desk.parts.learning().labelled()


def test_a_wrong_label_is_taken_back(desk: Desk, editor: Browser) -> None:
    id = one(desk)
    answer = editor.post(f"/leren/{id}/bewaar", {"tekst": SAID, "etiket": "eenzaam"})
    assert f"/leren/{id}/terug" in editor.get(answer.headers["location"]).text
    assert editor.post(f"/leren/{id}/terug").status_code == 303
    assert [waiting.id for waiting in desk.parts.learning().waiting()] == [id]
    assert editor.post(f"/leren/{id}/terug").status_code == 409
    assert "/terug" not in editor.get("/leren?terug=../uitloggen").text


def test_who_does_not_know_goes_on_to_the_next(desk: Desk, editor: Browser) -> None:
    ids = {one(desk), one(desk, "de kat van de buren"), one(desk, "drie keer niks")}
    seen, where = [], "/leren"
    for _ in range(4):
        found = re.search(r'href="(/leren\?na=(\w+))"', editor.get(where).text)
        assert found
        where = found[1]
        seen.append(found[2])
    assert set(seen) == ids and seen[3] == seen[0]


@pytest.mark.parametrize("reason", ["niets", "persoonlijk", "gevaar", "onzin"])
def test_what_is_thrown_away_is_gone_and_why_is_written_down(desk: Desk, editor: Browser, reason: str) -> None:
    id = one(desk)
    assert editor.post(f"/leren/{id}/weg", {"reden": reason}).status_code == 303
    assert not desk.parts.learning().waiting() and not desk.parts.learning().labelled()
    assert ("Noor", "learning_dropped", f"{id[:6]} {'niets' if reason == 'onzin' else reason}") in deeds(desk)


def test_two_editors_at_the_same_message(desk: Desk, editor: Browser) -> None:
    id, other = one(desk), desk.colleague("Sem", Role.EDITOR)
    assert editor.post(f"/leren/{id}/bewaar", {"tekst": SAID, "etiket": "eenzaam"}).status_code == 303
    for path, form in (("bewaar", {"tekst": SAID, "etiket": "eenzaam"}), ("weg", {}), ("bewaar", {"tekst": SAID})):
        late = other.post(f"/leren/{id}/{path}", form)
        assert late.status_code == 409 and "een collega je voor" in late.text
    assert len(desk.parts.learning().labelled()) == 1


# --------------------------------------------------------------------------- somebody's words


def test_what_was_said_is_never_markup(desk: Desk, editor: Browser) -> None:
    desk.parts.learning().keep(["mijn hond 'blaft' \"nooit\" {{ 7*7 }} & ik ook niet"], [["</textarea><script>"]])
    page = editor.get("/leren").text
    assert (
        "&#34;nooit&#34; {{ 7*7 }}" in page
        and "49" not in re.sub(r'nonce="[^"]*"', "", page).partition("<textarea")[2].partition("</textarea>")[0]
    )
    id = desk.parts.learning().waiting()[0].id
    again = editor.post(f"/leren/{id}/bewaar", {"tekst": "</textarea><script>alert(1)</script>"}).text
    assert "<script>alert" not in again and "&lt;script&gt;alert" in again


def test_each_look_is_written_down_and_no_word(desk: Desk, editor: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    id = one(desk)
    editor.get("/leren")
    editor.post(f"/leren/{id}/bewaar", {"tekst": SAID, "etiket": "eenzaam"})
    assert next(deed for deed in deeds(desk) if deed[1] == LOOK) == ("Noor", LOOK, id[:6])
    assert ("Noor", "taught", f"{id[:6]} eenzaam") in deeds(desk)
    assert not any("duiven" in " ".join(deed) for deed in deeds(desk))
    assert "duiven" not in caplog.text
    shown = desk.colleague("Baas", Role.ADMIN).get("/logboek").text
    assert "las een bericht om van te leren" in shown and "duiven" not in shown


# --------------------------------------------------------------------------- who may see it


def test_who_talks_with_residents_does_not_read_this(desk: Desk) -> None:
    id, colleague = one(desk), desk.colleague("Fatma")
    assert "/leren" not in colleague.get("/").text
    assert colleague.get("/leren").status_code == 403 and SAID not in colleague.get("/leren").text
    for path in ("bewaar", "weg", "terug"):
        assert colleague.post(f"/leren/{id}/{path}", {"tekst": SAID, "etiket": "eenzaam"}).status_code == 403
    assert [deed for deed in deeds(desk) if deed[1] == LOOK] == []
    assert desk.parts.learning().waiting()


def test_an_editor_sees_nothing_of_the_desk_and_does_not_count_as_there(desk: Desk, editor: Browser) -> None:
    assert editor.get("/").headers["location"] == "/leren"
    for path in ("/terugbellen", "/uren", "/logboek", "/verzoek/x"):
        assert editor.get(path).status_code == 403, path
    assert editor.post("/uren", {"dag": "2026-11-24", "dicht": "1"}).status_code == 403
    news = editor.news(rij="1", verzoek="x")
    assert set(news) == {"over", "mag_blijven", "wacht", "gevaar", "antwoord"} and news["wacht"] == []
    assert desk.parts.store.presence.here() == []
    menu = re.findall(r'<li><a class="utrecht-link" href="([^"]+)"', editor.get("/leren").text)
    assert menu == ["/inzicht", "/gaten", "/leren"]
    assert editor.post("/blijven").status_code == 303
    assert editor.post("/uitloggen").headers["location"].startswith("/inloggen")


def test_an_administrator_may_teach_too(desk: Desk) -> None:
    one(desk)
    assert SAID in desk.colleague("Baas", Role.ADMIN).get("/leren").text


def test_a_database_that_is_away_is_said_kindly(desk: Desk, editor: Browser) -> None:
    id = one(desk)
    with desk.parts.learning().database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE learning_message")
    assert editor.get("/leren").status_code == 503
    answer = editor.client.post(f"/leren/{id}/bewaar", data={"bewijs": "x", "tekst": SAID})
    assert answer.status_code == 403, "the proof goes first"


def test_every_intent_that_can_be_taught_has_a_name_in_dutch() -> None:
    named = yaml.safe_load((TEMPLATES / "woorden.yml").read_text(encoding="utf-8"))["soorten"]
    assert list(named) == list(TEACHABLE)
    assert all(name and name == words()["soorten"][intent] for intent, name in named.items())
