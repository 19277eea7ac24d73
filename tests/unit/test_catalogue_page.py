"""The page of the whole catalogue: all of it is there, nothing in it can run, and what somebody asks for is what they see."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import FAR, HERE, catalogue, copy_catalogue, helpline, initiative, real_catalogue
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.page import build_page, catalogue_page, state_of
from wegwijzer.cli import app

TODAY = date(2026, 11, 22)
EVIL = "<script>document.title='kapot'</script>\"'><img src=x onerror=alert(1)>"


class Read(HTMLParser):
    """What a reader meets: the text, the elements with an id, and every attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def read(city: Catalogue, months: int = 12) -> Read:
    return Read(catalogue_page(city, TODAY, months))


# --- what stands on it ------------------------------------------------------------------------------------------------


def test_all_that_can_be_shown_is_on_the_page_with_its_first_step_and_its_contact() -> None:
    page = read(real_catalogue())
    assert len(real_catalogue().suggestable) > 0
    for one in real_catalogue().suggestable:
        told = [one.name, one.summary, one.first_step, one.first_words, one.contact.phone, one.contact.url, one.contact.address]
        assert [text for text in told if " ".join(text.split()) not in page.text] == [], one.id


def test_every_record_stands_there_once_also_what_is_not_shown() -> None:
    ids = [name.removeprefix("aanbod-") for name in read(real_catalogue()).ids if name.startswith("aanbod-")]
    assert sorted(ids) == sorted(real_catalogue().initiatives)


def test_no_id_stands_there_twice_and_every_link_inside_leads_somewhere() -> None:
    page = read(real_catalogue())
    assert len(page.ids) == len(set(page.ids))
    inside = [link[1:] for link in page.values("href") if link.startswith("#")]
    assert set(inside) - set(page.ids) == set()


def test_every_helpline_that_is_shown_stands_before_the_first_halte_and_those_for_danger_first() -> None:
    page = read(real_catalogue())
    shown = [line for line in real_catalogue().helplines.all() if line.show != "no"]
    places = {line.name: page.text.index(f" {line.name} ") for line in shown}
    assert max(places.values()) < page.text.index("Inhoud per halte")
    danger = [places[line.name] for line in shown if line.show == "crisis"]
    other = [places[line.name] for line in shown if line.show != "crisis"]
    assert max(danger) < min(other)


def test_a_helpline_that_is_never_shown_is_not_on_the_page() -> None:
    assert "Geheime lijn" not in read(catalogue(lines=(helpline(name="Geheime lijn", show="no"),))).text


def test_a_record_is_named_under_each_of_its_haltes() -> None:
    made = build_page(catalogue(initiative(haltes=["verlies", "vrienden"])), TODAY, 12)
    found = {chapter.id: ([card.id for card in chapter.cards], [card.id for card in chapter.also]) for chapter in made.chapters}
    assert (found["verlies"], found["vrienden"]) == ((["koffie"], []), ([], ["koffie"]))


@pytest.mark.parametrize(
    ("verified_on", "said", "stale"),
    [
        ("2026-11-21", "Laatst bevestigd: 21 nov 2026.", False),
        ("2026-03", "Laatst bevestigd: mrt 2026.", False),
        ("2019", "Laatst bevestigd: 2019. Dat is langer dan 12 maanden geleden.", True),
        ("2031-01", "Laatst bevestigd: jan 2031. Die dag komt nog.", True),
        ("", "Nooit bevestigd.", True),
    ],
)
def test_it_says_when_a_record_was_confirmed_and_marks_what_is_too_old(verified_on: str, said: str, stale: bool) -> None:
    page = read(catalogue(initiative(verified_on=verified_on)))
    assert said in page.text
    assert page.values("data-status") == [f"getoond{' oud' if stale else ''}"]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "getoond"),
        ({"status": "likely_active"}, "bellen"),
        ({"contact": {}}, "niet"),
        ({"certainty": "low"}, "niet"),
        ({"status": "unknown", "status_reason": "Niet gevonden."}, "niet"),
        ({"status": "ended", "status_reason": "Gestopt."}, "gestopt"),
    ],
)
def test_it_says_whether_a_resident_may_see_it(fields: dict[str, Any], state: str) -> None:
    assert state_of(initiative(**fields)) == state


