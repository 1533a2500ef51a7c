from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import number


def cell(raw: str) -> pl.DataFrame:
    return pl.DataFrame({"raw": [raw]})


@pytest.mark.parametrize(
    ("values", "country", "currency", "mark", "decided_by"),
    [
        (["1.234", "2.500,50"], None, None, ",", "values"),
        (["1,234.5", "3.25"], "CO", "COP", ".", "values"),
        (["1.234.567"], None, None, ",", "values"),
        (["$ 1,234,567"], None, None, ".", "values"),
        (["0.123"], None, None, ".", "values"),
        (["25000.0", "1.234"], "CO", None, ".", "values"),
        (["1.234", "1.500"], None, "COP", ",", "currency"),
        (["1,234", "1,500"], None, "COP", ".", "currency"),
        (["1.234"], "CO", None, ",", "country"),
        (["1.234"], "MX", None, ".", "country"),
        (["1.234"], None, "USD", None, "nothing"),
        (["1,5", "1.5"], "CO", None, None, "both"),
        (["1,5"] * 200 + ["1.5"], None, None, ",", "values"),
        ([], None, None, None, "nothing"),
    ],
)
def test_the_decimal_mark_is_decided_by_the_column(
    values: list[str], country: str | None, currency: str | None, mark: str | None, decided_by: str
) -> None:
    found = number.decimal_mark(pl.Series(values, dtype=pl.String), country=country, currency=currency)
    assert (found.mark, found.decided_by) == (mark, decided_by)


@pytest.mark.parametrize(
    ("raw", "comma", "point"),
    [
        ("1234", 1234, 1234),
        ("-5", -5, -5),
        ("1.234,50", 1234.5, 1234.5),
        ("1,234.50", 1234.5, 1234.5),
        ("1.234", 1234, 1.234),
        ("1,234", 1.234, 1234),
        ("1.234.567", 1234567, 1234567),
        ("1'234.567", 1234567, 1234567),
        ("1'234.50", 1234.5, 1234.5),
        ("(1,234.50)", -1234.5, -1234.5),
        ("1.234,50-", -1234.5, -1234.5),
        ("1.234,50 CR", -1234.5, -1234.5),
        ("−12", -12, -12),
        ("45k", 45000, 45000),
        ("45 mil", 45000, 45000),
        ("1.2M", 1_200_000, 1_200_000),
        ("15%", 0.15, 0.15),
        ("1E+05", 100000, 100000),
        ("$ 45.000,-", 45000, 45000),
        ("$45.000,oo", 45000, 45000),
        ("25 pesos", 25, 25),
        ("1 234,5", 1234.5, 1234.5),
        (".5", 0.5, 0.5),
    ],
)
def test_a_number_is_read_with_the_mark_of_its_column(raw: str, comma: float, point: float) -> None:
    assert number.normalise(cell(raw), decimal=",")["value"].item() == pytest.approx(comma)
    assert number.normalise(cell(raw), decimal=".")["value"].item() == pytest.approx(point)


def test_a_number_with_two_readings_waits_for_the_mark_of_its_column() -> None:
    assert number.normalise(cell("1.234"), decimal=None).row(0) == (None, "number.ambiguous")
    assert number.normalise(cell("1.234,5"), decimal=None).row(0) == (1234.5, "number.format")


@pytest.mark.parametrize(
    "raw", ["abc", "$", "12.34.56", "1.234.56", "=1+1", "--5", "(5)-", "1e999", "x" * 10_000, "🙂", "5 de 7"]
)
def test_what_is_no_number_is_dropped(raw: str) -> None:
    assert number.normalise(cell(raw), decimal=".").row(0) == (None, "number.unreadable")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("12.50", None),
        ("1,234.50", "number.format"),
        ("(5)", "number.negative"),
        ("15%", "number.percent"),
        ("45k", "number.multiplied"),
        ("(45k)", "number.negative+number.multiplied"),
        ("5 CR", "number.credit"),
    ],
)
def test_the_rule_says_what_was_done(raw: str, rule: str | None) -> None:
    assert number.normalise(cell(raw), decimal=".")["rules"].item() == rule


