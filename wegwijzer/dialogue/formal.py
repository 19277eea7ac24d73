"""From je-form to u-form, for people who would rather be said "u" to.

Every text of the bot is written once, in je-form. The set of texts is known but it grows, and parts are filled in, so this is
rules with lists that editors keep (``catalogue/aanspreken.yml``), and exceptions there for what rules cannot decide. No parser
is needed for what must be known of a "je":

- does it own what follows (uw buurt)? The word after it says so, sometimes with the word before;
- is it the same person as the subject (u voelt zich)? There is a "je" before it in the clause;
- does it follow its verb (hebt u)? Then the verb gets its t.

The rules are those of every Dutch grammar: a verb has no t before "je" and one before "u", and an order (*Meld u aan*) has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from wegwijzer.catalogue.aanspreken import ADDRESSED, INFORMAL, Aanspreken
from wegwijzer.catalogue.reading import Reader
from wegwijzer.catalogue.remedies import CatalogueError
from wegwijzer.paths import CATALOGUE

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_KEPT = r'"[^"\n]*"|“[^”\n]*”|„[^”“\n]*[”“]|«[^»\n]*»|https?://\S+|www\.\S+|\S+@\S+|[\w.-]+\.(?:nl|com|org|net|eu)\b\S*'
"""Words for somebody else (between double quotes), and addresses."""

_SENTENCE_END = re.compile(r"[.!?\n]")
_SIMPLE = {"jij": "u", "jou": "u", "jouw": "uw", "jouwe": "uwe", "jezelf": "uzelf"}
_SHORTEST_HEAD, _SHORTEST_REST = 4, 3
"""Letters of the last part of a compound that is recognised, and of what stands before it."""


class _Token(NamedTuple):
    """A word of a text: where, in lower case, and what stands between it and the word before (all of it, at the start)."""

    start: int
    end: int
    word: str
    gap: str


@dataclass(frozen=True)
class Guess:
    """A place where no list could decide: the words around it, and the word an editor should put in a list."""

    words: str
    word: str


@dataclass
class _Reading:
    """What one text becomes: new words by token, which "je" is a subject, which of those follow their verb, and the guesses."""

    new: dict[int, str]
    subjects: set[int]
    inverted: set[int]
    guesses: list[Guess]


class Formal:
    """Puts Dutch texts into u-form.

    Args:
        words: the lists; those of the catalogue when left out.

    Raises:
        CatalogueError: the catalogue's file cannot be used; it says why.
    """

    def __init__(self, words: Aanspreken | None = None) -> None:
        self._words = words if words is not None else _of_catalogue(CATALOGUE)
        self._exceptions = _exceptions(self._words)
        self._zo = {_squeezed(typed): becomes for typed, becomes in self._words.zo.items()}

    def text(self, text: str) -> str:
        """The same text in u-form.

        What stands between double quotes is said to somebody else and stays; so do addresses, numbers, names in
        ``laten_staan`` and the number of lines. Saying it twice gives the same as once.
        """
        return self._read(text)[0]

    def guesses(self, text: str) -> list[Guess]:
        """The places where a list should decide and none does; what :meth:`text` makes of them may be wrong."""
        return self._read(text)[1]

    def _read(self, text: str) -> tuple[str, list[Guess]]:
        """The text in u-form, and what was guessed in it."""
        if not ADDRESSED.search(text):
            return text, []
        tokens, changes = self._tokens(text)
        reading = _Reader(text, tokens, self._words).read()
        for i, new in reading.new.items():
            old = text[tokens[i].start : tokens[i].end]
            changes.append((tokens[i].start, tokens[i].end, _as_capital(old, new)))
        end, pieces = 0, []
        for start, stop, new in sorted(changes):
            pieces += [text[end:start], new]
            end = stop
        return "".join([*pieces, text[end:]]), reading.guesses

    def _tokens(self, text: str) -> tuple[list[_Token], list[tuple[int, int, str]]]:
        """The words that rules look at, and the exceptions that are replaced as a whole."""
        tokens: list[_Token] = []
        replaced: list[tuple[int, int, str]] = []
        end = start = 0
        for kept in [*self._exceptions.finditer(text), None]:
            stop = kept.start() if kept else len(text)
            for found in _WORD.finditer(text, start, stop):
                tokens.append(_Token(found.start(), found.end(), found.group().lower(), text[end : found.start()]))
                end = found.end()
            if kept:
                start = kept.end()
                becomes = self._zo.get(_squeezed(kept.group()))
                if becomes is not None:
                    replaced.append((kept.start(), kept.end(), _as_capital(kept.group(), becomes)))
        return tokens, replaced


class _Reader:
    """Decides for every je-word of one text what it becomes, from left to right."""

    def __init__(self, text: str, tokens: list[_Token], words: Aanspreken) -> None:
        self._text, self._tokens, self._words = text, tokens, words
        self._reading = _Reading({}, set(), set(), [])

    def read(self) -> _Reading:
        """All of it."""
        for i, token in enumerate(self._tokens):
            found = INFORMAL.match(self._text, token.start, token.end + 1)
            if found and found.end() == token.end and _ordinary(found.group()):
                self._decide(i)
        return self._reading

    def _decide(self, i: int) -> None:
        word = self._tokens[i].word
        new = self._reading.new
        if word not in ("je", "jij"):
            new[i] = _SIMPLE[word]
        elif word == "je" and self._owns(i):
            new[i] = "uw"
        elif word == "je" and self._reflexive(i):
            new[i] = "zich"
        else:
            new[i] = "u"
            self._verbs(i)

    # ------------------------------------------------------------------ does it own what follows?

    def _owns(self, i: int) -> bool:
        word, before, words = self._after(i), self._before(i), self._words
        if not word or word in words.kleine_woorden or word in words.geen_bezit or word == "je" or before in words.alleen_je:
            return False
        if word[0].isdigit() or word in _SIMPLE:
            return False
        if self._in_clause(i, words.zich_met.get(word, frozenset())):
            return False
        if word in words.bijvoeglijk or word in words.bezit:
            return True
        if _compound(word, words.bezit) or word.endswith(tuple(words.uitgangen)):
            return True
        if word in words.soms_bezit or _compound(word, words.soms_bezit):
            return self._owns_perhaps(i)
        if self._starts(i) and self._after(i + 1) in words.persoonsvormen:
            return True
        return self._owns_unknown(i, word)

    def _owns_perhaps(self, i: int) -> bool:
        """What may belong to somebody: not after "als", nor after a verb that asks."""
        before = self._before(i)
        if before in self._words.voegwoorden:
            return False
        if before in self._words.werkwoorden:
            return self._verb_starts(i - 1) and not self._asks(i)
        return True

    def _owns_unknown(self, i: int, word: str) -> bool:
        """A word of no list: after a verb or a preposition rather a thing, elsewhere a verb when it looks like one."""
        before, words = self._before(i), self._words
        follows_verb = before in words.werkwoorden
        if word.endswith("t") and not follows_verb:
            return False
        if word.endswith(("en", "n")) and (follows_verb or before not in words.voorzetsels):
            if before not in words.hulpwerkwoorden:
                self._guess(i, word)
            return False
        if word.endswith(("de", "te")) and (before in words.voegwoorden or self._starts(i)):
            self._guess(i, word)
            return False
        if before == "je" and any(_reflexive_verb(words.wederkerig).search(one) for one in self._clause(i)):
            return False
        self._guess(i, word)
        return True

    # ------------------------------------------------------------------ is it the subject itself?

    def _reflexive(self, i: int) -> bool:
        before = self._before(i)
        if before in self._words.voorzetsels:
            return False
        if before == "je":
            return i - 1 in self._reading.subjects
        for j in range(i - 1, -1, -1):
            word = self._tokens[j].word
            if self._breaks(j + 1) or word in self._words.voegwoorden or word in self._words.nevenschikkend:
                return self._joined(i)
            if j in self._reading.subjects:
                return True
        return False

    def _joined(self, i: int) -> bool:
        """A second verb with "zich" for the same subject: "u maakt zich zorgen en vraagt zich af"."""
        verb = self._before(i)
        joined = i > 1 and self._tokens[i - 2].word in self._words.nevenschikkend
        return joined and verb.endswith("t") and verb[:-1] in self._words.wederkerig and bool(self._reading.subjects)

    # ------------------------------------------------------------------ and the verb?

    def _verbs(self, i: int) -> None:
        """Note whether this is the subject, and give its verb the form that goes with u."""
        before, after, new = self._before(i), self._after(i), self._reading.new
        if self._follows_its_verb(i):
            self._reading.subjects.add(i)
            self._reading.inverted.add(i)
            new[i - 1] = _with_t(before, self._words)
        elif (
            not before
            or before in self._words.voegwoorden
            or before in self._words.nevenschikkend
            or self._tokens[i].word == "jij"
        ):
            self._reading.subjects.add(i)
            if after in self._words.na_u and before not in self._words.verwijzend:
                new[i + 1] = self._words.na_u[after]
        elif before.endswith(("de", "te")) or before in self._words.onveranderd:
            self._reading.subjects.add(i)

    def _follows_its_verb(self, i: int) -> bool:
        verb = self._before(i)
        if (
            not verb
            or self._is_told(i)
            or (i > 1 and not self._breaks(i - 1) and self._tokens[i - 2].word in self._words.lidwoorden)
        ):
            return False
        if verb not in self._words.werkwoorden:
            return self._verb_unknown(i, verb)
        if (
            verb in self._words.ook_een_ander
            and not self._verb_starts(i - 1)
            and self._tokens[i - 2].word not in self._words.vooraan
        ):
            return False
        return not (self._orders(i) and verb in self._words.wederkerig)

    def _verb_unknown(self, i: int, verb: str) -> bool:
        """A word of no list before "je" where a verb belongs."""
        words = self._words
        at_verb = self._starts(i - 1) or (self._tokens[i - 2].word in self._words.vooraan and not self._breaks(i - 1))
        known = (
            verb in words.kleine_woorden
            or verb in words.voegwoorden
            or verb in words.voorzetsels
            or verb in self._words.nevenschikkend
        )
        if not at_verb or known or verb.endswith(("t", "en", "de", "te")) or verb in self._words.vooraan or verb in words.bezit:
            return False
        if self._orders(i) and verb in words.wederkerig:
            return False
        self._guess(i, verb)
        return True

    def _orders(self, i: int) -> bool:
        """Whether the verb before token ``i`` tells to do something.

        It begins, nothing is asked, no second "je" follows, and the sentence did not tell already what "je" does
        (*daar drink je koffie en beweeg je*).
        """
        if not self._verb_starts(i - 1) or self._asks(i) or self._after(i) == "je":
            return False
        return not any(self._same_sentence(j, i) for j in self._reading.inverted)

    def _is_told(self, i: int) -> bool:
        """Whether the verb before token ``i`` is that of "ik"."""
        for j in range(i - 1, -1, -1):
            if self._tokens[j].word == "ik":
                return True
            if self._breaks(j):
                return False
        return False

    # ------------------------------------------------------------------ places

    def _breaks(self, i: int) -> bool:
        """Whether a part of a sentence begins at token ``i``."""
        return i == 0 or bool(self._tokens[i].gap.strip())

    def _starts(self, i: int) -> bool:
        return i == 0 or bool(re.search(r'[.!?:\n"”]|^\s*[-•]|\d\)', self._tokens[i].gap))

    def _verb_starts(self, i: int) -> bool:
        return self._breaks(i) or self._tokens[i - 1].word in self._words.nevenschikkend

    def _asks(self, i: int) -> bool:
        """Whether the sentence of token ``i`` ends in a question mark."""
        end = _SENTENCE_END.search(self._text, self._tokens[i].end)
        return end is not None and end.group() == "?"

    def _same_sentence(self, i: int, j: int) -> bool:
        return not _SENTENCE_END.search(self._text, self._tokens[i].end, self._tokens[j].start)

    def _before(self, i: int) -> str:
        return "" if self._breaks(i) else self._tokens[i - 1].word

    def _after(self, i: int) -> str:
        return "" if i + 1 == len(self._tokens) or self._breaks(i + 1) else self._tokens[i + 1].word

    def _clause(self, i: int) -> list[str]:
        """The words of the part of the sentence around token ``i``."""
        first = last = i
        while not self._breaks(first):
            first -= 1
        while last + 1 < len(self._tokens) and not self._breaks(last + 1):
            last += 1
        return [token.word for token in self._tokens[first : last + 1]]

    def _in_clause(self, i: int, words: frozenset[str]) -> bool:
        return bool(words) and not words.isdisjoint(self._clause(i))

    def _guess(self, i: int, word: str) -> None:
        first, last = max(0, i - 1), min(len(self._tokens) - 1, i + 1)
        self._reading.guesses.append(Guess(self._text[self._tokens[first].start : self._tokens[last].end], word))


def _ordinary(word: str) -> bool:
    """Whether a je-word is spelled as a word: "JoU" is a name."""
    if word.lower() not in _SIMPLE and word.lower() != "je":
        return False
    return word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())


def _with_t(verb: str, words: Aanspreken) -> str:
    if verb in words.onregelmatig:
        return words.onregelmatig[verb]
    return verb if verb.endswith("t") else f"{verb}t"


def _as_capital(old: str, new: str) -> str:
    """The new words with the capitals of the old."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _squeezed(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def _compound(word: str, ends: frozenset[str]) -> bool:
    """Whether a longer word ends in one of these: "huiskamer"."""
    return any(word[cut:] in ends for cut in range(_SHORTEST_REST, len(word) - _SHORTEST_HEAD + 1))


@lru_cache(maxsize=8)
def _reflexive_verb(verbs: frozenset[str]) -> re.Pattern[str]:
    """A form of one of these verbs, also with something before it ("aanmeldt")."""
    return re.compile(f"(?:{'|'.join(sorted(verbs))})(?:t|de|te|den|ten|en)?$")


def _exceptions(words: Aanspreken) -> re.Pattern[str]:
    """What rules do not touch, longest first."""
    phrases = sorted((*words.laten_staan, *words.zo), key=len, reverse=True)
    listed = "|".join(r"[^\S\n]+".join(re.escape(word) for word in phrase.split()) for phrase in phrases)
    spelled = rf"|(?<![\w-])(?:{listed})(?![\w-])" if listed else ""
    return re.compile(f"{_KEPT}{spelled}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _of_catalogue(folder: Path) -> Aanspreken:
    reader = Reader(folder)
    words = reader.whole("aanspreken.yml", "aanspreken", Aanspreken, Aanspreken, ())
    if words is None or reader.problems:
        raise CatalogueError(reader.problems)
    return words
