"""Which CRMs the sandbox speaks, each imported when it is to be spoken. The only list to extend."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.lazy import Lazy
from adapters.sandbox.dialect import Kind

DEFAULT = "salesforce"


def _dynamics() -> Kind:
    from adapters.sandbox import dynamics

    return dynamics.KIND


def _hubspot() -> Kind:
    from adapters.sandbox import hubspot

    return hubspot.KIND


def _oracle() -> Kind:
    from adapters.sandbox import oracle

    return oracle.KIND


def _salesforce() -> Kind:
    from adapters.sandbox import salesforce

    return salesforce.KIND


def _sap() -> Kind:
    from adapters.sandbox import sap

    return sap.KIND


def _sap_gateway() -> Kind:
    from adapters.sandbox import sap

    return sap.GATEWAY


DIALECTS: Mapping[str, Kind] = Lazy(
    {
        "dynamics": _dynamics,
        "hubspot": _hubspot,
        "oracle": _oracle,
        "salesforce": _salesforce,
        "sap": _sap,
        "sap-gateway": _sap_gateway,
    }
)
