from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import code


def postal(raw: str, country: str | None) -> tuple[str | None, str | None]:
    frame = pl.DataFrame({"raw": [raw], "country": pl.Series([country], dtype=pl.String)})
    return code.postal_code(frame).row(0)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("raw", "country", "value"),
    [
        ("8001", "ES", "08001"),
        ("6700.0", "MX", "06700"),
        ("2134", "US", "02134"),
        ("601", "US", "00601"),
        ("50001", "CO", "050001"),
        ("1310100", "BR", "01310-100"),
        ("21341234", "US", "02134-1234"),
    ],
)
def test_zeros_lost_in_a_spreadsheet_come_back_where_the_country_has_them(raw: str, country: str, value: str) -> None:
    assert postal(raw, country) == (value, "postal_code.lost_zeros")


@pytest.mark.parametrize(
    ("raw", "country", "value"),
    [
        ("28001", "ES", "28001"),
        ("02134-1234", "US", "02134-1234"),
        ("33101", "CO", "33101"),
        ("K1A 0B1", None, "K1A 0B1"),
        ("C1425ABC", "AR", "C1425ABC"),
        ("8001", None, "8001"),
        ("1000-205", "PT", "1000-205"),
        ("7500000", "CL", "7500000"),
    ],
)
def test_a_code_of_its_country_or_of_another_one_stays(raw: str, country: str | None, value: str) -> None:
    assert postal(raw, country) == (value, None)


@pytest.mark.parametrize(
    ("raw", "country", "value"),
    [
        ("CP 28001", "ES", "28001"),
        ("021341234", "US", "02134-1234"),
        ("110 111", "CO", "110111"),
        ("28001.0", "ES", "28001"),
    ],
)
def test_a_code_is_written_as_its_country_writes_it(raw: str, country: str, value: str) -> None:
    assert postal(raw, country) == (value, "postal_code.format")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("00000", "postal_code.placeholder"),
        ("99999", "postal_code.placeholder"),
        ("hola", "postal_code.unreadable"),
        ("9" * 9_999 + "1", "postal_code.unreadable"),
        ("🙂", "postal_code.unreadable"),
    ],
)
def test_what_is_no_postal_code_is_dropped_with_its_reason(raw: str, rule: str) -> None:
    assert postal(raw, "MX") == (None, rule)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("www.Tienda.com.co", "https://www.tienda.com.co"),
        ("HTTP://Tienda.co/", "http://tienda.co"),
        ("http//x.com", "http://x.com"),
        ("https://a.co/Path?x=1", "https://a.co/Path?x=1"),
        ("ñandú.cl", "https://ñandú.cl"),
        ("javascript:alert(1)", None),
        ("a@b.co", None),
        ("tienda", None),
        ("a.co/<script>", None),
    ],
)
def test_only_web_addresses_are_web_addresses(raw: str, value: str | None) -> None:
    assert code.url(pl.DataFrame({"raw": [raw]}))["value"].item() == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("181.49.10.2", "181.49.10.2"),
        ("010.001.2.3", "10.1.2.3"),
        ("1.2.3.4:5678", "1.2.3.4"),
        ("1.2.3.4, 10.0.0.1", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("999.1.1.1", None),
        ("12:30:15", None),
        ("hola", None),
    ],
)
def test_an_ip_address_loses_port_and_proxies(raw: str, value: str | None) -> None:
    assert code.ip(pl.DataFrame({"raw": [raw]}))["value"].item() == value


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("VIP", ["VIP"], None),
        ("a, b", ["a", "b"], None),
        ("a, b; c", ["a", "b", "c"], "list.split"),
        ("vip|VIP, Oro", ["vip", "Oro"], "list.split"),
        ('["a", "b"]', ["a", "b"], "list.split"),
        (",;", None, "list.empty"),
    ],
)
def test_a_list_in_one_cell_is_taken_apart(raw: str, value: list[str] | None, rule: str | None) -> None:
    assert code.labels(pl.DataFrame({"raw": [raw]})).rows() == [(value, rule)]


codes = st.one_of(
    st.text(max_size=15),
    st.from_regex(r"\A[0-9]{2,10}(\.0)?\Z"),
    st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){3}(:8)?\Z"),
)
webs = st.from_regex(r"\A(HTTP://|https?//|www\.)?[a-zA-Z0-9.-]{1,9}\.[a-z]{2,3}(/[a-z?]*)?\Z")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(codes, webs), min_size=1, max_size=30),
    st.sampled_from([None, "ES", "US", "CO", "BR", "AR", "PT"]),
)
def test_reading_a_read_code_changes_nothing(cells: list[str], country: str | None) -> None:
    def postal_code(frame: pl.DataFrame) -> pl.DataFrame:
        return code.postal_code(frame.with_columns(country=pl.lit(country, pl.String)))

    for kernel in (postal_code, code.url, code.ip):
        once = kernel(pl.DataFrame({"raw": cells}))
        assert once.height == len(cells)
        kept = once.select(raw="value").drop_nulls()
        twice = kernel(kept)
        assert twice["value"].to_list() == kept["raw"].to_list()
        assert twice["rules"].null_count() == twice.height


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=15), min_size=1, max_size=20))
def test_joining_and_splitting_a_list_again_changes_nothing(cells: list[str]) -> None:
    kept = code.labels(pl.DataFrame({"raw": cells}))["value"].drop_nulls()
    twice = code.labels(pl.DataFrame({"raw": kept.list.join(", ")}, schema={"raw": pl.String}))
    assert twice["value"].to_list() == kept.to_list()
    assert twice["rules"].null_count() == twice.height
