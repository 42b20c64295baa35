"""Text columns that go as they are into text fields: most columns of most mappings, all at once.

All of a record's are picked together and looked at joined into one text, in which a NUL, a blank
value or a too long one shows in a few searches. Whatever is doubtful goes value by value through
`as_it_is`, which says what is right; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from agent.canon import Field
from agent.canon.check import REQUIRED
from agent.mapping.values import Refused, as_it_is, text_of
from agent.model import Scalar, Value

_BETWEEN = "\x1f"  # any character would do that values rarely begin or end with

Read = Callable[[Sequence[Value]], dict[str, Scalar]]


def plain_reader(fields: Sequence[Field], positions: Sequence[int]) -> Read:
    """These fields of a record, in order. Raises Refused for the first problem."""
    if not fields:
        return lambda _values: {}
    names = [field.name for field in fields]
    pick = _picker(positions)
    shortest = min(field.max_length for field in fields)
    one_by_one, without_blanks = _one_by_one(fields), _without_blanks(fields)

    def read(values: Sequence[Value]) -> dict[str, Scalar]:
        picked = pick(values)
        try:
            joined = _BETWEEN.join(picked)
        except TypeError:  # not all are text
            picked = [value if isinstance(value, str) else text_of(value) or "" for value in picked]
            joined = _BETWEEN.join(picked)
        if (
            "\0" in joined
            or (len(joined) > shortest and max(map(len, picked)) > shortest)
            or not (joined.isascii() or _decoded(joined))
        ):
            picked = one_by_one(picked)
        elif not all(picked) or (" " in joined and _space_first(joined)):
            picked = without_blanks(picked)
        return dict(zip(names, picked))  # noqa: B905 - `strict` alone costs a tenth of all

    return read


def _one_by_one(fields: Sequence[Field]) -> Callable[[Sequence[Value]], Sequence[Scalar]]:
    rules = [(as_it_is(field.max_length), field.required) for field in fields]

    def read(picked: Sequence[Value]) -> Sequence[Scalar]:
        found = []
        for (convert, required), value in zip(rules, picked, strict=True):
            found.append(convert(value))
            if required and found[-1] is None:
                raise Refused(*REQUIRED)
        return found

    return read


def _without_blanks(fields: Sequence[Field]) -> Callable[[Sequence[str]], Sequence[Scalar]]:
    required = [at for at, field in enumerate(fields) if field.required]

    def read(picked: Sequence[str]) -> Sequence[Scalar]:
        found = [value if value and not value.isspace() else _blank(value) for value in picked]
        for at in required:
            if found[at] is None:
                raise Refused(*REQUIRED)
        return found

    return read


def _space_first(joined: str) -> bool:
    """Whether a value begins with a space: only then can it be blank without being empty."""
    return joined[0] == " " or f"{_BETWEEN} " in joined


def _blank(value: str) -> str | None:
    """Blank is empty or spaces; other white space is text."""
    return value if value.strip(" ") else None


def _decoded(text: str) -> bool:
    """Whether nothing was lost in decoding: two searches at the speed of copying."""
    if "\ufffd" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _picker(positions: Sequence[int]) -> Callable[[Sequence[Value]], Sequence[Any]]:
    """Takes these values out of a record, as one sequence."""
    first, count = positions[0], len(positions)
    if list(positions) == list(range(first, first + count)):
        return itemgetter(slice(first, first + count))
    return itemgetter(*positions)
