"""What comes in is written together, messages before statuses, and one bad piece breaks nothing for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from wegwijzer.whatsapp.inbox import Taken
from wegwijzer.whatsapp.incoming import Delivery, DeliveryState, Incoming, Kind, Webhook
from wegwijzer.whatsapp.intake import MOST_TOGETHER, Intake, News
from wegwijzer.whatsapp.store import StoreUnavailable

MESSAGE = Incoming("wamid.een", "31612345678", 1.0, Kind.TEXT, "hallo")
STATUS = Delivery(DeliveryState.DELIVERED, "wamid.uit")


class Tables:
    """Both sides of the database, of which every go is remembered."""

    def __init__(self) -> None:
        self.gone: list[tuple[str, int]] = []

    def take(self, messages: Sequence[Incoming]) -> Taken:
        self.gone.append(("messages", len(messages)))
        if any(one.text == "stuk" for one in messages):
            raise RuntimeError
        if any(one.text == "weg" for one in messages):
            raise StoreUnavailable("the database x gave an error: y")
        return Taken(tuple(("iemand", one) for one in messages))

    def delivered(self, deliveries: Sequence[Delivery]) -> tuple[set[str], list[int]]:
        self.gone.append(("statuses", len(deliveries)))
        return {"iemand"}, []


def put(*webhooks: Webhook) -> tuple[Tables, list[str], list[News]]:
    """Bring them at the same moment; what became of each, in the order in which it was known."""
    tables, news, known = Tables(), list[News](), list[str]()

    async def one(intake: Intake, webhook: Webhook) -> None:
        kind = "message" if webhook.messages else "status"
        try:
            await intake.put(webhook)
            known.append(kind)
        except Exception as error:
            known.append(type(error).__name__)

    async def whole() -> None:
        intake = Intake(tables, tables, news.append)  # type: ignore[arg-type]
        await asyncio.gather(*(one(intake, webhook) for webhook in webhooks))
        intake.close()

    asyncio.run(whole())
    return tables, known, news


def message(text: str = "hallo") -> Webhook:
    return Webhook(messages=(Incoming(f"wamid.{text}", MESSAGE.sender, 1.0, Kind.TEXT, text),))


STATUSES = Webhook(deliveries=(STATUS,))


def test_who_writes_does_not_wait_for_the_statuses_before() -> None:
    tables, known, _ = put(*[STATUSES] * 3, message(), *[STATUSES] * 2, message("dag"))
    assert tables.gone == [("messages", 2), ("statuses", 5)]
    assert known == ["message"] * 2 + ["status"] * 5


def test_statuses_do_not_wait_for_ever_for_who_writes() -> None:
    tables, known, _ = put(STATUSES, *[message(str(number)) for number in range(2 * MOST_TOGETHER)])
    assert tables.gone == [("messages", MOST_TOGETHER), ("statuses", 1), ("messages", MOST_TOGETHER)]
    assert len(known) == 2 * MOST_TOGETHER + 1


def test_one_bad_message_is_not_taken_and_the_others_are() -> None:
    _, known, news = put(message(), message("stuk"), STATUSES)
    assert sorted(known) == ["RuntimeError", "message", "status"]
    assert [one.text for told in news for _, one in told.fresh] == ["hallo"]


def test_a_database_that_is_away_is_asked_once_for_all() -> None:
    tables, known, news = put(message(), message("weg"))
    assert known == ["StoreUnavailable"] * 2
    assert tables.gone == [("messages", 2)] and news == []


@pytest.mark.parametrize("webhook", [Webhook(messages=(MESSAGE,), deliveries=(STATUS,))])
def test_a_webhook_with_both_is_taken_whole(webhook: Webhook) -> None:
    tables, _, news = put(webhook)
    assert tables.gone == [("messages", 1), ("statuses", 1)]
    assert news == [News((("iemand", MESSAGE),), frozenset({"iemand"}))]
