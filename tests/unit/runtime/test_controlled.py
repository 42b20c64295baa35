"""What a configuration says of roles becomes who may ask; what they did becomes the audit."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.config import RoleConfig
from agent.control.api import Role
from agent.control.dispatch import Caller, Write
from agent.runtime.controlled import access_of, recorder, unknown_accounts


def config(*roles: RoleConfig) -> SimpleNamespace:
    return SimpleNamespace(roles=roles)


def role(who: str, name: str, kinds: list[str] | None = None) -> RoleConfig:
    return RoleConfig(who=who, role=name, kinds=kinds)


@pytest.mark.parametrize("name", ["viewer", "auditor", "operator", "engineer"])
def test_every_role_of_the_configuration_is_one_of_the_api(name):
    (rule,) = access_of(config(role("user:anna", name))).rules
    assert (rule.who, rule.role, rule.kinds) == ("user:anna", Role[name.upper()], None)


def test_kinds_limit_a_role():
    (rule,) = access_of(config(role("group:erp", "operator", ["account", "order"]))).rules
    assert rule.kinds == {"account", "order"}


def test_accounts_that_the_machine_does_not_know_are_named():
    said = unknown_accounts(
        config(role("user:no-such-account-here", "viewer"), role("user:0", "viewer"))
    )
    assert [(one.code, one.params) for one in said] == [
        ("ROLE_UNKNOWN", {"who": "user:no-such-account-here"})
    ]


def test_the_audit_is_told_who_did_what_in_which_role_and_no_value():
    told = []
    audit = SimpleNamespace(append=lambda *words: told.append(words))
    disk = SimpleNamespace(with_room=lambda work: work())
    write = Write(Caller("anna", Role.OPERATOR), "pause", "flow a", "digest", "NOT_ALLOWED")
    recorder(audit, disk)(write)
    details = {"parameters": "digest", "role": "operator"}
    assert told == [("anna", "pause", "flow a", "NOT_ALLOWED", details)]


def test_the_help_page_tells_the_code_of_the_finding():
    page = Path(__file__).resolve().parents[3] / "resources" / "help" / "roles.md"
    assert "ROLE_UNKNOWN" in page.read_text(encoding="utf-8")
