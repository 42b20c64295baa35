"""What the service of `control_fakes` answers about links and duplicates."""

from __future__ import annotations

LINK_ITEM = {
    "item": 7,
    "flow": "customers",
    "entity": "account",
    "kind": "ambiguous",
    "state": "chosen",
    "since": "2026-11-20T10:00:00Z",
    "external_id": "C100",
    "fields": {"name": "Ace", "phone": None},
    "crm_id": "001xx",
    "before": "",
    "after": "",
    "candidates": [
        {
            "id": "001xx",
            "key": "C99",
            "grade": "likely",
            "evidence": ["name: the same", "phone: differs"],
            "fields": {"name": "ACE", "phone": "1"},
        }
    ],
    "candidate_count": 1,
    "rivals": 0,
    "reason": "One record there is like it.",
}
LINK = {
    "flow": "customers",
    "entity": "account",
    "target": "crm",
    "state": "linked",
    "said": "done",
    "since": "2026-11-20T10:00:00Z",
    "match": ["name", "phone"],
    "proposal": "a1b2c3",
    "certain": 2300,
    "ambiguous": 12,
    "only_here": 300,
    "only_there": 100,
    "duplicates": 0,
    "undecided": 0,
    "states": {"create": 312, "stamped": 2300},
}

LINK_ANSWERS: dict[str, object] = {
    "link.list": {"items": [LINK]},
    "link.show": {**LINK, "items": [LINK_ITEM], "next": 7},
    "link.key": {"flow": "customers", "external_id": "C100", "crm_id": "001xx"},
    "link.propose": {"flow": "customers", "state": "proposing"},
    "link.approve": LINK,
    "link.undo": LINK,
    "link.decide": LINK_ITEM,
    "duplicates.list": {"items": [LINK_ITEM], "next": None},
    "duplicates.show": LINK_ITEM,
    "duplicates.decide": LINK_ITEM,
}
