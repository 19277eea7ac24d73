"""Danger in plain English: the bot answers English with a human contact, but danger goes first in any language we know."""

from __future__ import annotations

from wegwijzer.understanding.crisis_patterns.model import Danger, Pattern, Tier, patterns, words

_CALM = (words(r"(?:not|never|don't|dont|no longer) (?:\w+ ){0,3}(?:suicidal|kill myself|want to die|hurt myself)"),)

SUICIDE = patterns(  # wanting to die, said in English
    Danger.ZELFDODING,
    Tier.ALERT,
    _CALM,
    r"(?:(?:want|wish|going|plan|like) to|wanna|gonna) (?:\w+ )?(?:die|be dead|kill myself|end (?:it all|my life|everything))",
    r"kill(?:ing)? myself|end(?:ing)? my (?:own )?life|take my (?:own )?life|better off (?:dead|without me)|wish i was dead|wish i were dead",
    r"(?:don't|dont|do not|no) (?:\w+ )?(?:want to live|wanna live|reason to live)",
)
VIOLENCE = patterns(  # being hurt or threatened, said in English
    Danger.GEWELD,
    Tier.ALERT,
    (),
    r"(?:he|she|husband|wife|boyfriend|girlfriend|father|son|partner|brother) (?:\w+ ){0,3}(?:hits|beats|hurts|kicks|abuses|rapes|threatens|chokes) (?:me|us|my)",
    r"(?:hit|beaten|raped|abused|threatened|locked up) by my|going to kill me|afraid of my (?:husband|boyfriend|partner|father|son)|not safe at home",
)
EMERGENCY = patterns(  # acute danger, said in English
    Danger.SPOED,
    Tier.ALERT,
    (),
    r"(?:can't|cant|cannot) breathe|chest pain|heart attack|not breathing|unconscious|overdose now|call an ambulance|need an ambulance|house is on fire",
)

PATTERNS: tuple[Pattern, ...] = (*SUICIDE, *VIOLENCE, *EMERGENCY)
