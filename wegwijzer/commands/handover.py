"""``wegwijzer handover ...``: what who runs it types about colleagues who take over."""

from __future__ import annotations

from datetime import datetime

import typer

from wegwijzer.catalogue.loading import CatalogueError, load_catalogue
from wegwijzer.commands.output import fail, fail_on, read_settings
from wegwijzer.handover.delivery import Courier
from wegwijzer.handover.desk import Desk, PromiseKind
from wegwijzer.handover.models import HandoverUnavailable
from wegwijzer.handover.phone_vault import PhoneVault, VaultClosed, read_keys
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.targets.contract import DeliveryFailed, Target
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE
from wegwijzer.settings import Settings

handover_app = typer.Typer(no_args_is_help=True, help="Colleagues who take over from the bot.")


@handover_app.command("check")
def handover_check() -> None:
    """Say whether the desk, the database and every other desk work as they are set; tells them nothing about anybody."""
    settings = read_settings()
    store = _store(settings)
    print("ok   database")
    _say_desk(settings, store)
    bad = [name for name, target in settings.handover.targets.items() if not _reached(name, target)]
    if not settings.handover.targets:
        print("ok   targets: only the console; nothing is sent")
    courier = Courier(store, settings.handover.targets)
    for letter in courier.dead_letters():
        print(f"DEAD {letter.target}: {letter.event} after {letter.attempts} tries: {letter.problem}")
    if bad:
        fail(f"These desks cannot be reached as they are set: {', '.join(bad)}")


@handover_app.command("retry")
def handover_retry() -> None:
    """Send again what was given up (see: wegwijzer handover check)."""
    settings = read_settings()
    courier = Courier(_store(settings), settings.handover.targets)
    print(f"{courier.revive()} messages will be tried again")


@handover_app.command("rotate")
def handover_rotate() -> None:
    """Encrypt kept telephone numbers again with the first key of HANDOVER_KEY, so that the others may go."""
    settings = read_settings()
    try:
        print(f"{PhoneVault(_store(settings), read_keys(settings.handover.key)).rotate()} telephone numbers")
    except (VaultClosed, HandoverUnavailable) as error:
        fail(str(error))


def _store(settings: Settings) -> HandoverStore:
    try:
        return HandoverStore(settings.handover.database, targets=settings.handover.targets)
    except HandoverUnavailable as error:
        fail(str(error))


def _say_desk(settings: Settings, store: HandoverStore) -> None:
    try:
        catalogue = load_catalogue(CATALOGUE)
    except CatalogueError as error:
        fail_on(error.problems)
        return
    desk = Desk.of(catalogue, settings.handover.desk_hours, store.hours.all())
    promise = desk.promise(datetime.now(AMSTERDAM), catalogue.sentences)
    print("ok   desk: " + _promised(desk, promise.kind, promise.opens, promise.line.phone))


def _promised(desk: Desk, kind: PromiseKind, opens: str, number: str) -> str:
    if kind is PromiseKind.NOW:
        return "open now"
    if kind is PromiseKind.CALL_BACK:
        return f"closed; opens {opens}; a call back is promised"
    if desk.hours is None and not opens:
        return f"closed until opening_hours in catalogue/balie.yml are filled in; {number} is named"
    return f"closed; opens {opens}; {number} is named" if opens else f"closed; {number} is named"


def _reached(name: str, target: Target) -> bool:
    try:
        target.probe()
    except DeliveryFailed as error:
        print(f"BAD  {name}: {error}")
        return False
    print(f"ok   {name}")
    return True
