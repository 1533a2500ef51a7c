"""What the card of a person says besides purchases: age, gender, city, consent, stated interests and reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from custintel.profile.counts import Counts, counts
from custintel.profile.traits import YES

PLAIN = {
    "gender": "gender",
    "residence": "city",
    "motivator": "motivator",
    "customer_type": "customer_type",
    "occupation": "occupation",
    "education": "education",
    "marital_status": "marital_status",
    "stratum": "stratum",
    "best_channel": "best_channel",
}
LISTS = ("interests", "tags")
CONSENTS = ("consent_email", "consent_sms", "consent_whatsapp", "consent_call")
AGES = ((18, "under_18"), (25, "18_24"), (35, "25_34"), (45, "35_44"), (55, "45_54"), (65, "55_64"), (120, "65_up"))
"""Upper ends, not in them, and the code of each band."""


def card_traits(customers: pl.DataFrame, as_of: dt.date | None) -> Iterator[tuple[str, Counts]]:
    """The traits of cards, a person counting once.

    Args:
        customers: table customers and ``person``.
        as_of: the day of which ages are.
    """
    day = pl.lit(None, pl.Date).alias("day")
    for code, column in PLAIN.items():
        yield code, counts(customers.select("person", pl.col(column).cast(pl.String).alias("value"), day))
    for column in LISTS:
        stated = customers.filter(pl.col(column).list.len() > 0).select("person", pl.col(column).alias("value"))
        each = stated.explode("value").drop_nulls("value").unique().with_columns(day)
        yield column, counts(each, each.select("person").unique().with_columns(n=pl.lit(1)))
    for column in CONSENTS:
        known = customers.filter(pl.col(column).is_not_null())
        said = pl.when(pl.col(column)).then(pl.lit(YES)).otherwise(pl.lit("no"))
        yield column, counts(known.select("person", said.alias("value"), day))
    yield "age_band", counts(customers.select("person", age_band("birth_date", as_of).alias("value"), day))


def age_band(birth: str, as_of: dt.date | None) -> pl.Expr:
    """The band of the age in whole years on ``as_of``; empty when either is unknown or nobody gets that old."""
    if as_of is None:
        return pl.lit(None, pl.String)
    born = pl.col(birth)
    later = (born.dt.month() > as_of.month) | ((born.dt.month() == as_of.month) & (born.dt.day() > as_of.day))
    age = as_of.year - born.dt.year() - later.cast(pl.Int32)
    band = pl.lit(None, pl.String)
    for end, code in reversed(AGES):
        band = pl.when(age < end).then(pl.lit(code)).otherwise(band)
    return pl.when(age >= 0).then(band)
