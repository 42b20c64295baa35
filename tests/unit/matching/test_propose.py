"""Certain is right in every case; what could be meant otherwise is a person's."""

from __future__ import annotations

import time

import pytest

from agent.matching import (
    Grade,
    Kind,
    Match,
    Prepared,
    Proposal,
    alike,
    prepare,
    propose,
    role_of,
    rules_of,
)
from agent.matching.fields import Role
from agent.model import Scalar
from tests.two_sides import two_sides

FIELDS = (
    *("name", "phone", "email", "website", "tax_number", "number"),
    *("billing_street", "billing_postal_code", "billing_city", "billing_country"),
)
RULES = rules_of(FIELDS)
BASE: dict[str, Scalar] = {
    "name": "Acme Werk GmbH", "phone": "+4989123456", "email": "info@acme.de",
    "billing_street": "Ring 5", "billing_postal_code": "80331", "billing_city": "München",
    "billing_country": "DE",
}  # fmt: skip


def ready(id_: str, **fields: Scalar) -> Prepared:
    return prepare(id_, fields, RULES, "DE")


def base(id_: str, **other: Scalar) -> Prepared:
    return ready(id_, **{**BASE, **other})


def kinds(here: list[Prepared], there: list[Prepared]) -> dict[str, Kind]:
    return {match.id: match.kind for match in propose(here, there).matches}


def one(here: Prepared, *there: Prepared) -> Match:
    (found,) = propose([here], list(there)).matches
    return found


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"name": "ACME WERK G.m.b.H.", "phone": "089/123456"},
        {"name": "Acme Werk", "email": None, "billing_street": "Ring 5 "},
        {"name": "Acme Werkk GmbH"},
        {"phone": "+4930999999"},
        {"phone": None, "email": None},
        {"billing_street": None, "billing_postal_code": None, "billing_city": None},
        {"billing_postal_code": "80313"},
    ],
)
def test_the_same_in_another_writing_is_certain(typed: dict[str, Scalar]) -> None:
    found = one(base("e"), base("c", **typed))
    assert (found.kind, found.candidates[0].id) == (Kind.CERTAIN, "c")


@pytest.mark.parametrize(
    "other",
    [
        {"tax_number": "DE111111111"},
        {"number": "4711"},
        {"billing_country": "AT"},
        {"billing_postal_code": "10115", "billing_city": "Berlin"},
        {"billing_street": "Ring 7"},
        {"name": "Acme Werk AG"},
        {"name": "Acme Bau GmbH"},
        {"name": "Acme Werk 2 GmbH"},
        {"phone": "+4930999999", "email": "x@other.de", "billing_street": None},
        {"name": "Acme Werkk GmbH", "phone": None, "email": None},
    ],
)
def test_what_speaks_against_it_makes_a_question_of_it(other: dict[str, Scalar]) -> None:
    mine = base("e", tax_number="DE999999999", number="1")
    found = one(mine, base("c", **{"tax_number": None, "number": None, **other}))
    assert found.kind is Kind.AMBIGUOUS


@pytest.mark.parametrize(
    "other",
    [
        {
            "name": "Other AG",
            "phone": "+4930999999",
            "email": "x@other.de",
            "billing_street": "Weg 1",
        },
        {"name": "Other AG", "phone": None, "email": None},
    ],
)
def test_who_has_another_name_is_somebody_else(other: dict[str, Scalar]) -> None:
    found = one(base("e"), base("c", **other))
    assert found.kind is Kind.ONLY_HERE


def test_a_key_with_an_agreeing_name_is_certain_even_with_another_legal_form() -> None:
    mine = base("e", tax_number="DE999999999", name="Acme Werk GmbH & Co. KG", phone=None)
    assert one(mine, base("c", tax_number="999999999")).kind is Kind.CERTAIN


def test_a_name_alone_is_never_certain() -> None:
    assert one(ready("e", name="Acme Werk GmbH"), ready("c", name="Acme Werk GmbH")).kind is (
        Kind.AMBIGUOUS
    )


def test_two_there_or_two_here_are_a_question() -> None:
    assert one(base("e"), base("c1"), base("c2")).kind is Kind.AMBIGUOUS
    both = propose([base("e1"), base("e2")], [base("c")])
    assert [(m.kind, m.rivals) for m in both.matches] == [(Kind.AMBIGUOUS, 1)] * 2
    assert one(base("e"), base("c1"), base("c2", name="Acme Werkk")).count == 2


