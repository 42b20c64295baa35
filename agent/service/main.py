"""`waybill-service`: the agent as an unattended service runs it."""

from __future__ import annotations

import argparse
import faulthandler
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent.control.api import default_home
from agent.errors import WaybillError

_EXIT_FAILED: Final = 1


def main(words: Sequence[str] | None = None) -> int:
    """Run until told to stop; the exit code for the service manager."""
    parser = argparse.ArgumentParser(
        prog="waybill-service", description="Run the agent as a service."
    )
    parser.add_argument("--home", type=Path, default=default_home(), help="the agent's home folder")
    parser.add_argument(
        "--service", metavar="NAME", help="be this service of Windows, which started the program"
    )
    asked = parser.parse_args(words)
    home: Path = asked.home
    try:
        if asked.service:
            return _hosted_by_windows(asked.service, home)
        return _here(home)
    except WaybillError as error:
        _tell(str(error), error.hint)
    except Exception as error:  # noqa: BLE001 whatever it is, the service manager has to be told
        _tell(f"it ended by a fault of its own ({type(error).__name__}); its log says where.")
    return _EXIT_FAILED


def _hosted_by_windows(name: str, home: Path) -> int:
    if sys.platform == "win32":
        from agent.service import windows

        return windows.run(name, home)
    raise WaybillError(f"--service {name} is for Windows.", code="NOT_A_SERVICE")


def _here(home: Path) -> int:
    from agent.service import failing
    from agent.service.foreground import run

    if sys.stderr is not None:
        faulthandler.enable()  # what systemd's watchdog ends says where it stood
    try:
        return run(home, is_service=True)
    except Exception as error:
        failing.remember(home, error)
        raise


def _tell(said: str, hint: str = "") -> None:
    if sys.stderr is None:
        return
    sys.stderr.write(f"waybill-service: {said}\n")
    if hint:
        sys.stderr.write(f"  {hint}\n")


if __name__ == "__main__":
    sys.exit(main())
