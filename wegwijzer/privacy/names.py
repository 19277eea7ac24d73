"""Names of people in chat Dutch, also without capitals: by the list of names, and by what is said around them.

Many names are ordinary words too ("roos", "bas", "de wit"), so each word is judged by how sure the list is of it and by what
tells of a name: "mijn zoon", "ik heet", "mevrouw", "groetjes", initials, a capital inside a sentence. A name goes on with what
follows: "annie van dijk", "fatima el amrani".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cached_property

from wegwijzer.catalogue.wegstrepen import Wegstrepen
from wegwijzer.privacy.name_list import NameFlag, bare, name_list, shorter
from wegwijzer.privacy.tokens import Phrases, Token
from wegwijzer.understanding.words import WordList, word_list

FIRST = NameFlag.FIRST | NameFlag.MAYBE_FIRST | NameFlag.RARE_FIRST
LAST = NameFlag.LAST | NameFlag.MAYBE_LAST | NameFlag.AFTER_PARTICLE
SURE = NameFlag.FIRST | NameFlag.LAST

EVERYDAY = 5.1
"""A word this common (Zipf) is not a name, whatever stands before it, unless it has a capital."""

SAID = 5.7
"""After "ik heet" only a word this common is none."""

LESS_COMMON = 4.6
"""After a first name a word below this may be the surname."""

UNCOMMON = 4.4
"""A surname that is a word too counts below this after "dokter" or "familie"."""

SELDOM_SURNAME = 3.5
"""After "mijn huisarts" a word below this may be a surname behind "de" or "van"."""

UNSURE = 3.3
"""A rare first name that looks like a word counts below this, where somebody is named."""

NEAR = 3.0
SHORTEST_STRANGE = 5
"""A word in no list, of at least so many letters, more than a letter away from each word this common, is no misspelling."""

SHORTEST_ONLY_NAME = 4
"""Letters of a word that is nothing but a rare name."""

SHORTEST_VARIANT = 7
"""Letters of a word that may be a first name written otherwise."""

_NUMBER_ENDS = ("tig", "honderd", "duizend")

LONGEST_SHORTENED = 4
"""Letters of a title that is written with a full stop: "mevr. Bos"; after a longer one a sentence ends."""

MOST_SKIPPED = 2
LONGEST_CLOSING = 4
"""Words that may follow "groetjes", up to the end."""

_NOT_FIRST_PARTICLES = frozenset({"het", "op", "in", "aan", "uit", "bij", "s", "'s", "o", "t"})
_ARTICLES = frozenset({"de", "het", "een", "'n", "'t", "geen", "die", "dat", "deze", "dit", "elke", "zo'n"})
_NOUN_ARTICLES = frozenset({"de", "het", "een", "'n", "'t"})
_EASTERN = frozenset({"el", "al", "ait", "ben", "bin", "bint", "ould"})
_ABBREVIATIONS = frozenset(
    {"oa", "ivm", "dwz", "tov", "mbt", "enz", "svp", "nvt", "tav", "tgv", "ipv", "bv", "nav", "ed", "eo", "dmv", "tm", "va", "az"}
)
_I_AM = frozenset({"ik ben", "ik bn", "ikke ben", "i am", "ich bin", "ben ik", "hier is", "dit is"})
_CALLED = frozenset(
    {"ik heet", "naam is", "heet ik", "hij heet", "ze heet", "zij heet", "voornaam is", "roepnaam is", "achternaam is"}
)
_NOT_TOLD = frozenset({"niet", "geen", "zo", "dus", "anders", "ook", "wel"})
_CONSONANTS = frozenset("bcdfghjlmnpqrstvwz")
_MY = frozenset({"mijn", "m'n", "mn", "onze"})
_HIS = frozenset({"zijn", "z'n", "zn", "haar", "d'r", "dr"})
_POSSESSIVE = frozenset({"mijn", "mn", "m'n", "me", "je", "uw", "jouw", "onze", "hun"})
_BY_TITLE = frozenset(
    "tante tant oom ome opa oma nonkel juf zuster broeder abla abi teyze amca hajja".split()  # noqa: SIM905
)
_THERE = frozenset({"in", "uit", "te", "vanuit", "nabij", "richting", "tot"})
_THITHER = frozenset({"op", "naar", "om", "rond", "via", "of", "and", "van", "door"})
_VERB_ENDS = ("t", "d", "en", "de")
_TWO_LETTERS = frozenset("th ch chr joh ph fr jac wm ger corn ant ij".split())  # noqa: SIM905
"""Initials of more letters, with a full stop behind: "Th. van Benthem"."""
_NICKNAMED = frozenset("lange dikke kleine rooie ouwe oude kale gekke blonde zwarte dunne magere grote manke jonge".split())  # noqa: SIM905
"""Before a name these are part of what somebody is called: "lange Leo"."""
_BEFORE_BEGUN = frozenset(
    {"jo", "joe", "yo", "heey", "hallo", "hoi", "hai", "dag", "goedemiddag", "goedemorgen", "goedenavond", "hey", "ja"}
)
_WITH_SOMEBODY = frozenset({"met", "bij", "aan", "naar"})
_NOT_CALLED = frozenset("mij me jou je u jullie wie ons hem haar hen deze dit dat die".split())  # noqa: SIM905
_DUTCH_ENDS = (
    "e",
    "en",
    "er",
    "ers",
    "el",
    "els",
    "je",
    "jes",
    "s",
    "st",
    "nt",
    "rt",
    "lt",
    "mt",
    "kt",
    "pt",
    "ft",
    "cht",
    "aat",
    "oot",
    "eet",
    "uit",
    "ik",
    "ie",
    "ies",
    "ing",
    "ling",
    "app",
    "club",
    "les",
    "pas",
    "bot",
    "poli",
    "chat",
    "heid",
    "baar",
    "lijk",
    "isch",
    "ooi",
)
_NO_NAME_ENDS = ("en", "jes", "tjes", "ies", "heid", "ing", "app", "e")
_MEETS = frozenset("met bij mis miste belde bel ken kende sinds zonder tegen".split())  # noqa: SIM905
"""Before a word in no list at all these tell of somebody: "ik mis oksanka"."""
_AND = frozenset({"en", "of", "&", "met"})
_TOLD_BEHIND = (
    "heet ik", "heten ze", "noemen ze me", "noemen ze mij", "noemt iedereen me", "noemt iedereen mij", "noemden ze me",
    "noemden ze mij", "is mijn naam", "is mn naam", "is m'n naam", "is me naam", "is de naam", "is haar naam", "is zijn naam",
    "is mijn voornaam", "is mijn achternaam", "heette ze", "heette hij", "heet ze", "heet hij", "heette mijn", "heet mijn",
    "word ik genoemd", "werd ik genoemd", "ja zo heet ik",
)  # fmt: skip
"""After a name: "fransje noemen ze me"."""
_SUBORDINATE = frozenset("toen omdat terwijl nadat voordat zodat doordat totdat sinds want hoewel".split())  # noqa: SIM905
"""After these somebody comes, or a word with an article: "toen roos ging"."""
_INVERTED = frozenset("kan mag zou moet kwam komt ging gaat wou zal kon mocht".split())  # noqa: SIM905
_BEHIND_SUBJECT = frozenset("ook mee nog niet nooit altijd dan even weer straks wel mij me".split())  # noqa: SIM905
"""After the subject of a question: "kan bas ook mee"."""
_ONLY_PEOPLE = frozenset(
    "overleden jarig dement verhuisd boos getrouwd gescheiden zwanger gestorven ziek verdrietig eenzaam gepensioneerd".split()  # noqa: SIM905
)
_MEETS_MORE = _MEETS | frozenset({"zag", "sprak", "hielp", "spreek", "bezoek", "bezocht"})
_SYLLABLES = frozenset(
    """mei xiu wei li lin yan jing wang zhang chen liu hui jun hong yu xin fang ying qing hua bao thi minh ngoc yang zhao wu zhou
    xu guo ling xia yun jia zhi hao feng lei na juan yong ming xiao ping huang tran nguyen pham""".split()  # noqa: SIM905
)
"""Of two of these beside each other a Chinese or Vietnamese name is made: "mei ling"."""
_TO_SOMEBODY = frozenset("mij me ons alles niemand nooit altijd weer gisteren vandaag".split())  # noqa: SIM905
_DOES_TO = frozenset("heeft had wil wou gaat ging komt kwam kan kon zou moet moest laat liet".split())  # noqa: SIM905
_KIND = frozenset({"lief", "aardig"})
_HOLY = frozenset({"sint", "st", "heilige", "san", "santa", "sinte"})
_NOT_SOMEBODY = frozenset("het dat dit wat koor club groep groepje buurthuis straat wijk ziekte hond kat".split())  # noqa: SIM905
"""Before "heet" these tell that a thing is called so."""
_SURNAME_ENDS = tuple(
    """kamp berg veld stra sma horst laar beek brink dijk mans inga enga wijk hof hout broek meer voort donk loo stein steen sen
    ink huis mulder hoven hoek kerk koop""".split()  # noqa: SIM905
)
"""A word in no list that ends so after "dokter" or "mevrouw" is a surname: "dokter hazenkamp"."""
_SMALL_ENDS = ("etje", "tje", "sje", "je", "ie", "sie", "y")
_LOWER_INITIALS = frozenset({"th", "ch", "chr", "joh"})


class Cue(IntEnum):
    """What before a word tells that it may be a name, the weakest first."""

    NOTHING = 0
    PERHAPS = 1
    OPENING = 2
    AND = 3
    CLOSING = 4
    KIN = 5
    ROLE = 6
    TITLE = 7
    TOLD = 8
    INITIAL = 9


class NameFinder:
    """Finds names. Make once, use for every message.

    Args:
        words: the words editors keep.
        names: the list of names; the one kept with the code when not given.
        common: how common words are; the list kept with the code when not given.
    """

    def __init__(self, words: Wegstrepen, names: Mapping[str, NameFlag] | None = None, common: WordList | None = None) -> None:
        self._words = words
        self._names = name_list() if names is None else names
        self._list = word_list() if common is None else common
        self._always = Phrases(words.altijd_namen)
        self._surnames = Phrases(words.achternamen)
        self._does = Phrases(words.doet_iemand)
        self._towards = Phrases(words.naar_iemand)
        self._whose = Phrases(words.van_hiernaast)
        self._told_behind = Phrases(_TOLD_BEHIND)
        self._cues = (
            (Cue.TOLD, Phrases(words.voorstellen)),
            (Cue.TITLE, Phrases(words.aanspraak)),
            (Cue.ROLE, Phrases(words.beroepen)),
            (Cue.KIN, Phrases(words.familie)),
            (Cue.CLOSING, Phrases(words.groeten)),
            (Cue.OPENING, Phrases(words.beginnen)),
            (Cue.PERHAPS, Phrases(words.misschien_voorstellen)),
        )

    def find(self, tokens: Sequence[Token], taken: Sequence[bool], weak: Sequence[bool]) -> Iterator[tuple[int, int]]:
        """The names in a message, as positions in the tokens.

        Args:
            tokens: the message.
            taken: for every token, whether it is something else already.
            weak: for every token, whether it is a name in the catalogue, which must not be taken for one of a person
                unless somebody is introduced.
        """
        names = list(self._first_look(tokens, taken, weak))
        yield from names
        if names:
            yield from self._again(tokens, taken, names)

    def _first_look(self, tokens: Sequence[Token], taken: Sequence[bool], weak: Sequence[bool]) -> Iterator[tuple[int, int]]:
        last_end = -1
        at = 0
        while at < len(tokens):
            end = at if taken[at] else self._name_at(tokens, at, last_end, weak[at])
            if any(taken[at:end]):
                end = taken.index(True, at)
                while end > at and tokens[end - 1].bare in self._words.tussenvoegsels:
                    end -= 1
            if end > at:
                yield self._with_initials(tokens, at, taken), end
                last_end = end
            at = max(end, at + 1)

    def _again(
        self, tokens: Sequence[Token], taken: Sequence[bool], names: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """What names elsewhere in the message tell of: the same word again, and a word that is said to do so too."""
        gone = list(taken)
        for begin, end in names:
            gone[begin:end] = [True] * (end - begin)
        said = {
            tokens[place].bare
            for begin, end in names
            for place in range(begin, end)
            if len(tokens[place].bare) > 2 and tokens[place].bare not in self._words.tussenvoegsels
        }
        for at, token in enumerate(tokens):
            if gone[at] or token.digits:
                continue
            if (token.bare in said and self._named_again(tokens, at)) or self._does_so_too(tokens, at):
                yield at, at + 1

    def _named_again(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word that was a name elsewhere is one here: "met prins praten, Rob Prins"."""
        flags = self._flags(tokens[at])
        if flags & NameFlag.PLACE or not (flags & (FIRST | LAST) or self._unknown(tokens[at])):
            return False
        if self._has_article(tokens, at) or (at > 0 and tokens[at - 1].bare in _POSSESSIVE):
            return False
        if tokens[at].upper or self._common(tokens[at]) < UNCOMMON:
            return True
        return at > 0 and tokens[at].joined and tokens[at - 1].bare in _WITH_SOMEBODY and self._common(tokens[at]) < SAID

    def _does_so_too(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word that may be a name is said to do as somebody did before: "roos belt nooit en bas ook niet"."""
        if at == 0 or at + 1 >= len(tokens) or tokens[at - 1].bare not in ("en", "maar") or not tokens[at].joined:
            return False
        flags, following = self._flags(tokens[at]), tokens[at + 1]
        if not flags & NameFlag.MAYBE_FIRST or flags & (NameFlag.VERB | NameFlag.PLACE) or self._common(tokens[at]) >= EVERYDAY:
            return False
        return following.joined and (following.bare in ("ook", "niet") or following.bare in self._words.doet_een_mens)

    # --- one place ------------------------------------------------------------------------------------------------

    def _name_at(self, tokens: Sequence[Token], at: int, last_end: int, weak: bool) -> int:
        """Where the name that begins here ends; ``at`` itself when none does."""
        token = tokens[at]
        if token.digits or (not token.typed[0].isalpha() and token.typed[0] not in "'’"):
            return at
        if self._initial_of_more(tokens, at):
            return at
        if at > 0 and tokens[at - 1].bare in _HOLY and token.joined:
            return at
        cue = self._cue(tokens, at, last_end)
        if weak and cue < Cue.KIN:
            return at
        if not weak and (count := self._always.at(tokens, at)) and not self._a_thing(tokens, at):
            return self._extend(tokens, at + count)
        if cue >= Cue.CLOSING and cue is not Cue.KIN and (count := self._surnames.at(tokens, at)):
            return self._extend(tokens, at + count)
        if (count := self._surnames.at(tokens, at)) > 1 and tokens[at + count - 1].capital and not tokens[at].digits:
            return self._extend(tokens, at + count)
        if end := self._of_syllables(tokens, at):
            return end
        if cue is Cue.TOLD and token.bare in _NICKNAMED and self._nicknamed(tokens, at):
            return self._extend(tokens, at + 2)
        if token.bare in self._words.tussenvoegsels and token.bare not in self._words.altijd_namen:
            end = self._particled(tokens, at, cue)
            if end > at:
                return end
        return self._extend(tokens, at + 1) if self._is_name(tokens, at, cue) else at

    def _of_syllables(self, tokens: Sequence[Token], at: int) -> int:
        """Where a name of Chinese syllables ends that begins here: "mei ling", "wang meiling"; 0 when none does."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if tokens[at].bare not in _SYLLABLES or following is None or not following.joined:
            return 0
        if at > 0 and (tokens[at - 1].digits or tokens[at - 1].bare in _THERE | _ARTICLES | {"eind", "begin", "sinds", "van"}):
            return 0
        known = following.bare in _SYLLABLES and self._common(following) < LESS_COMMON
        known = known or (bool(self._flags(following) & (NameFlag.NO_WORD | NameFlag.FIRST)) and tokens[at].bare != "mei")
        return self._extend(tokens, at + 2) if known and following.bare not in self._words.tussenvoegsels else 0

    def _nicknamed(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a first name stands behind "lange" or "dikke": "ze noemen me lange leen"."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is None or not following.joined or self._common(following) >= EVERYDAY:
            return False
        return following.upper or bool(self._flags(following) & (FIRST & ~NameFlag.VERB))

    def _initial_of_more(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether these are initials of two letters or more, with a full stop: "Th. van Benthem"."""
        if tokens[at].bare not in _TWO_LETTERS or not tokens[at].upper or at + 1 >= len(tokens):
            return False
        following = tokens[at + 1]
        return following.gap in (".", ". ") and (following.upper or following.bare in self._words.tussenvoegsels)

    def _is_name(self, tokens: Sequence[Token], at: int, cue: Cue) -> bool:
        token = tokens[at]
        flags = self._flags(token)
        common = self._common(token)
        shy = token.bare in self._words.geen_namen
        if cue is Cue.INITIAL and self._unknown(token) and self._like_nothing(token):
            return True
        if cue is Cue.INITIAL:
            return (bool(flags & (LAST | FIRST)) and (token.upper or common < EVERYDAY)) or (token.upper and len(token.typed) > 2)
        if not shy and flags & SURE and len(token.bare) > 2 and not self._a_thing(tokens, at):
            return True
        if not shy and (self._variant(token) or self._only_a_name(token, flags)) and not self._has_article(tokens, at):
            return True
        if self._told_after(tokens, at, flags, common):
            return True
        if cue is Cue.TOLD:
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            ends = following is None or not following.joined or following.digits or following.bare == "en"
            return self._told(token, flags, common, shy, ends and self._words_before(tokens, at) in _CALLED)
        if self._speaks(tokens, at) and flags & (NameFlag.MAYBE_FIRST | NameFlag.RARE_FIRST) and token.bare not in _NOT_CALLED:
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if following is None or not following.joined:
                return True
        if cue in (Cue.TITLE, Cue.ROLE, Cue.KIN):
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            acts = cue is Cue.TITLE or (following is not None and following.bare in self._words.doet_iemand)
            ends = (following is None or not following.joined) and token.joined and not token.bare.endswith(_VERB_ENDS)
            acts = acts or (ends and not self._compound(token.bare))
            if self._by_title(tokens, at, flags, common, acts):
                return True
            return self._after_person(token, flags, common, shy, cue, acts)
        if cue is Cue.CLOSING and len(token.bare) == 1 and at + 1 == len(tokens):
            return token.bare.isalpha() and token.bare not in "xuo" and tokens[at - 1].bare != "gr"
        if cue is Cue.CLOSING:
            return self._closing(tokens, at, flags, common, shy)
        if self._introduced(tokens, at, cue, flags, common) or self._pair(tokens, at, flags):
            return True
        if self._surname_first(tokens, at, at) or self._second_of_two(tokens, at, cue, flags):
            return True
        if shy:
            return False
        if self._around(tokens, at, flags, common) or self._surname_alone(tokens, at, flags, common):
            return True
        if token.capital and flags & NameFlag.MAYBE_FIRST and not self._has_article(tokens, at) and not flags & NameFlag.PLACE:
            return True
        if (
            cue is Cue.AND
            and self._strange(token)
            and not token.bare.endswith(_NO_NAME_ENDS)
            and not self._has_article(tokens, at)
        ):
            return True
        if cue is Cue.AND:
            known = bool(flags & (NameFlag.MAYBE_FIRST | NameFlag.NO_WORD)) or self._seldom_strange(token, flags)
            return known and not self._has_article(tokens, at) and common < EVERYDAY and not flags & NameFlag.VERB
        if cue is Cue.OPENING:
            return bool(flags & NameFlag.MAYBE_FIRST) and common < LESS_COMMON
        return bool(flags & NameFlag.THING_FIRST) and common < LESS_COMMON and self._as_a_person(tokens, at, cue)

    def _told_after(self, tokens: Sequence[Token], at: int, flags: NameFlag, common: float) -> bool:
        """Whether what follows tells that this is how somebody is called: "fransje noemen ze me"."""
        if at + 1 >= len(tokens) or common >= EVERYDAY or tokens[at].bare in _NOT_TOLD | _NOT_CALLED | {"hoe", "wat"}:
            return False
        following = tokens[at + 1]
        if not (following.joined or following.gap.strip() == ",") or not self._told_behind.at(tokens, at + 1):
            return False
        if following.gap.strip() == "," and tokens[at + 1].bare != "ja":
            return False
        end = at + 1 + self._told_behind.at(tokens, at + 1)
        if end < len(tokens) and tokens[end].joined and tokens[end].bare in ("niet", "geen", "wel"):
            return False
        return bool(flags & (FIRST | NameFlag.LAST)) or self._strange(tokens[at])

    def _by_title(self, tokens: Sequence[Token], at: int, flags: NameFlag, common: float, acts: bool) -> bool:
        """Whether a name stands behind "tante" or "ome", that nobody's is said to be: "tante hoop"."""
        if tokens[at].bare in self._words.doet_iemand and not tokens[at].upper:
            return False
        if tokens[at - 1].bare not in _BY_TITLE or not tokens[at].joined or (at > 1 and tokens[at - 2].bare in _POSSESSIVE):
            return False
        if common >= SAID or flags & NameFlag.PLACE:
            return False
        return bool(flags & FIRST) or (bool(flags & NameFlag.RARE_FIRST) and (acts or not flags & NameFlag.VERB))

    def _introduced(self, tokens: Sequence[Token], at: int, cue: Cue, flags: NameFlag, common: float) -> bool:
        """A word that is a name and something else, where what follows shows which: "ik ben wil en ...", "roos, 23"."""
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if cue is Cue.PERHAPS and self._words_before(tokens, at) in _I_AM:
            stops = following is None or not following.joined or following.digits
            goes_on = following is not None and following.joined and following.bare in ("en", "uit", "vd")
            if flags & NameFlag.MAYBE_FIRST and common < SAID:
                return token.bare not in self._words.geen_namen and (stops or goes_on)
            if flags & NameFlag.MAYBE_FIRST:
                return goes_on and following is not None and following.bare == "en"
            if flags & NameFlag.RARE_FIRST and common < UNSURE:
                return stops or goes_on or (following is not None and following.bare == "ik")
            again = following is not None and following.joined and (following.bare in ("ik", "uit") or following.digits)
            return again and self._strange(token)
        if not token.first or following is None or not following.digits or not 2 <= len(following.typed) <= 3:
            return False
        behind = tokens[at + 2] if at + 2 < len(tokens) else None
        aged = behind is None or not behind.joined or behind.bare in ("jaar", "jr", "uit", "en")
        known = flags & NameFlag.MAYBE_FIRST or (flags & NameFlag.RARE_FIRST and common < UNSURE)
        known = known or (not flags and self._strange(token) and self._foreign_form(token)) or self._seldom_strange(token, flags)
        return bool(known) and not flags & NameFlag.VERB and common < LESS_COMMON and aged and following.gap in (" ", ", ", ",")

    def _second_of_two(self, tokens: Sequence[Token], at: int, cue: Cue, flags: NameFlag) -> bool:
        """A name with a capital right after another, that is a word too: "niet Tineke, Tiny!"."""
        known = flags & (NameFlag.MAYBE_FIRST | NameFlag.FIRST)
        return cue is Cue.AND and tokens[at].capital and bool(known) and not flags & NameFlag.PLACE

    def _speaks(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether somebody begins as on the telephone: "hallo met ..."."""
        return at in (1, 2) and tokens[at - 1].bare == "met" and (at == 1 or tokens[0].bare in _BEFORE_BEGUN)

    def _surname_first(self, tokens: Sequence[Token], at: int, target: int) -> bool:
        """Whether a surname stands before the first name: "van Wijngaarden, Cornelis"."""
        if target + 1 >= len(tokens):
            return False
        token, following = tokens[target], tokens[target + 1]
        if following.gap.strip() != "," or not token.upper or not following.upper or token.bare in self._words.geen_namen:
            return False
        first = self._flags(following) & (NameFlag.FIRST | NameFlag.MAYBE_FIRST)
        last = self._flags(token) & LAST or self._unknown(token)
        placed = at == target and self._flags(token) & NameFlag.PLACE
        return bool(first) and bool(last) and not placed and (at < target or self._common(token) < EVERYDAY)

    def _pair(self, tokens: Sequence[Token], at: int, flags: NameFlag) -> bool:
        """Whether two words with capitals are a name together: "Mei Ling", "Ab Rietdijk"."""
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is None or not following.joined or not following.capital or not token.upper or token.typed.isupper():
            return False
        others = self._flags(following)
        if others & NameFlag.PLACE or self._has_article(tokens, at) or following.bare in self._words.geen_namen:
            return False
        first = flags & (NameFlag.MAYBE_FIRST | NameFlag.RARE_FIRST)
        last = others & (SURE | NameFlag.MAYBE_LAST) or (self._unknown(following) and self._like_nothing(following))
        return bool(first) and bool(last) and self._common(token) < SAID

    def _around(self, tokens: Sequence[Token], at: int, flags: NameFlag, common: float) -> bool:
        """Whether words around a word that may be a name tell that it is: "bas van hiernaast", "mo en bilal", "roos d'r man"."""
        token = tokens[at]
        before = tokens[at - 1] if at > 0 else None
        rare = bool(flags & NameFlag.RARE_FIRST) and common < UNSURE
        maybe = bool(flags & NameFlag.MAYBE_FIRST) and not flags & NameFlag.VERB and common < EVERYDAY
        if self._has_article(tokens, at) or (before is not None and before.bare in _POSSESSIVE) or flags & NameFlag.PLACE:
            return self._plural(tokens, at)
        strange = not flags and self._strange(token)
        rare = rare and token.bare not in self._words.familie
        if token.capital and (rare or strange) and not token.typed.isupper():
            there = before is not None and before.bare in (_THERE if rare else _THERE | _THITHER)
            return not there and before is not None and not (strange and not token.joined)
        if not (rare or maybe or strange or self._seldom_strange(token, flags)):
            return False
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        single = maybe and (flags & NameFlag.THING_FIRST or token.bare in self._words.soms_namen)
        unworded = (bool(flags & NameFlag.NO_WORD) and common < UNSURE) or (strange and self._foreign_form(token))
        seldom = self._seldom_strange(token, flags)
        if (single or unworded or seldom) and self._somebody_acts(tokens, at):
            return True
        if seldom and self._person_verb_behind(tokens, at):
            return True
        if unworded and before is not None and token.joined and before.bare in _MEETS_MORE and self._foreign_form(token):
            return True
        if single and token.joined and self._towards.before(tokens, at):
            return True
        if following is None:
            return (single or unworded) and self._somebody_acts(tokens, at)
        if following.joined and self._whose.at(tokens, at + 1):
            return True
        if (
            following.joined
            and following.bare in (_HIS | _MY)
            and at + 2 < len(tokens)
            and tokens[at + 2].bare in self._words.familie
        ):
            return True
        does = following.joined and following.bare in self._words.doet_iemand
        if token.bare in self._words.soms_namen and token.first and token.upper and does:
            return True
        if strange and not token.bare.endswith(_NO_NAME_ENDS):
            person = following.joined and following.bare in self._words.doet_een_mens
            if person and (token.first or (before is not None and before.bare in self._words.bij_iemand)):
                return True
            if before is not None and before.bare in _MEETS and following.joined and following.bare in _HIS | _MY | {"en", "die"}:
                return True
        if strange:
            return token.first and token.upper and following.joined and following.bare in self._words.doet_iemand
        if self._beside_a_name(tokens, at):
            return True
        starts = token.first or (before is not None and before.bare in self._words.bij_iemand)
        if rare:
            person = following.bare in self._words.doet_een_mens
            if before is not None and before.bare in ("lieve", "beste") and before.first:
                return not following.joined
            return token.first and following.joined and (person or (token.upper and following.bare in self._words.doet_iemand))
        return starts and following.joined and following.bare in self._words.doet_een_mens

    def _somebody_acts(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word without article stands where somebody does: "toen roos ging", "kan bas ook", "roos is jarig"."""
        before = tokens[at - 1] if at > 0 else None
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if before is not None and before.bare == "hier" and before.first and tokens[at].joined:
            return following is None or not following.joined or following.bare in ("weer", "nog", "uit", "van")
        if following is None or not following.joined:
            return False
        if tokens[at].first and following.bare in _DOES_TO and at + 2 < len(tokens) and tokens[at + 2].bare in _TO_SOMEBODY:
            return True
        if before is not None and tokens[at].joined:
            if before.bare in _SUBORDINATE and following.bare not in _AND:
                return True
            if before.bare in _INVERTED and following.bare in _BEHIND_SUBJECT and (before.first or at < 3):
                return True
        if following.bare not in ("is", "was", "werd") or not (
            tokens[at].first or (before and before.bare in self._words.bij_iemand)
        ):
            return False
        behind = [token.bare for token in tokens[at + 2 : at + 5]]
        behind = behind[1:] if behind[:1] and behind[0] in ("zo", "heel", "erg", "nu", "al", "ook", "weer") else behind
        if behind[:1] and behind[0] in _ONLY_PEOPLE | _KIND:
            return True
        return behind[:1] != [] and behind[0] in _MY | {"me"} and any(word in self._words.familie for word in behind[1:])

    def _surname_alone(self, tokens: Sequence[Token], at: int, flags: NameFlag, common: float) -> bool:
        """Whether a surname without more is somebody of the house: "visser van beneden", "visser hier van drie hoog"."""
        if not flags & NameFlag.MANY_LAST or flags & (NameFlag.VERB | NameFlag.PLACE) or common >= LESS_COMMON:
            return False
        if not (tokens[at].first or tokens[at - 1].bare in self._words.bij_iemand) or at + 2 >= len(tokens):
            return False
        following, behind = tokens[at + 1], tokens[at + 2]
        if not following.joined or not behind.joined:
            return False
        return bool(self._whose.at(tokens, at + 1)) or (
            following.bare == "hier" and behind.bare in ("van", "uit") and tokens[at].first
        )

    def _beside_a_name(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a name follows after "en" or a comma, or "en ik"."""
        following = tokens[at + 1]
        if following.bare in _AND and following.joined and following.bare != "met" and at + 2 < len(tokens):
            other = tokens[at + 2]
            starts = tokens[at].first or tokens[at - 1].bare in self._words.bij_iemand
            return other.joined and ((other.bare == "ik" and starts) or self._surely(other))
        return following.gap.strip() == "," and self._surely(following)

    def _surely(self, token: Token) -> bool:
        """Whether a word is a name by itself."""
        if token.bare in self._words.altijd_namen:
            return True
        sure = SURE | NameFlag.MAYBE_FIRST if token.capital else NameFlag.FIRST
        return bool(self._flags(token) & sure) and token.bare not in self._words.geen_namen and len(token.bare) > 2

    def _strange(self, token: Token) -> bool:
        """Whether a word is in no list, no misspelling, and no compound of ordinary words: then hardly anything but a name."""
        if not self._unknown(token) or not self._like_nothing(token):
            return False
        return not any(part and (self._common_word(part) >= UNSURE or self._compound(part)) for part in token.bare.split("-"))

    def _common_word(self, word: str) -> float:
        return self._list.zipf.get(word, 0.0)

    def _seldom_strange(self, token: Token, flags: NameFlag) -> bool:
        """Whether a word that is hardly ever written is no Dutch word by its form, nor a misspelled one: "svitlana"."""
        if (flags and not flags & NameFlag.RARE_FIRST) or token.bare not in self._list.rare or token.typed.isupper():
            return False
        return self._like_nothing(token) and self._foreign_form(token) and not self._compound(token.bare)

    def _person_verb_behind(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether what only people do follows, where a sentence or a part of it begins: "svitlana zoekt werk"."""
        starts = tokens[at].first or tokens[at - 1].bare in self._words.bij_iemand
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        return starts and following is not None and following.joined and following.bare in self._words.doet_een_mens

    def _foreign_form(self, token: Token) -> bool:
        """Whether a word that is in no list does not end as a Dutch word does: "abrehet", not "gescheje"."""
        return not token.bare.endswith(_DUTCH_ENDS) or self._variant_of_a_name(token.bare)

    def _variant_of_a_name(self, word: str) -> bool:
        return len(word) >= SHORTEST_VARIANT and any(part in self._near_names for part in shorter(word))

    def _plural(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a family is meant: "de terpstra's"."""
        token = tokens[at]
        stem = token.bare.removesuffix("'s")
        if at > 0 and tokens[at - 1].bare in ("de", "die") and stem != token.bare and len(stem) > SHORTEST_STRANGE:
            single = Token(token.start, token.end, stem, stem, token.gap, token.first, token.capital, token.upper)
            if self._strange(single) and not stem.endswith(_NO_NAME_ENDS):
                return True
        if at == 0 or tokens[at - 1].bare not in ("de", "die") or self._common(token) >= NEAR:
            return False
        return any(len(stem) >= SHORTEST_STRANGE and self._surname_of_many(stem) for stem in _stems(token.bare))

    def _surname_of_many(self, word: str) -> bool:
        many = NameFlag.MANY_LAST | NameFlag.LAST
        return bool(self._names.get(word, NameFlag.NONE) & many) and self._list.zipf.get(word, 0.0) < LESS_COMMON

    def _words_before(self, tokens: Sequence[Token], at: int) -> str:
        return " ".join(token.bare for token in tokens[max(0, at - 2) : at])

    def _told(self, token: Token, flags: NameFlag, common: float, shy: bool, ends: bool) -> bool:
        """After "ik heet": anything that is not a small word; ``ends``: nothing more is said of it."""
        if ends and flags & (NameFlag.MAYBE_FIRST | NameFlag.RARE_FIRST) and token.bare not in _NOT_TOLD:
            return True
        if shy and not token.upper:
            return bool(flags & NameFlag.MAYBE_FIRST) and common < EVERYDAY
        if common >= SAID:
            return False
        if flags & (NameFlag.FIRST | NameFlag.MAYBE_FIRST):
            return token.upper or not flags & NameFlag.VERB or common < LESS_COMMON
        if flags & (NameFlag.RARE_FIRST | LAST):
            many = bool(flags & NameFlag.MANY_LAST) and common < LESS_COMMON and not flags & NameFlag.VERB
            return token.capital or many or common < UNSURE
        seldom = token.bare in self._list.rare and common == 0 and not self._compound(token.bare)
        return self._unknown(token) or (seldom and self._like_nothing(token))

    def _compound(self, word: str) -> bool:
        """Whether a word ends in one that many people know: "buurtsoep"."""
        ends = (word[at:] for at in range(2, len(word) - 3))
        return any(
            self._list.zipf.get(end, 0.0) >= UNSURE and not self._names.get(end, NameFlag.NONE) & NameFlag.FIRST for end in ends
        )

    def _after_person(self, token: Token, flags: NameFlag, common: float, shy: bool, cue: Cue, acts: bool) -> bool:
        """After "mijn zoon" or "mevrouw"; ``acts``: a verb follows of which somebody is the subject, or it is a title."""
        shortened = cue in (Cue.TITLE, Cue.ROLE) and token.gap == ". "
        capital = token.capital or (token.upper and shortened)
        if shy and not capital:
            return False
        if common >= EVERYDAY and not capital:
            return False
        if flags & NameFlag.VERB and not capital and common >= UNSURE:
            return False
        if flags & NameFlag.MAYBE_FIRST or flags & NameFlag.FIRST:
            return True
        if flags & LAST and (cue is Cue.TITLE or (cue is Cue.ROLE and common < UNCOMMON)):
            return True
        if flags & NameFlag.MANY_LAST and cue is Cue.KIN and acts and common < UNCOMMON:
            return True
        if flags & (NameFlag.RARE_FIRST | LAST):
            return capital or (bool(flags & NameFlag.RARE_FIRST) and common < UNSURE)
        if (
            acts
            and token.bare in self._list.rare
            and common == 0
            and self._like_nothing(token)
            and not self._compound(token.bare)
        ):
            return True
        seldom = self._unknown(token) or (flags & NameFlag.STREET and common < UNSURE)
        if seldom and cue in (Cue.TITLE, Cue.ROLE) and len(token.bare) > SHORTEST_STRANGE and token.bare.endswith(_SURNAME_ENDS):
            return True
        if not self._unknown(token):
            return False
        return capital or (cue >= Cue.ROLE and token.upper) or (self._like_nothing(token) and acts)

    def _closing(self, tokens: Sequence[Token], at: int, flags: NameFlag, common: float, shy: bool) -> bool:
        """After "groetjes", at the end of a message or a line."""
        end = at
        while end < min(len(tokens), at + LONGEST_CLOSING + 1) and (end == at or "\n" not in tokens[end].gap):
            end += 1
        token = tokens[at]
        alone = end - at == 1 and end == len(tokens)
        if alone and ((flags & NameFlag.MAYBE_FIRST and not shy) or (token.upper and len(token.bare) == 2 and not shy)):
            return True
        if shy or end - at > LONGEST_CLOSING or common >= EVERYDAY:
            return False
        if flags & (NameFlag.FIRST | NameFlag.MAYBE_FIRST):
            return True
        if flags & (NameFlag.RARE_FIRST | LAST):
            return token.upper or common < UNSURE
        return self._unknown(token)

    def _as_a_person(self, tokens: Sequence[Token], at: int, cue: Cue) -> bool:
        """Whether a noun is used as a name is: without an article, as who does something."""
        if self._has_article(tokens, at):
            return False
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = following is None or not following.joined or following.bare in _AND
        if cue is Cue.PERHAPS and ends and tokens[at - 1].bare not in self._words.bij_iemand:
            return True
        does = following is not None and following.joined and bool(self._does.at(tokens, at + 1))
        return does and (token.first or tokens[at - 1].bare in self._words.bij_iemand)

    # --- what stands around -----------------------------------------------------------------------------------------

    def _cue(self, tokens: Sequence[Token], at: int, last_end: int) -> Cue:
        """The strongest cue before a word; small words may stand between."""
        if at == 0:
            return Cue.NOTHING
        token, before = tokens[at], tokens[at - 1]
        if before.bare in ("heet", "heette") and at > 1 and tokens[at - 2].bare in _NOT_SOMEBODY:
            return Cue.NOTHING
        if self._initial_of_more(tokens, at - 1):
            return Cue.INITIAL
        if (
            len(before.bare) == 1
            and before.bare.isalpha()
            and before.bare != "u"
            and token.gap.strip() == "."
            and len(token.gap) <= 2
        ):
            letters = before.bare
            for token in reversed(tokens[max(0, at - 4) : at - 1]):
                letters = token.bare + letters if len(token.bare) == 1 else letters
            return Cue.NOTHING if letters in _ABBREVIATIONS else Cue.INITIAL
        if len(before.bare) == 1 and before.typed.isupper() and token.gap == " " and (before.first or before.gap.strip() == ","):
            return Cue.INITIAL if before.bare in _CONSONANTS else Cue.NOTHING
        if before.bare == "naam" and token.gap.strip() == ":":
            return Cue.TOLD
        if last_end >= 0 and ((before.bare in _AND and last_end == at - 1) or (last_end == at and token.gap.strip() == ",")):
            return Cue.AND
        if before.bare in ("met", "with") and token.joined and (before.first or self._begun(tokens, at - 1)):
            return Cue.ROLE
        best = Cue.NOTHING
        place = at
        for _ in range(MOST_SKIPPED + 1):
            gap = tokens[place].gap
            if place == 0:
                break
            for cue, phrases in self._cues:
                ends = gap == ". " and len(tokens[place - 1].bare) > LONGEST_SHORTENED and cue in (Cue.TITLE, Cue.ROLE)
                if cue > best and not ends and phrases.before(tokens, place) and _fits(cue, gap):
                    best = cue
                    break
            if best > Cue.PERHAPS or tokens[place - 1].bare not in self._words.overslaan or not tokens[place].joined:
                break
            place -= 1
        capital = tokens[at].capital or (
            tokens[at].bare in self._words.tussenvoegsels and at + 1 < len(tokens) and tokens[at + 1].capital
        )
        if best in (Cue.KIN, Cue.ROLE) and capital and tokens[at - 1].bare in ("is", "was", "heet"):
            return best
        return best if place == at or best in (Cue.TOLD, Cue.CLOSING) else Cue.NOTHING

    def _begun(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether only a greeting stands before this place: "goedemiddag mevrouw, met ..."."""
        opening = self._words.beginnen | self._words.aanspraak | {"u", "spreekt", "spreek", "je"}
        return at <= 4 and all(token.bare in opening for token in tokens[:at])

    def _particled(self, tokens: Sequence[Token], at: int, cue: Cue) -> int:
        """Where "van der berg" ends that begins here, when something tells that it is a name; otherwise ``at``."""
        target = self._after_particles(tokens, at)
        if target is None:
            return at
        token = tokens[target]
        flags = self._flags(token)
        if self._old_particles(tokens[at:target]):
            known = bool(flags & (LAST | FIRST)) or (token.upper and self._unknown(token)) or cue >= Cue.ROLE
            return self._extend(tokens, target + 1) if known else at
        if self._surname_first(tokens, at, target) or self._family(tokens, at, target):
            return self._extend(tokens, target + 1)
        if token.bare in self._words.geen_namen:
            return at
        seldom = self._common(token) < SELDOM_SURNAME and not flags & (NameFlag.PLACE | NameFlag.VERB)
        if (
            seldom
            and flags & (NameFlag.AFTER_PARTICLE | NameFlag.LAST)
            and tokens[at].bare in ("de", "van")
            and (cue is Cue.KIN or self._that_one(tokens, at))
        ):
            return self._extend(tokens, target + 1)
        told = cue in (Cue.ROLE, Cue.TITLE, Cue.TOLD, Cue.INITIAL, Cue.CLOSING)
        eastern = tokens[target - 1].bare in _EASTERN and self._unknown(token)
        if told and tokens[at].bare not in _NOT_FIRST_PARTICLES and (eastern or self._is_surname(token, flags, target - at, cue)):
            return self._extend(tokens, target + 1)
        if token.upper and not flags & NameFlag.PLACE and flags & NameFlag.AFTER_PARTICLE and tokens[at].capital:
            return self._extend(tokens, target + 1)
        return at

    def _that_one(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether "die" stands before "van eck": somebody of the house is meant."""
        return at > 0 and tokens[at].joined and tokens[at].bare == "van" and tokens[at - 1].bare == "die"

    def _family(self, tokens: Sequence[Token], at: int, target: int) -> bool:
        """Whether people are meant by a surname with more words: "die van leeuwens", "de el moussaouis"."""
        token = tokens[target]
        begin = at
        if tokens[at].bare != "de" or at + 1 == target:
            begin = at - 1
        if begin < 0 or tokens[begin].bare not in ("de", "die") or not tokens[begin + 1].joined or begin + 1 == target:
            return False
        if self._common(token) >= NEAR or self._names.get(token.bare, NameFlag.NONE) & NameFlag.PLACE:
            return False
        return any(
            self._names.get(stem, NameFlag.NONE) & NameFlag.AFTER_PARTICLE and self._list.zipf.get(stem, 0.0) < LESS_COMMON
            for stem in _stems(token.bare)
        )

    def _old_particles(self, particles: Sequence[Token]) -> bool:
        """Whether words before a name are "van der", "van den": hardly anything but names has these now."""
        words = [token.bare for token in particles]
        return len(words) > 1 and words[0] in ("van", "v", "vander") and words[-1] in ("der", "den", "d")

    def _after_particles(self, tokens: Sequence[Token], at: int) -> int | None:
        """The place of the word after "van der"; ``None`` when there is none."""
        place = at
        while place < len(tokens) and tokens[place].bare in self._words.tussenvoegsels and place - at < 3:
            place += 1
            if place < len(tokens) and tokens[place].gap not in (" ", ". ", ".", "", "/"):
                return None
        return place if at < place < len(tokens) and tokens[place].typed[0].isalpha() else None

    def _is_surname(self, token: Token, flags: NameFlag, particles: int, cue: Cue) -> bool:
        """Whether the word can be a surname after so many particles: "de jong" sooner than "van de hoek"."""
        if token.capital:
            return bool(flags & (LAST | FIRST)) or self._unknown(token)
        least = UNCOMMON if cue is Cue.ROLE else EVERYDAY if particles == 1 else LESS_COMMON
        return bool(flags & (LAST | FIRST)) and self._common(token) < least and not flags & NameFlag.VERB

    def _extend(self, tokens: Sequence[Token], end: int) -> int:
        """Where a name ends of which the words before ``end`` are part."""
        while end < len(tokens):
            token = tokens[end]
            if not token.joined or token.digits:
                return end
            if count := self._surnames.at(tokens, end):
                end += count
                continue
            if token.bare in self._words.tussenvoegsels:
                target = self._after_particles(tokens, end)
                if (
                    target is not None
                    and len(tokens[target].bare) == 1
                    and token.bare in _EASTERN
                    and self._letter_with_stop(tokens, target)
                ):
                    return target + 1
                if target is None or not self._goes_on(tokens, end, target):
                    return end
                end = target + 1
                continue
            both = token.upper and not token.typed.isupper() and tokens[end - 1].upper
            if self._initial_behind(tokens, end):
                return end + 1
            listed = end > 1 and tokens[end - 1].joined and all(self._surely(one) for one in tokens[end - 2 : end])
            if listed and self._may_be_listed(token) and token.bare not in self._words.geen_namen:
                end += 1
                continue
            if not self._second(token) and not (both and self._flags(token) & (NameFlag.MANY_LAST | NameFlag.LAST)):
                return end
            end += 1
        return end

    def _letter_with_stop(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a letter stands for a surname: "khadija el m."."""
        return tokens[at].typed.isalpha() and (at + 1 == len(tokens) or tokens[at + 1].gap.startswith("."))

    def _may_be_listed(self, token: Token) -> bool:
        """Whether a word behind two first names is one too: "hanny wim lida ko en ik"."""
        flags = self._flags(token)
        return bool(flags & FIRST) and not flags & (NameFlag.VERB | NameFlag.PLACE) and self._common(token) < UNCOMMON

    def _initial_behind(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the initial of a surname stands behind a first name: "Joris K."."""
        if len(tokens[at].typed) != 1 or not tokens[at].upper or not tokens[at - 1].upper:
            return False
        return at + 1 == len(tokens) or tokens[at + 1].gap.startswith(".") or not tokens[at + 1].joined

    def _goes_on(self, tokens: Sequence[Token], at: int, target: int) -> bool:
        """Whether "van dijk" after a first name belongs to it; "van de buren" does not."""
        token = tokens[target]
        flags = self._flags(token)
        if self._old_particles(tokens[at:target]):
            return True
        if token.bare in self._words.geen_namen:
            return False
        if tokens[at].bare in _NOT_FIRST_PARTICLES and (target - at == 1 or not token.upper):
            return False
        if token.capital:
            return not flags & NameFlag.PLACE or bool(flags & NameFlag.AFTER_PARTICLE)
        if flags & NameFlag.AFTER_PARTICLE:
            return self._common(token) < EVERYDAY and not flags & NameFlag.VERB
        return bool(flags & SURE) or (bool(flags & LAST) and self._common(token) < UNSURE) or self._unknown(token)

    def _second(self, token: Token) -> bool:
        """Whether a word right after a name is part of it."""
        flags = self._flags(token)
        if token.bare in self._words.geen_namen:
            return token.capital and bool(flags & LAST)
        if flags & SURE and len(token.bare) > 2:
            return True
        if token.capital:
            seldom = self._common(token) < NEAR and not flags & NameFlag.PLACE and not token.typed.isupper()
            return bool(flags & (LAST | FIRST)) or self._unknown(token) or seldom
        if self._unknown(token):
            return self._like_nothing(token)
        common = self._common(token)
        if flags & NameFlag.VERB or not flags & LAST:
            return False
        return common < (LESS_COMMON if flags & NameFlag.MANY_LAST else UNSURE)

    def _with_initials(self, tokens: Sequence[Token], at: int, taken: Sequence[bool]) -> int:
        """Where a name begins with the initials before it: "j.p. jansen"."""
        while (
            at > 0
            and not taken[at - 1]
            and len(tokens[at - 1].bare) == 1
            and tokens[at - 1].bare.isalpha()
            and tokens[at].gap in (".", ". ", " ")
            and (tokens[at].gap != " " or tokens[at - 1].upper)
            and tokens[at - 1].bare != "u"
        ):
            at -= 1
        if at > 0 and not taken[at - 1] and tokens[at].gap in (".", ". "):
            at -= tokens[at - 1].bare in (_TWO_LETTERS if tokens[at - 1].upper else _LOWER_INITIALS)
        if at > 0 and not taken[at - 1] and tokens[at].joined and tokens[at - 1].bare in _NICKNAMED:
            article = at > 1 and tokens[at - 1].joined and tokens[at - 2].bare in _ARTICLES | _POSSESSIVE | _HIS
            at -= not article
        return at

    def _has_article(self, tokens: Sequence[Token], at: int) -> bool:
        return at > 0 and tokens[at].joined and tokens[at - 1].bare in _ARTICLES

    def _a_thing(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a first name is used as a noun: "een iris", "de adriaen van ostadelaan"."""
        if tokens[at].upper or not self._has_article(tokens, at) or tokens[at - 1].bare not in _NOUN_ARTICLES:
            return False
        if not self._flags(tokens[at]) & (NameFlag.FIRST | NameFlag.MAYBE_FIRST) or self._flags(tokens[at]) & NameFlag.LAST:
            return False
        return not (at + 1 < len(tokens) and self._whose.at(tokens, at + 1))

    # --- one word -----------------------------------------------------------------------------------------------------

    def _flags(self, token: Token) -> NameFlag:
        """What the list says of a word; of "kevins" and "anna's" what it says of the name."""
        word = token.bare
        flags = self._names.get(word)
        if word in self._words.soms_namen:
            return (flags or NameFlag.NONE) & ~SURE | NameFlag.MAYBE_FIRST
        if flags is not None:
            return flags
        if "-" in word:
            parts = [self._names.get(part, NameFlag.NONE) for part in word.split("-")]
            if not all(part & (FIRST | LAST) for part in parts):
                return NameFlag.NONE
            return NameFlag.FIRST if any(part & SURE for part in parts) else NameFlag.MAYBE_LAST | NameFlag.AFTER_PARTICLE
        if word.endswith("'s"):
            stem = word.removesuffix("'s")
            return NameFlag.NONE if stem in self._words.geen_namen else self._names.get(stem, NameFlag.NONE)
        stem = word.removesuffix("s")
        if stem != word and len(stem) > 3 and self._list.zipf.get(word, 0.0) < UNSURE:
            return self._names.get(stem, NameFlag.NONE) & NameFlag.FIRST
        return NameFlag.NONE

    def _common(self, token: Token) -> float:
        return self._list.zipf.get(token.typed.lower(), self._list.zipf.get(token.bare, 0.0))

    def _known(self, word: str) -> bool:
        return word in self._list.zipf or word in self._list.rare or word in self._list.foreign

    def _unknown(self, token: Token) -> bool:
        """Whether a word is in no list at all: after "ik heet" then probably a name."""
        letters = token.bare.replace("-", "").replace("'", "")
        if token.typed.isupper():
            return False
        return len(letters) > 2 and letters.isalpha() and not self._known(bare(token.typed)) and not self._known(token.bare)

    def _like_nothing(self, token: Token) -> bool:
        """Whether a word that is in no list is no misspelled common word either: more than one letter away from each."""
        word = token.bare
        if "'" in token.typed or word.endswith(_NUMBER_ENDS) or len(word) < SHORTEST_STRANGE:
            return False
        return not any(part in self._near for part in shorter(word))

    def _only_a_name(self, token: Token, flags: NameFlag) -> bool:
        """Whether a word is in the list of names, however seldom, and in no vocabulary at all."""
        if flags & (NameFlag.VERB | NameFlag.PLACE | NameFlag.STREET) or not token.bare.isalpha() or token.bare.endswith("en"):
            return False
        if flags & NameFlag.NO_WORD and self._small_of_a_name(token.bare):
            return True
        if flags & NameFlag.NO_WORD and token.bare.endswith(("ie", "en", "er")):
            return False  # One letter from a common word, and it ends as that does: "kofie".
        seldom = NameFlag.RARE_FIRST | NameFlag.MAYBE_FIRST | NameFlag.MAYBE_LAST
        return bool(flags & seldom) and len(token.bare) >= SHORTEST_ONLY_NAME and self._unknown(token)

    def _small_of_a_name(self, word: str) -> bool:
        """Whether a word is the diminutive of a first name: "adje", "sjakie", "keessie"."""
        stems = (word.removesuffix(end) for end in _SMALL_ENDS if word.endswith(end))
        # Behind "ie" a name that is a word too tells little: "kofie" is no small "Kof".
        named = NameFlag.FIRST | NameFlag.MAYBE_FIRST if word.endswith("je") else NameFlag.FIRST
        return self._common_word(word) < NEAR and any(
            len(stem) > 1 and self._names.get(stem, NameFlag.NONE) & named for stem in stems
        )

    def _variant(self, token: Token) -> bool:
        """Whether a word that is in no list is written one letter otherwise than a first name: "oleksandra"."""
        word = token.bare
        if (
            len(word) < SHORTEST_VARIANT
            or not word.isalpha()
            or word.endswith(_NO_NAME_ENDS)
            or word in self._list.zipf
            or word in self._list.rare
        ):
            return False
        if token.typed.isupper() or not self._like_nothing(token) or self._compound(word):
            return False
        return any(part in self._near_names for part in shorter(word))

    @cached_property
    def _near(self) -> frozenset[str]:
        """Every word that is common and no name, as it is and with a letter left out."""
        return frozenset(
            part
            for word, common in self._list.zipf.items()
            if common >= NEAR and not self._names.get(bare(word), NameFlag.NONE) & SURE
            for part in shorter(bare(word))
        )

    @cached_property
    def _near_names(self) -> frozenset[str]:
        return frozenset(
            part
            for word, flags in self._names.items()
            if flags & (NameFlag.FIRST | NameFlag.RARE_FIRST) and len(word) >= SHORTEST_VARIANT
            for part in shorter(word)
        )


def _stems(word: str) -> Iterator[str]:
    """What a plural or diminutive may be of: "yilmazjes", "terpstra's", "van leeuwens"."""
    for end in ("'tjes", "etjes", "tjes", "jes", "'s", "s"):
        if word.endswith(end):
            yield word.removesuffix(end)


def _fits(cue: Cue, gap: str) -> bool:
    """Whether what stands between a cue and the word after it lets them belong together."""
    mark = gap.strip()
    if cue is Cue.CLOSING:
        return mark in ("", ",", "!", ".", ":", "-")
    if cue is Cue.TOLD:
        return mark in ("", ":", "=", ",", '"', "'", "“") and "\n" not in gap
    if cue is Cue.ROLE and gap == ". ":
        return True
    if cue is Cue.TITLE:
        return mark in ("", ".", ":") and "\n" not in gap
    return mark in ("", ",", "(", ":") and "\n" not in gap if cue is Cue.KIN else mark == "" and "\n" not in gap
