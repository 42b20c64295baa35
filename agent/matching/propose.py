"""From two sides to a proposal: certain, ambiguous, only here, only there. Pure.

A certain match is one to one: nothing else on either side may be meant, but what is itself a
certain match with a third. Everything that could be meant otherwise is ambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.matching.blocks import pairs, shared
from agent.matching.pairs import Grade, Judged, judge
from agent.matching.prepared import Prepared

MOST_CANDIDATES = 10
"""Candidates that are shown for one record; all are counted."""


class Kind(StrEnum):
    """What becomes of one record of this side."""

    CERTAIN = "certain"
    AMBIGUOUS = "ambiguous"
    ONLY_HERE = "only here"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the other side that may be meant, and why, in words without values."""

    id: str
    grade: Grade
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One record of this side and what it may be there, the likeliest first."""

    id: str
    kind: Kind
    candidates: tuple[Candidate, ...] = ()
    count: int = 0
    """Of all candidates, also those that are not listed."""
    rivals: int = 0
    """Other records of this side that may be the same one there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Every record of both sides, once."""

    matches: tuple[Match, ...]
    only_there: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many of each."""
        found = {str(kind): 0 for kind in Kind}
        for match in self.matches:
            found[str(match.kind)] += 1
        return {**found, "only there": len(self.only_there)}


@dataclass(frozen=True, slots=True)
class Found:
    """A record that is like another one."""

    id: str
    candidates: tuple[Candidate, ...]


Tick = Callable[[], object]
_Judged = Mapping[int, Mapping[int, Judged]]


def propose(
    here: Sequence[Prepared], there: Sequence[Prepared], tick: Tick = lambda: None
) -> Proposal:
    """Compare both sides. `tick` is called now and then; what it raises ends the work."""
    judged = _judged(here, there, tick)
    certain = _certain(judged)
    taken = set(certain.values())
    claims: dict[int, set[int]] = defaultdict(set)
    for one, others in judged.items():
        for two in others:
            claims[two].add(one)
    matches: list[Match] = []
    meant = set(taken)
    for one, record in enumerate(here):
        others = judged.get(one, {})
        if one in certain:
            two = certain[one]
            found = (_candidate(there, two, others[two]),)
            matches.append(Match(record.id, Kind.CERTAIN, found, 1))
            continue
        left = {two: each for two, each in others.items() if two not in taken}
        meant.update(left)
        kind = Kind.AMBIGUOUS if left else Kind.ONLY_HERE
        rivals = {each for two in left for each in claims[two]} - {one} - certain.keys()
        matches.append(
            Match(record.id, kind, _listed(there, left), len(left), len(rivals) if left else 0)
        )
    only_there = tuple(record.id for at, record in enumerate(there) if at not in meant)
    return Proposal(tuple(matches), only_there)


def alike(
    here: Sequence[Prepared],
    there: Sequence[Prepared],
    tick: Tick = lambda: None,
    free: Collection[str] = (),
) -> tuple[Found, ...]:
    """Those of `here` that are probably a record of `there`, one answer each where there is one.

    `free`: those of `there` that are nobody's yet; of them also what is only perhaps the same.
    """
    found = []
    for one, others in sorted(_judged(here, there, tick).items()):
        likely = {
            two: each
            for two, each in others.items()
            if each.grade >= Grade.LIKELY or there[two].id in free
        }
        if likely:
            found.append(Found(here[one].id, _listed(there, likely)))
    return tuple(found)


def _judged(here: Sequence[Prepared], there: Sequence[Prepared], tick: Tick) -> _Judged:
    common = shared(here) | shared(there)
    found: dict[int, dict[int, Judged]] = defaultdict(dict)
    for count, (one, two) in enumerate(pairs(here, there)):
        if count % 1000 == 0:
            tick()
        result = judge(here[one], there[two], common)
        if result.grade:
            found[one][two] = result
    return found


def _certain(judged: _Judged) -> dict[int, int]:
    """One to one: certain pairs without a rival that is not spoken for itself."""
    ours: dict[int, list[int]] = defaultdict(list)
    theirs: dict[int, list[int]] = defaultdict(list)
    likely: dict[int, list[int]] = defaultdict(list)
    for one, others in judged.items():
        for two, each in others.items():
            if each.grade is Grade.CERTAIN:
                ours[one].append(two)
                theirs[two].append(one)
            if each.grade >= Grade.LIKELY:
                likely[two].append(one)
    found = {
        one: twos[0] for one, twos in ours.items() if len(twos) == 1 and theirs[twos[0]] == [one]
    }
    while True:
        taken = set(found.values())
        blocked = [
            one
            for one, two in found.items()
            if any(
                other != two and each.grade >= Grade.LIKELY and other not in taken
                for other, each in judged[one].items()
            )
            or any(rival != one and rival not in found for rival in likely[two])
        ]
        if not blocked:
            return found
        for one in blocked:
            del found[one]


def _listed(there: Sequence[Prepared], judged: Mapping[int, Judged]) -> tuple[Candidate, ...]:
    ordered = sorted(judged, key=lambda two: (-judged[two].grade, -len(judged[two].evidence), two))
    return tuple(_candidate(there, two, judged[two]) for two in ordered[:MOST_CANDIDATES])


def _candidate(there: Sequence[Prepared], two: int, judged: Judged) -> Candidate:
    return Candidate(there[two].id, judged.grade, judged.evidence)
