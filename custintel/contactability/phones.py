"""What each distinct phone number is worth: whether it exists in its country's plan, what line it reaches, what was
done to it, and what makes it look like nobody's.

The judge is the library phonenumbers, by way of :mod:`custintel.fields.phone`. No number is ever called: "deliverable"
says that it is a number of a line that can take calls, not that somebody answers.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import polars as pl

from custintel.fields import phone, phone_cell, phone_kind, phone_length, phone_number, text

KINDS = ("mobile", "landline", "whatsapp", "phone")
"""Kinds of contact points that are phones; ``phone`` is one of which nobody said what it is."""
SHARED_BY_MORE_THAN = 5
"""People that may have one number, a household's say, before it is taken for a shop's or an agent's."""

STATUS = {
    "valid_mobile": "deliverable",
    "valid_fixed": "deliverable",
    "valid_fixed_or_mobile": "deliverable",
    "own_number": "risky",
    "repeated_digits": "risky",
    "sequential_digits": "risky",
    "shared": "risky",
    "valid_voip": "risky",
    "premium": "risky",
    "toll_free": "risky",
    "shared_cost": "risky",
    "company_number": "risky",
    "special_line": "risky",
    "whatsapp_on_fixed": "risky",
    "guessed": "risky",
    "country_unknown": "unknown",
    "empty": "undeliverable",
    "not_a_number": "undeliverable",
    "digits_lost": "undeliverable",
    "area_missing": "undeliverable",
    "too_short": "undeliverable",
    "too_long": "undeliverable",
    "invalid_number": "undeliverable",
}
"""What each main reason means for reaching anybody."""

FLAGS = (
    *("own_number", "repeated_digits", "sequential_digits", "shared", "legacy_repaired", "guessed", "area_added"),
    *("spreadsheet_repaired", "several_numbers", "extension", "part_left_out", "kind_differs", "country_differs"),
)
"""What else may be worth knowing of a number, in the order of the list of flags."""

LINE_CHANNELS = {
    "mobile": ("call", "sms", "whatsapp"),
    "fixed_or_mobile": ("call", "sms", "whatsapp"),
    "fixed": ("call",),
    "voip": ("call",),
    "toll_free": ("call",),
    "company": ("call",),
}
"""Channels that each kind of line may take; kinds that are not named take none. That a number is on WhatsApp is known
from an imported report only."""

_REASON_OF_LINE = {
    "voip": "valid_voip",
    "premium": "premium",
    "toll_free": "toll_free",
    "shared_cost": "shared_cost",
    "company": "company_number",
    **dict.fromkeys(("personal", "pager", "voicemail", "other"), "special_line"),
}
_KINDS_OF_HINT: dict[phone.Hint | None, list[str]] = {
    "mobile": ["mobile", "whatsapp"],
    "landline": ["landline"],
    None: ["phone"],
}
_READ = pl.Schema({"row": pl.UInt32(), "read": pl.String(), "more": pl.List(pl.String), "rules": pl.String()})
_LEGACY = (phone.CO_2021, phone.MX_2019, phone.CL_2016, phone.BR_2016, phone.EC_2012, phone.AR_15)
_FLAG_RULES = {
    "legacy_repaired": _LEGACY,
    "guessed": (phone.MOBILE_NINE, phone_cell.LETTERS),
    "area_added": (phone_number.AREA,),
    "spreadsheet_repaired": (phone_cell.FLOAT,),
    "several_numbers": (phone_cell.SEVERAL,),
    "extension": (phone_cell.EXTENSION,),
    "part_left_out": (phone_cell.LEFTOVER,),
}
_REASON_OF_RULE = {phone.DIGITS_LOST.code: "digits_lost", phone.AREA_MISSING.code: "area_missing"}
_COLUMNS = pl.Schema(
    {
        "kind": pl.String(),
        "value": pl.String(),
        "raw": pl.String(),
        "country": pl.String(),
        "region": pl.String(),
        "city": pl.String(),
        "people": pl.UInt32(),
    }
)


