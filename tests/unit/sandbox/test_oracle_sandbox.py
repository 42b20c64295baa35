"""The Oracle environment without its sockets answers as Oracle's documentation says."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox import Sandbox
from adapters.sandbox.oracle import OracleOptions, rowmatch
from adapters.sandbox.wire import Request, Response
from tests.unit.sandbox.conftest import ManualClock

CRM = "/crmRestApi/resources/11.13.18.05"
BATCH = "application/vnd.oracle.adf.batch+json"
ACME = {
    "OrganizationName": "Acme",
    "SourceSystem": "ERP",
    "SourceSystemReferenceValue": "C-1",
}


class Environment:
    """A client that signs in with the password, and says the framework version."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        said = sandbox.credentials
        pair = base64.b64encode(f"{said['user']}:{said['password']}".encode()).decode()
        self.headers = {"authorization": f"Basic {pair}", "rest-framework-version": "4"}

    def raw(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] = {},
        **query: str,
    ) -> Response:
        data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        said = {"content-type": "application/json", **self.headers, **headers}
        return self.sandbox._dispatch.serve(Request(method, path, query, said, data))

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] = {},
        **query: str,
    ) -> tuple[int, Any]:
        response = self.raw(method, CRM + path, body, headers, **query)
        return response.status, orjson.loads(response.body) if response.body else None

    def made(self, resource: str, body: object) -> dict[str, Any]:
        status, item = self.call("POST", f"/{resource}", body)
        assert status == 201, item
        return item

    def batch(self, *parts: Mapping[str, Any]) -> tuple[int, Any]:
        return self.call("POST", "/", {"parts": parts}, {"content-type": BATCH})

    def refused(self, *call: Any, **query: str) -> tuple[int, str]:
        status, body = self.call(*call, **query)
        return status, body["o:errorDetails"][0]["o:errorCode"]

    def account(self, key: str, **more: Any) -> dict[str, Any]:
        return self.made("accounts", {**ACME, "SourceSystemReferenceValue": key, **more})


@pytest.fixture
def oracle(tmp_path):
    sandbox = Sandbox(tmp_path, crm="oracle", seed=1, clock=ManualClock())
    yield Environment(sandbox)
    assert list(sandbox.crashes) == []


def part(number: int, operation: str, path: str, payload: object = None) -> dict[str, Any]:
    body = {} if payload is None else {"payload": payload}
    return {"id": f"p{number}", "path": path, "operation": operation, **body}


def self_path(item: Mapping[str, Any]) -> str:
    (href,) = (link["href"] for link in item["links"] if link["rel"] == "self")
    return href.partition("/resources/11.13.18.05")[2]


# --- records --------------------------------------------------------------------------------------


def test_a_record_is_created_shown_changed_and_deleted_by_its_link(oracle):
    item = oracle.made("accounts", ACME)
    assert item["PartyNumber"] == "CDRM_1"
    path = self_path(item)
    assert oracle.call("PATCH", path, {"PhoneNumber": "1"})[0] == 200
    assert oracle.call("GET", path)[1]["PhoneNumber"] == "1"
    assert oracle.call("DELETE", path) == (204, None)
    assert oracle.call("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"SourceSystem": "ERP"}, "27014"),
        ({**ACME, "OrganizationName": ""}, "27014"),
        ({**ACME, "OrganizationName": "x" * 361}, "27010"),
        ({**ACME, "OrganizationName": 5}, "27018"),
        ({**ACME, "OrganizationDEO_ERP_Balance_c": "5"}, "27018"),
        ({**ACME, "OrganizationDEO_ERP_Credit_Hold_c": 1}, "27018"),
        ({**ACME, "Nothing": "x"}, "25058"),
        ({**ACME, "PartyId": 5}, "27008"),
        ({**ACME, "ParentAccountPartyId": 5}, "27024"),
        ({**ACME, "Address": [{"City": "Ulm"}]}, "27014"),
    ],
)
def test_a_record_that_cannot_be_is_refused_and_leaves_no_trace(oracle, body, code):
    assert oracle.refused("POST", "/accounts", body) == (400, code)
    assert oracle.sandbox.every("accounts") == {}


def test_two_records_of_one_key_are_the_databases_to_refuse(oracle):
    oracle.made("accounts", ACME)
    assert oracle.refused("POST", "/accounts", ACME) == (500, "ORA-00001")


