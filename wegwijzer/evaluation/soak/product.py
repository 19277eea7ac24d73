"""The product that is tried, with everything below it that can be taken away, and which faults that makes possible."""

from __future__ import annotations

import os
import shutil
import signal
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from wegwijzer.domain_texts import response_text
from wegwijzer.evaluation.soak.injecting import Kind
from wegwijzer.evaluation.soak.machine import CannotBreak, Clock, Disk, own_disk
from wegwijzer.evaluation.soak.servers import Postgres, Redis
from wegwijzer.product.processes import CannotStart, Part, children_of, free_ports, running
from wegwijzer.product.supervising import Supervisor, supervised
from wegwijzer.settings import Settings

EMBEDDED, POSTGRES = "sqlite", "postgres"

ROOM = {EMBEDDED: 48, POSTGRES: 512}
"""Megabytes of the disk with the databases."""

HOUR = 3600

SHORT, LONG = (2.0, 8.0), (2.0, 14.0)
"""Seconds that a fault lasts. Rasa waits ten seconds for an action (``nlu/breakdown_policy.py``): the long ones go past that."""

PATIENCE = 40.0
"""Seconds to wait for one answer; longer than a turn waits for its database."""

ASKED = "ik voel me alleen"
"""Needs the whole chain: the action server listens to it and the conversation is stored."""

SORRY = "utter_storing"

FLAWS = 16
"""Bytes that are damaged in a model."""


@dataclass
class House:
    """Everything that runs.

    Attributes:
        settings: of the product.
        parts: by name.
        supervisor: starts parts again.
        redis, postgres: what runs below it, when it does.
        disk: with the databases.
        clock: of the parts.
        model: a copy of the model, to be damaged.
        not_done: faults that cannot be had here, with why.
    """

    settings: Settings
    parts: Mapping[str, Part]
    supervisor: Supervisor
    model: Path
    redis: Redis | None = None
    postgres: Postgres | None = None
    disk: Disk | None = None
    clock: Clock | None = None
    not_done: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where people talk."""
        return f"http://{self.settings.host}:{self.settings.rasa_port}"

    @property
    def headers(self) -> dict[str, str]:
        """What opens the API."""
        return {"Authorization": f"Bearer {self.settings.token}"}

    def answers(self) -> bool:
        """Whether somebody who says something new gets a good answer: no failure, and no kind sentence about one."""
        said = {"sender": f"soak-{uuid.uuid4()}", "message": ASKED}
        with suppress(httpx.HTTPError, ValueError):
            url = f"{self.address}/webhooks/rest/webhook"
            answer = httpx.post(url, json=said, headers=self.headers, timeout=PATIENCE, trust_env=False)
            texts = [one.get("text") for one in answer.json()] if answer.status_code == 200 else []
            return bool(texts) and response_text(SORRY) not in texts
        return False


@contextmanager
def house(settings_of: Callable[[Mapping[str, str]], Settings], database: str, log: Path) -> Iterator[House]:
    """The whole product on free ports with databases of its own, kept running by a supervisor.

    Args:
        settings_of: gives the settings, with a model, for further variables.
        database: :data:`EMBEDDED` or :data:`POSTGRES`.
        log: folder of the logs.

    Raises:
        CannotStart: it does not start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="soak-")))
        folder.chmod(0o755)  # PostgreSQL runs as another user
        not_done: dict[str, str] = {}
        disk, clock = _disk(folder, database, stack, not_done), _clock(folder, not_done)
        if clock is not None:
            stack.callback(clock.tidy)
        place = disk.folder if disk is not None else folder
        redis, postgres, variables = None, None, _files(place)
        if database == POSTGRES:
            redis, postgres = _servers(place, folder, stack)
            variables = {**dict.fromkeys(_files(place), ""), "DATABASE_URL": postgres.url(), "REDIS_URL": redis.url}
        ports = dict(zip(("RASA_PORT", "ACTION_PORT", "CONSOLE_PORT", "WHATSAPP_PORT"), map(str, free_ports(4)), strict=True))
        settings = settings_of({**ports, **variables, "PROXIES_COUNT": "1", "DESK_HOURS": "24/7"})
        model = folder / settings.model.name
        shutil.copyfile(settings.model, model)
        settings = Settings.from_environment({**os.environ, **settings.as_environment(), "WEGWIJZER_MODEL": str(model)})
        parts = stack.enter_context(running(settings, log, clock.environment() if clock is not None else {}))
        supervisor = stack.enter_context(supervised(parts, settings, log))
        named = {part.name: part for part in parts}
        yield House(settings, named, supervisor, model, redis, postgres, disk, clock, not_done)


def kinds(here: House) -> list[Kind]:
    """All faults that can be had here; why others cannot is in ``not_done``."""
    found = [_kill(here, [part]) for part in here.parts.values()]
    found += [_kill(here, list(here.parts.values()), "all four at once"), _dead(here), _slow(here), _damaged(here)]
    found += [_reader(here, "kill -9 second reader", signal.SIGKILL), _reader(here, "second reader hangs", signal.SIGSTOP)]
    if here.disk is not None:
        found.append(Kind("full disk", here.disk.fill, here.answers, lambda: _writable(here), SHORT))
    if here.postgres is not None:
        found += [_read_only_postgres(here.postgres, here), _killed_postgres(here.postgres, here)]
    elif here.disk is not None:
        found.append(Kind("read-only database", here.disk.close, here.answers, here.disk.open, SHORT))
    if here.redis is not None:
        found.append(Kind("kill -9 Redis", here.redis.kill, here.answers, here.redis.start, SHORT))
    if here.clock is not None:
        found += [_jump(here.clock, here, "ahead", HOUR), _jump(here.clock, here, "back", -HOUR)]
    return found


