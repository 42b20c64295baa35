"""A stateful CRM on loopback that speaks a vendor's API truthfully, with a fault menu.

It is the other side of the wire: it imports nothing of the adapters that talk to it, so that a
mistake of theirs cannot hide in a helper that both share. It is used by the demo, by tests, and by
hand (`python -m adapters.sandbox --folder DIR --crm salesforce`), where it needs no real org.

A request comes in at `server`, meets the faults in `dispatch`, and is served by a dialect (one room
per CRM, listed in `dialects`, asked for by `dialect`), `hooks` or `admin`. A dialect finds time,
chance, faults, credentials and the write log in `core`, and may build on `store` and `window`.
"""

from __future__ import annotations

from adapters.sandbox.faults import Fault
from adapters.sandbox.options import Options
from adapters.sandbox.run import serve
from adapters.sandbox.sandbox import Sandbox

__all__ = ["Fault", "Options", "Sandbox", "serve"]
