"""How old the person says to be, in digits or in words; not how old their husband is or how long they are married."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wegwijzer.understanding.phrases import plain

YOUNGEST, OLDEST = 5, 110
"""Ages we believe when we asked; a number that was not asked for must be at least :data:`YOUNGEST_UNASKED`."""

YOUNGEST_UNASKED = 10

_UNITS = {
    "een": 1,
    "eenen": 1,
    "twee": 2,
    "drie": 3,
    "vier": 4,
    "vijf": 5,
    "zes": 6,
    "zeven": 7,
    "zeuven": 7,
    "acht": 8,
    "negen": 9,
}
_TEENS = {
    "tien": 10,
    "elf": 11,
    "twaalf": 12,
    "dertien": 13,
    "veertien": 14,
    "vijftien": 15,
    "zestien": 16,
    "zeventien": 17,
    "achttien": 18,
    "achtien": 18,
    "negentien": 19,
}
_TENS = {
    "twintig": 20,
    "dertig": 30,
    "veertig": 40,
    "vijftig": 50,
    "zestig": 60,
    "zeventig": 70,
    "tachtig": 80,
    "negentig": 90,
    "twintug": 20,
    "dertug": 30,
    "viertig": 40,
    "vijfteg": 50,
    "zesteg": 60,
    "zeuventig": 70,
    "tachteg": 80,
    "tachentig": 80,
    "tagtig": 80,
    "taggentig": 80,
    "negenteg": 90,
    "seventig": 70,
    "sestig": 60,
    "feertig": 40,
    "fijftig": 50,
}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=lambda word: -len(word)))


_SPELLED = re.compile(
    rf"(?<!\w)(?:(?P<unit>{_any(_UNITS)})(?:[\s-]*en[\s-]*|n[\s-]*|-?)(?P<tens>{_any(_TENS)})|(?P<ten>{_any(_TENS)})"
    rf"|(?P<teen>{_any(_TEENS)})|(?P<hundred>honderd)(?:[\s-]*(?:en[\s-]*)?(?P<over>{_any(_UNITS | _TEENS)}))?"
    rf"|(?P<single>{_any(_UNITS)}))(?=s?te\b|de\b|\b|jarig|er\b|plus)"
)
_DIGITS = re.compile(r"(?<![\w€$.,:/'+-])(?<!€ )(\d{1,3})(?!\d|[.:/]\d|,\d|,-|\s?(?:%|€|euro))")


@dataclass(frozen=True)
class _Number:
    """A number in the text. ``before`` and ``after`` are what stands around it in the same sentence."""

    value: int
    before: str
    after: str


# After the number: what makes it the measure of something else than an age.
_OTHER_UNIT = re.compile(
    r"^\s?(?:e|ste|de)\b|^\s*(?:x|keer|uur|uren|u|min|minuten|minuut|dagen?|daags|weken|week|wk|maanden?|mnd|kilo|kg|"
    r"cm|meter|km|m2|procent|graden|euro|eur|cent|"
    r"kinderen|kind|kids|kindjes|kleinkinderen|zoons|zonen|dochters|meiden|meisjes|jongens|kleintjes|mensen|personen|"
    r"man sterk|vrouwen|mannen|broers?|zussen|broertjes|zusjes|"
    r"katten|kat|honden|hond|vrienden|vriendinnen|collega's|buren|hoog|januari|februari|maart|april|mei|juni|juli|"
    r"augustus|september|oktober|november|december|"
    r"van de|van het|van die|van mijn|of \d|op de|stuks|nachten|jaargetijden|jaarlijks|tabletten|pillen|glazen|"
    r"biertjes|sigaretten|pakjes|volgers|treden|trappen|plekken|banen|klassen?)\b"
)
# "N jaar" followed by one of these is how long something lasts.
_LASTS = re.compile(
    r"^\s*(?:jaar|jaren|jr|jaartjes)\.?\s+(?:lang|al|nu|geleden|terug|getrouwd|samen|bij|alleen|weduwe|weduwnaar|"
    r"gescheiden|ziek|werkloos|hier|daar|in|op|voor|aan|clean|nuchter|"
    r"lid|thuis|bezig|gewerkt|met|werkzaam|mantelzorg\w*|vrijwilliger|kwijt|verhuisd|weg|gewoond|gestopt|dood|"
    r"overleden|geen|niet|niemand|later|huwelijk|verkering|dienst|ervaring|geweest|"
    r"gezorgd|gezeten|gestaan|gespaard|gevochten|gedaan|vast|droog|afgekeurd|arbeidsongeschikt|werk|voetbal|single|"
    r"vrijgezel|naast|zonder|nadat|sinds|lief|gehuwd|nederland|ouder|jonger|gehad|bestuur|vriendschap|\w+ (?:geweest|"
    r"gewerkt|gewoond|gedaan|gezeten|gestaan))\b"
)
_LASTS_BEFORE = re.compile(
    r"\b(?:al|sinds|na|over|gedurende|elke|om de|per|meer dan|langer dan|binnen|zo'n|ruim|paar|afgelopen|laatste|"
    r"eerste|totaal|samen|getrouwd|gewerkt|woon|wonen|werk|heb|hebben|gehad|duurt|was|waren|toen|tot|zat)\s*(?:hier|"
    r"er|nu|ook|ik|we|bijna|ruim|zeker|wel|zo'n|meer dan|nog|maar)?\s*$"
)
_NOT_COUNTED = re.compile(
    r"\b(?:geen|nummer|nr|huisnummer|nr\.|bus|lijn|tram|om|(?:rond|tegen)(?! de)|sinds|kamer|groep|klas|"
    r"pagina|bladzijde|stap|vraag|"
    r"type|kost|maat|uit|jaren|maximaal|minimaal|"
    r"\w*(?:straat|laan|weg|plein|kade|dreef|steeg|pad|singel|gracht|hof))\s*(?:de|het)?\s*$"
)
_PAST = re.compile(
    r"\b(?:toen|vroeger|was ik|ik was|werd|voordat|sinds mijn|vanaf mijn|als ik (?:straks|later|ooit)|wanneer ik|"
    r"straks)\b[^,]*$"
)
_PERSON = (
    r"(?:man|vrouw|zoon|zoontje|dochter|dochtertje|moeder|ma|mam|mama|vader|pa|pap|papa|oma|opa|zus|zusje|broer|"
    r"broertje|partner|vriend|vriendin|vriendje|buurman|buurvrouw|"
    r"buurmeisje|buurjongen|kind|kinderen|kids|kleinkind|kleinzoon|kleindochter|tante|oom|neef|nicht|nichtje|neefje|"
    r"collega|klant|client|schoonmoeder|schoonvader|ouders|"
    r"hond|kat|ex|baby|meneer|mevrouw|dame|heer|jongen|meisje|huis|flat|huwelijk|relatie|auto|oudste|jongste|"
    r"tweeling|puber|wijf|vent|echtgenoot|echtgenote)"
)
_SOMEONE = re.compile(
    rf"\b(?:mijn|m'n|mn|me|onze|ons|zijn|haar|hun|uw|jouw|de|die|deze|dat|dit|het|een van de|"
    rf"wiens)\s+(?:\w+\s+)?{_PERSON}\b|\b(?:hij|zij|ze|ie|die|wij|we|u|jij|je|jullie)\s+(?:is|ben|bent|zijn|was|"
    rf"wordt|word|werd|zal|heeft)\b"
    rf"|\b(?:zoon|dochter|moeder|vader|oma|opa|buurvrouw|buurman|kind|zoontje|dochtertje|papa|mama|puber)\s*(?:is|"
    rf"van|was|wordt|,|\()?\s*$"
)
_I = re.compile(r"\b(?:ik|ben|k|'k|mezelf|ikzelf|zelf|mijn leeftijd|me leeftijd|i am|i'm|im)\b")

_ADVERB = (
    r"(?:(?:nu|al|net|intussen|inmiddels|pas|zelf|ook|nog|maar|ondertussen|nou|dus|gewoon|een|vrouw|man|weduwe|"
    r"weduwnaar|mevrouw|meneer|dame|heer|jongen|meisje|meid|iemand|student|studente|"
    r"oudere|met|mijn|m'n|me|vandaag|gisteren|vorige|deze|week|maand|precies|zo|eh|uh|bijna|ruim|ongeveer|rond|de|"
    r"een|jaar|trouwens|namelijk|zo'n|dik|over|boven|begin|midden|half|eind|in|om|en|bij|er|helaas|toch|wel|hoor|"
    r"vrouwtje|mannetje|oud|oude|alleenstaande?|moeder|vader|gepensioneerd)\s+){0,6}"
)
_I_AM = re.compile(
    rf"(?:\b(?:ik|k|'k|ikke) ?(?:ben|bne|bin|zijn|wees)|\bikben|\bkben|^\W*ben|\bben ik|\bben|\bben \w+ en|"
    rf"\bben (?:een )?\w+ van|\bi am|\bi'm|\bim|\bmijn leeftijd is|\b(?:mijn |m'n |me )?leeftijd(?: is)?(?::| \()?|"
    rf"\bik met|\bik als)\s*{_ADVERB}$"
)
_I_SUBORDINATE = re.compile(r"\b(?:ik|k|'k)\s+(?:nu|al|net|ook|nog|zelf|inmiddels|pas|intussen|bijna|toch)?\s*$")
_THEN_AM = re.compile(r"^\s*(?:jaar |jr )?(?:oud )?(?:ben|geworden|word)\b")
_A_PERSON_OF = re.compile(
    r"\b(?:vrouw|man|vent|kerel|gast|meid|weduwe|weduwnaar|iemand|dame|heer|moeder|vader|student|studente|gozer|"
    r"jongen|meisje|oudere|oma|opa|wijf|mens|mannetje|vrouwtje)\s+van\s+(?:bijna |in de |net |boven de )?$"
)
_MEETS = re.compile(
    r"\b(?:aan|met|naast|bij|ken|ontmoet|bezoek|help|bel|zie|zag|sprak|spreek|rijd|rij|verzorg)\s+(?:ik\s+)?(?:een|"
    r"die)\s+(?:\w+ )?(?:\w+\s+van\s+)?$"
)
_ROLE_FIRST = re.compile(r"^\W*(?:\w+ )?(?:man|vrouw|weduwe|weduwnaar|student|studente|meid|jongen) $")
_ROLE_BEFORE = re.compile(
    r"(?:^|[,;.!(]\s*|\b(?:een|als|ik,)\s+)(?:\w+ )?(?:weduwe|weduwnaar|vrouw|man|student|studente|gescheiden|"
    r"alleenstaande?|gepensioneerd|single|vrijgezel|m|v|mevrouw|meneer|dame|heer|jongen|meisje|meid|gozer|homo|"
    r"lesbisch|trans|ik)\s*[,/(:-]?\s*$"
)
_ROLE_AFTER = re.compile(
    r"^\s*(?:jaar|jr|j|jaren)?\s*(?:jong|oud)?\s*[,/)-]?\s*(?:en\s+)?(?:weduwe|weduwnaar|vrouw|man|student|studente|"
    r"gescheiden|alleenstaande?|gepensioneerd|single|vrijgezel|mevrouw|meneer|long covid|m\b|v\b|en\b|woon|alleen)"
)
_YEARS = re.compile(r"^\s?-?\s?(?:jaar|jr|j|jaren|years|yo|y/o)\b\.?(?:\s*(?:oud|jong|old|jonge|oude))?")
_YEARS_OLD = re.compile(r"^\s?-?\s?(?:jaar|jr|jaren|years)\b\.?\s*(?:oud|jong|old)\b")
_AGED = re.compile(r"^\s?-?\s?(?:jarige|jarig)\b")
_ENDS = re.compile(r"^\s*(?:$|[,)]|en\b)")
_BECOMES = re.compile(r"\b(?:ik word|word ik|ik wordt|wordt ik|ik ga naar de|^word|^wordt)\b[^.,]{0,25}$")
_BECAME = re.compile(r"^\s*(?:jaar )?(?:geworden|gew)\b")

_BORN = re.compile(
    r"(?P<cue>\bbouwjaar|\bgeboren(?: ben ik)?(?: (?:in|op|te))?[^.!?;]{0,30}?|\bgeboortejaar(?: is)?:?|\bgeb\.?|"
    r"\blichting|\bik (?:ben|kom) (?:uit|van)(?: het jaar)?|\bkind van|\bik ben er een van|\bvan het jaar)\s*"
    r"(?:(?P<year>(?:19|20)\d\d)|'(?P<short>\d\d)|(?P<bare>\d\d))(?![\w%:/-]|[.,]\d|\s*(?:jaar|jr|euro|kilo|mensen))"
)
_BORN_ASKED = re.compile(
    r"(?<![\w/])(?:(?:uit|van|in)?\s*'(?P<short>\d\d)|(?:\d{1,2}[-/. ]\d{1,2}[-/. ])?(?P<year>19\d\d|"
    r"20[01]\d))(?![\w%:]|[.,]\d)"
)

_ABOUT = (
    (re.compile(r"\b(?:begin|start|vooraan|voorin|voor in)\s+(?:van |in )?(?:de\s+)?$"), 2),
    (re.compile(r"\b(?:midden|halverwege|half|mid|medio)\s+(?:in )?(?:de\s+)?$"), 5),
    (re.compile(r"\b(?:eind|einde|achterin|achter in|achteraan|ver in|diep in|laat in)\s+(?:van )?(?:de\s+)?$"), 8),
    (
        re.compile(r"\b(?:jonger dan|onder|bijna|tegen|haast|nog net geen|net geen|op een haar na|vlak voor)\s+(?:de\s+)?$"),
        -1,
    ),
    (re.compile(r"\b(?:net over|voorbij|over|boven|ouder dan)\s+(?:de\s+)?$"), 1),
    (re.compile(r"(?<!dik )(?<!ver )(?<!diep )\bin\s+de\s+$"), 4),
    (re.compile(r"\b(?:dik|ruim) in\s+de\s+$"), 5),
)
_MOST_NUMBERS = 30
"""More numbers in one sentence are a list or nonsense; the rest is not looked at."""

_SENTENCE = re.compile(r"[.!?;\n](?!\d)")
_SUM = re.compile(r"\bhoeveel is\b|\d\s?(?:keer|maal|plus|min|gedeeld door|[x*+])\s?\d")


def find_leeftijd(text: str, asked: bool = False, today: date | None = None) -> int | None:
    """The age of the person who writes.

    Args:
        text: as it was typed.
        asked: whether this answers "Hoe oud ben je?"; a bare number then counts.
        today: for years of birth; the date of today when left out.

    Returns:
        The age in years, or ``None`` when the text does not say.
    """
    typed = plain(text).text
    year = (today or date.today()).year
    for sentence in _SENTENCE.split(typed):
        if (age := _clear(sentence)) is not None or (age := _from_birth(sentence, year, asked)) is not None:
            return age
    return next((age for sentence in _SENTENCE.split(typed) if (age := _bare(sentence)) is not None), None) if asked else None


def _clear(sentence: str) -> int | None:
    """An age that is clearly the person's own."""
    for number in _numbers(sentence):
        if not _is_own(number):
            continue
        age = _adjusted(number)
        if YOUNGEST_UNASKED <= age <= OLDEST:
            return age
    return None


