"""The sandbox driven by HubSpot's own client: that it is truthful."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from tests.clients import MISSING

hubspot = pytest.importorskip("hubspot", reason=MISSING)


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="hubspot", seed=1) as running:
        yield running
        assert list(running.crashes) == []


def pointed(api, sandbox):
    """One of the client's APIs, at the sandbox."""
    settings = api.api_client.configuration
    settings.host = sandbox.url
    settings.ssl_ca_cert = str(sandbox.ca_file)
    fresh = type(api.api_client.rest_client)(settings)
    api.api_client.rest_client = fresh
    return api


@pytest.fixture
def client(sandbox):
    return hubspot.HubSpot(access_token=sandbox.credentials["private_app_token"])


def upserted(client, sandbox, kind, *records):
    from hubspot.crm.objects import (
        BatchInputSimplePublicObjectBatchInputUpsert,
        SimplePublicObjectBatchInputUpsert,
    )

    inputs = [
        SimplePublicObjectBatchInputUpsert(
            id=record["erp_id"],
            id_property="erp_id",
            object_write_trace_id=f"t{place}",
            properties=record,
        )
        for place, record in enumerate(records)
    ]
    api = pointed(client.crm.objects.batch_api, sandbox)
    batch = BatchInputSimplePublicObjectBatchInputUpsert(inputs=inputs)
    return api.upsert(kind, batch)


def test_the_vendors_client_upserts_and_understands_a_207(client, sandbox):
    records = [{"erp_id": str(n), "name": f"n{n}", "erp_balance": "1.5"} for n in range(3)]
    made = upserted(client, sandbox, "companies", *records)
    assert {item.properties["erp_id"] for item in made.results} == {"0", "1", "2"}
    assert all(item.new for item in made.results)
    records[1]["erp_balance"] = "much"
    mixed = upserted(client, sandbox, "companies", *records)
    assert mixed.num_errors == 1
    assert mixed.errors[0].context == {"objectWriteTraceId": ["t1"]}
    assert mixed.errors[0].category == "VALIDATION_ERROR"


def test_the_vendors_client_reads_searches_and_pages(client, sandbox):
    from hubspot.crm.objects import (
        BatchReadInputSimplePublicObjectId,
        PublicObjectSearchRequest,
        SimplePublicObjectId,
    )

    upserted(client, sandbox, "companies", *({"erp_id": str(n)} for n in range(5)))
    api = pointed(client.crm.objects.batch_api, sandbox)
    wanted = BatchReadInputSimplePublicObjectId(
        id_property="erp_id",
        inputs=[SimplePublicObjectId(id="3"), SimplePublicObjectId(id="9")],
        properties=["erp_id"],
        properties_with_history=[],
    )
    read = api.read("companies", wanted)
    assert [item.properties["erp_id"] for item in read.results] == ["3"]
    assert read.errors[0].context == {"ids": ["9"]}
    basic = pointed(client.crm.objects.basic_api, sandbox)
    page = basic.get_page("companies", limit=2, properties=["erp_id"])
    assert len(page.results) == 2
    assert page.paging.next.after
    found = pointed(client.crm.objects.search_api, sandbox).do_search(
        "companies", PublicObjectSearchRequest(limit=100, properties=["erp_id"])
    )
    assert found.total == 5


def test_the_vendors_client_links_and_unlinks(client, sandbox):
    from hubspot.crm.associations.v4 import (
        BatchInputPublicDefaultAssociationMultiPost,
        BatchInputPublicFetchAssociationsBatchRequest,
        PublicDefaultAssociationMultiPost,
        PublicFetchAssociationsBatchRequest,
    )

    company = upserted(client, sandbox, "companies", {"erp_id": "1"}).results[0].id
    contact = upserted(client, sandbox, "contacts", {"erp_id": "2"}).results[0].id
    api = pointed(client.crm.associations.v4.batch_api, sandbox)
    pair = PublicDefaultAssociationMultiPost(_from={"id": contact}, to={"id": company})
    batch = BatchInputPublicDefaultAssociationMultiPost(inputs=[pair])
    made = api.create_default("contacts", "companies", batch)
    assert {made.results[0]._from.id, made.results[0].to.id} == {contact, company}
    asked = PublicFetchAssociationsBatchRequest(id=contact)
    batch = BatchInputPublicFetchAssociationsBatchRequest(inputs=[asked])
    (item,) = api.get_page("contacts", "companies", batch).results
    assert [str(each.to_object_id) for each in item.to] == [company]


def test_the_vendors_client_reads_properties_and_schemas(client, sandbox):
    found = pointed(client.crm.properties.core_api, sandbox).get_all("companies")
    key = next(item for item in found.results if item.name == "erp_id")
    assert key.has_unique_value
    schemas = pointed(client.crm.schemas.core_api, sandbox).get_all()
    assert any(item.name == "erp_invoice" for item in schemas.results)


def test_the_vendors_client_understands_a_refusal(client, sandbox):
    from hubspot.crm.objects.exceptions import ApiException

    sandbox.options.without_scope.add("orders")
    with pytest.raises(ApiException) as caught:
        pointed(client.crm.objects.basic_api, sandbox).get_page("orders")
    assert caught.value.status == 403
    assert "MISSING_SCOPES" in caught.value.body
