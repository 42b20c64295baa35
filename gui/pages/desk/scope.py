"""Which exceptions a person means: everything of one cause, or some of them by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """What replay and set aside are told."""

    count: int
    flow: str = ""
    code: str = ""
    field: str = ""
    refs: tuple[str, ...] = ()

    def params(self) -> dict[str, object]:
        """As the service takes it: names go before a cause."""
        if self.refs:
            return {"refs": list(self.refs)}
        named = {"flow": self.flow, "code": self.code, "field": self.field}
        return {name: value for name, value in named.items() if value}
