"""What is crossed out of a message before it is kept, by editors in ``catalogue/wegstrepen.yml``: the words of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from wegwijzer.catalogue.models import Record
from wegwijzer.understanding.phrases import plain


class Kind(StrEnum):
    """What is crossed out."""

    NAAM = "naam"
    TELEFOON = "telefoon"
    EMAIL = "email"
    BSN = "bsn"
    ADRES = "adres"
    IBAN = "iban"
    KENTEKEN = "kenteken"
    GEBOORTEDATUM = "geboortedatum"
    ACCOUNT = "account"


class Wegstrepen(Record):
    """The whole of ``catalogue/wegstrepen.yml``; words in lower case.

    Attributes:
        plaatshouders: for every :class:`Kind` what comes in its place.
        altijd_namen: words that are names also where nothing else tells so.
        geen_namen: words that are a name only where somebody is named: after "ik heet", "mijn zoon", "mevrouw".
        soms_namen: words that are a name only with a capital, or where somebody is named.
        achternamen: surnames of more words, that are ordinary words too; they count after a first name or a title.
        nooit_namen: words and phrases that are never a name: what the bot is called, a festival, a church.
        familie: who somebody is to somebody; a name may follow.
        aanspraak: titles; a name often follows.
        beroepen: what somebody is to many; a surname may follow.
        voorstellen: phrases after which somebody says a name.
        misschien_voorstellen: phrases after which a name or something else comes ("ik ben").
        groeten: with which a message ends; a name may follow.
        beginnen: with which a message begins; a name may follow.
        overslaan: small words between such a phrase and the name.
        tussenvoegsels: words between a first name and a surname.
        doet_iemand: verbs of which somebody is the subject.
        doet_een_mens: of those the verbs of which hardly anything but somebody is the subject.
        van_hiernaast: what after a name tells where somebody lives or works: "van hiernaast".
        naar_iemand: words after which a noun has an article, and a name has none.
        bij_iemand: words right after which somebody may be named, without an article.
        geboren: words that tell that a date is somebody's birthday.
        andere_dag: words that tell that a date is something else.
        straten: last parts of the names of streets, and of the words for where somebody lives on.
        voor_straat: words that begin the name of a street.
        geen_huisnummer: what after a number tells that it is no house number.
        rekening, burgernummer, kenteken, telefoon: words that tell what kind of number comes.
        geen_nummer: words that tell that a number is something else: an order, a post box.
        straatnamen: names of streets that are another word or a buurt too: "ondiep".
        voertuigen: words near which a licence plate stands, also without capitals and hyphens.
        accounts: places on the internet where somebody has a name.
    """

    plaatshouders: Mapping[Kind, str]
    altijd_namen: frozenset[str] = frozenset()
    geen_namen: frozenset[str] = frozenset()
    soms_namen: frozenset[str] = frozenset()
    achternamen: frozenset[str] = frozenset()
    nooit_namen: frozenset[str] = frozenset()
    familie: frozenset[str] = frozenset()
    aanspraak: frozenset[str] = frozenset()
    beroepen: frozenset[str] = frozenset()
    voorstellen: frozenset[str] = frozenset()
    misschien_voorstellen: frozenset[str] = frozenset()
    groeten: frozenset[str] = frozenset()
    beginnen: frozenset[str] = frozenset()
    overslaan: frozenset[str] = frozenset()
    tussenvoegsels: frozenset[str] = frozenset()
    doet_iemand: frozenset[str] = frozenset()
    doet_een_mens: frozenset[str] = frozenset()
    van_hiernaast: frozenset[str] = frozenset()
    naar_iemand: frozenset[str] = frozenset()
    bij_iemand: frozenset[str] = frozenset()
    geboren: frozenset[str] = frozenset()
    andere_dag: frozenset[str] = frozenset()
    straten: frozenset[str] = frozenset()
    voor_straat: frozenset[str] = frozenset()
    geen_huisnummer: frozenset[str] = frozenset()
    rekening: frozenset[str] = frozenset()
    burgernummer: frozenset[str] = frozenset()
    kenteken: frozenset[str] = frozenset()
    telefoon: frozenset[str] = frozenset()
    geen_nummer: frozenset[str] = frozenset()
    straatnamen: frozenset[str] = frozenset()
    voertuigen: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What cannot be used, as field and remedy (in Dutch)."""
        for kind in Kind:
            holder = self.plaatshouders.get(kind, "")
            if not _HOLDER.fullmatch(holder):
                yield f"plaatshouders.{kind}", f"'{holder}': schrijf woorden tussen rechte haken, zoals [{kind}]"
        for name in type(self).model_fields:
            words = getattr(self, name)
            if not isinstance(words, frozenset):
                continue
            for word in sorted(words):
                if not _WORDS.fullmatch(plain(word).text) or word != word.lower():
                    yield name, f"'{word}': schrijf kleine letters, zonder leestekens"
        for word in sorted(self.altijd_namen & (self.geen_namen | self.nooit_namen)):
            yield "altijd_namen", f"'{word}' staat ook bij geen_namen of nooit_namen; haal het op één plek weg"


_HOLDER = re.compile(r"\[[^\W\d_]+(?:[ -][^\W\d_]+)*\]")
_WORDS = re.compile(r"['\w-]+(?:[ '.-]+[\w']+)*\.?")
