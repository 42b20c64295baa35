"""Mapping: a source's records in, drafts of canonical messages out. Pure.

`parse` reads a mapping document (a TOML file, read by somebody else) against a contract and finds
every problem at once; the `Plan` is bound to the columns of a read and becomes a `Mapper`, which
answers each record with a `Draft`, with `LeftOut`, or with a `Problem`.

What holds here:

- Nothing is cut, rounded or filled in unless the mapping says so. A value that does not fit its
  field is a problem of its record, and no value, whatever a source may read, makes a mapper raise.
- No float enters: where a source reads one, the record is refused unless the mapping allows it, and
  then its written digits are taken.
- Least data: only the columns that the document names are looked at.
- A draft keeps the rules of its contract (totals, order of dates): breaking one is a problem, or a
  warning that goes along with the draft; `rules = { CODE = "warning" }` of a mapping decides.
- A problem names field, column and lengths, never the value; `agent.canon.reasons` is the
  catalogue of its codes.
- A plan's `version_digest` changes with every rule and with nothing else.

Rooms: `parse` and `options` read documents, `values`, `words`, `numbers` and `moments` convert,
`plan` holds what was read, `compiled` makes it fast, `ruled` and `wanted` judge what it makes.
"""

from agent.mapping.compiled import Mapper
from agent.mapping.lookups import SourceTable
from agent.mapping.parse import parse
from agent.mapping.plan import Delete, Leave, OnLeave, Plan, Set
from agent.mapping.ruled import Steps

__all__ = ["Delete", "Leave", "Mapper", "OnLeave", "Plan", "Set", "SourceTable", "Steps", "parse"]
