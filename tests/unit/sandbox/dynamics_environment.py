"""A client of the sandbox's Dataverse environment, for its unit tests."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from adapters.sandbox import Sandbox
from adapters.sandbox.dynamics import DynamicsOptions
from adapters.sandbox.wire import Request, Response
from tests.unit.sandbox.conftest import ManualClock

ROOT = "/api/data/v9.2/"


class Environment:
    """A signed-in client of an environment that does not listen."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.clock = ManualClock()
        self.options = DynamicsOptions(**options)
        self.sandbox = Sandbox(
            folder, crm="dynamics", seed=1, clock=self.clock, options=self.options
        )
        self.token = ""

    def sign_in(self, **changed: str) -> tuple[int, dict[str, Any]]:
        said = self.sandbox.credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": said["client_id"],
            "client_secret": said["client_secret"],
            "scope": "/.default",
            **changed,
        }
        path = f"/{said['tenant']}/oauth2/v2.0/{changed.pop('endpoint', 'token')}"
        response = self.raw("POST", path, urlencode(form).encode())
        return response.status, orjson.loads(response.body)

    def raw(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Response:
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        request = Request(method, parts.path, query, headers or {}, body)
        return self.sandbox._dispatch.serve(request)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        if not self.token:
            self.token = self.sign_in()[1]["access_token"]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.raw(
            method, ROOT + path, data, {"authorization": f"Bearer {self.token}", **named}
        )

    def rows(self, path: str, **headers: str) -> list[dict[str, Any]]:
        response = self.call("GET", path, **headers)
        assert response.status == 200, response.body
        return orjson.loads(response.body)["value"]

    def refused(self, response: Response) -> tuple[int, str]:
        return response.status, orjson.loads(response.body)["error"]["code"]


def put(crm: Environment, key: str, **fields: Any) -> Response:
    return crm.call("PATCH", f"accounts(erp_id='{key}')", fields)
