"""What is told outward, so that nobody must look: which cause when, and in which words. Pure.

A cause is a condition of the status, or a stage that stands still. It is told once; again when it
becomes worse, as a reminder while it stays, and when it is over. `policy` decides, `words` writes.
Exceptions of single records reach alerts through `[[escalation]]`, which raises a condition.
"""

from agent.alerts.policy import Cause, Judgement, Known, Memory, News, What, judge
from agent.alerts.words import alert_of

__all__ = ["Cause", "Judgement", "Known", "Memory", "News", "What", "alert_of", "judge"]
