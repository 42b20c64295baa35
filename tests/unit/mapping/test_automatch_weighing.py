"""Auto-match as a whole: what a match is worth, what is doubted, who gets which column."""

from __future__ import annotations

import pytest

from agent.mapping.automatch import Match, Matches, Synonyms, automatch
from agent.model import Json, Value
from tests.unit.mapping.helpers import contract_of

NAMES: dict[str, Json] = {
    "any": {"phone": {"en": ["Phone No"], "de": ["Telefon"], "erp": ["TELF1"]}},
    "thing": {
        "name": {"de": ["Firmenname"], "fr": ["Raison sociale"]},
        "external_id": {"de": ["Dingnummer"]},
        "broken": {"de": "no list"},
        "phone": {"nl": []},
    },
}
SYNONYMS = Synonyms(NAMES)
TEXT = {"type": "text", "max_length": 40}


def matches(fields: dict, headings: list[str], *rows: tuple[Value, ...], key: str = "") -> Matches:
    stated = (key,) if key else ()
    return automatch(contract_of(fields), headings, rows, SYNONYMS, key=stated)


def match(notes: dict, heading: str, *values: Value, name: str = "name") -> Match | None:
    found = matches({name: notes}, [heading], *[(value,) for value in values])
    return found.fields[0] if found.fields else None


# --- weighed


def test_a_name_alone_weighs_less_than_a_name_with_values() -> None:
    alone = match(TEXT, "Name")
    both = match(TEXT, "Name", "Smith", "Jones")
    assert alone is not None
    assert both is not None
    assert (alone.confidence, alone.evidence) == (
        0.82,
        ("'Name' is the field's own name", "all samples are blank"),
    )
    assert (both.confidence, both.doubts) == (1.0, ())
    assert both.evidence == ("'Name' is the field's own name", "2 of 2 samples are texts that fit")


def test_values_that_do_not_fit_cost_confidence_and_are_told() -> None:
    found = match({"type": "decimal", "places": 2}, "Name", "1", "2", "3", "x")
    assert found is not None
    assert found.confidence == round((0.65 + 0.35 * 0.75) * 0.75, 2)
    assert found.doubts == ("25% of the samples do not fit; the preview names them",)
    assert found.rule == {}
    half = match({"type": "decimal", "places": 2}, "Name", "1", "x")
    assert half is None, "half of it fitting, it is not likely enough"


def test_half_fitting_values_are_a_match_only_of_the_right_name() -> None:
    assert match({"type": "decimal", "places": 2}, "Name", "1", "x", "y") is None


def test_a_doubt_costs_a_third_of_the_confidence() -> None:
    found = match({"type": "date"}, "Name", "03/04/2026")
    assert found is not None
    assert found.confidence == 0.65
    assert found.rule == {"convert": "date", "format": "%d/%m/%Y"}
    assert found.as_written() == {"column": "Name", "convert": "date", "format": "%d/%m/%Y"}


def test_values_with_the_look_of_a_field_suggest_it_without_its_name() -> None:
    notes = {"type": "text", "max_length": 40}
    found = match(notes, "Xyz", "a@b.example", "c@d.example", name="email")
    assert found is not None
    assert found.confidence == round(0.65 * 0.5 + 0.35, 2)
    assert found.evidence == ("100% of the samples look like e-mail addresses",)
    assert match(notes, "Xyz", "a@b.example", "x", "y", name="email") is None
    named = match(notes, "Email", "a@b.example", "x", name="email")
    assert named is not None
    assert named.evidence[1] == "50% of the samples look like e-mail addresses"


def test_words_without_meaning_are_left_to_a_person_up_to_forty_of_them() -> None:
    notes = {"type": "code", "codes": ["open", "paid"]}
    found = match(notes, "Name", *[f"w{at}" for at in range(40)])
    assert found is not None
    assert (found.confidence, found.rule) == (0.45, {})
    assert found.doubts == ("none of its 40 words is known: say what each means",)
    assert found.evidence == ("'Name' is the field's own name",)
    assert match(notes, "Name", *[f"w{at}" for at in range(41)]) is None
    assert match(notes, "Names", "w") is None, "only of the exact name"
    assert match({"type": "boolean"}, "Name", "perhaps") is not None
    assert match({"type": "date"}, "Name", "perhaps") is None


