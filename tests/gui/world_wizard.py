"""What the service says while it is set up, as long and as much as in life: for walks and pictures.

The forms are those of the real adapters; a link waits for a yes, with records that are not certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.catalogue import SOURCES, TARGETS
from agent.runtime.setup.forms import fields_of
from agent.runtime.setup.pack_desk import listed
from tests.gui.world_setup import SETUP

_LINK = {
    "flow": "accounts", "entity": "account", "target": "crm", "state": "proposed", "said": "",
    "since": None, "match": ["name"], "proposal": "p1", "certain": 2412, "ambiguous": 2,
    "only_here": 380, "only_there": 12, "duplicates": 0, "undecided": 2, "states": {"open": 2},
}  # fmt: skip


def _uncertain(number: int, name: str, city: str) -> dict[str, Any]:
    fields = {"name": name, "billing_city": city}
    return {
        "item": number, "flow": "accounts", "entity": "account", "kind": "ambiguous",
        "state": "open", "since": "2026-11-21T10:00:00Z", "external_id": f"K10{number}",
        "fields": fields, "crm_id": None, "before": "", "after": "", "candidate_count": 2,
        "rivals": 0, "reason": "2 records there are like it.",
        "candidates": [
            {
                "id": f"001{letter}", "key": "", "grade": "likely", "fields": fields,
                "evidence": ["name: the same in another writing", "billing address: nearly the same"],
            }
            for letter in "AB"
        ],
    }  # fmt: skip


def _kinds(params: Mapping[str, Any]) -> dict[str, Any]:
    known: Any = {"source": SOURCES, "target": TARGETS}.get(str(params.get("part")))
    if known is None:
        return dict(SETUP["config.kinds"])
    return {
        "kinds": [
            {
                "kind": kind, "title": kind.title(),
                "fields": [field.as_json() for field in fields_of(about.settings)],
            }
            for kind, about in known.items()
        ]
    }  # fmt: skip


WIZARD: dict[str, Any] = {
    "config.kinds": _kinds,
    "packs.list": listed(),
    "link.list": {"items": [_LINK]},
    "link.show": {
        **_LINK, "next": None,
        "items": [
            _uncertain(1, "Apotheke Vögelein OHG", "Wien"),
            _uncertain(2, "Weingut Šafránek OHG", "Köln"),
        ],
    },
    "mapping.suggest": {
        **SETUP["mapping.suggest"],
        "missing": ["currency"], "unused": ["SPERRE", "STATUS", "ZAHLBED"],
        "external_id": {"field": "", "column": "KDNR", "rule": {}},
        "fields": [
            {
                "field": field, "column": column, "confidence": 0.9, "rule": {"seed": True},
                "doubts": [] if number % 3 else ["all samples are blank"],
                "evidence": [f"'{column}' is an ERP's own '{field}'",
                             "20 of 20 samples are texts that fit"],
            }
            for number, (field, column) in enumerate(
                (
                    ("phone", "TEL"), ("name", "NAME1"), ("billing_street", "STRASSE"),
                    ("website", "WEB"), ("billing_postal_code", "PLZ"), ("billing_city", "ORT"),
                )
            )
        ],
    },
}  # fmt: skip
