"""Which adapters there are: kind -> settings class and factory. The only list to extend.

Targets and channels of alerts are imported when a configuration names them: an agent has one or two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from adapters.lazy import Lazy
from adapters.sources import files, odbc
from agent.errors import TargetUnavailable
from agent.model import Findings
from agent.ports import AdapterContext, AlertChannel, Clock, Pulse, Source, Target


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source."""

    settings: type[BaseModel]
    make: Callable[[Any, AdapterContext], Source]
    propose: Callable[[Mapping[str, Any], AdapterContext], dict[str, Any]]
    """Settings beside those given that fit what lies there. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class TargetKind:
    """One kind of target."""

    settings: type[BaseModel]
    make: Callable[[Any, AdapterContext], Target]


@dataclass(frozen=True, slots=True)
class AlertKind:
    """One way to tell people."""

    settings: type[BaseModel]
    make: Callable[[Any, AdapterContext], AlertChannel | Pulse]


def _propose_files(given: Mapping[str, Any], context: AdapterContext) -> dict[str, Any]:
    from adapters.sources.files.propose import propose

    return propose(given, context)


def _propose_odbc(given: Mapping[str, Any], context: AdapterContext) -> dict[str, Any]:
    from adapters.sources.odbc.inventory import propose

    return propose(given, context)


SOURCES: Mapping[str, SourceKind] = {
    "files": SourceKind(files.FilesConfig, files.make, _propose_files),
    "odbc": SourceKind(odbc.OdbcConfig, odbc.make, _propose_odbc),
}


def _dynamics() -> TargetKind:
    from adapters.targets import dynamics

    return TargetKind(dynamics.DynamicsConfig, dynamics.make)


def _hubspot() -> TargetKind:
    from adapters.targets import hubspot

    return TargetKind(hubspot.HubspotConfig, hubspot.make)


def _idoc() -> TargetKind:
    from adapters.targets import idoc

    return TargetKind(idoc.IdocConfig, idoc.make)


def _oracle() -> TargetKind:
    from adapters.targets import oracle

    return TargetKind(oracle.OracleConfig, oracle.make)


def _rest() -> TargetKind:
    from adapters.targets import rest

    return TargetKind(rest.RestConfig, rest.make)


def _salesforce() -> TargetKind:
    from adapters.targets import salesforce

    return TargetKind(salesforce.SalesforceConfig, salesforce.make)


def _sap() -> TargetKind:
    from adapters.targets import sap

    return TargetKind(sap.SapConfig, sap.make)


def _webhook() -> TargetKind:
    from adapters.targets import webhook

    return TargetKind(webhook.WebhookConfig, webhook.make)


def _smtp_alert() -> AlertKind:
    from adapters import alerts

    return AlertKind(alerts.MailConfig, alerts.mail)


def _webhook_alert() -> AlertKind:
    from adapters import alerts

    return AlertKind(alerts.WebhookAlertConfig, alerts.webhook)


def _system_alert() -> AlertKind:
    from adapters import alerts

    return AlertKind(alerts.SystemConfig, alerts.system)


def _heartbeat_alert() -> AlertKind:
    from adapters import alerts

    return AlertKind(alerts.HeartbeatConfig, alerts.heartbeat)


TARGETS: Mapping[str, TargetKind] = Lazy(
    {
        "dynamics": _dynamics,
        "hubspot": _hubspot,
        "idoc": _idoc,
        "oracle": _oracle,
        "rest": _rest,
        "salesforce": _salesforce,
        "sap": _sap,
        "webhook": _webhook,
    }
)
ALERTS: Mapping[str, AlertKind] = Lazy(
    {
        "smtp": _smtp_alert,
        "webhook": _webhook_alert,
        "system": _system_alert,
        "heartbeat": _heartbeat_alert,
    }
)


def settings_of(
    kinds: Mapping[str, TargetKind] | Mapping[str, AlertKind],
) -> Mapping[str, type[BaseModel]]:
    """The settings class of each kind, imported when it is asked for."""
    return Lazy({name: partial(_settings, kinds, name) for name in kinds})


def _settings(
    kinds: Mapping[str, TargetKind] | Mapping[str, AlertKind], name: str
) -> type[BaseModel]:
    return kinds[name].settings


def probe(settings: BaseModel, context: AdapterContext) -> Findings:
    """The way to a target, step by step; nothing for one that is reached in another way."""
    from adapters import way
    from adapters.settings import HttpSettings

    return way.probe(settings, context) if isinstance(settings, HttpSettings) else ()


def odbc_installed(clock: Clock) -> dict[str, list[dict[str, Any]]]:
    """The ODBC drivers and data sources that this account can use. Raises SourceUnavailable."""
    from adapters.sources.odbc.inventory import installed

    return installed(clock)


def odbc_tables(given: Mapping[str, Any], context: AdapterContext) -> list[dict[str, str]]:
    """The tables of a database. Raises SourceError, ValidationError."""
    from adapters.sources.odbc.inventory import tables

    return tables(given, context)


def fetched(url: str, context: AdapterContext) -> bytes:
    """What is at an https address, by proxy and trust of the agent. Raises TargetUnavailable."""
    from adapters import http
    from adapters.settings import HttpSettings

    client = http.HttpClient(HttpSettings.model_validate({"url": url}), context)
    try:
        answer = client.request("GET", url)
    except http.AnswerLost as error:
        raise TargetUnavailable(
            f"{url} did not answer.", code="FETCH_FAILED", params={"url": url}
        ) from error
    finally:
        client.close()
    if answer.status != HTTPStatus.OK:
        raise TargetUnavailable(
            f"{url} answered {answer.status}.",
            code="FETCH_FAILED",
            params={"url": url, "status": str(answer.status)},
        )
    return answer.body


def serve_sandbox(arguments: Sequence[str]) -> int:
    """Run the practice CRM until told to stop."""
    from adapters.sandbox import serve

    return serve(arguments)
