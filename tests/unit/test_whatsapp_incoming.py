"""Reading what Meta sends, and knowing that it is Meta."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.whatsapp.incoming import Delivery, DeliveryState, Incoming, Kind, Unreadable, read_webhook
from wegwijzer.whatsapp.people import PREFIX, NumberLost, People
from wegwijzer.whatsapp.signature import challenge_of, is_signed, sign
from wegwijzer.whatsapp.stopping import is_stop

PHONE_ID = "106540352242922"
NUMBER = "31612345678"
KEY, OTHER_KEY = b"A" * 43 + b"=", b"QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="


def webhook(*messages: Any, statuses: tuple[Any, ...] = (), phone_id: str = PHONE_ID, field: str = "messages") -> bytes:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "31301234567", "phone_number_id": phone_id},
        "contacts": [{"profile": {"name": "Jansje Verzonnen"}, "wa_id": NUMBER}],
    }
    if messages:
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    entry = [{"id": "102290129340398", "changes": [{"value": value, "field": field}]}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


def message(kind: str, number: str = NUMBER, wamid: str = "wamid.een", at: str = "1750000000", **inside: Any) -> dict[str, Any]:
    return {"from": number, "id": wamid, "timestamp": at, "type": kind, **({kind: inside} if inside else {})}


def read_one(one: dict[str, Any]) -> Incoming:
    (found,) = read_webhook(webhook(one), PHONE_ID).messages
    return found


# --------------------------------------------------------------------------- kinds


@pytest.mark.parametrize(
    ("sent", "kind", "text", "choice"),
    [
        (message("text", body="Ik voel me alleen"), Kind.TEXT, "Ik voel me alleen", ""),
        (message("text", body="Stop!"), Kind.STOP, "", ""),
        (message("text", body="  "), Kind.UNKNOWN, "  ", ""),
        (message("button", text="Lees het antwoord", payload="x"), Kind.TEXT, "Lees het antwoord", ""),
        (message("button", text="STOP", payload="x"), Kind.STOP, "", ""),
        (
            message("interactive", type="button_reply", button_reply={"id": "a1", "title": "Sla over"}),
            Kind.CHOICE, "Sla over", "a1",
        ),
        (
            message("interactive", type="list_reply", list_reply={"id": "b2", "title": "Bellen", "description": "Bellen"}),
            Kind.CHOICE, "Bellen", "b2",
        ),
        (message("interactive", type="nfm_reply", nfm_reply={"response_json": "{}"}), Kind.UNKNOWN, "", ""),
        (message("location", latitude=52.1, longitude=5.1), Kind.LOCATION, "", ""),
        (message("location", name="Huis", address="3561 AB Utrecht"), Kind.LOCATION, "Huis 3561 AB Utrecht", ""),
        (message("audio", id="1", voice=True), Kind.SOUND, "", ""),
        (message("image", id="1", caption="dit is mijn straat"), Kind.PICTURE, "dit is mijn straat", ""),
        (message("video", id="1"), Kind.PICTURE, "", ""),
        (message("document", id="1", filename="brief.pdf"), Kind.PICTURE, "", ""),
        (message("sticker", id="1", animated=False), Kind.PICTURE, "", ""),
        (message("reaction", message_id="wamid.x", emoji="👍"), Kind.SILENT, "", ""),
        (message("revoke", original_message_id="wamid.x"), Kind.SILENT, "", ""),
        (message("system", body="changed number", type="user_changed_number"), Kind.SILENT, "", ""),
        (
            message("edit", original_message_id="wamid.x", message={"type": "text", "text": {"body": "Ik ben niet alleen"}}),
            Kind.EDITED, "Ik ben niet alleen", "",
        ),
        (message("edit", original_message_id="wamid.x", message={"type": "text", "text": {"body": "stop"}}), Kind.STOP, "", ""),
        (message("unsupported", type="edit"), Kind.EDITED, "", ""),
        (message("unsupported", type="poll_creation"), Kind.UNKNOWN, "", ""),
        (message("order", product_items=[]), Kind.UNKNOWN, "", ""),
        (message("telepathy", body="?"), Kind.UNKNOWN, "", ""),
    ],
)  # fmt: skip
def test_every_kind_of_message_is_known_by_its_words(sent: dict[str, Any], kind: Kind, text: str, choice: str) -> None:
    found = read_one(sent)
    assert (found.kind, found.text, found.choice, found.sender, found.at) == (kind, text, choice, NUMBER, 1750000000.0)


def test_contact_cards_of_others_are_not_read() -> None:
    found = read_one({**message("contacts"), "contacts": [{"name": {"formatted_name": "Piet Verzonnen"}}]})
    assert (found.kind, found.text) == (Kind.CONTACT, "")


def test_who_hides_the_number_is_known_by_the_id_that_meta_gives() -> None:
    sent = message("text", body="hallo")
    del sent["from"]
    assert read_one({**sent, "from_user_id": "NL.1234567890"}).sender == "NL.1234567890"
    assert read_webhook(webhook(sent), PHONE_ID).messages == ()


def test_batches_statuses_and_other_fields_stand_in_one_body() -> None:
    status = {
        "id": "wamid.uit", "status": "failed", "timestamp": "1", "recipient_id": NUMBER, "biz_opaque_callback_data": "van-ons",
        "errors": [{"code": 131026, "title": "Message undeliverable"}],
    }  # fmt: skip
    found = read_webhook(
        webhook(message("text", body="a"), message("text", wamid="wamid.b", body="b"), statuses=(status,)), PHONE_ID
    )
    assert [one.text for one in found.messages] == ["a", "b"]
    assert found.deliveries == (Delivery(DeliveryState.FAILED, "wamid.uit", "van-ons", 131026),)
    assert read_webhook(webhook(message("text", body="a"), field="account_update"), PHONE_ID).messages == ()


def test_what_is_for_another_number_is_left_alone_and_counted() -> None:
    found = read_webhook(webhook(message("text", body="a"), phone_id="999"), PHONE_ID)
    assert (found.messages, found.strange) == ((), 1)


def test_nobody_s_words_number_or_id_shows_when_a_message_is_shown() -> None:
    shown = repr(read_one(message("text", body="mijn geheim")))
    assert all(secret not in shown for secret in ("geheim", NUMBER, "wamid"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["from", "id", "timestamp", "type", "text", "interactive", "edit", "message", "unsupported", "errors", "status"]
)
NAMES = st.sampled_from(
    ["text", "button", "interactive", "location", "audio", "image", "edit", "unsupported", "revoke", "contacts"]
)


@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_webhook_or_unreadable(raw: bytes) -> None:
    try:
        read_webhook(raw, PHONE_ID)
    except Unreadable as error:
        assert "it is no" in str(error)


@given(st.lists(st.dictionaries(KEYS, ANYTHING | NAMES), max_size=3), st.lists(ANYTHING, max_size=3))
def test_any_message_and_status_is_read_and_can_be_written_down(messages: list[Any], statuses: list[Any]) -> None:
    for named in messages:
        named.setdefault("from", NUMBER)
        named.setdefault("id", "wamid.x")
    found = read_webhook(webhook(*messages, statuses=tuple(statuses)), PHONE_ID)
    for one in found.messages:
        assert one.sender and one.id
        one.text.encode()
        assert "\0" not in one.text + one.choice + one.sender


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"{}", b'{"entry": 1}', b"[" * 100_000, b'{"entry": [' + b"\xff"])
def test_what_is_no_webhook_is_said_without_what_stands_in_it(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_webhook(raw, PHONE_ID)
    assert str(caught.value) in ("it is not JSON", "it is not a webhook of WhatsApp")


# --------------------------------------------------------------------------- stop


@pytest.mark.parametrize("text", ["stop", "STOP", " Stop. ", "«stop»", "Afmelden", "meld  me af!", "unsubscribe"])
def test_one_word_is_enough_to_stop(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", ["stop met drinken lukt niet", "ik kan niet stoppen", "", "nonstop", "stop ermee" * 9])
def test_a_story_with_the_word_in_it_is_a_story(text: str) -> None:
    assert not is_stop(text)


# --------------------------------------------------------------------------- who speaks

SECRET = "0123456789abcdef0123456789abcdef"


def test_a_body_counts_only_with_its_own_signature() -> None:
    body = webhook(message("text", body="é"))
    assert is_signed(SECRET, body, sign(SECRET, body))
    assert is_signed(SECRET, body, sign(SECRET, body).upper().replace("SHA256", "sha256"))
    assert not is_signed(SECRET, body + b" ", sign(SECRET, body))
    assert not is_signed(SECRET, body, sign("x" * 32, body))


@given(st.none() | st.text() | st.text().map("sha256={}".format))
def test_no_other_header_is_a_signature(header: str | None) -> None:
    assert not is_signed(SECRET, b"{}", header)


def test_who_knows_the_word_gets_the_challenge_back_and_nobody_else() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "het-woord-van-ons", "hub.challenge": "1158201444"}
    assert challenge_of(query, "het-woord-van-ons") == "1158201444"
    for name, wrong in (
        ("hub.mode", "unsubscribe"), ("hub.verify_token", "een-ander-woord"), ("hub.verify_token", "é\ud800"),
        ("hub.challenge", "<script>"), ("hub.challenge", ""), ("hub.verify_token", None),
    ):  # fmt: skip
        assert challenge_of({**query, name: wrong}, "het-woord-van-ons") is None


# --------------------------------------------------------------------------- people


def test_a_name_is_the_same_for_ever_and_says_nothing_without_the_key() -> None:
    people, same, other = People("k" * 32, [KEY]), People("k" * 32, [OTHER_KEY]), People("l" * 32, [KEY])
    assert people.name(NUMBER) == same.name(NUMBER) != other.name(NUMBER)
    assert people.name(NUMBER).startswith(PREFIX) and NUMBER not in people.name(NUMBER)
    assert people.mark(NUMBER) not in people.name(NUMBER), "a message and a person with the same id have other names"


def test_a_number_comes_back_with_its_key_only() -> None:
    secret = People("k" * 32, [KEY]).hide(NUMBER)
    assert NUMBER.encode() not in secret
    assert People("k" * 32, [OTHER_KEY, KEY]).show(secret) == NUMBER
    with pytest.raises(NumberLost) as caught:
        People("k" * 32, [OTHER_KEY]).show(secret)
    assert NUMBER not in str(caught.value)
