"""Clients that are closed at the end, and an authority that signs the certificates of stubs."""

import pytest

from adapters.http import HttpClient
from adapters.settings import HttpSettings
from tests.http_stub import Authority, context


@pytest.fixture
def client(tmp_path):
    opened = []

    def make(url, **settings):
        settings = HttpSettings(url=url, **settings)
        opened.append(HttpClient(settings, context(tmp_path, proxy_password="open sesame")))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority("Test CA", tmp_path_factory.mktemp("ca"))
