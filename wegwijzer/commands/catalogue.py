"""``wegwijzer catalogue ...``: what editors type."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from wegwijzer.catalogue.asking import Interview
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.hsds_export import export_hsds
from wegwijzer.catalogue.hsds_import import import_hsds, write_yaml
from wegwijzer.catalogue.hsds_standard import against_standard
from wegwijzer.catalogue.interview import Conversation, Stopped, read_draft, set_aside, write_draft
from wegwijzer.catalogue.loading import CatalogueError, Problem, load_catalogue
from wegwijzer.catalogue.page import catalogue_page
from wegwijzer.catalogue.report import addresses_to_visit, build_report, page, tables
from wegwijzer.catalogue.schema import write_schemas
from wegwijzer.catalogue.search import search_names
from wegwijzer.catalogue.sheet_apply import ChangedMeanwhile, rehearse
from wegwijzer.catalogue.sheet_apply import apply as apply_sheets
from wegwijzer.catalogue.sheet_export import export_csv, export_xlsx
from wegwijzer.catalogue.sheet_import import plan_import
from wegwijzer.catalogue.sheet_reading import Grid, read_csv, read_xlsx
from wegwijzer.catalogue.sheet_report import told
from wegwijzer.catalogue.web_addresses import check_online
from wegwijzer.catalogue.writing import add_record, file_for
from wegwijzer.commands.output import fail, fail_on, progress_bars, read_settings, say, show, teller
from wegwijzer.dialogue.formal import Formal
from wegwijzer.dialogue.formal_review import page as formal_page
from wegwijzer.dialogue.formal_review import review, said
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE, DOMAIN, ROOT, VAR

FORMAL_PAGE = ROOT / "docs" / "u-vorm.md"

CATALOGUE_PAGE = VAR / "catalogue" / "catalogue.html"

DRAFT = VAR / "catalogue" / "concept.yml"

catalogue_app = typer.Typer(no_args_is_help=True, help="Keep the catalogue.")


@catalogue_app.command("check")
def catalogue_check(folder: Annotated[Path, typer.Argument(help="Catalogue folder.")] = CATALOGUE) -> None:
    """Controleer de catalogus: elke fout met bestand, regel, record, veld en wat je kunt doen."""
    problems = check_all(folder)
    for problem in problems:
        print(problem)
    if problems:
        say.print(f"{len(problems)} dingen om te verbeteren.")
        raise typer.Exit(1)
    catalogue = load_catalogue(folder)
    shown = len(catalogue.suggestable)
    print(f"De catalogus is in orde: {len(catalogue.initiatives)} initiatieven, waarvan {shown} getoond kunnen worden.")


@catalogue_app.command("schema")
def catalogue_schema(folder: Annotated[Path, typer.Argument(help="Where to write.")] = CATALOGUE / "schema") -> None:
    """Write the JSON Schemas that editors' programs use to help while typing."""
    for path in write_schemas(folder):
        print(path)


@catalogue_app.command("find")
def catalogue_find(name: str) -> None:
    """Zoek een initiatief op naam: waar staat het, en wordt het getoond?"""
    try:
        found = search_names(load_catalogue(CATALOGUE), name)
    except CatalogueError as error:
        fail_on(error.problems)
    if not found:
        fail(f"Niets gevonden dat op '{name}' lijkt.")
    files = {path: path.read_text(encoding="utf-8") for path in sorted((CATALOGUE / "initiatives").glob("*.yml"))}
    for initiative in found:
        shown = "wordt getoond" if initiative.suggestable else "wordt niet getoond"
        where = next(path for path, text in files.items() if f"- id: {initiative.id}\n" in text)
        print(f"{initiative.id}: {initiative.name}, in {where.relative_to(ROOT)}, {shown}")


@catalogue_app.command("export")
def catalogue_export(
    hsds: Annotated[
        Path | None, typer.Option(help="Map voor HSDS 3.0 (Open Referral): CSV met datapackage.json, en JSON.")
    ] = None,
    standard: Annotated[Path | None, typer.Option(help="Map met de schema's van HSDS, om daarna tegen te controleren.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Bestand voor Excel of LibreOffice, zoals catalogus.xlsx.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Map voor CSV-bestanden die je in een rekenblad kunt openen.")] = None,
) -> None:
    """Schrijf de catalogus als rekenblad, om hem daarin bij te werken, of als HSDS, voor anderen."""
    if not (hsds or xlsx or csv):
        fail("Zeg waarheen: --xlsx bestand, --csv map of --hsds map.")
    problems: list[Problem] = []
    try:
        catalogue = load_catalogue(CATALOGUE)
        written = export_hsds(catalogue, hsds) if hsds else []
        written += [export_xlsx(catalogue, xlsx)] if xlsx else []
        written += export_csv(catalogue, csv) if csv else []
        for path in written:
            print(path)
        problems = list(against_standard(hsds, standard)) if hsds and standard else []
    except OSError as error:
        fail(f"De bestanden kunnen niet geschreven worden: {error}")
    except (CatalogueError, ValueError) as error:
        fail(str(error))
    fail_on(problems)


