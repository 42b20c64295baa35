"""An installation's kinds: its own contracts, who is master of them, and what a mapping may carry."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from agent import app
from agent.errors import ConfigError, ConfigProblem
from agent.runtime.kinds import IN_FORCE, Kinds, contracts_of, remember

CONFIG = """
version = 1
[agent]
name = "kinds"
[targets.crm]
kind = "webhook"
url = "https://crm.invalid/hook"
secret = "secret:hook"
"""
HEAD = 'version = 1\nentity = "account"\nexternal_id = "NO"\non_leave = "leave"\n[fields]\n'
MACHINE = {
    "x-waybill": {"name": "machine", "major": 1, "minor": 0},
    "properties": {
        "serial": {"x-waybill": {"type": "text", "max_length": 40, "required": True}},
        "account": {"x-waybill": {"type": "ref", "entity": "account"}},
    },
}


def write(home: Path, document: object, name: str = "machine.json") -> None:
    (home / "contracts").mkdir(exist_ok=True)
    (home / "contracts" / name).write_text(json.dumps(document), encoding="utf-8")


def installed(home: Path, more: str = "") -> Kinds:
    (home / "waybill.toml").write_text(CONFIG + more, encoding="utf-8")
    return app.configured(home, home / "waybill.toml")[1]


def refused(home: Path, mapping: str, more: str = "") -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        installed(home, more).plan(mapping, "account", "m.toml")
    return [(problem.place, problem.code) for problem in caught.value.problems]


def problems(home: Path) -> list[ConfigProblem]:
    with pytest.raises(ConfigError) as caught:
        contracts_of(home, home)
    return list(caught.value.problems)


# --- who is master --------------------------------------------------------------------------------


def test_a_mapping_that_would_overwrite_what_the_crm_owns_is_a_problem_with_a_way_out(
    tmp_path: Path,
) -> None:
    mapping = HEAD + 'name = "N"\ncredit_limit = "L"\n'
    with pytest.raises(ConfigError) as caught:
        installed(tmp_path).plan(mapping, "account", "m.toml")
    (problem,) = caught.value.problems
    assert (problem.place, problem.code, problem.file) == ("fields.name", "OWNED_BY_CRM", "m.toml")
    assert "seed = true" in problem.hint
    assert '[ownership.account] master = "erp"' in problem.hint


def test_seeds_and_what_the_erp_owns_may_be_carried(tmp_path: Path) -> None:
    mapping = HEAD + 'name = { column = "N", seed = true }\ncredit_limit = "L"\n'
    plan = installed(tmp_path).plan(mapping, "account", "m.toml")
    assert plan.seeds == {"name"}


def test_an_erp_that_owns_accounts_says_so_and_seeds_nothing(tmp_path: Path) -> None:
    own = '[ownership.account]\nmaster = "erp"\n'
    plain = HEAD + 'name = "N"\n'
    assert installed(tmp_path, own).plan(plain, "account", "m.toml").seeds == frozenset()
    seeded = HEAD + 'name = { column = "N", seed = true }\n'
    assert refused(tmp_path, seeded, own) == [("fields.name", "")]


def test_one_field_can_be_decided_alone(tmp_path: Path) -> None:
    own = '[ownership.account.fields]\nname = "erp"\n'
    assert refused(tmp_path, HEAD + 'name = "N"\nphone = "P"\n', own) == [
        ("fields.phone", "OWNED_BY_CRM")
    ]


def test_a_record_that_the_crm_owns_is_not_deleted_or_changed_by_leaving(tmp_path: Path) -> None:
    mapping = HEAD + 'name = { column = "N", seed = true }\n'
    gone = mapping.replace('on_leave = "leave"', 'on_leave = "delete"')
    assert refused(tmp_path, gone) == [("on_leave", "OWNED_BY_CRM")]
    changed = mapping.replace('"leave"', "{ set = { active = false } }", 1)
    assert refused(tmp_path, changed) == [("on_leave.set.active", "OWNED_BY_CRM")]


def test_nothing_of_a_quote_goes_to_the_crm(tmp_path: Path) -> None:
    mapping = HEAD.replace('"account"', '"quote"') + (
        'account = "A"\nnumber = "N"\nquote_date = "D"\n'
        'status = { constant = "sent" }\n'
    )  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        installed(tmp_path).plan(mapping, "quote", "m.toml")
    assert {problem.code for problem in caught.value.problems} == {"OWNED_BY_CRM"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[ownership.acount]", "Did you mean account?"),
        ('[ownership.account.fields]\ncredit_limt = "erp"', "Did you mean credit_limit?"),
        ('[ownership.account]\nmastr = "erp"', "Did you mean master?"),
        ('[ownership.account]\nmaster = "us"', "ownership.account.master"),
        ('[ownership.account.fields]\nname = "us"', "ownership.account.fields.name"),
        ('[ownership.account]\nmaster = "crm"\ndirection = "erp_to_crm"', "goes out"),
    ],
)
def test_a_slip_in_the_ownership_is_named_with_its_place(
    tmp_path: Path, more: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        installed(tmp_path, more)
    assert said in str(caught.value)


SALESFORCE = """
version = 1
[agent]
name = "kinds"
[sources.rows]
kind = "files"
folder = "in"
pattern = "*.csv"
content = "full"
format = { kind = "delimited" }
key = ["NO"]
[targets.crm]
kind = "salesforce"
url = "https://example.my.salesforce.com"
sign_in = { flow = "client_credentials", client_id = "x", client_secret = "secret:x" }
[flows.rows]
source = "rows"
target = "crm"
entity = "ENTITY"
mapping = "m.toml"
"""


class Narrow(BaseModel):
    """A target that keeps the names of products and nothing else."""

    def places(self) -> dict[str, frozenset[str]]:
        return {"product": frozenset({"name"})}


@pytest.mark.parametrize(
    ("entity", "fields", "place", "said"),
    [
        ("machine", 'serial = "S"\n', "flows.rows.entity", "no place for the kind machine"),
        ("product", 'name = "N"\ngtin = "G"\n', "flows.rows.mapping", "field gtin of product"),
    ],
)
def test_what_a_target_has_no_place_for_is_told_before_anything_is_sent(
    tmp_path: Path, entity: str, fields: str, place: str, said: str
) -> None:
    write(tmp_path, MACHINE)
    (tmp_path / "m.toml").write_text(HEAD.replace("account", entity) + fields, encoding="utf-8")
    path = tmp_path / "waybill.toml"
    path.write_text(SALESFORCE.replace("ENTITY", entity), encoding="utf-8")
    config, known = app.configured(tmp_path, path)
    crm = config.targets["crm"].model_copy(update={"settings": Narrow()})
    with pytest.raises(ConfigError) as caught:
        known.plans(replace(config, targets={"crm": crm}))
    (problem,) = caught.value.problems
    assert problem.place == place
    assert said in problem.text


# --- own contracts --------------------------------------------------------------------------------


def test_a_kind_of_an_installation_is_a_file_beside_its_configuration(tmp_path: Path) -> None:
    write(tmp_path, MACHINE)
    contracts = contracts_of(tmp_path, tmp_path)
    assert contracts["machine"].reference == "machine/1"
    assert "account" in contracts
    text = (
        'version = 1\nentity = "machine"\nexternal_id = "S"\non_leave = "delete"\n'
        '[fields]\nserial = "S"\naccount = "A"\n'
    )
    plan = installed(tmp_path).plan(text, "machine", "m.toml")
    assert plan.columns_used == ("S", "A")


def test_every_problem_of_every_broken_contract_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"x-waybill": {"name": "X", "major": 0}}, "a.json")
    (tmp_path / "contracts" / "b.json").write_text("{", encoding="utf-8")
    write(tmp_path, [], "c.json")
    found = problems(tmp_path)
    assert {problem.file for problem in found} == {"a.json", "b.json", "c.json"}
    assert len(found) > 4


def test_a_kind_that_ships_cannot_be_defined_again(tmp_path: Path) -> None:
    write(tmp_path, MACHINE | {"x-waybill": {"name": "account", "major": 1}})
    assert "two contracts" in problems(tmp_path)[0].text


def test_a_reference_to_a_kind_that_nobody_defines_is_a_problem(tmp_path: Path) -> None:
    fields = {"at": {"x-waybill": {"type": "ref", "entity": "nowhere"}}}
    write(tmp_path, MACHINE | {"properties": fields})
    assert "No contract of 'nowhere'" in problems(tmp_path)[0].text


def test_a_change_that_breaks_what_was_in_force_is_refused_until_the_major_version_is_raised(
    tmp_path: Path,
) -> None:
    write(tmp_path, MACHINE)
    remember(tmp_path, tmp_path)
    assert (tmp_path / IN_FORCE / "machine.json").exists()
    less = {"serial": MACHINE["properties"]["serial"]}
    write(tmp_path, {"x-waybill": MACHINE["x-waybill"], "properties": less})
    (problem,) = problems(tmp_path)
    assert (problem.place, problem.code) == ("machine.account", "CONTRACT_BREAKS")
    assert "removed" in problem.text
    head = {"name": "machine", "major": 2}
    write(tmp_path, {"x-waybill": head, "properties": less})
    assert contracts_of(tmp_path, tmp_path)["machine"].reference == "machine/2"


def test_check_names_a_broken_contract(tmp_path: Path) -> None:
    installed(tmp_path)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "b.json").write_text("{", encoding="utf-8")
    (finding,) = app.check(tmp_path)
    assert "b.json" in finding.text
    assert "cannot be read" in finding.text
