"""Numbers and addresses on the internet that say who somebody is: by their form, their check digits and the words before them.

The eleven-test of the BSN and the check of an IBAN are those of ``python-stdnum``. What a number is, is looked for in this
order: e-mail, account, IBAN, date of birth, BSN, telephone, licence plate; what was found first is left out of what follows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from stdnum import iban
from stdnum.nl import bsn

from wegwijzer.catalogue.wegstrepen import Kind, Wegstrepen
from wegwijzer.privacy.name_list import shorter
from wegwijzer.privacy.tokens import read_tokens
from wegwijzer.understanding.words import WordList, word_list

YOUNGEST = 12
"""A whole date of at least this many years ago may be somebody's birthday; a later one is more often of something else."""

OLDEST = 115

CUE_REACH = 32
"""Characters before a number in which a word tells what it is."""

LEAST_PHONE, MOST_PHONE = 9, 15
"""Digits of a telephone number; the longest is that of recommendation E.164 of the ITU."""

LEAST_TOLD_PHONE = 6
"""Digits of a telephone number after "mijn nummer is"."""

_WAR = frozenset(
    {(10, 5, 1940), (5, 5, 1945), (4, 5, 1945), (6, 6, 1944), (15, 8, 1945), (14, 5, 1940), (1, 2, 1953), (31, 1, 1953)}
)
"""Days everybody of the Netherlands tells of: the war, the flood."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january janauri januarie jannuari", "februari feb febr february febuari februarie februarij feburari",
            "maart mrt march", "april apr apriel aprill", "mei may", "juni jun june junie", "juli jul july julie",
            "augustus aug august agustus augustes augustis augusts", "september sep sept septembr septemer setember",
            "oktober okt october oct octobr oktobr oktobber", "november nov novembr noverber nofember",
            "december dec desember dezember decembr decemer des",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_DIGIT_WORDS = {
    word: digits
    for digits, words in {
        "0": "nul", "1": "een één eentje", "2": "twee", "3": "drie", "4": "vier", "5": "vijf", "6": "zes", "7": "zeven",
        "8": "acht", "9": "negen", "10": "tien", "11": "elf", "12": "twaalf", "13": "dertien", "14": "veertien", "15": "vijftien",
        "16": "zestien", "17": "zeventien", "18": "achttien", "19": "negentien", "20": "twintig", "30": "dertig", "40": "veertig",
        "50": "vijftig", "60": "zestig", "70": "zeventig", "80": "tachtig", "90": "negentig",
    }.items()
    for word in words.split()
}  # fmt: skip
_DIGIT_WORDS |= {
    f"{unit}{link}{ten}": str(int(tens) + int(value))
    for unit, value in list(_DIGIT_WORDS.items())
    if len(value) == 1 and value != "0" and unit != "eentje"
    for ten, tens in list(_DIGIT_WORDS.items())
    if len(tens) == 2 and tens.endswith("0") and tens != "10"
    for link in ("en", "ën")
}

_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w.+'-]{1,64} ?@ ?[\w-]{1,63}(?:(?:\.| \. |\. )[\w-]{1,63}){1,4}|"
    r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?![\w@])"
)
_AT = r"(?:apenstaartje|apestaartje|apenstaart|apestaart|\(at\)|\[at\]|(?<= )at(?= ))"
_DOT = r"(?: ?(?:punt|dot|\.) ?)"
_LINK = r"(?: ?(?:punt|dot|\.|(?:laag |liggend )?streepje|underscore|min) ?)"
_HOSTS = (
    "gmail|hotmail|outlook|live|yahoo|ziggo|kpnmail|kpnplanet|planet|xs4all|icloud|protonmail|casema|upcmail|hetnet|home|me|"
    "example|mail|msn"
)
_SPOKEN_EMAIL = re.compile(
    rf"(?<![\w.])[\w-]{{1,40}}(?:{_LINK}[\w-]{{1,40}}(?: [\w-]{{1,40}})??){{0,3}} ?{_AT}"
    rf" ?[\w-]{{1,40}}(?:{_DOT}[\w-]{{2,30}}){{0,3}}(?<!\.)",
    re.IGNORECASE,
)
_SURE_AT = re.compile(rf"apenstaart|apestaart|\(at\)|\[at\]|\bat ?(?:{_HOSTS})\b|{_DOT}(?:nl|com|net|org|eu)$", re.IGNORECASE)
_URL = re.compile(
    r"(?:https?://)?(?:www\.|m\.|nl-nl\.|nl\.)?(?:instagram\.com|facebook\.com|fb\.com|fb\.me|tiktok\.com|twitter\.com|x\.com|snapchat\.com|"
    r"linkedin\.com|t\.me|wa\.me|chat\.whatsapp\.com|discord\.gg|youtube\.com|threads\.net|pinterest\.com|onlyfans\.com|linktr\.ee|steamcommunity\.com|"
    r"threads\.com|bsky\.app/profile|twitch\.tv|reddit\.com|roblox\.com/users|soundcloud\.com|strava\.com|vinted\.nl/member|"
    r"vk\.com|ok\.ru|signal\.me|discord\.com/users|kick\.com|letterboxd\.com|github\.com|medium\.com|pin\.it|hallobuur\.nl)"
    r"/[^\s<>\"')\]]{1,200}|(?<![\w/.])u/(?=[\w-]{0,20}[^\W\d_])[\w-]{3,30}(?<!-)",
    re.IGNORECASE,
)
"""A page of somebody on a place of the internet, and a name on Reddit: "u/name"."""
_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z0-9_](?:[\w.]{0,38}\w)?(?:@[\w-]{1,40}(?:\.[\w-]{2,30}){1,3})?(?![\w@])")
_HANDLE_WORD = re.compile(r"(?:live:)?@?[\w](?:[\w.-]{0,38}\w)?(?:#\w{3,5})?")
_MOST_MORE = 4
"""Words with a capital after the first of a name on the internet: "Wilhelmina Van Het Plein"."""
_HANDLE_MORE = re.compile(r"(?: (?:van|de|der|den|het|met|en|uit|in|of|the)){0,2} [A-Z\u00c0-\u00de][\w-]{1,30}")
_HANDLE_FILLERS = (
    "is|naam|id|account|kanaal|heet|heette|heten|me|mij|mezelf|ik|op|als|onder|dan|daar|daarop|mn|m'n|mijn|de|den|gebruikersnaam|"
    "username|handle|adres|nummer|profiel|via|zoek|zoeken|toe|voeg|sta|ben|noem|naar|op naam van|"
    "van mijn (?:dochter|zoon|man|vrouw|moeder)|noemt (?:hij|ze|zij) zich|(?:hij|ze|zij) heet|heet (?:hij|ze|zij)|"
    "tag|gamertag|code|vriendcode|ook|gewoon|bij|erbij|speel|speelt|was|nog|toen|vroeger|staan|vinden|te|naartoe|onder de naam|"
    "verkoper|verkoopster|gebruiker|speler|speelster"
)
_HANDLE_LINK = re.compile(rf"(?:[\s:=,?.!-]|\b(?:{_HANDLE_FILLERS})\b){{1,16}}", re.IGNORECASE)
_HANDLE_NAMED = re.compile(
    r"\b(?:heet|heette|heten|naam|id|gebruikersnaam|username|gamertag|handle|zich)\b|\bonder de\b", re.IGNORECASE
)
_HANDLE_TOLD = re.compile(r"[:=]|\b(?:is|account|als|onder|ben|noem|naar|tag|kanaal|profiel)\b", re.IGNORECASE)
_HANDLE_BEFORE = re.compile(
    r"(?<!\w)(?P<how>ik heet|heet ik|ik ben|ben ik|bekend als|sta ik als|ik speel als|noemt zich|noemt hij zich|noem ik me|"
    r"noem ik mij|voeg|add|add me|volg|volg me|zoek|zoek mij op|zoek me op|zoek me op als|zoek me als|zoek mij als|dm|dm naar|"
    r"app naar|speel ik als|sta als|sta ik onder|als) "
    r"(?P<name>@?\w(?:[\w.-]{0,38}\w)?)(?: toe| te vinden| bekend)? (?:op|via|bij|in)(?: de| het| die| een)? $",
    re.IGNORECASE,
)
_PLACE_LINK = re.compile(r" is (?:dan |ook )?", re.IGNORECASE)
_UNDERSCORED = re.compile(r"(?<![\w@./-])(?:live:)?(?=[\w.'-]*[^\W\d_])[\w.'-]{0,40}[^\W_]_{1,3}[^\W_][\w.-]{0,40}(?<![.-])")
"""A word with an underscore inside: nothing but names on the internet and files are written so."""
_NEAR_PLACE = re.compile(r"(?<![\w@./-])[^\W\d_][\w.-]{2,40}(?<![.-])(?![@\w])")
_GLUED_HANDLE = re.compile(r"([^\W\d_]{3,})[.-]?\d{1,6}|[^\W\d_]+\d+[^\W\d_][\w.]*|[^\W\d_]{2,}(?:\.[^\W_]{2,})+\d+")
"""Letters with digits glued to them: "henk1948", "x4nder"."""
_DOTTED = re.compile(r"[^\W\d_][\w-]*(?:\.[\w-]+)+")
_HOST_ENDS = frozenset("nl com net org eu be de tv io app info gov me uk fr txt pdf jpg png doc docx".split())  # noqa: SIM905
_ANYWHERE = re.compile(r"(?<![\w@./#-])([^\W\d_]{4,30})[._-]?(\d{2,6})(?![\w@%€-])(?![.,:/]\d)")
"""Letters with digits glued to them, of two or more: without a place of the internet when the letters are no word."""
_CHAIN = re.compile(r"[^\W\d_]+(?:-[^\W_]+){2,}")
_CHAIN_LINKS = frozenset(
    {"en", "op", "aan", "te", "to", "het", "onder", "voor", "a", "of", "is", "in", "de", "na", "bij", "tot", "per"}
)
"""Between hyphens in an ordinary word: "kant-en-klaar", "doe-het-zelf"."""
_NO_STEMS = frozenset(
    """covid corona iphone ipad windows android galaxy samsung groep klas lijn bus tram route fase deel type
    punt blok huis kamer nr nummer
    vwo havo vmbo mavo mbo hbo level versie top stap les dag week jaar artikel art""".split()  # noqa: SIM905
)
"""Before a number these are no names: "groep8", "iphone12"."""
NEAR_PLACE = 48
"""Characters on both sides of a place of the internet in which such a word is looked for."""
_NAME_ENDS = ("naam", "name", "tag", "nick")
_ABOUT_A_PLACE = tuple(
    """groep groepje groepen pagina paginas filmpje filmpjes bericht berichten berichtje berichtjes account accounts
    profiel profielen app apps appje appjes foto fotos fotootjes verhaal verhalen video videos vriend vrienden vriendin
    vriendinnen kanaal chat chats verslaving verslaafd gedoe gezeur feed advertentie advertenties link links oproep
    oproepen melding meldingen reclame reclames spel spelletje spelletjes kring club tijd gebruiker gebruikers naam
    wereld dingen generatie jeugd post posts posten streak streaks maatje maatjes contact contacten abonnement
    wachtwoord meldt dagen avond avonden lijst""".split()  # noqa: SIM905
)
"""A word that ends so is one for something on the internet, and nobody's name there."""
_PLURALS = ("en", "jes", "ies", "tie", "ing")
_ALONE_BEFORE = re.compile(r"(?:^|[.,;:!?\n(] ?)(?P<name>[^\W\d_]{6,40}) (?:op|via) $", re.IGNORECASE)
_MINE_JUST = re.compile(r"\b(?:mijn|m'n|mn|me|en|heb|heeft|hebt) $", re.IGNORECASE)
_STREETS = ("straat", "laan", "weg", "plein", "gracht", "kade", "dijk", "dreef", "hof", "singel", "pad", "huis", "kamer")
MOST_ABBREVIATED = 4
"""Single letters with full stops between them: of more it is a name on the internet, "a.y.m.a.n.e"."""
_FRIEND_CODE = re.compile(r"(?<!\w)SW(?:-\d{4}){3}(?!\w)", re.IGNORECASE)
FAMILIAR = 4.5
"""After "op facebook heet ik" only a word this common (Zipf) is no name."""
SELDOM = 3.0
"""After "mijn insta is" only a word below this may be one: "mijn insta is saai" is none."""
SHORTEST_HANDLE = 6
SHORTEST_PART = 5
ORDINARY = 3.8
"""A word that ends in one this common, of :data:`SHORTEST_PART` letters, is an ordinary compound."""

