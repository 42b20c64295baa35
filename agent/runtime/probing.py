"""Testing sources and targets as the service would use them.

A target is tested in five steps, each with its time and what to do next: name, proxy, connection
with TLS, sign-in, permissions on each object, and a dry run that writes nothing. A step that fails
ends the test: what comes after it would only fail in other words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from agent.config import Config
from agent.errors import TargetAuthError, TargetUnavailable, WaybillError
from agent.model import Finding, Findings, Level
from agent.ports import Clock, Source, Target

SIGN_IN, PERMISSIONS, DRY_RUN = "sign-in", "permissions", "dry run"
NOBODY = "waybill-dry-run"
"""An external id that no record has."""


@dataclass(frozen=True, slots=True)
class Adapters:
    """The live adapters of a configuration."""

    sources: dict[str, Source]
    targets: dict[str, Target]
    ways: dict[str, Callable[[], Findings]] = field(default_factory=dict)
    """Looks at the way to each target, without signing in."""


def findings(
    config: Config, flows: int, adapters: Adapters, name: str, clock: Clock | None = None
) -> Findings:
    """What a test of everything finds, or of the one source or target called so."""
    found: list[Finding] = [
        Finding(Level.WARNING, "CONFIG", str(problem), problem.hint) for problem in config.warnings
    ]
    if name and name not in {*adapters.sources, *adapters.targets}:
        return (
            Finding(
                Level.ERROR,
                "WRONG_USE",
                f"There is no source or target {name!r}.",
                params={"name": name},
            ),
        )
    if name in adapters.targets and clock is not None:
        fed = [flow.entity for flow in config.flows.values() if flow.target == name]
        way = adapters.ways.get(name, lambda: ())
        return tuple(found) + steps(adapters.targets[name], way, list(dict.fromkeys(fed)), clock)
    everything: dict[str, Source | Target] = {**adapters.sources, **adapters.targets}
    for each, adapter in everything.items():
        if name in ("", each):
            found += adapter.check()
    if not name:
        found.append(
            Finding(
                Level.OK,
                "CONFIG_OK",
                f"{flows} flows, every mapping is right.",
                params={"count": str(flows)},
            )
        )
    return tuple(found)


def steps(
    target: Target, way: Callable[[], Findings], entities: Sequence[str], clock: Clock
) -> Findings:
    """Every step up to the first that fails."""
    found = list(way())
    for step in (_sign_in, _permissions, _dry_run):
        if any(one.level is Level.ERROR for one in found):
            break
        began = clock.monotonic()
        said = step(target, entities)
        took = round(clock.monotonic() - began, 3)
        found += [replace(one, seconds=took) for one in said]
    return tuple(found)


def _sign_in(target: Target, entities: Sequence[str]) -> Findings:
    """One look-up, for which the target has to let us in."""
    if not target.finds or not entities:
        return ()
    try:
        target.find(entities[0], [NOBODY])
    except TargetUnavailable as error:
        if error.code == "QUERY_REFUSED":  # it let us in; the permissions say what is missing
            return (_signed_in(),)
        return (
            Finding(Level.ERROR, error.code, error.title, error.hint, SIGN_IN, params=error.params),
        )
    except WaybillError as error:
        hint = error.hint or "Check the sign-in of the target in the configuration."
        return (Finding(Level.ERROR, error.code, error.title, hint, SIGN_IN, params=error.params),)
    return (_signed_in(),)


def _signed_in() -> Finding:
    return Finding(Level.OK, "SIGNED_IN", "Signed in.", step=SIGN_IN)


def _permissions(target: Target, entities: Sequence[str]) -> Findings:
    """What the target's own check finds; that it signed in was said."""
    told = bool(target.finds and entities)
    return tuple(
        replace(one, step=SIGN_IN if one.code == "SIGNED_IN" else PERMISSIONS)
        for one in target.check()
        if not (told and one.code == "SIGNED_IN")
    )


def _dry_run(target: Target, entities: Sequence[str]) -> Findings:
    """Each object that flows feed is asked for a record that nobody has; nothing is written."""
    if not entities:
        text = "No flow feeds it: there is nothing to try."
        return (Finding(Level.WARNING, "NO_FLOWS", text, "Add a flow.", DRY_RUN),)
    if not target.finds:
        text = "This target cannot be asked; the first record shows whether it takes it."
        return (Finding(Level.OK, "DRY_RUN_NOT_POSSIBLE", text, step=DRY_RUN),)
    for entity in entities:
        try:
            target.find(entity, [NOBODY])
        except (TargetUnavailable, TargetAuthError) as error:
            text = f"A look-up of {entity} failed: {error.title}"
            return (
                Finding(Level.ERROR, error.code, text, error.hint, DRY_RUN, params=error.params),
            )
    said = ", ".join(entities)
    text = f"Looked up a record that nobody has in {said}; nothing was written."
    return (Finding(Level.OK, "DRY_RUN_FINE", text, step=DRY_RUN, params={"entities": said}),)
