"""Profiles: records that say exactly the same about who they are. They are blocked, compared and clustered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.fields import phone
from custintel.matching.arrays import grouped, starts, stirred
from custintel.matching.facts import COMPARED, facts
from custintel.matching.names import NameColumns, name_columns

Hashes = NDArray[np.uint64]
_HEAD = 8


@dataclass(frozen=True)
class Profiles:
    """The distinct things that records say.

    Attributes:
        record_ids: of every record, ascending.
        order: where each of these is among the records as they were given.
        of_record: the profile of each record; a profile's number is its rank by smallest record id.
        size: how many records each profile stands for.
        facts: one row per profile; text columns, null where nothing is said (``born``: Int32, yyyymmdd with 00 for what
            is not known).
        keys: per fact, a number per profile that is equal where the fact is; 0 where nothing is said.
        names: the words of the names.
        whole: all profiles, where these are some of them: how frequent a value is, is asked of all.
    """

    record_ids: pl.Series
    order: NDArray[np.int64]
    of_record: NDArray[np.int64]
    size: NDArray[np.int64]
    facts: pl.DataFrame
    keys: Mapping[str, Hashes]
    names: NameColumns
    whole: Profiles | None = None

    def part(self, rows: NDArray[np.int64]) -> Profiles:
        """Some profiles, which know of all; of no records."""
        return Profiles(
            self.record_ids.clear(),
            self.order[:0],
            self.of_record[:0],
            self.size[rows],
            self.facts[rows],
            {fact: key[rows] for fact, key in self.keys.items()},
            self.names.part(rows),
            self.whole or self,
        )

    @property
    def all(self) -> Profiles:
        """All profiles, of which these may be a part."""
        return self.whole or self

    @property
    def height(self) -> int:
        """How many profiles."""
        return len(self.size)

    def has(self, fact: str) -> bool:
        """Whether anything is said about ``fact``."""
        return fact in self.facts.columns

    @property
    def phones(self) -> list[str]:
        """The facts that are phone numbers."""
        return [column for column in self.facts.columns if column.startswith("phone_")]

    @cached_property
    def fixed(self) -> pl.Series:
        """The landlines among the numbers that several records have."""
        if self.whole:
            return self.whole.fixed
        several = pl.Series(self.size > 1)
        columns = [self.facts[column] for column in self.phones]
        shared = (
            pl.concat([column.filter(column.is_duplicated() | several).alias("n") for column in columns])
            .unique()
            .drop_nulls()
        )
        return shared.to_frame().filter(phone.line(pl.col("n")) == "landline").to_series()

    def landlines(self, column: str) -> NDArray[np.bool_]:
        """Which profiles have a landline in ``column`` that others have too."""
        found: NDArray[np.bool_] = self.facts[column].is_in(self.fixed.implode()).fill_null(value=False).to_numpy()
        return found


def hashed(values: pl.Series) -> Hashes:
    """64-bit hashes of a column, 0 for null."""
    found = pl.DataFrame({"v": values}).select(pl.when(pl.col("v").is_not_null()).then(pl.col("v").hash() | 1))
    numbers: Hashes = found.to_series().fill_null(0).to_numpy()
    return numbers


def profiles(records: pl.DataFrame, compare: Sequence[str] = (), single: Sequence[str] = ()) -> Profiles:
    """The profiles of ``records``.

    Args:
        records: columns of the ``records`` table; fields may be absent, order does not matter.
        compare: columns of ``extra`` to take as evidence.
        single: records that get a profile of their own, because a person has said something about them.
    """
    records = records.select(name for name in ("record_id", *COMPARED) if name in records.columns)
    said = facts(records, compare)
    order = ascending(records["record_id"])
    keys = {column: hashed(said[column]) for column in said.columns}
    first = _firsts(_sameness(records["record_id"], keys, single)[order])
    chosen = np.flatnonzero(first == np.arange(len(first)))
    of_record = np.searchsorted(chosen, first)
    kept = said[order[chosen]] if said.width else said
    return Profiles(
        records["record_id"].gather(order),
        order,
        of_record,
        np.bincount(of_record, minlength=len(chosen)),
        kept,
        {column: key[order[chosen]] for column, key in keys.items()},
        name_columns(kept, len(chosen)),
    )


def ascending(ids: pl.Series) -> NDArray[np.int64]:
    """Where each id is, in their order. Eight bytes of an id as a number all but decide, at a sixth of the cost."""
    if (ids.str.len_bytes() < _HEAD).any():
        return ids.arg_sort().to_numpy().astype(np.int64)
    head = pl.col("id").cast(pl.Binary).bin.slice(0, _HEAD).bin.reinterpret(dtype=pl.UInt64, endianness="big")
    found = pl.DataFrame({"id": ids}).select(pl.arg_sort_by(head, "id", multithreaded=False)).to_series()
    order: NDArray[np.int64] = found.to_numpy().astype(np.int64)
    return order


def _firsts(numbers: Hashes) -> NDArray[np.int64]:
    """Per number, the place of the first that is equal."""
    order = grouped(numbers)
    first = np.empty(len(order), np.int64)
    if len(order):
        new = starts(numbers[order])
        first[order] = np.minimum.reduceat(order, np.flatnonzero(new))[np.cumsum(new) - 1]
    return first


def _sameness(ids: pl.Series, keys: Mapping[str, Hashes], single: Sequence[str]) -> Hashes:
    """A number per record that those which say the same share; records that say nothing, or are ``single``, have their
    own.
    """
    alone = ids.is_in(pl.Series(single, dtype=pl.String).implode()).to_numpy()
    whole = np.zeros(len(ids), np.uint64)
    said = np.zeros(len(ids), bool)
    for key in keys.values():
        whole = stirred(whole, key)
        said |= key > 0
    return np.where(said & ~alone, whole, ids.hash(1).to_numpy())
