"""What the library phonenumbers says of numbers in E.164 form: whose they are, and what kind of line they reach."""

from __future__ import annotations

from functools import cache

import polars as pl

from custintel.fields import phone_plan

KINDS = (
    *("mobile", "fixed", "fixed_or_mobile", "toll_free", "premium", "shared_cost"),
    *("voip", "personal", "pager", "company", "voicemail", "other"),
)
"""Kinds of lines; of ``fixed_or_mobile`` ones the plan does not tell which, of ``other`` ones it says nothing."""

_OF_PLAN = {"mobile": "mobile", "landline": "fixed", "either": "fixed_or_mobile"}
_TOLD = pl.Schema({"region": pl.String(), "national": pl.String(), "line_type": pl.String()})
_SCHEMA = pl.Schema({"row": pl.UInt32(), **_TOLD})


def describe(values: pl.Series) -> pl.DataFrame:
    """Whose number each E.164 number is, as tall as ``values`` and in their order.

    Numbers of well-known countries are read with the patterns of their plans, which accept only what the library takes
    as it is; the library itself is asked for every other distinct text.

    Returns:
        ``region`` (ISO alpha-2; null for numbers of no country, such as +800), ``national`` (digits after the calling
        code) and ``line_type`` (of :data:`KINDS`). All null where the text is no valid number in E.164 form.
    """
    plans = {plan.calling_code: plan for plan in phone_plan.plans()}
    code = pl.col("value").str.extract(rf"^\+({'|'.join(plans)})[0-9]+$")
    numbers = pl.DataFrame({"value": values.cast(pl.String)}).with_row_index("row").with_columns(code=code)
    settled = []
    for (calling_code,), group in numbers.drop_nulls("code").group_by("code", maintain_order=True):
        plan = phone_plan.plan(plans[str(calling_code)].region)
        if plan is None:
            continue
        national = group.select("row", national=pl.col("value").str.slice(1 + len(plan.calling_code)))
        line = plan.line(pl.col("national")).replace_strict(_OF_PLAN, default=None, return_dtype=pl.String)
        told = national.select("row", region=pl.lit(plan.region), national="national", line_type=line)
        settled.append(told.drop_nulls("line_type").cast(_SCHEMA))
    found = pl.concat([pl.DataFrame(schema=_SCHEMA), *settled])
    rest = numbers.filter(pl.col("value").is_not_null()).join(found, on="row", how="anti")
    found = pl.concat([found, _by_library(rest)])
    return numbers.select("row").join(found, on="row", how="left", maintain_order="left").drop("row")


def _by_library(numbers: pl.DataFrame) -> pl.DataFrame:
    distinct = numbers.get_column("value").unique()
    rows = [(value, *_asked(value)) for value in distinct.sort()]
    answers = pl.DataFrame(rows, schema={"value": pl.String(), **_TOLD}, orient="row")
    return numbers.join(answers, on="value", how="inner").select(_SCHEMA.names())


def _asked(value: str) -> tuple[str | None, str | None, str | None]:
    import phonenumbers as library

    try:
        number = library.parse(value, None)
    except library.NumberParseException:
        return None, None, None
    written = library.format_number(number, library.PhoneNumberFormat.E164)
    if written != value or not library.is_valid_number(number):
        return None, None, None
    region = library.region_code_for_number(number)
    country = region if region in phone_plan.supported() else None
    national = library.national_significant_number(number)
    kind = _names()[library.number_type(number)]
    if kind == "fixed_or_mobile":
        kind = _OF_PLAN[phone_plan.told_apart(region, national)]
    return country, national, kind


@cache
def _names() -> dict[int, str]:
    from phonenumbers import PhoneNumberType as Kind

    library = (
        *(Kind.MOBILE, Kind.FIXED_LINE, Kind.FIXED_LINE_OR_MOBILE, Kind.TOLL_FREE, Kind.PREMIUM_RATE),
        *(Kind.SHARED_COST, Kind.VOIP, Kind.PERSONAL_NUMBER, Kind.PAGER, Kind.UAN, Kind.VOICEMAIL, Kind.UNKNOWN),
    )
    return dict(zip(library, KINDS, strict=True))
