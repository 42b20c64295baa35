"""Texts without anything that names somebody or something: what leaves the house strictly redacted.

It does not look for what must go; it keeps what may stay. A word stays if Waybill's own texts use
it, a number if it is short, a time always. Whatever else there is becomes a pseudonym, the same one
wherever it turns up in a bundle, so that "source-2 and host-1" can still be followed through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from agent.log import redact
from agent.model import Json

KINDS: Final[Mapping[str, str]] = {
    "source": "source", "sources": "source", "of": "source", "stream": "source",
    "target": "target", "targets": "target", "flow": "flow", "flows": "flow",
    "actor": "user", "who": "user", "by": "user", "account": "user", "user": "user",
    "agent": "agent", "environment": "environment", "host": "host", "url": "address",
    "proxy": "address", "folder": "folder", "archive": "folder", "home": "folder",
    "path": "folder", "file": "file", "last_file": "file", "pattern": "file", "read": "file",
    "table": "table", "dsn": "dsn", "driver": "dsn", "alerts": "alert", "lookups": "table",
    "installation": "installation", "object": "object", "external_id": "id", "name": "name",
}  # fmt: skip
"""By the name of a field or a table: what its values are called."""

TABLES: Final = frozenset({"sources", "targets", "flows", "lookups"})
"""Tables, or lists, of things that have names."""
_TIME = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_TOKEN: Final = re.compile(
    rf"(?P<time>\b{_TIME}(?![\w-]))"
    r"|(?P<address>\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<folder>(?:\b[A-Za-z]:[\\/]|\\\\|(?<![\w.])~?/(?=[\w.]))[^\s\"'<>|:*?]*)"
    r"|(?P<host>\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b)"
    r"|(?P<word>\w+(?:['-]\w+)*)",
)
_CODE: Final = re.compile(r"[A-Z][A-Z_]*[A-Z]")
_CODE_OF_API: Final = re.compile(r"[a-z]{2,10}|[A-Z]{2,20}(?:_[A-Z]{1,20}){0,6}")
"""What a field of ours for codes may hold: ours, or a constant of a vendor's API."""
_FILES: Final = (".toml", ".py", ".log", ".db", ".json", ".txt")
"""What looks like a host and is a file of ours."""
_OURS: Final = re.compile(r"[a-z][a-z_]{0,40}")
_SHORT_NUMBER: Final = 4
_SHORTEST: Final = 2
"""A known value of one letter would tear every text apart."""


