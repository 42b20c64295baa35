"""Whole records and single values at their edges: what is parked, with which words, how long."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.canon import Field, Kind
from agent.mapping.plain import plain_reader
from agent.mapping.values import Refused, as_it_is, key_text, text_of
from agent.model import Draft, Op, Parent, Problem, Value
from tests.unit.mapping.helpers import code_of, contract_of, one, plan_of

TEXT = {"type": "text", "max_length": 40}
MONEY = {"type": "decimal", "places": 2}
HEAD = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'


def mapped(rules: str, fields: dict, columns: str, *values: Value) -> object:
    plan = plan_of(f"{HEAD}[fields]\n{rules}", contract_of(fields))
    return plan.bind(columns.split())(values)


def problem(rules: str, fields: dict, columns: str, *values: Value) -> Problem:
    made = mapped(rules, fields, columns, *values)
    assert isinstance(made, Problem), made
    return made


# --- whole records


def test_a_required_field_that_is_calculated_or_converted_is_never_sent_blank() -> None:
    must = {"f": MONEY | {"required": True}}
    for rule in ('f = "A"', 'f = { column = "A", decimal = "," }', "f = { formula = 'NUMBER(A)' }"):
        found = problem(rule, must, "ID A", "1", " ")
        assert (found.code, found.field, found.external_id) == ("REQUIRED_MISSING", "f", "1")
        assert isinstance(mapped(rule, must, "ID A", "1", "5"), Draft)
    parts = {"f": {"type": "ref", "entity": "thing", "required": True}}
    found = problem('f = { columns = ["A", "B"] }', parts, "ID A B", "1", "x", "")
    assert found.code == "REQUIRED_MISSING"


def test_a_problem_names_its_field_and_where_it_comes_from() -> None:
    fields = {"f": MONEY, "g": TEXT}
    assert problem('f = "A"', fields, "ID A", "1", "x").reason.startswith("f (A) is not")
    made = problem("f = { formula = 'NUMBER(A) * NUMBER(B)' }", fields, "ID A B", "1", "x", "1")
    assert made.reason.startswith("f (calculated of A, B) is not a number")
    made = problem("f = { formula = 'NUMBER(A)' }", fields, "ID A", "1", "x")
    assert made.reason.startswith("f (A) is not a number")
    refs = {"f": {"type": "ref", "entity": "thing"}}
    made = problem('f = { columns = ["A", "B"] }', refs, "ID A B", "1", "x" * 200, "y" * 200)
    assert made.reason == "f (A, B) has 401 characters, 255 are allowed."


def test_one_problem_stands_for_a_record_and_names_the_others() -> None:
    fields = {"f": MONEY, "g": MONEY, "h": MONEY}
    rules = 'f = "A"\ng = "B"\nh = "C"'
    said = "f (A) is not a number as its mapping writes them."
    assert problem(rules, fields, "ID A B C", "1", "x", "1", "1").reason == said
    assert problem(rules, fields, "ID A B C", "1", "x", "1", "1").every == ()
    other = said.replace("f (A)", "g (B)")
    two = problem(rules, fields, "ID A B C", "1", "x", "x", "1")
    assert two.reason == f"{said} The record has 1 more problem: {other}"
    assert [(each.field, each.reason) for each in two.every] == [("f", said), ("g", other)]
    three = problem(rules, fields, "ID A B C", "1", "x", "x", "x").reason
    third = said.replace("f (A)", "h (C)")
    assert three == f"{said} The record has 2 more problems: {other} {third}"


def test_broken_rules_are_counted_in_the_same_way() -> None:
    text = (
        'version = 1\nentity = "invoice"\nexternal_id = "N"\non_leave = "leave"\n[fields]\n'
        'account = "A"\nnumber = "N"\ninvoice_date = "D"\ndue_date = "U"\nnet = "NET"\n'
        'tax = "TAX"\ntotal = "T"\npaid = "P"\n'
    )
    columns = ["N", "A", "D", "U", "NET", "TAX", "T", "P"]
    mapper = plan_of(text).bind(columns)
    row = ["R1", "K1", "2024-02-01", "2024-01-01", "10.00", "1.00", "12.00", "13.00"]
    made = mapper(row)
    assert isinstance(made, Problem)
    assert made.reason.endswith(
        "within 0.01. The record has 1 more problem: invoice_date lies after due_date."
    )
    warned = plan_of(f'rules = {{ TOTAL_WRONG = "warning" }}\n{text}').bind(columns)(row)
    assert isinstance(warned, Problem)
    assert (warned.code, "more problem" in warned.reason) == ("DATES_REVERSED", False)
    both = 'rules = { TOTAL_WRONG = "warning", DATES_REVERSED = "warning" }\n'
    sent = plan_of(both + text).bind(columns)(row)
    assert isinstance(sent, Draft)
    assert [(one.code, one.field, one.external_id) for one in sent.warnings] == [
        ("TOTAL_WRONG", "total", "R1"),
        ("ABOVE_LIMIT", "paid", "R1"),
        ("DATES_REVERSED", "invoice_date", "R1"),
    ]


def test_a_plan_warns_only_where_a_warning_speaks_of_its_fields() -> None:
    head = 'version = 1\nentity = "invoice"\nexternal_id = "N"\non_leave = "leave"\n'
    fields = '[fields]\naccount = "A"\nnumber = "N"\ninvoice_date = "D"\n'
    money = 'net = "NET"\ntax = "TAX"\ntotal = "T"\n'
    assert not plan_of(head + fields).warns
    assert not plan_of(head + fields + money).warns
    assert plan_of(head + fields + money + 'paid = "P"\n').warns, "paid above total is a warning"
    assert plan_of(f'{head}rules = {{ TOTAL_WRONG = "warning" }}\n{fields}{money}').warns
    off = f'{head}rules = {{ ABOVE_LIMIT = "off" }}\n{fields}{money}paid = "P"\n'
    assert not plan_of(off).warns


def test_an_external_id_has_at_most_255_characters_however_it_is_made() -> None:
    fields = {"f": TEXT}
    for made in ("x" * 255, "ü" * 255):
        assert isinstance(mapped('f = "A"', fields, "ID A", made, "a"), Draft)
        assert problem('f = "A"', fields, "ID A", made + "x", "a").code == "TOO_LONG"
    two = HEAD.replace('"ID"', '["ID", "A"]')
    mapper = plan_of(f'{two}[fields]\nf = "A"', contract_of(fields)).bind(["ID", "A"])
    assert isinstance(mapper(("x" * 253, "a")), Draft)
    assert isinstance(mapper(("x" * 254, "a")), Problem)


def test_an_external_id_of_odd_characters_is_itself() -> None:
    fields = {"f": TEXT}
    for value, made in ((" é ", "é"), ("a\tb", "a\tb"), (5, "5"), (" A-1 ", "A-1")):
        draft = mapped('f = "A"', fields, "ID A", value, "a")
        assert isinstance(draft, Draft)
        assert draft.external_id == made


def test_a_blank_part_of_an_external_id_says_so() -> None:
    found = problem('f = "A"', {"f": TEXT}, "ID A", " ", "a")
    assert (found.code, found.field, found.external_id) == ("EXTERNAL_ID_MISSING", "", "")
    assert found.reason == "The external id is blank in this record, in whole or in part."


def test_a_column_of_a_condition_that_cannot_be_read_parks_the_record() -> None:
    text = f'{HEAD}leave_out = [{{ name = "n", column = "A", in = ["x"] }}]\n[fields]\nf = "ID"'
    made = plan_of(text, contract_of({"f": TEXT})).bind(["ID", "A"])(("1", 1.5))
    assert isinstance(made, Problem)
    assert made.reason.startswith("A column of leave_out is a binary floating-point number")
    assert (made.field, made.external_id) == ("", "1")


def test_a_record_is_its_own_parent_only_by_its_whole_id() -> None:
    fields = {"f": TEXT, "up": {"type": "ref", "entity": "thing"}}
    rules = 'f = "A"\nup = "B"'
    found = problem(rules, fields, "ID A B", "1", "x", "1")
    assert (found.code, found.field) == ("PARENT_IS_SELF", "up")
    assert found.reason.startswith("up (B) names the record itself")
    made = mapped(rules, fields, "ID A B", "1", "x", "2")
    assert isinstance(made, Draft)
    assert made.parents == (Parent("up", "thing", "2"),)
    must = {"f": TEXT, "up": {"type": "ref", "entity": "thing", "required": True}}
    text = f'{HEAD}[fields]\nf = "A"\nup = {{ column = "B", itself = "blank" }}'
    with pytest.raises(Exception, match="problems"):
        plan_of(text, contract_of(must))


def test_a_reference_to_another_kind_may_have_the_same_id() -> None:
    fields = {"f": TEXT, "ref": {"type": "ref", "entity": "account"}}
    made = mapped('f = "A"\nref = "B"', fields, "ID A B", "1", "x", "1")
    assert isinstance(made, Draft)
    assert made.parents == (Parent("ref", "account", "1"),)


def test_constants_stand_beside_columns_in_the_order_of_the_contract() -> None:
    fields = {"f": TEXT, "g": MONEY, "h": TEXT, "i": {"type": "boolean"}}
    rules = 'i = { constant = false }\nh = "B"\ng = { constant = "5" }\nf = "A"'
    made = mapped(rules, fields, "ID A B", "1", "x", "y")
    assert isinstance(made, Draft)
    assert list(made.fields.items()) == [("f", "x"), ("g", "5.00"), ("h", "y"), ("i", False)]
    found = problem(rules, fields, "ID A B", "1", "x", "\0")
    assert (found.code, found.field) == ("TEXT_INVALID", "h")


def test_what_is_set_when_a_record_leaves_stands_in_the_order_of_the_contract() -> None:
    fields = {"f": TEXT, "g": MONEY}
    left = HEAD.replace('"leave"', '{ set = { g = "0", f = "gone" } }')
    plan = plan_of(f'{left}[fields]\nf = "A"', contract_of(fields))
    op, values = plan.leaving() or (None, {})
    assert op is Op.UPSERT
    assert list(values.items()) == [("f", "gone"), ("g", "0.00")]


def test_a_column_is_found_in_any_case_only_where_one_fits() -> None:
    made = mapped('f = "Name"', {"f": TEXT}, "name ID NAME2", "x", "1", "y")
    assert made == Draft("1", {"f": "x"})
    exact = mapped('f = "Name"', {"f": TEXT}, "name ID Name", "x", "1", "y")
    assert exact == Draft("1", {"f": "y"})


# --- plain texts, all at once


def read(required: str, *values: Value, most: int = 5) -> dict | str:
    fields = [
        Field(f"f{at}", Kind.TEXT, required=mark == "!", max_length=most)
        for at, mark in enumerate(required)
    ]
    try:
        return plain_reader(fields, range(len(fields)))(values)
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(
    ("values", "made"),
    [
        (("a", "b"), ("a", "b")), (("", "b"), (None, "b")), (("a", ""), ("a", None)),
        ((" ", "b"), (None, "b")), (("a", "  "), ("a", None)), ((" a", "b "), (" a", "b ")),
        (("\t", "b"), ("\t", "b")), (("a", "\u00a0"), ("a", "\u00a0")), ((None, 5), (None, "5")),
        (("abcde", "abcde"), ("abcde", "abcde")), (("üüüüü", ""), ("üüüüü", None)),
        (("\u3000", " "), ("\u3000", None)), (("a ", " "), ("a ", None)),
    ],
)  # fmt: skip
def test_texts_go_as_they_are_and_blanks_become_null(
    values: tuple[Value, ...], made: tuple[str | None, ...]
) -> None:
    assert read("..", *values) == dict(zip(("f0", "f1"), made, strict=True))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("abcdef", "b"), "TOO_LONG"), (("a", "abcdef"), "TOO_LONG"), (("a", "b\0"), "TEXT_INVALID"),
        (("a", "\ufffd"), "TEXT_INVALID"), (("\ud800", "b"), "TEXT_INVALID"), (("a", 1.5), "TEXT_INVALID"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_right_is_refused(values: tuple[Value, ...], code: str) -> None:
    assert read("..", *values) == code


@pytest.mark.parametrize("blank", ["", " ", None])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_required_text_is_not_blank_wherever_it_stands(blank: Value, place: int) -> None:
    values: list[Value] = ["a", "b", "ü"]
    values[place] = blank
    marks = ["."] * 3
    assert isinstance(read("".join(marks), *values), dict)
    marks[place] = "!"
    assert read("".join(marks), *values) == "REQUIRED_MISSING"
    values[(place + 1) % 3] = "\ud800"
    assert read("".join(marks), *values) in ("REQUIRED_MISSING", "TEXT_INVALID")


def test_each_text_has_its_own_length() -> None:
    fields = [Field("f", Kind.TEXT, max_length=2), Field("g", Kind.TEXT, max_length=9)]
    reader = plain_reader(fields, [1, 0])
    assert reader(("123456789", "12")) == {"f": "12", "g": "123456789"}
    for values in (("1", "123"), ("1234567890", "1")):
        with pytest.raises(Refused):
            reader(values)


# --- single values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("", ""), (True, "true"), (False, "false"), (5, "5"), (2**2000 - 1, str(2**2000 - 1)),
        (Decimal("1E+1000"), "1" + "0" * 1000), (Decimal("1E-1038"), "0." + "0" * 1037 + "1"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"), (b"\xab", "AB"),
    ],
)  # fmt: skip
def test_a_value_has_one_text(value: Value, text: str | None) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", [2**2000, -(2**2000), Decimal("1E+1001"), Decimal("1E-1039")])
def test_a_number_too_long_to_write_is_refused(value: Value) -> None:
    with pytest.raises(Refused) as caught:
        text_of(value)
    assert caught.value.code == "TOO_LONG"


def test_a_key_is_bare_and_a_text_is_not() -> None:
    assert [key_text(value) for value in (" a ", " ", "", None, 0)] == ["a", None, None, None, "0"]
    convert = as_it_is(3)
    assert [convert(value) for value in (" a ", " ", "\t", "abc")] == [" a ", None, "\t", "abc"]


@pytest.mark.parametrize("what", [float("inf"), float("nan")])
def test_a_float_that_is_no_number_is_refused_even_where_floats_are_allowed(what: float) -> None:
    assert code_of(one(MONEY, '{ column = "C", from_float = true }')(what)) == "NOT_A_NUMBER"
    assert code_of(one(TEXT, '{ column = "C", from_float = true }')(what)) == "TEXT_INVALID"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("0.994", "0.99"), ("0.995", "1.00"), ("-0.995", "-1.00"), ("9.999", "10.00"),
        ("-0.004", "0.00"), ("-0.005", "-0.01"), ("1." + "0" * 40, "1.00"), (Decimal("1E-41"), "0.00"),
        (Decimal("1E-40"), "0.00"),
    ],
)  # fmt: skip
def test_rounding_is_half_up_away_from_zero(value: Value, wire: str) -> None:
    assert one(MONEY, '{ column = "C", round = true }')(value) == wire


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1.2345", "f (C) has 4 decimal places, 2 are allowed; "),
        ("1.2300001", "f (C) has 7 decimal places, 2 are allowed; "),
        ("1.23400", "f (C) has 3 decimal places, 2 are allowed; "),
        (Decimal("1E-41"), "f (C) has more than 2 decimal places."),
        ("1" * 37, "f (C) has 37 digits before the point, 36 are allowed."),
        (10**38, "f (C) has more than 38 digits."), (Decimal("1E+38"), "f (C) has more than 38 digits."),
    ],
)  # fmt: skip
def test_a_number_that_does_not_fit_says_how_long_it_is(value: Value, said: str) -> None:
    found = one(MONEY)(value)
    assert isinstance(found, Problem)
    assert found.reason.startswith(said)


def test_the_widest_numbers_fit() -> None:
    assert one(MONEY)("9" * 36 + ".99") == "9" * 36 + ".99"
    assert one(MONEY)(10**36 - 1) == "9" * 36 + ".00"
    assert code_of(one(MONEY)(10**36)) == "TOO_LONG"
    whole = {"type": "decimal", "places": 37}
    assert one(whole)("0." + "9" * 37) == "0." + "9" * 37
    assert one(whole)("9." + "9" * 37) == "9." + "9" * 37
    assert code_of(one(whole)("10")) == "TOO_LONG"
    integer = {"type": "integer"}
    assert one(integer)(str(2**53 - 1)) == 2**53 - 1
    assert code_of(one(integer)(str(2**53))) == "TOO_LONG"
    assert code_of(one(integer)(str(-(2**53)))) == "TOO_LONG"


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("(5)", "-5.00"), ("5-", "-5.00"), ("-5", "-5.00"), ("+5", "5.00"), ("(5.50)", "-5.50"),
        ("(-5)", None), ("-5-", None), ("(5-)", None), ("+5-", None), ("(5", None), ("5)", None), ("()", None),
        ("-", None), ("- 5", None),
    ],
)  # fmt: skip
def test_a_number_has_one_sign(text: str, wire: str | None) -> None:
    made = one(MONEY, '{ column = "C", parentheses = true, trailing_minus = true }')(text)
    assert made == wire if wire else code_of(made) == "NOT_A_NUMBER"


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05Z"),
        ("2024-01-02T03:04:05-0230", "2024-01-02T05:34:05Z"),
        ("2024-01-02T03:04:05+0130", "2024-01-02T01:34:05Z"),
    ],
)
def test_an_offset_is_hours_and_minutes_with_a_sign(written: str, wire: str) -> None:
    assert one({"type": "instant"})(written) == wire


def test_a_fraction_of_a_second_is_cut_only_by_name() -> None:
    rule = '{ column = "C", format = "%Y-%m-%d %H:%M:%S.%f", timezone = "UTC" }'
    instant = {"type": "instant"}
    assert one(instant, rule)("2024-01-02 03:04:05.000") == "2024-01-02T03:04:05Z"
    assert code_of(one(instant, rule)("2024-01-02 03:04:05.5")) == "PRECISION"
    cut = rule.replace(" }", ", truncate = true }")
    assert one(instant, cut)("2024-01-02 03:04:05.999999") == "2024-01-02T03:04:05Z"
    assert code_of(one(instant, rule)("2024-01-02 03:04:05.1234567")) == "NOT_A_DATE"


@pytest.mark.parametrize(
    ("form", "text", "wire"),
    [
        ("%d%%%m%%%Y", "01%02%2024", "2024-02-01"), ("%d.%m.%Y", "1.2.2024", "2024-02-01"),
        ("%d%m%Y", "01022024", "2024-02-01"), ("%d%m%Y", "1022024", None), ("%Y.%m%d", "2024.0102", "2024-01-02"),
        ("%Y.%m%d", "2024.102", None), ("%d %b %y", "9 dEc 99", "1999-12-09"), ("%d %b %y", "9 JAN 00", "2000-01-09"),
        ("%Y-%m-%d\\n", "2024-01-02", None),
    ],
)  # fmt: skip
def test_a_day_may_have_one_digit_only_where_something_ends_it(
    form: str, text: str, wire: str | None
) -> None:
    made = one({"type": "date"}, f'{{ column = "C", format = "{form}" }}')(text)
    assert made == wire if wire else code_of(made) == "NOT_A_DATE"


@pytest.mark.parametrize("value", [1.0, b"\x01", "2", 2, Decimal(2), Decimal("NaN")])
def test_what_is_neither_yes_nor_no_is_refused_by_its_code(value: Value) -> None:
    made = code_of(one({"type": "boolean"})(value))
    assert made == ("TEXT_INVALID" if value != value else "NOT_A_BOOLEAN")  # noqa: PLR0124 -- not a number
