"""The catalogue in a database, so that a large catalogue, or many servers that share one, need not live in memory.

The YAML files stay the truth; the tables are a copy that is rewritten in full, in one transaction, when the files
changed. SQLite is the default and PostgreSQL needs only another URL: every statement here is portable SQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import ValidationError

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.storage import create_tables, open_engine, stamp_of
from wegwijzer.vocabulary import CITYWIDE, VoorWie

DEFAULT_URL = "sqlite:///var/catalogue.db"

_METADATA = sa.MetaData()

_STATE = sa.Table(
    "catalogue_state",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
)
"""One row: which catalogue the other tables hold. It is also the lock that makes writers wait for each other."""

_INITIATIVE = sa.Table(
    "catalogue_initiative",
    _METADATA,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("suggestable", sa.Boolean, nullable=False, index=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
)


def _link_table(name: str) -> sa.Table:
    """A table that says which initiatives carry which value, indexed for looking up by value."""
    initiative = sa.ForeignKey("catalogue_initiative.id")
    return sa.Table(
        f"catalogue_{name}",
        _METADATA,
        sa.Column("initiative_id", sa.String(200), initiative, primary_key=True),
        sa.Column("value", sa.String(200), primary_key=True),
        sa.Index(f"catalogue_{name}_by_value", "value", "initiative_id"),
    )


_HALTE = _link_table("halte")
_WIJK = _link_table("wijk")
_FOR_WHOM = _link_table("for_whom")

_READ_ONLY = "mag alleen gelezen worden; geef deze gebruiker schrijfrechten op de database (en de map waarin die staat)"

_CAUSES: Mapping[str, str] = {
    "locked": "is bezet door een ander programma; probeer het zo nog eens",
    "readonly": _READ_ONLY,
    "read-only": _READ_ONLY,
    "not a database": "is beschadigd of is geen database; verwijder het bestand, het wordt vanzelf opnieuw gemaakt",
    "malformed": "is beschadigd; verwijder het bestand, het wordt vanzelf opnieuw gemaakt",
    "unable to open": "kan niet geopend worden; controleer of de map bestaat en of deze gebruiker erbij mag",
    "no such table": "is nog niet gevuld; start Wegwijzer opnieuw",
    "no such column": "is van een andere versie; verwijder het bestand, het wordt vanzelf opnieuw gemaakt",
    "does not exist": "bestaat niet of is nog niet gevuld; controleer DATABASE_URL en start Wegwijzer opnieuw",
    "connect": "is niet bereikbaar; controleer DATABASE_URL en of de database draait",
    "timeout": "antwoordt niet op tijd; probeer het zo nog eens",
}
"""What to tell an operator, by a piece of the database's own message; the first that fits counts."""


class StoreUnavailable(Exception):
    """The catalogue store cannot be used now. The message says in Dutch why and what to do."""


@dataclass(frozen=True)
class Counts:
    """How many initiatives the store holds. The last three count only those that may be suggested."""

    initiatives: int
    suggestable: int
    per_halte: Mapping[str, int]
    per_wijk: Mapping[str, int]
    per_voor_wie: Mapping[str, int]


