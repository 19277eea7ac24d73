"""Talking to the running bot from outside, as the evaluation and the conversation tests do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from wegwijzer.settings import Settings

PATIENCE = 60.0
"""Seconds to wait for an answer."""


@dataclass
class Bot:
    """The running product, by its address and token."""

    settings: Settings
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE, trust_env=False))

    @property
    def address(self) -> str:
        """Where Rasa's server listens."""
        return f"http://{self.settings.host}:{self.settings.rasa_port}"

    @property
    def authorization(self) -> dict[str, str]:
        """What opens the API, and is not held back by the limits of the REST channel."""
        return {"Authorization": f"Bearer {self.settings.token}"}

    def parse(self, text: str) -> dict[str, Any]:
        """What the NLU makes of a text."""
        response = self.client.post(f"{self.address}/model/parse", headers=self.authorization, json={"text": text})
        response.raise_for_status()
        parsed: dict[str, Any] = response.json()
        return parsed

    def talk(self) -> Talk:
        """A new conversation."""
        return Talk(self, str(uuid.uuid4()))


@dataclass
class Talk:
    """One conversation with the bot.

    Attributes:
        lines: everything said so far, as ``("jij" or "bot", text)``.
    """

    bot: Bot
    sender: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a message; returns the bot's messages as the REST channel gives them."""
        response = self.bot.client.post(
            f"{self.bot.address}/webhooks/rest/webhook",
            json={"sender": self.sender, "message": text},
            headers=self.bot.authorization,
        )
        response.raise_for_status()
        answers: list[dict[str, Any]] = response.json()
        self.lines.append(("jij", text))
        self.lines.extend(("bot", answer["text"]) for answer in answers if "text" in answer)
        self.buttons = [button["title"] for answer in answers for button in answer.get("buttons", [])]
        return answers

    def text(self, text: str) -> str:
        """Send a message and return all the bot says, as one text."""
        return "\n".join(answer.get("text", "") for answer in self.say(text))

    def tracker(self) -> dict[str, Any]:
        """The tracker as Rasa's HTTP API shows it."""
        response = self.bot.client.get(f"{self.bot.address}/conversations/{self.sender}/tracker", headers=self.bot.authorization)
        response.raise_for_status()
        tracker: dict[str, Any] = response.json()
        return tracker

    def slots(self) -> dict[str, Any]:
        """The slots that have a value."""
        return {name: value for name, value in self.tracker()["slots"].items() if value not in (None, [])}

    def script(self) -> str:
        """The conversation to read aloud."""
        return "\n".join(f"{who}: {text}" for who, text in self.lines)
