"""The acts of the story, in order. Each makes something happen and proves what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from agent.demo import exports, words
from agent.demo.leaks import leaks
from agent.demo.stage import ActFailedError, Stage


@dataclass(frozen=True, slots=True)
class Act:
    """One act: a name for JSON, what is about to happen, and how; it returns what came of it."""

    name: str
    title: str
    play: Callable[[Stage], str]


def first_load(stage: Stage) -> str:
    """Everything that the ERP has arrives in the CRM."""
    stage.publish(*stage.erp.kinds)
    stage.worker.start()
    whole = sum(history.living for history in stage.histories.values())
    stage.until("the first load", stage.agreed, whole=whole)
    tables = len(stage.erp.kinds) - len(exports.NAMES)
    return f"{whole:,} records of {len(exports.NAMES)} exports and {tables} tables are in the CRM."


def working_day(stage: Stage) -> str:
    """Edits, inserts and deletes, in files and in tables."""
    erp, tenth = stage.erp, max(3, stage.options.size.accounts // 10)
    for key in erp.some("account", tenth):
        erp.change("account", key, TEL=f"+49 30 {erp.random.randint(10**6, 10**7)}")
    for key in erp.some("product", 5):
        erp.change("product", key, TEXT=f"Neu:\n{erp.tables['product'][key]['TEXT']}")
    for key in erp.some("price_book_entry", 15):
        erp.change("price_book_entry", key, PRICE=erp.tables["price_book_entry"][key]["PRICE"] + 1)
    for account in [erp.new_account() for _ in range(tenth // 3)]:
        if erp.tables["account"][account]["TYP"] != "I":
            erp.new_contact(account)
    erp.new_product()
    gone, people = _customers_leave(stage)
    retired = _retire(stage)
    if stage.has_tables:
        _trade(stage)
    stage.publish("contact", *stage.erp.kinds)
    stage.until("the day's work to arrive", stage.agreed)
    return (
        f"Changed, added and deleted; {gone} customers and their {people} contacts are gone, "
        f"product {retired} is switched off."
    )


def _customers_leave(stage: Stage) -> tuple[int, int]:
    erp = stage.erp
    gone = erp.unbound_accounts(3)
    people = erp.contacts_of(gone)
    for key in people:
        erp.drop("contact", key)
    for key in gone:
        erp.drop("account", key)
    return len(gone), len(people)


def _retire(stage: Stage) -> str:
    """A product that nobody ordered leaves the ERP, with its prices and stock."""
    erp = stage.erp
    product = erp.unsold()
    for curr, _ in words.PRICE_LISTS:
        erp.drop("price_book_entry", (curr, product))
    for warehouse in words.WAREHOUSES if stage.has_tables else ():
        erp.drop("inventory", (product, warehouse))
    erp.drop("product", (product,))
    return product


def _trade(stage: Stage) -> None:
    erp = stage.erp
    for key in [erp.new_order() for _ in range(stage.options.size.orders // 20)]:
        erp.new_invoice(key)
        erp.new_shipment(key)
    for key in erp.some("order", 10):
        erp.change("order", key, STATUS="40")
    for key in erp.some("invoice", 10):
        erp.change("invoice", key, PAID=erp.tables["invoice"][key]["TOTAL"], STATUS="P")
    for key in erp.some("shipment", 6):
        erp.change("shipment", key, DELIVERED="2026-11-20", STATUS="D")
    for key in erp.some("shipment", 2):
        erp.drop("shipment", key)
    for key in erp.some("order_line", 4):
        erp.drop("order_line", key)
    for key in erp.some("inventory", 10):
        erp.put_stock(*key)


def outage(stage: Stage) -> str:
    """The CRM loses answers, goes down, comes back half: nothing is lost, nothing doubled."""
    erp, crm = stage.erp, stage.crm
    lost = [
        crm.fault("commit_then_drop", object=crm.place(kind).object, times=1)
        for kind in ("account", "contact")
    ]
    _edit_phones(stage, 20)
    for key in erp.some("contact", 20):
        erp.change("contact", key, FUNCTION="Verkauf")
    stage.publish("account", "contact")
    stage.until(
        "two answers to be lost", lambda: "none is" if any(map(crm.has_fault, lost)) else ""
    )
    refusing = crm.fault("unavailable")
    crm.fault("down", seconds=stage.options.size.outage_seconds)
    waiting = 0
    for _ in range(3):
        before = stage.count("captured")
        _edit_phones(stage, 20)
        for key in erp.some("inventory", 10) if stage.has_tables else ():
            erp.put_stock(*key)
        stage.publish("account", "inventory")
        stage.until("changes to be captured without the CRM", partial(_more, stage, before))
        waiting = max(waiting, stage.count("waiting", "sending"))
    if not waiting:
        raise ActFailedError("the CRM was away, and nothing was waiting for it")
    stage.until("the outage to be told", lambda: "" if _told(stage, "crm") else "no word of it")
    stage.until("the CRM to be back", lambda: "" if crm.lift(refusing) else "it still refuses")
    stage.until("everything that waited to arrive", stage.agreed)
    return f"{waiting:,} changes waited for the CRM and arrived; 2 lost answers doubled nothing."


def _edit_phones(stage: Stage, number: int) -> None:
    for key in stage.erp.some("account", number):
        stage.erp.change("account", key, TEL=f"+49 40 {stage.erp.random.randint(10**6, 10**7)}")


def _more(stage: Stage, before: int) -> str:
    return "" if stage.count("captured") > before else "nothing new is captured"


def _told(stage: Stage, subject: str, code: str = "") -> bool:
    """Whether the agent says that something is wrong with this source or target."""
    reasons = stage.last["reasons"] if stage.last else []
    return any(r["subject"] == subject and code in ("", r["code"]) for r in reasons)


def crash(stage: Stage) -> str:
    """SIGKILL in the middle of delivering, and a start afterwards."""
    erp, crm, size = stage.erp, stage.crm, stage.options.size
    slow, before = crm.fault("slow", seconds=size.slow_seconds), crm.writes()
    for key in erp.some("account", size.accounts // 4):
        erp.change("account", key, LIMIT=erp.tables["account"][key]["LIMIT"] + 1)
    for key in erp.some("contact", size.contacts // 4):
        erp.change("contact", key, PHONE=f"+41 44 {erp.random.randint(10**6, 10**7)}")
    for key in erp.some("price_book_entry", size.products // 2):
        erp.change("price_book_entry", key, VALID="0")
    for _ in range(size.orders // 20) if stage.has_tables else ():
        erp.new_shipment(erp.new_order())
    stage.publish(*stage.erp.kinds)

    def halfway() -> str:
        under_way = stage.count("sending") > 0
        return "" if under_way and crm.writes() > before else "it is not there yet"

    stage.until("the agent to be in the middle of delivering", halfway)
    stage.worker.kill()
    left = stage.count("waiting", "sending")
    _nothing_in_the_clear(stage)
    crm.lift(slow)
    stage.worker.start()
    stage.until("the rest to arrive", stage.agreed)
    return f"Killed with about {left:,} records under way; started again, all are there once."


def short_export(stage: Stage) -> str:
    """An export that looks complete and holds a tenth: the guard keeps its deletes."""
    rows = list(stage.erp.tables["account"].values())
    living = stage.crm.count("account")
    (stage.exports / exports.NAMES["account"]).write_bytes(
        exports.customers(rows[: len(rows) // 10])
    )
    stage.worker.ask("scan", source="customers")
    held: list[str] = []

    def is_held() -> str:
        holds = stage.worker.ask("holds.list").get("items", [])
        held[:] = [hold["reason"] for hold in holds if hold["source"] == "customers"]
        return "" if held else "nothing is held"

    stage.until("the guard to hold the deletes", is_held)
    if stage.crm.count("account") != living:
        raise ActFailedError("customers were deleted although the export was far too short")
    stage.teller.done(f"Held: {held[0]} No customer was touched. Now the right export arrives.")
    _edit_phones(stage, 5)
    stage.publish("account")
    stage.until("the hold to be void", lambda: "" if is_held() else "it is still held")
    stage.until("the right export to be in the CRM", lambda: stage.agreed("account", "contact"))
    return "The hold is void by itself, and every customer is there."


def cut_export(stage: Stage) -> str:
    """An export that breaks off inside a record: nothing is taken for deleted."""
    whole = exports.contacts(list(stage.erp.tables["contact"].values()))
    living = stage.crm.count("contact")
    (stage.exports / exports.NAMES["contact"]).write_bytes(whole[: len(whole) * 6 // 10])
    stage.worker.ask("scan", source="contacts")
    stage.until(
        "the cut export to be noticed",
        lambda: "" if _told(stage, "contacts", "READ_INCOMPLETE") else "nobody says so",
    )
    if stage.crm.count("contact") != living:
        raise ActFailedError("contacts were deleted although the export was cut off")
    stage.teller.done("Noticed: the export has no end. No contact was touched.")
    for key in stage.erp.some("contact", 5):
        stage.erp.change("contact", key, FUNCTION="Vertretung")
    stage.publish("contact")
    stage.until("the whole export to be in the CRM", lambda: stage.agreed("contact"))
    return "The whole export arrived, and every contact is there."


def refused_record(stage: Stage) -> str:
    """The CRM refuses one record; the rest flows on; the ERP's correction clears it."""
    erp, refusal = stage.erp, stage.options.shape.refusal
    told = stage.crm.fault(**refusal.fault) if refusal.fault else 0
    bad, *others = erp.some("contact", 4)
    good = erp.tables["contact"][bad]["MAIL"]
    erp.change("contact", bad, MAIL=f"info(at){words.MAIL_DOMAIN}")
    for key in others:
        erp.change("contact", key, FUNCTION="Einkaufsleitung")
    stage.publish("contact")
    parked: list[str] = []

    def is_parked() -> str:
        items = stage.worker.ask("exceptions.list").get("items", [])
        parked[:] = [f"{i['code']}: {i['reason']}" for i in items if i["external_id"] == bad[0]]
        return "" if parked else "it is not parked"

    stage.until("the bad record to be parked", is_parked)
    if not parked[0].startswith(f"{refusal.code}: "):
        raise ActFailedError(f"parked for another reason than {refusal.code}: {parked[0]}")
    but = {"contact": frozenset(bad)}
    stage.until("the others to arrive", lambda: stage.agreed("contact", but=but))
    stage.teller.done(f"Parked: contact {bad[0]}, {parked[0]} The others went through.")
    erp.change("contact", bad, MAIL=good)
    erp.change("contact", bad, FUNCTION="Geschäftsleitung")
    stage.publish("contact")
    stage.until("the correction to arrive", lambda: stage.agreed("contact"))
    if not is_parked():
        raise ActFailedError("the record is in the CRM and still parked")
    if told:
        stage.crm.lift(told)
    return "Corrected in the ERP: the record is in the CRM, and nothing is parked."


def _nothing_in_the_clear(stage: Stage) -> None:
    if found := leaks(stage.worker.home, secrets_of(stage)):
        raise ActFailedError(f"values stand in the clear in the agent's files: {found[0]}")


def secrets_of(stage: Stage) -> list[str]:
    """What must not stand in the agent's files: values of the ERP, and the CRM's password."""
    return [*words.TELLING, stage.crm.secret]


ACTS = (
    Act("first_load", "The agent starts: the first load.", first_load),
    Act("working_day", "A day's work in the ERP: edits, inserts, deletes.", working_day),
    Act("outage", "The CRM loses two answers and goes down while work goes on.", outage),
    Act("crash", "The agent is killed (SIGKILL) while it delivers.", crash),
    Act("short_export", "An export of customers arrives that is far too short.", short_export),
    Act("cut_export", "An export of contacts is cut off in the middle.", cut_export),
    Act("refused_record", "The CRM refuses one record: a bad e-mail address.", refused_record),
)
