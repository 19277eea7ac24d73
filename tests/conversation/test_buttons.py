"""Every button the bot offers works: clicked breadth first, from several places in the conversation."""

from __future__ import annotations

from collections import deque

import pytest

from wegwijzer.evaluation.bot import Bot

from .talking import BROKEN, NOT_UNDERSTOOD, Answer, Person, person

STARTS = {
    "hello": (("hallo",), 4),
    "a story": (("mijn man is overleden",), 2),
    "the guesses": (("mijn man is overleden", "nee"), 2),
    "for whom": (("ik zorg voor mijn man met alzheimer en kom nergens meer",), 2),
    "an ambiguous wijk": (("Ik zoek iets om te doen", "zuid"), 1),
    "the step": (("mijn man is overleden", "ja", *["sla over"] * 5), 3),
    "worry": (("ik maak me zorgen om mijn buurman", "ja", "zuilen"), 2),
    "a human": (("mijn man is overleden", "nee", "Geen van deze"), 2),
    "the caring question": (("ik zie het niet meer zitten",), 3),
    "danger": (("mijn man slaat me",), 2),
    "not understood": (("/restart",), 1),
}
Screen = tuple[object, ...]


def screen(answer: Answer) -> Screen:
    """What a person sees, and whom it is about: two answers alike lead on alike."""
    return (answer.responses, answer.asked, answer.buttons, answer.slots.get("voor_wie"), answer.slots.get("fase"))


def problems(answer: Answer) -> list[str]:
    """What is wrong with an answer to a click."""
    texts = [str(message["text"]) for message in answer.messages if "text" in message]
    return [
        problem
        for problem, found in {
            "no answer": not texts,
            "an empty text": any(not text.strip() for text in texts),
            "a placeholder": any("{" in text or "}" in text for text in texts),
            "None in a text": any("None" in text for text in texts),
            "an apology for a breakdown": BROKEN in answer.responses,
            "a button that is not understood": bool(NOT_UNDERSTOOD & set(answer.responses)),
            "the same response twice": len(set(answer.responses)) < len(answer.responses),
        }.items()
        if found
    ]


@pytest.mark.parametrize(("start", "depth"), STARTS.values(), ids=STARTS)
def test_every_button_can_be_clicked(bot: Bot, start: tuple[str, ...], depth: int) -> None:
    opened = person(bot)
    first = opened.says(*start)
    assert first.buttons, first.text
    seen: set[Screen] = {screen(first)}
    queue: deque[tuple[tuple[str, ...], Person]] = deque([((), opened)])
    wrong: dict[str, list[str]] = {}
    clicked = 0
    while queue:
        path, someone = queue.popleft()
        for button in dict.fromkeys(someone.answers[-1].buttons):
            clicker = someone.twin()
            after = clicker.says(button)
            clicked += 1
            if found := problems(after):
                wrong[" > ".join((*start, *path, button))] = found
            if len(path) + 1 < depth and screen(after) not in seen:
                seen.add(screen(after))
                queue.append(((*path, button), clicker))
    assert clicked >= len(first.buttons)
    assert not wrong, "\n".join(f"{path}: {', '.join(found)}" for path, found in wrong.items())
