"""The workbook of ``ci profile --xlsx``: findings, what sets groups apart, every trait, and a row per person."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from custintel.i18n import N_, _
from custintel.profile import words
from custintel.profile.findings import differences, everybody
from custintel.profile.page import named
from custintel.profile.portrait import Portrait
from custintel.profile.sentences import sentence
from custintel.profile.traits import BY_CODE, TRAITS
from custintel.sheets.write import Page, table_page
from custintel.tables import CUSTOMER_PROFILES

HEADERS = {
    "finding": N_("What the numbers say"),
    "cut": N_("Told apart by"),
    "group": N_("Which"),
    "people": N_("People"),
    "topic": N_("About"),
    "label": N_("What it is"),
    "value": N_("Value"),
    "n": N_("How many"),
    "of": N_("Of"),
    "of_people": N_("Of people"),
    "share": N_("Share"),
    "median": N_("In the middle"),
    "low": N_("From (95 of 100 times)"),
    "high": N_("To (95 of 100 times)"),
    "base": N_("Everybody"),
    "rest": N_("The rest"),
    "lift": N_("Times the rest"),
    "effect": N_("Effect"),
    "p": N_("p (Holm)"),
    "distinct": N_("Sets them apart"),
    "small": N_("Too few people"),
    "currency": N_("Currency"),
}


def pages(made: Portrait, names: pl.DataFrame) -> list[Page]:
    """The sheets of the workbook.

    Args:
        made: what was found.
        names: customer_id and full_name.
    """
    sentences = [(_("Everybody"), sentence(one)) for one in everybody(made)]
    sentences += [(named(cut), sentence(one)) for cut in made.cuts[1:] for one in differences(made, cut)]
    told = pl.DataFrame(sentences, schema={"cut": pl.String, "finding": pl.String}, orient="row")
    every = worded(made)
    sheets = [table_page(_("What the numbers say"), told, HEADERS, wrapped=("finding",))]
    if len(made.cuts) > 1:
        sheets.append(_traits(_("What sets them apart"), every.filter("distinct")))
    sheets.append(_traits(_("Traits"), every))
    people = made.people.join(names, on="customer_id", how="left", maintain_order="left")
    people = people.select("customer_id", "full_name", pl.exclude("customer_id", "full_name"))
    people = people.with_columns(pl.col(pl.List(pl.String)).list.join(", "))
    labels = {column.name: _(column.label).rstrip(".") for column in CUSTOMER_PROFILES.columns}
    shares = {column.name: "0.0%" for column in CUSTOMER_PROFILES.columns if column.unit == "share"}
    page = table_page(_("People"), people, {}, shares)
    return [*sheets, replace(page, headers={**labels, "full_name": _("Full name")})]


def _traits(title: str, every: pl.DataFrame) -> Page:
    """A sheet of traits: shares as percentages, what is told by its middle as a number."""
    page = table_page(title, every, HEADERS, {"share": "0.0%"})
    shown = ["#,##0.00" if share is None else "0.0%" for share in every["share"]]
    return replace(page, row_formats=dict.fromkeys(("low", "high", "base", "rest"), shown))


def worded(made: Portrait) -> pl.DataFrame:
    """Rows of profiles with codes in words, and articles with their names beside."""
    rows = made.profiles
    values = rows.select("trait", "value").unique()
    said = values.with_columns(
        pl.Series("said", [said_of(made, trait, value) for trait, value in values.iter_rows()], pl.String)
    )
    groups = rows.select("cut", "group").unique()
    told = groups.with_columns(
        pl.Series("who", [words.group(cut, name) for cut, name in groups.iter_rows()], pl.String)
    )
    joined = rows.join(said, on=["trait", "value"], how="left", nulls_equal=True, maintain_order="left")
    joined = joined.join(told, on=["cut", "group"], how="left", nulls_equal=True, maintain_order="left")
    cuts = {cut: named(cut) if cut != "all" else _("Everybody") for cut in rows["cut"].unique()}
    topics = {code: _(label) for code, label in words.TOPICS.items()}
    labels = {trait.code: _(BY_CODE[trait.code].label) for trait in TRAITS}
    return joined.select(
        pl.col("cut").replace(cuts),
        group="who",
        people="people",
        topic=pl.col("topic").cast(pl.String).replace(topics),
        label=pl.col("trait").replace(labels),
        value="said",
        **{name: pl.col(name) for name in list(HEADERS)[7:]},
    )


def said_of(made: Portrait, trait: str, value: str | None) -> str | None:
    """A value in words; an article by its number and name."""
    if trait == "product" and value is not None and value in made.articles:
        return f"{value} {made.articles[value]}"
    return words.value(trait, value) or None
