"""The byte scan finds what stands in the clear, whatever it is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.demo.leaks import leaks


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "utf-16-le"])
def test_a_value_in_the_clear_is_found(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "agent.log").write_bytes(b"\0x" + "Herr Schönhuber".encode(encoding))
    assert leaks(tmp_path, ["Schönhuber"]) == ["logs/agent.log: 1 of the sample ERP's values"]


def test_a_value_as_json_escapes_it_is_found(tmp_path: Path) -> None:
    (tmp_path / "queue.db").write_bytes(rb'{"name": "Sch\xf6nhuber"}')
    assert leaks(tmp_path, ["Schönhuber"])


def test_sealed_bytes_are_no_finding(tmp_path: Path) -> None:
    (tmp_path / "queue.db").write_bytes(bytes(range(256)) * 100)
    assert leaks(tmp_path, ["Schönhuber"]) == []