def phone_facts(
    points: pl.DataFrame,
    *,
    country: str | None = None,
    own: Collection[str] = (),
    shared_by_more_than: int = SHARED_BY_MORE_THAN,
) -> pl.DataFrame:
    """What each distinct number is, as tall as ``points`` and in their order.

    Args:
        points: ``kind`` (of :data:`KINDS`); ``value`` (E.164; null where only the text is known) and ``raw`` (the text
            as it came; null where unknown). Also, where there are such columns, ``country``, ``region`` and ``city`` of
            its owner, and ``people`` (how many have it).
        country: of numbers that do not say theirs and whose row does not. Nothing is assumed without it.
        own: the shop's own numbers in E.164 form.
        shared_by_more_than: people.

    Returns:
        ``kind``, ``value`` (as given, else read from ``raw``), ``status`` and ``reason`` (see :data:`STATUS`),
        ``flags`` (List, of :data:`FLAGS`, without the reason), ``line_type`` (of :data:`phone_kind.KINDS`),
        ``country`` (the number's own, ISO alpha-2), ``suggestion`` (E.164: what was probably meant; never applied by
        itself) and ``evidence`` (codes of the rules by which the text was read, joined by ``+``).
    """
    asked = _asked(points)
    given = phone_kind.describe(asked["value"]).select(pl.all().name.prefix("given_"))
    asked = asked.hstack(given).with_columns(home=pl.coalesce("given_region", "country", pl.lit(country, pl.String)))
    asked = _read(asked)
    anew = asked.select(pl.when(pl.col("value").is_null()).then("read")).to_series()
    asked = asked.hstack(phone_kind.describe(anew).select(pl.all().name.prefix("new_"))).with_columns(
        number=pl.coalesce("value", "read"),
        **{name: pl.coalesce(f"given_{name}", f"new_{name}") for name in ("region", "national", "line_type")},
    )
    judged = _judged(_conditions(asked, own, shared_by_more_than))
    return judged.select(
        "kind",
        pl.col("number").alias("value"),
        pl.col("reason").replace_strict(STATUS, return_dtype=pl.String).alias("status"),
        "reason",
        _flags(),
        "line_type",
        pl.col("number_region").alias("country"),
        pl.when(pl.col("line_type").is_null()).then(pl.coalesce("read", "meant")).alias("suggestion"),
        pl.col("rules").alias("evidence"),
    )


def _asked(points: pl.DataFrame) -> pl.DataFrame:
    """``points`` with every column there may be; the region of the owner is ``place``."""
    present = set(points.columns)
    columns = [
        (pl.col(name).cast(dtype) if name in present else pl.lit(None, dtype)).alias(name)
        for name, dtype in _COLUMNS.items()
    ]
    return points.select(columns).rename({"region": "place"})


def _read(asked: pl.DataFrame) -> pl.DataFrame:
    """``asked`` with ``tidied`` (the text), ``read`` and ``rules`` (what it says, read anew) and ``meant``."""
    asked = asked.with_row_index("row").with_columns(cell=pl.coalesce("raw", "value"))
    cells = asked.select("row", pl.col("cell").alias("raw"), "kind", "home", "place", "city").drop_nulls("raw")
    cells = cells.with_columns(text.tidy(cells.select("raw"), kind="phone")["value"].alias("raw"))
    found = [pl.DataFrame(schema=_READ)]
    for hint, kinds in _KINDS_OF_HINT.items():
        group = cells.filter(pl.col("kind").is_in(kinds)).drop_nulls("raw")
        if group.height:
            named = group.select("raw", country="home", region="place", city="city")
            answers = phone.normalise(named, hint=hint, keep_placeholders=True)
            found.append(answers.select(group["row"], pl.col("value").alias("read"), "more", "rules"))
    told = pl.concat(found)
    asked = asked.drop("cell").join(cells.select("row", tidied="raw"), on="row", how="left", maintain_order="left")
    asked = asked.join(told, on="row", how="left", maintain_order="left")
    kept = (
        pl.col("value").is_null() | (pl.col("value") == pl.col("read")) | pl.col("more").list.contains(pl.col("value"))
    )
    return asked.with_columns(rules=pl.when(kept).then("rules"), meant=_with_its_code(asked)).drop("row", "more")


def _with_its_code(asked: pl.DataFrame) -> pl.Series:
    """Numbers without ``+`` and without a country that begin with the code of a well-known country."""
    digits = pl.lit("+") + pl.col("tidied").str.replace_all(r"[^0-9]", "")
    unplaced = (pl.col("rules") == phone.COUNTRY_UNKNOWN.code) & digits.str.len_bytes().is_between(12, 14)
    suspects = asked.select(meant=pl.when(unplaced).then(digits))
    return suspects.select(pl.when(phone.line(pl.col("meant")) != "unknown").then("meant")).to_series()


