"""Which database each part uses, and where Redis is: ``DATABASE_URL`` for all parts at once, other settings for one part."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

SHARED = "DATABASE_URL"

REDIS_SCHEMES = ("redis", "rediss", "unix")


def shared_database(environment: Mapping[str, str]) -> str:
    """The database for everything that has no setting of its own; empty when each part has a file.

    Raises:
        ValueError: it is something else than PostgreSQL. The message shows nothing of it: there may be a password in it.
    """
    given = plain_url(SHARED, environment)
    if not given:
        return ""
    # Hosting companies write it like this; SQLAlchemy knows only the other.
    given = given.replace("postgres://", "postgresql://", 1) if given.startswith("postgres://") else given
    if _postgres(given) is None:
        raise ValueError(
            f"{SHARED} must be PostgreSQL, such as postgresql://user:password@host/name; a file is set for each part by itself"
        )
    return given


def database_of(part: str, environment: Mapping[str, str], default: str, schema: str = "") -> str:
    """The URL of the database of one part.

    Args:
        part: name of the setting for this part alone, which goes first.
        environment: the settings.
        default: when neither is set.
        schema: its own schema in the shared database, for a part whose tables are called like those of another.

    Raises:
        ValueError: as :func:`shared_database`, and for a ``$``.
    """
    shared = shared_database(environment)
    return plain_url(part, environment) or (in_schema(shared, schema) if shared and schema else shared) or default


def in_schema(url: str, schema: str) -> str:
    """The same database, with its tables in a schema. See "options" in PostgreSQL's documentation of connection strings."""
    parsed = make_url(url)
    known = parsed.query.get("options", "")
    options = " ".join(filter(None, (known if isinstance(known, str) else " ".join(known), f"-csearch_path={schema}")))
    return str(parsed.update_query_dict({"options": options}).render_as_string(hide_password=False))


def schema_of(url: URL) -> str:
    """The schema that :func:`in_schema` named; empty when there is none."""
    options = url.query.get("options", "")
    _, _, named = (options if isinstance(options, str) else " ".join(options)).partition("-csearch_path=")
    return named.split()[0] if named.strip() else ""


def redis_url(environment: Mapping[str, str]) -> str:
    """Where Redis is; empty when there is none.

    Raises:
        ValueError: it is no address of Redis. The message shows nothing of it.
    """
    given = environment.get("REDIS_URL", "").strip()
    if given and urlsplit(given).scheme not in REDIS_SCHEMES:
        raise ValueError("REDIS_URL must be an address such as redis://host:6379/0 or rediss://:password@host:6379/0")
    return given


def plain_url(name: str, environment: Mapping[str, str]) -> str:
    """A setting that goes into a file of Rasa, which takes a ``$`` for the name of another setting and does not start.

    Raises:
        ValueError: there is a ``$`` in it.
    """
    value = environment.get(name, "").strip()
    if "$" in value:
        raise ValueError(f"{name} has a $ in it, which is not possible; in a URL write %24")
    return value


def _postgres(given: str) -> URL | None:
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        return None
    return url if url.get_backend_name() == "postgresql" else None
