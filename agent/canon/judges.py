"""How each check of a rule judges a record: exact arithmetic, no value is ever rounded. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import NamedTuple

from agent.canon.field import Kind
from agent.canon.forms import form_flaw
from agent.canon.reasons import Owner, Severity
from agent.model import Scalar

Fields = Mapping[str, Scalar]
Judge = Callable[[Fields], bool]
"""Whether a record keeps a rule."""

TOLERANCE = Decimal("0.01")
STEP = "step"
"""The check of what may follow what in a code that has a life."""

_EXACT = Context(prec=300)
"""Room for the product of four of the longest decimals."""
_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a contract."""

    check: str
    code: str
    """The reason code of a record that breaks it."""
    roles: Mapping[str, tuple[str, ...]]
    """Which fields play which part."""
    severity: Severity
    owner: Owner
    said: str
    """What is wrong with the record, as the rest of a sentence that begins with the field."""
    tolerance: Decimal = TOLERANCE
    words: frozenset[str] = frozenset()
    form: Kind = Kind.TEXT
    sign: int = 0

    @property
    def is_step(self) -> bool:
        """Whether it speaks of a state and the one before: one record alone cannot break it."""
        return self.check == STEP

    @property
    def field(self) -> str:
        """The field that is reported."""
        return next(iter(self.roles.values()))[0]


class Violation(NamedTuple):
    """A rule that a record breaks."""

    code: str
    field: str
    reason: str
    severity: Severity
    owner: Owner


def _number(fields: Fields, name: str) -> Decimal | None:
    value = fields[name]
    return Decimal(value) if isinstance(value, (str, int)) else None


def line_amount(rule: Rule) -> Judge:
    """An amount that follows from quantity and price, less what is taken off."""
    roles, times, minus = rule.roles, _EXACT.multiply, _EXACT.subtract
    amount, quantity, price = (roles[role][0] for role in ("amount", "quantity", "price"))
    per, percent, discount = (
        roles.get(role, ("",))[0] for role in ("per", "discount_percent", "discount")
    )

    def keeps(fields: Fields) -> bool:
        found = [_number(fields, name) for name in (amount, quantity, price)]
        said, units, each = found
        if said is None or units is None or each is None:
            return True
        divisor = (_number(fields, per) if per else None) or _ONE
        off = (_number(fields, percent) if percent else None) or _ZERO
        less = (_number(fields, discount) if discount else None) or _ZERO
        # All of it times divisor and 100, so that nothing is divided.
        due = times(times(units, each), minus(_HUNDRED, off))
        whole = times(divisor, _HUNDRED)
        beyond = minus(due, times(_EXACT.add(said, less), whole)).copy_abs()
        return beyond <= times(rule.tolerance, whole).copy_abs()

    return keeps


def total(rule: Rule) -> Judge:
    """A total and its parts."""
    total, parts = rule.roles["total"][0], rule.roles["parts"]

    def keeps(fields: Fields) -> bool:
        rest = _number(fields, total)
        for name in parts:
            part = _number(fields, name)
            if rest is None or part is None:
                return True
            rest = _EXACT.subtract(rest, part)
        return rest is None or rest.copy_abs() <= rule.tolerance

    return keeps


def share(rule: Rule) -> Judge:
    """An amount that is a percentage of another."""
    amount, base, percent = (rule.roles[role][0] for role in ("amount", "base", "percent"))

    def keeps(fields: Fields) -> bool:
        said, of, rate = (_number(fields, name) for name in (amount, base, percent))
        if said is None or of is None or rate is None:
            return True
        beyond = _EXACT.subtract(_EXACT.multiply(of, rate), _EXACT.multiply(said, _HUNDRED))
        return beyond.copy_abs() <= rule.tolerance * _HUNDRED

    return keeps


def at_most(rule: Rule) -> Judge:
    """An amount and the one that bounds it; a negative bound is one from below."""
    name, limit = rule.roles["field"][0], rule.roles["limit"][0]

    def keeps(fields: Fields) -> bool:
        value, bound = _number(fields, name), _number(fields, limit)
        if value is None or bound is None:
            return True
        return value >= bound if bound < 0 else value <= bound

    return keeps


def not_after(rule: Rule) -> Judge:
    """Two dates, or two instants: their one writing sorts as time does."""
    first, then = rule.roles["first"][0], rule.roles["then"][0]

    def keeps(fields: Fields) -> bool:
        one, other = fields[first], fields[then]
        return not (isinstance(one, str) and isinstance(other, str)) or one <= other

    return keeps


def known(rule: Rule) -> Judge:
    """A text that ought to be a code."""
    name = rule.roles["field"][0]
    return lambda fields: fields[name] is None or fields[name] in rule.words


def form(rule: Rule) -> Judge:
    """A text that ought to have a form."""
    name = rule.roles["field"][0]

    def keeps(fields: Fields) -> bool:
        value = fields[name]
        return not isinstance(value, str) or form_flaw(rule.form, value.strip()) is None

    return keeps


def required_if(rule: Rule) -> Judge:
    """A field that another one makes necessary."""
    name, when = rule.roles["field"][0], rule.roles["when"][0]

    def keeps(fields: Fields) -> bool:
        if fields[name] is not None or fields[when] is None:
            return True
        return bool(rule.words) and fields[when] not in rule.words

    return keeps


def step(rule: Rule) -> Judge:
    """A state alone breaks nothing: who knows the one before asks `may_become`."""
    del rule
    return lambda _fields: True


def sign(rule: Rule) -> Judge:
    """A number on one side of zero."""
    name = rule.roles["field"][0]

    def keeps(fields: Fields) -> bool:
        value = _number(fields, name)
        return value is None or value * rule.sign >= 0

    return keeps