class CatalogueStore:
    """The initiatives in a database.

    Args:
        url: an SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.
        timeout: seconds to wait for a database that is busy or silent.

    Every method raises :class:`StoreUnavailable`, and nothing else, when the database does not do its work.
    """

    def __init__(self, url: str = DEFAULT_URL, timeout: float = 5.0) -> None:
        try:
            self._url = sa.engine.make_url(url)
            self._engine = open_engine(self._url, timeout)
        except (sa.exc.ArgumentError, ValueError):
            # The cause is left out on purpose: it repeats the URL, password and all.
            problem = "DATABASE_URL klopt niet; schrijf bijvoorbeeld sqlite:///var/catalogue.db"
            raise StoreUnavailable(f"De catalogus-database kan niet gebruikt worden: {problem}.") from None
        except (ImportError, OSError) as error:
            raise StoreUnavailable(f"De catalogus-database kan niet gebruikt worden: {error}.") from error
        self._parsed: dict[str, Initiative] = {}
        self._offers: tuple[str | None, tuple[Initiative, ...]] = (None, ())
        self._offers_of: Hashable | None = None

    def sync(self, catalogue: Catalogue) -> bool:
        """Make the store hold this catalogue. Returns whether it had to write."""
        fingerprint = _store_fingerprint(catalogue)
        with self._guard():
            if self._stored_fingerprint() == fingerprint:
                return False
            self._prepare_tables()
            with self._engine.begin() as connection:
                return _rewrite(connection, catalogue, fingerprint)

    def candidates(
        self, voor_wie: VoorWie, haltes: Collection[str] = (), wijk: str | Collection[str] | None = None
    ) -> tuple[Initiative, ...]:
        """The initiatives that may be suggested, in the order of the catalogue.

        Args:
            voor_wie: only what is for them.
            haltes: only what is on at least one of these; pass related haltes as well to look wider. Empty: all.
            wijk: only what is city-wide or in (one of) these; pass neighbouring wijken as well. Empty: everywhere.
        """
        query = sa.select(_INITIATIVE.c.fingerprint, _INITIATIVE.c.payload).where(
            _INITIATIVE.c.suggestable.is_(sa.true()), _has(_FOR_WHOM, [voor_wie.value])
        )
        if haltes:
            query = query.where(_has(_HALTE, haltes))
        if wijk:
            query = query.where(_has(_WIJK, {CITYWIDE, *([wijk] if isinstance(wijk, str) else wijk)}))
        return self._initiatives(query.order_by(_INITIATIVE.c.position))

    def offers(self) -> tuple[Initiative, ...]:
        """Everything that may be suggested, in the order of the catalogue.

        The same tuple as before while the catalogue is the same: asking again costs one small question to the database, and for a
        file that nobody wrote to since not even that.
        """
        as_it_is = stamp_of(self._url)
        if as_it_is is not None and as_it_is == self._offers_of:
            return self._offers[1]
        with self._guard(), self._engine.connect() as connection:
            fingerprint: str | None = connection.scalar(sa.select(_STATE.c.fingerprint))
        if fingerprint is None or fingerprint != self._offers[0]:
            query = sa.select(_INITIATIVE.c.fingerprint, _INITIATIVE.c.payload).where(_INITIATIVE.c.suggestable.is_(sa.true()))
            self._offers = (fingerprint, self._initiatives(query.order_by(_INITIATIVE.c.position)))
        self._offers_of = as_it_is
        return self._offers[1]

    def get(self, initiative_id: str) -> Initiative | None:
        """The initiative with this id, suggestable or not; ``None`` when there is none."""
        query = sa.select(_INITIATIVE.c.fingerprint, _INITIATIVE.c.payload).where(_INITIATIVE.c.id == initiative_id)
        return next(iter(self._initiatives(query)), None)

    def counts(self) -> Counts:
        """How many initiatives there are, and how they spread."""
        total = sa.select(sa.func.count()).select_from(_INITIATIVE)
        with self._guard(), self._engine.connect() as connection:
            return Counts(
                initiatives=connection.scalar(total),
                suggestable=connection.scalar(total.where(_INITIATIVE.c.suggestable.is_(sa.true()))),
                per_halte=_spread(connection, _HALTE),
                per_wijk=_spread(connection, _WIJK),
                per_voor_wie=_spread(connection, _FOR_WHOM),
            )

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def _initiatives(self, query: sa.sql.Select) -> tuple[Initiative, ...]:
        # One statement, so that a reader never sees half of an old and half of a new catalogue.
        with self._guard(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
            return tuple(self._parse(fingerprint, payload) for fingerprint, payload in rows)

    def _parse(self, fingerprint: str, payload: str) -> Initiative:
        initiative = self._parsed.get(fingerprint)
        if initiative is None:
            initiative = self._parsed[fingerprint] = Initiative.model_validate_json(payload)
        return initiative

    def _stored_fingerprint(self) -> str | None:
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table(_STATE.name):
                return None
            stored: str | None = connection.scalar(sa.select(_STATE.c.fingerprint))
            return stored

    def _prepare_tables(self) -> None:
        create_tables(self._engine, _METADATA, self._first_row)

    def _first_row(self) -> None:
        with self._engine.begin() as connection:
            if connection.scalar(sa.select(_STATE.c.id)) is None:
                connection.execute(_STATE.insert().values(id=1, fingerprint=""))

    @contextmanager
    def _guard(self) -> Iterator[None]:
        name = self._url.render_as_string(hide_password=True)
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise StoreUnavailable(f"De catalogus-database ({name}) {_explain(error)}.") from error
        except ValidationError as error:
            problem = "is gevuld door een andere versie van Wegwijzer; start alle onderdelen opnieuw"
            raise StoreUnavailable(f"De catalogus-database ({name}) {problem}.") from error


def _store_fingerprint(catalogue: Catalogue) -> str:
    """Changes with the catalogue and with the shape of its records, since payloads of an old shape are unreadable."""
    shape = json.dumps(Initiative.model_json_schema(), sort_keys=True)
    return hashlib.sha256(f"{catalogue.fingerprint}\n{shape}".encode()).hexdigest()


def _rewrite(connection: sa.engine.Connection, catalogue: Catalogue, fingerprint: str) -> bool:
    """Replace everything, unless another process just did. Returns whether it wrote."""
    connection.execute(_STATE.update().values(id=1))  # changes nothing but makes other writers wait
    if connection.scalar(sa.select(_STATE.c.fingerprint)) == fingerprint:
        return False
    for table in (_HALTE, _WIJK, _FOR_WHOM, _INITIATIVE):
        connection.execute(table.delete())
    initiatives = tuple(catalogue.initiatives.values())
    _insert(connection, _INITIATIVE, (_row(place, one) for place, one in enumerate(initiatives)))
    _insert(connection, _HALTE, (row for one in initiatives for row in _links(one, one.haltes)))
    _insert(connection, _WIJK, (row for one in initiatives for row in _links(one, one.area)))
    _insert(connection, _FOR_WHOM, (row for one in initiatives for row in _links(one, one.for_whom)))
    connection.execute(_STATE.update().values(fingerprint=fingerprint))
    return True


def _insert(connection: sa.engine.Connection, table: sa.Table, rows: Iterable[Mapping[str, object]]) -> None:
    values = list(rows)
    if values:
        connection.execute(table.insert(), values)


def _row(position: int, initiative: Initiative) -> dict[str, object]:
    payload = initiative.model_dump_json()
    return {
        "id": initiative.id,
        "position": position,
        "suggestable": initiative.suggestable,
        "payload": payload,
        "fingerprint": hashlib.sha256(payload.encode()).hexdigest(),
    }


def _links(initiative: Initiative, values: Iterable[str]) -> Iterator[dict[str, object]]:
    for value in dict.fromkeys(values):
        yield {"initiative_id": initiative.id, "value": str(value)}


def _has(link: sa.Table, values: Iterable[str]) -> sa.sql.ColumnElement:
    return _INITIATIVE.c.id.in_(sa.select(link.c.initiative_id).where(link.c.value.in_(sorted(set(values)))))


def _spread(connection: sa.engine.Connection, link: sa.Table) -> dict[str, int]:
    query = (
        sa.select(link.c.value, sa.func.count())
        .join(_INITIATIVE, _INITIATIVE.c.id == link.c.initiative_id)
        .where(_INITIATIVE.c.suggestable.is_(sa.true()))
        .group_by(link.c.value)
        .order_by(link.c.value)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _explain(error: Exception) -> str:
    words = str(getattr(error, "orig", None) or error)
    first_line = words.strip().splitlines()[0] if words.strip() else type(error).__name__
    for piece, remedy in _CAUSES.items():
        if piece in words.lower():
            return f"{remedy} ({first_line})"
    return f"gaf een fout ({first_line})"
