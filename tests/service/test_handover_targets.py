"""Deliveries, received: by a real mail server, by a real web server that checks the signature, by a strict double of Chatwoot."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import email.policy
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.handover import Clock, in_queue
from tests.service.chatwoot import ACCOUNT, INBOX, TOKEN, Chatwoot, running_chatwoot, running_server
from wegwijzer.handover.delivery import LEASE, LONGEST_WAIT, MOST_ATTEMPTS, Courier, Round
from wegwijzer.handover.models import Request, Said, Urgency, Who
from wegwijzer.handover.notices import Event
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.targets.chatwoot import ChatwootTarget
from wegwijzer.handover.targets.contract import DeliveryFailed, Notice, Undeliverable
from wegwijzer.handover.targets.email import EmailTarget, Security
from wegwijzer.handover.targets.webhook import KEY, SIGNATURE, TIMESTAMP, TOLERANCE, WebhookTarget, is_ours, sign

SECRET = "een geheim van meer dan dertig tekens"
SUMMARY = {"haltes": [{"id": "verlies", "naam": "Verlies"}], "leeftijd": 74}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def store_with(tmp_path: Path, clock: Clock, *targets: str) -> HandoverStore:
    return HandoverStore(f"sqlite:///{tmp_path}/handover.db", clock, targets=targets)


def waiting(store: HandoverStore, urgency: Urgency = Urgency.NORMAL) -> Request:
    """A request with something to say, and something that nobody outside may read."""
    store.ask("geheim-gesprek", "web", urgency=urgency, summary=SUMMARY, so_far=[Said(Who.RESIDENT, "heel persoonlijk")])
    return in_queue(store, "geheim-gesprek")


def notice(store: HandoverStore, urgency: Urgency = Urgency.NORMAL, event: Event = Event.WAITING) -> Notice:
    request = waiting(store, urgency)
    return Notice(f"{request.id}.2.waiting.x", event, request, f"https://console.example/verzoek/{request.id}")


def nothing_private_in(text: str) -> bool:
    return "persoonlijk" not in text and "geheim-gesprek" not in text


# --------------------------------------------------------------------------- e-mail


class Mailbox:
    """Takes what is sent; can refuse first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: list[str] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd
        if self.answers:
            return self.answers.pop(0)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.messages.append(parsed)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine, with its key, for these tests only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def mail_server(box: Mailbox, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """A mail server on a free port of this machine, until the end of the block. Gives the port.

    Args:
        tls: for a server that is encrypted from the first byte.
        options: of aiosmtpd's ``SMTP``.
    """
    loop = asyncio.new_event_loop()
    making = loop.create_server(lambda: SMTP(box, loop=loop, hostname="localhost", **options), "127.0.0.1", 0, ssl=tls)
    server = loop.run_until_complete(making)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_finish(server))
        loop.close()


async def _finish(server: asyncio.AbstractServer) -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await server.wait_closed()


def knows_us(server: SMTP, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"wegwijzer", b"wachtwoord"), handled=False)


def plain_target(port: int, **values: Any) -> EmailTarget:
    usual: dict[str, Any] = {"to": ("balie@example.nl",), "sender": "Wegwijzer <bot@example.nl>", "host": "127.0.0.1", "port": port,
             "security": Security.NONE, "timeout": 10.0}  # fmt: skip
    return EmailTarget(**(usual | values))


def test_an_email_has_the_summary_and_the_link_and_not_a_word_of_what_was_said(tmp_path: Path, clock: Clock) -> None:
    box = Mailbox()
    told = notice(store_with(tmp_path, clock))
    with mail_server(box) as port:
        plain_target(port, to=("balie@example.nl", "avond@example.nl")).deliver(told)
    (message,) = box.messages
    text = message.get_content()
    assert message["To"] == "balie@example.nl, avond@example.nl"
    assert message["Subject"] == "Wegwijzer: Iemand wacht op een collega"
    assert message["Message-ID"] == f"<{told.key}@example.nl>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Thema's: Verlies" in text and "Leeftijd: 74" in text and told.link in text
    assert nothing_private_in(message.as_string())


def test_danger_is_in_the_subject(tmp_path: Path, clock: Clock) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        plain_target(port).deliver(notice(store_with(tmp_path, clock), Urgency.CRISIS, Event.CRISIS))
    assert box.messages[0]["Subject"] == "Wegwijzer: SPOED: Mogelijk gevaar in een gesprek"
    assert box.messages[0]["Importance"] == "high"


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[tuple[Mailbox, int]]:
    """A server that takes nothing before STARTTLS, and asks who we are."""
    box = Mailbox()
    starttls = server_context(certificate)
    with mail_server(
        box, tls_context=starttls, require_starttls=True, authenticator=knows_us, auth_required=True, auth_require_tls=True
    ) as port:
        yield box, port


