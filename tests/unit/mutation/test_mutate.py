"""Mutation testing changes what a program does, one thing at a time, and nothing else."""

import ast
from pathlib import Path

import pytest

from tests.mutation.mutate import mutants, mutated


def changes(tmp_path: Path, code: str) -> list[str]:
    path = tmp_path / "module.py"
    path.write_text(code, encoding="utf-8")
    return [one.change for one in mutants("module", path)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = a < b", ["a < b -> a <= b"]),
        ("x = a + b", ["a + b -> a - b"]),
        ("x = a and b", ["a and b -> a or b"]),
        ("x = not a", ["not a -> a"]),
        ("x = 7", ["7 -> 8", "7 -> 6"]),
        ("x = True", ["True -> False"]),
        ("x = 'word'", ["'word' -> 'XwordX'"]),
        ("x = max(a, b)", ["max(a, b) -> min(a, b)"]),
        ("if a:\n    b", ["a -> not a"]),
        ("if a is None:\n    b", ["a is None -> not a is None"]),
        ("def f():\n    return a", ["a -> None"]),
        ("f(a)", ["f(a) -> pass"]),
        ("a.b = c", ["a.b = c -> pass"]),
        ("raise a", ["raise a -> pass"]),
        ("for a in b:\n    continue", ["continue -> break"]),
        ("match a:\n    case b.c:\n        d", ["case b.c: ... -> case b.c if False: ..."]),
    ],
)
def test_what_a_program_does_is_changed(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert [line.replace("\n", "") for line in changes(tmp_path, code)] == expected


@pytest.mark.parametrize(
    "code",
    [
        '"""What a module is for."""',
        "x: int | None",
        "Json = str | None",
        "@decorated(frozen=True)\nclass A: ...",
        "x = 'This is for a person.'",
        "x = f'{a} is no number.'",
        "import a",
        "match a:\n    case _:\n        assert_never(a)",
    ],
)
def test_what_only_people_or_checkers_read_is_left_alone(tmp_path: Path, code: str) -> None:
    assert changes(tmp_path, code) == []


def test_every_mutant_differs_from_the_original_in_its_own_way(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("def f(a, b=1):\n    return a + 1 if a < b else -a\n", encoding="utf-8")
    texts = [ast.unparse(mutated(one)) for one in mutants("module", path)]
    original = ast.unparse(ast.parse(path.read_text(encoding="utf-8")))
    assert len({original, *texts}) == len(texts) + 1


def test_a_default_is_known_to_run_before_any_test(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("def f(a=1):\n    return 2\n", encoding="utf-8")
    assert [(one.before, one.inside) for one in mutants("module", path)] == [
        ("1", False), ("1", False), ("2", True), ("2", True), ("2", True),
    ]  # fmt: skip
