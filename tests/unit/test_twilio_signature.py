"""Whether a request comes from Twilio."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.twilio_double import TOKEN, WEBHOOK, encoded, incoming, sign
from wegwijzer.whatsapp.twilio.signature import MOST_FIELDS, Form, is_signed

SID = "SM" + "a" * 32


def signed(fields: dict[str, str], url: str = WEBHOOK, signature: str | None = None, at: str = WEBHOOK) -> bool:
    return is_signed(TOKEN, at, Form(encoded(fields)), sign(url, fields) if signature is None else signature)


def test_what_twilio_signed_is_accepted() -> None:
    assert signed(incoming(SID, "Ik voel me alleen, é & 🙂 + %"))


def test_the_example_of_twilios_documents() -> None:
    """The worked example that Twilio's own libraries test with, so that we are not just agreeing with ourselves."""
    fields = {
        "To": "+18005551212",
        "From": "+14158675309",
        "Digits": "1234",
        "Caller": "+14158675309",
        "CallSid": "CA1234567890ABCDE",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign(url, fields, "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert is_signed("12345", url, Form(encoded(fields)), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("name", ["Body", "From", "MessageSid", "AccountSid"])
def test_another_value_is_refused(name: str) -> None:
    fields = incoming(SID, "Hoi")
    assert not signed(fields | {name: "iets anders"}, signature=sign(WEBHOOK, fields))


def test_another_field_more_or_less_is_refused() -> None:
    fields = incoming(SID, "Hoi")
    assert not signed(fields | {"Extra": "1"}, signature=sign(WEBHOOK, fields))
    fewer = {name: value for name, value in fields.items() if name != "Body"}
    assert not signed(fewer, signature=sign(WEBHOOK, fields))


def test_another_token_is_refused() -> None:
    fields = incoming(SID, "Hoi")
    assert not signed(fields, signature=sign(WEBHOOK, fields, "0" * 32))


@pytest.mark.parametrize("signature", ["", "é", "x" * 10_000, "\0", "AAAA", "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
def test_any_other_header_is_refused(signature: str) -> None:
    assert not signed(incoming(SID, "Hoi"), signature=signature)


@pytest.mark.parametrize(
    "url",
    [
        "https://bot.example.org/webhooks/twilio/webhook",
        "https://bot.example.org:443/webhooks/twilio/webhook",
        "https://bot.example.org:8443/webhooks/twilio/webhook?row=12",
        "https://bot.example.org/webhooks/twilio/webhook#rc=5&rp=5xx,ct,rt",
    ],
)
def test_the_port_may_be_there_or_not_and_what_stands_behind_a_hash_is_not_signed(url: str) -> None:
    fields = incoming(SID, "Hoi")
    assert signed(fields, url, at=url)
    assert signed(fields, url.replace(":443", ""), at=url)


def test_another_host_path_or_query_is_refused() -> None:
    fields = incoming(SID, "Hoi")
    for other in ("https://elders.example.org/webhooks/twilio/webhook", WEBHOOK + "/x", WEBHOOK + "?row=1"):
        assert not signed(fields, other)


def test_too_many_fields_are_no_form() -> None:
    with pytest.raises(ValueError, match="fields"):
        Form(b"&".join(b"a%d=1" % number for number in range(MOST_FIELDS + 1)))


@given(st.binary(max_size=300), st.text(max_size=60))
def test_whatever_is_sent_is_refused_without_a_fault(raw: bytes, signature: str) -> None:
    try:
        form = Form(raw)
    except ValueError:
        return
    assert not is_signed(TOKEN, WEBHOOK, form, signature)


@given(st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=30), max_size=8))
def test_every_form_that_is_signed_right_is_accepted(fields: dict[str, str]) -> None:
    fields = {n: v for n, v in fields.items() if not any("\ud800" <= c <= "\udfff" for c in n + v)}
    assert signed(fields)
