"""The methods `targets.*`: what records go to, how it is signed in, tested step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from agent.audit import Audit
from agent.config import Config
from agent.config.model import TARGET_KEYS
from agent.crypto import KeyVault, SecretInfo
from agent.errors import ConfigError, WaybillError, WrongUse
from agent.model import Allowance, Finding, Json, Level
from agent.ports import Clock, HasSetup
from agent.runtime.kinds import HasPlaces
from agent.runtime.moments import instant
from agent.runtime.probing import steps
from agent.runtime.setup.configs import title_of_kind
from agent.runtime.setup.given import as_object
from agent.runtime.setup.sources import validated, without_ours
from agent.runtime.setup.tools import Makers, as_findings
from agent.runtime.status import StatusDesk

_TRIED: Final = "account"
"""The kind that a target is tried with before any flow feeds it."""
_TRIALS: Final = ("sandbox", "test.", "developer", "trial", "--dev", "practice")


@dataclass(frozen=True, slots=True)
class TargetDesk:
    """Answers `targets.*`."""

    config: Config
    makers: Makers
    status: StatusDesk
    vault: KeyVault
    audit: Audit
    clock: Clock

    def list(self, shown: Mapping[str, Any]) -> dict[str, Json]:
        """Every configured target; `shown`: what the status says of targets, by name."""
        secrets = {info.name: info for info in self.vault.secrets().list()}
        setters = self._setters()
        return {
            "items": [
                self._item(name, shown.get(name, {}), secrets, setters)
                for name in self.config.targets
            ]
        }

    def test(self, kind: str, settings: str, name: str) -> dict[str, Json]:
        """Every step on the way to a target that need not be saved."""
        given = without_ours(as_object(settings), TARGET_KEYS)
        if kind not in self.makers.kinds.targets:
            known = ", ".join(self.makers.kinds.targets)
            raise WrongUse(f"There is no kind of target {kind[:40]!r}. There are: {known}.")
        try:
            model = validated(self.makers.kinds.targets[kind], given)
            target, way = self.makers.target(kind, model, name or "new")
        except ConfigError as error:
            return {"findings": as_findings(_problems(error))}
        except WaybillError as error:
            told = Finding(Level.ERROR, error.code, error.title, error.hint, params=error.params)
            return {"findings": as_findings([told])}
        try:
            return {"findings": as_findings(steps(target, way, self._fed(name, model), self.clock))}
        finally:
            target.close()

    def setup(self, name: str) -> dict[str, Json]:
        """What the CRM's administrator needs, as texts. Raises WrongUse."""
        target = self.config.targets.get(name)
        if target is None:
            raise WrongUse(f"There is no target called {name!r}.")
        if not isinstance(target.settings, HasSetup):
            return {"files": []}
        files: list[Json] = [
            {"name": file, "text": content.decode("utf-8", "replace")}
            for file, content in sorted(target.settings.setup().items())
        ]
        return {"files": files}

    # --- inside -----------------------------------------------------------------------------------

    def _fed(self, name: str, model: BaseModel) -> Sequence[str]:
        """The kinds that it is tried with: those of its flows, else one that it has a place for."""
        fed = [flow.entity for flow in self.config.flows.values() if flow.target == name]
        if fed:
            return list(dict.fromkeys(fed))
        wanted = list(getattr(model, "entities", ()) or ())
        if isinstance(model, HasPlaces):
            places = model.places()
            return [each for each in (*wanted[:1], _TRIED, *places) if each in places][:1]
        return wanted[:1] if all(isinstance(each, str) for each in wanted) else []

    def _item(
        self,
        name: str,
        shown: Mapping[str, Any],
        known: Mapping[str, SecretInfo],
        setters: Mapping[str, str],
    ) -> Json:
        target = self.config.targets[name]
        settings: Any = target.settings
        named = sorted(self.config.target_secrets.get(name, ()))
        expires = min((at for each in named if (at := _expires(known, each))), default=None)
        secrets: list[Json] = [_secret(each, known.get(each), setters.get(each)) for each in named]
        return {
            "name": name,
            "kind": target.kind,
            "title": title_of_kind(target.kind),
            "account": account_of(settings),
            "environment": environment_of(settings, self.config.agent.environment),
            "sign_in": {
                "state": self._signed(name, shown, missing=any(n not in known for n in named)),
                "expires": None if expires is None else instant(expires.timestamp()),
                "way": way_of(settings),
            },
            "limits": self._limits(name),
            "state": shown.get("state", "unknown"),
            "reason": shown.get("reason"),
            "waiting": shown.get("waiting", 0),
            "last_delivery": shown.get("last_delivery"),
            "secrets": secrets,
        }

    def _signed(self, name: str, shown: Mapping[str, Any], *, missing: bool) -> str:
        workers = self.status.targets.get(name, ())
        if missing or any(worker.delivery.line.signed_out for worker in workers):
            return "signed_out"
        return "ok" if shown.get("last_delivery") else "unknown"

    def _limits(self, name: str) -> Json:
        """The tightest limit that the target told of."""
        workers = self.status.targets.get(name, ())
        if not workers:
            return None
        told = [each for each in workers[0].delivery.line.meter().allowances if _is_told(each)]
        if not told:
            return None
        tight = min(told, key=lambda each: (each.left or 0) / (each.most or 1))
        resets = None
        if tight.resets_in is not None:
            left = tight.resets_in.total_seconds() - (self.clock.monotonic() - tight.at)
            resets = instant(self.clock.now().timestamp() + max(0.0, left))
        used = (tight.most or 0) - (tight.left or 0)
        return {"name": tight.name, "used": used, "allowed": tight.most, "resets": resets}

    def _setters(self) -> dict[str, str]:
        """Who set each secret last."""
        return {
            record.object: record.actor
            for record in self.audit.records()
            if record.action == "secrets.set" and record.result == "ok"
        }


