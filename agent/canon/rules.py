"""Rules that a whole record keeps: totals, order of dates, codes, what needs what. Pure.

A contract states them under `x-waybill.rules`, each as one object: `check` says which, the roles
name fields, and `severity` and `owner` may differ from the catalogue of reasons:

    {"check": "line_amount", "amount": "amount", "quantity": "quantity", "price": "unit_price"}
      amount = quantity x price (/ per) - discount_percent - discount, within `tolerance`
    {"check": "sum", "total": "total", "parts": ["net", "tax"]}       within `tolerance`
    {"check": "share", "amount": "amount", "base": "base", "percent": "rate"}   within `tolerance`
    {"check": "at_most", "field": "paid", "limit": "total"}           for a negative limit: at least
    {"check": "not_after", "first": "invoice_date", "then": "due_date"}   two dates or two instants
    {"check": "known", "field": "unit", "list": "unece-20"}           a text that ought to be a code
    {"check": "form", "field": "email", "as": "email"}                a text that ought to be one
    {"check": "required_if", "field": "currency", "when": "total"}    `in`: only for these values
    {"check": "sign", "field": "total", "is": "not_positive"}         or not_negative
    {"check": "step", "field": "status"}        its state may follow the one before (lifecycle)

Every code with a lifecycle has a `step`, as a warning where the contract does not say otherwise: it
is judged by who knows what was sent before.

A rule is judged only where every field it names (but those it can do without) is mapped, and says
nothing about a record in which one of them is blank: that is for `required`. Arithmetic is exact.
What is said never holds a value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from agent.canon import judges
from agent.canon.codes import LISTS, SAID, UNKNOWN
from agent.canon.field import DECIMALS, Field, Kind
from agent.canon.forms import FORMS
from agent.canon.judges import TOLERANCE, Fields, Judge, Rule, Violation
from agent.canon.reasons import Owner, Severity, reason
from agent.model import Json

_OTHER_KEYS = frozenset({"check", "severity", "owner"})


def prepare(
    rules: Sequence[Rule], names: Collection[str]
) -> Callable[[Fields], tuple[Violation, ...]] | None:
    """What judges records that have these fields; None where no rule speaks of them."""
    bound = [
        (_CHECKS[rule.check].judge(_only(rule, names)), _violation(rule))
        for rule in rules
        if needed(rule) <= set(names) and not rule.is_step
    ]
    if not bound:
        return None

    def judge(fields: Fields) -> tuple[Violation, ...]:
        return tuple([broken for keeps, broken in bound if not keeps(fields)])

    return judge


def needed(rule: Rule) -> frozenset[str]:
    """The fields without which a rule says nothing."""
    optional = _CHECKS[rule.check].optional
    return frozenset(
        name for role, names in rule.roles.items() if role not in optional for name in names
    )


def violations(rules: Sequence[Rule], fields: Fields) -> tuple[Violation, ...]:
    """Every rule that one record breaks, in the order of the contract."""
    judge = prepare(rules, fields.keys())
    return judge(fields) if judge else ()


def with_severity(rule: Rule, severity: Severity) -> Rule:
    """The same rule, as bad as somebody decided."""
    return replace(rule, severity=severity)


def _only(rule: Rule, names: Collection[str]) -> Rule:
    """The rule without the parts that are not mapped."""
    kept = {role: fields for role, fields in rule.roles.items() if set(fields) <= set(names)}
    return replace(rule, roles=MappingProxyType(kept))


def _violation(rule: Rule) -> Violation:
    return Violation(rule.code, rule.field, f"{rule.field} {rule.said}.", rule.severity, rule.owner)


# --- reading them ---------------------------------------------------------------------------------


class _Check(NamedTuple):
    """One kind of rule: how it judges, which roles it has, which other keys, what it says."""

    judge: Callable[[Rule], Judge]
    roles: tuple[str, ...]
    code: str
    said: str
    """`{role}` stands for the role's fields."""
    kinds: frozenset[Kind]
    """What its fields may be; empty: anything."""
    optional: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


_NUMBERS = DECIMALS | {Kind.INTEGER}
_WORDS = frozenset({Kind.TEXT})
_WITHIN = frozenset({"tolerance"})

_CHECKS: Mapping[str, _Check] = MappingProxyType(
    {
        "line_amount": _Check(
            judges.line_amount,
            ("amount", "quantity", "price", "per", "discount_percent", "discount"),
            "LINE_AMOUNT_WRONG",
            "is not {quantity} x {price} less the discount, within {tolerance}",
            _NUMBERS,
            frozenset({"per", "discount_percent", "discount"}),
            _WITHIN,
        ),
        "sum": _Check(
            judges.total, ("total", "parts"), "TOTAL_WRONG",
            "is not the sum of {parts}, within {tolerance}", _NUMBERS, keys=_WITHIN,
        ),
        "share": _Check(
            judges.share, ("amount", "base", "percent"), "TOTAL_WRONG",
            "is not {percent} % of {base}, within {tolerance}", _NUMBERS, keys=_WITHIN,
        ),
        "at_most": _Check(
            judges.at_most, ("field", "limit"), "ABOVE_LIMIT", "goes beyond {limit}", _NUMBERS
        ),
        "not_after": _Check(
            judges.not_after, ("first", "then"), "DATES_REVERSED", "lies after {then}",
            frozenset({Kind.DATE, Kind.INSTANT}),
        ),
        "known": _Check(judges.known, ("field",), "", "", _WORDS, keys=frozenset({"list"})),
        "form": _Check(judges.form, ("field",), "", "", _WORDS, keys=frozenset({"as"})),
        "required_if": _Check(
            judges.required_if, ("field", "when"), "CONDITION_MISSING",
            "is blank, and {when} makes it necessary", frozenset(), keys=frozenset({"in"}),
        ),
        "step": _Check(
            judges.step, ("field",), "TRANSITION_WRONG", "may not follow the state before",
            frozenset({Kind.CODE}),
        ),
        "sign": _Check(judges.sign, ("field",), "SIGN_WRONG", "", _NUMBERS, keys=frozenset({"is"})),
    }
)  # fmt: skip