class Pseudonyms:
    """Redacts the texts of one bundle. `strict` False: only secrets go, names stay."""

    def __init__(self, vocabulary: Iterable[str], *, strict: bool) -> None:
        self._vocabulary = frozenset(vocabulary)
        self._strict = strict
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._known: re.Pattern[str] | None = None

    @property
    def names(self) -> Mapping[str, str]:
        """What stands for what: for those who may know it, never part of what is redacted."""
        return {shown: real for real, shown in self._names.items()}

    def know(self, value: str, kind: str) -> None:
        """Give this value a pseudonym wherever it stands."""
        value = redact(value)
        if self._strict and len(value) >= _SHORTEST and value not in self._names:
            self._name(value, kind)
            longest = sorted((name for name in self._names), key=len, reverse=True)
            self._known = re.compile(
                "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest), re.IGNORECASE
            )

    def named(self, value: str, kind: str) -> str:
        """The pseudonym of a whole value."""
        text = redact(value)
        if not self._strict or not text.strip():
            return text
        return self._name(text, kind)

    def text(self, text: str) -> str:
        """A text, redacted."""
        text = redact(text)
        if not self._strict:
            return text
        parts, at = [], 0
        for found in self._known.finditer(text) if self._known else ():
            parts += [self._free(text[at : found.start()]), self._names_of(found[0])]
            at = found.end()
        return "".join([*parts, self._free(text[at:])])

    def json(self, value: Json, field: str = "", *, ours: bool = False) -> Json:
        """Any structure: values by the names of their fields, names in keys as well.

        `ours`: the keys are names of our own, as far as they are none of this installation.
        """
        if isinstance(value, dict):
            return {
                self._key(name, field, ours=ours): self.json(
                    inner, self._below(name, field, inner), ours=ours
                )
                for name, inner in value.items()
            }
        if isinstance(value, list):
            things = f"[{field}]" if field in TABLES else field
            return [
                self.json(inner, things if isinstance(inner, dict) else field, ours=ours)
                for inner in value
            ]
        if isinstance(value, str):
            return self._value(value, field)
        return value

    # --- inside -----------------------------------------------------------------------------------

    def _key(self, name: str, above: str, *, ours: bool) -> str:
        """A key is a name where what stands above it is a table of named things."""
        if self._strict and above in TABLES:
            return self.named(name, KINDS[above])
        if ours and _OURS.fullmatch(name) and name not in self._names:
            return name
        return self.text(name)

    @staticmethod
    def _below(name: str, above: str, inner: Json) -> str:
        """By which word the values of a field are judged: a thing's fields by their own names."""
        if name == "name" and above[1:-1] in TABLES:
            return above[1:-1]
        return "" if isinstance(inner, dict) and above in TABLES else name

    def _value(self, value: str, field: str) -> str:
        if field in KINDS and not re.fullmatch(_TIME, value):
            return self.named(value, KINDS[field])
        if field == "code" and _CODE_OF_API.fullmatch(value):
            return value
        return self.text(value)

    def _names_of(self, found: str) -> str:
        if found in self._names:
            return self._names[found]
        folded = found.casefold()
        return next(shown for name, shown in self._names.items() if name.casefold() == folded)

    def _free(self, text: str) -> str:
        return _TOKEN.sub(self._token, text)

    def _token(self, match: re.Match[str]) -> str:
        kind, word = match.lastgroup or "word", match[0]
        if kind == "time" or (kind == "word" and self._may_stay(word)):
            return word
        if kind == "host" and word.endswith(_FILES) and self._may_stay(word.rpartition(".")[0]):
            return word
        return self._name(word, kind)

    def _may_stay(self, word: str) -> bool:
        if word.isdecimal():
            return len(word) <= _SHORT_NUMBER
        if word.casefold() in self._vocabulary:
            return True
        if _CODE.fullmatch(word):
            return all(part.casefold() in self._vocabulary for part in word.split("_"))
        parts = re.split(r"[._'-]|(?<=\d)(?=\D)|(?<=\D)(?=\d)", word)
        return len(parts) > 1 and all(
            (part.isdecimal() and len(part) <= _SHORT_NUMBER) or part.casefold() in self._vocabulary
            for part in parts
            if part
        )

    def _name(self, value: str, kind: str) -> str:
        known = self._names.get(value)
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._names[value] = f"{kind}-{self._counts[kind]}"
        return known


_FENCED: Final = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", re.DOTALL)
_PROSE: Final = re.compile(r"(?<![\w./\\@-])[a-z]{1,24}(?![\w/\\@-])")
_UNITS: Final = frozenset(
    [
        "b",
        "kb",
        "mb",
        "gb",
        "ms",
        "s",
        "min",
        "h",
        "utc",
        "gmt",
        "ok",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "http",
        "https",
        "tls",
        "tcp",
        "dns",
        "ip",
        "odbc",
        "csv",
        "xml",
        "json",
        "toml",
        "sql",
        "api",
        "crm",
        "erp",
        "id",
        "ids",
        "url",
        "oauth",
        "pkce",
        "jwt",
        "sap",
        "idoc",
        "rest",
        "webhook",
        "kafka",
        "nats",
        "salesforce",
        "hubspot",
        "dynamics",
        "oracle",
        "files",
        "folder",
        "delimited",
        "fixed",
        "xlsx",
        "dbf",
        "edifact",
        "waybill",
        "agent",
        "adapters",
        "runtime",
        "queue",
        "control",
        "delivery",
        "canon",
        "mapping",
        "sqlite",
        "python",
        "linux",
        "windows",
        "debug",
        "info",
        "warning",
        "error",
        "traceback",
        "most",
        "recent",
        "call",
        "last",
        "line",
        "file",
        "in",
    ]
)


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words of prose that are written small: names of people and firms are not among them."""
    words: set[str] = set(_UNITS)
    for text in texts:
        words.update(_PROSE.findall(_FENCED.sub(" ", text)))
    return frozenset(words)