# --- nothing in it can run --------------------------------------------------------------------------------------------


def test_code_in_a_record_stays_text() -> None:
    city = catalogue(
        initiative(name=EVIL, summary=EVIL, organisation=EVIL, note=EVIL, source=EVIL, place=EVIL, first_step=EVIL,
                   first_words=EVIL, alert=EVIL, opening_note=EVIL, cost={"text": EVIL}, audience={"text": EVIL}),
        lines=(helpline(name=EVIL, use=EVIL, whatsapp=EVIL, chat=EVIL, address=EVIL, hours=EVIL),),
    )  # fmt: skip
    page = read(city)
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert page.text.count("onerror=alert(1)") > 10, "it is there, as text"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", " https://x.nl/ y"])
def test_an_address_that_is_no_page_is_no_link(address: str) -> None:
    page = read(catalogue(lines=(helpline(chat=address),)))
    assert " ".join(address.split()) in page.text
    assert not [link for link in page.values("href") if "alert" in link or "x.nl" in link]


def test_the_page_asks_nothing_of_the_network_and_runs_only_its_own_script() -> None:
    html = catalogue_page(real_catalogue(), TODAY, 12)
    assert not re.search(r"\b(?:src|srcset|action|data)=", html)
    assert not re.search(r"@import|url\(", html)
    assert "default-src 'none'" in html
    assert "script-src 'sha256-" in html


# --- what somebody asks for -------------------------------------------------------------------------------------------

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")
browser = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium")

CITY = catalogue(
    initiative("soep", name="Soep eten", haltes=["ontmoeten", "vrienden"], area=[HERE], verified_on="2026-11"),
    initiative("praat", name="Café Één", haltes=["vrienden"], forms=["bellen"], area=["stad"], status="likely_active"),
    initiative("tuin", name="Tuin", haltes=["betekenis"], forms=["eropuit", "groep"], area=[FAR], verified_on="2026-11"),
    initiative("oud", name="Oude club", status="ended", status_reason="Gestopt.", verified_on="2026-11"),
)


