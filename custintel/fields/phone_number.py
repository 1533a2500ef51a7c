"""What number the digits of a cell are: the plan of their country says, else the library, else the place of the row."""

from __future__ import annotations

import polars as pl

from custintel.fields import phone_plan, text
from custintel.fields.phone_plan import Plan
from custintel.fields.vocabulary import Rule
from custintel.i18n import N_

AREA = Rule("phone.area", "repair", N_("A local number, with the area code of its place"), 0.95)

Attempt = tuple[str | None, pl.Expr, pl.Expr]
"""The code of the rule that is tried, the numbers it applies to, and the national digits it makes of them."""


def resolve(numbers: pl.DataFrame) -> pl.DataFrame:
    """``numbers`` with what each one is: ``value``, ``region``, ``national`` (significant digits), ``line``, ``how``.

    ``how`` is the code of the rule that rewrote it, if one did. All are null where nothing makes it a number.
    """
    numbers = _locate(numbers).with_row_index("id")
    settled, pending = [], []
    for (region,), group in numbers.group_by("plan_region", maintain_order=True):
        plan = phone_plan.plan(str(region)) if region is not None else None
        if plan is None:
            pending.append(group.with_columns(hopeless=pl.lit(False)))
            continue
        done, rest = _settle(group, _attempts(plan), plan)
        settled += done
        one_reading = ~pl.col("intl") | pl.col("country").is_null() | (pl.col("country") == plan.region)
        pending.append(rest.with_columns(hopeless=one_reading & plan.refuses(pl.col("digits"))))
    open_numbers = pl.concat(pending) if pending else numbers.clear().with_columns(hopeless=pl.lit(False))
    by_library, unsettled = _ask(open_numbers)
    settled.append(by_library)
    for (region,), group in unsettled.filter(~pl.col("intl")).group_by("plan_region", maintain_order=True):
        plan = phone_plan.plan(str(region)) if region is not None else None
        if plan is not None:
            settled += _settle_local(group, plan)
    return numbers.join(pl.concat(settled), on="id", how="left", maintain_order="left")


def _locate(numbers: pl.DataFrame) -> pl.DataFrame:
    """``numbers`` with ``plan_region``, the country whose plan applies, and ``nsn``, the digits after its code."""
    digits = pl.col("digits")
    bare = pl.when(digits.str.starts_with("00")).then(digits.str.slice(2)).otherwise(digits)
    countries = numbers.get_column("country").drop_nulls().unique()
    leaders = {plan.calling_code: plan.region for plan in phone_plan.plans(countries)}
    code = bare.str.extract("^(" + "|".join(leaders) + ")")
    region = code.replace_strict(leaders, default=None, return_dtype=pl.String)
    return numbers.with_columns(
        plan_region=pl.when("intl").then(region).otherwise("country"),
        nsn=pl.when("intl").then(bare.str.slice(code.str.len_bytes())).otherwise(digits),
    )


def _attempts(plan: Plan) -> list[Attempt]:
    """What to take a number for, in order."""
    nsn, code = pl.col("nsn"), plan.calling_code
    has_code, without_code = nsn.str.starts_with(code), nsn.str.slice(len(code))
    before: list[Attempt] = []
    after: list[Attempt] = []
    for old in plan.legacy:
        for applies, written in ((pl.lit(True), nsn), (has_code, without_code)):
            attempt = (old.rule, applies & written.str.contains(old.pattern), written.str.replace(old.pattern, old.to))
            (before if old.before_plan else after).append(attempt)
    if plan.trunk and not plan.trunk_becomes:
        after.append((None, nsn.str.contains(plan.trunk), nsn.str.replace(plan.trunk, "")))
    return [*before, (None, pl.lit(True), nsn), (None, has_code, without_code), *after]


def _settle(group: pl.DataFrame, attempts: list[Attempt], plan: Plan) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """The numbers of one country that an attempt turns into a number of its plan, and those that none does."""
    done: list[pl.DataFrame] = []
    for rule, applies, attempt in attempts:
        tried = group.filter(applies).select("id", national=attempt)
        if tried.is_empty():
            continue
        found = tried.with_columns(line=plan.line(pl.col("national"))).filter(pl.col("line").is_not_null())
        done.append(
            found.select(
                "id",
                pl.lit(plan.region).alias("region"),
                "national",
                (pl.lit(f"+{plan.calling_code}") + pl.col("national")).alias("value"),
                "line",
                pl.lit(rule, pl.String).alias("how"),
            )
        )
        group = group.join(found, on="id", how="anti", maintain_order="left")
    return done, group


def _ask(numbers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The library's word on what no pattern decided: the numbers it accepts, and the others."""
    key = ["digits", "intl", "country"]
    plausible = pl.col("digits").str.len_bytes().is_between(3, 20) & (pl.col("intl") | pl.col("country").is_not_null())
    asked = numbers.filter(plausible & ~pl.col("lost") & ~pl.col("hopeless")).select(key).unique(maintain_order=True)
    answers = pl.concat([asked, phone_plan.judge(asked)], how="horizontal").filter(pl.col("value").is_not_null())
    accepted = numbers.select("id", *key).join(answers, on=key, how="inner", nulls_equal=True, maintain_order="left")
    accepted = accepted.select("id", "region", "national", "value", "line", pl.lit(None, pl.String).alias("how"))
    return accepted, numbers.join(accepted.select("id"), on="id", how="anti", maintain_order="left")


def _settle_local(group: pl.DataFrame, plan: Plan) -> list[pl.DataFrame]:
    """Numbers without their area code, completed from the row's ``area_code``, region or city."""
    nsn = pl.col("nsn")
    completed = pl.col("area_code") + nsn
    attempts: list[Attempt] = [(AREA.code, completed.is_not_null(), completed)]
    for old in plan.legacy:
        attempts.append((AREA.code, completed.str.contains(old.pattern), completed.str.replace(old.pattern, old.to)))
    local = nsn.str.len_bytes() == plan.area_digits
    for place in ("place_city", "place_region"):
        if place in group.columns and plan.areas:
            area = text.key(pl.col(place)).replace_strict(plan.areas, default=None, return_dtype=pl.String)
            attempts.append((AREA.code, local & pl.col(place).is_not_null(), area + nsn))
    done, _rest = _settle(group, attempts, plan)
    return done
