"""The list for the firewall's team, out of the configuration."""

import tomllib

from agent.runtime.operate.reach import Need, needs

TEXT = r"""
[agent]
proxy = "http://proxy.corp:3128"
[sources.files]
kind = "files"
folder = '\\ERP-FS\export\out'
settle = { archive = '\\arch\done' }
[sources.local]
folder = 'D:\ERP'
[sources.sql]
connection = { driver = "ODBC Driver 18 for SQL Server", server = 'tcp:db01\INST', database = "ERP" }
[sources.sql2]
connection = { driver = "ODBC Driver 18 for SQL Server", server = "db02,14330" }
[sources.pg]
connection = { driver = "PostgreSQL Unicode", server = "pg", port = 5433 }
[sources.here]
connection = { driver = "PostgreSQL Unicode", server = "localhost" }
[sources.dsn]
dsn = "ERP"
[targets.crm]
url = "https://example.my.salesforce.com"
sign_in = { audience = "https://login.salesforce.com", token_url = "https://sso.example:8443/t" }
[targets.open]
url = "https://hooks.example/in"
proxy = "direct"
[targets.script]
url = "https://a.example"
proxy = "pac+http://wpad.corp/proxy.pac"
[targets.sandbox]
url = "http://127.0.0.1:8000"
[[alerts]]
name = "it"
kind = "mail"
host = "mail.corp"
"""


def test_every_host_and_port_is_named_once_with_its_way() -> None:
    common = "proxy.corp:3128"
    assert needs(tomllib.loads(TEXT)) == [
        Need("sources.files", "erp-fs", 445),
        Need("sources.files", "arch", 445),
        Need("sources.sql", "db01", 1433),
        Need("sources.sql2", "db02", 14330),
        Need("sources.pg", "pg", 5433),
        Need("sources.dsn", "ODBC ERP", 0),
        Need("targets.crm", "example.my.salesforce.com", 443, common),
        Need("targets.crm", "sso.example", 8443, common),
        Need("targets.crm", "proxy.corp", 3128),
        Need("targets.open", "hooks.example", 443),
        Need("targets.script", "a.example", 443, "pac+http://wpad.corp/proxy.pac"),
        Need("targets.script", "wpad.corp", 80),
        Need("alerts.it", "mail.corp", 587),
    ]


def test_nonsense_in_a_configuration_needs_nothing() -> None:
    assert needs({"targets": 3, "sources": {"a": 4}, "alerts": {}, "agent": []}) == []
    assert needs({"targets": {"a": {"url": "https://x:99999999"}}}) == [Need("targets.a", "x", 0)]
