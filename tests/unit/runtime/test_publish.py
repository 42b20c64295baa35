"""A draft comes into force, at once or by a second person, with the lookup files that it names."""

from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent import resources
from agent.errors import NotAllowed, WrongUse
from agent.mapping import parse
from agent.runtime.workshop.bench import Workshop
from agent.runtime.workshop.money import Written, changed_money
from agent.runtime.workshop.publish import Publisher
from agent.runtime.workshop.versions import Versions
from tests.fakes import FakeClock

CONTRACTS = resources.contracts()
TEXT = """version = 1
entity = "invoice"
external_id = "NO"
on_leave = "leave"
[fields]
account = "CUST"
number = "NO"
invoice_date = "DATE"
payment_status = { column = "ST", lookup = "states" }
currency = { column = "CUR", lookup = "money" }
total = "TOTAL"
[lookups.states]
csv = "states.csv"
key = "K"
value = "V"
[lookups.money]
csv = "money.csv"
key = "K"
value = "V"
[lookups.unused]
table = { A = "B" }
"""
STATES, MONEY = b"K;V\nO;open\n", b"K;V\nEU;EUR\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "lookups").mkdir()
    (tmp_path / "lookups" / "states.csv").write_bytes(STATES)
    (tmp_path / "lookups" / "money.csv").write_bytes(MONEY)
    (tmp_path / "invoices.toml").write_text(TEXT)
    return tmp_path


def publisher(home: Path, *, second_person: bool = True) -> Publisher:
    flow = SimpleNamespace(mapping=Path("invoices.toml"), entity="invoice", source="s", canary=0)
    config = SimpleNamespace(
        folder=home, flows={"invoices": flow}, agent=SimpleNamespace(second_person=second_person)
    )

    def parsed(_flow: str, text: str, files: dict[str, bytes]):
        def beside(name: str) -> bytes:
            return files.get(name) or (home / "lookups" / name).read_bytes()

        return parse(tomllib.loads(text), CONTRACTS["invoice"], "invoices.toml", beside)

    owners = {name: contract.ownership for name, contract in CONTRACTS.items()}
    shop = Workshop(config, CONTRACTS, lambda: "", lambda _: None, parsed, owners)
    return Publisher(shop, home, FakeClock())


def in_force(home: Path) -> tuple[str, bytes, bytes]:
    lookups = home / "lookups"
    return (
        (home / "invoices.toml").read_text(),
        (lookups / "states.csv").read_bytes(),
        (lookups / "money.csv").read_bytes(),
    )


def test_a_change_without_money_is_in_force_at_once_and_its_files_come_back_with_a_restore(
    home: Path,
) -> None:
    desk, more = publisher(home), STATES + b"P;paid\n"
    done = desk.publish("invoices", TEXT, "paid too", "anna", {"states.csv": more})
    assert (done["version"], done["proposed"], done["same_meaning"]) == (2, False, False)
    assert in_force(home) == (TEXT, more, MONEY)
    (newest, first) = desk.versions("invoices")["items"]
    assert (newest["in_force"], first["in_force"]) == (True, False)
    desk.restore("invoices", 1, "", "anna")
    assert in_force(home) == (TEXT, STATES, MONEY)
    said = [(each["number"], each["in_force"]) for each in desk.versions("invoices")["items"]]
    assert said == [(3, True), (2, False), (1, False)], "one is in force, though 1 has its text"


@pytest.mark.parametrize(
    ("draft", "files", "fields"),
    [
        (TEXT.replace('total = "TOTAL"', 'total = "NETTO"'), {}, ["total"]),
        (TEXT.replace('total = "TOTAL"\n', ""), {}, ["total"]),
        (TEXT, {"money.csv": MONEY + b"US;USD\n"}, ["currency"]),
        (TEXT.replace('"leave"', '{ set = { total = "0.00" } }'), {}, ["total"]),
        (TEXT + '[rules]\nTOTAL_WRONG = "warning"\n', {}, ["rules"]),
    ],
)
def test_what_changes_money_waits_for_somebody_else(
    home: Path, draft: str, files: dict[str, bytes], fields: list[str]
) -> None:
    desk, before = publisher(home), in_force(home)
    done = desk.publish("invoices", draft, "why", "anna", files)
    assert (done["proposed"], done["fields"]) == (True, fields)
    assert in_force(home) == before
    with pytest.raises(NotAllowed, match="second person"):
        desk.accept("invoices", "anna")
    assert in_force(home) == before
    done = publisher(home).accept("invoices", "bert")
    assert in_force(home) == (draft, files.get("states.csv", STATES), files.get("money.csv", MONEY))
    assert desk.versions("invoices")["items"][0]["by"] == "anna, approved by bert"
    with pytest.raises(WrongUse, match="waits"):
        desk.accept("invoices", "bert")


def test_a_proposal_is_worth_nothing_once_something_else_was_published(home: Path) -> None:
    desk = publisher(home)
    desk.publish("invoices", TEXT.replace('"TOTAL"', '"NETTO"'), "why", "anna")
    desk.publish("invoices", TEXT, "paid", "anna", {"states.csv": STATES + b"P;paid\n"})
    with pytest.raises(WrongUse, match="changed since"):
        desk.accept("invoices", "bert")


def test_a_proposal_is_withdrawn_and_the_newest_takes_the_place_of_the_older(home: Path) -> None:
    desk = publisher(home)
    for column in ("A", "B"):
        desk.publish("invoices", TEXT.replace('"TOTAL"', f'"{column}"'), column, "anna")
    assert [each["comment"] for each in desk.proposals()["items"]] == ["B"]
    desk.withdraw("invoices")
    assert desk.proposals()["items"] == []


def test_an_installation_of_one_person_may_say_so(home: Path) -> None:
    desk = publisher(home, second_person=False)
    done = desk.publish("invoices", TEXT.replace('"TOTAL"', '"NETTO"'), "why", "anna")
    assert done["proposed"] is False


def test_what_decides_nothing_about_money_needs_nobody() -> None:
    old = Written(tomllib.loads(TEXT), {"states.csv": STATES, "money.csv": MONEY})
    for text in (
        TEXT.replace('number = "NO"', 'number = { column = "NO" }'),
        TEXT.replace('total = "TOTAL"', 'total = { column = "TOTAL" }'),
        TEXT.replace('{ A = "B" }', '{ A = "C" }'),
        TEXT.replace('"CUST"', '"KUNDE"'),
    ):
        new = Written(tomllib.loads(text), old.files)
        assert changed_money(old, new, {"total", "currency", "paid"}) == []


def test_two_who_keep_a_version_at_one_moment_both_keep_it(home: Path) -> None:
    texts = [TEXT + f"# {number}\n" for number in range(40)]
    desks = [Versions(home, "invoices", FakeClock()) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        kept = [
            threads.submit(desks[number % 2].keep, text, "anna", "why")
            for number, text in enumerate(texts)
        ]
    assert sorted(each.result().number for each in kept) == list(range(1, 41))
    assert sorted(each.number for each in desks[0].listed()) == list(range(1, 41))
