"""What colleagues do in the console, over HTTP and without script, on a console that runs."""

from __future__ import annotations

import html
import logging
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import PASSWORD, Browser, Desk, proof, running_desk
from tests.handover import in_queue, taken
from wegwijzer.handover.models import Outcome, Request, Said, Urgency, Who
from wegwijzer.handover.states import Actor, RequestState

NASTY = """<script>alert(1)</script>'"><img src=x onerror=alert(1)>{{7*7}}"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk"), {"DESK_HOURS": "Mo-Fr 09:00-17:00"}) as desk:
        yield desk


@pytest.fixture
def fatma(desk: Desk) -> Browser:
    return desk.colleague("Fatma")


@pytest.fixture
def jan(desk: Desk) -> Browser:
    return desk.colleague("Jan")


def mine(desk: Desk, conversation: str, colleague: str = "Fatma") -> Request:
    return taken(desk.parts.store, conversation, colleague)


def texts(desk: Desk, request: Request, who: Who = Who.COLLEAGUE) -> list[str]:
    return [line.text for line in desk.parts.store.lines(request.id, private=True) if line.who is who]


def deeds(desk: Desk, request: Request) -> list[tuple[str, str]]:
    return [(deed.who, deed.what) for deed in desk.parts.store.audit.all(request.id)]


# --------------------------------------------------------------------------- the queue


def test_danger_comes_first_then_who_waits_longest(desk: Desk, fatma: Browser) -> None:
    first = in_queue(desk.parts.store, "eerst")
    desk.clock.now += 120
    second = in_queue(desk.parts.store, "daarna")
    danger = in_queue(desk.parts.store, "gevaar", Urgency.CRISIS)
    page = fatma.get("/").text
    places = [page.index(one.id) for one in (danger, first, second)]
    assert places == sorted(places)
    assert "Gevaar" in page and "wacht 2 min" in page
    news = fatma.news(rij="1")
    assert news["gevaar"] == [danger.id]
    assert set(news["wacht"]) >= {first.id, second.id, danger.id}
    assert danger.id in news["rij"]


def test_of_all_who_take_at_once_one_has_it_and_the_others_hear_who(desk: Desk) -> None:
    names = ["Fatma", "Jan", "Omar", "Lotte"]
    browsers = [desk.colleague(name) for name in names]
    proofs = [proof(browser.get("/")) for browser in browsers]
    with ThreadPoolExecutor(len(names)) as pool:
        for number in range(10):
            request = in_queue(desk.parts.store, f"race {number}")

            def take(which: int, path: str = f"/verzoek/{request.id}/neem") -> tuple[int, str]:
                answer = browsers[which].client.post(path, data={"bewijs": proofs[which]})
                return answer.status_code, answer.text

            answers = list(pool.map(take, range(len(names))))
            winner = desk.parts.store.get(request.id).taken_by
            assert sorted(status for status, _ in answers) == [303, 409, 409, 409]
            assert all(f"{winner} heeft dit gesprek al" in text for status, text in answers if status == 409)
            assert answers[names.index(winner)][0] == 303


def test_taking_twice_is_no_mistake(desk: Desk, fatma: Browser) -> None:
    request = in_queue(desk.parts.store, "twee keer")
    assert [fatma.post(f"/verzoek/{request.id}/neem").status_code for _ in range(2)] == [303, 303]


def test_before_taking_one_sees_the_short_story_only(desk: Desk, fatma: Browser, jan: Browser) -> None:
    request, _ = desk.parts.store.ask(
        "kort", "web", summary={"leeftijd": 74}, so_far=[Said(Who.RESIDENT, "een heel eigen verhaal")]
    )
    desk.parts.store.move(request.id, RequestState.WAITING, Actor.BOT)
    page = jan.get(f"/verzoek/{request.id}").text
    assert "Leeftijd: 74" in page and "een heel eigen verhaal" not in page
    fatma.post(f"/verzoek/{request.id}/neem")
    assert "een heel eigen verhaal" in fatma.get(f"/verzoek/{request.id}").text
    assert "een heel eigen verhaal" not in jan.get(f"/verzoek/{request.id}").text
    assert "regels" not in jan.news(verzoek=request.id)["gesprek"]
    assert {("Jan", "saw_summary"), ("Fatma", "taken"), ("Fatma", "saw")} <= set(deeds(desk, request))
    assert ("Jan", "saw") not in deeds(desk, request)


# --------------------------------------------------------------------------- talking


def test_what_is_said_is_kept_once_however_often_it_is_sent(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "een keer")
    for _ in range(3):
        assert fatma.post(f"/verzoek/{request.id}/zeg", {"tekst": "Hallo daar", "kenmerk": "k1"}).status_code == 303
    fatma.post(f"/verzoek/{request.id}/zeg", {"tekst": "Hallo daar", "kenmerk": "k2"})
    assert texts(desk, request) == ["Hallo daar", "Hallo daar"]


def test_each_form_has_a_mark_of_its_own(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "kenmerk")
    marks = [re.findall(r'name="kenmerk" value="([^"]+)"', fatma.get(f"/verzoek/{request.id}").text) for _ in range(2)]
    assert len({mark for page in marks for mark in page}) == 4


def test_the_page_hears_new_lines_after_the_last_and_that_somebody_types(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "nieuws")
    known = max(line["nr"] for line in fatma.news(verzoek=request.id, na="0")["gesprek"]["regels"])
    desk.parts.store.append(request.id, Said(Who.RESIDENT, "Ben je er?"))
    desk.parts.store.types(request.id, Who.RESIDENT)
    talk = fatma.news(verzoek=request.id, na=str(known))["gesprek"]
    assert [line["wie"] for line in talk["regels"]] == ["resident"]
    assert "Ben je er?" in talk["regels"][0]["html"] and talk["typt"] is True
    assert request.id in fatma.news()["antwoord"]
    fatma.post(f"/verzoek/{request.id}/typt")
    assert Who.COLLEAGUE in desk.parts.store.typing(request.id)
    fatma.post(f"/verzoek/{request.id}/zeg", {"tekst": "Ja", "kenmerk": "x"})
    assert request.id not in fatma.news()["antwoord"]


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "١"])
def test_a_strange_number_shows_everything(desk: Desk, fatma: Browser, after: str) -> None:
    request = mine(desk, f"getal {after}")
    assert fatma.news(verzoek=request.id, na=after)["gesprek"]["regels"]


def test_nothing_that_anybody_typed_is_markup(desk: Desk, fatma: Browser) -> None:
    request, _ = desk.parts.store.ask(
        "xss", NASTY[:40], summary={"wijk": {"id": "x", "naam": NASTY}}, so_far=[Said(Who.RESIDENT, NASTY)]
    )
    desk.parts.store.move(request.id, RequestState.WAITING, Actor.BOT)
    pages = [fatma.get("/").text, fatma.get(f"/verzoek/{request.id}").text]
    fatma.post(f"/verzoek/{request.id}/neem")
    for path in ("zeg", "notitie"):
        fatma.post(f"/verzoek/{request.id}/{path}", {"tekst": NASTY, "notitie": NASTY, "kenmerk": path})
    pages += [
        fatma.get(f"/verzoek/{request.id}").text,
        fatma.post(f"/verzoek/{request.id}/invoegen", {"tekst": NASTY, "zoek": NASTY}).text,
    ]
    pages += [
        fatma.post("/uren", {"dag": NASTY, "tijden": NASTY, "reden": NASTY}).text,
        Browser(desk.address).enter(NASTY, "x").text,
    ]
    pages += [str(fatma.news(verzoek=request.id, na="0", rij="1"))]
    for page in pages:
        assert "<script>alert" not in page and "<img" not in page
    assert NASTY in html.unescape(pages[2])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_what_is_typed_arrives_as_it_was(desk: Desk, text: str) -> None:
    browser = desk.colleague("Tekst")
    request = mine(desk, f"zo als het was {text!r}"[:250], "Tekst")
    status = browser.post(f"/verzoek/{request.id}/zeg", {"tekst": text, "kenmerk": "x"}).status_code
    assert (status, texts(desk, request)) == ((303, [text.strip()]) if text.strip() else (400, []))


@pytest.mark.parametrize(("text", "said"), [("", "Schrijf eerst iets"), ("   \n", "Schrijf eerst iets"), ("x" * 4001, "te lang")])
def test_nothing_and_far_too_much_are_said_and_what_was_typed_stays(desk: Desk, fatma: Browser, text: str, said: str) -> None:
    request = mine(desk, f"leeg {len(text)}")
    answer = fatma.post(f"/verzoek/{request.id}/zeg", {"tekst": text, "kenmerk": "x"})
    assert (answer.status_code, said in answer.text, text.strip() in answer.text) == (400, True, True)
    assert texts(desk, request) == []


def test_a_note_is_for_colleagues_only(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "notitie")
    fatma.post(f"/verzoek/{request.id}/notitie", {"notitie": "belt liever later", "kenmerk": "n"})
    assert texts(desk, request, Who.NOTE) == ["belt liever later"]
    assert "belt liever later" not in [line.text for line in desk.parts.store.lines(request.id)]


def test_nobody_talks_or_writes_in_the_conversation_of_another(desk: Desk, jan: Browser) -> None:
    request = mine(desk, "van fatma")
    for what in ("zeg", "notitie", "invoegen", "typt", "teruggeven", "sluiten", "doorgeven", "bellen"):
        refused = jan.post(f"/verzoek/{request.id}/{what}", {"tekst": "hoi", "notitie": "hoi", "kenmerk": "x"})
        assert (refused.status_code, "Fatma heeft dit gesprek al" in refused.text) == (409, True), what
    assert texts(desk, request) + texts(desk, request, Who.NOTE) == []


def test_a_ready_answer_and_an_offer_come_behind_what_is_typed(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "invoegen")
    page = fatma.post(f"/verzoek/{request.id}/invoegen", {"tekst": "half", "voeg": "antwoord:luister"}).text
    assert "half\n\nVertel maar." in html.unescape(page)
    found = fatma.post(f"/verzoek/{request.id}/invoegen", {"tekst": "half", "zoek": "koffie"}).text
    name = re.findall(r'value="aanbod:([^"]+)"', found)[0]
    offer = desk.parts.catalogue.initiatives[name]
    page = html.unescape(
        fatma.post(f"/verzoek/{request.id}/invoegen", {"tekst": "half", "zoek": "koffie", "voeg": f"aanbod:{name}"}).text
    )
    assert offer.suggestable and f"half\n\n{offer.name}. {offer.summary}" in page
    assert texts(desk, request) == [], "nothing is sent before the colleague sends it"


# --------------------------------------------------------------------------- ending


@pytest.mark.parametrize(
    ("what", "state", "outcome"),
    [
        ("teruggeven", RequestState.GIVEN_BACK, Outcome.REFERRED),
        ("sluiten", RequestState.CLOSED, Outcome.REFERRED),
        ("doorgeven", RequestState.WAITING, None),
        ("bellen", RequestState.CALL_BACK, None),
    ],
)
def test_a_conversation_ends_in_each_way(
    desk: Desk, fatma: Browser, what: str, state: RequestState, outcome: Outcome | None
) -> None:
    request = mine(desk, f"eind {what}")
    assert (
        fatma.post(f"/verzoek/{request.id}/{what}", {"uitkomst": "referred", "versie": str(request.version)}).status_code == 303
    )
    now = desk.parts.store.get(request.id)
    assert (now.state, now.outcome) == (state, outcome)


def test_danger_that_came_up_meanwhile_is_looked_at_before_ending(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "net gevaar")
    desk.parts.store.raise_alarm(request.id)
    refused = fatma.post(f"/verzoek/{request.id}/sluiten", {"uitkomst": "helped", "versie": str(request.version)})
    assert (refused.status_code, "Kijk eerst" in refused.text) == (409, True)
    page = fatma.get(f"/verzoek/{request.id}").text
    assert "Er is misschien gevaar" in page and "regel--gevaar" in page


def test_a_request_that_was_erased_is_said_to_be_gone(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "gewist")
    desk.parts.store.erase("gewist")
    assert fatma.get(f"/verzoek/{request.id}").status_code == 404
    assert "gewist" in fatma.post(f"/verzoek/{request.id}/zeg", {"tekst": "hoi", "kenmerk": "x"}).text
    assert fatma.news(verzoek=request.id)["gesprek"] == {"staat": "weg"}


# --------------------------------------------------------------------------- calling back


def waiting_for_a_call(desk: Desk, conversation: str) -> Request:
    request, _ = desk.parts.store.ask(conversation, "web")
    desk.parts.vault.keep(request.id, "06-12345678")
    return desk.parts.store.move(request.id, RequestState.CALL_BACK, Actor.BOT)


def test_a_number_is_seen_on_a_click_written_down_and_gone_after_the_call(desk: Desk, fatma: Browser, jan: Browser) -> None:
    request = waiting_for_a_call(desk, "bel mij")
    assert "12345678" not in fatma.get("/terugbellen").text
    shown = fatma.post(f"/terugbellen/{request.id}/nummer").text
    assert 'href="tel:+31612345678"' in shown
    assert ("Fatma", "saw_phone") in deeds(desk, request)
    assert jan.post(f"/terugbellen/{request.id}/nummer").status_code == 409
    assert ("Jan", "saw_phone") not in deeds(desk, request)
    assert fatma.post(f"/terugbellen/{request.id}/klaar", {"uitkomst": "gebeld"}).status_code == 303
    assert desk.parts.store.get(request.id).outcome is Outcome.CALLED
    assert not desk.parts.vault.has(request.id)


def test_who_is_not_reached_is_called_again_by_anybody(desk: Desk, fatma: Browser, jan: Browser) -> None:
    request = waiting_for_a_call(desk, "later nog eens")
    fatma.post(f"/terugbellen/{request.id}/nummer")
    assert fatma.post(f"/terugbellen/{request.id}/loslaten").status_code == 303
    assert "12345678" in jan.post(f"/terugbellen/{request.id}/nummer").text
    assert jan.post(f"/terugbellen/{request.id}/klaar", {"uitkomst": "verzonnen"}).status_code == 409
    assert desk.parts.vault.has(request.id)


# --------------------------------------------------------------------------- hours


def test_a_day_gets_other_hours_and_the_usual_ones_again(desk: Desk, fatma: Browser) -> None:
    assert "morgen om 9.00 uur" in fatma.get("/").text
    assert fatma.post("/uren", {"dag": "2026-11-23", "tijden": "13:00-15:00", "reden": "uitje"}).status_code == 303
    assert "morgen om 13.00 uur" in fatma.get("/uren").text
    fatma.post("/uren", {"dag": "2026-11-23", "dicht": "1"})
    assert "morgen" not in fatma.get("/uren").text
    fatma.post("/uren", {"dag": "2026-11-23", "gewoon": "1"})
    assert "morgen om 9.00 uur" in fatma.get("/uren").text


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-11-24", "van tien tot twaalf"), ("morgen", "10:00-12:00"), ("2026-11-24", ""), ("", "")]
)
def test_hours_that_cannot_be_read_are_said_and_kept_in_the_form(desk: Desk, fatma: Browser, day: str, hours: str) -> None:
    answer = fatma.post("/uren", {"dag": day, "tijden": hours})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text and f'value="{hours}"' in answer.text
    assert "24 november" not in fatma.get("/uren").text


# --------------------------------------------------------------------------- when it goes wrong


def test_a_locked_database_loses_nothing_that_was_typed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running_desk(tmp_path, patience=0.2) as desk, caplog.at_level(logging.DEBUG):
        browser = desk.colleague("Fatma")
        request = mine(desk, "op slot")
        given = proof(browser.get("/"))
        form = {"bewijs": given, "tekst": "een lang verhaal van mij", "kenmerk": "vast"}
        with closing(sqlite3.connect(tmp_path / "handover.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            refused = browser.client.post(f"/verzoek/{request.id}/zeg", data=form)
            asked = browser.client.post(f"/verzoek/{request.id}/zeg", data=form, headers={"accept": "application/json"})
            assert browser.get("/").status_code == 503
            assert browser.get("/health").status_code == 200, "a process that waits for its database is not started again"
            assert browser.get("/ready").json() == {"status": "not ready", "parts": {"database": "no answer: handover"}}
            entering = Browser(desk.address).enter("Fatma")
            other.execute("ROLLBACK")
        assert (refused.status_code, asked.status_code) == (503, 503)
        assert "een lang verhaal van mij" in refused.text and "Probeer opnieuw" in refused.text
        assert "fout" in asked.json()
        assert entering.status_code == 503 and PASSWORD not in entering.text
        again = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', refused.text)}
        assert again["kenmerk"] == "vast"
        sent = browser.client.post(f"/verzoek/{request.id}/zeg", data={**again, "tekst": "een lang verhaal van mij"})
        assert sent.status_code == 303
        assert texts(desk, request) == ["een lang verhaal van mij"]
    assert "een lang verhaal" not in caplog.text and "Fatma" not in caplog.text and given not in caplog.text


def test_who_was_signed_out_while_typing_gets_the_text_back(desk: Desk, fatma: Browser) -> None:
    request = mine(desk, "te laat getypt")
    given = proof(fatma.get("/"))
    desk.clock.now += 3 * 3600
    refused = fatma.client.post(f"/verzoek/{request.id}/zeg", data={"bewijs": given, "tekst": "mijn antwoord", "kenmerk": "x"})
    assert (refused.status_code, "mijn antwoord" in refused.text) == (401, True)
    assert texts(desk, request) == []


def test_a_mistake_of_ours_is_said_kindly_and_logged_without_words(
    desk: Desk, fatma: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    story = "een heel eigen verhaal"

    def broken(*arguments: object, **named: object) -> None:
        raise KeyError(story)

    monkeypatch.setattr(type(desk.parts.store), "queue", broken)
    answer = fatma.get("/")
    assert (answer.status_code, "Probeer het nog eens" in answer.text) == (500, True)
    assert "KeyError" in caplog.text and story not in caplog.text


def test_a_page_that_is_not_there_and_a_method_that_is_not_are_said(desk: Desk, fatma: Browser) -> None:
    assert (fatma.get("/nergens").status_code, "is er niet" in fatma.get("/nergens").text) == (404, True)
    assert fatma.client.put("/uren").status_code == 405
    assert fatma.get("/deel/..%2f..%2fpyproject.toml").status_code == 404


def test_the_health_and_the_style_need_nobody(desk: Desk) -> None:
    visitor = Browser(desk.address)
    assert visitor.get("/health").json() == {"status": "ok"}
    assert visitor.get("/ready").json() == {"status": "ready", "parts": {"database": "ok"}}
    style = visitor.get("/deel/console.css")
    assert style.headers["content-type"].startswith("text/css")
    assert visitor.get("/deel/console.css", headers={"if-none-match": style.headers["etag"]}).status_code == 304
