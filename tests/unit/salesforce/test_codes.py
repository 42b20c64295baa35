"""Every status code that Salesforce documents has its receipt: one row each.

Records: SOAP API Developer Guide, "Core Data Types: StatusCode", as far as a write of ours can meet
it; requests: REST API Developer Guide, "Status Codes and Error Responses".
"""

from datetime import UTC, datetime

import orjson
import pytest

from adapters.http import Answer
from adapters.targets.salesforce import decode, trouble
from adapters.targets.salesforce.profile import build
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Message, Op, Rejected, WaitingFor

PROFILE = build("ERP_Id__c", {})
JSON = {"content-type": "application/json"}
NOW = datetime(2026, 11, 20, tzinfo=UTC)
FOREIGN = "Foreign key external ID: C-9 not found for field ERP_Id__c in entity Account"

RECORDS = {
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": Deferred,
    "APEX_DATA_ACCESS_RESTRICTION": Rejected,
    "API_CURRENTLY_DISABLED": Deferred,
    "CANNOT_EXECUTE_FLOW_TRIGGER": Rejected,
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": Rejected,
    "CIRCULAR_DEPENDENCY": Rejected,
    "DELETE_FAILED": Rejected,
    "DEPENDENCY_EXISTS": Rejected,
    "DUPLICATES_DETECTED": Rejected,
    "DUPLICATE_EXTERNAL_ID": Rejected,
    "DUPLICATE_VALUE": Rejected,
    "ENTITY_IS_DELETED": Deferred,
    "ENTITY_IS_LOCKED": Rejected,
    "FAILED_ACTIVATION": Rejected,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": Rejected,
    "FIELD_FILTER_VALIDATION_EXCEPTION": Rejected,
    "FIELD_INTEGRITY_EXCEPTION": Rejected,
    "INACTIVE_OWNER_OR_USER": Rejected,
    "INSUFFICIENT_ACCESS": Rejected,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": Rejected,
    "INSUFFICIENT_ACCESS_OR_READONLY": Rejected,
    "INVALID_CROSS_REFERENCE_KEY": Rejected,
    "INVALID_EMAIL_ADDRESS": Rejected,
    "INVALID_FIELD": Rejected,
    "INVALID_FIELD_FOR_INSERT_UPDATE": Rejected,
    "INVALID_ID_FIELD": Rejected,
    "INVALID_OPERATION": Rejected,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": Rejected,
    "INVALID_STATUS": Rejected,
    "INVALID_TYPE": Rejected,
    "INVALID_TYPE_ON_FIELD_IN_RECORD": Rejected,
    "JSON_PARSER_ERROR": Rejected,
    "LIMIT_EXCEEDED": Deferred,
    "MALFORMED_ID": Rejected,
    "MALFORMED_QUERY": Rejected,
    "MISSING_ARGUMENT": Rejected,
    "NUMBER_OUTSIDE_VALID_RANGE": Rejected,
    "PROCESSING_HALTED": Deferred,
    "QUERY_TIMEOUT": Deferred,
    "REQUEST_LIMIT_EXCEEDED": Deferred,
    "REQUIRED_FIELD_MISSING": Rejected,
    "SERVER_UNAVAILABLE": Deferred,
    "STANDARD_PRICE_NOT_DEFINED": Rejected,
    "STORAGE_LIMIT_EXCEEDED": Deferred,
    "STRING_TOO_LONG": Rejected,
    "TOO_MANY_APEX_REQUESTS": Deferred,
    "TRANSFER_REQUIRES_READ": Rejected,
    "UNABLE_TO_LOCK_ROW": Deferred,
    "UNKNOWN_EXCEPTION": Ambiguous,
}
REQUESTS = [
    (300, "", Ambiguous),
    (400, "JSON_PARSER_ERROR", BatchRefused),
    (400, "INVALID_FIELD", BatchRefused),
    (400, "MALFORMED_QUERY", BatchRefused),
    (400, "UNABLE_TO_LOCK_ROW", Deferred),
    (403, "REQUEST_LIMIT_EXCEEDED", TargetUnavailable),
    (403, "INSUFFICIENT_ACCESS", TargetAuthError),
    (404, "NOT_FOUND", Deferred),
    (405, "METHOD_NOT_ALLOWED", BatchRefused),
    (409, "", Deferred),
    (410, "", TargetUnavailable),
    (412, "", Deferred),
    (414, "", BatchRefused),
    (415, "", BatchRefused),
    (420, "", TargetUnavailable),
    (428, "", Deferred),
    (429, "", TargetUnavailable),
    (431, "", BatchRefused),
    (500, "UNKNOWN_EXCEPTION", Ambiguous),
    (502, "", Ambiguous),
    (503, "SERVER_UNAVAILABLE", TargetUnavailable),
    (504, "", Ambiguous),
]


def sent(number=1):
    fields = {"account": "C-9", "last_name": "x"}
    return Message(f"m{number}", Op.UPSERT, "contact", "contact/1", f"K-{number}", 1, fields)


@pytest.mark.parametrize("code", RECORDS)
def test_a_code_of_a_record(code):
    error = {"statusCode": code, "message": "said", "fields": ["LastName"]}
    body = orjson.dumps([{"success": False, "errors": [error]}])
    (receipt,) = decode.written(Answer(200, JSON, body), [sent()], PROFILE)
    assert type(receipt) is RECORDS[code]
    if isinstance(receipt, Rejected):
        assert receipt.field == "last_name"
        assert not receipt.reason.startswith("Salesforce refused it"), "it says more than that"


def test_the_table_has_every_code_that_the_target_knows():
    assert set(RECORDS) >= {*trouble.DEFERRED, *trouble.REJECTED}


def test_a_parent_that_is_missing_is_no_fault_of_the_record():
    error = {"statusCode": "INVALID_FIELD", "message": FOREIGN, "fields": []}
    body = orjson.dumps([{"success": False, "errors": [error]}])
    (receipt,) = decode.written(Answer(200, JSON, body), [sent()], PROFILE)
    assert isinstance(receipt, WaitingFor)


@pytest.mark.parametrize(("status", "code", "wanted"), REQUESTS)
def test_a_status_of_a_request(status, code, wanted):
    body = orjson.dumps([{"errorCode": code, "message": "said"}]) if code else b""
    answer = Answer(status, JSON, body)
    if issubclass(wanted, Exception):
        with pytest.raises(wanted) as caught:
            trouble.stop(answer, NOW)
        assert caught.value.hint
        return
    trouble.stop(answer, NOW)
    receipts = decode.written(answer, [sent(1), sent(2)], PROFILE)
    assert [type(receipt) for receipt in receipts] == [wanted] * 2
