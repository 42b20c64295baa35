"""Who may do what: from the peer that the operating system names to a caller with a role.

Without any rule the service's own account and administrators are engineers and everybody else is
refused. Rules only add to that. Where several name the same person, the strongest role counts,
and among those of one role their kinds together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.control.api import Role
from agent.control.dispatch import Caller
from agent.control.transport import TRANSPORT
from agent.control.wire import Peer, Transport

STRENGTH = (Role.VIEWER, Role.AUDITOR, Role.OPERATOR, Role.ENGINEER)
"""The weakest first."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One account or group (`user:anna`, `group:erp-operators`) and its role."""

    who: str
    role: Role
    kinds: frozenset[str] | None = None
    """Only flows of these kinds of records; None: of all."""


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one service."""

    rules: Sequence[Rule] = ()
    transport: Transport = TRANSPORT

    @property
    def admits(self) -> tuple[str, ...]:
        """Who may connect, beside the service's own account and administrators."""
        return (*(rule.who for rule in self.rules), *(who for who, _ in self.transport.OWN_GROUPS))

    def caller(self, peer: Peer) -> Caller | None:
        """Who that is for the service; None: nobody."""
        if peer.trusted:
            return Caller(peer.name, Role.ENGINEER)
        own = [Rule(who, Role[role]) for who, role in self.transport.OWN_GROUPS]
        named = [
            rule for rule in (*self.rules, *own)
            if self.transport.identity(rule.who) in peer.identities
        ]  # fmt: skip
        if not named:
            return None
        role = max((rule.role for rule in named), key=STRENGTH.index)
        return Caller(peer.name, role, _together(r.kinds for r in named if r.role is role))

    def unknown(self) -> list[str]:
        """Accounts and groups of the rules that this machine does not know."""
        return [rule.who for rule in self.rules if self.transport.identity(rule.who) is None]


def _together(kinds: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for each in kinds:
        if each is None:
            return None
        found |= each
    return found