_SIGNS = {"not_negative": (1, "is negative"), "not_positive": (-1, "is positive")}
_FORMS = {str(kind): kind for kind in FORMS}


def parse_rule(said: Json, fields: Mapping[str, Field]) -> Rule:
    """One rule of a contract. Raises ValueError with a sentence."""
    table = said if isinstance(said, dict) else {}
    name = table.get("check")
    check = _CHECKS.get(name) if isinstance(name, str) else None
    if check is None or not isinstance(name, str):
        raise ValueError(f"check must be one of {', '.join(_CHECKS)}.")
    if strange := sorted(set(table) - set(check.roles) - check.keys - _OTHER_KEYS):
        raise ValueError(f"{strange[0]} means nothing for the check {name}.")
    if lacks := [role for role in check.roles if role not in {*table, *check.optional}]:
        raise ValueError(f"{lacks[0]} is missing.")
    roles = {
        role: _fields(role, table[role], check, fields) for role in check.roles if role in table
    }
    if name == judges.STEP and not fields[roles["field"][0]].states:
        raise ValueError("field must name a code with a lifecycle.")
    if name == "not_after" and len({fields[names[0]].kind for names in roles.values()}) > 1:
        raise ValueError("first and then must both be dates or both be instants.")
    rule = Rule(name, check.code, MappingProxyType(roles), Severity.ERROR, Owner.MAPPING, "")
    return _decided(_special(rule, table), table)


def steps_of(rules: Sequence[Rule], fields: Mapping[str, Field]) -> tuple[Rule, ...]:
    """What the lives of its codes mean for records, where these rules do not say it themselves."""
    said = {rule.field for rule in rules if rule.is_step}
    return tuple(
        parse_rule({"check": judges.STEP, "field": name}, fields)
        for name, field in fields.items()
        if field.states and name not in said
    )


def _fields(role: str, value: Json, check: _Check, fields: Mapping[str, Field]) -> tuple[str, ...]:
    names = value if role == "parts" and isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str) or name not in fields:
            raise ValueError(f"{role} must name a field of this contract.")
        if check.kinds and fields[name].kind not in check.kinds:
            raise ValueError(f"{role} names {name}, which is of another type.")
    if not names:
        raise ValueError(f"{role} is empty.")
    return tuple(map(str, names))


def _special(rule: Rule, table: Mapping[str, Json]) -> Rule:
    """What only some checks say."""
    if rule.check == "known":
        listed = _one_of(table, "list", LISTS)
        return replace(rule, code=UNKNOWN[listed], said=SAID[listed], words=LISTS[listed])
    if rule.check == "form":
        kind = _FORMS[_one_of(table, "as", _FORMS)]
        code, what = FORMS[kind].flaw
        return replace(rule, code=code, said=what, form=kind)
    if rule.check == "sign":
        sign, what = _SIGNS[_one_of(table, "is", _SIGNS)]
        return replace(rule, sign=sign, said=what)
    words = table.get("in", [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("in must be a list of texts.")
    return _worded(replace(rule, words=frozenset(map(str, words))), table)


def _one_of(table: Mapping[str, Json], key: str, known: Collection[str]) -> str:
    value = table.get(key)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{key} must be one of {', '.join(known)}.")
    return value


def _worded(rule: Rule, table: Mapping[str, Json]) -> Rule:
    tolerance = table.get("tolerance", str(TOLERANCE))
    if not isinstance(tolerance, str) or not tolerance.replace(".", "", 1).isdecimal():
        raise ValueError('tolerance must be a decimal in quotes, such as "0.01".')
    parts = {role: " + ".join(names) for role, names in rule.roles.items()}
    said = _CHECKS[rule.check].said.format(**parts, tolerance=tolerance)
    return replace(rule, tolerance=Decimal(tolerance), said=said)


def _decided(rule: Rule, table: Mapping[str, Json]) -> Rule:
    known = reason(rule.code)
    severity, owner = table.get("severity", known.severity), table.get("owner", known.owner)
    if severity not in list(Severity):
        raise ValueError(f"severity must be one of {', '.join(Severity)}.")
    if owner not in list(Owner):
        raise ValueError(f"owner must be one of {', '.join(Owner)}.")
    return replace(rule, severity=Severity(str(severity)), owner=Owner(str(owner)))
