"""How our initiatives are told in the words of Open Referral's Human Services Data Specification (HSDS) 3.0.

``FIELDS`` is the one table that says where each of our fields goes. What HSDS has no field for becomes an attribute of the
service, which is how HSDS itself lets a publisher add things: a term of one of our taxonomies when the values are a closed
list, and a value under the name of our field when they are free text. ``hsds_export`` and ``hsds_import`` both follow this
table; nothing of the text of the standard is in here, only the names that a file must use to be HSDS.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from wegwijzer.vocabulary import Status

VERSION = "3.0.0"

FIELDS: Mapping[str, str] = {
    "name": "service.name",
    "organisation": "organization.name",
    "summary": "service.description",
    "contact.email": "service.email",
    "contact.url": "service.url",
    "contact.phone": "phone.number",
    # An HSDS address needs a postcode and a province, which we do not have and will not make up.
    "contact.address": "location.description",
    "place": "location.name",
    "accessibility": "accessibility.description",
    "audience.min_age": "service.minimum_age",
    "audience.max_age": "service.maximum_age",
    "audience.text": "service.eligibility_description",
    "audience.languages": "language.code",
    "area": "service_area.extent",
    "opening_hours": "schedule.notes",
    "opening_note": "schedule.description",
    "cost.kind": "cost_option.option",
    "cost.text": "cost_option.amount_description",
    "first_step": "service.application_process",
    "assured_date": "service.assured_date",
    "assurer_email": "service.assurer_email",
    "alert": "service.alert",
    "required_documents": "required_document.document",
    "haltes": "attribute.taxonomy_term_id",
    "gemis": "attribute.taxonomy_term_id",
    "for_whom": "attribute.taxonomy_term_id",
    "forms": "attribute.taxonomy_term_id",
    "drempels": "attribute.taxonomy_term_id",
    "audience.groups": "attribute.taxonomy_term_id",
    "audience.gender": "attribute.taxonomy_term_id",
    "kind": "attribute.taxonomy_term_id",
    "access": "attribute.taxonomy_term_id",
    "status": "attribute.taxonomy_term_id",
    "certainty": "attribute.taxonomy_term_id",
    "id": "attribute.value",
    "professional": "attribute.value",
    "contact.via": "attribute.value",
    "mention_only": "attribute.value",
    "first_words": "attribute.value",
    "helpen.first_step": "attribute.value",
    "helpen.first_words": "attribute.value",
    "status_reason": "attribute.value",
    "verified_on": "attribute.value",
    "source": "attribute.value",
    "source_date": "attribute.value",
    "certainty_note": "attribute.value",
    "named_in": "attribute.value",
    "note": "attribute.value",
    "capacity": "attribute.value",
}
"""Our field and where it goes in HSDS: ``table.column``. Blocks within blocks are written with a dot."""

LISTS = frozenset(
    {
        "haltes",
        "gemis",
        "for_whom",
        "forms",
        "drempels",
        "audience.groups",
        "audience.languages",
        "area",
        "mention_only",
        "required_documents",
    }
)
"""Our fields that hold several values: a row for each, in the order of the record."""

ALWAYS = frozenset({"name", "organisation", "summary", "source", "helpen.first_step"})
"""Our texts that a record must have, and that are therefore written also when they are empty."""

STATUS: Mapping[Status, str] = {
    Status.ACTIVE: "active",
    Status.LIKELY_ACTIVE: "active",
    Status.UNKNOWN: "inactive",
    Status.ENDED: "defunct",
}
"""The nearest word of HSDS for our status; the exact one is an attribute."""

TEXT_TERM = "veld"
"""The taxonomy whose terms are the names of our fields with free text."""


@dataclass(frozen=True)
class Table:
    """One table of HSDS, as far as we fill it.

    Attributes:
        file: the name of its CSV file.
        columns: what we write, in order.
        required: the columns that HSDS wants in every row.
    """

    file: str
    columns: tuple[str, ...]
    required: frozenset[str]


def _table(file: str, columns: str) -> Table:
    """A table from its columns in one line; a required one has a ``!``."""
    names = columns.split()
    return Table(
        file, tuple(name.removesuffix("!") for name in names), frozenset(name.removesuffix("!") for name in names if "!" in name)
    )


TABLES: Mapping[str, Table] = {
    "organization": _table("organizations.csv", "id! name! description!"),
    "service": _table(
        "services.csv",
        "id! organization_id! name! description url email status! application_process eligibility_description"
        " minimum_age maximum_age assured_date assurer_email alert",
    ),
    "phone": _table("phones.csv", "id! service_id contact_id number!"),
    "contact": _table("contacts.csv", "id! service_id name email"),
    "location": _table("locations.csv", "id! location_type! name description"),
    "service_at_location": _table("service_at_location.csv", "id! service_id! location_id!"),
    "accessibility": _table("accessibility.csv", "id! location_id description"),
    "schedule": _table("schedules.csv", "id! service_id freq byday description opens_at closes_at notes"),
    "service_area": _table("service_areas.csv", "id! service_id name extent extent_type"),
    "language": _table("languages.csv", "id! service_id code"),
    "cost_option": _table("cost_options.csv", "id! service_id! option currency amount amount_description"),
    "required_document": _table("required_documents.csv", "id! service_id document"),
    "attribute": _table("attributes.csv", "id! link_id! taxonomy_term_id! link_type link_entity! value"),
    "taxonomy": _table("taxonomies.csv", "id! name! description!"),
    "taxonomy_term": _table("taxonomy_terms.csv", "id! code name! description! taxonomy language taxonomy_id"),
}
"""The tables of HSDS that we fill, by name."""

NUMBERS = frozenset({"minimum_age", "maximum_age", "amount"})
"""The columns that hold a number."""

LABELS = frozenset({("service_area", "name")})
"""What is written for readers only: it comes from another record of the catalogue and may have changed since."""


@dataclass(frozen=True)
class Nest:
    """Where rows of one table stand inside a row of another, in the JSON form.

    Attributes:
        key: the name of the property.
        child: the table of what stands there.
        link: the column that ties the two: of the child when it is a list, of the parent when it is one block.
        many: whether it is a list.
    """

    key: str
    child: str
    link: str
    many: bool = True


NESTS: Mapping[str, tuple[Nest, ...]] = {
    "service": (
        Nest("organization", "organization", "organization_id", many=False),
        Nest("phones", "phone", "service_id"),
        Nest("contacts", "contact", "service_id"),
        Nest("schedules", "schedule", "service_id"),
        Nest("service_areas", "service_area", "service_id"),
        Nest("service_at_locations", "service_at_location", "service_id"),
        Nest("languages", "language", "service_id"),
        Nest("cost_options", "cost_option", "service_id"),
        Nest("required_documents", "required_document", "service_id"),
        Nest("attributes", "attribute", "link_id"),
    ),
    "contact": (Nest("phones", "phone", "contact_id"),),
    "service_at_location": (Nest("location", "location", "location_id", many=False),),
    "location": (Nest("accessibility", "accessibility", "location_id"),),
    "attribute": (Nest("taxonomy_term", "taxonomy_term", "taxonomy_term_id", many=False),),
    "taxonomy_term": (Nest("taxonomy_detail", "taxonomy", "taxonomy_id", many=False),),
}
"""Parent table and what stands inside its rows."""

DATA_PACKAGE = "datapackage.json"
JSON_FILE = "services.json"

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "wegwijzer:catalogue")


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        table: which table.
        values: column and what is in it; empty cells are left out.
        file, place: where it was read, for messages.
    """

    table: str
    values: Mapping[str, str]
    file: str = ""
    place: str = ""

    def get(self, column: str) -> str:
        """What is in a column; empty when nothing is."""
        return self.values.get(column, "")


