"""The log has one form, in which no words of people are, whatever is logged and whoever logs it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.guarding.traces import Objects, PlacesOnly, mark
from wegwijzer.paths import ROOT
from wegwijzer.privacy.logs import purge_logs
from wegwijzer.settings import Settings

SAID = "ik mis mijn kanarievogel Pietje"
KEY = b"only-in-tests"
FORMS: dict[str, logging.Formatter] = {"json": Objects("rasa", KEY), "text": PlacesOnly("%(name)s: %(message)s")}


def record(
    message: str, *args: object, error: BaseException | None = None, name: str = "wegwijzer.x", **more: object
) -> logging.LogRecord:
    told = (type(error), error, error.__traceback__) if error else None
    one = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, told)
    one.__dict__.update(more)
    return one


def failed() -> Exception:
    try:
        try:
            raise KeyError(SAID)
        except KeyError as first:
            raise ValueError(f"could not read {SAID!r}") from first
    except ValueError as error:
        return error


def test_a_line_is_one_object_with_what_a_program_asks_for() -> None:
    line = FORMS["json"].format(record("web: %s\nsecond line", "a database is away"))
    assert "\n" not in line
    one = json.loads(line)
    moment = datetime.fromisoformat(one.pop("time"))
    assert moment.tzinfo == UTC
    assert one == {
        "level": "ERROR", "logger": "wegwijzer.x", "message": "web: a database is away\nsecond line", "process": "rasa",
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_an_error_is_its_kinds_and_places_and_no_word_of_it(form: str) -> None:
    line = FORMS[form].format(record("a round failed", error=failed()))
    assert "ValueError" in line and "KeyError" in line and "test_logs.py" in line
    assert SAID not in line and "kanarievogel" not in line


@pytest.mark.parametrize("form", FORMS)
def test_a_task_whose_error_nobody_fetched_is_said_without_its_words(form: str) -> None:
    error = failed()
    line = FORMS[form].format(
        record(f"Task exception was never retrieved\nfuture: <Task exception={error!r}>", error=error, name="asyncio")
    )
    assert "never retrieved" in line and "ValueError" in line and "kanarievogel" not in line


@given(st.text(), st.text(), st.text())
def test_whatever_is_logged_is_one_line_that_can_be_read(message: str, sender: str, argument: str) -> None:
    line = FORMS["json"].format(record("%s %s", message, argument, conversation=sender))
    assert len(line.splitlines()) <= 1 or all(ord(character) > 127 for character in set(line) if character.splitlines() == [""])
    assert json.loads(line)["message"] == f"{message} {argument}"


@given(st.text(min_size=6))
def test_a_conversation_is_a_mark_from_which_nobody_is_known(sender: str) -> None:
    line = json.loads(FORMS["json"].format(record("x", conversation=sender)))
    assert len(line["conversation"]) == 12
    assert sender not in line["conversation"]


def test_a_mark_is_the_same_in_every_process_for_a_day_and_of_no_use_without_the_key() -> None:
    number, day = "+31612345678", date(2026, 3, 1)
    assert mark(number, KEY, day) == mark(number, KEY, day)
    others = [mark(number, b"another", day), mark(number, KEY, date(2026, 3, 2)), mark("+31612345679", KEY, day)]
    assert mark(number, KEY, day) not in others and len(set(others)) == 3


def test_who_reads_lines_sees_no_mark() -> None:
    assert "31612345678" not in FORMS["text"].format(record("x", conversation="+31612345678"))


def run(code: str) -> list[str]:
    """What a process of its own writes when it does this."""
    begin = "from wegwijzer.guarding.traces import begin_log\nbegin_log('DEBUG', form='json', process='rasa', key='k')\n"
    done = subprocess.run([sys.executable, "-c", begin + code], cwd=ROOT, capture_output=True, text=True, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line]


ENDS = {
    "the process": f"raise RuntimeError({SAID!r})",
    "a thread": f"import threading\ndef broken(): raise RuntimeError({SAID!r})\none = threading.Thread(target=broken)\none.start(); one.join()",
    "a task": f"import asyncio, gc\nasync def broken(): raise RuntimeError({SAID!r})\n"
    "async def main():\n    asyncio.create_task(broken())\n    await asyncio.sleep(0.01)\n    gc.collect()\nasyncio.run(main())",
    "a warning": f"import warnings\nwarnings.simplefilter('always')\nwarnings.warn('cannot read ' + {SAID!r})",
}  # fmt: skip


@pytest.mark.parametrize("what", ENDS)
def test_also_what_nobody_caught_is_an_object_without_words(what: str) -> None:
    lines = run(ENDS[what])
    found = [json.loads(line) for line in lines]
    assert found, "it is logged"
    assert all(one["process"] == "rasa" for one in found)
    assert "kanarievogel" not in "".join(lines)
    assert "UserWarning" in lines[0] if what == "a warning" else any("RuntimeError" in one.get("error", "") for one in found)


SERVERS = f"""
from channels.absent import stand_in
stand_in()
from channels.logs import through_our_log
through_our_log()
import structlog, logging
from sanic import Sanic
app = Sanic("logs")
logging.getLogger("sanic.root").info("Goin' Fast")
logging.getLogger("sanic.error").error("an error of sanic")
rasa = structlog.get_logger("rasa.core")
rasa.debug("processor.message.parse", parse_data_text={SAID!r})
rasa.warning("event.deserialization.failed", rasa_event={{"text": {SAID!r}}})
try:
    raise KeyError({SAID!r})
except KeyError:
    rasa.exception("http.parse.text.exception", text={SAID!r})
"""


def test_what_rasa_and_its_server_log_takes_the_same_form_and_loses_what_people_said() -> None:
    found = [json.loads(line) for line in run(SERVERS)]
    said = [one["message"] for one in found]
    for expected in ("Goin' Fast", "an error of sanic", "event.deserialization.failed", "http.parse.text.exception"):
        assert said.count(expected) == 1, expected
    assert "kanarievogel" not in json.dumps(found)
    assert any("KeyError" in one.get("error", "") for one in found)


OWN_HANDLERS = """
import logging
from channels.logs import only_our_log
library = logging.getLogger("library")
library.addHandler(logging.StreamHandler())
library.propagate = False
only_our_log()
library.error("said once")
"""


def test_a_library_that_brought_a_log_of_its_own_loses_it() -> None:
    assert [json.loads(line)["message"] for line in run(OWN_HANDLERS)] == ["said once"]


def test_the_form_is_a_setting() -> None:
    token = {"RASA_TOKEN": "k9fQ2zLp7wXr4Tn8Vb3Y"}
    assert Settings.from_environment(token).log_format == "text"
    assert Settings.from_environment({**token, "LOG_FORMAT": "JSON"}).log_format == "json"
    with pytest.raises(ValueError, match="LOG_FORMAT"):
        Settings.from_environment({**token, "LOG_FORMAT": "xml"})


def test_old_lines_of_objects_are_deleted_like_others(tmp_path: Path) -> None:
    log = tmp_path / "rasa.log"
    lines = [json.dumps({"time": f"2026-03-{day:02}T10:00:00.000+00:00", "message": "x"}) + "\n" for day in (1, 2, 20)]
    log.write_text("".join(lines), encoding="utf-8")
    assert purge_logs(tmp_path, 14, now=datetime(2026, 3, 21)) == 2
    assert log.read_text(encoding="utf-8") == lines[2]
