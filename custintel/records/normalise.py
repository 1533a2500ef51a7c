"""From records as they came to records as understood: every field through its kernel, with its rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl

from custintel.fields import address, code, consent, date, document, email, gender, name, number, phone, place, text
from custintel.fields.vocabulary import Kernel, over_distinct, rules, then
from custintel.people.words import FROM_PARTS, NAMED_PLACEHOLDER, TYPE_CODE, UNSUBSCRIBED
from custintel.records.decisions import Decisions
from custintel.records.gather import CARRIED
from custintel.tables.headers import declared
from custintel.tables.records import TIME, dtype_of, raw

UNIQUE_FIELDS = ("email", "phone", "mobile", "whatsapp", "landline", "document_id")
"""Fields whose values are one person's, so that a frequent one is suspect."""
PLACES = ("city", "region", "country", "geo_code")
PHONES = ("mobile", "whatsapp", "phone", "landline")
LINES: Mapping[str, phone.Hint] = {"mobile": "mobile", "landline": "landline", "whatsapp": "whatsapp"}
"""What the name of a field says of the numbers in it."""
MOMENTS_SEEN = ("created_at", "updated_at", "last_contact_at", "first_purchase_at", "last_purchase_at", "order_date")
MOMENTS_BORN = ("created_at", "first_purchase_at", "order_date")
IDENTIFYING = ("full_name", "email", *PHONES, "document_id", "source_id", "company")
"""A row where all of these are empty is about nobody."""


def normalise(rows: pl.DataFrame, decisions: Decisions, *, today: dt.date) -> pl.DataFrame:
    """The rows of one sheet with every field normalised.

    Args:
        rows: what ``gather`` returns.
        decisions: what was decided about the sheet's columns.
        today: the day after which a birth or an order cannot be.

    Returns:
        The same rows in the same order, with ``<field>`` and ``<field>_rules`` beside every ``<field>_raw``, the
        derived columns of the ``records`` table, and ``seen_at`` and ``born_at``.
    """
    fields = [field for field in CARRIED if raw(field) in rows.columns]
    rows = tidied(rows, fields)
    rows = without_placeholders(rows, decisions.placeholders)
    country = decisions.choice("country")
    rows = placed(rows, fields, country)
    rows = rows.with_columns(
        _country=pl.coalesce("country", pl.lit(country, pl.String))
        if "country" in rows.columns
        else pl.lit(country, pl.String)
    )
    for field in fields:
        if field not in PLACES:
            rows = applied(rows, field, decisions, today)
    rows = whole_names(rows)
    rows = whole_document_types(rows)
    rows = whole_birth_dates(rows)
    rows = whole_consents(rows)
    rows = moments(rows)
    return rows.drop("_country")


