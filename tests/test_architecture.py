"""What the linters cannot say: plaques on the doors, rooms of a readable size."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import clients

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("agent", "adapters", "gui", "installer")
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES = 400
USUAL_LINES = 200
USUAL_SHARE = 0.75
IGNORE = re.compile(r"#\s*(?:ruff: )?noqa|#\s*type: ignore")
EXPLAINED = re.compile(
    r"#\s*(?:(?:ruff: )?noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*+|type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\])"
    r"[-,#\s]+[A-Za-z`]+"
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a module, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def unexplained(text: str) -> Iterator[int]:
    """The lines of a module on which a checker is silenced and nothing says why."""
    for line, comment in comments(text):
        if IGNORE.match(comment) and not EXPLAINED.match(comment):
            yield line


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_the_packages_are_found(package: str) -> None:
    assert any(path.is_relative_to(ROOT / package) for path in [*MODULES, *TESTS])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_every_folder_with_code_is_a_package_with_a_plaque() -> None:
    folders = {path.parent for path in MODULES}
    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("path", [*MODULES, *TESTS, ROOT / "dev.py"], ids=name_of)
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert lines_of(path) <= MOST_LINES


def test_most_modules_are_short() -> None:
    short = [path for path in MODULES if lines_of(path) < USUAL_LINES]
    assert len(short) >= USUAL_SHARE * len(MODULES)


@pytest.mark.parametrize("path", [*MODULES, *TESTS, ROOT / "dev.py"], ids=name_of)
def test_whoever_silences_a_checker_says_why(path: Path) -> None:
    assert list(unexplained(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("comment", "is_found"),
    [
        ("noqa", True),
        ("noqa: S608", True),
        ("noqa: S608, ARG002", True),
        ("type: ignore", True),
        ("type: ignore[misc]", True),
        ("type: ignore[misc,arg-type]  #", True),
        ("noqa: S608 our names", False),
        ("noqa: S608, ARG002 - quoted", False),
        ("noqa: SIM115, closed", False),
        ("type: ignore[misc,arg-type]  # as sealed", False),
        ("the noqa: S608 of others", False),
    ],
)
def test_a_checker_that_is_silenced_without_a_reason_is_found(
    comment: str, *, is_found: bool
) -> None:
    assert list(unexplained(f"x = 1\ny = 2  # {comment}\n")) == ([2] if is_found else [])


def test_what_the_package_depends_on_is_what_gets_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "requirements.in").read_text(encoding="utf-8")
    named = {line.split("#")[0].strip() for line in text.splitlines()}
    assert set(project["dependencies"]) <= named


@pytest.mark.parametrize("name", ["requirements.lock", "tests/clients.lock"])
def test_a_lock_names_no_server_and_hashes_everything(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_clients_that_check_the_practice_crms_are_pinned_and_locked() -> None:
    locked = clients.entries(clients.LOCK.read_text(encoding="utf-8"))
    heads = {entry.split(" \\")[0] for entry in locked.values()}
    assert set(clients.named()) <= heads
    ours = clients.entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert locked.keys().isdisjoint(ours)
