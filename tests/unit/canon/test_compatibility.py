"""A contract may grow within its major version, and never break who knows it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.canon import Contract, Field, Kind, State, breaking, parse_contract, refused
from agent.resources import contracts, published

TEXT = {"type": "text", "max_length": 40}
MONEY = {"type": "decimal", "places": 2, "currency": "currency"}
LIFE = {"open": {"means": "A.", "next": ["done"]}, "done": {"means": "B.", "next": []}}
STATUS = {"type": "code", "codes": ["open", "done"], "lifecycle": LIFE}
BASE = {
    "name": TEXT | {"required": True},
    "note": TEXT,
    "total": MONEY,
    "currency": {"type": "code", "list": "iso-4217"},
    "other_currency": {"type": "code", "list": "iso-4217"},
    "account": {"type": "ref", "entity": "account"},
    "status": STATUS,
    "on": {"type": "date"},
}


def contract_of(fields: dict, major: int = 1, minor: int = 0) -> Contract:
    properties = {name: {"x-waybill": notes} for name, notes in fields.items()}
    head = {"name": "thing", "major": major, "minor": minor}
    return parse_contract({"x-waybill": head, "properties": properties})


OLD = contract_of(BASE)


def with_(**fields: dict) -> Contract:
    return contract_of(BASE | fields, minor=1)


@pytest.mark.parametrize(
    ("new", "place", "text"),
    [
        (with_(on={"type": "instant"}), "thing.on", "type was date and is instant"),
        (with_(note=TEXT | {"required": True}), "thing.note", "became required"),
        (with_(name=TEXT), "thing.name", "may be null now"),
        (with_(note=TEXT | {"max_length": 39}), "thing.note", "took 40 characters and takes 39"),
        (with_(total=MONEY | {"places": 3}), "thing.total", "had 2 decimal places and has 3"),
        (with_(total=MONEY | {"places": 1}), "thing.total", "had 2 decimal places and has 1"),
        (with_(total=MONEY | {"currency": "other_currency"}), "thing.total", "was in currency and is in other_currency"),
        (with_(total={"type": "decimal", "places": 2}), "thing.total", "is in no field"),
        (with_(account={"type": "ref", "entity": "contact"}), "thing.account", "referred to account"),
        (with_(currency={"type": "code", "codes": ["EUR"]}, total={"type": "decimal", "places": 2}), "thing.currency", "codes came from"),
        (with_(status={"type": "code", "codes": ["open"]}), "thing.status", "lost the code done"),
        (with_(status=STATUS | {"lifecycle": LIFE | {"open": {"means": "A.", "next": []}}}), "thing.status", "From open it could become done"),
        (with_(more=TEXT | {"required": True}), "thing.more", "new and required"),
        (contract_of({k: v for k, v in BASE.items() if k != "note"}, minor=1), "thing.note", "was removed"),
        (replace(OLD, major=0), "thing", "went back"),
        (replace(OLD, name="other"), "thing", "called other"),
    ],
)  # fmt: skip
def test_a_breaking_change_is_named_with_its_place_and_what_it_was(
    new: Contract, place: str, text: str
) -> None:
    found = breaking(OLD, new)
    assert any(broken.place == place and text in broken.text for broken in found), found
    assert refused(OLD, new) == found


@pytest.mark.parametrize(
    "new",
    [
        with_(more=TEXT),
        with_(note=TEXT | {"max_length": 41}),
        with_(on={"type": "date"}),
        with_(status={"type": "code", "codes": ["open", "done", "gone"]}),
        with_(status=STATUS | {"lifecycle": LIFE | {"done": {"means": "B.", "next": ["open"]}}}),
        contract_of({"name": TEXT}, major=2),
    ],
)
def test_what_grows_or_has_a_new_major_version_breaks_nobody(new: Contract) -> None:
    assert refused(OLD, new) == []


def test_a_change_under_the_same_number_is_refused_although_it_breaks_nobody() -> None:
    grown = contract_of(BASE | {"more": TEXT})
    assert breaking(OLD, grown) == []
    assert [broken.place for broken in refused(OLD, grown)] == ["thing"]
    assert "Raise x-waybill.minor" in str(refused(OLD, grown)[0])
    assert refused(OLD, contract_of(BASE)) == []


def test_a_life_given_to_a_code_that_had_none_breaks_nobody() -> None:
    free = contract_of(BASE | {"status": {"type": "code", "codes": ["open", "done"]}})
    assert refused(free, with_()) == []


_NAMES = st.sampled_from(["a", "b", "c", "d"])
_CODES = st.frozensets(st.sampled_from(["x", "y", "z"]), min_size=1)


@st.composite
def _fields(draw: st.DrawFn) -> Field:
    name, required = draw(_NAMES), draw(st.booleans())
    kind = draw(st.sampled_from([Kind.TEXT, Kind.DECIMAL, Kind.DATE, Kind.REF, Kind.CODE]))
    if kind is Kind.CODE:
        codes = draw(_CODES)
        steps = [State(c, "It is.", tuple(sorted(codes - {c}))) for c in sorted(codes)]
        return Field(
            name, kind, required, codes=codes, states=tuple(draw(st.sampled_from([[], steps])))
        )
    if kind is Kind.TEXT:
        return Field(name, kind, required, max_length=draw(st.integers(1, 3)))
    if kind is Kind.REF:
        return Field(name, kind, required, entity=draw(_NAMES), max_length=255)
    return Field(
        name, kind, required, places=draw(st.integers(0, 2)) if kind is Kind.DECIMAL else 0
    )


_CONTRACTS = st.lists(_fields(), min_size=1, unique_by=lambda field: field.name).map(
    lambda fields: Contract("thing", 1, {field.name: field for field in fields})
)


@given(_CONTRACTS)
def test_nothing_breaks_itself(contract: Contract) -> None:
    assert refused(contract, contract) == []


@given(_CONTRACTS, _fields())
def test_one_more_field_breaks_exactly_when_it_is_required_or_another_one_was_there(
    old: Contract, field: Field
) -> None:
    new = replace(old, minor=1, fields={**old.fields, field.name: field})
    if field.name not in old.fields:
        assert bool(breaking(old, new)) is field.required
    elif old.fields[field.name] == field:
        assert not breaking(old, new)


@settings(max_examples=200)
@given(_CONTRACTS, _CONTRACTS, _CONTRACTS)
def test_what_may_follow_what_may_follow_may_follow(a: Contract, b: Contract, c: Contract) -> None:
    if not breaking(a, b) and not breaking(b, c):
        lost = {name for name in c.fields if name in a.fields and name not in b.fields}
        assert not lost
        assert set(a.fields) <= set(c.fields)
        assert all(c.fields[name].kind is field.kind for name, field in a.fields.items())


@given(_CONTRACTS, _CONTRACTS)
def test_every_value_that_was_taken_is_taken_still_unless_it_is_said(
    old: Contract, new: Contract
) -> None:
    if breaking(old, new):
        return
    for name, field in old.fields.items():
        after = new.fields[name]
        assert field.codes <= after.codes
        assert field.max_length <= after.max_length
        assert (field.required, field.places, field.entity) == (
            after.required, after.places, after.entity,
        )  # fmt: skip


def test_no_shipped_contract_breaks_what_was_published_of_its_major_version() -> None:
    """A release copies resources/contracts/*.json (but the webhook's) to contracts/published."""
    frozen = {contract.name: contract for contract in published()}
    assert set(frozen) <= set(contracts())
    assert [str(b) for old in frozen.values() for b in refused(old, contracts()[old.name])] == []
    tampered = replace(
        contracts()["account"],
        fields={n: f for n, f in contracts()["account"].fields.items() if n != "phone"},
    )
    assert [b.place for b in refused(frozen["account"], tampered)] == ["account.phone"]
