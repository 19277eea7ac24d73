"""The software bill of materials: everything inside, as CycloneDX 1.6 JSON (ECMA-424), made and checked by its own library."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from wegwijzer.guarding.inside import OURSELVES, Package, all_packages

_ALGORITHMS = {"sha256": HashAlgorithm.SHA_256, "sha512": HashAlgorithm.SHA_512}
_KINDS = {"PyPI": "pypi", "npm": "npm"}

MOST_LICENCE = 100
"""Characters of a licence that is a name and not its whole text."""


def write_sbom(root: Path, to: Path) -> int:
    """Write the list.

    Args:
        root: the project.
        to: the file.

    Returns:
        How many libraries stand in it.

    Raises:
        ValueError: when what was made does not keep to the standard.
    """
    packages = all_packages(root)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = JsonV1Dot6(_bom(packages, str(project["version"]))).output_as_string(indent=2)
    if (wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        raise ValueError(f"it does not keep to CycloneDX 1.6: {wrong}")
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text + "\n", encoding="utf-8")
    return len(packages)


def _bom(packages: Sequence[Package], version: str) -> Bom:
    own = Component(name=OURSELVES, version=version, type=ComponentType.APPLICATION, bom_ref=OURSELVES)
    components = {(one.ecosystem, one.name): _component(one) for one in packages}
    made = [_component(one) for one in packages]
    # The same number for the same content, so that two lists can be compared.
    number = uuid.uuid5(uuid.NAMESPACE_URL, "".join(f"{one.ecosystem}/{one.name}@{one.version};" for one in packages))
    bom = Bom(components=made, serial_number=number)
    bom.metadata.component = own
    for one, component in zip(packages, made, strict=True):
        known = (components.get((one.ecosystem, name)) for name in one.needs)
        bom.register_dependency(component, [needed for needed in known if needed is not None])
    bom.register_dependency(own, made)
    return bom


def _component(package: Package) -> Component:
    group, _, name = package.name.rpartition("/")
    purl = PackageURL(_KINDS[package.ecosystem], group or None, name, package.version)
    parts = (digest.partition(":") for digest in package.hashes)
    hashes = [HashType(alg=_ALGORITHMS[kind], content=value) for kind, _, value in parts if kind in _ALGORITHMS]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        group=group or None,
        version=package.version,
        bom_ref=str(purl),
        purl=purl,
        scope=ComponentScope.EXCLUDED if package.development else ComponentScope.REQUIRED,
        licenses=[LicenseFactory().make_from_string(licence)] if (licence := _licence(package)) else None,
        hashes=hashes,
    )


def _licence(package: Package) -> str:
    """What an installed Python library says of its licence; nothing for what is not installed here."""
    if package.ecosystem != "PyPI":
        return ""
    try:
        said = metadata(package.name)
    except PackageNotFoundError:
        return ""
    found = next((str(said[name]).strip() for name in ("License-Expression", "License") if name in said), "")
    return found if len(found) <= MOST_LICENCE and "\n" not in found else ""