# ---------------------------------------------------------------------- what it runs on


def _disk(folder: Path, database: str, stack: ExitStack, not_done: dict[str, str]) -> Disk | None:
    try:
        return stack.enter_context(own_disk(folder, ROOM[database]))
    except CannotBreak as error:
        not_done["full disk"] = str(error)
        if database == EMBEDDED:
            not_done["read-only database"] = str(error)
        return None


def _clock(folder: Path, not_done: dict[str, str]) -> Clock | None:
    try:
        return Clock(folder / "clock")
    except CannotBreak as error:
        not_done["clock jump"] = str(error)
        return None


def _files(folder: Path) -> dict[str, str]:
    """Each part's own database."""
    names = {"WEB_DATABASE_URL": "web", "HANDOVER_DATABASE_URL": "handover", "WHATSAPP_DATABASE_URL": "whatsapp"}
    names |= {"TWILIO_DATABASE_URL": "twilio", "CATALOGUE_DATABASE_URL": "catalogue", "INSIGHT_DATABASE_URL": "insight"}
    names |= {"AFTERCARE_DATABASE_URL": "aftercare"}
    files = {variable: f"sqlite:///{folder / name}.db" for variable, name in names.items()}
    return files | {"WEGWIJZER_TRACKER_DB": str(folder / "tracker.db")}


def _servers(place: Path, folder: Path, stack: ExitStack) -> tuple[Redis, Postgres]:
    redis, socket_folder, data = Redis(), folder / "pg", place / "pg"
    for path in (socket_folder, data):
        path.mkdir()
    postgres = Postgres(data, socket_folder)
    stack.callback(postgres.stop)
    postgres.start(DURABLE)
    stack.callback(redis.kill)
    redis.start()
    return redis, postgres


DURABLE = ("max_connections=200", "max_wal_size=96MB")
"""Options of PostgreSQL: with ``fsync``, as people run it."""


# ---------------------------------------------------------------------- what goes wrong


def _kill(here: House, parts: list[Part], name: str = "") -> Kind:
    def kill() -> None:
        for part in parts:
            _signal(part, signal.SIGKILL)
            if part.process is not None:
                part.process.wait()

    return Kind(f"kill -9 {name or parts[0].name}", kill, lambda: all(part.ready() for part in parts) and here.answers())


def _dead(here: House) -> Kind:
    name = "action server"

    def kill() -> None:
        here.supervisor.leave(name)
        _kill(here, [here.parts[name]]).begin()

    return Kind("dead action server", kill, here.answers, lambda: here.supervisor.keep(name), SHORT)


def _slow(here: House) -> Kind:
    part = here.parts["action server"]
    go_on = lambda: _signal(part, signal.SIGCONT)  # noqa: E731
    return Kind("slow action server", lambda: _signal(part, signal.SIGSTOP), here.answers, go_on, LONG)


def _reader(here: House, name: str, number: signal.Signals) -> Kind:
    """What befalls the process that only understands; one that hangs is ended by the server, which goes on without it."""

    def befall() -> None:
        rasa = here.parts["Rasa server"].process
        for child in children_of(rasa.pid) if rasa is not None else ():
            with suppress(ProcessLookupError):
                os.kill(child, number)

    return Kind(name, befall, here.answers)


def _damaged(here: House) -> Kind:
    """In the middle, where Rasa would find out late; the server must start all the same."""
    whole, rasa = here.model.read_bytes(), here.parts["Rasa server"]
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes(255 - byte for byte in whole[middle : middle + FLAWS]) + whole[middle + FLAWS :]

    def damage() -> None:
        here.model.write_bytes(damaged)
        _kill(here, [rasa]).begin()

    def good() -> bool:
        if not (rasa.ready() and here.answers()):
            return False
        here.model.write_bytes(whole)
        return True

    return Kind("damaged model at a restart", damage, good)


def _read_only_postgres(postgres: Postgres, here: House) -> Kind:
    """As when another machine took over and this one is only its copy."""

    def only_read(switch: str) -> None:
        postgres.execute(f"ALTER SYSTEM SET default_transaction_read_only = {switch}")
        postgres.execute("SELECT pg_reload_conf()")

    def open_again() -> None:
        postgres.execute("ALTER SYSTEM RESET default_transaction_read_only")
        postgres.execute("SELECT pg_reload_conf()")

    return Kind("read-only database", lambda: only_read("on"), here.answers, open_again, SHORT)


def _killed_postgres(postgres: Postgres, here: House) -> Kind:
    return Kind(
        "kill -9 PostgreSQL", lambda: postgres.stop(signal.SIGKILL), here.answers, lambda: postgres.start(DURABLE), (0.0, 3.0)
    )


def _writable(here: House) -> None:
    """Room again; a PostgreSQL that gave up for want of it is started, as its supervisor would."""
    if here.disk is not None:
        here.disk.empty()
    if here.postgres is not None and not here.postgres.running():
        here.postgres.start(DURABLE)


def _jump(clock: Clock, here: House, where: str, seconds: int) -> Kind:
    return Kind(f"clock an hour {where}", lambda: clock.jump(seconds), here.answers, lambda: clock.jump(0), SHORT)


def _signal(part: Part, number: signal.Signals) -> None:
    if part.process is not None:
        with suppress(ProcessLookupError):
            os.killpg(part.process.pid, number)


__all__ = ["EMBEDDED", "POSTGRES", "CannotStart", "House", "house", "kinds"]
