"""The exact figures, words and defaults of the canon that others have built upon."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.canon import Contract, Field, Kind, check, parse_contract, violations
from agent.canon.check import text_flaw, word_flaw
from agent.canon.compatibility import Breaking, breaking, refused
from agent.canon.contract import Impact
from agent.canon.field import State, may_become
from agent.canon.judges import Rule
from agent.canon.ownership import Direction, Ownership, Share, Side, Timing, parse_ownership
from agent.canon.reasons import CATALOGUE, Owner, Severity, reason
from agent.canon.rules import needed, parse_rule, prepare, steps_of, with_severity
from agent.errors import ConfigError
from agent.resources import contracts

AMOUNT = {"type": "decimal", "places": 2}
FIELDS = {
    "net": AMOUNT, "tax": AMOUNT, "total": AMOUNT, "paid": AMOUNT,
    "rate": {"type": "percent", "places": 2},
    "quantity": {"type": "integer"}, "price": AMOUNT, "off": {"type": "percent", "places": 2},
    "first": {"type": "date"}, "last": {"type": "date"}, "mail": {"type": "text", "max_length": 99},
    "unit": {"type": "text", "max_length": 9},
}  # fmt: skip
SUM = {"check": "sum", "total": "total", "parts": ["net", "tax"]}
LINE = {"check": "line_amount", "amount": "total", "quantity": "quantity", "price": "price"}


def contract_of(*rules: object, **head: object) -> Contract:
    properties = {name: {"x-waybill": notes} for name, notes in FIELDS.items()}
    said = {"name": "thing", "major": 1, "rules": list(rules)} | head
    return parse_contract({"x-waybill": said, "properties": properties})


def rule_of(said: object) -> Rule:
    return parse_rule(said, contract_of().fields)


def reasons(rule: object, **fields: object) -> list[str]:
    found = violations(contract_of(rule).rules, fields)
    return [violation.reason for violation in found]


# --- contracts and fields


def test_the_version_is_for_people_and_the_reference_for_messages() -> None:
    contract = contract_of(minor=3)
    assert (contract.version, contract.reference) == ("thing 1.3", "thing/1")
    assert contract_of().minor == 0
    assert Contract("thing", 1, {}).minor == 0


def test_a_contract_that_says_nothing_of_it_concerns_nobody_in_particular() -> None:
    assert contract_of().impact == Impact("", "", "", "")
    said = {"customer": "mail", "document": "unit", "amount": "total", "currency": "unit"}
    assert contract_of(impact=said).impact == Impact("mail", "unit", "total", "unit")


@pytest.mark.parametrize("key", ["major", "minor"])
@pytest.mark.parametrize("value", ["1", None, True, 1.0, -1])
def test_a_version_is_a_whole_number(key: str, value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        contract_of(**{key: value})
    assert [problem.place for problem in caught.value.problems] == [f"x-waybill.{key}"]
    assert caught.value.problems[0].text == f"It must be {1 if key == 'major' else 0} or more."


def test_the_bounds_of_lengths_and_places_are_inclusive() -> None:
    def field(notes: dict[str, object]) -> Field:
        document = {
            "x-waybill": {"name": "a", "major": 1}, "properties": {"f": {"x-waybill": notes}}
        }  # fmt: skip
        return parse_contract(document).fields["f"]

    assert field({"type": "text", "max_length": 1}).max_length == 1
    assert field({"type": "text", "max_length": 1_000_000}).max_length == 1_000_000
    assert field({"type": "decimal", "places": 0}).places == 0
    assert field({"type": "decimal", "places": 37}).places == 37
    for notes in (
        {"type": "text", "max_length": 0},
        {"type": "text", "max_length": 1_000_001},
        {"type": "decimal", "places": -1},
    ):
        with pytest.raises(ConfigError):
            field(notes)
    assert field({"type": "email"}).max_length == 254
    assert field({"type": "url"}).max_length == 2000
    assert field({"type": "ref", "entity": "a"}).max_length == 255


def test_a_field_of_no_more_than_its_kind_has_no_bounds() -> None:
    plain = Field("f", Kind.DATE)
    assert plain == Field("f", Kind.DATE, False, 0, 0, "", frozenset(), "", "", ())


def test_a_state_may_stay_and_only_follow_where_its_life_leads() -> None:
    states = (State("a", "A.", ("b",)), State("b", "B.", ()))
    field = Field("f", Kind.CODE, codes=frozenset("ab"), states=states)
    allowed = {(old, new) for old in "ab" for new in "ab" if may_become(field, old, new)}
    assert allowed == {("a", "a"), ("b", "b"), ("a", "b")}


# --- single values


def test_a_text_may_have_exactly_its_length() -> None:
    assert text_flaw("abc", 3) is None
    assert text_flaw("abcd", 3) == ("TOO_LONG", "has 4 characters, 3 are allowed")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (Field("f", Kind.CODE, codes=frozenset({"a"})), "a", None),
        (Field("f", Kind.CODE, codes=frozenset({"a"})), "b", "CODE_UNKNOWN"),
        (Field("f", Kind.PHONE), "+4989123456", None),
        (Field("f", Kind.PHONE), "089", "PHONE_INVALID"),
        (Field("f", Kind.EMAIL, max_length=7), "a@b.exam", "TOO_LONG"),
        (Field("f", Kind.TEXT, max_length=2), "abc", "TOO_LONG"),
    ],
)
def test_a_word_is_checked_as_its_field_wants_it(
    field: Field, value: str, code: str | None
) -> None:
    flaw = word_flaw(field, value)
    assert (flaw and flaw[0]) == code


@pytest.mark.parametrize("value", [2**53 - 1, -(2**53) + 1, 2**53, -(2**53)])
def test_integers_end_where_doubles_lose_them(value: int) -> None:
    assert (check(Field("f", Kind.INTEGER), value) is None) is (abs(value) < 2**53)


# --- rules


def test_what_is_said_of_a_broken_rule_names_fields_and_tolerance() -> None:
    wrong = {"total": "9.00", "net": "1.00", "tax": "2.00"}
    assert reasons(SUM, **wrong) == ["total is not the sum of net + tax, within 0.01."]
    assert reasons(SUM | {"tolerance": "0.5"}, **wrong) == [
        "total is not the sum of net + tax, within 0.5."
    ]
    assert reasons(LINE, total="9.00", quantity=1, price="1.00") == [
        "total is not quantity x price less the discount, within 0.01."
    ]


@pytest.mark.parametrize(("off", "kept"), [("0.49", True), ("0.50", True), ("0.51", False)])
def test_a_tolerance_is_exact_and_inclusive(off: str, kept: bool) -> None:
    total = str(Decimal("3.00") + Decimal(off))
    said = SUM | {"tolerance": "0.50"}
    assert (reasons(said, total=total, net="1.00", tax="2.00") == []) is kept
    said = {
        "check": "share",
        "amount": "tax",
        "base": "net",
        "percent": "rate",
        "tolerance": "0.50",
    }
    tax = str(Decimal("20.00") + Decimal(off))
    assert (reasons(said, tax=tax, net="100.00", rate="20.00") == []) is kept
    said = LINE | {"tolerance": "0.50"}
    total = str(Decimal("6.00") + Decimal(off))
    assert (reasons(said, total=total, quantity=2, price="3.00") == []) is kept


def test_a_limit_of_zero_bounds_from_above() -> None:
    most = {"check": "at_most", "field": "paid", "limit": "total"}
    assert reasons(most, paid="-1.00", total="0.00") == []
    assert reasons(most, paid="1.00", total="0.00") == ["paid goes beyond total."]
    assert reasons(most, paid="-1.00", total="-2.00") == []
    assert reasons(most, paid="-3.00", total="-2.00") == ["paid goes beyond total."]


def test_a_rule_that_may_do_without_a_field_does() -> None:
    rule = rule_of(LINE | {"discount_percent": "off", "discount": "paid", "per": "net"})
    assert needed(rule) == {"total", "quantity", "price"}
    judge = prepare([rule], ["total", "quantity", "price"])
    assert judge is not None
    assert judge({"total": "6.00", "quantity": 2, "price": "3.00"}) == ()
    full = {"total": "2.40", "quantity": 2, "price": "30.00", "off": "50.00"}
    full |= {"paid": "0.60", "net": "10.00"}
    assert violations([rule], full) == ()
    assert len(violations([rule], full | {"off": "49.00"})) == 1


def test_a_rule_that_lacks_a_field_of_the_record_is_not_judged() -> None:
    rule = rule_of(SUM)
    assert needed(rule) == {"total", "net", "tax"}
    assert prepare([rule], ["total", "net"]) is None
    assert violations([rule], {"total": "9.00", "net": "1.00"}) == ()


def test_a_rule_is_as_bad_as_somebody_decides() -> None:
    rule = rule_of(SUM)
    assert rule.severity is Severity.ERROR
    assert with_severity(rule, Severity.WARNING).severity is Severity.WARNING
    assert with_severity(rule, Severity.WARNING).code == rule.code


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (SUM, "total"),
        (LINE, "total"),
        ({"check": "not_after", "first": "first", "then": "last"}, "first"),
        ({"check": "form", "field": "mail", "as": "email"}, "mail"),
        ({"check": "sign", "field": "paid", "is": "not_negative"}, "paid"),
        ({"check": "share", "amount": "tax", "base": "net", "percent": "rate"}, "tax"),
    ],
)
def test_a_rule_reports_the_field_that_it_speaks_of(said: object, field: str) -> None:
    assert rule_of(said).field == field


@pytest.mark.parametrize(
    ("said", "record", "sentence"),
    [
        ({"check": "not_after", "first": "first", "then": "last"},
         {"first": "2024-01-02", "last": "2024-01-01"}, "first lies after last."),
        ({"check": "form", "field": "mail", "as": "email"}, {"mail": "x"}, "mail is no e-mail address."),
        ({"check": "sign", "field": "paid", "is": "not_negative"}, {"paid": "-0.01"}, "paid is negative."),
        ({"check": "sign", "field": "paid", "is": "not_positive"}, {"paid": "0.01"}, "paid is positive."),
        ({"check": "known", "field": "unit", "list": "unece-20"}, {"unit": "?"},
         "unit is no unit of UN/ECE Recommendation 20."),
        ({"check": "required_if", "field": "mail", "when": "unit"}, {"mail": None, "unit": "H87"},
         "mail is blank, and unit makes it necessary."),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_in_one_sentence(said: object, record: dict, sentence: str) -> None:
    assert reasons(said, **record) == [sentence]


def test_a_sign_allows_zero_and_a_form_allows_blanks_around_it() -> None:
    assert reasons({"check": "sign", "field": "paid", "is": "not_negative"}, paid="0.00") == []
    assert reasons({"check": "sign", "field": "paid", "is": "not_positive"}, paid="0.00") == []
    assert reasons({"check": "form", "field": "mail", "as": "email"}, mail=" a@b.example ") == []
    assert reasons({"check": "form", "field": "mail", "as": "email"}, mail=None) == []


# --- who may change what


def test_the_erp_is_master_at_once_where_nobody_says_otherwise() -> None:
    assert Share() == Share(Side.ERP, Direction.ERP_TO_CRM, Timing.REALTIME)
    assert parse_ownership({}, ["name"]) == Ownership()


def test_a_problem_of_the_record_itself_names_no_field() -> None:
    with pytest.raises(ValueError, match=r"^master must be one of erp, crm\.$"):
        parse_ownership({"master": "us"}, ["name"])
    with pytest.raises(ValueError, match=r"^fields\.name\.master must be one of erp, crm\.$"):
        parse_ownership({"fields": {"name": "us"}}, ["name"])


def test_what_was_decided_of_a_field_before_stays() -> None:
    first = Ownership().overridden({"fields": {"name": {"timing": "batch"}}}, ["name", "city"])
    then = first.overridden({"fields": {"city": {"timing": "batch"}}}, ["name", "city"])
    assert [then.of(name).timing for name in ("name", "city", "other")] == [
        Timing.BATCH, Timing.BATCH, Timing.REALTIME,
    ]  # fmt: skip
    assert then.overridden({"fields": {"name": "erp"}}, ["name"]).of("name").timing is Timing.BATCH


# --- what may follow what


def one(**notes: object) -> Contract:
    said = {"type": "text", "max_length": 40} | notes
    document = {
        "x-waybill": {"name": "thing", "major": 1}, "properties": {"f": {"x-waybill": said}}
    }  # fmt: skip
    return parse_contract(document)


def test_a_difference_is_told_with_its_place() -> None:
    (broken,) = breaking(one(), one(max_length=39))
    assert str(broken) == "thing.f: It took 40 characters and takes 39."
    assert refused(one(), one(max_length=41)) == [
        Breaking(
            "thing",
            "It differs from what was published as thing 1.0, under the same or an older number."
            " Raise x-waybill.minor.",
        )
    ]


def test_lost_codes_are_named_one_or_several() -> None:
    def coded(*codes: str) -> Contract:
        said = {"type": "code", "codes": list(codes)}
        document = {
            "x-waybill": {"name": "thing", "major": 1}, "properties": {"f": {"x-waybill": said}}
        }  # fmt: skip
        return parse_contract(document)

    texts = [
        [broken.text for broken in breaking(coded("a", "b", "c"), coded(*rest))]
        for rest in ("abc", "ab", "a")
    ]
    assert texts == [[], ["It lost the code c."], ["It lost the codes b, c."]]


# --- reasons


def test_the_codes_that_people_have_written_down_stay_as_they_are() -> None:
    assert set(CATALOGUE) >= {
        "EXTERNAL_ID_MISSING", "EXTERNAL_ID_SHARED", "REQUIRED_MISSING",
        "CONDITION_MISSING", "NOT_A_NUMBER", "NOT_A_DATE", "NOT_A_BOOLEAN",
        "TIME_AMBIGUOUS", "CODE_UNKNOWN", "CURRENCY_UNKNOWN", "COUNTRY_UNKNOWN",
        "UNIT_UNKNOWN", "LOOKUP_MISSING", "FORMULA_TYPE", "FORMULA_BLANK",
        "FORMULA_NUMBER", "FORMULA_SIZE", "DIVISION_BY_ZERO", "TOO_LONG", "PRECISION",
        "TEXT_INVALID", "PHONE_INVALID", "EMAIL_INVALID", "URL_INVALID",
        "FIELD_UNKNOWN", "PARENT_IS_SELF", "LINE_AMOUNT_WRONG", "TOTAL_WRONG",
        "ABOVE_LIMIT", "DATES_REVERSED", "SIGN_WRONG", "UNREADABLE", "PARENT_MISSING",
        "HAS_CHILDREN", "IN_DOUBT", "GAVE_UP", "CRASH_LOOP", "DAMAGED", "OWNED_BY_CRM",
    }  # fmt: skip


def test_whose_job_a_reason_is() -> None:
    assert reason("NOT_A_NUMBER").owner is Owner.ERP_DATA
    assert reason("CODE_UNKNOWN").owner is Owner.MAPPING
    assert reason("HAS_CHILDREN").owner is Owner.CRM_ADMIN
    assert reason("CRASH_LOOP").owner is Owner.OPERATOR


def test_the_words_that_contracts_and_configurations_are_written_in_stay_as_they_are() -> None:
    assert " ".join(Kind) == (
        "text integer decimal boolean date instant ref code phone email url percent"
    )
    assert " ".join((*Severity, *Owner)) == ("error warning erp_data mapping crm_admin operator")
    assert " ".join((*Side, *Direction, *Timing)) == (
        "erp crm erp_to_crm crm_to_erp both realtime batch"
    )


def test_a_step_names_a_code_with_a_life() -> None:
    for field in ("unit", "first"):
        with pytest.raises(ValueError, match="of another type"):
            rule_of({"check": "step", "field": field})
    order = contracts()["order"].fields
    free = {name: replace(one, states=()) for name, one in order.items()}
    with pytest.raises(ValueError, match="a code with a lifecycle"):
        parse_rule({"check": "step", "field": "status"}, free)
    step = parse_rule({"check": "step", "field": "status"}, order)
    assert (step.code, step.is_step, step.field) == ("TRANSITION_WRONG", True, "status")
    assert not rule_of(SUM).is_step
    assert prepare([step], order) is None, "one record alone cannot break it"


def test_every_life_has_one_step_and_what_a_contract_says_itself_counts() -> None:
    order = contracts()["order"].fields
    living = {name for name, one in order.items() if one.states}
    assert {rule.field for rule in steps_of([], order)} == living
    own = parse_rule({"check": "step", "field": "status", "severity": "error"}, order)
    assert "status" not in {rule.field for rule in steps_of([own], order)}


@pytest.mark.parametrize("tolerance", ["0", "1", "0.5", "10.25"])
def test_a_tolerance_is_a_plain_decimal(tolerance: str) -> None:
    assert rule_of(SUM | {"tolerance": tolerance}).tolerance == Decimal(tolerance)


@pytest.mark.parametrize("tolerance", ["", ".", "1.2.3", "1e5", "-1", "1,5", 1])
def test_what_is_no_decimal_is_no_tolerance(tolerance: object) -> None:
    with pytest.raises(ValueError, match="tolerance must be a decimal in quotes"):
        rule_of(SUM | {"tolerance": tolerance})


def test_a_number_of_thirty_eight_digits_fits_with_its_sign_and_one_more_does_not() -> None:
    field = Field("f", Kind.DECIMAL, places=2)
    assert check(field, "-" + "9" * 36 + ".99") is None
    long = check(field, "-" + "9" * 37 + ".99")
    assert long is not None
    assert long.reason == "f has 39 digits, 38 are allowed."
