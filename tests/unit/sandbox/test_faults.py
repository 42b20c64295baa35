"""The fault menu without sockets, the webhook receiver, the admin endpoint."""

import base64
import hmac
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from adapters.sandbox.wire import Cut


def test_a_counted_fault_applies_that_often_and_only_to_its_object(crm):
    crm.sandbox.fault("unauthorized", object="Account", times=2)
    calls = [crm.call("GET", "/sobjects/Contact/describe")[0] for _ in range(2)]
    calls += [crm.call("GET", "/sobjects/Account/describe")[0] for _ in range(3)]
    assert calls == [200, 200, 401, 401, 200]


def test_a_query_counts_as_its_object(crm):
    crm.sandbox.fault("unavailable", object="Contact")
    assert crm.call("GET", "/query", q="SELECT Id FROM Account")[0] == 200
    assert crm.call("GET", "/query", q="SELECT Id FROM Contact")[0] == 503


def test_limit_is_a_403_that_wears_off(crm):
    number = crm.sandbox.fault("limit")
    status, errors = crm.call("GET", "/limits")
    assert (status, errors[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    crm.sandbox.lift(number)
    assert crm.call("GET", "/limits")[0] == 200


def test_commit_then_drop_commits_and_drop_before_does_not(crm):
    for kind, there in (("drop_before", []), ("commit_then_drop", ["C-1"])):
        crm.sandbox.fault(kind, times=1, method="PATCH")
        with pytest.raises(Cut):
            crm.put("Account", "C-1", Name="a")
        assert list(crm.sandbox.records("Account")) == there


def test_a_late_commit_is_done_at_last(crm):
    crm.sandbox.fault("late_commit", times=1, method="PATCH", seconds=60)
    with pytest.raises(Cut):
        crm.put("Account", "C-1", Name="a")
    assert crm.sandbox.records("Account") == {}
    crm.sandbox.stop()  # does not wait the minute, but never forgets
    assert list(crm.sandbox.records("Account")) == ["C-1"]


def test_partial_refuses_what_its_rule_matches(crm):
    crm.sandbox.fault("partial", object="Account", field="Name", contains="REFUSE", code="MY_CODE")
    results = crm.upsert(
        "Account",
        {"ERP_Id__c": "1", "Name": "ok"},
        {"ERP_Id__c": "2", "Name": "do REFUSE it"},
        {"ERP_Id__c": "3", "Name": "ok"},
    )
    assert [r["success"] for r in results] == [True, False, True]
    assert results[1]["errors"][0]["statusCode"] == "MY_CODE"
    assert results[1]["errors"][0]["fields"] == ["Name"]


def test_lock_row_counts_records(crm):
    crm.sandbox.fault("lock_row", times=2)
    records = [{"ERP_Id__c": str(n), "Name": "a"} for n in range(4)]
    assert [r["success"] for r in crm.upsert("Account", *records)] == [False, False, True, True]
    assert all(r["success"] for r in crm.upsert("Account", *records))


def test_html_and_truncated_are_200_and_no_json(crm):
    crm.call("GET", "/limits")
    headers = {"authorization": f"Bearer {crm.token}"}
    for kind in ("html", "truncated"):
        crm.sandbox.fault(kind, times=1)
        response = crm.raw("GET", "/services/data/v67.0/limits", headers=headers)
        assert response.status == 200
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads(response.body)


def test_chance_is_repeatable(make_crm):
    def run() -> list[int]:
        crm = make_crm()
        crm.sandbox.fault("unavailable", probability=0.5, method="GET")
        return [crm.call("GET", "/limits")[0] for _ in range(20)]

    first = run()
    assert first == run()
    assert {200, 503} == set(first)


def test_a_fault_that_makes_no_sense_is_refused(crm):
    for details in ({"kind": "nope"}, {"kind": "partial"}, {"kind": "slow", "times": 0}):
        with pytest.raises(ValidationError):
            crm.sandbox.fault(**details)


# --- webhooks -------------------------------------------------------------------------------------


def message(number: int, revision: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"m{number}",
        "op": "upsert",
        "entity": "account",
        "contract": "account/1",
        "external_id": "C-1",
        "revision": revision,
        "fields": fields,
    }


def post(crm, body: Any, *, skew: float = 0, secret: str = "", signatures: str = "") -> int:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    stamp = str(int(crm.clock.now().timestamp() + skew))
    key = base64.b64decode((secret or crm.sandbox.hook_secret).removeprefix("whsec_"))
    mac = hmac.digest(key, b"req-1." + stamp.encode() + b"." + data, "sha256")
    headers = {
        "webhook-id": "req-1",
        "webhook-timestamp": stamp,
        "webhook-signature": signatures or f"v1,bm9wZQ== v1,{base64.b64encode(mac).decode()}",
    }
    return crm.raw("POST", "/hook/erp", data, headers).status


def test_the_signature_is_that_of_the_specification():
    from adapters.sandbox.hooks import sign

    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    stamp, body = "1614265330", b'{"test": 2432232314}'
    assert sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", stamp, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_message_is_kept_once_and_repeats_are_counted(crm):
    assert post(crm, message(1, name="a")) == 200
    assert post(crm, {"messages": [message(1, name="a"), message(2, 2, phone="5")]}) == 200
    receiver = crm.sandbox.hook("erp")
    held = receiver.records["account"]["C-1"]
    assert (receiver.repeats, held.revision, held.fields) == (1, 2, {"name": "a", "phone": "5"})
    assert held.writes == 2


def test_an_older_revision_changes_nothing(crm):
    post(crm, message(2, 2, name="new"))
    post(crm, message(1, 1, name="old"))
    receiver = crm.sandbox.hook("erp")
    assert (receiver.stale, receiver.records["account"]["C-1"].fields) == (1, {"name": "new"})


def test_a_delete_leaves_nothing_but_its_revision(crm):
    post(crm, message(1, name="a"))
    post(crm, {**message(2, 2), "op": "delete"})
    held = crm.sandbox.hook("erp").records["account"]["C-1"]
    assert (held.deleted, held.fields) == (True, {})


@pytest.mark.parametrize(
    ("details", "status"),
    [
        ({"skew": 301}, 401),
        ({"skew": -301}, 401),
        ({"skew": 290}, 200),
        ({"secret": "whsec_" + base64.b64encode(b"x" * 32).decode()}, 401),
        ({"signatures": "v1,"}, 401),
        ({"signatures": "v1a,abc"}, 401),
    ],
)
def test_a_request_is_taken_only_with_a_good_signature_in_time(crm, details: Any, status: int):
    assert post(crm, message(1), **details) == status
    assert len(crm.sandbox.hook("erp").messages) == (status == 200)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"messages": [5]}', b'{"id": "1"}'])
def test_what_is_no_message_is_refused(crm, body: bytes):
    assert post(crm, body) == 400


def test_faults_meet_webhooks_too(crm):
    for kind, status in (("unauthorized", 401), ("limit", 429), ("unavailable", 503)):
        crm.sandbox.fault(kind, object="erp", times=1)
        assert post(crm, message(1)) == status
    crm.sandbox.fault("commit_then_drop", object="erp", times=1)
    with pytest.raises(Cut):
        post(crm, message(1))
    crm.sandbox.fault("partial", object="erp", field="name", contains="REFUSE")
    assert post(crm, {"messages": [message(2, name="ok"), message(3, name="REFUSE")]}) == 422
    assert list(crm.sandbox.hook("erp").messages) == ["m1"]


# --- admin ----------------------------------------------------------------------------------------


def admin(crm, method: str, page: str, body: Any = None, **query: str) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {crm.sandbox.admin_token}"}
    data = b"" if body is None else orjson.dumps(body)
    response = crm.raw(method, f"/sandbox/{page}", data, headers, **query)
    return response.status, orjson.loads(response.body)


def test_the_admin_pages_need_the_admin_token(crm):
    crm.call("GET", "/limits")
    for token in ("", crm.token, "x"):
        headers = {"authorization": f"Bearer {token}"}
        assert crm.raw("GET", "/sandbox/state", headers=headers).status == 401


def test_a_fault_is_ordered_listed_and_lifted(crm):
    status, made = admin(crm, "POST", "faults", {"kind": "limit", "times": 3})
    assert status == 200
    assert admin(crm, "GET", "faults")[1][0]["left"] == 3
    assert crm.call("GET", "/limits")[0] == 403
    assert admin(crm, "DELETE", "faults", id=str(made["id"]))[0] == 200
    assert crm.call("GET", "/limits")[0] == 200


@pytest.mark.parametrize(
    "body", [{"kind": "nope"}, {"kind": "down"}, {"kind": "slow", "extra": 1}, [], "x"]
)
def test_a_wrong_order_is_refused(crm, body: Any):
    assert admin(crm, "POST", "faults", body)[0] == 400
    assert admin(crm, "GET", "faults")[1] == []


def test_records_are_paged_by_external_id_with_parents_named(crm):
    crm.put("Account", "C-1", Name="a")
    for number in range(5):
        crm.put("Contact", f"P-{number}", LastName="x", Account={"ERP_Id__c": "C-1"})
    first = admin(crm, "GET", "records", object="Contact", limit="3")[1]
    rest = admin(crm, "GET", "records", object="Contact", after=first["next"], limit="3")[1]
    assert (first["total"], first["without_external_id"], rest["next"]) == (5, 0, None)
    assert [*first["records"], *rest["records"]] == [f"P-{n}" for n in range(5)]
    assert first["records"]["P-0"]["Account.ERP_Id__c"] == "C-1"


def test_a_record_without_external_id_is_shown_with_the_last_page(crm):
    crm.put("Pricebook2", "L-1", Name="a", IsActive=True)
    crm.put("Pricebook2", "L-2", Name="b", IsActive=True)
    first = admin(crm, "GET", "records", object="Pricebook2", limit="1")[1]
    last = admin(crm, "GET", "records", object="Pricebook2", after=first["next"], limit="1")[1]
    assert (first["unnamed"], first["without_external_id"]) == ({}, 1)
    assert [row["Name"] for row in last["unnamed"].values()] == ["Standard Price Book"]


def test_the_log_and_the_sessions_are_at_hand(crm):
    crm.put("Account", "C-1", Name="a")
    assert admin(crm, "GET", "log", object="Account")[1]["Account"]["C-1"]["creates"] == 1
    assert admin(crm, "GET", "state")[1]["records"]["Account"] == 1
    admin(crm, "DELETE", "sessions")
    assert crm.call("GET", "/limits")[0] == 401


# --- what every CRM words in its own way ----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"), [("rate_limit", 403), ("busy", 503), ("error", 500), ("malformed", 200)]
)
def test_a_worded_fault_is_answered_as_the_crm_would_and_nothing_is_done(crm, kind, status):
    crm.sandbox.fault(kind, object="Account", times=1)
    body = {"Name": "a"}
    answered, answer = crm.call("PATCH", crm.by_key("Account", "C-1"), body)
    assert answered == status
    assert ("errorCode" in answer[0]) if status != 200 else ("id" not in answer)
    assert crm.sandbox.records("Account") == {}
    assert crm.call("PATCH", crm.by_key("Account", "C-1"), body)[0] == 201


def test_any_refusal_can_be_ordered_by_its_status_and_code(crm):
    crm.sandbox.fault("refuse", status=409, code="ENTITY_FAILED", message="m", times=1)
    assert crm.call("GET", "/limits") == (409, [{"message": "m", "errorCode": "ENTITY_FAILED"}])


def test_a_revoked_grant_refuses_the_sign_in_only(crm):
    crm.call("GET", "/limits")
    crm.sandbox.fault("sign_in")
    assert crm.call("GET", "/limits")[0] == 200
    response = crm.sign_in()
    assert (response.status, orjson.loads(response.body)["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("kind", "status"), [("busy", 503), ("rate_limit", 429), ("error", 500), ("html", 200)]
)
def test_webhooks_meet_them_in_plain_words(crm, kind, status):
    crm.sandbox.fault(kind, object="erp", times=1)
    assert post(crm, message(1)) == status
    assert crm.sandbox.hook("erp").messages == {}
