"""Any REST API as a target: method, address, headers and body are templates of the configuration.

A template holds placeholders and nothing else: no expression is evaluated, a value is encoded for
the place where it stands (percent-encoded in an address, refused in a header where it holds line
breaks, a JSON value in a body). What an answer means is said by JSONPath (RFC 9535). `template`,
`encode` and `decode` are pure; `target` is the thin shell around them.

The checklist: network, sign-in and permission are told apart by `check`; 429 and 503 obey
Retry-After; a message is idempotent where its call is a PUT or carries `{id}` in a header, else
`repeatable` is false and an unknown outcome becomes a person's. The batch limit is configured. It
is asked what it holds by a GET for each record where that is configured; it cannot list.
"""

from __future__ import annotations

from adapters.targets.rest.config import RestConfig
from adapters.targets.rest.target import RestTarget
from agent.ports import AdapterContext, Target

__all__ = ["RestConfig", "RestTarget", "make"]


def make(settings: RestConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return RestTarget(settings, context)
