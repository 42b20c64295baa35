"""Counting the records that are sent although something is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agent.health import Conditions, Severity
from agent.model import Problem
from agent.runtime.plan import FlowPlan

CODE = "DATA_WARNINGS"


class Warned:
    """The warnings of one flow: a condition while the last read with news brought some."""

    def __init__(self, flow: str, conditions: Conditions) -> None:
        self._flow = flow
        self._conditions = conditions
        self._counts: Counter[str] = Counter()
        self._records = 0

    def begin(self) -> None:
        """A read with news begins."""
        self._counts.clear()
        self._records = 0
        self._conditions.clear(CODE, self._flow)

    def warned(self, warnings: Sequence[Problem]) -> None:
        """One more record."""
        self._counts.update(f"{warning.code} ({warning.field})" for warning in warnings)
        self._records += 1
        what = ", ".join(f"{name}: {count}" for name, count in self._counts.most_common(5))
        self._conditions.raise_(
            CODE,
            self._flow,
            f"{self._records} record{'s' * (self._records > 1)} of the last read break a rule."
            f" {what}.",
            "`waybill reads list` names them. Correct them in the ERP or in the mapping.",
            Severity.WARNING,
            "They are sent as they are.",
            params={"flow": self._flow, "count": str(self._records), "rules": what},
        )


def counting(flow: FlowPlan, conditions: Conditions) -> Warned | None:
    """Who counts the warnings of a flow; None where it can have none."""
    return Warned(flow.name, conditions) if flow.warns else None
