"""The org: schema, records, sign-in, queries, limits, and the one lock that guards them all."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from threading import RLock
from typing import Any, NamedTuple

from adapters.sandbox.faults import Faults
from adapters.sandbox.ids import make
from adapters.sandbox.options import Options
from adapters.sandbox.query import Queries
from adapters.sandbox.records import Records
from adapters.sandbox.rules import Rules
from adapters.sandbox.schema import Schema, SObject
from adapters.sandbox.signin import SignIn
from adapters.sandbox.store import Row, Store
from adapters.sandbox.wire import ApiError, Request
from adapters.sandbox.writelog import WriteLog
from agent.ports import Clock

ORG_ID = make("00D", 1)
USER_ID = make("005", 1)
_DAY = 24 * 3600.0


class Org:
    """One Salesforce org in memory."""

    def __init__(
        self,
        schema: Schema,
        credentials: Mapping[str, str],
        options: Options,
        clock: Clock,
        random: Random,
        saved: Mapping[str, Any] | None = None,
    ) -> None:
        self.lock = RLock()
        self.options = options
        self.clock = clock
        self.schema = schema
        self.store = Store(schema)
        self.log = WriteLog()
        self.requests = 0
        """Requests so far, the admin's own not counted."""
        if saved is None:
            self._make_standard_price_book()
        else:
            self.store.load(saved["store"])
            self.log.load(saved["log"])
            self.requests = saved["requests"]
        self.faults = Faults(random)
        rules = Rules(self.store, options)
        self.records = Records(self.store, rules, self.log, options, clock, credentials["user_id"])
        self.records.guard = self.faults.check_record
        self.queries = Queries(self.store)
        self.signin = SignIn(credentials, options, clock, random)
        self._usage = 0
        self._usage_began = clock.monotonic()

    def sobject(self, name: str) -> SObject:
        """The object called `name`. Raises ApiError."""
        found = self.schema.find(name)
        if found is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return found

    def count_call(self) -> str:
        """Count one API call; what `Sforce-Limit-Info` says. Raises ApiError above the limit."""
        limit = self.options.daily_limit
        if self.clock.monotonic() - self._usage_began >= _DAY:
            self._usage, self._usage_began = 0, self.clock.monotonic()
        if self._usage >= limit:
            raise limit_exceeded({"Sforce-Limit-Info": self.limit_info()})
        self._usage += 1
        return self.limit_info()

    def limit_info(self) -> str:
        """What `Sforce-Limit-Info` says."""
        return f"api-usage={self._usage}/{self.options.daily_limit}"

    def limits(self) -> dict[str, dict[str, int]]:
        """The answer of the limits call."""
        limit = self.options.daily_limit
        return {"DailyApiRequests": {"Max": limit, "Remaining": max(limit - self._usage, 0)}}

    def dump(self) -> dict[str, Any]:
        """Everything that outlives the process."""
        return {"store": self.store.dump(), "log": self.log.dump(), "requests": self.requests}

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


def limit_exceeded(headers: Mapping[str, str] | None = None) -> ApiError:
    """The refusal of everything, for today."""
    return ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", headers)
