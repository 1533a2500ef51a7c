"""Access logs of web servers (Apache, Nginx, LiteSpeed) as events: the common and the combined format.

A line may begin with the name of the site and end with more fields than the format has. Lines that are none are kept
with the reason. Who a visitor is, a log can only guess: one address with one browser.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from hashlib import blake2b

import polars as pl

from custintel.errors import CustintelError
from custintel.fields.vocabulary import Kernel, divided
from custintel.i18n import N_, _

REFUSALS: dict[str, str] = {
    "log.format": N_("a line that no known format of access log explains"),
    "log.request": N_("a line whose request is not one a browser sends"),
    "log.time": N_("a line with a date that does not exist"),
}
"""Why a line is no event."""

_USUAL = (
    r'^(?P<ip>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<request>[^"\\]*)" (?P<status>\d{3}) \S+'
    r'(?: "(?P<referrer>[^"\\]*)" "(?P<user_agent>[^"\\]*)")?$'
)
_TEXT = r'(?:[^"\\]|\\.)*'
_LINE = (
    r"^(?:(?P<site>[A-Za-z0-9_.\-]+(?::\d+)?) )?"
    r"(?P<ip>[0-9A-Fa-f:.]{3,45}|[A-Za-z0-9][A-Za-z0-9.\-]*)(?:, [0-9A-Fa-f:., ]+)? "
    r"\S+ .{1,100}? \[(?P<time>\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+\-]\d{4})\] "
    rf'"(?P<request>{_TEXT})" (?P<status>\d{{3}}) (?:\d+|-)'
    rf'(?: "(?P<referrer>{_TEXT})" "(?P<user_agent>{_TEXT})")?(?: .*)?$'
)
_REQUEST = r"^(?P<method>[A-Za-z]{3,10}) (?P<page>\S.*?)(?: HTTP/[0-9.]+)?$"
_PARTS = ("ip", "time", "request", "status", "referrer", "user_agent")


@dataclass(frozen=True)
class AccessLog:
    """What a log holds.

    Attributes:
        events: ``event_id``, ``ts``, ``visitor_id``, ``event`` (always ``page_view``), ``page`` (as asked for, with its
            query), ``referrer``, ``user_agent``, ``ip``, ``method``, ``status``, ``origin``; by line.
        refused: ``row`` (line number), ``value``, ``reason`` (a code of ``REFUSALS``).
    """

    events: pl.DataFrame
    refused: pl.DataFrame


def lines(data: bytes) -> pl.Series:
    """The lines of a log file, unpacked when it is gzip.

    Raises:
        CustintelError: the file begins as gzip does and cannot be unpacked.
    """
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as problem:
            raise CustintelError(
                _("This compressed file is damaged."), seen=str(problem), hint=_("Copy it again from the server.")
            ) from problem
    text = data.decode("utf-8-sig", errors="replace")
    return pl.Series("line", text.split("\n"), dtype=pl.String).str.strip_chars_end("\r")


def parse(log: pl.Series, *, zone: str) -> AccessLog:
    """Read the lines of an access log.

    Args:
        log: the lines; empty ones are not counted.
        zone: IANA name of the time zone to which moments are moved.
    """
    rows = pl.DataFrame({"line": log}).with_row_index("row", offset=1).filter(pl.col("line").str.strip_chars() != "")
    read = divided(rows, ~rows["line"].str.contains(_USUAL), _parts_of(_USUAL), _parts_of(_LINE))
    request = pl.col("request").str.extract_groups(_REQUEST)
    moment = pl.col("time").str.to_datetime("%d/%b/%Y:%H:%M:%S %z", strict=False, time_unit="us", time_zone="UTC")
    read = read.with_columns(
        method=request.struct.field("method"),
        page=request.struct.field("page"),
        ts=moment.dt.convert_time_zone(zone).dt.replace_time_zone(None),
    )
    reason = (
        pl.when(pl.col("ip").is_null())
        .then(pl.lit("log.format"))
        .when(pl.col("ts").is_null())
        .then(pl.lit("log.time"))
        .when(pl.col("page").is_null())
        .then(pl.lit("log.request"))
    )
    read = read.with_columns(reason=reason)
    refused = read.filter(pl.col("reason").is_not_null()).select("row", "reason", value="line")
    return AccessLog(_events(read.filter(pl.col("reason").is_null())), refused.select("row", "value", "reason"))


def _parts_of(form: str) -> Kernel:
    """Adds the parts of lines that ``form`` explains."""

    def read(rows: pl.DataFrame) -> pl.DataFrame:
        parts = rows["line"].str.extract_groups(form).struct
        return rows.with_columns(parts.field(name).alias(name) for name in _PARTS)

    return read


def _events(read: pl.DataFrame) -> pl.DataFrame:
    given = pl.when(~pl.col("referrer").is_in(["-", ""])).then("referrer").alias("referrer")
    repeat = pl.int_range(pl.len()).over("line").cast(pl.String)
    line = read.select(pl.concat_str("line", repeat, separator=" ")).to_series()
    visitor = read.select(pl.concat_str("ip", pl.col("user_agent").fill_null("-"), separator=" ")).to_series()
    distinct = visitor.unique()
    return read.with_columns(given).select(
        event_id=_fingerprints(line),
        ts="ts",
        visitor_id=visitor.replace_strict(distinct, _fingerprints(distinct), return_dtype=pl.String),
        event=pl.lit("page_view"),
        page="page",
        referrer="referrer",
        user_agent="user_agent",
        ip="ip",
        method="method",
        status=pl.col("status").cast(pl.UInt16),
        origin=pl.lit("access_log"),
    )


def _fingerprints(texts: pl.Series) -> pl.Series:
    """A short name for each text, the same on every machine."""
    names = [blake2b(text, digest_size=8).hexdigest() for text in texts.cast(pl.Binary).to_list()]
    return pl.Series(names, dtype=pl.String)
