"""What is kept of a hand-over on the side of the bot: no telephone number, no line twice, nothing unheard in silence."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, ConversationPaused, Event, SlotSet, UserUttered
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from channels import handover, tracker_store
from channels.redacted import redact_words
from channels.tracker_store import ErasingTrackerStore
from channels.web_replies import Collector, WebOutput
from tests.handover import Clock, taken
from wegwijzer.handover.models import SystemLine, Urgency, Who
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.web.contract import Answer, Said, bot_body
from wegwijzer.web.contract import Who as WebWho
from wegwijzer.web.outbox import Outbox
from wegwijzer.web.turns import Bell

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SENDER = "gesprek"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HandoverStore]:
    store = HandoverStore(f"sqlite:///{tmp_path / 'handover.db'}", Clock(), timeout=0.2)
    monkeypatch.setattr(handover, "own_store", lambda: store)
    monkeypatch.setattr(tracker_store, "own_store", lambda: store)
    yield store
    store.close()


@pytest.fixture
def kept(tmp_path: Path, store: HandoverStore) -> ErasingTrackerStore:
    return ErasingTrackerStore(Domain.empty(), dialect="sqlite", db=str(tmp_path / "tracker.db"))


def said(text: str, number: int, danger: bool = False, intent: str = "situatie") -> UserUttered:
    parsed = {"intent": {"name": intent}, "entities": [], "text": text, **({"gevaar": {"soort": "zelfdoding"}} if danger else {})}
    return UserUttered(text, {"name": intent}, [], parsed, message_id=f"m{number}")


def save(kept: ErasingTrackerStore, *events: Event) -> None:
    asyncio.run(kept.save(DialogueStateTracker.from_events(SENDER, list(events), slots=[TextSlot("overdracht", mappings=[{}])])))


def rows(tmp_path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(tmp_path / "tracker.db")) as connection:
        return [json.loads(data) for (data,) in connection.execute("SELECT data FROM events ORDER BY id")]


def test_a_telephone_number_is_never_in_the_file(kept: ErasingTrackerStore, tmp_path: Path) -> None:
    asked = SlotSet("overdracht", "nummer")
    save(kept, said("mens", 1), asked, said("06-12345678", 2), SlotSet("overdracht", None), said("en nu? 06-12345678", 3))
    texts = [row["text"] for row in rows(tmp_path) if row["event"] == "user"]
    assert texts[:2] == ["mens", "(je telefoonnummer)"]
    assert texts[2].startswith("en nu? ") and "12345678" not in json.dumps(rows(tmp_path))


SLIPS = "ik heet Fatima Yilmaz, mail fatima@example.org of bel 06-12345678"
WHO = ("Fatima", "Yilmaz", "example.org", "12345678")


def test_who_somebody_is_stands_in_no_file_whatever_they_type(
    kept: ErasingTrackerStore, store: HandoverStore, tmp_path: Path
) -> None:
    taken(store, SENDER, "jan")
    conversation = [said("ik voel me alleen", 1), said(SLIPS, 2), ConversationPaused()]
    save(kept, *conversation)
    save(kept, *conversation, said(SLIPS, 3))
    texts = [row["text"] for row in rows(tmp_path) if row["event"] == "user"]
    assert texts[0] == "ik voel me alleen" and texts[1] == texts[2] != SLIPS
    files = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert not [word for word in WHO if word.encode() in files]


def test_a_conversation_is_redacted_once_and_still_understood_until_it_is_saved() -> None:
    seen: list[str] = []

    def redact(text: str) -> str:
        seen.append(text)
        return text.upper()

    tracker = DialogueStateTracker.from_events(SENDER, [said("een", 1), said("twee", 2)])
    redact_words(tracker, redact)
    tracker.update(said("drie", 3))
    redact_words(tracker, redact)
    assert sorted(seen) == ["drie", "een", "twee"]
    kept = [event for event in tracker.events if isinstance(event, UserUttered)]
    assert [(event.text, event.parse_data["text"]) for event in kept] == [(word, word) for word in ("EEN", "TWEE", "DRIE")]
    assert kept[0].intent_name == "situatie", "what was understood stays"


def test_a_line_that_two_processes_brought_is_kept_once(kept: ErasingTrackerStore, tmp_path: Path) -> None:
    first, again = (BotUttered("dag", metadata={"line": "r.1", "who": "colleague"}) for _ in range(2))
    other = BotUttered("dag", metadata={"line": "r.2"})
    save(kept, said("hoi", 1), first)
    save(kept, said("hoi", 1), first, again, other)
    assert [(row.get("metadata") or {}).get("line") for row in rows(tmp_path) if row["event"] == "bot"] == ["r.1", "r.2"]


def test_what_is_said_in_silence_is_told_once_with_its_danger(kept: ErasingTrackerStore, store: HandoverStore) -> None:
    request = taken(store, SENDER, "jan")
    events: list[Event] = [said("vooraf", 1), ConversationPaused(), said("een", 2)]
    save(kept, *events)
    save(kept, *events)
    save(kept, *events, said("twee", 3, danger=True))
    lines = store.lines(request.id, private=True)
    assert [line.text for line in lines if line.who is Who.RESIDENT] == ["een", "twee"]
    assert SystemLine.CRISIS in [line.text for line in lines]
    assert store.get(request.id).urgency is Urgency.CRISIS


def test_what_cannot_be_told_is_told_with_the_next_message(
    kept: ErasingTrackerStore, store: HandoverStore, tmp_path: Path
) -> None:
    request = taken(store, SENDER, "jan")
    with closing(sqlite3.connect(tmp_path / "handover.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        save(kept, ConversationPaused(), said("een", 1))
        other.rollback()
    assert rows(tmp_path), "the conversation itself is kept"
    save(kept, ConversationPaused(), said("een", 1), said("twee", 2))
    assert [line.text for line in store.lines(request.id) if line.who is Who.RESIDENT] == ["een", "twee"]


def test_what_somebody_writes_to_a_colleague_erases_nothing(kept: ErasingTrackerStore, tmp_path: Path) -> None:
    save(kept, said("hoi", 1), ConversationPaused(), said("wissen dan maar", 2, intent="wissen"))
    assert rows(tmp_path)


@pytest.mark.parametrize(("intent", "kept_calls"), [("wissen", 0), ("opnieuw", 1)])
def test_who_begins_again_is_still_called_and_who_erases_is_not(
    kept: ErasingTrackerStore, store: HandoverStore, intent: str, kept_calls: int
) -> None:
    request, _ = store.ask(SENDER, "web")
    store.move(request.id, RequestState.CALL_BACK, Actor.BOT)
    save(kept, said("weg ermee", 1, intent=intent), ActionExecuted("utter_gewist"))
    assert len(store.of_conversation(SENDER)) == kept_calls


# --- the web chat


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox(f"sqlite:///{tmp_path / 'web.db'}", hidden="(verborgen)")
    outbox.begin("s")
    yield outbox
    outbox.close()


def texts(outbox: Outbox) -> list[str]:
    return [entry.body["text"] for entry in outbox.after("s").entries]


def test_what_another_process_says_with_an_id_is_said_once(outbox: Outbox) -> None:
    assert outbox.push("s", WebWho.COLLEAGUE, [{"text": "dag"}], client_id="r.1")
    assert not outbox.push("s", WebWho.COLLEAGUE, [{"text": "dag"}], client_id="r.1")
    assert outbox.push("s", WebWho.BOT, [{"text": "dag"}])
    (first, second) = outbox.after("s").entries
    assert "id" not in first.as_json(), "only what a page sent has its id"
    assert (first.seq, second.seq) == (1, 2)


def test_what_a_person_typed_is_heard_and_only_its_redacted_form_is_kept(outbox: Outbox, tmp_path: Path) -> None:
    seq, _ = outbox.accept("s", Said("bericht-1", SLIPS))
    waiting = outbox.next_waiting("s")
    assert waiting is not None and waiting.body["text"] == SLIPS, "the bot must hear it"
    files = b"".join(path.read_bytes() for path in tmp_path.glob("web.db*"))
    assert not [word for word in WHO if word.encode() in files]
    again = Outbox(f"sqlite:///{tmp_path / 'web.db'}").next_waiting("s")
    assert again is not None and again.body["text"] == texts(outbox)[0] != SLIPS, "after a stop the redacted words are answered"
    outbox.finish("s", seq, Answer())
    assert outbox.next_waiting("s") is None


def test_the_answer_to_a_private_question_is_never_written(outbox: Outbox, tmp_path: Path) -> None:
    body = bot_body({"text": "welk nummer?", "metadata": {"private": True}})
    outbox.push("s", WebWho.BOT, [body])
    seq, _ = outbox.accept("s", Said("bericht-1", "nul zes twaalf drie vier", address="u"))
    waiting = outbox.next_waiting("s")
    assert waiting is not None and waiting.body["text"] == "nul zes twaalf drie vier", "the bot must hear it"
    assert b"twaalf" not in b"".join(path.read_bytes() for path in tmp_path.glob("web.db*"))
    outbox.finish("s", seq, Answer(({"text": "dank je"},)))
    assert texts(outbox) == ["welk nummer?", "(verborgen)", "dank je"]
    seq, _ = outbox.accept("s", Said("bericht-2", "en verder", address="u"))
    outbox.finish("s", seq, Answer())
    assert texts(outbox)[-1] == "en verder"


def test_who_chose_u_hears_the_bot_so_and_the_colleague_as_is(outbox: Outbox) -> None:
    outbox.accept("s", Said("bericht-1", "hoi", address="u"))
    pushes = WebOutput(outbox, Bell(), str.upper)
    asyncio.run(pushes.send_response("s", {"text": "hoi", "line": "r.1"}))
    asyncio.run(pushes.send_response("s", {"text": "hoi", "line": "r.2", "who": "colleague"}))
    assert texts(outbox)[1:] == ["HOI", "hoi"]


def test_what_a_colleague_said_before_a_message_is_no_answer_to_it(outbox: Outbox) -> None:
    collector = Collector(beside=WebOutput(outbox, Bell()))
    asyncio.run(collector.send_response("s", {"text": "dag", "line": "r.1", "who": "colleague"}))
    asyncio.run(collector.send_response("s", {"text": "antwoord"}))
    assert [reply["text"] for reply in collector.replies] == ["antwoord"]
    assert [entry.who for entry in outbox.after("s").entries] == [WebWho.COLLEAGUE]


def test_a_conversation_that_is_gone_is_told_nothing_and_holds_nothing_up(outbox: Outbox) -> None:
    asyncio.run(WebOutput(outbox, Bell()).send_response("weg", {"text": "dag", "line": "r.1"}))
