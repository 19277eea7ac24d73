"""Where somebody lives: a whole postcode, and a street with a house number. A street alone only tells the neighbourhood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wegwijzer.catalogue.wegstrepen import Wegstrepen
from wegwijzer.privacy.name_list import NameFlag, name_list
from wegwijzer.privacy.tokens import Token
from wegwijzer.understanding.words import WordList, word_list

LONGEST_NUMBER = 4
"""Digits of a house number."""

MOST_BEFORE = 4
"""Words of the name of a street before its last one."""

LEAST_STRANGE = 6
"""Letters of a word that is in no list and may be part of the name of a street."""

RARELY = 2.5
"""A word below this (Zipf) may be part of the name of a street."""

_NAME_PART = NameFlag.FIRST | NameFlag.MAYBE_FIRST | NameFlag.LAST | NameFlag.MAYBE_LAST | NameFlag.AFTER_PARTICLE
_POSTCODE = re.compile(
    r"(?<![\w€,.-])[1-9]\d{3}(?P<letters>[ -]?(?!s[ads]\b)[a-z]{2})(?![^\W\d]|-)"
    r"(?P<number>(?:[,./-]{0,2} ?(?:(?:en|op|met) )?(?:mijn |m'n |mn )?(?:nr|nummer|huisnummer|huisnr|no)\.?:? ?(?:is )?|,? ?)"
    r"\d{1,4}(?:[ -]?(?:bis|hs|[a-z]\d?|\d{1,2}))?(?!\w|[:.]\d))?",
    re.IGNORECASE,
)
_TOLD_POSTCODE = re.compile(
    r"(?<!\w)(?:post ?code|pc)(?:[ :=]|\b(?:is|van|mijn|mij)\b){0,6}"
    r"(?P<code>[1-9] ?\d ?\d ?\d[ .,-]{0,2}[a-z][ .,-]{0,2}[a-z](?!\w))",
    re.IGNORECASE,
)
_HOUSE_NUMBER = re.compile(
    r"(?<!\w)(?:huisnummer|huisnr)\.?(?:[ :=]|\bis\b|\bmijn\b){0,4}"
    r"\d{1,4}(?:[ -]?(?:bis|hs|[a-z]))?(?!\w)",
    re.IGNORECASE,
)
_EXTRA = r"(?:bis|hs|huis|rood|zwart|zw|rd|boven|beneden|links|rechts|[a-h]\d?|i{1,3}|iv|vi?)"
_ADDITION = re.compile(
    rf"(?:(?:[ -]?{_EXTRA}|-\d{{1,4}}| tot \d{{1,4}}| ?/ ?\d{{1,3}}|,? [1-9](?:e|de|ste)? (?:hoog|etage|verdieping|woonlaag)|"
    rf",? (?:app|apt|appartement|kamer|unit|bus|nr|huisnummer)\.? ?\d{{1,4}}[a-z]?)(?!\w)){{1,3}}",
    re.IGNORECASE,
)
_GLUED_NUMBER = re.compile(
    r"(\d{1,4})((?:-?(?:bis|hs|huis|zw|rd|i{1,3}|iv|vi?|(?![xu])[a-z]\d{0,2}|(?<=-)\d{1,4})){0,2}|-\d{1,4})", re.IGNORECASE
)
_SURE_ADDITION = re.compile(r"\d{1,4}[ -]?(?:bis|hs|huis)(?:[ -]?[a-h])?", re.IGNORECASE)
_NUMBER_WORDS = frozenset(
    """een één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien
    negentien""".split()  # noqa: SIM905
)
_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig", "honderd")
_SURE_ENDS = ("straat", "laan", "gracht", "plein", "singel", "steeg", "plantsoen")
_HUNDRED = "honderd"
_GLUED_STREET = re.compile(rf"[^\W\d_]{{3,}}(?:{'|'.join(_SURE_ENDS)}|weg|kade|dijk|dreef)\d{{1,4}}[a-z]?", re.IGNORECASE)
_HEAD_WORDS = frozenset({"laan", "weg", "plein", "straat", "kade", "pad", "hof", "singel", "park", "dreef", "boulevard"})
"""Words for a street that may stand first: "laan van ...", "weg der ..."."""
_NUMBER_WORD = frozenset({"nr", "nummer", "no", "huisnummer", "huisnr"})
_POSSESSIVE = frozenset({"mijn", "mn", "m'n", "me", "zijn", "haar", "onze", "je", "uw", "z'n", "d'r"})
_BEHIND_ADDRESS = frozenset({"in", "te", "utrecht", "en", "daar", "is", "bij", "boven", "naast"})
_MARK = re.compile(r"[ .,#]{1,3}|[ ]?")
_NO_LETTERS = frozenset(
    """ik je we ze he de en of in op om te al na zo nu ja er is it at to af ad ex km kg cm mm ml kw gb mb tv uu hu jr st nr pp fl
    eu ga me mn mw dr ha ho hi oh ah ff bv nl be""".split()  # noqa: SIM905
)
"""Two letters after four digits that are a word: "in 1998 we", "2024 is"."""
_PLACE_CUES = frozenset(
    {
        "woon",
        "wonen",
        "woont",
        "woning",
        "woonde",
        "woonachtig",
        "adres",
        "adress",
        "huisadres",
        "woonadres",
        "langskomen",
        "wonende",
        "verhuisd",
    }
)


class AddressFinder:
    """Finds addresses. Make once, use for every message.

    Args:
        words: the words editors keep.
        names: the list of names and streets; the one kept with the code when not given.
        common: how common words are; the list kept with the code when not given.
    """

    def __init__(self, words: Wegstrepen, names: Mapping[str, NameFlag] | None = None, common: WordList | None = None) -> None:
        self._words = words
        self._names = name_list() if names is None else names
        self._list = word_list() if common is None else common
        self._ends = tuple(sorted(words.straten))

    def postcodes(self, text: str) -> Iterator[tuple[int, int]]:
        """Whole postcodes, with the house number when it follows, as positions in the text.

        Args:
            text: with plain digits.
        """
        for found in _POSTCODE.finditer(text):
            letters = found["letters"].strip(" -")
            glued = found["letters"] == letters
            shouted = letters.isupper()
            if letters.lower() in _NO_LETTERS and not glued and not shouted:
                continue
            if letters.lower() in ("km", "kg", "cm", "mm", "ml", "kw", "gb", "mb") and not (
                shouted and letters.lower() in ("cm", "kg", "km")
            ):
                continue
            if int(found[0][:4]) in range(1900, 2040) and not shouted and not found["number"] and not glued:
                continue
            yield found.span()
        for found in _TOLD_POSTCODE.finditer(text):
            yield found.span("code")

    def house_numbers(self, text: str) -> Iterator[tuple[int, int]]:
        """House numbers that are called so, without their street."""
        for found in _HOUSE_NUMBER.finditer(text):
            yield found.span()

    def streets(self, tokens: Sequence[Token], text: str, taken: Sequence[bool]) -> Iterator[tuple[int, int]]:
        """Streets with a house number, as positions in the text.

        Args:
            tokens: the words of the text.
            text: what they are words of.
            taken: for every token, whether it is something else already.
        """
        for at, token in enumerate(tokens):
            if not taken[at] and _GLUED_STREET.fullmatch(token.typed):
                yield tokens[self._begin(tokens, at)].start, token.end
                continue
            spoken = _is_number_word(token.bare)
            if taken[at] or not (token.typed[0].isdigit() or spoken):
                continue
            number = _GLUED_NUMBER.fullmatch(token.typed)
            if (number is None and not spoken) or (number and int(number[1]) == 0) or not self._may_be_house(tokens, at, text):
                continue
            end_of_street = at - 1
            if end_of_street >= 0 and tokens[end_of_street].bare in _NUMBER_WORD:
                if (behind := self._street_behind(tokens, at)) is not None:
                    yield token.start, tokens[behind].end
                    continue
                end_of_street -= 1
            told = end_of_street < at - 1 or at + 1 == len(tokens) or not tokens[at + 1].joined
            if told and number and end_of_street > 0 and tokens[end_of_street].bare == "op":
                street = tokens[end_of_street - 1]
                end_of_street -= street.bare.endswith(_SURE_ENDS) and tokens[end_of_street].joined
            if end_of_street < 0 or taken[end_of_street] or not _MARK.fullmatch(tokens[end_of_street + 1].gap):
                continue
            begin = self._street(tokens, end_of_street)
            if begin is None and number:
                begin = self._by_its_number(tokens, end_of_street, at, text)
            if begin is None and number:
                begin = self._street_word_first(tokens, end_of_street)
            if begin is None or (spoken and not self._spoken_house(tokens, begin, end_of_street)):
                continue
            last = at
            while spoken and last + 1 < len(tokens) and tokens[last + 1].joined and _is_number_word(tokens[last + 1].bare):
                last += 1
            addition = _ADDITION.match(text, tokens[last].end)
            yield tokens[begin].start, addition.end() if addition else tokens[last].end

    def named_streets(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
        """Streets without a number that are called after somebody, as positions in the tokens: they are no persons.

        Args:
            tokens: the words of the text.
        """
        for at, token in enumerate(tokens):
            end = next((end for end in _SURE_ENDS if token.bare.endswith(end)), None)
            flags = self._names.get(token.bare, NameFlag.NONE)
            if end is None or len(token.bare) < len(end) + 3 or flags & (NameFlag.LAST | NameFlag.MAYBE_LAST):
                continue
            begin = self._begin(tokens, at)
            article = begin > 0 and tokens[begin - 1].bare in ("de", "het", "'t", "in", "op")
            yield (begin if article or tokens[begin].bare in ("de", "het", "'t") else at), at + 1

    def _spoken_house(self, tokens: Sequence[Token], begin: int, street: int) -> bool:
        """Whether a number in words after a street is that of a house: "balijelaan tweeëntachtig"."""
        if begin == 0 or self._lives_there(tokens, begin + 1):
            return True
        article = tokens[begin - 1].bare in ("de", "het", "een", "deze", "die", "onze") or tokens[begin].bare in ("de", "het")
        return not article and tokens[street].bare.endswith(_SURE_ENDS) and len(tokens[street].bare) > LEAST_STRANGE

    def _street_behind(self, tokens: Sequence[Token], at: int) -> int | None:
        """Where the street ends that comes after "nummer 12": "nummer 12 in de bloemstraat"; ``None`` when none does."""
        for place in range(at + 1, min(at + 4, len(tokens))):
            if not tokens[place].joined:
                return None
            if tokens[place].bare.endswith(_SURE_ENDS) and len(tokens[place].bare) > 6:
                return place
            if tokens[place].bare not in ("in", "op", "aan", "van", "de", "het"):
                return None
        return None

    def _may_be_house(self, tokens: Sequence[Token], at: int, text: str) -> bool:
        """Whether a number is no time, price, year of living or count."""
        after = text[tokens[at].end : tokens[at].end + 2]
        if after[:1] in (":", "%", "€") or (after[:1] in (".", ",") and after[1:].isdigit()):
            return False
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is not None and following.bare in ("tot", "t/m") and at + 2 < len(tokens) and tokens[at + 2].digits:
            return self._may_be_house(tokens, at + 2, text)
        if at > 0 and following is not None and following.bare == "de" and tokens[at - 1].bare.endswith(_SURE_ENDS):
            return True
        return following is None or not following.joined or following.bare not in self._words.geen_huisnummer

    def _street(self, tokens: Sequence[Token], at: int) -> int | None:
        """Where the name of the street begins that ends with this word; ``None`` when it is no street."""
        token = tokens[at]
        word = token.bare
        end = next((end for end in self._ends if word.endswith(end)), None)
        flags = self._names.get(word, NameFlag.NONE)
        if end is not None and (len(word) > len(end) + 1 or (word == end and self._own_word(tokens, at))):
            if self._ordinary(token, end) and not self._lives_there(tokens, at):
                return None
        elif not (flags & NameFlag.STREET and self._list.zipf.get(word, 0.0) < 3.5) and not self._told_street(tokens, at, flags):
            return None
        return self._begin(tokens, at)

    def _by_its_number(self, tokens: Sequence[Token], street: int, number: int, text: str) -> int | None:
        """Where a street begins that only its number tells of: "Vismarkt 2.", "ondiep 94b", "Nijenoord 3 bis"; or ``None``."""
        token = tokens[street]
        if len(token.bare) < 4 or not token.typed.isalpha():
            return None
        if token.bare in self._words.straatnamen or _SURE_ADDITION.match(text, tokens[number].start):
            return self._begin(tokens, street)
        last = number + 1 == len(tokens) or not tokens[number + 1].joined or tokens[number + 1].bare in _BEHIND_ADDRESS
        if token.upper and token.first and last and any(token.bare.endswith(end) and token.bare != end for end in self._ends):
            return street
        return None

    def _ordinary(self, token: Token, end: str) -> bool:
        """Whether a word that ends as a street does is something else as well: "onderweg", "zandbank", "begin"."""
        word = token.bare
        if token.capital or end in _SURE_ENDS or self._names.get(word, NameFlag.NONE) & NameFlag.STREET:
            return False
        return self._list.zipf.get(word, 0.0) >= 3.0 or (word in self._list.rare and end not in ("weg", "dijk", "kade", "dreef"))

    def _own_word(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether "straat" or "plein" stands behind a name of its own: "van dijk straat"."""
        before = tokens[at - 1] if at > 0 and tokens[at].joined else None
        if before is None or before.bare in ("de", "het", "een", "mijn", "deze", "die", "onze", "in", "op", "mn", "andere"):
            return False
        return before.capital or bool(self._names.get(before.bare, NameFlag.NONE) & _NAME_PART) or not self._known(before.bare)

    def _lives_there(self, tokens: Sequence[Token], at: int) -> bool:
        return any(token.bare in _PLACE_CUES for token in tokens[max(0, at - 5) : at])

    def _told_street(self, tokens: Sequence[Token], at: int, flags: NameFlag) -> bool:
        """After "ik woon op" a word we do not know, or with a capital, before a number is a street."""
        token = tokens[at]
        if not token.typed[0].isalpha() or len(token.bare) < 4 or not self._lives_there(tokens, at):
            return False
        if flags & NameFlag.PLACE and not flags & NameFlag.STREET:
            return False
        return token.capital or bool(flags & NameFlag.STREET) or (not self._known(token.bare))

    def _part_of_street(self, token: Token) -> bool:
        """Whether a word is in no list of common words and long enough to be no slip, or a street itself."""
        if token.bare in self._words.straatnamen:
            return True
        return token.typed.isalpha() and len(token.bare) >= LEAST_STRANGE and self._list.zipf.get(token.bare, 0.0) < RARELY

    def _known(self, word: str) -> bool:
        return word in self._list.zipf or word in self._list.rare

    def _begin(self, tokens: Sequence[Token], at: int) -> int:
        """Where a name of a street of more words begins: "burgemeester van tuyllkade", "Jan van Scorelstraat"."""
        begin = place = at
        while place > 0 and at - place < MOST_BEFORE and tokens[place].gap in (" ", ". ", ".", ".-"):
            before = tokens[place - 1]
            particle = before.bare in self._words.tussenvoegsels
            title = before.bare in self._words.voor_straat and not particle
            named = bool(self._names.get(before.bare, NameFlag.NONE) & _NAME_PART) and before.bare not in self._words.geen_namen
            named = named and self._list.zipf.get(before.bare, 0.0) < 5.0
            if title and place > 1 and tokens[place - 2].bare in _POSSESSIVE:
                break
            short = tokens[place].gap.startswith(".") and len(before.bare) <= 3 and before.typed.isalpha()
            if before.bare in ("in", "op", "aan", "bij", "uit", "woon", "straat") or not (
                particle or title or named or before.capital or short or self._part_of_street(before)
            ):
                break
            place -= 1
            begin = place
        if (
            begin > 1
            and tokens[begin - 1].bare == "aan"
            and tokens[begin - 2].bare.endswith(_SURE_ENDS)
            and tokens[begin - 1].joined
        ):
            return begin - 2
        return begin

    def _street_word_first(self, tokens: Sequence[Token], at: int) -> int | None:
        """Where "laan van chartroise" begins that ends with this word; ``None`` when it is no such street."""
        for place in range(at - 1, max(-1, at - MOST_BEFORE - 1), -1):
            if tokens[place + 1].gap != " ":
                return None
            if tokens[place].bare in _HEAD_WORDS:
                follows = tokens[place + 1].bare in ("van", "der", "de", "den", "het", "'t") and place + 1 < at
                follows = follows or (tokens[place + 1].bare in ("naar", "tot") and tokens[place].upper and tokens[at].upper)
                article = place > 0 and tokens[place - 1].bare in ("de", "het", "een", "deze", "die", "mijn", "op", "over")
                return place if follows and (tokens[place].upper or not article) else None
        return None


def _is_number_word(word: str) -> bool:
    """Whether a word is a number a house may have: "twaalf", "tweeëntachtig", "tweehonderdzes"."""
    return (
        word in _NUMBER_WORDS
        or word.endswith(_TENS)
        or (_HUNDRED in word and word.rsplit(_HUNDRED, 1)[1].removeprefix("en") in _NUMBER_WORDS)
    )


def known_addresses(addresses: Iterable[str]) -> frozenset[str]:
    """Addresses of the catalogue as they are compared: letters and digits only."""
    return frozenset(plain for address in addresses for part in [address, *address.split(",")[:1]] if (plain := letters_of(part)))


def letters_of(text: str) -> str:
    """Letters and digits of a text, lower case."""
    return "".join(letter for letter in text.lower() if letter.isalnum())
