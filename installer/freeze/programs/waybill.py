"""`waybill`: the command line."""

from __future__ import annotations

import sys

from installer.freeze.programs.child import serve


def run() -> int:
    """A child's work, or a person's command."""
    code = serve(sys.argv[1:])
    if code is not None:
        return code
    from agent.cli.main import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
