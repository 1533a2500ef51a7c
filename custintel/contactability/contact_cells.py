"""Addresses and numbers out of the cells of any file, as every table writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import polars as pl

from custintel.fields import email, phone, text
from custintel.fields.vocabulary import over_distinct
from custintel.i18n import N_
from custintel.sheets.source import SKIPPED_SCHEMA
from custintel.tables.headers import declared, indexed_key, key

Kind = Literal["email", "phone"]
PHONE_FIELDS = ("phone", "mobile", "whatsapp", "landline")
EMPTY = "no_contact"
LEFT_OUT: Mapping[str, str] = {EMPTY: N_("There is no address and no number in the row")}
"""Reasons of this module for leaving a row out; the others are the codes of rules of ``fields``."""
_LONGEST_SHOWN = 200
_LOOKS: Mapping[Kind, str] = {"email": "@", "phone": r"(?:[0-9][^0-9a-zA-Z@]{0,2}){6}"}
_SOME = 0.2
"""Share of the filled cells of a column that must look like an address for its header to be believed."""


def columns_of(rows: pl.DataFrame, fields: Sequence[str], kind: Kind) -> list[str]:
    """The columns whose headers name one of ``fields`` and whose cells do not say otherwise, in the order of the sheet.

    A column called "SMS" or "WhatsApp" may hold numbers, or whether somebody wants messages.
    """
    aliases = frozenset[str]().union(*(declared()[field].aliases for field in fields))
    named = [name for name in rows.columns if key(name) in aliases or indexed_key(name)[0] in aliases]
    return [name for name in named if share(rows[name], _LOOKS[kind]) >= _SOME]


def share(cells: pl.Series, pattern: str) -> float:
    """The share of the filled cells of a column in which ``pattern`` is found, 0 where none is filled."""
    filled = cells.drop_nulls()
    return int(filled.str.strip_chars().str.contains(pattern).sum()) / max(1, filled.len())


def contacts(rows: pl.DataFrame, columns: Sequence[str], kind: Kind, *, country: str | None) -> pl.DataFrame:
    """What the cells of some columns hold, normalised.

    Args:
        rows: ``row`` and the text columns ``columns``.
        columns: the headers to read.
        kind: what they hold.
        country: of numbers that do not say theirs (ISO 3166 alpha-2); without it such numbers are not read.

    Returns:
        ``row``, ``value`` (null where the cell holds none that can be used), ``raw`` and ``why`` (the rule that
        says why ``value`` is empty): one line per address or number, one where there is none, none for an empty cell.
    """
    parts = [_one_column(rows.select("row", raw=pl.col(name)), kind, country) for name in columns]
    return pl.concat(parts) if parts else pl.DataFrame(schema=_SCHEMA)


_SCHEMA = pl.Schema({"row": pl.UInt32, "value": pl.String, "raw": pl.String, "why": pl.String})


def _one_column(cells: pl.DataFrame, kind: Kind, country: str | None) -> pl.DataFrame:
    cells = cells.filter(pl.col("raw").is_not_null())
    tidy = over_distinct(cells, ["raw"], partial(text.tidy, kind=kind))
    cells = cells.with_columns(
        tidy["value"].alias("tidy"), tidy["rules"].alias("why"), pl.lit(country, pl.String).alias("country")
    )
    kernel, beside = (email.normalise, ()) if kind == "email" else (phone.normalise, ("country",))
    found = over_distinct(cells, ["tidy", *beside], kernel)
    cells = cells.with_columns(found["value"], found["more"], found["rules"])
    why = pl.coalesce("rules", "why").str.split("+").list.last()
    whole = cells.select("row", "value", "raw", why=pl.when(pl.col("value").is_null()).then(why))
    more = cells.filter(pl.col("more").list.len() > 0).explode("more")
    further = more.select("row", value="more", raw="raw", why=pl.lit(None, pl.String))
    return pl.concat([whole, further]).cast(_SCHEMA)


def left_out(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The rows that bring nothing, each with the reason, as a sheet keeps its skipped rows.

    Args:
        rows: ``row``, one line per row of the file.
        found: what :func:`contacts` returned, of all columns.
    """
    unusable = found.filter(pl.col("why").is_not_null()).join(
        found.filter(pl.col("value").is_not_null()), on="row", how="anti"
    )
    empty = rows.select("row").join(found, on="row", how="anti")
    return (
        pl.concat(
            [
                unusable.unique("row", keep="first", maintain_order=True).select(
                    pl.col("row").cast(pl.UInt32), reason="why", text=pl.col("raw").str.head(_LONGEST_SHOWN)
                ),
                empty.select(pl.col("row").cast(pl.UInt32), reason=pl.lit(EMPTY), text=pl.lit(None, pl.String)),
            ]
        )
        .sort("row")
        .cast(SKIPPED_SCHEMA)
    )
