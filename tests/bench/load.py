"""Whole loads of a full export: from the file to the sealed queue on the disk.

The first load includes the ledger's base that the next read needs. Before the second load
everything was delivered, as it would be a day later. What is checked is what was found: exactly
the rows that lie between the exports.
"""

from __future__ import annotations

import csv
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from tests.bench.home import Home, SwiftTarget, exports_in, put_export
from tests.bench.measure import Meter


def first(home: str, export: str, inbox: str) -> dict[str, object]:
    """Load an export into an empty home."""
    put_export(Path(export), Path(inbox))
    rooms = Home(Path(home), exports_in(Path(inbox)))
    with Meter() as meter:
        captured = rooms.capture()
        rooms.ledger.ready()
    found = 0 if captured is None else captured.entries
    rooms.close()
    return meter.report(entries=found)


def part(home: str, export: str, count: int) -> dict[str, object]:
    """Load the first `count` records of an export into an empty home."""
    folder = Path(home)
    shorter = folder.with_name(folder.name + "-part.csv")
    with (
        Path(export).open(encoding="utf-8", newline="") as file,
        shorter.open("w", encoding="utf-8", newline="") as out,
    ):
        csv.writer(out).writerows(islice(csv.reader(file), count + 1))
    return first(home, str(shorter), str(folder.with_name(folder.name + "-inbox")))


def deliver(home: str) -> dict[str, object]:
    """Deliver all that waits."""
    rooms = Home(Path(home))
    with Meter() as meter:
        rooms.deliver_all(SwiftTarget())
    rooms.store.db.checkpoint()
    rooms.close()
    return meter.report()


def second(home: str, export: str, inbox: str) -> dict[str, object]:
    """Load the later export into a home that has the earlier one."""
    put_export(Path(export), Path(inbox))
    rooms = Home(Path(home), exports_in(Path(inbox)))
    with Meter() as meter:
        captured = rooms.capture()
    found = (0, 0) if captured is None else (captured.entries, captured.deleted)
    rooms.close()
    return meter.report(entries=found[0], deleted=found[1])


def unchanged(home: str, inbox: str) -> dict[str, object]:
    """Look again at an export of which only the time of change is another one."""
    for export in Path(inbox).iterdir():
        export.touch()
    rooms = Home(Path(home), exports_in(Path(inbox)))
    with Meter() as meter:
        captured = rooms.capture()
    rooms.close()
    return meter.report(read=captured is not None)


def bare_hash(export: str) -> dict[str, object]:
    """The least that can tell an unchanged file: one hash over it."""
    with Meter() as meter, Path(export).open("rb") as file:
        digest = blake2b(digest_size=32)
        while block := file.read(1 << 18):
            digest.update(block)
    return meter.report(digest=digest.hexdigest())
