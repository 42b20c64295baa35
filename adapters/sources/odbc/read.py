"""One pass over a table or query: pages of raw records, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from adapters.sources.odbc.columns import Column
from adapters.sources.odbc.decode import Decoder
from adapters.sources.odbc.session import Session
from adapters.sources.odbc.wire import Bound
from agent.errors import SourceError
from agent.model import Checkpoint, Content, End, Page, Place, Raw, Record, Unreadable

FORMAT = 1
"""Version of the records' bytes: a new one makes every record be parsed anew."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one read does."""

    name: str
    content: Content
    columns: Sequence[Column]
    key: Sequence[str]
    passes: Sequence[tuple[str, Sequence[Bound]]]
    checkpoint: Checkpoint
    fetch: int


class OdbcRead:
    """A read whose cursor is in the reader process (satisfies `agent.ports.Read`).

    Its first query is asked as it is made, which raises SourceUnavailable and SourceChanged.
    """

    def __init__(self, plan: Plan, session: Session, failed: Callable[[SourceError], None]) -> None:
        self.name = plan.name
        self.content = plan.content
        self.columns: Sequence[str] = tuple(column.name for column in plan.columns)
        self._plan = plan
        self._session = session
        self._failed = failed
        self._decoder = Decoder(plan.columns, plan.key)
        self._end: End | None = None
        first, *self._more = plan.passes
        self.shape = session.select(*first, plan.fetch)
        """What the driver says of the columns that come."""
        self._meaning = orjson.dumps(
            [
                FORMAT,
                [[column.name, column.kind, column.as_text] for column in plan.columns],
                list(plan.key),
            ]
        )

    def pages(self) -> Iterator[Page]:
        """One page for each fetch, in the driver's order."""
        number = 1
        try:
            for more in (None, *self._more):
                if more is not None:
                    self._session.select(*more, self._plan.fetch)
                for lines in self._session.records():
                    yield Page(lines, Place(self.name, number, 0, 0), self._meaning)
                    number += len(lines)
        except SourceError as error:
            self._failed(error)
            raise
        finally:
            self._session.close()
        self._end = End(self._plan.checkpoint, complete=True)

    def end(self) -> End:
        """The proven end: the driver said that there are no more rows."""
        if self._end is None:
            raise RuntimeError("the end is known after the last page")
        return self._end

    def parse(self, raws: Sequence[Raw]) -> Sequence[Record | Unreadable]:
        """Typed values by the types of the columns."""
        return self._decoder.parse(raws)

    def close(self) -> None:
        """End the reader process and its cursor."""
        self._session.close()
