"""Bulk jobs of the sandbox: nothing before they are closed, results for every line, failures too."""

import csv
import io

import pytest

from adapters.sandbox.salesforce import SalesforceOptions

JOB = {"object": "Account", "operation": "upsert", "externalIdFieldName": "ERP_Id__c"}


def begun(crm, text: str, **changes: object) -> str:
    status, job = crm.call("POST", "/jobs/ingest", {**JOB, **changes})
    assert (status, job["state"]) == (200, "Open"), job
    assert job["contentUrl"].endswith(f"/jobs/ingest/{job['id']}/batches")
    assert crm.call("PUT", f"/jobs/ingest/{job['id']}/batches", text.encode())[0] == 201
    return job["id"]


def close(crm, job: str) -> None:
    assert crm.call("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})[0] == 200


def state(crm, job: str) -> str:
    return crm.call("GET", f"/jobs/ingest/{job}")[1]["state"]


def lines(crm, job: str, which: str) -> list[dict[str, str]]:
    headers = {"authorization": f"Bearer {crm.token}"}
    response = crm.raw("GET", f"/services/data/v67.0/jobs/ingest/{job}/{which}", headers=headers)
    assert response.content_type == "text/csv"
    return list(csv.DictReader(io.StringIO(response.body.decode())))


def test_a_job_works_only_after_it_was_closed_and_tells_of_every_line(crm):
    crm.put("Account", "C-1", Name="old", Phone="1")
    job = begun(crm, 'ERP_Id__c,Name,Phone\nC-1,"new, and long",#N/A\nC-2,,5\nC-3,x,\n')
    assert crm.query("SELECT Name FROM Account WHERE ERP_Id__c = 'C-1'")[0]["Name"] == "old"
    close(crm, job)
    assert state(crm, job) == "JobComplete"
    done = {line["ERP_Id__c"]: line["sf__Created"] for line in lines(crm, job, "successfulResults")}
    assert done == {"C-1": "false", "C-3": "true"}
    (failed,) = lines(crm, job, "failedResults")
    assert failed["ERP_Id__c"] == "C-2"
    assert failed["sf__Error"].startswith("REQUIRED_FIELD_MISSING:")
    assert lines(crm, job, "unprocessedrecords") == []
    held = crm.query("SELECT Name, Phone FROM Account WHERE ERP_Id__c = 'C-1'")[0]
    assert (held["Name"], held["Phone"]) == ("new, and long", None)


def test_parents_and_types_come_in_columns(crm):
    crm.put("Account", "C-1", Name="a")
    job = begun(
        crm,
        "ERP_Id__c,ERP_Account__r.ERP_Id__c,ERP_Total__c,ERP_Number__c\nI-1,C-1,12.50,7\nI-2,C-9,1,8\n",
        object="ERP_Invoice__c",
    )
    close(crm, job)
    (good,) = lines(crm, job, "successfulResults")
    assert good["ERP_Id__c"] == "I-1"
    (bad,) = lines(crm, job, "failedResults")
    assert "Foreign key external ID: C-9 not found" in bad["sf__Error"]


def test_a_job_takes_its_time_and_works_though_nobody_asks(make_crm):
    crm = make_crm(SalesforceOptions(bulk_seconds=60))
    job = begun(crm, "ERP_Id__c,Name\nC-1,x\n")
    close(crm, job)
    assert state(crm, job) == "UploadComplete"
    crm.clock.forward(61)
    assert set(crm.sandbox.records("Account")) == {"C-1"}


def test_a_job_that_breaks_down_leaves_lines_unprocessed(make_crm):
    crm = make_crm(SalesforceOptions(bulk_fails_after=1))
    job = begun(crm, "ERP_Id__c,Name\nC-1,x\nC-2,y\n")
    close(crm, job)
    assert state(crm, job) == "Failed"
    assert [line["ERP_Id__c"] for line in lines(crm, job, "successfulResults")] == ["C-1"]
    assert [line["ERP_Id__c"] for line in lines(crm, job, "unprocessedrecords")] == ["C-2"]


def test_a_job_that_is_given_up_does_nothing(crm):
    job = begun(crm, "ERP_Id__c,Name\nC-1,x\n")
    assert crm.call("PATCH", f"/jobs/ingest/{job}", {"state": "Aborted"})[0] == 200
    assert state(crm, job) == "Aborted"
    assert crm.call("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})[0] == 400
    assert crm.sandbox.records("Account") == {}
    assert crm.call("DELETE", f"/jobs/ingest/{job}")[0] == 204
    assert crm.call("GET", f"/jobs/ingest/{job}")[0] == 404


def test_a_column_that_is_no_field_fails_the_whole_job(crm):
    job = begun(crm, "ERP_Id__c,Nope__c\nC-1,x\n")
    close(crm, job)
    found = crm.call("GET", f"/jobs/ingest/{job}")[1]
    assert (found["state"], "Nope__c" in found["errorMessage"]) == ("Failed", True)
    assert len(lines(crm, job, "unprocessedRecords")) == 1


@pytest.mark.parametrize(
    "changes",
    [{"object": "Nope"}, {"operation": "insert"}, {"externalIdFieldName": "Name"},
     {"contentType": "XML"}],
)  # fmt: skip
def test_a_job_that_cannot_work_is_refused(crm, changes):
    assert crm.call("POST", "/jobs/ingest", {**JOB, **changes})[0] == 400


def test_data_is_uploaded_once(crm):
    job = begun(crm, "ERP_Id__c,Name\nC-1,x\n")
    assert crm.call("PUT", f"/jobs/ingest/{job}/batches", b"ERP_Id__c\nC-2\n")[0] == 400


def test_a_fault_meets_the_jobs_of_its_object_only(crm):
    crm.sandbox.fault("unavailable", object="Contact", times=1)
    job = begun(crm, "ERP_Id__c,Name\nC-1,x\n")
    crm.sandbox.fault("unavailable", object="Account", method="PATCH", times=1)
    assert crm.call("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})[0] == 503
