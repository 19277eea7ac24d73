"""Telling a desk by e-mail (SMTP): the summary and a link, never what was said."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from enum import StrEnum

from wegwijzer.handover.targets.contract import DeliveryFailed, Notice, Undeliverable

PERMANENT = 500
"""From this reply code on the server will say the same next time (RFC 5321, section 4.2.1)."""


class Security(StrEnum):
    """How the line to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """Not at all: only for a server on the same machine."""


@dataclass(frozen=True)
class EmailTarget:
    """An e-mail address of the desk.

    Attributes:
        to: addresses that get it.
        sender: address it comes from; its domain also makes the Message-ID.
        host, port: the mail server.
        security: how the line is kept private.
        user, password: when the server asks who we are.
        timeout: seconds to wait for the server.
        context: which certificates are trusted; those of the machine when left out.
    """

    to: tuple[str, ...]
    sender: str
    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    context: ssl.SSLContext | None = None

    def deliver(self, notice: Notice) -> None:
        """Send one message to every address. Its Message-ID is made of the key: mail programs show the same one once."""
        with self._server() as server:
            server.send_message(self._message(notice))

    def probe(self) -> None:
        """Log in, and send nothing."""
        with self._server() as server:
            server.noop()

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = f"Wegwijzer: {notice.title}"
        message["From"] = self.sender
        message["To"] = ", ".join(self.to)
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9._-]', '-', notice.key)}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        if notice.urgent:
            message["Importance"] = "high"
        message.set_content(notice.text)
        return message

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        context = self.context or ssl.create_default_context()
        try:
            if self.security is Security.TLS:
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            with server:
                if self.security is Security.STARTTLS:
                    server.starttls(context=context)
                if self.user:
                    server.login(self.user, self.password)
                yield server
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            kind = Undeliverable if min(codes) >= PERMANENT else DeliveryFailed
            raise kind(f"the mail server refuses every address ({min(codes)})") from None
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryFailed(f"the mail server refuses the user name or password ({error.smtp_code})") from None
        except smtplib.SMTPResponseException as error:
            kind = Undeliverable if error.smtp_code >= PERMANENT else DeliveryFailed
            raise kind(f"the mail server answers {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(f"the mail server cannot be used: {type(error).__name__}") from None
