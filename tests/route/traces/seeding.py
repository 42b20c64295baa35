"""Fields that the CRM owns: an ERP fills them when it creates a record, and never again."""

from __future__ import annotations

from collections.abc import Sequence

from agent.model import Draft, Op, Value
from agent.runtime.plan import Mapper
from tests.route.harness import Feed, Route
from tests.route.traces.story import story


def _limit_and_name(columns: Sequence[str]) -> Mapper:
    del columns

    def mapped(values: Sequence[Value]) -> Draft:
        return Draft(str(values[0]), {"value": str(values[1]), "name": str(values[2])})

    return mapped


_FEEDS = {
    "accounts": Feed(
        "account", leaving=(Op.DELETE, {}), seeds=frozenset({"name"}), mapper=_limit_and_name
    )
}

_ONLY_NAMES = {"accounts": Feed("account", field="name", seeds=frozenset({"name"}))}


@story("SEED", _FEEDS)
def a_field_that_the_crm_owns_is_sent_once_and_never_overwritten(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1", "from the ERP"]
    route.read()
    record = route.target.records["account", "A1"]
    assert record == {"value": "1", "name": "from the ERP"}
    record["name"] = "by a person"
    route.erp["accounts"]["A1"] = ["2", "again from the ERP"]
    route.read()
    assert route.target.records["account", "A1"] == {"value": "2", "name": "by a person"}
    assert not route.states().get("WAITING")


@story("SEED", _FEEDS)
def a_record_that_people_made_in_the_crm_keeps_its_fields(route: Route) -> None:
    route.target.records["account", "A1"] = {"name": "by a person"}
    route.erp["accounts"]["A1"] = ["1", "from the ERP"]
    route.read()
    assert route.target.records["account", "A1"] == {"value": "1", "name": "by a person"}


@story("SEED", _ONLY_NAMES)
def a_change_of_nothing_but_seeds_is_done_without_an_attempt(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["from the ERP"]
    route.read()
    route.erp["accounts"]["A1"] = ["again from the ERP"]
    route.read()
    assert len(route.target.attempted) == 1
    assert route.target.records["account", "A1"] == {"name": "from the ERP"}
    assert set(route.states()) == {"DELIVERED"}


@story("", _FEEDS)
def a_create_whose_answer_was_lost_is_looked_up_with_everything_that_it_said(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1", "from the ERP"]
    route.scan()
    route.target.mode = "lost"
    route.deliver()
    route.target.mode = "ok"
    route.settle()
    assert len(route.target.attempted) == 1
    assert route.states() == {"DELIVERED": 1}


@story("", _FEEDS)
def a_record_that_was_deleted_is_created_anew_with_its_seeds(route: Route) -> None:
    for key in ("A1", "A2", "A3"):
        route.erp["accounts"][key] = ["1", "from the ERP"]
    route.read()
    row = route.erp["accounts"].pop("A1")
    route.read()
    assert ("account", "A1") not in route.target.records
    route.erp["accounts"]["A1"] = row
    route.read()
    assert route.target.records["account", "A1"] == {"value": "1", "name": "from the ERP"}
