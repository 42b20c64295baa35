"""The control API of an agent: who may ask it, and what the audit is told of what they did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.audit import Audit
from agent.config import Config
from agent.control.api import Role
from agent.control.dispatch import Handler, Write
from agent.control.roles import Access, Rule
from agent.control.server import ControlServer
from agent.model import Finding, Findings, Level
from agent.ports import Clock
from agent.runtime.quota import Disk


def control_of(
    home: Path, config: Config, service: Handler, audit: Audit, disk: Disk, *, clock: Clock,
    version: str,
) -> ControlServer:  # fmt: skip
    """The server of one agent, not yet started."""
    return ControlServer(
        home, service, version=version, agent=config.agent.name, on_write=recorder(audit, disk),
        clock=clock, access=access_of(config),
    )  # fmt: skip


def access_of(config: Config) -> Access:
    """What `[[roles]]` says."""
    return Access([
        Rule(
            one.who,
            Role[one.role.upper()],
            None if one.kinds is None else frozenset(one.kinds),
        )
        for one in config.roles
    ])  # fmt: skip


def unknown_accounts(config: Config) -> Findings:
    """Accounts and groups that have a role and that this machine does not know."""
    return tuple(
        Finding(
            Level.WARNING,
            "ROLE_UNKNOWN",
            f"[[roles]] names {who}, which this machine does not know.",
            "Look at its spelling, or create the account or group; it counts as soon as it exists.",
            params={"who": who},
        )
        for who in access_of(config).unknown()
    )


def recorder(audit: Audit, disk: Disk) -> Callable[[Write], None]:
    """Writes down in the audit what somebody did, or was refused."""

    def record(done: Write) -> None:
        given = {"parameters": done.digest, "role": done.caller.role.name.lower()}
        disk.with_room(
            lambda: audit.append(done.caller.name, done.method, done.on, done.result, given)
        )

    return record
