"""Delivery to a generic REST API: one request for a message, or for a batch of them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from adapters.findings import unreached
from adapters.http import Answer, AnswerLost, HttpClient
from adapters.oauth import Bearer
from adapters.settings import secret
from adapters.shell import AtOnce, OneWay, one_kind
from adapters.targets.rest import decode, encode
from adapters.targets.rest.config import Basic, Grant, Key, RestConfig
from agent.errors import TargetUnavailable, WaybillError
from agent.model import (
    Ambiguous,
    BatchLimits,
    Finding,
    Findings,
    Level,
    Message,
    Meter,
    Op,
    Receipt,
    Rejected,
    Stored,
)
from agent.ports import AdapterContext


class RestTarget(AtOnce, OneWay):
    """One API (satisfies `agent.ports.Target` and `Metered`); safe to share between senders."""

    unlinked = "A generic target cannot be asked what it holds: nothing can be linked there."
    profile_version = "rest/1"

    def __init__(self, config: RestConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context
        self._root = config.url.rstrip("/")
        self._http = HttpClient(config, context)
        grant = config.sign_in
        self._bearer = Bearer(config, grant, context) if isinstance(grant, Grant) else None
        self.limits = BatchLimits(records=config.batch, per_entity=True)
        self.settles_within = config.settles_within
        self.lag = config.lag
        self.repeatable = config.is_repeatable
        self.finds = all(
            entity.find is not None and entity.find.fields for entity in config.entities.values()
        )

    def check(self) -> Findings:
        """Reachable, and signed in. Sends no record."""
        try:
            request = encode.Request("GET", self._config.check_path, {}, b"", (), {})
            answer = self._send(request)
            if answer.status in {401, 403}:
                decode.stop(answer, self._context.clock.now())
        except AnswerLost as lost:
            return (Finding(Level.ERROR, "ANSWER_LOST", f"Network: {lost.reason}"),)
        except WaybillError as error:
            return (unreached(error, "Sign-in: "),)
        text = "The target is reachable; whether it takes a record shows with the first one."
        return (Finding(Level.OK, "REACHABLE", text),)

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt: one request for messages of one entity and one operation."""
        if not batch:
            return []
        one_kind(batch)
        if len(batch) > self._config.batch:
            raise ValueError("a batch is larger than the target's limit")
        entity = self._config.entities[batch[0].entity]
        call = entity.delete if batch[0].op is Op.DELETE else entity.upsert
        if call is None:
            reason = "The target's settings say no way to delete a record."
            return [Rejected("DELETE_UNSUPPORTED", reason)] * len(batch)
        request = encode.request(call, batch, single=self._config.batch == 1)
        receipts = dict(request.refused)
        if request.sent:
            sent = [batch[position] for position in request.sent]
            receipts.update(zip(request.sent, self._delivered(request, sent), strict=True))
        return [receipts[position] for position in range(len(batch))]

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """One GET for each record. Raises TargetUnavailable, TargetAuthError."""
        find = self._config.entities[entity].find
        found: dict[str, Stored] = {}
        if find is None:
            return found
        for external_id in dict.fromkeys(external_ids):
            path = encode.looked_up(find, entity, external_id)
            try:
                answer = self._send(encode.Request("GET", path, {}, b"", (), {}))
            except AnswerLost as lost:
                raise TargetUnavailable(
                    f"A look-up was not answered. {lost.reason}", code="ANSWER_LOST"
                ) from None
            now = self._context.clock.now()
            held = decode.stored(answer, external_id, find, fields, now)
            if held is not None:
                found[external_id] = held
        return found

    def meter(self) -> Meter:
        """Requests so far and the target's clock."""
        return self._http.meter()

    def close(self) -> None:
        """Release connections."""
        self._http.close()
        if self._bearer is not None:
            self._bearer.close()

    def _delivered(self, request: encode.Request, sent: Sequence[Message]) -> Sequence[Receipt]:
        try:
            answer = self._send(request)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason)] * len(sent)
        return decode.receipts(answer, sent, self._config, self._context.clock.now())

    def _send(self, request: encode.Request) -> Answer:
        """ONE attempt; a 401 means that nothing happened, so a new token may try once more."""
        own = {name.lower(): value for name, value in self._config.headers.items()}
        headers = {"accept": "application/json", **own, **request.headers}
        headers |= self._signed(request)
        url, content = f"{self._root}{request.path}", request.body or None
        if self._bearer is None:
            headers |= self._key()
            return self._http.request(request.method, url, headers=headers, content=content)

        def attempt(authorization: str) -> Answer:
            carried = {**headers, "authorization": authorization}
            return self._http.request(request.method, url, headers=carried, content=content)

        return self._bearer.send(attempt, "The target")

    def _signed(self, request: encode.Request) -> dict[str, str]:
        signature = self._config.signature
        if signature is None:
            return {}
        key = secret(self._context, signature.secret).encode()
        now = int(self._context.clock.now().timestamp())
        return encode.signed(signature, key, request, now)

    def _key(self) -> dict[str, str]:
        sign_in = self._config.sign_in
        if isinstance(sign_in, Basic):
            pair = f"{sign_in.user}:{secret(self._context, sign_in.password)}"
            return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        if isinstance(sign_in, Key):
            value = secret(self._context, sign_in.value)
            return {sign_in.name.lower(): f"{sign_in.prefix}{value}"}
        return {}
