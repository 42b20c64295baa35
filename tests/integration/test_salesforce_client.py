"""The sandbox driven by an independent client: that it is truthful."""

from __future__ import annotations

import csv
import io
import json
import ssl
import urllib.parse
import urllib.request

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.salesforce import SalesforceOptions
from tests.clients import MISSING

library = pytest.importorskip("simple_salesforce", reason=MISSING)
requests = pytest.importorskip("requests", reason=MISSING)


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1, options=SalesforceOptions()) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def client(sandbox):
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret}  # fmt: skip
    tls = ssl.create_default_context(cafile=str(sandbox.ca_file))
    url = f"{sandbox.url}/services/oauth2/token"
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(url, data, context=tls, timeout=10) as answer:
        said = json.load(answer)
    session = requests.Session()
    session.verify = str(sandbox.ca_file)
    session.trust_env = False
    yield library.Salesforce(
        instance_url=said["instance_url"],
        session_id=said["access_token"],
        session=session,
        version="60.0",
    )
    session.close()


def test_it_upserts_reads_queries_and_deletes(client, sandbox):
    assert client.Account.upsert("ERP_Id__c/C-1", {"Name": "Acme"}) == 201
    assert client.Account.upsert("ERP_Id__c/C-1", {"Name": "Acme & Sons"}) == 200
    found = client.Account.get_by_custom_id("ERP_Id__c", "C-1")
    assert found["Name"] == "Acme & Sons"
    for number in range(5):
        client.Account.create({"Name": f"N{number}", "ERP_Id__c": f"C/{number}"})
    sandbox.options.page_size = 200
    records = client.query_all("SELECT Id, Name FROM Account ORDER BY Name")["records"]
    assert records[0]["Name"] == "Acme & Sons"
    assert len(records) == 6
    assert client.Account.delete(found["Id"]) == 204
    assert set(sandbox.records("Account")) == {f"C/{number}" for number in range(5)}


def test_it_understands_refusals(client, sandbox):
    with pytest.raises(library.SalesforceMalformedRequest) as caught:
        client.Account.create({"Phone": "1"})
    assert caught.value.content[0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    with pytest.raises(library.SalesforceResourceNotFound):
        client.Account.get("001000000000999AAA")
    sandbox.end_sessions()
    with pytest.raises(library.SalesforceExpiredSession):
        client.query("SELECT Id FROM Account")


def test_it_describes_and_counts_calls(client):
    fields = {field["name"]: field for field in client.Account.describe()["fields"]}
    assert fields["ERP_Id__c"]["externalId"]
    assert client.limits()["DailyApiRequests"]["Max"] == 1_000_000
    assert client.api_usage["api-usage"].total == 1_000_000


def test_its_bulk_jobs_work_on_every_line(client, sandbox):
    rows = [{"ERP_Id__c": f"C-{n}", "Name": f"n{n}" if n != 3 else ""} for n in range(300)]
    (told,) = client.bulk2.Account.upsert(records=rows, external_id_field="ERP_Id__c")
    assert (told["numberRecordsTotal"], told["numberRecordsFailed"]) == (300, 1)
    (failed,) = csv.DictReader(io.StringIO(client.bulk2.Account.get_failed_records(told["job_id"])))
    assert failed["ERP_Id__c"] == "C-3"
    assert len(sandbox.records("Account")) == 299


def test_its_composite_graphs_are_all_or_none(client, sandbox):
    def nodes(key, last_name):
        root = f"/services/data/v{client.sf_version}/sobjects"
        of = {"LastName": last_name, "AccountId": "@{one.id}"}
        return [
            {"referenceId": "one", "method": "PATCH", "url": f"{root}/Account/ERP_Id__c/{key}",
             "body": {"Name": key}},
            {"referenceId": "two", "method": "POST", "url": f"{root}/Contact", "body": of},
        ]  # fmt: skip

    graphs = [
        {"graphId": "good", "compositeRequest": nodes("C-1", "Doe")},
        {"graphId": "bad", "compositeRequest": nodes("C-2", None)},
    ]
    told = client.restful("composite/graph", method="POST", json={"graphs": graphs})["graphs"]
    assert {graph["graphId"]: graph["isSuccessful"] for graph in told} == {
        "good": True, "bad": False
    }  # fmt: skip
    assert set(sandbox.records("Account")) == {"C-1"}
