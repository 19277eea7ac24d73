"""How seldom Python looks for objects that nobody needs any more, in a server that answers."""

from __future__ import annotations

import gc

SELDOM = 20_000, 20, 20
"""After so many new objects it looks, and how much seldomer through older ones. A turn makes thousands of objects that go by
themselves: looking through them after every 700, as it is set, takes longer than it gives."""


def tidy_seldom() -> None:
    """From now on, and never through what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
