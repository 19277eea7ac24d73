"""The closed vocabularies that the catalogue, the NLU and the conversation share.

The fourteen haltes and ten wijken are *data* (``catalogue/haltes.yml``, ``catalogue/wijken.yml``) and therefore not
listed here: a city may rename or add one without touching code. What is listed here is what code branches on.
"""

from __future__ import annotations

from enum import StrEnum


class VoorWie(StrEnum):
    """Who the conversation is about (slot ``voor_wie``)."""

    ZELF = "zelf"
    ANDER = "ander"
    HELPEN = "helpen"


class Gemis(StrEnum):
    """What a person misses (slot ``gemis``): people around them, someone close, or both."""

    MENSEN = "mensen"
    IEMAND = "iemand"
    BEIDE = "beide"


class Vorm(StrEnum):
    """How a person likes to meet (slot ``vorm``)."""

    EEN_OP_EEN = "een_op_een"
    GROEP = "groep"
    BELLEN = "bellen"
    ONLINE = "online"
    EROPUIT = "eropuit"


class Drempel(StrEnum):
    """What makes the step hard (slot ``drempel``)."""

    ALLEEN_GAAN = "alleen_gaan"
    GELD = "geld"
    LOPEN = "lopen"
    INTERNET = "internet"
    NEDERLANDS = "nederlands"
    OVERDAG = "overdag"


class Uitkomst(StrEnum):
    """How a conversation ended (slot ``uitkomst``)."""

    INITIATIEF = "initiatief"
    MENS = "mens"
    CRISIS = "crisis"
    SIGNALEREN = "signaleren"
    VRIJWILLIGER = "vrijwilliger"
    BUITEN = "buiten"


class Status(StrEnum):
    """Whether an initiative still exists, as far as the evidence goes."""

    ACTIVE = "active"
    LIKELY_ACTIVE = "likely_active"
    UNKNOWN = "unknown"
    ENDED = "ended"


class Kind(StrEnum):
    """What a catalogue row is. Only an ``offer`` can ever be suggested."""

    OFFER = "offer"
    ROLE = "role"
    METHOD = "method"
    IDEA = "idea"
    DISCOURAGED = "discouraged"


class Certainty(StrEnum):
    """How sure the evidence is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class Access(StrEnum):
    """How a resident gets in."""

    SELF = "self"
    REFERRAL = "referral"
    INTAKE = "intake"


class CostKind(StrEnum):
    """What taking part costs, as far as known."""

    GRATIS = "gratis"
    KLEIN_BEDRAG = "klein_bedrag"
    BETAALD = "betaald"
    ONBEKEND = "onbekend"


CITYWIDE = "stad"
"""The area value for an initiative that serves every wijk."""
