"""The rules of a contract, kept by a mapping: each record is judged once its fields are made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from agent.canon import Field, Rule, Severity, Violation, may_become
from agent.canon.rules import prepare, with_severity
from agent.mapping.compiled import Mapper
from agent.mapping.options import Options, Problems
from agent.mapping.values import together
from agent.model import Draft, Json, LeftOut, Problem, Scalar, Value

_OFF = "off"
_DECISIONS = (*Severity, _OFF)


def decided(rules: Sequence[Rule], said: Json, problems: Problems) -> tuple[Rule, ...]:
    """The rules of a contract as a mapping wants them: `rules = { CODE = "warning" }`."""
    if said is None:
        return tuple(rules)
    codes = {rule.code for rule in rules}
    options = Options(said if isinstance(said, dict) else {"": said}, "rules", problems)
    decisions = {code: options.choice(code, _DECISIONS) for code in sorted(codes)}
    options.done()
    return tuple(
        with_severity(rule, Severity(decision)) if (decision := decisions[rule.code]) else rule
        for rule in rules
        if decisions[rule.code] != _OFF
    )


def ruled(
    mapper: Mapper,
    rules: Sequence[Rule],
    names: Collection[str],
    positions: Mapping[str, int],
) -> Mapper:
    """A mapper whose drafts keep these rules; the same one where no rule speaks of its fields.

    `positions`: where the mapped columns stand, for what becomes of a record that breaks one.
    """
    judge = prepare(rules, names)
    if judge is None:
        return mapper

    def map_record(values: Sequence[Value]) -> Draft | LeftOut | Problem:
        made = mapper(values)
        if isinstance(made, Draft) and (broken := judge(made.fields)):
            judged = _judged(made, broken)
            if isinstance(judged, Draft):
                return judged
            row = {name: values[at] for name, at in positions.items()}
            return judged._replace(row=row, fields=made.fields)
        return made

    return map_record


@dataclass(frozen=True, slots=True)
class Steps:
    """What may follow what in the records of a mapping: (rule, field) of each code with a life."""

    rules: tuple[tuple[Rule, Field], ...]

    def states(self, made: Draft) -> tuple[Scalar, ...]:
        """What has to be remembered of a record, to judge the next one of its kind."""
        return tuple([made.fields[field.name] for _, field in self.rules])

    def judged(self, made: Draft, before: Sequence[Scalar]) -> Draft | Problem:
        """The draft, or what is wrong with it after a record with these states."""
        if len(before) != len(self.rules):  # nothing is known, or of another mapping
            return made
        broken = [
            Violation(
                rule.code, field.name, f"{field.name} {rule.said}.", rule.severity, rule.owner
            )
            for (rule, field), old in zip(self.rules, before, strict=True)
            if old in field.codes and not may_become(field, old, made.fields[field.name])
        ]
        return _judged(made, broken) if broken else made


def steps(rules: Sequence[Rule], fields: Sequence[Field]) -> Steps | None:
    """The steps that these rules speak of, for records with these fields; None: there are none."""
    by_name = {field.name: field for field in fields}
    found = [
        (rule, by_name[rule.field]) for rule in rules if rule.is_step and rule.field in by_name
    ]
    return Steps(tuple(found)) if found else None


def _judged(made: Draft, broken: Sequence[Violation]) -> Draft | Problem:
    """One error stands for the record; warnings go along with it."""
    problems = [Problem(v.code, v.reason, v.field, made.external_id) for v in broken]
    errors = [
        problem
        for problem, violation in zip(problems, broken, strict=True)
        if violation.severity is Severity.ERROR
    ]
    if not errors:
        return made._replace(warnings=(*made.warnings, *problems))
    return together(errors)


def said_of(rules: Sequence[Rule]) -> list[Mapping[str, Json]]:
    """What these rules mean, for the digest of a mapping."""
    return [
        {
            "check": rule.check,
            "roles": {role: " ".join(names) for role, names in rule.roles.items()},
            "severity": rule.severity,
            "said": rule.said,
            "words": " ".join(sorted(rule.words)),
        }
        for rule in rules
    ]
