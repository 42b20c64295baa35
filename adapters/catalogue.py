"""Which adapters there are: kind -> settings class and factory. The only list to extend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from adapters import alerts, way
from adapters.settings import HttpSettings
from adapters.sources import files, odbc
from adapters.targets import dynamics, hubspot, idoc, oracle, rest, salesforce, sap, webhook
from agent.model import Findings
from agent.ports import AdapterContext, AlertChannel, Pulse, Source, Target


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source."""

    settings: type[BaseModel]
    make: Callable[[Any, AdapterContext], Source]


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


SOURCES: Mapping[str, SourceKind] = {
    "files": SourceKind(files.FilesConfig, files.make),
    "odbc": SourceKind(odbc.OdbcConfig, odbc.make),
}
TARGETS: Mapping[str, TargetKind] = {
    "dynamics": TargetKind(dynamics.DynamicsConfig, dynamics.make),
    "hubspot": TargetKind(hubspot.HubspotConfig, hubspot.make),
    "idoc": TargetKind(idoc.IdocConfig, idoc.make),
    "oracle": TargetKind(oracle.OracleConfig, oracle.make),
    "rest": TargetKind(rest.RestConfig, rest.make),
    "salesforce": TargetKind(salesforce.SalesforceConfig, salesforce.make),
    "sap": TargetKind(sap.SapConfig, sap.make),
    "webhook": TargetKind(webhook.WebhookConfig, webhook.make),
}
ALERTS: Mapping[str, AlertKind] = {
    "smtp": AlertKind(alerts.MailConfig, alerts.mail),
    "webhook": AlertKind(alerts.WebhookAlertConfig, alerts.webhook),
    "system": AlertKind(alerts.SystemConfig, alerts.system),
    "heartbeat": AlertKind(alerts.HeartbeatConfig, alerts.heartbeat),
}


def probe(settings: BaseModel, context: AdapterContext) -> Findings:
    """The way to a target, step by step; nothing for one that is reached in another way."""
    return way.probe(settings, context) if isinstance(settings, HttpSettings) else ()


def serve_sandbox(arguments: Sequence[str]) -> int:
    """Run the practice CRM until told to stop."""
    from adapters.sandbox import serve

    return serve(arguments)
