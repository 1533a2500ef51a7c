"""The card of one person: what they do, beside what everybody does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import N_, _, ngettext
from custintel.profile import words
from custintel.profile.people import FAVOURITES, SHARES
from custintel.profile.sentences import figure
from custintel.profile.traits import BY_CODE
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph

Row = Mapping[str, Any]
SECTIONS = {
    "buys": ("category", "product", "ticket", "basket", "breadth", "price_level"),
    "pays": ("payment_method",),
    "when": ("part_of_day", "weekday", "month", "median_gap"),
    "where": ("channel", "sale_channel", "store", "city"),
    "motivators": ("coupon", "discount", "discount_depth", "free_shipping", "novelty", "low_price"),
}
"""What the card tells, under which heading."""
PREFERRED: Mapping[str, str] = {
    "category": N_("Category in most orders"),
    "product": N_("Article in most orders"),
    "payment_method": N_("Pays most by"),
    "part_of_day": N_("Buys most in the"),
    "weekday": N_("Buys most on"),
    "month": N_("Buys most in"),
    "channel": N_("Comes most through"),
    "sale_channel": N_("Buys most through"),
    "store": N_("Buys most in the shop"),
    "city": N_("City"),
}


def blocks(person: Row, base: pl.DataFrame, name: str | None, as_of: dt.date | None) -> Iterator[Block]:
    """The card.

    Args:
        person: a row of customer_profiles.
        base: the rows of everybody of profiles.
        name: of the person.
        as_of: the last day of the data.
    """
    yield Heading(f"{name or '—'} · {person['customer_id']}")
    yield Bullets(list(told(person, as_of)))
    rows = []
    for topic, traits in SECTIONS.items():
        found = [line for trait in traits if (line := _line(trait, person, base))]
        if found:
            rows += [(_(words.TOPICS[topic]), "", ""), *found]
    if rows:
        columns = (GridColumn(""), GridColumn(_("This person")), GridColumn(_("Everybody"), "right"))
        yield Grid(columns, rows, ["bold" if not row[1] else "" for row in rows])
    if person["orders"] and person["orders"] < 3:
        yield Paragraph(_("With so few purchases this says what they did, not yet what they usually do."), "dim")


def told(person: Row, as_of: dt.date | None) -> Iterator[str]:
    """What there is to say in words."""
    if person["orders"]:
        n, first, last = person["orders"], formats.date(person["first_day"]), formats.date(person["last_day"])
        yield ngettext("{n} purchase, on {last}.", "{n} purchases, from {first} to {last}.", n).format(
            n=formats.number(n), first=first, last=last
        )
    else:
        yield _("No purchase yet.")
    yield from _next(person, as_of)
    refused, returned, cancelled = person["refused"], person["returned"], person["cancelled"]
    forms = {
        ngettext("{n} order refused", "{n} orders refused", refused): refused,
        ngettext("something back from {n} order", "something back from {n} orders", returned): returned,
        ngettext("{n} order cancelled", "{n} orders cancelled", cancelled): cancelled,
    }
    if undone := [form.format(n=formats.number(n)) for form, n in forms.items() if n]:
        yield _("What went wrong: {list}.").format(list=", ".join(undone))
    if person["motivators"]:
        moved = ", ".join(_(words.MOTIVATORS[code]) for code in person["motivators"])
        yield _("What moves them, surely more than others: {list}.").format(list=moved)
    if person["stated_reason"]:
        yield _('Their own reason to buy: "{reason}".').format(reason=person["stated_reason"])
    if person["interests"]:
        yield _("Interests: {list}.").format(list=", ".join(person["interests"][:6]))
    if person["browsed_not_bought"]:
        yield _("Looked at and never bought: {list}.").format(list=", ".join(person["browsed_not_bought"][:6]))
    about = [words.value(trait, person[trait]) for trait in ("gender", "age_band") if person[trait]]
    if about:
        yield _("About them: {list}.").format(list=", ".join(about))
    if person["satisfaction"]:
        yield _("Their last answer to a survey: {answer}.").format(
            answer=words.value("satisfaction", person["satisfaction"])
        )


def _next(person: Row, as_of: dt.date | None) -> Iterator[str]:
    if person["next_from"] is None:
        return
    start, end = formats.date(person["next_from"]), formats.date(person["next_to"])
    if person["next_by"] == "own":
        text = _("Next purchase between {start} and {end}, by their own rhythm: every {days} days in the middle.")
        yield text.format(start=start, end=end, days=formats.number(person["median_gap"]))
    else:
        text = _("If they come back: between {start} and {end}, as half of those who come back do.")
        yield text.format(start=start, end=end)
    if as_of is not None and person["next_to"] < as_of:
        late = (as_of - person["next_to"]).days
        yield ngettext("They are {n} day late.", "They are {n} days late.", late).format(n=formats.number(late))


def _line(trait: str, person: Row, base: pl.DataFrame) -> tuple[str, str, str] | None:
    """A trait of the person beside that of everybody; nothing when it is not known."""
    label = f"  {_(BY_CODE[trait].label)}"
    rows = base.filter(pl.col("trait") == trait)
    if trait in SHARES:
        share = person[SHARES[trait]]
        if share is None:
            return None
        return label, formats.percent(share), formats.percent(rows["share"][0]) if rows.height else ""
    if trait in FAVOURITES:
        value = person[FAVOURITES[trait]]
        if value is None:
            return None
        same = rows.filter(pl.col("value") == str(value))
        beside = formats.percent(same["share"][0]) if same.height else ""
        return f"  {_(PREFERRED[trait])}", words.value(trait, str(value)), beside
    if person[trait] is None:
        return None
    beside = figure(trait, rows["median"][0], rows["currency"][0]) if rows.height else ""
    return label, figure(trait, person[trait], person["currency"]), beside


def data(person: Row, base: pl.DataFrame, found_by: str) -> dict[str, Any]:
    """The card for programs."""
    return {
        "command": "profile",
        "customer_id": person["customer_id"],
        "found_by": found_by,
        "profile": dict(person),
        "base": base.select("trait", "value", "measure", "n", "of", "share", "median", "low", "high").to_dicts(),
    }