@catalogue_app.command("import")
def catalogue_import(
    hsds: Annotated[Path | None, typer.Option(help="Map met een export in HSDS.")] = None,
    to: Annotated[Path | None, typer.Option(help="Bij --hsds: map voor de YAML-bestanden; niet de catalogus zelf.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Bestand van Excel of LibreOffice dat met export gemaakt is.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Map met CSV-bestanden die met export gemaakt zijn.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Voer de veranderingen uit; zonder dit zie je ze alleen.")] = False,
    end_missing: Annotated[str, typer.Option(help="Beëindig wat niet in het rekenblad staat, met deze reden.")] = "",
) -> None:
    """Lees een rekenblad of HSDS terug: eerst zie je wat er verandert en wat er fout is; er verandert niets vanzelf."""
    if sum(source is not None for source in (hsds, xlsx, csv)) != 1:
        fail("Zeg wat je inleest: --xlsx bestand, --csv map of --hsds map; één van de drie.")
    if hsds is None:
        if to is not None:
            fail("--to hoort bij --hsds. Een rekenblad verandert de catalogus zelf, en pas met --apply.")
        _import_sheets(read_xlsx(xlsx) if xlsx else read_csv(csv or Path()), apply, end_missing.strip())
    elif apply or end_missing:
        fail("--apply en --end-missing horen bij een rekenblad; HSDS komt in een nieuwe map (--to).")
    elif to is None:
        fail("Geef bij --to een nieuwe map voor de bestanden.")
    else:
        _import_hsds(hsds, to)


def _import_hsds(hsds: Path, to: Path) -> None:
    if to.resolve().is_relative_to(CATALOGUE.resolve()):
        fail("Schrijf niet over de catalogus heen: geef bij --to een andere map, bekijk de bestanden en zet ze dan zelf over.")
    try:
        catalogue = load_catalogue(CATALOGUE)
        for path in write_yaml(import_hsds(hsds, catalogue), to, catalogue.files):
            print(path)
    except CatalogueError as error:
        fail_on(error.problems)
    except FileExistsError as error:
        fail(f"{error} bestaat al; geef bij --to een nieuwe map. Er is niets geschreven.")
    except OSError as error:
        fail(f"De bestanden kunnen niet geschreven worden: {error}")


def _import_sheets(read: tuple[list[Grid], list[Problem]], apply: bool, end_missing: str) -> None:
    """Say what sheets would change, and change it when that is asked and nothing is wrong."""
    grids, problems = read
    fail_on(problems)
    try:
        catalogue = load_catalogue(CATALOGUE)
        plan = plan_import(grids, catalogue, end_missing)
        written = rehearse(plan, catalogue, CATALOGUE, DOMAIN)
        for line in told(plan):
            print(line)
        fail_on(plan.problems, "Er is niets veranderd.")
        if not plan.changes:
            print("De catalogus is al zo.")
        elif apply:
            kept = apply_sheets(written, catalogue.fingerprint, CATALOGUE, VAR / "catalogue" / "backup")
            print(f"De catalogus is bijgewerkt. De bestanden zoals ze waren staan in {kept}. Start Wegwijzer opnieuw.")
        else:
            print("Dit is een proef: er is nog niets veranderd. Klopt het? Geef dezelfde opdracht met --apply.")
    except CatalogueError as error:
        fail_on(error.problems, "Verbeter eerst de catalogus zelf. Er is niets veranderd.")
    except ChangedMeanwhile:
        fail("De catalogus is intussen veranderd. Er is niets geschreven; probeer het nog eens.")
    except OSError as error:
        fail(f"De bestanden kunnen niet geschreven worden: {error}")


@catalogue_app.command("report")
def catalogue_report(
    folder: Annotated[Path, typer.Argument(help="Map van de catalogus.")] = CATALOGUE,
    html: Annotated[Path | None, typer.Option(help="Schrijf het ook als pagina in dit bestand.")] = None,
    online: Annotated[bool, typer.Option(help="Kijk op internet of de pagina's er nog zijn.")] = False,
    strict: Annotated[bool, typer.Option(help="Eindig met code 1 als er iets na te kijken is.")] = False,
) -> None:
    """Wat moet je nakijken: oud, zonder contact, onzeker, foute nummers en adressen, en waar te weinig aanbod is."""
    try:
        catalogue = load_catalogue(folder)
        answers = None
        if online:
            with progress_bars() as progress:
                tell = teller(progress)
                answers = check_online(addresses_to_visit(catalogue), lambda done, total: tell("webadressen", done, total))
        report = build_report(catalogue, datetime.now(AMSTERDAM).date(), read_settings().verified_within_months, answers)
        if html is not None:
            html.write_text(page(report), encoding="utf-8")
    except (CatalogueError, ValueError, ImportError, OSError) as error:
        fail(str(error))
    show(*tables(report))
    print(f"{report.to_check} dingen om na te kijken." + (f" De pagina staat in {html}." if html else ""))
    if strict and report.to_check:
        raise typer.Exit(1)


