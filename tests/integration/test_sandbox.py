"""The sandbox CRM over its real sockets: TLS, keep-alive, outages, a process of its own."""

import http.client
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import orjson
import pytest

from adapters.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
BASE = "/services/data/v67.0"
PATIENCE = 15.0


def connect(url: str, ca_file: str | Path) -> httpx.Client:
    tls = ssl.create_default_context(cafile=str(ca_file))
    return httpx.Client(base_url=url, verify=tls, timeout=PATIENCE)


def sign_in(client: httpx.Client, client_id: str, client_secret: str) -> httpx.Client:
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }
    answer = client.post("/services/oauth2/token", data=form)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "crm", seed=1) as running:
        yield running
    assert list(running.crashes) == []


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with connect(sandbox.url, sandbox.ca_file) as opened:
        yield sign_in(opened, sandbox.client_id, sandbox.client_secret)


def upsert(client: httpx.Client, *keys: str, name: str = "a") -> httpx.Response:
    records = [{"attributes": {"type": "Account"}, "ERP_Id__c": k, "Name": name} for k in keys]
    body = {"allOrNone": False, "records": records}
    return client.patch(f"{BASE}/composite/sobjects/Account/ERP_Id__c", json=body)


def wait_until(condition: Any) -> None:
    """Real sockets need real time: ask often, give up late."""
    pause = Event()
    for _ in range(int(PATIENCE / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("it never came true")


def test_only_who_trusts_the_test_ca_connects(sandbox: Sandbox):
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{sandbox.url}{BASE}")
    with connect(f"https://localhost:{sandbox.port}", sandbox.ca_file) as by_name:
        assert by_name.get("/services/data").status_code == 200


def test_a_connection_is_kept_and_each_answer_counts_the_calls(sandbox: Sandbox):
    tls = ssl.create_default_context(cafile=str(sandbox.ca_file))
    connection = http.client.HTTPSConnection(
        "127.0.0.1", sandbox.port, context=tls, timeout=PATIENCE
    )
    form = (
        f"grant_type=client_credentials&client_id={sandbox.client_id}"
        f"&client_secret={sandbox.client_secret}"
    )
    connection.request("POST", "/services/oauth2/token", form)
    token = orjson.loads(connection.getresponse().read())["access_token"]
    kept = connection.sock
    for number in (1, 2, 3):
        connection.request("GET", f"{BASE}/limits", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("Sforce-Limit-Info") == f"api-usage={number}/1000000"
        assert connection.sock is kept
    connection.close()


def test_bodies_may_be_chunked_or_compressed(client: httpx.Client, sandbox: Sandbox):
    import gzip

    path = f"{BASE}/sobjects/Account/ERP_Id__c/"
    chunks = iter([b'{"Name"', b': "a"}'])
    assert client.patch(f"{path}1", content=chunks).status_code == 201
    packed = gzip.compress(b'{"Name": "b"}')
    headers = {"Content-Encoding": "gzip"}
    assert client.patch(f"{path}2", content=packed, headers=headers).status_code == 201
    assert client.patch(f"{path}3", content=b"no", headers=headers).status_code == 400
    assert sorted(sandbox.records("Account")) == ["1", "2"]


def test_an_address_that_is_too_long_is_refused(client: httpx.Client):
    assert client.get(f"{BASE}/query", params={"q": "x" * 17_000}).status_code == 414


def test_many_clients_write_at_once_and_nothing_is_lost(sandbox: Sandbox):
    def write(worker: int) -> list[int]:
        with connect(sandbox.url, sandbox.ca_file) as own:
            sign_in(own, sandbox.client_id, sandbox.client_secret)
            return [
                upsert(own, *(f"{worker}-{n}-{i}" for i in range(20)), "shared").status_code
                for n in range(5)
            ]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for found in pool.map(write, range(8)) for status in found]
    assert set(statuses) == {200}
    assert len(sandbox.records("Account")) == 8 * 5 * 20 + 1
    assert sandbox.write_log("Account")["shared"]["creates"] == 1


def test_down_refuses_and_cuts_and_the_state_survives(client: httpx.Client, sandbox: Sandbox):
    upsert(client, "C-1")
    number = sandbox.fault("down")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sandbox.port), PATIENCE)
    with pytest.raises(httpx.TransportError):
        upsert(client, "C-2")
    sandbox.lift(number)
    assert upsert(client, "C-3").status_code == 200
    assert sorted(sandbox.records("Account")) == ["C-1", "C-3"]


def test_down_by_the_admin_page_comes_up_again_by_itself(client: httpx.Client, sandbox: Sandbox):
    headers = {"Authorization": f"Bearer {sandbox.admin_token}"}
    order = {"kind": "down", "seconds": 0.5}
    port = sandbox.port
    assert client.post("/sandbox/faults", json=order, headers=headers).status_code == 200

    def is_up() -> bool:
        try:
            return client.get(f"{BASE}/limits").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(lambda: not is_up())
    wait_until(is_up)
    assert sandbox.port == port
    assert sandbox.state()["faults"] == []


