"""What leaves the house names nobody, and can still be followed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.runtime.operate import words
from agent.runtime.operate.pseudonyms import Pseudonyms, vocabulary

REAL = (
    "Müller & Söhne",
    "ERP-SRV01",
    "crm.mueller.example",
    "D:\\Export\\Kunden",
    "m.weber",
    "C10023",
)


@pytest.fixture
def names() -> Pseudonyms:
    return Pseudonyms(words.known(), strict=True)


def test_the_same_thing_has_one_name_wherever_it_stands(names: Pseudonyms) -> None:
    names.know("customers", "flow")
    names.know("ERP-SRV01", "agent")
    first = names.text("The flow customers waits; CUSTOMERS waits on erp-srv01 since 10:44.")
    assert first == "The flow flow-1 waits; flow-1 waits on agent-1 since 10:44."
    assert names.json({"flow": "customers", "reason": "customers"}) == {
        "flow": "flow-1",
        "reason": "flow-1",
    }
    assert names.names["flow-1"] == "customers"


@pytest.mark.parametrize(
    "text",
    [
        "Only 480 MB are left; 12.5 s, 3 of 200 records, 2026-11-21T10:44:00Z, 10:44.",
        "The disk with the queue is full. [STORE_FULL]",
        "Nothing is lost: it is read when this is over.",
        "a page was kept number=3 rows=5 entries=5",
    ],
)
def test_what_we_say_ourselves_stays_readable(names: Pseudonyms, text: str) -> None:
    assert names.text(text) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mail to anna.weber@mueller.example now", "weber"),
        ("\\\\ERPSRV\\Exporte\\Kunden.csv is not there", "erpsrv"),
        ("/srv/exporte/kunden is not there", "exporte"),
        ("https://mueller.my.salesforce.com/x/C10023?y=1 answered 503", "mueller"),
        ("10.20.30.40 answered 503", "10.20.30"),
        ("record C10023 of Müller & Söhne, IBAN DE89370400440532013000", "10023"),
        ("Bearer abcdefghijklmnopqrst", "abcdefgh"),
        ("'Bayern' is no value of State/Province", "bayern"),
        ("account 12345678", "12345678"),
    ],
)
def test_what_names_somebody_or_something_goes(names: Pseudonyms, text: str, hidden: str) -> None:
    assert hidden not in names.text(text).casefold()


@given(st.lists(st.sampled_from(REAL), min_size=1), st.text(alphabet=" .,:;()/=\n'\"", max_size=8))
def test_no_known_value_survives_between_any_signs(real: list[str], between: str) -> None:
    names = Pseudonyms(words.known(), strict=True)
    for value in real:
        names.know(value, "value")
    shown = names.text(between.join(["at", *real, "of"])).casefold()
    assert not [value for value in real if value.casefold() in shown]


@given(st.recursive(
    st.sampled_from(REAL) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from((*REAL, "flows", "name", "reason")), inner, max_size=3),
))  # fmt: skip
def test_no_structure_lets_a_name_out(value: object) -> None:
    shown = json.dumps(Pseudonyms(words.known(), strict=True).json(value), ensure_ascii=False)
    for part in ("Müller", "ERP-SRV01", "mueller", "Kunden", "weber", "C10023"):
        assert part not in shown


def test_without_strictness_names_stay_and_secrets_go() -> None:
    shown = Pseudonyms((), strict=False).text("customers: password=geheim123 at D:\\Export")
    assert shown == "customers: password=[secret] at D:\\Export"


def test_names_that_are_written_large_are_in_no_vocabulary() -> None:
    assert vocabulary(["Weber sends it to `Kunden` again."]) >= {"sends", "it", "to", "again"}
    assert not vocabulary(["Weber sends it to `Kunden` again."]) & {"weber", "kunden"}
