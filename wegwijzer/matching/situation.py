"""Everything a suggestion depends on besides the offer itself: the person, the city, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.profile import Profile


@dataclass(frozen=True)
class Situation:
    """Made once for a whole ranking, so that what follows from the profile is worked out once.

    Attributes:
        moment: ``None`` when the time must not count; what depends on it is then neither for nor against an offer.
    """

    profile: Profile
    catalogue: Catalogue
    moment: Moment | None = None

    @cached_property
    def groups(self) -> frozenset[str]:
        """The groups the person named, and those that a theme implies (a carer belongs to the carers)."""
        haltes = set(self.profile.haltes)
        implied = {groep.id for groep in self.catalogue.groepen.values() if haltes & set(groep.haltes)}
        return self.profile.groepen | implied

    @cached_property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of what the person speaks as far as they told us; Dutch when they told us nothing."""
        english = {"en"} if "internationals" in self.profile.groepen else set[str]()
        return frozenset({self.profile.taal or "nl"} | english)

    @cached_property
    def near(self) -> frozenset[str]:
        """The person's wijk and the ones next to it; empty when the wijk is not known.

        This is all the distance there is: no record has coordinates, an address is known of few, and nobody is asked for more
        than a wijk.
        """
        wijk = self.profile.wijk
        beside = (other.id for other in self.catalogue.wijken.wijken if wijk in other.neighbours)
        return frozenset({wijk, *beside}) if wijk else frozenset()
