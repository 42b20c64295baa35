"""The sandbox without its sockets: requests go straight to the dispatcher."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest

from adapters.sandbox import Options, Sandbox
from adapters.sandbox.wire import Request, Response

BASE = "/services/data/v67.0"


class ManualClock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self._passed = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC) + self._passed

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def forward(self, seconds: float) -> None:
        self._passed += timedelta(seconds=seconds)


class Crm:
    """A signed-in client of a sandbox that does not listen."""

    def __init__(self, sandbox: Sandbox, clock: ManualClock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.token = ""

    def sign_in(self, **form: str) -> Response:
        form = form or {
            "grant_type": "client_credentials",
            "client_id": self.sandbox.client_id,
            "client_secret": self.sandbox.client_secret,
        }
        return self.raw("POST", "/services/oauth2/token", urlencode(form).encode())

    def raw(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> Response:
        request = Request(method, path, query, headers or {}, body)
        return self.sandbox._dispatch.serve(request)

    def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """A REST call; its status and its JSON."""
        if not self.token:
            self.token = orjson.loads(self.sign_in().body)["access_token"]
        headers = {"authorization": f"Bearer {self.token}"}
        data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        response = self.raw(method, BASE + path, data, headers, **query)
        return response.status, orjson.loads(response.body) if response.body else None

    def upsert(self, name: str, *records: dict[str, Any], all_or_none: bool = False) -> list[Any]:
        """A collections upsert by ERP_Id__c; its results."""
        typed = [{"attributes": {"type": name}, **record} for record in records]
        body = {"allOrNone": all_or_none, "records": typed}
        status, results = self.call("PATCH", f"/composite/sobjects/{name}/ERP_Id__c", body)
        assert status == 200, results
        return results

    def put(self, name: str, key: str, **fields: Any) -> str:
        """A record that must be accepted; its id."""
        [result] = self.upsert(name, {"ERP_Id__c": key, **fields})
        assert result["success"], result
        return result["id"]

    def refused(self, name: str, **fields: Any) -> tuple[str, list[str]]:
        """A record that must be refused: code and fields."""
        [result] = self.upsert(name, {"ERP_Id__c": "X", **fields})
        assert not result["success"]
        return result["errors"][0]["statusCode"], result["errors"][0]["fields"]

    def query(self, text: str) -> list[dict[str, Any]]:
        status, page = self.call("GET", "/query", q=text)
        assert status == 200, page
        return page["records"]

    def by_key(self, name: str, key: str) -> str:
        return f"/sobjects/{name}/ERP_Id__c/{quote(key, safe='')}"


@pytest.fixture
def make_crm(tmp_path: Path) -> Iterator[Callable[..., Crm]]:
    made: list[Crm] = []

    def make(options: Options | None = None, **details: Any) -> Crm:
        clock = ManualClock()
        sandbox = Sandbox(
            tmp_path / f"crm{len(made)}", seed=1, clock=clock, options=options, **details
        )
        made.append(Crm(sandbox, clock))
        return made[-1]

    yield make
    for crm in made:
        assert list(crm.sandbox.crashes) == []


@pytest.fixture
def crm(make_crm: Callable[..., Crm]) -> Crm:
    return make_crm()
