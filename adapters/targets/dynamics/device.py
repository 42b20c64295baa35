"""A person signs in once, with a code typed into a page on any machine (RFC 8628).

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code. What comes of it is a
refresh token: that is the secret with which the target signs in from then on.
"""

from __future__ import annotations

from adapters.http import HttpClient
from adapters.settings import HttpSettings
from adapters.targets.dynamics.flows import DeviceCode
from adapters.targets.dynamics.tokens import Endpoints, senseless
from agent.errors import TargetAuthError
from agent.ports import AdapterContext

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER = 5.0
_NOT_YET = frozenset({"authorization_pending", "slow_down"})
_NO = frozenset({"authorization_declined", "access_denied"})
_LATE = frozenset({"expired_token", "code_expired", "bad_verification_code"})


class DeviceSignIn:
    """One sign-in under way (satisfies `agent.ports.PendingCode`).

    Asks for the code at once. Raises TargetAuthError, TargetUnavailable.
    """

    def __init__(
        self,
        settings: HttpSettings,
        sign_in: DeviceCode,
        authority: str,
        audience: str,
        context: AdapterContext,
    ) -> None:
        self.secret = sign_in.refresh_token.removeprefix("secret:")
        self._form = {
            "client_id": sign_in.client_id,
            "scope": f"{audience}/user_impersonation offline_access",
        }
        self._http = HttpClient(settings, context)
        self._endpoints = Endpoints(authority, sign_in.tenant, self._http, context)
        try:
            self._begin()
        except BaseException:
            self._http.close()
            raise

    def _begin(self) -> None:
        said = self._endpoints.ask(self._endpoints.device, self._form)
        if "error" in said:
            raise self._endpoints.refused(said)
        device, code, url = (
            said.get(name) for name in ("device_code", "user_code", "verification_uri")
        )
        if not isinstance(device, str) or not isinstance(code, str) or not isinstance(url, str):
            raise senseless()
        self.code = code
        self.url = url
        self.interval = _seconds(said.get("interval"), 5.0)
        self.lives = _seconds(said.get("expires_in"), 900.0)
        self._asked = {**self._form, "grant_type": _GRANT, "device_code": device}

    def poll(self) -> str | None:
        """The secret to keep, once the person has confirmed; None: not yet.

        Raises TargetAuthError, TargetUnavailable.
        """
        said = self._endpoints.ask(self._endpoints.token, self._asked)
        error = said.get("error")
        if error in _NOT_YET:
            self.interval += _SLOWER if error == "slow_down" else 0.0
            return None
        if error in _NO:
            raise TargetAuthError(
                "The person declined the sign-in.",
                code="SIGN_IN_DECLINED",
                hint="Begin again, and accept what the page asks for.",
            )
        if error in _LATE:
            raise TargetAuthError(
                "The code was not typed in in time.",
                code="SIGN_IN_LATE",
                hint="Begin again: each code is good for about 15 minutes.",
            )
        if error is not None:
            raise self._endpoints.refused(said)
        token = said.get("refresh_token")
        if not isinstance(token, str) or not token:
            raise TargetAuthError(
                "Entra signed in but gave no refresh token.",
                code="NO_REFRESH_TOKEN",
                hint="Allow public client flows in the app registration, then begin again.",
            )
        return token

    def close(self) -> None:
        """Release connections."""
        self._http.close()


def _seconds(said: object, otherwise: float) -> float:
    return float(said) if isinstance(said, int | float) and said > 0 else otherwise
