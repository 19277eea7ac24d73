"""A second process that only understands: so that a message of one person is read while another is being answered.

Rasa's server does everything in one thread. Understanding needs nothing but the message and the model, so that a copy of this
process can do it on another core. It is made by forking once everything is loaded: the model is in memory once. It opens nothing,
keeps nothing, and ends with this process. Whenever it does not answer the message is understood here.

docs/speed.md has what it gains. The copy has one thread of its own: https://man7.org/linux/man-pages/man2/fork.2.html.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from channels.written import written
from wegwijzer.privacy.redaction import own_redactor

if TYPE_CHECKING:
    from rasa.core.channels.channel import UserMessage
    from rasa.core.processor import MessageProcessor
    from rasa.shared.core.trackers import DialogueStateTracker

log = logging.getLogger(__name__)

MOST_WAITING = 12
"""Messages that it has at once; with more it is quicker to understand one here."""

GIVES_WAY = 10
"""How much the copy goes behind the server on busy cores: everybody waits for that, and for the copy one person."""

WITHIN = 5.0
"""Seconds in which it answers; after that it hangs."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before another is made after one ended, at first and at most."""

LENGTH = struct.Struct(">I")
"""Before everything that goes from one to the other: how many bytes follow."""

OPEN_FILES = Path("/proc/self/fd")

Read = Callable[[Any], bytes]
"""What the copy does: gets what was sent, as JSON, and gives what goes back."""


class SecondReader:
    """The copy, seen from the process that it is a copy of.

    Args:
        read: what the copy does with what it is sent.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._line: _Line | None = None
        self._pid = 0
        self._pause = FIRST_PAUSE
        self._ending = False
        self._keeping: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Make the copy, and another whenever it ends. To be called in the thread of the event loop."""
        self._keeping = asyncio.get_running_loop().create_task(self._keep())

    @property
    def pid(self) -> int:
        """The process; 0 while there is none."""
        return self._pid if self._line is not None else 0

    @property
    def has_time(self) -> bool:
        """Whether a message is understood there sooner than here."""
        return self._line is not None and len(self._line.waiting) < MOST_WAITING

    async def ask(self, what: Any) -> Any:
        """What the copy makes of it; ``None`` when it does not answer.

        Args:
            what: can be JSON.
        """
        if self._line is None:
            return None
        try:
            async with asyncio.timeout(WITHIN):
                answer = await self._line.ask(written(what))
        except TimeoutError:
            log.error("the second reader hangs: another is made")
            self._kill()
            return None
        except ConnectionError:
            return None
        self._pause = FIRST_PAUSE
        return json.loads(answer)

    async def end(self) -> None:
        """End the copy, before this process ends."""
        self._ending = True
        self._kill()
        if self._keeping is not None:
            await self._keeping

    def _kill(self) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    async def _keep(self) -> None:
        while not self._ending:
            try:
                self._line = await self._fork()
            except OSError as error:
                log.error("there is no second reader, messages are understood one after the other: %s", error.strerror)
            else:
                await self._line.ended
                self._line = None
                await asyncio.to_thread(_bury, self._pid)
            if not self._ending:
                log.warning("the second reader ended; another is made")
                await asyncio.sleep(self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _fork(self) -> _Line:
        ours, theirs = socket.socketpair()
        gc.freeze()  # What is there now is not gone through by the copy, which would make pages of its own of it.
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            _be_the_copy(self._read, theirs)
        theirs.close()
        self._pid = pid
        _, line = await asyncio.get_running_loop().create_unix_connection(_Line, sock=ours)
        return line


class _Line(asyncio.Protocol):
    """Questions to the copy, and its answers in the same order."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting: deque[asyncio.Future[bytes]] = deque()
        self._heard = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def ask(self, what: bytes) -> asyncio.Future[bytes]:
        """Send it; what is given comes true with the answer.

        Raises:
            ConnectionError: the copy ended.
        """
        if self._transport is None or self.ended.done():
            raise ConnectionResetError
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waiting.append(answer)
        self._transport.write(LENGTH.pack(len(what)) + what)
        return answer

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while len(self._heard) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self._heard)[0]
            if len(self._heard) < end:
                return
            answer = bytes(self._heard[LENGTH.size : end])
            del self._heard[:end]
            asked = self.waiting.popleft()
            if not asked.done():
                asked.set_result(answer)

    def connection_lost(self, _: Exception | None) -> None:
        self.ended.set_result(None)
        while self.waiting:
            asked = self.waiting.popleft()
            if not asked.done():
                asked.set_exception(ConnectionResetError())


# ---------------------------------------------------------------------- in the copy


def _be_the_copy(read: Read, line: socket.socket) -> NoReturn:
    """Answer until the line is closed, and never go back into what this process was a copy of."""
    try:
        signal.set_wakeup_fd(-1)
        os.nice(GIVES_WAY)
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_DFL)
        # Lines of residents and databases: they would stay open after the process that they belong to.
        _close_all_but(line.fileno())
        with suppress(OSError), line.makefile("rb") as asked:
            while head := asked.read(LENGTH.size):
                answer = _read_safely(read, asked.read(LENGTH.unpack(head)[0]))
                line.sendall(LENGTH.pack(len(answer)) + answer)
    finally:
        os._exit(0)


def _read_safely(read: Read, asked: bytes) -> bytes:
    try:
        return read(json.loads(asked))
    except Exception as error:  # Then it is understood where it came from, and fails there as it would without a copy.
        log.error("the second reader could not read a message: %s", type(error).__name__)
        return b"null"


def _close_all_but(kept: int) -> None:
    for number in [int(one.name) for one in OPEN_FILES.iterdir()]:
        if number > 2 and number != kept:
            with suppress(OSError):
                os.close(number)


def _bury(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


# ---------------------------------------------------------------------- Rasa's processor

_readers: dict[int, tuple[MessageProcessor, SecondReader]] = {}
"""By the processor of which it is a copy: another model has another."""


def read_aside() -> None:
    """Let Rasa's processors ask their second reader, when they have one. From now on."""
    from rasa.core.processor import MessageProcessor

    here = MessageProcessor.parse_message

    async def parse_message(
        self: MessageProcessor,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        reader = _readers[id(self)][1] if id(self) in _readers else None
        if reader is not None and only_output_properties and reader.has_time:
            found = await reader.ask([message.text, message.message_id, message.metadata])
            if found is not None:
                self._check_for_unseen_features(found)
                return dict(found)
        known: dict[str, Any] = await here(self, message, tracker, only_output_properties)
        return known

    MessageProcessor.parse_message = parse_message


def begin_reading(processor: MessageProcessor) -> SecondReader | None:
    """Give a processor a second reader, where there are cores for both and processes can be copied."""
    if not hasattr(os, "fork") or not OPEN_FILES.is_dir() or len(os.sched_getaffinity(0)) < 2:
        return None
    reader = SecondReader(_understanding(processor))
    _readers[id(processor)] = processor, reader
    reader.begin()
    return reader


async def end_reading(*_: object) -> None:
    """Before the server stops."""
    while _readers:
        await _readers.popitem()[1][1].end()


def _understanding(processor: MessageProcessor) -> Read:
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    from channels.redacted import CROSSED_OUT

    nobody, redact = DialogueStateTracker.from_events("", []), own_redactor().redact

    def read(asked: Any) -> bytes:
        text, message_id, metadata = asked
        message = UserMessage(text, message_id=message_id, metadata=metadata)
        known = processor._parse_message_with_graph(message, nobody)
        return written({**known, CROSSED_OUT: redact(message.text)} if message.text else known)

    return read
