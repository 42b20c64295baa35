"""What ships beside the code as data: contracts, and any other text under `resources/`.

Works from a checkout and from a frozen program: both keep `resources` beside `agent`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from agent.canon import Contracts, parse_contract

FOLDER = Path(__file__).resolve().parent.parent / "resources"

_NOT_KINDS = frozenset({"webhook.json"})
"""Schemas in the folder of contracts that describe an envelope, not a kind of record."""


def text(path: str) -> str:
    """One shipped text, by its path under `resources`: `contracts/account.json`."""
    return (FOLDER / path).read_text(encoding="utf-8")


@cache
def contracts() -> Contracts:
    """Every shipped contract, by the name of its kind."""
    names = sorted(path.name for path in (FOLDER / "contracts").glob("*.json"))
    return Contracts(
        parse_contract(json.loads(text(f"contracts/{name}")), name)
        for name in names
        if name not in _NOT_KINDS
    )
