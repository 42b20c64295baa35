"""What can be configured for Dynamics 365, and what cannot work."""

import pytest
from pydantic import ValidationError

from adapters.targets.dynamics import DynamicsConfig

SECRET = {"tenant": "contoso.example", "client_id": "app", "flow": "client_credentials",
          "client_secret": "secret:crm"}  # fmt: skip


@pytest.mark.parametrize(
    ("url", "resource", "audience"),
    [
        ("https://acme.api.crm4.dynamics.com", "", "https://acme.crm4.dynamics.com"),
        ("https://acme.crm.dynamics.com/", "", "https://acme.crm.dynamics.com"),
        ("https://x.example", "https://acme.crm.dynamics.com/", "https://acme.crm.dynamics.com"),
    ],
)
def test_the_environment_is_called_as_entra_knows_it(url, resource, audience):
    config = DynamicsConfig(url=url, resource=resource, sign_in=SECRET)
    assert config.audience == audience


@pytest.mark.parametrize(
    "wrong",
    [
        {"sign_in": {**SECRET, "client_secret": "in the clear"}},
        {"sign_in": {**SECRET, "tenant": "a/b"}},
        {"sign_in": {**SECRET, "flow": "password"}},
        {"authority": "http://login.example"},
        {"prefix": "mscrm"},
        {"prefix": "Erp"},
        {"batch": 1001},
        {"entities": ("unicorn",)},
        {"profile": {"account": {"fields": {"shoe_size": "x"}}}},
        {"profile": {"account": {"lengths": {"credit_limit": 3}}}},
        {"colour": "blue"},
    ],
)
def test_a_configuration_that_cannot_work_is_refused(wrong):
    with pytest.raises(ValidationError):
        DynamicsConfig(**{"url": "https://acme.api.crm4.dynamics.com", "sign_in": SECRET, **wrong})
