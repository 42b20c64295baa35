"""What a formula may cost is counted, not measured: the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from agent import resources
from agent.mapping.formula import FormulaError, compile_formula, limits
from agent.mapping.values import Refused
from agent.model import Value

LONG = "x" * limits.TEXT


def bound(text: str, *columns: str) -> Callable[..., object]:
    value = compile_formula(text, columns).bind({name: at for at, name in enumerate(columns)})
    return lambda *values: value(values)


def code(work: Callable[..., object], *values: Value) -> str:
    with pytest.raises(Refused) as refused:
        work(*values)
    return refused.value.code


def longest(text: str, *columns: str) -> int:
    """The longest text in the first column that a formula takes."""
    value, fewest, most = bound(text, *columns), 0, limits.TEXT
    while fewest < most:
        middle = (fewest + most + 1) // 2
        try:
            value("x" * middle, *["xy"] * (len(columns) - 1))
            fewest = middle
        except Refused as refused:
            if refused.code != "FORMULA_SIZE":
                raise
            most = middle - 1
    return fewest


def test_the_more_a_formula_does_with_texts_the_shorter_they_are() -> None:
    assert longest("A", "A") == longest("LEN(UPPER(A))", "A") == limits.TEXT
    often = "+".join(["LEN(UPPER(A))"] * 40)
    assert longest(often, "A") == limits.WORK // 80
    assert longest("+".join(["ABS(1.5)"] * 60) + "+LEN(A)", "A") == limits.WORK // 61


def test_a_search_counts_the_more_the_longer_what_it_searches_for_may_be() -> None:
    known = " OR ".join(["CONTAINS(A, 'GmbH')"] * 20)
    unknown = " OR ".join(["CONTAINS(A, B)"] * 20)
    assert longest(known, "A") == limits.WORK // (20 * 2)
    assert longest(unknown, "A", "B") == limits.WORK // (20 * (2 + limits.SEARCHED // 8))


def test_short_texts_are_taken_however_much_a_formula_does() -> None:
    most = " OR ".join(["CONTAINS(A, A)"] * 99)
    assert bound(most, "A")("x" * limits.SEARCHED) is True
    assert longest("+".join(["LEN(TRIM(A & A))"] * 66), "A") >= limits.SHORT // 2


def test_no_text_on_the_way_is_longer_than_the_formula_allows() -> None:
    many = "+".join(["LEN(UPPER(A))"] * 40)
    shorter = limits.WORK // 80
    assert code(bound(f"{many} + LEN(PAD(A, 32767))", "A"), "x") == "FORMULA_SIZE"
    assert code(bound(f"{many} + LEN(A & A)", "A"), "x" * (shorter // 2 + 900)) == "FORMULA_SIZE"
    with pytest.raises(FormulaError, match="makes a text of more than"):
        compile_formula(f"{many} + LEN(PAD('x', 32767))", ["A"])


@pytest.mark.parametrize(
    "text",
    ["CONTAINS(A, B)", "FIND(B, A)", "SUBSTITUTE(A, B, 'y')", "ISBLANK(SPLIT(A, B, 1))"],
)
def test_what_is_searched_for_is_short(text: str) -> None:
    work = bound(text, "A", "B")
    assert code(work, LONG[:9999], "x" * (limits.SEARCHED + 1)) == "FORMULA_SIZE"
    assert work(LONG[:9999], "y" * limits.SEARCHED) is not None


def test_every_text_on_the_way_keeps_to_the_limit() -> None:
    for text in (
        "A & 'x'",
        "CONCAT(A, 'x')",
        "JOIN('', A, 'x')",
        "REPLACE(A, 1, 0, 'x')",
        "SUBSTITUTE(A, 'x', 'xx')",
        "PAD('a', LEN(A)) & RIGHT(A, 32767) & 'x'",
    ):
        assert code(bound(text, "A"), LONG) == "FORMULA_SIZE"
    assert code(bound("A", "A"), LONG + "x") == "FORMULA_SIZE"
    assert code(bound("UPPER(A)", "A"), "\u0149" * limits.TEXT) == "FORMULA_SIZE"
    lookup = compile_formula("LOOKUP('t', A)", ["A"], {"t": {"a": LONG + "x"}}).bind({"A": 0})
    assert code(lookup, ["a"]) == "FORMULA_SIZE"


def deeper(levels: int, work: Callable[[], object]) -> object:
    return deeper(levels - 1, work) if levels else work()


@pytest.mark.parametrize(
    "text",
    [
        "1" + "+A" * (limits.HEIGHT - 1),
        "'a'" + " & A" * (limits.HEIGHT - 1),
        "-" * (limits.DEPTH - 1) + "A",
        "(" * (limits.DEPTH - 1) + "A" + ")" * (limits.DEPTH - 1),
        "TRIM(" * (limits.DEPTH - 1) + "A" + ")" * (limits.DEPTH - 1),
        "IF(TRUE," * (limits.DEPTH - 1) + "A" + ", 1)" * (limits.DEPTH - 1),
        "NOT " * (limits.DEPTH - 2) + "(A = 1)",
    ],
)
def test_the_deepest_formulas_leave_most_of_the_stack_to_others(text: str) -> None:
    """Recursion that ended in an error of the interpreter would stop a whole read."""

    def work() -> object:
        return bound(text, "A")(1)

    assert deeper(sys.getrecursionlimit() - 550, work) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A" + "+A" * limits.HEIGHT, f"More than {limits.HEIGHT} operators"),
        ("(" * limits.DEPTH + "A" + ")" * limits.DEPTH, f"deeper than {limits.DEPTH} levels"),
        ("+".join(["SUM(A,A,A,A,A,A,A)"] * 50), f"more than {limits.NODES} parts"),
        ("A" + " " * limits.LENGTH, f"at most {limits.LENGTH:,} characters".replace(",", "")),
        ("1" * (limits.DIGITS + 1), f"at most {limits.DIGITS} digits"),
    ],
)
def test_a_formula_beyond_a_limit_is_told_which(text: str, said: str) -> None:
    with pytest.raises(FormulaError) as error:
        compile_formula(text, ["A"])
    assert said in error.value.text


def test_the_help_page_tells_the_limits_as_they_are() -> None:
    page = " ".join(resources.text("help/formulas.md").split())
    assert (
        f"Limits: {limits.LENGTH:,} characters, {limits.NODES} parts, {limits.DEPTH} levels, "
        f"{limits.HEIGHT} operators in a row; texts up to {limits.TEXT:,} characters (shorter where a "
        f"formula goes through texts more than {limits.WORK // limits.TEXT} times), searched-for texts "
        f"up to {limits.SEARCHED}; numbers up to {limits.DIGITS} digits before the point and "
        f"{limits.DIGITS} behind it."
    ) in page