def tidied(rows: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """Every cell without stray spaces, control characters, mojibake and junk."""
    for field in fields:
        kernel = partial(text.tidy, kind=declared()[field].kind)
        answers = over_distinct(rows, [raw(field)], kernel)
        rows = rows.with_columns(answers["value"].alias(field), answers["rules"].alias(rules(field)))
    return rows


def without_placeholders(rows: pl.DataFrame, placeholders: Sequence[str]) -> pl.DataFrame:
    """Emails, phones and documents without the values that the person says stand for nothing."""
    if not placeholders:
        return rows
    for field in UNIQUE_FIELDS:
        if field in rows.columns:
            nothing = pl.col(raw(field)).str.strip_chars().is_in(placeholders).fill_null(value=False)
            dropped = pl.when(nothing & pl.col(field).is_not_null()).then(pl.lit(NAMED_PLACEHOLDER.code))
            rows = rows.with_columns(
                pl.when(~nothing).then(field).alias(field), then(rules(field), dropped).alias(rules(field))
            )
    return rows


def placed(rows: pl.DataFrame, fields: Sequence[str], home: str | None) -> pl.DataFrame:
    """Cities, regions, countries and their codes, which decide about each other."""
    present = [field for field in PLACES if field in fields]
    if not present:
        return rows
    beside = [field for field in ("postal_code",) if field in fields]
    answers = place.normalise(rows.select(*present, *beside), home=home)
    return rows.with_columns(
        *(answers[field] for field in PLACES),
        *(joined_rules(rows, field, answers[rules(field)]) for field in present),
    )


def joined_rules(rows: pl.DataFrame, field: str, more: pl.Series) -> pl.Series:
    """The rules that changed ``field`` so far and those of the next step."""
    before = rows[rules(field)]
    both = before.is_not_null() & more.is_not_null()
    told = pl.select(then(pl.lit(before.filter(both)), pl.lit(more.filter(both)))).to_series()
    return more.zip_with(before.is_null(), before).scatter(both.arg_true(), told).alias(rules(field))


def kernel_of(field: str, decisions: Decisions, today: dt.date) -> tuple[Kernel | None, tuple[str, ...]]:
    """The kernel of a field and the columns it looks at beside the value; None when tidying is all there is to do."""
    kind = declared()[field].kind
    special: Mapping[str, tuple[Kernel, tuple[str, ...]]] = {
        "full_name": (partial(name.normalise_full, order=decisions.choice("name_order", field) or "given_first"), ()),
        "gender": (partial(gender.normalise, codes=decisions.choice("gender_codes", field) or "mf"), ()),
        "document_id": (document_kernel, ("document_type", "document_dv", "country")),
        "unsubscribed": (partial(consent.normalise, inverted=True), ()),
        "postal_code": (code.postal_code, ("country",)),
        "address": (address.normalise, ("country",)),
        "birth_date": (
            partial(date.normalise, order=decisions.choice("date_order", field), as_of=today, birth=True),
            (),
        ),
    }
    if field in special:
        return special[field]
    by_kind: Mapping[str, Callable[[], tuple[Kernel, tuple[str, ...]]]] = {
        "name": lambda: (partial(name.normalise_part, part=field), ()),
        "email": lambda: (email.normalise, ()),
        "phone": lambda: (
            partial(phone.normalise, hint=LINES.get(field)),
            ("country", "region", "city"),
        ),
        "consent": lambda: (consent.normalise, ()),
        "flag": lambda: (consent.normalise_flag, ()),
        "list": lambda: (code.labels, ()),
        "money": lambda: (partial(number.money, decimal=decisions.choice("decimal", field)), ()),
        "number": lambda: (partial(number.normalise, decimal=decisions.choice("decimal", field)), ()),
        "float": lambda: (partial(number.normalise, decimal=decisions.choice("decimal", field)), ()),
        "int": lambda: (whole_number(field), ()),
        "date": lambda: (
            partial(
                date.normalise_time if dtype_of(declared()[field]) == TIME else date.normalise,
                order=decisions.choice("date_order", field),
                as_of=today,
            ),
            (),
        ),
    }
    return by_kind[kind]() if kind in by_kind else (None, ())


def document_kernel(frame: pl.DataFrame) -> pl.DataFrame:
    """Documents, with their kind apart from the column of kinds that they were read beside."""
    return document.normalise(frame).rename({"document_type": "canonical_type"})


def whole_number(field: str) -> Kernel:
    """The kernel of whole numbers, with the limits of a field that has some."""
    if field not in number.RANGES:
        return number.integer
    low, high = number.RANGES[field]
    return partial(number.integer, low=low, high=high)


def applied(rows: pl.DataFrame, field: str, decisions: Decisions, today: dt.date) -> pl.DataFrame:
    """``rows`` with one field through its kernel."""
    kernel, beside = kernel_of(field, decisions, today)
    if kernel is None:
        return rows
    asked = rows.select(
        pl.col(field),
        *(pl.col(column) for column in beside if column in rows.columns and column != "country"),
        *([pl.col("_country").alias("country")] if "country" in beside else []),
    )
    answers = over_distinct(asked, asked.columns, kernel)
    extras = {
        "more": f"{field}_more",
        "strength": "document_strength",
        "key": "address_key",
        "canonical_type": "_document_type",
        "first_name": "_first_name",
        "last_name": "_last_name",
    }
    return rows.with_columns(
        answers["value"].alias(field),
        joined_rules(rows, field, answers["rules"]),
        *(answers[given].alias(kept) for given, kept in extras.items() if given in answers.columns),
    )


def column(rows: pl.DataFrame, name_: str) -> pl.Expr:
    """A column, or an empty one when there is none of that name."""
    return pl.col(name_) if name_ in rows.columns else pl.lit(None, pl.String)


def whole_names(rows: pl.DataFrame) -> pl.DataFrame:
    """First, last and full name, each from the others where a sheet does not bring it."""
    if not {"first_name", "last_name", "full_name"} & set(rows.columns):
        return rows
    first, last = as_one(rows, "first_name", "middle_name"), as_one(rows, "last_name", "last_name_2")
    rows = rows.with_columns(_given=first, _family=last)
    rows = rows.with_columns(
        first_name=pl.coalesce("_given", column(rows, "_first_name")),
        last_name=pl.coalesce("_family", column(rows, "_last_name")),
    )
    rows = rows.with_columns(_spelled=spaced(pl.col("first_name"), pl.col("last_name")))
    parted = pl.col("_given").is_not_null() & pl.col("_family").is_not_null()
    whole = pl.when(parted).then("_spelled").otherwise(pl.coalesce(column(rows, "full_name"), "_spelled"))
    if "full_name" in rows.columns:
        rewritten = pl.when(whole != pl.col("full_name")).then(pl.lit(FROM_PARTS.code))
        rows = rows.with_columns(then(rules("full_name"), rewritten).alias(rules("full_name")))
    rows = rows.with_columns(full_name=whole)
    return rows.drop("_given", "_family", "_spelled", "_first_name", "_last_name", strict=False)


def as_one(rows: pl.DataFrame, first: str, second: str) -> pl.Expr:
    """Two columns that hold a part of the name each, as one."""
    return spaced(column(rows, first), pl.col(second)) if second in rows.columns else column(rows, first)


def spaced(*parts: pl.Expr) -> pl.Expr:
    """Parts of a name with a space between them, null when all are."""
    whole = pl.concat_str(list(parts), separator=" ", ignore_nulls=True)
    return pl.when(whole != "").then(whole)


def whole_document_types(rows: pl.DataFrame) -> pl.DataFrame:
    """The kind of a document as its code; what the column of kinds says stays where the number does not tell."""
    if "_document_type" not in rows.columns:
        return rows
    if "document_type" in rows.columns:
        coded = pl.when(pl.col("_document_type") != pl.col("document_type")).then(pl.lit(TYPE_CODE.code))
        rows = rows.with_columns(then(rules("document_type"), coded).alias(rules("document_type")))
    kind = pl.coalesce("_document_type", column(rows, "document_type"))
    return rows.with_columns(document_type=kind).drop("_document_type")


def whole_birth_dates(rows: pl.DataFrame) -> pl.DataFrame:
    """The date of birth from its year, month and day where they come in columns of their own."""
    parts = ("birth_year", "birth_month", "birth_day")
    if not set(parts) <= set(rows.columns):
        return rows
    made = date.from_parts(*(pl.col(part) for part in parts))
    return rows.with_columns(birth_date=pl.coalesce("birth_date", made) if "birth_date" in rows.columns else made)


def whole_consents(rows: pl.DataFrame) -> pl.DataFrame:
    """A person who unsubscribed does not consent to email, whatever another column says."""
    if "unsubscribed" not in rows.columns:
        return rows
    said = pl.col("consent_email") if "consent_email" in rows.columns else pl.lit(None, pl.Boolean)
    gone = ~pl.col("unsubscribed")
    if "consent_email" in rows.columns:
        overruled = pl.when(gone & said).then(pl.lit(UNSUBSCRIBED.code))
        rows = rows.with_columns(then(rules("consent_email"), overruled).alias(rules("consent_email")))
    return rows.with_columns(consent_email=pl.when(gone).then(pl.lit(value=False)).otherwise(said))


def moments(rows: pl.DataFrame) -> pl.DataFrame:
    """When the row says the person first appeared and was last seen."""
    seen = [pl.col(c).cast(TIME) for c in MOMENTS_SEEN if c in rows.columns]
    born = [pl.col(c).cast(TIME) for c in MOMENTS_BORN if c in rows.columns]
    return rows.with_columns(
        seen_at=pl.max_horizontal(seen) if seen else pl.lit(None, TIME),
        born_at=pl.min_horizontal(born) if born else pl.lit(None, TIME),
    )


def is_somebody(rows: pl.DataFrame) -> pl.Series:
    """Whether a row holds anything that says who it is about."""
    present = [pl.col(field).is_not_null() for field in IDENTIFYING if field in rows.columns]
    return rows.select(pl.any_horizontal(present) if present else pl.lit(value=False)).to_series()