def opened(page: Path, folder: Path, query: str = "") -> str:
    """The page as it is in the browser after its script ran, by Chromium itself."""
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    command = [CHROMIUM, *quiet, "--disable-component-update", "--disable-sync", f"--user-data-dir={folder}", "--dump-dom"]
    done = subprocess.run([*command, f"{page.as_uri()}{query}"], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def visible(dom: str) -> set[str]:
    """The records that are not hidden."""
    tags = re.findall(r"<article ([^>]*)>", dom)
    assert len(tags) == len(CITY.initiatives)
    return {re.findall(r'id="aanbod-(\w+)"', tag)[0] for tag in tags if not re.search(r"\bhidden\b", tag)}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.html"
    path.write_text(catalogue_page(CITY, TODAY, 12), encoding="utf-8")
    return path


@browser
def test_an_address_of_a_choice_shows_that_choice_without_a_server(page: Path, tmp_path: Path) -> None:
    dom = opened(page, tmp_path / "profile", f"?halte=vrienden&wijk={HERE}&zoek=cafe%20een")
    assert visible(dom) == {"praat"}
    assert "1 van de 4 gevonden." in dom


CHOICES: dict[str, set[str]] = {
    "": {"soep", "praat", "tuin", "oud"},
    "halte=vrienden": {"soep", "praat"},
    "halte=betekenis": {"tuin"},
    "halte=verlies": set(),
    f"wijk={HERE}": {"soep", "praat", "oud"},
    f"wijk={FAR}": {"praat", "tuin", "oud"},
    "vorm=bellen": {"praat"},
    "vorm=groep": {"soep", "tuin", "oud"},
    "status=getoond": {"soep", "tuin"},
    "status=bellen": {"praat"},
    "status=gestopt": {"oud"},
    "status=oud": {"praat"},
    "zoek=SOEP": {"soep"},
    "zoek=cafe een": {"praat"},
    "zoek=eten soep": {"soep"},
    "zoek=  ": {"soep", "praat", "tuin", "oud"},
    "zoek=<b>": set(),
    f"halte=vrienden&wijk={FAR}&vorm=bellen&status=bellen": {"praat"},
    f"halte=vrienden&wijk={FAR}&vorm=groep": set(),
}
"""What somebody chooses, and what must stay."""

TYPES = """
const choices = %s;
const seen = {};
const field = (name) => document.getElementById(name);
for (const choice of choices) {
  for (const name of ["zoek", "halte", "wijk", "vorm", "status"]) field(name).value = "";
  for (const [name, value] of new URLSearchParams(choice)) field(name).value = value;
  field("zoek").dispatchEvent(new Event("input", { bubbles: true }));
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  seen[choice] = {
    cards: shown("article").map((one) => one.id.replace("aanbod-", "")),
    listed: shown("nav [data-naar]").map((one) => one.dataset.naar.replace("aanbod-", "")),
    said: document.getElementById("aantal").textContent,
    headings: shown("section.halte").map((one) => one.dataset.halte),
  };
}
document.documentElement.innerHTML = "<body></body>";
document.body.textContent = JSON.stringify(seen);
"""


@browser
def test_what_somebody_types_and_chooses_is_what_stays(page: Path, tmp_path: Path) -> None:
    """One visit of a browser that goes through all choices; the policy of the page is taken off to let the test in."""
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    page.write_text(html.replace("</body>", f"<script>{TYPES % json.dumps(list(CHOICES))}</script></body>"), encoding="utf-8")
    told = re.search(r"<body>(.*)</body>", opened(page, tmp_path / "profile"), re.DOTALL)
    assert told
    seen = json.loads(told[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert {choice: set(found["cards"]) for choice, found in seen.items()} == CHOICES
    for choice, found in seen.items():
        assert set(found["listed"]) == CHOICES[choice], "the contents list what stays"
        assert found["said"].startswith(f"{len(CHOICES[choice])} van de 4" if CHOICES[choice] else "Niets gevonden"), choice
    assert seen["halte=betekenis"]["headings"] == ["betekenis"]
    assert set(seen[""]["headings"]) == set(CITY.haltes)


@browser
def test_the_policy_of_the_page_lets_its_own_script_run_and_no_other(page: Path, tmp_path: Path) -> None:
    assert "4 van de 4 gevonden." in opened(page, tmp_path / "profile")
    html = page.read_text(encoding="utf-8")
    page.write_text(html.replace("</main>", "</main><script>document.title = 'kapot'</script>"), encoding="utf-8")
    assert "<title>kapot" not in opened(page, tmp_path / "profile")


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_page_in_a_folder_that_was_not_there(tmp_path: Path) -> None:
    folder = copy_catalogue(tmp_path / "catalogue")
    to = tmp_path / "new" / "catalogue.html"
    result = CliRunner().invoke(app, ["catalogue", "page", str(folder), "--to", str(to)])
    assert (result.exit_code, result.exception) == (0, None)
    assert str(to) in result.output.replace("\n", "")
    assert to.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_says_kindly_what_is_wrong(tmp_path: Path) -> None:
    folder = copy_catalogue(tmp_path / "catalogue")
    result = CliRunner().invoke(app, ["catalogue", "page", str(folder), "--to", str(tmp_path)])
    assert result.exit_code == 1
    assert "kan niet geschreven worden" in result.output
    (folder / "haltes.yml").unlink()
    result = CliRunner().invoke(app, ["catalogue", "page", str(folder), "--to", str(tmp_path / "page.html")])
    assert result.exit_code == 1
    assert "dit bestand ontbreekt" in result.output
    assert not (tmp_path / "page.html").exists()
