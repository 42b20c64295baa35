"""Finding the one at fault in batches that a target takes or refuses as a whole. Pure.

A batch that was refused is cut in halves. From then on its entries go only together with those of
their own half, while everything else goes as it always does; a half that is refused is cut again,
one that is taken is innocent. One bad entry among `n` so costs about `2 log2 n` requests, holds up
nobody outside its batch, and ends alone, refused under its own name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suspects:
    """Groups of entries, by number, of which at least one may be at fault. A value."""

    groups: tuple[frozenset[int], ...] = ()

    def refused(self, seqs: Sequence[int]) -> Suspects:
        """These were refused together, in this order."""
        rest = self.cleared(seqs)
        if len(seqs) < 2:
            return rest
        half = (len(seqs) + 1) // 2
        return Suspects((*rest.groups, frozenset(seqs[:half]), frozenset(seqs[half:])))

    def cleared(self, seqs: Collection[int]) -> Suspects:
        """These were answered one by one: nothing is held against them any more."""
        if not self.groups:
            return self
        left = (group.difference(seqs) for group in self.groups)
        return Suspects(tuple(group for group in left if group))

    def holds(self, seqs: Sequence[int]) -> bool:
        """Whether any of these is suspected already."""
        return any(not group.isdisjoint(seqs) for group in self.groups)

    def together(self, seqs: Sequence[int]) -> frozenset[int]:
        """Which of these, given in order, may share a batch with the first of them."""
        if not seqs:
            return frozenset()
        mine = next((group for group in self.groups if seqs[0] in group), None)
        if mine is not None:
            return mine.intersection(seqs)
        return frozenset(seqs).difference(*self.groups)
