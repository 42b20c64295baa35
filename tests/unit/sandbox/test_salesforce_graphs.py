"""Composite graphs of the sandbox: each all or none, in the order of references, within limits."""

import pytest

HALTED = "PROCESSING_HALTED"
ROOT = "/services/data/v67.0/sobjects"


def node(name, url, body=None, method="PATCH"):
    return {"referenceId": name, "method": method, "url": f"{ROOT}/{url}", "body": body}


def account(name, **fields):
    return node(name, f"Account/ERP_Id__c/{name}", {"Name": name, **fields})


def contact(name, of, **fields):
    body = {"LastName": name, "AccountId": f"@{{{of}.id}}", **fields}
    return node(name, f"Contact/ERP_Id__c/{name}", body)


def send(crm, *graphs):
    """Status, and what each graph was told; or what the whole payload was."""
    given = [
        {"graphId": f"g{at}", "compositeRequest": list(nodes)} for at, nodes in enumerate(graphs)
    ]
    status, told = crm.call("POST", "/composite/graph", {"graphs": given})
    return status, told["graphs"] if status == 200 else told


def answers(graph):
    return {
        each["referenceId"]: (
            each["httpStatusCode"],
            each["body"][0]["errorCode"] if isinstance(each["body"], list) else "",
        )
        for each in graph["graphResponse"]["compositeResponse"]
    }


def names(crm, name="Account"):
    return {each["ERP_Id__c"] for each in crm.query(f"SELECT ERP_Id__c FROM {name}")}


def test_records_that_refer_to_each_other_are_made_in_one_call(crm):
    before = crm.sandbox.state()["usage"]
    status, (told,) = send(crm, [contact("C1", "A1"), account("A1"), contact("C2", "A1")])
    assert (status, told["graphId"], told["isSuccessful"]) == (200, "g0", True)
    responses = told["graphResponse"]["compositeResponse"]
    assert [(each["httpStatusCode"], each["body"]["created"]) for each in responses] == [
        (201, True)
    ] * 3
    assert [each["referenceId"] for each in responses] == ["A1", "C1", "C2"]
    found = crm.query("SELECT ERP_Id__c, Account.ERP_Id__c FROM Contact ORDER BY ERP_Id__c")
    assert [each["Account"]["ERP_Id__c"] for each in found] == ["A1", "A1"]
    assert crm.sandbox.state()["usage"] != before


def test_one_call_counts_once(crm):
    def used():
        return crm.call("GET", "/limits")[1]["DailyApiRequests"]["Remaining"]

    before = used()
    send(crm, [account("A1"), contact("C1", "A1")], [account("A2")])
    assert before - used() == 2, "it, and the question"


def test_a_graph_happens_as_a_whole_or_not_at_all_and_the_others_do(crm):
    bad = contact("C1", "A1", LastName=None)
    _, (one, other) = send(crm, [account("A1"), bad, contact("C2", "A1")], [account("A2")])
    assert (one["isSuccessful"], other["isSuccessful"]) == (False, True)
    assert answers(one) == {
        "A1": (400, HALTED), "C1": (400, "REQUIRED_FIELD_MISSING"), "C2": (400, HALTED),
    }  # fmt: skip
    assert names(crm) == {"A2"}
    assert set(crm.sandbox.write_log("Account")) == {"A2"}


def test_what_exists_is_updated(crm):
    crm.put("Account", "A1", Name="old")
    _, (told,) = send(crm, [account("A1"), contact("C1", "A1")])
    assert answers(told) == {"A1": (200, ""), "C1": (201, "")}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (node("X", "Account/Nothing__c/1", {"Name": "x"}), "NOT_FOUND"),
        (node("X", "Account", {"Name": "x"}, "PUT"), "METHOD_NOT_ALLOWED"),
        (contact("X", "nobody"), HALTED),
        (node("X", "Account/ERP_Id__c/1", {"Name": 5}), "JSON_PARSER_ERROR"),
    ],
)
def test_a_wrong_node_undoes_its_graph(crm, made, code):
    _, (told,) = send(crm, [account("A1"), made])
    assert answers(told)["X"][1] == code
    assert names(crm) == set()


