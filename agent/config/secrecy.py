"""Secrets in a configuration: only by name, never written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agent.config.report import Place, Report

REFERENCE = re.compile(r"secret:([A-Za-z0-9][A-Za-z0-9_.-]{0,63})")
_SECRET_KEY = re.compile(
    r"(.*_)?(password|passwd|pwd|passphrase|secret|token|client_secret|private_key|api_?key)",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"-----BEGIN|\b(pwd|password)\s*=\s*\{?(?!\s*\{?secret:)[^;\s]", re.IGNORECASE)
HIDDEN = "(a secret is written out here)"
_HINT = "Run `waybill secrets set NAME` and write secret:NAME here."


def check(tables: Mapping[str, Any], report: Report) -> frozenset[str]:
    """Report what is written out or misspelt; returns the names that are referred to."""
    names = set()
    for place, text in _texts((), tables):
        reference = REFERENCE.fullmatch(text)
        if reference:
            names.add(reference[1])
        elif text.startswith("secret:"):
            report.problem(
                place,
                "this is not the name of a secret.",
                "A name has letters, digits, dots, dashes and underscores, at most 64.",
            )
        elif (text and _SECRET_KEY.fullmatch(_key(place))) or _INSIDE.search(text):
            report.problem(place, "a secret is written out here.", _HINT)
        names.update(REFERENCE.findall(text))
    return frozenset(names)


def masked(node: Any, key: str = "") -> Any:
    """A part of a file as it may be shown: what is a secret written out is not repeated."""
    if isinstance(node, Mapping):
        return {name: masked(inner, str(name)) for name, inner in node.items()}
    if isinstance(node, list):
        return [masked(inner, key) for inner in node]
    text = str(node) if isinstance(node, str | int) and not isinstance(node, bool) else ""
    if text.startswith("secret:") or not text:
        return node
    return HIDDEN if _SECRET_KEY.fullmatch(key) or _INSIDE.search(text) else node


def names(node: object) -> frozenset[str]:
    """The secrets that a part of a configuration refers to."""
    return frozenset(name for _, text in _texts((), node) for name in REFERENCE.findall(text))


def _key(place: Place) -> str:
    """The key that a text stands under; the place in a list is no key."""
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _texts(place: Place, node: object) -> Iterator[tuple[Place, str]]:
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, int) and not isinstance(node, bool):
        yield place, str(node)  # a PIN is a secret too
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _texts((*place, str(key)), inner)
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _texts((*place, index), inner)
