"""What an environment holds, in canonical values.

A record that lives in another one (a line of an order) is found through its owner's collection,
filtered by the child's key; then in the owner. References are read as Oracle's numbers and named by
the key of what they point at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.targets.oracle import decode, query
from adapters.targets.oracle.client import Client
from adapters.targets.oracle.encode import Held
from adapters.targets.oracle.profile import EntityMap, Profile
from agent.model import Listing, Scalar, Stored

_OWNERS = 25
"""Owners whose children one page of a listing holds."""


@dataclass(frozen=True, slots=True)
class _Found:
    row: decode.Row
    owner: str
    """External id of the record that it lives in; empty: none."""


class Reads:
    """Questions by external id and by Oracle's number."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """External ids are compared exactly, whatever the database's collation."""
        where = self._profile.entities[entity]
        names = query.selected(where, fields)
        found: dict[str, _Found] = {}
        for each in self._with_keys(where, external_ids, query.shown(where, names)):
            found.setdefault(decode.external_id(each.row, where), each)
        return {item.external_id: item for item in self._stored(where, found.values(), names)}

    def held(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Held]]:
        """How the records with these keys are addressed: all of them, where several share one."""
        where = self._profile.entities[entity]
        plain = [name for name in fields if not where.fields[name].row]
        found: dict[str, list[Held]] = {}
        for each in self._with_keys(where, external_ids, query.shown(where, fields)):
            item = decode.held(each.row, where, plain)
            found.setdefault(decode.external_id(each.row, where), []).append(item)
        return found

    def numbered(self, entity: str, numbers: Sequence[str]) -> Mapping[str, tuple[Held, str, bool]]:
        """Records by Oracle's number: how addressed, their key of ours, whether one stands there.

        The last also where the key is not ours.
        """
        where = self._profile.entities[entity]
        found = {}
        for condition in query.by_ids(where, numbers):
            for row in self._client.rows(where, condition, query.shown(where, ())):
                item = decode.held(row, where)
                taken = row.get(where.key) is not None
                found[item.id] = (item, decode.external_id(row, where), taken)
        return found

    def page(self, entity: str, after: str | None) -> Listing:
        """One page of everything under our keys."""
        where = self._profile.entities[entity]
        names = query.selected(where, ())
        if where.child:
            return self._children_page(where, names, after)
        condition = query.page(where, after)
        rows, more = self._client.page(where, condition, query.shown(where, names), where.key)
        found = [_Found(row, "") for row in rows if decode.external_id(row, where)]
        last = str(rows[-1].get(where.key)) if rows and more else None
        return Listing(list(self._stored(where, found, names)), last)

    def candidates(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool
    ) -> Listing:
        """One page of what has no key, or one of ours, in the order of Oracle's numbers."""
        where = self._profile.entities[entity]
        names = query.selected(where, fields) if fields else []
        condition = query.candidates(where, after, linked=linked)
        rows, more = self._client.page(where, condition, query.shown(where, names), where.id)
        items = list(self._stored(where, [_Found(row, "") for row in rows], names))
        return Listing(items, decode.number(rows[-1], where) if rows and more else None)

    def _stored(
        self, where: EntityMap, found: Iterable[_Found], names: Sequence[str]
    ) -> Iterator[Stored]:
        """Records in canonical fields and wire values."""
        all_found = list(found)
        keys = {
            name: self._keys(
                where.fields[name].parent, [each.row for each in all_found], where, name
            )
            for name in names
            if where.fields[name].kind == "ref"
        }
        for each in all_found:
            values: dict[str, Scalar] = {}
            for name in names:
                field = where.fields[name]
                if field.kind == "owner":
                    values[name] = each.owner
                elif field.kind == "ref":
                    number = decode.read(each.row, field)
                    values[name] = None if number is None else keys[name].get(str(number))
                else:
                    values[name] = decode.read(each.row, field)
            external_id = decode.external_id(each.row, where)
            yield Stored(external_id, decode.number(each.row, where), values)

    def _keys(
        self, parent: str, rows: Sequence[decode.Row], where: EntityMap, name: str
    ) -> Mapping[str, str | None]:
        """The keys of the records that a reference points at, by Oracle's number."""
        numbers = [
            str(n) for row in rows if (n := decode.read(row, where.fields[name])) is not None
        ]
        target = self._profile.entities[parent]
        found: dict[str, str | None] = {}
        for each in self._rows(target, query.by_ids, numbers, query.shown(target, ())):
            found[decode.number(each.row, target)] = decode.external_id(each.row, target) or None
        return found

    def _with_keys(
        self, where: EntityMap, external_ids: Sequence[str], fields: str
    ) -> Iterator[_Found]:
        wanted = set(external_ids)
        for each in self._rows(where, query.by_keys, external_ids, fields):
            if decode.external_id(each.row, where) in wanted:
                yield each

    def _rows(
        self, where: EntityMap, asks: query.Asks, values: Sequence[str], fields: str
    ) -> Iterator[_Found]:
        """Records by key or number; children through the owners that have such a child."""
        below = [("", where.resource)]
        if where.child:
            owner = self._profile.entities[where.owner]
            above = [
                row
                for inside in asks(where, values, f"{where.child}.")
                for row in self._client.rows(owner, inside, query.shown(owner, ()))
            ]
            owners = {decode.path(row): decode.external_id(row, owner) for row in above}
            below = [(key, f"{path}/child/{where.child}") for path, key in owners.items()]
        for condition in asks(where, values, "") if below else ():
            for key, path in below:
                for row in self._client.rows(where, condition, fields, path):
                    yield _Found(row, key)

    def _children_page(self, where: EntityMap, names: Sequence[str], after: str | None) -> Listing:
        """The children of the next owners, in the order of Oracle's numbers of these."""
        owner = self._profile.entities[where.owner]
        condition = query.candidates(owner, after, linked=True)
        rows, more = self._client.page(owner, condition, query.shown(owner, ()), owner.id)
        some, rest = rows[:_OWNERS], rows[_OWNERS:]
        fields = query.shown(where, names)
        found = [
            _Found(child, decode.external_id(row, owner))
            for row in some
            for child in self._client.rows(
                where, query.ours(where), fields, f"{decode.path(row)}/child/{where.child}"
            )
        ]
        last = decode.number(some[-1], owner) if some and (rest or more) else None
        return Listing(list(self._stored(where, found, names)), last)