def _bare(sentence: str) -> int | None:
    """An age in the answer to the question: any number that is not clearly something else."""
    if _SUM.search(sentence):
        return None
    if between := re.search(r"(?<!\d)(\d\d)\s*(?:-|en|a|tot|of)\s*(\d\d)(?!\d)(?!\s*(?:euro|uur|kilo))", sentence):
        low, high = int(between[1]), int(between[2])
        if low < high <= low + 10:
            return (low + high) // 2
    for number in _numbers(sentence):
        if _measures_else(number) or _about_someone(number.before) or _PAST.search(number.before):
            continue
        age = _adjusted(number)
        if YOUNGEST <= age <= OLDEST:
            return age
    return None


def _is_own(number: _Number) -> bool:
    """Whether this number is the age of the person who writes."""
    before, after = number.before, number.after
    if _measures_else(number) or _PAST.search(before):
        return False
    if _I_AM.search(before) or _BECOMES.search(before):
        return not _about_someone(before)
    if _I_SUBORDINATE.search(before) and _THEN_AM.match(after):
        return not re.search(r"\b(?:als|wanneer|of)\s+(?:ik|k)\s*\w*\s*$", before)
    if _about_someone(before):
        return False
    if _A_PERSON_OF.search(before) or _AGED.match(after):
        return not _MEETS.search(before)
    return _stands_alone(before, after)


