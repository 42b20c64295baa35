"""The parts of the freeze that need no build."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import agent
from installer.freeze import parts, sign, version
from installer.freeze.build import PROJECT, epoch_of
from installer.linux import deb


def test_the_version_is_the_one_that_the_code_states() -> None:
    assert version.version_of(PROJECT) == agent.__version__


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.1.0", (0, 1, 0, 0)),
        ("1.2.3rc1", (1, 2, 3, 0)),
        ("2.0", (2, 0, 0, 0)),
        ("1.2.3.4.5", (1, 2, 3, 4)),
        ("1.2.3+local.7", (1, 2, 3, 0)),
    ],
)
def test_windows_gets_four_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert version.numbers(text) == numbers


@pytest.mark.parametrize("program", parts.PROGRAMS)
def test_each_program_says_in_its_properties_what_it_is(program: str) -> None:
    text = version.resource(program, "1.2.3")
    ast.parse(text)
    assert f"'{program}.exe'" in text
    assert "(1, 2, 3, 0)" in text


def test_the_programs_ask_for_no_rights_and_know_long_paths() -> None:
    manifest = ET.fromstring(version.MANIFEST)
    levels = [each.get("level") for each in manifest.iter() if each.get("level")]
    assert levels == ["asInvoker"]
    assert "longPathAware" in version.MANIFEST


def test_without_a_certificate_nothing_is_signed(tmp_path: Path) -> None:
    assert sign.sign([tmp_path / "waybill.exe"], {}) == 0


def test_the_signing_command_is_run_for_each_program_of_ours(tmp_path: Path) -> None:
    for name in ("waybill.exe", "waybill-tray.exe", "LICENSE"):
        (tmp_path / name).touch()
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('signed')"
    command = f'"{sys.executable}" -c "{code}"'
    assert sign.sign(sign.ours(tmp_path), {sign.COMMAND: command}) == 2
    assert (tmp_path / "waybill.exe").read_text() == "signed"
    assert (tmp_path / "LICENSE").read_text() == ""


def test_a_signature_that_fails_stops_the_build(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -c "import sys; sys.exit(\'no token\')" {{file}}'
    with pytest.raises(sign.SigningError, match=r"waybill\.exe could not be signed: no token"):
        sign.sign([tmp_path / "waybill.exe"], {sign.COMMAND: command})


def test_the_time_of_a_build_can_be_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert epoch_of(PROJECT) == 1_700_000_000


@pytest.mark.parametrize(
    ("name", "source", "is_wanted"),
    [
        ("libssl.so.3", "/lib/x86_64-linux-gnu/libssl.so.3", True),
        ("libodbc.so.2", "/lib/x86_64-linux-gnu/libodbc.so.2", False),
        ("libreadline.so.8", "/lib/x86_64-linux-gnu/libreadline.so.8", False),
        ("bcryptprimitives.dll", "C:/lab/bcryptprimitives.dll", False),
        ("PySide6/opengl32sw.dll", "C:/p/opengl32sw.dll", False),
        ("PySide6/Qt6Core.dll", "C:/p/Qt6Core.dll", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", "C:/p/qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qdirect2d.dll", "C:/p/qdirect2d.dll", False),
        ("PySide6/Qt/translations/qtbase_de.qm", "/p/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", "/p/qtbase_fr.qm", False),
        ("babel/locale-data/de_AT.dat", "/p/de_AT.dat", True),
        ("babel/locale-data/root.dat", "/p/root.dat", True),
        ("babel/locale-data/ja.dat", "/p/ja.dat", False),
        ("babel/locale-data/dez.dat", "/p/dez.dat", False),
    ],
)
def test_what_stays_out_of_the_folder(name: str, source: str, is_wanted: bool) -> None:
    assert bool(list(parts.wanted([(name, source, "BINARY")]))) is is_wanted


def test_a_candidate_comes_before_its_release_in_debian() -> None:
    assert deb._debian_version("1.2.0rc1") == "1.2.0~rc1"
    assert deb._debian_version("1.2.0") == "1.2.0"


def test_the_oldest_c_library_is_read_from_what_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(b"..GLIBC_2.9\0GLIBC_2.34\0")
    (tmp_path / "notes.txt").write_bytes(b"GLIBC_2.99")
    assert deb.needed_glibc(path for path in sorted(tmp_path.iterdir())) == "2.34"
