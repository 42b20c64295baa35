"""The sandbox's tenant is one that an independent OData v2 client can work with."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from types import SimpleNamespace

import pytest

from adapters.sandbox import Sandbox
from tests.clients import MISSING

pyodata = pytest.importorskip("pyodata", reason=MISSING)
SERVICE = "/sap/c4c/odata/v1/c4codataapi"


class Session:
    """The little of `requests.Session` that pyodata uses, over the standard library."""

    def __init__(self, sandbox):
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        given = (sandbox.user, sandbox.credentials["password"])
        passwords.add_password(None, sandbox.url, *given, is_authenticated=True)
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=sandbox.ca_file)),
            urllib.request.HTTPBasicAuthHandler(passwords),
            urllib.request.HTTPCookieProcessor(),
        )
        self.headers: dict[str, str] = {}

    def request(self, method, url, headers=None, params=None, data=None, **_):
        if params:
            text = params if isinstance(params, str) else urllib.parse.urlencode(params)
            url += "?" + urllib.parse.quote(text, safe="$=&%'+")
        body = data.encode() if isinstance(data, str) else data
        asked = urllib.request.Request(
            url, body, {**self.headers, **(headers or {})}, method=method
        )
        try:
            answer = self.opener.open(asked)
        except urllib.error.HTTPError as error:
            answer = error
        return self._answer(answer, url)

    def get(self, url, **more):
        return self.request("GET", url, **more)

    @staticmethod
    def _answer(answer: HTTPResponse, url: str):
        content = answer.read()
        return SimpleNamespace(
            status_code=answer.status,
            headers=answer.headers,
            content=content,
            text=content.decode(),
            url=url,
            json=lambda: json.loads(content),
        )


@pytest.fixture
def client(tmp_path):
    with Sandbox(tmp_path / "crm", crm="sap", seed=1) as sandbox:
        session = Session(sandbox)
        answer = session.get(f"{sandbox.url}{SERVICE}/", headers={"x-csrf-token": "fetch"})
        session.headers["x-csrf-token"] = answer.headers["X-CSRF-Token"]
        yield pyodata.Client(f"{sandbox.url}{SERVICE}", session)
        assert list(sandbox.crashes) == []


@pytest.fixture
def gateway(tmp_path):
    with Sandbox(tmp_path / "erp", crm="sap-gateway", seed=1) as sandbox:
        session = Session(sandbox)
        session.headers["sap-client"] = "100"
        url = f"{sandbox.url}/sap/opu/odata/sap/ZWAYBILL_SRV"
        answer = session.get(f"{url}/", headers={"x-csrf-token": "fetch"})
        session.headers["x-csrf-token"] = answer.headers["X-CSRF-Token"]
        yield pyodata.Client(url, session)
        assert list(sandbox.crashes) == []


def test_pyodata_works_with_a_gateway(gateway):
    accounts = gateway.entity_sets.CorporateAccountSet
    made = accounts.create_entity().set(Name="ACME", ERPKey="C-1", City="Bonn").execute()
    described = gateway.schema.entity_type("CorporateAccount")
    assert described.proprty("Guid").type_info.name == "Edm.Guid"
    (found,) = accounts.get_entities().filter("ERPKey eq 'C-1'").execute()
    assert (found.Guid, found.City) == (made.Guid, "Bonn")
    again = accounts.get_entity(made.Guid).execute()
    assert again.Name == "ACME"
    change = accounts.update_entity(made.Guid, method="MERGE").set(Name="ACME AG")
    change.add_headers({"If-Match": "*"})
    change.execute()
    assert accounts.get_entity(made.Guid).execute().Name == "ACME AG"
    gone = accounts.delete_entity(made.Guid)
    gone.add_headers({"If-Match": "*"})
    gone.execute()
    assert list(accounts.get_entities().execute()) == []


def test_pyodata_reads_the_description(client):
    names = {each.name for each in client.schema.entity_sets}
    assert {"CorporateAccountCollection", "ContactCollection"} <= names
    account = client.schema.entity_type("CorporateAccount")
    assert account.proprty("Name").max_length == 40


def created(accounts, **fields):
    """SAP answers a create with one object under `results`, which pyodata does not read: find it."""
    accounts.create_entity().set(RoleCode="CRM000", **fields).execute()
    (found,) = accounts.get_entities().filter(f"Name eq '{fields['Name']}'").execute()
    return found


def test_pyodata_creates_finds_and_changes_a_record(client):
    accounts = client.entity_sets.CorporateAccountCollection
    made = created(accounts, Name="ACME", ERPKey_KUT="C-1")
    accounts.update_entity(made.ObjectID).set(Street="Main St").execute()
    (found,) = accounts.get_entities().filter("ERPKey_KUT eq 'C-1'").execute()
    assert (found.Name, found.Street, found.AccountID) == ("ACME", "Main St", "1000001")
    assert found.ObjectID == made.ObjectID


def test_pyodata_reads_amounts_and_points_in_time(client):
    found = created(client.entity_sets.CorporateAccountCollection, Name="A", ERPBalance_KUT="12.5")
    assert found.ERPBalance_KUT == "12.500000"
    assert found.EntityLastChangedOn.utcoffset() is not None


def test_pyodata_is_told_what_is_wrong_with_a_record(client):
    asked = client.entity_sets.CorporateAccountCollection.create_entity().set(RoleCode="CRM000")
    with pytest.raises(pyodata.exceptions.HttpError) as caught:
        asked.execute()
    assert "Name is a mandatory field" in caught.value.response.text


def test_pyodata_sends_a_batch_of_change_sets(client):
    accounts = client.entity_sets.CorporateAccountCollection
    batch = client.create_batch("batch_1")
    for name in ("One", "Two"):
        changes = client.create_changeset(f"set_{name}")
        changes.add_request(accounts.create_entity().set(Name=name, RoleCode="CRM000"))
        batch.add_request(changes)
    batch.execute()
    found = accounts.get_entities().order_by("Name").execute()
    assert [account.Name for account in found] == ["One", "Two"]
