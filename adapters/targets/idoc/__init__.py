"""SAP on-premise as a target: IDoc flat files in a folder, one file for one message.

For an SAP CRM or ERP that nobody may call from outside: it reads the folder itself. A file is there
whole or not at all; its name and content follow from the message alone, so that writing it again
changes nothing, and who reads it knows a message by its id. With a folder for receipts a message is
done when SAP says so, without one when its file is on the disk. `encode` is pure.

The adapter checklist: every setting is described (`config`); `check` tells a missing folder from a
missing right and a full disk; nothing is contacted, so there is no rate and no time-out; no value of
a record is in a reason or a log line.
"""

from __future__ import annotations

from adapters.targets.idoc.config import IdocConfig
from adapters.targets.idoc.target import IdocTarget
from agent.ports import AdapterContext, Target

__all__ = ["IdocConfig", "IdocTarget", "make"]


def make(settings: IdocConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is touched before its first use."""
    return IdocTarget(settings, context)
