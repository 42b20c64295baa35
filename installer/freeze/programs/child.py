"""A frozen program starts itself where a checkout starts another Python with a module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

READER: Final = "--odbc-reader"
SANDBOX: Final = "--sandbox"


def serve(words: Sequence[str]) -> int | None:
    """Do the work of a child if that is what we were started for; its exit code, else None."""
    if list(words) == [READER]:
        from adapters.sources.odbc.reader import main

        main()
        return 0
    if words[:1] == [SANDBOX]:
        from adapters.catalogue import serve_sandbox

        return serve_sandbox(words[1:])
    return None
