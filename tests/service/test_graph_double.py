"""The double of the Graph API is only worth something when it refuses what Meta refuses: that is what is tried here."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.graph_double.errors import GraphError
from wegwijzer.graph_double.faults import Fault, Faults
from wegwijzer.graph_double.postman import Postman
from wegwijzer.graph_double.sending import read
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Account, Person, envelope, incoming, message_id, signed, value
from wegwijzer.graph_double.world import World

ANNA = Person("31612345678", "Anna")
BOB = Person("31612345679", "Bob", username="bob.in.utrecht")
ACCOUNT = Account()

Ask = Callable[..., Awaitable[tuple[int, Any]]]


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


def text(body: str = "Dag", **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "to": ANNA.number, "text": {"body": body}, **more}


def interactive(**content: Any) -> dict[str, Any]:
    asked = text(type="interactive", interactive={"body": {"text": "Wat past?"}, **content})
    del asked["text"]
    return asked


def buttons(*replies: tuple[str, str]) -> dict[str, Any]:
    made = [{"type": "reply", "reply": {"id": name, "title": title}} for name, title in replies]
    return interactive(type="button", action={"buttons": made})


def rows(*sections: dict[str, Any], button: str = "Kies") -> dict[str, Any]:
    return interactive(type="list", action={"button": button, "sections": list(sections)})


def row(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Keuze {number}", **more}


def run(test: Callable[[Double, Ask], Awaitable[None]], double: Double | None = None) -> None:
    """Run a test against the double over HTTP."""

    async def whole() -> None:
        async with (double or Double()).serving() as running, aiohttp.ClientSession() as session:

            async def ask(
                method: str, path: str, body: Any = None, token: str | None = ACCOUNT.token, **more: Any
            ) -> tuple[int, Any]:
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                async with session.request(method, running.url + path, json=body, headers=headers, **more) as answer:
                    return answer.status, await answer.json()

            await test(running, ask)

    asyncio.run(whole())


def code(body: object) -> int:
    with pytest.raises(GraphError) as refused:
        read(body)
    return refused.value.code


class TestWhatMayBeSent:
    def test_words_a_picture_buttons_a_list_and_a_receipt(self) -> None:
        for asked in (
            text("x" * 4096, biz_opaque_callback_data="y" * 512),
            buttons(("a", "x" * 20), ("b", "Nee"), ("c", "Sla over")),
            rows({"rows": [row(number, description="x" * 72) for number in range(10)]}),
            interactive(type="location_request_message", action={"name": "send_location"}),
            {"messaging_product": "whatsapp", "status": "read", "message_id": "w", "typing_indicator": {"type": "text"}},
        ):
            read(asked)

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (text("x" * 4097), 100),
            (text(""), 131009),
            (text("  "), 131009),
            (text(colour="red"), 100),
            ({**text(), "text": {"body": "Dag", "markdown": True}}, 100),
            ({**text(), "text": {"body": "Dag", "preview_url": "false"}}, 131009),
            ({**text(), "text": "Dag"}, 131009),
            ({**text(), "to": "Anna"}, 131009),
            ({**text(), "to": 31612345678}, 131009),
            ({**text(), "to": "+31"}, 131009),
            ({key: part for key, part in text().items() if key != "to"}, 131009),
            ({key: part for key, part in text().items() if key != "text"}, 131008),
            ({key: part for key, part in text().items() if key != "messaging_product"}, 131008),
            (text(type="buttons"), 131009),
            (text(biz_opaque_callback_data="y" * 513), 131009),
            (buttons(), 131009),
            (buttons(*((str(number), f"Keuze {number}") for number in range(4))), 131009),
            (buttons(("a", "x" * 21)), 131009),
            (buttons(("x" * 257, "Ja")), 131009),
            (buttons((" a", "Ja")), 131009),
            (buttons(("a", "Ja"), ("a", "Nee")), 131009),
            (buttons(("a", "Ja"), ("b", "Ja")), 131009),
            (rows(), 131009),
            (rows({"rows": []}), 131009),
            (rows({"rows": [row(number) for number in range(11)]}), 131009),
            (rows({"rows": [row(1)]}, {"rows": [row(2)]}), 131009),
            (rows(*({"title": f"Deel {part}", "rows": [row(part * 6 + number) for number in range(6)]} for part in (0, 1))), 131009),
            (rows({"rows": [row(1), row(1)]}), 131009),
            (rows({"rows": [row(1, description="x" * 73)]}), 131009),
            (rows({"rows": [{"id": "a", "title": "x" * 25}]}), 131009),
            (rows({"rows": [row(1)]}, button="x" * 21), 131009),
            (interactive(type="button", body={"text": "x" * 1025}, action={"buttons": []}), 131009),
            ({"messaging_product": "whatsapp", "status": "delivered", "message_id": "w"}, 131009),
            ([], 100),
        ],
    )  # fmt: skip
    def test_what_meta_refuses(self, asked: object, expected: int) -> None:
        assert code(asked) == expected

    def test_a_refusal_never_repeats_the_words(self) -> None:
        with pytest.raises(GraphError) as refused:
            read(buttons(("a", "geheim-woord-in-een-knop")))
        assert "geheim" not in json.dumps(refused.value.body())

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_any_json_is_taken_or_refused_as_graph_does(self, asked: object) -> None:
        try:
            read(asked)
        except GraphError as error:
            assert {"message", "type", "code", "fbtrace_id"} <= set(error.body()["error"])


class TestTheRoutes:
    def test_a_message_arrives_and_the_answer_has_metas_shape(self) -> None:
        async def test(double: Double, ask: Ask) -> None:
            await double.say(ANNA, "hallo")
            status, answer = await ask("POST", f"/{ACCOUNT.phone_id}/messages", text("Dag Anna", to="+31 6 1234-5678"))
            assert status == 200 and answer["messaging_product"] == "whatsapp"
            assert answer["contacts"] == [{"input": "+31 6 1234-5678", "wa_id": ANNA.number, "user_id": ANNA.user_id}]
            assert answer["messages"][0]["id"].startswith("wamid.")
            assert [sent.body["text"]["body"] for sent in double.world.phone(ANNA).got] == ["Dag Anna"]

        run(test)

    def test_who_shows_no_number_is_reached_by_the_user_id(self) -> None:
        async def test(double: Double, ask: Ask) -> None:
            await double.say(BOB, "hallo")
            asked = {**text("Dag Bob"), "recipient": BOB.user_id}
            del asked["to"]
            status, answer = await ask("POST", f"/{ACCOUNT.phone_id}/messages", asked)
            assert status == 200 and "wa_id" not in answer["contacts"][0]
            assert len(double.world.phone(BOB).got) == 1

        run(test)

    def test_token_number_and_path_are_checked(self) -> None:
        async def test(double: Double, ask: Ask) -> None:
            path = f"/{ACCOUNT.phone_id}/messages"
            assert (await ask("POST", path, text(), token="another"))[0] == 401
            assert (await ask("POST", path, text(), token=None))[1]["error"]["code"] == 104
            status, answer = await ask("POST", "/1234/messages", text())
            assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
            assert (await ask("POST", f"/{ACCOUNT.phone_id}/letters", text()))[1]["error"]["code"] == 2500
            assert (await ask("POST", path, text(extra=1)))[1]["error"][
                "message"
            ] == '(#100) Unexpected key "extra" on param "message".'
            assert not double.world.sent

        run(test)

    def test_a_day_after_the_last_message_only_a_template_goes(self) -> None:
        clock = Clock()
        double = Double(world=World(clock=clock, templates={("laat_antwoord", "nl"): 1}))
        template = {"messaging_product": "whatsapp", "to": ANNA.number, "type": "template"}

        async def test(double: Double, ask: Ask) -> None:
            path = f"/{ACCOUNT.phone_id}/messages"
            assert (await ask("POST", path, text()))[0] == 200, "a number without WhatsApp is found out later"
            await double.say(ANNA, "hallo")
            clock.now += 24 * 3600 - 1
            assert (await ask("POST", path, text()))[0] == 200
            clock.now += 1
            status, answer = await ask("POST", path, text())
            assert (status, answer["error"]["code"]) == (400, 131047)
            words = [{"type": "body", "parameters": [{"type": "text", "text": "Sanne"}]}]
            for given_code, body in (
                (132001, {"name": "iets_anders", "language": {"code": "nl"}}),
                (132000, {"name": "laat_antwoord", "language": {"code": "nl"}}),
            ):
                assert (await ask("POST", path, {**template, "template": body}))[1]["error"]["code"] == given_code
            good = {"name": "laat_antwoord", "language": {"code": "nl"}, "components": words}
            status, answer = await ask("POST", path, {**template, "template": good})
            assert status == 200 and answer["messages"][0]["message_status"] == "accepted"

        run(test, double)

    def test_so_many_at_once_to_one_person_and_then_one_in_six_seconds(self) -> None:
        clock = Clock()

        async def test(double: Double, ask: Ask) -> None:
            path = f"/{ACCOUNT.phone_id}/messages"
            await double.say(ANNA, "hallo")
            answers = [(await ask("POST", path, text(str(number))))[1] for number in range(46)]
            assert ["error" in answer for answer in answers] == [False] * 45 + [True]
            assert answers[-1]["error"]["code"] == 131056
            clock.now += 6
            assert [(await ask("POST", path, text()))[0] for _ in range(2)] == [200, 400]

        run(test, Double(world=World(clock=clock)))

    def test_a_receipt_is_for_a_message_that_came(self) -> None:
        async def test(double: Double, ask: Ask) -> None:
            path = f"/{ACCOUNT.phone_id}/messages"
            wamid = await double.say(ANNA, "hallo")
            receipt = {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": wamid,
                "typing_indicator": {"type": "text"},
            }
            assert await ask("POST", path, receipt) == (200, {"success": True})
            assert double.world.typing(double.world.phone(ANNA)) and double.world.phone(ANNA).wrote == {wamid: True}
            assert (await ask("POST", path, {**receipt, "message_id": "wamid.other"}))[0] == 400
            await ask("POST", path, text())
            assert not double.world.typing(double.world.phone(ANNA)), "an answer ends the dots"

        run(test)

    def test_a_picture_goes_up_and_then_to_a_person(self) -> None:
        async def test(double: Double, ask: Ask) -> None:
            await double.say(ANNA, "hallo")
            path = f"/{ACCOUNT.phone_id}"
            status, answer = await ask("POST", f"{path}/media", data=upload(png(8, 2)))
            assert status == 200
            image = {
                "messaging_product": "whatsapp",
                "to": ANNA.number,
                "type": "image",
                "image": {"id": answer["id"], "caption": "Kaart"},
            }
            assert (await ask("POST", f"{path}/messages", image))[0] == 200
            assert (await ask("GET", f"/{answer['id']}"))[1]["mime_type"] == "image/png"
            image["image"] = {"id": "404"}
            assert (await ask("POST", f"{path}/messages", image))[1]["error"]["code"] == 131009
            image["image"] = {"id": answer["id"], "link": "https://example.org/kaart.png"}
            assert (await ask("POST", f"{path}/messages", image))[1]["error"]["code"] == 131009
            for bad, mime in ((png(8, 3), "image/png"), (b"geen plaatje", "image/png"), (png(8, 2), "image/gif")):
                assert (await ask("POST", f"{path}/media", data=upload(bad, mime)))[0] == 400

        run(test)

    def test_what_a_check_asks(self) -> None:
        double = Double(world=World(templates={("laat_antwoord", "nl"): 1}), phone_state={"quality_rating": "RED"})

        async def test(double: Double, ask: Ask) -> None:
            status, answer = await ask("GET", f"/{ACCOUNT.phone_id}")
            assert status == 200 and answer["quality_rating"] == "RED" and answer["id"] == ACCOUNT.phone_id
            assert set((await ask("GET", f"/{ACCOUNT.phone_id}?fields=status,id"))[1]) == {"status", "id"}
            assert (await ask("GET", f"/{ACCOUNT.phone_id}?fields=mood"))[1]["error"]["code"] == 100
            templates = (await ask("GET", f"/{ACCOUNT.waba_id}/message_templates?name=laat_antwoord"))[1]["data"]
            assert [(each["name"], each["status"]) for each in templates] == [("laat_antwoord", "APPROVED")]
            told = (await ask("GET", f"/debug_token?input_token={ACCOUNT.token}"))[1]["data"]
            assert told["is_valid"] and "whatsapp_business_messaging" in told["scopes"]

        run(test, double)


class TestWhatGoesWrong:
    def test_each_fault_has_its_answer(self) -> None:
        faults = Faults(retry_after=7, slowness=0)
        faults.then([Fault.TOO_FAST, Fault.PAIR, Fault.DOWN, Fault.SLOW, None])

        async def test(double: Double, ask: Ask) -> None:
            await double.say(ANNA, "hallo")
            answers = [await ask("POST", f"/{ACCOUNT.phone_id}/messages", text()) for _ in range(5)]
            assert [status for status, _ in answers] == [429, 400, 500, 200, 200]
            assert [answer["error"]["code"] for _, answer in answers[:3]] == [130429, 131056, 131000]
            assert len(double.world.sent) == 2

        run(test, Double(faults=faults))

    def test_a_line_that_breaks_leaves_it_open_whether_the_message_went(self) -> None:
        faults = Faults()
        faults.then([Fault.HUNG_UP, Fault.LOST])

        async def test(double: Double, ask: Ask) -> None:
            await double.say(ANNA, "hallo")
            for arrived in (0, 1):
                with pytest.raises(aiohttp.ClientError):
                    await ask("POST", f"/{ACCOUNT.phone_id}/messages", text())
                assert len(double.world.sent) == arrived

        run(test, Double(faults=faults))

    def test_the_same_seed_does_the_same(self) -> None:
        drawn = [[Faults(seed, {Fault.DOWN: 0.3, Fault.SLOW: 0.2}).draw() for _ in range(1)] for seed in range(50)]
        again = [[Faults(seed, {Fault.DOWN: 0.3, Fault.SLOW: 0.2}).draw() for _ in range(1)] for seed in range(50)]
        assert drawn == again and {fault for each in drawn for fault in each} == {Fault.DOWN, Fault.SLOW, None}


class TestWebhooks:
    def test_are_brought_until_they_are_taken(self) -> None:
        got: list[bytes] = []
        answers = iter([500, 503, 200, 200, 200])

        async def hook(request: web.Request) -> web.Response:
            body = await request.read()
            expected = hmac.new(ACCOUNT.app_secret.encode(), body, hashlib.sha256).hexdigest()
            assert request.headers["X-Hub-Signature-256"] == f"sha256={expected}"
            got.append(body)
            return web.Response(status=next(answers))

        async def whole() -> None:
            bot = web.Application()
            bot.router.add_post("/hook", hook)
            runner = web.AppRunner(bot)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            double = Double(webhook=f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
            async with double.serving(), aiohttp.ClientSession() as session:
                await double.say(ANNA, "Daar is é/ë")
                headers = {"Authorization": f"Bearer {ACCOUNT.token}"}
                asked = text(biz_opaque_callback_data="rij-1")
                async with session.post(f"{double.url}/{ACCOUNT.phone_id}/messages", json=asked, headers=headers) as answer:
                    wamid = (await answer.json())["messages"][0]["id"]
                await double.postman.done()
            await runner.cleanup()
            assert len(got) == 5 and got[0] == got[1] == got[2], "twice refused, so three times brought"
            assert b"\\u00e9\\/\\u00eb" in got[0], "letters as Meta writes them"
            message = json.loads(got[0])["entry"][0]["changes"][0]["value"]["messages"][0]
            assert (message["from"], message["text"]) == (ANNA.number, {"body": "Daar is é/ë"})
            told = [json.loads(body)["entry"][0]["changes"][0]["value"]["statuses"][0] for body in got[3:]]
            assert sorted(each["status"] for each in told) == ["delivered", "sent"]
            assert {(each["id"], each["biz_opaque_callback_data"]) for each in told} == {(wamid, "rij-1")}

        asyncio.run(whole())

    def test_a_tap_says_what_was_chosen_and_of_which_message(self) -> None:
        async def test(double: Double, ask: Ask) -> None:
            await double.say(ANNA, "hallo")
            for asked in (buttons(("a", "Ja"), ("b", "Nee")), rows({"rows": [row(1), row(2)]})):
                await ask("POST", f"/{ACCOUNT.phone_id}/messages", asked)
            first, second = double.world.phone(ANNA).got
            await double.tap(ANNA, first.wamid, "b")
            await double.tap(ANNA, second.wamid, "r2")
            chosen = [message for way, _, message in double.world.phone(ANNA).line if way == "in"][1:]
            assert chosen[0]["interactive"] == {"type": "button_reply", "button_reply": {"id": "b", "title": "Nee"}}
            assert chosen[1]["interactive"]["list_reply"]["id"] == "r2" and chosen[1]["context"]["id"] == second.wamid
            with pytest.raises(KeyError):
                await double.tap(ANNA, first.wamid, "c")

        run(test)

    def test_who_has_a_username_shows_no_number(self) -> None:
        message = incoming(BOB, "text", {"body": "hoi"}, 1_790_000_000)
        body = envelope(ACCOUNT, [value(ACCOUNT, [message], [BOB])]).decode()
        told = json.loads(body)["entry"][0]["changes"][0]["value"]
        assert "from" not in told["messages"][0] and told["messages"][0]["from_user_id"] == BOB.user_id
        assert "wa_id" not in told["contacts"][0]

    def test_the_id_of_a_message_holds_the_number_as_the_real_ones_do(self) -> None:
        assert ANNA.number.encode() in base64.b64decode(message_id(ANNA.number).removeprefix("wamid."))

    def test_the_handshake(self) -> None:
        async def hook(request: web.Request) -> web.Response:
            good = request.query["hub.verify_token"] == ACCOUNT.verify_token and request.query["hub.mode"] == "subscribe"
            return web.Response(text=request.query["hub.challenge"]) if good else web.Response(status=403)

        async def whole() -> None:
            bot = web.Application()
            bot.router.add_get("/hook", hook)
            runner = web.AppRunner(bot)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            postman = Postman(ACCOUNT, f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
            assert await postman.handshake("42") == (200, "42")
            assert (await postman.handshake("42", "another"))[0] == 403
            await postman.close()
            await runner.cleanup()

        asyncio.run(whole())

    @given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
    def test_a_signature_is_of_these_bytes_and_this_secret(self, body: bytes, secret: str) -> None:
        made = signed(body, secret)["X-Hub-Signature-256"]
        assert made == signed(body, secret)["X-Hub-Signature-256"]
        assert made != signed(body + b" ", secret)["X-Hub-Signature-256"]


def png(depth: int, colour: int) -> bytes:
    """One black pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


def upload(data: bytes, mime: str = "image/png") -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("messaging_product", "whatsapp")
    form.add_field("type", mime)
    form.add_field("file", data, filename="kaart.png", content_type=mime)
    return form
