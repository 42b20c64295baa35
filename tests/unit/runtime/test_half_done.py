"""What is in the target already of something that waits for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import resources
from agent.decisions import CutLinks, Done, Park
from agent.model import Parent
from agent.queue.claims import Claim
from agent.queue.states import State
from agent.runtime.desk.half import half_done
from tests.unit.queue.pages import Queue

CONTRACTS = resources.contracts()
LINE = Claim(
    7, 1, b"", b"", 0, 1, False, 0, 1, "R1/1", {"invoice": "R1"},
    (Parent("invoice", "invoice", "R1"), Parent("product", "product", "P1")), 0.0, b"",
)  # fmt: skip


@pytest.fixture
def queue(tmp_path: Path):
    made = Queue(tmp_path)
    yield made
    made.close()


def half(entity: str, claim: Claim, *there: str, siblings: int = 1) -> dict[str, object] | None:
    found = half_done(
        CONTRACTS[entity], claim,
        is_there=lambda parent: parent.external_id in there, siblings=lambda _: siblings,
    )  # fmt: skip
    return found.as_json() if found else None


def test_a_line_that_was_refused_says_that_its_document_is_there() -> None:
    said = half("invoice_line", LINE, "R1", siblings=3)
    assert said is not None
    assert said["done"] == "The invoice R1 is in the target."
    assert said["missing"] == (
        "This invoice line of it is not, or not as the ERP says it."
        " 3 of its kind wait here for that document."
    )
    assert "replay" in str(said["finish"])
    assert "set-aside" in str(said["leave"])


def test_nothing_is_half_done_while_the_document_is_not_there() -> None:
    assert half("invoice_line", LINE) is None
    assert half("invoice_line", LINE, "P1") is None, "a product is no document of it"
    assert half("contact", LINE, "R1") is None


def test_a_record_whose_links_were_refused_is_there_without_them(queue: Queue) -> None:
    seq = queue.put("X1", {"parent_account": "P"}, parents=["P"])
    queue.decide(seq, CutLinks(queue.parent("P")))
    queue.decide(seq, Done())
    assert queue.state(seq) is State.PARENT
    (first,) = queue.sending.opened([seq]).claims
    queue.decide(queue.put("P"), Done())
    queue.decide(seq, Park("REFUSED", "why"))
    (claim,) = queue.sending.opened([seq]).claims
    assert (first.step, claim.step) == (2, 2)
    said = half("account", claim)
    assert said is not None
    assert said["done"] == "The account X1 is in the target."
    assert said["missing"] == "Its links are not: account."


def test_finishing_it_sends_only_what_is_missing_under_the_same_id(queue: Queue) -> None:
    seq = queue.put("X1", parents=["P"])
    queue.decide(seq, CutLinks(queue.parent("P")))
    queue.decide(seq, Done())
    queue.decide(queue.put("P"), Done())
    queue.decide(seq, Park("REFUSED", "why"))
    before = queue.sending.opened([seq]).claims[0]
    queue.desk.replay([seq], crm_changed=True)
    (claim,) = queue.claim()
    assert (claim.seq, claim.id, claim.step) == (seq, before.id, 2), "the links, not the record"


def test_what_is_no_part_of_anything_is_done_or_not(queue: Queue) -> None:
    seq = queue.put("X1")
    queue.decide(seq, Park("REFUSED", "why"))
    (claim,) = queue.sending.opened([seq]).claims
    assert half("account", claim) is None
