"""Where a secret of an answer file comes from: a file or the environment, never the file itself.

A file that every account of the machine may read is refused: what is in it is no secret. A value is
never repeated in a problem.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agent.machine import access

_CLOSE = (
    'icacls "{}" /inheritance:r /grant:r "%USERNAME%:F"'
    if sys.platform == "win32"
    else "chmod 600 {}"
)
MOST_BYTES = 64 * 1024


class FromWhere(BaseModel):
    """`{ file = "…" }` or `{ env = "…" }`, and until which day it is good."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    file: str = ""
    env: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A secret that was found."""

    value: str = field(repr=False)
    expires: str = ""


def fetched(
    where: FromWhere, folder: Path, environ: Mapping[str, str]
) -> tuple[Given | None, str, str]:
    """The secret, or what is wrong with where it is to come from, and what to do about it."""
    if bool(where.file) == bool(where.env):
        return (
            None,
            "one of file and env says where it is.",
            'Write { file = "…" } or { env = "…" }.',
        )
    if where.env:
        value = environ.get(where.env, "")
        problem = "" if value else f"the environment has no {where.env}, or an empty one."
        return (Given(value, where.expires) if value else None), problem, ""
    path = folder / where.file
    try:
        if access.open_to_all(path):
            return (
                None,
                f"every account of this machine may read {path}: it is no secret any more.",
                f"Close it ({_CLOSE.format(path)}), and consider changing what is in it.",
            )
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        return None, f"{path} cannot be read: {error.strerror or 'unknown reason'}.", ""
    return _text(content, path, where)


def _text(content: bytes, path: Path, where: FromWhere) -> tuple[Given | None, str, str]:
    if len(content) > MOST_BYTES:
        return None, f"{path} is larger than {MOST_BYTES // 1024} KB: this is no secret.", ""
    try:
        value = content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return None, f"{path} is no text in UTF-8.", "Keep a binary key in base64 or PEM."
    if not value:
        return None, f"{path} is empty.", ""
    return Given(value, where.expires), "", ""


def environment() -> Mapping[str, str]:
    """What the process was started with."""
    return os.environ
