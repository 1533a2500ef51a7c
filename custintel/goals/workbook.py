"""The workbook of ``ci goals --xlsx``: findings, goals, offers to send, whom to win back, and who gets nothing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from custintel.goals import words
from custintel.goals.findings import findings
from custintel.goals.plan import Plan
from custintel.i18n import N_, _
from custintel.sheets.write import Page, money_format, sentences_page, table_page

HEADERS = {
    "finding": N_("What the numbers say"),
    "segment": N_("Segment"),
    "kind": N_("Offer"),
    "rank": N_("Place"),
    "what": N_("What"),
    "why": N_("Why"),
    "due_on": N_("Due on"),
    "from_amount": N_("Free shipping from"),
    "max_discount": N_("At most off"),
    "no_discount": N_("Why nothing off"),
    "expected_margin": N_("Leaves"),
    "currency": N_("Currency"),
    "channel": N_("By"),
    "measure": N_("Goal"),
    "n": N_("People"),
    "holdout": N_("Held out"),
    "control_needed": N_("Needed to show it"),
    "visible": N_("Smallest change shown"),
    "baseline": N_("From"),
    "target": N_("To"),
    "now": N_("Now"),
    "gap": N_("Missing"),
    "progress": N_("Done"),
    "p_buy": N_("Expected to buy"),
    "unit_margin": N_("One more leaves"),
    "offer_cost": N_("Cost of the offer"),
    "value": N_("Leaves in 12 months"),
    "effect": N_("Effect"),
    "effect_low": N_("From (95 of 100 times)"),
    "effect_high": N_("To (95 of 100 times)"),
    "verdict": N_("Verdict"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
}
PEOPLE = ("customer_id", "full_name", "email", "phone")
_OFFER = (
    *("segment", "channel", "kind", "rank", "sku", "what", "why", "due_on", "from_amount", "max_discount"),
    *("no_discount", "expected_margin", "currency"),
)
_GOAL = (
    *("segment", "measure", "first_day", "last_day", "n", "holdout", "control_needed", "visible", "baseline", "target"),
    *("p_buy", "unit_margin", "offer_cost", "value", "currency", "now", "gap", "progress", "effect", "effect_low"),
    *("effect_high", "verdict"),
)


def pages(made: Plan) -> list[Page]:
    """The sheets of the workbook."""
    told = [words.sentence(one, made.base.sold.currency) for one in findings(made)]
    send = offers(made, held_out=False)
    late = pl.col("kind") == _(words.KINDS["win_back"])
    held = offers(made, held_out=True).select(*_people(made), "segment", "kind").unique(maintain_order=True)
    money = money_format(made.base.sold.currency)
    paid = {"p_buy": "0%", "progress": "0%", "value": money, "offer_cost": money}
    offered = {"max_discount": "0%", "from_amount": money, "expected_margin": money}
    return [
        sentences_page(_("What the numbers say"), _(HEADERS["finding"]), told),
        table_page(_("Goals"), goals(made), HEADERS, paid),
        table_page(_("Offers to send"), send.filter(~late), HEADERS, offered),
        table_page(_("Win back"), send.filter(late).sort("rank"), HEADERS, offered),
        table_page(_("Send them nothing"), held, HEADERS),
    ]


def offers(made: Plan, *, held_out: bool) -> pl.DataFrame:
    """The offers with whom they are for, in words; those who are held out, or the others."""
    table = made.offers.filter(pl.col("holdout") == held_out)
    customers = made.base.tables.customers.select(PEOPLE)
    table = table.join(customers, on="customer_id", how="left", maintain_order="left")
    article = pl.col("bought_with").fill_null("")
    reasons = {code: words.reason(code, "{article}") for code in words.REASONS}
    why = pl.col("reason").cast(pl.String).replace(reasons).str.replace("{article}", article, literal=True)
    table = table.with_columns(
        why=why,
        what=pl.coalesce("name", "sku"),
        kind=_worded("kind", words.KINDS),
        no_discount=_worded("no_discount", words.NO_DISCOUNT),
        channel=_worded("channel", words.CHANNELS),
        segment=_segments(table),
    )
    return table.select(*_people(made), *_OFFER)


def goals(made: Plan) -> pl.DataFrame:
    """The goals in words."""
    table = made.goals.sort("segment_id", "measure", "from", nulls_last=True)
    table = table.rename({"from": "first_day", "to": "last_day"})
    table = table.with_columns(
        measure=_worded("measure", words.MEASURES),
        verdict=_worded("verdict", words.VERDICTS),
        segment=_segments(table),
    )
    return table.select(_GOAL)


def _people(made: Plan) -> tuple[str, ...]:
    """The columns that say who, where anything says it."""
    return PEOPLE if made.base.tables.customers.height else PEOPLE[:1]


def _segments(table: pl.DataFrame) -> pl.Expr:
    named = {code: words.segment(code) for code in table["segment"].drop_nulls().unique().sort()}
    return pl.col("segment").replace(named).fill_null(words.segment(None))


def _worded(name: str, known: Mapping[str, str]) -> pl.Expr:
    return pl.col(name).cast(pl.String).replace({code: _(word) for code, word in known.items()})
