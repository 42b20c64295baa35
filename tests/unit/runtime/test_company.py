"""Several ERP companies feed one CRM, and customer 1001 of each stays who he is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.targets.salesforce import SalesforceConfig
from agent import app, resources
from agent.config import FlowConfig
from agent.errors import ConfigError
from agent.model import Draft, LeftOut, Parent, Problem, Value
from agent.runtime.company import of_company
from agent.runtime.plan import Mapper


def bind(_: Sequence[str]) -> Mapper:
    def mapped(values: Sequence[Value]) -> Draft | LeftOut | Problem:
        if values[0] == "out":
            return LeftOut("out")
        if values[0] == "bad":
            return Problem("REQUIRED_MISSING", "It is blank.", "name", str(values[1]))
        parents = (Parent("account", "account", "1001"), Parent("product", "product", "P1"))
        return Draft("SO-7", {"account": "1001", "product": "P1", "name": "1001"}, parents)

    return mapped


def mapped(*values: str) -> Draft | LeftOut | Problem:
    return of_company(bind, "DE01", {"account", "order"})(())(values)


def test_keys_and_references_within_the_company_begin_with_its_name() -> None:
    made = mapped("in")
    assert isinstance(made, Draft)
    assert made.external_id == "DE01-SO-7"
    assert made.fields == {"account": "DE01-1001", "product": "P1", "name": "1001"}
    assert [parent.external_id for parent in made.parents] == ["DE01-1001", "P1"]


def test_a_row_of_which_no_message_could_be_made_is_the_companys_too() -> None:
    made = mapped("bad", "7")
    assert isinstance(made, Problem)
    assert made.external_id == "DE01-7"
    unknown = mapped("bad", "")
    assert isinstance(unknown, Problem)
    assert unknown.external_id == "", "no key is no key"
    assert mapped("out") == LeftOut("out")


CONFIG = """
version = 1
[agent]
name = "companies"
[ownership.account]
master = "erp"
[targets.crm]
kind = "{kind}"
url = "https://crm.invalid"
{target}
[sources.a]
kind = "files"
folder = "export"
pattern = "a.csv"
content = "full"
format = {{ kind = "delimited", delimiter = ";" }}
key = ["NO"]
[flows.one]
source = "a"
target = "crm"
entity = "account"
mapping = "m.toml"
{one}
[flows.two]
source = "a"
target = "crm"
entity = "account"
mapping = "m.toml"
{two}
"""
WEBHOOK = ("webhook", 'secret = "secret:hook"')
SALESFORCE = (
    "salesforce",
    'sign_in = { flow = "client_credentials", client_id = "x", client_secret = "secret:crm" }',
)
MAPPING = (
    'version = 1\nentity = "account"\nexternal_id = "NO"\non_leave = "leave"\n[fields]\n'
    'name = "N"\ncredit_limit = { column = "L", convert = "decimal" }\n'
)


def problems(
    home: Path, one: str = "", two: str = "", target: tuple[str, str] = SALESFORCE
) -> list[tuple[str, str]]:
    kind, settings = target
    text = CONFIG.format(kind=kind, target=settings, one=one, two=two)
    (home / "waybill.toml").write_text(text, encoding="utf-8")
    (home / "m.toml").write_text(MAPPING, encoding="utf-8")
    try:
        config, known = app.configured(home, home / "waybill.toml")
        known.plans(config)
    except ConfigError as error:
        return [(problem.place, problem.code) for problem in error.problems]
    return []


def test_either_all_flows_of_a_kind_name_their_company_or_none(tmp_path: Path) -> None:
    assert problems(tmp_path) == []
    assert problems(tmp_path, 'company = "DE01"', 'company = "NL02"') == []
    assert problems(tmp_path, 'company = "DE01"') == [("flows.two", "COMPANY_MISSING")]


@pytest.mark.parametrize("name", ["DE-01", "", "a b", "x" * 21])
def test_a_companys_name_is_short_and_plain(tmp_path: Path, name: str) -> None:
    both = f'company = "{name}"'
    assert ("flows.one.company", "") in problems(tmp_path, both, both)


# --- first link -----------------------------------------------------------------------------------


def link(match: str, more: str = "") -> str:
    return f"first_link = {{ match = [{match}]{more} }}"


def test_a_first_link_compares_fields_that_both_sides_have(tmp_path: Path) -> None:
    assert problems(tmp_path, link('"name"', ', country = "DE"')) == []
    place = "flows.one.first_link.match"
    assert problems(tmp_path, link('"name", "phone"')) == [(place, "LINK_UNSUPPORTED")]
    assert problems(tmp_path, link('"name", "credit_limit"')) == [(place, "LINK_UNSUPPORTED")]


def test_a_first_link_without_a_name_would_be_certain_of_nothing(tmp_path: Path) -> None:
    (home := tmp_path / "x").mkdir()
    found = problems(home, link('"credit_limit"'))
    assert found == [("flows.one.first_link.match", "LINK_UNSUPPORTED")] * 2


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('first_link = { match = ["nmae"] }', "flows.one.first_link.match"),
        ("first_link = { match = [] }", "flows.one.first_link.match"),
        ("first_link = {}", "flows.one.first_link.match"),
        ('first_link = { match = ["name"], country = "Germany" }', "flows.one.first_link.country"),
        ('first_link = { match = ["name"], fuzzy = true }', "flows.one.first_link.fuzzy"),
        ("first_link = true", "flows.one.first_link"),
    ],
)
def test_a_slip_in_it_is_a_problem_with_its_place(tmp_path: Path, written: str, place: str) -> None:
    assert [found for found, _ in problems(tmp_path, written)] == [place]


def test_a_target_that_cannot_be_asked_cannot_be_linked(tmp_path: Path) -> None:
    found = problems(tmp_path, link('"name"'), target=WEBHOOK)
    assert found == [("flows.one.first_link", "LINK_UNSUPPORTED")]


def test_what_the_help_page_shows_can_be_linked() -> None:
    page = resources.text("help/linking.md")
    (example,) = re.findall(r"```toml\n(.+?)```", page, re.DOTALL)
    flow = FlowConfig.model_validate(
        {**tomllib.loads(example)["flows"]["customers"], "name": "customers", "mapping": Path("m")}
    )
    assert flow.first_link is not None
    settings = SalesforceConfig(
        url="https://crm.invalid",
        sign_in={"flow": "client_credentials", "client_id": "x", "client_secret": "secret:crm"},
    )
    assert set(flow.first_link.match) <= settings.linkable()["account"]
