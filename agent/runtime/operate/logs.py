"""`logs.tail`, `logs.debug`, `logs.folder`: what the log says, live, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from agent.errors import WrongUse
from agent.log import LOUDNESS, recent
from agent.model import Json
from agent.ports import Clock
from agent.recent_log import LEVELS, Line, at_least
from agent.runtime.moments import instant
from agent.runtime.operate.desk import Answer, Caller, Params, chosen, fitting, number, word
from agent.runtime.plan import FlowPlan

MOST_MINUTES: Final = 240
MOST_LINES: Final = 2000


@dataclass(frozen=True)
class Logs:
    """Answers the methods `logs.*`."""

    home: Path
    flows: Sequence[FlowPlan]
    stream_of: Mapping[str, str]
    """The source of each flow."""
    clock: Clock

    def methods(self) -> dict[str, Answer]:
        """By name."""
        return {"logs.tail": self._tail, "logs.debug": self._debug, "logs.folder": self._folder}

    def _tail(self, params: Params, caller: Caller) -> Json:
        level, flow = word(params, "level") or LEVELS[0], word(params, "flow")
        if level not in LEVELS:
            raise WrongUse(f"There is no level {level!r}: use {', '.join(LEVELS)}.")
        levels, sought = at_least(level), word(params, "text").casefold()
        about = self._about(flow, caller) if flow else None

        def wanted(line: Line) -> bool:
            return (
                line.level in levels
                and (about is None or _is_about(line, *about))
                and (
                    not sought
                    or sought in f"{line.text} {line.fields.get('exception', '')}".casefold()
                )
            )

        limit = max(1, number(params, "limit", 500, MOST_LINES))
        found, place = recent().lines(word(params, "after"), limit, wanted)
        latest = fitting([_told(line) for line in reversed(found)])
        return {
            "lines": latest[::-1],
            "next": place,
            "debug_left": int(LOUDNESS.left(self.clock.monotonic())),
        }

    def _about(self, flow: str, caller: Caller) -> tuple[str, str, str]:
        """What a line names that is about a flow: it, its source, its target. Raises WrongUse."""
        (plan,) = chosen(self.flows, flow, caller)
        return plan.name, self.stream_of[plan.name], plan.target

    def _debug(self, params: Params, _: Caller) -> Json:
        minutes = params.get("minutes")
        if not isinstance(minutes, int) or not 0 <= minutes <= MOST_MINUTES:
            raise WrongUse(f"Say for how many minutes: 0 (no more) to {MOST_MINUTES}.")
        LOUDNESS.more_for(minutes * 60, self.clock.monotonic())
        until = self.clock.now() + timedelta(minutes=minutes)
        return {"minutes": minutes, "until": instant(until.timestamp()) if minutes else None}

    def _folder(self, _: Params, __: Caller) -> Json:
        folder = self.home / "logs"
        files: list[Json] = []
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            about = path.stat()
            files.append({"name": path.name, "size": about.st_size, "at": instant(about.st_mtime)})
        return {"folder": str(folder), "files": files}


def _is_about(line: Line, flow: str, source: str, target: str) -> bool:
    fields = line.fields
    if "flow" in fields:
        return bool(fields["flow"] == flow)
    return fields.get("source") == source or fields.get("target") == target


def _told(line: Line) -> dict[str, Json]:
    return {
        "seq": line.seq,
        "at": line.at,
        "level": line.level,
        "event": line.event,
        "logger": line.logger,
        "flow": str(line.fields.get("flow") or ""),
        "text": line.text,
        "fields": dict(line.fields),
    }
