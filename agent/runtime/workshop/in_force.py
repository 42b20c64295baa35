"""What a start finds in force: every flow's mapping as a version, and whether it is a publish."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from agent.config import Config
from agent.model import Json
from agent.ports import Clock
from agent.queue.publishes import Publishes, Terms
from agent.queue.store import FlowRow, Store
from agent.runtime.plan import FlowPlan
from agent.runtime.workshop.versions import BY_HAND, Version, Versions

FOUND = "found in the file"


def register(
    store: Store, home: Path, clock: Clock, config: Config, flows: Mapping[str, FlowPlan]
) -> dict[str, FlowRow]:
    """Give streams and flows their numbers, and notice mappings that were published since."""
    kept = {
        name: Versions(home, name, clock).keep(flow.text, BY_HAND, FOUND, flow.files)
        for name, flow in flows.items()
    }
    publishes = Publishes(store)
    with store.db.transaction():
        before = publishes.before()
        rows = store.register(
            list(config.sources),
            {n: (config.flows[n].source, flow.target, flow.version) for n, flow in flows.items()},
        )
        for name, flow in flows.items():
            settings = config.flows[name]
            terms = Terms(
                settings.canary, settings.canary_first, config.limits.undo_keep.total_seconds()
            )
            was = before.get(name)
            about = _about(Versions(home, name, clock), kept[name], was[1] if was else None)
            publishes.notice(
                rows[name].id, was, (flow.version, kept[name].mark), terms, about
            )  # fmt: skip
    return rows


def _about(versions: Versions, now: Version, former: str | None) -> dict[str, Json]:
    about: dict[str, Json] = {"by": now.by, "comment": now.comment, "version": now.number}
    if former is not None and former != now.mark:
        old = version_of(versions, former)
        about["former_version"] = old.number if old else None
        if old is not None:
            texts = versions.text(old.number), versions.text(now.number)
            same_words = old.files == now.files
            about["fields"] = changed_fields(*texts) if same_words else None
            about["added"] = added_fields(*texts)
    return about


def version_of(versions: Versions, mark: str) -> Version | None:
    """The newest version that is this one."""
    return next((each for each in reversed(versions.listed()) if each.mark == mark), None)


def added_fields(old: str, new: str) -> list[Json]:
    """The fields that only the new mapping carries."""
    was, now = (tomllib.loads(text).get("fields", {}) for text in (old, new))
    return sorted({*now} - {*was})


def changed_fields(old: str, new: str) -> list[Json] | None:
    """The fields whose rules differ; None: more than fields differs, so any may be concerned."""
    was, now = tomllib.loads(old), tomllib.loads(new)
    rules, others = was.pop("fields", {}), now.pop("fields", {})
    if was != now:
        return None
    return [name for name in sorted({*rules, *others}) if rules.get(name) != others.get(name)]
