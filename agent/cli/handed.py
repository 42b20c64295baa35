"""Texts that are handed over through a pipe or in a file, whichever program of Windows wrote them.

Notepad begins UTF-8 with a mark, Windows PowerShell writes UTF-16, older programs the machine's own
code page: a password with such a mark before it is another password.
"""

from __future__ import annotations

import codecs
import locale
import sys
from pathlib import Path

import typer

from agent.errors import WrongUse

_KEY_FILE_CHARACTERS = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def piped(longest: int) -> str:
    """What comes through standard input, at most so many characters. Raises WrongUse."""
    raw = getattr(sys.stdin, "buffer", None)
    if raw is None:
        return sys.stdin.read(longest)
    return decoded(raw.read(4 * longest))[:longest]


def recovery_key(file: Path | None = None) -> str:
    """From a file, typed, or through a pipe; never from the arguments: other accounts read those.

    Raises WrongUse.
    """
    from agent.answers.recovery_file import read_key_file, without_comments

    if file is not None:
        return read_key_file(file)
    if sys.stdin.isatty():
        return str(typer.prompt("Recovery key", hide_input=True)).strip()
    return without_comments(piped(_KEY_FILE_CHARACTERS))


def written(file: Path) -> str:
    """What a small file holds. Raises OSError, WrongUse."""
    return decoded(file.read_bytes())


def decoded(content: bytes) -> str:
    """The text, without a mark before it; ends of lines are plain. Raises WrongUse."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    for name in [marked] if marked else ["utf-8", locale.getencoding()]:
        try:
            return content.decode(name).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise WrongUse("What was handed over is no text.", hint="Save it as UTF-8.")
