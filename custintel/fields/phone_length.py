"""Whether a cell has too few or too many digits for the phone numbers of its country."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import polars as pl

from custintel.fields import phone_cell

LONGEST = 15
"""Digits of the longest number there is, country code included (ITU-T E.164)."""
SHORTEST = 5
"""Digits below which nothing is taken for a number whose country is not known."""

_SCHEMA = pl.Schema({"region": pl.String(), "lengths": pl.List(pl.UInt32())})


def misfit(cells: pl.DataFrame) -> pl.Series:
    """Why cells cannot be numbers by their length: ``too_short``, ``too_long``, or null where length is not why.

    A length that no mobile and no landline of the country has is too short unless it is above all of them.

    Args:
        cells: ``raw`` (not null) and ``country`` (ISO alpha-2 or null), which counts where the cell names no country.
    """
    numbers = cells.with_row_index("row")
    first = phone_cell.candidates(numbers.select("row", "raw")).filter(pl.col("part") == 0)
    first = first.join(numbers.select("row", "country"), on="row", how="left")
    digits = pl.col("digits").str.strip_chars_start("0")
    code = digits.str.extract(f"^({'|'.join(map(str, _codes()))})")
    by_code = {str(number): regions[0] for number, regions in _codes().items()}
    named = code.replace_strict(by_code, default=None, return_dtype=pl.String)
    first = first.select(
        "row",
        pl.when("intl").then(named).otherwise("country").alias("region"),
        pl.when("intl").then(digits.str.slice(code.str.len_bytes())).otherwise(digits).str.len_bytes().alias("n"),
        digits.str.len_bytes().alias("all"),
        (pl.col("country").eq_missing(named) & ~pl.col("intl")).alias("own_code"),
        code.str.len_bytes().alias("code"),
    )
    lengths = _lengths(first.get_column("region").drop_nulls().unique().sort())
    told = first.join(lengths, on="region", how="left").with_columns(longest=pl.col("lengths").list.max())
    prefixed = pl.col("own_code") & (pl.col("n") > pl.col("longest"))
    told = told.with_columns(n=pl.when(prefixed).then(pl.col("n") - pl.col("code")).otherwise("n"))
    long = (pl.col("n") > pl.col("longest")) | (pl.col("all") > LONGEST)
    short = pl.coalesce(~pl.col("lengths").list.contains(pl.col("n")), pl.col("all") < SHORTEST)
    why = pl.when(long).then(pl.lit("too_long")).when(short).then(pl.lit("too_short"))
    return told.sort("row").select(why.alias("misfit")).to_series()


def _lengths(regions: Iterable[str]) -> pl.DataFrame:
    return pl.DataFrame([(region, _of(region)) for region in regions], schema=_SCHEMA, orient="row")


@cache
def _of(region: str) -> list[int] | None:
    """How many digits the mobiles and landlines of a country have, without its calling code."""
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region, None)
    lines = (metadata.mobile, metadata.fixed_line) if metadata is not None else ()
    return sorted({n for line in lines if line is not None for n in line.possible_length if n > 0}) or None


@cache
def _codes() -> dict[int, tuple[str, ...]]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return dict(COUNTRY_CODE_TO_REGION_CODE)
