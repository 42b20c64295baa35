"""Requests to the control API made from its own list of methods: sound ones, odd ones, broken ones.

Every request comes from one seeded `Random`, so that a run can be had again. Names of what exists
are among the values, so that a good part of the requests gets past the first check.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from agent.control.api import METHODS, Param

TEXTS = (
    "", " ", "x", "accounts", "contacts", "crm", "account", "contact", "flow", "source", "target",
    "all", "held", "rejected", "waiting", "set_aside", "E1", "E2", "E3", "U1", "e1", "E0", "E-1",
    "E99999999999999999999", "P1", "1", "2", "0", "-1", "1e9", "1:2:E3", "0:0:E1", "n:a:n",
    "REQUIRED_MISSING", "REJECTED", "name", "name=Ace", "=", "a=b=c", "null", "{}", "[]",
    '{"kind":"files"}', '{"a":', "true", "2026-11-21", "2026-13-45T99:99:99Z", "9999-12-31",
    "../../../etc/passwd", "/etc/passwd", "C:\\Windows\\win.ini", "%s%n%x", "{0.__class__}",
    "'; drop table entry; --", "\x00", "\n\r\t", "\x1b[31m", "é", "漢字", "🂡", "\ud83c", "İ", "ß",
    "x" * 300, "secret:crm", "files", "webhook", "debug", "strict", "browser", "code",
    'version = 1\nentity = "account"\nexternal_id = "CUSTNO"\n[fields]\nname = "NAME1"\n',
    "version = 1", "[fields", "\ufeff", "\u202eabc", "NaN", "Infinity", "0x10", "١٢",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 7, 10, 20, 100, 999, 1000, 1001, 10**6, 2**31, 2**53, 2**63 - 1)
ODD: tuple[Any, ...] = (
    None, True, False, -1, 2**63, 2**200, 1.5, -0.0, 1e308, [], {}, [None], ["x"], [["x"]],
    {"a": 1}, "\ud800", ["\ud800"], "1", 0,
)  # fmt: skip
BROKEN = (
    b"", b" ", b"{", b"}", b"[]", b"[[[[", b"null", b"1", b'"x"', b"\xff\xfe", b"\x00",
    b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"2.0","id":null,"method":"status"}',
    b'{"jsonrpc":"2.0","id":{},"method":"status"}', b'{"jsonrpc":"1.0","id":1,"method":"status"}',
    b'{"jsonrpc":"2.0","id":1,"method":"__class__"}', b'{"jsonrpc":"2.0","id":1,"method":"_stop"}',
    b'{"jsonrpc":"2.0","id":1,"method":"Status"}', b'{"jsonrpc":"2.0","id":1e999,"method":"me"}',
    b'{"jsonrpc":"2.0","id":1,"method":"status","params":NaN}', b'{"a":' * 40 + b"1" + b"}" * 40,
    b'[{"jsonrpc":"2.0","id":1,"method":"stop"}]', b'{"jsonrpc":"2.0","method":"stop"}',
    b'{"jsonrpc":"2.0","id":true,"method":"stop"}', b"GET / HTTP/1.1", b'{"id":1,"id":2}',
    b'{"jsonrpc":"2.0","id":1,"method":"exceptions.replay ","params":{"all":true}}',
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request: its line, and which method it is if it is a request at all."""

    line: bytes
    method: str
    """Empty: it is broken on purpose."""
    params: Any = None


_DRAFT = """version = 1
entity = "account"
external_id = "CUSTNO"
on_leave = "delete"
[fields]
name = { formula = "UPPER(NAME1)" }
"""
LIKELY: Mapping[str, Sequence[Any]] = {
    "flow": ("accounts", "contacts"), "source": ("accounts", "contacts"), "target": ("crm",),
    "entity": ("account", "contact"), "name": ("accounts", "contacts", "crm", "new"),
    "ref": ("E1", "E2", "E10", "U1"), "refs": ("E1", "E2", "E10", "U1"), "id": ("1", "2"),
    "draft": (_DRAFT, _DRAFT.replace("UPPER", "LOWER")), "comment": ("why not",),
    "set": ("name=Ace", "last_name=Bert"), "reason": ("not ours",), "value": ("Ace", "DE"),
    "kind": ("files", "webhook", "flow", "source", "target", "all", "certain"), "key": ("001",),
    "part": ("source", "target", "alert", "agent", "limits", "flow"),
    "settings": ('{"kind":"files","folder":"../export"}', "{}", '{"paused":true}', '{"name":"x"}'),
    "state": ("waiting", "parked", "held", "rejected", "delivered"), "code": ("REJECTED",),
    "level": ("info", "error"), "step": ("source", "live"), "when": ("realtime", "every 15m"),
    "path": ("/", "../export", "/etc", "."), "how": ("browser", "code"), "mapping": (_DRAFT,),
    "rename": ("", "", "other"), "order": ("oldest", "newest"), "text": ("read", "crm"),
}  # fmt: skip
"""What is asked for most of the time, by the name of the parameter."""


class Asker:
    """Makes requests."""

    def __init__(self, random: Random, likely: Mapping[str, Sequence[Any]] | None = None) -> None:
        self._random = random
        self._likely = {**LIKELY, **(likely or {})}
        self._number = 0

    def any(self, methods: Collection[str]) -> Asked:
        """A request for one of these, or now and then what is none."""
        if self._random.random() < 0.03:
            return Asked(self._random.choice(BROKEN), "")
        self._number += 1
        method = self._random.choice(sorted(methods))
        params = self._params(method)
        said = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        return Asked(json.dumps(said).encode("utf-8", "surrogatepass"), method, params)

    def _params(self, method: str) -> Any:
        known, roll = METHODS[method].params, self._random.random()
        if roll < 0.02:
            return self._random.choice(ODD)
        given = {
            name: self._value(name, param)
            for name, param in known.items()
            if param.required or self._random.random() < 0.4
        }
        if roll < 0.12 and given:
            given[self._random.choice(sorted(given))] = self._random.choice(ODD)
        elif roll < 0.15 and given:
            del given[self._random.choice(sorted(given))]
        elif roll < 0.17:
            given[self._random.choice(("extra", "__proto__", "", "flow "))] = "x"
        return given

    def _value(self, name: str, param: Param) -> Any:
        random = self._random
        if param.kind == "integer":
            return random.choice(NUMBERS)
        if param.kind == "flag":
            return random.random() < 0.5
        if param.kind == "texts":
            return [self._text(name) for _ in range(random.randrange(4))]
        return self._text(name)

    def _text(self, name: str) -> str:
        random, roll = self._random, self._random.random()
        if roll < 0.75 and name in self._likely:
            return str(random.choice(self._likely[name]))
        if roll > 0.97:
            return random.choice(TEXTS) + random.choice(TEXTS)
        return random.choice(TEXTS)
