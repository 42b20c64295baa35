"""What the linters cannot say: plaques on the doors, rooms of a readable size."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("agent", "adapters", "gui")
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
MOST_LINES = 400
USUAL_LINES = 200
USUAL_SHARE = 0.75


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_are_found(package: str) -> None:
    assert any(path.is_relative_to(ROOT / package) for path in MODULES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_every_folder_with_code_is_a_package_with_a_plaque() -> None:
    folders = {path.parent for path in MODULES}
    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("path", [*MODULES, ROOT / "dev.py"], ids=name_of)
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert lines_of(path) <= MOST_LINES


def test_most_modules_are_short() -> None:
    short = [path for path in MODULES if lines_of(path) < USUAL_LINES]
    assert len(short) >= USUAL_SHARE * len(MODULES)


def test_what_the_package_depends_on_is_what_gets_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "requirements.in").read_text(encoding="utf-8")
    named = {line.split("#")[0].strip() for line in text.splitlines()}
    assert set(project["dependencies"]) <= named


def test_the_lock_names_no_server_and_hashes_everything() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
