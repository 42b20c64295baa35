"""A mapping as a table that a person fills in: columns with samples, fields with their rules.

The text of the mapping stays what counts: an edit of one rule gives back the text with only that
rule changed, comments and all. Nothing here is in force before it is published.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomlkit

from agent import resources
from agent.canon import Contract, Field
from agent.errors import ConfigError, WrongUse
from agent.mapping import parse
from agent.mapping.automatch.kinds import looks_like
from agent.mapping.formula.functions import FUNCTIONS
from agent.model import Json, Record
from agent.ports import Clock
from agent.runtime.workshop.bench import Workshop, inline
from agent.runtime.workshop.drafts import Drafts
from agent.runtime.workshop.samples import records
from agent.runtime.workshop.tally import shown

_LOOKED_AT: Final = 50
"""Records that samples are taken from."""
_SAMPLES: Final = 3
_HELP: Final = "help/formulas.md"
"""Its examples are tried by a test."""
_TABLES: Final = frozenset({"fields", "lookups"})
_EDITED: Final = _TABLES | {"external_id", "on_leave", "leave_out"}
_WAYS: Final = ("constant", "columns", "formula", "column")
_EXAMPLE: Final = re.compile(
    r"^\| `(?P<formula>.+?)` \| (?P<given>.*?) \| (?P<gives>.*?) \|$", re.MULTILINE
)


class MappingSheet:
    """Answers `mapping.sheet`, `mapping.edit`, `mapping.functions` and the kept drafts."""

    def __init__(self, shop: Workshop, home: Path, clock: Clock) -> None:
        self._shop = shop
        self._drafts = Drafts(home, clock)

    def sheet(self, flow: str, draft: str, source: str, entity: str) -> dict[str, Json]:
        """Columns, fields and rules of a draft, of what is in force, or of a new mapping.

        A flow's source and kind are its own; without a flow both are named. Raises WrongUse,
        SourceError.
        """
        text = draft
        if flow:
            settings = self._flow(flow)
            source, entity = settings.source, settings.entity
            text = draft or self._shop.published(flow)
        contract = self._contract(entity)
        if source not in self._shop.config.sources:
            raise WrongUse(f"There is no source called {source!r}.")
        document, problems = self._judged(flow, text, contract)
        columns, read = self._columns(source)
        return {
            "flow": flow,
            "source": source,
            "entity": entity,
            "contract": contract.reference,
            "read": read,
            "columns": list[Json](columns),
            "external_id": document.get("external_id", []),
            "on_leave": document.get("on_leave"),
            "lookups": list[Json](sorted(_table(document.get("lookups")))),
            "fields": [
                _line(field, _table(document.get("fields")).get(name))
                for name, field in contract.fields.items()
            ],
            "problems": problems,
            "draft": text,
        }

    def edit(self, draft: str, place: str, value: str) -> dict[str, Json]:
        """The draft with one place changed: `fields.name`, `external_id`, `lookups.units`.

        `value`: JSON; empty takes the place away. Raises WrongUse.
        """
        section, _, name = place.partition(".")
        if section not in _EDITED or bool(name) != (section in _TABLES):
            raise WrongUse(f"A draft is not edited at {place!r}.")
        document: Any = _document(draft)
        try:
            table = document.setdefault(section, tomlkit.table()) if name else document
            if value:
                table[name or section] = inline(_json(value))
            else:
                table.pop(name or section, None)
        except (TypeError, AttributeError, ValueError):  # a text where a table belongs, or null
            raise WrongUse(f"Nothing can be written at {place}.", code="DRAFT_NO_PLACE") from None
        return {"draft": tomlkit.dumps(document)}

    def functions(self) -> dict[str, Json]:
        """The functions of formulas, with an example of each that has one."""
        examples: list[Json] = [
            found.groupdict() for found in _EXAMPLE.finditer(resources.text(_HELP))
        ]
        return {
            "functions": [
                {
                    "name": name,
                    "example": next((each for each in examples if _calls(each, name)), None),
                }
                for name in sorted(FUNCTIONS)
            ],
            "examples": examples,
        }

    def draft(self, flow: str) -> dict[str, Json]:
        """The draft that is kept for a flow; its text is empty where there is none."""
        self._flow(flow)
        return {"flow": flow, **self._drafts.kept(flow)}

    def keep(self, flow: str, draft: str, who: str) -> dict[str, Json]:
        """Keep a draft, in force or not; an empty one drops what is kept. Raises WrongUse."""
        self._flow(flow)
        if draft:
            _document(draft)
        return {"flow": flow, **self._drafts.keep(flow, draft, who)}

    # --- inside -----------------------------------------------------------------------------------

    def _flow(self, name: str) -> Any:
        if name not in self._shop.config.flows:
            raise WrongUse(f"There is no flow called {name!r}.")
        return self._shop.config.flows[name]

    def _contract(self, entity: str) -> Contract:
        contract = self._shop.contracts.get(entity)
        if contract is None:
            known = ", ".join(sorted(self._shop.contracts))
            raise WrongUse(f"There is no kind {entity!r}.", hint=f"There are: {known}.")
        return contract

    def _judged(
        self, flow: str, text: str, contract: Contract
    ) -> tuple[Mapping[str, Json], list[Json]]:
        """The document, and everything that is wrong with it."""
        document = tomllib.loads(tomlkit.dumps(_document(text)))
        try:
            if flow:
                self._shop.parse(flow, text)
            else:
                parse(document, contract)
        except ConfigError as error:
            return document, [
                {
                    "place": problem.place, "text": problem.text, "hint": problem.hint,
                    "code": problem.code or error.code,
                }
                for problem in error.problems
            ]  # fmt: skip
        return document, []

    def _columns(self, source: str) -> tuple[list[Json], str | None]:
        with self._shop.sampled(source, 0) as read:
            if read is None:
                return [], None
            rows = [one.values for one in records(read, _LOOKED_AT) if isinstance(one, Record)]
            found: list[Json] = []
            for at, name in enumerate(read.columns):
                values = [row[at] for row in rows if row[at] not in (None, "")]
                said = list(dict.fromkeys(shown(value) for value in values))[:_SAMPLES]
                found.append({"name": name, "samples": said, "type": looks_like(values)})
            return found, read.name


def _line(field: Field, rule: Json) -> dict[str, Json]:
    way = "none"
    if isinstance(rule, str):
        way = "column"
    elif isinstance(rule, dict):
        way = "lookup" if "lookup" in rule else next((one for one in _WAYS if one in rule), "other")
    return {
        "field": field.name,
        "kind": field.kind.value,
        "required": field.required,
        "max_length": field.max_length or None,
        "places": field.places if field.kind.value in {"decimal", "percent"} else None,
        "codes": list[Json](sorted(field.codes)),
        "refers_to": field.entity or None,
        "rule": rule,
        "way": way,
    }


def _calls(example: Json, name: str) -> bool:
    formula = str(example["formula"]) if isinstance(example, dict) else ""
    return re.search(rf"\b{re.escape(name)}\(", formula) is not None


def _document(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except ValueError as error:
        raise WrongUse(f"The draft is no TOML: {error}.", code="DRAFT_NO_TOML") from None


def _json(text: str) -> Json:
    try:
        found: Json = json.loads(text)
    except ValueError:
        raise WrongUse("The value is no JSON.", code="DRAFT_NO_JSON") from None
    return found


def _table(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
