"""sqlite-utils without numpy.

Where numpy is installed it loads it, to know its types. None of them gets here, and an agent with small
tables is 12 MB smaller and starts sooner without (`agent.arrays`).
"""

from __future__ import annotations

from agent.unseen import unseen

with unseen("numpy"):
    from sqlite_utils import Database

__all__ = ["Database"]
