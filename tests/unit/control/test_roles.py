"""From what the system says of a peer to what he may do."""

import pytest

from agent.control.api import METHODS, Role
from agent.control.roles import Access, Rule
from agent.control.wire import Peer


class Machine:
    """A machine with one account and two groups."""

    OWN_GROUPS = (("group:Waybill Operators", "OPERATOR"),)

    def identity(self, who):
        known = {"user:anna": "1", "group:erp": "2", "group:audit": "3"}
        return (known | {"group:Waybill Operators": "9"}).get(who)


def access(*rules: Rule) -> Access:
    return Access(rules, Machine())


def peer(*identities: str, trusted: bool = False) -> Peer:
    return Peer("anna", trusted=trusted, identities=frozenset(identities))


def test_without_rules_only_the_service_and_administrators_may_ask():
    assert access().caller(peer("1", "2")) is None
    caller = access().caller(peer("7", trusted=True))
    assert (caller.role, caller.kinds) == (Role.ENGINEER, None)


def test_a_group_with_a_name_of_ours_has_its_role_without_any_rule():
    assert access().caller(peer("9")).role is Role.OPERATOR
    assert access(Rule("user:anna", Role.VIEWER)).admits == (
        "user:anna",
        "group:Waybill Operators",
    )


def test_a_rule_for_an_account_the_machine_does_not_know_admits_nobody():
    found = access(Rule("user:nobody-there", Role.ENGINEER), Rule("group:erp", Role.VIEWER))
    assert found.caller(Peer("x", trusted=False, identities=frozenset())) is None
    assert found.unknown() == ["user:nobody-there"]


def test_the_strongest_role_counts_and_never_makes_less_of_an_administrator():
    found = access(
        Rule("group:erp", Role.OPERATOR), Rule("group:audit", Role.AUDITOR),
        Rule("user:anna", Role.VIEWER),
    )  # fmt: skip
    assert found.caller(peer("1", "2", "3")).role is Role.OPERATOR
    assert found.caller(peer("1", "3")).role is Role.AUDITOR
    assert found.caller(peer("1")).role is Role.VIEWER
    assert found.caller(peer("1", trusted=True)).role is Role.ENGINEER


def test_kinds_of_the_same_role_are_taken_together_and_no_kinds_means_all():
    one = Rule("user:anna", Role.OPERATOR, frozenset({"account"}))
    two = Rule("group:erp", Role.OPERATOR, frozenset({"order"}))
    everything = Rule("group:audit", Role.OPERATOR)
    assert access(one, two).caller(peer("1", "2")).kinds == {"account", "order"}
    assert access(one, two, everything).caller(peer("1", "2", "3")).kinds is None
    viewer = Rule("group:audit", Role.VIEWER)
    assert access(one, viewer).caller(peer("1", "3")).kinds == {"account"}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_every_method_says_whether_it_writes_and_who_may_ask_it(method):
    may = {role for role in Role if method.is_for(role)}
    assert Role.ENGINEER in may
    assert (Role.AUDITOR in may) is not method.writes, "an auditor reads all and changes nothing"
    assert method.role is not Role.AUDITOR, "a method is for viewers, operators or engineers"
    assert (Role.VIEWER in may) <= (Role.OPERATOR in may)
    if method.writes:
        assert method.role > Role.VIEWER, "a viewer changes nothing"
    assert method.summary


def test_what_changes_something_or_gives_everything_away_is_declared_a_write():
    """By its name: whoever adds a method of these says that it writes."""
    verbs = {
        "set", "put", "remove", "approve", "reject", "undo", "publish", "restore", "withdraw",
        "accept", "replay", "fix", "rule", "import", "export", "decide", "stop", "start", "pause",
        "resume", "scan", "create", "rotate", "recovery_new", "begin", "finish", "take_back",
        "set_aside", "propose",
    }  # fmt: skip
    reads = {name for name, method in METHODS.items() if not method.writes}
    # The audit is what an auditor takes away; it holds names, counts and digests, no values.
    assert {name for name in reads if name.rpartition(".")[2] in verbs} == {"audit.export"}
