"""People whom nobody knows, added as records of the rows on which they stand first."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custintel.clean.cleaning import clean
from custintel.records.gather import gather
from custintel.sheets.headers import match
from custintel.sheets.read import read_file
from custintel.tables import CHANGES, CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS, TABLES, Table
from custintel.tables.calls import CALLS
from custintel.tables.orders import ORDERS
from custintel.tables.patch import whole
from custintel.tables.surveys import SURVEYS

from .conftest import Desk, Tables

HEAD = "pedido;fecha;total;nombre;correo;celular;documento;ciudad\n"
ANA = "Ana Gómez;ana@a.example;3104567812;;Cali"
LUIS = "Luis Rey;;;79456123;Bogotá"
SALES = f"{HEAD}P1;13/05/2026;10;{ANA}\nP2;14/05/2026;20;{ANA}\nP3;15/05/2026;30;{LUIS}\nP4;16/05/2026;40;;;;;\n"
NUMBERED = "factura;fecha;código cliente;sku;cantidad;precio unitario\n"


def customers_of(tables: Tables) -> dict[str, str | None]:
    return dict(tables[ORDERS].select("number", "customer_id").iter_rows())


def cleaned(path: str, before: Tables) -> Tables:
    """The tables after ``ci clean`` of a file."""
    from custintel.records.decisions import Given, decide
    from custintel.records.rows import Batch

    (sheet,) = read_file(path)
    matching = match(sheet.headers, sheet.frame.drop("row"))
    batch = Batch(sheet, matching, decide(gather(sheet, matching), Given(country="CO")))
    held: dict[Table, pl.DataFrame] = {t: t.fill(before[t]) if t in before else t.empty() for t in TABLES.values()}
    made = clean([batch], {t: f.lazy() for t, f in held.items()}, run_id="r0002", today=dt.date(2026, 11, 1))
    now = {table: whole(table, content, held[table].lazy()) for table, content in made.tables.items()}
    return {**held, **{table: table.fill(frame) for table, frame in now.items()}}


def test_each_person_as_written_is_one_record_however_many_orders_they_have(desk: Desk) -> None:
    tables = desk.load(desk.write("ventas.csv", SALES))
    assert tables[RECORDS].select("source", "row", "full_name", "email", "city").rows() == [
        ("ventas.csv", 2, "Ana Gómez", "ana@a.example", "Cali"),
        ("ventas.csv", 4, "Luis Rey", None, "Bogotá"),
    ]
    whose = customers_of(tables)
    assert whose["P1"] == whose["P2"] != whose["P3"]
    assert whose["P4"] is None
    assert set(tables[CUSTOMERS]["customer_id"]) == {whose["P1"], whose["P3"]}
    assert tables[CONTACT_POINTS]["value"].to_list() == ["ana@a.example", "+573104567812"]


def test_their_record_is_that_which_cleaning_the_file_would_make(desk: Desk) -> None:
    path = desk.write("ventas.csv", SALES)
    records = desk.load(path)[RECORDS].drop("run_id", "extra")
    same = cleaned(path, {})[RECORDS].filter(pl.col("row").is_in([2, 4])).drop("run_id", "extra")
    assert records.equals(same)


def test_cells_that_were_understood_have_their_rule_in_the_trail(desk: Desk) -> None:
    changes = desk.load(desk.write("ventas.csv", SALES))[CHANGES]
    phone = changes.filter(pl.col("field") == "mobile").row(0, named=True)
    assert (phone["before"], phone["after"], phone["run_id"]) == ("3104567812", "+573104567812", "r0001")


def test_loading_again_adds_nobody_and_changes_nobody(desk: Desk) -> None:
    path = desk.write("ventas.csv", SALES)
    before = desk.load(path)
    again = desk.load(path, before=before)
    assert all(again[table].equals(before[table]) for table in (RECORDS, CUSTOMERS, IDENTITIES, ORDERS))


def test_a_later_export_that_overlaps_knows_everybody_it_repeats(desk: Desk) -> None:
    before = desk.load(desk.write("mayo.csv", SALES))
    later = SALES + "P5;20/05/2026;50;Eva Sol;eva@e.example;;;Cali\nP6;21/05/2026;60;;ana@a.example;;;\n"
    tables = desk.load(desk.write("junio.csv", later), before=before)
    assert tables[RECORDS].select("source", "row").rows() == [("junio.csv", 6), ("mayo.csv", 2), ("mayo.csv", 4)]
    assert customers_of(tables)["P6"] == customers_of(before)["P1"]


def test_cleaning_the_same_file_later_makes_nobody_twice(desk: Desk) -> None:
    path = desk.write("ventas.csv", SALES)
    before = desk.load(path)
    after = cleaned(path, before)
    assert after[CUSTOMERS]["customer_id"].to_list() == before[CUSTOMERS]["customer_id"].to_list()
    assert desk.load(before=after)[ORDERS]["customer_id"].to_list() == before[ORDERS]["customer_id"].to_list()


def test_loading_a_file_that_was_cleaned_adds_nobody_and_leaves_its_records(desk: Desk) -> None:
    path = desk.write("ventas.csv", SALES)
    before = cleaned(path, {})
    tables = desk.load(path, before=before)
    assert tables[RECORDS].equals(before[RECORDS])
    assert customers_of(tables)["P3"] is not None


def test_orders_of_one_customer_number_are_of_one_person_even_without_a_contact(desk: Desk) -> None:
    text = f"{NUMBERED}F1;13/05/2026;17;V1;1;10,5\nF1;13/05/2026;17;V2;1;10,5\nF2;14/05/2026;17;V1;1;10,5\n"
    tables = desk.load(desk.write("f.csv", text + "F3;14/05/2026;18;V1;1;10,5\nF4;14/05/2026;;V1;1;10,5\n"))
    whose = customers_of(tables)
    assert whose["F1"] == whose["F2"] != whose["F3"]
    assert whose["F4"] is None
    assert tables[RECORDS]["source_id"].to_list() == ["17", "18"]


def test_next_months_file_knows_a_customer_by_their_number_and_so_does_its_cleaning(desk: Desk) -> None:
    first = desk.load(desk.write("mayo.csv", f"{NUMBERED}F1;13/05/2026;17;V1;1;10,5\n"))
    june = desk.write("junio.csv", f"{NUMBERED}F1;13/05/2026;17;V1;1;10,5\nF2;14/06/2026;17;V1;1;10,5\n")
    second = desk.load(june, before=first)
    assert second[RECORDS].equals(first[RECORDS])
    assert set(customers_of(second).values()) == set(customers_of(first).values())
    third = desk.load(desk.write("julio.csv", f"{NUMBERED}F3;14/07/2026;17;V1;1;10,5\n"), before=second)
    assert third[CUSTOMERS].height == 1


def test_a_customer_number_is_one_shops_and_does_not_join_other_names(desk: Desk) -> None:
    head = "pedido;fecha;total;código cliente;nombre;correo\n"
    text = f"{head}P1;13/05/2026;10;7;Ana Gómez;ana@a.example\nP2;13/05/2026;10;7;Luis Rey;luis@l.example\n"
    whose = customers_of(desk.load(desk.write("a.csv", text)))
    assert whose["P1"] != whose["P2"]
    shop = desk.load(desk.write("a.csv", f"{head}P1;13/05/2026;10;7;;\n"), origin="norte")
    both = desk.load(desk.write("b.csv", f"{head}P9;13/05/2026;10;7;;\n"), origin="sur", before=shop)
    assert both[CUSTOMERS].height == 2


def test_guests_without_an_account_are_not_one_person(desk: Desk) -> None:
    text = f"{NUMBERED}F1;13/05/2026;0;V1;1;10,5\nF2;14/05/2026;0;V1;1;10,5\n"
    tables = desk.load(desk.write("f.csv", text))
    assert tables[CUSTOMERS].is_empty()
    assert customers_of(tables) == {"F1": None, "F2": None}


def test_two_customers_who_fit_equally_leave_the_order_open_and_add_nobody(desk: Desk) -> None:
    text = f"{HEAD}P1;13/05/2026;10;;ana@a.example;;;\nP2;13/05/2026;10;;;3104567812;;\n"
    before = desk.load(desk.write("a.csv", text))
    tables = desk.load(desk.write("b.csv", f"{HEAD}P3;13/05/2026;10;;ana@a.example;3104567812;;\n"), before=before)
    assert customers_of(tables)["P3"] is None
    assert tables[RECORDS].equals(before[RECORDS])


def test_a_family_that_shares_a_mailbox_stays_several_people(desk: Desk) -> None:
    before = desk.load(desk.write("a.csv", SALES))
    eva = desk.write("b.csv", f"{HEAD}P9;20/05/2026;10;Eva Ruiz;ana@a.example;;;Cali\n")
    tables = desk.load(eva, before=before)
    assert tables[CUSTOMERS].height == 3
    assert customers_of(tables)["P9"] not in customers_of(before).values()
    assert desk.load(eva, before=tables)[CUSTOMERS].height == 3


def test_callers_and_answers_of_strangers_become_people_unless_their_order_says_who_it_is(desk: Desk) -> None:
    orders = desk.write("o.csv", SALES)
    calls = desk.write(
        "c.csv", "fecha y hora;pedido;celular;resultado\n14/05/2026 10:00;P1;3200000001;Contesta\n"
        "14/05/2026 11:00;;3204567899;Contesta\n"
    )  # fmt: skip
    answers = desk.write("s.csv", "Marca temporal;Correo;NPS\n13/05/2026 10:00:00;eva@e.example;9\n")
    tables = desk.load(orders, calls, answers)
    whose = dict(tables[CALLS].select("order_id", "customer_id").iter_rows())
    assert whose["P1"] == customers_of(tables)["P1"]
    assert None not in (whose[None], tables[SURVEYS]["customer_id"][0])
    assert tables[RECORDS]["source"].to_list() == ["c.csv", "o.csv", "o.csv", "s.csv"]


def test_what_brings_no_people_adds_none(desk: Desk) -> None:
    tables = desk.load(desk.write("g.csv", "fecha;canal;valor;moneda\n13/05/2026;Radio;45.900,00;COP\n"))
    assert tables[RECORDS].is_empty()


def test_an_order_number_is_no_number_of_a_customer(desk: Desk) -> None:
    text = "Id;Pedido;Fecha;Total;Correo\n901;P1;13/05/2026;10,5;ana@a.example\n902;P2;14/05/2026;10,5;ana@a.example\n"
    records = desk.load(desk.write("o.csv", text))[RECORDS]
    assert records.height == 1
    assert "source_id" not in records.columns or records["source_id"].null_count() == 1


WHO = st.tuples(
    st.sampled_from(["Ana Gómez", "Luis Rey", ""]),
    st.sampled_from(["ana@a.example", "luis@l.example", ""]),
    st.sampled_from(["3104567812", ""]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WHO, min_size=1, max_size=6))
def test_every_order_that_names_a_person_has_a_customer_and_loading_again_adds_nobody(
    desk: Desk, people: list[tuple[str, str, str]]
) -> None:
    rows = [f"P{n};13/05/2026;10;{name};{mail};{phone};;\n" for n, (name, mail, phone) in enumerate(people)]
    path = desk.write("v.csv", HEAD + "".join(rows))
    tables = desk.load(path)
    named = {f"P{n}": any(who) for n, who in enumerate(people)}
    assert {number: whose is not None for number, whose in customers_of(tables).items()} == named
    again = desk.load(path, before=tables)
    assert again[RECORDS].equals(tables[RECORDS])
    assert again[ORDERS].equals(tables[ORDERS])


def test_a_shop_that_numbers_its_customers_says_who_they_are_even_when_they_change_their_email(desk: Desk) -> None:
    row = {"order_number": "501", "order_date": "2026-05-13 10:00:00", "order_total": "10.50", "customer_id": "9",
           "billing_first_name": "Ana", "billing_last_name": "Gil", "billing_email": "ana@a.example"}  # fmt: skip
    again = {**row, "order_number": "502", "billing_email": ""}
    tables = desk.load(desk.export("woo.csv", "woocommerce", [row, again]))
    assert len(set(customers_of(tables).values())) == 1


def test_a_name_of_one_word_and_nothing_else_makes_no_customer(desk: Desk) -> None:
    text = (
        f"{HEAD}P1;13/05/2026;10;María;;;;Cali\nP2;14/05/2026;20;María;;;;Pasto\nP3;14/05/2026;5;Eva;e@e.example;;;\n"
    )
    tables = desk.load(desk.write("v.csv", text))
    assert tables[RECORDS]["full_name"].to_list() == ["Eva"]
    assert [whose is None for whose in customers_of(tables).values()] == [True, True, False]