def test_a_lost_answer_leaves_the_write_and_a_repetition_has_no_effect(
    client: httpx.Client, sandbox: Sandbox
):
    sandbox.fault("commit_then_drop", object="Account", times=1)
    with pytest.raises(httpx.TransportError):
        upsert(client, "C-1", "C-2")
    assert upsert(client, "C-1", "C-2").json()[0]["created"] is False
    history = sandbox.write_log("Account")["C-1"]
    assert [history[name] for name in ("creates", "updates", "repeats")] == [1, 0, 1]


def test_a_late_commit_comes_after_the_connection_was_cut(client: httpx.Client, sandbox: Sandbox):
    sandbox.fault("late_commit", times=1, seconds=0.3)
    with pytest.raises(httpx.TransportError):
        upsert(client, "C-1")
    assert sandbox.records("Account") == {}
    wait_until(lambda: list(sandbox.records("Account")) == ["C-1"])


def test_slow_is_slower_than_a_client_that_does_not_wait(client: httpx.Client, sandbox: Sandbox):
    sandbox.fault("slow", seconds=30, times=1)
    with pytest.raises(httpx.ReadTimeout):
        client.get(f"{BASE}/limits", timeout=0.3)
    assert client.get(f"{BASE}/limits").status_code == 200


def test_a_client_that_hangs_up_in_the_middle_of_a_body_commits_nothing(sandbox: Sandbox):
    tls = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with (
        socket.create_connection(("127.0.0.1", sandbox.port), PATIENCE) as plain,
        tls.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
    ):
        wrapped.sendall(b"POST /services/oauth2/token HTTP/1.1\r\nContent-Length: 500\r\n\r\ngrant")
    with connect(sandbox.url, sandbox.ca_file) as opened:
        sign_in(opened, sandbox.client_id, sandbox.client_secret)
    assert sandbox.state()["sign_ins"] == 1


def test_a_snapshot_keeps_records_log_and_credentials(tmp_path: Path):
    details = {"ERP_Balance__c": 12.5, "BillingCity": "Köln"}
    with Sandbox(tmp_path, keep=True) as first, connect(first.url, first.ca_file) as own:
        sign_in(own, first.client_id, first.client_secret)
        own.patch(f"{BASE}/sobjects/Account/ERP_Id__c/C-1", json={"Name": "a", **details})
        own.patch(f"{BASE}/sobjects/Account/ERP_Id__c/C-2", json={"Name": "b"})
        own.delete(f"{BASE}/sobjects/Account/ERP_Id__c/C-2")
        before = first.records("Account")
        authority = first.ca_file.read_bytes()
    with Sandbox(tmp_path, keep=True) as second, connect(second.url, second.ca_file) as own:
        assert second.ca_file.read_bytes() == authority
        assert second.records("Account") == before
        assert second.write_log("Account")["C-2"]["deletes"] == 1
        sign_in(own, first.client_id, first.client_secret)
        third = own.patch(f"{BASE}/sobjects/Account/ERP_Id__c/C-3", json={"Name": "c"}).json()["id"]
        assert third not in {row["Id"] for row in before.values()}
        again = own.patch(f"{BASE}/sobjects/Account/ERP_Id__c/C-1", json=details)
        assert again.json()["created"] is False
        assert second.write_log("Account")["C-1"]["repeats"] == 1


def start_process(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    command = [sys.executable, "-m", "adapters.sandbox", "--folder", str(folder), *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, orjson.loads(process.stdout.readline())


def test_by_hand_it_says_how_to_reach_it_and_keeps_state_on_sigterm(tmp_path: Path):
    process, told = start_process(tmp_path)
    with connect(told["url"], told["ca_file"]) as own:
        sign_in(own, told["client_id"], told["client_secret"])
        assert upsert(own, "C-1").status_code == 200
    assert Path(told["jwt_key_file"]).is_file()
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=PATIENCE) == (b"", b"")
    assert process.returncode == 0

    process, told = start_process(tmp_path, "--until-eof")
    with connect(told["url"], told["ca_file"]) as own:
        headers = {"Authorization": f"Bearer {told['admin_token']}"}
        page = own.get("/sandbox/records", params={"object": "Account"}, headers=headers).json()
    assert list(page["records"]) == ["C-1"]
    process.communicate(timeout=PATIENCE)  # closes its stdin
    assert process.returncode == 0


def test_a_port_that_is_taken_is_said_plainly(sandbox: Sandbox, tmp_path: Path):
    command = [sys.executable, "-m", "adapters.sandbox", "--folder", str(tmp_path / "other")]
    done = subprocess.run(
        [*command, "--port", str(sandbox.port)],
        cwd=ROOT,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert b"cannot listen on port" in done.stderr
    assert b"Traceback" not in done.stderr
