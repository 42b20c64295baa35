"""The configuration: `waybill.toml`, read as a whole or not at all.

    load(path, kinds) -> Config        every problem at once, each with its place, or none
    changed(old, new) -> Changes       what a change touches, so that only those workers restart
    edit.set_value(...)                a change by program: comments stay, a bad result is refused

- What is loaded is frozen. A configuration with problems never replaces one without.
- The tables of adapters are checked by the adapters' own classes, which come in as `Kinds`: this
  room knows no adapter.
- Secrets are references (`secret:NAME`). A secret written out is a problem like any other, and is
  not repeated in the message.
"""

from agent.config.alerts import AlertConfig
from agent.config.closed import closed_until
from agent.config.edit import set_value, unset_value
from agent.config.load import load, parse
from agent.config.model import (
    AgentConfig,
    Changes,
    Config,
    FirstLink,
    FlowConfig,
    Kinds,
    Limits,
    OwnershipConfig,
    SourceConfig,
    TargetConfig,
    Updates,
    changed,
)
from agent.config.roles import RoleConfig
from agent.config.schedule import When
from agent.config.units import Duration, Size

__all__ = [
    "AgentConfig",
    "AlertConfig",
    "Changes",
    "Config",
    "Duration",
    "FirstLink",
    "FlowConfig",
    "Kinds",
    "Limits",
    "OwnershipConfig",
    "RoleConfig",
    "Size",
    "SourceConfig",
    "TargetConfig",
    "Updates",
    "When",
    "changed",
    "closed_until",
    "load",
    "parse",
    "set_value",
    "unset_value",
]
