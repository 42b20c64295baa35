"""A line's eye on published mappings: who may go, what the target holds before, and the way back.

`Delivery` asks it three times: before a claim (`mind`), about what was claimed (`chosen`), and for
what is to be kept of the target just before an attempt (`pictures`). A flow without a publish under
way costs nothing. Not for two threads at once: the caller holds its line's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from agent.decisions import Decision, Done, Park
from agent.model import Stored
from agent.ports import Clock, Target
from agent.queue.canary import CATCHES_UP, UNDO_FIRST, WAITS, Canary
from agent.queue.claims import Claim
from agent.queue.images import Bounds, Images, Picture
from agent.queue.publishes import CREATED_BY_UNDONE, Publish, Publishes, Step
from agent.queue.sending import Keep, Sending
from agent.queue.store import Store
from agent.queue.undoing import Undoing
from agent.runtime.lookup import stored
from agent.runtime.plan import FlowPlan
from agent.runtime.takeback import Judged, decide, held

TELL_EVERY = 1.0
"""Seconds between two words about how a publish stands: what waits is counted for them."""
AGAIN = 5.0
"""Seconds between two tries to put the former mapping into force again."""
BringBack = Callable[[FlowPlan, Publish], None]
"""Puts the mapping before this publish into force; repeatable."""
Tell = Callable[[FlowPlan, Publish | None, Sequence[Publish]], None]
"""Told how it stands with a flow's publishes: the one under way, those being undone."""


@dataclass(frozen=True, slots=True)
class PublishBook:
    """Everything that the queue knows of publishes."""

    publishes: Publishes
    canary: Canary
    images: Images
    undoing: Undoing

    @staticmethod
    def of(store: Store, bounds: Bounds | None = None) -> PublishBook:
        """The one of this store."""
        publishes, images = Publishes(store), Images(store, bounds)
        return PublishBook(publishes, Canary(store, publishes), images, Undoing(store, images))


