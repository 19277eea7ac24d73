"""What went in, what came out, and what became of it: the page and the conversation database are held against each other.

A page alone cannot tell whether the bot heard a message twice, for what it answers is not known beforehand. So of every
conversation the events in the database count too: there each message stands once with the id of the page, and each answer once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from wegwijzer.evaluation.markdown import table
from wegwijzer.web.contract import bot_body

Entry = Mapping[str, Any]

FIGURES = (
    "conversations", "messages_in", "heard", "answers_out", "lost", "doubled", "out_of_order", "other", "kind_sentences",
    "told_to_wait", "not_remembered", "lines_cut", "reloads", "answers_lost", "sent_twice",
)  # fmt: skip
"""``other``: further problems, such as pages that differ. ``not_remembered``: answers before such a kind sentence, which the bot
does not know it gave. ``told_to_wait``: times a page was told kindly to send later, which it did. The last four are what was
broken on the way between the pages and the server."""


@dataclass(frozen=True)
class Happened:
    """One fault.

    Attributes:
        name: of its kind.
        lasted: seconds in which it was kept up.
        good_after: seconds from its beginning until the next good answer; ``None`` when there was none in time.
    """

    name: str
    lasted: float
    good_after: float | None


@dataclass
class Ledger:
    """All that happened.

    Attributes:
        counts: by the names of :data:`FIGURES`.
        faults: in the order in which they were.
        problems: one sentence for each thing that is not as promised.
        not_done: faults that this machine cannot have, with why.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Happened] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    not_done: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether everything is as promised."""
        return not self.problems

    def figures(self) -> dict[str, int]:
        """All counts."""
        return {name: self.counts[name] for name in FIGURES}

    def happened(self, fault: Happened) -> None:
        """Write down a fault. One after which no good answer came is a problem."""
        self.faults.append(fault)
        if fault.good_after is None:
            self.wrong("other", f"no good answer came after: {fault.name}")

    def wrong(self, kind: str, what: str) -> None:
        """Write down a problem.

        Args:
            kind: ``lost``, ``doubled``, ``out_of_order`` or ``other``.
        """
        self.counts[kind] += 1
        self.problems.append(what)

    def page_problems(self, problems: Sequence[str]) -> None:
        """Write down what pages missed, see :func:`wegwijzer.evaluation.faults.wrong`."""
        for problem in problems:
            self.wrong(kind_of(problem), problem)

    def conversation(self, name: str, sent: Sequence[str], history: Sequence[Entry], events: Sequence[Entry], sorry: str) -> None:
        """Hold what a page has against what the database has.

        Args:
            name: of the conversation, for the problems.
            sent: the ids of the messages in the order in which they were sent.
            history: what the page has.
            events: of the tracker.
            sorry: the kind sentence of a turn that failed.
        """
        heard = [str(event.get("message_id")) for event in events if event["event"] == "user"]
        heard = [one for one in heard if one in set(sent)]
        shown = [str(entry.get("text") or "") for entry in history if entry["who"] == "bot"]
        said = [text for event in events if event["event"] == "bot" for text in _shown(event)]
        apologised = Counter(shown)[sorry] - Counter(said)[sorry]
        self.counts.update(
            conversations=1, messages_in=len(sent), heard=len(heard), answers_out=len(shown), kind_sentences=Counter(shown)[sorry]
        )
        self._messages(name, sent, heard, apologised)
        self._answers(name, shown, said, sorry, apologised)

    def _messages(self, name: str, sent: Sequence[str], heard: Sequence[str], apologised: int) -> None:
        times = Counter(heard)
        not_heard = [one for one in sent if not times[one]]
        for one in not_heard[apologised:]:
            self.wrong("lost", f"{name}: the bot did not hear {one}, and nobody said so")
        for one, often in times.items():
            if often > 1:
                self.wrong("doubled", f"{name}: the bot heard {one} {often} times")
        if [one for one in sent if times[one]] != list(dict.fromkeys(heard)):
            self.wrong("out_of_order", f"{name}: the bot heard {heard}")

    def _answers(self, name: str, shown: Sequence[str], said: Sequence[str], sorry: str, apologised: int) -> None:
        shown, said = ([text for text in texts if text != sorry] for texts in (shown, said))
        extra = Counter(shown) - Counter(said)
        for text, often in (Counter(said) - Counter(shown)).items():
            self.wrong("lost", f"{name}: {often} time(s) not on the page: {text[:60]!r}")
        if extra and not apologised:
            for text, often in extra.items():
                self.wrong("doubled", f"{name}: {often} time(s) more on the page than the bot said: {text[:60]!r}")
        elif extra:
            self.counts["not_remembered"] += extra.total()
        elif shown != said and Counter(shown) == Counter(said):
            self.wrong("out_of_order", f"{name}: the answers on the page are not in the order in which the bot said them")

    def tables(self) -> str:
        """The ledger as Markdown."""
        counts = table(["", "times"], [[name.replace("_", " "), str(count)] for name, count in self.figures().items()])
        rows = []
        for name in sorted({fault.name for fault in self.faults}):
            these = [fault for fault in self.faults if fault.name == name]
            after = [fault.good_after for fault in these if fault.good_after is not None]
            times = [f"{median(after):.1f}", f"{max(after):.1f}"] if after else ["never", "never"]
            rows.append([name, str(len(these)), f"{median(fault.lasted for fault in these):.1f}", *times])
        head = ["fault", "times", "kept up (s, median)", "until the next good answer (s, median)", "longest"]
        shown = [counts, table(head, rows)]
        if self.not_done:
            shown.append("\n".join(f"Not done here: {name} ({why})." for name, why in sorted(self.not_done.items())))
        return "\n\n".join(shown)


def kind_of(problem: str) -> str:
    """``lost``, ``doubled``, ``out_of_order`` or ``other``, of a sentence of :func:`wegwijzer.evaluation.faults.wrong`."""
    words = {"missing": "lost", "has no answer": "lost", "double": "doubled", "out of order": "out_of_order"}
    found = [kind for word, kind in words.items() if f" {word}" in problem]
    return found[0] if found else "out_of_order" if "the numbers are" in problem else "other"


def _shown(event: Entry) -> list[str]:
    """The text that a page gets of something the bot said; none when a page shows nothing of it."""
    data = {name: value for name, value in (event.get("data") or {}).items() if value}
    body = bot_body({**data, "text": event.get("text"), **(event.get("metadata") or {})})
    return [str(body.get("text") or "")] if body else []
