"""What an org holds, in canonical values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.targets.salesforce import decode, encode
from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.profile import EntityMap, Profile
from agent.errors import TargetUnavailable
from agent.model import Listing, Stored


class Reads:
    """Queries by external id."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """External ids are compared exactly, whatever the org's collation."""
        wanted = set(external_ids)
        found: dict[str, Stored] = {}
        where = self._profile.entities[entity]
        names = encode.selected(where, fields)
        for query in encode.finds(where, self._profile, external_ids, names):
            for record in self._client.records(query):
                item = decode.stored(record, where, self._profile, names)
                if item.external_id in wanted:
                    found.setdefault(item.external_id, item)
        return found

    def page(self, entity: str, after: str | None) -> Listing:
        """One page, in the order of external ids; its last one is where the next starts."""
        where = self._profile.entities[entity]
        try:
            page = self._client.query(encode.listing(where, self._profile, after))
        except TargetUnavailable as error:
            if error.code != "QUERY_REFUSED":
                raise
            there = self._there(where)
            if there.fields == where.fields:
                raise
            where = there
            page = self._client.query(encode.listing(where, self._profile, after))
        names = encode.selected(where, ())
        items = [decode.stored(record, where, self._profile, names) for record in page.records]
        more = bool(items) and (bool(page.following) or len(items) == encode.PAGE)
        return Listing(items, items[-1].external_id if more else None)

    def _there(self, mapped: EntityMap) -> EntityMap:
        """An entity's map without the fields that the org does not have (yet).

        What nobody sends needs no field, and must not keep the records from being listed.
        """
        answer = self._client.read(f"{self._client.root}/sobjects/{mapped.sobject}/describe")
        known = decode.field_names(answer)
        return replace(mapped, fields={n: f for n, f in mapped.fields.items() if f.name in known})

    def ids(self, entity: str, external_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Salesforce's own ids for each external id: all of them, where several records share it."""
        wanted = set(external_ids)
        where = self._profile.entities[entity]
        ids: dict[str, list[str]] = {}
        for query in encode.finds(where, self._profile, external_ids, ()):
            for record in self._client.records(query):
                item = decode.stored(record, where, self._profile, ())
                if item.external_id in wanted:
                    ids.setdefault(item.external_id, []).append(item.remote_id)
        return ids
