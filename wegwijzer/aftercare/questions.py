"""The questions of looking back."""

from __future__ import annotations

from enum import StrEnum


class Question(StrEnum):
    """What was asked: the values in slot ``terugblik``, of which the last one is open until the next message."""

    MENING = "mening"
    """Was it good?"""
    ANDERS = "anders"
    """It was not: shall we look for something else?"""
    NAZORG = "nazorg"
    """It was: may we ask later whether it worked?"""
    LEREN = "leren"
    """May a colleague read what we did not understand?"""
    GELUKT = "gelukt"
    """Did it work? Asked later, by nobody but the rounds."""
