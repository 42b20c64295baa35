"""A draft comes into force: checked, kept as a version, and written whole or not at all.

The agent notices the new file by itself: it maps every row again when its source is next read, and
sends only those whose message differs (RULES 15).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from agent import durable
from agent.errors import WaybillError, WrongUse
from agent.model import Json
from agent.ports import Clock
from agent.runtime.workshop.bench import Workshop
from agent.runtime.workshop.versions import BY_HAND, Versions, digest_of

NOTHING_NEW = "MAPPING_UNCHANGED"
NOT_WRITTEN = "MAPPING_NOT_WRITTEN"
_NEEDS = (
    "Every row is mapped again when its source is next read; only rows whose message differs are"
    " sent, and what is parked is judged by the new mapping."
)


class Publisher:
    """Publishes, lists and restores mappings."""

    def __init__(self, shop: Workshop, home: Path, clock: Clock) -> None:
        self._shop = shop
        self._home = home
        self._clock = clock

    def show(self, flow: str, number: int) -> dict[str, Json]:
        """The text in force (number 0), or that of a version."""
        self._known(flow)
        text = self._versions(flow).text(number) if number else self._shop.published(flow)
        return {"flow": flow, "version": number or None, "text": text}

    def versions(self, flow: str) -> dict[str, Json]:
        """Every version that is kept, the newest first."""
        self._known(flow)
        in_force = digest_of(self._shop.published(flow))
        items: list[Json] = [
            {**asdict(version), "in_force": version.digest == in_force}
            for version in reversed(self._versions(flow).listed())
        ]
        return {"flow": flow, "items": items}

    def publish(self, flow: str, draft: str, comment: str, by: str) -> dict[str, Json]:
        """Bring a draft into force. Raises ConfigError, WrongUse, and what writing raises."""
        self._known(flow)
        if not comment.strip():
            raise WrongUse("Say what changes: the comment is kept with the version.")
        plan = self._shop.parse(flow, draft)
        self._others_take(flow, draft)
        before = self._shop.published(flow)
        if before == draft:
            raise WrongUse("This text is in force already.", code=NOTHING_NEW)
        versions = self._versions(flow)
        versions.keep(before, BY_HAND, "in force before")
        made = versions.keep(draft, by, comment.strip())
        path = self._shop.config.folder / self._shop.config.flows[flow].mapping
        try:
            durable.write(path, draft.encode(), path.stat().st_mode & 0o777)
        except OSError as error:
            raise WaybillError(
                f"The mapping {path.name} cannot be written: {error.strerror}. The old one stays.",
                code=NOT_WRITTEN,
                hint="Let the service's account write into the folder of the mappings, or copy"
                " the draft there by hand.",
            ) from error
        means = plan.version_digest != self._shop.parse(flow, before).version_digest
        needs = _NEEDS if means else "Nothing: the two mean the same."
        return {"flow": flow, "version": made.number, "same_meaning": not means, "needs": needs}

    def restore(self, flow: str, number: int, comment: str, by: str) -> dict[str, Json]:
        """Bring an earlier version into force again, as a new one."""
        self._known(flow)
        text = self._versions(flow).text(number)
        return self.publish(flow, text, comment or f"version {number} again", by)

    def _versions(self, flow: str) -> Versions:
        return Versions(self._home, flow, self._clock)

    def _known(self, flow: str) -> None:
        if flow not in self._shop.config.flows:
            raise WrongUse(f"There is no flow called {flow!r}.")

    def _others_take(self, flow: str, draft: str) -> None:
        """Flows that share the file must understand the draft too. Raises ConfigError."""
        flows = self._shop.config.flows
        for name, other in flows.items():
            if name != flow and other.mapping == flows[flow].mapping:
                self._shop.parse(name, draft)
