"""What a mapping itself wants of its records, beside the rules of the contract.

    [[checks]]
    name = "lines add up"
    field = "total"
    formula = 'ABS(NUMBER(TOTAL) - NUMBER(LOOKUP("line sums", ORDNO))) <= 0.01'
    severity = "warning"         # error, where it is left out

The formula looks at columns and at lookup tables, so it can hold a header against what another
source says of its lines. A record for which it is not true is parked, or warned of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.canon import Severity
from agent.mapping.calculated import condition
from agent.mapping.compiled import Mapper
from agent.mapping.formula import Formula, truth
from agent.mapping.lookups import Lookups
from agent.mapping.options import Options, Problems
from agent.mapping.values import Refused, together
from agent.model import Draft, Json, LeftOut, Problem, Value


@dataclass(frozen=True, slots=True)
class Demand:
    """One of them."""

    name: str
    field: str
    """The field that is reported."""
    formula: Formula
    severity: Severity


def wanted(
    said: Json, fields: Sequence[str], tables: Lookups, problems: Problems
) -> tuple[Demand, ...]:
    """The checks of a document; what is wrong with them goes to the problems."""
    found = []
    for number, item in enumerate(said if isinstance(said, list) else [said], start=1):
        if item is None:
            continue
        options = Options(
            item if isinstance(item, dict) else {"": item}, f"checks.{number}", problems
        )
        name, severity = options.text("name"), options.choice("severity", tuple(Severity))
        field = options.choice("field", fields)
        formula = condition(options, tables)
        for key, given in (("name", name), ("field", field or options.has("field")),
                           ("formula", options.has("formula"))):  # fmt: skip
            if not given:
                options.wrong(key, "It is needed.")
        options.done()
        if formula is not None:
            found.append(Demand(name, field, formula, Severity(severity or Severity.ERROR)))
    if len({test.name for test in found}) != len(found):
        problems.add("checks", "Two checks have the same name; they are counted by it.")
    return tuple(found)


def tested(mapper: Mapper, tests: Sequence[Demand], positions: Mapping[str, int]) -> Mapper:
    """A mapper whose drafts pass these; the same one where there are none."""
    if not tests:
        return mapper
    bound = [(test, test.formula.bind(positions)) for test in tests]

    def map_record(values: Sequence[Value]) -> Draft | LeftOut | Problem:
        made = mapper(values)
        if not isinstance(made, Draft):
            return made
        errors: list[Problem] = []
        warnings: list[Problem] = []
        for test, formula in bound:
            try:
                passed = truth(formula(values))
                said = Problem("CHECK_FAILED", f"{test.field} fails the check '{test.name}'.")
            except Refused as refused:
                passed = False
                said = Problem(
                    refused.code, f"The check '{test.name}' of {test.field} {refused.predicate}."
                )
            if not passed:
                found = errors if test.severity is Severity.ERROR else warnings
                found.append(said._replace(field=test.field, external_id=made.external_id))
        if errors:
            row = {name: values[at] for name, at in positions.items()}
            return together(errors)._replace(row=row, fields=made.fields)
        return made._replace(warnings=(*made.warnings, *warnings)) if warnings else made

    return map_record