@dataclass
class Watch:
    """Watches the flows of one target."""

    book: PublishBook
    target: Target
    sending: Sending
    clock: Clock
    bring_back: BringBack = lambda _flow, _publish: None
    tell: Tell = lambda _flow, _current, _undoing: None
    _tried: dict[int, float] = field(default_factory=dict)
    _after: dict[int, int] = field(default_factory=dict)
    _told: dict[int, float] = field(default_factory=dict)
    """By flow: when it was last told how it stands."""
    _current: Publish | None = None
    """The publish by which the last claims were chosen."""

    def mind(self, flow: FlowPlan) -> bool:
        """Hold, let go and take back, some at a time. True: there may be more to do at once.

        Raises TargetUnavailable, TargetAuthError.
        """
        publishes = self.book.publishes
        if not publishes.minded(flow.id):
            if flow.id in self._told:
                del self._told[flow.id]
                self.tell(flow, None, ())
            return False
        moved = self.book.canary.mind(flow.id)
        now = self.clock.monotonic()
        if now - self._told.get(flow.id, -TELL_EVERY) >= TELL_EVERY:
            self._told[flow.id] = now
            self.tell(flow, publishes.current(flow.id), publishes.undoing(flow.id))
        for publish in publishes.undoing(flow.id):
            if publish.mapping == publishes.in_force(flow.id):
                self._bring_back(flow, publish)
            elif self.target.finds:
                moved = self._take_back(flow, publish) or moved
        return moved

    def to_mind(self) -> Collection[int]:
        """The flows for which `mind` has something to do."""
        return self.book.publishes.under_way() | self._told.keys()

    def minds(self, flow: FlowPlan) -> bool:
        """Whether the entries of a flow are looked at one by one."""
        return self.book.publishes.minded(flow.id)

    def chosen(
        self, flow: FlowPlan, claims: list[Claim]
    ) -> tuple[list[Claim], list[tuple[Claim, Decision]], bool]:
        """Of what was claimed: what goes, what is decided at once, and whether any has to wait."""
        publishes, canary = self.book.publishes, self.book.canary
        self._current = None
        if not claims or not publishes.minded(flow.id):
            return claims, [], False
        given = len(claims)
        current, undoing = publishes.current(flow.id), publishes.undoing(flow.id)
        self._current = current
        for publish in undoing:
            if publish.mapping == publishes.in_force(flow.id):  # since `mind`: nothing more leaves
                its = canary.since(publish, claims)
                canary.hold([claim for claim in claims if claim.seq in its], CATCHES_UP)
                claims = [claim for claim in claims if claim.seq not in its]
            made = made_after(publishes, publish)
            first = self.book.undoing.unresolved(publish, made, claims)
            canary.hold([claim for claim in claims if claim.seq in first], UNDO_FIRST)
            claims = [claim for claim in claims if claim.seq not in first]
        if current is None or not claims:
            return claims, [], len(claims) < given
        members = canary.members(current, claims)
        needless = canary.needless([claim for claim in claims if claim.seq in members])
        decided: list[tuple[Claim, Decision]] = [(c, Done()) for c in claims if c.seq in needless]
        going = [claim for claim in claims if claim.seq not in needless]
        if current.undoes:
            asked = [c for c in going if c.op and self._was_created(current, c)]
            decided += [(claim, Park(CREATED_BY_UNDONE, _CREATED)) for claim in asked]
            going = [claim for claim in going if claim not in asked]
        placed = self._with_places(current, going)
        return placed, decided, len(placed) + len(decided) < given

    def pictures(self, flow: FlowPlan, claims: Sequence[Claim]) -> Keep | None:
        """What the target holds of the fields about to be sent; None: nothing is to be kept.

        Raises TargetUnavailable, TargetAuthError: then nothing is sent either.
        """
        current = self._current  # an undo since it was chosen finds what was kept
        if not claims or current is None:
            return None
        if current.undoes and current.step is not Step.WATCH:
            return None
        mine = {*self.book.canary.members(current, claims)}
        mine |= self.book.canary.watched(current, claims)
        if not self.target.finds and current.step is not Step.WATCH:
            return None
        lanes = self.book.images.of(current, [c.lane for c in claims if c.seq in mine])
        known = {lane: kept.picture for lane, kept in lanes.items()}
        fresh = [
            claim
            for claim in claims
            if claim.seq in mine
            and (
                (old := known.get(claim.lane)) is None
                or not claim.fields.keys() <= old.after.keys()
            )
        ]
        found = stored(self.target, {flow.id: flow}, fresh)
        pictures: dict[int, Picture] = {}
        for claim in claims:
            if claim.seq in mine:
                new = _picture(
                    claim, found.get((flow.id, claim.external_id)), finds=self.target.finds
                )
                before = known.get(claim.lane)
                pictures[claim.seq] = before.later(new) if before is not None else new
        return self.book.images.keeper(current, pictures)

    # --- inside -----------------------------------------------------------------------------------

    def _with_places(self, current: Publish, claims: list[Claim]) -> list[Claim]:
        """As many as there are places left; the others wait for a yes."""
        free = self.book.canary.free(current)
        if free is None:
            return claims
        wanting = self.book.canary.watched(current, claims)
        taking = [claim.seq for claim in claims if claim.seq in wanting][:free]
        waits = [c for c in claims if c.seq in wanting and c.seq not in taking]
        self.book.canary.hold(waits, WAITS)
        return [claim for claim in claims if claim not in waits]

    def _was_created(self, current: Publish, claim: Claim) -> bool:
        return self.book.undoing.created([current.undoes], claim)

    def _bring_back(self, flow: FlowPlan, publish: Publish) -> None:
        now = self.clock.monotonic()
        if now - self._tried.get(publish.id, -AGAIN) >= AGAIN:
            self._tried[publish.id] = now
            self.bring_back(flow, publish)

    def _take_back(self, flow: FlowPlan, publish: Publish) -> bool:
        undoing = self.book.undoing
        made = made_after(self.book.publishes, publish)
        after = self._after.get(publish.id, 0)
        ways = undoing.ways(publish, made, self.target.limits.records, after)
        if not ways:
            self._after[publish.id] = 0
            return undoing.end(publish) or bool(after)
        self._after[publish.id] = ways[-1].kept.seq
        in_order, behind = self.book.canary.reading(flow.id)
        ready = [
            way
            for way in ways
            if not way.waits(made)
            and (way.news(made) or in_order or not behind or way.kept.remapped)
        ]
        now = held(self.target, flow, ready)
        opened = self.sending.opened([each.seq for way in ready for each in way.news(made)])
        contents = {claim.seq: claim.content for claim in opened.claims}
        judged = Judged(contents, made, mapped_again=not in_order)
        backs = [decide(flow, publish, way, now, judged) for way in ready]
        return bool(undoing.decide(publish, made, backs))


_CREATED = (
    "A mapping that was undone created this record; the mapping now in force would delete it."
)


def made_after(publishes: Publishes, publish: Publish) -> int:
    """From which number on a flow's entries are of a mapping that came after this publish."""
    later = [each.made for each in publishes.listed(publish.flow) if each.id > publish.id]
    return min(later, default=1 << 62)


def _picture(claim: Claim, found: Stored | None, *, finds: bool) -> Picture:
    before = {} if found is None else found.fields
    return Picture(
        claim.external_id,
        bool(claim.op),
        finds and found is None and not claim.op,
        {name: before[name] for name in claim.fields if name in before},
        dict(claim.fields),
    )
