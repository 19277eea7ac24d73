"""What a pattern is, and the small language the expressions are written in.

* ``<name>`` stands for a list of words from :data:`WORDS`;
* `` _ `` stands for up to four words without a comma;
* `` ~ `` stands for anything, up to eighty characters, within the sentence;
* every expression starts at the beginning of a word; ``$`` is the end of a sentence and ``^`` its beginning.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any


class Danger(StrEnum):
    """The kind of danger."""

    ZELFDODING = "zelfdoding"
    GEWELD = "geweld"
    SPOED = "spoed"


class Tier(StrEnum):
    """How sure we are: show helplines at once, or ask one caring question first."""

    ALERT = "alert"
    CHECK = "check"


@dataclass(frozen=True)
class Pattern:
    """One way of saying it, and what in the same sentence (``unless``) makes it harmless.

    Attributes:
        kind: the danger.
        tier: how sure we are when it matches.
        regex: what to search for in prepared text.
        unless: expressions that, in the same sentence, make it harmless.
        needles: of each of these groups at least one piece is in every text the expression matches.
    """

    kind: Danger
    tier: Tier
    regex: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]
    needles: tuple[tuple[str, ...], ...] = ()


WORDS = {
    "ik": r"(?:ik|mij|me)",
    "wil": r"(?:wil|wilde|wou|willen|liefst|liever|verlang\w*|hunker\w*|hoop|hopen|hoopt|hoopte|wens|wenst|bid|bidt|bad|smeek\w*|snak\w*)",
    "dood": r"(?:(?<!de )(?<!zijn )(?<!haar )(?<!half )dood(?! (?:van|spoor|hout|aan|punt|tij|wil zien|voor))(?!\w)|(?<!bij )(?<!met )(?<!het )sterven|sterf\b"
    r"|dood ?ga(?:an|at)?\b|dood ?zijn|doodvallen)",
    "leven": r"(?:(?:door|verder|voort)? ?(?:leven|bestaan)\b(?! (?:van|als|zoals|in angst|op|zonder (?:auto|muziek|hond|kat)|in de|in een)))",
    "mijnleven": r"(?:het|dit|mijn|dat|deze|zo'n|ons|zijn|haar|hun|te|heel het|heel mijn) (?:hele )?(?:leven|bestaan)",
    "zelf": r"(?:mezelf|zichzelf|zich|haarzelf|hemzelf)",
    "wie": r"(?:(?:mijn|onze|ons|een|de|haar|zijn|die|dat|het) (?:beste |oudste |jongste |kleine |goede |oude |eigen |ex)?"
    r"(?:man|vrouw|vriend|vriendin|ex|zoon|zoontje|dochter|dochtertje|vader|pa|papa|moeder|ma|mama|ouders|broer|broers|broertje|zus|zusje|zussen|oma|opa|tante"
    r"|oom|neef|neefje|nicht|nichtje|buurman|buurvrouw|buurjongen|buurmeisje|buur|buren|collega|huisgenoot|maat|matti|partner|kind|kindje|kleinkind|kleinzoon"
    r"|kleindochter|stiefvader|stiefmoeder|schoonzoon|schoonvader|schoonmoeder|schoonfamilie|familie|client|klant|leerling|verkering|vent|kerel|jongen|meisje"
    r"|verzorger|verzorgster|begeleider|leraar|baas|huisbaas|coach|trainer)|papa|mama|man|vrouw|vader|moeder|hij|zij|ze|iemand)",
    "thuis": r"(?:mijn|haar|zijn|onze|hun|de) (?:ex|ex-?man|ex-?vriend|ex-?vrouw|man|vriend|vriendin|vrouw|partner|vader|pa|papa|stiefvader|moeder|ma|mama|stiefmoeder|broer|broers|zus|zoon|kleinzoon"
    r"|dochter|oom|neef|schoonzoon|schoonvader|schoonmoeder|schoonfamilie|familie|ouders|huisgenoot|huisbaas|begeleider|verzorger|buurman|baas|pooier|verkering)",
    "mij": r"(?:mij|me|ons|haar|hem|hun|mama|papa|elkaar|(?:mijn|de|zijn|haar|onze) (?:vrouw|man|kind|kinderen|moeder|vader|zus|zusje|broer|broertje|zoon|dochter|oma|opa|hond))",
    "tijd": r"(?:straks|morgen|vanavond|vannacht|vandaag|binnenkort|gauw|spoedig|dan|hierna|volgende week|deze week|nu)",
    "pillen": r"(?:pillen|tabletten|medicijnen|medicatie|paracetamol\w*|slaappillen|slaapmiddel\w*|drugs|ghb|xtc)",
}
_GAP = r"(?: [^ .!?,]+){0,4} "
_BEGIN = re.compile(r"(?<![\[(])\^")
_ANY = r"\b[^.!?]{0,80}?\b"


def words(expression: str) -> re.Pattern[str]:
    """Compile an expression of the small language."""
    for name, alternatives in WORDS.items():
        expression = expression.replace(f"<{name}>", alternatives)
    expression = expression.replace(" _ ", _GAP).replace(" ~ ", _ANY)
    expression = re.sub(r"(?<!\\)\$", r"(?=\\W*(?:[.!?]|\\Z))", expression)
    expression = _BEGIN.sub(r"(?:(?<![^.!?] )(?<![^.!? ]))", expression)
    return re.compile(rf"\b(?:{expression})")


def patterns(kind: Danger, tier: Tier, unless: tuple[re.Pattern[str], ...], *expressions: str) -> tuple[Pattern, ...]:
    """One pattern for each expression, with the same guards."""
    made = (words(expression) for expression in expressions)
    return tuple(Pattern(kind, tier, regex, unless, needles(regex)) for regex in made)


_parser: Any = importlib.import_module("re._parser")
_MOST = 60


def needles(regex: re.Pattern[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of pieces; every match contains at least one piece of each group: a cheap test before the search."""
    groups = sorted(_required(_parser.parse(regex.pattern)), key=_selective, reverse=True)
    return tuple(tuple(sorted(group)) for group in groups)


