"""Asks the service over its named pipe, for a caller outside Wine: JSON lines in, JSON lines out.

Run by the lab's Windows Python with the home folder as its one argument, so that the pipe, the
caller's identity and the roles are Windows' own. `{"method": …, "params": {…}}` is answered by
`{"result": {…}}`, or by `{"error": CODE}` when the service refuses or does not answer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from agent.control.client import Client
from agent.errors import WaybillError


def main() -> None:
    client = Client(Path(sys.argv[1]), timeout=20)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"result": client.call(asked["method"], asked["params"])}
        except WaybillError as error:
            answer = {"error": error.code}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
