"""Lookup tables and formulas in a mapping file: fields, rows that are left out, versions."""

from __future__ import annotations

import tomllib

import pytest

from agent import resources
from agent.errors import ConfigError
from agent.mapping import Plan, parse
from agent.model import Draft, LeftOut, Problem

CONTRACTS = resources.contracts()
FILES = {"units.csv": b"CODE;NAME\nST;H87\nkg;KGM\n"}
COLUMNS = ("NO", "NAME", "ME", "QTY", "PRICE", "DAY")


def plan(text: str, files: dict[str, bytes] | None = None, entity: str = "product") -> Plan:
    def beside(name: str) -> bytes:
        found = FILES if files is None else files
        if name not in found:
            raise FileNotFoundError(2, "No such file or directory", name)
        return found[name]

    head = f'version = 1\nentity = "{entity}"\nexternal_id = "NO"\non_leave = "leave"\n'
    return parse(tomllib.loads(head + text), CONTRACTS[entity], "m.toml", beside)


def made(text: str, *values: object, entity: str = "product") -> Draft | LeftOut | Problem:
    row = [*values, *[None] * (len(COLUMNS) - len(values))]
    return plan(text, entity=entity).bind(COLUMNS)(row)


def fields(text: str, *values: object, entity: str = "product") -> dict[str, object]:
    draft = made(text, *values, entity=entity)
    assert isinstance(draft, Draft), draft
    return dict(draft.fields)


def problems(text: str, files: dict[str, bytes] | None = None) -> str:
    with pytest.raises(ConfigError) as error:
        plan(text, files)
    return "\n".join(map(str, error.value.problems))


INLINE = '[lookups.units]\ntable = { ST = "H87", "" = "C62" }\n'
CSV = '[lookups.units]\ncsv = "units.csv"\nkey = "CODE"\nvalue = "NAME"\n'
USED = '[fields]\nname = "NAME"\nunit = { column = "ME", lookup = "units" }\n'


def test_a_word_becomes_what_its_table_says() -> None:
    assert fields(INLINE + USED, "1", "Bolt", " ST ")["unit"] == "H87"
    assert fields(CSV + USED, "1", "Bolt", "kg")["unit"] == "KGM"


def test_blank_stays_blank_unless_the_table_says_what_it_means() -> None:
    assert fields(CSV + USED, "1", "Bolt", "")["unit"] is None
    assert fields(INLINE + USED, "1", "Bolt", "")["unit"] == "C62"


def test_a_word_that_no_table_lists_parks_its_record_and_is_not_named() -> None:
    problem = made(CSV + USED, "1", "Bolt", "??")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.field, problem.external_id) == ("LOOKUP_MISSING", "unit", "1")
    assert "??" not in problem.reason


@pytest.mark.parametrize(("otherwise", "becomes"), [("blank", None), ("keep", "Pallet")])
def test_a_mapping_may_say_what_happens_to_unknown_words(
    otherwise: str, becomes: str | None
) -> None:
    text = f'[fields]\nname = "NAME"\nunit = {{ column = "ME", lookup = "units", otherwise = "{otherwise}" }}\n'
    assert fields(CSV + text, "1", "Bolt", "Pallet")["unit"] == becomes


def test_folded_tables_find_words_in_any_case() -> None:
    assert fields(CSV + "fold = true\n" + USED, "1", "Bolt", "KG")["unit"] == "KGM"


def test_what_a_table_says_must_still_fit_the_field() -> None:
    text = '[lookups.t]\ntable = { A = "many" }\n[fields]\nname = "NAME"\nactive = { column = "ME", lookup = "t" }\n'
    problem = made(text, "1", "Bolt", "A")
    assert isinstance(problem, Problem)
    assert problem.code == "NOT_A_BOOLEAN"


def test_a_changed_table_is_another_version_of_the_mapping() -> None:
    old = plan(CSV + USED)
    new = plan(CSV + USED, {"units.csv": FILES["units.csv"] + b"M;MTR\n"})
    same = plan(CSV + USED, dict(FILES))
    assert old.version_digest == same.version_digest != new.version_digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[lookups.t]\ncsv = "none.csv"\nkey = "A"\nvalue = "B"\n', "No such file"),
        ('[lookups.t]\ncsv = "../units.csv"\nkey = "A"\nvalue = "B"\n', "the folder `lookups`"),
        ('[lookups.t]\ncsv = "units.csv"\nkey = "WRONG"\nvalue = "NAME"\n', "no column 'WRONG'"),
        ('[lookups.t]\ncsv = "units.csv"\n', "It names a column of the file"),
        ("[lookups.t]\nfold = true\n", "It needs one of `table`, csv and source"),
        ('[lookups.t]\ntable = { A = "1", " A " = "2" }\n', "twice"),
        ('[lookups.t]\nfold = true\ntable = { A = "1", a = "2" }\n', "twice, with different"),
        ("lookups = 3\n", "It must be a table of tables"),
        ("[lookups]\nt = 3\n", "It must be a table with"),
        ('[lookups.t]\ntable = { A = "1" }\nfoldd = true\n', "Did you mean 'fold'?"),
    ],
)
def test_a_broken_table_is_a_problem_with_its_place(text: str, said: str) -> None:
    found = problems(text + '[fields]\nname = "NAME"\n')
    assert said in found
    assert "lookups" in found


def test_a_table_that_is_not_there_gets_a_hint() -> None:
    assert "Did you mean 'units'?" in problems(CSV + USED.replace('"units"', '"unit"'))


def test_a_file_that_is_no_text_of_its_encoding_is_named() -> None:
    assert "no utf-8 text" in problems(CSV + USED, {"units.csv": "CODE;NAME\nä;b".encode("cp1252")})
    german = CSV + 'encoding = "cp1252"\n' + USED
    assert plan(german, {"units.csv": "CODE;NAME\nSt\xfcck;H87".encode("cp1252")})


