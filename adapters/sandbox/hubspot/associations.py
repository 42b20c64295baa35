"""Who is linked with whom, by record ids, both ways."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.hubspot.store import Row


class Associations:
    """All links. The caller holds the core's lock."""

    def __init__(self) -> None:
        self._links: dict[tuple[str, str], dict[str, set[str]]] = {}

    def of(self, kind: str, record_id: str, to: str) -> set[str]:
        """Ids of the records of `to` that one is linked with."""
        return self._links.get((kind, to), {}).get(record_id, set())

    def add(self, one: Row, two: Row) -> None:
        """Link two records; a second time changes nothing."""
        self._place(one, two).add(two.id)
        self._place(two, one).add(one.id)

    def remove(self, kind: str, one: str, to: str, two: str) -> None:
        """Unlink two records, if they are linked."""
        self._links.get((kind, to), {}).get(one, set()).discard(two)
        self._links.get((to, kind), {}).get(two, set()).discard(one)

    def forget(self, row: Row) -> None:
        """A record is gone: so are its links."""
        for (kind, to), links in list(self._links.items()):
            if kind == row.kind.name:
                for other in list(links.get(row.id, ())):
                    self.remove(kind, row.id, to, other)

    def dump(self) -> list[list[Any]]:
        """Everything, as JSON values."""
        return [
            [kind, to, one, sorted(others)]
            for (kind, to), links in self._links.items()
            for one, others in links.items()
            if others
        ]

    def load(self, saved: list[list[Any]]) -> None:
        """Put back what `dump` gave."""
        for kind, to, one, others in saved:
            self._links.setdefault((kind, to), {})[one] = set(others)

    def _place(self, one: Row, two: Row) -> set[str]:
        return self._links.setdefault((one.kind.name, two.kind.name), {}).setdefault(one.id, set())
