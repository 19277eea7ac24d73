"""The report for editors: who must be called, what does not work, and where there is nothing. On paper and in the terminal."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from tests.builders import FAR, HERE, NEXT_DOOR, catalogue, copy_catalogue, helpline, initiative, real_catalogue
from wegwijzer import cli, settings
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.report import FORMS, Report, Section, addresses_to_visit, build_report, page, tables
from wegwijzer.catalogue.web_addresses import Answer, Outcome
from wegwijzer.commands import catalogue as commands
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.vocabulary import Vorm

TODAY = date(2026, 11, 22)
FRESH = "2026-11"
LINE = helpline("loket", name="Loket", phone="0800-2000")


def fresh(name: str = "koffie", /, **fields: Any) -> Initiative:
    return initiative(name, **({"verified_on": FRESH} | fields))


def report(*offers: Initiative, answers: dict[str, Answer] | None = None, **lines: Any) -> Report:
    return build_report(catalogue(*offers, **lines), TODAY, 12, answers)


def section(made: Report, name: str) -> Section:
    return next(one for one in made.sections if one.name == name)


def rows(made: Report, name: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in section(made, name).rows]


def names(made: Report, part: str) -> list[str]:
    return [row[0] for row in rows(made, part)]


# --- what must be confirmed again -------------------------------------------------------------------------------------


def test_what_is_stale_stands_there_oldest_first_and_what_is_fresh_does_not() -> None:
    offers = [
        fresh("nieuw"),
        fresh("oud", verified_on="2019"),
        fresh("nooit", verified_on=""),
        fresh("ouder", verified_on="2015-03"),
        fresh("straks", verified_on="2062"),
    ]
    assert names(report(*offers), "oud") == ["Nooit", "Ouder", "Oud", "Straks"]
    assert [row[1] for row in rows(report(*offers), "oud")] == ["nooit", "2015-03", "2019", "2062 (die dag komt nog)"]


def test_how_long_is_too_long_is_given() -> None:
    city = catalogue(fresh(verified_on="2026-01-05"))
    assert len(section(build_report(city, TODAY, 6), "oud").rows) == 1
    assert len(section(build_report(city, TODAY, 12), "oud").rows) == 0
    assert "6 maanden" in section(build_report(city, TODAY, 6), "oud").intro


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ({"phone": "030-123 45 67", "email": "a@b.nl"}, "030-123 45 67 · a@b.nl"),
        ({"email": "a@b.nl", "url": "https://b.nl"}, "a@b.nl · https://b.nl"),
        ({"address": "Domplein 1"}, "Domplein 1"),
        ({"via": "loket"}, "via Loket · 0800-2000"),
        ({}, "-"),
    ],
)
def test_a_stale_record_says_whom_to_call(contact: dict[str, str], told: str) -> None:
    assert rows(report(fresh(verified_on="2015", contact=contact), lines=(LINE,)), "oud")[0][3] == told


def test_a_stale_record_says_whether_it_is_shown_and_where_it_stands() -> None:
    hidden = fresh("weg", verified_on="2015", status="unknown", status_reason="Niet gevonden.")
    assert [row[2] for row in rows(report(hidden, fresh(verified_on="2015")), "oud")] == ["ja", "nee"]
    assert {row[4] for row in rows(report(hidden), "oud")} == {"initiatives/ · weg"}


@pytest.mark.parametrize("fields", [{"status": "ended", "status_reason": "Gestopt."}, {"kind": "role"}, {"kind": "discouraged"}])
def test_what_is_ended_or_no_offer_asks_for_nothing(fields: dict[str, str]) -> None:
    made = report(fresh(verified_on="2015", contact={}, certainty="low", **fields))
    assert made.to_check == 0


def test_what_has_no_contact_stands_there_also_when_somebody_can_lead_to_it() -> None:
    offers = [fresh("geen", contact={}), fresh("omweg", contact={"via": "loket"}), fresh("wel")]
    found = rows(report(*offers, lines=(LINE,)), "contact")
    assert [(row[0], row[2], row[3]) for row in found] == [("Geen", "-", "nee"), ("Omweg", "via Loket · 0800-2000", "ja")]


def test_what_is_unsure_stands_there_with_the_reason() -> None:
    unsure = fresh("gok", certainty="low", certainty_note="Alleen op een forum.")
    assert rows(report(unsure, fresh()), "onzeker")[0][:2] == ["Gok", "Alleen op een forum."]
    assert names(report(fresh("leeg", certainty="none")), "onzeker") == ["Leeg"]
    assert names(report(fresh("half", certainty="medium")), "onzeker") == []


def test_an_unsure_helpline_that_is_shown_stands_there_and_one_that_is_not_does_not() -> None:
    lines = (helpline("wel", certainty="low", show="topic"), helpline("niet", certainty="low", show="no"))
    assert names(report(lines=lines), "onzeker") == ["Wel"]


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_a_number_that_cannot_exist_is_named_once_with_every_place() -> None:
    wrong = {"phone": "030-123456"}
    made = report(fresh("a", contact=wrong), fresh("b", contact=wrong), fresh("c"), lines=(LINE,))
    assert len(rows(made, "telefoon")) == 1
    number, problem, places = rows(made, "telefoon")[0]
    assert number == "030-123456"
    assert "kan niet bestaan" in problem
    assert places == "initiatives/ · a, initiatives/ · b"


def test_short_free_and_municipal_numbers_are_no_mistakes() -> None:
    lines = tuple(
        helpline(f"l{place}", phone=number) for place, number in enumerate(["112", "113", "14 030", "0800-0113", "0900-8844"])
    )
    made = report(lines=lines)
    assert rows(made, "telefoon") == []
    for words in ("kort nummer 2", "gratis nummer (0800) 1", "betaald nummer (0900) 1", "gemeente (14) 1"):
        assert words in section(made, "telefoon").intro


def test_a_second_number_and_whatsapp_are_looked_at_too() -> None:
    made = report(lines=(helpline(phone_alt="030-123456", whatsapp="bel ons"),))
    assert [row[0] for row in rows(made, "telefoon")] == ["030-123456", "bel ons"]


# --- addresses --------------------------------------------------------------------------------------------------------


def test_an_address_that_is_written_wrongly_is_named_and_never_visited() -> None:
    city = catalogue(fresh("a", contact={"url": "https://a..nl"}), fresh("b", contact={"url": "https://b.nl"}))
    assert [row[0] for row in rows(build_report(city, TODAY, 12), "web")] == ["https://a..nl"]
    assert addresses_to_visit(city) == ("https://b.nl",)


def test_every_address_that_did_not_answer_well_is_named_with_what_to_do() -> None:
    answers = {
        "https://goed.nl": Answer(Outcome.FINE, status=200),
        "https://om.nl": Answer(Outcome.MOVED, "https://nieuw.nl/", 301),
        "https://weg.nl": Answer(Outcome.GONE, status=404),
        "https://dicht.nl": Answer(Outcome.UNREACHABLE, status=403),
        "https://stil.nl": Answer(Outcome.UNREACHABLE),
    }
    offers = [fresh(f"o{place}", contact={"url": url}) for place, url in enumerate(answers)]
    made = report(*offers, answers=answers)
    told = {row[0]: row[1] for row in rows(made, "web")}
    assert list(told) == list(answers)[1:]
    assert "https://nieuw.nl/" in told["https://om.nl"]
    assert "niet meer" in told["https://weg.nl"]
    assert "403" in told["https://dicht.nl"]
    assert "geen antwoord" in told["https://stil.nl"]
    assert "Goed: 1, Verhuisd: 1, Weg: 1, Niet te bereiken: 2" in section(made, "web").intro


def test_when_no_site_answers_the_report_doubts_the_internet() -> None:
    offer = fresh(contact={"url": "https://stil.nl"})
    assert "internet?" in section(report(offer, answers={"https://stil.nl": Answer(Outcome.UNREACHABLE)}), "web").intro
    assert "internet?" not in section(report(offer, answers={"https://stil.nl": Answer(Outcome.GONE, status=404)}), "web").intro
    assert "internet?" not in section(report(answers={}), "web").intro


def test_what_is_ended_is_not_visited() -> None:
    gone = fresh(contact={"url": "https://weg.nl"}, status="ended", status_reason="Gestopt.")
    assert addresses_to_visit(catalogue(gone)) == ()


# --- where there is little --------------------------------------------------------------------------------------------


def supply(*offers: Initiative) -> dict[tuple[str, str], str]:
    made = section(report(*offers), "aanbod")
    return {
        (row[0].text, column): cell.text
        for row in made.rows
        for column, cell in zip(made.columns[1:], row[1:], strict=True)
    }  # fmt: skip


def test_what_may_be_suggested_counts_per_halte_and_wijk_and_for_the_whole_city_everywhere() -> None:
    counted = supply(
        fresh("stad"),
        fresh("hier", area=[HERE], haltes=["ontmoeten", "verlies"]),
        fresh("verborgen", status="unknown", status_reason="Niet gevonden."),
        fresh("onbereikbaar", contact={}),
    )
    wijken = [HERE.capitalize(), NEXT_DOOR.capitalize(), FAR.capitalize()]
    assert [counted["Label ontmoeten", wijk] for wijk in wijken] == ["2", "1", "1"]
    assert [counted["Label verlies", wijk] for wijk in wijken] == ["1", "0", "0"]


def test_a_cell_says_how_many_of_each_form_and_how_many_are_of_the_wijk() -> None:
    made = section(report(fresh("a", forms=["groep", "inloop"]), fresh("b", forms=["groep"], area=[HERE])), "aanbod")
    cell = next(row for row in made.rows if row[0].text == "Label ontmoeten")[1]
    assert cell.note == "hier 1, groep 2, inloop 1"
    assert cell.short == "hier 1\ng2 i1"


def test_every_form_has_a_word_and_a_letter_of_its_own() -> None:
    assert set(FORMS) == {*Vorm, "inloop"}
    assert len({letter for _, letter in FORMS.values()}) == len(FORMS)


@pytest.mark.parametrize(("count", "heat"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 2), (6, 3)])
def test_little_is_warm_and_much_is_cool(count: int, heat: int) -> None:
    made = section(report(*(fresh(f"o{number}") for number in range(count))), "aanbod")
    assert next(row for row in made.rows if row[0].text == "Label ontmoeten")[1].heat == heat


def test_the_holes_are_named() -> None:
    offers = [fresh(f"o{number}", area=[HERE], forms=["groep", "bellen"]) for number in range(3)]
    city = [fresh("stad", haltes=["verlies"], forms=[*Vorm, "inloop"])]
    found = {row[0]: row[1:] for row in rows(report(*offers, *city), "gaten")}
    assert found["Label ontmoeten"] == ["Ernaast, Ver", "-", "-", "één op één, online, eropuit, inloop"]
    assert found["Label verlies"] == ["-", "heel de stad", "heel de stad", "-"]
    assert found["Label mentaal"][0] == "heel de stad"


def test_a_halte_without_holes_is_not_named() -> None:
    everywhere = [fresh(f"o{number}", area=[HERE, NEXT_DOOR, FAR], forms=[*Vorm, "inloop"]) for number in range(3)]
    assert "Label ontmoeten" not in names(report(*everywhere), "gaten")


# --- what counts ------------------------------------------------------------------------------------------------------


def test_everything_but_the_lack_of_offers_must_be_checked() -> None:
    assert report(fresh()).to_check == 0
    assert report(fresh(verified_on="2015")).to_check == 1
    assert report(fresh(contact={})).to_check == 1
    assert report(fresh(certainty="low")).to_check == 1
    assert report(fresh(contact={"phone": "030-123456"})).to_check == 1
    assert report(fresh(contact={"url": "https://a..nl"})).to_check == 1


# --- the page ---------------------------------------------------------------------------------------------------------

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Read(HTMLParser):
    """What a page is made of; fails when a tag is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def real() -> Report:
    return build_report(real_catalogue(), TODAY, 12)


