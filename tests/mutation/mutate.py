"""What can be changed in a module, and the code with one change.

Changed are arithmetic, comparisons, boolean words, constants (numbers by one, words, not prose),
conditions, returned values, branches of `match`, calls that have an opposite, and statements with
an effect. Not changed: annotations, docstrings, decorators, the texts of errors and messages (what
has a space in it), and what only `assert_never` follows.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitOr,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
_PAIRS = (
    ("min", "max"), ("any", "all"), ("lower", "upper"), ("lstrip", "rstrip"),
    ("startswith", "endswith"), ("partition", "rpartition"), ("removeprefix", "removesuffix"),
    ("find", "rfind"), ("ljust", "rjust"), ("match", "fullmatch"),
)  # fmt: skip
_OPPOSITES = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
_TYPES = re.compile(
    r"[A-Z]\w*[a-z]\w*|str|int|bool|bytes|float|list|dict|tuple|object|date|datetime"
)
_MADE_OF_TYPES = frozenset({"TypeVar", "NewType", "ParamSpec", "cast", "assert_never"})


class Change(NamedTuple):
    """One way to change one node; `place` is where it hangs on its parent."""

    parent: ast.AST
    place: str
    at: int | None
    new: ast.AST
    kind: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module, by its number in the order of the source."""

    module: str
    """With dots."""
    path: Path
    number: int
    kind: str
    line: int
    lines: tuple[int, ...]
    """Of the changed node; a test that runs one of them may notice."""
    inside: bool
    """Within a function: runs when a test calls it, not when the module is loaded."""
    text: str
    """Of that line."""
    before: str
    after: str

    @property
    def known_by(self) -> str:
        """Its name in the list of equivalent ones: no line, for lines move."""
        return f"{self.text}: {self.change}"

    @property
    def change(self) -> str:
        """What becomes what."""
        return f"{self.before} -> {self.after}"

    def __str__(self) -> str:
        return f"{self.module}:{self.line} [{self.kind}] {self.change}"


def mutants(module: str, path: Path) -> list[Mutant]:
    """Every mutant of a module, in the order of its source."""
    found = []
    source = path.read_text(encoding="utf-8")
    tree, texts = ast.parse(source), source.splitlines()
    for number, (change, statement, inside) in enumerate(_changes(tree)):
        old = _held(change)
        top = old if hasattr(old, "end_lineno") else statement
        if not first_is_within(statement, top):  # inside an f-string a node has a wrong line
            top = statement
        end = top.end_lineno or top.lineno
        if isinstance(top, ast.stmt) and isinstance(getattr(top, "body", None), list):
            end = max(top.lineno, top.body[0].lineno - 1)
        found.append(
            Mutant(
                module,
                path,
                number,
                change.kind,
                top.lineno,
                tuple(range(top.lineno, end + 1)),
                inside,
                texts[top.lineno - 1].strip(),
                _shown(old),
                _shown(change.new),
            )
        )
    return found


def first_is_within(statement: ast.stmt, node: ast.AST) -> bool:
    """Whether a node lies where its statement does."""
    return statement.lineno <= node.lineno <= (statement.end_lineno or statement.lineno)


