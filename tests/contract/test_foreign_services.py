"""A client says what it found where it expected the service, and never guesses."""

import threading
from pathlib import Path

import pytest

from agent.control.client import Client, ControlError
from agent.control.transport import TRANSPORT


class Scripted:
    """Accepts clients on the real transport and says prepared bytes to each."""

    def __init__(self, home: Path, said: bytes) -> None:
        self.listener = TRANSPORT.listen(home)
        self.said = said
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        while not self.ended.is_set():
            if (connection := self.listener.accept(0.05)) is not None:
                self.speak(connection)

    def speak(self, connection) -> None:
        connection.identify(10)
        greeting, _, answer = self.said.partition(b"\n{")
        connection.send(greeting + (b"\n" if answer else b""), 10)
        if answer:
            connection.receive(10)
            connection.send(b"{" + answer, 10)
        connection.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join(10)
        self.listener.close()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b'{"api_version":2,"version":"9.0.0","agent":"x"}\n', "API_VERSION"),
        (b'{"api_version":0,"version":"0.0.1","agent":"x"}\n', "API_VERSION"),
        (b'{"hello":"world"}\n', "API_VERSION"),
        (b"SSH-2.0-OpenSSH\n", "SERVICE_BROKE_OFF"),
        (b"[1]\n", "SERVICE_BROKE_OFF"),
        (b"", "SERVICE_BROKE_OFF"),
        (b'{"api_version":1', "SERVICE_BROKE_OFF"),
        (b'{"api_version":1,"version":"1","agent":"x"}\n', "SERVICE_BROKE_OFF"),
        (b'{"api_version":1,"version":"1"}\n{"id":1,"result":[]}\n', "SERVICE_BROKE_OFF"),
        (b'{"api_version":1,"version":"1"}\n{"id":1,"error":"no"}\n', "SERVICE_BROKE_OFF"),
    ],
)
def test_a_service_of_another_version_or_kind_is_named_not_guessed_at(home, said, code):
    with Scripted(home, said), pytest.raises(ControlError) as caught:
        Client(home, timeout=5).status()
    assert caught.value.code == code


def test_fields_that_a_newer_service_adds_are_ignored(home):
    said = b'{"api_version":1,"version":"9","new":[]}\n{"id":1,"result":{"new":1}}\n'
    with Scripted(home, said):
        assert Client(home).call("status") == {"new": 1}