# --- formulas -------------------------------------------------------------------------------------

LINE = """[fields]
order = "NAME"
number = { column = "ME", convert = "integer" }
quantity = { formula = 'NUMBER(QTY, ",")' }
unit_price = { formula = 'NUMBER(PRICE, ",", ".")' }
amount = { formula = 'ROUND(NUMBER(QTY, ",") * NUMBER(PRICE, ",", "."), 2)' }
"""


def test_a_formula_fills_a_field_exactly() -> None:
    found = fields(LINE, "L1", "O1", "10", "2,5", "1.234,50", entity="order_line")
    assert found["amount"] == "3086.25"
    assert found["quantity"] == "2.5000"


def test_a_formula_may_give_dates_and_yes_or_no() -> None:
    text = """[fields]
number = "NO"
account = "NAME"
invoice_date = { formula = 'DATEVALUE(DAY, "%d.%m.%Y")' }
due_date = { formula = 'ADDDAYS(DATEVALUE(DAY, "%d.%m.%Y"), 30)' }
"""
    found = fields(text, "I1", "A1", None, None, None, "01.02.2026", entity="invoice")
    assert (found["invoice_date"], found["due_date"]) == ("2026-02-01", "2026-03-03")
    active = '[fields]\nname = "NAME"\nactive = { formula = \'ME IN ("A", "B")\' }\n'
    assert fields(active, "1", "Bolt", "B")["active"] is True


def test_a_result_with_more_places_than_its_field_is_never_rounded_by_itself() -> None:
    text = '[fields]\nname = "NAME"\naccount = "NO"\nbalance = { formula = \'NUMBER(QTY) / 3\' }\n'
    problem = made(text.replace('account = "NO"\n', ""), "1", "Bolt", None, "10", entity="account")
    assert isinstance(problem, Problem)
    assert problem.code == "PRECISION"
    rounded = text.replace("/ 3'", '/ 3\', convert = "decimal", round = true').replace(
        'account = "NO"\n', ""
    )
    assert fields(rounded, "1", "Bolt", None, "10", entity="account")["balance"] == "3.33"


def test_a_formula_that_meets_a_bad_value_parks_its_record_with_code_and_field() -> None:
    problem = made(LINE, "L1", "O1", "10", "2,5", "12 EUR", entity="order_line")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.field) == ("NOT_A_NUMBER", "unit_price")
    assert "(PRICE)" in problem.reason
    assert "12 EUR" not in problem.reason


def test_a_formula_may_make_a_reference_to_a_parent() -> None:
    text = LINE.replace('order = "NAME"', "order = { formula = 'STRIPZEROS(NAME)' }")
    draft = made(text, "L1", "00041", "10", "1", "1", entity="order_line")
    assert isinstance(draft, Draft)
    assert [parent.external_id for parent in draft.parents if parent.field == "order"] == ["41"]


def test_rows_are_left_out_by_a_formula_and_counted_under_its_name() -> None:
    text = """leave_out = [{ name = "samples", formula = 'STARTSWITH(NO, "X") OR QTY = "0"' }]
[fields]
name = "NAME"
"""
    assert made(text, "X1", "Bolt") == LeftOut("samples")
    assert made(text, "1", "Bolt", None, "0") == LeftOut("samples")
    assert isinstance(made(text, "1", "Bolt", None, "1"), Draft)


def test_only_the_columns_of_a_formula_are_read() -> None:
    text = "[fields]\nname = { formula = 'TRIM(NAME & ME)' }\n"
    assert plan(text).columns_used == ("NO", "NAME", "ME")


def test_a_wrong_formula_is_a_problem_of_the_file_with_its_place() -> None:
    found = problems("[fields]\nname = { formula = 'TRIMM(NAME)' }\n")
    assert "fields.name.formula" in found
    assert "There is no function TRIMM." in found
    assert "Did you mean 'TRIM'?" in found


def test_a_formula_without_columns_is_a_constant_and_must_be_written_so() -> None:
    assert "Write a constant" in problems("[fields]\nname = { formula = '1 + 1' }\n")


def test_a_formula_looks_words_up_in_any_case_where_its_table_says_so() -> None:
    text = '[fields]\nname = "NAME"\nunit = { formula = \'LOOKUP("units", ME)\' }\n'
    assert fields(CSV + "fold = true\n" + text, "1", "Bolt", "KG")["unit"] == "KGM"
    problem = made(CSV + text, "1", "Bolt", "KG")
    assert isinstance(problem, Problem)
    assert problem.code == "LOOKUP_MISSING"


@pytest.mark.parametrize(
    ("field", "formula", "said"),
    [
        ("active", "DATE(2026, 1, 1) & NAME", ""),
        ("active", "DATEVALUE(DAY)", "It gives a date, which is of no use here."),
        ("weight", "NAME = 'x'", "It gives true or false, which is of no use here."),
        ("weight", "3", "It must be a text."),
    ],
)
def test_a_formula_whose_result_its_field_never_takes_is_told_at_once(
    field: str, formula: str, said: str
) -> None:
    value = formula if formula.isdigit() else f'"{formula}"'
    text = f'[fields]\nname = "NAME"\n{field} = {{ formula = {value} }}\n'
    if said:
        assert [line for line in problems(text).splitlines() if "formula" in line] == [
            line for line in problems(text).splitlines() if said in line
        ]
    else:
        assert plan(text)


def test_a_rule_that_leaves_rows_out_is_true_or_false() -> None:
    text = 'leave_out = [{ name = "n", formula = \'TRIM(NAME)\' }]\n[fields]\nname = "NAME"\n'
    assert "It gives text, which is of no use here." in problems(text)
