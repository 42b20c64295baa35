"""Every error code that the facts about the five CRMs document stands in a table of a test.

The facts are kept beside the checkout; where they are absent, nothing is compared.
"""

from __future__ import annotations

import re

import pytest

from adapters.http import Answer
from adapters.targets.dynamics import codes
from adapters.targets.salesforce import trouble as salesforce_trouble
from agent.errors import TargetUnavailable
from tests.unit.dynamics import test_codes as dynamics
from tests.unit.hubspot import test_codes as hubspot
from tests.unit.oracle import test_trouble as oracle
from tests.unit.salesforce import test_codes as salesforce
from tests.unit.sap import test_trouble as sap

pytestmark = pytest.mark.shared

RENEWED = {"INVALID_SESSION_ID", "EXPIRED_AUTHENTICATION", "INVALID_AUTHENTICATION"}
"""A 401: the session is renewed and the request sent once more, which the suite of all targets asks."""
NEVER_MET = {"0x80044352"}
"""Of reading changes by delta token, which no target does."""


@pytest.fixture(scope="module")
def facts(shared):
    return (shared / "reference" / "crm-contracts.md").read_text(encoding="utf-8")


def part(facts, first, following):
    """The text from one heading to another."""
    return facts.split(f"\n{first}", 1)[1].split(f"\n{following}", 1)[0]


def first_column(text):
    return [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]


def test_salesforce(facts):
    column = first_column(part(facts, "### 1.6", "### 1.7"))
    named = {code for cell in column for code in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", cell)}
    statuses = {int(code) for cell in column for code in re.findall(r"(?<!#)\b[3-5]\d\d\b", cell)}
    assert len(named) > 12
    assert len(statuses) > 12
    assert named - RENEWED <= {*salesforce.RECORDS, "NOT_FOUND"}
    assert statuses <= {status for status, _, _ in salesforce.REQUESTS}


@pytest.mark.parametrize(
    ("status", "code", "text", "ours"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "QUOTA_EXHAUSTED"),
        (
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
            "TOO_MANY_REQUESTS",
        ),
        (400, "UNKNOWN", "Access Declined", "TOO_MANY_REQUESTS"),
        (503, "SERVER_UNAVAILABLE", "", "SERVER_UNAVAILABLE"),
    ],
)
def test_salesforce_limits_in_their_own_words(facts, status, code, text, ours):
    assert text in facts
    body = f'[{{"errorCode":"{code}","message":"{text}"}}]'.encode()
    with pytest.raises(TargetUnavailable) as caught:
        salesforce_trouble.stop(Answer(status, salesforce.JSON, body), salesforce.NOW)
    assert caught.value.code == ours


def test_hubspot(facts):
    text = part(facts, "### 2.4", "### 2.5")
    categories = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", text.split("known: ")[1].split(".")[0]))
    assert len(categories) > 5
    assert categories - RENEWED <= set(hubspot.CATEGORIES)
    statuses = {int(code) for code in re.findall(r"\b[45]\d\d\b", text.split("Other statuses")[1])}
    assert {414, 423, 477} <= statuses
    assert statuses - {400} <= {*hubspot.WHOLE, *hubspot.STOPPED}
    assert "PROPERTY_DOESNT_EXIST" in hubspot.PROPERTY_ERRORS


def test_dynamics(facts):
    text = part(facts, "## 3.", "## 4.")
    named = {code.lower() for code in re.findall(r"\b0x[0-9a-fA-F]{8}\b", text)}
    assert len(named) > 10
    tables = {*dynamics.rows(dynamics.DEFERRED), *dynamics.rows(dynamics.REJECTED)}
    ours = {code.lower() for code, _ in tables}
    assert named - NEVER_MET <= ours
    assert set(codes.LIMITS) <= ours


def test_sap(facts):
    text = part(facts, "## 4.", "## 5.")
    statuses = {int(code) for code in re.findall(r"\b4\d\d\b", text)}
    assert {403, 412, 429} <= statuses
    assert statuses - {400} <= set(sap.STATUSES)
    assert "Property 'ABC' not found" in text
    assert "locked by user" in text
    worded = [words for words, _, _ in sap.WORDS]
    assert any("Property 'ABC' not found" in words for words in worded)
    assert any("locked by user" in words for words in worded)


def test_oracle(facts):
    text = part(facts, "### 5.3", "### 5.4")
    (plain,) = re.findall(r"plain text\*\*.*?`([^`]+)`", text)
    statuses = {int(code) for code in re.findall(r"\b4\d\d\b", text)}
    assert {412, 429} <= statuses <= oracle.STATUSES
    assert plain in oracle.PLAIN
