"""The org: schema, records, sign-in, queries, limits, and the one lock that guards them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from adapters.sandbox.core import Core
from adapters.sandbox.salesforce.bulk import Bulk
from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.salesforce.query import Queries
from adapters.sandbox.salesforce.records import Records
from adapters.sandbox.salesforce.rules import Rules
from adapters.sandbox.salesforce.schema import Schema, SObject
from adapters.sandbox.salesforce.signin import SignIn
from adapters.sandbox.salesforce.store import Row, Store
from adapters.sandbox.window import Limit, Window
from adapters.sandbox.wire import ApiError, Request

_DAY = 24 * 3600.0


class Org:
    """One Salesforce org in memory."""

    def __init__(self, core: Core, schema: Schema, saved: Mapping[str, Any] | None = None) -> None:
        if not isinstance(core.options, SalesforceOptions):
            raise TypeError("a Salesforce org has SalesforceOptions")
        self.core = core
        self.options = core.options
        self.schema = schema
        self.store = Store(schema)
        if saved is None:
            self._make_standard_price_book()
        else:
            self.store.load(saved)
        self.records = Records(self.store, Rules(self.store, self.options), core, self.options)
        self.bulk = Bulk(core, schema, self.records, self.options)
        self.queries = Queries(self.store)
        self.signin = SignIn(core, self.options)
        self._calls = Window(core.clock, _DAY)

    def sobject(self, name: str) -> SObject:
        """The object called `name`. Raises ApiError."""
        found = self.schema.find(name)
        if found is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return found

    def count_call(self) -> None:
        """Count one API call. Raises ApiError above the limit."""
        if not self._calls.take(self.options.daily_limit):
            raise limit_exceeded()

    def seen(self) -> Limit:
        """How near the calls came to the limit of the day."""
        return self._calls.seen("in 24 hours", self.options.daily_limit)

    def limit_info(self) -> str:
        """What `Sforce-Limit-Info` says."""
        return f"api-usage={self._calls.used}/{self.options.daily_limit}"

    def limits(self) -> dict[str, dict[str, int]]:
        """The answer of the limits call."""
        limit = self.options.daily_limit
        return {"DailyApiRequests": {"Max": limit, "Remaining": max(limit - self._calls.used, 0)}}

    def _make_standard_price_book(self) -> None:
        books = self.schema.find("Pricebook2")
        if books is None:
            return
        record_id = self.store.new_id(books, self.store.next_number(books))
        values = {"Id": record_id, "Name": "Standard Price Book"}
        flags = {"IsActive": True, "IsStandard": True, "IsDeleted": False}
        self.store.insert(Row(record_id, books, {**values, **flags}))


class Visit(NamedTuple):
    """One call of the REST API, as its route sees it."""

    org: Org
    request: Request
    version: str


def limit_exceeded() -> ApiError:
    """The refusal of everything, for today."""
    return ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
