"""Every code of the service that the window may have to say, read off the product's own source.

A code is what an error is raised with (`code=`, or `code` of its class), or what is given in the
place of a code to one of MAKERS; the codes of the catalogue and of the tables of what CRMs say are
taken from there. A code that stands under a name is followed to the constant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from adapters.targets.hubspot import trouble as hubspot
from adapters.targets.salesforce import trouble as salesforce
from adapters.targets.sap import trouble as sap
from agent.canon.reasons import CATALOGUE

ROOT: Final = Path(__file__).resolve().parents[2]
MAKERS: Final = {
    "AlertFailed": (), "Altered": (0,), "BatchRefused": (0,), "Fault": (0,), "Finding": (1,),
    "KeyUnusable": (0,), "Meaning": (0,), "Never": (0,), "Park": (0,), "Problem": (0,),
    "Refused": (0,), "Rejected": (0,), "Unreadable": (1,), "_Check": (2,), "_Refused": (0,),
    "_row": (1,), "_say": (0,), "fine": (0,), "raise_": (0,), "warn": (0,), "wrong": (0,),
}  # fmt: skip
"""What takes a code without naming it, and at which places."""
SAY_NO_CODE: Final = {
    "Deferred": "the window tells why a record waits, by the condition of its target",
    "Later": "as Deferred",
    "accept": "a word of a language", "_accept": "a word of a language", "Cause": "names a test",
    "Compare": "a word of a language", "clear": "takes a condition away", "complain": "for a shell",
    "Field": "a default", "get": "a name in the environment", "getattr": "a name of a module",
    "iskeyword": "a word", "normalize": "a form of Unicode", "replace": "a text",
}  # fmt: skip
"""What takes a word that looks like a code, and why it is none for the window."""
ASIDE: Final = {
    "adapters/sandbox": "answers as the CRMs do, of which targets make codes of ours",
    "agent/answers": "prepares a set-up in a shell",
    "agent/cli": "speaks in a shell",
    "agent/demo": "speaks in a shell",
    "agent/service": "installs the service, in a shell",
    "agent/upgrade": "changes versions, in a shell; what comes of it is a condition",
    "agent/backup/read.py": "restores, in a shell",
    "agent/backup/restoring.py": "restores, in a shell",
    "agent/control/transport_unix.py": "the service's end: without it nobody answers the window",
    "agent/crypto/wrapping.py": "without the key there is no service to answer",
    "agent/home.py": "without its folder there is no service to answer",
    "agent/queue/copies.py": "changes versions, in a shell",
}
"""Files and folders whose codes the window never gets."""
UNHEARD: Final = {
    "CONTROL": "a base class; each error has its own", "CRYPTO": "a base class",
    "SOURCE": "a base class", "STORE": "a base class", "TARGET": "a base class",
    "WAYBILL": "a base class", "BACKUP": "a base class",
    "BACKUP_FOREIGN": "of restoring, in a shell", "BACKUP_TOO_NEW": "of restoring, in a shell",
    "BACKUP_DAMAGED": "of restoring, in a shell",
    "HOME_IN_USE": "such a service does not begin to answer",
    "KEY_MISMATCH": "such a service does not begin to answer",
    "KEY_UNAVAILABLE": "such a service does not begin to answer",
    "MARK_FOREIGN": "such a service does not begin to answer",
    "SCHEMA_TOO_NEW": "such a service does not begin to answer",
    "STORE_MODE": "such a service does not begin to answer",
    "CONTROL_SOCKET": "such a service does not begin to answer",
}  # fmt: skip
"""Codes that the window never gets."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product, by its path from the root."""
    paths = (path for room in ("agent", "adapters") for path in (ROOT / room).rglob("*.py"))
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
    }


def is_aside(path: str) -> bool:
    """Whether the window never gets what this module says."""
    return any(path == each or path.startswith(f"{each}/") for each in ASIDE)


@cache
def own(path: str) -> dict[str, str]:
    """Texts under a name of a module's own."""
    found: dict[str, str] = {}
    for node in modules()[path].body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            found[target.id] = str(value.value)
    return found


@cache
def constants(path: str) -> dict[str, str]:
    """Those and the imported ones."""
    found = dict(own(path))
    for node in modules()[path].body:
        if isinstance(node, ast.ImportFrom) and node.module:
            place = f"{node.module.replace('.', '/')}.py"
            there = own(place) if place in modules() else {}
            for each in node.names:
                if each.name in there:
                    found[each.asname or each.name] = there[each.name]
    return found


def looks_so(text: object) -> bool:
    """`LIKE_THIS`."""
    words = text.split("_") if isinstance(text, str) else []
    return all(word.isalnum() and word.isupper() for word in words) and len("".join(words)) > 3


def name_of(call: ast.Call) -> str:
    """What is called, without where it is from."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def said(node: ast.expr, names: dict[str, str]) -> Iterator[str]:
    """The codes that an expression may be."""
    if isinstance(node, ast.IfExp):
        yield from (*said(node.body, names), *said(node.orelse, names))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from said(value, names)
    elif isinstance(node, ast.Constant) and looks_so(node.value):
        yield str(node.value)
    elif isinstance(node, ast.Name) and looks_so(names.get(node.id)):
        yield names[node.id]


def of_calls(path: str) -> Iterator[str]:
    """What is given as a code in a module."""
    names = constants(path)
    for node in ast.walk(modules()[path]):
        if isinstance(node, ast.Call):
            for place in MAKERS.get(name_of(node), ()):
                if place < len(node.args):
                    yield from said(node.args[place], names)
            for each in node.keywords:
                if each.arg == "code":
                    yield from said(each.value, names)
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                    yield from said(line.value, names)


def unknown_makers() -> set[tuple[str, str]]:
    """What is given a word like a code and is neither known to take one nor known not to."""
    return {
        (path, f"{name_of(node)}({each.value!r})")
        for path, tree in modules().items()
        if not is_aside(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node) not in {*MAKERS, *SAY_NO_CODE}
        for each in node.args
        if isinstance(each, ast.Constant) and looks_so(each.value) and "_" in str(each.value)
    }


def of_tables() -> Iterator[str]:
    """What the tables of the targets make of a CRM's refusal of a record."""
    yield from (salesforce._OWN_CODES.get(code, code) for code in salesforce.REJECTED)
    yield from hubspot.REJECTED
    yield from (code for code, _, again in sap.STATUSES.values() if not again)


@cache
def codes() -> frozenset[str]:
    """All of them."""
    found = {code for path in modules() if not is_aside(path) for code in of_calls(path)}
    return frozenset({*found, *of_tables(), *CATALOGUE} - set(UNHEARD))