def test_the_page_of_the_real_catalogue_needs_nothing_from_outside(real: Report) -> None:
    html = page(real)
    read = Read(html)
    loading = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "source"}
    assert {tag for tag, _ in read.tags} & loading == set()
    assert not any(
        name in ("src", "srcset", "style", "background") or name.startswith("on") for _, given in read.tags for name in given
    )
    assert "url(" not in html and "@import" not in html
    assert any("default-src 'none'" in (meta.get("content") or "") for meta in read.all("meta"))


def test_the_page_is_dutch_and_can_be_read_by_a_screen_reader(real: Report) -> None:
    read = Read(page(real))
    assert read.all("html") == [{"lang": "nl"}]
    shown = [one for one in real.sections if one.rows]
    assert len(read.all("table")) == len(read.all("caption")) == len(shown)
    assert {heading.get("scope") for heading in read.all("th")} == {"col", "row"}
    assert sum(heading.get("scope") == "row" for heading in read.all("th")) == sum(len(one.rows) for one in shown)
    ids = [given["id"] for _, given in read.tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert {link["href"] for link in read.all("a") if str(link["href"]).startswith("#")} == {
        f"#{one.name}" for one in real.sections
    }


def test_the_page_can_be_printed(real: Report) -> None:
    assert "@media print" in page(real)


def test_the_page_and_the_terminal_show_every_row(real: Report) -> None:
    shown = "".join(Read(page(real)).texts)
    console = Console(width=400)
    with console.capture() as capture:
        for part in tables(real):
            console.print(part)
    printed = capture.get()
    for one in real.sections:
        assert one.title in shown and one.title in printed
        for row in one.rows:
            assert row[0].text in shown
            assert row[0].text in printed


def test_what_editors_write_is_shown_as_they_wrote_it() -> None:
    nasty = fresh(name="<script>alert('x')</script> [bold]&[/nee]", verified_on="2015")
    made = report(nasty)
    read = Read(page(made))
    assert read.all("script") == []
    assert nasty.name in "".join(read.texts)
    console = Console(width=300)
    with console.capture() as capture:
        for part in tables(made):
            console.print(part)
    assert nasty.name in capture.get()


def test_an_address_is_a_link_only_when_it_is_well_formed() -> None:
    offers = [fresh("a", contact={"url": "https://a..nl"}), fresh("b", contact={"url": "https://b.nl"})]
    read = Read(page(report(*offers, answers={"https://b.nl": Answer(Outcome.GONE, status=404)})))
    assert [link["href"] for link in read.all("a") if not str(link["href"]).startswith("#")] == ["https://b.nl"]


def test_a_part_without_rows_says_so_without_a_table() -> None:
    read = Read(page(report(fresh())))
    assert "Alles is kort geleden bevestigd." in "".join(read.texts)


# --- the command ------------------------------------------------------------------------------------------------------


class Proxy(ThreadingHTTPServer):
    """Stands in for every site: a real server to which requests for any host go."""

    daemon_threads = True
    block_on_close = False
    asked: list[tuple[str, str]]


class Answering(BaseHTTPRequestHandler):
    """Says of every page that it is gone, but of one that it is there."""

    server: Proxy

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.asked.append((self.command, self.path))
        self.send_response(200 if "goed" in self.path else 404)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with Proxy(("127.0.0.1", 0), Answering) as server:
        server.asked = []
        for name in ("ALL_PROXY", "NO_PROXY", "all_proxy", "no_proxy", "http_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR", tmp_path / "var")
    monkeypatch.delenv("VERIFIED_WITHIN_MONTHS", raising=False)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(city: Catalogue) -> None:
        monkeypatch.setattr(commands, "load_catalogue", lambda folder: city)

    return use


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["catalogue", "report", *arguments])


