"""The moment in which a service takes over a new configuration and nobody listens.

The service leaves a note in its home folder for that time, so that whoever asks meanwhile waits
instead of hearing that no service runs, or doing the work of one that does.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

LONGEST_SECONDS: Final = 15.0
"""A note that stands for longer was left by a service that died over it."""

_NOTE: Final = "control.pause"


def begin(home: Path) -> None:
    """The service of this home folder will be back in a moment."""
    with suppress(OSError):  # on a full disk the note is missing, and whoever asks does so again
        (home / _NOTE).touch(0o600)


def end(home: Path) -> None:
    """It is back, or it will not be."""
    with suppress(OSError):
        (home / _NOTE).unlink(missing_ok=True)


def is_on(home: Path) -> bool:
    """Whether the service said that it would be back."""
    try:
        return (home / _NOTE).exists()
    except OSError:  # not for everybody to look into
        return False
