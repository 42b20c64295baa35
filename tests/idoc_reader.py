"""SAP's side of IDoc files, as far as tests need it: reads files by the record layout, answers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

CONTROL = 524
DATA = 1063
Record = dict[str, object]


def _units(text: str) -> bytes:
    return text.encode("utf-16-le")


def _cut(units: bytes, start: int, size: int) -> str:
    return units[2 * start : 2 * (start + size)].decode("utf-16-le")


def parsed(content: bytes, encoding: str = "utf-8") -> dict[str, object]:
    """A file, taken apart at SAP's offsets; widths are asserted."""
    lines = content.decode(encoding).split("\r\n")
    assert lines.pop() == "", "every line is ended"
    control, *data = map(_units, lines)
    assert len(control) == 2 * CONTROL
    assert all(len(line) == 2 * DATA for line in data)
    said: Record = {
        "table": _cut(control, 0, 10).strip(),
        "client": _cut(control, 10, 3),
        "number": _cut(control, 13, 16),
        "direction": _cut(control, 35, 1),
        "basic_type": _cut(control, 39, 30).strip(),
        "message_type": _cut(control, 99, 30).strip(),
        "sender": _cut(control, 160, 10).strip(),
        "receiver": _cut(control, 275, 10).strip(),
        "serial": _cut(control, 504, 20),
    }
    heads = [(_cut(line, 0, 30).strip(), _cut(line, 49, 6), _cut(line, 55, 6)) for line in data]
    said["segments"] = heads
    first, *rest = (line[2 * 63 :] for line in data)
    said |= {
        "id": _cut(first, 0, 64).strip(),
        "operation": _cut(first, 64, 6).strip(),
        "entity": _cut(first, 70, 30).strip(),
        "contract": _cut(first, 100, 40).strip(),
        "revision": int(_cut(first, 140, 18)),
        "external_id": _unescaped(_cut(first, 158, 255).rstrip()),
    }
    fields: dict[str, object] = {}
    for line in rest:
        name, part, kind = _cut(line, 0, 40).strip(), int(_cut(line, 40, 4)), _cut(line, 44, 1)
        value = _cut(line, 49, int(_cut(line, 45, 4)))
        fields[name] = value if part == 1 else f"{fields[name]}{value}"
        if kind != "T":
            fields[name] = {"N": None, "B": value == "X"}.get(kind, value and value.strip())
            if kind == "I":
                fields[name] = int(value)
    said["fields"] = {k: _unescaped(v) if isinstance(v, str) else v for k, v in fields.items()}
    return said


def _unescaped(text: str) -> str:
    out, letters = "", iter(text)
    for letter in letters:
        if letter == "\\":
            letter = {"n": "\n", "r": "\r", "\\": "\\"}[next(letters)]  # noqa: PLW2901 - as read
        out += letter
    return out


@dataclass
class Reader:
    """Processes each file once, in order of age, as the set-up page asks."""

    folder: Path
    receipts: Path | None = None
    refuse: dict[str, str] = field(default_factory=dict)
    """External id -> what the `.err` says."""
    revisions: dict[tuple[str, str], int] = field(default_factory=dict)
    records: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    dropped: int = 0

    def run(self) -> int:
        """Read what is there now; how many files that were."""
        paths = sorted(self.folder.glob("*.idoc"), key=lambda path: path.stat().st_mtime_ns)
        for path in paths:
            said = parsed(path.read_bytes())
            path.unlink()
            self._process(said)
        return len(paths)

    def _process(self, said: dict[str, object]) -> None:
        key = (str(said["entity"]), str(said["external_id"]))
        refusal = self.refuse.get(key[1])
        if refusal is not None:
            self._answer(str(said["id"]), "err", refusal)
            return
        if int(str(said["revision"])) <= self.revisions.get(key, 0):
            self.dropped += 1
        else:
            self.revisions[key] = int(str(said["revision"]))
            if said["operation"] == "DELETE":
                self.records.pop(key, None)
            else:
                fields = said["fields"]
                assert isinstance(fields, dict)
                self.records[key] = {**self.records.get(key, {}), **fields}
        self._answer(str(said["id"]), "ok", f"{len(self.records):010}")

    def _answer(self, name: str, ending: str, text: str) -> None:
        if self.receipts is not None:
            temporary = self.receipts / f".{name}"
            temporary.write_text(text, "utf-8")
            temporary.replace(self.receipts / f"{name}.{ending}")
