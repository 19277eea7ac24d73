"""What Twilio's webhooks say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.twilio_double import ACCOUNT, SENDER, encoded, incoming, status
from wegwijzer.whatsapp.graph import LATER, WINDOW_CLOSED
from wegwijzer.whatsapp.incoming import Delivery, DeliveryState, Kind, Webhook
from wegwijzer.whatsapp.twilio.reading import address_of, read_form
from wegwijzer.whatsapp.twilio.signature import Form

SID = "SM" + "a" * 32
OURS = {"sid": "SM" + "b" * 32, "from": f"whatsapp:{SENDER}", "to": "whatsapp:+31687654321"}


def read(fields: dict[str, str], reply: str = "") -> Webhook:
    return read_form(Form(encoded(fields)), ACCOUNT, SENDER, reply)


def test_a_text_with_the_number_of_who_said_it() -> None:
    (message,) = read(incoming(SID, "Ik voel me alleen")).messages
    assert (message.id, message.sender, message.kind, message.text) == (SID, "31687654321", Kind.TEXT, "Ik voel me alleen")
    assert message.at is None


def test_a_name_is_not_looked_at() -> None:
    (message,) = read(incoming(SID, "Hoi")).messages
    assert "Verzonnen" not in str(vars(message))


@pytest.mark.parametrize(
    ("more", "kind", "text"),
    [
        ({"MessageType": "button", "ButtonText": "Vertel het", "ButtonPayload": "/iets"}, Kind.TEXT, "Vertel het"),
        ({"MessageType": "interactive", "ListTitle": "Overvecht", "ListId": "x"}, Kind.TEXT, "Overvecht"),
        ({"MessageType": "location", "Latitude": "52.1", "Longitude": "5.1", "Label": "Thuis", "Address": "Utrecht"}, Kind.LOCATION, "Thuis Utrecht"),
        ({"MessageType": "", "Latitude": "52.1", "Longitude": "5.1"}, Kind.LOCATION, ""),
        ({"MessageType": "audio", "NumMedia": "1", "MediaContentType0": "audio/ogg"}, Kind.SOUND, ""),
        ({"MessageType": "image", "NumMedia": "1", "Body": "Mijn poes"}, Kind.PICTURE, "Mijn poes"),
        ({"MessageType": "sticker"}, Kind.PICTURE, ""),
        ({"MessageType": "contacts"}, Kind.CONTACT, ""),
        ({"MessageType": "", "NumMedia": "1", "MediaContentType0": "audio/ogg"}, Kind.SOUND, ""),
        ({"MessageType": "", "NumMedia": "1", "MediaContentType0": "text/vcard"}, Kind.CONTACT, ""),
        ({"MessageType": "", "NumMedia": "1", "MediaContentType0": "iets/raars"}, Kind.UNKNOWN, ""),
        ({"MessageType": "reaction", "Body": "👍"}, Kind.SILENT, ""),
        ({"MessageType": "unsupported"}, Kind.UNKNOWN, ""),
        ({"MessageType": "iets nieuws"}, Kind.UNKNOWN, ""),
        ({"Body": " "}, Kind.UNKNOWN, ""),
        ({"Body": " STOP! "}, Kind.STOP, ""),
        ({"Body": "stop met drinken lukt niet"}, Kind.TEXT, "stop met drinken lukt niet"),
    ],
)  # fmt: skip
def test_every_kind_of_message(more: dict[str, str], kind: Kind, text: str) -> None:
    (message,) = read(incoming(SID, **more) if "Body" not in more else incoming(SID) | more).messages
    assert (message.kind, message.text) == (kind, text)


@pytest.mark.parametrize(
    ("name", "state"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "delivered"), ("failed", "failed"), ("undelivered", "failed")],
)
def test_what_became_of_ours(name: str, state: str) -> None:
    assert read(status(OURS, name, 63003), "rij-1").deliveries == (Delivery(DeliveryState(state), OURS["sid"], "rij-1", 63003),)


@pytest.mark.parametrize(("theirs", "metas"), [(63016, WINDOW_CLOSED), (63018, 130429), (63012, 131016)])
def test_a_code_that_meta_has_too_is_said_as_meta_says_it(theirs: int, metas: int) -> None:
    (delivery,) = read(status(OURS, "failed", theirs)).deliveries
    assert delivery.code == metas and (metas == WINDOW_CLOSED or metas in LATER)


@pytest.mark.parametrize("name", ["queued", "accepted", "sending", "iets"])
def test_what_says_nothing_new_is_nothing(name: str) -> None:
    assert read(status(OURS, name)) == Webhook()


@pytest.mark.parametrize(
    "other",
    [
        {"AccountSid": "AC" + "9" * 32},
        {"To": "whatsapp:+31600000000"},
        {"From": "sms:+31687654321"},
        {"From": "whatsapp:"},
        {"From": "whatsapp:+31 6"},
        {"MessageSid": ""},
        {"MessageSid": "SM'; drop"},
    ],
)
def test_what_is_not_for_us_is_counted_and_left_alone(other: dict[str, str]) -> None:
    assert read(incoming(SID, "Hoi") | other) == Webhook(strange=1)


def test_a_strange_id_of_our_own_and_a_strange_code_are_left_out() -> None:
    (delivery,) = read(status(OURS, "failed") | {"ErrorCode": "²"}, "rij 1<script>").deliveries
    assert (delivery.reply, delivery.code) == ("", None)


@pytest.mark.parametrize("sender", ["+31687654321", "NL.13491208655302741918"])
def test_who_writes_can_be_answered(sender: str) -> None:
    (message,) = read(incoming(SID, "Hoi", sender=sender)).messages
    assert address_of(message.sender) == f"whatsapp:{sender}"


FIELD = st.sampled_from(["MessageSid", "AccountSid", "From", "To", "Body", "SmsStatus", "MessageStatus", "ErrorCode", "MessageType",
                         "MediaContentType0", "Latitude", "Longitude", "Label", "ButtonText"])  # fmt: skip
VALUE = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), st.sampled_from([SID, ACCOUNT, f"whatsapp:{SENDER}", "received"]))  # fmt: skip


@given(st.dictionaries(FIELD, VALUE), VALUE)
def test_whatever_stands_in_a_form_can_be_read(fields: dict[str, str], reply: str) -> None:
    found = read(fields, reply)
    assert len(found.messages) + found.strange <= 1


@given(st.dictionaries(FIELD, VALUE))
def test_a_message_with_anything_in_it_is_at_most_one_message(fields: dict[str, str]) -> None:
    found = read(incoming(SID) | fields)
    assert len(found.messages) + len(found.deliveries) + found.strange <= 1
