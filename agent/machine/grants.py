r"""The exact grant that lets the agent's account in: commands to copy, for whoever may type them.

Names are quoted for the program that reads the line: `icacls` and PowerShell for folders and
shares, `setfacl` on Linux, Transact-SQL and plain SQL for databases.
"""

from __future__ import annotations

import os
import re
import shlex

from agent.machine import paths
from agent.machine.account import Account

NOBODY = (
    "This computer is in no domain, or its service account is nobody there: have the service run "
    "as an account that the server knows (`waybill service install --account`)."
)


def folder(account: Account, path: str, *, change: bool = False) -> str:
    """What lets the account read (or change) a folder and what is in it."""
    if os.name != "nt":
        rights = "rwX" if change else "rX"
        who = shlex.quote(f"u:{account.name}:{rights}")
        return f"setfacl -R -m {who} -m d:{who} {shlex.quote(path)}"
    return on_windows(account, path, change=change)


def on_windows(account: Account, path: str, *, change: bool = False) -> str:
    """The same for a folder of Windows: the file system's grant, and the share's where it is one."""
    is_share = paths.kind(path) is paths.Kind.SHARE
    who = account.network if is_share else account.name
    if not who:
        return NOBODY
    rights = "M" if change else "RX"
    line = f'icacls "{paths.plain(path)}" /grant "{who}:(OI)(CI){rights}"'
    if not is_share:
        return line
    share = paths.share_of(path)
    right = "Change" if change else "Read"
    return (
        f"{line}\non {paths.server_of(path)}: Grant-SmbShareAccess -Name {_powershell(share)} "
        f"-AccountName {_powershell(who)} -AccessRight {right} -Force"
    )


def sql_server(login: str, table: str, database: str = "") -> str:
    """Transact-SQL for an account of Windows: a login, a user of the database, one right."""
    who = f"[{login.replace(']', ']]')}]"
    use = f"USE [{database.replace(']', ']]')}]; " if database else ""
    right = f"GRANT SELECT ON {_dotted(table)} TO {who};" if table else (
        f"ALTER ROLE db_datareader ADD MEMBER {who};"
    )  # fmt: skip
    return f"CREATE LOGIN {who} FROM WINDOWS; {use}CREATE USER {who} FOR LOGIN {who}; {right}"


def sql(user: str, table: str) -> str:
    """SQL for a user of the database."""
    return f"GRANT SELECT ON {table} TO {user};"


def _dotted(table: str) -> str:
    if "[" in table or not re.fullmatch(r"[^.\s]+(\.[^.\s]+)*", table):
        return table
    return ".".join(f"[{part}]" for part in table.split("."))


def _powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
