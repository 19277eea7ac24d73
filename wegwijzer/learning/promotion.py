"""Putting a candidate in the place of the running model, and going back: only what was measured, and never unnoticed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from wegwijzer.learning.comparison import Comparison, Worse, worse
from wegwijzer.product.promoted import CANDIDATES, POINTER, Promotion, digest_of, promote, roll_back

WHO = "terminal"
"""Who did it, in the journal: whoever may type commands on the server."""

LONGEST_REASON = 150
"""Characters of a reason, which goes into the journal."""

Note = Callable[[str, str], None]
"""Writes in the journal: what was done, and one detail."""


class Refused(Exception):
    """The candidate does not take the place of the running model. The message says why in one sentence.

    Attributes:
        worse: the guarded figures that are worse than is tolerated.
    """

    def __init__(self, sentence: str, worse: list[Worse] | None = None) -> None:
        super().__init__(sentence)
        self.worse = worse or []


def promote_candidate(
    comparison: Comparison,
    base: Path,
    running: Path,
    note: Note,
    although: str = "",
    candidates: Path = CANDIDATES,
    pointer: Path = POINTER,
) -> Path:
    """Use a candidate from the next start on.

    Args:
        comparison: what was measured of it.
        base: the model of our own data as it is now.
        running: the model that is used now.
        note: writes in the journal. It goes first: what cannot be written down is not done.
        although: why, when a guarded figure is worse.

    Returns:
        The model.

    Raises:
        Refused: something is not as it was when it was measured, or a guarded figure is worse and no reason is given.
        OSError: a file cannot be read or written.
    """
    model = candidates / f"{comparison.id}.tar.gz"
    again = "make it again with: wegwijzer train --candidate"
    if not model.is_file():
        raise Refused(f"The model of candidate {comparison.id} is gone; {again}")
    if digest_of(model) != comparison.model:
        raise Refused(f"The model of candidate {comparison.id} is not the one that was measured; {again}")
    if base.name != comparison.base:
        raise Refused(f"Candidate {comparison.id} was made beside other data or code than there are now; {again}")
    if model == running:
        raise Refused(f"Candidate {comparison.id} is used already")
    if not running.is_file() or digest_of(running) != comparison.running:
        raise Refused(f"Candidate {comparison.id} was compared with another model than is used now; {again}")
    problems = worse(comparison)
    if problems and not although.strip():
        raise Refused(f"Candidate {comparison.id} is worse and is not promoted. With a reason it is: --although 'why'", problems)
    reason = " ".join(although.split())[:LONGEST_REASON] if problems else ""
    note("promoted", f"{comparison.id}{f' ({reason})' if reason else ''}")
    promote(Promotion(comparison.base, model.name, comparison.model, time.time(), reason), pointer)
    return model


def go_back(note: Note, pointer: Path = POINTER) -> Promotion:
    """Use the model of before from the next start on. Returns what is undone.

    Raises:
        wegwijzer.product.promoted.NothingPromoted: nothing was promoted.
        ValueError: it cannot be read what was.
        OSError: it cannot be written.
    """
    undone = roll_back(pointer)
    note("rolled_back", undone.model.removesuffix(".tar.gz"))
    return undone