def test_the_converter_is_named_where_a_rule_needs_one() -> None:
    def rule(notes: dict, *values: Value) -> object:
        found = match(notes, "Name", *values)
        return found and dict(found.rule)

    assert rule({"type": "decimal", "places": 2}, "1,5") == {"convert": "decimal", "decimal": ","}
    assert rule({"type": "decimal", "places": 2}, "1.5") == {}
    assert rule({"type": "text", "max_length": 1}, "a ") == {"trim": True}
    land = {"type": "code", "list": "iso-3166-1"}
    assert rule(land, "Germany") == {"convert": "country"}


def test_only_two_hundred_different_values_are_tried_of_ten_thousand_records() -> None:
    rows = [(str(at),) for at in range(200)] + [("x",)] * 100
    found = matches({"name": {"type": "integer"}}, ["Name"], *rows)
    assert found.fields[0].evidence[1] == "200 of 200 samples are whole numbers"
    late = [("1",)] * 10_000 + [("x",)]
    found = matches({"name": {"type": "integer"}}, ["Name"], *late)
    assert found.fields[0].doubts == ()


# --- assigned


def test_the_best_column_of_a_field_and_the_best_field_of_a_column_win() -> None:
    fields = {"name": TEXT, "phone": TEXT}
    rows = [("Smith", "Smith Ltd", "+49 30 1234567"), ("Jones", "Jones Ltd", "+49 30 7654321")]
    found = matches(fields, ["Name kurz", "Name", "Telefon"], *rows)
    assert [(one.field, one.column) for one in found.fields] == [
        ("name", "Name"),
        ("phone", "Telefon"),
    ]
    assert found.unused == ("Name kurz",)
    assert found.missing == ()


def test_required_fields_without_a_column_are_missing() -> None:
    fields = {"name": TEXT | {"required": True}, "phone": TEXT | {"required": True}, "city": TEXT}
    found = matches(fields, ["Name"], ("Smith",))
    assert found.missing == ("phone",)


def test_the_external_id_says_by_its_name_or_as_the_key_why_it_is_one() -> None:
    fields = {"name": TEXT}
    rows = [("1", "a"), ("2", "b")]
    named = matches(fields, ["Dingnummer", "No"], *rows).external_id
    assert named == Match(
        "external_id",
        "Dingnummer",
        1.0,
        ("'Dingnummer' is German 'Dingnummer'", "no two samples are the same"),
        {},
    )
    stated = matches(fields, ["No", "Other"], *rows, key="No").external_id
    assert stated is not None
    assert (stated.column, stated.confidence) == ("No", 1.0)
    assert stated.evidence == ("it is the key of the source", "no two samples are the same")
    both = matches(fields, ["Dingnummer", "Other"], *rows, key="Dingnummer").external_id
    assert both is not None
    assert both.evidence == (
        "'Dingnummer' is German 'Dingnummer'",
        "it is the key of the source",
        "no two samples are the same",
    )
    almost = matches(fields, ["Dingnummern", "Other"], *rows).external_id
    assert almost is not None
    assert almost.confidence == round(0.65 * 0.8 + 0.35, 2)


def test_the_better_of_two_candidates_is_the_external_id_and_the_first_of_equals() -> None:
    rows = [("1", "2"), ("3", "4")]
    better = matches({"name": TEXT}, ["Dingnummern", "Dingnummer"], *rows).external_id
    first = matches({"name": TEXT}, ["Dingnummer", "ding nummer"], *rows).external_id
    assert better is not None
    assert first is not None
    assert (better.column, first.column) == ("Dingnummer", "Dingnummer")


@pytest.mark.parametrize("rows", [[], [("1",), ("1",)], [("1",), (None,)], [("1",), (" ",)]])
def test_a_column_that_does_not_tell_records_apart_is_no_external_id(
    rows: list[tuple[Value, ...]],
) -> None:
    assert matches({"name": TEXT}, ["Dingnummer"], *rows, key="Dingnummer").external_id is None


def test_a_column_of_no_known_name_is_no_external_id_and_unused() -> None:
    found = matches({"name": TEXT}, ["Foo"], ("1",), ("2",))
    assert (found.external_id, found.unused) == (None, ("Foo",))
    known = matches({"name": TEXT}, ["Dingnummer"], ("1",), ("2",))
    assert known.unused == ()


def test_a_draft_names_its_form_and_what_was_found() -> None:
    found = matches({"name": TEXT}, ["Dingnummer", "Name"], ("1", "a"))
    assert found.document("thing") == {
        "version": 1,
        "entity": "thing",
        "on_leave": "leave",
        "external_id": "Dingnummer",
        "fields": {"name": "Name"},
    }
    assert "external_id" not in matches({"name": TEXT}, ["Name"], ("a",)).document("thing")