def test_over_starttls_with_a_password(tmp_path: Path, clock: Clock, certificate: Path, encrypted: tuple[Mailbox, int]) -> None:
    box, port = encrypted
    target = plain_target(
        port, security=Security.STARTTLS, user="wegwijzer", password="wachtwoord",
        context=ssl.create_default_context(cafile=str(certificate)),
    )  # fmt: skip
    target.probe()
    target.deliver(notice(store_with(tmp_path, clock)))
    assert box.encrypted == [True]


def test_a_wrong_password_is_said_without_it(encrypted: tuple[Mailbox, int], certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    target = plain_target(encrypted[1], security=Security.STARTTLS, user="wegwijzer", password="mis", context=context)
    with pytest.raises(DeliveryFailed, match="user name or password"):
        target.probe()
    assert "mis" not in repr(target)


def test_a_certificate_that_nobody_trusts_is_refused(encrypted: tuple[Mailbox, int]) -> None:
    with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
        plain_target(encrypted[1], security=Security.STARTTLS).probe()


def test_a_server_without_starttls_gets_nothing(tmp_path: Path, clock: Clock) -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(DeliveryFailed):
        plain_target(port, security=Security.STARTTLS).deliver(notice(store_with(tmp_path, clock)))
    assert box.messages == []


def test_over_tls_from_the_first_byte(tmp_path: Path, clock: Clock, certificate: Path) -> None:
    box = Mailbox()
    with mail_server(box, tls=server_context(certificate)) as port:
        context = ssl.create_default_context(cafile=str(certificate))
        plain_target(port, security=Security.TLS, context=context).deliver(notice(store_with(tmp_path, clock)))
    assert len(box.messages) == 1


def test_a_mail_server_that_is_busy_gets_it_later_once(tmp_path: Path, clock: Clock) -> None:
    box = Mailbox()
    box.answers = ["451 even geduld", "451 even geduld"]
    store = store_with(tmp_path, clock, "email")
    waiting(store)
    with mail_server(box) as port:
        courier = Courier(store, {"email": plain_target(port)}, "https://console.example/")
        assert courier.run_once() == Round(failed=1)
        assert courier.run_once() == Round(), "not before it is time"
        clock.now += LONGEST_WAIT
        assert courier.run_once() == Round(failed=1)
        clock.now += LONGEST_WAIT
        assert courier.run_once() == Round(sent=1)
        clock.now += LONGEST_WAIT
        assert courier.run_once() == Round()
    assert len(box.messages) == 1
    assert "https://console.example/verzoek/" in box.messages[0].get_content()


def test_a_mail_that_is_refused_for_good_is_a_dead_letter_at_once_and_can_be_tried_again(tmp_path: Path, clock: Clock) -> None:
    box = Mailbox()
    box.answers = ["554 nee"]
    store = store_with(tmp_path, clock, "email")
    waiting(store)
    with mail_server(box) as port:
        courier = Courier(store, {"email": plain_target(port)})
        assert courier.run_once() == Round(dead=1)
        (letter,) = courier.dead_letters()
        assert (letter.target, letter.event, letter.problem) == ("email", Event.WAITING, "the mail server answers 554")
        assert courier.revive() == 1
        assert courier.run_once() == Round(sent=1)
    assert len(box.messages) == 1


# --------------------------------------------------------------------------- webhook


class Receiver:
    """A web server that does what docs/handover.md asks of a receiver."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.url = clock, ""
        self.received: dict[str, Any] = {}
        self.times = 0
        self.answers: list[int] = []

    @contextmanager
    def running(self) -> Iterator[Receiver]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.times += 1
                signed = (self.headers[TIMESTAMP], body, self.headers[SIGNATURE])
                if not is_ours(SECRET, *signed, now=receiver.clock()):
                    status = 401
                elif receiver.answers:
                    status = receiver.answers.pop(0)
                else:
                    status = 204
                    receiver.received.setdefault(self.headers[KEY], json.loads(body))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", receiver.url + "/elders")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        with running_server(Handler) as port:
            self.url = f"http://127.0.0.1:{port}/wegwijzer"
            yield self


def test_a_webhook_is_received_with_a_signature_that_is_right(tmp_path: Path, clock: Clock) -> None:
    told = notice(store_with(tmp_path, clock))
    with Receiver(clock).running() as receiver:
        WebhookTarget(receiver.url, SECRET, clock=clock).deliver(told)
    assert list(receiver.received) == [told.key]
    body = receiver.received[told.key]
    assert (body["event"], body["urgent"], body["request"]["summary"]) == ("waiting", False, SUMMARY)
    assert body["request"]["asked_at"] == "2026-11-22T08:00:00+00:00"
    assert nothing_private_in(json.dumps(body))


def test_another_secret_and_an_old_signature_are_refused(tmp_path: Path, clock: Clock) -> None:
    told = notice(store_with(tmp_path, clock))
    with Receiver(clock).running() as receiver:
        for target in (
            WebhookTarget(receiver.url, SECRET + "!", clock=clock),
            WebhookTarget(receiver.url, SECRET, clock=lambda: clock.now - TOLERANCE - 1),
        ):
            with pytest.raises(Undeliverable, match="the webhook answers 401"):
                target.deliver(told)
        WebhookTarget(receiver.url, SECRET, clock=clock).probe()
    assert [body["event"] for body in receiver.received.values()] == ["ping"]


def test_a_changed_body_is_not_ours() -> None:
    signature = sign(SECRET, "100", b'{"urgent":true}')
    assert is_ours(SECRET, "100", b'{"urgent":true}', signature, now=100)
    assert not is_ours(SECRET, "100", b'{"urgent":false}', signature, now=100)
    assert not is_ours(SECRET, "101", b'{"urgent":true}', signature, now=100)
    assert not is_ours(SECRET, "²", b'{"urgent":true}', signature, now=100)


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_may_be_better_later_is_tried_again(tmp_path: Path, clock: Clock, status: int) -> None:
    store = store_with(tmp_path, clock, "webhook")
    waiting(store)
    with Receiver(clock).running() as receiver:
        receiver.answers = [status]
        courier = Courier(store, {"webhook": WebhookTarget(receiver.url, SECRET, clock=clock)})
        assert courier.run_once() == Round(failed=1)
        clock.now += LONGEST_WAIT
        assert courier.run_once() == Round(sent=1)
        assert courier.run_once() == Round()
    assert (len(receiver.received), receiver.times) == (1, 2)


@pytest.mark.parametrize("status", [302, 400, 404, 410])
def test_what_will_never_be_better_is_a_dead_letter(tmp_path: Path, clock: Clock, status: int) -> None:
    store = store_with(tmp_path, clock, "webhook")
    waiting(store)
    with Receiver(clock).running() as receiver:
        receiver.answers = [status]
        courier = Courier(store, {"webhook": WebhookTarget(receiver.url, SECRET, clock=clock)})
        assert courier.run_once() == Round(dead=1)
    assert receiver.times == 1


def test_nobody_there_is_given_up_after_some_tries(tmp_path: Path, clock: Clock) -> None:
    store = store_with(tmp_path, clock, "webhook")
    waiting(store)
    courier = Courier(store, {"webhook": WebhookTarget("http://127.0.0.1:9/", SECRET, clock=clock)})
    rounds = []
    for _ in range(MOST_ATTEMPTS + 3):
        rounds.append(courier.run_once())
        clock.now += LONGEST_WAIT
    assert rounds[: MOST_ATTEMPTS - 1] == [Round(failed=1)] * (MOST_ATTEMPTS - 1)
    assert rounds[MOST_ATTEMPTS - 1 :] == [Round(dead=1), Round(), Round(), Round()]


def test_a_process_that_dies_after_the_arrival_sends_the_same_key_again(tmp_path: Path, clock: Clock) -> None:
    store = store_with(tmp_path, clock, "webhook")
    waiting(store)

    class Dying(WebhookTarget):
        def deliver(self, notice: Notice) -> None:
            super().deliver(notice)
            raise KeyboardInterrupt

    with Receiver(clock).running() as receiver:
        with pytest.raises(KeyboardInterrupt):
            Courier(store, {"webhook": Dying(receiver.url, SECRET, clock=clock)}).run_once()
        again = Courier(store, {"webhook": WebhookTarget(receiver.url, SECRET, clock=clock)})
        assert again.run_once() == Round(), "left alone while the other may still be busy"
        clock.now += LEASE
        assert again.run_once() == Round(sent=1)
    assert (receiver.times, len(receiver.received)) == (2, 1)


def test_erasing_takes_along_what_was_not_sent_yet(tmp_path: Path, clock: Clock) -> None:
    store = store_with(tmp_path, clock, "webhook")
    waiting(store)
    store.erase("geheim-gesprek")
    with Receiver(clock).running() as receiver:
        assert Courier(store, {"webhook": WebhookTarget(receiver.url, SECRET, clock=clock)}).run_once() == Round()
    assert receiver.times == 0


def test_a_target_that_was_taken_away_leaves_a_dead_letter_that_says_so(tmp_path: Path, clock: Clock) -> None:
    store = store_with(tmp_path, clock, "webhook")
    waiting(store)
    courier = Courier(store, {})
    assert courier.run_once() == Round(dead=1)
    assert "HANDOVER_TARGETS" in courier.dead_letters()[0].problem


# --------------------------------------------------------------------------- Chatwoot


@pytest.fixture
def chatwoot() -> Iterator[Chatwoot]:
    with running_chatwoot() as running:
        yield running


def target_of(chatwoot: Chatwoot, **values: Any) -> ChatwootTarget:
    usual: dict[str, Any] = {"url": chatwoot.url, "account": ACCOUNT, "inbox": INBOX, "token": TOKEN}
    return ChatwootTarget(**(usual | values))


def test_chatwoot_gets_one_contact_one_conversation_and_a_private_note(tmp_path: Path, clock: Clock, chatwoot: Chatwoot) -> None:
    told = notice(store_with(tmp_path, clock))
    target_of(chatwoot).probe()
    target_of(chatwoot).deliver(told)
    assert [contact["identifier"] for contact in chatwoot.contacts] == [told.request.id]
    (conversation,) = chatwoot.conversations
    assert conversation["custom_attributes"] == {"wegwijzer_verzoek": told.request.id}
    (note,) = chatwoot.messages
    assert note["private"] is True, "a resident must never get what is meant for colleagues"
    assert "Thema's: Verlies" in note["content"] and told.link in note["content"]
    assert nothing_private_in(json.dumps([chatwoot.contacts, chatwoot.conversations, chatwoot.messages]))


def test_a_second_event_goes_into_the_same_conversation_and_danger_is_urgent(
    tmp_path: Path, clock: Clock, chatwoot: Chatwoot
) -> None:
    store = store_with(tmp_path, clock, "chatwoot")
    request = waiting(store)
    courier = Courier(store, {"chatwoot": target_of(chatwoot)})
    assert courier.run_once() == Round(sent=1)
    store.raise_alarm(request.id)
    assert courier.run_once() == Round(sent=1)
    assert (len(chatwoot.contacts), len(chatwoot.conversations), len(chatwoot.messages)) == (1, 1, 2)
    assert chatwoot.conversations[0]["priority"] == "urgent"


@pytest.mark.parametrize(
    "lost", [r"POST .*/contacts$", r"POST .*/conversations$", r"POST .*/messages$", r"GET .*/search", r"GET .*/messages$"]
)
def test_an_answer_that_is_lost_makes_nothing_twice(tmp_path: Path, clock: Clock, chatwoot: Chatwoot, lost: str) -> None:
    store = store_with(tmp_path, clock, "chatwoot")
    waiting(store)
    courier = Courier(store, {"chatwoot": target_of(chatwoot)})
    chatwoot.lose_next = [lost]
    assert courier.run_once() == Round(failed=1)
    clock.now += LONGEST_WAIT
    assert courier.run_once() == Round(sent=1)
    assert (len(chatwoot.contacts), len(chatwoot.conversations), len(chatwoot.messages)) == (1, 1, 1)


def test_a_wrong_token_account_or_inbox_is_found_by_the_probe(chatwoot: Chatwoot) -> None:
    for wrong in ({"token": "mis"}, {"account": 99}, {"inbox": 99}):
        with pytest.raises(Undeliverable, match=r"Chatwoot answers 40[14]"):
            target_of(chatwoot, **wrong).probe()


def test_chatwoot_that_is_down_is_tried_again(tmp_path: Path, clock: Clock, chatwoot: Chatwoot) -> None:
    store = store_with(tmp_path, clock, "chatwoot")
    waiting(store)
    chatwoot.fail_next = [502]
    courier = Courier(store, {"chatwoot": target_of(chatwoot)})
    assert courier.run_once() == Round(failed=1)
    clock.now += LONGEST_WAIT
    assert courier.run_once() == Round(sent=1)
