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
from agent.runtime.workshop.versions import BY_HAND, Version, Versions, digest_of

FOUND = "found in the file"


def register(
    store: Store, home: Path, clock: Clock, config: Config, flows: Mapping[str, FlowPlan]
) -> dict[str, FlowRow]:
    """Give streams and flows their numbers, and notice mappings that were published since."""
    kept = {name: _kept(Versions(home, name, clock), flow.text) for name, flow in flows.items()}
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
                rows[name].id, was, (flow.version, kept[name].digest), terms, about
            )  # fmt: skip
    return rows


def _kept(versions: Versions, text: str) -> Version:
    """The version that this text is; one that nobody published is kept as written by hand."""
    known = versions.listed()
    if known and known[-1].digest == digest_of(text):
        return known[-1]
    return versions.keep(text, BY_HAND, FOUND)


def _about(versions: Versions, now: Version, former: str | None) -> dict[str, Json]:
    about: dict[str, Json] = {"by": now.by, "comment": now.comment, "version": now.number}
    if former is not None and former != now.digest:
        old = version_of(versions, former)
        about["former_version"] = old.number if old else None
        if old is not None:
            texts = versions.text(old.number), versions.text(now.number)
            about["fields"], about["added"] = changed_fields(*texts), added_fields(*texts)
    return about


def version_of(versions: Versions, digest: str) -> Version | None:
    """The newest version with this text."""
    return next((each for each in reversed(versions.listed()) if each.digest == digest), None)


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
