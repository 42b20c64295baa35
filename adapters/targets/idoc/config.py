"""What can be configured for IDoc files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.settings import Duration
from adapters.targets.idoc import setup

_Type = Annotated[str, Field(pattern=r"^[A-Z0-9_/]{1,30}$")]


class Partner(BaseModel):
    """One side of an IDoc, as the partner profile (WE20) names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: str = Field(default="", pattern=r"^[A-Z0-9_]{0,10}$", description="Port (WE21).")
    type: str = Field(
        default="LS", pattern=r"^[A-Z0-9]{1,2}$", description="Partner type; LS: a system."
    )
    number: str = Field(default="", pattern=r"^[A-Z0-9_]{0,10}$", description="Partner number.")


class IdocConfig(BaseModel):
    """A folder that an SAP system reads IDoc files from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Field(description="Where the files go; SAP reads them there.")
    receipts: Path | None = Field(
        None,
        description="Where SAP answers: NAME.ok or NAME.err for each file. Left out: a message is "
        "delivered when its file is on the disk.",
    )
    encoding: Literal["utf-8", "iso-8859-1", "iso-8859-2", "cp1252"] = Field(
        "utf-8", description="Of the files: utf-8 for a Unicode system."
    )
    client: str = Field("", pattern=r"^(\d{3})?$", description="SAP client (MANDT).")
    message_type: _Type = Field("ZWAYBILL", description="Message type (WE81).")
    basic_type: _Type = Field("ZWAYBILL01", description="Basic type (WE30).")
    header_segment: _Type = Field("Z1WBHEAD", description="Segment of the message (WE31).")
    field_segment: _Type = Field("Z1WBFIELD", description="Segment of one field (WE31).")
    sender: Partner = Field(
        Partner(port="WAYBILL", number="WAYBILL"),
        description="Who sends: Waybill.",
    )
    receiver: Partner = Field(Partner(), description="Who receives: the SAP system.")
    batch: int = Field(100, ge=1, le=1000, description="Files written in one go.")
    check_after: Duration = Field(
        timedelta(seconds=30), description="How long to wait before looking for a receipt."
    )
    settles_within: Duration = Field(
        timedelta(minutes=1),
        description="How long to leave a message alone that has no receipt, or whose file may be "
        "there or not, before it is looked at again.",
    )

    def setup(self) -> dict[str, bytes]:
        """What is made in SAP, and how: file name -> content."""
        return setup.documents(
            self.message_type, self.basic_type, self.header_segment, self.field_segment
        )
