"""What the exports of an ERP say of its rows."""

from __future__ import annotations

from agent.model import LeftOut, Place, Raw, Record
from tests.fakes import FakeRead, fake_mapper


class Exported:
    """What one stream's exports have said so far.

    A delete may come from any export that says that a row is gone, until everything is at rest.
    """

    def __init__(self, known: set[str]) -> None:
        self._known = known
        """Every key that any stream has named; streams can share a record, so they share this."""
        self._gone: list[set[str]] = []
        """Per export; the last one is what the source shows now."""

    def add(self, read: FakeRead) -> None:
        """An export. Which rows are not in it counts if its end and every key are known."""
        answers = read.parse([Raw(line, Place(read.name, 0, 0, 0)) for line in read.lines])
        last = {answer.key[0]: answer for answer in answers if answer.key is not None}
        is_whole = read.complete and all(answer.key is not None for answer in answers)
        gone = self._known - last.keys() if is_whole else set[str]()
        for key, answer in last.items():
            if isinstance(answer, Record) and isinstance(fake_mapper(())(answer.values), LeftOut):
                gone.add(key)
        self._gone.append(gone)
        self._known.update(last)

    def says_gone(self, key: str) -> bool:
        """Whether any says that there is no such row any more, or none that is to be in the CRM."""
        return any(key in gone for gone in self._gone)

    def rest(self) -> None:
        """Nothing moves any more: whatever is deleted from now on, a newer one must say."""
        del self._gone[:-1]
