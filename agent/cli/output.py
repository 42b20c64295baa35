"""How the command line speaks: escaped lines, tables on a terminal, one JSON object on demand."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

FINE: Final = 0
ATTENTION: Final = 1
WRONG_USE: Final = 2
UNREACHABLE: Final = 3
INTERRUPTED: Final = 130

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(value: object) -> str:
    """A value as one harmless piece of a line: nothing in it can move a cursor or turn text."""
    text = "-" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _UNSAFE else char
        for char in text
    )


def say(line: str) -> None:
    """One line to stdout; values in it are already escaped or escaped here."""
    sys.stdout.write(f"{escape(line)}\n")


def complain(title: str, code: str, hint: str = "") -> None:
    """What happened and what to do, to stderr; only a title may have several lines."""
    lines = title.splitlines() or [title]
    lines[0] = f"waybill: {lines[0]} [{code}]"
    for line in [*lines, *(f"  {part}" for part in hint.splitlines())]:
        sys.stderr.write(f"{escape(line)}\n")


def show_json(answer: Mapping[str, Any]) -> None:
    """The whole answer as one object in one line of ASCII."""
    sys.stdout.write(f"{json.dumps(answer)}\n")


def show_table(columns: Mapping[str, str], items: Iterable[Mapping[str, Any]]) -> None:
    """Rows under headings on a terminal, tab-separated elsewhere. Columns: field to heading."""
    rows = [[escape(_cell(item.get(field))) for field in columns] for item in items]
    if not rows:
        say("Nothing.")
    elif sys.stdout.isatty():
        _draw(list(columns.values()), rows)
    else:
        for row in [list(columns.values()), *rows]:
            sys.stdout.write("\t".join(row) + "\n")


def _cell(value: object) -> object:
    """A value of a table in words."""
    return ("no", "yes")[value] if isinstance(value, bool) else value


def part_of(found: Mapping[str, Any]) -> str:
    """Which part of a list a window shows."""
    first, many = found["offset"], len(found["items"])
    return f"{first + 1:,} to {first + many:,} of {found['total']:,}" if many else "Nothing there."


def show_fields(item: Mapping[str, Any]) -> None:
    """Every field of one item, one a line; what is inside is indented."""
    for name, value in item.items():
        if isinstance(value, Mapping) and value:
            say(f"{name}:")
            for inner, part in value.items():
                say(f"  {inner}: {escape(part)}")
        elif isinstance(value, list):
            say(f"{name}:")
            for part in value:
                say(f"  {part}")
        else:
            say(f"{name}: {escape(value)}")


def show_findings(findings: Sequence[Mapping[str, Any]]) -> None:
    """What a check found, one a line, each with what to do."""
    if not findings:
        say("No problem was found.")
    for finding in findings:
        subject = finding.get("subject") or ""
        about = f"{subject}: " if subject else ""
        step, took = finding.get("step"), finding.get("seconds")
        about += f"{step}: " if step else ""
        time = f" ({took:.2f} s)" if took is not None else ""
        say(f"{str(finding['level']).upper():8}{about}{finding['text']} [{finding['code']}]{time}")
        if finding.get("hint"):
            say(f"        {finding['hint']}")


def is_fine(findings: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no finding is an error."""
    return all(finding["level"] != "error" for finding in findings)


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
