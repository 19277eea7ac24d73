"""The words by which editors read and choose the values of a record: on the page and in the questions for a new record."""

from __future__ import annotations

from collections.abc import Mapping

from wegwijzer.catalogue.models import Form
from wegwijzer.vocabulary import Access, Certainty, CostKind, Drempel, Gemis, Kind, Status, VoorWie, Vorm

CITY = "heel Utrecht"

FORMS: Mapping[Form, str] = {
    Vorm.EEN_OP_EEN: "met één iemand",
    Vorm.GROEP: "in een groep",
    Vorm.BELLEN: "bellen",
    Vorm.ONLINE: "online",
    Vorm.EROPUIT: "samen eropuit",
    "inloop": "inloop, zonder afspraak",
}

GEMIS: Mapping[Gemis, str] = {
    Gemis.MENSEN: "meer mensen om je heen",
    Gemis.IEMAND: "iemand die dichtbij staat",
}

FOR_WHOM: Mapping[VoorWie, str] = {
    VoorWie.ZELF: "iemand die het zelf wil gebruiken",
    VoorWie.ANDER: "iemand die zich zorgen maakt om een ander",
    VoorWie.HELPEN: "iemand die wil helpen als vrijwilliger",
}

DREMPELS: Mapping[Drempel, str] = {
    Drempel.ALLEEN_GAAN: "je hoeft niet alleen te gaan",
    Drempel.GELD: "het kost niets of bijna niets",
    Drempel.LOPEN: "het kan ook als je slecht loopt",
    Drempel.INTERNET: "je hebt er geen internet voor nodig",
    Drempel.NEDERLANDS: "het kan ook met weinig Nederlands",
    Drempel.OVERDAG: "het is ook 's avonds of in het weekend",
}

ACCESS: Mapping[Access, str] = {
    Access.SELF: "je kunt er zelf heen",
    Access.REFERRAL: "iemand meldt je aan",
    Access.INTAKE: "er is eerst een gesprek",
}

COSTS: Mapping[CostKind, str] = {
    CostKind.GRATIS: "gratis",
    CostKind.KLEIN_BEDRAG: "een klein bedrag",
    CostKind.BETAALD: "betaald",
    CostKind.ONBEKEND: "niet bekend",
}

STATUS: Mapping[Status, str] = {
    Status.ACTIVE: "bestaat",
    Status.LIKELY_ACTIVE: "bestaat waarschijnlijk",
    Status.UNKNOWN: "niet bekend of het bestaat",
    Status.ENDED: "gestopt",
}

CERTAINTY: Mapping[Certainty, str] = {
    Certainty.HIGH: "zeker: van de organisatie zelf of de gemeente",
    Certainty.MEDIUM: "redelijk zeker: van een andere goede bron",
    Certainty.LOW: "onzeker",
    Certainty.NONE: "zonder bron",
}

KINDS: Mapping[Kind, str] = {
    Kind.OFFER: "aanbod",
    Kind.ROLE: "functie",
    Kind.METHOD: "werkwijze",
    Kind.IDEA: "idee",
    Kind.DISCOURAGED: "liever niet",
}