def _conditions(asked: pl.DataFrame, own: Collection[str], shared_by_more_than: int) -> pl.DataFrame:
    """``asked`` with one Boolean column per flag, and ``number_region``."""
    told = asked.select("rules").unique().sort("rules")
    listed = pl.col("rules").str.split("+")
    told = told.with_columns(
        (pl.any_horizontal(listed.list.contains(rule.code) for rule in rules)).fill_null(False).alias(flag)
        for flag, rules in _FLAG_RULES.items()
    )
    asked = asked.join(told, on="rules", how="left", nulls_equal=True, maintain_order="left")
    digits = pl.coalesce("national", pl.col("tidied").str.replace_all("[^0-9]", ""), pl.lit(""))
    junk = asked.select(phone.junk(digits)).to_series()
    fixed = pl.col("line_type") == "fixed"
    mobile = pl.col("line_type") == "mobile"
    return asked.rename({"region": "number_region"}).with_columns(
        own_number=pl.col("number").is_in(list(own)).fill_null(False),
        repeated_digits=(junk == "repeated_digits").fill_null(False),
        sequential_digits=(junk == "sequential_digits").fill_null(False),
        shared=(pl.col("people") > shared_by_more_than).fill_null(False),
        kind_differs=pl.when(pl.col("kind").is_in(_KINDS_OF_HINT["mobile"]))
        .then(fixed)
        .when(pl.col("kind") == "landline")
        .then(mobile)
        .fill_null(False),
        country_differs=(pl.col("country") != pl.col("number_region")).fill_null(False),
    )


def _judged(asked: pl.DataFrame) -> pl.DataFrame:
    """``asked`` with the main ``reason``."""
    valid = asked["line_type"].is_not_null()
    found, lost = asked.filter(valid), asked.filter(~valid)
    by_line = pl.col("line_type").replace_strict(_REASON_OF_LINE, default=None, return_dtype=pl.String)
    first = [
        pl.when(name).then(pl.lit(name)) for name in ("own_number", "repeated_digits", "sequential_digits", "shared")
    ]
    on_fixed = (pl.col("kind") == "whatsapp") & (pl.col("line_type") == "fixed")
    found = found.with_columns(
        reason=pl.coalesce(
            *first,
            by_line,
            pl.when(on_fixed).then(pl.lit("whatsapp_on_fixed")),
            pl.when("guessed").then(pl.lit("guessed")),
            pl.lit("valid_") + pl.col("line_type"),
        )
    )
    lost = lost.with_columns(reason=_why_not(lost))
    place = pl.concat([valid.arg_true(), (~valid).arg_true()])
    return pl.concat([found, lost]).with_columns(place.alias("_place")).sort("_place").drop("_place")


def _why_not(lost: pl.DataFrame) -> pl.Series:
    """The reason why a cell is no number."""
    cells = lost.select(pl.col("tidied").fill_null("").alias("raw"), pl.col("home").alias("country"))
    read = lost.select(misfit=phone_length.misfit(cells), tidied="tidied", rules="rules")
    return read.select(
        pl.when(pl.col("tidied").is_null())
        .then(pl.lit("empty"))
        .when(~pl.col("tidied").str.contains("[0-9]"))
        .then(pl.lit("not_a_number"))
        .otherwise(
            pl.coalesce(
                pl.col("rules").replace_strict(_REASON_OF_RULE, default=None, return_dtype=pl.String),
                "misfit",
                pl.when(pl.col("rules") == phone.COUNTRY_UNKNOWN.code).then(pl.lit("country_unknown")),
                pl.lit("invalid_number"),
            )
        )
    ).to_series()


def _flags() -> pl.Expr:
    """The flags that hold and are not the reason: their conditions are the digits of a number, see :func:`_lists`."""
    held = (pl.col(flag) & (pl.col("reason") != flag) for flag in FLAGS)
    number = pl.sum_horizontal(condition.cast(pl.UInt32) * 2**place for place, condition in enumerate(held))
    return pl.lit(_lists()).gather(number).alias("flags")


@cache
def _lists() -> pl.Series:
    lists: list[list[str]] = [[]]
    for flag in FLAGS:
        lists += [[*before, flag] for before in lists]
    return pl.Series(lists, dtype=pl.List(pl.String))
