"""Secrets that are too easy to guess are refused before anything starts."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

LEAST_BITS = 40.0
"""Bits that the characters of a secret must carry together, estimated by how evenly they are spread (Shannon, 1948). That is an
upper bound of what a guesser needs, so it refuses what is surely weak and proves nothing about the rest."""

MOST_STEPS = 0.6
"""Share of neighbours that may be the same or next to each other, as in ``abcdef`` and ``123456``."""

EXAMPLES = re.compile(
    r"change[-_ ]?(?:me|this|it)|verander[-_ ]?(?:me|mij|dit)|vul[-_ ]?in|your[-_ ]|jouw[-_ ]|example|voorbeeld|secret|geheim|"
    r"password|passw0rd|wachtwoord|token|sleutel|welkom|admin|default|qwerty|azerty|letmein|rasa|wegwijzer|utrecht|test|"
    r"foobar|insert|replace|todo|xxx+|abc|123+(?:45*6*7*8*9*0*)?",
    re.IGNORECASE,
)
"""What examples and manuals put where a secret should come."""

LEAST_OWN = 6
"""Different characters that must be left when such words are taken out."""


class WeakSecret(ValueError):
    """A secret is too easy to guess. The message names the setting, says in one sentence what is wrong, and never the secret."""


def check_strong(name: str, secret: str, shortest: int, different: int, *, made: bool = True) -> None:
    """Refuse a secret that is surely too easy to guess.

    Args:
        name: of the setting, for the message.
        secret: what was given.
        shortest: characters that it must have at least.
        different: how many different ones.
        made: whether one is made when it is left out.

    Raises:
        WeakSecret: when it is too short, of too few different characters, one piece again and again, a row of neighbours, or
            hardly more than the words of an example.
    """
    instead = "leave it out to have one made" if made else "make one at random"
    if len(secret) < shortest or len(set(secret)) < different:
        raise WeakSecret(f"{name} must be at least {shortest} characters, of which {different} different; {instead}")
    if _repeats(secret) or _in_a_row(secret) or _bits(secret) < LEAST_BITS:
        raise WeakSecret(f"{name} is too regular to be a secret; {instead}")
    if len(set(EXAMPLES.sub("", secret.lower()))) < LEAST_OWN:
        raise WeakSecret(f"{name} looks like the example of a manual; {instead}")


def check_no_example(name: str, secret: str) -> None:
    """Refuse what somebody else gave out, such as the token of another program, only when it is plainly an example.

    Raises:
        WeakSecret: when it is nothing but the words of an example.
    """
    if secret and not EXAMPLES.sub("", secret.lower()).strip("-_ .!0123456789"):
        raise WeakSecret(f"{name} looks like the example of a manual; fill in the real one")


def _bits(text: str) -> float:
    counts = Counter(text)
    return -sum(count * math.log2(count / len(text)) for count in counts.values())


def _repeats(text: str) -> bool:
    """Whether it is one shorter piece, again and again."""
    return text in (text + text)[1:-1]


def _in_a_row(text: str) -> bool:
    steps = [abs(ord(one) - ord(next_one)) for one, next_one in pairwise(text)]
    return sum(step <= 1 for step in steps) > MOST_STEPS * len(steps)
