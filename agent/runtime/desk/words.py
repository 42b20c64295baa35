"""What the ERP says in the rows of a cause, word by word: `D` in 200 rows, `Narnia` in 12.

Only for causes that one more word in the mapping can end. Words are business data: they are shown
to whoever may look at exceptions, and stand in no log.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from agent.changes import rows
from agent.errors import WrongUse
from agent.mapping.values import Refused, key_text
from agent.model import Json
from agent.queue.problems import KeptRow, Problems
from agent.runtime.plan import FlowPlan
from agent.runtime.workshop.entries import WORDS, column_of

MOST_OPENED = 20_000
"""Rows opened for one answer."""
MOST_WORDS = 5
"""Words that are named of one cause, the most frequent first."""

Cause = tuple[str, str, str]
"""Flow, code, field."""


@dataclass(frozen=True, slots=True)
class Words:
    """Counts the words of parked rows."""

    problems: Problems
    flows: Sequence[FlowPlan]

    def of(self, causes: Sequence[Cause]) -> dict[Cause, list[Json]]:
        """`{"word": ..., "count": ..., "example": "E7"}` of each cause that a word can end."""
        wanted = {cause for cause in causes if cause[1] in WORDS}
        by_id = {flow.id: flow for flow in self.flows}
        chosen = [flow.id for flow in self.flows if any(flow.name == name for name, *_ in wanted)]
        if not chosen:
            return {}
        seqs = [seq for seq, _, _ in islice(self.problems.of(chosen), MOST_OPENED)]
        columns = {cause: _column(cause, self.flows) for cause in wanted}
        counts: dict[Cause, Counter[str]] = {}
        examples: dict[tuple[Cause, str], int] = {}
        for kept in self.problems.opened(seqs):
            cause = (by_id[kept.flow].name, kept.code, kept.field)
            word = _word(kept, columns.get(cause, ""))
            if word:
                counts.setdefault(cause, Counter())[word] += 1
                examples[cause, word] = min(kept.seq, examples.get((cause, word), kept.seq))
        return {
            cause: [
                {"word": word, "count": count, "example": f"E{examples[cause, word]}"}
                for word, count in words.most_common(MOST_WORDS)
            ]
            for cause, words in counts.items()
        }


def _column(cause: Cause, flows: Sequence[FlowPlan]) -> str:
    """The column whose word decides; empty where several do."""
    text = next((flow.text for flow in flows if flow.name == cause[0]), "")
    try:
        return column_of(tomllib.loads(text), cause[2])
    except WrongUse:
        return ""


def _word(kept: KeptRow, column: str) -> str:
    if column not in kept.values:
        return ""
    try:
        return key_text(rows.read_back({column: kept.values[column]})[column]) or ""
    except (Refused, ValueError):
        return ""
