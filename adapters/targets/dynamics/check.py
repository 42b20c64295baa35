"""Testing an environment against the profile: each missing table, column and key by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.findings import clock, unreached
from adapters.targets.dynamics import privileges
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.profile import EntityMap, FieldMap, Profile
from adapters.targets.dynamics.references import Lookups
from adapters.targets.dynamics.trouble import answered, bad_answer
from agent.errors import WaybillError
from agent.model import Finding, Findings, Level

_APART = "Switch on time synchronisation: sign-in with a certificate fails when they differ."
_SOON = timedelta(days=30)
_DOCUMENTS = frozenset({"quote", "order", "invoice"})
_SETUP = "`waybill setup` writes what an administrator applies."
_TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("String", "Memo"),
    "decimal": ("Decimal", "Money", "Double", "Integer"),
    "money": ("Money", "Decimal"),
    "integer": ("Integer", "BigInt"),
    "boolean": ("Boolean",),
    "date": ("DateTime",),
    "instant": ("DateTime",),
}


@dataclass(slots=True)
class _Table:
    """What the environment says of one table."""

    set: str
    types: dict[str, str]
    """Type of each column, by its name."""
    writable: dict[str, bool]
    keys: list[Mapping[str, Any]]
    leads: dict[str, str]
    """Table that each navigation property leads to."""
    privileges: object = None
    """What each kind of access needs, as the metadata says it."""
    lengths: dict[str, int] = field(default_factory=dict)


def examine(
    client: Client, profile: Profile, entities: Sequence[str], lookups: Lookups
) -> Findings:
    """Sign in, look at the settings that matter, then at each table. Never raises for a finding."""
    findings: list[Finding] = []
    try:
        who = client.read("WhoAmI")
        if who.status != 200:
            raise bad_answer()
        findings.append(Finding(Level.OK, "SIGNED_IN", "Dynamics 365 is reachable; signed in."))
        findings += [*clock("Dataverse", client.http.skew, _APART), *_certificate(client)]
        findings += [*_organisation(client, entities), *_unit(profile, entities, lookups)]
        user = privileges.held(client, answered(who))
        if user is None:
            findings.append(privileges.unknown())
        for entity in entities:
            findings += _table(client, profile, entity, user)
    except WaybillError as error:
        findings.append(unreached(error))
    return tuple(findings)


# --- settings of the environment ------------------------------------------------------------------


def _certificate(client: Client) -> Iterator[Finding]:
    credential = client.sign_in.credential()
    if credential is None:
        return
    left = credential.ends - client.now()
    if left < _SOON:
        yield Finding(
            Level.WARNING,
            "CERTIFICATE_ENDS",
            f"The certificate for the sign-in ends in {max(left.days, 0)} days.",
            "Make a new one, upload it to the app registration, then set it as the secret.",
            params={"days": str(max(left.days, 0))},
        )


def _organisation(client: Client, entities: Sequence[str]) -> Iterator[Finding]:
    columns = "oobpricecalculationenabled,createproductswithoutparentinactivestate"
    answer = client.read(f"organizations?$select={columns}")
    if answer.status != 200:
        return  # an organisation without these columns has no Sales, or no right to see them
    rows = answered(answer).get("value") or [{}]
    if _DOCUMENTS & set(entities) and rows[0].get("oobpricecalculationenabled", 1) != 0:
        yield Finding(
            Level.WARNING,
            "PRICES_RECALCULATED",
            "Dynamics computes the totals of quotes, orders and invoices itself; they can differ "
            "from the ERP's by cents.",
            "The ERP's totals are in columns of their own. Switch the system price calculation off "
            "(OOBPriceCalculationEnabled = 0) if Dynamics' totals must be the ERP's.",
        )
    if "product" in entities and not rows[0].get("createproductswithoutparentinactivestate", True):
        yield Finding(
            Level.WARNING,
            "PRODUCTS_ARE_DRAFTS",
            "New products stay drafts until somebody publishes them; lines refuse drafts.",
            "Switch on: create products in active state (sales settings of the environment).",
        )


def _unit(profile: Profile, entities: Sequence[str], lookups: Lookups) -> Iterator[Finding]:
    wanting = [entity for entity in entities if profile.entities[entity].traits]
    if wanting and not lookups.wanted(frozenset({"unit"})).unit:
        yield Finding(
            Level.ERROR,
            "UNIT_MISSING",
            "The unit that products and lines take does not exist in the environment.",
            "Set unit and unit_group to the names of a unit and its group that exist.",
        )


# --- tables ---------------------------------------------------------------------------------------


def _table(client: Client, profile: Profile, entity: str, user: privileges.Held) -> list[Finding]:
    mapped = profile.entities[entity]
    found = _described(client, mapped.table)
    if found is None:
        text = f"{mapped.table} (for {entity}) does not exist or is hidden from the user."
        hint = f"Create it, or give the application user access to it. {_SETUP}"
        return [Finding(Level.ERROR, "TABLE_MISSING", text, hint, params={"name": mapped.table})]
    problems = [
        *_names(mapped, found),
        *privileges.missing(mapped.table, entity, found.privileges, user),
        *_key(mapped, profile, found),
    ]
    for name, item in mapped.fields.items():
        if item.name and item.kind != "currency":
            problems += _column(profile, mapped, name, item, found)
    return problems or [_ready(mapped.table)]


def _described(client: Client, table: str) -> _Table | None:
    place = f"EntityDefinitions(LogicalName='{table}')"
    answer = client.read(
        f"{place}?$select=EntitySetName,Privileges"
        "&$expand=Attributes($select=LogicalName,AttributeType,IsValidForCreate),"
        "Keys($select=SchemaName,KeyAttributes,EntityKeyIndexStatus),"
        "ManyToOneRelationships($select=ReferencingEntityNavigationPropertyName,ReferencedEntity)"
    )
    if answer.status != 200:
        return None
    try:
        said = answered(answer)
        attributes = said["Attributes"]
        found = _Table(
            str(said["EntitySetName"]),
            {str(a["LogicalName"]): str(a["AttributeType"]) for a in attributes},
            {str(a["LogicalName"]): bool(a.get("IsValidForCreate", True)) for a in attributes},
            list(said["Keys"]),
            {
                str(r["ReferencingEntityNavigationPropertyName"]): str(r["ReferencedEntity"])
                for r in said["ManyToOneRelationships"]
            },
            said.get("Privileges"),
        )
        for kind in ("String", "Memo"):
            cast = f"{place}/Attributes/Microsoft.Dynamics.CRM.{kind}AttributeMetadata"
            for item in answered(client.read(f"{cast}?$select=LogicalName,MaxLength"))["value"]:
                found.lengths[str(item["LogicalName"])] = int(item["MaxLength"])
    except (KeyError, TypeError, ValueError):
        raise bad_answer() from None
    return found


def _names(mapped: EntityMap, found: _Table) -> Iterator[Finding]:
    if found.set != mapped.set:
        hint = f'Say set = "{found.set}" for it in the target\'s profile.'
        text = f"The entity set of {mapped.table} is called {found.set}, not {mapped.set}."
        yield Finding(
            Level.ERROR, "SET_DIFFERS", text, hint, params={"name": mapped.table, "set": found.set}
        )


def _key(mapped: EntityMap, profile: Profile, found: _Table) -> Iterator[Finding]:
    name = f"{mapped.table}.{profile.key}"
    if profile.key not in found.types:
        hint = f"Create it: text, 450. {_SETUP}"
        yield Finding(
            Level.ERROR, "COLUMN_MISSING", f"{name} does not exist.", hint, params={"name": name}
        )
        return
    key = next((k for k in found.keys if k.get("KeyAttributes") == [profile.key]), None)
    if key is None:
        hint = f"Create an alternate key of this one column. {_SETUP}"
        yield Finding(
            Level.ERROR, "KEY_MISSING", f"{name} is no alternate key.", hint, params={"name": name}
        )
        return
    status = str(key.get("EntityKeyIndexStatus"))
    if status == "Failed":
        hint = "Find two records with the same key, correct one, then activate the key again."
        yield Finding(
            Level.ERROR,
            "KEY_FAILED",
            f"The index of {name} could not be made.",
            hint,
            params={"name": name},
        )
    elif status != "Active":
        hint = "Dataverse makes it in the background; nothing can be sent before. Test again later."
        text = f"The index of {name} is not ready ({status})."
        yield Finding(Level.ERROR, "KEY_NOT_ACTIVE", text, hint, params={"name": name})


def _column(
    profile: Profile, mapped: EntityMap, ours: str, item: FieldMap, found: _Table
) -> Iterator[Finding]:
    name = f"{mapped.table}.{item.name}"
    if item.kind == "ref":
        parent = profile.entities[item.parent].table
        leads = found.leads.get(item.name)
        if leads is None:
            hint = f'Create the lookup, or give "{ours}" another name in the profile. {_SETUP}'
            yield Finding(
                Level.ERROR,
                "COLUMN_MISSING",
                f"{name} does not exist.",
                hint,
                params={"name": name},
            )
        elif leads != parent:
            hint = "Names of navigation properties are case-sensitive; correct the profile."
            text = f"{name} leads to {leads}, not {parent}."
            yield Finding(
                Level.ERROR,
                "LOOKUP_DIFFERS",
                text,
                hint,
                params={"name": name, "leads": leads, "parent": parent},
            )
        return
    kind = found.types.get(item.name)
    if kind is None:
        hint = f'Create it, or give "{ours}" another name in the target\'s profile. {_SETUP}'
        yield Finding(
            Level.ERROR, "COLUMN_MISSING", f"{name} does not exist.", hint, params={"name": name}
        )
    elif kind not in _TYPES[item.kind]:
        hint = "Use a column of the right type, named in the target's profile."
        text = f"{name} is of type {kind}; {item.kind} is sent."
        yield Finding(Level.ERROR, "COLUMN_TYPE", text, hint, params={"name": name, "kind": kind})
    elif not found.writable[item.name]:
        hint = "Name a column in the target's profile that can be written."
        yield Finding(
            Level.ERROR,
            "COLUMN_READ_ONLY",
            f"{name} may not be written.",
            hint,
            params={"name": name},
        )
    elif 0 < (most := found.lengths.get(item.name, 0)) < item.length:
        text = f"{name} takes {most} characters, fewer than {item.length}."
        hint = f"Lengthen it, or say lengths = {{ {ours} = {most} }} in the target's profile."
        yield Finding(
            Level.WARNING,
            "COLUMN_SHORTER",
            text,
            hint,
            params={"name": name, "most": str(most), "ours": ours},
        )


def _ready(name: str) -> Finding:
    return Finding(Level.OK, "TABLE_READY", f"{name} is ready.", params={"name": name})
