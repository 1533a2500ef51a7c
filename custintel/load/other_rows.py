"""From typed rows to returns, calls, answers to surveys, marketing actions, products, places and traffic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import polars as pl

from custintel.load.cells import REFUSED_CELLS
from custintel.load.conventions import Conventions
from custintel.load.kinds import LOADED
from custintel.load.order_rows import INCOMPLETE
from custintel.load.spend_rows import TOTAL
from custintel.load.visits.channels import channels
from custintel.tables.records import TIME

SCALES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0), "stars": (1.0, 5.0)}
"""The lowest and highest answer of each kind of survey, unless answers go beyond."""
_GRAND_TOTAL = r"(?i)^\s*(?:grand total|suma total|total(?: general)?)\s*$"
_IDS = {
    "returns": ("return_id", "stated_order"),
    "calls": ("call_id", "started_at"),
    "surveys": ("survey_id", "answered_at"),
}
"""The id of a row, and what stands beside it: people's lists begin again at 1 every month."""


@dataclass(frozen=True)
class OtherRows:
    """The rows of one sheet for one table.

    Attributes:
        rows: the columns of the table that a file can bring.
        refused: rows that could not be used, in ``REFUSED_CELLS``.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame


@dataclass(frozen=True)
class Place:
    """Where rows come from.

    Attributes:
        source: name of the file.
        origin: the platform or list.
        period: first and last day that the file says it is about.
    """

    source: str
    origin: str
    period: tuple[dt.date, dt.date] | None = None


def other_rows(table: str, rows: pl.DataFrame, how: Conventions, place: Place) -> OtherRows:
    """The rows of a sheet for ``table``; a row without what the table needs is refused.

    Args:
        table: returns, calls, surveys, actions, products, geo_index or traffic.
        rows: as :func:`custintel.load.cells.typed` gives them.
        how: the conventions of the sheet.
        place: where they come from.
    """
    declared = LOADED[table]
    makers: Mapping[str, Callable[[pl.DataFrame, Conventions, Place], pl.DataFrame]] = {
        "returns": _returns,
        "calls": _calls,
        "surveys": _surveys,
        "actions": _actions,
        "products": _products,
        "geo_index": _places,
        "traffic": _traffic,
    }
    absent = [name for name in declared.schema.names() if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, declared.schema[name]).alias(name) for name in absent)
    made = makers[table](rows, how, place)
    if table in _IDS:
        made = with_ids(made, *_IDS[table])
    latest = [made[name].cast(TIME).max() for name, dtype in made.schema.items() if dtype in (pl.Date, TIME)]
    known = [moment for moment in latest if moment is not None]
    made = made.with_columns(
        source_file=pl.lit(place.source),
        source_row="row",
        exported_at=pl.lit(max(known, default=None), TIME),
    )
    needed = [c.name for c in declared.columns if not c.nullable and c.name not in ("order_id",)]
    usable = pl.all_horizontal(pl.col(name).is_not_null() for name in needed)
    nothing = pl.lit(None, pl.String)
    if table == "traffic":
        totals = made.select(_adds_up(made)).to_series()
        refused = made.filter(totals).select("row", field=nothing, value=nothing, reason=pl.lit(TOTAL))
        made = made.filter(~totals)
    else:
        refused = pl.DataFrame(schema=REFUSED_CELLS)
    lost = made.filter(~usable).select("row", field=nothing, value=nothing, reason=pl.lit(INCOMPLETE))
    refused = pl.concat([refused, lost.match_to_schema(REFUSED_CELLS)])
    kept = made.filter(usable).select(
        pl.col(name).cast(dtype) for name, dtype in declared.schema.items() if name in made.columns
    )
    return OtherRows(kept, refused.match_to_schema(REFUSED_CELLS))


def with_ids(rows: pl.DataFrame, name: str, beside: str) -> pl.DataFrame:
    """Ids that no two rows share: the file's own with what stands ``beside`` it, else made from all that the row says.

    Rows that say the same in everything are told apart by counting them.
    """
    said = [c for c, dtype in sorted(rows.schema.items()) if c not in ("row", name) and not dtype.is_nested()]
    text = pl.concat_str(*(pl.col(c).cast(pl.String, strict=False).fill_null("") for c in said), separator="\x1e")
    own = pl.concat_str(name, pl.col(beside).cast(pl.String).str.head(16).fill_null(""), separator="/")
    named = rows.with_columns(own.alias(name), _text=text)
    again = pl.int_range(pl.len()).over(pl.coalesce(name, "_text"))
    named = named.with_columns(_nth=again)
    lacking = named.select(made=pl.col(name).is_null() | (pl.col("_nth") > 0))["made"].arg_true()
    ids = [
        blake2b(f"{own or ''}\x1d{text}\x1d{nth}".encode(), digest_size=8).hexdigest()
        for own, text, nth in named[lacking].select(name, "_text", "_nth").iter_rows()
    ]
    return named.with_columns(named[name].scatter(lacking, ids)).drop("_text", "_nth")


def _adds_up(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row of a report adds up the others: it has no source where others have one, or says so."""
    dims = ("channel_ga4", "channel", "source", "medium", "campaign")
    anybody = pl.lit(bool(rows.select(pl.any_horizontal(pl.col(name).is_not_null().any() for name in dims)).item()))
    nothing = pl.all_horizontal(pl.col(name).is_null() for name in dims)
    named = pl.any_horizontal(pl.col(name).str.contains(_GRAND_TOTAL) for name in dims)
    return ((nothing & anybody) | named).fill_null(False)