Tables = Mapping[str, list[Row]]


def uid(table: str, *parts: str) -> str:
    """The id that HSDS wants (a UUID), always the same for the same record of ours.

    Args:
        table: the table of HSDS.
        parts: what names the row within it, such as our own id.
    """
    return str(uuid.uuid5(_NAMESPACE, "/".join((table, *parts))))


def term_code(path: str, value: str = "") -> str:
    """The code of a taxonomy term: ``haltes:geld``, or ``veld:source`` for a field with free text.

    HSDS wants codes that are unique in all taxonomies together.
    """
    return f"{TEXT_TERM}:{path}" if FIELDS[path] == "attribute.value" else f"{path}:{value}"


def data_package() -> dict[str, object]:
    """The description of the CSV files, in the form of the standard (a tabular data package), for the columns we fill."""
    return {
        "name": "human_services_data",
        "profile": "tabular-data-package",
        "version": VERSION,
        "homepage": "http://docs.openreferral.org",
        "resources": [_resource(name, table) for name, table in TABLES.items()],
    }


def _resource(name: str, table: Table) -> dict[str, object]:
    keys = [column for column in table.columns if column.removesuffix("_id") in TABLES and column.endswith("_id")]
    schema: dict[str, object] = {"primaryKey": "id", "fields": [_field(table, column) for column in table.columns]}
    if keys:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": column.removesuffix("_id"), "fields": "id"}} for column in keys
        ]
    shape = {"profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv"}
    return {"name": name, "path": table.file, **shape, "schema": schema}


def _field(table: Table, column: str) -> dict[str, object]:
    kinds = {"assured_date": "date", "opens_at": "time", "closes_at": "time"}
    formats = {"email": "email", "assurer_email": "email", "url": "uri"}
    found: dict[str, object] = {"name": column, "type": "number" if column in NUMBERS else kinds.get(column, "string")}
    shape = "uuid" if column == "id" or column.endswith("_id") else formats.get(column, "")
    if shape:
        found["format"] = shape
    unique = column == "id" or (table.file == "taxonomy_terms.csv" and column == "code")
    return {**found, "constraints": {"required": column in table.required, "unique": unique}}
