"""What a record is when a person says that it is one of the CRM's: shown before, then done.

Fields that the ERP owns keep the ERP's value unless the person says otherwise; what the CRM owns
keeps the CRM's, as it is never sent to a record that exists. The result holds for this message: the
next change in the ERP is sent as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.canon import Side
from agent.changes.judge import payload
from agent.errors import WrongUse
from agent.matching import Kept, Wins, survivors
from agent.model import Json, Scalar
from agent.queue.claims import Claim
from agent.queue.desk import Desk, Edit
from agent.queue.links import LinkItem
from agent.queue.sending import Sending
from agent.runtime.desk.contents import Content
from agent.runtime.plan import FlowPlan


@dataclass(frozen=True)
class Merger:
    """Joins the ERP's words with the CRM's."""

    contents: Mapping[str, Content]
    sending: Sending
    desk: Desk

    def result(
        self, flow: FlowPlan, ours: Json, theirs: Json, keep: Sequence[str] = ()
    ) -> tuple[Kept, ...]:
        """Every field and what it would be. `keep`: FIELD=RULE. Raises WrongUse."""
        content = self.contents[flow.name]
        erp, crm = _fields(ours), _fields(theirs)
        owned = {name for name in erp if content.owner.of(name).master is Side.ERP}
        rules = {name: Wins.CRM for name in erp if name in flow.seeds}
        for pair in keep:
            name, _, word = pair.partition("=")
            rules[name] = self._rule(flow, content, erp, name, word)
        found = survivors(erp, crm, owned, rules)
        for each in found:
            if each.side == "crm" and each.field in owned and (why := content.refusal(each.field)):
                raise WrongUse(why, code="EDIT_REFUSED")
        changed = {each.field: each.result for each in found if each.side == "crm"}
        for problem in content.problems({**erp, **changed}):
            if problem.field in changed and problem.field not in flow.seeds:
                raise WrongUse(
                    f"The CRM's {problem.field} cannot stay: {problem.reason}", code=problem.code
                )
        return found

    def apply(self, flow: FlowPlan, item: LinkItem, seqs: Sequence[int], who: str) -> None:
        """Put the result into what is parked of a record; what differs in nothing is left."""
        kept = _fields(item.about.get("kept"))
        if not kept or not seqs:
            return
        edits = [
            edit
            for claim in self.sending.opened(list(seqs)).claims
            if claim.flow == flow.id and (edit := self._edit(flow, claim, kept)) is not None
        ]
        self.desk.edit(edits, who=who)

    def _edit(self, flow: FlowPlan, claim: Claim, kept: Mapping[str, Scalar]) -> Edit | None:
        changed = {
            name: value
            for name, value in kept.items()
            if name in claim.fields and claim.fields[name] != value
        }
        if not changed:
            return None
        fields = {**claim.fields, **changed}
        body = payload(claim.external_id, fields, self.contents[flow.name].parents(fields))
        about: dict[str, Json] = {name: [claim.fields[name], v] for name, v in changed.items()}
        return Edit(claim.seq, body, {"fields": about})

    @staticmethod
    def _rule(
        flow: FlowPlan, content: Content, erp: Mapping[str, Scalar], name: str, word: str
    ) -> Wins:
        if name not in erp:
            known = ", ".join(erp)
            raise WrongUse(f"The record carries no field {name[:64]!r}. There are: {known}.")
        if name in flow.seeds:
            raise WrongUse(f"The CRM owns {name}: it stays as it is there.", code="OWNED_BY_CRM")
        if word not in list(Wins):
            raise WrongUse(f"{name}: use one of {', '.join(Wins)}.")
        if word == Wins.CRM and (why := content.refusal(name)):
            raise WrongUse(why, code="EDIT_REFUSED")
        return Wins(word)


def shown(found: Sequence[Kept]) -> list[Json]:
    """A result as people see it."""
    return [
        {
            "field": each.field,
            "erp": each.erp,
            "crm": each.crm,
            "result": each.result,
            "side": each.side,
            "rule": str(each.rule),
        }
        for each in found
    ]


def _fields(given: Json) -> dict[str, Scalar]:
    if not isinstance(given, Mapping):
        return {}
    return {
        name: value
        for name, value in given.items()
        if value is None or isinstance(value, str | int | bool)
    }
