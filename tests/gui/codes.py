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
    "_values": "a name in the registry", "clear": "takes a condition away", "complain": "for a shell",
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
    "CHANGED_MEANWHILE": "tried again by itself", "RECORD_GONE": "tried again by itself",
    "TIMED_OUT": "tried again by itself", "SOURCE_CHANGED": "a base class",
    "UNDO_COMES_FIRST": "a waiting record; the window tells its reason",
    "LINK_CHECK": "a waiting record; the window tells its reason",
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
BY_SENTENCE: Final = {
    "CONFIG": "carries a problem of the configuration as it is",
    "EDIT_REFUSED": "several sentences", "LINK_UNSUPPORTED": "several sentences",
    "NOT_EDITABLE": "several sentences", "NO_SUCH": "carries another refusal",
    "OWNERSHIP": "only in a shell, of `waybill check`", "UNDO_NOT_POSSIBLE": "several sentences",
    "WRONG_USE": "many sentences, most of them of programs",
}  # fmt: skip
"""Codes that say too little to be told by: their sentences have German (phrases.de.toml)."""


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
            place = node.module.replace(".", "/")
            there = own(f"{place}.py") if f"{place}.py" in modules() else {}
            for each in node.names:
                name, inside = each.asname or each.name, f"{place}/{each.name}.py"
                if each.name in there:
                    found[name] = there[each.name]
                elif inside in modules():
                    found |= {f"{name}.{word}": text for word, text in own(inside).items()}
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
    elif isinstance(node, ast.Name | ast.Attribute) and looks_so(names.get(ast.unparse(node))):
        yield names[ast.unparse(node)]


def of_calls(path: str) -> Iterator[str]:
    """What is given as a code in a module."""
    names = constants(path)
    for node in ast.walk(modules()[path]):
        match node:
            case ast.Call():
                yield from of_call(node, names)
            case ast.ClassDef():
                yield from of_class(node, names)
            case ast.Dict():
                yield from of_table(node, names)
            case ast.Assign():
                yield from of_tuples(node, names)
            case ast.Return():
                yield from of_pair(node.value, names)


def of_class(node: ast.ClassDef, names: dict[str, str]) -> Iterator[str]:
    """`code = "BROKEN"` in its body."""
    for line in node.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
            yield from said(line.value, names)


def of_table(node: ast.Dict, names: dict[str, str]) -> Iterator[str]:
    """What stands, by its code (under a name); what a number means."""
    for key in node.keys:
        if isinstance(key, ast.Name):
            yield from said(key, names)
    for value in node.values:
        yield from of_pair(value, names)


def of_call(node: ast.Call, names: dict[str, str]) -> Iterator[str]:
    """What is given as `code=`, or in the place of a code."""
    for place in MAKERS.get(name_of(node), ()):
        if place < len(node.args):
            yield from said(node.args[place], names)
    for each in node.keywords:
        if each.arg == "code":
            yield from said(each.value, names)


def of_tuples(node: ast.Assign, names: dict[str, str]) -> Iterator[str]:
    """`title, code, hint = "It broke", "BROKEN", "Wait."` and `trouble = "BROKEN", "It broke."`."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for name, each in zip(target.elts, value.elts, strict=False):
            if ast.unparse(name) == "code":
                yield from said(each, names)
    elif isinstance(target, ast.Name):
        yield from of_pair(value, names)


def of_pair(node: ast.expr | None, names: dict[str, str]) -> Iterator[str]:
    """A code and its sentence."""
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and "_" in ast.unparse(node.elts[0]):
        yield from said(node.elts[0], names)


@cache
def hinted() -> frozenset[str]:
    """Codes that come with what to do."""
    found: set[str] = set()
    for path, tree in modules().items():
        for node in () if is_aside(path) else ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) == "Finding" and len(node.args) > 3:
                if not isinstance(node.args[1], ast.IfExp) and ast.unparse(node.args[3]) != "''":
                    found |= set(said(node.args[1], constants(path)))
            elif isinstance(node, ast.Call):
                given = {each.arg: each.value for each in node.keywords}
                # What is put together of several is of the place that says it.
                if "code" in given and not isinstance(given.get("hint"), ast.BoolOp | None):
                    found |= set(said(given["code"], constants(path)))
    return frozenset(found)


@cache
def sentences() -> frozenset[str]:
    """Every text with a blank in it, `X` where a value stands."""
    found: set[str] = set()
    for path, tree in modules().items():
        for node in () if is_aside(path) else ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                found.add("".join(map(_piece, node.values)))
            elif isinstance(node, ast.Constant) and " " in str(node.value):
                found.add(str(node.value))
    return frozenset(found)


def _piece(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return "'X'" if part.conversion == ord("r") else "X"
    return str(part.value) if isinstance(part, ast.Constant) else ""


@cache
def params() -> frozenset[str]:
    """Every name that is sent along with a code."""
    found: set[str] = set()
    for path, tree in modules().items():
        for node in () if is_aside(path) else ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "params":
                found |= set(keys(node.value))
            elif isinstance(node, ast.Call) and name_of(node) in {"fine", "warn", "wrong"}:
                found |= {each.arg for each in node.keywords if each.arg}
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if ast.unparse(target) in {"about", "names", "params", "told"} and node.value:
                    found |= set(keys(node.value))
    return frozenset(found)


def keys(node: ast.expr) -> Iterator[str]:
    """The names in a table that is written out, or in several that are joined."""
    for each in ast.walk(node):
        for key in each.keys if isinstance(each, ast.Dict) else ():
            if isinstance(key, ast.Constant):
                yield str(key.value)


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
