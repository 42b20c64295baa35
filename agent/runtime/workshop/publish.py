"""A draft comes into force: checked, kept as a version, and written whole or not at all.

The agent notices the new file by itself: it maps every row again when its source is next read, and
sends only those whose message differs (RULES 15); what is parked it tries at once. A draft that
changes what becomes of money that the ERP owns waits for a second person before that: somebody
with another account than its author, by the word of the operating system. Who may write the file
itself needs nobody; what he wrote is kept as a version of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from agent import durable
from agent.canon import financial
from agent.errors import NotAllowed, WaybillError, WrongUse
from agent.mapping import Plan
from agent.model import Json
from agent.ports import Clock
from agent.runtime.workshop.bench import Workshop
from agent.runtime.workshop.money import Written, changed_money, named_files
from agent.runtime.workshop.proposals import Proposal, Proposals, encoded
from agent.runtime.workshop.versions import BY_HAND, Versions, mark_of

NOTHING_NEW = "MAPPING_UNCHANGED"
NOT_WRITTEN = "MAPPING_NOT_WRITTEN"
_NEEDS = (
    "Every row is mapped again when its source is next read; only rows whose message differs are"
    " sent, and what is parked is judged by the new mapping."
)
_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Change:
    """A draft beside what is in force, both with their lookup files."""

    flow: str
    plan: Plan
    old: str
    new: str
    old_files: Mapping[str, bytes]
    new_files: Mapping[str, bytes]

    @property
    def rewritten(self) -> list[tuple[str, bytes]]:
        """Lookup files that differ, with their new content."""
        return [
            (name, content)
            for name, content in self.new_files.items()
            if self.old_files.get(name) != content
        ]


class Publisher:
    """Publishes, lists and restores mappings."""

    def __init__(self, shop: Workshop, home: Path, clock: Clock) -> None:
        self._shop = shop
        self.home = home
        self.clock = clock
        self._proposals = Proposals(home)

    # --- looking ----------------------------------------------------------------------------------

    def show(self, flow: str, number: int) -> dict[str, Json]:
        """The text in force (number 0), or that of a version."""
        self._known(flow)
        text = self._versions(flow).text(number) if number else self._shop.published(flow)
        return {"flow": flow, "version": number or None, "text": text}

    def versions(self, flow: str) -> dict[str, Json]:
        """Every version that is kept, the newest first."""
        self._known(flow)
        text = self._shop.published(flow)
        mark = mark_of(text, self._shop.files(text))
        kept = [*reversed(self._versions(flow).listed())]
        # A version that was brought back has the text of the earlier one: the newest counts.
        in_force = next((version.number for version in kept if version.mark == mark), 0)
        items: list[Json] = [
            {**asdict(version), "in_force": version.number == in_force} for version in kept
        ]
        return {"flow": flow, "items": items}

    def proposals(self) -> dict[str, Json]:
        """What waits for a second person."""
        items: list[Json] = [
            {
                "flow": flow, "by": found.by, "at": found.at, "comment": found.comment,
                "fields": list[Json](found.fields), "text": found.text,
            }
            for flow in self._shop.config.flows
            if (found := self._proposals.waiting(flow)) is not None
        ]  # fmt: skip
        return {"items": items}

    def change(self, flow: str, draft: str, files: Mapping[str, bytes] = _NO_FILES) -> Change:
        """What a draft would change. Raises ConfigError, WrongUse."""
        self._known(flow)
        plan = self._shop.parse(flow, draft, files)
        self._others_take(flow, draft, files)
        before = self._shop.published(flow)
        there = self._shop.files(draft)
        names = named_files(tomllib.loads(draft))
        new_files = {n: files.get(n, there.get(n, b"")) for n in sorted(names)}
        old_files = there | self._shop.files(before)
        return Change(flow, plan, before, draft, old_files, new_files)

    def money(self, change: Change) -> list[str]:
        """What of money a change touches, as far as a second person is asked for that."""
        if not self._shop.config.agent.second_person:
            return []
        contract = change.plan.contract
        names = financial(contract, self._shop.owners[contract.name])
        old = Written(tomllib.loads(change.old), change.old_files)
        return changed_money(old, Written(tomllib.loads(change.new), change.new_files), names)

    # --- deciding ---------------------------------------------------------------------------------

    def publish(
        self,
        flow: str,
        draft: str,
        comment: str,
        by: str,
        files: Mapping[str, bytes] = _NO_FILES,
    ) -> dict[str, Json]:
        """Bring a draft into force, or before a second person.

        Raises ConfigError, WrongUse, and what writing raises.
        """
        self._known(flow)
        if not comment.strip():
            raise WrongUse("Say what changes: the comment is kept with the version.")
        change = self.change(flow, draft, files)
        if change.old == draft and not change.rewritten:
            raise WrongUse("This text is in force already.", code=NOTHING_NEW)
        if fields := self.money(change):
            at = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
            base = _base(change)
            self._proposals.keep(
                flow,
                Proposal(draft, encoded(files), by, at, comment.strip(), tuple(fields), base),
            )
            return {
                "flow": flow, "version": 0, "same_meaning": False, "proposed": True,
                "fields": list[Json](fields),
                "needs": f"It changes what becomes of money ({', '.join(fields)}): somebody with"
                f" another account than {by} must accept it: waybill mapping accept {flow}",
            }  # fmt: skip
        return self._bring(change, by, comment.strip())

    def accept(self, flow: str, by: str) -> dict[str, Json]:
        """A second person brings a draft into force. Raises NotAllowed for its author."""
        self._known(flow)
        found = self._proposals.needed(flow)
        if by == found.by:
            raise NotAllowed(
                f"{by} wrote this draft, and money needs the yes of a second person.",
                hint="Ask somebody with another account, or say second_person = false under"
                " [agent] in waybill.toml where there is only one.",
            )
        change = self.change(flow, found.text, found.contents())
        if _base(change) != found.base:
            raise WrongUse(
                "The mapping was changed since this draft was written: it is published again.",
                code="PROPOSAL_OLD",
                hint="Have its author look at it and publish it again.",
            )
        done = self._bring(change, f"{found.by}, approved by {by}", found.comment)
        self._proposals.drop(flow)
        return done

    def put_back(
        self, flow: str, text: str, files: Mapping[str, bytes], comment: str, by: str
    ) -> dict[str, Json]:
        """Bring a text that was in force before into force again; that needs nobody's yes."""
        return self._bring(self.change(flow, text, files), by, comment)

    def withdraw(self, flow: str) -> dict[str, Json]:
        """A draft that waits for a second person is thrown away."""
        self._known(flow)
        self._proposals.needed(flow)
        self._proposals.drop(flow)
        return {"flow": flow, "withdrawn": True}

    def restore(self, flow: str, number: int, comment: str, by: str) -> dict[str, Json]:
        """Bring an earlier version into force again, as a new one, with its lookup files."""
        self._known(flow)
        versions = self._versions(flow)
        text, files = versions.text(number), versions.files(number)
        return self.publish(flow, text, comment or f"version {number} again", by, files)

    # --- inside -----------------------------------------------------------------------------------

    def _bring(self, change: Change, by: str, comment: str) -> dict[str, Json]:
        flow = change.flow
        versions = self._versions(flow)
        before = {n: c for n, c in change.old_files.items() if n in self._shop.files(change.old)}
        versions.keep(change.old, BY_HAND, "in force before", before)
        made = versions.keep(change.new, by, comment, change.new_files)
        old_plan = self._shop.parse(flow, change.old, change.old_files)
        path = self._shop.config.folder / self._shop.config.flows[flow].mapping
        for name, content in change.rewritten:
            _write(self._shop.lookups / name, content)
        if change.old != change.new:
            _write(path, change.new.encode())
        means = change.plan.version_digest != old_plan.version_digest
        needs = _NEEDS if means else "Nothing: the two mean the same."
        return {
            "flow": flow, "version": made.number, "same_meaning": not means, "needs": needs,
            "proposed": False,
        }  # fmt: skip

    def _versions(self, flow: str) -> Versions:
        return Versions(self.home, flow, self.clock)

    def _known(self, flow: str) -> None:
        if flow not in self._shop.config.flows:
            raise WrongUse(f"There is no flow called {flow!r}.")

    def _others_take(self, flow: str, draft: str, files: Mapping[str, bytes]) -> None:
        """Flows that share the file, or a lookup file, must understand it. Raises ConfigError."""
        flows = self._shop.config.flows
        for name, other in flows.items():
            if name == flow:
                continue
            text = self._shop.published(name)
            if other.mapping == flows[flow].mapping:
                self._shop.parse(name, draft, files)
            elif named_files(tomllib.loads(text)) & set(files):
                self._shop.parse(name, text, files)


def _base(change: Change) -> str:
    """What a change was made against."""
    return mark_of(change.old, change.old_files)


def _write(path: Path, content: bytes) -> None:
    """Replace a file of the configuration, whole or not at all."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        durable.write(path, content, mode)
    except OSError as error:
        raise WaybillError(
            f"The mapping {path.name} cannot be written: {error.strerror}. The old one stays.",
            code=NOT_WRITTEN,
            params={"file": path.name, "reason": error.strerror or ""},
            hint="Let the service's account write into the folder of the mappings, or copy"
            " the draft there by hand.",
        ) from error
