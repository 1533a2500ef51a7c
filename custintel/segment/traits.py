"""What sets segments apart: how they pay, when and where they buy, what they buy, beside everybody in a segment.

Every customer counts once: what is averaged is the share of a customer's own orders, so that somebody with a hundred
orders weighs no more than somebody with one, and the intervals (customers are independent, their orders are not) hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.segment.ranks import Floats

ATTRIBUTES = ("payment_method", "hour", "weekday", "sale_channel", "channel", "category", "discount", "undone")
"""Measures that are shares of a customer's orders, by level."""
NUMBERS = ("recency", "orders", "net", "margin", "ticket", "age", "undone")
"""Measures that are means over customers."""
_MOST_LEVELS = 12
_FEWEST = 30
_Z = 1.959963984540054
PROFILE = pl.Schema(
    {
        "segment": pl.Int32(),
        "measure": pl.String(),
        "level": pl.String(),
        "value": pl.Float64(),
        "base": pl.Float64(),
        "lift": pl.Float64(),
        "n": pl.Int64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "p": pl.Float64(),
    }
)


def order_levels(orders: pl.DataFrame) -> pl.DataFrame:
    """What every order says of the attributes: person, bought, and a column of text for each but ``category``.

    Args:
        orders: person (a number), bought, undone, and of table orders ordered_at, payment_method, sale_channel,
            channel, discount, coupon.
    """
    hour = pl.col("ordered_at").dt.hour()
    at_midnight = pl.col("ordered_at").dt.time() == pl.time(0, 0, 0)
    part = (
        pl.when(hour < 6)
        .then(pl.lit("night"))
        .when(hour < 12)
        .then(pl.lit("morning"))
        .when(hour < 18)
        .then(pl.lit("afternoon"))
        .otherwise(pl.lit("evening"))
    )
    discounted = ((pl.col("discount") > 0) | pl.col("coupon").is_not_null()).fill_null(False)
    yes, no = pl.lit("yes"), pl.lit("no")
    weekend = pl.col("ordered_at").dt.weekday() > 5
    return orders.select(
        "person",
        "bought",
        "payment_method",
        "sale_channel",
        "channel",
        hour=pl.when(~at_midnight).then(part),
        weekday=pl.when(weekend).then(pl.lit("weekend")).otherwise(pl.lit("working_day")),
        discount=pl.when(discounted).then(yes).otherwise(no),
        undone=pl.when("undone").then(yes).otherwise(no),
    )


def attribute_profile(
    levels: pl.DataFrame, categories: pl.DataFrame, segments: NDArray[np.int64], k: int
) -> pl.DataFrame:
    """Shares of customers' own orders by level, for every segment: :data:`PROFILE`, p not yet corrected.

    Args:
        levels: :func:`order_levels`.
        categories: person, category: a row for each line of a purchase.
        segments: the segment (from 0, -1 for none) of each person.
        k: how many segments.
    """
    parts = []
    for attribute in ATTRIBUTES:
        rows = categories if attribute == "category" else levels if attribute == "undone" else levels.filter("bought")
        parts += list(_of_attribute(rows["person"], rows[attribute].cast(pl.String), attribute, segments, k))
    return pl.concat(parts) if parts else pl.DataFrame(schema=PROFILE)


def _of_attribute(
    people: pl.Series, levels: pl.Series, attribute: str, segments: NDArray[np.int64], k: int
) -> Iterator[pl.DataFrame]:
    counts = levels.drop_nulls().value_counts(name="rows").sort("rows", levels.name, descending=[True, False])
    if counts.height < 2:
        return
    usual = counts[levels.name].head(_MOST_LEVELS).sort()
    codes = levels.cast(pl.Enum(usual), strict=False).to_physical().fill_null(len(usual)).to_numpy()
    known, person = levels.is_not_null().to_numpy(), people.to_numpy()
    totals = np.bincount(person[known], minlength=segments.size)
    counted = (totals > 0) & (segments >= 0)
    where = segments[counted]
    asked = np.bincount(where, minlength=k).astype(np.float64)
    for code, level in enumerate(usual):
        if attribute in ("discount", "undone") and level == "no":
            continue
        times = np.bincount(person[codes == code], minlength=segments.size)
        share = times[counted] / totals[counted]
        yield compared(attribute, str(level), asked, _added(where, share, k), _added(where, share * share, k))


