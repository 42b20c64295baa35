"""The account: schema, records, links, and what its calls have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.hubspot.associations import Associations
from adapters.sandbox.hubspot.options import HubspotOptions
from adapters.sandbox.hubspot.records import Records
from adapters.sandbox.hubspot.schema import Object, Property, Schema, load
from adapters.sandbox.hubspot.store import Row, Store
from adapters.sandbox.hubspot.values import Refusal, instant
from adapters.sandbox.wire import ApiError, Request, Response, dumps


class Account:
    """One HubSpot account in memory."""

    def __init__(
        self, core: Core, overlays: Sequence[Mapping[str, Any]], saved: Mapping[str, Any] | None
    ) -> None:
        if not isinstance(core.options, HubspotOptions):
            raise TypeError("a HubSpot account has HubspotOptions")
        self.core = core
        self.options = core.options
        self.schema: Schema = load(core.credentials["portal_id"], *overlays, bare=core.options.bare)
        self.store = Store(self.schema)
        self.associations = Associations()
        self.records = Records(core, self.store, self.associations)
        if saved is not None:
            self._load(saved)

    def object(self, name: str) -> Object:
        """The object called `name`, for an app that has its scope. Raises ApiError."""
        found = self.schema.find(name)
        if found is None:
            message = f"Unable to infer object type from: {name}"
            raise ApiError(400, "VALIDATION_ERROR", message)
        self._check_scope(found, without=self.options.without_scope)
        return found

    def may_write(self, name: str) -> None:
        """Whether the app has the scope to write an object, if there is one. Raises ApiError."""
        found = self.schema.find(name)
        if found is not None:
            self._check_scope(found, without=self.options.read_only)

    @staticmethod
    def _check_scope(found: Object, without: Collection[str]) -> None:
        if found.name in without:
            message = "This app hasn't been granted all required scopes to make this call."
            raise ApiError(403, "MISSING_SCOPES", message)

    def inputs(self, request: Request, most: int) -> list[Mapping[str, Any]]:
        """The `inputs` of a batch. Raises ApiError."""
        body = request.json()
        inputs = body.get("inputs") if isinstance(body, dict) else None
        if not isinstance(inputs, list) or not all(isinstance(item, dict) for item in inputs):
            raise ApiError(400, "VALIDATION_ERROR", "Some required fields were not set: [inputs]")
        if not inputs:
            raise ApiError(400, "VALIDATION_ERROR", "The list of inputs is empty")
        if len(inputs) > most:
            message = f"The maximum number of inputs supported is {most}"
            raise ApiError(400, "VALIDATION_ERROR", message)
        return inputs

    def multi(
        self, results: list[dict[str, Any]], errors: list[dict[str, Any]], status: int = 200
    ) -> Response:
        """A batch's answer: 207 as soon as something in it went wrong."""
        now = instant(self.core.clock.now())
        body: dict[str, Any] = {
            "status": "COMPLETE",
            "results": results,
            "startedAt": now,
            "completedAt": now,
        }
        if errors:
            body |= {"numErrors": len(errors), "errors": errors}
        return Response(207 if errors else status, dumps(body))

    def shown(self, row: Row, names: Sequence[str] = ()) -> dict[str, Any]:
        """One record, as an answer has it. Without `names`: all that it holds."""
        wanted = names or tuple(row.values)
        stamps = {"createdAt": "createdate", "updatedAt": "hs_lastmodifieddate"}
        return {
            "id": row.id,
            "properties": {name: row.values.get(name) for name in (*wanted, "hs_object_id")},
            **{ours: row.values.get(theirs) for ours, theirs in stamps.items()},
            "archived": False,
        }

    def define(self, kind: Object, item: Property) -> None:
        """One more property. Raises Refusal."""
        if item.name in kind.properties:
            message = f"A property named '{item.name}' already exists."
            raise Refusal("OBJECT_ALREADY_EXISTS", message, 409)
        kind.properties[item.name] = item
        self.store.reindex(kind)

    def dump(self) -> dict[str, Any]:
        """Records and links. What was made by calls is laid over the schema when it is loaded."""
        made = {
            name: {
                "singular": item.singular,
                "links": sorted(item.links),
                "properties": [each.model_dump() for each in item.properties.values()],
            }
            for name, item in self.schema.objects.items()
        }
        links = self.associations.dump()
        return {"schema": made, "store": self.store.dump(), "links": links}

    def _load(self, saved: Mapping[str, Any]) -> None:
        for name, item in saved["schema"].items():
            own = [Property.model_validate(each) for each in item["properties"]]
            kind = self.schema.find(name)
            if kind is None:
                kind = self.schema.add_custom(name[2:], item["singular"], own)
            kind.properties |= {each.name: each for each in own}
            kind.links |= set(item["links"])
            self.store.reindex(kind)
        self.store.load(saved["store"])
        self.associations.load(saved["links"])