@catalogue_app.command("new")
def catalogue_new(
    folder: Annotated[Path, typer.Argument(help="Map van de catalogus.")] = CATALOGUE,
    file: Annotated[str, typer.Option(help="Bestand in initiatives/, zoals geld.yml; anders dat van de eerste halte.")] = "",
    draft: Annotated[Path, typer.Option(help="Waar je antwoorden bewaard worden zolang het niet klaar is.")] = DRAFT,
) -> None:
    """Zet een nieuw aanbod in de catalogus: één vraag tegelijk, elk antwoord meteen nagekeken."""
    if file and not re.fullmatch(r"[a-z0-9_]+\.yml", file):
        fail(f"'{file}' kan niet; geef bij --file een naam met kleine letters, zoals geld.yml.")
    with suppress(ImportError):
        import readline  # noqa: F401  # lets an editor move through the line with the arrow keys
    try:
        catalogue = load_catalogue(folder)
        interview = Interview(catalogue, datetime.now(AMSTERDAM).date(), _earlier(draft))
        record = Conversation(interview, input, print, lambda answers: write_draft(draft, answers)).run()
        place = f"initiatives/{file}" if file else file_for(record.haltes[0], catalogue)
        problems = add_record(record, folder, place)
    except Stopped:
        kept = f" Je antwoorden staan in {draft}. Typ hetzelfde commando om verder te gaan." if draft.exists() else ""
        print(f"\nGestopt.{kept}")
        raise typer.Exit(1) from None
    except CatalogueError as error:
        print("De catalogus heeft al fouten. Los die eerst op.")
        fail_on(error.problems)
    except (OSError, UnicodeDecodeError) as error:
        fail(f"Het aanbod kan niet bewaard worden: {error}")
    if problems:
        print(f"De controle vond iets. Er is niets veranderd; je antwoorden staan in {draft}.")
        fail_on(problems)
    draft.unlink(missing_ok=True)
    shown = "Wegwijzer kan het tonen" if record.suggestable else "Wegwijzer toont het niet"
    print(f"\n{record.name} staat in {folder / place}, met de id {record.id}. De controle is goed. {shown}.")
    print("Start Wegwijzer opnieuw (make start); dan is het er voor bewoners.")


def _earlier(draft: Path) -> dict[str, str]:
    """The answers of an earlier time, when the editor wants to go on with them; else they get a name of their own."""
    answers = read_draft(draft)
    if not draft.exists():
        return {}
    try:
        go_on = bool(answers) and input(f"Er is nog een concept: {answers.get('name') or draft}. Verder gaan? (ja/nee) ")
    except (EOFError, KeyboardInterrupt, UnicodeDecodeError) as error:
        raise Stopped from error
    if go_on and go_on.strip().casefold() in ("", "j", "ja"):
        return answers
    print(f"Het oude concept staat nu in {set_aside(draft)}.")
    return {}


@catalogue_app.command("page")
def catalogue_page_command(
    folder: Annotated[Path, typer.Argument(help="Map van de catalogus.")] = CATALOGUE,
    to: Annotated[Path, typer.Option(help="Bestand om in te schrijven.")] = CATALOGUE_PAGE,
) -> None:
    """Maak één pagina van de hele catalogus, om te lezen, te doorzoeken en te printen."""
    try:
        text = catalogue_page(load_catalogue(folder), datetime.now(AMSTERDAM).date(), read_settings().verified_within_months)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text, encoding="utf-8")
    except CatalogueError as error:
        fail_on(error.problems)
    except OSError as error:
        fail(f"De pagina kan niet geschreven worden: {error}")
    print(f"De pagina staat in {to}. Open hem in een browser.")


@catalogue_app.command("formal")
def catalogue_formal(
    text: Annotated[str, typer.Argument(help="Een zin om te proberen; zonder zin wordt de bladzijde gemaakt.")] = "",
    to: Annotated[Path, typer.Option(help="Bestand om in te schrijven.")] = FORMAL_PAGE,
) -> None:
    """Laat zien hoe elke zin met je wordt voor wie u koos, of probeer er één."""
    try:
        catalogue = load_catalogue(CATALOGUE)
        formal = Formal(catalogue.aanspreken)
        if text:
            print(formal.text(text))
            guessed = formal.guesses(text)
        else:
            lines = list(review(said(catalogue, DOMAIN), formal))
            to.write_text(formal_page(lines), encoding="utf-8")
            guessed = [guess for line in lines for guess in formal.guesses(line.informal)]
            print(f"{len(lines)} zinnen naast elkaar in {to}.")
    except CatalogueError as error:
        fail_on(error.problems)
    except (OSError, ValueError) as error:
        fail(f"De u-vorm kan niet gemaakt worden: {error}")
    for guess in guessed:
        print(f"Geraden bij '{guess.words}': zet '{guess.word}' in aanspreken.yml in de lijst waar het hoort.")
