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
    needs_token: bool = True
    """Whether a write needs a CSRF token. A tenant may spare integration users it."""
    xml_errors: bool = True
    """Whether errors are XML although JSON was asked for."""
    duplicate_names: bool = True
    """Whether two accounts may share their name: off is a tenant with the duplicate check on."""
