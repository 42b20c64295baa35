"""`[[roles]]`: which accounts of this machine may do what with the service."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.config.report import Place, Report, did_you_mean

_WHO = r"^(user|group):[^\x00-\x1f]{1,256}$"


class RoleConfig(BaseModel):
    """One entry of `[[roles]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    who: Annotated[str, Field(pattern=_WHO)] = Field(
        description='An account or group of this machine: "user:anna", "group:erp-operators",'
        r" 'group:DOMAIN\Waybill Operators'."
    )
    role: Literal["viewer", "auditor", "operator", "engineer"] = Field(
        description="What they may do: viewers see the state, operators also work on exceptions,"
        " engineers everything; auditors read all and change nothing."
    )
    kinds: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description='Only flows of these kinds of records: ["account", "order"].'
    )


def check_roles(roles: Collection[RoleConfig], entities: Collection[str], report: Report) -> None:
    """What is well formed and makes no sense all the same."""
    seen: set[str] = set()
    for number, role in enumerate(roles):
        place: Place = ("roles", number)
        if role.who in seen:
            hint = "Write one entry for each account or group."
            report.problem((*place, "who"), f"{role.who} has a role already.", hint)
        seen.add(role.who)
        if role.kinds is None:
            continue
        if role.role == "engineer":
            hint = "Engineers configure the whole; use operator, or leave kinds out."
            report.problem((*place, "kinds"), "an engineer is not limited to kinds.", hint)
        for kind in role.kinds if entities else ():
            if kind not in entities:
                hint = did_you_mean(kind, entities)
                report.problem((*place, "kinds"), f"there is no entity {kind[:64]}.", hint)
