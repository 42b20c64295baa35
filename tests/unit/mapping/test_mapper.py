"""Whole records: no value breaks a mapper, both ways through it agree, parents are named."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.canon import check_all
from agent.errors import SourceChanged
from agent.mapping import Mapper
from agent.model import Draft, LeftOut, Op, Parent, Problem
from tests.unit.mapping.helpers import EVERY_KIND, TEXT, code_of, contract_of, one, plan_of

ODD_TEXT = st.sampled_from(
    [
        "",
        " ",
        "   ",
        "\t",
        "\x1f",
        "\x1f ",
        " a",
        "a\0",
        "\ufffd",
        "\ud800",
        "x" * 41,
        "Ä" * 41,
        "\u00a0",
    ]
)
LIKELY = st.sampled_from(
    ["1", "0", "12.50", "-1", "2024-02-29", "2024-02-29T10:00:00Z", "EUR", "DE", "open", "A1", "ja"]
)
VALUES = st.one_of(
    st.none(),
    ODD_TEXT,
    LIKELY,
    st.text(max_size=50),
    st.text(st.characters(), max_size=20),  # with halves of surrogate pairs
    st.integers(),
    st.sampled_from([10**40, -(10**5000)]),
    st.floats(),
    st.booleans(),
    st.binary(max_size=30),
    st.decimals(),
    st.sampled_from([Decimal("sNaN"), Decimal("1E+999999"), Decimal("-1E-999999")]),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC)),
)
COLUMNS = ["ID", *(name.upper() for name in EVERY_KIND), "TEXT2", "TEXT3"]
FIELDS = EVERY_KIND | {"text2": TEXT, "text3": TEXT | {"max_length": 1000}}


def head(entity: str = "thing") -> str:
    return f'version = 1\nentity = "{entity}"\nexternal_id = "ID"\non_leave = "delete"\n'


def everything() -> Mapper:
    rules = "\n".join(f'{name} = "{name.upper()}"' for name in FIELDS)
    return plan_of(f"{head()}[fields]\n{rules}", contract_of(FIELDS)).bind(COLUMNS)


RULES = {
    "text": ['{ column = "C", trim = true, blank = ["-"] }', '{ column = "C", from_float = true }'],
    "integer": [
        '{ column = "C", thousands = ".", decimal = ",", round = true, from_float = true }'
    ],
    "decimal": [
        '{ column = "C", decimal = ",", thousands = "." }',
        '{ column = "C", round = true, from_float = true, parentheses = true, trailing_minus = true }',
    ],
    "boolean": ['{ column = "C", true = ["A"], false = [""] }'],
    "date": [
        '{ column = "C", format = "%d.%m.%y", truncate = true }',
        '{ column = "C", format = "%Y%m%d" }',
    ],
    "instant": [
        '{ column = "C", format = "%Y-%m-%d", timezone = "Europe/Berlin" }',
        '{ column = "C", truncate = true, timezone = "Pacific/Apia", ambiguous = "later" }',
    ],
    "ref": ['{ columns = ["C"] }', '{ column = "C", case = "upper" }'],
    "code": ['{ column = "C", convert = "codes", codes = { "1" = "open" }, other = "paid" }'],
    "currency": ['{ column = "C", case = "upper" }'],
}
CONVERTERS = [one(FIELDS[name], rule) for name in FIELDS for rule in ['"C"', *RULES.get(name, ())]]
EVERYTHING = everything()
SINGLE = {name: one(notes) for name, notes in FIELDS.items()}


@given(convert=st.sampled_from(CONVERTERS), value=VALUES)
def test_no_value_breaks_a_converter_and_what_comes_out_is_no_float(convert, value) -> None:
    result = convert(value)
    assert result is None or type(result) in (str, int, bool, Problem)
    again = convert(value)
    assert again == result


@given(st.tuples(st.just("X1"), *[VALUES] * (len(COLUMNS) - 1)))
def test_a_record_is_what_its_fields_are_one_by_one(values) -> None:
    single = {name: SINGLE[name](value) for name, value in zip(FIELDS, values[1:], strict=True)}
    wrong = [result for result in single.values() if isinstance(result, Problem)]
    result = EVERYTHING(values)
    assert EVERYTHING(values) == result
    if wrong:
        assert isinstance(result, Problem)
        assert result.code == wrong[0].code
        assert ("more problem" in result.reason) == (len(wrong) > 1)
    else:
        assert isinstance(result, Draft)
        assert list(result.fields) == list(FIELDS)
        assert result.fields == single


PLAIN_VALUES = (
    ODD_TEXT | st.text(max_size=12) | st.sampled_from([None, 5, "Straße", "word", "two words"])
)


@given(st.lists(PLAIN_VALUES, min_size=6, max_size=6), st.permutations(range(6)))
def test_plain_columns_taken_together_are_what_they_are_one_by_one(values, order) -> None:
    """The quick way looks at them joined; here almost every record has something odd."""
    notes = {f"f{at}": TEXT | ({"required": True} if at in (0, 3) else {}) for at in range(6)}
    rules = "\n".join(f'f{at} = "C{column}"' for at, column in enumerate(order))
    columns = ["ID", *(f"C{at}" for at in range(6))]
    mapper = plan_of(f"{head()}[fields]\n{rules}", contract_of(notes)).bind(columns)
    single = [one(notes[f"f{at}"])(values[column]) for at, column in enumerate(order)]
    wrong = [result for result in single if isinstance(result, Problem)]
    result = mapper(("X1", *values))
    if wrong:
        assert isinstance(result, Problem)
        assert result.code == wrong[0].code
    else:
        assert result == Draft("X1", dict(zip(notes, single, strict=True)))


@given(st.tuples(*[LIKELY | VALUES] * len(COLUMNS)))
def test_every_draft_keeps_to_its_contract(values) -> None:
    result = EVERYTHING(values)
    if isinstance(result, Draft):
        assert check_all(contract_of(FIELDS), result.fields) == ()
        assert result.external_id == result.external_id.strip() != ""


@given(VALUES)
def test_no_value_breaks_an_external_id_or_a_condition(value) -> None:
    text = f'{head()}leave_out = [{{ name = "r", column = "T", in = ["I"] }}]\n[fields]\nf = "C"'
    mapper = plan_of(text, contract_of({"f": TEXT})).bind(["ID", "T", "C"])
    assert isinstance(mapper((value, value, "x")), Draft | LeftOut | Problem)
    assert isinstance(mapper(("X1", value, "x")), Draft | Problem)


COMPOSITE = """
version = 1
entity = "inventory"
external_id = ["ITEM", "WHS"]
on_leave = "leave"
[fields]
product = "ITEM"
warehouse = "WHS"
on_hand = "QTY"
"""


def test_a_composite_external_id_is_joined_and_stripped_and_needs_every_part() -> None:
    mapper = plan_of(COMPOSITE).bind(["ITEM", "WHS", "QTY"])
    assert mapper((" P100 ", "WH1  ", 5)) == Draft(
        "P100/WH1",
        {"product": "P100", "warehouse": "WH1  ", "on_hand": "5.0000"},
        (Parent("product", "product", "P100"),),
    )
    problem = mapper(("P100", "  ", 5))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.external_id, problem.field) == ("EXTERNAL_ID_MISSING", "", "")
    assert "The record has 1 more problem: warehouse (WHS)" in problem.reason


def test_a_problem_names_its_record_and_counts_the_others() -> None:
    problem = plan_of(COMPOSITE).bind(["ITEM", "WHS", "QTY"])(("P\t1", "W", "many"))
    assert isinstance(problem, Problem)
    assert problem == Problem(
        "NOT_A_NUMBER",
        "on_hand (QTY) is not a number as its mapping writes them.",
        "on_hand",
        "P\t1/W",
        {"ITEM": "P\t1", "WHS": "W", "QTY": "many"},
        {"product": "P\t1", "warehouse": "W"},
    )


@pytest.mark.parametrize(
    "value", [None, "", "  ", "\t", "x" * 256, "a\0", "\ufffd", 1.0, Decimal("NaN")]
)
def test_without_a_good_external_id_there_is_no_message(value) -> None:
    mapper = plan_of(f'{head()}[fields]\nf = "C"', contract_of({"f": TEXT})).bind(["ID", "C"])
    problem = mapper((value, "x"))
    assert isinstance(problem, Problem)
    assert problem.external_id == ""


def test_keys_keep_leading_zeros_and_typed_keys_are_written_exactly() -> None:
    mapper = plan_of(f'{head()}[fields]\nf = "C"', contract_of({"f": TEXT})).bind(["ID", "C"])
    ids = [mapper((value, "x")) for value in ("0012", 12, Decimal(12), b"\x01")]
    assert [draft.external_id for draft in ids if isinstance(draft, Draft)] == [
        "0012",
        "12",
        "12",
        "01",
    ]


def test_parents_are_named_for_every_reference_that_is_not_null() -> None:
    plan = plan_of(
        """
        version = 1
        entity = "order_line"
        external_id = ["ORDNO", "POS"]
        on_leave = "delete"
        [fields]
        order = "ORDNO"
        product = "ITEM"
        price_book_entry = { columns = ["BOOK", "ITEM"] }
        number = "POS"
        quantity = "QTY"
        """
    )
    mapper = plan.bind(["ORDNO", "POS", "ITEM", "BOOK", "QTY"])
    full = mapper(("O1", "010", "P1 ", "B", "2"))
    assert isinstance(full, Draft)
    assert full.parents == (
        Parent("order", "order", "O1"),
        Parent("price_book_entry", "price_book_entry", "B/P1"),
        Parent("product", "product", "P1"),
    )
    assert {
        parent.field: parent.external_id for parent in full.parents
    }.items() <= full.fields.items()
    partly = mapper(("O1", "010", "P1", " ", "2"))
    assert isinstance(partly, Draft)
    assert partly.fields["price_book_entry"] is None
    assert [parent.field for parent in partly.parents] == ["order", "product"]


ACCOUNT = 'version = 1\nentity = "account"\nexternal_id = "ID"\non_leave = "leave"\n[fields]\nname = "N"\n'


def test_a_record_that_is_its_own_parent_is_refused_unless_the_mapping_says_what_it_means() -> None:
    mapper = plan_of(ACCOUNT + 'parent_account = "HEAD"').bind(["ID", "N", "HEAD"])
    problem = mapper(("A1", "n", " A1"))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.field) == ("PARENT_IS_SELF", "parent_account")
    assert isinstance(mapper(("A1", "n", "A2")), Draft)
    rule = 'parent_account = { column = "HEAD", itself = "blank" }'
    mapper = plan_of(ACCOUNT + rule).bind(["ID", "N", "HEAD"])
    assert mapper(("A1", "n", "A1")) == Draft("A1", {"name": "n", "parent_account": None})


def test_conditions_leave_records_out_before_anything_else_is_asked_of_them() -> None:
    text = ACCOUNT.replace(
        "[fields]",
        'leave_out = [{ name = "internal", column = "T", in = ["I", "1"] },'
        ' { name = "untyped", column = "T", in = [""] }]\n[fields]',
    )
    mapper = plan_of(text).bind(["ID", "N", "T"])
    assert mapper(("", "", " I ")) == LeftOut("internal")
    assert mapper(("A1", "n", 1)) == LeftOut("internal")
    assert mapper(("A1", "n", None)) == LeftOut("untyped")
    assert isinstance(mapper(("A1", "n", "X")), Draft)
    assert code_of(mapper(("A1", "n", 1.0))) == "TEXT_INVALID"


def test_constants_and_required_fields() -> None:
    text = (
        ACCOUNT
        + 'currency = { constant = "EUR" }\nactive = { constant = true }\ncredit_limit = { constant = "5.0" }'
    )
    mapper = plan_of(text).bind(["ID", "N"])
    draft = mapper(("A1", "n"))
    assert isinstance(draft, Draft)
    assert draft.fields == {"name": "n", "currency": "EUR", "credit_limit": "5.00", "active": True}
    for name in (" ", "", None):
        problem = mapper(("A1", name))
        assert isinstance(problem, Problem)
        assert (problem.code, problem.field) == ("REQUIRED_MISSING", "name")


def test_only_named_columns_are_used() -> None:
    plan = plan_of(COMPOSITE)
    assert plan.columns_used == ("ITEM", "WHS", "QTY")
    draft = plan.bind(["X", "ITEM", "WHS", "QTY", "PASSWORD"])(("?", "P", "W", "1", "\0"))
    assert isinstance(draft, Draft)
    assert "\0" not in str(draft)


def test_columns_are_found_exactly_then_without_case_and_blanks() -> None:
    plan = plan_of(ACCOUNT)
    for columns in (["ID", "N"], ["id", " n "], ["N", "n", "ID"], [" ID", "N"]):
        values = tuple({"ID": "A1", "N": "name"}.get(column, column) for column in columns)
        values = tuple(
            {"id": "A1", " n ": "name", " ID": "A1"}.get(value, value) for value in values
        )
        assert plan.bind(columns)(values) == Draft("A1", {"name": "name"})


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["ID"], "'N' is missing"), ([], "'ID', 'N' are missing"), (["ID", "n", " N"], "'N' is there more than once"),
        (["ID", "N", "N"], "'N' is there more than once"),
        (["ID", "ID"], "'N' is missing and 'ID' is there more than once"),
    ],
)  # fmt: skip
def test_missing_or_doubtful_columns_stop_the_read_and_are_named(
    columns: list[str], said: str
) -> None:
    with pytest.raises(SourceChanged) as caught:
        plan_of(ACCOUNT).bind(columns)
    assert caught.value.code == "SCHEMA_CHANGED"
    assert said in caught.value.title
    assert caught.value.hint


def test_what_happens_to_leavers() -> None:
    def leaving(said: str):
        return plan_of(ACCOUNT.replace('on_leave = "leave"', f"on_leave = {said}")).leaving()

    assert leaving('"delete"') == (Op.DELETE, {})
    assert leaving('"leave"') is None
    assert leaving("{ set = { credit_hold = true, active = false } }") == (
        Op.UPSERT, {"credit_hold": True, "active": False},
    )  # fmt: skip