@pytest.mark.parametrize(
    ("raw", "value", "currency"),
    [
        ("US$ 1,250.99", "1250.99", "USD"),
        ("COP 25,000.00", "25000.00", "COP"),
        ("€12.5", "12.50", "EUR"),
        ("12.50 EUR", "12.50", "EUR"),
        ("R$ 1.234,56", "1234.56", "BRL"),
        ("S/. 25.50", "25.50", "PEN"),
        ("$ 99.90", "99.90", None),
        ("-$ 5", "-5.00", None),
        ("1250 dólares", "1250.00", "USD"),
        ("1250 dolares", "1250.00", "USD"),
        ("1.25M", "1250000.00", None),
    ],
)
def test_money_is_exact_and_keeps_the_currency_of_its_cell(raw: str, value: str | None, currency: str | None) -> None:
    found = number.money(cell(raw), decimal=".")
    assert found.schema["value"] == pl.Decimal(18, 2)
    assert (found["value"].item(), found["currency"].item()) == (Decimal(value) if value else None, currency)


def test_where_cents_do_not_circulate_three_digits_after_a_mark_are_thousands() -> None:
    frame = pl.DataFrame({"raw": ["1.234", "1,234", "1234", "1.234,50", "45.5"]})
    found = number.money(frame, decimal=".", currency="COP")["value"].to_list()
    assert found == [Decimal(text) for text in ("1234.00", "1234.00", "1234.00", "1234.50", "45.50")]


def test_money_says_when_it_was_rounded_or_is_beyond_any_amount() -> None:
    assert number.money(cell("12.345"), decimal=".")["rules"].item() == "number.rounded"
    assert number.money(cell("12.340"), decimal=".")["rules"].item() is None
    assert number.money(cell("9" * 17), decimal=".").row(0) == (None, None, "number.range")
    assert number.money(cell("15%"), decimal=".").row(0) == (None, None, "number.unreadable")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("35", (35, None)),
        ("35.0", (35, "number.format")),
        ("35 años", (35, "number.format")),
        ("Estrato 3", (3, "number.format")),
        ("3.5", (None, "number.fraction")),
        ("350", (None, "number.range")),
        ("-1", (None, "number.range")),
        ("15%", (None, "number.fraction")),
        ("x", (None, "number.unreadable")),
    ],
)
def test_whole_numbers_stay_within_their_range(raw: str, expected: tuple[int | None, str | None]) -> None:
    low, high = number.RANGES["age"]
    assert number.integer(cell(raw), low=low, high=high).row(0) == expected


def test_a_mark_of_thousands_in_a_whole_number_is_no_fraction() -> None:
    assert number.integer(cell("12.500"))["value"].item() == 12500


def test_an_empty_column_is_answered() -> None:
    empty = pl.DataFrame(schema={"raw": pl.String})
    assert number.normalise(empty, decimal=None).schema["value"] == pl.Float64
    assert number.money(empty, decimal=",", currency="COP").height == 0


amounts = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"\A-?\$? ?[0-9]{1,3}([.,'][0-9]{3}){0,3}([.,][0-9]{1,4})?( ?(k|mil|%|CR|-))?\Z"),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=30), st.sampled_from([None, ".", ","]))
def test_reading_a_read_number_changes_nothing(cells: list[str], decimal: number.Mark | None) -> None:
    frame = pl.DataFrame({"raw": cells})
    for kernel in (number.normalise, number.money):
        once = kernel(frame, decimal=decimal)
        assert once.height == frame.height
        kept = once["value"].drop_nulls()
        twice = kernel(kept.cast(pl.String).to_frame("raw"), decimal=".")
        assert twice["value"].to_list() == kept.to_list()
        assert twice["rules"].null_count() == twice.height


@settings(max_examples=60, deadline=None)
@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False))
def test_an_amount_written_in_either_convention_comes_back_to_the_cent(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    assert number.money(cell(f"$ {english}"), decimal=".")["value"].item() == amount
    assert number.money(cell(spanish), decimal=",")["value"].item() == amount
