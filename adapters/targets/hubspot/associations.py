"""Links between records, by HubSpot's own ids: read, made, taken away. Each may be repeated.

https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from adapters.http import Answer, AnswerLost
from adapters.targets.hubspot import encode
from adapters.targets.hubspot.client import Client
from adapters.targets.hubspot.decode import bad_answer
from agent.errors import TargetUnavailable

_ROOT = "/crm/v4/associations"
_MOST = 100

Link = tuple[str, str]
"""From, to."""


class Associations:
    """Calls of the associations API. Objects are named as in a path, quoted."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, one: str, two: str, ids: Sequence[str]) -> Mapping[str, list[str]]:
        """With which records of `two` each of these is linked; one without links is left out."""
        path = f"{_ROOT}/{one}/{two}/batch/read"
        found: dict[str, list[str]] = {}
        for start in range(0, len(ids), _MOST):
            body = {"inputs": [{"id": each} for each in ids[start : start + _MOST]]}
            answer = self._client.done("POST", path, body)
            try:
                for item in results(answer):
                    linked = [str(each["toObjectId"]) for each in item["to"]]
                    found[str(item["from"]["id"])] = linked
            except (KeyError, TypeError):
                raise bad_answer() from None
        return found

    def remove(self, one: str, two: str, links: Sequence[Link]) -> None:
        """Take links away; those that are not there are none the worse for it."""
        path = f"{_ROOT}/{one}/{two}/batch/archive"
        for start in range(0, len(links), _MOST):
            inputs = [
                {"from": {"id": a}, "to": [{"id": b}]} for a, b in links[start : start + _MOST]
            ]
            self._client.done("POST", path, {"inputs": inputs})

    def make(self, one: str, two: str, links: Sequence[Link]) -> set[Link]:
        """ONE attempt to make these links; those that are there afterwards for certain.

        Raises AnswerLost, TargetUnavailable, TargetAuthError; Refused when the objects cannot be
        linked.
        """
        path = f"{_ROOT}/{one}/{two}/batch/associate/default"
        made: set[Link] = set()
        for start in range(0, len(links), _MOST):
            body = encode.pairs(links[start : start + _MOST])
            answer = self._client.write(path, body)
            for item in _told(answer):
                a, b = _end(item, "from"), _end(item, "to")
                made |= {(a, b), (b, a)}
        return made & set(links)


def results(answer: Answer) -> list[Mapping[str, Any]]:
    """The `results` of a batch. Raises TargetUnavailable for anything else."""
    try:
        found = orjson.loads(answer.body)["results"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise bad_answer() from None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise bad_answer()
    return found


def _told(answer: Answer) -> list[Mapping[str, Any]]:
    try:
        return results(answer)
    except TargetUnavailable:
        raise AnswerLost("HubSpot's answer says nothing of the links.") from None


def _end(item: Mapping[str, Any], side: str) -> str:
    end = item.get(side)
    return str(end.get("id", "")) if isinstance(end, dict) else ""
