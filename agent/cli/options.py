"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.control.api import default_home

Home = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="WAYBILL_HOME",
        default_factory=default_home,
        show_default="the system's place",
        readable=False,  # whoever has a role may ask, and still not look into the folder
        help="The folder of this agent: configuration, queue, keys, logs.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
Flow = Annotated[str | None, typer.Option("--flow", help="Only of this flow.")]
Offset = Annotated[
    int | None, typer.Option("--offset", min=0, help="The part from this row on, counted from 0.")
]
