"""Microsoft's own clients work with the sandbox's environment: what it says is what they expect.

They are no part of what is installed: `dev.py test` brings them (tests/clients.py).
"""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest

from adapters.sandbox import Sandbox
from tests.clients import MISSING
from tests.dynamics_rig import certificate

msal = pytest.importorskip("msal", reason=MISSING)
dataverse = pytest.importorskip("PowerPlatform.Dataverse.client", reason=MISSING)
upserts = pytest.importorskip("PowerPlatform.Dataverse.models.upsert", reason=MISSING)
errors = pytest.importorskip("PowerPlatform.Dataverse.core.errors", reason=MISSING)

pytestmark = pytest.mark.filterwarnings("default")  # theirs are not ours to mend


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    with Sandbox(tmp_path / "sandbox", crm="dynamics", seed=1) as running:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca_file))
        monkeypatch.setenv("NO_PROXY", "*")
        yield running
        assert list(running.crashes) == []


def signed_in(sandbox, credential):
    said = sandbox.credentials
    app = msal.ConfidentialClientApplication(
        said["client_id"],
        client_credential=credential,
        authority=f"{sandbox.url}/{said['tenant']}",
        instance_discovery=False,
        verify=str(sandbox.ca_file),
    )
    return app.acquire_token_for_client([f"{sandbox.url}/.default"])


class Credential:
    """What `azure-identity` would be."""

    def __init__(self, sandbox):
        self.token = signed_in(sandbox, sandbox.credentials["client_secret"])["access_token"]

    def get_token(self, *_scopes, **_more):
        from azure.core.credentials import AccessToken  # comes with their client

        return AccessToken(self.token, int(time.time()) + 3000)


@pytest.fixture
def client(sandbox):
    @contextmanager
    def opened():
        with dataverse.DataverseClient(sandbox.url, Credential(sandbox)) as found:
            yield found

    with opened() as found:
        yield found


def test_msal_signs_in_with_a_secret_and_hears_why_not(sandbox):
    assert signed_in(sandbox, sandbox.credentials["client_secret"])["token_type"] == "Bearer"
    refused = signed_in(sandbox, "wrong")
    assert refused["error"] == "invalid_client"
    assert refused["error_codes"] == [7000215]


def test_msal_signs_in_with_a_certificate(sandbox):
    pem, public = certificate()
    credential = {"private_key": pem, "public_certificate": public.decode()}
    assert "error" in signed_in(sandbox, credential)
    sandbox.trust_key(public)
    assert signed_in(sandbox, credential)["token_type"] == "Bearer"


def test_records_are_created_read_changed_and_deleted(client, sandbox):
    made = client.records.create("account", {"name": "Acme", "creditlimit": 12.5})
    assert client.records.retrieve("account", made, select=["name"])["name"] == "Acme"
    client.records.update("account", made, {"name": "Acme AG"})
    assert sandbox.every("account")[made]["name"] == "Acme AG"
    found = client.records.list("account", filter="creditlimit gt 10", select=["name"])
    assert [row["name"] for row in found] == ["Acme AG"]
    client.records.delete("account", made)
    assert sandbox.every("account") == {}


def items(*names):
    return [
        upserts.UpsertItem(alternate_key={"erp_id": f"C-{n}"}, record={"name": name})
        for n, name in enumerate(names)
    ]


def test_upserts_by_alternate_key_one_and_many(client, sandbox):
    client.records.upsert("account", items("one"))
    client.records.upsert("account", items("uno", "two"))
    names = {key: fields["name"] for key, fields in sandbox.records("account").items()}
    assert names == {"C-0": "uno", "C-1": "two"}


def test_an_upsert_of_many_is_rolled_back_and_their_client_hears_the_code(client, sandbox):
    with pytest.raises(errors.HttpError) as caught:
        client.records.upsert("account", items("one", "x" * 200))
    assert "0x80044331" in str(caught.value.to_dict())
    assert sandbox.records("account") == {}


def test_a_batch_that_goes_on_gives_each_its_own_answer(client, sandbox):
    batch = client.batch.new()
    for name in ("one", "x" * 200, "three"):
        batch.records.create("account", {"name": name})
    result = batch.execute(continue_on_error=True)
    assert [answer.status_code for answer in result.responses] == [204, 400, 204]
    assert len(sandbox.every("account")) == 2


def test_tables_and_keys_are_described_as_they_expect(client):
    (key,) = client.tables.get_alternate_keys("account")
    assert (key.key_attributes, key.status) == (["erp_id"], "Active")
    assert client.tables.get("account")["entity_set_name"] == "accounts"
