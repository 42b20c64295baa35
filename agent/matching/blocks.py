"""Which pairs are worth judging: those that have something in common, down to a slip of the pen. Pure.

Nine million pairs of 3,000 records each are never looked at: each record is filed under a few
words, and only records under the same word meet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from agent.matching.normal import folded
from agent.matching.pairs import place_of
from agent.matching.prepared import Prepared

MOST_SHARED = 4
"""A telephone number that more records of one side have belongs to none of them."""
_MOST_PAIRS = 2500
"""Under a word that so many pairs share nothing is looked for; what proves more is never passed."""
_MOST_MEMBERS = 60
_DELETIONS = range(4, 31)
"""Lengths of names that are also filed under themselves with one letter less."""

File = tuple[str, str]
_PROVING = frozenset({"name", "tax number", "number", "phone", "e-mail"})


def pairs(here: Sequence[Prepared], there: Sequence[Prepared]) -> Iterator[tuple[int, int]]:
    """Places of what is to be judged, each pair once, in the order of `here`."""
    ours, theirs = _filed(here), _filed(there)
    found: dict[int, set[int]] = defaultdict(set)
    for file, left in ours.items():
        right = theirs.get(file)
        if not right:
            continue
        if len(left) * len(right) > _MOST_PAIRS:
            if file[0] not in _PROVING:
                continue
            right = right[:_MOST_MEMBERS]
        for one in left:
            found[one].update(right)
    for one in sorted(found):
        for two in sorted(found[one]):
            yield one, two


def shared(records: Sequence[Prepared]) -> set[tuple[str, str]]:
    """(role, value) of what many of these records have."""
    counts: Counter[tuple[str, str]] = Counter()
    for record in records:
        counts.update(("phone", each) for each in record.phones)
        counts.update(("e-mail", each) for each in record.emails)
        counts.update(("website", each) for each in record.websites)
        counts.update(("address", place_of(each)) for each in record.addresses.values())
    return {each for each, count in counts.items() if count > MOST_SHARED}


def _filed(records: Sequence[Prepared]) -> dict[File, list[int]]:
    files: dict[File, list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        for file in dict.fromkeys(_files(record)):
            files[file].append(at)
    return files


def _files(record: Prepared) -> Iterator[File]:
    for name in record.names:
        yield "name", name.compact
        yield from (("word", word) for word in name.words if len(word) > 2)
        for compact in {name.compact, folded(name.compact)}:
            yield "slip", compact
            if len(compact) in _DELETIONS:
                for at in range(len(compact)):
                    yield "slip", compact[:at] + compact[at + 1 :]
    for role, values in (
        ("tax number", record.tax),
        ("number", record.numbers),
        ("phone", record.phones),
        ("e-mail", record.emails),
        ("website", record.websites),
    ):
        yield from ((role, each) for each in values)
    yield from (("digits", each[-7:]) for each in record.phones)
    yield from (("stem", each[:10]) for each in record.phones)
    for address in record.addresses.values():
        if address.street is not None and address.postal_code:
            yield "place", f"{address.postal_code}/{address.street.house}"
