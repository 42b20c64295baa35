"""A CRM in trouble: 429 and 5xx by chance, over minutes, and what a storm may cost in requests.

`within` is the whole judgement, for the benchmark and for the small form in the suite: everything
arrived once, what was not refused is hardly more than the batches, and no limit that the vendor
publishes was ever reached, as the sandbox itself counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

from adapters.catalogue import TARGETS
from adapters.sandbox import Sandbox
from agent.demo.crms import CRMS as SHAPES
from agent.ports import Clock, Target
from tests.http_stub import context

CRMS = ("salesforce", "hubspot", "dynamics", "sap", "oracle")
BATCHES = {"salesforce": 200, "hubspot": 100, "dynamics": 200, "sap": 100, "oracle": 100}
"""Records in a request, as each target does without being told."""
MOST = 1.3
"""Requests that were not refused, for each batch."""
FAULTS = {"unavailable": 0.4, "rate_limit": 0.4, "error": 0.2}
"""Chance that a request meets it, of those that met none before: seven of ten are refused."""
_TEMPLATES = Path(__file__).resolve().parents[1] / "resources" / "sample-erp" / "targets"


def settings(crm: str, about: Mapping[str, str], settles: str = "2s") -> str:
    """`[targets.crm]` for a sandbox that says this about itself; the secret is `crm`."""
    text = Template((_TEMPLATES / f"{crm}.toml").read_text(encoding="utf-8"))
    made = text.substitute(about, settles_within=settles)
    return made.replace('"../crm/ca.pem"', f"'{about['ca_file']}'")


def secret(crm: str, about: Mapping[str, str]) -> str:
    """What the agent signs in with."""
    return about[SHAPES[crm].credential]


def target(crm: str, sandbox: Sandbox, folder: Path, clock: Clock) -> Target:
    """The target in this process, with this clock."""
    said = tomllib.loads(settings(crm, sandbox.description()))["targets"]["crm"]
    kind = TARGETS[said.pop("kind")]
    secrets = context(folder, clock, crm=secret(crm, sandbox.description()))
    return kind.make(kind.settings.model_validate(said), secrets)


def object_of(crm: str, entity: str = "account") -> str:
    """What the sandbox calls the object of a kind."""
    return SHAPES[crm].places[entity].object


def wrong(crm: str, state: Mapping[str, Any], records: int) -> Iterator[str]:
    """What does not hold after a storm over so many new accounts, as the sandbox counted."""
    name = object_of(crm)
    writes = {"creates": 0, "updates": 0, "doubled": 0, **state["writes"].get(name, {})}
    if writes["creates"] != records:
        yield f"{writes['creates']:,} of {records:,} records were created"
    if writes["doubled"] or writes["updates"]:
        yield f"{writes['doubled']} doubled, {writes['updates']} changed once more"
    if (ratio := per_batch(crm, state, records)) > MOST:
        yield f"{ratio:.2f} requests a batch were not refused"
    for limit in state["limits"]:
        if limit["over"] or limit["peak"] > limit["most"]:
            yield f"{limit['peak']} of {limit['most']} {limit['name']}, {limit['over']} refused"


def per_batch(crm: str, state: Mapping[str, Any], records: int) -> float:
    """Requests that were not refused, sign-ins and look-ups among them, for each full batch."""
    traffic = state["traffic"]
    return float((traffic["arrived"] - traffic["refused"]) / (records / BATCHES[crm]))
