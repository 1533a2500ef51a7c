"""What ``ci goals`` says: the findings in words, then the goals, the offers, and how much may be taken off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from custintel import formats
from custintel.goals import words
from custintel.goals.findings import findings
from custintel.goals.plan import Plan
from custintel.i18n import _, ngettext
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph

SHOWN = 5


def blocks(made: Plan) -> Iterator[Block]:
    """The report, the most important first."""
    yield from headline(made)
    yield from goals(made)
    yield from progress(made)
    yield from offers(made)
    yield from examples(made)
    yield from discounts(made)


def headline(made: Plan) -> Iterator[Block]:
    """The day, whom it is about, and what it says, in words."""
    base = made.base
    n, several = base.diary.customers.len(), len(base.parts)
    people = ngettext("{n} customer", "{n} customers", n).format(n=formats.number(n))
    parts = ngettext("{n} segment", "{n} segments", several).format(n=several)
    who = people if None in base.parts else _("{people} in {segments}").format(people=people, segments=parts)
    said = (formats.date(base.as_of), base.sold.currency, who)
    yield Paragraph(", ".join(part for part in said if part) + ".", "bold")
    yield Heading(_("What the numbers say"))
    yield Bullets([words.sentence(one, base.sold.currency) for one in findings(made)])


def goals(made: Plan) -> Iterator[Block]:
    """Where each segment is and could be."""
    if not made.goals.height:
        return
    currency = made.base.sold.currency
    yield Heading(_("Goals"))
    columns = (
        GridColumn(_("Segment")),
        GridColumn(_("Goal")),
        GridColumn(_("People"), "right", formats.number),
        GridColumn(_("From"), "right"),
        GridColumn(_("To"), "right"),
        GridColumn(_("Leaves"), "right"),
        GridColumn(_("Held out"), "right"),
    )
    rows = [
        (
            words.segment(row["segment"]),
            _(words.SHORT[row["measure"]]),
            row["n"],
            short(row["baseline"], row["measure"]),
            short(row["target"], row["measure"]),
            "–" if row["value"] is None else formats.compact(round(row["value"])),
            _held(row),
        )
        for row in in_order(made.goals)
    ]
    yield Grid(columns, rows)
    told = _(
        "{currency}. From: the middle customer of the last 364 days; to: what the middle of the next better segment "
        "does, "
        "or the best quarter of their own, whichever is less; leaves: over 12 months, after every cost counted; held "
        "out: those who get nothing, and how many it takes to show the change."
    )
    yield Paragraph(told.format(currency=currency or _("No currency known")), "dim")


def in_order(table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Goals from the best segment to the last, by measure."""
    yield from table.sort("segment_id", "segment", "measure", "from", nulls_last=True).iter_rows(named=True)


def short(value: float | None, measure: str) -> str:
    """A value of a measure for a narrow column."""
    if value is None:
        return "–"
    if measure == "ticket":
        return formats.compact(round(value)) if abs(value) >= 1000 else formats.number(value, 2)
    return formats.number(value, 2)


