"""The sandbox CRM as the demo sees it: a process, and its own page for faults and records."""

from __future__ import annotations

import json
import ssl
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from agent.demo.crms.shape import Place, Shape
from agent.demo.ends import Fields, Records
from agent.demo.process import Process

_TIMEOUT = 30.0


class CrmSilentError(Exception):
    """The sandbox did not start."""


class Crm:
    """A running sandbox CRM."""

    def __init__(self, folder: Path, log: Path, *, crm: str, shape: Shape, keep: bool) -> None:
        words = ["--folder", str(folder), "--crm", crm, "--until-eof"]
        words += [] if keep else ["--forget"]
        self._shape = shape
        self.process = Process("adapters.sandbox", words, log)
        self.about: dict[str, str] = {}
        self._open = build_opener(ProxyHandler({}))
        self._own: dict[str, int] = {}
        """Records that the org has of its own, such as the standard price book."""

    def wait(self) -> None:
        """Until it listens. Raises CrmSilentError."""
        out = self.process.popen.stdout
        line = out.readline() if out is not None else b""
        if not line:
            raise CrmSilentError
        self.about = json.loads(line)
        tls = ssl.create_default_context(cafile=self.about["ca_file"])
        self._open = build_opener(ProxyHandler({}), HTTPSHandler(context=tls))
        names = self.state()["records"]
        self._own = {name: self._nameless(name) for name in names}

    def state(self) -> dict[str, Any]:
        """Counts and faults."""
        return dict(self._ask("GET", "state"))

    def writes(self) -> int:
        """How many writes changed something, ever."""
        totals = self.state()["writes"].values()
        return sum(item["creates"] + item["updates"] + item["deletes"] for item in totals)

    @property
    def secret(self) -> str:
        """What the agent signs in with."""
        return self.about[self._shape.credential]

    def place(self, kind: str) -> Place:
        """Where it keeps a kind of data."""
        return self._shape.places[kind]

    def count(self, kind: str) -> int:
        """How many records of a kind it holds, whatever they say."""
        return int(self.state()["records"][self.place(kind).object])

    def records(self, kind: str) -> tuple[Records, int]:
        """All records of a kind by external id; and how many more there are than ids."""
        place = self.place(kind)
        raw, more, unnamed = self._raw(place.object)
        nameless = more + sum(place.seen(record) is not None for record in unnamed)
        nameless -= self._own.get(place.object, 0)
        seen = {self._shape.key(key): place.seen(record) for key, record in raw.items()}
        return {key: fields for key, fields in seen.items() if fields is not None}, nameless

    def _raw(self, name: str) -> tuple[Records, int, list[Fields]]:
        """The records of an object by external id; how many more than ids; those without."""
        found: Records = {}
        after, total = "", 0
        while True:
            page = self._ask("GET", "records", object=name, after=after)
            found |= page["records"]
            total = page["total"]
            if page["next"] is None:
                return found, total - len(found), list(page["unnamed"].values())
            after = page["next"]

    def _nameless(self, name: str) -> int:
        page = self._ask("GET", "records", object=name, limit="1")
        return int(page["without_external_id"])

    def log(self, kind: str) -> dict[str, dict[str, Any]]:
        """What was really done to each record of a kind."""
        name = self.place(kind).object
        log = self._ask("GET", "log", object=name)[name]
        return {self._shape.key(key): item for key, item in log.items()}

    def fault(self, kind: str, **details: object) -> int:
        """Order a fault; its number lifts it again."""
        return int(self._ask("POST", "faults", {"kind": kind, **details})["id"])

    def lift(self, number: int) -> bool:
        """Lift a fault; True when it is gone."""
        self._ask("DELETE", "faults", id=str(number))
        return not self.has_fault(number)

    def has_fault(self, number: int) -> bool:
        """Whether a fault is still to come or in force."""
        return any(fault["id"] == number for fault in self._ask("GET", "faults"))

    def _ask(self, method: str, page: str, body: object = None, **query: str) -> Any:
        address = f"{self.about['url']}/sandbox/{page}?{urlencode(query)}"
        request = Request(  # noqa: S310 - https on loopback
            address,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self.about['admin_token']}",
                "Content-Type": "application/json",
            },
        )
        with self._open.open(request, timeout=_TIMEOUT) as answer:
            return json.loads(answer.read(), parse_float=Decimal)
