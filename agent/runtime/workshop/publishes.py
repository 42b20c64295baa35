"""The methods `mapping.canary`, `approve` and `undo`: a publish is looked at, let go, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import WaybillError, WrongUse
from agent.log import get_logger
from agent.model import Json
from agent.ports import Clock, Target
from agent.queue.images import Kept
from agent.queue.publishes import Publish, Step
from agent.queue.undoing import Back, Way
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan
from agent.runtime.takeback import Judged, decide, held
from agent.runtime.watch import PublishBook
from agent.runtime.workshop.bench import Workshop
from agent.runtime.workshop.in_force import version_of
from agent.runtime.workshop.pictures import picture_of, would
from agent.runtime.workshop.publish import Publisher
from agent.runtime.workshop.versions import Versions, mark_of

_logger = get_logger(__name__)

Params = Mapping[str, Json]
NOT_POSSIBLE = "UNDO_NOT_POSSIBLE"
MOST_NAMED = 1000
"""Records that an answer names; all of them are counted."""
_COUNTED = {
    "restored": "would_restore", "edited": "edited", "created": "created", "deleted": "deleted",
    "overtaken": "overtaken", "gone": "gone", "lost": "not_kept", "unchanged": "unchanged",
    "set aside": "set_aside",
}  # fmt: skip


@dataclass
class PublishDesk:
    """Answers what people ask of publishes."""

    shop: Workshop
    home: Path
    clock: Clock
    book: PublishBook
    flows: Sequence[FlowPlan]
    targets: Mapping[str, Target]
    publisher: Publisher
    wake: Callable[[str], None]
    """Somebody decided about a flow of this target: it is to look at once."""

    def answers(self) -> dict[str, Callable[[Params, str], Json]]:
        """By the name of the method."""
        return {
            "mapping.publish": lambda p, who: self.publish(
                _word(p),
                lambda it: it.publish(
                    _word(p),
                    self.shop.readable(_word(p), _text(p, "draft")),
                    _text(p, "comment"),
                    who,
                ),
            ),
            "mapping.restore": lambda p, who: self.publish(
                _word(p),
                lambda it: it.restore(_word(p), _number(p, "version"), _text(p, "comment"), who),
            ),
            "mapping.accept": lambda p, who: self.publish(
                _word(p), lambda it: it.accept(_word(p), who)
            ),
            "mapping.publishes": lambda p, _: self.publishes(str(p.get("flow") or "")),
            "mapping.canary": lambda p, _: self.canary(_word(p), p.get("limit")),
            "mapping.approve": lambda p, _: self.approve(_word(p)),
            "mapping.undo": lambda p, who: self.undo(_word(p), who),
            "mapping.undo_preview": lambda p, _: self.preview(_word(p)),
        }

    # --- looking ----------------------------------------------------------------------------------

    def publishes(self, flow: str) -> dict[str, Json]:
        """What came into force, the newest first, and how it ended."""
        number = self._flow(flow).id if flow else None
        by_id = {each.id: each for each in self.flows}
        return {
            "items": [
                self._item(by_id[publish.flow], publish)
                for publish in self.book.publishes.listed(number)
                if publish.flow in by_id
            ]
        }

    def canary(self, of: str, limit: Json) -> dict[str, Json]:
        """The first records of a publish: what was there before, and what it sent."""
        flow, publish = self._named(of, waits=True)
        most = min(limit, MOST_NAMED) if isinstance(limit, int) else max(1, publish.canary or 20)
        shown: list[Json] = []
        for kept in self.book.images.each(publish):
            if len(shown) == most:
                break
            if kept.picture is not None:
                shown.append(picture_of(kept))
        return {**self._item(flow, publish), "items": shown}

    def preview(self, of: str) -> dict[str, Json]:
        """What an undo would do now, record by record. Asks the target."""
        flow, publish = self._undoable(of)
        counts = dict.fromkeys(_COUNTED.values(), 0)
        fields = 0
        items: list[Json] = []
        for back in self._backs(flow, publish):
            counts[_COUNTED[back.outcome]] += 1
            fields += len(back.fields or ())
            if len(items) < MOST_NAMED and back.outcome != "unchanged":
                items.append(would(back))
        return {
            **self._item(flow, publish),
            "counts": dict[str, Json](counts),
            "fields": fields,
            "items": items,
        }

    # --- deciding ---------------------------------------------------------------------------------

    def publish(self, name: str, does: Callable[[Publisher], dict[str, Json]]) -> dict[str, Json]:
        """Another mapping comes into force. Says what becomes of one that still waits.

        Raises WrongUse for one that is being undone: the undo goes on.
        """
        answer = does(self.publisher)
        if answer.get("proposed"):
            return answer
        flow = next((each for each in self.flows if each.name == name), None)
        if flow is not None:
            self._refuse_undone(flow)
        before = self.book.publishes.current(flow.id) if flow else None
        waits = self.book.publishes.held(flow.id) if flow and before else 0
        said = [str(answer["needs"])]
        places = self.shop.config.flows[name].canary
        if not answer["same_meaning"] and places:
            said.append(
                f"The first {places:,} records go, then it waits for a yes:"
                f" waybill mapping canary {name}, then approve or undo."
            )
        if not answer["same_meaning"] and before and before.step is Step.WATCH:
            said.append(
                f"{before.ref} waited for a yes and is replaced: of its {waits:,} waiting records"
                " nothing leaves before they are mapped again."
            )
        return {
            **answer,
            "needs": " ".join(said),
            "first": places if not answer["same_meaning"] else 0,
            "replaces": before.ref if before else None,
            "waiting": waits,
        }

    def approve(self, of: str) -> dict[str, Json]:
        """Yes: what waits goes."""
        flow, publish = self._named(of, waits=True)
        waits = self.book.publishes.held(flow.id)
        if not self.book.publishes.approve(publish.id):
            raise WrongUse(f"{publish.ref} of {flow.name} waits for no yes: {publish.step}.")
        self.wake(flow.target)
        return {"ref": publish.ref, "flow": flow.name, "approved": True, "waiting": waits}

    def undo(self, of: str, who: str) -> dict[str, Json]:
        """The former mapping comes back, and what the target held before."""
        flow, publish = self._undoable(of)
        waits = self.book.publishes.held(flow.id)
        together = self._sharing(flow, publish)
        for _, each in together:
            self.book.publishes.undo(each.id)
        try:
            number = self.bring_back(flow, publish, who)
        except WaybillError:
            for _, each in together:
                self.book.publishes.as_before(each)
            raise
        self.wake(flow.target)
        return {
            "ref": publish.ref,
            "flow": flow.name,
            "version": number,
            "records": publish.images,
            "not_kept": publish.unkept,
            "waiting": waits,
            "together": [other.name for other, _ in together if other.id != flow.id],
        }

    def bring_back(self, flow: FlowPlan, publish: Publish, who: str = "") -> int | None:
        """Put the mapping before a publish into its file; nothing if it is there. Repeatable.

        Returns its new number. Raises WaybillError.
        """
        if self._in_file(flow.name) != publish.mapping:
            return None
        versions = Versions(self.home, flow.name, self.clock)
        former = version_of(versions, publish.former)
        if former is None:
            raise WrongUse(f"The mapping before {publish.ref} is not kept any more.")
        text, files = versions.text(former.number), versions.files(former.number)
        made = self.publisher.put_back(
            flow.name, text, files, f"undo of {publish.ref}", who or "waybill"
        )
        number = made["version"]
        return number if isinstance(number, int) else None

    def bring_back_again(self, flow: FlowPlan, publish: Publish) -> None:
        """The same where a crash came between; what keeps it from that is logged."""
        try:
            self.bring_back(flow, publish)
        except WaybillError as error:
            _logger.warning(
                "the mapping before a publish cannot be put back", code=error.code,
                reason=error.title, subject=flow.name,
            )  # fmt: skip

    # --- inside -----------------------------------------------------------------------------------

    def _backs(self, flow: FlowPlan, publish: Publish) -> Iterator[Back]:
        """What would become of each record, some hundreds at a time."""
        target = self.targets[flow.target]
        batch: list[Kept] = []
        for kept in self.book.images.each(publish):
            batch.append(kept)
            if len(batch) == target.limits.records:
                yield from self._decided(flow, publish, batch)
                batch = []
        yield from self._decided(flow, publish, batch)

    def _decided(self, flow: FlowPlan, publish: Publish, batch: Sequence[Kept]) -> Iterator[Back]:
        in_order, _ = self.book.canary.reading(flow.id)
        judged = Judged({}, 1 << 62, mapped_again=not in_order)
        ways: list[Way] = self.book.undoing.look(publish, batch)
        now = held(self.targets[flow.target], flow, ways)
        for way in ways:
            yield decide(flow, publish, way, now, judged)

    def _refuse_undone(self, flow: FlowPlan) -> None:
        """What is taken back record by record does not come into force meanwhile."""
        for publish in self.book.publishes.undoing(flow.id):
            if self._in_file(flow.name) == publish.mapping:
                self.bring_back(flow, publish)
                raise WrongUse(
                    f"This is the mapping of {publish.ref}, which is being undone: it was put back"
                    " at once, and nothing of it came into force.",
                    code=NOT_POSSIBLE,
                    hint=f"Publish it once {publish.ref} is undone: waybill mapping publishes"
                    f" {flow.name}",
                )

    def _in_file(self, name: str) -> str:
        """What stands in the mapping's files now, which the agent may not have noticed yet."""
        text = self.shop.published(name)
        return mark_of(text, self.shop.files(text))

    def _sharing(self, flow: FlowPlan, publish: Publish) -> list[tuple[FlowPlan, Publish]]:
        """Flows that the former files bring back too, since they share them, go back together."""
        flows, found = self.shop.config.flows, [(flow, publish)]
        versions = Versions(self.home, flow.name, self.clock)
        former = version_of(versions, publish.former)
        if former is None:
            return found
        text, files = versions.text(former.number), versions.files(former.number)
        for other in self.flows:
            if other.id == flow.id:
                continue
            shared = flows[other.name].mapping == flows[flow.name].mapping
            becomes = text if shared else self.shop.published(other.name)
            there = self.shop.files(becomes)
            back = mark_of(becomes, there | {n: c for n, c in files.items() if n in there})
            found += [(other, p) for p in self._in_force(other.id) if p.former == back][:1]
        return found

    def _in_force(self, flow: int) -> Iterator[Publish]:
        """The publish whose mapping a flow runs with, as long as it can be taken back."""
        mapping = self.book.publishes.in_force(flow)
        for each in self.book.publishes.listed(flow):
            gone = each.undoes or each.step in (Step.UNDOING, Step.UNDONE)
            if each.mapping == mapping and not gone:
                yield each

    def _undoable(self, of: str) -> tuple[FlowPlan, Publish]:
        """Raises WrongUse with the reason why it cannot be undone."""
        flow, publish = self._named(of)
        name, former = flow.name, publish.about.get("former_version")
        instead = f"Instead: waybill mapping restore {name} {former or 'VERSION'}"
        if publish.step in (Step.UNDOING, Step.UNDONE):
            raise WrongUse(f"{publish.ref} of {name} is {publish.step} already.")
        if not publish.former:
            raise WrongUse(f"{publish.ref} is the first mapping of {name}.", code=NOT_POSSIBLE)
        in_force = self.book.publishes.in_force(flow.id)
        if publish.mapping != in_force or self._in_file(name) != in_force:
            raise WrongUse(
                f"Another mapping of {name} is in force than that of {publish.ref}.",
                code=NOT_POSSIBLE, hint=f"Undo the newer one first. {instead}.",
            )  # fmt: skip
        if not self.targets[flow.target].finds:
            raise WrongUse(
                f"{flow.target} cannot be asked what it holds, so what was there before is not"
                " known.",
                code=NOT_POSSIBLE,
                hint=f"{instead} sends again what the former mapping makes of every row.",
            )
        if publish.step is not Step.WATCH and not publish.images and not publish.until:
            raise WrongUse(
                f"What was there before {publish.ref} is not kept any more.",
                code=NOT_POSSIBLE, hint=f"{instead} sends what the former mapping makes.",
            )  # fmt: skip
        versions = Versions(self.home, name, self.clock)
        version = version_of(versions, publish.former)
        if version is None:
            raise WrongUse(f"The mapping before {publish.ref} is not kept.", code=NOT_POSSIBLE)
        self.shop.parse(name, versions.text(version.number))
        return flow, publish

    def _named(self, of: str, *, waits: bool = False) -> tuple[FlowPlan, Publish]:
        """The latest publish of a flow, or one by its reference. Raises WrongUse.

        `waits`: also the return to a mapping that never had its yes, while it waits for one.
        """
        for flow in self.flows:
            if flow.name == of:
                current = self.book.publishes.current(flow.id) if waits else None
                if current is not None and current.step is Step.WATCH:
                    return flow, current
                ordinary = (p for p in self.book.publishes.listed(flow.id) if not p.undoes)
                latest = next(ordinary, None)
                if latest is None:
                    raise WrongUse(f"No mapping of {of} was published yet.")
                return flow, latest
        number = of.removeprefix("P")
        found = self.book.publishes.one(int(number)) if number.isdecimal() else None
        named = next((flow for flow in self.flows if found and flow.id == found.flow), None)
        returns = found is not None and found.undoes and not (waits and found.step is Step.WATCH)
        if found is None or named is None or returns:
            raise WrongUse(f"There is no flow and no publish called {of!r}.")
        return named, found

    def _flow(self, name: str) -> FlowPlan:
        found = next((flow for flow in self.flows if flow.name == name), None)
        if found is None:
            raise WrongUse(f"There is no flow called {name!r}.")
        return found

    def _item(self, flow: FlowPlan, publish: Publish) -> dict[str, Json]:
        waits = self.book.publishes.held(flow.id) if publish.step is Step.WATCH else 0
        outcomes = self.book.images.outcomes(publish)
        return {
            "ref": publish.ref,
            "flow": flow.name,
            "at": instant(publish.at),
            "state": str(publish.step),
            "by": publish.about.get("by"),
            "comment": publish.about.get("comment"),
            "version": publish.about.get("version"),
            "former_version": publish.about.get("former_version"),
            "changes": publish.about.get("fields"),
            "undoes": f"P{publish.undoes}" if publish.undoes else None,
            "sent": sum(outcomes.values()),
            "places": publish.canary,
            "waiting": waits,
            "not_kept": publish.unkept,
            "kept_until": instant(publish.until) if publish.until else None,
            "outcomes": {how or "open": many for how, many in outcomes.items()},
        }


def _word(params: Params) -> str:
    return str(params.get("flow") or "")


def _text(params: Params, name: str) -> str:
    return str(params.get(name) or "")


def _number(params: Params, name: str) -> int:
    value = params.get(name)
    return value if isinstance(value, int) else 0
