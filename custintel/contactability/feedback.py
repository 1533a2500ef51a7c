"""What senders' reports and verifiers say of addresses and numbers: one line per thing that happened.

Nothing is lost in silence: a word we do not know is kept and counted, a row that cannot be used is listed with the
reason. What the outcomes mean is in :mod:`custintel.contactability.outcomes`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.contactability.contact_cells import PHONE_FIELDS, Kind, columns_of, contacts, left_out
from custintel.contactability.feedback_reports import (
    PLAIN,
    Event,
    Report,
    answer_patterns,
    column,
    common_words,
    facts,
    recognise,
    unrecognised,
)
from custintel.fields import date, text
from custintel.fields.vocabulary import over_distinct
from custintel.i18n import N_
from custintel.sheets.source import SKIPPED_SCHEMA, Sheet
from custintel.tables.feedback import FEEDBACK
from custintel.tables.headers import key

UNKNOWN = "unknown"
LEFT_OUT: Mapping[str, str] = {"no_outcome": N_("The row does not say what happened")}
"""Reasons of this module for leaving a row out, beside those of ``contact_cells``."""
_MOSTLY = 0.5
"""Share of a column's words that must be known for it to be taken for the one that says what happened."""
_LONGEST_SAID = 200


@dataclass(frozen=True)
class Feedback:
    """What one file said.

    Attributes:
        report: code of the report it was taken for, ``plain`` for the plain form.
        events: in the schema of the table ``feedback``, sorted.
        left_out: rows that brought nothing, each with the reason, in the schema of skipped rows of a sheet.
        unrecognised: ``said`` and ``rows``: words that no list holds, most frequent first; their events are
            ``unknown``.
    """

    report: str
    events: pl.DataFrame
    left_out: pl.DataFrame
    unrecognised: pl.DataFrame


def feedback(
    sheet: Sheet,
    *,
    imported_at: dt.datetime,
    report: str | None = None,
    country: str | None = None,
    zone: str | None = None,
) -> Feedback:
    """Read one sheet as a report.

    Args:
        sheet: as read.
        imported_at: now; what a row without a date is dated by, and the bound of likely dates.
        report: the code of the report that the person says it is, ``plain`` for the plain form.
        country: of numbers that do not say theirs; what decides the order of day and month where the values do not.
        zone: IANA name; moments that say their own zone are moved there.

    Raises:
        CustintelError: it is no report that we know nor in the plain form, or may be several.
        UsageError: there is no report called ``report``.
    """
    known = recognise(sheet, report)
    kind, columns = _addressed(sheet)
    known = known or _plain(sheet, exclude=columns, asked=report is not None)
    found = contacts(sheet.frame.select("row", *columns), columns, kind, country=country)
    said = pl.concat(
        [_happened(sheet, known, event, country=country, day=imported_at.date(), zone=zone) for event in known.events]
    )
    if said.height and any(event.status and not event.outcome for event in known.events) and not said["known"].any():
        raise unrecognised(sheet)
    events = found.filter(pl.col("value").is_not_null()).join(said, on="row", how="inner")
    silent = found.filter(pl.col("value").is_not_null()).join(said, on="row", how="anti").unique("row")
    wordless = silent.select("row", reason=pl.lit("no_outcome"), text=pl.col("raw").str.head(_LONGEST_SAID))
    events = events.with_columns(
        pl.lit(kind).alias("kind"),
        pl.lit(imported_at).alias("imported_at"),
        pl.lit(known.code).alias("report"),
        pl.lit(sheet.source).alias("source"),
        pl.lit(sheet.file_hash).alias("file_hash"),
    )
    return Feedback(
        known.code,
        merged(FEEDBACK.empty(), events.select(FEEDBACK.schema.names()).cast(FEEDBACK.schema)),
        pl.concat([left_out(sheet.frame, found), wordless.cast(SKIPPED_SCHEMA)]).sort("row"),
        _counted(said.filter(~pl.col("known"))),
    )


