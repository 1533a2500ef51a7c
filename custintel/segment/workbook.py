"""The workbook of ``ci segment --xlsx``: segments, their rules, what sets them apart, who moved, and every customer."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_, _
from custintel.segment.result import portraits
from custintel.segment.rule_words import excel_formula
from custintel.segment.survey import Survey
from custintel.sheets.column_letters import column_letter
from custintel.sheets.write import Page
from custintel.tables.segment_names import feature_label, segment_label

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
    "level": N_("Of which"),
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
_PERCENTS = ("share", "net_share", "reachable", "may_contact", "fidelity")


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
    sheets = [_page(_("Segments"), segments), _page(_("Rules"), rules)]
    if formula:
        told = _("Copy this text into a cell of row 2 of the sheet {sheet}, and fill down").format(sheet=_("Customers"))
        sheets.append(_page(_("Formula"), pl.DataFrame({told: [formula]})))
    named = pl.col("segment").replace({code: segment_label(code) for code in made.codes})
    apart = made.profiles.select(
        named.alias("name"), "measure", "level", "value", "base", "lift", "n", "low", "high", "p"
    )
    sheets.append(_page(_("What sets them apart"), apart))
    if made.moved.height:
        labels = {code: segment_label(code) for code in {*made.moved["from"].drop_nulls(), *made.moved["to"]}}
        sheets.append(_page(_("Who moved"), made.moved.with_columns(pl.col("from", "to").replace(labels))))
    headers = {name: feature_label(name) for name in people.columns if name not in HEADERS}
    headers |= {name: feature_label(name) for name in ("net", "margin")}
    sheets.append(_page(_("Customers"), people, headers))
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


def _page(title: str, frame: pl.DataFrame, headers: dict[str, str] | None = None) -> Page:
    known = {name: _(HEADERS[name]) for name in frame.columns if name in HEADERS} | (headers or {})
    formats = {name: "0.0%" for name in _PERCENTS if name in frame.columns}
    return Page(title, frame, known, formats=formats)
