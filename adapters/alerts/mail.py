"""Mail by SMTP (RFC 5321), under TLS everywhere but on this machine itself.

A mail says that it was written by a machine (RFC 3834), so that nobody's absence note answers it,
and carries an id that stays the same when it has to be sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from adapters.network import trust
from adapters.settings import Duration, SecretRef, is_host, is_loopback, secret
from agent.errors import AlertFailed
from agent.model import Alert
from agent.ports import AdapterContext


class MailConfig(BaseModel):
    """A mail server, who sends and who is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(description="The mail server that takes mail from this machine.")
    port: int = Field(587, ge=1, le=65535, description="587 for starttls, 465 for tls.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is protected; none on this machine only."
    )
    user: str = Field("", description="Name to sign in with, where the server asks for one.")
    password: SecretRef | None = Field(None, description='Its password: "secret:NAME".')
    sender: str = Field(description="Address that the mails come from.")
    to: tuple[str, ...] = Field(min_length=1, description="Addresses of those who are told.")
    ca_file: Path | None = Field(
        None, description="Certificates (PEM) to trust beside those of the operating system."
    )
    timeout: Duration = Field(
        timedelta(seconds=30),
        gt=timedelta(0),
        le=timedelta(minutes=2),
        description="Longest wait for one answer of the server.",
    )

    @field_validator("sender")
    @classmethod
    def _sender(cls, text: str) -> str:
        return _address(text)

    @field_validator("to", mode="before")
    @classmethod
    def _to(cls, given: object) -> object:
        said = [given] if isinstance(given, str) else given
        if not isinstance(said, (list, tuple)) or not all(isinstance(one, str) for one in said):
            raise ValueError('this is an address, or a list of them: ["it@example.com"]')
        return tuple(_address(one) for one in said)

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if not is_host(self.host):
            raise ValueError("host: this is not the name of a server")
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError("security: none is for this machine only; use starttls or tls")
        if (self.password is not None) != bool(self.user):
            raise ValueError("user and password go together")
        return self


def _address(text: str) -> str:
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        raise ValueError("this is not a mail address") from None
    if not found.username or not found.domain or not text.isascii():
        raise ValueError("this is not a mail address")
    return text


class MailChannel:
    """Satisfies `agent.ports.AlertChannel`; a connection of its own for each mail."""

    def __init__(self, config: MailConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context

    def send(self, alert: Alert) -> None:
        """One mail to all. Raises AlertFailed."""
        config = self._config
        try:
            with self._connected() as server:
                if config.password is not None:
                    server.login(config.user, secret(self._context, config.password))
                refused = server.send_message(self._mail(alert), config.sender, list(config.to))
        except smtplib.SMTPAuthenticationError:
            raise AlertFailed(
                f"The mail server {config.host} refused the sign-in.",
                code="MAIL_SIGN_IN",
                params={"host": config.host},
                hint=f"Check user and {config.password}.",
            ) from None
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or "handshake failed"
            raise AlertFailed(
                f"The certificate of the mail server {config.host} is not trusted: {reason}.",
                code="MAIL_TLS",
                params={"host": config.host, "reason": reason},
                hint="Name the authority that signed it as ca_file.",
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise AlertFailed(
                f"The mail server {config.host} did not take the mail ({_why(error)}).",
                code="MAIL_FAILED",
                params={"host": config.host, "reason": _why(error)},
                hint="Check host, port and security, and whether it takes mail from this machine.",
            ) from None
        if refused:
            raise AlertFailed(
                f"The mail server {config.host} refused {len(refused)} of "
                f"{len(config.to)} addresses.",
                code="MAIL_REFUSED",
                params={"host": config.host, "count": str(len(refused))},
                hint="Check the addresses in `to`.",
            )

    def close(self) -> None:
        """Nothing is kept open."""

    def _connected(self) -> smtplib.SMTP:
        config, seconds = self._config, self._config.timeout.total_seconds()
        if config.security == "none":
            return smtplib.SMTP(config.host, config.port, timeout=seconds)
        context = trust(config.ca_file and self._context.folder / config.ca_file)
        if config.security == "tls":
            return smtplib.SMTP_SSL(config.host, config.port, timeout=seconds, context=context)
        server = smtplib.SMTP(config.host, config.port, timeout=seconds)
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server

    def _mail(self, alert: Alert) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = " ".join(alert.headline.split())[:200]
        mail["From"] = self._config.sender
        mail["To"] = ", ".join(self._config.to)
        mail["Date"] = format_datetime(alert.at)
        mail["Message-ID"] = f"<{alert.id}@{self._config.sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(alert.text)
        return mail


def _why(error: Exception) -> str:
    """What kind of trouble; a server's own sentence may quote what it was given."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answer {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "all addresses refused"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__
