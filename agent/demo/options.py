"""What a person may say to `waybill demo`, and how large the sample ERP becomes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.demo.crms import CRMS, Shape


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything, and how long the CRM is away."""

    accounts: int
    contacts: int
    products: int
    orders: int
    invoices: int
    shipments: int
    outage_seconds: float
    slow_seconds: float
    """How long the CRM takes for an answer when the agent is to be met in the middle."""
    settles_seconds: float
    """The latest effect of a request whose answer was lost; longer than `slow_seconds`."""
    quiet: str
    """How long an export lies untouched before it is read."""


FULL = Size(
    3000,
    3600,
    200,
    1500,
    1200,
    1000,
    outage_seconds=4,
    slow_seconds=1.5,
    settles_seconds=2,
    quiet="300ms",
)
SMALL = Size(
    150, 180, 40, 80, 60, 50, outage_seconds=0.6, slow_seconds=0.7, settles_seconds=1, quiet="100ms"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    as_json: bool
    keep: Path | None
    files_only: bool
    size: Size
    crm: str = "salesforce"

    @property
    def shape(self) -> Shape:
        """What the CRM's records look like."""
        return CRMS[self.crm]


def parse(words: Sequence[str]) -> Options:
    """Read the command line. Leaves the process with 2 when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="waybill demo",
        description="Shows the main job on this machine: a sample ERP, the agent, a sandbox CRM; "
        "first load, changes, an outage, a crash, bad exports, a refused record.",
    )
    parser.add_argument(
        "--json", action="store_true", help="end with one JSON object; the story goes to stderr"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="leave everything in this folder to look at"
    )
    parser.add_argument("--small", action="store_true", help="a small ERP: about ten seconds")
    parser.add_argument(
        "--files-only", action="store_true", help="only the ERP's exports: needs no ODBC driver"
    )
    parser.add_argument(
        "--crm", choices=tuple(CRMS), default="salesforce", help="which CRM it goes to: %(default)s"
    )
    asked = parser.parse_args(list(words))
    if asked.keep is not None and not _is_free(asked.keep):
        parser.error(f"--keep: {asked.keep} exists and is not an empty folder")
    size = SMALL if asked.small else FULL
    return Options(asked.json, asked.keep, asked.files_only, size, asked.crm)


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
