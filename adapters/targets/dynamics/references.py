"""Ids that records need and people do not know: currencies by ISO code, unit and unit group."""

from __future__ import annotations

import threading
from urllib.parse import quote

from adapters.targets.dynamics import encode
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.encode import References


class Lookups:
    """Reads what a batch wants and remembers it. Safe to share between senders."""

    def __init__(self, client: Client, config: DynamicsConfig) -> None:
        self._client = client
        self._config = config
        self._lock = threading.Lock()
        self._known = References()

    def wanted(self, wanted: frozenset[str]) -> References:
        """What is known, after reading what is wanted and not known yet.

        A currency that the organisation lacks is asked for again with each batch that names it.
        Raises TargetUnavailable, TargetAuthError.
        """
        with self._lock:
            known = self._known
            if wanted - {"unit"} - known.currencies.keys():
                known = References(self._currencies(), known.unit, known.unit_group)
            if "unit" in wanted and not known.unit:
                known = References(known.currencies, *self._units())
            self._known = known
            return known

    def forget(self) -> None:
        """One of the ids is not there any more: read them again."""
        with self._lock:
            self._known = References()

    def _currencies(self) -> dict[str, str]:
        query = "transactioncurrencies?$select=transactioncurrencyid,isocurrencycode"
        rows = self._client.records(query, encode.PAGE)
        return {str(row["isocurrencycode"]): str(row["transactioncurrencyid"]) for row in rows}

    def _units(self) -> tuple[str, str]:
        name = self._config.unit.replace("'", "''")
        group = self._config.unit_group.replace("'", "''")
        test = quote(f"name eq '{name}' and uomscheduleid/name eq '{group}'", safe="()/'")
        query = f"uoms?$select=uomid,_uomscheduleid_value&$filter={test}"
        for row in self._client.records(query, encode.PAGE):
            return str(row["uomid"]), str(row["_uomscheduleid_value"])
        return "", ""
