"""Versions side by side, and the pointer to the one in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import WaybillError
from agent.upgrade import layout
from agent.upgrade.layout import CONSOLE, SERVICE, Root


def rooted(folder: Path, *, windows: bool) -> Root:
    root = Root(folder, windows)
    for version in ("0.1.0", "0.2.0", "0.3.0"):
        for name in (CONSOLE, SERVICE):
            path = root.program(version, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    root.program("0.3.0", SERVICE).unlink()
    return root


@pytest.mark.parametrize("windows", [False, True])
def test_the_pointer_names_the_version_in_force(tmp_path: Path, *, windows: bool) -> None:
    root = rooted(tmp_path, windows=windows)
    assert root.current() == ""
    for version in ("0.1.0", "0.2.0", "0.1.0"):
        root.point(version)
        assert root.current() == version
        assert root.runs(version).exists()
    pointer = tmp_path / "current"
    assert pointer.is_symlink() != windows
    assert not windows or pointer.read_text(encoding="utf-8") == "0.1.0\n"


def test_only_whole_versions_count(tmp_path: Path) -> None:
    root = rooted(tmp_path, windows=False)
    assert root.versions() == ["0.1.0", "0.2.0"]
    with pytest.raises(WaybillError, match=r"0\.3\.0"):
        root.point("0.3.0")


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\\b", "-x", "x" * 65, "1..2"])
def test_no_version_is_a_way_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(WaybillError):
        Root(tmp_path).folder(name)


def test_the_version_in_force_is_never_removed(tmp_path: Path) -> None:
    root = rooted(tmp_path, windows=False)
    root.point("0.1.0")
    root.remove("0.1.0")
    root.remove("0.2.0")
    assert root.versions() == ["0.1.0"]


def test_a_journal_that_is_no_journal_is_never_guessed(tmp_path: Path) -> None:
    assert Root(tmp_path).journal() is None
    for text in ("[]", "{", "nothing"):
        (tmp_path / "upgrade.json").write_text(text)
        with pytest.raises(WaybillError):
            Root(tmp_path).journal()


def test_a_frozen_program_knows_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = rooted(tmp_path, windows=False)
    root.point("0.1.0")
    program = str(tmp_path / "current" / CONSOLE)
    assert layout.root_of(program) is None
    monkeypatch.setattr(layout.sys, "frozen", True, raising=False)
    assert layout.root_of(program) == tmp_path.resolve()
    assert layout.root_of(str(tmp_path / "elsewhere" / CONSOLE)) is None
