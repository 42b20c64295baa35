"""What `setup.flow` and the first link are asked with. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from gui.wizard.course import Course, free_name

_MATCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "account": (
        "name", "phone", "website", "billing_street", "billing_postal_code", "billing_city",
    ),
    "contact": ("first_name", "last_name", "email", "phone", "account"),
    "product": ("name", "code"),
}  # fmt: skip
"""What tells records of a kind apart, the best first; other kinds: their number or name."""
_NAMES: Final = ("number", "name", "code", "title", "subject")
_SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("kontakt", "contact", "ansprech", "person"),
    "product": ("artikel", "article", "product", "produkt", "item", "material"),
    "invoice_line": ("rechpos", "invoice_line", "invline", "invlin"),
    "order_line": ("aufpos", "auftpos", "order_line", "ordline", "ordlin"),
    "invoice": ("rech", "invoice", "invhdr", "faktur"),
    "order": ("auftr", "aufkopf", "order", "bestell"),
    "account": ("kund", "cust", "debitor", "client", "account", "firm"),
}
"""Parts of the names that ERPs give their files and tables; the first kind that fits."""


def entity_of(*names: str) -> str:
    """The kind of record that a file or table of this name most likely holds."""
    told = " ".join(names).lower()
    fits = (kind for kind, signs in _SIGNS.items() if any(sign in told for sign in signs))
    return next(fits, "account")


def first_link(entity: str, fields: Collection[str]) -> dict[str, Any]:
    """How records of this kind are recognised by the fields that are mapped; empty: they cannot be."""
    wanted = _MATCHED.get(entity, _NAMES)
    match = [name for name in wanted if name in fields]
    return {"match": match} if match else {}


def flow_of(course: Course, source: str, entity: str) -> str:
    """The flow that makes such records of this source; empty: there is none yet."""
    for name in course.names("flows"):
        settings = course.settings("flows", name)
        if settings.get("source") == source and settings.get("entity") == entity:
            return name
    return ""


def asked(
    course: Course,
    text: str,
    settings: Mapping[str, Any],
    *,
    name: str = "",
    link: Mapping[str, Any] | None = None,
) -> dict[str, object]:
    """A flow as `setup.flow` takes it. `settings`: its source and entity, and what it had before.

    A new one is paused: it reads and queues, and sends nothing before the last step.
    """
    entity, source = str(settings["entity"]), str(settings["source"])
    found = name or flow_of(course, source, entity)
    before = course.settings("flows", found)
    wanted: dict[str, object] = {
        "name": found or free_name(entity.replace("_", "-"), course.names("flows"), "flow"),
        "source": source, "target": course.chosen("targets"), "entity": entity, "mapping": text,
        "paused": bool(before.get("paused")) if before else True,
    }  # fmt: skip
    when = settings.get("when") or before.get("when")
    if when:
        wanted["when"] = str(when)
    if link:
        wanted["first_link"] = json.dumps(before.get("first_link") or link)
    return wanted
