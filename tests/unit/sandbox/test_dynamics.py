"""The Dataverse environment of the sandbox does what Microsoft's documentation says."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.unit.sandbox.dynamics_environment import ROOT, Environment, put

UPSERT = "Microsoft.Dynamics.CRM.UpsertMultiple"


@pytest.fixture
def crm(tmp_path) -> Iterator[Environment]:
    environment = Environment(tmp_path / "crm")
    yield environment
    assert list(environment.sandbox.crashes) == []


# --- keys and upserts -----------------------------------------------------------------------------


def test_an_upsert_by_key_does_not_say_whether_it_created(crm):
    for name in ("Acme", "Acme AG"):
        response = put(crm, "C-1", name=name)
        assert (response.status, response.body) == (204, b"")
        assert response.headers["OData-EntityId"].endswith("/accounts(erp_id='C-1')")
    assert [row["name"] for row in crm.rows("accounts?$select=name")] == ["Acme AG"]


def test_with_return_representation_it_does(crm):
    for status in (201, 200):
        response = crm.call("PATCH", "accounts(erp_id='C-1')?$select=name", {"name": "Acme"},
                            prefer="return=representation")  # fmt: skip
        assert response.status == status
        assert orjson.loads(response.body)["name"] == "Acme"
        assert response.headers["ETag"].startswith('W/"')


@pytest.mark.parametrize("key", ["10/26", "a<b", "50%", "a:b", "a?b", "a+b", "a\\b", "a*b", "a&b"])
def test_a_key_with_a_forbidden_character_cannot_be_addressed(crm, key):
    assert crm.refused(put(crm, key, name="x"))[0] in (400, 404)


def test_keys_are_compared_without_case_accents_and_blanks_at_the_end(crm):
    put(crm, "Café", name="one")
    for other in ("CAFE", "cafe", "Cafe "):
        put(crm, other, name="two")
    assert [row["erp_id"] for row in crm.rows("accounts")] == ["Café"]


def test_a_column_that_is_no_key_and_an_index_that_is_not_ready_are_refused(crm):
    wrong = crm.call("PATCH", "accounts(accountnumber='1')", {"name": "x"})
    assert crm.refused(wrong) == (400, "0x80060890")
    crm.options.key_status["account"] = "Pending"
    assert crm.refused(put(crm, "C-1", name="x")) == (400, "0x80060890")


def test_conditions_let_create_only_update_only_and_this_version_only(crm):
    update = crm.call("PATCH", "accounts(erp_id='C-1')", {"name": "x"}, if_match="*")
    assert crm.refused(update) == (404, "0x80040217")
    put(crm, "C-1", name="x")
    create = crm.call("PATCH", "accounts(erp_id='C-1')", {"name": "y"}, if_none_match="*")
    assert crm.refused(create) == (412, "0x80060892")
    [row] = crm.rows("accounts")
    stale = crm.call("PATCH", f"accounts({row['accountid']})", {"name": "z"}, if_match='W/"0"')
    assert crm.refused(stale) == (412, "0x80060882")
    fresh = crm.call(
        "PATCH", f"accounts({row['accountid']})", {"name": "z"}, if_match=row["@odata.etag"]
    )
    assert fresh.status == 204


def test_two_records_never_hold_the_same_key(crm):
    put(crm, "C-1", name="x")
    other = crm.sandbox.enter("account", {"name": "y"})
    held = crm.call("PATCH", f"accounts({other})", {"erp_id": "c-1"})
    assert crm.refused(held) == (412, "0x80060892")


def test_a_missing_parent_is_named_by_its_table(crm):
    response = put(
        crm, "C-1", name="x", **{"parentaccountid@odata.bind": "/accounts(erp_id='C-9')"}
    )
    assert crm.refused(response) == (404, "0x80060891")
    assert b"does not exist in account entity" in response.body


# --- many at once ---------------------------------------------------------------------------------


def targets(*names: str) -> dict[str, Any]:
    return {
        "Targets": [
            {
                "@odata.type": "Microsoft.Dynamics.CRM.account",
                "@odata.id": f"accounts(erp_id='C-{number}')",
                "name": name,
            }
            for number, name in enumerate(names)
        ]
    }


def test_upsert_multiple_is_all_or_none_and_says_nothing(crm):
    done = crm.call("POST", f"accounts/{UPSERT}", targets("a", "b"))
    assert (done.status, done.body) == (204, b"")
    refused = crm.call("POST", f"accounts/{UPSERT}", targets("new", "x" * 200))
    assert crm.refused(refused) == (400, "0x80044331")
    assert sorted(row["name"] for row in crm.rows("accounts")) == ["a", "b"]
    assert crm.sandbox.write_log("account")["C-0"]["updates"] == 0


def test_a_table_may_not_take_it(crm):
    crm.options.one_by_one.add("account")
    assert crm.refused(crm.call("POST", f"accounts/{UPSERT}", targets("a")))[1] == "0x80040800"


def batched(*parts: tuple[str, str, Any]) -> bytes:
    lines = []
    for method, path, body in parts:
        lines += ["--b", "Content-Type: application/http", "", f"{method} {ROOT}{path} HTTP/1.1",
                  "Content-Type: application/json", "", orjson.dumps(body).decode()]  # fmt: skip
    return "\r\n".join([*lines, "--b--", ""]).encode()


PARTS = (
    ("PATCH", "accounts(erp_id='C-1')", {"name": "one"}),
    ("PATCH", "accounts(erp_id='C-2')", {"name": "x" * 200}),
    ("PATCH", "accounts(erp_id='C-3')", {"name": "three"}),
)


def test_a_batch_stops_at_the_first_error_and_what_was_done_stays(crm):
    response = crm.call(
        "POST", "$batch", batched(*PARTS), content_type='multipart/mixed; boundary="b"'
    )
    assert response.status == 400
    assert response.body.count(b"HTTP/1.1 ") == 2
    assert [row["name"] for row in crm.rows("accounts")] == ["one"]


def test_with_continue_on_error_each_part_has_its_own_answer(crm):
    response = crm.call("POST", "$batch", batched(*PARTS), content_type="multipart/mixed; boundary=b",
                        prefer="odata.continue-on-error")  # fmt: skip
    assert response.status == 200
    assert b"0x80044331" in response.body
    assert sorted(row["name"] for row in crm.rows("accounts")) == ["one", "three"]


def test_a_batch_of_too_many_is_refused_with_nothing_done(crm):
    crm.options.operations_limit = 2
    response = crm.call(
        "POST", "$batch", batched(*PARTS), content_type="multipart/mixed; boundary=b"
    )
    assert response.status == 400
    assert crm.rows("accounts") == []


# --- documents ------------------------------------------------------------------------------------


def order(crm: Environment) -> tuple[str, dict[str, Any]]:
    put(crm, "C-1", name="x")
    bind = {"customerid_account@odata.bind": "/accounts(erp_id='C-1')"}
    crm.call("PATCH", "salesorders(erp_id='O-1')", {"name": "O", **bind})
    line = {
        "salesorderid@odata.bind": "/salesorders(erp_id='O-1')",
        "isproductoverridden": True,
        "productdescription": "Bolt",
        "quantity": 3,
        "priceperunit": 9.99,
    }
    assert crm.call("PATCH", "salesorderdetails(erp_id='L-1')", line).status == 204
    return next(iter(crm.sandbox.every("salesorder"))), line


def test_totals_are_computed_if_dynamics_does_that(crm):
    number, line = order(crm)
    assert str(crm.sandbox.every("salesorder")[number]["totalamount"]) == "29.97"
    crm.options.reprices = False
    crm.call("PATCH", "salesorderdetails(erp_id='L-2')", line)
    assert str(crm.sandbox.every("salesorder")[number]["totalamount"]) == "29.97"


def test_a_fulfilled_order_and_its_lines_are_read_only_until_it_is_reopened(crm):
    number, line = order(crm)
    crm.sandbox.change("salesorder", number, {"statecode": 3})
    changed = crm.call("PATCH", "salesorders(erp_id='O-1')", {"name": "P"})
    assert crm.refused(changed) == (400, "0x8004022e")
    assert (
        crm.refused(crm.call("PATCH", "salesorderdetails(erp_id='L-1')", line))[1] == "0x80043b09"
    )
    crm.sandbox.change("salesorder", number, {"statecode": 0})
    assert crm.call("PATCH", "salesorders(erp_id='O-1')", {"name": "P"}).status == 204


def test_locked_prices_are_not_changed(crm):
    number, line = order(crm)
    crm.sandbox.change("salesorder", number, {"ispricelocked": True})
    dearer = {**line, "priceperunit": 10}
    assert (
        crm.refused(crm.call("PATCH", "salesorderdetails(erp_id='L-1')", dearer))[1] == "0x80043b1d"
    )
    assert crm.call("PATCH", "salesorderdetails(erp_id='L-1')", {"description": "x"}).status == 204


def test_deleting_a_customer_takes_its_orders_with_it_and_a_used_product_stays(crm):
    order(crm)
    assert crm.call("DELETE", "accounts(erp_id='C-1')").status == 204
    assert crm.sandbox.state()["records"]["salesorderdetail"] == 0
    assert crm.refused(crm.call("DELETE", "accounts(erp_id='C-1')")) == (404, "0x80040217")


# --- sign-in, limits, faults ----------------------------------------------------------------------


def test_who_is_not_known_hears_why(crm):
    assert crm.sign_in(client_secret="wrong")[1]["error_codes"] == [7000215]
    assert crm.sign_in(client_id="wrong")[1]["error_codes"] == [700016]
    assert crm.sign_in(scope="https://elsewhere/.default")[1]["error_codes"] == [500011]
    assert crm.sign_in(grant_type="password")[1]["error"] == "unsupported_grant_type"


def test_a_token_says_how_long_it_lives_and_no_longer(crm):
    status, said = crm.sign_in()
    assert (status, said["expires_in"]) == (200, 3599)
    crm.call("GET", "WhoAmI")
    crm.clock.forward(3600)
    assert crm.call("GET", "WhoAmI").status == 401


def test_a_device_code_is_good_once_a_person_has_confirmed_it(crm):
    scope = "/user_impersonation offline_access"
    _, device = crm.sign_in(endpoint="devicecode", scope=scope)
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    code = device["device_code"]
    assert crm.sign_in(grant_type=grant, device_code=code)[1]["error"] == "authorization_pending"
    assert crm.raw("POST", f"/devicelogin?code={device['user_code']}").status == 204
    _, said = crm.sign_in(grant_type=grant, device_code=code)
    status, _ = crm.sign_in(grant_type="refresh_token", refresh_token=said["refresh_token"],
                            scope=scope)  # fmt: skip
    assert status == 200


def test_requests_above_the_limit_are_told_when_to_come_again(crm):
    crm.options.requests_limit = 3
    answers = [crm.call("GET", "WhoAmI") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert crm.refused(answers[3])[1] == "0x80072322"
    assert answers[0].headers["x-ms-ratelimit-burst-remaining-xrm-requests"] == "2"
    crm.clock.forward(float(answers[3].headers["Retry-After"]))
    assert crm.call("GET", "WhoAmI").status == 200


def test_without_an_application_user_a_good_token_is_of_no_use(crm):
    crm.options.has_user = False
    assert crm.refused(crm.call("GET", "WhoAmI"))[0] == 403


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("limit", 429, "0x80072321"),
        ("rate_limit", 429, "0x80072322"),
        ("busy", 429, "0x80072326"),
        ("unavailable", 503, ""),
        ("error", 500, "0x80040216"),
        ("unauthorized", 401, ""),
    ],
)
def test_faults_are_worded_as_dataverse_words_them(crm, kind, status, code):
    crm.sandbox.fault(kind, times=1, object="account")
    response = put(crm, "C-1", name="x")
    assert crm.refused(response) == (status, code)
    assert ("Retry-After" in response.headers) == (status == 429)


def test_what_it_holds_outlives_the_process(tmp_path):
    first = Environment(tmp_path)
    put(first, "C-1", name="x", creditlimit=12.5, **{"transactioncurrencyid@odata.bind": None})
    dumped = orjson.loads(orjson.dumps(first.sandbox._dialect.dump(), default=str))
    second = Environment(tmp_path)
    second.sandbox._dialect._store.load(dumped)
    [row] = second.rows("accounts")
    assert (row["name"], row["creditlimit"]) == ("x", 12.5)
    put(second, "C-1", name="y")
    assert second.rows("accounts")[0]["@odata.etag"] != row["@odata.etag"]