def test_an_upsert_updates_what_has_its_key_and_creates_what_has_not(oracle):
    mode = {"upsert-mode": "true"}
    statuses = [oracle.call("POST", "/accounts", {**ACME, "PhoneNumber": n}, mode)[0] for n in "12"]
    assert statuses == [201, 200]
    (account,) = oracle.sandbox.every("accounts").values()
    assert account["PhoneNumber"] == "2"


def test_an_attribute_that_is_taken_only_once_cannot_be_changed(oracle):
    book = oracle.made("priceBookHeaders", {"Name": "L", "Description": "L", "CurrencyCode": "EUR", "StatusCode": "ACTIVE"})  # fmt: skip
    bolt, nut = (
        oracle.made("products", {"ItemNumber": n, "Name": n, "Description": n, "DefaultUOMCode": "EA", "ProductTypeCode": "GOODS"})["InventoryItemId"]
        for n in "ab"
    )  # fmt: skip
    items = f"{self_path(book)}/child/PriceBookItem"
    entry = oracle.call("POST", items, {"InvItemId": bolt, "PriceUOMCode": "EA", "ListPrice": 1.5})[
        1
    ]
    path = self_path(entry)
    assert path.startswith(items)
    assert oracle.call("PATCH", path, {"InvItemId": bolt, "ListPrice": 2})[0] == 200
    assert oracle.refused("PATCH", path, {"InvItemId": nut}) == (400, "27008")


def test_what_others_refer_to_is_not_deleted_and_children_go_with_their_owner(oracle):
    row = {"AddressType": "BILL_TO", "AddressLine1": "1", "Country": "DE"}
    account = oracle.made("accounts", {**ACME, "Address": [row]})
    contact = oracle.made("contacts", {"LastName": "A", "AccountPartyId": account["PartyId"]})
    assert oracle.refused("DELETE", self_path(account)) == (400, "26048")
    oracle.call("DELETE", self_path(contact))
    assert oracle.call("DELETE", self_path(account))[0] == 204
    assert oracle.sandbox.every("accounts/Address") == {}


# --- questions ------------------------------------------------------------------------------------


def names(oracle: Environment, **query: str) -> list[str]:
    status, page = oracle.call("GET", "/accounts", **query)
    assert status == 200, page
    return [item["SourceSystemReferenceValue"] for item in page["items"]]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("SourceSystemReferenceValue = 'C-1'", ["C-1"]),
        ("SourceSystemReferenceValue in ('C-1','C-3','no')", ["C-1", "C-3"]),
        ("SourceSystemReferenceValue > 'C-1' and SourceSystem = 'ERP'", ["C-2", "C-3"]),
        ("PhoneNumber is null", ["C-3"]),
        ("PhoneNumber is not null and (PhoneNumber = '1' or PhoneNumber = \"2\")", ["C-1", "C-2"]),
        ("OrganizationName like 'O''Ha%'", ["C-3"]),
        ("OrganizationDEO_ERP_Balance_c >= 2.5", ["C-2"]),
        ("Address.City = 'Ulm'", ["C-2"]),
        ("OrganizationDEO_ERP_Active_c = true", ["C-1"]),
        ("SourceSystemReferenceValue <> 'C-1'", ["C-2", "C-3"]),
    ],
)
def test_a_condition_finds_what_it_says(oracle, condition, found):
    row = {"AddressType": "BILL_TO", "AddressLine1": "1", "City": "Ulm", "Country": "DE"}
    oracle.account("C-1", PhoneNumber="1", OrganizationDEO_ERP_Active_c=True)
    oracle.account("C-2", PhoneNumber="2", OrganizationDEO_ERP_Balance_c=3, Address=[row])
    oracle.account("C-3", OrganizationName="O'Hara")
    assert names(oracle, q=condition, orderBy="PartyId") == found


@pytest.mark.parametrize("condition", ["A =", "= 'x'", "Nothing = 'x'", "PartyId in ()", "(PartyId = 1", "PartyId = 1;", "Nope.City = 'x'"])  # fmt: skip
def test_a_condition_that_is_none_is_refused(oracle, condition):
    assert oracle.call("GET", "/accounts", q=condition)[0] == 400


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_of_conditions(text):
    try:
        rowmatch.names(rowmatch.parse(text))
    except rowmatch.Unreadable:
        return


