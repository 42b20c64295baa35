"""The bill of materials, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).

Components are what was gathered: distributions with the crates that Rust wheels state of
themselves, Python with its OpenSSL and SQLite, Qt, and libraries of the building system. Times and
numbers depend on the contents only, so that two builds of the same say the same.
"""

from __future__ import annotations

import json
import re
import sqlite3
import ssl
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any, Final

from installer.freeze import contents

FILE: Final = "sbom.cdx.json"
_ROOT: Final = "waybill"
_SPACE: Final = uuid.UUID("5d3c5a8e-3f4c-5b1b-9c55-1f0f6f6f2d11")
_QT: Final = "LGPL-3.0-only"
_QT_FOR_PYTHON: Final = "pyside6-essentials"
_PLAIN_EXPRESSION: Final = re.compile(r"[A-Za-z0-9.+() -]+")
_CLASSIFIED: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What a trove classifier means, where a distribution has no SPDX expression."""

Component = dict[str, Any]


def write(found: Mapping[str, Any], folder: Path, version: str, epoch: int) -> Path:
    """Write it beside the programs."""
    target = folder / FILE
    document = bill(found, version, epoch)
    target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8", newline="\n")
    return target


def bill(found: Mapping[str, Any], version: str, epoch: int) -> dict[str, Any]:
    """The whole document."""
    names = {each["name"] for each in found["distributions"]}
    components = [_python(), *_runtime(), *map(_system, found["system"])]
    edges = {_ROOT: [*sorted(map(_ref, names)), contents.PYTHON]}
    for name in sorted(names):
        each = contents.distribution(name)
        components.append(_distribution(name, each))
        edges[_ref(name)] = sorted(_ref(need) for need in _needs(each) & names)
    if _QT_FOR_PYTHON in names:
        qt = contents.distribution(_QT_FOR_PYTHON).version
        components.append(_generic("qt", qt, _QT))
        edges[_ref(_QT_FOR_PYTHON)].append("qt")
    for component in components:
        edges.setdefault(component["bom-ref"], [])
    body = {"version": version, "components": components}
    serial = uuid.uuid5(_SPACE, json.dumps(body, sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": _ROOT,
                "name": "waybill",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": needs} for ref, needs in edges.items()],
    }


def _distribution(name: str, each: Distribution) -> Component:
    made: Component = {
        "type": "library",
        "bom-ref": _ref(name),
        "name": each.metadata["Name"],
        "version": each.version,
        "purl": f"pkg:pypi/{name}@{each.version}",
    }
    if licence := _licence(each):
        made["licenses"] = licence
    if inside := _crates(name, each):
        made["components"] = inside
    return made


def _licence(each: Distribution) -> list[dict[str, Any]]:
    stated = (each.metadata.get_all("License-Expression") or [""])[0]
    expression = stated or (each.metadata.get_all("License") or [""])[0]
    if re.fullmatch(r"[A-Za-z0-9.+-]+-[A-Za-z0-9.+-]+", expression) or expression == "MIT":
        return [{"license": {"id": expression}}]
    if _PLAIN_EXPRESSION.fullmatch(stated):
        return [{"expression": stated}]
    said = [line.rpartition(":: ")[2] for line in each.metadata.get_all("Classifier") or ()
            if line.startswith("License ::")]  # fmt: skip
    known = [{"license": {"id": _CLASSIFIED[line]}} for line in said if line in _CLASSIFIED]
    if known:
        return known
    first = expression.strip().splitlines()[:1]
    return [{"license": {"name": first[0][:80]}}] if first else []


def _needs(each: Distribution) -> set[str]:
    """What it says it needs, extras left out."""
    lines = [line for line in each.requires or () if "extra ==" not in line]
    matches = [re.match(r"[\w.-]+", line) for line in lines]
    return {contents.plain_name(match.group()) for match in matches if match}


def _crates(name: str, each: Distribution) -> list[Component]:
    """What a wheel's own bill of materials lists (PEP 770)."""
    found: dict[str, Component] = {}
    for file in each.files or ():
        if "sboms" not in file.parts or file.suffix != ".json":
            continue
        document = json.loads(Path(str(each.locate_file(file))).read_text(encoding="utf-8"))
        for inner in document.get("components", ()):
            ref = f"{_ref(name)}#{inner['name']}@{inner.get('version', '')}"
            kept = {key: inner[key] for key in ("type", "name", "version", "purl", "licenses")
                    if key in inner and "file://" not in str(inner[key])}  # fmt: skip
            found[ref] = {"bom-ref": ref, **kept}
    return [found[ref] for ref in sorted(found)]


def _python() -> Component:
    version = ".".join(map(str, sys.version_info[:3]))
    return _generic(contents.PYTHON, version, "PSF-2.0")


def _runtime() -> list[Component]:
    openssl = re.search(r"\d+\.\d+\.\d+\w*", ssl.OPENSSL_VERSION)
    return [
        _generic("openssl", openssl.group() if openssl else "", "Apache-2.0"),
        _generic("sqlite", sqlite3.sqlite_version, "blessing"),
    ]


def _generic(name: str, version: str, licence: str) -> Component:
    return {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "purl": f"pkg:generic/{name}@{version}",
        "licenses": [{"license": {"id": licence}}],
    }


def _system(package: Mapping[str, str]) -> Component:
    return {
        "type": "library",
        "bom-ref": f"deb:{package['name']}",
        "name": package["name"],
        "version": package["version"],
        "purl": f"pkg:deb/debian/{package['name']}@{package['version']}?arch={package['arch']}",
    }


def _ref(name: str) -> str:
    return f"pypi:{name}"
