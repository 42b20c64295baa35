"""Ways to tell people: mail, a signed webhook, the system's own log, and a dead-man signal.

Each makes one attempt and answers with nothing, or with AlertFailed and a sentence. None decides
what is worth telling, none repeats, none keeps anything. No header, address or answer of theirs
appears in an error; hosts do.
"""

from __future__ import annotations

from adapters.alerts.mail import MailChannel, MailConfig
from adapters.alerts.system import SystemChannel, SystemConfig
from adapters.alerts.web import Heartbeat, HeartbeatConfig, WebhookAlertConfig, WebhookChannel
from agent.ports import AdapterContext, AlertChannel, Pulse

__all__ = [
    "HeartbeatConfig",
    "MailConfig",
    "SystemConfig",
    "WebhookAlertConfig",
    "heartbeat",
    "mail",
    "system",
    "webhook",
]


def mail(settings: MailConfig, context: AdapterContext) -> AlertChannel:
    """By SMTP; nothing is contacted before the first alert."""
    return MailChannel(settings, context)


def webhook(settings: WebhookAlertConfig, context: AdapterContext) -> AlertChannel:
    """By a signed POST."""
    return WebhookChannel(settings, context)


def system(settings: SystemConfig, context: AdapterContext) -> AlertChannel:
    """Into the Windows Event Log, or to syslog and so to journald."""
    return SystemChannel(settings, context)


def heartbeat(settings: HeartbeatConfig, context: AdapterContext) -> Pulse:
    """A dead-man signal."""
    return Heartbeat(settings, context)
