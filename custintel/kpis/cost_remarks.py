"""Mistakes in ``costs.yaml`` and warnings about costs: codes, and the sentences for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from custintel import remarks
from custintel.i18n import N_, _, language
from custintel.kpis.cost_vocabulary import aliases_of
from custintel.remarks import DATE, FORM, NOT_A_NUMBER

MISTAKES: Mapping[str, tuple[str, str]] = {
    **FORM,
    "unknown_category": (N_("'{seen}' is not a category of cost."), N_("The categories are in docs/costs.md.")),
    "unknown_driver": (N_("'{seen}' is not a driver."), N_("The drivers are in docs/costs.md.")),
    "unknown_where": (N_("'{seen}' is not a column that where knows."), N_("The columns are: {choices}.")),
    "number_old_form": (
        N_("{key}: {seen} is not a plain number: older programs (YAML 1.1) would read {read}."),
        N_("Write a plain number: {plain}."),
    ),
    "number_long": (N_("{key}: {seen} has more digits than any amount has."), NOT_A_NUMBER),
    "share_above_one": (N_("{key}: {seen} is above 100 %."), N_("Write {fraction} or '{seen}%'.")),
    "percent_of_money": (
        N_("{key}: {seen} is a percentage, but {driver} counts in money."),
        N_("Write an amount, or a driver that begins with pct_."),
    ),
    "vat_range": (N_("{key}: {seen} must be between 0 and 1."), N_("Write {fraction} for {seen} %.")),
    "rate_missing": (N_("{category} has no rate."), N_("Add rate: what each one costs.")),
    "rate_missing_here": (N_("There is no rate here."), N_("Add rate: what each one costs.")),
    "fx_missing": (
        N_("A cost in {seen}, but fx does not say what one {seen} is worth."),
        N_("Add fx: {{{seen}: 4100}}, with your rate."),
    ),
    "fx_form": (
        N_("{key}: '{seen}' is not a rate, nor a csv file of rates by date."),
        N_("Write fx: {{USD: 4100}}, or the name of a csv file with the columns date, currency, rate."),
    ),
    "fx_file": (
        N_("The file of exchange rates {seen} cannot be read."),
        N_("Check its name; it is looked for in the folder of this file."),
    ),
    "fx_header": (N_("The file of exchange rates has the columns {seen}."), N_("It needs date, currency and rate.")),
    "period_without_dates": (N_("A cost of a period needs from and to."), DATE),
    "counted_twice": (
        N_("{category} would be counted twice: line {first} has the same category, period and filter."),
        N_("Give one a name, a where, or overlap: true."),
    ),
    "currency_missing": (N_("currency is missing."), N_("Add currency: COP (or yours) at the top.")),
    "currency_unknown": (
        N_("'{seen}' is not a currency code."),
        N_("Write the three letters of ISO 4217: COP, MXN, EUR, USD."),
    ),
    "timezone_unknown": (N_("'{seen}' is not a time zone."), N_("Write one such as America/Bogota.")),
    "category_missing": (N_("This cost has no category."), N_("Add category: and one of those in docs/costs.md.")),
    "no_effect": (N_("{key} has no effect with driver {driver}."), N_("Take the line away, or change the driver.")),
    "actual_unknown": (
        N_("No table says what {category} really cost."),
        N_("Give it a rate and another driver, such as {driver}."),
    ),
    "rate_or_tiers": (N_("rate and tiers both say what one costs."), N_("Keep one of them.")),
    "tier_order": (N_("The steps must go up."), N_("Write them from the smallest up_to to the largest.")),
    "tier_end": (
        N_("Only the last step may be, and has to be, without up_to."),
        N_("End with a step that has only a rate: it holds for everything above."),
    ),
    "tier_units": (
        N_("The steps are measured in different things."),
        N_("Use up_to_kg or up_to_price in all of them."),
    ),
    "min_above_max": (N_("min ({seen}) is above max ({first})."), N_("Exchange them.")),
    "costs_missing": (N_("There is no list of costs."), N_("Add costs: and, below it, one '- category:' for each.")),
}
"""What is wrong, and how to repair it, by code."""

WARNINGS: Mapping[str, tuple[str, str]] = {
    "never_priced": (N_("No cost for {category}: 0 assumed."), ""),
    "share_above_half": (
        N_("{category}: {rate} is more than half of every sale."),
        N_("Write {meant} if that is what you mean."),
    ),
    "encoding": (N_("The file is not in UTF-8: read as Windows-1252."), N_("Save it again with the encoding UTF-8.")),
    "column_empty": (N_("{driver} counts {column}, which is empty in your data."), ""),
    "column_gaps": (N_("{column} is empty in {n} of {total} rows: they cost nothing here."), ""),
    "nothing_to_count": (
        N_("{driver} finds nothing in {column} of {n} of {total} sent orders: they cost nothing here."),
        "",
    ),
    "filter_matches_nothing": (N_("The filter of {category} fits no order."), N_("Compare it with your orders.")),
    "rate_above_half_ticket": (
        N_("{category}: {rate} is more than half of the average order, {ticket}."),
        N_("Check the zeros and the currency."),
    ),
    "period_not_covered": (
        N_("{category}: {days} days of {start} to {end} have no data; orders are known from {first} to {last}."),
        "",
    ),
    "spend_without_orders": (N_("{month}: money was spent on media, and there are no orders."), ""),
    "orders_unknown": (N_("{n} rows of {table} are about orders that are not in the table of orders."), ""),
    "fx_before_first": (N_("Orders before {seen}, the first exchange rate for {currency}: that rate was used."), ""),
}
"""What to know about costs that are valid, by code."""


@dataclass(frozen=True)
class Remark(remarks.Remark):
    """A mistake in ``costs.yaml``, of :data:`MISTAKES`, or a warning about costs, of :data:`WARNINGS`."""

    sentences: ClassVar[remarks.Sentences] = {**MISTAKES, **WARNINGS}

    @property
    def words(self) -> Mapping[str, str]:
        """The details: the key as the file has it, all other words as people write them in the active language."""
        words = {**self.details, "key": self.details.get("typed") or self.details.get("key", "")}
        if language() == "en":
            return words
        words |= {kind: _spelt(kind, words[kind]) for kind in ("category", "driver") if kind in words}
        if kind := words.get("kind"):
            words["choices"] = ", ".join(_spelt(kind, code) for code in aliases_of(kind))
        return words


def _spelt(kind: str, code: str) -> str:
    """The first Spanish word for a code of ``kind``; the code where there is none."""
    return next(iter(aliases_of(kind).get(code, ())), code)


def told_together(found: Sequence[remarks.Remark], source: str) -> list[str]:
    """What remarks say, those about costs that nobody priced as one sentence, where the first of them stands."""
    missing = [one.words["category"] for one in found if one.code == "never_priced"]
    told: list[str] = []
    for one in found:
        if one.code != "never_priced" or len(missing) == 1:
            told.append(one.told(source))
        elif missing:
            told.append(_("No cost for {categories}: 0 assumed.").format(categories=", ".join(missing)))
            missing = []
    return told
