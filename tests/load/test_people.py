"""Whose orders they are: customers found by email, phone and document, doubts left open."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from custintel.load.buyers import resolve
from custintel.load.outcomes import with_sequence
from custintel.tables import CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS
from custintel.tables.orders import ORDERS
from custintel.tables.surveys import SURVEYS

from .conftest import Desk, Tables

CONTACTS = pl.DataFrame(
    [
        ("contact_email", "ana@a.example", "ana"),
        ("contact_phone", "+573104567812", "ana"),
        ("contact_email", "familia@a.example", "ana"),
        ("contact_email", "familia@a.example", "luis"),
        ("contact_phone", "+573204567813", "luis"),
        ("contact_document", "1032456789", "luis"),
    ],
    schema=["kind", "value", "customer_id"],
    orient="row",
)
NAMES = pl.DataFrame({"customer_id": ["ana", "luis"], "words": [["ana", "gil"], ["luis", "rey"]]})


def _found(**row: str | None) -> Any:
    frame = pl.DataFrame({name: pl.Series([value], dtype=pl.String) for name, value in row.items()})
    return resolve(frame, CONTACTS, NAMES)[0]


def test_one_contact_is_enough_for_somebody_without_a_name_or_of_that_name() -> None:
    assert _found(contact_email="ana@a.example") == "ana"
    assert _found(contact_document="1032456789", contact_name="REY, LUIS") == "luis"


def test_a_shared_mailbox_is_settled_by_another_contact_or_by_the_name() -> None:
    assert _found(contact_email="familia@a.example", contact_phone="+573204567813") == "luis"
    assert _found(contact_email="familia@a.example", contact_name="Ana María Gil") == "ana"
    assert _found(contact_email="familia@a.example") is None


def test_one_contact_does_not_make_a_customer_of_somebody_else() -> None:
    assert _found(contact_email="ana@a.example", contact_name="Eva Sol") is None


def test_contacts_of_two_customers_settle_nothing() -> None:
    assert _found(contact_email="ana@a.example", contact_phone="+573204567813") is None


def test_spellings_of_a_mailbox_are_one(desk: Desk) -> None:
    contacts = pl.DataFrame([("contact_email", "anagil@gmail.com", "ana")], schema=CONTACTS.columns, orient="row")
    frame = pl.DataFrame({"contact_email": ["ana.gil+tienda@gmail.com"]})
    assert resolve(frame, contacts, NAMES).to_list() == ["ana"]


@given(st.permutations(range(6)))
def test_the_order_of_contacts_makes_no_difference(order: list[int]) -> None:
    rows = pl.DataFrame({"contact_email": ["familia@a.example"] * 2, "contact_name": ["Luis Rey", None]})
    assert resolve(rows, CONTACTS[order], NAMES).to_list() == ["luis", None]


def _people() -> Tables:
    customers = pl.DataFrame({"customer_id": ["c1"], "full_name": ["Ana Gil"], "sources": [["crm"]], "n_records": [1]})
    records = pl.DataFrame({"record_id": ["r1"], "source": ["crm"], "sheet": [""], "row": [2], "file_hash": ["x"],
                            "run_id": ["r0"], "document_id": ["1032456789"]})  # fmt: skip
    identities = pl.DataFrame({"record_id": ["r1"], "customer_id": ["c1"], "probability": [1.0], "evidence": [[""]],
                               "decided_by": ["rule"], "run_id": ["r0"]})  # fmt: skip
    points = pl.DataFrame({"customer_id": ["c1"], "kind": ["email"], "value": ["ana@a.example"], "raw": [""],
                           "is_primary": [True], "from": [["r1"]]})  # fmt: skip
    frames = {CUSTOMERS: customers, RECORDS: records, IDENTITIES: identities, CONTACT_POINTS: points}
    known = {}
    for table, frame in frames.items():
        absent = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
        whole = frame.with_columns(absent)
        known[table] = whole.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())
    return known


STRANGER = "c" + "4ngts0brgan"
"""Made of the row of o.csv that brings eva@a.example."""
ORDERED = (
    "order_id,ordered_at,total,status,email,document\n"
    "2,2026-05-13,10,paid,ANA@a.example,\n1,2026-05-01,10,cancelled,,1032456789\n"
    "0,2026-04-01,10,test,ana@a.example,\n3,2026-05-20,10,paid,eva@a.example,\n"
)


def test_orders_are_numbered_in_the_life_of_their_customer_and_tests_have_no_number(desk: Desk) -> None:
    orders = desk.load(desk.write("o.csv", ORDERED), before=_people())[ORDERS]
    assert orders.select("number", "customer_id", "order_seq", "is_new").rows() == [
        ("0", "c1", None, None), ("1", "c1", 1, True), ("2", "c1", 2, False), ("3", STRANGER, 1, True),
    ]  # fmt: skip


def test_people_who_become_known_later_get_the_orders_that_were_loaded_before(desk: Desk) -> None:
    before = desk.load(desk.write("o.csv", ORDERED))
    nobody = {
        ORDERS: before[ORDERS].with_columns(customer_id=pl.lit(None, pl.String), record_id=pl.lit(None, pl.String))
    }
    assert desk.load(before=nobody)[ORDERS]["customer_id"].null_count() == 4
    joined = desk.load(before={**nobody, **_people()})
    assert joined[ORDERS]["customer_id"].to_list() == ["c1", "c1", "c1", None]


def test_an_answer_is_of_the_customer_of_its_order_else_of_its_email(desk: Desk) -> None:
    text = "timestamp,nps,order_id,email\n2026-05-20,9,2,\n2026-05-21,9,,ana@a.example\n2026-05-22,9,,eva@a.example\n"
    tables = desk.load(desk.write("o.csv", ORDERED), desk.write("s.csv", text), before=_people())
    assert tables[SURVEYS].sort("answered_at")["customer_id"].to_list() == ["c1", "c1", STRANGER]


def test_orders_of_the_same_moment_are_numbered_by_their_names() -> None:
    orders = pl.DataFrame({"order_id": ["b", "a"], "customer_id": ["c", "c"], "status": ["paid", "paid"],
                           "ordered_at": [0, 0], "credit_note": [None, None]})  # fmt: skip
    assert with_sequence(orders)["order_seq"].to_list() == [2, 1]
