"""Makes one spelling of many: lower case, no accents, chat language, dialect and common slips written out."""

from __future__ import annotations

import re
import unicodedata

_REPEATS = re.compile(r"([a-z])\1{2,}")
_ENDS = re.compile(r"([.!?])[.!?]+")
_WORD = re.compile(r"[a-z']+")

_WRITTEN = {
    "nie": "niet",
    "ni": "niet",
    "neit": "niet",
    "nt": "niet",
    "nietmeer": "niet meer",
    "nix": "niks",
    "nx": "niks",
    "niets": "niks",
    "m'n": "mijn",
    "mn": "mijn",
    "men": "mijn",
    "mijne": "mijn",
    "z'n": "zijn",
    "zn": "zijn",
    "tis": "het is",
    "da's": "dat is",
    "das": "dat is",
    "t": "het",
    "'t": "het",
    "'n": "een",
    "n": "een",
    "d'r": "er",
    "dr": "er",
    "der": "er",
    "drin": "erin",
    "druit": "eruit",
    "drvan": "ervan",
    "gwn": "gewoon",
    "gwoon": "gewoon",
    "egt": "echt",
    "ech": "echt",
    "an": "aan",
    "ff": "even",
    "effe": "even",
    "effen": "even",
    "nou": "nu",
    "wrm": "waarom",
    "vr": "voor",
    "dt": "dat",
    "hep": "heeft",
    "heef": "heeft",
    "heeftt": "heeft",
    "gister": "gisteren",
    "gistere": "gisteren",
    "snachts": "elke nacht",
    "mezelluf": "mezelf",
    "mijzelf": "mezelf",
    "mijnzelf": "mezelf",
    "leve": "leven",
    "lefen": "leven",
    "leeven": "leven",
    "lefe": "leven",
    "levend": "levend",
    "doodt": "dood",
    "doot": "dood",
    "strerven": "sterven",
    "sterve": "sterven",
    "wort": "wordt",
    "word": "wordt",
    "wortd": "wordt",
    "wille": "willen",
    "slape": "slapen",
    "geslage": "geslagen",
    "make": "maken",
    "stoppe": "stoppen",
    "trouwe": "trouwen",
    "kome": "komen",
    "ademe": "ademen",
    "bloede": "bloeden",
    "huile": "huilen",
    "opstaan": "opstaan",
    "wiltd": "wil",
    "wilt": "wil",
    "wull": "wil",
    "meerr": "meer",
    "mer": "meer",
    "vermoort": "vermoordt",
    "ie": "hij",
    "zette": "zetten",
    "uitstappe": "uitstappen",
    "stappe": "stappen",
    "ewa": "hoi",
    "kwil": "ik wil",
    "kwou": "ik wou",
    "kheb": "ik heb",
    "kben": "ik ben",
    "kga": "ik ga",
    "kkan": "ik kan",
    "kzie": "ik zie",
    "kweet": "ik weet",
    "ikwil": "ik wil",
    "ikben": "ik ben",
    "ikheb": "ik heb",
    "ikga": "ik ga",
    "ikkan": "ik kan",
    "da'k": "dat ik",
    "dak": "dat ik",
    "ouwe": "oude",
    "legge": "liggen",
    "mattie": "matti",
}
_MINE = (
    r"man|vrouw|vriend|vriendin|ex|zoon|dochter|vader|moeder|ma|pa|opa|oma|tante|broer|broers|broertje|zus|zusje|matti|maat|huisgenoot"
    r"|buurman|buurvrouw|kinderen|kids|leven|lichaam|lijf|spullen|familie|stiefvader|oom|neef|nicht|baas|pinpas|pasje|paspoort|geld|beste"
    r"|telefoon|ouders|keel|borst|arm|armen|been|benen|hoofd|hart|kamer|haren|huisarts|coming|lip|hele"
)
_IN_CONTEXT = tuple(
    (needle, re.compile(short), written)
    for needle, short, written in (
        ("k ", r"(?<![a-z])'?k (?=(?:wil|kan|ken|trek|ben|heb|ga|weet|zie|denk|hou|zou|voel|moet|mag|wou|wordt|krijg)\b)", "ik "),
        (
            "ken",
            r"\b(?:ken|kn)(?= (?:niet|ik|er|nu|zo|hem|haar|het|dit|iemand|je)\b)|(?<=\bik )ken(?= (?:maar|niet|nu|het|haar|hem|er)\b)",
            "kan",
        ),
        (" zelf", r"\b(?:me|mij|mijn) zelf\b", "mezelf"),
        ("eigen", r"\b(?:mijn|me) eigen\b(?= (?:van kant|wat|iets|kapot|pijn|aan))", "mezelf"),
        ("m", rf"\b(?:me|mij) (?:eigen )?(?=(?:{_MINE})\b)", "mijn "),
        ("moo", r"\b(?:zelf ?moo?rt|selfmoo?r[dt]|zelf moord)", "zelfmoord"),
        ("mor", r"\bzelfmor[dt]", "zelfmoord"),
        ("s", r"\b(?:su[iy]?cied|suisid|suizid|sucid)", "suicid"),
        ("as ", r"\bas (?=ik|hij|ze|zij)", "als "),
        ("'s nacht", r"'s nachts\b", "elke nacht"),
    )
)


def prepare(text: str) -> str:
    """Lower-case, no accents, straight quotes, common chat spellings written out. Sentence ends are kept."""
    text = unicodedata.normalize("NFKD", text.lower()).replace("’", "'").replace("‘", "'").replace("`", "'")
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _REPEATS.sub(r"\1\1", " ".join(text.split()))
    text = _ENDS.sub(r"\1", text)
    text = _WORD.sub(lambda word: _WRITTEN.get(word[0], word[0]), text)
    for needle, short, written in _IN_CONTEXT:
        if needle in text:
            text = short.sub(written, text)
    return text
