"""`waybill-service`: the agent as an unattended service runs it."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent.control.api import default_home
from agent.errors import WaybillError
from agent.service.foreground import run

_EXIT_FAILED: Final = 1

_logger = logging.getLogger(__name__)


def main(words: Sequence[str] | None = None) -> int:
    """Run until told to stop; the exit code for the service manager."""
    parser = argparse.ArgumentParser(
        prog="waybill-service", description="Run the agent as a service."
    )
    parser.add_argument("--home", type=Path, default=default_home(), help="the agent's home folder")
    home: Path = parser.parse_args(words).home
    try:
        return run(home)
    except WaybillError as error:
        sys.stderr.write(f"waybill-service: {error}\n")
        if error.hint:
            sys.stderr.write(f"  {error.hint}\n")
    except Exception:
        _logger.exception("the service ended by a fault of its own")
        sys.stderr.write("waybill-service: it ended by a fault of its own; its log says where.\n")
    return _EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
