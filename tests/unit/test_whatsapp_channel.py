"""WhatsApp over HTTP: Meta's webhooks on one side, a Graph API that writes down what it gets on the other, somebody in between."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channels.absent import stand_in
from tests.unit.test_whatsapp_incoming import NUMBER, PHONE_ID, SECRET, message, webhook
from wegwijzer.domain_texts import response, response_text
from wegwijzer.product.processes import free_ports
from wegwijzer.whatsapp.config import CloudSettings, WhatsAppSettings
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.reception import LARGEST_BODY
from wegwijzer.whatsapp.signature import SIGNATURE, sign

stand_in()

from rasa.core.channels.channel import UserMessage  # noqa: E402
from sanic import Sanic  # noqa: E402

from channels.whatsapp import WhatsAppInput  # noqa: E402
from channels.whatsapp_replies import WhatsAppOutput  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
# Sanic leaves its own socket to the garbage collector when a server is not the whole process.

KEYS = (b"A" * 43 + b"=",)
HASH_KEY = "een-sleutel-voor-namen-in-deze-test-012"
PERSON = People(HASH_KEY, KEYS).name(NUMBER)
WORD = "het-woord-dat-meta-zegt"
PATIENCE = 20.0
OFFER = {
    "text": "Kies maar",
    "buttons": [{"title": "Sla over", "payload": "Sla over"}, {"title": "Liever een mens", "payload": "mens"}],
}


@pytest.fixture(autouse=True)
def _many_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sanic rewrites itself for the first server of a process; in its own test mode a second one is possible."""
    monkeypatch.setattr(Sanic, "test_mode", True)


class Graph:
    """Takes what is sent; refuses with ``answers`` first."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.seen: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.tries = 0

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert request.headers["Authorization"] == "Bearer token-van-de-test"
        if body.get("status") == "read":
            self.seen.append(body)
            return web.json_response({"success": True})
        self.tries += 1
        if self.answers and (status := self.answers.pop(0)) != 200:
            return web.json_response({"error": {"code": 131047 if status == 400 else 4}}, status=status)
        assert body["to"] == NUMBER
        self.sent.append(body)
        return web.json_response({"messages": [{"id": f"wamid.uit{len(self.sent)}"}]})

    def texts(self) -> list[str]:
        return [_text(body) for body in self.sent]


def _text(body: dict[str, Any]) -> str:
    if body["type"] == "interactive":
        return str(body["interactive"]["body"]["text"])
    return str(body.get("text", {}).get("body", body["type"]))


def on_disk(folder: Path) -> bytes:
    """The database with what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in folder.glob("whatsapp.db*"))


