"""The export of Google Analytics 4 to BigQuery, as Parquet or JSON: one record per event, values inside records."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.tables.records import MONEY

NEEDED = ("event_timestamp", "event_name", "user_pseudo_id")
_PARAMETERS = {
    "page": "page_location",
    "referrer": "page_referrer",
    "ga_session_id": "ga_session_id",
    "search_term": "search_term",
    "transaction_id": "transaction_id",
    "currency": "currency",
    "content_id": "content_id",
}
_SAID = "collected_traffic_source"
_FIRST = "traffic_source"
_CLICKS = ("gclid", "dclid", "srsltid")


def read_export(data: bytes, source: str) -> pl.DataFrame:
    """The records of an export, as they are nested.

    Raises:
        CustintelError: it cannot be read, or is not an export of Google Analytics 4.
    """
    try:
        frame = _records(data)
    except (pl.exceptions.PolarsError, ValueError, OSError) as problem:
        raise CustintelError(
            _("This file cannot be read."), where=source, seen=str(problem).splitlines()[0][:200],
            hint=_("Export it again; JSON and Parquet are read when Google Analytics 4 wrote them to BigQuery."),
        ) from problem  # fmt: skip
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise CustintelError(
            _("This is not an export of Google Analytics 4 to BigQuery: it lacks {columns}.").format(
                columns=", ".join(missing)
            ),
            where=source,
            seen=_("columns: {columns}").format(columns=", ".join(frame.columns[:40])),
            hint=_("Save other tables as CSV or Excel."),
        )
    return frame


def _records(data: bytes) -> pl.DataFrame:
    if data.startswith(b"PAR1"):
        return pl.read_parquet(io.BytesIO(data))
    if data.lstrip()[:1] == b"[":
        return pl.read_json(io.BytesIO(data), infer_schema_length=None)
    return pl.read_ndjson(io.BytesIO(data), infer_schema_length=None)


def ga4_events(export: pl.DataFrame, *, zone: str) -> pl.DataFrame:
    """Events of an export, in the columns of the table ``events`` that it can fill.

    Args:
        export: what :func:`read_export` gives.
        zone: IANA name, to which its moments in universal time are moved.
    """
    parameters = {name: _parameter(export, key) for name, key in _PARAMETERS.items()}
    moment = pl.from_epoch(pl.col("event_timestamp").cast(pl.Int64), time_unit="us").dt.replace_time_zone("UTC")
    clicks = [pl.format(f"{kind}.{{}}", _field(export, f"{_SAID}.{kind}")) for kind in _CLICKS]
    source, medium, campaign = (
        pl.coalesce(_field(export, f"{_SAID}.manual_{name}"), _parameter(export, key))
        for name, key in (("source", "source"), ("medium", "medium"), ("campaign_name", "campaign"))
    )
    value = _parameter(export, "value")
    events = export.select(
        ts=moment.dt.convert_time_zone(zone).dt.replace_time_zone(None),
        visitor_id=pl.col("user_pseudo_id").cast(pl.String),
        event=pl.col("event_name").cast(pl.String),
        user_id=_field(export, "user_id"),
        source=source,
        medium=medium,
        campaign=campaign,
        click_id=pl.coalesce(*clicks, pl.format("gclid.{}", _parameter(export, "gclid"))),
        device=_field(export, "device.category"),
        browser=pl.coalesce(_field(export, "device.web_info.browser"), _field(export, "device.browser")),
        country=_field(export, "geo.country"),
        city=_field(export, "geo.city"),
        sku=_first_item(export, "item_id"),
        category=_first_item(export, "item_category"),
        value=value.cast(pl.Float64, strict=False).round(2).cast(MONEY),
        **{
            **parameters,
            "transaction_id": pl.coalesce(_field(export, "ecommerce.transaction_id"), parameters["transaction_id"]),
        },
    )
    unset = ["(not set)", ""]
    texts = [name for name, dtype in events.schema.items() if dtype == pl.String]
    return events.with_columns(pl.when(~pl.col(name).is_in(unset)).then(name).alias(name) for name in texts)


def _field(frame: pl.DataFrame, path: str) -> pl.Expr:
    """A text inside nested records; null where there is no such field."""
    name, *below = path.split(".")
    dtype: Any = frame.schema.get(name)
    found = pl.col(name)
    for part in below:
        if not isinstance(dtype, pl.Struct):
            return pl.lit(None, pl.String)
        inner: dict[str, Any] = {field.name: field.dtype for field in dtype.fields}
        dtype, found = inner.get(part), found.struct.field(part)
    return pl.lit(None, pl.String) if dtype is None else found.cast(pl.String)


def _parameter(frame: pl.DataFrame, key: str) -> pl.Expr:
    """The value of a parameter of an event, whichever type it was stored in."""
    dtype = frame.schema.get("event_params")
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct):
        return pl.lit(None, pl.String)
    inner = {field.name: field.dtype for field in dtype.inner.fields}
    value = inner.get("value")
    kinds: Sequence[str] = [field.name for field in value.fields] if isinstance(value, pl.Struct) else []
    wanted = [kind for kind in ("string_value", "int_value", "double_value", "float_value") if kind in kinds]
    if not wanted:
        return pl.lit(None, pl.String)
    texts = [pl.element().struct.field("value").struct.field(kind).cast(pl.String) for kind in wanted]
    named = pl.when(pl.element().struct.field("key") == key).then(pl.coalesce(texts))
    return pl.col("event_params").list.eval(named).list.drop_nulls().list.first()


def _first_item(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A field of the first article of an event."""
    dtype = frame.schema.get("items")
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct):
        return pl.lit(None, pl.String)
    if name not in {field.name for field in dtype.inner.fields}:
        return pl.lit(None, pl.String)
    return pl.col("items").list.first().struct.field(name).cast(pl.String)