def _held(row: dict[str, Any]) -> str:
    """How many are held out, and how many it takes; more than half of them is too many."""
    more = row["control_needed"] is None
    need = formats.number(row["n"] // 2 if more else row["control_needed"])
    return f"{formats.number(row['holdout'])} / {'>' if more else ''}{need}"


def progress(made: Plan) -> Iterator[Block]:
    """How far goals that have begun are, and what the offers have done."""
    begun = made.goals.filter(pl.col("days_measured") > 0)
    if not begun.height:
        return
    yield Heading(_("Progress"))
    columns = (
        GridColumn(_("Segment")),
        GridColumn(_("Goal")),
        GridColumn(_("Now"), "right"),
        GridColumn(_("Missing"), "right"),
        GridColumn(_("Effect"), "right"),
        GridColumn(_("Verdict")),
    )
    rows = [
        (
            words.segment(row["segment"]),
            _(words.SHORT[row["measure"]]),
            short(row["now"], row["measure"]),
            short(None if row["gap"] is None else max(row["gap"], 0.0), row["measure"]),
            _between(row),
            _(words.VERDICTS[row["verdict"]]),
        )
        for row in in_order(begun)
    ]
    yield Grid(columns, rows)
    yield Paragraph(
        _(
            "Effect: what those with offers did more than those held out since the goal began, per customer (money: "
            "per order), 95 of 100 times."
        ),
        "dim",
    )


def _between(row: dict[str, Any]) -> str:
    if row["effect_low"] is None or row["verdict"] == "too_early":
        return "–"
    low, high = (short(row[f"effect_{end}"], row["measure"]) for end in ("low", "high"))
    return _("{low} to {high}").format(low=low, high=high)


def offers(made: Plan) -> Iterator[Block]:
    """How many offers there are of each kind."""
    if not made.offers.height:
        return
    yield Heading(_("Offers"))
    held = pl.col("customer_id").filter("holdout").n_unique()
    found = made.offers.group_by("kind").agg(
        people=pl.col("customer_id").n_unique(),
        n=pl.len(),
        held=held,
        least=pl.col("max_discount").min(),
        most=pl.col("max_discount").max(),
    )
    rows = [
        (
            _(words.KINDS[row["kind"]]),
            row["people"],
            row["n"],
            row["held"],
            _discounts(row["least"], row["most"]),
        )
        for row in found.sort("kind").iter_rows(named=True)
    ]
    columns = (
        GridColumn(_("Kind")),
        GridColumn(_("People"), "right", formats.number),
        GridColumn(_("Offers"), "right", formats.number),
        GridColumn(_("People held out"), "right", formats.number),
        GridColumn(_("At most off"), "right"),
    )
    yield Grid(columns, rows)


def _discounts(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return _("nothing")
    if least == most:
        return formats.percent(least)
    return _("{low} to {high}").format(low=formats.percent(least), high=formats.percent(most))


def examples(made: Plan) -> Iterator[Block]:
    """The first of each list, as they stand in it; nobody who is held out."""
    people = made.base.tables.customers
    names = people.select("customer_id", "full_name") if people.height else None
    near = (pl.col("due_on") - pl.lit(made.base.as_of)).dt.total_days().abs()
    told = made.offers.lazy().with_row_index("row").filter(~pl.col("holdout"))
    rows = []
    for kind in words.KINDS:
        listed = told.filter(pl.col("kind").cast(pl.String) == kind).select("row", "rank", "customer_id", near=near)
        listed = listed.sort("rank", "near", "customer_id", nulls_last=True)
        listed = listed.unique("customer_id", keep="first", maintain_order=True).head(2)
        first = made.offers[listed.collect()["row"]]
        if names is not None:
            first = first.join(names, on="customer_id", how="left", maintain_order="left")
        for row in first.iter_rows(named=True):
            what = row["name"] or row["sku"] or ""
            if row["from_amount"] is not None:
                what = words.money(float(row["from_amount"]), made.base.sold.currency)
            why = words.reason(row["reason"], row["bought_with"])
            if row["due_on"] is not None:
                why = f"{why}, {formats.date(row['due_on'])}"
            rows.append((row.get("full_name") or row["customer_id"], _(words.KINDS[kind]), what, why))
    if rows:
        yield Heading(_("For example"))
        yield Grid((GridColumn(_("Who")), GridColumn(_("Offer")), GridColumn(_("What")), GridColumn(_("Why"))), rows)


def discounts(made: Plan) -> Iterator[Block]:
    """What an order of each segment leaves, and how much may be taken off it."""
    earnings = made.base.earnings
    if not earnings.counted:
        return
    yield Heading(_("How much may be taken off an order"))
    rows = [
        (words.segment(name), *_guarded(earnings.by_segment.filter(pl.col("segment") == name), made))
        for name in made.base.parts
        if name is not None and earnings.by_segment.filter(pl.col("segment") == name).height
    ]
    rows.append((_("all customers"), *_guarded(earnings.whole, made)))
    columns = (
        GridColumn(_("Segment")),
        GridColumn(_("Orders"), "right", formats.number),
        GridColumn(_("An order leaves"), "right"),
        GridColumn(_("At most off"), "right"),
    )
    yield Grid(columns, rows)
    yield Paragraph(
        _(
            "Up to there every cost in the ledger is still paid, advertising apart; costs that are a share of the "
            "price "
            "shrink with it, the others do not. Each article has its own limit: see the list of offers."
        ),
        "dim",
    )


def _guarded(found: pl.DataFrame, made: Plan) -> tuple[int, str, str]:
    row = found.row(0, named=True)
    off = formats.percent(row["max_discount"]) if row["why"] is None else _(words.NO_DISCOUNT[row["why"]])
    known = row["why"] in (None, "leaves_nothing")
    return row["orders"], words.money(row["left"], made.base.sold.currency) if known else "–", off
