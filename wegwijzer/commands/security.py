"""Commands about security: made-up input at every entrance, known weak spots of libraries, and the list of all that is inside."""

from __future__ import annotations

import json
import signal
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from wegwijzer.commands.output import fail, progress_bars, say, show, teller
from wegwijzer.evaluation.markdown import table, with_block
from wegwijzer.guarding.advisories import OSV, CannotAsk, Finding, look_up, read_accepted
from wegwijzer.guarding.asvs import BLOCK, HEAD, counted
from wegwijzer.guarding.inside import all_packages
from wegwijzer.paths import ROOT, VAR
from wegwijzer.product.processes import CannotStart

security_app = typer.Typer()

PAGE = ROOT / "docs" / "security.md"

INTERRUPTED = 130
"""Exit code when somebody stopped it, as shells have it."""

NOT_ASKED = 2
"""Exit code when nobody could be asked: that is no good news."""


@security_app.command()
def fuzz(
    examples: Annotated[int, typer.Option(min=1, help="How many inputs for each operation and way of spoiling.")] = 50,
    seed: Annotated[int, typer.Option(help="The same number makes the same inputs.")] = 1,
    only: Annotated[str, typer.Option(help="Some entrances, with commas between.")] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Put the counts of what was tried to the end in docs/security.md.")
    ] = False,
) -> None:
    """Make up input for every entrance: no answer may be an error of ours, show a traceback, or leave content in a log."""
    try:
        from wegwijzer.evaluation.fuzz.report import Entrance, on_page
        from wegwijzer.evaluation.fuzz.report import table as counts
        from wegwijzer.evaluation.fuzz.run import NAMES, run
    except ImportError as error:
        fail(f"{error}; what this needs is installed with: uv sync")
    chosen = tuple(name.strip() for name in only.split(",") if name.strip()) or NAMES
    for name in chosen:
        if name not in NAMES:
            fail(f"{name!r} is no entrance; there are: {', '.join(NAMES)}")
    found: list[Entrance] = []
    stopped = False
    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with progress_bars() as progress:
            run(examples, seed, teller(progress), chosen, found, lambda one: progress.console.print(one.as_line(), markup=False))
    except CannotStart as error:
        fail(str(error))
    except KeyboardInterrupt:
        stopped = True
    show(counts(found))
    for one in found:
        for problem in one.problems:
            say.print(f"{one.name}: {problem}", markup=False, soft_wrap=True)
    if write:
        PAGE.write_text(on_page(PAGE.read_text(encoding="utf-8"), found, examples, seed, NAMES), encoding="utf-8")
    print(json.dumps({"examples": examples, "seed": seed, "entrances": {one.name: one.as_json() for one in found}}))
    if stopped:
        raise typer.Exit(INTERRUPTED)
    if any(one.wrongs for one in found):
        raise typer.Exit(1)


@security_app.command()
def audit(
    source: Annotated[str, typer.Option(help="Address of a service that speaks OSV.")] = OSV,
) -> None:
    """Ask which known weak spots the pinned libraries have; says so, with exit code 2, when nobody can be asked."""
    packages = all_packages(ROOT)
    try:
        findings = look_up(packages, source, read_accepted())
    except CannotAsk as error:
        say.print(f"[red]Not audited: {error}[/red]", soft_wrap=True)
        print(json.dumps({"packages": len(packages), "asked": False}))
        raise typer.Exit(NOT_ASKED) from None
    _show(findings)
    new = [one for one in findings if not one.judged]
    print(json.dumps({"packages": len(packages), "asked": True, "known": len(findings), "not_judged": len(new)}))
    if new:
        raise typer.Exit(1)


@security_app.command()
def asvs(
    write: Annotated[bool, typer.Option("--write", help="Put the counts in docs/security.md.")] = False,
) -> None:
    """Count the table of OWASP ASVS in docs/security.md: rows that a test shows, in part, not yet, not applicable."""
    page = PAGE.read_text(encoding="utf-8")
    try:
        counts = counted(page)
        if write:
            PAGE.write_text(with_block(page, BLOCK, table(HEAD, counts)), encoding="utf-8")
    except ValueError as error:
        fail(str(error))
    shown = Table(*HEAD)
    for line in counts:
        shown.add_row(*line)
    show(shown)
    print(json.dumps(dict(zip(HEAD, counts[-1], strict=True))))


@security_app.command()
def sbom(to: Annotated[Path, typer.Option(help="File to write.")] = VAR / "sbom.cdx.json") -> None:
    """Write the list of all libraries inside, Python and npm, as CycloneDX JSON, checked against the standard's schema."""
    try:
        from wegwijzer.guarding.sbom import write_sbom
    except ImportError as error:
        fail(f"{error}; what this needs is installed with: uv sync")
    try:
        count = write_sbom(ROOT, to)
    except (OSError, ValueError) as error:
        fail(f"The list cannot be written: {error}")
    print(f"{count} libraries in {to}")


def _show(findings: list[Finding]) -> None:
    shown = Table("library", "weak spot", "mended in", "judged")
    for one in findings:
        library = f"{one.package.name} {one.package.version}"
        shown.add_row(library, " ".join(one.names), ", ".join(one.mended) or "?", one.judged or "no")
    if findings:
        show(shown)
