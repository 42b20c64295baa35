"""Alerts as a signed POST (Standard Webhooks 1.0), and the dead-man signal as a plain GET."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson
from pydantic import Field

from adapters.http import AnswerLost, HttpClient
from adapters.settings import Duration, HttpSettings, SecretRef, secret
from agent.errors import AlertFailed, TargetUnavailable
from agent.model import Alert
from agent.ports import AdapterContext


class WebhookAlertConfig(HttpSettings):
    """Where alerts are posted."""

    secret: SecretRef | None = Field(
        None, description='Signing secret, "secret:NAME": whsec_ and base64, or any text.'
    )
    timeout: Duration = Field(
        timedelta(seconds=30), gt=timedelta(0), le=timedelta(minutes=2),
        description="Longest time for one request.",
    )  # fmt: skip


class HeartbeatConfig(HttpSettings):
    """Where the dead-man signal goes: whoever waits there raises the alarm when it stays away."""

    every: Duration = Field(
        timedelta(minutes=5), ge=timedelta(minutes=1), le=timedelta(hours=24),
        description="How often; have it waited for twice as long.",
    )  # fmt: skip
    timeout: Duration = Field(
        timedelta(seconds=30), gt=timedelta(0), le=timedelta(minutes=2),
        description="Longest time for one request.",
    )  # fmt: skip


class WebhookChannel:
    """Satisfies `agent.ports.AlertChannel`."""

    def __init__(self, config: WebhookAlertConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context
        self._http = HttpClient(config, context)

    def send(self, alert: Alert) -> None:
        """One request; the same alert has the same id. Raises AlertFailed."""
        body = orjson.dumps({"type": "waybill.alert", **_body(alert)})
        headers = {"content-type": "application/json", **self._signed(alert.id, body)}
        _asked(self._http, "POST", self._config.url, headers, body)

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _signed(self, id_: str, body: bytes) -> dict[str, str]:
        at = str(int(self._context.clock.now().timestamp()))
        headers = {"webhook-id": id_, "webhook-timestamp": at}
        if self._config.secret is not None:
            key = _key(secret(self._context, self._config.secret))
            mac = hmac.new(key, b".".join((id_.encode(), at.encode(), body)), sha256)
            headers["webhook-signature"] = "v1," + base64.b64encode(mac.digest()).decode()
        return headers


class Heartbeat:
    """Satisfies `agent.ports.Pulse`."""

    def __init__(self, config: HeartbeatConfig, context: AdapterContext) -> None:
        self.every = config.every
        self._url = config.url
        self._http = HttpClient(config, context)

    def beat(self) -> None:
        """One GET. Raises AlertFailed."""
        _asked(self._http, "GET", self._url, {}, None)

    def close(self) -> None:
        """Release connections."""
        self._http.close()


def _asked(
    http: HttpClient, method: str, url: str, headers: dict[str, str], body: bytes | None
) -> None:
    try:
        answer = http.request(method, url, headers=headers, content=body)
    except AnswerLost as lost:
        raise AlertFailed(f"An alert was not answered. {lost.reason}", code="ALERT_LOST") from None
    except TargetUnavailable as error:
        raise AlertFailed(error.title, code=error.code, hint=error.hint) from None
    if not 200 <= answer.status < 300:
        raise AlertFailed(
            f"Who should take alerts answered {answer.status}.",
            code="ALERT_REFUSED",
            params={"status": str(answer.status)},
            hint="Check the url and the signing secret.",
        )


def _body(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.id,
        "at": _instant(alert.at),
        "agent": alert.agent,
        "environment": alert.environment,
        "headline": alert.headline,
        "text": alert.text,
        "causes": [
            {
                "what": line.what, "code": line.code, "subject": line.subject,
                "title": line.title, "meaning": line.meaning, "hint": line.hint,
                "severity": line.severity, "since": _instant(line.since),
            }
            for line in alert.lines
        ],
    }  # fmt: skip


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _key(text: str) -> bytes:
    """Standard Webhooks: `whsec_` and base64; any other text is its own bytes."""
    if text.startswith("whsec_"):
        try:
            return base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError:
            pass
    return text.encode()
