"""SOQL: what is found, in which order, in which form, and what is refused."""

import pytest

from adapters.sandbox.salesforce.soql import quote


@pytest.fixture
def org(crm):
    crm.upsert(
        "Account",
        {"ERP_Id__c": "C-1", "Name": "Acme", "ERP_Balance__c": 10.5, "ERP_Active__c": True},
        {"ERP_Id__c": "C-2", "Name": "O'Brien \\ Söhne", "ERP_Balance__c": -3},
        {"ERP_Id__c": "C-3", "Name": "zeta", "BillingCity": "Köln"},
        {"Name": "no key", "ERP_Id__c": "d"},
    )
    crm.put("Account", "C-3", Parent={"ERP_Id__c": "C-1"})
    crm.put(
        "ERP_Invoice__c", "I-1", ERP_Account__r={"ERP_Id__c": "C-3"}, ERP_Due_Date__c="2026-12-01"
    )
    return crm


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'ACME'", ["C-1"]),  # text is compared without case
        ("ERP_Id__c = 'c-1'", []),  # but not in a case-sensitive field
        (f"Name = {quote(chr(79) + chr(39) + 'Brien ' + chr(92) + ' Söhne')}", ["C-2"]),
        ("ERP_Id__c IN ('C-1', 'C-3', 'nope')", ["C-1", "C-3"]),
        ("ERP_Id__c NOT IN ('C-1', 'C-3')", ["C-2", "d"]),
        ("ERP_Balance__c > -3", ["C-1"]),
        ("ERP_Balance__c >= -3 AND ERP_Balance__c < 10.5", ["C-2"]),
        ("ERP_Balance__c = null", ["C-3", "d"]),
        ("ERP_Balance__c != null", ["C-1", "C-2"]),
        ("BillingCity != 'Köln'", ["C-1", "C-2", "d"]),
        ("ERP_Active__c = true", ["C-1"]),
        ("ERP_Id__c > 'C-1' AND ERP_Id__c <= 'C-3'", ["C-2", "C-3"]),
        ("Parent.ERP_Id__c = 'C-1'", ["C-3"]),
        ("Parent.Name = null AND ERP_Id__c != 'd'", ["C-1", "C-2"]),
        ("(Name = 'Acme' OR Name = 'zeta') AND NOT (ERP_Active__c = true)", ["C-3"]),
        ("Name LIKE '%e%'", ["C-1", "C-2", "C-3", "d"]),
        ("Name LIKE 'ac_e'", ["C-1"]),
        ("SystemModstamp >= 2026-11-20T13:00:00+01:00", ["C-1", "C-2", "C-3", "d"]),
        ("SystemModstamp > 2026-11-20T12:00:00Z", []),
    ],
)
def test_a_condition_finds(org, where: str, found: list[str]):
    records = org.query(f"SELECT ERP_Id__c FROM Account WHERE {where} ORDER BY ERP_Id__c")
    assert [record["ERP_Id__c"] for record in records] == found


def test_parents_are_nested_and_names_are_spelled_as_the_schema_does(org):
    [record] = org.query(
        "select id, erp_account__r.Parent.erp_id__c, ERP_Account__r.Name from erp_invoice__c "
        "where ERP_Due_Date__c = 2026-12-01"
    )
    assert record["attributes"]["type"] == "ERP_Invoice__c"
    assert record["ERP_Account__r"]["Name"] == "zeta"
    assert record["ERP_Account__r"]["Parent"]["ERP_Id__c"] == "C-1"


def test_nulls_come_first_unless_asked_otherwise(org):
    def order(by: str) -> list[float | None]:
        rows = org.query(f"SELECT ERP_Balance__c FROM Account ORDER BY ERP_Balance__c {by}, Name")
        return [row["ERP_Balance__c"] for row in rows]

    assert order("") == [None, None, -3, 10.5]
    assert order("DESC NULLS LAST") == [10.5, -3, None, None]


def test_count_gives_only_the_size(org):
    status, answer = org.call("GET", "/query", q="SELECT COUNT() FROM Account WHERE Name != null")
    assert (status, answer) == (200, {"totalSize": 4, "done": True, "records": []})


def test_limit_cuts(org):
    assert len(org.query("SELECT Id FROM Account LIMIT 3")) == 3


def test_a_long_answer_comes_in_pages(org):
    org.sandbox.options.page_size = 3
    status, first = org.call("GET", "/query", q="SELECT ERP_Id__c FROM Account ORDER BY ERP_Id__c")
    assert (status, first["done"], first["totalSize"], len(first["records"])) == (200, False, 4, 3)
    rest = first["nextRecordsUrl"].removeprefix("/services/data/v67.0")
    _, second = org.call("GET", rest)
    assert (second["done"], [r["ERP_Id__c"] for r in second["records"]]) == (True, ["d"])
    assert org.call("GET", "/query/01gnope-3")[1][0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELEC Id FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name IN ()", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account; DROP", "MALFORMED_QUERY"),
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Nope.Id FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE ERP_Balance__c = '5'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id = 'nope'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(org, text: str, code: str):
    status, errors = org.call("GET", "/query", q=text)
    assert (status, errors[0]["errorCode"]) == (400, code)


def test_ids_of_15_characters_are_understood(org):
    [row] = org.query("SELECT Id FROM Account WHERE ERP_Id__c = 'C-1'")
    assert org.query(f"SELECT Id FROM Account WHERE Id = '{row['Id'][:15]}'")[0]["Id"] == row["Id"]
    assert org.call("GET", f"/sobjects/Account/{row['Id'][:15]}")[1]["Name"] == "Acme"
