"""What Salesforce says of the org's requests in the header of each answer."""

from datetime import timedelta

import pytest

from adapters.targets.salesforce.client import usage
from agent.model import Allowance

DAY = timedelta(days=1)
NAME = "API requests in 24 hours"


@pytest.mark.parametrize(
    ("said", "most", "left"),
    [
        ("api-usage=18/5000", 5000, 4982),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=sample)", 5000, 4975),
        ("per-app-api-usage=17/250(appName=sample); api-usage=5001/5000", 5000, 0),
    ],
)
def test_the_use_of_the_whole_org_is_read_and_never_that_of_one_app(said, most, left):
    assert list(usage({"sforce-limit-info": said}, 7.0)) == [
        Allowance(NAME, DAY, most, left, at=7.0)
    ]


@pytest.mark.parametrize(
    "said",
    ["", "per-app-api-usage=17/250(appName=sample)", "api-usage=x/y", "api-usage=1/0",
     "api-usage=" + "9" * 40 + "/5"],
)  # fmt: skip
def test_a_header_that_says_nothing_usable_says_nothing(said):
    assert list(usage({"sforce-limit-info": said}, 0.0)) == []


def test_no_header_says_nothing():
    assert list(usage({}, 0.0)) == []
