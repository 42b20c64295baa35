"""Which causes are told now. Pure: time and memory are given, both come back.

- A cause that a person must look at is told at once; an error of our own that may be gone with the
  next try when it was seen three times in a row; what may pass by itself after a quarter of an hour.
  Between two messages of a channel there are five minutes, what comes due then goes together.
- It is over when it has been gone for five minutes; one that comes and goes is one cause. That it
  is over is told only where it was told itself.
- While it stays there is a reminder: daily for errors, weekly for warnings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

SURE_AFTER = 900.0
"""Seconds that something has to stand which may pass by itself."""
OVER_AFTER = 300.0
SPACING = 300.0
REMIND_ERROR = 86_400.0
REMIND_WARNING = 7 * 86_400.0
IN_A_ROW = 3
"""So often seen without a success in between, an error is no chance."""
UNSURE = frozenset({"AGENT_BUG"})
"""Errors that may be gone with the next try."""


class What(StrEnum):
    """What there is to say of a cause."""

    NEW = "new"
    WORSE = "worse"
    STILL = "still"
    OVER = "over"


class Cause(NamedTuple):
    """Something that people should know, as the status tells it."""

    code: str
    subject: str
    title: str
    meaning: str
    hint: str
    serious: bool
    """An error, not a warning."""
    times: int = 1
    """How often in a row it was seen."""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same one."""
        return self.code, self.subject


class News(NamedTuple):
    """One thing to tell."""

    what: What
    cause: Cause
    since: float
    """When the cause was first seen; seconds since 1970, like all times here."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a channel remembers of a cause."""

    cause: Cause
    """As it was last seen."""
    first: float
    told: float | None = None
    """When it was last told; None: not yet."""
    told_serious: bool = False
    gone: float | None = None
    """Since when it is gone; None: it stands."""


Memory = Mapping[tuple[str, str], Known]


class Judgement(NamedTuple):
    """What to tell, and what to remember: once it was told, or because it could not be."""

    news: tuple[News, ...]
    told: Memory
    untold: Memory


def judge(
    causes: Iterable[Cause],
    memory: Memory,
    now: float,
    last: float,
    *,
    quiet: bool = False,
    unsure: Collection[str] = (),
) -> Judgement:
    """What a channel has to tell now.

    `last`: when it last told something. `quiet`: nobody is to be disturbed now. `unsure`: subjects
    of which nobody can know now whether their causes still stand (a target that is paused).
    """
    seen = _seen(causes, memory, now, unsure)
    held = quiet or now - last < SPACING
    news = () if held else tuple(one for known in seen.values() if (one := _due(known, now)))
    told = dict(seen)
    for one in news:
        if one.what is What.OVER:
            del told[one.cause.key]
        else:
            known = told[one.cause.key]
            told[one.cause.key] = replace(known, told=now, told_serious=one.cause.serious)
    return Judgement(news, told, seen)


def _seen(
    causes: Iterable[Cause], memory: Memory, now: float, unsure: Collection[str]
) -> dict[tuple[str, str], Known]:
    """The memory with what stands now; what was never told and is over is forgotten."""
    seen = dict(memory)
    here = {cause.key: cause for cause in causes}
    for key, cause in here.items():
        known = seen.get(key, Known(cause, now))
        seen[key] = replace(known, cause=cause, gone=None)
    for key, known in memory.items():
        if key in here or (known.gone is None and known.cause.subject in unsure):
            continue
        gone = now if known.gone is None else known.gone
        if known.told is None and now - gone >= OVER_AFTER:
            del seen[key]
        else:
            seen[key] = replace(known, gone=gone)
    return seen


def _due(known: Known, now: float) -> News | None:
    cause, what = known.cause, None
    if known.gone is not None:
        what = What.OVER if known.told is not None and now - known.gone >= OVER_AFTER else None
    elif known.told is None:
        certain = cause.serious and (cause.code not in UNSURE or cause.times >= IN_A_ROW)
        what = What.NEW if certain or now - known.first >= SURE_AFTER else None
    elif cause.serious and not known.told_serious:
        what = What.WORSE
    elif now - known.told >= (REMIND_ERROR if cause.serious else REMIND_WARNING):
        what = What.STILL
    return None if what is None else News(what, cause, known.first)
