"""The sandbox as a HubSpot account: batches and 207, links, search behind its records, limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.hubspot import HubspotOptions
from adapters.sandbox.wire import Request, Response
from tests.unit.sandbox.conftest import ManualClock

OBJECTS = "/crm/v3/objects"


class Client:
    """A client of an account that does not listen, signed in with a private app's token."""

    def __init__(self, folder: Path, **details: Any) -> None:
        self.clock = ManualClock()
        self.sandbox = Sandbox(folder, crm="hubspot", seed=1, clock=self.clock, **details)
        self.options = self.sandbox.options
        assert isinstance(self.options, HubspotOptions)
        self.token = self.sandbox.credentials["private_app_token"]

    def raw(self, method: str, path: str, body: Any = None, **query: str) -> Response:
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        headers = {"authorization": f"Bearer {self.token}"}
        return self.sandbox._dispatch.serve(Request(method, path, query, headers, data))

    def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        response = self.raw(method, path, body, **query)
        return response.status, orjson.loads(response.body) if response.body else None

    def upsert(self, kind: str, *records: dict[str, str], traced: bool = True) -> tuple[int, Any]:
        inputs = [
            {"idProperty": "erp_id", "id": record["erp_id"], "properties": record}
            | ({"objectWriteTraceId": f"t{place}"} if traced else {})
            for place, record in enumerate(records)
        ]
        return self.call("POST", f"{OBJECTS}/{kind}/batch/upsert", {"inputs": inputs})

    def put(self, kind: str, key: str, **properties: str) -> str:
        status, body = self.upsert(kind, {"erp_id": key, **properties})
        assert status == 200, body
        return body["results"][0]["id"]

    def link(self, kind: str, one: str, to: str, two: str) -> tuple[int, Any]:
        pair = {"from": {"id": one}, "to": {"id": two}}
        path = f"/crm/v4/associations/{kind}/{to}/batch/associate/default"
        return self.call("POST", path, {"inputs": [pair]})

    def linked(self, kind: str, one: str, to: str) -> set[str]:
        path = f"/crm/v4/associations/{kind}/{to}/batch/read"
        _, body = self.call("POST", path, {"inputs": [{"id": one}]})
        return {str(each["toObjectId"]) for item in body["results"] for each in item["to"]}

    def search(self, kind: str, **body: Any) -> tuple[int, Any]:
        return self.call("POST", f"{OBJECTS}/{kind}/search", body)

    def sign_in(self, **changed: str) -> tuple[int, Any]:
        known = self.sandbox.credentials
        names = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{n: known[n] for n in names}, **changed}
        return self.call("POST", "/oauth/v3/token", urlencode(form).encode())


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path / "hubspot")
    yield made
    assert list(made.sandbox.crashes) == []


# --- batches --------------------------------------------------------------------------------------


def test_an_upsert_creates_then_changes_and_says_which(account):
    _, first = account.upsert("companies", {"erp_id": "C/1", "name": "a"})
    _, second = account.upsert("companies", {"erp_id": "C/1", "name": "b"})
    assert [body["results"][0]["new"] for body in (first, second)] == [True, False]
    assert first["results"][0]["id"] == second["results"][0]["id"]
    assert account.sandbox.records("companies")["C/1"]["name"] == "b"
    history = account.sandbox.write_log("companies")["C/1"]
    assert (history["creates"], history["updates"], history["doubled"]) == (1, 1, 0)


def test_with_trace_ids_only_the_refused_records_are_missing_in_a_207(account):
    records = [{"erp_id": str(n), "name": "a", "erp_balance": "1.5"} for n in range(4)]
    records[2]["erp_balance"] = "much"
    status, body = account.upsert("companies", *records)
    assert (status, body["numErrors"]) == (207, 1)
    assert {item["objectWriteTraceId"] for item in body["results"]} == {"t0", "t1", "t3"}
    (error,) = body["errors"]
    assert error["context"] == {"objectWriteTraceId": ["t2"]}
    assert '"name":"erp_balance"' in error["message"]
    assert sorted(account.sandbox.records("companies")) == ["0", "1", "3"]


def test_without_trace_ids_one_refused_record_undoes_the_batch(account):
    records = [{"erp_id": "1", "name": "a"}, {"erp_id": "2", "erp_balance": "much"}]
    status, body = account.upsert("companies", *records, traced=False)
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert account.sandbox.records("companies") == {}
    assert account.sandbox.state()["writes"] == {}


def test_results_of_a_batch_come_in_another_order(account):
    _, body = account.upsert("companies", *({"erp_id": str(n)} for n in range(30)))
    order = [item["properties"]["erp_id"] for item in body["results"]]
    assert sorted(order) == sorted(str(n) for n in range(30))
    assert order != [str(n) for n in range(30)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"properties": {"erp_balance": 5}}, "Cannot deserialize"),
        ({"properties": {"erp_balance": None}}, "Cannot deserialize"),
        ({"idProperty": "name"}, "non-unique 0-2 property name"),
        ({"idProperty": None}, "idProperty is required"),
    ],
)
def test_a_batch_of_the_wrong_form_is_refused_whole(account, change, said):
    item = {"idProperty": "erp_id", "id": "1", "properties": {"erp_id": "1"}, **change}
    status, body = account.call("POST", f"{OBJECTS}/companies/batch/upsert", {"inputs": [item]})
    assert status == 400
    assert said in body["message"]


