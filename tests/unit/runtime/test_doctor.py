"""The doctor looks at everything, whatever it found before, and changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.errors import KeyUnavailable
from agent.runtime.operate import doctor, rights
from agent.runtime.operate.doctor import Doctor
from gui.words import said, texts_of
from tests.wine import IS_WINDOWS, IS_WINE


def look(home: Path, text: str | None = "version = 1\n", **more: object) -> dict[str, str]:
    """Codes by subject and level."""
    home.mkdir(mode=0o700, exist_ok=True)
    path = home / "waybill.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    keys = more.pop("keys", lambda: None)
    found = Doctor(home, path, "1.2.3", keys, **more).looks()
    return {one.code: str(one.level) for one in found}


def test_a_sound_home_has_no_error(tmp_path: Path) -> None:
    found = look(tmp_path / "h")
    wrong = {code for code, level in found.items() if level == "error"}
    assert wrong <= ({"HOME_RIGHTS_OPEN"} if IS_WINE else set())
    assert {"HOME", "KEYS", "DISK", "CLOCK_UNPROVEN", "VERSIONS"} <= found.keys()


def test_a_folder_that_is_not_there_or_not_readable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    text = (
        f"[sources.a]\nfolder = '{tmp_path / 'in'}'\n[sources.b]\nfolder = '{tmp_path / 'none'}'\n"
        f"[targets.c]\nfolder = '{tmp_path / 'in'}'\nproxy = 'http://proxy.corp:3128'\n"
    )
    found = look(tmp_path / "h", text)
    assert (found["FOLDER"], found["FOLDER_MISSING"], found["PROXY"]) == ("ok", "error", "ok")
    monkeypatch.setattr(doctor.access, "may_list", lambda path: path.name != "in")
    assert look(tmp_path / "h", text)["FOLDER_UNREADABLE"] == "error"


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "NO_CONFIGURATION"), ("version =", "CONFIG_BROKEN"), ("sources = 3", "CLOCK_UNPROVEN")],
)
def test_a_configuration_that_is_absent_or_broken_ends_no_look(
    tmp_path: Path, text: str | None, code: str
) -> None:
    found = look(tmp_path / "h", text)
    assert code in found
    assert "VERSIONS" in found


def test_clock_keys_disk_proxy_and_permissions_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys() -> None:
        raise KeyUnavailable("The keys do not open.")

    monkeypatch.setenv("HTTPS_PROXY", "http://user:geheim@proxy:3128")
    monkeypatch.setattr(
        doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=400 * 1024 * 1024)
    )
    skews = {"crm": timedelta(minutes=-7), "erp": timedelta(seconds=3)}
    home = tmp_path / "h"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    found = look(home, keys=keys, skews=lambda: skews)
    assert found["CLOCK_OFF"] == found["DISK_LOW"] == found["PROXY_NOT_USED"] == "warning"
    assert found.get("HOME_OPEN") == (None if IS_WINDOWS else "warning")
    assert found[KeyUnavailable.code] == "error"
    assert found["CLOCK"] == "ok"
    said = str(Doctor(home, home / "waybill.toml", "1", keys).looks())
    assert "geheim" not in said


def test_whatever_it_finds_is_said_in_german_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "".join(
        Path(module.__file__).read_text(encoding="utf-8") for module in (doctor, rights)
    )
    codes = set(re.findall(r"\b(?:fine|warn|wrong)\(\s*\"([A-Z_]+)\"", source))
    assert len(codes) > 30
    german = texts_of("de")
    assert codes <= german.keys()
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    home = tmp_path / "h"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    (home / "waybill.toml").write_text("[sources.a]\nfolder = 'none'\n", encoding="utf-8")
    skews = {"crm": timedelta(minutes=-7)}
    for one in Doctor(home, home / "waybill.toml", "1", lambda: None, lambda: skews).looks():
        text = said("de", one.as_json(), "text")
        assert text == german[one.code]["text"].format_map(one.params)


def test_a_folder_of_many_sources_is_looked_at_once_and_names_them(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    file = tmp_path / "waybill.toml"
    file.write_text(
        "".join(f'[sources.{name}]\nkind = "files"\nfolder = "exports"\n' for name in ("a", "b"))
    )
    looks = Doctor(tmp_path, file, "1", lambda: None).looks()
    (look,) = [look for look in looks if look.code.startswith("FOLDER")]
    assert look.subject == "sources.a, sources.b"
