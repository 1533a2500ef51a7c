"""The workbook of ``ci segment --xlsx``: segments, their rules, what sets them apart, who moved, and every customer."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_, _
from custintel.segment import words
from custintel.segment.result import portraits
from custintel.segment.rule_words import excel_formula
from custintel.segment.survey import Survey
from custintel.sheets.column_letters import column_letter
from custintel.sheets.write import Chart, Page, money_format, sentences_page, table_page
from custintel.tables.segment_names import FEATURE_NAMES, feature_label, segment_label

HEADERS = {
    "id": N_("Place"),
    "name": N_("Segment"),
    "customers": N_("Customers"),
    "share": N_("Share of customers"),
    "net_total": N_("Money"),
    "net_share": N_("Share of money"),
    "margin_total": N_("Margin after hidden costs"),
    "reachable": N_("Can be reached"),
    "may_contact": N_("By a permitted channel"),
    "goal": N_("Goal"),
    "offer": N_("Offer"),
    "fidelity": N_("Found by its rules"),
    "sentence": N_("Rule"),
    "conditions": N_("In Klaviyo or another mailing tool"),
    "where": N_("As a WHERE clause"),
    "measure": N_("What is measured"),
    "value": N_("Here"),
    "base": N_("Everybody"),
    "lift": N_("Here / everybody"),
    "n": N_("Customers"),
    "low": N_("From (95 of 100 times)"),
    "high": N_("To (95 of 100 times)"),
    "p": N_("Probability of chance (Holm)"),
    "from": N_("From"),
    "to": N_("To"),
    "net": N_("Money since"),
    "margin": N_("Margin since"),
    "customer_id": N_("Customer id"),
    "segment": N_("Segment"),
    "moved_from": N_("Was in"),
}
_NUMBERS = ("value", "base", "lift", "n", "low", "high", "p")
_PERCENTS = dict.fromkeys(("share", "net_share", "reachable", "may_contact", "fidelity"), "0.0%")
_MONEY = ("net_total", "margin_total", "net", "margin", "ticket")


def pages(made: Survey) -> list[Page]:
    """The sheets of the workbook."""
    found = portraits(made)
    columns = ["id", "name", "customers", "share", "net_total", "net_share", "margin_total"]
    columns += ["reachable", "may_contact", "goal", "offer", "fidelity"]
    segments = pl.DataFrame([{name: one[name] for name in columns} for one in found], infer_schema_length=None)
    segments = segments.select(name for name in columns if segments[name].null_count() < segments.height)
    people = customers(made)
    places = {name: column_letter(place) for place, name in enumerate(people.columns, 1)}
    formula = excel_formula(made.card.rules, made.codes, places)
    rules = pl.DataFrame(
        [
            {"name": one["name"], **rule, "conditions": "\n".join(rule["conditions"])}
            for one in found
            for rule in one["rules"]
        ],
        schema=dict.fromkeys(("name", "sentence", "conditions", "where"), pl.String),
    )
    shares = ("share", "net_share")
    chart = Chart(_("Share of customers and of money"), "name", shares) if {*shares} <= {*segments.columns} else None
    formats = _PERCENTS | dict.fromkeys(_MONEY, money_format(made.people.currency))
    sheets = [
        table_page(_("Segments"), segments, HEADERS, formats, wrapped=("goal", "offer"), chart=chart),
        table_page(_("Rules"), rules, HEADERS, wrapped=("sentence", "conditions", "where")),
    ]
    if formula:
        told = _("Copy this text into a cell of row 2 of the sheet {sheet}, and fill down").format(sheet=_("Customers"))
        sheets.append(sentences_page(_("Formula"), told, [formula]))
    named = pl.col("segment").replace({code: segment_label(code) for code in made.codes})
    about = [_measured(measure, level) for measure, level in made.profiles.select("measure", "level").iter_rows()]
    apart = made.profiles.select(named.alias("name"), pl.Series("measure", about, pl.String), *_NUMBERS)
    sheets.append(table_page(_("What sets them apart"), apart, HEADERS))
    if made.moved.height:
        labels = {code: segment_label(code) for code in {*made.moved["from"].drop_nulls(), *made.moved["to"]}}
        moved = made.moved.with_columns(pl.col("from", "to").replace(labels))
        sheets.append(table_page(_("Who moved"), moved, HEADERS, formats))
    sheets.append(table_page(_("Customers"), people, {**HEADERS, **FEATURE_NAMES}, formats))
    return sheets


def customers(made: Survey) -> pl.DataFrame:
    """Every customer with their segment and what it was made of."""
    labels = {code: segment_label(code) for code in {*made.codes, *made.segments["moved_from"].drop_nulls()}}
    used = [one.name for one in made.made.model.features]
    used += [one.column for rule in made.card.rules for one in rule.conditions]
    usual = [name for name in ("recency", "orders", "net", "margin", "ticket") if name in made.people.frame.columns]
    names = [name for name in dict.fromkeys([*used, *usual]) if name in made.people.frame.columns]
    return (
        made.segments.select("customer_id", pl.col("segment", "moved_from").replace(labels))
        .join(made.people.frame.select("customer_id", *names), on="customer_id", how="left", maintain_order="left")
        .select("customer_id", "segment", *names, "moved_from")
    )


def _measured(measure: str, level: str) -> str:
    """What a row of the profiles is about."""
    if level:
        return words.trait(measure, level)
    return feature_label(measure) if measure in FEATURE_NAMES or measure not in HEADERS else _(HEADERS[measure])
