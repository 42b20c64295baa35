"""Judges one kind of data: what the ERP holds against what the CRM holds. Pure.

`erp`, `crm` how many records each has; a record that the CRM keeps, switched off, for a row that
             left the ERP (`Kind.retired`) is compared, and counted on neither side
`different`  both have it, and a field that the ERP decides differs
`missing`    the ERP has it and the CRM does not
`extra`      the CRM has it and the ERP does not, or it has no external id at all
`doubled`    sent more than once in effect, summed over the records of the kind. For each external
             id, the greater of
             - records beyond the first that ever lived under it at the same time, and
             - writes that changed something in the CRM (creations, updates, deletions, by the
               sandbox's write log; a repetition that changed nothing is none) beyond the steps
               that the row itself took in the ERP. A step is from one published state to the
               next one that differs, where not being there is a state as well; `History` counts
               them. The agent may well take fewer steps, by leaving out what was soon replaced;
               taking more means that something was sent again after it had been overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from agent.demo.ends import Records


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one kind."""

    erp: int
    crm: int
    different: int
    missing: int
    extra: int
    doubled: int = 0
    example: str = field(default="", compare=False)
    """The first record that is not as it should be, and why."""

    @property
    def is_good(self) -> bool:
        """Whether both ends agree and nothing was sent twice."""
        return not (self.different or self.missing or self.extra or self.doubled)

    def numbers(self) -> dict[str, int]:
        """For JSON and tables."""
        return {name: value for name, value in asdict(self).items() if name != "example"}


class History:
    """The steps that each row of one kind took in the ERP."""

    def __init__(self, retired: str = "") -> None:
        self.steps: dict[str, int] = {}
        self.now: Records = {}
        """What the CRM ought to hold."""
        self._retired = retired
        self.alive: set[str] = set()
        """External ids of the rows that the ERP holds."""

    def observe(self, records: Records) -> None:
        """What the ERP has published now."""
        before = self.now
        after = dict(records)
        for key in before.keys() - records.keys() if self._retired else ():
            after[key] = {**before[key], self._retired: False}
        for key in before.keys() | after.keys():
            if before.get(key) != after.get(key):
                self.steps[key] = self.steps.get(key, 0) + 1
        self.now, self.alive = after, set(records)

    @property
    def living(self) -> int:
        """How many rows the ERP holds."""
        return len(self.alive)


def compare(
    history: History,
    crm: Records,
    *,
    nameless: int = 0,
    log: Mapping[str, Mapping[str, Any]] | None = None,
) -> Verdict:
    """Judge one kind; without `log` nothing is said about doubles."""
    wanted, examples = history.now, []
    different = missing = 0
    for key, fields in wanted.items():
        found = crm.get(key)
        if found is None:
            missing += 1
            examples.append(f"{key} is missing")
        elif wrong := [name for name, value in fields.items() if not same(value, found.get(name))]:
            different += 1
            examples.append(f"{key} differs in {', '.join(wrong)}")
    retired = len(crm.keys() & wanted.keys()) - len(crm.keys() & history.alive)
    extra = sorted(crm.keys() - wanted.keys())
    examples += [f"{key} is extra" for key in extra]
    twice = {key: n for key, item in (log or {}).items() if (n := doubled(item, history, key))}
    examples += [f"{key} was sent {n} times too often" for key, n in twice.items()]
    return Verdict(
        history.living, len(crm) + nameless - retired, different, missing, len(extra) + nameless,
        sum(twice.values()), examples[0] if examples else "",
    )  # fmt: skip


def doubled(item: Mapping[str, Any], history: History, key: str) -> int:
    """How often one record was sent more than once in effect."""
    effective = int(item["creates"] + item["updates"] + item["deletes"])
    return max(int(item["doubled"]), effective - history.steps.get(key, 0), 0)


def same(wanted: Any, found: Any) -> bool:
    """Whether two values are the same to a person: 12.50 and 12.5, blank and nothing."""
    return bool(_plain(wanted) == _plain(found))


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return ("boolean", value)
    return Decimal(value) if isinstance(value, (int, Decimal)) else value
