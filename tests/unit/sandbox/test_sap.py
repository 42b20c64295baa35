"""The sandbox's SAP tenant, asked over the wire's own words: strict where SAP is."""

from __future__ import annotations

import base64
from random import Random

import orjson
import pytest

from adapters.sandbox.core import Core
from adapters.sandbox.faults import Fault, Faults
from adapters.sandbox.sap import KIND, SapOptions
from adapters.sandbox.wire import ApiError, Request
from agent.clock import SystemClock

SERVICE = "/sap/c4c/odata/v1/c4codataapi"
CUSTOM = "/sap/c4c/odata/cust/v1/erp"


class Tenant:
    """A client without manners of its own: sends what it is told."""

    def __init__(self, saved=None, **options):
        random = Random(1)
        credentials = KIND.credentials(random)
        self.options = SapOptions(**options)
        self.core = Core(SystemClock(), random, self.options, credentials, Faults(random))
        self.dialect = KIND.make(self.core, (), saved)
        pair = f"{credentials['user']}:{credentials['password']}".encode()
        self.headers = {
            "authorization": f"Basic {base64.b64encode(pair).decode()}",
            "accept": "application/json",
        }

    def open(self):
        answer = self.get("/", {"x-csrf-token": "fetch"})
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self.headers |= {"x-csrf-token": answer.headers["X-CSRF-Token"], "cookie": cookie}
        return self

    def get(self, path, headers=None, service=SERVICE, **query):
        named = {f"${name}": value for name, value in query.items()}
        return self.dialect.serve(
            Request("GET", f"{service}{path}", named, {**self.headers, **(headers or {})})
        )

    def send(self, method, path, body=b"", headers=None, service=SERVICE):
        sent = {**self.headers, "content-type": "application/json", **(headers or {})}
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.dialect.serve(Request(method, f"{service}{path}", {}, sent, raw))

    def rows(self, collection, **query):
        answer = self.get(f"/{collection}", **query)
        assert answer.status == 200, answer.body
        return orjson.loads(answer.body)["d"]["results"]

    def batch(self, *lines):
        body = "\r\n".join(lines).encode()
        kind = {"content-type": "multipart/mixed; boundary=b"}
        return self.send("POST", "/$batch", body, kind)


@pytest.fixture
def tenant():
    return Tenant().open()


def account(**more):
    return {"Name": "ACME", "RoleCode": "CRM000", **more}


def made(tenant, collection="CorporateAccountCollection", **fields):
    answer = tenant.send("POST", f"/{collection}", fields)
    assert answer.status == 201, answer.body
    return orjson.loads(answer.body)["d"]["results"]


# --- who may ask ---


def test_only_the_technical_user_is_served():
    tenant = Tenant()
    for wrong in ("", "Basic !", "Basic eDp5", "Bearer x"):
        answer = tenant.get("/", {"authorization": wrong})
        assert answer.status == 401
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize(
    "spoilt",
    [{"x-csrf-token": ""}, {"x-csrf-token": "other"}, {"cookie": ""}, {"cookie": "a=b"}],
)
def test_a_write_needs_its_token_and_the_cookie_of_that_token(tenant, spoilt):
    answer = tenant.send("POST", "/CorporateAccountCollection", account(), spoilt)
    assert (answer.status, answer.headers["X-CSRF-Token"]) == (403, "Required")
    tenant.options.needs_token = False
    assert tenant.send("POST", "/CorporateAccountCollection", account(), spoilt).status == 201


def test_a_token_ends_with_its_session():
    tenant = Tenant(token_seconds=0).open()
    assert tenant.send("POST", "/CorporateAccountCollection", account()).status == 403
    tenant.options.token_seconds = 100
    tenant.dialect.end_sessions()
    assert tenant.send("POST", "/CorporateAccountCollection", account()).status == 403
    assert tenant.open().send("POST", "/CorporateAccountCollection", account()).status == 201
    assert tenant.dialect.sign_ins == 2


# --- records ---


