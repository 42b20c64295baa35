"""What people hear of a read: that it was not whole, that keys stood in it twice."""

from __future__ import annotations

from agent.health import Conditions, Severity
from agent.runtime.captured import Captured


def say(conditions: Conditions, name: str, found: Captured) -> None:
    """Raise what holds of the last read of a source and clear what does not."""
    if found.unproven:
        conditions.raise_(
            "READ_INCOMPLETE", name, f"{found.name} was not whole: {found.unproven}",
            "Export it again.", Severity.WARNING,
            "What could be read was taken; nothing was taken for deleted.",
            params={"source": name, "read": found.name},
        )  # fmt: skip
    else:
        conditions.clear("READ_INCOMPLETE", name)
    if found.duplicates:
        conditions.raise_(
            "DUPLICATE_KEYS", name,
            f"{found.duplicates:,} records of {found.name} have the key of a later one.",
            "Look at the export: `waybill reads list` names them.", Severity.WARNING,
            "The last record of each key was taken.",
            params={"source": name, "read": found.name, "count": str(found.duplicates)},
        )  # fmt: skip
    else:
        conditions.clear("DUPLICATE_KEYS", name)