def now(**fields: Any) -> Initiative:
    return initiative(**({"verified_on": datetime.now(AMSTERDAM).date().isoformat()} | fields))


def test_the_report_of_a_folder_ends_well_however_much_there_is_to_check(tmp_path: Path) -> None:
    result = run(str(copy_catalogue(tmp_path / "catalogue")))
    assert result.exit_code == 0
    assert "Te lang niet bevestigd" in result.stdout
    assert "dingen om na te kijken" in result.stdout


def test_strict_ends_with_1_when_something_must_be_checked_and_with_0_when_not(use: Any) -> None:
    use(catalogue(now()))
    assert run("--strict").exit_code == 0
    use(catalogue(now(verified_on="2015")))
    assert run("--strict").exit_code == 1
    assert run().exit_code == 0


def test_the_setting_says_how_long_is_too_long(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(catalogue(now(verified_on="2015")))
    monkeypatch.setenv("VERIFIED_WITHIN_MONTHS", "6000")
    assert run("--strict").exit_code == 0
    monkeypatch.setenv("VERIFIED_WITHIN_MONTHS", "x")
    assert run().exit_code == 1


def test_the_page_is_written(use: Any, tmp_path: Path) -> None:
    use(catalogue(now(verified_on="2015")))
    result = run("--html", str(tmp_path / "nakijken.html"))
    assert "nakijken.html" in result.stdout
    assert "Koffie" in "".join(Read((tmp_path / "nakijken.html").read_text(encoding="utf-8")).texts)


def test_a_page_that_cannot_be_written_is_one_plain_sentence(use: Any, tmp_path: Path) -> None:
    use(catalogue(now()))
    result = run("--html", str(tmp_path / "geen_map" / "nakijken.html"))
    assert result.exit_code == 1
    assert "geen_map" in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_catalogue_with_a_mistake_is_refused_with_the_mistake(tmp_path: Path) -> None:
    folder = copy_catalogue(tmp_path / "catalogue")
    (folder / "haltes.yml").unlink()
    result = run(str(folder))
    assert result.exit_code == 1
    assert "haltes.yml" in result.stderr


def test_online_asks_every_site_and_says_what_is_gone(use: Any, proxy: Proxy) -> None:
    use(catalogue(now(contact={"url": "http://goed.nl/x"}), now(id="weg", contact={"url": "http://weg.nl/x"})))
    result = run("--online", "--strict")
    assert proxy.asked[0][0] == "HEAD"
    assert sorted(set(proxy.asked)) == [("GET", "http://weg.nl/x"), ("HEAD", "http://goed.nl/x"), ("HEAD", "http://weg.nl/x")]
    assert "deze pagina is er niet meer" in result.stdout
    assert result.exit_code == 1


def test_offline_makes_no_request(use: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was made")

    use(catalogue(now(contact={"url": "http://weg.nl/x"})))
    monkeypatch.setattr(commands, "check_online", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    result = run("--strict")
    assert (result.exit_code, proxy.asked) == (0, [])
