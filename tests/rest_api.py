"""A small JSON API for tests of the generic REST target: customers by key, one by one or many."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from adapters.targets import rest
from adapters.targets.rest import RestConfig
from agent.ports import Target
from tests.http_stub import Asked, Stub, context, json_reply, reply

TOKEN = "k3y"
BATCH = {
    "upsert": {
        "method": "POST",
        "path": "/customers/batch",
        "body": {"items": "{records}"},
        "record": {"key": "{external_id}", "data": "{fields}"},
    },
    "delete": {
        "method": "POST",
        "path": "/customers/remove",
        "body": {"items": "{records}"},
        "record": {"key": "{external_id}"},
    },
    "find": {
        "path": "/customers/{external_id}",
        "remote_id": "$.no",
        "fields": {
            "name": {"path": "$.data.name"},
            "credit_limit": {"path": "$.data.credit_limit", "places": 2},
        },
    },
}
RESULTS = {"each": "$.results[*]", "key": "$.key", "status": "$.state", "ok": ["done"]}


@dataclass
class Api:
    """Holds customers; `faults` are taken one by one by requests that write."""

    faults: list[str] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> bytes | None:
        if asked.headers.get("x-api-key") != TOKEN:
            return json_reply(401, b"{}")
        if asked.method == "GET":
            return self._shown(unquote(asked.target.rpartition("/")[2]))
        fault = self.faults.pop(0) if self.faults else ""
        match fault:
            case "drop_before":
                return None
            case "html":
                return reply(200, b"<html>", content_type="text/html")
            case "unavailable":
                return json_reply(503, b"{}")
            case "limit":
                return json_reply(429, b"{}", retry_after="30")
        items = json.loads(asked.body)["items"]
        if asked.target.endswith("/remove"):
            results = [self._removed(item) for item in items]
        else:
            results = [self._kept(item) for item in items]
        said = json.dumps({"results": results[::-1]}).encode()
        return None if fault == "commit_then_drop" else json_reply(200, said)

    def _shown(self, key: str) -> bytes:
        if key not in self.records:
            return json_reply(404, b"{}")
        data = self.records[key]
        numbers = {"credit_limit": float(data["credit_limit"])} if "credit_limit" in data else {}
        return json_reply(200, json.dumps({"no": 7, "data": {**data, **numbers}}).encode())

    def _kept(self, item: dict[str, Any]) -> dict[str, Any]:
        key, data = item["key"], item["data"]
        if self.records.get(key) != data:
            self.writes[key] = self.writes.get(key, 0) + 1
        self.records[key] = data
        return {"key": key, "state": "done"}

    def _removed(self, item: dict[str, Any]) -> dict[str, Any]:
        self.records.pop(item["key"], None)
        return {"key": item["key"], "state": "done"}


@dataclass
class RestRig:
    """For `TargetSuite`: a target that sends batches, and the API behind it."""

    folder: Path

    def __post_init__(self) -> None:
        self.api = Api()
        self.stub = Stub(self.api).__enter__()
        self.is_down = False
        self.target = self.at(self.stub.url)

    def at(self, url: str) -> Target:
        return self._make(url, TOKEN)

    def with_wrong_secret(self) -> Target:
        return self._make(self.stub.url, "wrong")

    def _make(self, url: str, key: str) -> Target:
        config = RestConfig.model_validate(
            {
                "url": url,
                "batch": 200,
                "entities": {"account": BATCH},
                "results": RESULTS,
                "repeatable": True,
                "timeout": "10s",
                "sign_in": {"flow": "header", "name": "X-Api-Key", "value": "secret:key"},
            }
        )
        return rest.make(config, context(self.folder, key=key))

    def path(self) -> str:
        return ""

    def held(self) -> dict[str, str]:
        return {key: data["name"] for key, data in self.api.records.items()}

    def effects(self, external_id: str) -> int:
        return self.api.writes[external_id]

    def fault(self, kind: str) -> None:
        if kind == "down":
            self.stub.__exit__()
            self.is_down = True
        else:
            self.api.faults.append(kind)

    def close(self) -> None:
        self.target.close()
        if not self.is_down:
            self.stub.__exit__()