def _stands_alone(before: str, after: str) -> bool:
    """ "77, weduwnaar", "weduwnaar, 77", "58 jaar", "24 en long covid": a number that can only be the person's age."""
    starts = not re.search(r"\w", _without_about(before))
    years = _YEARS.match(after)
    if starts and years:
        return bool(_ENDS.match(after[years.end() :]) or _YEARS_OLD.match(after) or _ROLE_AFTER.match(after))
    if starts:
        return bool(_ROLE_AFTER.match(after) and re.search(r"[a-z]{2}", after))
    if _ROLE_FIRST.match(before):
        return True
    if _ROLE_BEFORE.search(before):
        return bool(_ENDS.match(after[years.end() :] if years else after))
    return bool(_YEARS_OLD.match(after) and _I.search(before)) or bool(
        before.rstrip().endswith(",") and years and _ENDS.match(after[years.end() :])
    )


def _without_about(before: str) -> str:
    for pattern, _ in _ABOUT:
        before = pattern.sub("", before)
    return before


def _adjusted(number: _Number) -> int:
    """The age that "begin zestig", "bijna 80", "ik word 65 in mei" or "tachtiger" stands for."""
    shift = next((shift for pattern, shift in _ABOUT if pattern.search(number.before)), 0)
    if shift > 1 and number.value % 10:
        shift = 0
    if shift == 0 and re.match(r"^er\b", number.after):
        shift = 5
    if shift == 0 and _BECOMES.search(number.before) and not _BECAME.match(number.after):
        shift = -1
    return number.value + shift


