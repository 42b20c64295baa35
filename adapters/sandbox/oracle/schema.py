"""What the environment looks like: resources, children, attributes, read from a JSON file.

Standard resources carry Oracle's own names; what ends in `_c` is what an administrator makes in
Application Composer for Waybill's profile. An attribute is one line: `text 360 required`,
`ref accounts`, `ref a|b`, `number`, `date`, with `readonly`, `unique`, `once` (not after creation) behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from adapters.sandbox.store import Value

FILE = Path(__file__).resolve().parents[3] / "resources" / "sandbox" / "oracle-schema.json"
OWNER = "^owner"
"""Where a child's row keeps the id of the row that it lives in."""
NUMBER = "^number"
"""Where a row keeps its number, of which its path may be made."""
KEY = "^key"
"""Where a row keeps the last part of its path."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a resource."""

    name: str
    type: str
    """text, number, integer, boolean, date, datetime, ref."""
    length: int = 0
    targets: tuple[str, ...] = ()
    """The resources that a `ref` may point at."""
    words: frozenset[str] = frozenset()

    @property
    def is_readonly(self) -> bool:
        """Whether a client may not write it."""
        return "readonly" in self.words


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource, or a child of one (`accounts/Address`)."""

    name: str
    api: str
    id: str
    attributes: Mapping[str, Attribute]
    alternate: tuple[str, ...] = ()
    """The attributes of its alternate key: unique together, and what an upsert matches."""
    path: str = ""
    """What its path key is made of; empty: a child's is a hash, another's is its id."""
    numbered: str = ""
    """The attribute that shows the path key."""
    matched: str = ""
    """The attribute by which rows in the body of an upsert are told from those that are there."""
    shares: bool = False
    """Whether several systems keep records here under the same keys: shown as `SYSTEM:KEY` then."""
    children: Mapping[str, Resource] = field(default_factory=dict)

    @property
    def last(self) -> str:
        """Its own name, without its parent's."""
        return self.name.rpartition("/")[2]

    def external_id(self, values: Mapping[str, Value]) -> str:
        """What a client knows a record by; empty: nothing."""
        key = [str(values.get(name) or "") for name in self.alternate]
        return (":".join(key) if self.shares else key[-1]) if key and key[-1] else ""

    def indexed(self) -> list[str]:
        """The attributes by which rows are found."""
        refs = [name for name, each in self.attributes.items() if each.type == "ref"]
        return [self.id, *self.alternate, *refs, OWNER, KEY]


def load(*overlays: Mapping[str, Any], file: Path = FILE) -> dict[str, Resource]:
    """Every resource and child by name; `overlays` in the same form are laid over the file."""
    data = orjson.loads(file.read_bytes())
    resources: dict[str, Any] = data["resources"]
    for overlay in overlays:
        for name, extra in overlay.get("resources", {}).items():
            known = resources.setdefault(name, {"attributes": {}})
            known.update({key: value for key, value in extra.items() if key != "attributes"})
            known["attributes"].update(extra.get("attributes", {}))
    found: dict[str, Resource] = {}
    for name, item in resources.items():
        top = _resource(name, item, data["system"], str(item["api"]))
        found[name] = top
        found.update({child.name: child for child in top.children.values()})
    return found


def _resource(name: str, item: Mapping[str, Any], system: Mapping[str, str], api: str) -> Resource:
    attributes = {**item["attributes"], **system}
    children = {
        child: _resource(f"{name}/{child}", about, system, api)
        for child, about in item.get("children", {}).items()
    }
    return Resource(
        name,
        api,
        item["id"],
        {key: _attribute(key, text) for key, text in attributes.items() if text},
        tuple(item.get("alternate", ())),
        item.get("path", ""),
        item.get("numbered", ""),
        item.get("matched", ""),
        bool(item.get("shares")),
        children,
    )


def _attribute(name: str, text: str) -> Attribute:
    kind, *words = text.split()
    if kind == "text":
        return Attribute(name, kind, length=int(words[0]), words=frozenset(words[1:]))
    if kind == "ref":
        return Attribute(name, kind, targets=tuple(words[0].split("|")), words=frozenset(words[1:]))
    return Attribute(name, kind, words=frozenset(words))
