"""``wegwijzer match``: staff see what would be named for given answers and why, and a wrong answer is explained."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.builders import FAR, HERE, catalogue, initiative, real_catalogue, real_listener
from wegwijzer.cli import app
from wegwijzer.dialogue.explain import explain, profile_of, verdict
from wegwijzer.evaluation.matches import match_personas
from wegwijzer.evaluation.personas import read_personas
from wegwijzer.matching.factors import WEIGHTS
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import EVALUATION
from wegwijzer.vocabulary import Drempel, VoorWie, Vorm

NOW = Moment(datetime(2026, 3, 2, 10, tzinfo=AMSTERDAM), 12)
GRIEF, FAR_AWAY = initiative("rouwgroep", haltes=["verlies"]), initiative("elders", haltes=["verlies"], area=[FAR])
CITY = catalogue(GRIEF, FAR_AWAY)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["match", "--op", "2026-03-02 10:00", *arguments])


def test_what_is_left_out_is_counted_by_rule() -> None:
    explained = explain(profile_of(CITY, haltes=["verlies"], wijk=HERE), CITY, NOW, 5)
    assert explained.named == ("rouwgroep",)
    assert explained.left_out == {"wijk": 1} and "wijk 1" in verdict(explained)


def test_when_nothing_fits_that_is_what_it_says() -> None:
    explained = explain(profile_of(CITY, haltes=["mentaal"], gemis="iemand", vorm="bellen", wijk=HERE), CITY, NOW, 5)
    assert explained.named == ()
    assert "Niets past goed genoeg" in verdict(explained)


def test_answers_become_a_profile() -> None:
    profile = profile_of(CITY, voor_wie="helpen", haltes=["verlies"], vorm="groep", drempels=["geld"], noemt=["Kerk"])
    assert (profile.voor_wie, profile.vorm, profile.drempels) == (VoorWie.HELPEN, Vorm.GROEP, (Drempel.GELD,))
    assert profile.mentions == {"kerk"}


def test_the_command_shows_offers_reasons_and_every_factor() -> None:
    result = run("--halte", "verlies", "--wijk", "overvecht", "--leeftijd", "74", "--vorm", "groep", "--aantal", "3")
    assert result.exit_code == 0, result.output
    assert "Wat het best past" in result.output and "het is in Overvecht" in result.output
    assert all(name in result.output for name in WEIGHTS)


@pytest.mark.parametrize(
    ("option", "value"),
    [("halte", "verlis"), ("wijk", "Amsterdam"), ("vorm", "samen"), ("drempel", "tijd"), ("gemis", "x"), ("groep", "x"),
     ("taal", "Arabisch"), ("voor-wie", "mij")],
)  # fmt: skip
def test_an_answer_that_does_not_exist_is_explained_in_dutch(option: str, value: str) -> None:
    result = run(f"--{option}", value)
    assert result.exit_code == 1
    said = result.output + (result.stderr if result.stderr_bytes else "")
    assert f"--{option} '{value}' kennen we niet; kies uit:" in " ".join(said.split())


@pytest.mark.parametrize("text", ["geen: lijst", "- id: x", "[", "- 3"])
def test_a_file_that_holds_no_personas_is_refused_in_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "personas.yml"
    file.write_text(text, encoding="utf-8")
    result = run("--personas", str(file))
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert run("--personas", str(tmp_path / "weg.yml")).exit_code == 1


def test_every_scripted_resident_who_seeks_something_gets_an_offer_on_a_theme_of_theirs() -> None:
    personas = read_personas(EVALUATION / "personas.yml")
    seeking = [one for one in personas if one.expects["outcome"] in ("initiative", "volunteer", "signal_advice")]
    assert seeking
    for one in match_personas(seeking, real_catalogue(), real_listener(), NOW):
        match = one.planned.match
        assert match is not None, one.persona.id
        if one.persona.expects["outcome"] != "volunteer":
            assert set(match.initiative.haltes) & set(one.persona.expects["haltes_any"]), one.persona.id
        assert match.reasons, one.persona.id


def test_the_table_of_personas_names_each_of_them() -> None:
    result = run("--personas", str(EVALUATION / "personas.yml"))
    assert result.exit_code == 0, result.output
    for one in read_personas(EVALUATION / "personas.yml"):
        assert one.id in result.output
