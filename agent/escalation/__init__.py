"""When an exception has waited too long: rules over what waits, and the events that follow. Pure.

`judge` is a function of the rules, of what waits, of what was told before and of the time now. Each
item is raised once for each step of each rule that it fits: never before its age, never twice, and
none is forgotten, whatever happened in between. Who remembers what was told, and who tells it, is
the business of `agent.runtime.escalate`.
"""

from agent.escalation.engine import ESCALATED, RESOLVED, Amount, Event, Item, Told, judge
from agent.escalation.rules import Quiet, Rule

__all__ = [
    "ESCALATED",
    "RESOLVED",
    "Amount",
    "Event",
    "Item",
    "Quiet",
    "Rule",
    "Told",
    "judge",
]
