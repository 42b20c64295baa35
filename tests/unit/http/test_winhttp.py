"""Windows evaluates a proxy script, and says when it cannot have it."""

import pytest

from agent.errors import TargetUnavailable
from tests.http_stub import Stub, reply
from tests.wine import IS_WINDOWS

pytestmark = pytest.mark.skipif(not IS_WINDOWS, reason="WinHTTP is Windows'")

SCRIPT = b"""function FindProxyForURL(url, host) {
  if (host == "inside.example") return "DIRECT";
  return "PROXY proxy.example:3128; PROXY second.example:8080";
}"""


def test_a_script_says_proxies_by_host() -> None:
    from adapters import winhttp

    served = reply(200, SCRIPT, content_type="application/x-ns-proxy-autoconfig")
    with Stub(lambda _: served) as stub:
        script = f"http://127.0.0.1:{stub.port}/proxy.pac"
        found = winhttp.found("https://crm.example:443/", script)
        assert found[0] == "http://proxy.example:3128"
        assert winhttp.found("https://inside.example:443/", script) == [None]


def test_a_script_that_cannot_be_had_is_a_plain_sentence() -> None:
    from adapters import winhttp

    with Stub(lambda _: reply(404)) as stub, pytest.raises(TargetUnavailable, match="PROXY_SCRIPT"):
        winhttp.found("https://crm.example:443/", f"http://127.0.0.1:{stub.port}/proxy.pac")