class Bot:
    """Says what it heard, unless it knows better."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.messages: list[UserMessage] = []
        self.knows: dict[str, list[dict[str, Any]]] = {}

    async def __call__(self, message: UserMessage) -> None:
        self.messages.append(message)
        self.heard.append(message.text)
        if message.text == "stuk":
            raise RuntimeError("hierin staat wat er gezegd werd: stuk")
        for said in self.knows.get(message.text, [{"text": f"je zei {message.text}"}]):
            await message.output_channel.send_response(message.sender_id, said)


class Talk:
    """A telephone and what stands behind it."""

    def __init__(self, address: str, client: aiohttp.ClientSession, graph: Graph, bot: Bot, channel: WhatsAppInput) -> None:
        self.address, self.client, self.graph, self.bot, self.channel = address, client, graph, bot, channel
        self._number = 0

    async def post(self, body: bytes, signature: str | None = None, **more: Any) -> int:
        headers = {SIGNATURE: sign(SECRET, body) if signature is None else signature}
        async with self.client.post(self.address, data=body, headers=headers, **more) as answer:
            assert await answer.text() == "", "Meta needs no words"
            return answer.status

    async def send(self, kind: str, wamid: str = "", **inside: Any) -> None:
        self._number += 1
        name = wamid or f"wamid.{self._number}"
        assert await self.post(webhook(message(kind, wamid=name, at=str(int(time.time())), **inside))) == 200

    async def says(self, text: str, replies: int = 1) -> list[str]:
        """Say it, and wait for so many answers."""
        before = len(self.graph.sent)
        await self.send("text", body=text)
        await self.until(lambda: len(self.graph.sent) >= before + replies)
        return self.graph.texts()[before:]

    @property
    def output(self) -> WhatsAppOutput:
        """Where a colleague's line goes."""
        output = self.channel.get_output_channel()
        assert isinstance(output, WhatsAppOutput)
        return output

    async def settled(self) -> None:
        line = self.channel._line
        assert line is not None
        await self.until(lambda: line.store.unfinished() == ([], []))

    @staticmethod
    async def until(true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, "it never came true"
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(folder: Path, graph: Graph, bot: Bot, agent: Any = None, **cloud: str) -> AsyncIterator[Talk]:
    """The channel on a server, with Graph beside it."""
    ports = free_ports(3)
    double = web.Application()
    double.router.add_post(f"/{PHONE_ID}/messages", graph.take)
    runner = web.AppRunner(double)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", ports[0]).start()
    settings = CloudSettings(PHONE_ID, "token-van-de-test", SECRET, WORD, f"http://127.0.0.1:{ports[0]}", port=ports[2], **cloud)
    channel = WhatsAppInput(
        WhatsAppSettings(f"sqlite:///{folder / 'whatsapp.db'}", HASH_KEY, settings), KEYS, str, settle=0.0, proof=0.2
    )
    app = Sanic(f"test_{ports[1]}", configure_logging=False)
    app.config.USE_UVLOOP = False
    app.ctx.agent = agent
    app.blueprint(channel.blueprint(bot), url_prefix=f"/webhooks/{channel.name()}")
    server = await app.create_server("127.0.0.1", ports[1], return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.after_start()
    async with aiohttp.ClientSession() as client:
        try:
            yield Talk(f"http://127.0.0.1:{ports[2]}/webhooks/whatsapp/webhook", client, graph, bot, channel)
        finally:
            await server.before_stop()
            # As Sanic does when it stops: a line that is still open would go on for ever. Its task must end by itself: one
            # that is broken off while it ends does not end.
            for connection in list(server.connections):
                connection.abort()
            server.close()
            await server.wait_closed()
            await runner.cleanup()
            if others := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(others, timeout=PATIENCE)


Scenario = Callable[[Talk], Awaitable[None]]


def played(folder: Path, *scenarios: Scenario, graph: Graph | None = None, bot: Bot | None = None, **options: Any) -> None:
    """Play one after the other, with a restart of the server in between."""
    graph, bot = graph or Graph(), bot or Bot()

    async def play(scenario: Scenario) -> None:
        async with running(folder, graph, bot, **options) as talk:
            await scenario(talk)

    for scenario in scenarios:
        asyncio.run(play(scenario))


# --------------------------------------------------------------------------- who may speak


def test_meta_is_known_by_its_word_and_gets_its_challenge(tmp_path: Path) -> None:
    async def scenario(talk: Talk) -> None:
        query = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
        async with talk.client.get(talk.address, params=query) as answer:
            assert (answer.status, await answer.text()) == (200, "1158201444")
            assert answer.headers["Content-Type"].startswith("text/plain")
        async with talk.client.get(talk.address, params={**query, "hub.verify_token": "iets-anders"}) as answer:
            assert (answer.status, await answer.text()) == (403, "")

    played(tmp_path, scenario)


def test_forged_huge_and_unreadable_bodies_do_nothing_and_are_logged_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = webhook(message("text", body="mijn geheim", at=str(int(time.time()))))

    async def scenario(talk: Talk) -> None:
        assert await talk.post(body, "sha256=" + "0" * 64) == 401
        assert await talk.post(body, "") == 401
        assert await talk.post(b"x" * (LARGEST_BODY + 1)) == 413
        assert await talk.post(b'{"mijn geheim": ') == 200, "Meta would go on delivering it for days"
        assert await talk.post(webhook(message("text", body="mijn geheim"), phone_id="1")) == 200
        assert await talk.says("hallo") == ["je zei hallo"]
        assert talk.bot.heard == ["hallo"]

    played(tmp_path, scenario)
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("whatsapp")]
    assert len(lines) == 5
    assert all(secret not in caplog.text for secret in ("geheim", NUMBER, "wamid", "token-van-de-test", SECRET))


def test_an_old_body_that_is_played_again_says_nothing_twice(tmp_path: Path) -> None:
    old = webhook(message("text", wamid="wamid.oud", body="heel lang geleden"))
    now = webhook(message("text", wamid="wamid.nu", at=str(int(time.time())), body="nu"))

    async def scenario(talk: Talk) -> None:
        assert [await talk.post(body) for body in (old, now, now)] == [200, 200, 200]
        await talk.until(lambda: bool(talk.graph.sent))
        await talk.settled()

    bot = Bot()
    played(tmp_path, scenario, scenario, bot=bot)
    assert bot.heard == ["nu"]


def test_a_database_that_is_away_leaves_the_message_with_meta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(talk: Talk) -> None:
        from wegwijzer.whatsapp.store import StoreUnavailable

        line = talk.channel._line
        assert line is not None
        take = line.inbox.take

        def broken(messages: Any) -> Any:
            raise StoreUnavailable("the database x gave an error: y")

        body = webhook(message("text", wamid="wamid.a", at=str(int(time.time())), body="nog eens"))
        monkeypatch.setattr(line.inbox, "take", broken)
        assert await talk.post(body) == 503
        monkeypatch.setattr(line.inbox, "take", take)
        assert await talk.post(body) == 200
        await talk.until(lambda: talk.graph.texts() == ["je zei nog eens"])

    played(tmp_path, scenario)


# --------------------------------------------------------------------------- a conversation


def test_quick_messages_are_answered_in_order_and_read(tmp_path: Path) -> None:
    async def scenario(talk: Talk) -> None:
        for number in range(5):
            await talk.send("text", body=f"bericht {number}")
        await talk.until(lambda: len(talk.graph.sent) == 5)
        assert talk.graph.texts() == [f"je zei bericht {number}" for number in range(5)]
        await talk.until(lambda: len(talk.graph.seen) == 5)
        assert talk.graph.seen[0]["typing_indicator"] == {"type": "text"}
        assert all(body["biz_opaque_callback_data"] for body in talk.graph.sent)

    played(tmp_path, scenario)


def test_what_waits_at_a_stop_is_answered_after_it(tmp_path: Path) -> None:
    graph = Graph()
    graph.answers = [500]

    async def before(talk: Talk) -> None:
        await talk.send("text", body="hallo")
        await talk.until(lambda: graph.tries == 1)

    async def after(talk: Talk) -> None:
        await talk.until(lambda: graph.texts() == ["je zei hallo"])
        await talk.settled()

    played(tmp_path, before, after, graph=graph)
    assert graph.texts() == ["je zei hallo"]


def test_rasa_never_gets_a_number_or_a_command(tmp_path: Path) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.says("/restart")
        heard = talk.bot.messages[0]
        assert heard.sender_id == PERSON
        assert heard.input_channel == heard.output_channel.name() == "whatsapp"
        assert not heard.text.startswith("/")
        assert NUMBER not in repr(vars(heard)) and "wamid" not in repr(vars(heard))

    played(tmp_path, scenario)


def test_what_breaks_is_answered_kindly(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(talk: Talk) -> None:
        assert await talk.says("stuk") == [response_text("utter_storing")]

    played(tmp_path, scenario)
    assert "werd: stuk" not in caplog.text


@pytest.mark.parametrize("typed", ["liever een mens", "Liever een mens.", "2"])
def test_words_of_a_label_are_the_button_and_its_number_only_when_it_shows(tmp_path: Path, typed: str) -> None:
    bot = Bot()
    bot.knows["hallo"] = [OFFER]

    async def scenario(talk: Talk) -> None:
        await talk.says("hallo")
        await talk.says(typed)
        assert bot.heard[1] == ("2" if typed == "2" else "mens")

    played(tmp_path, scenario, bot=bot)


def test_a_button_is_what_it_stands_for_also_later_and_after_a_restart(tmp_path: Path) -> None:
    bot = Bot()
    bot.knows["hallo"] = [OFFER]

    async def offer(talk: Talk) -> None:
        await talk.says("hallo")
        await talk.says("iets anders")

    async def tap(talk: Talk) -> None:
        shown = talk.graph.sent[0]["interactive"]["action"]["buttons"][1]["reply"]
        assert shown["id"] != "mens", "what the bot understands does not show"
        await talk.send("interactive", "wamid.tik", type="button_reply", button_reply=shown)
        await talk.until(lambda: bot.heard[2:] == ["mens"])
        await talk.send("interactive", "wamid.tak", type="button_reply", button_reply={"id": "onbekend", "title": "Oude knop"})
        await talk.until(lambda: bot.heard[3:] == ["Oude knop"])

    played(tmp_path, offer, tap, bot=bot)


# --------------------------------------------------------------------------- what is no text


@pytest.mark.parametrize(
    ("kind", "inside", "said"),
    [
        ("audio", {"id": "1", "voice": True}, "utter_whatsapp_geluid"),
        ("sticker", {"id": "1"}, "utter_whatsapp_beeld"),
        ("location", {"latitude": 52.1, "longitude": 5.1}, "utter_whatsapp_locatie"),
        ("contacts", {}, "utter_whatsapp_contact"),
        ("order", {"product_items": []}, "utter_whatsapp_onbekend"),
    ],
)
def test_what_cannot_be_heard_gets_a_fitting_answer_and_the_first_time_an_introduction(
    tmp_path: Path, kind: str, inside: dict[str, Any], said: str
) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.send(kind, "wamid.a", **inside)
        await talk.until(lambda: len(talk.graph.sent) == 2)
        assert talk.graph.texts()[0] == response_text(said)
        hello = talk.graph.texts()[1]
        for word in ("computer", "24 uur", "wis mijn gesprek", "WhatsApp"):
            assert word in hello
        await talk.send(kind, "wamid.b", **inside)
        await talk.until(lambda: len(talk.graph.sent) == 3)
        assert talk.bot.heard == []
        await talk.says("Ik voel me alleen")
        assert talk.bot.messages[0].metadata == {"welcomed": True}, "the bot does not say once more who it is"

    played(tmp_path, scenario)


@pytest.mark.parametrize(("kind", "inside"), [("reaction", {"emoji": "👍"}), ("revoke", {"original_message_id": "wamid.x"})])
def test_a_thumb_and_a_message_that_was_taken_back_get_no_answer(tmp_path: Path, kind: str, inside: dict[str, Any]) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.send(kind, "wamid.stil", **inside)
        assert await talk.says("hallo") == ["je zei hallo"]

    played(tmp_path, scenario)


@pytest.mark.parametrize(
    ("kind", "inside", "heard", "first"),
    [
        ("image", {"id": "1", "caption": "Ik wil niet meer"}, "Ik wil niet meer", "utter_whatsapp_bijschrift"),
        ("edit", {"message": {"type": "text", "text": {"body": "Ik bedoel iets anders"}}}, "Ik bedoel iets anders", "utter_whatsapp_gewijzigd"),
        ("location", {"name": "Thuis", "address": "3561 AB Utrecht"}, "Overvecht", None),
    ],
)  # fmt: skip
def test_the_words_that_come_along_are_heard(
    tmp_path: Path, kind: str, inside: dict[str, Any], heard: str, first: str | None
) -> None:
    expected = [*([response_text(first)] if first else []), f"je zei {heard}"]

    async def scenario(talk: Talk) -> None:
        await talk.send(kind, "wamid.a", **inside)
        await talk.until(lambda: talk.graph.texts() == expected)

    played(tmp_path, scenario)


# --------------------------------------------------------------------------- goodbye


class Agent:
    """As much of Rasa's as erasing needs."""

    def __init__(self) -> None:
        self.erased: list[str] = []
        self.tracker_store = self
        self.broken = 1

    def erase(self, person: str) -> None:
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        self.erased.append(person)


def test_stop_works_at_any_time_erases_and_is_the_last_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.whatsapp_replies.PAUSE", 0.01)
    agent = Agent()

    async def scenario(talk: Talk) -> None:
        await talk.says("hallo")
        assert await talk.says(" STOP! ") == [response_text("utter_whatsapp_stop")]
        await talk.settled()
        assert agent.erased == [PERSON]
        await talk.output.send_response(PERSON, {"text": "van een collega", "line": "v.1"})
        assert await talk.says("toch weer") == ["je zei toch weer"]
        assert talk.graph.texts()[-2:] == [response_text("utter_whatsapp_stop"), "je zei toch weer"]

    played(tmp_path, scenario, agent=agent)


def test_wiping_says_so_and_leaves_nothing_of_the_person(tmp_path: Path) -> None:
    bot = Bot()
    wiped = {**response("utter_gewist", "whatsapp"), "utter_action": "utter_gewist"}
    bot.knows["wis mijn gesprek"] = [wiped]

    async def scenario(talk: Talk) -> None:
        await talk.says("hallo")
        assert await talk.says("wis mijn gesprek") == [wiped["text"]]
        line = talk.channel._line
        assert line is not None
        await talk.until(lambda: not line.store.knows(PERSON))

    played(tmp_path, scenario, bot=bot)
    assert PERSON.encode() not in on_disk(tmp_path)


# --------------------------------------------------------------------------- a colleague


def test_a_colleague_is_heard_at_once_and_once(tmp_path: Path) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.says("hallo")
        output = talk.output
        for _ in range(2):
            await output.send_response(PERSON, {"text": "Dag, met de balie.", "who": "colleague", "line": "verzoek.3"})
        await talk.settled()
        await talk.says("dag")
        assert talk.graph.texts() == ["je zei hallo", "Dag, met de balie.", "je zei dag"]

    played(tmp_path, scenario)


def test_what_a_colleague_said_just_before_a_message_comes_before_its_answer(tmp_path: Path) -> None:
    bot = Bot()
    bot.knows["dag"] = [{"text": "van de balie", "line": "verzoek.4"}, {"text": "antwoord"}]

    async def scenario(talk: Talk) -> None:
        assert await talk.says("dag", replies=2) == ["van de balie", "antwoord"]

    played(tmp_path, scenario, bot=bot)


@pytest.mark.parametrize("template", ["", "collega_antwoordt"])
def test_after_a_day_a_colleague_is_announced_when_that_is_set_and_heard_when_the_person_writes(
    tmp_path: Path, template: str
) -> None:
    graph = Graph()
    graph.answers = [200, 400]

    async def scenario(talk: Talk) -> None:
        await talk.says("hallo")
        output = talk.output
        await output.send_response(PERSON, {"text": "Laat antwoord", "line": "verzoek.3"})
        await talk.settled()
        await output.send_response(PERSON, {"text": "Nog iets", "line": "verzoek.4"})
        await talk.until(lambda: graph.tries == (3 if template else 2))
        if template:
            await talk.until(lambda: len(graph.sent) == 2)
            assert graph.sent[1]["template"] == {"name": template, "language": {"code": "nl"}}
        assert await talk.says("ben je er", replies=3) == ["Laat antwoord", "Nog iets", "je zei ben je er"]

    played(tmp_path, scenario, graph=graph, template=template)


# --------------------------------------------------------------------------- sending


def test_what_is_refused_for_now_is_sent_once_it_can_be_and_in_order(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    graph = Graph()
    graph.answers = [429, 503]

    async def scenario(talk: Talk) -> None:
        await talk.send("text", body="een")
        await talk.send("text", body="twee")
        await talk.until(lambda: len(graph.sent) == 2)
        assert graph.texts() == ["je zei een", "je zei twee"]

    played(tmp_path, scenario, graph=graph)
    assert NUMBER not in caplog.text and "je zei" not in caplog.text


def test_word_of_meta_about_what_was_sent_is_kept(tmp_path: Path) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.says("hallo")
        sent = talk.graph.sent[0]
        status = {"id": "wamid.uit1", "status": "delivered", "biz_opaque_callback_data": sent["biz_opaque_callback_data"]}
        assert await talk.post(webhook(statuses=(status,))) == 200
        line = talk.channel._line
        assert line is not None
        line.store.catch_up()
        assert b"je zei hallo" not in on_disk(tmp_path)

    played(tmp_path, scenario)


def test_without_settings_there_is_no_whatsapp(tmp_path: Path) -> None:
    channel = WhatsAppInput(WhatsAppSettings(f"sqlite:///{tmp_path / 'whatsapp.db'}", HASH_KEY), KEYS, str)

    async def nobody(message: UserMessage) -> None:
        raise AssertionError

    app = Sanic("test_zonder", configure_logging=False)
    app.blueprint(channel.blueprint(nobody), url_prefix="/webhooks/whatsapp")
    assert not app.router.routes
    assert channel.get_output_channel() is None
    assert not list(tmp_path.iterdir())


def test_json_that_is_signed_and_strange_is_taken_for_what_it_is(tmp_path: Path) -> None:
    strange = [b"[]", b"null", b"{}", json.dumps({"entry": [1, {"changes": [None]}]}).encode(), webhook(None, 7, {"id": "x"})]

    async def scenario(talk: Talk) -> None:
        assert [await talk.post(body) for body in strange] == [200] * len(strange)

    played(tmp_path, scenario)
