"""What the tests of several targets find, in the same words for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from agent.errors import TargetAuthError, TargetUnavailable, WaybillError
from agent.model import Finding, Level

_SKEW = timedelta(seconds=60)
_IN_TIME = "Switch on time synchronisation."


def unreached(error: WaybillError, other: str = "") -> Finding:
    """A target that could not be reached or signed in to.

    `other`: what it is about when the error itself does not say.
    """
    kind = other
    if isinstance(error, TargetUnavailable):
        kind = "Network: "
    elif isinstance(error, TargetAuthError):
        kind = "Permission: " if error.code == "PERMISSION_DENIED" else "Sign-in: "
    return Finding(Level.ERROR, error.code, f"{kind}{error.title}", error.hint, params=error.params)


def clock(
    target: str, skew: timedelta | None, hint: str = _IN_TIME, most: timedelta = _SKEW
) -> Iterator[Finding]:
    """A clock that differs from the target's by more than `most`, where one knows by how much."""
    if skew is not None and abs(skew) > most:
        minutes = round(abs(skew).total_seconds() / 60)
        yield Finding(
            Level.WARNING,
            "CLOCK_SKEW",
            f"This machine's clock differs from {target}'s by {minutes} minutes.",
            hint,
            params={"target": target, "minutes": str(minutes)},
        )


def shorter(name: str, ours: str, most: int, believed: int) -> Finding:
    """A field that takes fewer characters than are believed to fit. `ours`: its name here."""
    hint = f"Lengthen it, or say lengths = {{ {ours} = {most} }} in the target's profile:"
    return Finding(
        Level.WARNING,
        "FIELD_SHORTER",
        f"{name} takes {most} characters, fewer than {believed}.",
        f"{hint} then what is longer is found before it is queued.",
        params={"name": name, "most": str(most), "ours": ours},
    )


def ready(name: str) -> Finding:
    """An object of which nothing is missing."""
    return Finding(Level.OK, "OBJECT_READY", f"{name} is ready.", params={"name": name})
