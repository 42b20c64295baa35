"""What would become of parked messages if they were sent again now. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.model import Json
from agent.queue.claims import Claim
from agent.queue.desk import Desk
from agent.queue.sending import Sending
from agent.runtime.desk.contents import Content
from agent.runtime.plan import FlowPlan, LaneHashes

AT_ONCE = 500


@dataclass
class Preview:
    """Counts, and the first example of each obstacle."""

    go: int = 0
    wait: int = 0
    stay: int = 0
    reasons: dict[str, list[Json]] = field(default_factory=dict)
    """Why -> [how many, the first of them]."""

    def note(self, ref: str, why: str) -> None:
        """One that does not simply go."""
        found = self.reasons.setdefault(why, [0, ref])
        found[0] = int(str(found[0])) + 1

    def as_json(self) -> dict[str, Json]:
        """For the face."""
        items = sorted(self.reasons.items(), key=lambda one: -int(str(one[1][0])))
        return {
            "chosen": self.go + self.wait + self.stay,
            "would_go": self.go,
            "would_wait": self.wait,
            "would_stay": self.stay,
            "reasons": [
                {"why": why, "count": count, "example": example}
                for why, (count, example) in items[:100]
            ],
        }


@dataclass(frozen=True)
class Previewer:
    """Judges parked messages without sending them."""

    desk: Desk
    sending: Sending
    lanes: LaneHashes
    flows: Mapping[int, FlowPlan]
    contents: Mapping[str, Content]

    def look(self, seqs: Iterable[int], *, crm_changed: bool) -> Preview:
        """What would become of these."""
        made = Preview()
        for some in batches(seqs):
            self._look(some, made, crm_changed=crm_changed)
        return made

    def _look(self, seqs: Sequence[int], made: Preview, *, crm_changed: bool) -> None:
        judged = self.desk.judged(seqs, crm_changed=crm_changed)
        opened = self.sending.opened([seq for seq, why in judged.items() if not why])
        claims = {claim.seq: claim for claim in opened.claims}
        missing = self._missing(list(claims.values()))
        for seq, refused in judged.items():
            claim = claims.get(seq)
            why = refused or ("Its content does not open." if claim is None else "")
            why = why or (self._flaw(claim) if claim is not None else "")
            if why:
                made.stay += 1
                made.note(f"E{seq}", why)
            elif seq in missing:
                made.wait += 1
                made.note(
                    f"E{seq}", f"It waits for its {missing[seq]}, which is not in the target."
                )
            else:
                made.go += 1

    def _flaw(self, claim: Claim) -> str:
        flow = self.flows.get(claim.flow)
        if flow is None:
            return "Its flow is not configured any more."
        content = self.contents.get(flow.name)
        problems = content.problems(claim.fields) if content is not None and not claim.op else ()
        return next((f"{problem.reason} [{problem.code}]" for problem in problems), "")

    def _missing(self, claims: Sequence[Claim]) -> dict[int, str]:
        """Entries that would wait for a parent, and the kind of it."""
        wanted = [
            (claim.seq, parent.entity, self.lane(claim.flow, parent.entity, parent.external_id))
            for claim in claims
            if not claim.op
            for parent in claim.parents
        ]
        here = self.sending.present({lane for _, _, lane in wanted}) if wanted else set()
        return {seq: entity for seq, entity, lane in wanted if lane not in here}

    def lane(self, flow: int, entity: str, external_id: str) -> bytes:
        """The lane of a parent."""
        plan = self.flows.get(flow)
        if plan is None:
            return b""
        return self.lanes(plan.target, plan.parents.get(entity, ""), external_id)


def batches(seqs: Iterable[int]) -> Iterator[list[int]]:
    """Runs of at most AT_ONCE."""
    batch: list[int] = []
    for seq in seqs:
        batch.append(seq)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