def test_sisters_under_one_roof_are_each_who_they_are_only_where_all_are_there() -> None:
    here = [base("e1"), base("e2", name="Acme Werk Handels GmbH")]
    there = [base("c1"), base("c2", name="Acme Werk Handels GmbH")]
    assert kinds(here, there) == {"e1": Kind.CERTAIN, "e2": Kind.CERTAIN}
    assert kinds(here[:1], there) == {"e1": Kind.AMBIGUOUS}
    assert kinds(here, there[:1]) == {"e1": Kind.AMBIGUOUS, "e2": Kind.AMBIGUOUS}


def test_a_switchboard_of_many_proves_nothing() -> None:
    many = [
        ready(f"c{n}", name=f"Firma {chr(97 + n)}{chr(98 + n)}x", phone=BASE["phone"])
        for n in range(6)
    ]
    mine = ready("e", name="Firma abx", phone=BASE["phone"])
    assert one(mine, *many).kind is Kind.AMBIGUOUS


def test_a_person_is_not_told_by_a_mailbox_of_the_house() -> None:
    rules = rules_of(("first_name", "last_name", "email", "account"), {"account"})

    def person(id_: str, **fields: Scalar) -> Prepared:
        whole = {"first_name": "Eva", "last_name": "Meier", "email": "info@acme.de", **fields}
        return prepare(id_, whole, rules)

    assert one(person("e"), person("c")).kind is Kind.AMBIGUOUS
    own = {"email": "eva@acme.de"}
    assert one(person("e", **own), person("c", **own, first_name="EVA")).kind is Kind.CERTAIN
    assert one(
        person("e", **own, account="A1"), person("c", **own, account="A2")
    ).kind is Kind.AMBIGUOUS  # fmt: skip


def test_evidence_is_in_words_without_values() -> None:
    found = one(base("e"), base("c", name="ACME WERK", phone="089/123456-17"))
    (candidate,) = found.candidates
    assert candidate.grade is Grade.CERTAIN
    assert candidate.evidence == (
        "name: the same in another writing", "phone: nearly the same", "e-mail: the same",
        "billing address: the same",
    )  # fmt: skip
    assert "acme" not in " ".join(candidate.evidence).lower()


def test_every_record_of_both_sides_is_in_the_proposal_once() -> None:
    here, there = [base("e1"), ready("e2", name="Neu AG")], [base("c1"), ready("c2", name="Alt SE")]
    found = propose(here, there)
    assert found.counts() == {"certain": 1, "ambiguous": 0, "only here": 1, "only there": 1}
    assert found.only_there == ("c2",)
    assert propose([], []) == Proposal((), ())


def test_a_new_record_is_alike_only_where_it_is_likely() -> None:
    there = [base("c1"), base("c2", name="Other AG", phone="+49301", email=None)]
    (found,) = alike([base("e", name="Acme Werkk"), ready("f", name="Neu AG")], there)
    assert (found.id, [each.id for each in found.candidates]) == ("e", ["c1"])
    branch = base("b", billing_postal_code="10115", billing_city="Berlin", phone=None, email=None)
    assert alike([branch], there) == ()
    assert [each.id for each in alike([branch], there, free={"c1"})[0].candidates] == ["c1"]


def test_whoever_asks_may_stop_the_work() -> None:
    class Enough(Exception):
        pass

    def tick() -> None:
        raise Enough

    with pytest.raises(Enough):
        propose([base("e")], [base("c")], tick)


@pytest.mark.parametrize(
    ("field", "role"),
    [("legal_name", Role.NAME), ("mobile_e164", Role.PHONE), ("shipping_city", Role.CITY),
     ("invoice_email", Role.EMAIL), ("industry", Role.TEXT), ("code", Role.NUMBER)],
)  # fmt: skip
def test_a_fields_role_follows_from_its_name(field: str, role: Role) -> None:
    assert role_of(field) is role
    assert role_of(field, {field}) is Role.REFERENCE


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_among_thousands_certain_is_always_right_and_what_is_created_is_nowhere(seed: int) -> None:
    sides = two_sides(seed=seed)
    rules = rules_of(tuple(next(iter(sides.erp.values()))))
    here = [prepare(key, fields, rules, "DE") for key, fields in sides.erp.items()]
    there = [prepare(str(at), each.fields, rules, "DE") for at, each in enumerate(sides.crm)]
    began = time.monotonic()
    found = propose(here, there)
    assert time.monotonic() - began < 60, "quick: not every pair is looked at"
    certain = {m.id: m.candidates[0].id for m in found.matches if m.kind is Kind.CERTAIN}
    assert [key for key, at in certain.items() if sides.crm[int(at)].erp != key] == []
    assert len(certain) > 2200
    new = {match.id for match in found.matches if match.kind is Kind.ONLY_HERE}
    assert new.isdisjoint(each.erp for each in sides.crm)
