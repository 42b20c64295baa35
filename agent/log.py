"""The log: JSON lines in `logs/waybill.log`, sentences on stderr, and nothing that is not ours.

    log = get_logger(__name__)
    log.info("A read ended.", source="customers", rows=3000)

- The event is a constant sentence of ours. What varies goes into fields, and only fields named in
  `FIELDS` show their value; any other shows "…". Business data has no field here.
- Live secrets (`protect`) and whatever looks like a token are masked wherever they turn up.
- An exception shows its type and where it happened, never locals. Its text is shown only if it is
  one of ours, or the operating system's own words: others quote the data they choked on.
- Libraries are heard from WARNING upwards.
"""

from __future__ import annotations

import base64
import logging
import logging.handlers
import re
import sys
import threading
import traceback
from collections.abc import Iterable, MutableMapping
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agent.errors import WaybillError
from agent.recent_log import Loudness, Recent
from agent.unseen import unseen

with unseen("rich"):  # it would be loaded for tracebacks in colour, which nobody here prints
    import structlog
    from structlog.typing import EventDict, Processor, WrappedLogger

FILE = "waybill.log"
MAX_BYTES = 10 * 1024 * 1024
KEPT_FILES = 5
OURS = ("agent", "adapters", "gui")
LOUDNESS = Loudness(OURS)
"""Of this process: it outlives an agent that takes over a new configuration."""

FIELDS: frozenset[str] = frozenset().union(
    # every line
    ("event", "level", "logger", "timestamp", "exception"),
    # names
    ("version", "home", "installation", "source", "target", "flow", "stream", "entity"),
    ("resource", "kind", "file", "folder", "table", "stage", "worker", "condition", "host"),
    ("code", "title", "hint", "reason", "action", "actor", "status", "method", "key_id"),
    # numbers and times
    ("seconds", "age", "rows", "records", "pages", "messages", "entries", "bytes", "batch"),
    ("attempt", "attempts", "count", "waiting", "parked", "delivered", "page", "line"),
    ("number", "seq", "epoch", "revision", "size", "free", "limit", "total", "added"),
    ("changed", "removed", "held", "since", "until", "retry_after", "pid", "port", "signal"),
    ("unreadable", "duplicates", "deleted", "sqlite"),
)
"""Names of things and numbers about them. External ids, row keys and values are not among them."""

_HIDDEN = "…"
_MASK = "[secret]"
_MAX_TEXT = 2000
_MAX_TRACEBACK = 8000
_SHORTEST_SECRET = 6  # masking shorter ones would tear every text apart
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BUT_NEWLINE = re.compile(r"(?!\n)" + _CONTROL.pattern)

_TOKENS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [^-]*-----.*?(-----END [^-]*-----|\Z)", re.DOTALL), _MASK),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.?[\w-]*"), _MASK),  # a JSON web token
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=!-]{6,}"), rf"\1 {_MASK}"),
    (re.compile(r"(?i)\b(pwd|password|passwd|secret|client_secret|access_token|refresh_token|"
                r"api_?key|assertion)(\"?\s*[=:]\s*)(\{[^}]*\}|\"[^\"]*\"|[^\s;,&\"]+)"),
     rf"\1\2{_MASK}"),
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/@]+@"), rf"\1{_MASK}@"),
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://[^\s?\"']*)\?[^\s\"']+"), rf"\1?{_HIDDEN}"),
    (re.compile(r"\b00D\w{9,15}![\w.]+"), _MASK),  # a Salesforce session
    (re.compile(r"\bpat-[a-z]{2}\d-[\w-]{16,}"), _MASK),  # a token of a HubSpot private app
    (re.compile(r"(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])[\w+=-]{40,}"),
     _MASK),
)  # fmt: skip


