"""Which CRMs the sandbox speaks. The only list to extend."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.sandbox import dynamics, hubspot, oracle, salesforce, sap
from adapters.sandbox.dialect import Kind

DEFAULT = "salesforce"
DIALECTS: Mapping[str, Kind] = {
    "dynamics": dynamics.KIND,
    "hubspot": hubspot.KIND,
    "oracle": oracle.KIND,
    "salesforce": salesforce.KIND,
    "sap": sap.KIND,
}
