"""What an environment holds, in canonical values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.targets.dynamics import decode, encode
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.profile import Profile
from agent.model import Listing, Stored


class Reads:
    """Queries by alternate key, and page by page."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """External ids are compared exactly: no two have the same alternate key."""
        wanted = set(external_ids)
        where = self._profile.entities[entity]
        names = encode.selected(where, fields)
        found: dict[str, Stored] = {}
        for query in encode.finds(where, self._profile, external_ids, names):
            for row in self._client.records(query, encode.PAGE):
                item = decode.stored(row, where, self._profile, names)
                if item is not None and item.external_id in wanted:
                    found.setdefault(item.external_id, item)
        return found

    def page(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool
    ) -> Listing:
        """One page of what has an external id of ours, or has none; `after` is the next link."""
        where = self._profile.entities[entity]
        query = after or encode.listing(where, self._profile, fields, linked=linked)
        found = self._client.query(query, encode.PAGE)
        items = [decode.stored(row, where, self._profile, fields) for row in found.records]
        return Listing([item for item in items if item is not None], found.following or None)
