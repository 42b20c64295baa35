"""Whether so many deletes or changes are believable (RULES 11). Pure.

The guard counts rows that would be deleted, not the difference between two counts. It holds
more than 5 % of the rows if these are more than 20, always when half or more would go, the same
summed over 24 hours, and likewise a read that changes half of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """The limits of one agent."""

    share: float = 0.05
    rows: int = 20
    mass: float = 0.5

    def holds_deletes(self, gone: int, total: int, gone_today: int = 0) -> str:
        """Why deleting `gone` of `total` remembered rows needs a person; empty if it does not.

        `gone_today` counts the rows deleted in the last 24 hours, already gone from `total`.
        """
        if not gone:
            return ""
        if gone >= total * self.mass:
            return f"{gone:,} of {total:,} rows would be deleted."
        if gone > self.rows and gone > total * self.share:
            return f"{gone:,} of {total:,} rows would be deleted."
        day = gone + gone_today
        before = total + gone_today
        if gone_today and day > self.rows and day > before * self.share:
            return f"{day:,} of {before:,} rows would be deleted within 24 hours."
        return ""

    def holds_changes(self, changed: int, total: int) -> str:
        """Why changing `changed` of `total` remembered rows at once needs a person."""
        if changed > self.rows and changed >= total * self.mass:
            return f"{changed:,} of {total:,} rows would change at once."
        return ""
