"""The knobs of an SAP tenant."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.sandbox.options import Options


@dataclass(slots=True)
class SapOptions(Options):
    """Settings that a test may change while the sandbox runs."""

    page_size: int = 1000
    """The most records in a page of an answer; the next one is at `__next`."""
    at_once: int | None = 9
    """SAP advises fewer than ten threads."""
    gateway: bool = False
    """Whether it is an on-premise system with a service of its own, not Sales Cloud."""
    client: str = ""
    """The client that requests have to name (`sap-client`); any when empty."""
    verbs: frozenset[str] = frozenset({"PATCH", "MERGE", "PUT"})
    """The methods that change a record."""
    needs_version: bool = False
    """Whether a change has to name the version that it was made for."""
    forbidden: frozenset[str] = frozenset()
    """Collections that the user may not touch."""
    needs_token: bool = True
    """Whether a write needs a CSRF token. A tenant may spare integration users it."""
    xml_errors: bool = True
    """Whether errors are XML although JSON was asked for."""
    duplicate_names: bool = True
    """Whether two accounts may share their name: off is a tenant with the duplicate check on."""


@dataclass(slots=True)
class GatewayOptions(SapOptions):
    """What an on-premise system behind SAP Gateway does otherwise."""

    gateway: bool = True
    client: str = "100"
    verbs: frozenset[str] = frozenset({"MERGE", "PUT"})
    needs_version: bool = True
    xml_errors: bool = False