def test_other_calls_than_upserts_may_be_nodes(crm):
    crm.put("Account", "A1", Name="old")
    made = node("N", "Account", {"Name": "new"}, "POST")
    changed = node("U", "Account/@{N.id}", {"Phone": "1"})
    read = node("R", "Account/ERP_Id__c/A1", method="GET")
    gone = node("D", "Account/ERP_Id__c/A1", method="DELETE")
    _, (told,) = send(crm, [made, changed, read, gone])
    assert {name: status for name, (status, _) in answers(told).items()} == {
        "N": 201, "U": 204, "R": 200, "D": 204,
    }  # fmt: skip
    assert [each["Phone"] for each in crm.query("SELECT Phone FROM Account")] == ["1"]


def test_after_too_many_failures_the_rest_is_halted(crm):
    bad = [[account(f"B{at}", Name=None)] for at in range(15)]
    _, told = send(crm, *bad[:14], [account("A1")])
    assert told[-1]["isSuccessful"]
    _, told = send(crm, *bad, [account("A2")])
    assert answers(told[-1]) == {"A2": (400, HALTED)}
    assert names(crm) == {"A1"}


def _chain(length):
    first = node("N0", "Account", {"Name": "x"}, "POST")
    return [
        first,
        *(
            node(f"N{at}", "Account", {"Name": "x", "ParentId": f"@{{N{at - 1}.id}}"}, "POST")
            for at in range(1, length)
        ),
    ]


def _kinds(count):
    every = [
        "Account", "Contact", "Order", "OrderItem", "Product2", "Pricebook2", "Case", "Quote"
    ]  # fmt: skip
    urls = [(f"{name}/ERP_Id__c/1", m) for m in ("GET", "PATCH") for name in every]
    return [node(f"N{at}", url, {}, method) for at, (url, method) in enumerate(urls[:count])]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ([[account(f"A{at}")] for at in range(75)], [[account(f"A{at}")] for at in range(76)]),
        (
            [[account(f"A{at}_{no}") for no in range(100)] for at in range(5)],
            [[account(f"A{at}_{no}") for no in range(167)] for at in range(3)],
        ),
        ([_chain(15)], [_chain(16)]),
        ([_kinds(15)], [_kinds(16)]),
    ],
    ids=["graphs", "nodes", "depth", "kinds"],
)
def test_a_payload_above_a_limit_is_refused_as_a_whole(crm, right, wrong):
    assert send(crm, *wrong)[0] == 400
    assert names(crm) == set()
    assert send(crm, *right)[0] == 200


@pytest.mark.parametrize(
    "graphs",
    [
        [],
        [{"graphId": "g"}],
        [{"graphId": "g", "compositeRequest": []}],
        [{"graphId": "", "compositeRequest": [account("A1")]}],
        [{"graphId": "g", "compositeRequest": [account("A1"), account("A1")]}],
        [{"graphId": "g", "compositeRequest": [account(each)]} for each in ("A1", "A2")],
        [{"graphId": "g", "compositeRequest": [contact("C1", "C2"), contact("C2", "C1")]}],
        [{"graphId": "g", "compositeRequest": [{**account("A1"), "url": "/services/data/v67.0/limits"}]}],
    ],
)  # fmt: skip
def test_a_payload_that_makes_no_sense_is_refused_as_a_whole(crm, graphs):
    status, told = crm.call("POST", "/composite/graph", {"graphs": graphs})
    assert (status, told[0]["errorCode"]) == (400, "INVALID_INPUT")
    assert names(crm) == set()


def test_an_older_version_has_no_graphs(crm):
    crm.call("GET", "/limits")
    headers = {"authorization": f"Bearer {crm.token}"}
    told = crm.raw("POST", "/services/data/v49.0/composite/graph", b"{}", headers)
    assert told.status == 404


def test_faults_meet_the_object_of_the_first_node_and_records_their_own(crm):
    crm.sandbox.fault("busy", object="Account", times=1)
    assert send(crm, [account("A1"), contact("C1", "A1")])[0] == 503
    crm.sandbox.fault("lock_row", object="Contact", times=1)
    _, (told,) = send(crm, [account("A1"), contact("C1", "A1")])
    assert answers(told) == {"A1": (400, HALTED), "C1": (400, "UNABLE_TO_LOCK_ROW")}
