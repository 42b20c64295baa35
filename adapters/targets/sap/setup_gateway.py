"""What an ABAP developer makes in an on-premise system before records can arrive: one OData service.

Made of the profile alone: a page to work through, and the same lists as a table (CSV).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.targets.sap import setup
from adapters.targets.sap.profile import Profile

_FIRST = """# Setting up an on-premise SAP system for Waybill

Nothing here was changed for you. Work through it once, in a test system first; then
`waybill test TARGET` names everything that is still missing.

## 1. The service

Transaction `SEGW`: a project of your own (`{name}`) with the entity types and sets below, generated and
redefined in its data provider class: GET_ENTITYSET with `$filter`, `$orderby`, `$top` and `$select`,
CREATE_ENTITY, UPDATE_ENTITY, DELETE_ENTITY, through the BAPIs of your system. An entity may keep its
data wherever it belongs with you; Waybill knows it by these names.

1. Each type has ONE key property, `{id}`, which the system sets itself. Mark the key of the ERP
   (`{keys}`, text, 40) and `{id}` as filterable and sortable.
2. The key of the ERP must find its record again: keep it in a field with an index, unique where you can.
3. Where two people may change a record, give the type an ETag; Waybill then names the version it read.
4. `/IWFND/MAINT_SERVICE`: add the service, switch on its ICF node. Its path is `{service}`.
5. A set that is served elsewhere: `[targets.X.profile.ENTITY]`, `service = "/sap/opu/odata/..."`,
   `collection`, `id`, `key`, `fields`; what every new record says beside its fields: `constants`; a set
   that deletes nothing: `retire = "PROPERTY=VALUE"`.

## 2. The user

`SU01`: a user of type *System* in the client of `client = "NNN"`, with a role (`PFCG`) that has `S_SERVICE`
for the service, and the authorizations of the BAPIs behind it. `waybill secrets set NAME` with the
password, `sign_in = {{ flow = "basic", user = "...", password = "secret:NAME" }}` in `waybill.toml`.
Use https; Waybill asks for a CSRF token and keeps the session's cookies.

## 3. Entity types

"""
_LAST = """## 4. Check

`waybill test TARGET` signs in, reads `$metadata` and names each set and property that is missing, too
short, not writable or not filterable.
"""


def documents(profile: Profile, entities: Sequence[str], service: str) -> dict[str, bytes]:
    """File name -> content."""
    some = {entity: profile.entities[entity] for entity in entities}
    text = _FIRST.format(
        name=service.rpartition("/")[2],
        service=service,
        id=", ".join(dict.fromkeys(mapped.id for mapped in some.values())),
        keys=", ".join(dict.fromkeys(mapped.key for mapped in some.values())),
    )
    # Every property has to be made: there is no standard object behind the service.
    made = {entity: replace(mapped, custom=True) for entity, mapped in some.items()}
    text += setup.tables(made) + _LAST
    return {"sap-setup.md": text.encode(), "sap-fields.csv": setup.table(made)}
