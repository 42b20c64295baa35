"""Counting the records that are sent although something is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from agent.health import Conditions, Severity
from agent.model import Draft, LeftOut, Problem, Value
from agent.runtime.plan import FlowPlan, Mapper

CODE = "DATA_WARNINGS"


def counting(flow: FlowPlan, conditions: Conditions) -> Callable[[Sequence[str]], Mapper]:
    """The flow's `bind`, with a condition while the last read with news brought warnings."""
    if not flow.warns:
        return flow.bind

    def bind(columns: Sequence[str]) -> Mapper:
        mapper, counts, records = flow.bind(columns), Counter[str](), Counter[str]()
        conditions.clear(CODE, flow.name)

        def map_record(values: Sequence[Value]) -> Draft | LeftOut | Problem:
            made = mapper(values)
            if isinstance(made, Draft) and made.warnings:
                counts.update(f"{w.code} ({w.field})" for w in made.warnings)
                records[flow.name] += 1
                _tell(conditions, flow.name, records[flow.name], counts)
            return made

        return map_record

    return bind


def _tell(conditions: Conditions, flow: str, records: int, counts: Counter[str]) -> None:
    what = ", ".join(f"{name}: {count}" for name, count in counts.most_common(5))
    conditions.raise_(
        CODE,
        flow,
        f"{records} record{'s' * (records > 1)} of the last read break a rule. {what}.",
        "Correct them in the ERP or in the mapping.",
        Severity.WARNING,
        "They are sent as they are.",
    )