def test_a_finder_asks_by_key(oracle):
    number = oracle.account("C-1")["PartyId"]
    oracle.account("C-2")
    assert names(oracle, finder=f"PrimaryKey;PartyId={number}") == ["C-1"]
    assert names(oracle, finder="AltKey;SourceSystem=ERP,SourceSystemReferenceValue=C-2") == ["C-2"]
    assert oracle.call("GET", "/accounts", finder="Nope;A=1")[0] == 400


def test_a_page_has_25_records_unless_asked_and_never_more_than_the_silent_cap(oracle):
    oracle.sandbox.options.page_size = 40
    for number in range(50):
        oracle.account(f"C-{number:02}")
    assert len(names(oracle)) == 25
    _, page = oracle.call("GET", "/accounts", limit="500", totalResults="true")
    assert (page["count"], page["limit"], page["hasMore"], page["totalResults"]) == (
        40,
        40,
        True,
        50,
    )
    _, page = oracle.call("GET", "/accounts", limit="500", offset="40")
    assert (page["count"], page["hasMore"]) == (10, False)
    assert names(oracle, orderBy="SourceSystemReferenceValue:desc", limit="2") == ["C-49", "C-48"]


def test_only_what_is_asked_for_is_shown(oracle):
    row = {"AddressType": "BILL_TO", "AddressLine1": "1", "Country": "DE"}
    oracle.account("C-1", Address=[row])
    _, page = oracle.call(
        "GET", "/accounts", fields="OrganizationName;Address:Country", links="self"
    )
    (item,) = page["items"]
    assert set(item) == {"OrganizationName", "Address", "links"}
    assert [link["rel"] for link in item["links"]] == ["self"]
    assert item["Address"]["items"][0]["Country"] == "DE"
    old = {"rest-framework-version": "2"}
    _, page = oracle.call("GET", "/accounts", None, old, expand="Address", onlyData="true")
    assert isinstance(page["items"][0]["Address"], list)
    assert "links" not in page["items"][0]


def test_without_a_framework_version_conditions_are_refused_and_errors_are_plain_text(oracle):
    del oracle.headers["rest-framework-version"]
    response = oracle.raw("GET", f"{CRM}/accounts", q="SourceSystem = 'ERP'")
    assert (response.status, response.content_type) == (400, "text/plain")


def test_a_resource_describes_its_attributes_children_and_whether_it_takes_upserts(oracle):
    oracle.sandbox.options.no_upsert = ("contacts",)
    _, said = oracle.call("GET", "/accounts/describe")
    about = said["Resources"]["accounts"]
    (name,) = (each for each in about["attributes"] if each["name"] == "OrganizationName")
    assert (name["mandatory"], name["updatable"], name["precision"]) == (True, True, 360)
    assert "Address" in about["children"]
    assert "upsert" in [action["name"] for action in about["collection"]["actions"]]
    _, said = oracle.call("GET", "/contacts/describe")
    actions = said["Resources"]["contacts"]["collection"]["actions"]
    assert "upsert" not in [action["name"] for action in actions]


def test_resources_stand_in_their_own_api_only(oracle):
    assert oracle.call("GET", "/salesOrdersForOrderHub")[0] == 404
    path = "/fscmRestApi/resources/11.13.18.05/salesOrdersForOrderHub"
    assert oracle.raw("GET", path).status == 200
    assert oracle.call("GET", "/nothing")[0] == 404
    assert oracle.call("PUT", "/accounts", {})[0] == 405


# --- batches --------------------------------------------------------------------------------------


def test_a_batch_does_its_parts_in_order_and_answers_each(oracle):
    first = oracle.account("C-0")
    status, said = oracle.batch(
        part(1, "create", "/accounts", ACME),
        part(2, "upsert", "/accounts", {**ACME, "PhoneNumber": "2"}),
        part(3, "update", self_path(first), {"PhoneNumber": "3"}),
        part(4, "get", self_path(first)),
        part(5, "delete", self_path(first)),
    )
    assert status == 200
    assert [each["id"] for each in said["parts"]] == ["p1", "p2", "p3", "p4", "p5"]
    assert said["parts"][3]["payload"]["PhoneNumber"] == "3"
    (account,) = oracle.sandbox.every("accounts").values()
    assert account["PhoneNumber"] == "2"


