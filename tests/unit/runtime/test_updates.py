"""A newer version is told of when a signed manifest says so, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import Updates as Settings
from agent.errors import TargetUnavailable, WaybillError
from agent.runtime.updates import Updates, newer
from tests.unit.upgrade.test_manifest import KEY, TOLD, signed

SETTINGS = Settings(manifest="https://example.org/waybill.json", key=KEY)


def test_what_is_newer_is_remembered_until_it_is_installed(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return signed(TOLD)

    updates = Updates(tmp_path, "0.9.0", SETTINGS, fetch)
    assert updates.told() is None
    updates.look()
    assert asked == [SETTINGS.manifest]
    assert updates.told() == {"version": "0.10.0", "notes": "https://example.org/notes"}
    assert newer(tmp_path, "0.10.0") is None


def test_a_face_is_told_the_same(tmp_path: Path) -> None:
    found = Updates(tmp_path, "0.9.0", SETTINGS, lambda _url: signed(TOLD)).answer()
    assert (found["version"], found["newest"]) == ("0.9.0", "0.10.0")
    old = Updates(tmp_path, "0.1.0", SETTINGS, lambda _url: signed(TOLD)).answer()
    assert old["hint"] == "First: 0.2.0."
    newest = Updates(tmp_path, "0.10.0", SETTINGS, lambda _url: signed(TOLD)).answer()
    assert (newest["newest"], newest["hint"]) == ("", "")


def test_without_a_configuration_nobody_is_asked(tmp_path: Path) -> None:
    def fetch(_url: str) -> bytes:
        raise AssertionError("nobody was to be asked")

    updates = Updates(tmp_path, "0.9.0", None, fetch)
    assert not updates.is_on
    with pytest.raises(WaybillError) as refused:
        updates.check()
    assert refused.value.code == "UPDATES_OFF"


def test_a_manifest_that_does_not_come_or_is_forged_says_nothing(tmp_path: Path) -> None:
    def away(_url: str) -> bytes:
        raise TargetUnavailable("It is away.")

    Updates(tmp_path, "0.9.0", SETTINGS, away).look()
    forged = signed(TOLD).replace(b"0.10.0", b"9.10.0")
    updates = Updates(tmp_path, "0.9.0", SETTINGS, lambda _url: forged)
    updates.look()
    assert updates.told() is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_can_be_asked_instead(tmp_path: Path) -> None:
    path = tmp_path / "waybill.json"
    path.write_bytes(signed(TOLD))
    home = tmp_path / "home"
    home.mkdir()
    updates = Updates(home, "0.9.0", None, lambda _url: b"")
    assert updates.check(str(path), KEY).is_newer
    with pytest.raises(WaybillError):
        updates.check(str(tmp_path / "none.json"), KEY)
