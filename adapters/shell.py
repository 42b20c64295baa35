"""What targets have in common at their ports: no more than what is the same for each of them.

`Crm` is a target of records with ids of its own: looked up, linked, judged record by record. `OneWay`
takes messages and cannot be asked what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from adapters.http import HttpClient
from agent.model import (
    Ambiguous,
    BatchLimits,
    Listing,
    Message,
    Meter,
    Op,
    Receipt,
    Rejected,
    Stamp,
    Stored,
)


class Finds(Protocol):
    """Reads by external id."""

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """What is held."""


class Writes(Protocol):
    """One attempt each, one receipt for each message."""

    def upsert(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Creates or changes."""

    def delete(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Deletes, or takes out of use."""


class Stamps(Protocol):
    """Writes our external ids on records that are there."""

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """One receipt each."""


class AtOnce:
    """Knows at the end of an attempt what became of each message."""

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        """Nothing is ever accepted for later here."""
        return [Ambiguous("This target finishes at once; it follows nothing.") for _ in handles]


class Crm(AtOnce):
    """A target whose records are found, written and linked by these parts."""

    finds = True
    links = True
    repeatable = True
    limits: BatchLimits
    settles_within: timedelta
    lag: timedelta
    profile_version: str

    def __init__(self, http: HttpClient, reads: Finds, writes: Writes, links: Stamps) -> None:
        self._http = http
        self._finds = reads
        self._written = writes
        self._stamps = links

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt for messages of one entity and one operation."""
        if not batch:
            return []
        one_kind(batch)
        if batch[0].op is Op.DELETE:
            return self._written.delete(batch)
        return self._written.upsert(batch)

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """What the CRM holds. External ids are compared exactly, whatever its collation."""
        return self._finds.find(entity, external_ids, fields)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """ONE attempt: look what the records hold, then write those that may be written."""
        return self._stamps.stamp(entity, stamps)

    def meter(self) -> Meter:
        """Requests so far, the CRM's clock, and what it told of its limits."""
        return self._http.meter()

    def close(self) -> None:
        """Release connections."""
        self._http.close()


class OneWay:
    """Takes messages under our own names, and cannot be asked what it holds."""

    finds = False
    links = False
    unlinked = "What this target holds already cannot be linked."
    """Why nothing is stamped there, for people."""

    def resource(self, entity: str) -> str:
        """Records are known there by our own names."""
        return entity

    def find(
        self,
        entity: str,  # noqa: ARG002 - the port's
        external_ids: Sequence[str],  # noqa: ARG002 - the port's
        fields: Sequence[str] = (),  # noqa: ARG002 - the port's
    ) -> Mapping[str, Stored]:
        """Nothing can be asked (`finds` is False)."""
        return {}

    def list(self, entity: str, after: str | None) -> Listing:  # noqa: ARG002 - the port's
        """Nothing can be asked: what only the target holds stays unseen."""
        return Listing((), None)

    def match(
        self,
        entity: str,  # noqa: ARG002 - the port's
        fields: Sequence[str],  # noqa: ARG002 - the port's
        after: str | None,  # noqa: ARG002 - the port's
        *,
        linked: bool = False,  # noqa: ARG002 - the port's
    ) -> Listing:
        """Nothing can be asked (`links` is False)."""
        return Listing((), None)

    def stamp(
        self,
        entity: str,  # noqa: ARG002 - the port's
        stamps: Sequence[Stamp],
    ) -> Sequence[Receipt]:
        """Nothing of the other side can be addressed (`links` is False)."""
        return [Rejected("LINK_UNSUPPORTED", self.unlinked) for _ in stamps]


def one_kind(batch: Sequence[Message]) -> None:
    """Raise ValueError for a batch that mixes entities or operations."""
    if len({(message.entity, message.op) for message in batch}) != 1:
        raise ValueError("a batch holds one entity and one operation")
