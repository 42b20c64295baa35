"""sqlite-utils without numpy.

Where numpy is installed it loads it, to know its types. None of them gets here, and an agent with small
tables is 12 MB smaller and starts sooner without (`agent.arrays`).
"""

from __future__ import annotations

import sys

_HIDDEN = "numpy"

if _HIDDEN in sys.modules:
    from sqlite_utils import Database
else:
    sys.modules[_HIDDEN] = None  # type: ignore[assignment]  # Python's word for: it is not there
    try:
        from sqlite_utils import Database
    finally:
        del sys.modules[_HIDDEN]

__all__ = ["Database"]
