"""Testing a tenant against the profile: each missing collection, property and right by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adapters.findings import clock, ready, shorter, unreached
from adapters.targets.sap.client import Client
from adapters.targets.sap.metadata import Collection, Property, collections
from adapters.targets.sap.profile import EntityMap, FieldMap, Profile
from agent.errors import TargetAuthError, TargetUnavailable, WaybillError
from agent.model import Finding, Findings, Level

_USUAL = 40
"""Characters that a text property should take of which nobody said how long it is."""


def examine(client: Client, profile: Profile, entities: Sequence[str]) -> Findings:
    """Sign in, then look at each collection's description. Never raises for a finding."""
    findings: list[Finding] = []
    services: dict[str, list[str]] = {}
    for entity in entities:
        services.setdefault(client.service(profile.entities[entity]), []).append(entity)
    signed_in = False
    for service, some in services.items():
        try:
            there = _described(client, service, profile, some)
            if not signed_in:
                signed_in = True
                findings.append(Finding(Level.OK, "SIGNED_IN", "SAP is reachable; signed in."))
                findings += clock("SAP", client.http.skew)
            for entity in some:
                findings += _entity(client, profile.entities[entity], entity, there)
        except WaybillError as error:
            findings.append(_failed(error, service, some, _made_in(client)))
            if error.code != "SERVICE_MISSING":
                break
    return tuple(findings)


def _made_in(client: Client) -> str:
    """Where a service and what it offers is made."""
    if client.on_premise:
        return "the service's project (SEGW), then generate it"
    return "the OData Service Explorer"


def _failed(error: WaybillError, service: str, entities: Sequence[str], made_in: str) -> Finding:
    if error.code == "SERVICE_MISSING":
        text = f"There is no OData service at {service} (for {', '.join(entities)})."
        hint = f"Create it in {made_in}, or name in `entities` what you deliver."
        return Finding(Level.ERROR, error.code, text, hint, params={"service": service})
    return unreached(error)


def _described(
    client: Client, service: str, profile: Profile, entities: Sequence[str]
) -> Mapping[str, Collection]:
    path = f"{service}/$metadata"
    if not client.on_premise:  # Sales Cloud's own: only of these types, since all are megabytes
        types = ",".join(dict.fromkeys(profile.entities[entity].type for entity in entities))
        path += f"?$filter={types}"
    return collections(client.get(service, path, "application/xml"))


def _entity(
    client: Client, mapped: EntityMap, entity: str, there: Mapping[str, Collection]
) -> list[Finding]:
    found = there.get(mapped.collection)
    if found is None:
        return [
            Finding(
                Level.ERROR,
                "OBJECT_MISSING",
                f"{mapped.collection} (for {entity}) is not in the OData service.",
                f"Add it in {_made_in(client)}, or give it another name in the profile.",
                params={"name": mapped.collection},
            )
        ]
    problems = [
        *_rights(client, mapped, found, entity),
        *_key(mapped, found),
        *_fields(mapped, found),
        *_deletes(mapped, found),
    ]
    return problems or [ready(mapped.collection)]


def _rights(client: Client, mapped: EntityMap, found: Collection, entity: str) -> Iterator[Finding]:
    """What the description forbids, and whether the user may read the records at all."""
    name = f"{mapped.collection} (for {entity})"
    for allowed, word in ((found.creatable, "create"), (found.updatable, "change")):
        if not allowed:
            text = f"The service lets nobody {word} records of {name}."
            hint = "Offer it for writing, or give the entity another collection in the profile."
            yield Finding(
                Level.ERROR, "PERMISSION_DENIED", text, hint, params={"name": mapped.collection}
            )
    try:
        client.page(
            client.service(mapped), f"{mapped.collection}?$format=json&$select={mapped.id}&$top=1"
        )
    except TargetAuthError as error:
        if error.code != "PERMISSION_DENIED":
            raise
        text = f"The user may not read {name}."
        yield Finding(Level.ERROR, error.code, text, error.hint, params={"name": mapped.collection})
    except TargetUnavailable as error:
        if error.code != "QUERY_REFUSED":
            raise
        text = f"Records of {name} cannot be read. {error.title}"
        yield Finding(
            Level.ERROR,
            error.code,
            text,
            f"Check that {mapped.id} is its key.",
            params={"name": mapped.collection},
        )


def _key(mapped: EntityMap, found: Collection) -> Iterator[Finding]:
    name = f"{mapped.collection}.{mapped.key}"
    key = found.properties.get(mapped.key)
    if key is None:
        hint = "Add the extension field (text, 40) and tick it for the OData service: see setup."
        yield Finding(
            Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
        )
        return
    if not (key.creatable and key.updatable):
        hint = "Use an extension field for the ERP's key: SAP's own ExternalID cannot be written."
        yield Finding(
            Level.ERROR,
            "FIELD_READ_ONLY",
            f"{name} may not be written.",
            hint,
            params={"name": name},
        )
    if not key.filterable:
        hint = "Without it no record is found again. Use another field for the ERP's key."
        yield Finding(
            Level.ERROR,
            "NOT_FILTERABLE",
            f"{name} cannot be filtered.",
            hint,
            params={"name": name},
        )


def _fields(mapped: EntityMap, found: Collection) -> Iterator[Finding]:
    for ours, field in mapped.fields.items():
        if not field.name:
            continue
        name, described = f"{mapped.collection}.{field.name}", found.properties.get(field.name)
        if described is None:
            hint = f'Add it, or give "{ours}" another name in the target\'s profile: see setup.'
            yield Finding(
                Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
            )
        elif not described.creatable or not (described.updatable or field.once):
            hint = "Give it another place in the profile: an extension field."
            yield Finding(
                Level.ERROR,
                "FIELD_READ_ONLY",
                f"{name} may not be written.",
                hint,
                params={"name": name},
            )
        elif most := _shorter(field, described):
            yield shorter(name, ours, most, field.length or _USUAL)


def _shorter(field: FieldMap, described: Property) -> int:
    """How many characters the tenant takes, where that is less than what is believed."""
    if field.kind != "text" or not described.length:
        return 0
    return described.length if described.length < (field.length or _USUAL) else 0


def _deletes(mapped: EntityMap, found: Collection) -> Iterator[Finding]:
    retire = mapped.retire
    if retire is not None and retire.field not in found.properties:
        name = f"{mapped.collection}.{retire.field}"
        hint = "Deletes cannot be carried out: SAP deletes no such record, it is taken out of use."
        yield Finding(
            Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
        )
    if retire is None and not found.deletable:
        text = f"{mapped.collection} allows no deletes."
        hint = "Let the flow say what happens to rows that left: deactivate or leave, not delete."
        yield Finding(
            Level.WARNING, "DELETE_FORBIDDEN", text, hint, params={"name": mapped.collection}
        )
