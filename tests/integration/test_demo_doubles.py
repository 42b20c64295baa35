"""What the demo calls sent twice, asked of each practice CRM's own write log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from agent.demo.compare import History, compare
from agent.demo.crms import CRMS

KEYS: Mapping[str, Mapping[str, Any]] = {
    "salesforce": {"ERP_Id__c": "K1"},
    "hubspot": {"erp_id": "K1"},
    "dynamics": {"erp_id": "K1"},
    "sap": {"ERPKey_KUT": "K1"},
    "oracle": {"SourceSystem": "ERP", "SourceSystemReferenceValue": "K1"},
}


@pytest.mark.parametrize("name", CRMS)
def test_a_write_that_undoes_a_later_one_is_told_and_a_repetition_is_not(
    tmp_path: Path, name: str
) -> None:
    shape = CRMS[name]
    account = shape.places["account"]
    field = account.fields["name"]
    assert isinstance(field, str)
    history = History()

    def doubled() -> int:
        log = {shape.key(key): item for key, item in crm.write_log(account.object).items()}
        raw = crm.records(account.object)
        found = {key: seen for key, row in raw.items() if (seen := account.seen(row)) is not None}
        assert found["K1"]["name"] == history.now["K1"]["name"]
        return compare(history, {"K1": history.now["K1"]}, log=log).doubled

    with Sandbox(tmp_path / "crm", crm=name, seed=1) as crm:
        made = crm.enter(account.object, {**KEYS[name], field: "Acme"})
        history.observe({"K1": {"name": "Acme"}})
        assert doubled() == 0
        history.observe({"K1": {"name": "Acme AG"}})
        for _ in range(2):  # sent, and sent again
            crm.change(account.object, made, {field: "Acme AG"})
        assert doubled() == 0
        crm.change(account.object, made, {field: "Acme"})  # an old state, after it was overwritten
        crm.change(account.object, made, {field: "Acme AG"})
        assert doubled() == 2
