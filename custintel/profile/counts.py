"""How often each person shows each value of a trait: what shares of groups and favourites of people are made of.

People are numbers here (their place in the list of people), values are places in a list of names, and days are days
since 1970, so that a million people take seconds and little memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

_DAYS, _VALUES = 1 << 16, 1 << 27
"""Days (until 2149) and values for which one number has room, beside how often (up to half a million times)."""


@dataclass(frozen=True)
class Counts:
    """A trait counted by person.

    Attributes:
        frame: person (UInt32), value (a place in ``names``) and ``x`` (UInt32): how many of the person's orders (lines,
            visits...) have the value; in no order.
        totals: person and ``n``: how many say anything; as an order may have several values (categories), this is not
            the sum of ``x``.
        names: of the values, in their natural order.
        favourites: person and ``value`` (its name), what each shows most: of several the one last seen, then the first
            in order; empty unless it was asked for.
    """

    frame: pl.DataFrame
    totals: pl.DataFrame
    names: pl.Series
    favourites: pl.DataFrame | None = None

    @property
    def known(self) -> bool:
        """Whether anybody says anything."""
        return self.totals.height > 0


def coded(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Values as places (UInt32, empty stays empty) in a list of names, and that list: of an Enum its own order, of all
    others sorted.
    """
    if isinstance(values.dtype, pl.Enum):
        return values.to_physical().cast(pl.UInt32), values.dtype.categories.alias("name")
    names = values.drop_nulls().unique()
    if values.dtype in (pl.String, pl.Categorical):
        names = names.cast(pl.String).sort()
        return values.cast(pl.Enum(names)).to_physical().cast(pl.UInt32), names
    names = names.sort()
    places = pl.DataFrame({"name": names}).with_row_index("place")
    found = values.to_frame("name").join(places, on="name", how="left", maintain_order="left")["place"]
    return found.cast(pl.UInt32), names.cast(pl.String)


def counts(seen: pl.DataFrame, totals: pl.DataFrame | None = None, *, favourites: bool = False) -> Counts:
    """Count a trait.

    Args:
        seen: person, ``value`` of any type that can be sorted (empty when it is not known), and ``day``. A row is one
            order, line or visit; the same one has several rows when it has several values, each once.
        totals: person and ``n``; by default the number of rows with a value.
        favourites: whether to find what each person shows most.
    """
    places, names = coded(seen["value"])
    return tallied(seen.select("person", "day", value=places), names, totals, favourites=favourites)


def tallied(
    seen: pl.DataFrame, names: pl.Series, totals: pl.DataFrame | None = None, *, favourites: bool = False
) -> Counts:
    """As :func:`counts`, of values that are places in ``names`` already.

    One number holds person, value and day of each row; sorted, the rows of a person and value stand together.
    """
    many = max(names.len(), 1)
    known = seen.filter(pl.col("value").is_not_null())
    day = known["day"].to_physical().cast(pl.Int64).fill_null(0).clip(0, _DAYS - 1).to_numpy()
    person, value = (known[name].cast(pl.Int64).to_numpy() for name in ("person", "value"))
    key = np.sort((person * many + value) * _DAYS + day)
    pair = key // _DAYS
    starts = first_of_runs(pair)
    x = np.diff(np.append(starts, pair.size))
    last = key[starts + x - 1] % _DAYS
    person, value = np.divmod(pair[starts], many)
    people = first_of_runs(person)
    best = None
    if favourites:
        score = (x * _DAYS + last) * _VALUES + (_VALUES - 1 - value)
        most = np.maximum.reduceat(score, people) if people.size else score
        shown = pl.Series(_VALUES - 1 - most % _VALUES, dtype=pl.UInt32)
        best = pl.DataFrame({"person": person[people].astype(np.uint32), "value": names.cast(pl.String).gather(shown)})
    if totals is None:
        n = np.add.reduceat(x, people) if people.size else x
        totals = pl.DataFrame({"person": person[people].astype(np.uint32), "n": n})
    small = np.uint16 if many <= 1 << 16 else np.uint32
    frame = pl.DataFrame({"person": person.astype(np.uint32), "value": value.astype(small), "x": x.astype(np.uint32)})
    told = totals.select("person", pl.col("n").cast(pl.Int64)).filter(pl.col("n") > 0)
    return Counts(frame, told, names.cast(pl.String), best)


def first_of_runs(ordered: np.ndarray) -> np.ndarray:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1)) if ordered.size else np.zeros(0, np.int64)


def distinct(numbers: np.ndarray) -> np.ndarray:
    """Each of some numbers once, sorted."""
    ordered = np.sort(numbers)
    found: np.ndarray = ordered[first_of_runs(ordered)]
    return found


def flags(seen: pl.DataFrame, name: str) -> Counts:
    """Count a trait that holds or does not.

    Args:
        seen: person and ``holds`` (Boolean, empty when it is not known).
        name: of the value that is counted when it holds.
    """
    known = seen.filter(pl.col("holds").is_not_null())
    n = np.bincount(known["person"].to_numpy())
    x = np.bincount(known.filter("holds")["person"].to_numpy(), minlength=n.size)
    people = np.flatnonzero(n).astype(np.uint32)
    return of_one(pl.DataFrame({"person": people, "x": x[people], "n": n[people]}), name)


def of_one(people: pl.DataFrame, name: str) -> Counts:
    """Counts of a trait with one value.

    Args:
        people: person, ``x`` and ``n``.
        name: of the value.
    """
    shown = people.filter(pl.col("x") > 0).select(
        "person", pl.lit(0, pl.UInt16).alias("value"), pl.col("x").cast(pl.UInt32)
    )
    said = people.filter(pl.col("n") > 0).select("person", pl.col("n").cast(pl.Int64))
    return Counts(shown, said, pl.Series("name", [name]))


def most_frequent(found: Counts, most: int) -> Counts:
    """The same counts with the ``most`` frequent values only; of equally frequent ones the first by name stays."""
    if found.names.len() <= most:
        return found
    often = (
        found.frame.group_by("value").agg(pl.col("x").cast(pl.Int64).sum()).sort("x", "value", descending=[True, False])
    )
    kept = often.head(most).select("value").sort("value").with_row_index("place")
    frame = found.frame.join(kept, on="value").select("person", pl.col("place").cast(pl.UInt16).alias("value"), "x")
    return Counts(frame, found.totals, found.names.gather(kept["value"]), found.favourites)