def way_of(settings: Any) -> str:
    """How a target is signed in to: browser, code, or with secrets alone."""
    sign_in = getattr(settings, "sign_in", None)
    if getattr(sign_in, "refresh_token", None) is None:
        return "secrets"
    return "browser" if hasattr(sign_in, "port") else "code"


def account_of(settings: Any) -> str:
    """Whose account it is: user, tenant and host, as far as the settings say."""
    sign_in = getattr(settings, "sign_in", None)
    said = [getattr(sign_in, word, None) for word in ("user", "tenant")]
    host = urlsplit(str(getattr(settings, "url", "") or "")).netloc
    folder = getattr(settings, "folder", None)
    return ", ".join(str(word) for word in (*said, host, folder) if word)


def environment_of(settings: Any, otherwise: str) -> str:
    """Whether it is a trial of the CRM, by its address; else the agent's own environment."""
    host = urlsplit(str(getattr(settings, "url", "") or "")).hostname or ""
    if host in ("localhost", "127.0.0.1", "::1"):
        return "practice"
    return "sandbox" if any(word in host for word in _TRIALS) else otherwise


def _is_told(each: Allowance) -> bool:
    return bool(each.most) and each.left is not None


def _expires(known: Mapping[str, SecretInfo], name: str) -> datetime | None:
    return known[name].expires if name in known else None


def _secret(name: str, info: SecretInfo | None, setter: str | None) -> Json:
    return {
        "name": name,
        "set": info is not None,
        "set_at": instant(info.set_at.astimezone(UTC).timestamp()) if info else None,
        "by": setter if info else None,
        "expires": instant(info.expires.timestamp()) if info and info.expires else None,
    }


def _problems(error: ConfigError) -> Iterator[Finding]:
    for problem in error.problems:
        code = problem.code or error.code
        yield Finding(
            Level.ERROR,
            code,
            problem.text,
            problem.hint,
            params={"field": problem.place, **problem.params},
        )
