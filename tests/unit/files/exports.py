"""A folder of exports, a clock that only the test moves, and a short way to read everything."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.sources.files.config import FilesConfig
from adapters.sources.files.settle import Disk
from adapters.sources.files.source import FileSource
from agent.model import Checkpoint, End, Raw, Record, Unreadable
from agent.ports import AdapterContext

HEAD = "ID;NAME\n"
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class HandClock:
    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed


class NoSecrets:
    def get(self, name: str) -> str:
        raise KeyError(name)


class Exports:
    """The folder, as the ERP fills it and a source sees it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "export"
        self.folder.mkdir()
        self.clock = HandClock()

    def put(self, name: str, data: bytes | str, *, age: float = 100.0) -> Path:
        """Write a file that looks `age` seconds old."""
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        at = self.clock.now().timestamp() - age
        os.utime(path, (at, at))
        return path

    def source(self, *, disk: Disk | None = None, **settings: Any) -> FileSource:
        table = {
            "folder": "export",
            "pattern": "*.csv",
            "content": "full",
            "format": {"kind": "delimited", "delimiter": ";"},
            "key": ["ID"],
            **settings,
        }
        context = AdapterContext("exports", self.clock, NoSecrets(), self.root)
        return FileSource(FilesConfig.model_validate(table), context, disk=disk)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


class Taken:
    """One read, to its end."""

    def __init__(self, read: Any) -> None:
        assert read is not None
        self.name = read.name
        self.columns = list(read.columns)
        try:
            self.pages = list(read.pages())
            self.raws = [
                Raw(data, page.place(index) if len(page.records) < 1000 else page.first)
                for page in self.pages
                for index, data in enumerate(page.records)
            ]
            self.answers: list[Record | Unreadable] = list(read.parse(self.raws))
            self.end: End = read.end()
        finally:
            read.close()
        self.checkpoint: Checkpoint = json.loads(json.dumps(self.end.checkpoint))

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [answer.values for answer in self.answers if isinstance(answer, Record)]

    @property
    def codes(self) -> list[str]:
        return [answer.code for answer in self.answers if isinstance(answer, Unreadable)]


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]
