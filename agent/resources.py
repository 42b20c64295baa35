"""What ships beside the code as data: contracts, and any other text under `resources/`.

Works from a checkout and from a frozen program: both keep `resources` beside `agent`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from agent.canon import Contract, Contracts, parse_contract
from agent.errors import ConfigError, ConfigProblem

FOLDER = Path(__file__).resolve().parent.parent / "resources"

_NOT_KINDS = frozenset({"webhook.json"})
"""Schemas in the folder of contracts that describe an envelope, not a kind of record."""


def text(path: str) -> str:
    """One shipped text, by its path under `resources`: `contracts/account.json`."""
    return (FOLDER / path).read_text(encoding="utf-8")


@cache
def contracts() -> Contracts:
    """Every shipped contract, by the name of its kind."""
    return Contracts(_shipped("contracts"))


@cache
def published() -> tuple[Contract, ...]:
    """The shipped contracts as they were last published: what their minor versions must keep."""
    return tuple(_shipped("contracts/published"))


def contracts_beside(folder: Path) -> Contracts:
    """The shipped contracts and those of a folder. Raises ConfigError with every problem."""
    own = read_contracts(folder)
    return Contracts([*contracts().values(), *own]) if own else contracts()


def read_contracts(folder: Path) -> Sequence[Contract]:
    """The contracts of a folder, which need not exist. Raises ConfigError with every problem."""
    found: list[Contract] = []
    problems: list[ConfigProblem] = []
    for path in sorted(folder.glob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8-sig"))
            found.append(parse_contract(document if isinstance(document, dict) else {}, path.name))
        except ConfigError as error:
            problems += error.problems
        except (OSError, ValueError, RecursionError) as error:
            problems.append(
                ConfigProblem("contracts", f"It cannot be read: {error}.", file=path.name)
            )
    if problems:
        raise ConfigError(problems, "The contracts have problems.")
    return found


def _shipped(folder: str) -> list[Contract]:
    return [
        parse_contract(json.loads(text(f"{folder}/{path.name}")), path.name)
        for path in sorted((FOLDER / folder).glob("*.json"))
        if path.name not in _NOT_KINDS
    ]
