"""The world around the agent: an ERP that writes exports, and CRMs that record every effect.

A receiver is never faulted itself. It applies a request whole or not at all, keeps each message
once, by its id, and notes what became of every record, in order: the oracle reads that history.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECRET = "whsec_" + "a2lsbHBvaW50cyBhcmUgbm90IHNlY3JldA=="

Rows = Mapping[str, Mapping[str, str]]
"""Stream -> key -> value, as the ERP holds them."""


@dataclass
class Received:
    """What one CRM got: the history of every record, and what is wrong with how it came."""

    requests: int = 0
    resent: int = 0
    """Messages that had arrived before, under the same id: kept once."""
    ids: dict[str, str] = field(default_factory=dict)
    revisions: dict[tuple[str, str], int] = field(default_factory=dict)
    history: dict[tuple[str, str], list[str | None]] = field(default_factory=dict)
    """(entity, external id) -> the values it took on, None for a delete."""
    wrong: list[str] = field(default_factory=list)
    on_request: Callable[[int], None] = lambda _count: None
    """Hears of each request after it was applied and before it is answered."""

    refuses: str = ""
    """A record whose name holds this is refused, alone."""

    def copy(self) -> Received:
        return Received(
            self.requests, self.resent, dict(self.ids), dict(self.revisions),
            {key: list(values) for key, values in self.history.items()}, list(self.wrong),
        )  # fmt: skip

    def take(self, message: dict[str, Any]) -> None:
        """Apply one message, unless it was applied before."""
        key = (message["entity"], message["external_id"])
        said = json.dumps(message, sort_keys=True)
        known, last = self.ids.get(message["id"]), self.revisions.get(key, -1)
        if known is not None:
            self.resent += 1
            if known != said:
                self.wrong.append(f"order: the id of a message for {key} came with another content")
            elif message["revision"] < last:
                self.wrong.append(f"order: {key} was sent again after a newer one")
            return
        if message["revision"] <= last:
            self.wrong.append(f"order: {key} came after a newer one")
        self.ids[message["id"]], self.revisions[key] = said, message["revision"]
        self._apply(key, message)

    def _apply(self, key: tuple[str, str], message: dict[str, Any]) -> None:
        fields = message["fields"]
        name = "name" if key[0] == "account" else "last_name"
        value = None if message["op"] == "delete" else fields[name]
        parent = fields.get("account")
        if parent is not None and self.now.get(("account", parent)) is None:
            self.wrong.append(f"order: {key} came before the record it refers to")
        self.history.setdefault(key, []).append(value)

    @property
    def now(self) -> dict[tuple[str, str], str | None]:
        return {key: values[-1] for key, values in self.history.items()}


class Receiver:
    """A webhook endpoint with one CRM per path."""

    def __init__(self) -> None:
        self.cases: dict[str, Received] = {}
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if len(body) < int(self.headers["content-length"]):
                    return
                results = outer.take(self.path.strip("/"), json.loads(body)["messages"])
                answer = json.dumps({"results": results}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that died in the middle is what this is all about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def take(self, case: str, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Apply a request; what became of each message."""
        results = []
        with self._lock:
            received = self.cases[case]
            for message in messages:
                refused = received.refuses and received.refuses in str(message["fields"])
                if not refused:
                    received.take(message)
                results.append({"id": message["id"], "status": "rejected" if refused else "ok"})
            received.requests += 1
        received.on_request(received.requests)
        return results

    def url(self, case: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{case}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


# --- the ERP --------------------------------------------------------------------------------------

_HEADERS = {"accounts": "CUSTNO;NAME1", "contacts": "NO;CUSTNO;NAME"}
_MAPPINGS = {
    "accounts": 'version = 1\nentity = "account"\nexternal_id = "CUSTNO"\non_leave = "delete"\n'
    '[fields]\nname = "NAME1"\n',
    "contacts": 'version = 1\nentity = "contact"\nexternal_id = "NO"\non_leave = "delete"\n'
    '[fields]\nlast_name = "NAME"\naccount = "CUSTNO"\n',
}
OWNERSHIP = '[ownership.account]\nmaster = "erp"\n[ownership.contact]\nmaster = "erp"\n'
"""The ERP owns customers and people, so that it may change and delete them."""
_SOURCE = """
[sources.{name}]
kind = "files"
folder = "../export"
pattern = "{name}.csv"
content = "full"
format = {{ kind = "delimited", delimiter = ";" }}
key = ["{key}"]
ready = {{ quiet = "0s" }}
{more}
[flows.{name}]
source = "{name}"
target = "crm"
entity = "{entity}"
mapping = "mappings/{name}.toml"
"""


def configuration(target: str, more: str = "") -> str:
    """waybill.toml of a case; URL in it stands for where the case's CRM is."""
    sources = [
        _SOURCE.format(name="accounts", key="CUSTNO", entity="account", more=more),
        _SOURCE.format(name="contacts", key="NO", entity="contact", more=more),
    ]
    limits = "[limits]\nreserve_bytes = 0\n"
    head = 'version = 1\n[agent]\nname = "killpoints"\n'
    return "".join([head, limits, OWNERSHIP, target, *sources])


WEBHOOK = """
[targets.crm]
kind = "webhook"
url = "URL"
secret = "secret:crm"
batch = 8
settles_within = "1s"
"""

SALESFORCE = """
[targets.crm]
kind = "salesforce"
url = "URL"
ca_file = "CA"
settles_within = "1s"
lag = "0s"
sign_in = {{ flow = "client_credentials", client_id = "{id}", client_secret = "secret:crm" }}
"""


def write_home(home: Path, text: str) -> None:
    """Configuration and mappings of a new home folder."""
    (home / "mappings").mkdir(parents=True)
    home.chmod(0o700)
    (home / "waybill.toml").write_text(text, encoding="utf-8")
    for name, mapping in _MAPPINGS.items():
        (home / "mappings" / f"{name}.toml").write_text(mapping, encoding="utf-8")


def export(folder: Path, rows: Rows) -> None:
    """Write what the ERP holds, as it should: aside, then renamed."""
    folder.mkdir(exist_ok=True)
    for name, held in rows.items():
        lines = [_HEADERS[name]]
        for key, value in sorted(held.items()):
            lines.append(f"{key};{value}" if name == "accounts" else f"{key};{key[-3:]};{value}")
        fresh = folder / f".{name}.tmp"
        fresh.write_text("\n".join([*lines, ""]), encoding="utf-8")
        fresh.replace(folder / f"{name}.csv")


def expected(rows: Rows) -> dict[tuple[str, str], str]:
    """What the CRM must hold in the end."""
    kinds = {"accounts": "account", "contacts": "contact"}
    return {(kinds[name], key): value for name, held in rows.items() for key, value in held.items()}


def fresh_copy(template: Path, case: Path) -> None:
    """A case of its own that starts where the template ended."""
    shutil.copytree(template, case, copy_function=shutil.copyfile)
    (case / "home").chmod(0o700)
    for path in (case / "home").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
