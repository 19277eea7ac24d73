"""Phrases as editors write them, found in text as residents type it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.understanding.cues import load_cues
from wegwijzer.understanding.phrases import Hit, Negation, PhraseMatcher, phrase_problem, plain

LISTS = {"mijn": ["mijn", "m'n", "mijn oude"], "persoon": ["moeder", "buurvrouw"]}
HERKENNEN = Path(__file__).parents[2] / "catalogue" / "herkennen.yml"

MATCHES = [
    ("groep", "een groep graag", "groep"),
    ("groep", "GROEP", "GROEP"),
    ("een op een", "liever één op één", "één op één"),
    ("een op een", "een-op-een", "een-op-een"),
    ("geen geld", "ik heb geen   geld", "geen   geld"),
    ("geen geld", "geen\u00a0geld", "geen\u00a0geld"),
    ("wandel*", "ik wil wandelen", "wandelen"),
    ("wandel*", "wandel mee", "wandel"),
    ("wandel* met", "wandelen met iemand", "wandelen met"),
    ("iemand ... langskomt", "iemand die af en toe langskomt", "iemand die af en toe langskomt"),
    ("iemand ... langskomt", "iemand langskomt", "iemand langskomt"),
    ("'s avonds", "alleen \u2019s avonds", "\u2019s avonds"),
    ("'s avonds", "s avonds kan ik", "s avonds"),
    ("m'n eigen", "voor mn eigen", "mn eigen"),
    ("voor <mijn> <persoon>", "iets voor m\u2019n buurvrouw", "voor m\u2019n buurvrouw"),
    ("voor <mijn> <persoon>", "iets voor mijn oude moeder", "voor mijn oude moeder"),
    ("<persoon>", "moeder", "moeder"),
    ("heel", "heeeeeel fijn", "heeeeeel"),
    ("nee", "neeeee", "neeeee"),
    ("cafe", "cafe\u0301", "cafe\u0301"),
    ("e-mail", "een email", "email"),
    ("e-mail", "een e mail", "e mail"),
    ("cliënt", "mijn client", "client"),
    ("client", "mijn cliënt", "cliënt"),
    ("65+", "ik ben 65+ hoor", "65+"),
    ("u-pas", "heb een u pas", "u pas"),
]

NO_MATCHES = [
    ("groep", "groepje"),
    ("groep", "wandelgroep"),
    ("geen geld", "geen. geld"),
    ("geen geld", "geen goed geld"),
    ("iemand ... langskomt", "iemand die een twee drie vier vijf langskomt"),
    ("iemand ... langskomt", "iemand zei iets. hij langskomt"),
    ("liever ... groep", "liever niet in een groep"),
    ("liever ... groep", "liever bellen dan in een groep"),
    ("wandel*", "bewandelen"),
    ("voor <mijn> <persoon>", "voor mijn hond"),
    ("man", "maan"),
]


@pytest.mark.parametrize(("phrase", "text", "found"), MATCHES)
def test_finds_the_phrase_where_it_was_typed(phrase: str, text: str, found: str) -> None:
    start = text.index(found)
    assert PhraseMatcher({"x": [phrase]}, LISTS).find(text) == [Hit("x", start, start + len(found))]


@pytest.mark.parametrize(("phrase", "text"), NO_MATCHES)
def test_does_not_find_what_is_not_there(phrase: str, text: str) -> None:
    assert not PhraseMatcher({"x": [phrase]}, LISTS).find(text)


def test_the_longest_phrase_of_a_value_counts() -> None:
    matcher = PhraseMatcher({"x": ["geen", "geen geld", "geen geld over"]})
    assert matcher.find("geen geld over") == [Hit("x", 0, 14)]


def test_hits_come_in_reading_order() -> None:
    matcher = PhraseMatcher({"b": ["bellen"], "a": ["appen"]})
    assert [hit.value for hit in matcher.find("bellen of appen of bellen")] == ["b", "a", "b"]
    assert matcher.values("appen") == {"a"}
    assert matcher.covers(" appen ") == "a"
    assert matcher.covers("appen graag") is None


def test_a_value_without_phrases_is_never_found() -> None:
    assert not PhraseMatcher({"x": []}).find("alles")


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("", "lege regel"),
        ("... groep", "tussen twee woorden"),
        ("groep ...", "tussen twee woorden"),
        ("Groep", "kleine letters"),
        ("voor <niemand>", "bestaat niet"),
        ("*", "kan niet"),
        ("gr*ep", "kan niet"),
        ("groep!", "kan niet"),
    ],
)
def test_a_malformed_phrase_is_explained_in_dutch(phrase: str, says: str) -> None:
    problem = phrase_problem(phrase, LISTS)
    assert problem is not None
    assert says in problem
    with pytest.raises(ValueError, match=r"."):
        PhraseMatcher({"x": [phrase]}, LISTS)


NEGATION = Negation(
    ["geen", "niet", "liever ... dan"], ["vind ik niks", "niet"], ["maar", "liever"], ["niet erg", "geen probleem"]
)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("geen groep", True),
        ("niet in een groep", True),
        ("liever geen groep", True),
        ("liever bellen dan in een groep", True),
        ("een groep vind ik niks", True),
        ("een groep liever niet", False),
        ("groep hoeft niet", True),
        ("niet bellen maar een groep", False),
        ("geen gedoe, een groep", False),
        ("ik vind het niet erg in een groep", False),
        ("een groep is geen probleem", False),
        ("niet dit en dat en zus en zo een groep", False),
        ("groep", False),
    ],
)
def test_refusals_reach_no_further_than_the_thought(text: str, refused: bool) -> None:
    typed = plain(text)
    (hit,) = PhraseMatcher({"groep": ["groep"]}).find(typed)
    assert NEGATION.refuses(typed, hit) is refused


@given(st.text())
def test_plain_text_knows_where_it_came_from(text: str) -> None:
    typed = plain(text)
    assert len(typed.origin) == len(typed.text) + 1
    assert list(typed.origin) == sorted(typed.origin)
    assert typed.origin[-1] == len(text)


@given(st.text())
def test_finding_never_fails_and_stays_within_the_text(text: str) -> None:
    matcher = PhraseMatcher({"x": ["a", "e*", "ik ... jij", "<mijn> <persoon>"]}, LISTS)
    for hit in matcher.find(text):
        assert 0 <= hit.start < hit.end <= len(text)


def test_the_file_of_editors_loads() -> None:
    assert load_cues(HERKENNEN).vorm.antwoorden


def _without(data: dict[str, object], *path: str) -> dict[str, object]:
    """The file with one field left out."""
    inner = data
    for name in path[:-1]:
        inner = inner[name]  # type: ignore[assignment]
    del inner[path[-1]]
    return data


def _with_phrase(data: dict[str, object], slot: str, value: str, phrase: object) -> dict[str, object]:
    """The file with one phrase added."""
    data[slot]["antwoorden"][value]["gevraagd"].append(phrase)  # type: ignore[index]
    return data


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: _without(data, "vorm"), "vorm: dit veld ontbreekt"),
        (lambda data: _without(data, "vorm", "antwoorden", "bellen"), "vorm.antwoorden.bellen: hier ontbreken woorden"),
        (lambda data: _with_phrase(data, "vorm", "bellen", "groep"), "'groep' staat bij groep en bij bellen"),
        (lambda data: _with_phrase(data, "vorm", "bellen", "bellen"), "'bellen' staat twee keer bij bellen"),
        (lambda data: _with_phrase(data, "vorm", "bellen", 112), "zet er aanhalingstekens omheen"),
        (
            lambda data: _with_phrase(data, "drempel", "geld", "Geld!"),
            "drempel.antwoorden.geld: 'Geld!': schrijf kleine letters",
        ),
        (
            lambda data: _with_phrase(data, "gemis", "beide", "<wie> dan"),
            "gemis.antwoorden.beide: '<wie> dan': de lijst <wie> bestaat niet",
        ),
        (lambda data: {**data, "vrom": {}}, "vrom: dit veld kennen we niet"),
    ],
)
def test_a_mistake_of_an_editor_names_the_field(change: object, says: str, tmp_path: Path) -> None:
    data = yaml.safe_load(HERKENNEN.read_text(encoding="utf-8"))
    path = tmp_path / "herkennen.yml"
    path.write_text(yaml.safe_dump(change(data), allow_unicode=True, sort_keys=False), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"herkennen\.yml: ") as error:
        load_cues(path)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is leeg"), (b"vorm: [", "opmaak klopt niet"), (b"\xff\xfe\xff", "UTF-8"), (None, "ontbreekt")],
)
def test_a_file_that_cannot_be_read_is_explained(content: bytes | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "herkennen.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        load_cues(path)
