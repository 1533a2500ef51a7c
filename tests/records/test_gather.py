"""Records and their ids: what a row says decides who it is, not where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl

from custintel.records.gather import gather, header_words, id_text, record_ids
from custintel.sheets.headers import Match, Matching
from custintel.sheets.source import Sheet

ANA = {"Nombre": "Ana Gil", "Correo": "ana@tienda.example", "Nota": None}
LUIS = {"Nombre": "Luis Rey", "Correo": None, "Nota": "llamar"}


def test_ids_do_not_depend_on_the_order_of_rows(sheet: Callable[..., Sheet]) -> None:
    assert record_ids(sheet([ANA, LUIS])).to_list() == record_ids(sheet([LUIS, ANA])).reverse().to_list()


def test_ids_do_not_depend_on_the_order_of_columns(sheet: Callable[..., Sheet]) -> None:
    turned = sheet([ANA, LUIS], headers=["Nota", "Correo", "Nombre"])
    assert record_ids(sheet([ANA, LUIS])).to_list() == record_ids(turned).to_list()


def test_an_added_empty_column_keeps_every_id_and_a_filled_one_does_not(sheet: Callable[..., Sheet]) -> None:
    plain = record_ids(sheet([ANA, LUIS])).to_list()
    assert record_ids(sheet([{**ANA, "Nueva": None}, LUIS])).to_list() == plain
    first, second = record_ids(sheet([{**ANA, "Nueva": "x"}, LUIS])).to_list()
    assert first != plain[0]
    assert second == plain[1]


def test_a_value_that_moves_to_another_column_is_another_record(sheet: Callable[..., Sheet]) -> None:
    (ana,) = record_ids(sheet([{"Nombre": "Ana", "Alias": None}]))
    (alias,) = record_ids(sheet([{"Nombre": None, "Alias": "Ana"}]))
    assert ana != alias


def test_repeated_rows_get_ids_of_their_own_whatever_stands_between_them(sheet: Callable[..., Sheet]) -> None:
    ids = record_ids(sheet([ANA, LUIS, ANA, ANA])).to_list()
    assert len(set(ids)) == 4
    assert set(record_ids(sheet([ANA, ANA, ANA, LUIS]))) == set(ids)
    assert set(record_ids(sheet([ANA, LUIS, ANA]))) < set(ids)


def test_one_row_in_two_files_or_two_sheets_is_several_records(sheet: Callable[..., Sheet]) -> None:
    ids = [
        record_ids(sheet([ANA], source, name=name))[0]
        for source, name in (("a.xlsx", "Enero"), ("a.xlsx", "Febrero"), ("b.xlsx", "Enero"))
    ]
    assert len(set(ids)) == 3


def test_an_id_is_the_letter_and_eleven_letters_and_digits() -> None:
    numbers = pl.DataFrame({"n": pl.Series([0, 31, 32, 2**64 - 1], dtype=pl.UInt64)})
    texts = numbers.select(id_text(pl.col("n"), "r")).to_series().to_list()
    assert texts[:3] == ["r00000000000", "rz0000000000", "r01000000000"]
    assert all(len(text) == 12 for text in texts)


def test_columns_of_one_field_are_joined_and_the_rest_is_kept_as_it_came(sheet: Callable[..., Sheet]) -> None:
    rows = sheet([{"Tel 1": "1", "Tel 2": "2", "Color": "azul"}, {"Tel 1": None, "Tel 2": "3", "Color": None}])
    matching = Matching(
        "customer", None, (Match("Tel 2", "phone", 2), Match("Tel 1", "phone", 1), Match("Color", None))
    )
    found = gather(rows, matching)
    assert found["phone_raw"].to_list() == ["1 ; 2", "3"]
    assert json.loads(found["extra"][0]) == {"Color": "azul"}
    assert found["row"].to_list() == [2, 3]


def test_a_field_that_is_not_a_persons_stays_in_extra(sheet: Callable[..., Sheet]) -> None:
    rows = sheet([{"Correo": "a@tienda.example", "SKU": "x-1", "Día": "01/02/2026"}])
    matching = Matching("order", None, (Match("Correo", "email"), Match("SKU", "sku"), Match("Día", "order_date")))
    found = gather(rows, matching)
    assert "sku_raw" not in found.columns
    assert found["order_date_raw"].to_list() == ["01/02/2026"]
    assert json.loads(found["extra"][0]) == {"SKU": "x-1", "Día": "01/02/2026"}


def test_without_unknown_columns_there_is_no_extra(sheet: Callable[..., Sheet]) -> None:
    found = gather(sheet([{"Correo": "a@tienda.example"}]), Matching("customer", None, (Match("Correo", "email"),)))
    assert found["extra"].to_list() == [None]


def test_the_reader_is_told_how_headers_are_called() -> None:
    assert {"correo", "email", "celular"} <= header_words()
