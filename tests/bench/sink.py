"""The least that takes collection upserts over HTTPS: it counts how often each record came.

A sandbox holds every record and what was done to it, some kilobytes each; a million of them would
measure its memory and not the agent's. This one keeps a byte a record: `python -m tests.bench.sink
FOLDER RECORDS` says in one line of JSON where it is, and how to sign in. External ids are a letter
and a number.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import orjson

from adapters.sandbox.ca import server_context
from adapters.sandbox.server import HOST, Listener
from adapters.sandbox.wire import ApiError, Request, Response, answer

_UPSERT = re.compile(r"/services/data/v[\d.]+/composite/sobjects/Account/(\w+)")
_MOST = 255


class Sink:
    """What came, by record."""

    def __init__(self, records: int) -> None:
        self._lock = threading.Lock()
        self._came = bytearray(records)
        self._counts = {"requests": 0, "messages": 0, "records": 0}
        self.url = ""

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError."""
        if request.path == "/services/oauth2/token":
            return answer(
                {"access_token": "sink", "instance_url": self.url, "token_type": "Bearer"}
            )
        if request.path == "/state":
            with self._lock:
                return answer(self._counts)
        found = _UPSERT.fullmatch(request.path)
        if found is None or request.method != "PATCH":
            raise ApiError(
                404, "NOT_FOUND", "The sink takes upserts of accounts, and nothing else."
            )
        records = orjson.loads(request.body)["records"]
        return Response(200, orjson.dumps([self._take(record[found[1]]) for record in records]))

    def _take(self, external_id: str) -> Mapping[str, object]:
        number = int(external_id[1:])
        with self._lock:
            is_new = not self._came[number]
            self._came[number] = min(self._came[number] + 1, _MOST)
            self._counts["messages"] += 1
            self._counts["records"] += is_new
        return {"id": f"001{number:015d}", "success": True, "created": is_new, "errors": []}

    def counted(self, request: Request) -> Response:
        """As `serve`, and counted where it is the agent's."""
        if request.path.startswith("/services/data/"):
            with self._lock:
                self._counts["requests"] += 1
        return self.serve(request)


def main(folder: Path, records: int) -> None:
    """Serve until stdin ends."""
    folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(records)
    listener = Listener(sink.counted, server_context(folder), 0)
    listener.open()
    sink.url = f"https://{HOST}:{listener.port}"
    about = {"url": sink.url, "ca_file": str((folder / "ca.pem").resolve()), "client_id": "sink"}
    sys.stdout.write(orjson.dumps(about).decode() + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    listener.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
