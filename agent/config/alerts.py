"""`[[alerts]]`: who is told, how, and when nobody is to be disturbed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.config.watch import QuietConfig

ALERT_KEYS = frozenset({"name", "kind", "severity", "quiet"})
"""Keys of such a table that are the agent's; the rest are the adapter's."""


class AlertConfig(BaseModel):
    """One way to tell people: the agent's part, and the adapter's part as `settings`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")] = Field(
        description="What it is called; `waybill test NAME` sends a test message."
    )
    kind: str
    settings: BaseModel
    severity: Literal["warning", "error"] = Field(
        "warning", description="From which severity on something is told."
    )
    quiet: QuietConfig | None = Field(
        None, description="When nothing is told; what comes due then is told when it is over."
    )
