"""A change by program keeps what people wrote, or changes nothing."""

import os
import stat
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from agent.config import Kinds, load, set_value, unset_value
from agent.errors import ConfigError


def test_a_changed_value_leaves_every_other_byte_alone(path: Path, kinds: Kinds) -> None:
    before = path.read_text()
    config = set_value(path, ("agent", "name"), "Neu", kinds)
    assert path.read_text() == before.replace("ERP-SRV01", "Neu")
    assert config.agent.name == load(path, kinds).agent.name == "Neu"


def test_windows_line_ends_stay(path: Path, kinds: Kinds, good: str) -> None:
    path.write_bytes(good.replace("\n", "\r\n").encode())
    set_value(path, ("flows", "customers", "paused"), True, kinds)
    content = path.read_bytes()
    assert load(path, kinds).flows["customers"].paused
    assert b"# what we read\r\n" in content


def test_a_value_is_set_and_unset_again(path: Path, kinds: Kinds) -> None:
    place = ("flows", "customers", "paused")
    assert set_value(path, place, True, kinds).flows["customers"].paused
    assert "# what we read" in path.read_text()
    assert not unset_value(path, place, kinds).flows["customers"].paused


def test_a_table_that_was_not_there_is_made(path: Path, kinds: Kinds) -> None:
    assert set_value(path, ("limits", "max_delete_rows"), 5, kinds).limits.max_delete_rows == 5
    config = set_value(
        path,
        ("sources", "new"),
        {"kind": "files", "folder": "x", "key": ["A"], "format": {"kind": "delimited"}},
        kinds,
    )
    assert list(config.sources) == ["customers", "new"]
    assert list(unset_value(path, ("sources", "new"), kinds).sources) == ["customers"]


def test_an_inner_value_of_an_inline_table_is_set(path: Path, kinds: Kinds) -> None:
    set_value(path, ("sources", "customers", "format", "delimiter"), "|", kinds)
    assert 'format = { kind = "delimited", delimiter = "|" }' in path.read_text()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("flows", "customers", "source"), "nowhere"),
        (("flows", "customers", "when"), "never"),
        (("targets", "crm", "password"), "hunter2"),
        (("targets", "crm", "kind"), "other"),
        (("agent", "nmae"), "x"),
        (("version",), None),
        (("version", "deeper"), 1),
    ],
)
def test_a_result_with_problems_is_refused(
    path: Path, kinds: Kinds, place: tuple[str, ...], value: str | int | None
) -> None:
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="Nothing was changed") as caught:
        set_value(path, place, value, kinds)
    assert caught.value.problems
    assert path.read_bytes() == before
    assert sorted(item.name for item in path.parent.iterdir()) == ["mappings", "waybill.toml"]


@pytest.mark.parametrize("place", [("targets", "crm"), ("flows", "none"), ("x", "y"), ("version",)])
def test_removing_what_is_needed_or_not_there_is_refused(
    path: Path, kinds: Kinds, place: tuple[str, ...]
) -> None:
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="Nothing was changed"):
        unset_value(path, place, kinds)
    assert path.read_bytes() == before


def test_a_file_that_has_problems_already_is_left_to_a_person(path: Path, kinds: Kinds) -> None:
    path.write_text("version = 1\n[agent\n")
    with pytest.raises(ConfigError):
        set_value(path, ("agent", "name"), "x", kinds)
    assert path.read_text() == "version = 1\n[agent\n"


def test_what_somebody_else_writes_meanwhile_is_not_overwritten(path: Path, kinds: Kinds) -> None:
    class WritingMeanwhile(BaseModel):
        """Checked after the file was read and before it is replaced."""

        def __init__(self, **settings: object) -> None:
            super().__init__(**settings)
            path.write_text(path.read_text() + "# by hand\n")

    kinds = Kinds(kinds.sources, {"hook": WritingMeanwhile})
    with pytest.raises(ConfigError, match="somebody else"):
        set_value(path, ("agent", "name"), "Neu", kinds)
    assert "# by hand" in path.read_text()
    assert "Neu" not in path.read_text()


@pytest.mark.skipif(
    sys.platform == "win32", reason="permission bits and links are those of other systems"
)
def test_the_mode_stays_and_a_link_stays_a_link(path: Path, kinds: Kinds, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    set_value(link, ("agent", "name"), "Neu", kinds)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "Neu" in path.read_text()


def test_a_write_that_fails_leaves_the_file_as_it_is(
    path: Path, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def broken(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(ConfigError, match="Input/output error"):
            set_value(path, ("agent", "name"), "Neu", kinds)
    assert path.read_bytes() == before
    assert sorted(item.name for item in path.parent.iterdir()) == ["mappings", "waybill.toml"]
