"""``wegwijzer console``: who may come into the console of colleagues."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from wegwijzer.commands.output import fail, read_settings
from wegwijzer.staff.models import Role, StaffUnavailable, Unusable
from wegwijzer.staff.passwords import SHORTEST
from wegwijzer.staff.tables import METADATA
from wegwijzer.staff.users import Users
from wegwijzer.storage import Database

console_app = typer.Typer(no_args_is_help=True, help="The console in which colleagues talk with residents.")
user_app = typer.Typer(no_args_is_help=True, help="Who may come in.")
console_app.add_typer(user_app, name="user")

Name = Annotated[str, typer.Argument(help="What colleagues and residents read, and what is typed to come in.")]


@user_app.command("add")
def add(
    name: Name,
    role: Annotated[
        Role, typer.Option(help="editor: only teaches the bot; admin: may also read who saw and did what.")
    ] = Role.COLLEAGUE,
    sign_in: Annotated[str, typer.Option(help="How the municipality's own sign-in names the person; then no password.")] = "",
) -> None:
    """Let somebody in. Asks for the password, which is shown nowhere."""
    users = _users()
    password = None if sign_in else _ask_password()
    try:
        user = users.add(name, role, password=password, sign_in=sign_in)
    except (Unusable, StaffUnavailable) as error:
        fail(str(error))
    print(f"{user.name} ({user.role}) may come in")


@user_app.command("list")
def list_users() -> None:
    """Everybody, with how they come in."""
    try:
        everybody = _users().all()
    except StaffUnavailable as error:
        fail(str(error))
    for user in everybody:
        ways = [way for way, there in (("password", user.has_password), (f"sign-in {user.sign_in}", bool(user.sign_in))) if there]
        off = "" if user.active else "\tmay not come in"
        print(f"{user.name}\t{user.role}\t{' and '.join(ways)}{off}")


@user_app.command("password")
def password_command(name: Name) -> None:
    """Give somebody another password; who is in with the old one has to come in again."""
    users = _users()
    try:
        users.set_password(name, _ask_password())
    except (Unusable, StaffUnavailable) as error:
        fail(str(error))
    print(f"{name} has another password")


@user_app.command("off")
def off(name: Name) -> None:
    """Let somebody in no longer; who is in is out at once. What was done stays in the log."""
    _set_active(name, False)
    print(f"{name} may not come in any more")


@user_app.command("on")
def on(name: Name) -> None:
    """Let somebody in again."""
    _set_active(name, True)
    print(f"{name} may come in")


def _set_active(name: str, active: bool) -> None:
    try:
        _users().set_active(name, active)
    except (Unusable, StaffUnavailable) as error:
        fail(str(error))


def _users() -> Users:
    settings = read_settings()
    try:
        database = Database(settings.handover.database, METADATA, setting="HANDOVER_DATABASE_URL", failure=StaffUnavailable)
    except StaffUnavailable as error:
        fail(str(error))
    return Users(database, time.time)


def _ask_password() -> str:
    password: str = typer.prompt(f"Password (at least {SHORTEST} characters)", hide_input=True, confirmation_prompt="Once more")
    return password
