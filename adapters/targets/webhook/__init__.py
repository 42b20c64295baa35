"""Any HTTPS endpoint as a target, under Standard Webhooks 1.0.

Each message is signed over its raw body and carries its own id, by which the receiver tells a
repetition. `encode` and `decode` are pure; `target` is the thin shell around them.
"""

from __future__ import annotations

from adapters.targets.webhook.config import WebhookConfig
from adapters.targets.webhook.target import WebhookTarget
from agent.ports import AdapterContext, Target

__all__ = ["WebhookConfig", "WebhookTarget", "make"]


def make(settings: WebhookConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return WebhookTarget(settings, context)