def test_a_batch_with_one_bad_part_does_nothing_and_lists_only_that_part(oracle):
    status, said = oracle.batch(
        part(1, "create", "/accounts", ACME),
        part(2, "create", "/accounts", {"PhoneNumber": "x"}),
        part(3, "create", "/accounts", {**ACME, "SourceSystemReferenceValue": "C-3"}),
    )
    assert status == 400
    (only,) = said["parts"]
    assert only["id"] == "p2"
    assert only["payload"]["o:errorDetails"][0]["o:errorCode"] == "27014"
    assert oracle.sandbox.every("accounts") == {}
    assert oracle.sandbox.state()["writes"] == {}


@pytest.mark.parametrize(("names_part", "path"), [("path", "/parts/p2/OrganizationName"), ("none", "/OrganizationName")])  # fmt: skip
def test_services_name_the_failing_part_in_their_own_way(oracle, names_part, path):
    oracle.sandbox.options.names_part = names_part
    _, said = oracle.batch(part(1, "create", "/accounts", ACME), part(2, "create", "/accounts", {}))
    assert said["o:errorDetails"][0]["o:errorPath"] == path


def test_an_error_of_the_database_names_no_part(oracle):
    status, said = oracle.batch(
        part(1, "create", "/accounts", ACME), part(2, "create", "/accounts", ACME)
    )
    assert status == 500
    assert "parts" not in said


@pytest.mark.parametrize("body", [b"{", [], {}, {"parts": [{}]}, {"parts": [part(1, "get", "/a"), part(1, "get", "/a")]}])  # fmt: skip
def test_a_batch_of_another_form_is_refused(oracle, body):
    assert oracle.raw("POST", f"{CRM}/", body, {"content-type": BATCH}).status == 400


def test_a_batch_says_that_it_is_one_and_some_resources_refuse_it(oracle):
    assert oracle.call("POST", "/", {"parts": []})[0] == 415
    oracle.sandbox.options.no_batch = ("accounts",)
    assert oracle.batch(part(1, "create", "/accounts", ACME))[0] == 400


# --- faults, sign-in, state -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("limit", 429), ("rate_limit", 429), ("busy", 503), ("unavailable", 503),
        ("unauthorized", 401), ("error", 500), ("html", 200), ("malformed", 200),
    ],
)  # fmt: skip
def test_a_fault_is_worded_as_oracle_would_and_nothing_is_done(oracle, kind, status):
    oracle.sandbox.fault(kind, object="accounts", times=1)
    assert oracle.raw("POST", f"{CRM}/accounts", ACME).status == status
    assert oracle.sandbox.every("accounts") == {}
    assert oracle.raw("POST", f"{CRM}/accounts", ACME).status == 201


def test_a_record_may_be_locked_or_refused_by_a_rule(oracle):
    oracle.sandbox.fault("lock_row", object="accounts", times=1)
    assert oracle.refused("POST", "/accounts", ACME) == (400, "26030")
    oracle.sandbox.fault("partial", object="accounts", field="OrganizationName", contains="Ac")
    assert oracle.refused("POST", "/accounts", ACME) == (400, "JBO-27024")


def test_who_is_not_signed_in_sees_nothing(oracle):
    oracle.headers["authorization"] = "Basic " + base64.b64encode(b"a:b").decode()
    assert oracle.raw("GET", f"{CRM}/accounts").status == 401
    oracle.headers["authorization"] = "Bearer nothing"
    assert oracle.raw("GET", f"{CRM}/accounts").status == 401


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials", "scope": "other"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x.y.z"}, "invalid_grant"),
    ],
)  # fmt: skip
def test_the_identity_domain_refuses_what_it_was_not_told_to_allow(oracle, form, error):
    said = oracle.sandbox.credentials
    pair = base64.b64encode(f"{said['client_id']}:{said['client_secret']}".encode()).decode()
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    response = oracle.raw("POST", "/oauth2/v1/token", body, {"authorization": f"Basic {pair}"})
    assert (response.status, orjson.loads(response.body)["error"]) == (400, error)


def test_what_it_holds_outlives_the_process(tmp_path):
    for count in (1, 2):
        sandbox = Sandbox(tmp_path, crm="oracle", seed=1, keep=True, options=OracleOptions())
        sandbox.enter("accounts", {**ACME, "SourceSystemReferenceValue": f"C-{count}"})
        assert len(sandbox.every("accounts")) == count
        sandbox.stop()
