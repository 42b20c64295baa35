"""Every source keeps the promises of source_suite."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.sources.files import FilesConfig, make
from agent.clock import SystemClock
from agent.ports import AdapterContext, Source

# The suite lies beside this file; test modules are not a package.
_spec = importlib.util.spec_from_file_location(
    "source_suite", Path(__file__).with_name("source_suite.py")
)
source_suite = importlib.util.module_from_spec(_spec)
sys.modules.setdefault("source_suite", source_suite)
_spec.loader.exec_module(source_suite)


class NoSecrets:
    def get(self, name: str) -> str:
        raise KeyError(name)


class ErpThatExportsFiles:
    """One full export, overwritten each time, in cp1252 with semicolons and quotes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "export"
        self.folder.mkdir()
        self.age = 100

    def put(self, rows: Sequence[tuple[str, str, str]]) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["ID", "NAME", "NUMBER"])
        writer.writerows(rows)
        path = self.folder / "CUST.CSV"
        path.write_bytes(text.getvalue().encode("cp1252"))
        self.age -= 1
        at = SystemClock().now().timestamp() - self.age
        os.utime(path, (at, at))

    def open(self) -> Source:
        settings = FilesConfig.model_validate(
            {
                "folder": "export",
                "pattern": "cust*.csv",
                "content": "full",
                "format": {"kind": "delimited", "delimiter": ";", "encoding": "cp1252"},
                "key": ["ID"],
                "ready": {"quiet": "0s"},
            }
        )
        return make(settings, AdapterContext("customers", SystemClock(), NoSecrets(), self.root))

    def break_away(self) -> None:
        self.folder.rename(self.root / "away")

    def come_back(self) -> None:
        (self.root / "away").rename(self.folder)


class TestFiles(source_suite.SourcePromises):
    @pytest.fixture
    def erp(self, tmp_path):
        return ErpThatExportsFiles(tmp_path)