def test_a_new_record_is_one_object_under_results_with_its_place_and_version(tenant):
    answer = tenant.send("POST", "/CorporateAccountCollection", account(ERPBalance_KUT="12.5"))
    row = orjson.loads(answer.body)["d"]["results"]
    assert answer.headers["location"].endswith(f"CorporateAccountCollection('{row['ObjectID']}')")
    assert answer.headers["etag"] == row["__metadata"]["etag"]
    assert (row["AccountID"], row["ERPBalance_KUT"]) == ("1000001", "12.500000")
    assert (row["Street"], row["ERPActive_KUT"]) == ("", False)
    assert made(tenant, **account(Street="  A  ", City="   "))["Street"] == "  A"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"RoleCode": "X"}, "Name is a mandatory field"),
        (account(Nmae="x"), "Property 'Nmae' not found"),
        (account(Name="x" * 41), "exceeds maximum length of 40"),
        (account(ExternalID="C-1"), "Property 'ExternalID' is not creatable"),
        (account(LifeCycleStatusCode="9"), "is not valid"),
        (account(ERPBalance_KUT=12.5), "Invalid value for property 'ERPBalance_KUT'"),
        (account(ERPBalance_KUT="a lot"), "Invalid value"),
        (account(ERPBalance_KUT="NaN"), "Invalid value"),
        (account(ERPBalance_KUT="0.0000001"), "Invalid value"),
        (account(ERPActive_KUT="X"), "Invalid value"),
        (account(ERPParentAccount_KUT="4711"), "Account 4711 does not exist"),
    ],
)
def test_a_record_that_is_not_right_is_refused_in_saps_words(tenant, body, says):
    answer = tenant.send("POST", "/CorporateAccountCollection", body)
    assert answer.status == 400
    assert says.replace("'", "&apos;") in answer.body.decode().replace("'", "&apos;")
    assert tenant.dialect.counts()["CorporateAccountCollection"] == 0


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("2026-11-21T00:00:00Z", "/Date(1795219200000)/"),
        ("/Date(1795219200000)/", "/Date(1795219200000)/"),
        ("2026-11-21T00:00:00", None),
        ("2026-11-31T00:00:00Z", None),
        ("21.11.2026", None),
    ],
)
def test_a_point_in_time_travels_in_odata_v2s_own_way(tenant, value, wire):
    made(tenant, **account())
    order = {"BuyerPartyID": "1000001", "DateTime": value}
    answer = tenant.send("POST", "/CustomerOrderCollection", order)
    assert answer.status == (201 if wire else 400)
    if wire:
        assert orjson.loads(answer.body)["d"]["results"]["DateTime"] == wire


def test_a_record_changes_by_patch_and_knows_its_version(tenant):
    row = made(tenant, **account())
    path = f"/CorporateAccountCollection('{row['ObjectID']}')"
    old = {"if-match": row["__metadata"]["etag"]}
    assert tenant.send("PATCH", path, {"Street": "A"}, old).status == 204
    assert tenant.send("PATCH", path, {"Street": "B"}, old).status == 412
    assert tenant.send("MERGE", path, {"Street": "C"}, {"if-match": "*"}).status == 204
    assert tenant.rows("CorporateAccountCollection", select="Street")[0]["Street"] == "C"
    assert tenant.send("PATCH", path, {"AccountID": "1"}).status == 400
    assert tenant.send("PATCH", path, {"AccountID": row["AccountID"]}).status == 204
    assert tenant.send("PATCH", "/CorporateAccountCollection('no')", {}).status == 404
    assert tenant.send("POST", path, {}).status == 405
    assert tenant.send("PATCH", path, b"[]").status == 400
    assert tenant.send("PATCH", path, b"{").status == 400
    assert tenant.send("PATCH", path, {}, {"content-type": "text/plain"}).status == 415


def test_accounts_are_never_deleted_and_orders_go_with_their_lines(tenant):
    row = made(tenant, **account())
    assert tenant.send("DELETE", f"/CorporateAccountCollection('{row['ObjectID']}')").status == 405
    order = made(tenant, "CustomerOrderCollection", BuyerPartyID=row["AccountID"])
    made(tenant, "CustomerOrderItemCollection", ParentObjectID=order["ObjectID"])
    assert tenant.send("DELETE", f"/CustomerOrderCollection('{order['ObjectID']}')").status == 204
    assert tenant.dialect.counts()["CustomerOrderItemCollection"] == 0


def test_the_write_log_knows_what_was_done_under_each_key(tenant):
    row = made(tenant, **account(ERPKey_KUT="C-1"))
    path = f"/CorporateAccountCollection('{row['ObjectID']}')"
    tenant.send("PATCH", path, {"Street": "A"})
    tenant.send("PATCH", path, {"Street": "A"})
    tenant.send("PATCH", path, {"LifeCycleStatusCode": "4", "ERPKey_KUT": ""})
    log = tenant.core.log.of("CorporateAccountCollection")["C-1"]
    assert (log.creates, log.updates, log.repeats, log.deletes) == (1, 1, 1, 1)
    for _ in range(2):
        made(tenant, **account(ERPKey_KUT="C-2"))
    assert tenant.core.log.of("CorporateAccountCollection")["C-2"].doubled == 1


