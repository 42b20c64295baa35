"""What the org says about itself: its objects and their fields."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.salesforce.schema import NUMBER_TYPES, Field, Schema, SObject


def everything(schema: Schema, version: str) -> dict[str, Any]:
    """The answer of `GET /sobjects`."""
    items = [_head(item, version) for item in schema.objects.values()]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": items}


def one(sobject: SObject, version: str) -> dict[str, Any]:
    """The answer of `GET /sobjects/{X}/describe`."""
    fields = [_field(field) for field in sobject.fields.values()]
    return {**_head(sobject, version), "fields": fields}


def _head(sobject: SObject, version: str) -> dict[str, Any]:
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.label,
        "custom": sobject.custom,
        "keyPrefix": sobject.key_prefix,
        "createable": sobject.createable,
        "updateable": sobject.updateable,
        "deletable": sobject.deletable,
        "queryable": True,
        "retrieveable": True,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }


def _field(field: Field) -> dict[str, Any]:
    is_number = field.type in NUMBER_TYPES
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "length": field.length if field.is_text else 18 if field.reference_to else 0,
        "precision": field.precision if is_number and field.type != "int" else 0,
        "scale": field.scale if is_number else 0,
        "custom": field.custom,
        "nillable": not field.required and field.type not in ("boolean", "id"),
        "createable": field.createable,
        "updateable": field.updateable,
        "defaultedOnCreate": field.default is not None or field.auto_number,
        "autoNumber": field.auto_number,
        "externalId": field.external_id,
        "idLookup": field.external_id or field.name == "Id",
        "unique": field.unique,
        "caseSensitive": field.case_sensitive,
        "filterable": True,
        "sortable": True,
        "restrictedPicklist": field.restricted,
        "picklistValues": [
            {"value": value, "label": value, "active": True, "defaultValue": False}
            for value in field.picklist
        ],
        "referenceTo": [field.reference_to] if field.reference_to else [],
        "relationshipName": field.relationship_name or None,
    }
