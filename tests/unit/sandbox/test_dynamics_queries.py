"""Queries of the sandbox's Dataverse environment: pages, filters, parents."""

from collections.abc import Iterator
from urllib.parse import urlencode

import orjson
import pytest

from tests.unit.sandbox.dynamics_environment import ROOT, Environment, put


@pytest.fixture
def crm(tmp_path) -> Iterator[Environment]:
    environment = Environment(tmp_path / "crm")
    yield environment
    assert list(environment.sandbox.crashes) == []


def test_pages_follow_each_other_without_gap_or_repeat(crm):
    for number in range(25):
        put(crm, f"C-{number}", name=f"n{number}")
    seen, path = [], "accounts?$select=name&$filter=erp_id ne null"
    while path:
        response = crm.call("GET", path, prefer="odata.maxpagesize=10")
        page = orjson.loads(response.body)
        seen += [row["name"] for row in page["value"]]
        path = page.get("@odata.nextLink", "").partition(ROOT)[2]
        assert len(page["value"]) <= 10
    assert sorted(seen) == sorted(f"n{number}" for number in range(25))


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ("name eq 'Älpha'", ["Älpha"]),
        ("name eq 'ALPHA'", ["Älpha"]),
        ("name ne 'Älpha' and creditlimit gt 10", ["Gamma"]),
        ("creditlimit eq null or name eq 'Gamma'", ["Beta", "Gamma"]),
        ("not (name eq 'Beta')", ["Gamma", "Älpha"]),
        ("contains(name,'am')", ["Gamma"]),
        ("startswith(name,'Be')", ["Beta"]),
        ('Microsoft.Dynamics.CRM.In(PropertyName=\'name\',PropertyValues=["Beta","x"])', ["Beta"]),
        ("parentaccountid/name eq 'Älpha'", ["Beta"]),
        ("name eq 'O''Neill'", []),
    ],
)
def test_filters(crm, test, found):
    put(crm, "1", name="Älpha", creditlimit=10)
    put(crm, "2", name="Beta", **{"parentaccountid@odata.bind": "/accounts(erp_id='1')"})
    put(crm, "3", name="Gamma", creditlimit=20.5)
    rows = crm.rows("accounts?" + urlencode({"$select": "name", "$filter": test}))
    assert sorted(row["name"] for row in rows) == sorted(found)


@pytest.mark.parametrize("query", ["$filter=nope eq 1", "$select=nope", "$expand=nope",
                                   "$filter=name eq", "$apply=x", "$filter=name like 'x'"])  # fmt: skip
def test_what_it_does_not_know_is_refused(crm, query):
    put(crm, "1", name="x")
    assert crm.call("GET", f"accounts?{query}").status == 400


def test_a_parent_is_expanded(crm):
    put(crm, "1", name="one")
    put(crm, "2", name="two", **{"parentaccountid@odata.bind": "/accounts(erp_id='1')"})
    rows = crm.rows("accounts?$select=name&$expand=parentaccountid($select=erp_id)")
    parents = {row["name"]: (row["parentaccountid"] or {}).get("erp_id") for row in rows}
    assert parents == {"one": None, "two": "1"}
