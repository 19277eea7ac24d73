"""A disk that can be full or closed to writing, and a clock that jumps: real ones, of the processes that are tried only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PIECES = (1024 * 1024, 4096, 1)
"""Bytes that are written at once while filling a disk: first quickly, then to the last corner."""

FILLER = "filler"

LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/local/lib/faketime/libfaketime.so.1")
"""Where libfaketime is (https://github.com/wolfcw/libfaketime, the Debian package ``libfaketime``)."""


class CannotBreak(Exception):
    """This machine does not allow it. The message says why in a few words."""


class Disk:
    """A file system of its own in a file.

    Args:
        folder: where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Write until there is no room for another byte."""
        with (self.folder / FILLER).open("ab", buffering=0) as filler:
            for piece in PIECES:
                with suppress(OSError):
                    while filler.write(bytes(piece)):
                        pass

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / FILLER).unlink(missing_ok=True)

    def close(self) -> None:
        """Refuse all writing, also through files that are open: the flag ``i`` of ext4, see ``man chattr``.

        Raises:
            CannotBreak: the flag cannot be set.
        """
        self._flag("+i")

    def open(self) -> None:
        """Allow it again."""
        with suppress(CannotBreak):
            self._flag("-i")

    def _flag(self, flag: str) -> None:
        done = subprocess.run(["chattr", "-R", "-f", flag, str(self.folder)], capture_output=True, check=False)
        if done.returncode and flag == "+i":
            raise CannotBreak("files cannot be closed here")


@contextmanager
def own_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of so many megabytes.

    Args:
        folder: in which the file and the place of the mount come.

    Raises:
        CannotBreak: mounting is not allowed, which asks for root.
    """
    if os.geteuid() != 0:
        raise CannotBreak("mounting a disk of its own asks for root")
    image, place = folder / "disk.img", folder / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    _call("mkfs.ext4", "-q", "-m", "0", str(image))
    _call("mount", "-o", "loop", str(image), str(place))
    disk = Disk(place)
    try:
        yield disk
    finally:
        disk.open()
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)
        image.unlink(missing_ok=True)


def _call(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotBreak(f"there is no {command[0]}") from None
    if done.returncode:
        raise CannotBreak(f"{command[0]} failed: {' '.join(done.stderr.split())[:100]}")


class Clock:
    """The time of day of some processes. What only counts on (monotonic) is left alone, as when a clock is set.

    Args:
        file: says how far it is off.

    Raises:
        CannotBreak: libfaketime is not installed.
    """

    def __init__(self, file: Path) -> None:
        found = [path for pattern in LIBRARIES for path in Path("/").glob(pattern.removeprefix("/"))]
        if not found:
            raise CannotBreak("libfaketime is not installed")
        self._library, self._file = found[0], file
        self.jump(0)

    def environment(self) -> Mapping[str, str]:
        """What the processes get."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # with it Python's threads never sleep
            "NO_FAKE_STAT": "1",
        }

    def tidy(self) -> None:
        """Take away what libfaketime left in shared memory of processes that are gone: who is killed cannot do that."""
        for left in Path("/dev/shm").glob("*faketime_s*_*"):  # noqa: S108 - where libfaketime puts it
            number = left.name.rpartition("_")[2]
            if number.isdigit() and not Path("/proc", number).exists():
                left.unlink(missing_ok=True)

    def jump(self, seconds: int) -> None:
        """Be so many seconds off from the real time."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{seconds:+d}\n", encoding="utf-8")
        written.replace(self._file)
