"""Packing a stream's memory again when it feeds other flows than before. Pure.

A flow that stays keeps what it remembers of each row, whatever its place; a new one remembers
nothing and is caught up by re-reading; what a flow that went remembered is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agent.memory import NO_FLOW_MEMORY, Layout, RowMemory, RowText


class Relayout:
    """From rows with the flows `before` to rows with the flows `after` (their ids, in order)."""

    def __init__(self, before: Sequence[int], after: Sequence[int]) -> None:
        place = {flow: at for at, flow in enumerate(before)}
        self._places = [place.get(flow) for flow in after]
        self._old, self._new = Layout(len(before)), Layout(len(after))

    @property
    def size(self) -> int:
        """Bytes of a row as it was packed before."""
        return self._old.size

    def rows(self, pages: Iterable[bytes]) -> Iterator[bytes]:
        """Pages of packed rows, packed again."""
        size = self._old.size
        for page in pages:
            rows = (page[at : at + size] for at in range(0, len(page), size))
            yield b"".join(self._new.pack(self._row(self._old.unpack(row))) for row in rows)

    def text(self, text: RowText) -> RowText:
        """The text of a row, for the flows as they are now."""
        return RowText(
            text.key,
            tuple("" if at is None else text.external_ids[at] for at in self._places),
            tuple(() if at is None else text.parents[at] for at in self._places),
            tuple(() if at is None else text.states_of(at) for at in self._places)
            if any(text.states)
            else (),
        )

    def _row(self, row: RowMemory) -> RowMemory:
        return row._replace(
            flows=tuple(NO_FLOW_MEMORY if at is None else row.flows[at] for at in self._places)
        )
