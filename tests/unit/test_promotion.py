"""Switching models: only to what was measured and is not worse, noted before it is done, and back again."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from wegwijzer.cli import app
from wegwijzer.commands import learning as commands
from wegwijzer.handover.store import HandoverStore
from wegwijzer.learning import comparison as reports
from wegwijzer.learning.candidate import Candidate, NothingToLearn, compare, make_candidate, tidy_up
from wegwijzer.learning.comparison import GUARDS, Comparison, markdown, read, save, understands, worse
from wegwijzer.learning.export import Sieve, Sifted
from wegwijzer.learning.promotion import Refused, go_back, promote_candidate
from wegwijzer.learning.store import LearningStore, Taught
from wegwijzer.product import promoted, training
from wegwijzer.product.processes import CannotStart
from wegwijzer.product.promoted import NothingPromoted, Promotion, chosen, digest_of, promote, read_history, roll_back
from wegwijzer.settings import Settings
from wegwijzer.understanding.training_data import read_examples

GOOD = dict.fromkeys(GUARDS, 0.9) | {"n_messages": 100}
Notes = list[tuple[str, str]]


class Place:
    """Models of a test: the one of our own data, one that runs, and candidates."""

    def __init__(self, folder: Path) -> None:
        self.pointer, self.candidates = folder / "promoted.json", folder / "candidates"
        self.candidates.mkdir()
        self.base = folder / "wegwijzer-0123.tar.gz"
        self.base.write_bytes(b"our own")

    def candidate(self, name: str, running: Path | None = None, after: Mapping[str, float] = GOOD) -> Comparison:
        model = self.candidates / f"{name}.tar.gz"
        model.write_bytes(name.encode())
        return Comparison(
            name, "nu", self.base.name, digest_of(model), digest_of(running or self.base), "ons", 3, {}, {"shared": GOOD}, {"shared": after}
        )  # fmt: skip

    @property
    def used(self) -> Path:
        return chosen(self.base, self.pointer, self.candidates).model or self.base

    def promote(self, comparison: Comparison, notes: Notes, although: str = "") -> Path:
        note = lambda what, detail: notes.append((what, detail))  # noqa: E731
        return promote_candidate(comparison, self.base, self.used, note, although, self.candidates, self.pointer)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# --------------------------------------------------------------------------- which model is used


def test_without_a_promotion_the_own_model_is_used(place: Place) -> None:
    assert chosen(place.base, place.pointer, place.candidates) == promoted.Choice(None)


def test_promoting_twice_and_going_back_twice(place: Place) -> None:
    notes: Notes = []
    first = place.promote(place.candidate("een"), notes)
    assert place.used == first
    second = place.promote(place.candidate("twee", running=first), notes)
    assert place.used == second
    note = lambda what, detail: notes.append((what, detail))  # noqa: E731
    assert go_back(note, place.pointer).model == "twee.tar.gz" and place.used == first
    assert go_back(note, place.pointer).model == "een.tar.gz" and place.used == place.base
    with pytest.raises(NothingPromoted):
        go_back(note, place.pointer)
    assert notes == [("promoted", "een"), ("promoted", "twee"), ("rolled_back", "twee"), ("rolled_back", "een")]


def test_beside_other_data_or_code_a_promoted_model_is_not_used_and_that_is_said(place: Place) -> None:
    place.promote(place.candidate("een"), [])
    other = chosen(place.base.with_name("wegwijzer-4567.tar.gz"), place.pointer, place.candidates)
    assert other.model is None and "train --candidate" in other.said


def test_a_promoted_model_that_is_gone_is_said(place: Place) -> None:
    place.promote(place.candidate("een"), []).unlink()
    choice = chosen(place.base, place.pointer, place.candidates)
    assert choice.model is None and "is gone" in choice.said


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"history": [{"x": 1}]}', '{"history": 3}', "\0"])
def test_a_pointer_that_cannot_be_read_stops_nobody(place: Place, broken: str) -> None:
    place.pointer.write_text(broken)
    choice = chosen(place.base, place.pointer, place.candidates)
    assert choice.model is None and place.pointer.name in choice.said
    with pytest.raises(ValueError, match="cannot be read"):
        roll_back(place.pointer)
    first = place.promote(place.candidate("een"), [])
    assert place.used == first


def test_half_a_pointer_is_never_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Promotion(place.base.name, "een.tar.gz", "x", 1.0)
    promote(before, place.pointer)

    def full(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("wegwijzer.product.promoted.os.fsync", full)
    with pytest.raises(OSError, match="no room"):
        promote(replace(before, model="twee.tar.gz"), place.pointer)
    assert read_history(place.pointer) == [before]
    assert [path.name for path in place.pointer.parent.glob("*.part")] == []


def test_the_product_uses_the_promoted_model_and_trains_beside_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.from_environment({"RASA_TOKEN": "not-a-real-token"})
    own = training.base_model(settings)
    assert training.current_model(settings) == own or promoted.POINTER.exists()
    there = place.candidates / "een.tar.gz"
    there.write_bytes(b"x")
    promote(Promotion(own.name, there.name, "x", 1.0), place.pointer)
    monkeypatch.setattr(training, "chosen", lambda base: chosen(base, place.pointer, place.candidates))
    assert training.current_model(settings) == there
    assert training.base_model(settings) == own


# --------------------------------------------------------------------------- when it is refused


def test_what_was_not_measured_is_not_promoted(place: Place) -> None:
    comparison, notes = place.candidate("een"), list[tuple[str, str]]()
    for broken, why in (
        (replace(comparison, id="weg"), "is gone"),
        (replace(comparison, model="0" * 64), "not the one that was measured"),
        (replace(comparison, base="wegwijzer-4567.tar.gz"), "other data or code"),
        (replace(comparison, running="0" * 64), "another model than is used now"),
    ):
        with pytest.raises(Refused, match=why):
            place.promote(broken, notes)
    place.promote(comparison, notes)
    with pytest.raises(Refused, match="used already"):
        place.promote(comparison, notes)
    assert notes == [("promoted", "een")]


@pytest.mark.parametrize("figure", GUARDS)
def test_a_guarded_figure_that_is_worse_is_refused_unless_there_is_a_reason(place: Place, figure: str) -> None:
    guard, notes = GUARDS[figure], list[tuple[str, str]]()
    step = guard.tolerance + 0.001
    bad = place.candidate("slecht", after={**GOOD, figure: 0.9 - step if guard.higher else 0.9 + step})
    with pytest.raises(Refused, match="--although") as refused:
        place.promote(bad, notes)
    assert [(one.set, one.figure) for one in refused.value.worse] == [("shared", figure)]
    assert notes == [] and place.used == place.base
    place.promote(bad, notes, "het was een\nslechte set")
    assert notes == [("promoted", "slecht (het was een slechte set)")]
    assert read_history(place.pointer)[-1].although == "het was een slechte set"


def test_a_reason_that_is_not_needed_is_not_noted(place: Place) -> None:
    notes: Notes = []
    place.promote(place.candidate("goed"), notes, "voor de zekerheid")
    assert notes == [("promoted", "goed")]


def test_what_cannot_be_noted_is_not_done(place: Place) -> None:
    def broken(what: str, detail: str) -> None:
        raise OSError("no journal")

    with pytest.raises(OSError, match="no journal"):
        promote_candidate(place.candidate("een"), place.base, place.base, broken, "", place.candidates, place.pointer)
    assert place.used == place.base


@given(st.sampled_from(sorted(GUARDS)), st.floats(0, 1), st.floats(0, 1))
def test_better_is_never_refused_and_danger_never_gets_worse(figure: str, before: float, after: float) -> None:
    guard = GUARDS[figure]
    made = Comparison("x", "", "", "", "", "", 1, {}, {"s": {figure: before}}, {"s": {figure: after}})
    found = worse(made)
    if (after >= before) if guard.higher else (after <= before):
        assert found == []
    if figure.startswith("crisis_") and guard.higher and after < before - 1e-6:
        assert found


def test_a_figure_that_was_not_measured_is_worse() -> None:
    made = Comparison("x", "", "", "", "", "", 1, {}, {"s": {"crisis_recall": 0.5}}, {"s": {}})
    assert [str(one) for one in worse(made)] == ["crisis_recall on s: 0.5000 before, not measured now (tolerated: 0)"]
    assert "| s | crisis_recall | 0.5000 | - | - | **worse** |" in markdown(made)


# --------------------------------------------------------------------------- reports


def test_a_report_survives_being_written(place: Place, tmp_path: Path) -> None:
    made = replace(place.candidate("een"), left_out={"exam": 2})
    page = save(made, tmp_path / "var")
    assert read("een", tmp_path / "var") == read("", tmp_path / "var") == made
    text = page.read_text(encoding="utf-8")
    assert "2 nearly a line of the evaluation" in text and "It may be promoted." in text


def test_a_report_that_is_not_there_or_broken_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is: none"):
        read("", tmp_path)
    (tmp_path / "een.yml").write_text("id: een\n")
    with pytest.raises(ValueError, match=r"een\.yml cannot be read"):
        read("een", tmp_path)
    with pytest.raises(ValueError, match="There is no candidate twee; there is: een"):
        read("twee", tmp_path)


# --------------------------------------------------------------------------- making one


def learned(*texts: str) -> list[Taught]:
    return [Taught(str(number), text, "eenzaam", (), "Noor") for number, text in enumerate(texts)]


def test_a_candidate_learns_what_was_labelled_and_leaves_no_file_of_it(place: Place) -> None:
    seen: dict[str, list[str]] = {}

    def train(model: Path, data: Path) -> None:
        (data / "nlu").mkdir()
        (data / "geleerd.yml").rename(data / "nlu" / "geleerd.yml")
        seen[str(data)] = [one.text for one in read_examples(data)]
        model.write_bytes(b"trained")

    sieve = Sieve([], [], ())
    first = make_candidate(
        learned("de klok tikt zo hard", "de buis staat dag en nacht aan"), sieve, place.base, train, place.candidates
    )
    again = make_candidate(
        learned("de buis staat dag en nacht aan", "de klok tikt zo hard"), sieve, place.base, train, place.candidates
    )
    more = make_candidate(learned("de klok tikt zo hard"), sieve, place.base, train, place.candidates)
    assert first.model == again.model != more.model
    assert first.id.startswith("wegwijzer-0123-") and first.model.is_file()
    assert ["de buis staat dag en nacht aan", "de klok tikt zo hard"] in seen.values()
    assert not any(Path(folder).exists() for folder in seen)


def test_what_was_trained_is_not_trained_again_unless_it_is_damaged(place: Place) -> None:
    trained: list[Path] = []

    def train(model: Path, data: Path) -> None:
        trained.append(data)
        with tarfile.open(model, "w:gz") as archive:
            archive.add(place.base, "part")

    taught, sieve = learned("de klok tikt zo hard"), Sieve([], [], ())
    for _ in range(2):
        made = make_candidate(taught, sieve, place.base, train, place.candidates)
    assert len(trained) == 1
    made.model.write_bytes(made.model.read_bytes()[:-20])
    make_candidate(taught, sieve, place.base, train, place.candidates)
    assert len(trained) == 2


def test_understood_is_what_the_editor_said() -> None:
    one = Taught("1", "x", "situatie", ("verlies", "ontmoeten"), "Noor")
    parsed = {"soort": "situatie", "haltes": [{"id": "verlies", "confidence": 0.9}]}
    assert understands(parsed, one)
    assert not understands({**parsed, "soort": "eenzaam"}, one)
    assert not understands({**parsed, "haltes": [{"id": "verlies", "confidence": 0.1}]}, one)
    assert not understands({**parsed, "haltes": [{"id": "ontmoeten", "confidence": 0.9}]}, one)
    assert understands({"soort": "eenzaam"}, Taught("1", "x", "eenzaam", (), "Noor"))
    both = replace(
        Comparison("x", "", "", "", "", "", 4), before={"learned": {"understood": 0.25}}, after={"learned": {"understood": 1.0}}
    )
    assert "Of those the running model understands 1 of 4, the candidate 4 of 4." in markdown(both)
    assert worse(both) == []


def test_nothing_to_learn_is_said_before_anything_is_trained(place: Place) -> None:
    def train(model: Path, data: Path) -> None:
        raise AssertionError

    with pytest.raises(NothingToLearn, match="nothing to learn"):
        make_candidate(learned("[naam]"), Sieve([], [], ()), place.base, train, place.candidates)


def test_both_models_are_measured_in_the_same_way(place: Place) -> None:
    model = place.candidates / "een.tar.gz"
    model.write_bytes(b"x")
    asked: list[Path] = []

    def measure(name: str, path: Path, learned: Sequence[Taught]) -> reports.Sets:
        asked.append(path)
        return {"shared": GOOD if path == place.base else {**GOOD, "halte_hit1": 0.95}}

    made = compare(Candidate(model, Sifted(tuple(learned("x")), {})), place.base, place.base, measure)
    assert asked == [place.base, model]
    assert (made.before["shared"]["halte_hit1"], made.after["shared"]["halte_hit1"]) == (0.9, 0.95)
    assert (made.running, made.model) == (digest_of(place.base), digest_of(model))


def test_old_candidates_go_and_what_can_be_gone_back_to_stays(place: Place) -> None:
    used = place.promote(place.candidate("eerste"), [])
    for number in range(5):
        place.candidate(f"later{number}")
    gone = tidy_up(place.pointer, used, place.candidates, kept=2)
    assert used.is_file() and len(gone) == 3
    assert len(list(place.candidates.glob("*.tar.gz"))) == 3


# --------------------------------------------------------------------------- the commands


@pytest.fixture
def typed(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The commands with a trainer that takes no minutes and a product that is measured at once."""
    monkeypatch.setenv("INSIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'insight.db'}")
    monkeypatch.setenv("HANDOVER_DATABASE_URL", f"sqlite:///{tmp_path / 'handover.db'}")
    monkeypatch.delenv("WEGWIJZER_MODEL", raising=False)
    monkeypatch.setattr(commands, "base_model", lambda settings: place.base)
    monkeypatch.setattr(commands, "current_model", lambda settings: place.used)
    monkeypatch.setattr(commands, "_running", lambda settings: place.used)
    monkeypatch.setattr(commands, "_measure", lambda name, model, learned: {"shared": GOOD})
    monkeypatch.setattr(commands, "_sieve", lambda: Sieve([], [], ("verlies",)))
    monkeypatch.setattr(commands, "train", lambda settings, tell, model, also: model.write_bytes(b"trained"))
    monkeypatch.setattr(commands, "POINTER", place.pointer)
    monkeypatch.setattr(commands, "make_candidate", partial(make_candidate, folder=place.candidates))
    monkeypatch.setattr(commands, "tidy_up", partial(tidy_up, folder=place.candidates))
    monkeypatch.setattr(
        commands, "promote_candidate", partial(promote_candidate, candidates=place.candidates, pointer=place.pointer)
    )
    monkeypatch.setattr(commands, "go_back", partial(go_back, pointer=place.pointer))
    monkeypatch.setattr(commands, "save", partial(save, folder=tmp_path / "var"))
    monkeypatch.setattr(commands, "read", partial(read, folder=tmp_path / "var"))
    return CliRunner()


