"""Questions to Oracle's collections, as addresses. Pure.

The syntax of `q` is that of REST-Framework-Version 2 and later (row match expressions): conditions
joined by `and`, `in (…)`, texts in single quotes, one of them inside doubled. Pages go by key, never
by offset, whose `hasMore` is not reliable; a page is full at `LIMIT` rows, which is what Oracle
silently caps a larger `limit` at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from adapters.targets.oracle.profile import EntityMap, FieldMap

LIMIT = 500
_PLAIN = "'(),"
"""Stand for themselves in a query (RFC 3986, 3.4): an address so has room for more keys."""
_ROOM = 6_000
"""Characters of one encoded condition; servers on the way take addresses of 8 KiB."""
ROWS = "Address"
"""The child resource of an account's addresses."""
ROW_KIND = "AddressType"
"""The attribute of such a row that says what it is for."""


def literal(text: str) -> str:
    """A text in a condition."""
    return "'" + text.replace("'", "''") + "'"


def selected(entity: EntityMap, fields: Sequence[str]) -> list[str]:
    """The canonical fields to read: those asked for that the profile keeps, or all of them."""
    return [f for f in fields or entity.fields if f in entity.fields and _kept(entity.fields[f])]


def shown(entity: EntityMap, fields: Sequence[str]) -> str:
    """The value of `fields=` that reads these canonical fields, number and key."""
    maps = [entity.fields[name] for name in fields]
    own = [entity.id, entity.key, *([entity.system] if entity.system else [])]
    own += [each.name for each in maps if each.name and not each.row]
    text = ",".join(dict.fromkeys(own))
    rows = list(dict.fromkeys(each.name for each in maps if each.row))
    return f"{text};{ROWS}:{','.join([ROW_KIND, *rows])}" if rows else text


def ours(entity: EntityMap) -> str:
    """The condition of records that hold a key of ours."""
    if entity.system:
        return f"{entity.system} = {literal(entity.system_value)} and {entity.key} is not null"
    return f"{entity.key} is not null"


Asks = Callable[[EntityMap, Sequence[str], str], Iterator[str]]
"""Makes conditions for records by some values; the last is what stands before each attribute."""


def by_keys(entity: EntityMap, external_ids: Sequence[str], before: str = "") -> Iterator[str]:
    """Conditions for records with these keys, each short enough; `before`: `Child.` of an owner."""
    start = f"{before}{entity.key} in ("
    if entity.system:
        start = f"{before}{entity.system} = {literal(entity.system_value)} and {start}"
    for chunk in _chunks([literal(each) for each in dict.fromkeys(external_ids)], start):
        yield f"{start}{','.join(chunk)})"


def by_ids(entity: EntityMap, ids: Sequence[str], before: str = "") -> Iterator[str]:
    """Likewise for records with these numbers of Oracle's."""
    start = f"{before}{entity.id} in ("
    for chunk in _chunks(list(dict.fromkeys(ids)), start):
        yield f"{start}{','.join(chunk)})"


def page(entity: EntityMap, after: str | None) -> str:
    """The condition for the next page of everything under our keys, in the order of the keys."""
    beyond = "" if after is None else f" and {entity.key} > {literal(after)}"
    return f"{ours(entity)}{beyond}"


def candidates(entity: EntityMap, after: str | None, *, linked: bool) -> str:
    """The condition for the next page of what holds no key, or one of ours, by Oracle's number."""
    held = ours(entity) if linked else f"{entity.key} is null"
    return held if after is None else f"{held} and {entity.id} > {after}"


def address(path: str, condition: str, fields: str, *, order: str = "", limit: int = LIMIT) -> str:
    """The address of a question to the collection at `path`."""
    said = {"q": condition, "fields": fields, "orderBy": f"{order}:asc" if order else ""}
    asked = "&".join(f"{name}={quote(text, safe=_PLAIN)}" for name, text in said.items() if text)
    return f"{path}?{asked}&links=self&limit={limit}"


def _kept(field: FieldMap) -> bool:
    return bool(field.name) or field.kind == "owner"


def _chunks(items: Sequence[str], before: str) -> Iterator[list[str]]:
    start = len(quote(before, safe=_PLAIN))
    chunk: list[str] = []
    length = start
    for item in items:
        size = len(quote(item, safe=_PLAIN)) + 1
        if chunk and (length + size > _ROOM or len(chunk) == LIMIT):
            yield chunk
            chunk, length = [], start
        chunk.append(item)
        length += size
    if chunk:
        yield chunk
