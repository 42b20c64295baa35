"""Editing a row of which no message could be made: a person says what fields of the message are.

The row is mapped again with these values in place of what their rules make of it, so that everything
else is judged as ever. It is tried here; the row's source then does it, since only that may change
what is remembered of a row. What the person said counts for this row as the ERP has it now: when the
row changes there, or when another mapping comes into force, the ERP is heard again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.model import Draft, Json, LeftOut, Problem, Scalar
from agent.queue.problems import KeptRow, Problems
from agent.runtime.desk import sheet
from agent.runtime.desk.contents import Content
from agent.runtime.desk.edits import REFUSED
from agent.runtime.desk.said import number_of
from agent.runtime.plan import FlowPlan
from agent.runtime.remap import Remapper

_NOT_KEPT = Problem(
    "NOT_EDITABLE",
    "What the ERP says in this row was not kept, or not all that the mapping wants now: look for"
    " news of its source (waybill scan), or correct it in the ERP.",
)
_LEFT_OUT = Problem("NOT_EDITABLE", "With these values the mapping leaves the row out.")


@dataclass(frozen=True, slots=True)
class RowDesk:
    """Tries and keeps what people say of parked rows."""

    problems: Problems
    flows: Sequence[FlowPlan]
    contents: Mapping[str, Content]
    again: Callable[[int], None]
    """Lets the source of a flow (its number) map what was edited, now."""

    def is_row(self, seq: int) -> bool:
        """Whether this entry is a parked row of which no message could be made."""
        return next(iter(self.problems.opened([seq])), None) is not None

    def answer(
        self, ref: str, texts: Mapping[str, str], who: str
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """What is answered to who fixes such a row; and what changed, field -> [before, after]."""
        changed, wrong = self.edit(number_of(ref), texts, who)
        problems = [sheet.problem_of(sheet.Row(0, ref, {}), each) for each in wrong]
        told: dict[str, Json] = {"ref": ref, "new": None, "mapped_again": bool(changed)}
        return told | {"problems": list[Json](sheet.without_lines(problems))}, changed

    def edit(
        self, seq: int, texts: Mapping[str, str], who: str
    ) -> tuple[dict[str, Json], list[Problem]]:
        """What changed, field -> [before, after]; or what speaks against it, and nothing changed."""
        kept = next(iter(self.problems.opened([seq])), None)
        flow = next((f for f in self.flows if kept is not None and f.id == kept.flow), None)
        content = self.contents.get(flow.name) if flow is not None else None
        if kept is None or flow is None or content is None:
            return {}, [Problem("NOT_EDITABLE", "Its flow is not configured any more.")]
        said: dict[str, Scalar] = dict(kept.said)
        wrong = []
        for name, text in texts.items():
            if why := content.refusal(name):
                wrong.append(Problem(REFUSED, why, name))
            said[name] = content.value(name, text)
        wrong = wrong or _tried(flow, content, replace(kept, said=said), texts)
        if wrong:
            return {}, wrong
        changed: dict[str, Json] = {name: [kept.said.get(name), said[name]] for name in texts}
        if not self.problems.say(seq, said, {"fields": changed, "who": who}):
            return {}, [Problem("NOT_PARKED", "It is not parked any more.")]
        self.again(flow.id)
        return changed, []


def _tried(
    flow: FlowPlan, content: Content, kept: KeptRow, texts: Mapping[str, str]
) -> list[Problem]:
    """What speaks against a message of this row with what a person said."""
    made = Remapper([flow]).made(kept)
    if made is None:
        return [_NOT_KEPT]
    if isinstance(made, LeftOut):
        return [_LEFT_OUT]
    if not isinstance(made, Draft):
        return list(made.every) or [made]
    unknown = [
        Problem("FIELD_UNKNOWN", f"The mapping makes no field {name[:64]!r}.", name[:64])
        for name in texts
        if name not in made.fields
    ]
    return unknown or content.problems(made.fields)
