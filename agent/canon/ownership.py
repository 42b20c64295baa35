"""Who is master of what: per kind of record and per field, in which direction, how soon. Pure.

A contract states the ready-made answer under `x-waybill.ownership`; an installation's own answer
(`[ownership.KIND]` of its configuration) goes over it. A message may only carry fields that its
side owns. Where data goes both ways, the other side may fill a field once, when the record is
created (`SEED`); after that it is its master's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from agent.model import Json


class Side(StrEnum):
    """One of the two systems."""

    ERP = "erp"
    CRM = "crm"


class Direction(StrEnum):
    """Where data goes."""

    ERP_TO_CRM = "erp_to_crm"
    CRM_TO_ERP = "crm_to_erp"
    BOTH = "both"

    def leaves(self, side: Side) -> bool:
        """Whether anything goes out from this side."""
        return self is not (Direction.CRM_TO_ERP if side is Side.ERP else Direction.ERP_TO_CRM)


class Timing(StrEnum):
    """How soon it is due on the other side."""

    REALTIME = "realtime"
    BATCH = "batch"


class Carry(StrEnum):
    """Whether a message of one side may carry a field."""

    YES = "yes"
    SEED = "seed"
    """Only while the record does not exist on the other side."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Share:
    """Who is master of one field or record."""

    master: Side = Side.ERP
    direction: Direction = Direction.ERP_TO_CRM
    timing: Timing = Timing.REALTIME

    def carries(self, side: Side) -> Carry:
        """Whether a message that leaves `side` may carry it."""
        if not self.direction.leaves(side):
            return Carry.NO
        return Carry.YES if side is self.master else Carry.SEED


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who is master of one kind of record, and of fields that differ from it."""

    whole: Share = field(default_factory=Share)
    fields: Mapping[str, Share] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, name: str) -> Share:
        """Who is master of a field."""
        return self.fields.get(name, self.whole)

    def may_carry(self, side: Side, name: str) -> Carry:
        """Whether a message that leaves `side` may carry this field."""
        return self.of(name).carries(side)

    def overridden(self, said: Mapping[str, Json], known: Collection[str]) -> Ownership:
        """With what somebody else decided: `{master, direction, timing, fields}`, each optional.

        A field is decided by its master (`"erp"`) or by a table. What is said of the record moves
        the fields that were not named anywhere, and what is said of a field moves only that field.
        Raises ValueError with a sentence.
        """
        table = said.get("fields", {})
        if not isinstance(table, dict):
            raise ValueError("fields must be a table of fields and their masters.")  # noqa: TRY004 - the text is wrong
        if strange := sorted(set(table) - set(known)):
            raise ValueError(f"fields names {strange[0]}, which is no field of this kind.")
        whole = _share(self.whole, {key: said[key] for key in said if key != "fields"}, "")
        own = {
            name: _share(
                self.fields.get(name, whole),
                value if isinstance(value, dict) else {"master": value},
                name,
            )
            for name, value in table.items()
        }
        return Ownership(whole, MappingProxyType({**self.fields, **own}))


_TYPES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"master": Side, "direction": Direction, "timing": Timing}
)


def parse_ownership(said: Json, fields: Collection[str]) -> Ownership:
    """What a contract states. Raises ValueError with a sentence."""
    if not isinstance(said, dict):
        raise ValueError("It must be a table with master, direction, timing and fields.")  # noqa: TRY004 - the file is wrong
    return Ownership().overridden(said, fields)


def _share(base: Share, said: Mapping[str, Json], name: str) -> Share:
    """One answer over another. A master alone brings its own direction where the old one is shut."""
    where = f"fields.{name}." if name else ""
    for key, value in said.items():
        if key not in _TYPES:
            raise ValueError(f"{where}{key} means nothing here.")
        if value not in list(_TYPES[key]):
            raise ValueError(f"{where}{key} must be one of {', '.join(_TYPES[key])}.")
    master = Side(str(said.get("master", base.master)))
    direction = Direction(str(said.get("direction", base.direction)))
    if not direction.leaves(master):
        if "direction" in said:
            raise ValueError(
                f"{where}direction is {direction}, and nothing of its master goes out."
            )
        direction = Direction.ERP_TO_CRM if master is Side.ERP else Direction.CRM_TO_ERP
    return replace(
        base,
        master=master,
        direction=direction,
        timing=Timing(str(said.get("timing", base.timing))),
    )
