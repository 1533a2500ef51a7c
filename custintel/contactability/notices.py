"""Who must not be contacted: suppression lists, and registers of people who want no advertising.

Files are imported for ever, so what is wrong in a file must not let anybody through: a row without a reason is
suppressed, a channel whose column can be read both ways is forbidden.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from custintel.contactability.contact_cells import PHONE_FIELDS, Kind, columns_of, contacts, left_out, share
from custintel.contactability.feedback_reports import column, seen
from custintel.contactability.outcomes import gathered
from custintel.errors import CustintelError, UsageError
from custintel.fields import date, text
from custintel.fields.vocabulary import over_distinct
from custintel.i18n import N_, _
from custintel.sheets.source import SKIPPED_SCHEMA, Sheet
from custintel.tables.headers import key

REGISTERS = ("rne", "robinson")
SUPPRESSED = "suppressed"
LEFT_OUT: Mapping[str, str] = {
    "still_subscribed": N_("The row says that the person is subscribed"),
    "not_listed": N_("The register says that it does not hold this entry"),
}
"""Reasons of this module for leaving a row out, beside those of ``contact_cells``."""
HASH = r"^(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{32})$"
"""SHA-256, or MD5, in hexadecimal."""
_EMAIL, _PHONE = r"^\S+@\S+\.\S+$", r"^[+(]?\d[\d\s().-]{5,18}\d$"
_MOSTLY = 0.5
_HAVING = {"email": ("email",), "phone": ("sms", "whatsapp", "call")}
_NO_ADDRESSES = ("document_id", "source_id", "birth_date", "created_at", "postal_code")
"""Fields whose values look like numbers of telephones."""


@dataclass(frozen=True)
class Notices:
    """What one file said.

    Attributes:
        notices: in the schema of the table ``notices``, each once, sorted.
        left_out: rows that brought nothing, each with the reason, in the schema of skipped rows of a sheet.
    """

    notices: pl.DataFrame
    left_out: pl.DataFrame


def suppressions(sheet: Sheet, *, as_of: dt.date, country: str | None = None, zone: str | None = None) -> Notices:
    """The notices of a suppression list: a column of emails, of numbers, or both; perhaps with reason, date, channel.

    Args:
        sheet: as read, with headers or without.
        as_of: today, which bounds what dates are likely.
        country: of numbers that do not say theirs; what decides the order of day and month where the values do not.
        zone: IANA name; moments that say their own zone are moved there.

    Raises:
        CustintelError: there is no column of emails, numbers or hashes.
    """
    rows = _with_header(sheet)
    return _read(sheet, rows, why=SUPPRESSED, country=country, as_of=as_of, zone=zone)


def register(
    sheet: Sheet, *, as_of: dt.date, which: str | None = None, country: str | None = None, zone: str | None = None
) -> Notices:
    """The notices of a register of excluded numbers and addresses.

    Args:
        sheet: as read, with headers or without.
        as_of: today, which bounds what dates are likely.
        which: ``rne`` or ``robinson``; told by the name of the file and its headers when not given.
        country: of numbers that do not say theirs; the register's own when not given.
        zone: IANA name; moments that say their own zone are moved there.

    Raises:
        CustintelError: nothing says which register it is, or it has no column of emails, numbers or hashes.
        UsageError: there is no register called ``which``.
    """
    facts = _facts()[_which(sheet, which)]
    rows = _with_header(sheet)
    return _read(sheet, rows, why=facts["why"], country=country or facts["country"], as_of=as_of, zone=zone)


def _which(sheet: Sheet, asked: str | None) -> str:
    if asked is not None:
        if asked not in REGISTERS:
            raise UsageError(
                _("There is no register called {name}.").format(name=asked),
                where=sheet.source,
                hint=_("The registers are: {names}").format(names=", ".join(REGISTERS)),
            )
        return asked
    words = f" {' '.join(text.bare_key(part) for part in (sheet.source, sheet.sheet, *sheet.headers))} "
    found = [name for name in REGISTERS if any(f" {sign} " in words for sign in _facts()[name]["signs"])]
    if len(found) != 1:
        raise CustintelError(
            _("Nothing in this file says which register it is."),
            where=sheet.source,
            seen=seen(sheet),
            hint=_("Say it: --register {example}").format(example=f"{REGISTERS[0]}={sheet.source}"),
        )
    return found[0]


def _with_header(sheet: Sheet) -> pl.DataFrame:
    """The rows of a sheet, and its header as one more where that is an entry itself."""
    entry = any(_is_entry(header) for header in sheet.headers)
    if not entry:
        return sheet.frame
    first = {"row": sheet.header_row, **{header: header for header in sheet.headers}}
    return pl.concat([pl.DataFrame([first], schema=sheet.frame.schema), sheet.frame])


def _is_entry(header: str) -> bool:
    cell = pl.Series([header.strip()])
    return any(bool(cell.str.contains(pattern).all()) for pattern in (HASH, _EMAIL, _PHONE))


def _read(
    sheet: Sheet, rows: pl.DataFrame, *, why: str, country: str | None, as_of: dt.date, zone: str | None
) -> Notices:
    columns = _columns(rows)
    if not any(columns.values()):
        raise CustintelError(
            _("There is no column of emails or numbers in this file."),
            where=sheet.source,
            seen=seen(sheet),
            hint=_("A list has one email or number per row, under a header such as email or phone."),
        )
    addressed = [name for names in columns.values() for name in names]
    channels, own = _channels(sheet, rows, exclude=addressed)
    told = rows.select(
        "row",
        said=_said(sheet, rows, why),
        since=_days(sheet, rows, country=country, as_of=as_of, zone=zone),
        channels=channels,
    )
    told = told.with_columns(
        spared=pl.col("said").is_null() | (pl.col("channels").list.len() == 0).fill_null(value=False)
    )
    entries = [_entries(rows, names, kind, country) for kind, names in columns.items() if names]
    kinds = [kind for kind, names in columns.items() if names]
    every = pl.concat([part.with_columns(kind=pl.lit(kind)) for kind, part in zip(kinds, entries, strict=True)])
    noted = every.filter(pl.col("value").is_not_null()).join(told.filter(~pl.col("spared")), on="row", how="inner")
    notices = _by_channel(noted, own).select(
        "kind", "value", "channel", why="said", since="since", source=pl.lit(sheet.source)
    )
    reason = "still_subscribed" if why == SUPPRESSED else "not_listed"
    spared = told.filter("spared").select(
        pl.col("row").cast(pl.UInt32), reason=pl.lit(reason), text=pl.lit(None, pl.String)
    )
    dropped = pl.concat([left_out(rows, every).join(spared, on="row", how="anti"), spared])
    return Notices(gathered(notices), dropped.sort("row").cast(SKIPPED_SCHEMA))


def _by_channel(noted: pl.DataFrame, own: Collection[str]) -> pl.DataFrame:
    """One line per entry and channel that it has: a number is not written emails.

    An entry of which only channels are told that it does not have is forbidden on all of them, unless a column of the
    file says otherwise of one it has.
    """
    parts = []
    for (kind,), part in noted.group_by("kind", maintain_order=True):
        having = _HAVING.get(str(kind), tuple(channel for channels in _HAVING.values() for channel in channels))
        fitting = pl.col("channels").list.set_intersection(list(having))
        explicit = any(channel in having for channel in own)
        fitting = fitting if explicit else pl.when(fitting.list.len() > 0).then(fitting)
        told = part.with_columns(channels=pl.when(pl.col("channels").is_not_null()).then(fitting))
        kept = told.filter((pl.col("channels").list.len() > 0).fill_null(value=True))
        parts.append(kept.explode("channels").rename({"channels": "channel"}))
    return (
        pl.concat(parts)
        if parts
        else noted.rename({"channels": "channel"}).with_columns(channel=pl.lit(None, pl.String))
    )


def _columns(rows: pl.DataFrame) -> dict[str, list[str]]:
    """The columns that hold emails, numbers and hashes: by their headers, else by what is in them."""
    cells = rows.drop("row")
    hashes = [name for name in cells.columns if share(cells[name], HASH) >= _MOSTLY]
    emails = columns_of(cells, ["email"], "email")
    phones = columns_of(cells, PHONE_FIELDS, "phone")
    if hashes or emails or phones:
        return {"email": emails, "phone": [name for name in phones if name not in hashes], "hash": hashes}
    plausible = [name for name in cells.columns if not columns_of(cells.select(name), _NO_ADDRESSES, "phone")]
    emails = [name for name in plausible if share(cells[name], _EMAIL) >= _MOSTLY]
    phones = [name for name in plausible if name not in emails and share(cells[name], _PHONE) >= _MOSTLY]
    return {"email": emails, "phone": phones, "hash": []}


def _entries(rows: pl.DataFrame, names: Sequence[str], kind: str, country: str | None) -> pl.DataFrame:
    if kind != "hash":
        one: Kind = "email" if kind == "email" else "phone"
        return contacts(rows, names, one, country=country)
    cells = pl.concat([rows.select("row", raw=pl.col(name).str.strip_chars()) for name in names]).drop_nulls("raw")
    whole = pl.col("raw").str.contains(HASH)
    value = pl.when(whole).then(pl.col("raw").str.to_lowercase())
    why = pl.when(~whole).then(pl.lit("no_contact"))
    return cells.select(pl.col("row").cast(pl.UInt32), value=value, raw="raw", why=why)


def _said(sheet: Sheet, rows: pl.DataFrame, why: str) -> pl.Expr:
    """Why each row is there; null where it says that it does not belong to the list."""
    if why != SUPPRESSED:
        listed = _listed_column(sheet, rows)
        if listed is None:
            return pl.lit(why)
        return pl.when(~text.key(pl.col(listed)).is_in(_facts()["listed"]["no"]).fill_null(value=False)).then(
            pl.lit(why)
        )
    name = column(sheet.headers, _keyed(_facts()["reason"]["headers"]))
    if name is None:
        return pl.lit(SUPPRESSED)
    words = text.key(pl.col(name))
    reasons = [
        pl.when(words.is_in(_facts()["reason"][reason])).then(pl.lit(reason))
        for reason in ("complaint", "unsubscribed")
    ]
    spared = words.is_in(_facts()["reason"]["not_suppressed"]).fill_null(value=False)
    return pl.when(~spared).then(pl.coalesce(*reasons, pl.lit(SUPPRESSED)))


def _listed_column(sheet: Sheet, rows: pl.DataFrame) -> str | None:
    """The column of a register that says whether it holds an entry: by its header, or the only one of 0 and 1."""
    words = [*_facts()["listed"]["yes"], *_facts()["listed"]["no"]]
    answers = [name for name in sheet.headers if _all_in(rows[name], words)]
    named = [name for name in answers if key(name) in _keyed(_facts()["listed"]["headers"])]
    if named or sheet.header_row:
        return next(iter(named), None)
    digits = [name for name in answers if _all_in(rows[name], ["0", "1"])]
    return digits[0] if len(digits) == 1 else None


def _all_in(cells: pl.Series, words: Sequence[str]) -> bool:
    filled = cells.drop_nulls().unique()
    keyed = filled.to_frame("cell").select(text.key(pl.col("cell"))).to_series()
    return bool(keyed.len()) and bool(keyed.is_in(list(words)).all())


def _channels(sheet: Sheet, rows: pl.DataFrame, exclude: Sequence[str]) -> tuple[pl.Expr, Collection[str]]:
    """The channels a row is about (null: all of them; an empty list: every one is allowed), and those that have a
    column of their own.
    """
    words = {word: channel for channel, said in _facts()["channels"]["words"].items() for word in said}
    headers = [name for name in sheet.headers if name not in exclude]
    if name := column(headers, _keyed(_facts()["channels"]["headers"])):
        one = text.key(pl.col(name)).replace_strict(words, default=None, return_dtype=pl.String)
        return pl.when(one.is_not_null()).then(pl.concat_list(one)), ()
    keys = {header: text.bare_key(header) for header in headers}
    own = {header: words[word] for header, word in keys.items() if word in words and rows[header].count()}
    if not own:
        return pl.lit(None, pl.List(pl.String)), ()
    allowed = rf"^(?:si )?(?:{'|'.join(_facts()['channels']['allowed'])})\b"
    forbidden = [
        pl.when(~text.key(pl.col(header)).str.contains(allowed).fill_null(value=False)).then(pl.lit(channel))
        for header, channel in own.items()
    ]
    told = pl.concat_list(forbidden).list.drop_nulls().list.unique(maintain_order=True)
    return told, frozenset(own.values())


def _days(sheet: Sheet, rows: pl.DataFrame, *, country: str | None, as_of: dt.date, zone: str | None) -> pl.Series:
    name = column(sheet.headers, _keyed(_facts()["since"]["headers"]))
    if name is None:
        return pl.Series("since", [None] * rows.height, pl.Date)
    order = date.order(rows[name], country=country).order

    def kernel(frame: pl.DataFrame) -> pl.DataFrame:
        return date.normalise(frame, order=order, as_of=as_of, zone=zone)

    return over_distinct(rows.select(raw=name), ["raw"], kernel)["value"]


def _keyed(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(key, words))


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("custintel.contactability").joinpath("data/registers.toml").read_text("utf-8"))
