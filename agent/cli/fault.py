"""A fault of our own, as one sentence for the person and a place in a log for us.

The log gets the frames and the kind of the exception, not its text: that could hold a value.
"""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from agent.control.api import default_home
from agent.errors import WaybillError


def as_fault(error: Exception, words: Sequence[str]) -> WaybillError:
    """The sentence for an exception that no command expected."""
    kind = type(error).__name__
    log = _write(_home(words), "".join([*_frames(error), f"{kind}\n\n"]))
    return WaybillError(
        f"This command met a fault of its own ({kind}).",
        code="INTERNAL",
        hint=f"Where it happened is in {log}" if log else "Where could not be written to a log.",
    )


def _frames(error: BaseException) -> list[str]:
    cause = error.__cause__ or error.__context__
    before = [*_frames(cause), f"{type(cause).__name__}, then:\n"] if cause else []
    return [*before, *traceback.format_tb(error.__traceback__)]


def _home(words: Sequence[str]) -> Path:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--home" and following:
            return Path(following)
        if word.startswith("--home="):
            return Path(word.removeprefix("--home="))
    return default_home()


def _write(home: Path, text: str) -> Path | None:
    """Append to the agent's own log folder, else to a new private file."""
    log = home / "logs" / "commands.log"
    try:
        handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        try:
            handle, name = tempfile.mkstemp(prefix="waybill-", suffix=".log")
        except OSError:
            return None
        log = Path(name)
    with os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return log
