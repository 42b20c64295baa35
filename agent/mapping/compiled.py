"""From rules to a function that maps one record, made once for the columns that reads bring.

There are two ways through. The *careful* one takes field after field and collects every problem; it
says what is right. The *quick* one does the same for records without problems and gives up at the
first doubt, so that a good record pays nothing for the words that a bad one needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from agent.canon import EXTERNAL_ID_LENGTH, Field
from agent.canon.check import REQUIRED
from agent.mapping.formula import Formula, truth
from agent.mapping.plain import plain_reader
from agent.mapping.values import Altered, Convert, Refused, as_it_is, key_text, sound, together
from agent.model import Draft, LeftOut, Parent, Problem, Scalar, Value

Mapper = Callable[[Sequence[Value]], Draft | LeftOut | Problem]
"""Maps the values of one record; never raises for any value."""

Values = Sequence[Value]

_Upward = Callable[[Mapping[str, Scalar]], tuple[Parent, ...]]


class Calculation(Protocol):
    """What makes a value of several columns: a formula, a phone number with its country."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The only columns that it looks at."""
        ...

    def bind(self, positions: Mapping[str, int]) -> Callable[[Values], Value]:
        """Its value for records whose columns stand at these positions; it raises Refused."""
        ...


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where a field comes from: no column is a constant, several are a composite reference."""

    field: Field
    columns: tuple[str, ...] = ()
    convert: Convert | None = None
    """None for a text column as it is."""
    constant: Scalar = None
    self_is_blank: bool = False
    """A record that names itself as its parent has none."""
    calculation: Calculation | None = None
    """What makes the value of the columns."""
    narrowed: bool = False
    """Whether the target takes fewer characters than the contract does."""

    @property
    def plain(self) -> bool:
        """Whether a text column goes in as it is."""
        return bool(self.columns) and self.convert is None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Records with one of these words in this column are left out; "" is blank.

    With a formula instead: records for which it is true.
    """

    name: str
    column: str = ""
    words: frozenset[str] = frozenset()
    formula: Formula | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return self.formula.columns if self.formula else (self.column,)


@dataclass(frozen=True, slots=True)
class _Step:
    """A rule, bound to positions."""

    rule: FieldRule
    convert: Callable[[Values], Scalar]


def compile_mapper(
    entity: str,
    external_id: Sequence[str],
    rules: Sequence[FieldRule],
    leave_out: Sequence[Exclusion],
    positions: Mapping[str, int],
) -> Mapper:
    """The mapper of these rules for records whose columns stand at these positions."""
    identify = _identity([positions[name] for name in external_id])
    leave = _exclusion(leave_out, positions)
    steps = [_Step(rule, _converter(rule, positions)) for rule in rules]
    upward = [rule for rule in rules if rule.field.entity == entity]
    parents = _parents(rules)
    quick = _quick(rules, steps, positions)

    def map_record(values: Values) -> Draft | LeftOut | Problem:
        try:
            if leave and (left_out := leave(values)):
                return left_out
            external = identify(values)
            fields = quick(values)
            for rule in upward:
                _not_itself(rule, external, fields)
            return Draft(external, fields, parents(fields) if parents else ())
        except Refused:
            return careful(values)

    def careful(values: Values) -> Draft | Problem:
        found = _Found({name: values[at] for name, at in positions.items()})
        with found.noting("A column of leave_out"):
            _ = leave and leave(values)
        with found.noting("The external id"):
            found.external_id = identify(values)
        for step in steps:
            rule = step.rule
            with found.noting(_subject(rule), rule.field.name, narrowed=rule.narrowed):
                found.fields[rule.field.name] = _required(rule.field, found.made(step, values))
                if rule in upward:
                    _not_itself(rule, found.external_id, found.fields)
        return found.answer(parents)

    return map_record


class _Found:
    """What the careful way has found in one record so far."""

    def __init__(self, row: Mapping[str, Value]) -> None:
        self._row = row
        self.external_id = ""
        self.fields: dict[str, Scalar] = {}
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []

    @contextmanager
    def noting(self, subject: str, field: str = "", *, narrowed: bool = False) -> Iterator[None]:
        """Turns a refusal into a problem."""
        try:
            yield
        except Refused as refused:
            code, reason = refused.code, f"{subject} {refused.predicate}"
            if narrowed and code == "TOO_LONG":
                code, reason = "TOO_LONG_FOR_TARGET", f"{reason} by the target"
            self._problems.append(Problem(code, f"{reason}.", field))

    def made(self, step: _Step, values: Values) -> Scalar:
        """What a rule makes of a record; what it changed on purpose is noted. Raises Refused."""
        try:
            return step.convert(values)
        except Altered as altered:
            reason = f"{_subject(step.rule)} {altered.predicate}."
            self._notes.append(Problem(altered.code, reason, step.rule.field.name))
            return altered.value

    def answer(self, parents: _Upward | None) -> Draft | Problem:
        """One problem stands for the record and names the others."""
        if not self._problems:
            above = parents(self.fields) if parents else ()
            return Draft(self.external_id, self.fields, above, (), tuple(self._notes))
        return together(self._problems)._replace(
            external_id=self.external_id, row=self._row, fields=self.fields
        )


