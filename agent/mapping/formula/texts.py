"""What functions do with text. Places and lengths count characters, from 1."""

from __future__ import annotations

from decimal import Decimal

from agent.mapping.formula import limits
from agent.mapping.formula.tree import Worth
from agent.mapping.formula.worth import number, text, whole
from agent.mapping.values import Refused


def position(value: Worth) -> int:
    """A place in a text. Raises Refused."""
    found = whole(value)
    if not found:
        raise Refused("FORMULA_NUMBER", "counts characters from 1")
    return found


def filler(value: Worth) -> str:
    """One character. Raises Refused."""
    found = text(value)
    if len(found) != 1:
        raise Refused("FORMULA_TYPE", "fills with exactly one character")
    return found


def sought(value: Worth) -> str:
    """What is searched for; a long one makes it slow. Raises Refused."""
    found = text(value)
    if len(found) > limits.SEARCHED:
        raise Refused("FORMULA_SIZE", f"searches for more than {limits.SEARCHED} characters")
    return found


def separator(value: Worth) -> str:
    """What stands between parts of a text. Raises Refused."""
    found = sought(value)
    if not found:
        raise Refused("FORMULA_BLANK", "splits by a text that is not blank")
    return found


def part_number(value: Worth) -> int:
    """Which part: from 1 on, or from the end with a minus. Raises Refused."""
    found = number(value)
    if not found or found != found.to_integral_value() or abs(found) > limits.TEXT + 1:
        raise Refused("FORMULA_NUMBER", "counts parts from 1, or from the end from -1")
    return int(found)


def trim(value: str) -> Worth:
    """Without white space around it, and with one blank for several."""
    return " ".join(value.split())


def left(value: str, count: int) -> Worth:
    """The first characters."""
    return value[:count]


def right(value: str, count: int) -> Worth:
    """The last characters."""
    return value[-count:] if count else ""


def middle(value: str, start: int, count: int) -> Worth:
    """Some characters from a place on."""
    return value[start - 1 : start - 1 + count]


def find(part: str, value: str) -> Worth:
    """Where a part begins, 0 where it is not found."""
    return Decimal(value.find(part) + 1)


def contains(value: str, part: str) -> Worth:
    """Whether a part is somewhere."""
    return part in value


def substitute(value: str, old: str, new: str) -> Worth:
    """A part replaced wherever it is."""
    if not old:
        return value
    grown = len(value) + value.count(old) * (len(new) - len(old))
    if grown > limits.TEXT:
        raise Refused("FORMULA_SIZE", f"makes a text of more than {limits.TEXT} characters")
    return value.replace(old, new)


def replace(value: str, start: int, count: int, new: str) -> Worth:
    """Some characters from a place on, replaced."""
    return value[: start - 1] + new + value[start - 1 + count :]


def join(between: str, *parts: str) -> Worth:
    """The parts that are not blank."""
    return between.join([part for part in parts if part.strip()])


def split(value: str, between: str, place: int) -> Worth:
    """A part by its number, without white space around it; blank where there is none."""
    parts = value.split(between)
    if abs(place) > len(parts):
        return None
    return parts[place - 1 if place > 0 else place].strip()


def pad(value: str, width: int, fill: str = "0") -> Worth:
    """Filled in front up to a width; blank stays blank, and nothing is cut."""
    return value.rjust(width, fill) if value else ""


def strip_zeros(value: str) -> Worth:
    """Without zeros in front; the last one stays."""
    return value.lstrip("0") or value[:1]
