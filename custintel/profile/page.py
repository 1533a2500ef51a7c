"""What ``ci profile`` says of the base and its groups: the findings in words, then the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import _, ngettext
from custintel.profile import words
from custintel.profile.findings import differences, everybody
from custintel.profile.portrait import Portrait
from custintel.profile.sentences import counted, figure, people, sentence
from custintel.profile.shares import FEW
from custintel.profile.traits import BY_CODE, TRAITS, YES
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph

SHOWN = 8
"""Values of a trait on the page, the most frequent."""
WHOLE = ("part_of_day", "weekday", "month", "season", "age_band", "price_band", "satisfaction")
"""Traits whose values are all shown, in their natural order."""
LEFT_OUT = ("hour", "region", "season")
"""Traits that the page leaves to the table: another one says it in fewer lines."""
GROUPS = 12
"""Groups of a cut on the page, the largest."""
LONGEST = 40
"""Characters of a value from people's files on the page."""


def blocks(made: Portrait) -> Iterator[Block]:
    """The page, the most important first."""
    yield Paragraph(title(made), "bold")
    for cut in made.cuts[1:]:
        yield from set_apart(made, cut)
    yield Heading(_("Everybody"))
    yield Bullets([sentence(one) for one in everybody(made)] or [_("Nothing is known of anybody yet.")])
    for topic, label in words.TOPICS.items():
        yield from table(made, topic, _(label))
    if made.base["small"].any():
        yield Paragraph(_("* Fewer than {few} people: too few to tell.").format(few=FEW), "dim")
    for cut in made.cuts[1:]:
        yield from sizes(made, cut)


def title(made: Portrait) -> str:
    """Of whom and of which days."""
    whose = people(made.people.height)
    buyers = ngettext("{n} buyer", "{n} buyers", made.buyers).format(n=formats.number(made.buyers))
    days = _("all days")
    if made.period.start or made.period.end:
        ends = [formats.date(day) if day else "…" for day in (made.period.start, made.period.end)]
        days = _("{start} to {end}").format(start=ends[0], end=ends[1])
    return f"{whose}, {buyers}; {days}"


def set_apart(made: Portrait, cut: str) -> Iterator[Block]:
    """What sets the groups of a cut apart, in words."""
    yield Heading(_("What sets them apart: {cut}").format(cut=named(cut)))
    told = [sentence(one) for one in differences(made, cut)]
    rows = made.profiles.filter(pl.col("cut") == cut)
    large = rows.filter(pl.col("people") >= FEW)["group"].n_unique()
    if large < 1 or rows["group"].n_unique() < 2:
        yield Paragraph(_("There are not two groups of {few} people or more to compare.").format(few=FEW), "yellow")
        return
    tested = rows["p"].count()
    if not tested:
        yield Paragraph(
            _("Nothing is known of these groups but what makes them: there is nothing to compare."), "yellow"
        )
        return
    yield Bullets(told or [_("No group differs clearly from the rest.")])
    n = rows.filter("distinct").height
    yield Paragraph(
        _(
            "{n} of {tested} comparisons are clear: below 5% by chance after Holm's correction for all of them, and "
            "no smaller than 50% beside 40%. Groups under {few} people are not compared."
        ).format(n=formats.number(n), tested=formats.number(tested), few=FEW),
        "dim",
    )


def named(cut: str) -> str:
    """A way to tell people apart in words."""
    from custintel.tables.labels import label_of

    own = {
        "frequency": _("purchases"),
        "part_of_day": _("part of the day"),
        "age_band": _("age"),
        "category": _("category"),
    }
    if cut in own:
        return own[cut]
    label = _(BY_CODE[cut].label) if cut in BY_CODE else label_of(cut)
    return label[:1].lower() + label[1:]


def table(made: Portrait, topic: str, label: str) -> Iterator[Block]:
    """The shares and medians of everybody on a topic."""
    rows = made.base.filter(pl.col("topic") == topic)
    shares, numbers = [], []
    for trait in TRAITS:
        found = rows.filter(pl.col("trait") == trait.code)
        if not found.height or trait.code in LEFT_OUT:
            continue
        if trait.median:
            numbers += [(_(trait.label), row) for row in found.iter_rows(named=True)]
        else:
            shares += _lines(trait.code, _(trait.label), found, made.articles if trait.code == "product" else {})
    if shares or numbers:
        yield Heading(label)
    if shares:
        share = GridColumn(_("Share"), "right", formats.percent)
        columns = (GridColumn(""), share, GridColumn(_("95 of 100 times"), "right"), GridColumn(_("Of"), "right"))
        yield Grid(columns, [line for line, _style in shares], [style for _line, style in shares])
    if numbers:
        columns = (
            GridColumn(""),
            GridColumn(_("In the middle"), "right"),
            GridColumn(_("95 of 100 times"), "right"),
            GridColumn(_("Of"), "right"),
        )
        yield Grid(columns, [_number(label, row) for label, row in numbers])


