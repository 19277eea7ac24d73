"""What is counted says how it goes and never who or what: no label but few known ones, whatever people say and are called."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sanic import Sanic, response

from channels.absent import stand_in
from channels.timing import time_requests
from tests.desk import serving
from wegwijzer.handover.models import HandoverUnavailable
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.product.processes import free_ports
from wegwijzer.settings import Settings
from wegwijzer.watching import metrics
from wegwijzer.watching.door import Door, port_of
from wegwijzer.watching.parts import PARTS
from wegwijzer.watching.queues import queues_of
from wegwijzer.watching.readiness import Readiness
from wegwijzer.web.contract import Said
from wegwijzer.web.outbox import Outbox

stand_in()

import channels.measuring as measuring  # noqa: E402

TOKEN = "k9fQ2zLp7wXr4Tn8Vb3Y"
PERSONAL = ("+31612345678", "Mevrouw Jansen", "overvecht", "ik wil niet meer leven", "sessie-9c1f", "0612345678")


def exposed(registry: CollectorRegistry = metrics.REGISTRY) -> str:
    return generate_latest(registry).decode()


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


# --------------------------------------------------------------------------- nothing personal, nothing without end


def labels_used(text: str) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for name, said in sample.labels.items():
                used.setdefault(name, set()).add(said)
    return used


def assert_bounded(text: str) -> None:
    used = labels_used(text)
    assert set(used) <= {*metrics.LABELS, "le", "version", "model"}
    for name, said in used.items():
        if name in metrics.LABELS:
            assert said <= set(metrics.LABELS[name]), name
    assert all(word not in text for word in PERSONAL)


def test_a_label_that_is_made_up_would_be_seen() -> None:
    registry = CollectorRegistry()
    Counter("wegwijzer_wrong", "Wrong.", ["session"], registry=registry).labels(PERSONAL[4]).inc()
    with pytest.raises(AssertionError):
        assert_bounded(exposed(registry))
    Counter("wegwijzer_also_wrong", "Wrong.", ["channel"], registry=(other := CollectorRegistry())).labels("overvecht").inc()
    with pytest.raises(AssertionError):
        assert_bounded(exposed(other))


class FakeAgent:
    """As much of a turn as is measured."""

    def __init__(self, said: list[str], fails: Exception | None = None) -> None:
        self.said, self.fails = said, fails

    async def handle_message(self, message: Any) -> None:
        await measuring._timed_nlu(FakeAgent.parse_message)(self, message)
        if self.fails:
            raise self.fails
        events = [bot("utter_niet_begrepen"), SimpleNamespace(type_name="user"), *(bot(name) for name in self.said)]
        saved = measuring._counted(FakeAgent.save_tracker)
        await saved(self, SimpleNamespace(events=events))
        await saved(self, SimpleNamespace(events=events))  # a second time in the same turn

    async def parse_message(self, message: Any) -> dict[str, Any]:
        return {"text": message.text}

    async def save_tracker(self, tracker: Any) -> None:
        """Kept."""


def bot(name: str) -> SimpleNamespace:
    return SimpleNamespace(type_name="bot", metadata={"utter_action": name} if name else None)


def hear(
    text: str, said: list[str], channel: str | None = "web", sender: str = PERSONAL[4], fails: Exception | None = None
) -> None:
    message = SimpleNamespace(text=text, sender_id=sender, input_channel=channel)
    do(measuring._timed_turn(FakeAgent.handle_message)(FakeAgent(said, fails), message))


def do(work: Awaitable[Any]) -> None:
    async def wait() -> None:
        await work

    asyncio.run(wait())


@pytest.mark.parametrize("word", PERSONAL)
def test_nothing_that_is_said_or_that_names_somebody_is_in_the_figures(word: str) -> None:
    hear(word, [word, f"utter_{word}"], channel=word, sender=word)
    with pytest.raises(ValueError, match="x"):
        hear(word, [], channel=word, sender=word, fails=ValueError(f"x {word}"))
    metrics.database_failed(word)
    metrics.say_what_runs("rasa", Path(f"/srv/{word}/{word}.tar.gz"))
    assert_bounded(exposed())


@given(st.one_of(st.none(), st.text()))
def test_any_channel_gets_a_label_that_was_known(name: str | None) -> None:
    assert metrics.channel(name) in metrics.CHANNELS


@given(st.integers(min_value=-1000, max_value=10_000))
def test_any_status_gets_a_label_that_was_known(status: int) -> None:
    assert metrics.answered(status) in metrics.ANSWERED


def test_after_thousands_of_people_there_are_as_many_series_as_before() -> None:
    hear("hallo", ["utter_groet"])
    before = len(exposed().splitlines())
    for number in range(2000):
        hear(f"bericht {number}", [f"utter_{number}"], channel=f"kanaal-{number % 3}", sender=f"+3161234{number:04}")
    assert len(exposed().splitlines()) <= before + len(metrics.CHANNELS) * 2


# --------------------------------------------------------------------------- the counts are right


def test_a_turn_is_counted_once_with_what_was_said_in_it() -> None:
    before = {name: value(name, channel="web") for name in ("wegwijzer_messages_total", "wegwijzer_answers_total")}
    turns, nlu = value("wegwijzer_turn_seconds_count"), value("wegwijzer_nlu_seconds_count")
    fallbacks = value("wegwijzer_fallbacks_total")
    hear("wat kan ik doen", ["utter_vraag", "", "utter_stap"])
    assert value("wegwijzer_messages_total", channel="web") == before["wegwijzer_messages_total"] + 1
    assert value("wegwijzer_answers_total", channel="web") == before["wegwijzer_answers_total"] + 3
    assert value("wegwijzer_turn_seconds_count") == turns + 1
    assert value("wegwijzer_nlu_seconds_count") == nlu + 1
    assert value("wegwijzer_fallbacks_total") == fallbacks, "what was said in an earlier turn does not count again"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (["utter_niet_begrepen_begin"], "wegwijzer_fallbacks_total"),
        (["utter_storing"], "wegwijzer_breakdowns_total"),
        (["utter_crisis_zelfdoding", "utter_crisis_zelfdoding_ander"], "wegwijzer_danger_shown_total"),
        (["utter_mens_nood"], "wegwijzer_danger_shown_total"),
    ],
)
def test_what_the_bot_said_is_counted_once_per_turn(said: list[str], name: str) -> None:
    before = value(name)
    hear("iets", said)
    hear("iets anders", ["utter_groet"])
    assert value(name) == before + 1


def test_what_counts_as_danger_and_not_understood_is_in_the_domain() -> None:
    import yaml

    from wegwijzer.paths import DOMAIN

    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    for begin in (measuring.NOT_UNDERSTOOD, measuring.BROKEN, *measuring.HELPLINES):
        assert any(name.startswith(begin) for name in responses), begin


def test_saving_outside_a_turn_counts_nothing() -> None:
    before = exposed()
    do(measuring._counted(FakeAgent.save_tracker)(FakeAgent([]), SimpleNamespace(events=[bot("utter_storing")])))
    assert exposed().count("wegwijzer_breakdowns") == before.count("wegwijzer_breakdowns")


def test_a_turn_that_breaks_is_counted_and_breaks_as_before() -> None:
    before = value("wegwijzer_turn_failures_total")
    with pytest.raises(RuntimeError, match="kapot"):
        hear("iets", [], fails=RuntimeError("kapot"))
    assert value("wegwijzer_turn_failures_total") == before + 1


@pytest.mark.filterwarnings("ignore")
def test_rasa_has_the_methods_that_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from rasa.core.agent import Agent
    from rasa.core.processor import MessageProcessor

    for kind, name in ((Agent, "handle_message"), (MessageProcessor, "parse_message"), (MessageProcessor, "save_tracker")):
        monkeypatch.setattr(kind, name, getattr(kind, name))  # put back after this test
    measuring.measure_rasa()
    wrapped = (Agent.handle_message, MessageProcessor.parse_message, MessageProcessor.save_tracker)
    assert all(hasattr(method, "__wrapped__") for method in wrapped)


def test_a_database_that_fails_is_counted_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "handover.db"
    store = HandoverStore(f"sqlite:///{file}", timeout=0.1)
    before = value("wegwijzer_database_errors_total", database="handover")
    store.database.engine.dispose()
    file.write_bytes(b"stuk" * 1000)
    with pytest.raises(HandoverUnavailable):
        store.queue()
    assert value("wegwijzer_database_errors_total", database="handover") == before + 1
    store.close()


def test_requests_are_timed_and_those_of_machines_are_not() -> None:
    app = Sanic("timed_for_a_test", configure_logging=False)
    registry = CollectorRegistry()
    seconds = Histogram("page_seconds", "x", registry=registry)
    requests = Counter("page", "x", ["answered"], registry=registry)

    async def page(request: object, name: str = "") -> response.HTTPResponse:
        if name == "stuk":
            raise RuntimeError(PERSONAL[0])
        return response.text("")

    app.add_route(page, "/verzoek/<name:str>")
    app.add_route(page, "/health")
    time_requests(app, seconds, requests)
    port = free_ports(1)[0]
    with serving(app, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for path in ("/verzoek/jansen", "/verzoek/stuk", "/nergens/0612345678", "/health"):
            client.get(path)
    found = {one: registry.get_sample_value("page_total", {"answered": one}) for one in ("2xx", "4xx", "5xx")}
    assert found == {"2xx": 1.0, "4xx": 1.0, "5xx": 1.0}
    assert registry.get_sample_value("page_seconds_count") == 3.0
    assert "jansen" not in exposed(registry) and "0612345678" not in exposed(registry)


# --------------------------------------------------------------------------- what waits


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment(
        {
            "WEB_DATABASE_URL": f"sqlite:///{tmp_path / 'web.db'}",
            "HANDOVER_DATABASE_URL": f"sqlite:///{tmp_path / 'handover.db'}",
            "WEB_SECRET": "k9fQ2zLp7wXr4Tn8Vb3YsE6uJ1mC5hDa",
            "RASA_TOKEN": TOKEN,
            "ACTION_SECRET": "aD5hC1mJ6uEsY3bV8nT4rXw7pLz2Qf9k",
            "HANDOVER_KEY": "88hhusDdDMDbNcwNGfs5Rd1y_V0otipeLB6anTWgj2o",
            "WHATSAPP_HASH_KEY": "7Hq2-rX9vLmZ0tBw4KcYs1NfPe6JdUoAg8Ti",
        }
    )


def test_what_waits_is_counted_and_not_who(settings: Settings) -> None:
    registry = CollectorRegistry()
    registry.register(queues_of(settings))
    outbox = Outbox(settings.web_database, redact=str)
    outbox.begin("sessie-9c1f")
    for number in range(3):
        outbox.accept("sessie-9c1f", Said(f"id-{number}", PERSONAL[3]))
    store = HandoverStore(settings.handover.database)
    first, _ = store.ask("+31612345678", "web")
    store.ask("+31612345679", "web")
    store.move(first.id, RequestState.WAITING, Actor.BOT)
    text = exposed(registry)
    found = {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples
             if sample.labels in ({"channel": "web"}, {"kind": "desk"})}  # fmt: skip
    assert found == {"wegwijzer_messages_waiting": 3.0, "wegwijzer_dead_letters": 0.0}
    assert registry.get_sample_value("wegwijzer_handovers_open", {"state": "waiting"}) == 1.0
    assert registry.get_sample_value("wegwijzer_handovers_open", {"state": "asked"}) == 1.0
    assert_bounded(text)
    for one in (outbox, store):
        one.close()


def test_a_database_that_is_away_leaves_the_other_numbers(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "web.db").write_bytes(b"stuk" * 1000)
    registry = CollectorRegistry()
    registry.register(queues_of(settings))
    text = exposed(registry)
    assert "wegwijzer_handovers_open{" in text and "wegwijzer_messages_waiting{" not in text


# --------------------------------------------------------------------------- the door


@pytest.fixture(scope="module")
def door() -> Iterator[str]:
    one = Door(TOKEN, Readiness({"database": lambda: {"web": fails}}))
    port = one.open("127.0.0.1", 0)
    yield f"http://127.0.0.1:{port}"
    one.close()


def fails() -> None:
    raise sa.exc.OperationalError("SELECT 1", {}, Exception(PERSONAL[0]))


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer fout", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_who_has_not_the_token_gets_no_figures(door: str, shown: str) -> None:
    answer = get(f"{door}/metrics", **({"Authorization": shown} if shown else {}))
    assert (answer.status_code, answer.text) == (401, "")
    assert get(f"{door}/metrics?token={TOKEN}").status_code == 401, "not in an address, where logs see it"


def test_who_has_it_gets_what_prometheus_reads(door: str) -> None:
    answer = get(f"{door}/metrics", Authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["x-content-type-options"] == "nosniff" and "Python" not in str(answer.headers)
    found = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"wegwijzer_turn_seconds", "wegwijzer_messages", "process_resident_memory_bytes"} <= found


def test_a_process_without_a_server_says_there_how_it_is(door: str) -> None:
    assert get(f"{door}/health").json() == {"status": "ok"}
    answer = get(f"{door}/ready")
    assert (answer.status_code, answer.json()["parts"]) == (503, {"database": "no answer: web"})


@pytest.mark.parametrize("path", ["/", "/metrics/", "/geheim", "/..%2fmetrics"])
def test_there_is_nothing_else_behind_it(door: str, path: str) -> None:
    assert get(f"{door}{path}", Authorization=f"Bearer {TOKEN}").status_code == 404
    assert httpx.post(f"{door}/metrics", trust_env=False).status_code == 405


def test_rubbish_harms_nobody(door: str, capfd: pytest.CaptureFixture[str]) -> None:
    host, port = door.removeprefix("http://").split(":")
    for raw in (b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", f"GET /{PERSONAL[0]} HTTP/9.9\r\n\r\n".encode()):
        with socket.create_connection((host, int(port)), timeout=5) as line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            line.recv(100)
    assert get(f"{door}/health").status_code == 200
    assert PERSONAL[0] not in "".join(capfd.readouterr())


def test_each_process_has_a_port_of_its_own() -> None:
    assert len({port_of(9300, part) for part in PARTS}) == len(PARTS)


GIVEN = {"RASA_TOKEN": TOKEN, "WEGWIJZER_HOST": "192.0.2.7", "METRICS_PORT": "9300"}


def test_figures_that_the_network_can_reach_need_a_token() -> None:
    with pytest.raises(ValueError, match="METRICS_TOKEN is needed"):
        Settings.from_environment(GIVEN)
    assert Settings.from_environment({**GIVEN, "METRICS_TOKEN": TOKEN}).metrics_token == TOKEN
    assert Settings.from_environment({**GIVEN, "WEGWIJZER_HOST": "127.0.0.1"}).metrics_port == 9300
    assert Settings.from_environment({"RASA_TOKEN": TOKEN}).metrics_port == 0, "nothing is open that nobody asked for"


@pytest.mark.parametrize("token", ["kort", "change-me-secret-token-here", "a" * 40])
def test_a_token_that_is_easy_to_guess_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="METRICS_TOKEN"):
        Settings.from_environment({**GIVEN, "METRICS_TOKEN": token})


def test_the_token_is_in_no_settings_that_are_shown() -> None:
    assert TOKEN not in repr(Settings.from_environment({**GIVEN, "METRICS_TOKEN": TOKEN}))