def test_a_hundred_inputs_are_taken_and_no_more_and_none_twice(account):
    records = [{"erp_id": str(n)} for n in range(101)]
    assert account.upsert("companies", *records[:100])[0] == 200
    assert account.upsert("companies", *records)[0] == 400
    assert "Duplicate IDs" in account.upsert("companies", records[0], records[0])[1]["message"]


def test_an_e_mail_address_stands_on_one_contact_only(account):
    account.put("contacts", "1", email="a@example.com")
    status, body = account.upsert("contacts", {"erp_id": "2", "email": "A@example.com"})
    assert (status, body["errors"][0]["category"]) == (207, "CONFLICT")
    assert "already exists. Existing ID:" in body["errors"][0]["message"]


def test_a_read_names_what_is_not_there(account):
    account.put("companies", "1", name="a")
    body = {"idProperty": "erp_id", "properties": ["name"], "inputs": [{"id": "1"}, {"id": "2"}]}
    status, read = account.call("POST", f"{OBJECTS}/companies/batch/read", body)
    assert status == 207
    assert read["results"][0]["properties"]["name"] == "a"
    assert read["errors"][0]["context"] == {"ids": ["2"]}


def test_an_archived_record_is_gone_with_its_links_and_its_key_is_free(account):
    company, contact = account.put("companies", "1"), account.put("contacts", "2")
    account.link("contacts", contact, "companies", company)
    for _ in range(2):
        path = f"{OBJECTS}/companies/batch/archive"
        assert account.call("POST", path, {"inputs": [{"id": company}]})[0] == 204
    assert account.linked("contacts", contact, "companies") == set()
    assert account.put("companies", "1") != company
    assert account.sandbox.write_log("companies")["1"]["doubled"] == 0


# --- links, search, listings ----------------------------------------------------------------------


def test_a_link_stands_both_ways_and_a_second_time_changes_nothing(account):
    company, contact = account.put("companies", "1"), account.put("contacts", "2")
    for _ in range(2):
        assert account.link("contacts", contact, "companies", company)[0] == 200
    assert account.linked("companies", company, "contacts") == {contact}
    assert account.sandbox.records("contacts")["2"]["companies.erp_id"] == ["1"]
    assert account.link("contacts", contact, "companies", "404")[0] == 207
    assert account.link("products", "1", "contacts", "2")[0] == 400


def test_a_search_is_behind_the_records(account):
    account.options.lag = 10
    account.put("companies", "1", name="a")
    assert account.search("companies")[1]["total"] == 0
    account.clock.forward(10)
    filters = {"filters": [{"propertyName": "name", "operator": "EQ", "value": "A"}]}
    status, found = account.search("companies", filterGroups=[filters], properties=["name"])
    assert (status, found["total"]) == (200, 1)
    assert found["results"][0]["properties"]["name"] == "a"


def test_a_search_ends_at_its_ceiling(account):
    account.options.search_ceiling = 4
    for number in range(6):
        account.put("companies", str(number))
    status, page = account.search("companies", limit=2, after="2")
    assert (status, page["total"], page["paging"]["next"]["after"]) == (200, 6, "4")
    assert account.search("companies", limit=2, after="4")[0] == 400


def test_a_listing_pages_through_everything_at_once(account):
    for number in range(5):
        account.put("companies", str(number))
    seen, after = [], {}
    while True:
        _, page = account.call(
            "GET", f"{OBJECTS}/companies", properties="erp_id", limit="2", **after
        )
        seen += [item["properties"]["erp_id"] for item in page["results"]]
        if "paging" not in page:
            break
        after = {"after": page["paging"]["next"]["after"]}
    assert seen == ["0", "1", "2", "3", "4"]


def test_dated_paths_and_every_name_of_an_object_reach_the_same_records(account):
    portal = account.sandbox.credentials["portal_id"]
    key = account.put("p_erp_invoice", "R-1", number="7")
    for name in ("p_erp_invoice", f"p{portal}_erp_invoice", "2-1003"):
        status, _ = account.call("GET", f"/crm/objects/2026-03/{name}/{key}")
        assert status == 200, name
    assert account.call("GET", f"{OBJECTS}/erp_invoice/{key}")[0] == 400
    assert account.call("GET", f"{OBJECTS}/order/1")[0] == 404
    assert account.call("GET", f"{OBJECTS}/companies/x", idProperty="erp_id")[0] == 404


# --- an administrator's calls ---------------------------------------------------------------------


