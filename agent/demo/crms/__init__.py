"""What each CRM's records look like, written by hand: a table per CRM, and nothing else. Pure.

They share nothing with the targets, on purpose: what a target sends to the wrong place or in the
wrong form, the demo finds here. Which faults there are is the same for every CRM of the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.demo.crms.dynamics import DYNAMICS
from agent.demo.crms.hubspot import HUBSPOT
from agent.demo.crms.oracle import ORACLE
from agent.demo.crms.salesforce import SALESFORCE
from agent.demo.crms.sap import SAP
from agent.demo.crms.shape import Shape

__all__ = ["CRMS", "Shape"]

CRMS: Mapping[str, Shape] = {
    "salesforce": SALESFORCE,
    "hubspot": HUBSPOT,
    "dynamics": DYNAMICS,
    "sap": SAP,
    "oracle": ORACLE,
}
