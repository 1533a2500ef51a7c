"""How often each person shows each value of a trait: what shares of groups and favourites of people are made of.

People are numbers here (their row in the list of people), values are places in a sorted list of names, and days are
days since 1970, so that a million people cost seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_DAYS, _VALUES = 1 << 16, 1 << 27
"""Days (until 2149) and values that a score has room for, beside how often (up to a million times)."""


@dataclass(frozen=True)
class Counts:
    """A trait counted by person.

    Attributes:
        frame: person (UInt32), value (UInt32, a place in ``names``), ``x``: how many of the person's orders (lines,
            visits...) have the value, and ``last``: the last day of these (Int32), in no order.
        totals: person and ``n``: how many say anything; as ``x`` may overlap (an order has several categories), this
            is not their sum.
        names: of the values, sorted.
    """

    frame: pl.DataFrame
    totals: pl.DataFrame
    names: pl.Series

    @property
    def known(self) -> bool:
        """Whether anybody says anything."""
        return self.totals.height > 0


def coded(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Values as places (UInt32, empty stays empty) in the sorted list of the distinct ones, and that list."""
    names = values.drop_nulls().unique().sort()
    if values.dtype in (pl.String, pl.Categorical):
        names = names.cast(pl.String).sort()
        return values.cast(pl.Enum(names)).to_physical().cast(pl.UInt32), names
    places = pl.DataFrame({"name": names}).with_row_index("place")
    found = values.to_frame("name").join(places, on="name", how="left", maintain_order="left")["place"]
    return found.cast(pl.UInt32), names.cast(pl.String)


def counts(seen: pl.DataFrame, totals: pl.DataFrame | None = None) -> Counts:
    """Count a trait.

    Args:
        seen: person, ``value`` of any type that can be sorted (empty when it is not known), and ``day``. A row is one
            order, line or visit; the same one has several rows when it has several values, each once.
        totals: person and ``n``; by default the number of rows with a value.
    """
    places, names = coded(seen["value"])
    frame = seen.select("person", pl.col("day").to_physical().cast(pl.Int32), value=places).drop_nulls("value")
    key = pl.col("person").cast(pl.UInt64) * max(names.len(), 1) + pl.col("value")
    added = frame.lazy().group_by(key=key).agg(pl.len().cast(pl.Int64).alias("x"), pl.col("day").max().alias("last"))
    split = added.select(
        (pl.col("key") // max(names.len(), 1)).cast(pl.UInt32).alias("person"),
        (pl.col("key") % max(names.len(), 1)).cast(pl.UInt32).alias("value"),
        "x",
        pl.col("last").fill_null(0),
    ).collect()
    if totals is None:
        totals = split.group_by("person").agg(pl.col("x").sum().alias("n"))
    return Counts(split, totals.select("person", pl.col("n").cast(pl.Int64)).filter(pl.col("n") > 0), names)


def flags(seen: pl.DataFrame, name: str) -> Counts:
    """Count a trait that holds or does not.

    Args:
        seen: person, ``holds`` (Boolean, empty when it is not known) and ``day``.
        name: of the value that is counted when it holds.
    """
    known = seen.drop_nulls("holds")
    totals = known.group_by("person").agg(pl.len().alias("n"))
    value = pl.when(pl.col("holds")).then(pl.lit(name)).alias("value")
    found = counts(known.select("person", value, "day"), totals)
    return Counts(found.frame, found.totals, pl.Series("name", [name]))


def grouped(found: Counts, values: dict[str, str]) -> Counts:
    """The same counts with several values made one: ``values`` says which of its values each name becomes."""
    names = pl.Series("name", sorted(set(values.values())), pl.String)
    place = {name: at for at, name in enumerate(names)}
    new = found.names.replace_strict({old: place[value] for old, value in values.items()}, return_dtype=pl.UInt32)
    frame = found.frame.with_columns(value=new.gather(found.frame["value"])) if found.frame.height else found.frame
    added = frame.group_by("person", "value").agg(pl.col("x").sum(), pl.col("last").max())
    return Counts(added, found.totals, names)


def most_frequent(found: Counts, most: int) -> Counts:
    """The same counts with the ``most`` frequent values only; of equally frequent ones the first by name stays."""
    if found.names.len() <= most:
        return found
    often = found.frame.group_by("value").agg(pl.col("x").sum()).sort("x", "value", descending=[True, False])
    kept = often.head(most).select("value").sort("value").with_row_index("place")
    frame = found.frame.join(kept, on="value").select(
        "person", pl.col("place").cast(pl.UInt32).alias("value"), "x", "last"
    )
    return Counts(frame, found.totals, found.names.gather(kept["value"]))


def favourites(found: Counts) -> pl.DataFrame:
    """person, ``value`` (its name) and ``x``: what each shows most; of several the one last seen, then the first by
    name.
    """
    most = _VALUES - 1
    score = pl.col("x") * (_DAYS * _VALUES) + pl.col("last").clip(0, _DAYS - 1).cast(pl.Int64) * _VALUES
    best = found.frame.group_by("person").agg((score + (most - pl.col("value").cast(pl.Int64))).max().alias("score"))
    place = most - pl.col("score") % _VALUES
    told = best.select("person", place.cast(pl.UInt32).alias("place"), x=pl.col("score") // (_DAYS * _VALUES))
    return told.select("person", value=found.names.cast(pl.String).gather(told["place"]), x="x")
