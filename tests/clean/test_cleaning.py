"""Properties of the whole pipeline on small dirty sheets: nothing lost, nothing hanging on order, twice is once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from custintel.clean import page
from custintel.clean.cleaning import Cleaned
from custintel.people.who import Merging
from custintel.records.decisions import Given
from custintel.tables import CHANGES, CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS, REFUSED, Table
from custintel.ui.show import Paragraph

PROPERTY = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow],
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELLS: Mapping[str, Sequence[str | None]] = {
    "full_name": (
        *("Ana Gil", "ANA GIL", "Gil, Ana", "Ana Gil Mora", "A. Gil", "Ana", "Ana Ruiz", "Anita Gil"),
        *("Luis Rey", "Luis Rey Jr", "José Ramírez", "Pepe Ramírez", "MarÃ­a PeÃ±a", "Mar?a Pe?a", None, "n/a"),
    ),
    "email": (
        *("ana@a.example", "ANA@a.example ", "casa@a.example", "casa@a.example; ana@a.example", "luis@a.example"),
        *("no@tiene.com", "x", None, None),
    ),
    "mobile": ("3124567801", "312 456 78 01", "+57 320 884 1937", "3124567801/3208841937", "123", "3e9", None, None),
    "document_id": ("52.419.876", "52419876", "1019123456", "222222222222", "1234567", None, None),
    "city": ("Bogotá", "bogota", "Medellín", "Narnia", None),
    "address": ("Cl 45 12 34", "Calle 45 # 12-34", "Cra 7", None),
    "birth_date": ("01/02/1990", "13/02/1990", "31/12/2999", "ayer", None),
    "consent_email": ("si", "no", "quizás", None),
    "unsubscribed": ("1", "0", None),
    "updated_at": ("2026-01-02", "2025-05-05 10:00", None),
    "total_spent": ("1.234,50", "12", "$ 5.000", None),
    "color": ("azul", None),
}
ROW = st.fixed_dictionaries(
    {name: st.one_of(st.sampled_from(values), ANYTHING) if name != "color" else st.sampled_from(values)
     for name, values in CELLS.items()}
)  # fmt: skip
MATTERS = ("full_name", "email", "mobile", "document_id", "city", "consent_email", "updated_at", "color")
"""The columns of most properties: those that join people, and one of each other kind."""
LIKELY_ROW = st.fixed_dictionaries({name: st.sampled_from(CELLS[name]) for name in MATTERS})
ROWS = st.lists(LIKELY_ROW, min_size=1, max_size=12)
WILD_ROWS = st.lists(ROW, min_size=1, max_size=10)


def rows_of(found: Cleaned, table: Table, leaving_out: Sequence[str] = ()) -> list[dict[str, Any]]:
    """A table as rows in an order of their own."""
    return sorted(found.tables[table].drop(leaving_out, strict=False).to_dicts(), key=repr)


def stored(found: Cleaned, table: Table) -> pl.DataFrame:
    """A table as the project stores it: in the order of its key, or as it was made when it has none."""
    return found.tables[table].sort(table.key) if table.key else found.tables[table]


def partition(found: Cleaned) -> set[frozenset[str]]:
    """Which records are together."""
    groups = found.tables[IDENTITIES].group_by("customer_id").agg("record_id")["record_id"]
    return {frozenset(group) for group in groups.to_list()}


def account(found: Cleaned) -> None:
    """Every row of every file is somewhere, once."""
    flow, tables = found.quality.flow, found.tables
    assert flow.read == flow.skipped + flow.nobody + flow.known + flow.new
    assert flow.records == flow.people + flow.merged
    assert flow.records == tables[RECORDS].height == tables[IDENTITIES].height
    assert tables[CUSTOMERS].height == flow.people
    assert tables[CUSTOMERS]["n_records"].sum() == flow.records
    assert tables[IDENTITIES]["record_id"].is_unique().all()
    assert set(tables[IDENTITIES]["record_id"]) == set(tables[RECORDS]["record_id"])
    assert set(tables[IDENTITIES]["customer_id"]) == set(tables[CUSTOMERS]["customer_id"])
    assert tables[CUSTOMERS]["customer_id"].is_unique().all()
    assert set(tables[CONTACT_POINTS]["customer_id"]) <= set(tables[CUSTOMERS]["customer_id"])
    for table, frame in tables.items():
        assert table.conform(frame).equals(frame)


@PROPERTY
@given(first=WILD_ROWS, second=ROWS)
def test_whatever_the_cells_say_every_row_is_accounted_for(cleaned: Any, sheet: Any, first: Any, second: Any) -> None:
    found = cleaned(sheet(first, "a.csv", skipped=[(1, "title", "Clientes")]), sheet(second, "b.csv"))
    account(found)
    flow = found.quality.flow
    assert flow.read == len(first) + len(second) + 1
    assert flow.read == flow.records + found.tables[REFUSED].filter(pl.col("field").is_null()).height


@PROPERTY
@given(first=ROWS, second=ROWS)
def test_cleaning_the_same_sheets_again_changes_no_table(cleaned: Any, sheet: Any, first: Any, second: Any) -> None:
    sheets = (sheet(first, "a.csv", skipped=[(1, "title", "Clientes")]), sheet(second, "b.csv"))
    once = cleaned(*sheets)
    for again in (sheets, sheets[1:]):
        twice = cleaned(*again, before=once.tables, run_id="r0002")
        account(twice)
        assert twice.quality.flow.new == 0
        for table in once.tables:
            assert stored(twice, table).equals(stored(once, table)), table.name


@PROPERTY
@given(first=ROWS, second=ROWS, seed=st.integers(0, 9))
def test_the_order_of_rows_columns_and_files_does_not_matter(
    cleaned: Any, sheet: Any, first: Any, second: Any, seed: int
) -> None:
    plain = cleaned(sheet(first, "a.csv"), sheet(second, "b.csv"))
    dice = random.Random(seed)
    headers = dice.sample(MATTERS, len(MATTERS))
    turned = [
        sheet(dice.sample(rows, len(rows)), name, headers=headers)
        for rows, name in ((second, "b.csv"), (first, "a.csv"))
    ]
    again = cleaned(*turned)
    for table in (CUSTOMERS, IDENTITIES, CONTACT_POINTS):
        assert again.tables[table].equals(plain.tables[table]), table.name
    for table, place in ((RECORDS, ["row", "extra"]), (CHANGES, []), (REFUSED, ["row", "value"])):
        assert rows_of(again, table, place) == rows_of(plain, table, place), table.name


@PROPERTY
@given(first=ROWS, second=ROWS)
def test_one_file_after_the_other_groups_records_as_both_at_once(
    cleaned: Any, sheet: Any, first: Any, second: Any
) -> None:
    a, b = sheet(first, "a.csv"), sheet(second, "b.csv")
    at_once = cleaned(a, b)
    january = cleaned(a)
    february = cleaned(b, before=january.tables, run_id="r0002")
    account(february)
    assert partition(february) == partition(at_once)
    plain = ["customer_id"]
    assert rows_of(february, CUSTOMERS, plain) == rows_of(at_once, CUSTOMERS, plain)
    kept = set(january.tables[CUSTOMERS]["customer_id"])
    assert len(kept & set(february.tables[CUSTOMERS]["customer_id"])) >= 1 or not kept


def shop(seed: int) -> tuple[list[dict[str, str | None]], list[dict[str, str | None]]]:
    """Rows of last month, and a few of this one: people of then, written otherwise, and new ones."""
    draw = random.Random(seed)
    given, family = (
        ["Ana", "Luis", "Marta", "Pedro", "Julia", "Andrés"],
        ["Gil", "Rey", "Soto", "Cano", "Vélez", "Lora"],
    )
    rows: list[dict[str, str | None]] = []
    for n in range(70):
        name = f"{draw.choice(given)} {draw.choice(family)} {draw.choice(family)}"
        mobile = f"310{draw.randrange(10**7):07}"
        mail = f"{name.split()[0].lower()}{n}@a.example" if n % 4 else "casa@a.example"
        rows.append({"full_name": name, "email": mail, "mobile": mobile, "city": draw.choice(["Cali", "Bogotá"])})
    late = [{**row, "full_name": str(row["full_name"]).upper(), "email": None} for row in draw.sample(rows, 4)]
    shared = {"full_name": f"{draw.choice(given)} {draw.choice(family)}", "mobile": rows[5]["mobile"], "city": "Cali"}
    return rows, [*late, {**shared, "email": None}, {**rows[8], "mobile": None, "city": "Pasto"}]


@PROPERTY
@given(seed=st.integers(0, 2**16))
def test_a_few_rows_that_come_later_make_the_tables_that_all_at_once_makes(cleaned: Any, sheet: Any, seed: int) -> None:
    first, second = shop(seed)
    a, b = sheet(first, "a.csv"), sheet(second, "b.csv")
    at_once, january = cleaned(a, b), cleaned(a)
    february = cleaned(b, before=january.tables, run_id="r0002")
    account(february)
    assert january.quality.refitted
    assert not february.quality.refitted
    assert partition(february) == partition(at_once)
    ids, runs = ["customer_id", "household_id"], ["run_id", "customer_id"]
    assert rows_of(february, CUSTOMERS, ids) == rows_of(at_once, CUSTOMERS, ids)
    assert rows_of(february, CONTACT_POINTS, ids) == rows_of(at_once, CONTACT_POINTS, ids)
    assert rows_of(february, RECORDS, runs) == rows_of(at_once, RECORDS, runs)
    assert rows_of(february, CHANGES, runs) == rows_of(at_once, CHANGES, runs)


@PROPERTY
@given(first=st.lists(LIKELY_ROW, min_size=60, max_size=80), second=st.lists(LIKELY_ROW, min_size=1, max_size=4))
def test_where_later_rows_could_be_judged_otherwise_matching_anew_gives_what_all_at_once_gives(
    cleaned: Any, sheet: Any, first: Any, second: Any
) -> None:
    a = sheet([{**row, "notes": f"{n}"} for n, row in enumerate(first)], "a.csv")
    b = sheet(second, "b.csv")
    at_once, january = cleaned(a, b), cleaned(a)
    february = cleaned(b, before=january.tables, run_id="r0002")
    account(february)
    told = [block.text for block in page.blocks(february.quality, []) if isinstance(block, Paragraph)]
    assert any("--anew" in text for text in told) == (not february.quality.refitted)
    again = cleaned(b, before=february.tables, run_id="r0003", merging=Merging(anew=True))
    assert again.quality.refitted
    assert partition(again) == partition(at_once)


@PROPERTY
@given(rows=ROWS)
def test_people_made_of_one_record_say_what_the_record_says(cleaned: Any, sheet: Any, rows: Any) -> None:
    tables = cleaned(sheet(rows)).tables
    alone = (
        tables[CUSTOMERS]
        .filter(n_records=1)
        .join(tables[IDENTITIES], on="customer_id")
        .join(tables[RECORDS], on="record_id", suffix="_of_record")
    )
    for field in ("full_name", "email", "city", "document_id", "birth_date"):
        if f"{field}_of_record" in alone.columns:
            assert alone[field].equals(alone[f"{field}_of_record"], null_equal=True)


def test_a_row_in_two_files_is_two_records_of_one_person(cleaned: Any, sheet: Any) -> None:
    row = {"full_name": "Ana Gil", "email": "ana@a.example"}
    found = cleaned(sheet([row], "a.csv"), sheet([row], "b.csv"))
    assert (found.quality.flow.records, found.quality.flow.people) == (2, 1)
    assert found.tables[CUSTOMERS]["sources"].to_list() == [["a.csv", "b.csv"]]


def test_one_file_named_twice_is_read_once(cleaned: Any, sheet: Any) -> None:
    rows = sheet([{"full_name": "Ana Gil", "email": "ana@a.example"}])
    found = cleaned(rows, rows)
    account(found)
    assert found.tables[RECORDS].height == 1


def test_a_sheet_without_rows_makes_empty_tables(cleaned: Any, sheet: Any) -> None:
    found = cleaned(sheet([], headers=["full_name", "email"]))
    account(found)
    assert all(not frame.height for frame in found.tables.values())


def test_a_very_long_cell_a_formula_and_an_escape_sequence_are_only_text(cleaned: Any, sheet: Any) -> None:
    hostile = ["x" * 10_000, '=HYPERLINK("http://a.example")', "+CMD|' /C calc'!A0", "<script>alert(1)</script>"]
    hostile += ["\x1b[31mroja\x1b[0m", "‮olleh‬", "a\x00b", "👩‍👩‍👧", "'; DROP TABLE users; --", "[red]"]
    account(cleaned(sheet([dict.fromkeys(CELLS, text) for text in hostile])))


def test_a_phone_shared_by_many_mailboxes_without_names_merges_nobody(cleaned: Any, sheet: Any) -> None:
    rows = [{"email": f"a{n}@a.example", "mobile": "3104567812"} for n in range(30)]
    assert cleaned(sheet(rows)).quality.flow.people == 30


def test_the_full_name_of_a_row_wins_over_half_of_it(cleaned: Any, sheet: Any) -> None:
    rows = [{"first_name": "Ana", "full_name": "Ana Pérez Gil", "email": "a@a.example"}]
    people = cleaned(sheet(rows)).tables[CUSTOMERS]
    assert people.select("full_name", "first_name", "last_name").row(0) == ("Ana Pérez Gil", "Ana", "Pérez Gil")


def test_a_no_from_a_mailbox_holds_for_everybody_who_uses_it(cleaned: Any, sheet: Any) -> None:
    rows = [
        {"full_name": "Ana Gil", "email": "familia@a.example", "consent_email": "sí"},
        {"full_name": "Luis Rey", "email": "familia@a.example", "consent_email": "sí"},
        {"email": "familia@a.example", "consent_email": "no"},
    ]
    found = cleaned(sheet(rows))
    assert found.tables[CUSTOMERS]["consent_email"].to_list() == [False, False, False]
    told = found.tables[CHANGES].filter((pl.col("field") == "consent_email") & (pl.col("kind") == "merge"))
    assert told.select("before", "after").rows() == [("yes", "no"), ("yes", "no")]


def test_columns_in_another_order_make_the_same_tables(cleaned: Any, sheet: Any) -> None:
    row = {"email": "a@a.example", "Raro": "x", "Otro raro": "y", "full_name": "Ana Gil"}
    one, other = cleaned(sheet([row])), cleaned(sheet([dict(reversed(row.items()))]))
    assert one.tables[RECORDS].equals(other.tables[RECORDS])


def test_reading_known_rows_in_another_way_is_not_called_nothing_new(cleaned: Any, sheet: Any) -> None:
    rows = [{"full_name": "Ana Gil", "mobile": "3104567812"}]
    once = cleaned(sheet(rows))
    again = {"before": once.tables, "run_id": "r0002"}
    assert cleaned(sheet(rows), **again).quality.flow.same
    assert not cleaned(sheet(rows), **again, given=Given(country="MX")).quality.flow.same


def test_the_kind_of_a_document_is_its_code_whatever_the_column_calls_it(cleaned: Any, sheet: Any) -> None:
    rows = [{"full_name": "Ana Gil", "document_type": "Cédula de ciudadanía", "document_id": "52.419.876"}]
    found = cleaned(sheet(rows))
    assert found.tables[CUSTOMERS].select("document_type", "document_id").row(0) == ("CC", "52419876")
    told = found.tables[CHANGES].filter(pl.col("field") == "document_type")
    assert told.select("before", "after", "rule").row(0) == ("Cédula de ciudadanía", "CC", "document.type")