class _Secrets:
    """The live secrets, in every form in which they could turn up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: tuple[str, ...] = ()

    def add(self, value: str) -> None:
        forms = {value, *(line.strip() for line in value.splitlines())}
        forms |= {quote(form, safe="") for form in forms}
        forms |= {base64.b64encode(value.encode("utf-8", "replace")).decode()}
        usable = {form for form in forms if len(form) >= _SHORTEST_SECRET}
        with self._lock:
            self._forms = tuple(sorted({*self._forms, *usable}, key=len, reverse=True))

    def mask(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, _MASK)
        return text


_secrets = _Secrets()


def protect(value: str) -> None:
    """Mask this secret from now on, wherever it turns up in the log."""
    _secrets.add(value)


def redact(text: str) -> str:
    """The text without live secrets and without anything that looks like a token."""
    text = _secrets.mask(text)
    for pattern, replacement in _TOKENS:
        text = pattern.sub(replacement, text)
    return text


def recent() -> Recent:
    """The latest lines of this process's log; an empty list where no log was configured."""
    handlers = logging.getLogger().handlers
    return next((one for one in handlers if isinstance(one, Recent)), None) or Recent()


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; `name` is the module's `__name__`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure(folder: Path, *, verbose: bool = False) -> None:
    """Send the log of this process to `folder` and to stderr. A second call replaces the first."""
    logging.raiseExceptions = False  # a log that cannot be written must not stop the agent
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _describe_exception,
        _allow,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(_formatter(shared, _as_sentence))
    latest = Recent(folder / FILE)
    latest.setFormatter(_formatter(shared, _as_json))
    problem = _replace_handlers([stderr, latest], folder, _formatter(shared, _as_json))
    logging.getLogger().setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.INFO)
    if problem:
        get_logger(__name__).warning(
            "The log file cannot be written; the log goes to stderr only.",
            folder=folder,
            reason=problem.strerror,
        )


def _replace_handlers(
    handlers: list[logging.Handler], folder: Path, formatter: logging.Formatter
) -> OSError | None:
    problem: OSError | None = None
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / FILE, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
        file.setFormatter(formatter)
        handlers.append(file)
    except OSError as error:
        problem = error
    root = logging.getLogger()
    for old in [item for item in root.handlers if getattr(item, "of_waybill", False)]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.of_waybill = True  # type: ignore[attr-defined]  # ours to replace, others' not
        root.addHandler(handler)
    return problem


def _formatter(shared: Iterable[Processor], render: Processor) -> logging.Formatter:
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=list(shared), processors=[remove_meta, render], keep_exc_info=False
    )


def _allow(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Only known fields, only plain values, all of them redacted and escaped."""
    allowed: EventDict = {}
    for name, value in event.items():
        if name in FIELDS:
            allowed[name] = _plain(value, name)
        elif name.startswith("_"):
            allowed[name] = value  # structlog's own; removed before rendering
        else:
            allowed[_escaped(name, 60)] = _HIDDEN
    return allowed


def _plain(value: object, name: str = "") -> object:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value[:20]]
    if isinstance(value, str | Path | date):
        text = redact(str(value))
        if name == "exception":
            return _BUT_NEWLINE.sub(_escape, text)[:_MAX_TRACEBACK]
        return _escaped(text, _MAX_TEXT)
    return _HIDDEN


def _escaped(text: str, limit: int) -> str:
    return _CONTROL.sub(_escape, text if len(text) <= limit else text[:limit] + _HIDDEN)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _describe_exception(
    _logger: WrappedLogger, _method: str, event: EventDict
) -> MutableMapping[str, Any]:
    """What went wrong and where, without anything that the data could have put there."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["exception"] = "".join(_chain(error))
    return event


def _chain(error: BaseException) -> Iterable[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause)
        yield "which led to:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__qualname__}: {_told(error)}\n"


def _told(error: BaseException) -> str:
    if isinstance(error, WaybillError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.errno})"
    return "(its text is not logged)"


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    first = {name: event.pop(name, "") for name in ("timestamp", "level", "logger", "event")}
    return str(structlog.processors.JSONRenderer(ensure_ascii=False)(None, "", {**first, **event}))


def _as_sentence(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    exception = event.pop("exception", "")
    time, level = str(event.pop("timestamp", "")), str(event.pop("level", ""))
    event.pop("logger", None)
    parts = [time[:19].replace("T", " "), f"{level.upper():<8}", str(event.pop("event", ""))]
    parts += [f"{name}={value}" for name, value in event.items()]
    return " ".join(parts) + (f"\n{str(exception).rstrip()}" if exception else "")