def _products(rows: pl.DataFrame, _how: Conventions, _place: Place) -> pl.DataFrame:
    return rows.with_columns(pl.col("sku").str.strip_chars().str.to_uppercase())


def _returns(rows: pl.DataFrame, _how: Conventions, _place: Place) -> pl.DataFrame:
    restocked = pl.col("restocked").cast(pl.String).replace_strict({"yes": True, "no": False}, default=None)
    if "returned" in rows.columns:
        flagged = pl.when(pl.col("returned").cast(pl.String) == "yes").then(pl.lit("return"))
        rows = rows.with_columns(kind=pl.coalesce(pl.col("kind").cast(pl.String), flagged))
    return rows.with_columns(
        pl.col("refund", "logistics_cost", "write_off").abs(),
        restocked=restocked.cast(pl.Boolean),
    )


def _calls(rows: pl.DataFrame, _how: Conventions, _place: Place) -> pl.DataFrame:
    if "minutes" in rows.columns:
        rows = rows.with_columns(seconds=pl.coalesce("seconds", pl.col("minutes") * 60))
    return rows.with_columns(contact_phone=pl.coalesce("contact_phone", "dialled_number"))


def _surveys(rows: pl.DataFrame, _how: Conventions, _place: Place) -> pl.DataFrame:
    """One answer per row; a sheet with several questions of score brings the first of them that is answered."""
    asked = [kind for kind in SCALES if kind in rows.columns]
    by_column = [pl.when(pl.col(kind).is_not_null()).then(pl.lit(kind)) for kind in asked]
    kind = pl.coalesce(pl.col("kind").cast(pl.String), *by_column, pl.lit(asked[0] if asked else None, pl.String))
    rows = rows.with_columns(kind=kind, score=pl.coalesce("score", *asked))
    largest = rows.group_by("kind").agg(_highest=pl.col("score").max())
    rows = rows.join(largest, on="kind", how="left", maintain_order="left")
    low = pl.col("kind").replace_strict({k: s[0] for k, s in SCALES.items()}, default=None, return_dtype=pl.Float64)
    high = pl.col("kind").replace_strict({k: s[1] for k, s in SCALES.items()}, default=None, return_dtype=pl.Float64)
    wide = pl.when(pl.col("_highest") > high).then(pl.lit(10.0)).otherwise(high)
    return rows.with_columns(scale_min=low, scale_max=pl.max_horizontal(wide, pl.col("_highest")))


def _actions(rows: pl.DataFrame, how: Conventions, _place: Place) -> pl.DataFrame:
    share = pl.when(pl.col("holdout") > 1).then(pl.col("holdout") / 100).otherwise("holdout")
    return rows.with_columns(
        action_id=pl.coalesce("action_id", "name"),
        holdout=share,
        currency=pl.coalesce("currency", pl.lit(how.currency, pl.String)).str.to_uppercase(),
    )


def _places(rows: pl.DataFrame, how: Conventions, _place: Place) -> pl.DataFrame:
    return rows.with_columns(
        country=pl.coalesce("country", pl.lit(how.country, pl.String)),
        level=pl.col("level").fill_null("municipality"),
        year=pl.col("year").fill_null(0),
    )


def _traffic(rows: pl.DataFrame, _how: Conventions, place: Place) -> pl.DataFrame:
    first, last = place.period or (None, None)
    rows = rows.with_columns(
        date=pl.coalesce("date", pl.lit(first, pl.Date)),
        date_to=pl.coalesce("date_to", "date", pl.lit(last, pl.Date)),
        **{name: pl.col(name).cast(pl.String) for name in ("source", "medium", "campaign")},
    )
    if "source_medium" in rows.columns:
        parts = pl.col("source_medium").str.split_exact(" / ", 1).struct
        rows = rows.with_columns(
            source=pl.coalesce("source", parts.field("field_0")), medium=pl.coalesce("medium", parts.field("field_1"))
        )
    tagged = pl.col("source").is_not_null() | pl.col("medium").is_not_null()
    found = channels(rows.select("source", "medium", "campaign"))
    return rows.with_columns(
        channel=pl.coalesce("channel", pl.when(tagged).then(pl.lit(found["channel"])), "channel_ga4"),
        channel_ga4=pl.coalesce("channel_ga4", pl.when(tagged).then(pl.lit(found["channel_ga4"]))),
    )