def _measures_else(number: _Number) -> bool:
    """Whether the number counts something else than years of life."""
    if _OTHER_UNIT.match(number.after) or _NOT_COUNTED.search(number.before):
        return not (_BECOMES.search(number.before) and re.match(r"^\s+(?:in|op)\b", number.after))
    if _LASTS.match(number.after):
        return True
    if not _YEARS.match(number.after) or _YEARS_OLD.match(number.after):
        return False
    return bool(_LASTS_BEFORE.search(number.before)) and not (number.value >= 60 and _I_AM.search(number.before))


def _about_someone(before: str) -> bool:
    """Whether the last one spoken of before the number is someone else."""
    others = list(_SOMEONE.finditer(before))
    if not others:
        return False
    own = list(_I.finditer(before))
    return not own or own[-1].start() < others[-1].start()


def _from_birth(sentence: str, this_year: int, asked: bool) -> int | None:
    """The age that follows from a year of birth."""
    for pattern in (_BORN, _BORN_ASKED) if asked else (_BORN,):
        for found in pattern.finditer(sentence):
            if _about_someone(sentence[: found.start()]) or _measured_otherwise(found, asked):
                continue
            age = this_year - _birth_year(found, this_year)
            if (YOUNGEST if asked else YOUNGEST_UNASKED) <= age <= OLDEST:
                return age
    return None


