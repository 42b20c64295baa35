"""The SELECTs of a read. Pure; every value is bound, every identifier quoted.

Identifiers come from the catalogue or from a result's own header, never unchecked from a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.sources.odbc.columns import DATES, Column, Kind
from adapters.sources.odbc.dialect import Dialect

_PART = re.compile(r'"((?:[^"]|"")+)"|([^."]+)')


def parts_of(table: str) -> tuple[str, ...]:
    """The parts of a configured table name: `dbo.INVHDR`, `"odd.schema"."odd table"`."""
    return tuple(match[1].replace('""', '"') if match[1] else match[2].strip()
                 for match in _PART.finditer(table))  # fmt: skip


def quoted(name: str, mark: str) -> str:
    """The identifier, so that nothing in it can end it."""
    if mark == "[":
        return f"[{name.replace(']', ']]')}]"
    return mark + name.replace(mark, mark * 2) + mark


@dataclass(frozen=True, slots=True)
class Statements:
    """What may be asked of one table or query."""

    dialect: Dialect
    mark: str
    relation: str
    """A quoted table name, or a query in parentheses with an alias."""
    columns: Sequence[Column] = ()
    key: Sequence[str] = ()
    watermark: Column | None = None

    def header(self, names: Sequence[str] = ()) -> str:
        """No row, only what the columns are."""
        chosen = ", ".join(quoted(name, self.mark) for name in names) or "*"
        return f"select {chosen} from {self.relation} where 1 = 0"  # noqa: S608 - quoted

    def everything(self) -> str:
        """Every row."""
        chosen = ", ".join(map(self._chosen, self.columns))
        return f"select {chosen} from {self.relation}"  # noqa: S608 - quoted

    def changed(self) -> str:
        """Rows from one watermark on; that very value is read again, it may be shared."""
        order = ", ".join(quoted(name, self.mark) for name in (self._moving.name, *self.key))
        return f"{self.everything()} where {self._place} >= ? order by {order}"

    def unmarked(self) -> str:
        """Rows without a watermark, which no comparison ever finds."""
        order = ", ".join(quoted(name, self.mark) for name in self.key)
        return f"{self.everything()} where {self._place} is null order by {order}"

    def count_unmarked(self) -> str:
        """How many rows have no watermark."""
        return f"select count(*) from {self.relation} where {self._place} is null"  # noqa: S608 - quoted

    def newest(self) -> str:
        """The last watermark that is not in the future, and the database's clock."""
        now = self.now()
        newest = f"max({self._place})"
        if self._moving.as_text:
            newest = f"cast({newest} as {self.dialect.text_type})"
        select = f"select {newest}, {self._now_text()} from {self.relation}"  # noqa: S608 - quoted
        return f"{select} where {self._place} <= {now}" if self._timed else select

    def now(self) -> str:
        """The database's clock in the terms of the watermark."""
        instant = self._moving.kind is Kind.INSTANT
        return self.dialect.now_instant if instant else self.dialect.now

    @property
    def _moving(self) -> Column:
        if self.watermark is None:
            raise ValueError("this read has no watermark")
        return self.watermark

    @property
    def _place(self) -> str:
        return quoted(self._moving.name, self.mark)

    @property
    def _timed(self) -> bool:
        return self._moving.kind in DATES

    def _now_text(self) -> str:
        return f"max({self.now()})"

    def _chosen(self, column: Column) -> str:
        name = quoted(column.name, self.mark)
        if not column.as_text:
            return name
        if not self.dialect.loose_types:
            return f"cast({name} as {self.dialect.text_type}) as {name}"
        # The shortest text that gives the very same number back.
        short, long = f"printf('%!.15g', {name})", f"printf('%!.17g', {name})"
        real = f"case when cast({short} as real) = {name} then {short} else {long} end"
        return (
            f"case typeof({name}) when 'real' then {real} else cast({name} as text) end as {name}"
        )