def merged(stored: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """All events of both, each once, sorted; the same file a second time changes nothing.

    One event told twice is one event: by its moment, or by the file where it has none. The earliest import is kept.
    """
    every = pl.concat([stored, new]).with_columns(
        _told=pl.coalesce(pl.col("at").dt.to_string("%Y%m%d%H%M%S%.6f"), "file_hash")
    )
    every = every.sort("kind", "value", "at", "outcome", "report", "imported_at", "source", "row", nulls_last=True)
    once = every.unique(["kind", "value", "outcome", "report", "_told"], keep="first", maintain_order=True)
    return once.drop("_told")


def _addressed(sheet: Sheet) -> tuple[Kind, list[str]]:
    """What the rows are about, and in which columns it is: addresses, else numbers."""
    cells = sheet.frame.drop("row")
    if emails := columns_of(cells, ["email"], "email"):
        return "email", emails[:1]
    if phones := columns_of(cells, PHONE_FIELDS, "phone"):
        return "phone", phones[:1]
    raise unrecognised(sheet)


def _plain(sheet: Sheet, exclude: Sequence[str], *, asked: bool) -> Report:
    """The plain form of ``sheet``: the column with most words that we know says what happened.

    Most of its words must be known, or one if somebody said that it is the plain form.
    """
    headers = [header for header in sheet.headers if header not in exclude]
    candidates = [found for name in facts()["plain"]["status"] if (found := column(headers, [name]))]
    shares = [_share_known(sheet.frame[name]) for name in candidates]
    if not shares or not max(shares) or (max(shares) < _MOSTLY and not asked):
        raise unrecognised(sheet)
    best = candidates[shares.index(max(shares))]
    others = tuple(key(name) for name in candidates if name != best)
    event = Event(status=(key(best),), detail=others, at=tuple(facts()["plain"]["at"]))
    return Report(PLAIN, events=(event,))


def _share_known(cells: pl.Series) -> float:
    words = cells.drop_nulls().to_frame("said").select(text.key(pl.col("said"))).to_series()
    return float(words.is_in(list(common_words())).mean() or 0)  # type: ignore[arg-type]


def _happened(
    sheet: Sheet, report: Report, event: Event, *, country: str | None, day: dt.date, zone: str | None
) -> pl.DataFrame:
    """``row``, ``outcome``, ``at``, ``said``, ``known`` of the rows for which ``event`` holds."""
    names = {part: column(sheet.headers, getattr(event, part)) for part in ("status", "detail", "at")}
    answers = [found for name in event.answers if (found := column(sheet.headers, [name]))]
    cells = {part: pl.col(name) if name else pl.lit(None, pl.String) for part, name in names.items()}
    rows = sheet.frame.select(
        "row",
        *(cells[part].str.strip_chars().replace("", None).alias(part) for part in cells),
        answer=pl.concat_str([pl.col(name) for name in answers], separator=" ", ignore_nulls=True)
        if answers
        else pl.lit(None, pl.String),
    )
    if event.if_at:
        rows = rows.filter(pl.col("at").is_not_null())
    if not event.outcome:
        rows = rows.filter(pl.col("status").is_not_null() | pl.col("detail").is_not_null())
    rows = rows.with_columns(_moments(rows["at"], country=country, day=day, zone=zone))
    if event.if_at:
        rows = rows.filter(pl.col("at").is_not_null())
    spoken = pl.coalesce(
        pl.col("answer").str.strip_chars().replace("", None),
        pl.concat_str("status", "detail", separator=" / ", ignore_nulls=True).replace("", None),
    )
    rows = rows.with_columns(said=spoken.str.head(_LONGEST_SAID), told=_told(report, event))
    known = pl.col("told").is_not_null() | pl.lit(bool(event.outcome))
    return rows.select(
        "row",
        outcome=pl.coalesce("told", pl.lit(event.outcome or UNKNOWN)),
        at="at",
        said="said",
        known=known,
    )


def _told(report: Report, event: Event) -> pl.Expr:
    """The outcome that the words of a row tell; null when none does."""
    if event.answers:
        answer = pl.col("answer").str.to_lowercase()
        first = pl.lit(None, pl.String)
        for outcome, pattern in reversed(answer_patterns()):
            first = pl.when(answer.str.contains(pattern)).then(pl.lit(outcome)).otherwise(first)
        return first
    status, detail = (text.key(pl.col(part)) for part in ("status", "detail"))
    both = status + " " + detail
    own = [_outcome(words, report.words) for words in (both, status)]
    if event.outcome:
        return pl.coalesce(own)
    return pl.coalesce(*own, *(_outcome(words, common_words()) for words in (both, detail, status)))


def _outcome(words: pl.Expr, meanings: Mapping[str, str]) -> pl.Expr:
    if not meanings:
        return pl.lit(None, pl.String)
    return words.replace_strict(dict(meanings), default=None, return_dtype=pl.String)


def _moments(cells: pl.Series, *, country: str | None, day: dt.date, zone: str | None) -> pl.Series:
    """The moments that cells tell; null where they tell none that is likely."""
    order = date.order(cells, country=country).order
    rows = cells.to_frame("raw")

    def kernel(frame: pl.DataFrame) -> pl.DataFrame:
        return date.normalise_time(frame, order=order, as_of=day, zone=zone)

    found = over_distinct(rows, ["raw"], kernel)
    return found["value"].alias("at")


def _counted(said: pl.DataFrame) -> pl.DataFrame:
    counted = said.group_by("said").agg(pl.len().cast(pl.UInt32).alias("rows"))
    return counted.sort("rows", "said", descending=[True, False])
