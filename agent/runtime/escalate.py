"""Watches what waits for a person, and raises what waits too long.

A step compares what is parked now with what was raised before, commits the events that are due, and
then tells them: to the log, to the audit, to whoever asks the control API for events, and as a
condition of the status for as long as they stand. No event carries a business value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.canon import Reasons
from agent.config import Config
from agent.escalation import ESCALATED, Amount, Event, Item, Quiet, Rule, Told, judge
from agent.health import Conditions, Severity
from agent.log import get_logger
from agent.model import Json
from agent.queue.escalations import Escalations, Raised
from agent.queue.items import Items, Standing
from agent.runtime.desk.said import View
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan

_logger = get_logger(__name__)

CODE = "ESCALATED"
OnTold = Callable[[str, str, str, Mapping[str, str]], None]


def rules_of(config: Config) -> tuple[Rule, ...]:
    """The rules of a configuration."""
    return tuple(
        Rule(
            one.name, tuple(one.after), one.severity, one.entity, one.flow, one.code, one.owner,
            one.amount,
            None if one.quiet is None else Quiet(
                ZoneInfo(one.quiet.timezone or config.agent.timezone),
                one.quiet.since, one.quiet.until, one.quiet.days,
            ),
        )
        for one in config.escalations
    )  # fmt: skip


@dataclass
class Escalator:
    """Raises what waits too long."""

    rules: Sequence[Rule]
    desk: Items
    kept: Escalations
    view: View
    flows: Sequence[FlowPlan]
    streams: Mapping[str, int]
    reasons: Reasons
    conditions: Conditions
    on_told: OnTold
    now: Callable[[], float]
    _amounts: dict[int, Amount | None] = field(default_factory=dict)
    """Of entries that were opened for a rule: what an entry says never changes."""
    _shown: set[str] = field(default_factory=set)

    def step(self) -> None:
        """Raise what is due now. May be called at any time, from one thread."""
        reached = self.kept.reached()
        if not self.rules and not reached:
            self._tell()
            return
        now = self.now()
        items = list(self._items())
        told = [Told(r.item, _time(r.since), r.rule, r.level, r.ref) for r in reached]
        about = {(item.key, item.since): item for item in items}
        events = judge(self.rules, items, told, _time(now))
        self.kept.keep(
            [_raised(event, now, about.get((event.key, event.since))) for event in events]
        )
        for step in {(r.item, r.since, r.ref) for r in reached}:
            item = about.get((step[0], _time(step[1])))
            if item is not None and item.ref != step[2]:
                self.kept.renamed(step[0], step[1], item.ref)
        self._tell()
        self._show()

    def standing(self) -> dict[str, Json]:
        """What was raised and still waits, for the face."""
        items: list[Json] = [
            {
                "ref": one.ref, "rule": one.rule, "level": one.level, "at": instant(one.at),
                "since": instant(one.since),
            }
            for one in self.kept.reached()
        ]  # fmt: skip
        return {"items": items}

    def of(self, ref: str) -> list[Json]:
        """The steps that one exception has reached."""
        return [
            {"rule": one.rule, "level": one.level, "at": instant(one.at)}
            for one in self.kept.reached()
            if one.ref == ref
        ]

    def events(self, after: int, limit: int) -> dict[str, Json]:
        """Events in their order after one of them; asked again with `next`, none is missed."""
        found = self.kept.after(after, limit)
        items: list[Json] = [
            {
                "id": one.id, "at": instant(one.at), "what": one.what, "rule": one.rule,
                "level": one.level, "ref": one.ref, "since": instant(one.since), **one.about,
            }
            for one in found
        ]  # fmt: skip
        return {"items": items, "next": found[-1].id if found else after}

    # --- inside -----------------------------------------------------------------------------------

    def _items(self) -> Iterator[Item]:
        flows = {flow.id: flow for flow in self.flows}
        here = self.desk.standing()
        seqs = {each.seq for each in here}
        self._amounts = {seq: known for seq, known in self._amounts.items() if seq in seqs}
        for each in here:
            flow, known = flows.get(each.flow), self.reasons(each.code)
            key = b"E" + each.flow.to_bytes(4, "big") + each.row + each.lane
            yield Item(
                key, _time(each.since), f"E{each.seq}", known.severity,
                flow.entity if flow else "", flow.name if flow else "", each.code, known.owner,
                self._asked(each),
            )  # fmt: skip
        names = {number: name for name, number in self.streams.items()}
        for group in self.desk.unreadable_groups():
            known = self.reasons.of_record(group.code)
            key = b"U" + group.of.to_bytes(4, "big") + group.code.encode()
            yield Item(
                key, _time(group.since), f"U{group.example}", known.severity, "",
                names.get(group.of, ""), group.code, known.owner,
            )  # fmt: skip

    def _asked(self, entry: Standing) -> Callable[[], Amount | None]:
        def amount() -> Amount | None:
            if entry.seq not in self._amounts:
                found = next((impact for _, impact in self.view.impacts([entry.seq])), None)
                value: Decimal | None = found.amount if found else None
                self._amounts[entry.seq] = (
                    Amount(found.currency, value) if found and value is not None else None
                )
            return self._amounts[entry.seq]

        return amount

    def _tell(self) -> None:
        """Log and audit what was committed; repeated after a crash, under the same number."""
        for one in self.kept.untold():
            said = {name: word for name, word in one.about.items() if word}
            _logger.warning(
                one.what, number=one.id, action=one.rule, attempt=one.level,
                since=instant(one.since), flow=one.about.get("flow", ""),
                entity=one.about.get("entity", ""), code=one.about.get("code", ""),
            )  # fmt: skip
            details = {"event": str(one.id), "rule": one.rule, "level": str(one.level), **said}
            self.on_told("waybill", f"exceptions.{one.what}", one.ref, details)
            self.kept.told(one.id)

    def _show(self) -> None:
        """One condition for each rule that has raised something that still waits."""
        highest: dict[tuple[bytes, float, str], int] = {}
        for one in self.kept.reached():
            place = (one.item, one.since, one.rule)
            highest[place] = max(one.level, highest.get(place, 0))
        counts: dict[str, Counter[int]] = {}
        for (_, _, rule), level in highest.items():
            counts.setdefault(rule, Counter())[level] += 1
        for rule in self._shown - set(counts):
            self.conditions.clear(CODE, f"rule {rule}")
        for rule, levels in counts.items():
            many = sum(levels.values())
            parts = ", ".join(f"{levels[level]:,} at level {level}" for level in sorted(levels))
            self.conditions.raise_(
                CODE, f"rule {rule}",
                f"{many:,} exception{'s' * (many != 1)} waited too long: {parts}.",
                "Look at them: waybill exceptions escalated, then waybill exceptions show.",
                Severity.ERROR if max(levels) > 1 else Severity.WARNING,
                "They are parked until somebody decides; everything else goes on.",
                params={"rule": rule, "count": str(many), "level": str(max(levels))},
            )  # fmt: skip
        self._shown = set(counts)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _raised(event: Event, now: float, item: Item | None) -> Raised:
    about = {} if item is None else {
        "flow": item.flow, "entity": item.entity, "code": item.code,
        "severity": item.severity, "owner": item.owner,
    }  # fmt: skip
    ref = item.ref if item is not None and event.what == ESCALATED else event.ref
    return Raised(
        0, now, event.what, event.key, event.since.timestamp(), event.rule, event.level, ref, about
    )
