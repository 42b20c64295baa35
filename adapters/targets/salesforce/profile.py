"""The target profile: which Salesforce object and field each canonical entity and field is.

Standard objects and fields where every edition has them, custom `ERP_...__c` ones for the rest.
What the org computes itself (order totals) goes to custom fields, so that both can be compared.
`VERSION` grows with every change of the tables: it counts as part of the mapping version, as do an
installation's own overrides. Pure.

Each line reads: canonical field, Salesforce field, kind (text when left out), options.
`ref X` points at the parent of entity X; `once` marks a field that Salesforce takes when the record
is created and never again; `text N` takes N characters at the most, as Salesforce's Object Reference
says (https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

VERSION = "salesforce/2"

Kind = Literal["text", "decimal", "integer", "boolean", "date", "ref"]

_TABLES: Mapping[str, str] = {
    "account": """Account
        name                 Name                     text 255
        number               AccountNumber            text 40
        parent_account       ParentId                     ref account
        phone                Phone                    text 40
        website              Website                  text 255
        industry             Industry                 text 255
        billing_street       BillingStreet            text 255
        billing_city         BillingCity              text 40
        billing_state        BillingState             text 80
        billing_postal_code  BillingPostalCode        text 20
        billing_country      BillingCountry           text 80
        shipping_street      ShippingStreet           text 255
        shipping_city        ShippingCity             text 40
        shipping_state       ShippingState            text 80
        shipping_postal_code ShippingPostalCode       text 20
        shipping_country     ShippingCountry          text 80
        currency             ERP_Currency__c          text 3
        credit_limit         ERP_Credit_Limit__c          decimal 2
        credit_hold          ERP_Credit_Hold__c           boolean
        payment_terms        ERP_Payment_Terms__c
        balance              ERP_Balance__c               decimal 2
        active               ERP_Active__c                boolean
    """,
    "contact": """Contact
        account              AccountId                    ref account
        salutation           Salutation
        first_name           FirstName                text 40
        last_name            LastName                 text 80
        email                Email                    text 80
        phone                Phone                    text 40
        mobile_e164          MobilePhone              text 40
        title                Title                    text 128
        department           Department               text 80
        active               ERP_Active__c                boolean
    """,
    "product": """Product2
        name                 Name                     text 255
        code                 ProductCode              text 255
        description          Description              text 4000
        family               Family                   text 255
        unit                 QuantityUnitOfMeasure
        active               IsActive                     boolean
    """,
    "price_book": """Pricebook2
        name                 Name                     text 255
        currency             ERP_Currency__c          text 3
        active               IsActive                     boolean
    """,
    "price_book_entry": """PricebookEntry
        price_book           Pricebook2Id                 ref price_book once
        product              Product2Id                   ref product once
        unit_price           UnitPrice                    decimal 4
        currency             ERP_Currency__c          text 3
        active               IsActive                     boolean
    """,
    "order": """Order Status=Draft
        account              AccountId                    ref account
        price_book           Pricebook2Id                 ref price_book
        number               OrderReferenceNumber     text 80
        customer_reference   PoNumber                 text 80
        order_date           EffectiveDate                date
        requested_date       ERP_Requested_Date__c        date
        status               ERP_Status__c
        currency             ERP_Currency__c          text 3
        total                ERP_Total__c                 decimal 2
        shipping_street      ShippingStreet           text 255
        shipping_city        ShippingCity             text 40
        shipping_state       ShippingState            text 80
        shipping_postal_code ShippingPostalCode       text 20
        shipping_country     ShippingCountry          text 80
    """,
    "order_line": """OrderItem
        order                OrderId                      ref order once
        price_book_entry     PricebookEntryId             ref price_book_entry once
        product              ERP_Product__c               ref product
        number               ERP_Number__c                integer
        quantity             Quantity                     decimal 4
        unit_price           UnitPrice                    decimal 4
        amount               ERP_Amount__c                decimal 2
    """,
    "invoice": """ERP_Invoice__c
        account              ERP_Account__c               ref account
        order                ERP_Order__c                 ref order
        number               ERP_Number__c            text 80
        invoice_date         ERP_Invoice_Date__c          date
        due_date             ERP_Due_Date__c              date
        currency             ERP_Currency__c          text 3
        total                ERP_Total__c                 decimal 2
        paid                 ERP_Paid__c                  decimal 2
        payment_status       ERP_Payment_Status__c
    """,
    "invoice_line": """ERP_Invoice_Line__c
        invoice              ERP_Invoice__c               ref invoice
        product              ERP_Product__c               ref product
        number               ERP_Number__c                integer
        quantity             ERP_Quantity__c              decimal 4
        unit_price           ERP_Unit_Price__c            decimal 4
        amount               ERP_Amount__c                decimal 2
    """,
    "inventory": """ERP_Stock__c
        product              ERP_Product__c               ref product
        warehouse            ERP_Warehouse__c         text 80
        on_hand              ERP_On_Hand__c               decimal 4
        available            ERP_Available__c             decimal 4
    """,
    "shipment": """ERP_Shipment__c
        order                ERP_Order__c                 ref order
        number               ERP_Number__c            text 80
        carrier              ERP_Carrier__c
        tracking             ERP_Tracking__c
        expected_date        ERP_Expected_Date__c         date
        delivered_date       ERP_Delivered_Date__c        date
        status               ERP_Status__c
    """,
}


_OWN: Mapping[str, tuple[str, ...]] = {
    "account": ("legal_name", "tax_number", "email", "invoice_email", "phone_e164"),
    "contact": ("phone_e164",),
}
"""Further texts for which an org may have a field of its own: there where an override names it."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One canonical field's place in Salesforce. An empty `name` is never sent or read."""

    name: str
    kind: Kind = "text"
    places: int = 0
    parent: str = ""
    """The canonical entity that a `ref` points at."""
    once: bool = False
    length: int = 0
    """The most characters of a text; 0 where only the org knows."""

    @property
    def relationship(self) -> str:
        """The name under which a parent is nested: `AccountId` -> `Account`, `X__c` -> `X__r`."""
        if self.name.endswith("__c"):
            return f"{self.name.removesuffix('__c')}__r"
        return self.name.removesuffix("Id")


