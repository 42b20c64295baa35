"""What is queued beside what the target has: a proposal, and later each new record by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from agent.matching import Candidate, Kind, Match, Prepared, alike, prepare, propose
from agent.model import Json, Scalar, Stored
from agent.ports import Target
from agent.queue.links import CHECK, Links, NewItem
from agent.queue.sending import Sending
from agent.runtime.plan import FlowPlan, LinkPlan

Tick = Callable[[], object]
"""Called now and then; raises when it is time to stop."""
_FOUND_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Ours:
    """What a flow is about to say of one record."""

    lane: bytes
    key: str
    fields: Mapping[str, Scalar]


@dataclass
class Comparer:
    """Compares the records of one flow with those of its target."""

    target: Target
    links: Links
    sending: Sending
    digest: Callable[[bytes], bytes]
    """Keyed: names a proposal by what it says."""

    def propose(self, flow: FlowPlan, plan: LinkPlan, tick: Tick, who: str) -> dict[str, Json]:
        """Compare everything and keep the proposal. Returns how many of each.

        Raises TargetUnavailable, TargetAuthError; then nothing is kept.
        """
        ours = self._new(flow, _newest(self.links, flow), tick)
        theirs = self._theirs(flow, plan.fields, tick, linked=False)
        free = len(theirs)
        theirs += self._theirs(flow, plan.fields, tick, linked=True)
        here = [_ready(str(at), each.fields, plan) for at, each in enumerate(ours)]
        there = [_ready(str(at), each.fields, plan) for at, each in enumerate(theirs)]
        found = propose(here, there, tick)
        items = [_item(ours[int(match.id)], match, theirs, plan.fields) for match in found.matches]
        counts: dict[str, Json] = dict[str, Json](Counter(item.kind for item in items))
        counts["only there"] = sum(int(at) < free for at in found.only_there)
        said = [[i.about["key"], i.kind, i.about.get("remote")] for i in items]
        about: dict[str, Json] = {
            "fields": list(plan.fields),
            "counts": counts,
            "proposal": self.digest(orjson.dumps(said)).hex(),
            "who": who,
        }
        self.links.keep(flow.id, items, about)
        return counts

    def check(self, flow: FlowPlan, plan: LinkPlan, tick: Tick) -> int:
        """Look at new records before they are created. Returns how many are like another one."""
        waiting = _newest(self.links, flow, code=CHECK)
        known = self.links.verdicts(flow.id, [each.lane for each in waiting])
        ours = self._new(flow, [each for each in waiting if each.lane not in known], tick)
        if not ours:
            return 0
        wanted = sorted({*plan.fields, *(name for each in ours for name in each.fields)})
        theirs = self._theirs(flow, wanted, tick, linked=False)
        free = {str(at) for at in range(len(theirs))}
        theirs += self._theirs(flow, wanted, tick, linked=True)
        # The records that come at once are compared with each other too: the first goes ahead.
        theirs += [Stored(each.key, "", each.fields) for each in ours]
        before = len(theirs) - len(ours)
        there = [_ready(str(at), each.fields, plan) for at, each in enumerate(theirs)]
        items: list[NewItem] = []
        for at, each in enumerate(ours):
            one = _ready("0", each.fields, plan)
            like = alike([one], there[: before + at], tick, free)
            if like:
                shown = _candidates(like[0].candidates, theirs, wanted)
                about = _about(each, sorted(each.fields), shown, len(shown), 0)
                items.append(NewItem(each.lane, "duplicate", "open", about))
            else:
                items.append(NewItem(each.lane, str(Kind.ONLY_HERE), "create", {"key": each.key}))
        self.links.add(flow.id, items)
        return sum(item.kind == "duplicate" for item in items)

    # --- both sides -------------------------------------------------------------------------------

    def _new(self, flow: FlowPlan, ours: Sequence[Ours], tick: Tick) -> list[Ours]:
        """Those that the target does not hold under our external ids yet."""
        left: list[Ours] = []
        for at in range(0, len(ours), _FOUND_AT_ONCE):
            tick()
            some = ours[at : at + _FOUND_AT_ONCE]
            found = self.target.find(flow.entity, [each.key for each in some])
            self.sending.exists(flow.id, [each.lane for each in some if each.key in found])
            left += [each for each in some if each.key not in found]
        return left

    def _theirs(
        self, flow: FlowPlan, fields: Sequence[str], tick: Tick, *, linked: bool
    ) -> list[Stored]:
        found: list[Stored] = []
        after: str | None = None
        while True:
            tick()
            page = self.target.match(flow.entity, fields, after, linked=linked)
            found += page.items
            after = page.after
            if after is None:
                return found


def _newest(links: Links, flow: FlowPlan, code: str = "") -> list[Ours]:
    """The newest word on each record that waits, in the order in which they were first queued."""
    found: dict[bytes, Ours] = {}
    for claims in links.queued(flow.id, code=code):
        for claim in claims:
            before = found.get(claim.lane)
            fields = {**before.fields, **claim.fields} if before else claim.fields
            found[claim.lane] = Ours(claim.lane, claim.external_id, fields)
    return list(found.values())


def _ready(id_: str, fields: Mapping[str, Scalar], plan: LinkPlan) -> Prepared:
    return prepare(id_, fields, plan.rules, plan.country)


# --- items ----------------------------------------------------------------------------------------


def _item(ours: Ours, match: Match, theirs: Sequence[Stored], fields: Sequence[str]) -> NewItem:
    shown = _candidates(match.candidates, theirs, fields)
    about = _about(ours, fields, shown, match.count, match.rivals)
    if match.kind is Kind.CERTAIN and shown[0]["key"]:  # it is another row's already
        return NewItem(ours.lane, str(Kind.AMBIGUOUS), "open", about)
    if match.kind is Kind.CERTAIN:
        return NewItem(ours.lane, str(match.kind), "open", {**about, "remote": shown[0]["id"]})
    state = "create" if match.kind is Kind.ONLY_HERE else "open"
    return NewItem(ours.lane, str(match.kind), state, about)


def _about(
    ours: Ours, fields: Sequence[str], shown: list[dict[str, Json]], count: int, rivals: int
) -> dict[str, Json]:
    return {
        "key": ours.key,
        "fields": {name: ours.fields.get(name) for name in fields},
        "candidates": list[Json](shown),
        "count": count,
        "rivals": rivals,
    }


def _candidates(
    found: Sequence[Candidate], theirs: Sequence[Stored], fields: Sequence[str]
) -> list[dict[str, Json]]:
    shown: list[dict[str, Json]] = []
    for candidate in found:
        stored = theirs[int(candidate.id)]
        shown.append(
            {
                "id": stored.remote_id,
                "key": stored.external_id,
                "grade": candidate.grade.name.lower(),
                "evidence": list[Json](candidate.evidence),
                "fields": {name: stored.fields.get(name) for name in fields},
            }
        )
    return shown