def number_profile(frame: pl.DataFrame, segments: NDArray[np.int64], k: int, names: Sequence[str]) -> pl.DataFrame:
    """Means of numbers over customers, for every segment: :data:`PROFILE`, p not yet corrected."""
    parts = []
    for name in names:
        if name not in frame.columns or frame[name].null_count() == frame.height:
            continue
        values = frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        held = (segments >= 0) & ~np.isnan(values)
        where, values = segments[held], values[held]
        n = np.bincount(where, minlength=k).astype(np.float64)
        parts.append(compared(name, "", n, _added(where, values, k), _added(where, values**2, k)))
    return pl.concat(parts) if parts else pl.DataFrame(schema=PROFILE)


def _added(where: NDArray[np.int64], values: Floats, k: int) -> Floats:
    """The sum of the values of each segment."""
    return np.bincount(where, values, minlength=k).astype(np.float64)


def compared(measure: str, level: str, n: Floats, sums: Floats, squares: Floats) -> pl.DataFrame:
    """The mean of each segment beside that of all and, by Welch's test, of the rest.

    Args:
        measure: its code.
        level: of which; may be empty.
        n: customers of each segment of whom it is known.
        sums: of the values of each segment.
        squares: of the squared values.
    """
    rows = []
    everybody = n.sum()
    base = sums.sum() / everybody if everybody else math.nan
    for segment in range(n.size):
        mine, mean, error = _mean(n[segment], sums[segment], squares[segment])
        rest, other, other_error = _mean(
            everybody - n[segment], sums.sum() - sums[segment], squares.sum() - squares[segment]
        )
        apart = math.hypot(error, other_error)
        p = math.erfc(abs(mean - other) / apart / math.sqrt(2)) if mine > 1 and rest > 1 and apart > 0 else None
        rows.append(
            {
                "segment": segment,
                "measure": measure,
                "level": level,
                "value": mean if mine else None,
                "base": base if everybody else None,
                "lift": mean / base if mine and base > 0 else None,
                "n": int(mine),
                "low": mean - _Z * error if mine > 1 else None,
                "high": mean + _Z * error if mine > 1 else None,
                "p": p,
            }
        )
    return pl.DataFrame(rows, schema=PROFILE)


def _mean(n: float, total: float, squares: float) -> tuple[float, float, float]:
    """How many, their mean, and its standard error."""
    if n < 1:
        return 0.0, 0.0, 0.0
    mean = total / n
    variance = max(squares / n - mean * mean, 0.0) * n / (n - 1) if n > 1 else 0.0
    return n, mean, math.sqrt(variance / n)


def corrected(profile: pl.DataFrame) -> pl.DataFrame:
    """``profile`` with p after Holm (1979, Scand. J. Statist. 6, 65), over everything that was compared."""
    ordered = profile.with_row_index("place").sort("p", "place", nulls_last=True)
    tests = ordered["p"].count()
    steps = pl.int_range(pl.len())
    return (
        ordered.with_columns(p=(pl.col("p") * (tests - steps)).cum_max().clip(upper_bound=1.0))
        .sort("place")
        .drop("place")
    )


def telling(profiles: pl.DataFrame, segment: int, *, most: int = 2) -> list[Mapping[str, object]]:
    """The levels that set a segment (its place, from 1) apart most: the highest lifts that are no chance.

    Args:
        profiles: table segment_profiles.
        segment: segment_id.
        most: how many at most.
    """
    rows = profiles.filter(
        pl.col("segment_id") == segment,
        pl.col("measure").is_in(ATTRIBUTES) & (pl.col("level") != ""),
        pl.col("lift") > 1.1,
        pl.col("p") < 0.05,
        pl.col("value") >= 0.05,
        pl.col("n") >= _FEWEST,
    )
    return list(rows.sort("lift", "measure", "level", descending=[True, False, False]).head(most).iter_rows(named=True))