def mutated(mutant: Mutant) -> ast.Module:
    """The module's tree with the change made."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    for number, (change, _, _) in enumerate(_changes(tree)):
        if number == mutant.number:
            new = ast.copy_location(change.new, _held(change))
            if change.at is None:
                setattr(change.parent, change.place, new)
            else:
                getattr(change.parent, change.place)[change.at] = new
            return ast.fix_missing_locations(tree)
    raise LookupError(str(mutant))


def _held(change: Change) -> ast.AST:
    held = getattr(change.parent, change.place)
    return held if change.at is None else held[change.at]


def _shown(node: ast.AST) -> str:
    """In one line; of a statement with a body its head."""
    text = ast.unparse(node) if not isinstance(node, ast.operator | ast.cmpop | ast.boolop) else ""
    lines = (text or type(node).__name__).splitlines()
    return lines[0] if len(lines) == 1 else f"{lines[0]} ..."


def _changes(tree: ast.Module) -> Iterator[tuple[Change, ast.stmt, bool]]:
    yield from _within(tree, None, inside=False)


def _within(
    node: ast.AST, statement: ast.stmt | None, *, inside: bool
) -> Iterator[tuple[Change, ast.stmt, bool]]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "ctx", "type_comment", "bases"}:
            continue
        deeper = inside or (isinstance(node, ast.FunctionDef | ast.Lambda) and name == "body")
        for at, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(child, ast.AST) or _is_left_alone(child, node):
                continue
            of = child if isinstance(child, ast.stmt) else statement
            if of is not None:
                for new, kind in _variants(child, node, name):
                    yield Change(node, name, at, new, kind), of, deeper
            yield from _within(child, of, inside=deeper)


def _is_left_alone(node: ast.AST, parent: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):  # or a docstring
            return True
        case ast.Call(func=ast.Name(id=name)) | ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _MADE_OF_TYPES
        case ast.match_case(body=[ast.Expr(value=ast.Call(func=ast.Name(id="assert_never")))]):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.JoinedStr():
            return _is_prose("".join(_literals(node)))
    return isinstance(node, ast.Constant) and isinstance(parent, ast.FormattedValue)


def _literals(node: ast.JoinedStr) -> Iterator[str]:
    for part in node.values:
        yield str(part.value) if isinstance(part, ast.Constant) else ""


def _is_prose(text: str) -> bool:
    return " " in text.strip() and any(map(str.isalpha, text))


def _variants(node: ast.AST, parent: ast.AST, name: str) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    if isinstance(node, ast.expr):
        is_condition = name in {"test", "ifs", "guard"}
        if is_condition:
            yield ast.UnaryOp(ast.Not(), node), "condition"
        if name == "value" and isinstance(parent, ast.Return) and not _is_word(node):
            yield ast.Constant(None), "return"
        if isinstance(parent, ast.Subscript) and _is_first(node):
            yield ast.Constant(1), "constant"  # the last one is mostly the first one too
        elif not (is_condition and _is_its_negation(node)):
            yield from _expressions(node)
    if isinstance(node, ast.match_case) and node.guard is None:
        never = copy.copy(node)
        never.guard = ast.Constant(value=False)
        yield never, "case"


def _is_its_negation(node: ast.expr) -> bool:
    """Whether what else would be done to a condition is to negate it."""
    match node:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot()]):
            return True
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return True
    return False


def _statements(node: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass(), "statement"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass(), "statement"
        case ast.Continue():
            yield ast.Break(), "loop"
        case ast.Break():
            yield ast.Continue(), "loop"
    if isinstance(node, ast.AugAssign) and type(node.op) in _SWAPS:
        yield ast.AugAssign(node.target, _SWAPS[type(node.op)](), node.value), "arithmetic"


def _expressions(node: ast.expr) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Compare(left, ops, values):
            for at, op in enumerate(ops):
                swapped = [*ops[:at], _SWAPS[type(op)](), *ops[at + 1 :]]
                yield ast.Compare(left, swapped, values), "comparison"
        case ast.BinOp(left, op, right) if type(op) in _SWAPS and not _joins_types(node):
            yield ast.BinOp(left, _SWAPS[type(op)](), right), "arithmetic"
        case ast.BoolOp(op, values):
            yield ast.BoolOp(_SWAPS[type(op)](), values), "boolean"
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand, "boolean"
        case ast.Constant(value=value):
            yield from ((ast.Constant(other), "constant") for other in _others(value))
        case ast.Call():
            yield from _calls(node)


def _calls(node: ast.Call) -> Iterator[tuple[ast.AST, str]]:
    func = copy.copy(node.func)
    if isinstance(func, ast.Name) and func.id in _OPPOSITES:
        func.id = _OPPOSITES[func.id]
    elif isinstance(func, ast.Attribute) and func.attr in _OPPOSITES:
        func.attr = _OPPOSITES[func.attr]
    else:
        return
    yield ast.Call(func, node.args, node.keywords), "opposite"


def _others(value: object) -> Iterator[object]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            yield value - 1
        case float():
            yield value + 1
            if value:
                yield value / 2
        case str() if not _is_prose(value):
            yield f"X{value}X"
        case bytes():
            yield b"X" + value


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_word(node: ast.AST) -> bool:
    """None, or a truth value, which is turned into the other one anyway."""
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _is_first(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _joins_types(node: ast.BinOp) -> bool:
    """`str | None` is a type, not arithmetic."""
    names = [side.id if isinstance(side, ast.Name) else "" for side in (node.left, node.right)]
    return isinstance(node.op, ast.BitOr) and (
        any(_TYPES.fullmatch(name) for name in names)
        or any(_is_none(side) for side in (node.left, node.right))
    )