def may_match(text: str, groups: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the text has a piece of every group."""
    for group in groups:
        for piece in group:
            if piece in text:
                break
        else:
            return False
    return True


def _selective(group: frozenset[str]) -> tuple[int, int]:
    return min(min(map(len, group)), 5), -len(group)


def _required(sequence: Any) -> list[frozenset[str]]:
    groups: list[frozenset[str]] = []
    run: frozenset[str] = frozenset({""})
    for item in sequence:
        exact = _exact(item)
        if exact is not None and len(exact) * len(run) <= _MOST:
            run = frozenset(a + b for a, b in product(run, exact))
            continue
        groups.append(run)
        run = exact or frozenset({""})
        if exact is None:
            groups.extend(_inside(item))
    groups.append(run)
    return [group for group in groups if "" not in group and min(map(len, group)) > 1]


def _inside(item: Any) -> list[frozenset[str]]:
    name, value = str(item[0]), item[1]
    if name == "SUBPATTERN":
        return _required(value[3])
    if name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] >= 1:
        return _required(value[2])
    if name == "BRANCH":
        branches = [max(_required(branch), key=_selective, default=frozenset({""})) for branch in value[1]]
        return [frozenset[str]().union(*branches)]
    return []


def _exact(item: Any) -> frozenset[str] | None:
    """Every text this piece of an expression can be, when those are few."""
    name, value = str(item[0]), item[1]
    if name == "LITERAL":
        return frozenset({chr(value)})
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return frozenset({""})
    if name == "IN" and all(str(part[0]) == "LITERAL" for part in value) and len(value) <= 4:
        return frozenset(chr(part[1]) for part in value)
    if name == "SUBPATTERN":
        return _exact_sequence(value[3])
    if name == "BRANCH":
        return _few([_exact_sequence(branch) for branch in value[1]])
    if name in ("MAX_REPEAT", "MIN_REPEAT") and value[:2] == (0, 1):
        return _few([_exact_sequence(value[2]), frozenset({""})])
    return None


def _few(sets: list[frozenset[str] | None]) -> frozenset[str] | None:
    if any(one is None for one in sets):
        return None
    union = frozenset[str]().union(*(one for one in sets if one is not None))
    return union if len(union) <= _MOST else None


def _exact_sequence(sequence: Any) -> frozenset[str] | None:
    run = frozenset({""})
    for item in sequence:
        exact = _exact(item)
        if exact is None or len(exact) * len(run) > _MOST:
            return None
        run = frozenset(a + b for a, b in product(run, exact))
    return run