@dataclass(frozen=True, slots=True)
class EntityMap:
    """One canonical entity's object, its fields, and what a new record must say beside them."""

    sobject: str
    fields: Mapping[str, FieldMap]
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """Every entity's map, the external id field that all objects share, and their version."""

    entities: Mapping[str, EntityMap]
    external_id_field: str
    version: str

    def entity_of(self, sobject: str) -> str | None:
        """The canonical entity behind an object's name."""
        wanted = sobject.casefold()
        return next((e for e, m in self.entities.items() if m.sobject.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Override:
    """An installation's own object or field names for one entity."""

    sobject: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    """Canonical field -> the most characters that the org takes."""


def build(external_id_field: str, overrides: Mapping[str, Override]) -> Profile:
    """The built-in tables with an installation's own names. Raises ValueError for unknown ones."""
    entities = {entity: _parse(table) for entity, table in _TABLES.items()}
    for entity, own in overrides.items():
        if entity not in entities:
            raise ValueError(f'profile: no entity "{entity}"; there are {", ".join(entities)}')
        entities[entity] = _overridden(entity, entities[entity], own)
    version = VERSION
    if overrides or external_id_field != "ERP_Id__c":
        said = [
            external_id_field,
            {
                e: [o.sobject, dict(o.fields), *([dict(o.lengths)] if o.lengths else [])]
                for e, o in overrides.items()
            },
        ]
        text = json.dumps(said, sort_keys=True).encode()
        version += "+" + hashlib.blake2b(text, digest_size=6).hexdigest()
    return Profile(entities, external_id_field, version)


def _overridden(entity: str, base: EntityMap, own: Override) -> EntityMap:
    fields = dict(base.fields)
    there = (*base.fields, *_OWN.get(entity, ()))
    for name in (*own.fields, *own.lengths):
        if name not in there:
            raise ValueError(f'profile.{entity}: no field "{name}"; there are {", ".join(there)}')
    for name, theirs in own.fields.items():  # another field: how long it is, only the org knows
        fields[name] = replace(fields.get(name) or FieldMap(""), name=theirs, length=0)
    for name, most in own.lengths.items():
        if name not in fields or fields[name].kind != "text":
            raise ValueError(f'profile.{entity}: "{name}" is no text; it has no length')
        fields[name] = replace(fields[name], length=most)
    return EntityMap(own.sobject or base.sobject, fields, base.constants)


def _parse(table: str) -> EntityMap:
    head, *lines = table.strip().splitlines()
    sobject, *constants = head.split()
    fields = {}
    for line in lines:
        ours, theirs, *kind = line.split()
        fields[ours] = _field(theirs, *kind)
    return EntityMap(sobject, fields, dict(pair.split("=", 1) for pair in constants))


def _field(name: str, kind: str = "text", detail: str = "", once: str = "") -> FieldMap:
    return FieldMap(
        name,
        cast(Kind, kind),
        places=int(detail) if kind == "decimal" else 0,
        parent=detail if kind == "ref" else "",
        once=bool(once),
        length=int(detail) if kind == "text" and detail else 0,
    )
