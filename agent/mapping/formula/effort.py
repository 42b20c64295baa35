"""How long texts may be in a formula: the more it does with them, the shorter.

So the time of any formula is bounded before any record is seen, by counting and not by a clock, and
a record pays for nothing but the comparison of two lengths.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent.mapping.formula import limits
from agent.mapping.formula.tree import Call, Column, Constant, Node

_SOUGHT: Mapping[str, int] = MappingProxyType(
    {"FIND": 0, "CONTAINS": 1, "SUBSTITUTE": 1, "SPLIT": 1}
)
"""Which part of a function is searched for in another one: that takes the longer, the longer it is."""
_LETTERS_AT_ONCE = 8
"""So much longer must what is sought be to make a search as slow as going through the text again."""


def longest_text(root: Node) -> int:
    """How many characters any text may have while this formula is worked out."""
    return max(limits.SHORT, min(limits.TEXT, limits.WORK // max(1, _passes(root))))


def _passes(node: Node) -> int:
    """How often a text is gone through at most."""
    if isinstance(node, Constant | Column):
        return 0
    own = len(node.parts) if isinstance(node, Call) or node.mark == "&" else 0
    if isinstance(node, Call):
        own += _search(node.function, node.parts)
    return own + sum(map(_passes, node.parts))


def _search(name: str, parts: tuple[Node, ...]) -> int:
    place = _SOUGHT.get(name)
    if place is None:
        return 0
    sought = parts[place]
    length = len(str(sought.value)) if isinstance(sought, Constant) else limits.SEARCHED
    return length // _LETTERS_AT_ONCE
