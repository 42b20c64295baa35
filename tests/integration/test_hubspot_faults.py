"""The whole fault menu over every operation of the HubSpot target: each effect once, in the end."""

from __future__ import annotations

from contextlib import suppress

import pytest

from agent.errors import TargetError
from agent.model import Deferred, Delivered, Op
from tests.integration.hubspot_rig import ACCOUNT, linked, put, sandbox, signed_in, target
from tests.integration.test_salesforce_on_sandbox import message

__all__ = ["sandbox", "signed_in", "target"]

OPERATIONS = {
    "create": lambda target: target.deliver([message("contact", "K-9", {"account": "C-1"})]),
    "update": lambda target: target.deliver(
        [message("contact", "K-1", {"account": "C-2", "last_name": "new"}, 2)]
    ),
    "delete": lambda target: target.deliver([message("contact", "K-1", {}, 2, Op.DELETE)]),
    "find": lambda target: target.find("contact", ["K-1"], ["account", "last_name"]),
    "list": lambda target: target.list("contact", None),
    "match": lambda target: target.match("contact", ["last_name"], None),
}
MENU = [
    "unauthorized", "limit", "rate_limit", "busy", "error", "unavailable", "html", "malformed",
    "truncated", "drop_before", "commit_then_drop", "late_commit", "slow", "refuse",
]  # fmt: skip


WRITES = ("create", "update", "delete")
ENDS = {
    "create": {"K-1": ("C-1", "old"), "K-9": ("C-1", None)},
    "update": {"K-1": ("C-2", "new")},
    "delete": {},
}


def repeated(target, operation):
    """Until it is not deferred any more, as delivery does."""
    for _ in range(3):
        answered = OPERATIONS[operation](target)
        if operation not in WRITES or not isinstance(answered[0], Deferred):
            return answered
    raise AssertionError(answered)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", MENU)
@pytest.mark.parametrize("name", ["contacts", "companies"])
def test_whatever_goes_wrong_the_next_attempt_ends_with_every_effect_once(
    target, sandbox, operation, kind, name
):
    for key in ("C-1", "C-2"):
        put(target, "account", key, **ACCOUNT)
    put(target, "contact", "K-1", account="C-1", last_name="old")
    details = {"seconds": 0.05} if kind in ("late_commit", "slow") else {}
    if kind == "refuse":
        details = {"status": 409, "code": "CONFLICT", "message": "no"}
    sandbox.fault(kind, object=name, times=1, **details)
    with suppress(TargetError):
        assert operation not in WRITES or len(OPERATIONS[operation](target)) == 1
    sandbox.lift()
    sandbox.stop()  # which finishes what was to be done late
    sandbox.start()
    again = repeated(target, operation)
    if operation in WRITES:
        assert isinstance(again[0], Delivered), again
    histories = {**sandbox.write_log("contacts"), **sandbox.write_log("companies")}
    assert {(entry["doubled"], entry["creates"]) for entry in histories.values()} == {(0, 1)}
    found = target.find("contact", ["K-1", "K-9"], ["account", "last_name"])
    held = {key: (item.fields["account"], item.fields["last_name"]) for key, item in found.items()}
    assert held == ENDS.get(operation, {"K-1": ("C-1", "old")})
    if operation == "update":
        parent = target.find("account", ["C-2"])["C-2"].remote_id
        assert linked(sandbox, found["K-1"].remote_id) == {parent}, "the former is let go"
