"""Testing an org against the profile: each missing object, field and flag by name."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import orjson

from adapters.findings import clock, ready, unreached
from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.decode import bad_answer
from adapters.targets.salesforce.profile import EntityMap, Profile
from adapters.targets.salesforce.shape import differences, permitted
from adapters.targets.salesforce.trouble import retired
from agent.errors import WaybillError
from agent.model import Finding, Findings, Level

_APART = "Switch on time synchronisation: sign-in with a key fails when they drift apart."


def examine(client: Client, profile: Profile, entities: Sequence[str]) -> Findings:
    """Sign in, then describe each object that `setup` makes or names. Never raises for a finding."""
    findings: list[Finding] = []
    try:
        if not client.serves_version():
            raise retired()
        findings.append(Finding(Level.OK, "SIGNED_IN", "Salesforce is reachable; signed in."))
        findings += clock("Salesforce", client.http.skew, _APART)
        for entity, mapped in profile.of_org(entities).items():
            findings += _object(client, profile, entity, mapped)
    except WaybillError as error:
        findings.append(unreached(error))
    return tuple(findings)


def _object(client: Client, profile: Profile, entity: str, mapped: EntityMap) -> list[Finding]:
    answer = client.read(f"{client.root}/sobjects/{quote(mapped.sobject, safe='')}/describe")
    if answer.status != 200:
        hint = "Give the integration user access to it, or switch it on for the org."
        if mapped.custom:
            hint = "Deploy what `waybill setup` writes, and assign its permission set."
        return [
            Finding(
                Level.ERROR,
                "OBJECT_MISSING",
                f"{mapped.sobject} (for {entity}) does not exist or is hidden from the user.",
                f"{hint} If this kind is never sent, leave it out of the target's entities.",
                params={"name": mapped.sobject},
            )
        ]
    try:
        described = orjson.loads(answer.body)
        fields = {str(item["name"]): item for item in described["fields"]}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise bad_answer() from None
    problems = [*permitted(mapped, entity, described), *differences(mapped, profile, fields)]
    return problems or [ready(mapped.sobject)]
