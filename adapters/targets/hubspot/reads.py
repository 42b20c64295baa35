"""What an account holds, in canonical values: by the unique property, or page by page.

Never by search: its index is seconds behind the records and ends after 10,000 results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

from adapters.targets.hubspot import decode, encode
from adapters.targets.hubspot.associations import Associations
from adapters.targets.hubspot.client import Client
from adapters.targets.hubspot.ids import Ids
from adapters.targets.hubspot.profile import FieldMap, Profile
from agent.model import Listing, Scalar, Stored

MOST = 100
"""Records of one read, or of one page."""

Held = tuple[str, Mapping[str, str | None]]
"""HubSpot's id of a record, and its properties."""


class Reads:
    """Reads by key, by id, by page."""

    def __init__(
        self, client: Client, profile: Profile, ids: Ids, associations: Associations
    ) -> None:
        self._client = client
        self._profile = profile
        self._ids = ids
        self._associations = associations

    def held(
        self, entity: str, external_ids: Sequence[str], names: Sequence[str]
    ) -> dict[str, Held]:
        """Records by external id, compared exactly, with these properties."""
        key = self._profile.key
        wanted = dict.fromkeys(each for each in external_ids if encode.sendable(each))
        found: dict[str, Held] = {}
        for some in chunks(list(wanted)):
            body = encode.by_key(some, self._profile, [key, *names])
            for record_id, properties in self._read(entity, body):
                external_id = properties.get(key)
                if external_id in wanted:
                    found[external_id] = (record_id, properties)
        self._ids.learn(entity, {each: record_id for each, (record_id, _) in found.items()})
        self._ids.forget(entity, wanted.keys() - found.keys())
        return found

    def by_id(self, entity: str, ids: Iterable[str], names: Sequence[str]) -> dict[str, Held]:
        """Records by HubSpot's own ids, with these properties."""
        found: dict[str, Held] = {}
        for some in chunks(list(dict.fromkeys(ids))):
            for record_id, properties in self._read(entity, encode.by_id(some, names)):
                found[record_id] = (record_id, properties)
        return found

    def ids(self, entity: str, external_ids: Sequence[str]) -> dict[str, str]:
        """HubSpot's ids of those that exist, or did when they were last seen."""
        known = self._ids.known(entity, external_ids)
        rest = [each for each in external_ids if each not in known]
        found = self.held(entity, rest, ()) if rest else {}
        return known | {each: record_id for each, (record_id, _) in found.items()}

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """What is held under these external ids."""
        where = self._profile.entities[entity]
        kept = encode.kept(where, fields)
        held = self.held(entity, external_ids, encode.properties(where, self._profile, kept))
        return {item.external_id: item for item in self._stored(entity, list(held.values()), kept)}

    def page(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool
    ) -> Listing:
        """One page of the records that have an external id (`linked`), or that have none."""
        where = self._profile.entities[entity]
        names = encode.properties(where, self._profile, fields)
        query = {"limit": str(MOST), "properties": ",".join(names), "archived": "false"}
        if after is not None:
            query["after"] = after
        path = f"{self._client.objects}/{quote(where.object, safe='')}?{urlencode(query)}"
        page = self._client.records("GET", path)
        records = [decode.record(each) for each in page.records]
        wanted = [each for each in records if bool(each[1].get(self._profile.key)) == linked]
        return Listing(self._stored(entity, wanted, fields), page.after or None)

    def _read(self, entity: str, body: object) -> Iterator[Held]:
        path = f"{self._client.objects}/{self._object(entity)}/batch/read"
        for found in self._client.records("POST", path, body).records:
            yield decode.record(found)

    def _stored(self, entity: str, records: Sequence[Held], fields: Sequence[str]) -> list[Stored]:
        maps = {name: self._profile.entities[entity].fields[name] for name in fields}
        links = {
            name: self._parents(entity, field, records)
            for name, field in maps.items()
            if field.kind == "ref" and records
        }
        stored = []
        own = self._profile.entities[entity].object
        for record_id, held in records:
            values: dict[str, Scalar] = {}
            external_id = held.get(self._profile.key) or ""
            for name, field in maps.items():
                text = held.get(field.name)
                if field.kind == "ref":
                    parents = links[name].get(record_id, [])
                    is_one_way = self._profile.entities[field.parent].object != own
                    values[name] = _linked(text, parents, guess=not external_id and is_one_way)
                else:
                    values[name] = decode.value(text, field)
            stored.append(Stored(external_id, record_id, values))
        return stored

    def _parents(
        self, entity: str, field: FieldMap, records: Sequence[Held]
    ) -> Mapping[str, list[str]]:
        """The external ids of the records that each of these is really linked with."""
        ids = [record_id for record_id, _ in records]
        linked = self._associations.read(self._object(entity), self._object(field.parent), ids)
        parents = {parent for each in linked.values() for parent in each}
        key = self._profile.key
        held = self.by_id(field.parent, sorted(parents), [key]) if parents else {}
        return {
            child: [str(held[each][1].get(key) or "") for each in each_parents if each in held]
            for child, each_parents in linked.items()
        }

    def _object(self, entity: str) -> str:
        return quote(self._profile.entities[entity].object, safe="")


def _linked(said: str | None, parents: Sequence[str], *, guess: bool) -> str | None:
    """The parent that the property names, if the link is there.

    `guess`: where none is named, as in a record that is not ours, the only one that it is linked
    with. Links between records of one object have no direction: there a parent may be a child.
    """
    if said:
        return said if said in parents else None
    named = [each for each in parents if each]
    return named[0] if guess and len(named) == 1 else None


def chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Runs of at most 100."""
    for start in range(0, len(items), MOST):
        yield items[start : start + MOST]