def _quick(
    rules: Sequence[FieldRule], steps: Sequence[_Step], positions: Mapping[str, int]
) -> Callable[[Values], dict[str, Scalar]]:
    """The fields of a record, all at once. Raises Refused for the first problem."""
    plain = [rule for rule in rules if rule.plain]
    read = plain_reader(
        [rule.field for rule in plain], [positions[rule.columns[0]] for rule in plain]
    )
    if len(plain) == len(rules):
        return read
    template: dict[str, Scalar] = {rule.field.name: rule.constant for rule in rules}
    rest = [step for step in steps if step.rule.columns and not step.rule.plain]
    others = [(step.rule.field.name, step.convert, step.rule.field.required) for step in rest]

    def quick(values: Values) -> dict[str, Scalar]:
        fields = template | read(values)  # in the order of the contract
        for name, convert, required in others:
            value = convert(values)
            if value is None and required:
                raise Refused(*REQUIRED)
            fields[name] = value
        return fields

    return quick


def _exclusion(
    rules: Sequence[Exclusion], positions: Mapping[str, int]
) -> Callable[[Values], LeftOut | None] | None:
    """Which rule leaves a record out, if any; None for a mapping without them. Raises Refused."""
    bound = [(_fits(rule, positions), LeftOut(rule.name)) for rule in rules]

    def leave(values: Values) -> LeftOut | None:
        for fits, left_out in bound:
            if fits(values):
                return left_out
        return None

    return leave if bound else None


def _fits(rule: Exclusion, positions: Mapping[str, int]) -> Callable[[Values], bool]:
    """Whether a record is one of those that a rule leaves out. Raises Refused."""
    if rule.formula is not None:
        said = rule.formula.bind(positions)
        return lambda values: truth(said(values))
    position, words = positions[rule.column], rule.words
    return lambda values: (key_text(values[position]) or "") in words


def _identity(positions: Sequence[int]) -> Callable[[Values], str]:
    """The external id of a record. Raises Refused."""
    missing = ("EXTERNAL_ID_MISSING", "is blank in this record, in whole or in part")
    only = positions[0]

    def join(values: Values) -> str:
        parts = [key_text(values[position]) for position in positions]
        if not all(parts):
            raise Refused(*missing)
        return sound("/".join(part for part in parts if part), EXTERNAL_ID_LENGTH)

    def single(values: Values) -> str:
        value = values[only]
        if isinstance(value, str):
            text = value.strip()
            if text.isascii() and text.isprintable() and 0 < len(text) <= EXTERNAL_ID_LENGTH:
                return text
        return join(values)

    return single if len(positions) == 1 else join


def _converter(rule: FieldRule, positions: Mapping[str, int]) -> Callable[[Values], Scalar]:
    """What a rule makes of a record. Raises Refused."""
    at = [positions[name] for name in rule.columns]
    if not at:
        return lambda _values: rule.constant
    convert, only = rule.convert or as_it_is(rule.field.max_length), at[0]
    if rule.calculation is not None:
        return _calculated(rule.calculation.bind(positions), convert)
    if len(at) == 1:
        return lambda values: convert(values[only])

    def composite(values: Values) -> Scalar:
        parts = [key_text(values[position]) for position in at]
        return convert("/".join(part for part in parts if part)) if all(parts) else None

    return composite


def _calculated(value: Callable[[Values], Value], convert: Convert) -> Callable[[Values], Scalar]:
    def made(values: Values) -> Scalar:
        try:
            found = value(values)
        except Altered as altered:
            raise altered.become(convert(altered.value)) from None
        return convert(found)

    return made


def _parents(rules: Sequence[FieldRule]) -> _Upward | None:
    """Names the parents of a record; None for a mapping without references."""
    refs = [(rule.field.name, rule.field.entity) for rule in rules if rule.field.entity]

    def find(fields: Mapping[str, Scalar]) -> tuple[Parent, ...]:
        return tuple(
            [
                Parent(name, entity, value)
                for name, entity in refs
                if isinstance(value := fields[name], str)
            ]
        )

    return find if refs else None


def _not_itself(rule: FieldRule, external_id: str, fields: dict[str, Scalar]) -> None:
    """A record that waited for itself as its parent would wait for ever. Raises Refused."""
    if fields.get(rule.field.name) != external_id:
        return
    if not rule.self_is_blank:
        raise Refused(
            "PARENT_IS_SELF",
            'names the record itself; itself = "blank" in its mapping would mean: no parent',
        )
    fields[rule.field.name] = None


def _required(field: Field, value: Scalar) -> Scalar:
    if value is None and field.required:
        raise Refused(*REQUIRED)
    return value


def _subject(rule: FieldRule) -> str:
    where = ", ".join(rule.columns)
    if rule.calculation is not None and len(rule.columns) != 1:
        where = f"calculated of {where}"
    return f"{rule.field.name} ({where})" if where else rule.field.name
