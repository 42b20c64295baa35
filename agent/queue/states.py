"""The states of an entry, as stored. What people see has the names of `State.label`."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """Where an entry stands. Up to SENDING it moves by itself; PARKED needs a person or the ERP."""

    WAITING = 0
    LATER = 1
    """Tried and deferred: not before `due`."""
    BEHIND = 2
    """An older entry of its lane has to end first."""
    PARENT = 3
    """Waits until a parent exists in the target."""
    SENDING = 4
    """In flight, or its outcome is unknown."""
    PARKED = 5
    DELIVERED = 10
    SUPERSEDED = 11
    SET_ASIDE = 12

    @property
    def label(self) -> str:
        """The word for people."""
        if self in (State.LATER, State.BEHIND, State.PARENT):
            return "waiting"
        return self.name.lower().replace("_", " ")


OPEN = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.SENDING, State.PARKED)
MOVING = OPEN[:-1]
"""Moves by itself."""
MOVABLE = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.PARKED)
"""May be superseded: never one in flight or in doubt (RULES 17)."""
FINAL_FROM = State.DELIVERED

FOR_PARENTS = frozenset({"PARENT_MISSING", "REFERENCE_MISSING"})
"""Codes of entries that a person was told of because a parent did not come: they go on by
themselves when it exists. The second says that no source has it either."""
