"""Delivery to a webhook: one signed POST for a message, or for a batch of them.

Idempotency: `webhook-id` and each message's own `id`. The receiver cannot be asked what it holds,
so a message whose answer was lost is sent again with the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from adapters.findings import unreached
from adapters.http import Answer, AnswerLost, HttpClient
from adapters.oauth import Bearer
from adapters.settings import secret
from adapters.shell import AtOnce, OneWay
from adapters.targets.webhook import decode, encode
from adapters.targets.webhook.config import WebhookConfig
from agent.errors import TargetAuthError, WaybillError
from agent.model import (
    Ambiguous,
    BatchLimits,
    Finding,
    Findings,
    Level,
    Message,
    Meter,
    Receipt,
)
from agent.ports import AdapterContext


class WebhookTarget(AtOnce, OneWay):
    """One endpoint (satisfies `agent.ports.Target` and `Metered`); safe to share between senders."""

    unlinked = "A webhook's receiver cannot be asked what it holds: nothing can be linked there."
    repeatable = True
    lag = timedelta(0)
    profile_version = "webhook/1"

    def __init__(self, config: WebhookConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context
        self._http = HttpClient(config, context)
        self._bearer = Bearer(config, config.oauth, context) if config.oauth else None
        self._single = config.batch == 1
        self._headers = {**config.headers, "content-type": "application/json"}
        self.limits = BatchLimits(records=config.batch, per_entity=False)
        self.settles_within = config.settles_within

    def check(self) -> Findings:
        """Reachable, and the signing secrets usable. Sends no message."""
        try:
            self._keys()
            if self._bearer is not None:
                self._bearer.token()
            answer = self._http.request("OPTIONS", self._config.url)
        except AnswerLost as lost:
            return (Finding(Level.ERROR, "ANSWER_LOST", f"Network: {lost.reason}"),)
        except WaybillError as error:
            return (unreached(error, "Sign-in: "),)
        if answer.status in {404, 410}:
            text = f"Nothing takes messages at this address ({answer.status})."
            return (Finding(Level.ERROR, "ENDPOINT_NOT_FOUND", text, "Check the url."),)
        text = "The receiver is reachable; whether it accepts the signature shows with a message."
        return (Finding(Level.OK, "REACHABLE", text),)

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt: one request."""
        if not batch:
            return []
        if self._single and len(batch) > 1:
            raise ValueError("a batch is larger than the target's limit")
        posting = encode.posting(batch, single=self._single)
        receipts = dict(posting.refused)
        if posting.sent:
            sent = [batch[position] for position in posting.sent]
            receipts.update(zip(posting.sent, self._post(posting, sent), strict=True))
        return [receipts[position] for position in range(len(batch))]

    def meter(self) -> Meter:
        """Requests so far, and the receiver's clock."""
        return self._http.meter()

    def close(self) -> None:
        """Release connections."""
        self._http.close()
        if self._bearer is not None:
            self._bearer.close()

    def _post(self, posting: encode.Posting, sent: Sequence[Message]) -> Sequence[Receipt]:
        keys = self._keys()
        now = self._context.clock.now()
        headers = self._headers | encode.signed(posting.id, posting.body, keys, now)
        try:
            answer = self._send(headers, posting.body)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason)] * len(sent)
        return decode.receipts(answer, sent, self._context.clock.now(), single=self._single)

    def _send(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """ONE attempt; a 401 means that nothing happened, so a new token may try once more."""
        if self._bearer is None:
            return self._http.request("POST", self._config.url, headers=headers, content=body)

        def attempt(authorization: str) -> Answer:
            carried = {**headers, "authorization": authorization}
            return self._http.request("POST", self._config.url, headers=carried, content=body)

        return self._bearer.send(attempt, "The receiver")

    def _keys(self) -> Sequence[bytes]:
        keys = []
        for reference in self._config.secrets:
            try:
                keys.append(encode.signing_key(secret(self._context, reference)))
            except ValueError:
                raise TargetAuthError(
                    f"The signing secret {reference} has the wrong form.",
                    code="SIGNING_SECRET_INVALID",
                    params={"secret": str(reference)},
                    hint="It starts with whsec_ and holds 24 to 64 bytes in base64.",
                ) from None
        return keys
