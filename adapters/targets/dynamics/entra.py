"""What Microsoft Entra ID says when it refuses a sign-in. Pure.

Error codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes (AADSTS...).
They come as `error_codes` of the token answer and at the head of `error_description`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from agent.errors import TargetAuthError

_CODE = re.compile(r"AADSTS(\d+)")


class Meaning(NamedTuple):
    """Our stable code, what happened, what to do."""

    code: str
    title: str
    hint: str


_RENEW = "Make a new client secret in the app registration and set it with `waybill secrets set`."
_PERSON = "Sign in again: waybill sign-in {target}. Everything is kept meanwhile."
_APP = "Check tenant and client_id against the app registration."

MEANINGS: Mapping[int, Meaning] = {
    7000215: Meaning("AUTH_REFUSED", "The client secret is wrong.", _RENEW),
    7000222: Meaning("AUTH_EXPIRED", "The client secret has expired.", _RENEW),
    7000218: Meaning("AUTH_REFUSED", "The app is asked for a secret or certificate.", _APP),
    700016: Meaning("AUTH_REFUSED", "The directory does not know the app.", _APP),
    90002: Meaning("AUTH_REFUSED", "There is no such directory.", _APP),
    700027: Meaning(
        "AUTH_REFUSED",
        "The app does not know the certificate.",
        "Upload the certificate (without its key) to the app registration.",
    ),
    700024: Meaning(
        "CLOCK_SKEW",
        "The signed request is not valid at this time.",
        "Set this machine's clock (switch on time synchronisation).",
    ),
    500011: Meaning(
        "AUTH_REFUSED",
        "The directory does not know the environment.",
        "Check url and resource: the environment must belong to this tenant.",
    ),
    700082: Meaning("AUTH_EXPIRED", "The sign-in has expired because it was not used.", _PERSON),
    70043: Meaning("AUTH_EXPIRED", "The sign-in has expired by policy.", _PERSON),
    50173: Meaning("AUTH_REVOKED", "The sign-in was revoked (a new password).", _PERSON),
    50057: Meaning(
        "AUTH_REVOKED", "The account is disabled.", "Enable the account, sign in again."
    ),
    50076: Meaning("AUTH_REVOKED", "The sign-in must be confirmed by a second factor.", _PERSON),
    50079: Meaning("AUTH_REVOKED", "The sign-in must be confirmed by a second factor.", _PERSON),
    53003: Meaning(
        "AUTH_BLOCKED",
        "A conditional access policy blocks the sign-in.",
        "Ask the directory's administrator to allow the app from this machine.",
    ),
    65001: Meaning(
        "AUTH_REFUSED",
        "Nobody has consented to the app.",
        "Grant the app's permission for Dynamics CRM (user_impersonation).",
    ),
}
"""By AADSTS number; others are told by `error`."""


def refused(said: Mapping[str, object], target: str) -> TargetAuthError:
    """The error for a refused sign-in of a target (its name in the configuration)."""
    meaning = next((MEANINGS[n] for n in _numbers(said) if n in MEANINGS), None)
    shown = ", ".join(f"AADSTS{n}" for n in _numbers(said)) or str(said.get("error"))[:40]
    if meaning is not None:
        hint = meaning.hint.format(target=target)
        return TargetAuthError(
            f"Sign-in refused ({shown}): {meaning.title}", code=meaning.code, hint=hint
        )
    if said.get("error") == "invalid_grant":
        return TargetAuthError(
            f"Microsoft Entra no longer accepts the sign-in ({shown}).",
            code="AUTH_REVOKED",
            hint=_PERSON.format(target=target),
        )
    return TargetAuthError(
        f"Microsoft Entra refused the sign-in ({shown}).",
        code="AUTH_REFUSED",
        hint="Check tenant, client_id and its secret or certificate in the app registration.",
    )


def _numbers(said: Mapping[str, object]) -> list[int]:
    listed = said.get("error_codes")
    numbers = [n for n in listed if isinstance(n, int)] if isinstance(listed, list) else []
    return numbers or [int(n) for n in _CODE.findall(str(said.get("error_description") or ""))[:1]]
