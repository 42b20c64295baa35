"""Whether an answer has the shape that was promised for it: names of the fields, all the way down."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict


def misfits(shape: Any, value: Any, place: str = "") -> list[str]:
    """What is missing or not promised, by its place; nothing where it fits."""
    if get_origin(shape) is NotRequired:
        return misfits(get_args(shape)[0], value, place)
    if get_origin(shape) in (Union, UnionType):
        kinds = [each for each in get_args(shape) if is_typeddict(each) or get_origin(each) is list]
        return misfits(kinds[0], value, place) if kinds and value is not None else []
    if get_origin(shape) is list and isinstance(value, list):
        inner = get_args(shape)[0]
        return [
            bad for n, each in enumerate(value) for bad in misfits(inner, each, f"{place}[{n}]")
        ]
    if not is_typeddict(shape):
        return []
    if not isinstance(value, Mapping):
        return [f"{place}: no object"]
    hints = get_type_hints(shape, include_extras=True)
    needed = {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}
    found = [f"{place}.{name} is missing" for name in sorted(needed - value.keys())]
    found += [f"{place}.{name} was never promised" for name in sorted(value.keys() - hints.keys())]
    for name in sorted(hints.keys() & value.keys()):
        found += misfits(hints[name], value[name], f"{place}.{name}")
    return found