def test_objects_and_properties_can_be_made_once(account):
    item = {"name": "erp_more", "type": "string", "groupName": "companyinformation"}
    path = "/crm/v3/properties/companies"
    assert [account.call("POST", path, item)[0] for _ in range(2)] == [201, 409]
    made = {
        "name": "erp_job",
        "labels": {"singular": "Job", "plural": "Jobs"},
        "requiredProperties": ["erp_id"],
        "associatedObjects": ["COMPANY"],
        "properties": [{"name": "erp_id", "type": "string", "hasUniqueValue": True}],
    }
    path = "/crm-object-schemas/v3/schemas"
    assert [account.call("POST", path, made)[0] for _ in range(2)] == [201, 409]
    company = account.put("companies", "1", erp_more="x")
    job = account.put("p_erp_job", "J-1")
    assert account.link("p_erp_job", job, "companies", company)[0] == 200


def test_a_new_process_finds_what_was_made_and_written(tmp_path):
    first = Client(tmp_path, keep=True)
    item = {"name": "erp_more", "type": "string", "groupName": "g"}
    first.call("POST", "/crm/v3/properties/companies", item)
    company, contact = first.put("companies", "1", erp_more="x"), first.put("contacts", "2")
    first.link("contacts", contact, "companies", company)
    first.sandbox.stop()
    second = Client(tmp_path, keep=True)
    assert second.sandbox.records("companies")["1"]["erp_more"] == "x"
    assert second.linked("companies", company, "contacts") == {contact}
    assert second.put("companies", "3") not in {company, contact}
    assert second.search("companies")[1]["total"] == 2


# --- sign-in and limits ---------------------------------------------------------------------------


def test_an_access_token_runs_out_and_a_refresh_token_gives_another(account):
    status, told = account.sign_in()
    assert (status, told["expires_in"], told["token_type"]) == (200, 1800, "bearer")
    account.token = told["access_token"]
    assert account.call("GET", "/account-info/v3/details")[0] == 200
    account.clock.forward(1807)
    status, body = account.call("GET", "/account-info/v3/details")
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert "7 second(s) ago" in body["message"]


def test_a_rotated_refresh_token_ends_the_old_one(account):
    account.options.rotates_refresh_tokens = True
    _, told = account.sign_in()
    assert account.sign_in()[1]["error"] == "invalid_grant"
    assert account.sign_in(refresh_token=told["refresh_token"])[0] == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "no"}, "invalid_client"),
        ({"refresh_token": "no"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_sign_in_is_refused(account, changed, error):
    status, body = account.sign_in(**changed)
    assert (status, body["error"]) == (400, error)


def test_each_answer_tells_the_limits_and_oauth_hears_no_daily_ones(account):
    told = account.raw("GET", "/account-info/v3/details").headers
    assert told["X-HubSpot-RateLimit-Remaining"] == "189"
    assert told["X-HubSpot-RateLimit-Daily-Remaining"] == "624999"
    account.token = account.sign_in()[1]["access_token"]
    told = account.raw("GET", "/account-info/v3/details").headers
    assert "X-HubSpot-RateLimit-Daily" not in told
    assert told["X-HubSpot-RateLimit-Max"] == "190"
    assert (
        "X-HubSpot-RateLimit-Max" not in account.raw("POST", f"{OBJECTS}/companies/search").headers
    )


def test_three_limits_have_three_policies(account):
    account.options.interval_limit = 6
    statuses = [account.search("companies")[0] for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    account.options.daily_limit = 4
    policies = [account.call("GET", f"{OBJECTS}/companies")[1].get("policyName") for _ in range(2)]
    assert policies == ["DAILY", "TEN_SECONDLY_ROLLING"]
    account.options.daily_limit = 100
    account.clock.forward(10)
    assert account.call("GET", f"{OBJECTS}/companies")[0] == 200


def test_a_missing_scope_is_told_for_its_object_only(account):
    account.options.without_scope.add("orders")
    status, body = account.call("GET", f"{OBJECTS}/orders")
    assert (status, body["category"]) == (403, "MISSING_SCOPES")
    assert account.call("GET", f"{OBJECTS}/companies")[0] == 200


@pytest.mark.parametrize(
    ("kind", "status", "category"),
    [
        ("unauthorized", 401, "EXPIRED_AUTHENTICATION"),
        ("limit", 429, "RATE_LIMITS"),
        ("rate_limit", 429, "RATE_LIMITS"),
        ("busy", 423, "LOCKED"),
        ("error", 500, "INTERNAL_ERROR"),
        ("unavailable", 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_faults_are_worded_as_hubspot_would(account, kind, status, category):
    account.sandbox.fault(kind, object="companies", times=1)
    assert account.call("GET", f"{OBJECTS}/contacts")[0] == 200
    answered, body = account.call("GET", f"{OBJECTS}/companies")
    assert (answered, body["category"], body["status"]) == (status, category, "error")
    assert account.call("GET", f"{OBJECTS}/companies")[0] == 200
