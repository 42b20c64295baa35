"""Writing records: validation, references, upsert semantics, deletes."""

from typing import Any

import pytest

from adapters.sandbox.salesforce import SalesforceOptions

ACCOUNT = {"Name": "ACME"}


def test_an_upsert_creates_then_updates_under_the_same_id(crm):
    first = crm.upsert("Account", {"ERP_Id__c": "C-1", **ACCOUNT})[0]
    second = crm.upsert("Account", {"ERP_Id__c": "C-1", "Name": "ACME AG"})[0]
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]
    assert len(first["id"]) == 18
    assert first["id"].startswith("001")
    assert crm.sandbox.records("Account")["C-1"]["Name"] == "ACME AG"


def test_a_single_upsert_answers_201_then_200(crm):
    path = crm.by_key("Account", "10/2026 ü")
    assert crm.call("PATCH", path, ACCOUNT)[0] == 201
    status, answer = crm.call("PATCH", path, {"Phone": "1"})
    assert (status, answer["created"]) == (200, False)
    assert list(crm.sandbox.records("Account")) == ["10/2026 ü"]


def test_update_only_creates_nothing(crm):
    assert crm.call("PATCH", crm.by_key("Account", "C-1"), ACCOUNT, updateOnly="true")[0] == 404
    assert crm.sandbox.records("Account") == {}


def test_an_unknown_external_id_field_is_not_found(crm):
    assert crm.call("PATCH", "/sobjects/Account/Nope__c/1", ACCOUNT)[0] == 404
    assert crm.call("PATCH", "/sobjects/Account/Name/1", {})[0] == 404


