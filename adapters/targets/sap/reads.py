"""What a tenant holds, in canonical values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adapters.targets.sap import decode, encode
from adapters.targets.sap.client import Client
from adapters.targets.sap.profile import EntityMap, Profile
from adapters.targets.sap.rows import Row, id_of, text_of
from agent.model import Listing, Stored

_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
Known = Mapping[str, Sequence[Row]]
"""Rows by the value that they were asked for."""


class Reads:
    """Queries by the ERP's key, by SAP's ids, and page by page."""

    def __init__(self, client: Client, profile: Profile, size: int) -> None:
        self._client = client
        self._profile = profile
        self._size = size

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """External ids are compared exactly, whatever the tenant's collation."""
        where = self._profile.entities[entity]
        names = encode.selected(where, fields)
        rows = self.rows(where, where.key, external_ids, encode.columns(where, names))
        items = self._stored([row for some in rows.values() for row in some], where, names)
        found: dict[str, Stored] = {}
        for item in items:
            found.setdefault(item.external_id, item)
        return found

    def page(self, entity: str, after: str | None) -> Listing:
        """One page of what holds a key of ours, in the order of SAP's own ids."""
        where = self._profile.entities[entity]
        return self.listed(where, encode.selected(where, ()), after, linked=True)

    def listed(
        self, where: EntityMap, names: Sequence[str], after: str | None, *, linked: bool
    ) -> Listing:
        """One page of what holds a key of ours, or of what is in use and holds none."""
        columns = [*encode.columns(where, names), *encode.also_retired(where.retire)]
        query = encode.page(where, columns, after, self._size, linked=linked)
        page = self._client.page(self._client.service(where), query)
        rows = [row for row in page.rows if self._belongs(row, where, after, linked=linked)]
        last = id_of(page.rows[-1], where) if page.rows else None
        more = bool(page.following) or len(page.rows) >= self._size
        return Listing(self._stored(rows, where, names), last if more and last != after else None)

    def rows(self, where: EntityMap, by: str, values: Sequence[str], names: Sequence[str]) -> Known:
        """The rows that hold one of these values in property `by`, compared exactly."""
        wanted = {value for value in values if value}
        if where.guid and by == where.id:  # another text is nobody's id, and would spoil the query
            wanted = {value for value in wanted if _GUID.fullmatch(value)}
        found: dict[str, list[Row]] = {}
        queries = list(encode.lookups(where, by, sorted(wanted), names))
        for row in self._client.several(self._client.service(where), queries):
            value = text_of(row, by)
            if value in wanted:
                found.setdefault(value, []).append(row)
        return found

    def _stored(self, rows: Sequence[Row], where: EntityMap, names: Sequence[str]) -> list[Stored]:
        parents: dict[tuple[str, str], dict[str, str]] = {}
        for name in names:
            place = where.fields[name]
            if place.kind == "ref":
                held = [text_of(row, place.name) for row in rows]
                known = parents.setdefault((place.parent, place.through), {})
                known.update(self._keys(place.parent, place.through, held))
        return [decode.stored(row, where, names, parents) for row in rows]

    def _keys(self, entity: str, through: str, held: Sequence[str]) -> Mapping[str, str]:
        """The external id of the record that each of these values of `through` stands for."""
        where = self._profile.entities[entity]
        columns = list(dict.fromkeys([where.id, where.key, through]))
        rows = self.rows(where, through, held, columns)
        keys = {value: text_of(some[0], where.key) for value, some in rows.items()}
        return {value: key for value, key in keys.items() if key}

    @staticmethod
    def _belongs(row: Row, where: EntityMap, after: str | None, *, linked: bool) -> bool:
        if id_of(row, where) == after or bool(text_of(row, where.key)) != linked:
            return False
        retire = where.retire
        return linked or retire is None or text_of(row, retire.field) != retire.value