def _measured_otherwise(found: re.Match[str], asked: bool) -> bool:
    """A bare "van 58" is a year of birth only after "ik ben", "bouwjaar" and the like; "kind van 12" is none."""
    named = found.groupdict()
    if not named.get("bare"):
        return False
    return not (asked or re.match(r"bouwjaar|lichting|ik ben (?:uit|van)|geb|van het jaar", named.get("cue") or ""))


def _birth_year(found: re.Match[str], this_year: int) -> int:
    named = found.groupdict()
    if named.get("year"):
        return int(named["year"])
    short = int(named.get("short") or named["bare"])
    return 2000 + short if short <= this_year % 100 - YOUNGEST else 1900 + short


def _numbers(sentence: str) -> Iterator[_Number]:
    """The numbers of a sentence, in reading order, in digits and in words."""
    found = [(match.start(), match.end(), int(match[1])) for match in _DIGITS.finditer(sentence)]
    found += [
        (match.start(), match.end(), value)
        for match in _SPELLED.finditer(sentence)
        if (value := _spelled_value(match)) >= YOUNGEST
    ]
    for start, end, value in sorted(found)[:_MOST_NUMBERS]:
        yield _Number(value, sentence[max(0, start - 80) : start], sentence[end : end + 40])


def spelled_number(text: str) -> int | None:
    """The number that a plain text (see :func:`wegwijzer.understanding.phrases.plain`) is, in words: "drie"; else ``None``."""
    found = _SPELLED.fullmatch(text)
    return _spelled_value(found) if found else None


def _spelled_value(found: re.Match[str]) -> int:
    """The value of a number in words: "zevenenzeventig", "drie en tachtig", "honderdtwee"."""
    named = found.groupdict()
    if named["tens"]:
        return _UNITS[named["unit"]] + _TENS[named["tens"]]
    if named["ten"]:
        return _TENS[named["ten"]]
    if named["hundred"]:
        return 100 + ((_UNITS | _TEENS)[named["over"]] if named["over"] else 0)
    return _TEENS[named["teen"]] if named["teen"] else _UNITS[named["single"]]