def test_the_key_may_not_be_repeated_in_a_single_body(crm):
    status, errors = crm.call("PATCH", crm.by_key("Account", "C"), {"ERP_Id__c": "C", **ACCOUNT})
    assert (status, errors[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_field_without_unique_lets_two_records_share_a_key_and_an_upsert_answers_300(make_crm):
    overlay = {"objects": {"Account": {"fields": {"ERP_Id__c": {"unique": False}}}}}
    crm = make_crm(schema=[overlay])
    records = [{"attributes": {"type": "Account"}, "ERP_Id__c": "C-1", **ACCOUNT}] * 2
    assert all(
        r["success"] for r in crm.call("POST", "/composite/sobjects", {"records": records})[1]
    )
    status, links = crm.call("PATCH", crm.by_key("Account", "C-1"), ACCOUNT)
    assert (status, len(links)) == (300, 2)
    assert crm.upsert("Account", {"ERP_Id__c": "C-1"})[0]["errors"][0]["statusCode"] == (
        "DUPLICATE_EXTERNAL_ID"
    )
    assert crm.sandbox.state()["writes"]["Account"]["doubled"] == 1


def test_a_unique_field_refuses_a_second_record(crm):
    crm.put("Account", "C-1", **ACCOUNT)
    status, errors = crm.call("POST", "/sobjects/Account", {"ERP_Id__c": "C-1", **ACCOUNT})
    assert (status, errors[0]["errorCode"]) == (400, "DUPLICATE_VALUE")


def test_external_ids_that_differ_in_case_are_two_records(crm):
    assert crm.put("Account", "a", **ACCOUNT) != crm.put("Account", "A", **ACCOUNT)


@pytest.mark.parametrize(
    ("name", "fields", "code", "named"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ("Account", {"Name": " "}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
        ("Account", {"Name": 5}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["Name"]),
        ("Account", {"Name": "a", "Nope__c": 1}, "INVALID_FIELD", []),
        ("Account", {"Name": "a", "ERP_Balance__c": "1,5"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["ERP_Balance__c"]),
        ("Account", {"Name": "a", "ERP_Balance__c": 10**16}, "NUMBER_OUTSIDE_VALID_RANGE", ["ERP_Balance__c"]),
        ("Account", {"Name": "a", "ERP_Active__c": 1}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["ERP_Active__c"]),
        ("Account", {"Name": "a", "ERP_Active__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["ERP_Active__c"]),
        ("Account", {"Name": "a", "ParentId": "nonsense"}, "MALFORMED_ID", ["ParentId"]),
        ("Account", {"Name": "a", "ParentId": "003000000000001AAA"}, "FIELD_INTEGRITY_EXCEPTION", ["ParentId"]),
        ("Account", {"Name": "a", "ParentId": "001000000000001AAA"}, "INVALID_CROSS_REFERENCE_KEY", ["ParentId"]),
        ("Account", {"Name": "a", "CreatedDate": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"]),
        ("Account", {"Name": "a", "Id": "001000000000001AAA"}, "INVALID_FIELD", ["Id"]),
        ("Contact", {"LastName": "a", "Email": "no mail"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ("Contact", {"LastName": "a", "Account": {"ERP_Id__c": "C-9"}}, "INVALID_FIELD", []),
        ("Contact", {"LastName": "a", "Account": {"Name": "C-9"}}, "INVALID_FIELD", []),
        ("Contact", {"LastName": "a", "Account": None}, "INVALID_FIELD", []),
        ("Order", {"Status": "Nope"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Status"]),
        ("ERP_Invoice__c", {"ERP_Due_Date__c": "2026-02-30"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["ERP_Due_Date__c"]),
    ],
)  # fmt: skip
def test_a_bad_record_is_refused_with_its_code(crm, name: str, fields: Any, code: str, named: Any):
    assert crm.refused(name, **fields) == (code, named)
    assert crm.sandbox.records(name) == {}


def test_a_single_call_words_a_wrong_type_as_a_parser_error(crm):
    status, errors = crm.call("PATCH", crm.by_key("Account", "C"), {"Name": 5})
    assert (status, errors[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_a_missing_parent_is_named(crm):
    [result] = crm.upsert(
        "Contact", {"ERP_Id__c": "P", "LastName": "A", "Account": {"ERP_Id__c": "C-9"}}
    )
    assert result["errors"][0]["message"] == (
        "Foreign key external ID: C-9 not found for field ERP_Id__c in entity Account"
    )


def test_a_parent_is_found_by_external_id_also_over_custom_relationships(crm):
    account = crm.put("Account", "C-1", **ACCOUNT)
    crm.put("Contact", "P", LastName="A", Account={"ERP_Id__c": "C-1"})
    crm.put("ERP_Invoice__c", "I", ERP_Account__r={"ERP_Id__c": "C-1"})
    assert crm.sandbox.records("Contact")["P"]["AccountId"] == account
    assert crm.sandbox.records("ERP_Invoice__c")["I"]["ERP_Account__r.ERP_Id__c"] == "C-1"


def test_text_is_trimmed_and_empty_text_is_null(crm):
    crm.put("Account", "C-1", Name="  ACME ", Phone="")
    record = crm.sandbox.records("Account")["C-1"]
    assert (record["Name"], record["Phone"]) == ("ACME", None)


def test_numbers_are_rounded_to_the_scale_and_answered_as_json_numbers(crm):
    crm.put("Account", "C-1", Name="a", ERP_Balance__c="12.345", ERP_Credit_Limit__c=100)
    body = b'{"ERP_Balance__c": 9999999999999999.99}'
    crm.call("PATCH", crm.by_key("Account", "C-2"), b'{"Name": "b", ' + body[1:])
    answers = crm.raw(
        "GET",
        "/services/data/v67.0/query",
        headers={"authorization": f"Bearer {crm.token}"},
        q="SELECT ERP_Balance__c, ERP_Credit_Limit__c FROM Account ORDER BY ERP_Id__c",
    ).body
    assert b'"ERP_Balance__c":12.35,"ERP_Credit_Limit__c":100.0' in answers
    assert b'"ERP_Balance__c":9999999999999999.99' in answers


def test_results_come_in_request_order_and_one_bad_record_stops_no_other(crm):
    results = crm.upsert(
        "Account",
        {"ERP_Id__c": "A", **ACCOUNT},
        {"ERP_Id__c": "B"},
        {"ERP_Id__c": "A", **ACCOUNT},
        {**ACCOUNT},
        {"ERP_Id__c": "C", **ACCOUNT},
    )
    codes = [r["errors"][0]["statusCode"] if r["errors"] else "" for r in results]
    assert codes == ["", "REQUIRED_FIELD_MISSING", "DUPLICATE_VALUE", "MISSING_ARGUMENT", ""]
    assert sorted(crm.sandbox.records("Account")) == ["A", "C"]


def test_all_or_none_rolls_back_and_says_so(crm):
    crm.put("Account", "A", Name="before")
    results = crm.upsert(
        "Account",
        {"ERP_Id__c": "A", "Name": "after"},
        {"ERP_Id__c": "B"},
        {"ERP_Id__c": "C", **ACCOUNT},
        all_or_none=True,
    )
    assert [r["errors"][0]["statusCode"] for r in results] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ]
    assert {k: r["Name"] for k, r in crm.sandbox.records("Account").items()} == {"A": "before"}
    assert crm.sandbox.write_log("Account")["A"]["updates"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"records": []}',
        b'{"records": [{"ERP_Id__c": "C-1"}]}',
        b'{"records": [{"attributes": {"type": "Contact"}, "ERP_Id__c": "C-1"}]}',
        b'{"records": [' + b",".join([b'{"attributes": {"type": "Account"}}'] * 201) + b"]}",
        b'{"records": [{"attributes": {"type": "Account"}, "ERP_Balance__c": NaN}]}',
    ],
)
def test_a_badly_formed_collection_is_refused_whole(crm, body: bytes):
    status, errors = crm.call("PATCH", "/composite/sobjects/Account/ERP_Id__c", body)
    assert status == 400
    assert errors[0]["errorCode"]


def test_half_a_surrogate_pair_is_refused_alone(crm):
    body = (
        b'{"records": [{"attributes": {"type": "Account"}, "ERP_Id__c": "C", "Name": "\\ud800"}]}'
    )
    status, [result] = crm.call("PATCH", "/composite/sobjects/Account/ERP_Id__c", body)
    assert (status, result["success"]) == (200, False)


# --- orders and prices ----------------------------------------------------------------------------


@pytest.fixture
def order(crm):
    """An org with one order of one line."""
    crm.put("Account", "C-1", **ACCOUNT)
    crm.put("Product2", "P-1", Name="Bolt")
    crm.put("Pricebook2", "B-1", Name="List")
    price = {"Pricebook2": {"ERP_Id__c": "B-1"}, "Product2": {"ERP_Id__c": "P-1"}}
    crm.put("PricebookEntry", "B-1/P-1", **price, UnitPrice=0.1234)
    head = {"Account": {"ERP_Id__c": "C-1"}, "EffectiveDate": "2026-11-20", "Status": "Draft"}
    crm.put("Order", "O-1", **head)
    line = {"Order": {"ERP_Id__c": "O-1"}, "PricebookEntry": {"ERP_Id__c": "B-1/P-1"}}
    crm.put("OrderItem", "O-1/1", **line, Quantity=3, UnitPrice=2.5)
    return crm


def test_an_order_computes_its_number_and_total(order):
    assert order.sandbox.records("Order")["O-1"]["OrderNumber"] == "00000001"
    [found] = order.query("SELECT TotalAmount FROM Order")
    assert found["TotalAmount"] == 7.5


def test_a_line_needs_its_price_and_keeps_it(order):
    assert order.refused("OrderItem", Order={"ERP_Id__c": "O-1"}, Quantity=1, UnitPrice=1) == (
        "REQUIRED_FIELD_MISSING",
        ["PricebookEntryId"],
    )
    [result] = order.upsert(
        "OrderItem",
        {
            "ERP_Id__c": "O-1/1",
            "Order": {"ERP_Id__c": "O-1"},
            "PricebookEntry": {"ERP_Id__c": "B-1/P-1"},
            "Quantity": 4,
        },
    )
    assert result["errors"][0]["statusCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert result["errors"][0]["fields"] == ["OrderId", "PricebookEntryId"]
    order.put("OrderItem", "O-1/1", Quantity=4)
    assert order.query("SELECT TotalAmount FROM Order")[0]["TotalAmount"] == 10


def test_a_lenient_org_takes_create_only_fields_that_do_not_change(order):
    order.sandbox.options.strict_create_only = False
    order.put("OrderItem", "O-1/1", Order={"ERP_Id__c": "O-1"}, Quantity=4)


def test_an_order_starts_as_draft_and_is_activated_with_lines_only(order):
    head = {"Account": {"ERP_Id__c": "C-1"}, "EffectiveDate": "2026-11-20"}
    assert order.refused("Order", **head, Status="Activated")[0] == "FAILED_ACTIVATION"
    order.put("Order", "O-2", **head, Status="Draft")
    [result] = order.upsert("Order", {"ERP_Id__c": "O-2", "Status": "Activated"})
    assert not result["success"]
    order.put("Order", "O-1", Status="Activated")


def test_a_bare_org_wants_a_standard_price_first(make_crm):
    crm = make_crm(SalesforceOptions(standard_price_first=True))
    crm.put("Product2", "P-1", Name="Bolt")
    crm.put("Pricebook2", "B-1", Name="List")
    product = {"Product2": {"ERP_Id__c": "P-1"}, "UnitPrice": 1}
    price = {**product, "Pricebook2": {"ERP_Id__c": "B-1"}}
    assert crm.refused("PricebookEntry", **price)[0] == "STANDARD_PRICE_NOT_DEFINED"
    [book] = crm.query("SELECT Id FROM Pricebook2 WHERE IsStandard = true")
    crm.put("PricebookEntry", "STD/P-1", **product, Pricebook2Id=book["Id"])
    crm.put("PricebookEntry", "B-1/P-1", **price)
    assert crm.refused("PricebookEntry", **price)[0] == "DUPLICATE_VALUE"


# --- deletes --------------------------------------------------------------------------------------


def test_deleting_an_account_takes_its_contacts_along(crm):
    crm.put("Account", "C-1", **ACCOUNT)
    crm.put("Account", "C-2", **ACCOUNT, Parent={"ERP_Id__c": "C-1"})
    crm.put("Contact", "P-1", LastName="A", Account={"ERP_Id__c": "C-1"})
    assert crm.call("DELETE", crm.by_key("Account", "C-1")) == (204, None)
    assert crm.sandbox.records("Contact") == {}
    assert crm.sandbox.records("Account")["C-2"]["ParentId"] is None


def test_an_account_with_orders_is_not_deleted_nor_anything_in_it(order):
    order.put("Contact", "P-1", LastName="A", Account={"ERP_Id__c": "C-1"})
    status, errors = order.call("DELETE", order.by_key("Account", "C-1"))
    assert (status, errors[0]["errorCode"]) == (400, "DELETE_FAILED")
    assert list(order.sandbox.records("Contact")) == ["P-1"]


def test_deleting_an_order_takes_its_lines_along(order):
    assert order.call("DELETE", order.by_key("Order", "O-1"))[0] == 204
    assert order.sandbox.records("OrderItem") == {}
    assert order.call("DELETE", order.by_key("Account", "C-1"))[0] == 204


def test_many_are_deleted_by_id_with_one_result_each(crm):
    first, gone = crm.put("Account", "C-1", **ACCOUNT), crm.put("Account", "C-2", **ACCOUNT)
    crm.call("DELETE", f"/sobjects/Account/{gone}")
    ids = f"{first},{gone},001000000000009AAA,x"
    status, results = crm.call("DELETE", "/composite/sobjects", ids=ids, allOrNone="false")
    codes = [r["errors"][0]["statusCode"] if r["errors"] else "" for r in results]
    assert status == 200
    assert codes == ["", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"]
    assert crm.call("DELETE", f"/sobjects/Account/{gone}")[1][0]["errorCode"] == "ENTITY_IS_DELETED"
    assert crm.call("GET", crm.by_key("Account", "C-1"))[0] == 404


def test_deletes_with_all_or_none_are_undone(order):
    account = order.sandbox.records("Account")["C-1"]["Id"]
    item = order.sandbox.records("OrderItem")["O-1/1"]["Id"]
    query = {"ids": f"{item},{account}", "allOrNone": "true"}
    status, results = order.call("DELETE", "/composite/sobjects", **query)
    assert (status, [r["success"] for r in results]) == (200, [False, False])
    assert list(order.sandbox.records("OrderItem")) == ["O-1/1"]
    assert order.query("SELECT TotalAmount FROM Order")[0]["TotalAmount"] == 7.5


def test_the_write_log_tells_effect_from_repetition(crm):
    for name in ("a", "a", "b", "a"):
        crm.put("Account", "C-1", Name=name)
    crm.call("DELETE", crm.by_key("Account", "C-1"))
    crm.put("Account", "C-1", Name="a")
    history = crm.sandbox.write_log("Account")["C-1"]
    counts = [history[k] for k in ("creates", "updates", "repeats", "deletes", "doubled")]
    assert counts == [2, 2, 1, 1, 0]
    assert [kind for _, kind, _ in history["writes"]] == [
        "create", "update", "update", "delete", "create",
    ]  # fmt: skip
    digests = [digest for _, _, digest in history["writes"]]
    assert digests[0] == digests[2] != digests[1]