def test_the_whole_loop_by_command(typed: CliRunner, place: Place, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        done = typed.invoke(app, list(words))
        assert done.exit_code == 0, done.stderr
        return done.stdout

    nothing = typed.invoke(app, ["train", "--candidate"])
    assert nothing.exit_code == 1 and "nothing to learn" in nothing.stderr
    store = LearningStore(f"sqlite:///{tmp_path / 'insight.db'}")
    (id,) = store.keep(["het is stil als de vaatwasser klaar is"])
    assert run("learning", "list").startswith("1 wait for an editor, 0 labelled")
    store.label(id, "eenzaam", [], "Noor")
    listed = run("learning", "list")
    assert "1 can be trained" in listed and "1\teenzaam" in listed and "vaatwasser" not in listed
    made = run("train", "--candidate")
    assert "It may be promoted." in made and "vaatwasser" not in made
    assert run("promote").startswith("wegwijzer-0123-")
    assert place.used != place.base and place.used.is_file()
    assert typed.invoke(app, ["promote"]).exit_code == 1
    assert "is used no more" in run("rollback") and place.used == place.base
    assert typed.invoke(app, ["rollback"]).exit_code == 1
    journal = HandoverStore(f"sqlite:///{tmp_path / 'handover.db'}").audit.all()
    assert [(deed.who, deed.what) for deed in journal] == [("terminal", "promoted"), ("terminal", "rolled_back")]


def test_a_candidate_that_is_worse_is_shown_and_needs_a_reason(typed: CliRunner, place: Place, tmp_path: Path) -> None:
    save(place.candidate("slecht", after={**GOOD, "crisis_recall": 0.89}), tmp_path / "var")
    refused = typed.invoke(app, ["promote", "slecht"])
    assert refused.exit_code == 1 and "--although" in refused.stderr
    assert refused.stdout.strip() == "crisis_recall on shared: 0.9000 before, 0.8900 now (tolerated: 0)"
    assert place.used == place.base
    assert typed.invoke(app, ["promote", "slecht", "--although", "één zin, gelezen"]).exit_code == 0
    assert place.used.name == "slecht.tar.gz"


def test_what_was_learned_is_written_to_keep(typed: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "geleerd.yml"
    assert typed.invoke(app, ["learning", "export", str(path)]).exit_code == 1
    store = LearningStore(f"sqlite:///{tmp_path / 'insight.db'}")
    for id in store.keep(["de klok tikt zo hard", "sinds [naam] weg is"]):
        store.label(id, "eenzaam", [], "Noor")
    done = typed.invoke(app, ["learning", "export", str(path)])
    assert done.exit_code == 0 and "2 messages" in done.stdout
    assert "    - sinds weg is\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("error", [CannotStart("geen ruimte"), OSError("schijf vol"), ValueError("fout")])
def test_what_goes_wrong_is_one_sentence(
    typed: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    store = LearningStore(f"sqlite:///{tmp_path / 'insight.db'}")
    for id in store.keep(["de klok tikt zo hard"]):
        store.label(id, "eenzaam", [], "Noor")

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands, "train", broken)
    done = typed.invoke(app, ["train", "--candidate"])
    assert done.exit_code == 1 and done.stderr.strip().endswith(str(error)) and "Traceback" not in done.stderr


def test_the_file_is_one_that_people_can_read(place: Place) -> None:
    place.promote(place.candidate("een"), [])
    assert json.loads(place.pointer.read_text())["history"][0]["model"] == "een.tar.gz"
