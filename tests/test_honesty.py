"""What is left out, silenced or left to others says so: no test is skipped without a reason."""

import ast
import importlib
import inspect
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import MODULES, PACKAGES, ROOT, TESTS, comments, name_of

SKIPS = {
    "pytest.importorskip": None,
    "pytest.mark.skip": 0,
    "pytest.mark.skipif": None,
    "pytest.mark.xfail": None,
    "pytest.skip": 0,
    "pytest.xfail": 0,
}
"""What leaves a test out or lets it fail, and at which place it takes a reason without its name."""
OURS = {*PACKAGES, "tests", "dev"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# --- checkers -------------------------------------------------------------------------------------


def test_a_type_checker_is_silenced_only_where_it_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checked = [ROOT / name for name in project["tool"]["mypy"]["files"]]
    assert all(place.exists() for place in checked)
    unchecked = [path for path in [*MODULES, *TESTS] if not any(map(path.is_relative_to, checked))]
    assert len(unchecked) > 100
    silenced = [
        f"{name_of(path)}:{line}"
        for path in unchecked
        for line, comment in comments(path.read_text(encoding="utf-8"))
        if comment.removeprefix("#").lstrip().startswith("type: ignore")
    ]
    assert silenced == []


# --- tests that are left out ----------------------------------------------------------------------


def unreasoned(tree: ast.Module) -> Iterator[int]:
    """The lines on which a test is left out and nothing says why."""
    calls = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node in inner:
            continue
        if (way := ast.unparse(node)) in SKIPS:
            call = calls.get(node)
            if call is None or not _says(_reason(call, SKIPS[way]), tree):
                yield node.lineno


def _reason(call: ast.Call, place: int | None) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
    return next(iter([*named, *(call.args[place:] if place is not None else [])]), None)


def _says(reason: ast.expr | None, tree: ast.Module) -> bool:
    """Whether a reason is a text with something in it. A name is followed to the constant."""
    match reason:
        case ast.Constant(value=str(text)):
            return bool(text.strip())
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.Constant) and _says(part, tree) for part in parts)
        case ast.Name(id=name):
            return any(_says(value, there) for value, there in _constants(name, tree))
    return False


def _constants(name: str, tree: ast.Module) -> Iterator[tuple[ast.expr, ast.Module]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value, tree
            case ast.ImportFrom(module=str(module), names=names):
                path = ROOT / f"{module.replace('.', '/')}.py"
                if path.is_file() and name in {each.asname or each.name for each in names}:
                    yield from _constants(name, parsed(path))


def ours_imported(tree: ast.Module) -> Iterator[int]:
    """The lines on which a test is left out because something of ours cannot be imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
            name = node.args[0]
            if not isinstance(name, ast.Constant) or str(name.value).split(".")[0] in OURS:
                yield node.lineno


def test_what_leaves_a_test_out_says_why() -> None:
    assert [f"{name_of(path)}:{n}" for path in TESTS for n in unreasoned(parsed(path))] == []


def test_no_test_is_left_out_for_want_of_something_of_ours() -> None:
    assert [f"{name_of(path)}:{n}" for path in TESTS for n in ours_imported(parsed(path))] == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("@pytest.mark.skip\ndef test(): ...", True),
        ("pytest.skip()", True),
        ("pytest.skip('  ')", True),
        ("pytest.skip(allow_module_level=True)", True),
        ("pytest.mark.skipif(True)", True),
        ("pytest.mark.skipif(True, reason='')", True),
        ("pytest.mark.skipif(True, reason=UNKNOWN)", True),
        ("EMPTY = ''\npytest.mark.skipif(True, reason=EMPTY)", True),
        ("pytest.mark.xfail(strict=True)", True),
        ("pytest.importorskip('numpy')", True),
        ("pytest.importorskip('numpy', '2.0')", True),
        ("pytest.skip('no screen')", False),
        ("pytest.skip(reason='no screen')", False),
        ("pytest.skip(f'no {name}')", False),
        ("WHY = 'no screen'\npytest.mark.skipif(True, reason=WHY)", False),
        ("from tests.clients import MISSING\npytest.importorskip('x', reason=MISSING)", False),
        ("subject.skip()", False),
        ("try: run()\nexcept pytest.skip.Exception: pass", False),
    ],
)
def test_a_test_that_is_left_out_without_a_reason_is_found(line: str, *, is_found: bool) -> None:
    assert bool(list(unreasoned(ast.parse(line)))) == is_found


@pytest.mark.parametrize(
    ("name", "is_found"),
    [("'gui'", True), ("'agent.app'", True), ("name", True), ("'numpy'", False), ("'guix'", False)],
)
def test_a_test_that_is_left_out_without_something_of_ours_is_found(
    name: str, *, is_found: bool
) -> None:
    tree = ast.parse(f"pytest.importorskip({name}, reason='it is away')")
    assert bool(list(ours_imported(tree))) == is_found


# --- what is left to subclasses -------------------------------------------------------------------


def left_open(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Class and name of each method that does nothing but say that it is not there."""
    for node in ast.walk(tree):
        for each in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(each, ast.FunctionDef):
                doing = each.body[1:] if ast.get_docstring(each) else each.body
                if [ast.unparse(line).partition("(")[0] for line in doing] == [
                    "raise NotImplementedError"
                ]:
                    yield node.name, each.name


def leaves(cls: type) -> Iterator[type]:
    """The classes of ours that nothing of ours is made from."""
    below = [each for each in cls.__subclasses__() if each.__module__.split(".")[0] in PACKAGES]
    if not below:
        yield cls
    for each in below:
        yield from leaves(each)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_what_a_class_leaves_open_is_filled_in_all_that_is_made_of_it() -> None:
    open_in = {path: found for path in MODULES if (found := set(left_open(parsed(path))))}
    assert sum(map(len, open_in.values())) > 10
    packages = {path.relative_to(ROOT).parts[0] for path in open_in}
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] in packages:
            importlib.import_module(module_of(path))
    methods = [
        (getattr(importlib.import_module(module_of(path)), cls), name)
        for path, found in open_in.items()
        for cls, name in sorted(found)
    ]
    stubs = {vars(cls)[name] for cls, name in methods}
    lacking = {
        f"{leaf.__module__}.{leaf.__name__}.{name}"
        for cls, name in methods
        for leaf in leaves(cls)
        if inspect.getattr_static(leaf, name) in stubs
    }
    assert lacking == set()
