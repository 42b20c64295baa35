"""Several rows of a source as one record: the order header that an export repeats on every line.

A source of the kind `group` stands on another one, reads it whole, and makes one record of all rows
that agree in its key: each of its columns says how (the same in all of them, the first, a sum).
Lines go their own way from the other source, so header and lines come from one export.

- It needs all rows: only a source that is read whole can be grouped, and that is said when the
  configuration is read. From some of the lines no sum can be made.
- Of two rows with one key the last counts, as everywhere (RULES 3): it is not summed twice.
- Rows of a record are taken in the order of their keys, whatever order an export has them in.
- A record of which something cannot be worked out is unreadable by name, and the others go on. If
  nobody can tell to which record an unreadable row belongs, nothing is read until it is: any sum
  could lack it. (Columns that are the same in all rows lack nothing.)
- It owns no file: settling is left to the source that it stands on, which must leave its files.

`config` is what a person writes, `reduce` makes one value of many (pure), `codec` writes values,
`source` and `read` are the port.
"""

from agent.runtime.grouped.config import KIND, GroupConfig, group_problems, not_whole
from agent.runtime.grouped.source import GroupedSource

__all__ = ["KIND", "GroupConfig", "GroupedSource", "group_problems", "not_whole"]
