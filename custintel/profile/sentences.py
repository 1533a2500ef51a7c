"""Findings as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custintel import formats
from custintel.findings import Finding
from custintel.i18n import N_, _, ngettext
from custintel.profile import words
from custintel.profile.traits import BY_CODE

SENTENCES: Mapping[str, str] = {
    "share_differs": N_("{who} {does} {times} ({share} against {rest}; {n})."),
    "median_differs": N_("{who}, {label}: {median} in the middle, against {rest} of the rest ({people})."),
    "most_category": N_("What they buy most is {value}: in {share} of orders ({low} to {high}; n {of})."),
    "most_payment_method": N_("They pay most by {value}: {share} of orders ({low} to {high}; n {of})."),
    "most_channel": N_(
        "They come most through {value}: {share} of orders whose channel is known ({low} to {high}; n {of})."
    ),
    "most_city": N_("The city with most orders is {value}: {share} ({low} to {high}; n {of})."),
    "most_part_of_day": N_("They buy most in the {value}: {share} of orders ({low} to {high}; n {of})."),
    "most_weekday": N_("They buy most on {value}: {share} of orders ({low} to {high}; n {of})."),
    "no_weekday": N_("No weekday stands out: the one with most orders is {value}, with {share} ({low} to {high})."),
    "more_on_payday": N_(
        "Around payday (the 15th and the last of the month, and two days after) {near} purchases a day, on other days "
        "{other}: {ratio} times as many ({low} to {high}, {months} months)."
    ),
    "less_on_payday": N_(
        "Around payday (the 15th and the last of the month, and two days after) fewer purchases than on other days: "
        "{near} a day against {other} ({ratio} times; {low} to {high}, {months} months)."
    ),
    "payday_not_seen": N_(
        "Payday is not seen in the purchases: {ratio} times those of other days, which may be chance ({low} to {high})."
    ),
    "rhythm": N_(
        "Half of those who come back do so between {low} and {high} days later, {middle} in the middle ({gaps} gaps). "
        "Whoever has 3 gaps or more of their own is judged by these."
    ),
    "rhythm_tested": N_(
        "Held against the past: of {tested} people with enough gaps, {inside} came back for the last time within the "
        "days that the earlier ones foretold; half is what was promised."
    ),
    "with_coupon": N_("With a coupon: {share} of orders ({low} to {high}; n {of})."),
    "with_discount": N_("With a discount: {share} of orders ({low} to {high}; n {of})."),
    "threshold": N_("Shipping is free from {amount} of goods on ({orders} orders say so)."),
    "adds_to_threshold": N_(
        "People add to reach it: of {of} orders within a fifth of that amount {share} are just above ({low} to {high})."
    ),
    "novelty": N_("Of what they buy after their first day, {share} is new to them ({low} to {high}; n {of})."),
    "browsed_not_bought": N_(
        "{n} of {of} people seen on the website look at {value} and have never bought it ({share}): the first to offer "
        "it to."
    ),
    "stated_interests": N_("What they say interests them most is {value}: {n} of {of} people ({share})."),
    "stated_motivator": N_("The reason to buy they give most is {value}: {n} of {of} people ({share})."),
    "no_purchases": N_(
        "Nobody of these {people} people has a purchase: what follows is what their cards and visits tell."
    ),
    "unknown": N_("{orders} orders are of nobody known and are in no number here: ci clean the files they come from."),
    "foreign": N_("{orders} orders in another currency than {currency} count, except their money."),
    "months_uneven": N_(
        "Purchases go from {start} to {end}, which is no whole number of years: some months are in there more often "
        "than others, and their shares are no season."
    ),
    "no_articles": N_("No order says what was in it: load its lines, and categories can be told."),
    "no_categories": N_(
        "No article has a category, so prices are held against those of all articles: load a list of products, and "
        "categories can be told."
    ),
    "no_hours": N_("Orders come with a date and no time: hours cannot be told."),
}
"""A sentence for every code of a finding, apart from ``bought``."""
_SHARES = ("share", "rest", "low", "high")
_COUNTS = ("n", "of", "orders", "buyers", "again", "tested", "inside", "gaps", "months", "people")
_DAYS = {"rhythm": ("low", "middle", "high")}
_RATIOS = ("more_on_payday", "less_on_payday", "payday_not_seen")


def _bought(figures: Mapping[str, Any]) -> str:
    """How many bought how often, each number with its own form."""
    buyers, orders, again = (figures[name] for name in ("buyers", "orders", "again"))
    told = ngettext("{buyers} person made {purchases}; {again}.", "{buyers} people made {purchases}; {again}.", buyers)
    back = ngettext("{n} of them has come back for another", "{n} of them have come back for another", again)
    return told.format(
        buyers=formats.number(buyers),
        purchases=ngettext("{n} purchase", "{n} purchases", orders).format(n=formats.number(orders)),
        again=back.format(n=formats.number(again)),
    )


def sentence(finding: Finding) -> str:
    """What a finding says, with its figures as people write them."""
    if finding.code == "bought":
        return _bought(finding.figures)
    told = _(SENTENCES[finding.code])
    row = finding.figures
    if finding.code == "share_differs":
        return told.format(
            who=words.who(row["cut"], row["group"]),
            does=words.does(row["trait"], row.get("name") or row["value"]),
            times=words.times(row["lift"]),
            share=formats.percent(row["share"]),
            rest=formats.percent(row["rest"]),
            n=sample(row),
        )
    if finding.code == "median_differs":
        return told.format(
            who=words.who(row["cut"], row["group"]),
            label=lower(_(BY_CODE[row["trait"]].label)),
            median=figure(row["trait"], row["median"], row["currency"]),
            rest=figure(row["trait"], row["rest"], row["currency"]),
            people=people(row["of_people"]),
        )
    return told.format(**{name: _written(finding, name, found) for name, found in row.items()})


def _written(finding: Finding, name: str, found: Any) -> str:
    if found is None:
        return ""
    if name in _DAYS.get(finding.code, ()):
        return formats.number(found)
    if finding.code in _RATIOS and name in ("ratio", "low", "high"):
        return formats.number(found, 2)
    if name in ("near", "other"):
        return formats.number(found, 1)
    if name in ("start", "end"):
        return formats.date(found)
    if name == "amount":
        return formats.money(found, finding.figures["currency"])
    if name in _SHARES:
        return formats.percent(found)
    if name == "value":
        return words.value(finding.figures["trait"], found)
    return formats.number(found) if name in _COUNTS else str(found)


def sample(row: Mapping[str, Any]) -> str:
    """Of how many a share is: '312 orders of 204 people'."""
    if row["counted"] == "people":
        return people(row["of_people"])
    return _("{of} of {people}").format(of=counted(row["counted"], row["of"]), people=people(row["of_people"]))


def counted(code: str, n: int) -> str:
    """A number of what is counted: '312 orders'."""
    forms = {
        "orders": ngettext("{n} order", "{n} orders", n),
        "lines": ngettext("{n} order line", "{n} order lines", n),
        "visits": ngettext("{n} visit", "{n} visits", n),
        "returns": ngettext("{n} return", "{n} returns", n),
        "answers": ngettext("{n} answer", "{n} answers", n),
        "people": ngettext("{n} person", "{n} people", n),
    }
    return forms[code].format(n=formats.number(n))


def people(n: int) -> str:
    """A number of people."""
    return ngettext("{n} person", "{n} people", n).format(n=formats.number(n))


def figure(trait: str, number: float | None, currency: str | None) -> str:
    """The number of a person or a group as it is written: money, a share, or a plain number."""
    if number is None:
        return "–"
    if BY_CODE[trait].money and currency:
        return formats.money(round(number) if abs(number) >= 100 else number, currency)
    if trait == "discount_depth":
        return formats.percent(number, 1)
    return formats.number(number, 0 if number == round(number) else 2 if trait == "price_level" else 1)


def lower(label: str) -> str:
    """A label within a sentence."""
    return label[:1].lower() + label[1:]
