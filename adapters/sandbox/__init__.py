"""A stateful CRM on loopback that speaks Salesforce's REST API truthfully, with a fault menu.

It is the other side of the wire: it imports nothing of the adapters that talk to it, so that a
mistake of theirs cannot hide in a helper that both share. It is used by the demo, by tests, and by
hand (`python -m adapters.sandbox --folder DIR`), where it needs no real org.

A request comes in at `server`, meets the faults in `dispatch`, and is served by `signin`, `routes`
(`single`, `composite`, `query`, `describe`), `hooks` or `admin`. `records` writes one record,
checked by `values` and `rules` against `schema`, into `store`, and notes it in `writelog`.
"""

from __future__ import annotations

from adapters.sandbox.faults import Fault
from adapters.sandbox.options import Options
from adapters.sandbox.run import serve
from adapters.sandbox.sandbox import Sandbox

__all__ = ["Fault", "Options", "Sandbox", "serve"]
