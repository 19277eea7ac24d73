"""At first contact the bot says that it is a computer (AI Act, article 50), also to someone who starts with their story."""

from __future__ import annotations

from collections.abc import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.rule_like_policy import RuleLikePolicy, actions_this_turn

INTRODUCTION = "utter_kennismaking"
WELCOME = "utter_hallo"
INTRODUCTIONS = frozenset(
    {
        *(INTRODUCTION, WELCOME, "utter_bot", "utter_wat_kun_je", "utter_buiten", "utter_sorry_klacht"),
        *("utter_niet_begrepen_begin", "action_terugblik"),
    }
)
"""What says that a computer speaks, or comes only after that was said: the later question says it too."""
FORM = "intake_form"
LISTEN = "action_listen"
BEGIN = "utter_begin"
ENDS_TURN = frozenset({BEGIN, "utter_niet_begrepen_begin", "action_stap", "action_anders"})
"""After asking what it is about, or giving a step, the bot always waits: these change slots that the rules look at."""

FIRST_ANSWERS = {
    "privacy": "utter_privacy",
    "waarom": "utter_waarom",
    "mens": "action_mens",
    "vraag_info": "action_info",
    "dank": BEGIN,
    "bevestigen": BEGIN,
    "ontkennen": BEGIN,
    "gezien_ok": BEGIN,
    "weetniet": BEGIN,
    "iets_anders": BEGIN,
    "hoe_begin_ik": BEGIN,
    "bewaren": BEGIN,
    "voorbeeld": BEGIN,
}
"""What follows the introduction when someone starts with this; the rules say the same for later in a conversation."""

NOT_UNDERSTOOD = "nlu_fallback"
"""As a first message this gets a welcome, not "ik begrijp je niet": "dag ik ben Truus, mijn kleinzoon heeft dit aangezet"."""

STORIES = frozenset({"situatie", "vraag_aanbod", "eenzaam", "helpen", "corrigeren", "verder"})
"""Intents that lead straight into the questions; every other first answer says itself that a computer speaks."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IntroductionPolicy(RuleLikePolicy):
    """Introduces the bot once, then goes on to the questions in the same turn."""

    def choose(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, Iterable[Event]] | None:
        """The introduction before the first story, and the form after it."""
        if tracker.latest_message is None or tracker.active_loop_name:
            return None
        done = [event.action_name for event in actions_this_turn(tracker)]
        if done and done[-1] in ENDS_TURN:
            return LISTEN, ()
        if tracker.get_slot("fase") == "crisis":
            return None
        intent = tracker.latest_message.intent.get("name")
        if done == [INTRODUCTION] and intent in STORIES:
            return FORM, ()
        if done == [INTRODUCTION] and intent in FIRST_ANSWERS:
            return FIRST_ANSWERS[intent], ()
        if done[:1] == [INTRODUCTION] and len(done) == 2 and done[1] == FIRST_ANSWERS.get(str(intent)):
            return LISTEN, ()
        if done == [WELCOME] and intent == NOT_UNDERSTOOD:
            return LISTEN, ()
        if not done and intent == NOT_UNDERSTOOD and not _introduced(tracker):
            return WELCOME, ()
        if not done and _first(tracker, intent) and not _introduced(tracker):
            return INTRODUCTION, ()
        return None


def _first(tracker: DialogueStateTracker, intent: str | None) -> bool:
    """Whether something may come before the answer to this. After a step it is answered at once: who was first asked whether
    there is danger got that step without an introduction, and was told then that a computer asks."""
    return intent in STORIES or (intent in FIRST_ANSWERS and tracker.get_slot("fase") is None)


def _introduced(tracker: DialogueStateTracker) -> bool:
    """Whether the bot said that it is a computer, or the page on which it speaks did."""
    return any(
        (isinstance(event, ActionExecuted) and event.action_name in INTRODUCTIONS)
        or (isinstance(event, UserUttered) and bool((event.metadata or {}).get("welcomed")))
        for event in tracker.applied_events()
    )
