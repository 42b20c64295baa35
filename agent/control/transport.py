"""Which transport this operating system has."""

from __future__ import annotations

import sys

from agent.control.wire import Transport

if sys.platform == "win32":
    from agent.control import transport_windows as _here
else:
    from agent.control import transport_unix as _here

TRANSPORT: Transport = _here