_IBAN = re.compile(r"(?<![\w])[A-Za-z]{2} ?\d{2}(?:[ .-]?[A-Za-z0-9]){10,30}(?!\w)")
_NL_IBAN = re.compile(r"(?<!\w)nl ?\d{2}[ .-]?[a-z]{4}[ .-]?(?:\d[ .-]?){8,10}\d?(?!\w)", re.IGNORECASE)

_NUMBER = re.compile(
    r"(?<![\w€$])(?<![\d ][,.])(?<!^[,.])(?:\+|\(\+?|[oO](?=6))?\d(?:[ \-./()_*]{0,3}\d){5,18}(?![\w%€])(?![.,]\d)"
)
_YEAR_RANGE = re.compile(r"\(?(?:19|20)\d\d ?[-/ ] ?(?:19|20)\d\d\)?")

_NUMERIC_DATE = re.compile(r"(?<![\d./-])(\d{1,2}) ?([-/. ]) ?(\d{1,2}) ?\2 ?['’]?((?:19|20)?\d\d)(?![\d]|[./-]\d)")
_ISO_DATE = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d./-])")
_GLUED_DATE = re.compile(r"(?<![\d-])(\d{2})(\d{2})((?:19|20)?\d\d)(?![\d-])")
_COMPACT_DATE = re.compile(r"(?<![\d-])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d-])")
_ROMAN_DATE = re.compile(
    r"(?<![\w./-])(\d{1,2})([-./ ])(I{1,3}|IV|VI{0,3}|IX|XI{0,2})\2((?:19|20)\d\d)(?![\w/-])",
)
_ROMAN = {name: at for at, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), 1)}  # noqa: SIM905
_SHORT_DATE = re.compile(r"(?<![\d./-])(\d{1,2}) ?[-/] ?(\d{1,2})(?![\d./-])")
_MONTH = "|".join(sorted(_MONTHS, key=lambda name: -len(name)))
_DAY_WORDS = (
    "eenendertig|dertig|negenentwintig|achtentwintig|zevenentwintig|zesentwintig|vijfentwintig|vierentwintig|drieentwintig|drieëntwintig|"
    "tweeentwintig|tweeëntwintig|eenentwintig|twintig|negentien|achttien|zeventien|zestien|vijftien|veertien|dertien|twaalf|elf|tien|"
    "negen|acht|zeven|zes|vijf|vier|drie|twee|een|één|eerste|tweede|derde"
)
_SMALL_NUMBER = "|".join(sorted(_DIGIT_WORDS, key=lambda word: -len(word)))
_YEAR_WORDS = rf"(?:(?:negentien|tweeduizend) ?(?:honderd ?)?(?:en ?)?)?(?:{_SMALL_NUMBER})"
_ORDINAL = r"(?:ste|de|st|nd|rd|th|e)?"
_WRITTEN_DATE = re.compile(
    rf"(?<![\w])(?P<day>\d{{1,2}}|{_DAY_WORDS}){_ORDINAL}(?: (?:of|van))?[ /.-]{{0,2}}(?P<month>{_MONTH})(?![^\W\d_])\.?"
    rf"(?P<mark>(?: (?:van|in))?[ ,'’/-]{{0,3}})(?:(?P<year>(?:19|20)\d\d|\d\d(?![\d:.])|{_YEAR_WORDS})(?!\w))?",
    re.IGNORECASE,
)
_MISSPELLED_DATE = re.compile(
    rf"(?<!\w)(?P<day>\d{{1,2}}|{_DAY_WORDS}){_ORDINAL}(?: van)?[ /.-]{{1,2}}(?P<month>[a-z]{{4,10}})\.?"
    rf"(?P<mark>(?: van)?[ ,'’/-]{{1,3}})(?P<year>(?:19|20)\d\d|\d\d(?![\d:.])|{_YEAR_WORDS})(?!\w)",
    re.IGNORECASE,
)
"""The form of a written date of which the month is any word; :func:`_month_like` tells which month was meant."""
_YEAR_FIRST = re.compile(
    rf"(?<![\w./-])(?P<year>(?:19|20)\d\d)[ ,:-]{{1,3}}(?:op )?(?P<day>\d{{1,2}}|{_DAY_WORDS}){_ORDINAL}[ -]"
    rf"(?P<month>{_MONTH})(?![^\W\d_])",
    re.IGNORECASE,
)
_SPOKEN_DATE = re.compile(
    rf"(?<!\w)(?P<day>{_DAY_WORDS}|\d{{1,2}})(?:,? | streep(?:je)? )(?P<month>{_DAY_WORDS}|\d{{1,2}})(?:,? | streep(?:je)? )"
    rf"(?P<year>{_YEAR_WORDS}|(?:19|20)?\d\d)(?!\w)",
    re.IGNORECASE,
)
"""A date of which also the month is a number that is said: "twaalf drie achtenveertig"."""
_WHOLE_YEAR_WORD = re.compile(
    r"(?:negentien|tweeduizend).*|\w{3,}(?:en|ën)(?:dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)", re.IGNORECASE
)
"""A year in words that hardly counts anything: "achtenveertig", "negentienvijftig"."""
_ENDS = re.compile(r"\s*(?:$|[.,;!?)\n]|(?:in|te|uit|dus|ben|en|is|was|geboren|toen)\b)", re.IGNORECASE)
_NUMBERED_MONTH = re.compile(
    r"(?<!\w)(\d{1,2})(?:ste|de|e)? van de (\d{1,2})(?:ste|de|e)?(?:[ ,'’]{1,3}(?:van )?((?:19|20)?\d\d)(?![\w:.]))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?P<month>{_MONTH}) (?P<day>\d{{1,2}}){_ORDINAL},? (?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_FROM = re.compile(r"\b(?:ben|bent|is|was|zijn|kom|komt|waren|tweeling)(?: \w+){0,2} van (?:de )?$", re.IGNORECASE)
"""Before a date with a year: "ze is van 3 mei 62"."""
_CAPITAL_BEFORE = re.compile(r"(?<=[a-z.,] )[A-Z][^\W\d_]+ ?\($")
"""A word with a capital inside a sentence, right before a bracket: "buurman Smit ("."""
_AGE_WORD = r"(?:al |alweer )?(?:\d{2,3}(?! ?(?:euro|%|km))\b|\w*(?:tig|tien)\b)"
_BECOMES = re.compile(rf"\s?,?\s?(?:word|wordt|werd|worden)\s+(?:\w+\s+){{0,2}}?{_AGE_WORD}", re.IGNORECASE)
_BECAME = re.compile(r"\b(?:word|wordt|werd|worden) (?:\w+ )?(?:op )?$", re.IGNORECASE)
_AGE_AFTER = re.compile(rf"\s{_AGE_WORD}", re.IGNORECASE)
_WORD_YEAR = re.compile(r"[a-zë]", re.IGNORECASE)

_PLATE = re.compile(
    r"(?<![\w-])(?:[a-z]{2}([- ]?)\d{2}\1\d{2}|\d{2}([- ]?)\d{2}\2[a-z]{2}|\d{2}([- ]?)[a-z]{2}\3\d{2}|"
    r"[a-z]{2}([- ]?)\d{2}\4[a-z]{2}|"
    r"[a-z]{2}([- ]?)[a-z]{2}\5\d{2}|\d{2}([- ]?)[a-z]{2}\6[a-z]{2}|\d{2}([- ]?)[a-z]{3}\7\d|\d([- ]?)[a-z]{3}\8\d{2}|"
    r"[a-z]{2}([- ]?)\d{3}\9[a-z]|[a-z]([- ]?)\d{3}\10[a-z]{2}|[a-z]{3}([- ]?)\d{2}\11[a-z]|[a-z]([- ]?)\d{2}\12[a-z]{3}|"
    r"\d([- ]?)[a-z]{2}\13\d{3}|\d{3}([- ]?)[a-z]{2}\14\d)(?![\w-])",
    re.IGNORECASE,
)
"""The fourteen forms of a Dutch licence plate (sidecodes of the RDW)."""

_TOLD_PLATE = re.compile(r"[a-z0-9]{1,3}(?:[- ][a-z0-9]{1,3}){1,2}(?![\w-])|[a-z0-9]{6}(?!\w)", re.IGNORECASE)
_UNITS = frozenset("km cm kg mm ml mg gr st nr tv gb mb kw jr wk mnd hr pp bv".split())  # noqa: SIM905
_SHORT_WORDS = frozenset(
    """ff zn mn vd vh nr st dr mw gr kr pm pk ps tv cv wc nl tt dm dl cl hz px bc vs jl dd ds vr za zo ma di wo do hr th bv nv
    fb wk pc kv bg hs db dc hb ns gg jr sr""".split()  # noqa: SIM905
)
"""Two letters without a vowel beside a number that are a word: "zn 80 st"."""
_VOWELS = frozenset("aeiou")
_MINE = re.compile(r"\b(?:mijn|m'n|mn|me|my|haar|zijn|z'n|zn)\b", re.IGNORECASE)
_BETWEEN_DIGITS = frozenset({"dan", "en", "streepje", "daarna", "komma", "spatie", "vervolgens"})
_SPOKEN_RUN = 40
"""Words and digits in a row of a number that is dictated."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is personal in a text: from ``start`` up to ``end``, and what it is."""

    start: int
    end: int
    kind: Kind


def flat(text: str) -> str:
    """The text with plain digits, hyphens and spaces; every character keeps its place."""
    return text if text.isascii() else "".join(map(_flat, text))


def _flat(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter.isdigit() and (value := unicodedata.digit(letter, None)) is not None:
        return str(value)
    if letter.isspace():
        return " "
    if unicodedata.category(letter) == "Pd":
        return "-"
    simple = unicodedata.normalize("NFKC", letter)
    return simple if len(simple) == 1 else letter


class NumberFinder:
    """Finds them. Make once, use for every message.

    Args:
        words: the words editors keep.
        known_numbers: telephone numbers of the catalogue, which are nobody's own.
        known_addresses: e-mail and web addresses of the catalogue.
        common: how common words are; the list kept with the code when not given.
        today: what day it is.
    """

    def __init__(
        self,
        words: Wegstrepen,
        known_numbers: Iterable[str] = (),
        known_addresses: Iterable[str] = (),
        common: WordList | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._known = frozenset(_national(number) for number in known_numbers)
        self._addresses = frozenset(address.lower() for address in known_addresses)
        self._list = word_list() if common is None else common
        self._today = today
        self._cues: Mapping[Kind, re.Pattern[str]] = {
            Kind.GEBOORTEDATUM: _any(words.geboren),
            Kind.IBAN: _any(words.rekening),
            Kind.BSN: _any(words.burgernummer),
            Kind.KENTEKEN: _any(words.kenteken),
            Kind.TELEFOON: _any(words.telefoon),
        }
        self._behind_bsn = re.compile(
            rf"[ ,(]{{1,3}}(?:(?:dat |dit )?(?:is|was) )?"
            rf"(?:(?:mijn|m'n|mn|me|haar|zijn|het|de) )?(?:{_choices(words.burgernummer)})(?!\w)",
            re.IGNORECASE,
        )
        self._other_day = _any(words.andere_dag)
        self._counted = re.compile(rf" (?:{_choices(words.geen_huisnummer)})(?!\w)", re.IGNORECASE)
        self._other_number = _any(words.geen_nummer)
        self._people = _any([*words.familie, *words.aanspraak])
        self._vehicles = _any(words.voertuigen)
        self._accounts = re.compile(
            rf"(?<![\w@])(?:{'|'.join(sorted(map(re.escape, words.accounts), key=lambda word: -len(word)))})"
            r"(?:-?(?:account|naam|kanaal))?(?!\w)",
            re.IGNORECASE,
        )

    def find(self, text: str) -> Iterator[Found]:
        """All of them, each kind in order; what is found may overlap, and the first counts.

        Args:
            text: as :func:`flat` gives it.
        """
        yield from self._emails(text)
        yield from self._account_names(text)
        yield from self._ibans(text)
        yield from self._birthdays(text)
        yield from self._spoken_numbers(text)
        yield from self._long_numbers(text)
        yield from self._plates(text)
        for place in self._accounts.finditer(text):
            yield from self._near_place(text, place)

    # --- on the internet ----------------------------------------------------------------------------------------------

    def _emails(self, text: str) -> Iterator[Found]:
        if "@" in text:
            for found in _EMAIL.finditer(text):
                if found[0].replace(" ", "").lower() not in self._addresses:
                    yield Found(*_trimmed(found), Kind.EMAIL)
        for found in _SPOKEN_EMAIL.finditer(text):
            if _SURE_AT.search(found[0]):
                yield Found(*_trimmed(found), Kind.EMAIL)

    def _account_names(self, text: str) -> Iterator[Found]:
        for found in _URL.finditer(text):
            address = found[0].lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
            if not any(address.rstrip("/") == known for known in self._plain_addresses()):
                yield Found(found.start(), found.start() + len(found[0].rstrip(".,;:!?")), Kind.ACCOUNT)
        if "@" in text:
            for found in _HANDLE.finditer(text):
                yield Found(*found.span(), Kind.ACCOUNT)
        for found in _FRIEND_CODE.finditer(text):
            yield Found(*found.span(), Kind.ACCOUNT)
        for found in _UNDERSCORED.finditer(text):
            yield Found(*found.span(), Kind.ACCOUNT)
        for found in _ANYWHERE.finditer(text):
            if self._only_an_account(found[1].lower()):
                yield Found(*found.span(), Kind.ACCOUNT)
        for place in self._accounts.finditer(text):
            yield from self._around_place(text, place)

    def _near_place(self, text: str, place: re.Match[str]) -> Iterator[Found]:
        """Words near a place of the internet that are written as only names there are: "henk1948", "oma-breit-sokken"."""
        begin, end = max(0, place.start() - NEAR_PLACE), min(len(text), place.end() + NEAR_PLACE)
        begin = begin if begin == 0 else text.find(" ", begin, place.start()) + 1 or place.start()
        end = end if end == len(text) else max(text.rfind(" ", place.end(), end), place.end())
        for found in _NEAR_PLACE.finditer(text, begin, end):
            name = found[0].lower()
            if place.start() < found.end() and found.start() < place.end():
                continue
            glued = _GLUED_HANDLE.fullmatch(name)
            stem = (glued[1] or "") if glued else ""
            known = stem in _NO_STEMS or stem in _MONTHS or self._accounts.fullmatch(stem)
            chain = _CHAIN.fullmatch(name) and not _CHAIN_LINKS & set(name.split("-")) and not self._common(name)
            if (glued and not known) or chain or self._dotted(name):
                yield Found(*found.span(), Kind.ACCOUNT)

    def _around_place(self, text: str, place: re.Match[str]) -> Iterator[Found]:
        """What somebody is called on a place of the internet: "op facebook heet ik ...", "ik heet ... op reddit"."""
        begin = max(0, place.start() - 2 * CUE_REACH)
        if before := _HANDLE_BEFORE.search(text, begin, place.start()):
            name = before["name"]
            least = FAMILIAR if any(word in before["how"].lower() for word in ("heet", "noem", " op", "als")) else SELDOM
            if _odd(name) or (self._common(name) < least and len(name) > 2):
                yield Found(*before.span("name"), Kind.ACCOUNT)
        if (alone := _ALONE_BEFORE.search(text, begin, place.start())) and self._nobodys_word(alone["name"].lower()):
            yield Found(*alone.span("name"), Kind.ACCOUNT)
        link = _HANDLE_LINK.match(text, place.end())
        if link is None:
            return
        found = _HANDLE_WORD.match(text, link.end())
        if found is not None and link[0].rstrip().endswith(" op") and (after := _PLACE_LINK.match(text, found.end())):
            found = _HANDLE_WORD.match(text, after.end()) or found
        if found is None:
            return
        mine = _last(_MINE, text[begin : place.start()]) >= 0
        if not link[0].strip(" ") and self._alone_behind(text, place, found):
            yield Found(*found.span(), Kind.ACCOUNT)
            return
        told = _HANDLE_NAMED.search(f"{place[0]} {link[0]}") or _HANDLE_TOLD.search(link[0])
        both = told and found[0][0].isupper() and _HANDLE_MORE.match(text, found.end())
        if not both and not self._is_handle(found[0], link[0], place[0], mine):
            return
        end = found.end()
        for _ in range(_MOST_MORE if found[0][0].isupper() else 0):
            more = _HANDLE_MORE.match(text, end)
            end = more.end() if more else end
        yield Found(found.start(), end, Kind.ACCOUNT)

    def _alone_behind(self, text: str, place: re.Match[str], found: re.Match[str]) -> bool:
        """Whether nothing is said but a place and a word of nobody: "twitter hansregelt"; not "op facebook buurtgroepen"."""
        begins = (
            not text[: place.start()].rstrip(" ")
            or text[: place.start()].rstrip(" ")[-1] in ".,;:!?\n("
            or bool(_MINE_JUST.search(text, max(0, place.start() - CUE_REACH), place.start()))
        )
        ends = found.end() == len(text) or text[found.end()] in ".,;:!?\n)"
        return begins and ends and self._nobodys_word(found[0].lower())

    def _nobodys_word(self, word: str) -> bool:
        """Whether a word is in no list, and not one for something on the internet: "breifilmpjes"."""
        if len(word) < SHORTEST_HANDLE or word.endswith(_ABOUT_A_PLACE):
            return False
        if "-" in word:
            return any(part.isalpha() and len(part) > 2 and not self._common(part) for part in word.split("-"))
        if not word.isalpha() or (word.endswith(_PLURALS) and not self._made_up(word)):
            return False
        return word not in self._list.zipf and word not in self._list.rare and word not in self._list.foreign

    def _dotted(self, name: str) -> bool:
        """Whether a word with full stops inside is a name on the internet: "semih.ytz"; "leuk.maar" only lacks a space."""
        if not _DOTTED.fullmatch(name) or name.rsplit(".", 1)[1] in _HOST_ENDS:
            return False
        parts = name.split(".")
        if len(parts) > 2 and all(len(part) > 1 for part in parts):
            return True
        if all(len(part) == 1 for part in parts):
            return len(parts) > MOST_ABBREVIATED
        return max(map(len, parts)) > 2 and any(self._common(part) < SELDOM and not part.isdigit() for part in parts)

    def _only_an_account(self, stem: str) -> bool:
        """Whether letters before digits make hardly anything but a name on the internet: "snuffelaar3554", "zonder12" is not."""
        if stem in _NO_STEMS or stem in _MONTHS or self._accounts.fullmatch(stem) or stem.endswith(_STREETS):
            return False
        common = self._common(stem)
        if common:
            return common < SELDOM and len(stem) >= SHORTEST_HANDLE
        return len(stem) >= SHORTEST_HANDLE

    def _plain_addresses(self) -> Iterator[str]:
        for address in self._addresses:
            yield address.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")

    def _is_handle(self, name: str, link: str, place: str, mine: bool) -> bool:
        """Whether a word after "mijn insta is" is somebody's name there, and no ordinary word.

        Args:
            name: the word.
            link: what stands between.
            place: the word for the place: "insta", "gebruikersnaam".
            mine: whether it is said to be somebody's: "mijn insta".
        """
        letters = name.removeprefix("@").lower()
        if _odd(letters):
            return True
        if len(letters) < 3 or not letters.replace("-", "").isalpha():
            return False
        common = self._common(letters)
        if place.lower().endswith(_NAME_ENDS) and not self._common(letters):
            return len(letters) >= SHORTEST_PART and not letters.endswith(_ABOUT_A_PLACE)
        named = (
            _HANDLE_NAMED.search(link)
            or "heet" in place.lower()
            or (place.lower().endswith(("naam", "name", "tag")) and re.search(r"[:=]|\bis\b", link))
        )
        if named:
            return common < FAMILIAR
        if _HANDLE_TOLD.search(link):
            return common < SELDOM or (name[0].isupper() and common < FAMILIAR)
        return (mine or "ik" in link or not link.strip(" ,:")) and self._made_up(letters)

    def _common(self, word: str) -> float:
        return self._list.zipf.get(word.lower().removeprefix("@"), 0.0)

    def _made_up(self, word: str) -> bool:
        """Whether a word is in no list, and no compound of which the last part is a common word."""
        if len(word) < SHORTEST_HANDLE or word in self._list.zipf or word in self._list.rare:
            return False
        return not any(self._common(word[at:]) >= ORDINARY for at in range(1, len(word) - SHORTEST_PART + 1))

    # --- numbers ------------------------------------------------------------------------------------------------------

    def _ibans(self, text: str) -> Iterator[Found]:
        for found in _NL_IBAN.finditer(text):
            yield Found(*_trimmed(found), Kind.IBAN)
        for found in _IBAN.finditer(text):
            if (end := _valid_iban(found[0])) is not None:
                yield Found(found.start(), found.start() + end, Kind.IBAN)

    def _long_numbers(self, text: str) -> Iterator[Found]:
        for found in _NUMBER.finditer(text):
            if _YEAR_RANGE.fullmatch(found[0]):
                continue
            kind = self._number_kind(text, found)
            if kind is not None:
                yield Found(*_trimmed(found), kind)
            else:
                yield from self._parts(text, found)

    def _parts(self, text: str, found: re.Match[str]) -> Iterator[Found]:
        """Two numbers that stand one after another: "0612345678 3511"."""
        pieces = list(re.finditer(r"\+?[\d-]+", found[0]))
        for piece in pieces if len(pieces) > 1 else ():
            if _is_phone(re.sub(r"\D", "", piece[0]), piece[0].startswith("+")) and not self._is_known(piece[0]):
                yield Found(found.start() + piece.start(), found.start() + piece.end(), Kind.TELEFOON)

    def _number_kind(self, text: str, found: re.Match[str]) -> Kind | None:
        typed = found[0]
        digits = re.sub(r"\D", "", typed)
        if self._is_known(typed):
            return None
        before = text[max(0, found.start() - CUE_REACH) : found.start()]
        told = {kind: _last(pattern, before) for kind, pattern in self._cues.items()}
        if len(digits) in (8, 9) and self._bsn_behind(text, found.end()):
            return Kind.BSN
        nearest = max((at, kind) for kind, at in told.items())
        if nearest[0] >= 0:
            if nearest[1] is Kind.BSN and len(digits) in (8, 9, 10):
                return Kind.BSN
            if nearest[1] is Kind.IBAN and 7 <= len(digits) <= 10:
                return Kind.IBAN
        if _is_phone(digits, typed.lstrip("(").startswith("+")):
            return Kind.TELEFOON
        other = _last(self._other_number, before) >= 0
        if len(digits) == 9 and not other and bsn.is_valid(digits):
            return Kind.BSN
        looks_like_date = _NUMERIC_DATE.fullmatch(typed) or _ISO_DATE.fullmatch(typed)
        if told[Kind.TELEFOON] >= 0 and not other and LEAST_TOLD_PHONE <= len(digits) <= MOST_PHONE and not looks_like_date:
            return Kind.TELEFOON
        return None

    def _bsn_behind(self, text: str, end: int) -> bool:
        """Whether a number is said to be a BSN after it: "123456782 is mijn bsn"."""
        return bool(self._behind_bsn.match(text, end))

    def _is_known(self, typed: str) -> bool:
        return _national(typed) in self._known

    def _spoken_numbers(self, text: str) -> Iterator[Found]:
        """Numbers that are dictated: "nul zes twaalf vierendertig ..."."""
        tokens = read_tokens(text)
        at = 0
        while at < len(tokens):
            end, digits = at, ""
            while end < len(tokens) and end - at < _SPOKEN_RUN:
                token = tokens[end]
                if end > at and not set(token.gap) <= {" ", "-", ",", ".", "/", "*", "_"}:
                    break
                value = token.bare if token.digits else _DIGIT_WORDS.get(token.typed.lower())
                if value is None and token.bare in ("plus", "dubbel") and end == at:
                    value = ""
                if value is None and token.bare in _BETWEEN_DIGITS and 0 < len(digits) < LEAST_PHONE:
                    value = ""
                if value is None:
                    break
                digits, end = digits + value, end + 1
            while end > at and tokens[end - 1].bare in _BETWEEN_DIGITS:
                end -= 1
            if any(not token.digits for token in tokens[at:end]) and not self._is_known(digits):
                kind = self._spoken_kind(text, tokens[at].start, digits)
                if kind is not None:
                    yield Found(tokens[at].start, tokens[end - 1].end, kind)
            at = max(end, at + 1)

    def _spoken_kind(self, text: str, start: int, digits: str) -> Kind | None:
        before = text[max(0, start - CUE_REACH) : start]
        if len(digits) in (8, 9, 10) and _last(self._cues[Kind.BSN], before) >= 0:
            return Kind.BSN
        if _is_phone(digits, plus=False):
            return Kind.TELEFOON
        if len(digits) == 9 and bsn.is_valid(digits):
            return Kind.BSN
        told = _last(self._cues[Kind.TELEFOON], before) >= 0
        return Kind.TELEFOON if told and LEAST_TOLD_PHONE <= len(digits) <= MOST_PHONE else None

    # --- dates --------------------------------------------------------------------------------------------------------

    def _birthdays(self, text: str) -> Iterator[Found]:
        for found in _NUMERIC_DATE.finditer(text):
            if self._is_birthday(text, found, int(found[1]), int(found[3]), found[4]):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _ISO_DATE.finditer(text):
            if self._is_birthday(text, found, int(found[4]), int(found[3]), found[1]):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _GLUED_DATE.finditer(text):
            if self._is_birthday(text, found, int(found[1]), int(found[2]), found[3], glued=True):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _COMPACT_DATE.finditer(text):
            if self._is_birthday(text, found, int(found[3]), int(found[2]), found[1], glued=True):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _ROMAN_DATE.finditer(text):
            if self._is_birthday(text, found, int(found[1]), _ROMAN[found[3]], found[4]):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _SHORT_DATE.finditer(text):
            if self._told(text, found) and _is_day(int(found[1]), int(found[2])):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _YEAR_FIRST.finditer(text):
            day = int(found["day"]) if found["day"].isdigit() else 1
            if self._is_birthday(text, found, day, _MONTHS[found["month"].lower()], found["year"]):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _WRITTEN_DATE.finditer(text):
            day = int(found["day"]) if found["day"].isdigit() else 1
            if self._is_birthday(text, found, day, _MONTHS[found["month"].lower()], _year(found["year"])):
                yield Found(found.start(), found.start() + len(found[0].rstrip(" ,'’/-")), Kind.GEBOORTEDATUM)
        for found in _MISSPELLED_DATE.finditer(text):
            month = _month_like(found["month"].lower())
            day = int(found["day"]) if found["day"].isdigit() else 1
            if month and self._is_birthday(text, found, day, month, _year(found["year"])):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _SPOKEN_DATE.finditer(text):
            day, month = (int(part) if part.isdigit() else 1 for part in (found["day"], found["month"]))
            if not found[0].replace(" ", "").isdigit() and _is_day(day, month) and self._told(text, found):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _NUMBERED_MONTH.finditer(text):
            if self._is_birthday(text, found, int(found[1]), int(found[2]), found[3]):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)
        for found in _MONTH_FIRST.finditer(text):
            if self._is_birthday(text, found, int(found["day"]), _MONTHS[found["month"].lower()], found["year"]):
                yield Found(*found.span(), Kind.GEBOORTEDATUM)

    def _is_birthday(self, text: str, found: re.Match[str], day: int, month: int, year: str | None, glued: bool = False) -> bool:
        """Whether somebody can be born on a date, or a word tells so.

        Args:
            text: the message.
            found: where the date stands.
            day: as it was written; days and months may have changed places.
            month: the same.
            year: of two or four digits, when there is one.
            glued: nothing stands between the digits.
        """
        if not (_is_day(day, month) or _is_day(month, day)):
            return False
        if self._told(text, found) or self._of_somebody(text, found, year):
            return True
        if year is None or (len(year) != 4 and (glued or not (_between(found[0]) or self._year_behind(text, found)))):
            return False
        before = text[max(0, found.start() - CUE_REACH) : found.start()]
        after = text[found.end() : found.end() + CUE_REACH]
        if _last(self._other_day, before) >= 0 or self._other_day.search(after):
            return False
        if glued and _last(self._other_number, before) >= 0:
            return False
        this_year = self._today().year
        whole = int(year) if len(year) == 4 else 1900 + int(year)
        if (day, month, whole) in _WAR or (len(year) == 2 and int(year) <= this_year % 100 + 1):
            return False
        return this_year - OLDEST <= whole <= this_year - YOUNGEST

    def _of_somebody(self, text: str, found: re.Match[str], year: str | None) -> bool:
        """Whether a date is said to be somebody's: "zij is van 3 mei 62", "mijn zoontje (14-2-2016)", "op 9 mei word ik 70"."""
        before = text[max(0, found.start() - CUE_REACH) : found.start()]
        after = text[found.end() : found.end() + CUE_REACH]
        if _BECOMES.match(after) or (_BECAME.search(before) and (year or _AGE_AFTER.match(after))):
            return True
        if year is None or (len(year) == 4 and int(year) > self._today().year - 2):
            return False
        other = _last(self._other_day, before)
        bracketed = before.rstrip().endswith("(") and after.lstrip().startswith(")")
        if bracketed and self._person_before(text, found.start()) and other <= _last(self._people, before):
            return True
        return other < 0 and bool(_FROM.search(before))

    def _year_behind(self, text: str, found: re.Match[str]) -> bool:
        """Whether what stands behind a month is a year and no count: "3 mei 48.", "vier april vierenveertig"."""
        named = found.re is _WRITTEN_DATE or found.re is _MISSPELLED_DATE
        if not named or not found["year"]:
            return False
        if not found["year"].isdigit():
            return bool(_WHOLE_YEAR_WORD.fullmatch(found["year"])) and not self._counted.match(text, found.end())
        return int(found["year"]) > 31 and bool(_ENDS.match(text, found.end()))

    def _person_before(self, text: str, at: int) -> bool:
        """Whether somebody is told of before a date between brackets: "mijn zoontje (", "de heer T. Smit ("."""
        before = text[max(0, at - 2 * CUE_REACH) : at]
        return _last(self._people, before) >= 0 or bool(_CAPITAL_BEFORE.search(before))

    def _told(self, text: str, found: re.Match[str]) -> bool:
        """Whether a word near a date tells that it is a birthday."""
        before = text[max(0, found.start() - CUE_REACH) : found.start()]
        after = text[found.end() : found.end() + CUE_REACH * 3 // 4]
        told = max((cue.end() for cue in self._cues[Kind.GEBOORTEDATUM].finditer(before)), default=-1)
        if told >= 0:
            return _last(self._other_day, before) < told
        return bool(self._cues[Kind.GEBOORTEDATUM].search(after)) and not re.search(
            r"[.!?\n]", after.split()[0] if after.split() else ""
        )

    # --- licence plates -----------------------------------------------------------------------------------------------

    def _plates(self, text: str) -> Iterator[Found]:
        for found in _PLATE.finditer(text):
            if self._is_plate(text, found):
                yield Found(*found.span(), Kind.KENTEKEN)
        for told in self._cues[Kind.KENTEKEN].finditer(text):
            link = re.compile(r"(?:[\s:=]|\b(?:is|van|mijn|m'n|mn|de|auto)\b){0,8}", re.IGNORECASE).match(text, told.end())
            plate = _TOLD_PLATE.match(text, link.end() if link else told.end())
            if plate and any(map(str.isdigit, plate[0])) and any(map(str.isalpha, plate[0])):
                yield Found(*plate.span(), Kind.KENTEKEN)

    def _is_plate(self, text: str, found: re.Match[str]) -> bool:
        typed = found[0]
        before = text[max(0, found.start() - CUE_REACH) : found.start()]
        if _last(self._cues[Kind.KENTEKEN], before) >= 0:
            return True
        if re.fullmatch(r"\d{4}[A-Za-z]{2}", typed):
            return False
        groups = [group.lower() for group in re.findall(r"[A-Za-z]+", typed)]
        shouted = "".join(re.findall(r"[A-Za-z]", typed)).isupper()
        if any(group in _MONTHS for group in groups):
            return False
        if "-" in typed:
            return True
        if any(_VOWELS & set(group) for group in groups):
            return False
        if shouted and len(groups) == 1:
            return groups[0] not in _UNITS
        if any(group in _UNITS for group in groups):
            return False
        if sum(map(len, groups)) > (2 if shouted else 3) and not any(group in _SHORT_WORDS for group in groups):
            return True
        if " " not in typed:
            return not any(len(group) > 1 and self._common(group) >= 4.0 for group in groups)
        near = text[max(0, found.start() - CUE_REACH) : found.end() + CUE_REACH]
        if self._vehicles.search(near):
            return True
        return sum(map(len, groups)) > 2 and not any(len(group) > 1 and self._common(group) >= SELDOM for group in groups)


# --- small helpers ----------------------------------------------------------------------------------------------------


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{_choices(words)})(?![^\W_])", re.IGNORECASE)


def _choices(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: -len(word))) or r"(?!)"


def _odd(name: str) -> bool:
    """Whether a word has signs in it that only a name on the internet has."""
    return any(sign in name for sign in "_.#") or (any(map(str.isdigit, name)) and any(map(str.isalpha, name)))


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last place of a pattern begins; -1 when there is none."""
    return max((found.start() for found in pattern.finditer(text)), default=-1)


def _national(number: str) -> str:
    """The digits of a number as they are dialled inside the country."""
    digits = re.sub(r"\D", "", number)
    for prefix in ("0031", "31"):
        if digits.startswith(prefix) and len(digits) >= len(prefix) + 9:
            return "0" + digits[len(prefix) :].removeprefix("0")
    return digits


def _is_phone(digits: str, plus: bool) -> bool:
    """Whether digits have the form of a number of somebody: mobile, landline, or of another country."""
    if plus or digits.startswith("00"):
        return LEAST_PHONE <= len(digits) <= MOST_PHONE
    if digits.startswith(("0800", "0900", "0906", "0909")):
        return False
    if digits.startswith("06"):
        return 8 <= len(digits) <= 11
    if digits.startswith("0") and len(digits) == 10:
        return digits[1] != "0"
    if digits.startswith("31") and len(digits) == 11:
        return True
    return digits.startswith("6") and len(digits) == 9 and not bsn.is_valid(digits)


def _year(written: str | None) -> str | None:
    """A year in digits, of two or four as it was said."""
    if written is None or written.isdigit():
        return written
    said = re.sub(r"[\s-]", "", written.lower())
    century = next((digits for word, digits in (("negentien", "19"), ("tweeduizend", "20")) if said.startswith(word)), "")
    rest = re.sub(r"^(?:negentien|tweeduizend)(?:honderd)?(?:en)?", "", said) if century else said
    return f"{century}{_DIGIT_WORDS.get(rest, '0').zfill(2)}"


@lru_cache(maxsize=1)
def _near_months() -> Mapping[str, int]:
    """What is left of the longer months without one letter, with the first letter before it: the month."""
    return {name[0] + part: number for name, number in _MONTHS.items() if len(name) > 4 for part in shorter(name)}


def _month_like(word: str) -> int | None:
    """The month a word is a misspelling of, one letter otherwise; ``None`` when it is none of any."""
    near = _near_months()
    return next((near[word[0] + part] for part in shorter(word) if word[0] + part in near), None)


def _between(typed: str) -> bool:
    """Whether a date of which the year has two digits is written as one: with signs between, or an apostrophe before the year."""
    return bool(re.search(r"['’]\d\d$|^\d{1,2}([-/.])\d{1,2}\1\d\d$", typed.rstrip(" ,'’/-")))


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _valid_iban(typed: str) -> int | None:
    """Where a valid IBAN ends that begins this text; words after it may look like more of it."""
    ends = [at for at in range(len(typed), 14, -1) if typed[at - 1].isalnum() and (at == len(typed) or not typed[at].isalnum())]
    return next((at for at in ends if iban.is_valid(re.sub(r"[ .-]", "", typed[:at]), check_country=False)), None)


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    """Where a match stands without space and full stops at its end."""
    return found.start(), found.start() + len(found[0].rstrip(" .,-/(:;!?"))