def test_a_tenant_is_kept_in_a_snapshot(tenant):
    row = made(tenant, **account(ERPBalance_KUT="12.5"))
    saved = orjson.loads(orjson.dumps(tenant.dialect.dump(), default=str))
    again = Tenant(saved).open()
    (kept,) = again.rows("CorporateAccountCollection")
    assert {**kept, "__metadata": 0} == {**row, "__metadata": 0}
    assert made(again, **account())["AccountID"] == "1000002"


# --- reads ---


@pytest.fixture
def several(tenant):
    for number in range(5):
        made(tenant, **account(Name=f"N{number}", ERPKey_KUT=f"K'{number}", Street=str(number % 2)))
    made(tenant, **account(Name="free"))
    return tenant


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("ERPKey_KUT eq 'K''1' or ERPKey_KUT eq 'K''3'", {"N1", "N3"}),
        ("(Name eq 'N1' or Name eq 'N2') and Street eq '1'", {"N1"}),
        ("ERPKey_KUT eq ''", {"free"}),
        ("ERPKey_KUT ge ' '", {"N0", "N1", "N2", "N3", "N4"}),
        ("Name gt 'N2' and Name le 'N4'", {"N3", "N4"}),
        ("Name lt 'N1' and Name ne 'free'", {"N0"}),
        ("startswith(Name,'N') and endswith(Name,'4')", {"N4"}),
        ("CreatedOn ge datetimeoffset'2000-01-01T00:00:00Z' and Name eq 'N1'", {"N1"}),
        ("ERPActive_KUT eq true", set()),
        ("ERPBalance_KUT ge 1.5m", set()),
    ],
)
def test_a_filter_finds_what_it_says(several, condition, names):
    rows = several.rows("CorporateAccountCollection", filter=condition)
    assert {row["Name"] for row in rows} == names


@pytest.mark.parametrize(
    "condition",
    [
        "Name eq 'A' or Street eq 'B'",
        "(Name eq 'A' or Street eq 'B')",
        "Nmae eq 'A'",
        "ETag eq datetimeoffset'2000-01-01T00:00:00Z'",
        "CreatedOn ge datetime'2000-01-01T00:00:00'",
        "Name eq",
        "Name eq 'A' Street",
        "Name like 'A'",
        "Name eq 'A",
        "(Name eq 'A'",
        "substringof('A',Name)",
        "%",
    ],
)
def test_a_filter_that_sap_does_not_serve_is_refused(several, condition):
    assert several.get("/CorporateAccountCollection", filter=condition).status == 400


def test_pages_follow_each_other_by_their_next_link(several):
    several.options.page_size = 4
    answer = several.get("/CorporateAccountCollection", inlinecount="allpages")
    page = orjson.loads(answer.body)["d"]
    assert (len(page["results"]), page["__count"]) == (4, "6")
    assert "skiptoken=5" in page["__next"]
    rest = several.rows("CorporateAccountCollection", skiptoken="5")
    assert [row["Name"] for row in rest] == ["N4", "free"]
    top = orjson.loads(several.get("/CorporateAccountCollection", top="3").body)["d"]
    assert (len(top["results"]), "__next" in top) == (3, False)
    down = several.rows("CorporateAccountCollection", orderby="Name desc", top="1", skip="1")
    assert down[0]["Name"] == "N4"


def test_one_record_is_read_by_its_id_and_an_unknown_one_is_not(several):
    (row,) = several.rows("CorporateAccountCollection", filter="Name eq 'N1'")
    answer = several.get(f"/CorporateAccountCollection('{row['ObjectID']}')", select="Name")
    assert orjson.loads(answer.body)["d"]["results"]["Name"] == "N1"
    assert several.get("/CorporateAccountCollection('x')").status == 404
    assert several.get("/NothingCollection").status == 404
    assert several.get("/ERPStockCollection").status == 404, "another service offers it"
    assert several.get("/ERPStockCollection", service=CUSTOM).status == 200
    assert several.get("/CorporateAccountCollection", select="Nmae").status == 400
    assert several.get("/CorporateAccountCollection", orderby="Nmae").status == 400
    assert several.get("/CorporateAccountCollection", top="many").status == 400
    with pytest.raises(ApiError):
        several.get("", service="/sap/c4c/odata/v1/other")


