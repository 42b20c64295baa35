"""The demo: Waybill's main job on this machine, told act by act and checked from both ends.

It makes a sample ERP (`erp`, written out by `exports` and `tables`), starts the sandbox CRM and
the agent as processes of their own (`crm`, `worker`), plays a story with them (`acts`) and judges
the outcome by reading the ERP's files and tables and the CRM's records itself (`ends`, `compare`).

Invariants: nothing of the agent's mapping is used to judge it; no act passes by waiting alone,
each proves what it says; whatever happens, no process is left behind.
"""

from __future__ import annotations

from agent.demo.run import main

__all__ = ["main"]
