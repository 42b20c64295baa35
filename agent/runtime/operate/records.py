"""Lines of the log and of the audit as a bundle holds them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any, Final

from agent.recent_log import parsed
from agent.runtime.operate.pseudonyms import Pseudonyms

_FRAME: Final = re.compile(r'^\s*File "(?P<file>[^"]*)", line (?P<line>\d+), in (?P<name>\S+)')
_METHOD: Final = re.compile(r"[a-z_]{1,30}(?:\.[a-z_]{1,30})?")
"""An action of the audit is the name of a method of ours."""
_OURS: Final = ("agent", "adapters", "gui")


def logged(texts: Iterable[str], since: str, names: Pseudonyms) -> Iterator[str]:
    """Lines of the log from this time on."""
    for text in texts:
        line = parsed(text)
        if line is None or line.at[:19] < since[:19]:
            continue
        fields = dict(line.fields)
        exception = str(fields.pop("exception", ""))
        told = names.json(fields)
        shown = " ".join(
            f"{name}={value}" for name, value in (told.items() if isinstance(told, dict) else ())
        )
        logger = line.logger if line.logger.split(".")[0] in _OURS else names.text(line.logger)
        yield f"{line.at} {line.level:7} {logger} {names.text(line.event)} {shown}".rstrip()
        yield from _frames(exception, names)


def _frames(exception: str, names: Pseudonyms) -> Iterator[str]:
    """Where it happened, by files of ours and of libraries; never a line of a file."""
    for text in exception.splitlines():
        frame = _FRAME.match(text)
        if frame is not None:
            yield f"    {_file(frame['file'])}:{frame['line']} {frame['name']}"
        elif not text.startswith(" "):
            kind, colon, said = text.partition(":")
            named = kind if re.fullmatch(r"[A-Za-z_.]{3,60}", kind) else names.text(kind)
            yield f"    {named}{colon}{names.text(said)}"


def _file(path: str) -> str:
    """A file of a program by its place in it: where that is installed says nothing."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    for root in ("site-packages", *_OURS):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return parts[-1] if parts and parts[-1].endswith(".py") else "elsewhere"


def of(texts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Records of the audit."""
    for text in texts:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def told(audit: Iterable[Mapping[str, Any]], since: str, names: Pseudonyms) -> Iterator[str]:
    """Records of the audit from this time on; their details are digests and are left out."""
    for record in audit:
        at = str(record.get("at", ""))
        if at[:19] < since[:19]:
            continue
        actor, on = str(record.get("actor", "")), str(record.get("object", ""))
        who = actor if actor == "waybill" else names.named(actor, "user")
        action = str(record.get("action", ""))
        action = action if _METHOD.fullmatch(action) else names.text(action)
        result = names.json({"code": str(record.get("result", ""))})
        ended = result["code"] if isinstance(result, dict) else ""
        yield f"{record.get('seq')} {at} {who} {action} {names.text(on)} {ended}"


def plain(value: Any) -> Any:
    """A configuration as JSON has it: times as texts."""
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