def test_a_service_describes_itself(tenant):
    whole = tenant.get("/$metadata").body.decode()
    assert 'Name="ExternalID" Type="Edm.String"' in whole
    assert 'Name="ContactCollection" EntityType="c4codataapi.Contact"' in whole
    some = tenant.get("/$metadata", filter="Contact").body.decode()
    assert "CorporateAccountCollection" not in some
    sets = orjson.loads(tenant.get("/").body)["d"]["EntitySets"]
    assert "ContactCollection" in sets
    assert "ERPStockCollection" not in sets


# --- errors and faults ---


def test_an_error_is_xml_unless_the_tenant_gives_json(tenant):
    assert b"<message" in tenant.get("/NothingCollection").body
    tenant.options.xml_errors = False
    said = orjson.loads(tenant.get("/NothingCollection").body)
    assert said["error"]["message"]["value"].startswith("Invalid resource")
    assert b"<message" in tenant.get("/NothingCollection", {"accept": "*/*"}).body


def test_the_calls_of_a_day_have_an_end():
    tenant = Tenant(daily_limit=2)
    assert [tenant.get("/").status for _ in range(3)] == [200, 200, 429]
    assert tenant.dialect.usage() == "2 calls"


def test_a_lock_and_a_told_refusal_meet_single_records(tenant):
    tenant.core.faults.add(Fault(kind="lock_row", times=1))
    answer = tenant.send("POST", "/CorporateAccountCollection", account())
    assert b"locked by user" in answer.body
    tenant.core.faults.add(
        Fault(kind="partial", field="Name", contains="ACME", status=422, message="Told")
    )
    answer = tenant.send("POST", "/CorporateAccountCollection", account())
    assert (answer.status, b"Told" in answer.body) == (422, True)


# --- batches ---

HEAD = ("content-type: application/http", "content-transfer-encoding: binary", "")


def change_set(*changes, name="c"):
    lines = ["--b", f"content-type: multipart/mixed; boundary={name}", ""]
    for body in changes:
        lines += [f"--{name}", *HEAD, "POST CorporateAccountCollection HTTP/1.1"]
        lines += ["content-type: application/json", f"content-length: {len(body)}", "", body]
    return [*lines, f"--{name}--"]


GOOD = orjson.dumps(account()).decode()
BAD = '{"RoleCode":"X"}'


def test_a_change_set_is_all_or_none_and_the_others_are_their_own(tenant):
    answer = tenant.batch(*change_set(GOOD, BAD), *change_set(GOOD), *change_set(BAD), "--b--", "")
    assert answer.status == 202
    statuses = [int(line[9:12]) for line in answer.body.split(b"\r\n") if line[:5] == b"HTTP/"]
    assert statuses == [400, 201, 400]
    assert tenant.dialect.counts()["CorporateAccountCollection"] == 1


def test_a_batch_reads_too(tenant):
    made(tenant, **account())
    query = "$select=Name&$filter=Name%20eq%20%27ACME%27&$format=json"
    line = f"GET CorporateAccountCollection?{query} HTTP/1.1"
    answer = tenant.batch("--b", *HEAD, line, "", "", "--b--", "")
    assert b'"Name":"ACME"' in answer.body
    assert not tenant.dialect.about(
        Request("POST", f"{SERVICE}/$batch", body=b"--b\r\n\r\nGET ContactCollection HTTP/1.1")
    ).is_write


@pytest.mark.parametrize(
    "lines",
    [
        ["--b--", ""],
        ["nothing"],
        ["--b", *HEAD, "GET CorporateAccountCollection HTTP/1.1", "--b--", ""],
        ["--b", *HEAD, "POST CorporateAccountCollection HTTP/1.1", "", "{}", "--b--", ""],
        ["--b", *HEAD, "no request", "", "", "--b--", ""],
        ["--b", "content-type: text/plain", "", "x", "--b--", ""],
        ["--b", "content-type: multipart/mixed", "", "x", "--b--", ""],
        ["--b", "content-type: multipart/mixed; boundary=c", "", "--c--", "--b--", ""],
        ["--b", "no headers end"],
        ["--bx", *HEAD, "GET X HTTP/1.1", "", "", "--b--", ""],
        [*change_set(GOOD), "--b"],
        [line.replace("POST", "GET") for line in change_set(GOOD)] + ["--b--", ""],
    ],
)
def test_a_batch_that_is_not_one_is_refused_whole(tenant, lines):
    assert tenant.batch(*lines).status == 400
    assert tenant.dialect.counts()["CorporateAccountCollection"] == 0
