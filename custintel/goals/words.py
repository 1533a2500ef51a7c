"""The sentences of ``ci goals``: findings, measures, offers, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from custintel import formats
from custintel.findings import Finding
from custintel.i18n import N_, _, ngettext
from custintel.tables.segment_names import segment_label

FINDINGS: Mapping[str, str] = {
    "worth_most": N_(
        "The goal worth most: {measure} of {segment} from {baseline} to {target}. It would leave {value} over 12 "
        "months if they buy as expected ({p_buy} of {n})."
    ),
    "not_worth": N_("{measure} of {segment} from {baseline} to {target} would cost {loss} more than it leaves."),
    "no_value": N_(
        "What goals are worth and how much may be taken off cannot be told: no costs have been counted. Run ci kpis."
    ),
    "no_goods": N_(
        "What goals are worth and how much may be taken off cannot be told: the costs counted have none of the goods "
        "themselves. Load a list of products with unit costs, or add cogs to costs.yaml, and run ci kpis."
    ),
    "no_room": N_("No segment has room above what it does already, or has {fewest} customers to tell."),
    "can_be_measured": N_(
        "One customer in {one_in} is held out and gets nothing, so that the next run can measure the effect. That "
        "shows "
        "the change hoped for in {enough} of {goals} goals."
    ),
    "cannot_be_measured": N_(
        "One customer in {one_in} is held out and gets nothing, but in {short} of {goals} goals that is too few to "
        "show "
        "the change hoped for: the table says how many it takes."
    ),
    "better": N_(
        "{measure} of {segment}: those with offers are {effect} above those held out (95 of 100 times between {low} "
        "and {high}), after {days} days."
    ),
    "worse": N_(
        "{measure} of {segment}: those with offers are {effect} below those held out (95 of 100 times between {low} "
        "and {high}), after {days} days: stop, or change the offers."
    ),
    "no_difference": N_(
        "{measure} of {segment}: after {days} days those with offers do as those held out do; the change hoped for "
        "would have shown."
    ),
    "too_small": N_(
        "{measure} of {segment}: after {days} days nothing can be said; the groups are too small to tell an effect "
        "from chance."
    ),
    "too_early": N_("Too early to measure {goals} goals: wait until {day}."),
    "reached": N_("{measure} of {segment} has reached its target: {now}, and {target} was wanted."),
    "over": N_("All goals are over. ci goals --propose writes new ones; the list that was is kept beside it."),
    "segments_gone": N_(
        "{goals} goals are of segments that nobody is in any more; they are measured as they were drawn."
    ),
    "new_by_taste": N_(
        "New articles: of {customers} customers who bought something new since {since}, five offers made before would "
        "have met {hits} ({share}); the five best sellers {popular} ({popular_share})."
    ),
    "new_by_sales": N_(
        "New articles: everybody is offered what sells best, since on your own past that foretells more than tastes do "
        "({popular} of {customers} customers against {hits})."
    ),
    "new_untested": N_(
        "New articles: too few customers bought something new in the last {days} days to measure how well offers "
        "foretell."
    ),
    "no_articles": N_("The orders say no articles, so only whole orders are offered. Load them with their lines."),
    "by_rhythm": N_("Chances to buy are worked out from each customer's own past; ci value foretells them better."),
    "threshold_pays": N_(
        "Free shipping from {amount} for {segment}: it gives away {given} (orders from {since} to {until}), "
        "and pays if {needed} of the {near} orders "
        "just below are raised to it."
    ),
    "threshold_does_not_pay": N_(
        "Free shipping from {amount} for {segment} does not pay: it gives away {given} (orders from {since} to "
        "{until}), and {needed} of the {near} "
        "orders just below would have to be raised to it."
    ),
    "threshold_never_pays": N_(
        "Free shipping from {amount} for {segment} does not pay: even if all {near} orders just below were raised to "
        "it, that would not pay for the {given} it gives away (orders from {since} to {until})."
    ),
    "threshold_loses": N_(
        "Free shipping from {amount} for {segment} does not pay: an order of that amount does not carry its own costs."
    ),
    "losing": N_("Not offered, because every cost counted they lose money: {articles}."),
    "reach_unknown": N_("Nothing says who may be contacted: run ci contactability before you send anything."),
    "no_segments": N_("All customers have the same goals: ci segment --k 5 makes groups, and goals for each."),
    "foreign": N_("{orders} orders in other currencies do not count: ci kpis converts them."),
}
"""A sentence for every code of a finding but those of :data:`COUNTED`."""

COUNTED: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "due": (
        "customers",
        lambda n: ngettext(
            "{customers} customer is due to buy again what they had; the list says what, and when.",
            "{customers} customers are due to buy again what they had; the list says what, and when.",
            n,
        ),
    ),
    "late": (
        "customers",
        lambda n: ngettext(
            "{customers} customer is late by their own rhythm, twice their usual time or more.",
            "{customers} customers are late by their own rhythm, twice their usual time or more; the first of the list "
            "are worth most.",
            n,
        ),
    ),
    "silent": (
        "customers",
        lambda n: ngettext(
            "{customers} customer has no offer in the list because no channel that reaches them is permitted.",
            "{customers} customers have no offer in the list because no channel that reaches them is permitted.",
            n,
        ),
    ),
    "strangers": (
        "orders",
        lambda n: ngettext(
            "{orders} order is of nobody known and counts nowhere here.",
            "{orders} orders are of nobody known and count nowhere here.",
            n,
        ),
    ),
    "left_out": (
        "offers",
        lambda n: ngettext(
            "Not offered, because it would leave less than nothing: {offers} offer more.",
            "Not offered, because they would leave less than nothing: {offers} offers more.",
            n,
        ),
    ),
    "drawn_otherwise": (
        "goals",
        lambda n: ngettext(
            "{goals} goal that has begun keeps the {drawn} of its customers held out when it was drawn: the {wanted} "
            "of the list of goals counts from the next goal.",
            "{goals} goals that have begun keep the {drawn} of their customers held out when they were drawn: the "
            "{wanted} of the list of goals counts from the next goal.",
            n,
        ),
    ),
}
"""Sentences that depend on how many there are: which figure that is, and the sentence for it."""

MEASURES: Mapping[str, str] = {
    "frequency": N_("Orders in 12 months"),
    "ticket": N_("Money per order"),
    "breadth": N_("Kinds of articles in 12 months"),
}
SHORT: Mapping[str, str] = {
    "frequency": N_("Orders a year"),
    "ticket": N_("Per order"),
    "breadth": N_("Kinds a year"),
}
"""The same for narrow columns."""
KINDS: Mapping[str, str] = {
    "replenish": N_("Buy again"),
    "cross_sell": N_("Something new"),
    "threshold": N_("Free shipping from"),
    "win_back": N_("Come back"),
}
REASONS: Mapping[str, str] = {
    "own_rhythm": N_("due by their own rhythm"),
    "usual_rhythm": N_("due by the usual rhythm"),
    "bought_with": N_("bought together with {article}"),
    "bought_by_alike": N_("bought by people alike"),
    "close_to_it": N_("their orders come close to it"),
    "overdue": N_("late by their own rhythm"),
}
NO_DISCOUNT: Mapping[str, str] = {
    "not_counted": N_("costs not counted"),
    "goods_not_counted": N_("cost of the goods not counted"),
    "never_sold": N_("nothing kept so far"),
    "leaves_nothing": N_("leaves nothing"),
}
VERDICTS: Mapping[str, str] = {
    "not_begun": N_("not begun"),
    "too_early": N_("too early"),
    "too_small": N_("too small to tell"),
    "no_difference": N_("no effect"),
    "better": N_("works"),
    "worse": N_("harms"),
}
CHANNELS: Mapping[str, str] = {
    "email": N_("email"),
    "whatsapp": N_("WhatsApp"),
    "sms": N_("SMS"),
    "call": N_("call"),
}
BASES: Mapping[str, str] = {
    "next_segment": N_("what the middle of the next better segment does"),
    "own_best": N_("what the best quarter of the segment does"),
    "person": N_("yours"),
}

_MONEY = {"value", "loss", "amount", "given"}
_COUNTS = {
    *(
        "n",
        "goals",
        "enough",
        "short",
        "customers",
        "hits",
        "popular",
        "orders",
        "near",
        "days",
        "fewest",
        "one_in",
        "offers",
    )
}
_SHARES = {"p_buy", "share", "popular_share", "needed", "drawn", "wanted"}
_MEASURED = {"baseline", "target", "now", "effect", "low", "high"}


def sentence(finding: Finding, currency: str) -> str:
    """What a finding says, with its figures as people write them."""
    measure = finding.figures.get("measure", "")

    def told(name: str, value: Any) -> str:
        if name == "segment":
            return segment(value)
        if name == "measure":
            return _(MEASURES[value])
        if name in _MONEY:
            return money(value, currency)
        if name in _MEASURED:
            return measured(value, str(measure), currency)
        if name in _SHARES:
            return formats.percent(value)
        if name in ("since", "until", "day"):
            return formats.date(value)
        return formats.number(value) if name in _COUNTS else str(value)

    if finding.code in COUNTED:
        counted, form = COUNTED[finding.code]
        text = form(finding.figures[counted])
    else:
        text = _(FINDINGS[finding.code])
    return text.format(**{name: told(name, value) for name, value in finding.figures.items()})


def segment(code: str | None) -> str:
    """A segment in words; the whole base where there are none."""
    return _("all customers") if code is None else segment_label(code)


def measured(value: float | None, measure: str, currency: str) -> str:
    """A value of a measure: money for the ticket, else a number with two decimals; a dash where there is none."""
    if value is None:
        return "–"
    return money(value, currency) if measure == "ticket" else formats.number(value, 2)


def money(value: float | None, currency: str) -> str:
    """An amount, with its currency where that is known; a dash where there is none."""
    if value is None:
        return "–"
    return formats.money(value, currency) if currency else formats.number(value, 2)


def reason(code: str, article: str | None) -> str:
    """Why something is offered."""
    return _(REASONS[code]).format(article=article or "")
