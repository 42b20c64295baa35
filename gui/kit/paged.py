"""A table model over a list that stays in the service and comes in windows of 500 rows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QTimer, Signal

from gui.bridge import Bridge, Fault
from gui.kit.rows import Column, ColumnsModel, Index, Row

__all__ = ["Column", "PagedModel"]

WINDOW: Final = 500
_KEPT: Final = 40
"""Windows in memory: 20,000 rows."""
_SETTLE_MS: Final = 40
"""A scroll that rushes by asks for nothing."""


class PagedModel(ColumnsModel):
    """Rows of a method that answers `{"total", "offset", "items"}` to `offset` and `limit`.

    Rows that are not here yet show as dots and are asked for when somebody looks at them.
    """

    loaded = Signal(int)
    """The number of rows in the service."""
    failed = Signal(object)
    """A Fault; what is shown stays."""

    def __init__(
        self,
        bridge: Bridge,
        method: str,
        columns: Sequence[Column],
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(columns)
        self._bridge = bridge
        self._method = method
        self._params = dict(params or {})
        self._total = 0
        self._windows: OrderedDict[int, list[Row]] = OrderedDict()
        self._stale: set[int] = set()
        self._asked: set[int] = set()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._generation = 0
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._ask_wanted)

    def look(self, params: Mapping[str, object] | None = None) -> None:
        """Ask anew, with other parameters if given (a filter, an order)."""
        if params is not None and dict(params) != self._params:
            self._params = dict(params)
            self._windows.clear()
        self._generation += 1
        self._asked.clear()
        self._stale = set(self._windows)
        self._wanted.clear()
        self._ask(0)

    def row(self, number: int) -> Row | None:
        place, within = divmod(number, WINDOW)
        window = self._windows.get(place)
        if (window is None or place in self._stale) and place not in self._asked:
            self._wanted[place] = None
            self._wanted.move_to_end(place)
            if not self._settle.isActive():  # not put off again and again by who keeps looking
                self._settle.start()
        return window[within] if window is not None and within < len(window) else None

    def here(self) -> Iterator[tuple[int, Row]]:
        """Of a window that is asked for anew, what it held: nobody has seen anything else of it."""
        for place, window in self._windows.items():
            yield from enumerate(window, place * WINDOW)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 Qt's signature
        return 0 if parent.isValid() else self._total

    def _ask_wanted(self) -> None:
        latest = list(self._wanted)[-3:]  # what was only passed on the way is not asked for
        self._wanted.clear()
        for place in latest:
            if place * WINDOW < self._total:  # the list may have become shorter since
                self._ask(place)

    def _ask(self, place: int) -> None:
        if place in self._asked:
            return
        self._asked.add(place)
        generation = self._generation
        params = {**self._params, "offset": place * WINDOW, "limit": WINDOW}
        self._bridge.ask(
            self._method,
            params,
            lambda answer: self._take(generation, place, answer),
            lambda fault: self._missed(generation, place, fault),
            owner=self,
        )

    def _take(self, generation: int, place: int, answer: Mapping[str, Any]) -> None:
        if generation != self._generation:
            return
        self.renewing.emit()
        self._asked.discard(place)
        self._stale.discard(place)
        self._windows[place] = list(answer.get("items") or [])
        self._windows.move_to_end(place)
        while len(self._windows) > _KEPT:
            self._windows.popitem(last=False)
        total = int(answer.get("total") or 0)
        self._resize(total)
        last = min(total, (place + 1) * WINDOW) - 1
        if last >= place * WINDOW:
            end = self.index(last, len(self.columns) - 1)
            self.dataChanged.emit(self.index(place * WINDOW, 0), end)
        self.renewed.emit()
        self.loaded.emit(total)

    def _missed(self, generation: int, place: int, fault: Fault) -> None:
        if generation == self._generation:
            self._asked.discard(place)
            self.failed.emit(fault)

    def _resize(self, total: int) -> None:
        before = self._total
        if total > before:
            self.beginInsertRows(QModelIndex(), before, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < before:
            self.beginRemoveRows(QModelIndex(), total, before - 1)
            self._total = total
            self.endRemoveRows()
