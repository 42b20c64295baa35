"""Testing sources and targets as the service would use them."""

from __future__ import annotations

from dataclasses import dataclass

from agent.config import Config
from agent.model import Finding, Findings, Level
from agent.ports import Source, Target


@dataclass(frozen=True, slots=True)
class Adapters:
    """The live adapters of a configuration."""

    sources: dict[str, Source]
    targets: dict[str, Target]


def findings(config: Config, flows: int, adapters: Adapters, name: str) -> Findings:
    """What a test of everything finds, or of the one source or target called so."""
    found: list[Finding] = [
        Finding(Level.WARNING, "CONFIG", str(problem), problem.hint) for problem in config.warnings
    ]
    if name and name not in {*adapters.sources, *adapters.targets}:
        return (Finding(Level.ERROR, "WRONG_USE", f"There is no source or target {name!r}."),)
    everything: dict[str, Source | Target] = {**adapters.sources, **adapters.targets}
    for each, adapter in everything.items():
        if name in ("", each):
            found += adapter.check()
    if not name:
        found.append(Finding(Level.OK, "CONFIG_OK", f"{flows} flows, every mapping is right."))
    return tuple(found)
