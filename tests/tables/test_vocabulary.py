"""What a table is: declared once, checked whenever it is stored."""

from __future__ import annotations

import polars as pl
import pytest

from custintel.errors import CustintelError
from custintel.tables import TABLES, Column, Table
from custintel.tables.vocabulary import by_name

PEOPLE = Table(
    "people",
    "one row per person",
    (
        Column("id", pl.String(), "id", nullable=False),
        Column("age", pl.Int64(), "age", unit="years"),
        Column("nick", pl.String(), "nick", optional=True),
    ),
    key=("id",),
)


def test_an_empty_table_has_every_column() -> None:
    assert PEOPLE.empty().schema == PEOPLE.schema
    assert PEOPLE.empty().height == 0


def test_what_is_stored_has_the_declared_order_and_types() -> None:
    stored = PEOPLE.conform(pl.DataFrame({"age": [3], "nick": ["x"], "id": ["a"]}, schema_overrides={"age": pl.UInt8}))
    assert stored.columns == ["id", "age", "nick"]
    assert stored.schema == PEOPLE.schema


def test_an_optional_column_without_values_is_not_stored_and_comes_back_empty() -> None:
    frame = pl.DataFrame({"id": ["a"], "age": [3], "nick": [None]})
    stored = PEOPLE.conform(frame)
    assert stored.columns == ["id", "age"]
    assert PEOPLE.fill(stored).to_dicts() == frame.to_dicts()
    assert PEOPLE.fill(stored).schema == PEOPLE.schema


@pytest.mark.parametrize(
    ("frame", "seen"),
    [
        (pl.DataFrame({"id": ["a"]}), "age"),
        (pl.DataFrame({"id": ["a"], "age": [1], "shoe": [40]}), "shoe"),
        (pl.DataFrame({"id": ["a", None], "age": [1, 2]}), "id"),
    ],
    ids=["a column is missing", "a column is not known", "a cell is empty"],
)
def test_a_frame_that_is_not_the_table_is_refused_with_table_and_column(frame: pl.DataFrame, seen: str) -> None:
    with pytest.raises(CustintelError) as refused:
        PEOPLE.conform(frame)
    assert "people" in refused.value.message
    assert seen in refused.value.seen


def test_a_column_is_found_by_its_name() -> None:
    assert PEOPLE.column("age").unit == "years"
    with pytest.raises(KeyError):
        PEOPLE.column("shoe")


def test_tables_are_found_by_their_names() -> None:
    assert by_name([PEOPLE]) == {"people": PEOPLE}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_is_declared_whole(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert table.label.endswith(".")
    assert all(column.label.endswith(".") for column in table.columns)
    assert table.written_by
    for name in table.key:
        assert not table.column(name).nullable, "a key cannot be empty"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_an_empty_table_can_be_stored_and_read_back(table: Table) -> None:
    assert table.fill(table.conform(table.empty())).schema == table.schema


@pytest.mark.parametrize(
    ("name", "column", "dtype"),
    [
        ("customers", "customer_id", pl.String),
        ("customers", "birth_date", pl.Date),
        ("customers", "first_seen", pl.Datetime("us")),
        ("customers", "sources", pl.List(pl.String)),
        ("customers", "consent_email", pl.Boolean),
        ("customers", "total_spent", pl.Decimal(18, 2)),
        ("identities", "probability", pl.Float64),
        ("identities", "decided_by", pl.Enum(["rule", "model", "person"])),
        ("contact_points", "kind", pl.Enum(["email", "mobile", "landline", "whatsapp", "postal"])),
        ("changes", "kind", pl.Enum(["format", "repair", "guess", "merge", "drop"])),
        ("records", "row", pl.UInt32),
        ("records", "email_raw", pl.String),
        ("refused", "reason", pl.String),
    ],
)
def test_the_names_and_types_people_query_do_not_change(name: str, column: str, dtype: pl.DataType) -> None:
    assert TABLES[name].schema[column] == dtype


def test_every_field_of_a_record_stands_beside_what_it_was() -> None:
    records = TABLES["records"].schema
    came = [name.removesuffix("_raw") for name in records if name.endswith("_raw")]
    assert len(came) > 50
    assert all(name in records for name in came)
    assert all(records[f"{name}_raw"] == pl.String for name in came)