def _lines(trait: str, label: str, found: pl.DataFrame, names: Mapping[str, str]) -> list[tuple[tuple[Any, ...], str]]:
    """The lines of one trait: one when it holds or not, else a title and its values."""
    if found.height == 1 and found["value"][0] == YES:
        row = found.row(0, named=True)
        return [((label, row["share"], between(row), size(row)), "")]
    if trait in WHOLE and trait in words.CODES:
        order = {code: at for at, code in enumerate(words.CODES[trait])}
        found = found.sort(pl.col("value").replace_strict(order, default=None, return_dtype=pl.Int32))
    if trait not in WHOLE:
        found = found.filter(pl.col("n") > 0).sort("share", "value", descending=[True, False])
    shown = found if trait in WHOLE else found.head(SHOWN)
    of = size(found.row(0, named=True)) if found.height else ""
    lines: list[tuple[tuple[Any, ...], str]] = [((label, None, "", of), "bold")]
    for row in shown.iter_rows(named=True):
        value = names.get(row["value"]) or words.value(trait, row["value"])
        lines.append((("  " + short(value), row["share"], between(row), ""), ""))
    if found.height > shown.height:
        more = _("... and {n} more").format(n=formats.number(found.height - shown.height))
        lines.append((("  " + more, None, "", ""), "dim"))
    return lines


def size(row: dict[str, Any]) -> str:
    """Of how many, marked when these are too few people."""
    return counted(row["counted"], row["of"]) + (" *" if row["small"] else "")


def _number(label: str, row: dict[str, Any]) -> tuple[str, str, str, str]:
    ends = [figure(row["trait"], row[end], row["currency"]) for end in ("low", "high")]
    span = _("{low} to {high}").format(low=ends[0], high=ends[1]) if row["low"] is not None else ""
    return label, figure(row["trait"], row["median"], row["currency"]), span, size(row)


def between(row: dict[str, Any]) -> str:
    """The interval of a share."""
    if row["n"] == 0:
        return _("below {high}").format(high=formats.percent(row["high"], 0 if row["high"] >= 0.01 else 2))
    return _("{low} to {high}").format(low=formats.percent(row["low"]), high=formats.percent(row["high"]))


def short(text: str) -> str:
    """A text cut to what fits in a column."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


BESIDE = ("ticket", "basket")
"""Medians by which groups stand beside each other."""


def sizes(made: Portrait, cut: str) -> Iterator[Block]:
    """The groups of a cut beside each other: how many people, and what they buy."""
    rows = made.profiles.filter(pl.col("cut") == cut)
    groups = rows.select("group", "people").unique().sort("people", "group", descending=[True, False])
    if not groups.height:
        return
    yield Heading(_("The groups: {cut}").format(cut=named(cut)))
    medians = rows.filter(pl.col("trait").is_in(BESIDE)).select("group", "trait", "median", "currency")
    known = {(row[0], row[1]): (row[2], row[3]) for row in medians.iter_rows()}
    top = rows.filter(pl.col("trait") == "category", pl.col("n") > 0).sort("share", "value", descending=[True, False])
    first = dict(top.unique("group", keep="first", maintain_order=True).select("group", "value").iter_rows())
    shown = []
    for name, n in groups.head(GROUPS).iter_rows():
        few = " *" if n < FEW else ""
        values = [figure(trait, *known[name, trait]) if (name, trait) in known else None for trait in BESIDE]
        category = short(first[name]) if name in first else None
        shown.append((short(words.group(cut, name)) + few, n, *values, category))
    columns = (
        GridColumn(""),
        GridColumn(_("People"), "right", formats.number),
        GridColumn(_("Order"), "right"),
        GridColumn(_("Units"), "right"),
        GridColumn(_("Most bought")),
    )
    told = [at for at in range(len(columns)) if at < 2 or any(row[at] is not None for row in shown)]
    yield Grid(tuple(columns[at] for at in told), [[row[at] for at in told] for row in shown])
    notes = (
        [_("* Fewer than {few} people: too few to tell.").format(few=FEW)]
        if any(n < FEW for _g, n in groups.head(GROUPS).iter_rows())
        else []
    )
    if groups.height > GROUPS:
        notes.append(_("... and {n} more").format(n=formats.number(groups.height - GROUPS)))
    if notes:
        yield Paragraph(" ".join(notes), "dim")


def following(made: Portrait, groups: Sequence[str]) -> list[str]:
    """Commands to run next."""
    if not made.people.height:
        return []
    who = made.people.sort("orders", "customer_id", descending=[True, False])["customer_id"][0]
    other = next((cut for cut in ("city", "channel", "payment_method") if cut not in groups), "category")
    return [f"ci profile {who}", f"ci profile --by {other} --xlsx profile.xlsx"]
