"""The sentences and names of ``ci value``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from custintel import formats
from custintel.findings import Finding
from custintel.i18n import N_, _
from custintel.tables.cost_names import CATEGORIES
from custintel.value.gate import BUYERS, FRESH, SPAN

FINDINGS: Mapping[str, str] = {
    "nothing_earned": N_("None of the {customers} people with orders brought anything."),
    "losing": N_(
        "{losing_share} of customers ({losing}) lose money and erase {erased_share} of what the others earn: {erased}. "
        "{total} is left."
    ),
    "top_losing": N_("{share} of the top fifth by sales lose money too ({losing} of {top})."),
    "few_bring_most": N_("{few} customers ({share}) earn {most} of what is earned before others lose some of it."),
    "few_sell_most": N_("{few} customers ({share}) bring {most} of net sales."),
    "mend": N_(
        "{customers} customers lose {lost}, what it cost to win them not counted, and are likely to buy again: mend "
        "the cost before you win them once more. In {of_group} of them it is {cost_group}."
    ),
    "not_paid_back": N_(
        "{customers} customers worth having have not paid back yet what it cost to win them: {missing} are missing."
    ),
    "never_bought": N_("{people} people only refused, returned or cancelled; that cost {lost}."),
    "expected": N_(
        "Expect {orders} purchases over the next {months} months ({orders_low} to {orders_high}) from these customers "
        "and {money} of {what} ({money_low} to {money_high}), new customers not counted."
    ),
    "untested": N_("The past is too short to test that: take it for a first guess."),
    "test_nobody_bought": N_(
        "Tested on the past: of {customers} customers nobody bought between {start} and {end}; {expected} purchases "
        "were expected."
    ),
    "test_too_many": N_(
        "Tested on the past: for {start} to {end} it would have expected {expected} purchases of {customers} "
        "customers; there were {real}, so it said {bias} too many. Of money it expected {expected_money}, and "
        "{real_money} came in ({money_bias})."
    ),
    "test_too_few": N_(
        "Tested on the past: for {start} to {end} it would have expected {expected} purchases of {customers} "
        "customers; there were {real}, so it said {bias} too few. Of money it expected {expected_money}, and "
        "{real_money} came in ({money_bias})."
    ),
    "believe": N_(
        "Believe it, the total and who buys more than whom: ranks of expected and real agree {rank} (0 is chance, 1 is "
        "always; each one's rate so far would give {rate})."
    ),
    "believe_purchases": N_(
        "Believe the purchases and who buys more than whom (ranks of expected and real agree {rank}), not the money: "
        "what a purchase brings has changed."
    ),
    "believe_order": N_(
        "Believe who buys more than whom (ranks of expected and real agree {rank}), not the total: seasons, growth or "
        "a change of the shop move it."
    ),
    "believe_total": N_(
        "Believe the total, not who buys more than whom: ranks of expected and real hardly agree ({rank})."
    ),
    "believe_nothing": N_("Do not believe it: neither the total nor the order of customers held ({rank})."),
    "chance_tested": N_(
        "Probabilities of a purchase within {days} days, put right by what happened before, were off by {error} points "
        "on average in the last {days} days ({raw} as the model says them)."
    ),
    "chance_fitted": N_(
        "Probabilities of a purchase within {days} days are off by {error} points on average in the {days} days they "
        "were put right by ({raw} as the model says them); there is no earlier window to test that on."
    ),
    "chance_untested": N_("Probabilities of a purchase within {days} days could not be tested: too little past."),
    "grew": N_(
        "What buyers brought grew by {change}, from {before} to {now}: customers {customers}, purchases of each "
        "{frequency}, ticket {ticket}, margin of sales {margin}."
    ),
    "fell": N_(
        "What buyers brought fell by {change}, from {before} to {now}: customers {customers}, purchases of each "
        "{frequency}, ticket {ticket}, margin of sales {margin}."
    ),
    "no_costs": N_(
        "No costs are counted: everything here is net sales, and nobody can be seen to lose money. Count them: ci kpis"
    ),
    "not_priced": N_("Costs without a price in the ledger, taken for nothing: {categories}."),
    "orders_not_counted": N_("The costs of {orders} orders are not counted yet: run ci kpis again."),
    "nobody_known": N_("{orders} orders ({share}) are of nobody the project knows: their money is on no customer."),
    "foreign": N_("{orders} orders are left out: their currency is not {currency}, and no costs.yaml says the rate."),
    "gate": N_(
        "Too little for a model of repeat buying ({missing}): recency, frequency and each customer's own rhythm "
        "instead. What somebody brought in the last 365 days stands for what to expect. A model all the same: ci value "
        "--model pareto_nbd"
    ),
    "gate_overridden": N_("The model was asked for in spite of too little to learn from ({missing})."),
    "nobody_again": N_(
        "Of {buyers} customers nobody bought on a second day: there is nothing to learn about repeat buying."
    ),
    "no_leaving": N_(
        "No churn visible in your data: leaving explains nothing that buying at different rates does not. Everybody "
        "counts as a customer still (model NBD)."
    ),
    "no_maximum": N_("{asked} runs to its bound with your data: {model} was used."),
    "credibility_below_zero": N_(
        "{below} customers bring nothing or less per purchase, which Gamma-Gamma cannot describe: the worth of a "
        "purchase is each customer's own mean, drawn towards that of customers who buy as often (credibility)."
    ),
    "credibility_correlated": N_(
        "Customers who buy more often spend differently (correlation {correlation}), which Gamma-Gamma does not allow: "
        "the worth of a purchase is each customer's own mean, drawn towards that of customers who buy as often "
        "(credibility)."
    ),
    "credibility_few": N_(
        "Too few customers bought again to learn the form of amounts: the worth of a purchase is each customer's own "
        "mean, drawn towards that of customers who buy as often (credibility)."
    ),
    "credibility_no_mean": N_(
        "Amounts differ too much for Gamma-Gamma to have a mean: the worth of a purchase is each customer's own mean, "
        "drawn towards that of customers who buy as often (credibility)."
    ),
}
"""A sentence for every code of a finding."""

KEEP: Mapping[str, str] = {
    "keep": N_("Keep and protect"),
    "fix": N_("Mend the cost"),
    "develop": N_("Develop cheaply"),
    "let_go": N_("Stop paying for"),
}
REASONS: Mapping[str, str] = {
    "most_expected": N_("most of what is expected"),
    "some_expected": N_("some of what is expected"),
    "not_paid_back": N_("not paid back yet"),
    "cost_turns_the_sign": N_("lose, will buy again"),
    "nothing_kept": N_("gave back everything"),
    "loses_and_leaves": N_("lose, hardly buy again"),
    "little_expected": N_("little is expected"),
    "never_bought": N_("kept no order"),
}
COST_GROUPS: Mapping[str, str] = {
    "product": N_("goods"),
    "fulfilment": N_("fulfilment"),
    "payment": N_("payment"),
    "post_sale": N_("returns, service"),
    "commercial": N_("points, platforms"),
    "tax": N_("turnover taxes"),
    "acquisition": N_("acquisition"),
}
MODELS: Mapping[str, str] = {
    "pareto_nbd": "Pareto/NBD",
    "mbg_nbd": "MBG/NBD",
    "bg_nbd": "BG/NBD",
    "nbd": "NBD",
    "none": N_("none"),
}
PARTS: Mapping[str, str] = {
    "customers": N_("customers"),
    "nobody_known": N_("orders of nobody known"),
    "no_order": N_("costs that fell on no order"),
}
GROUPS: Mapping[str, str] = {
    "kept": N_("kept: bought in both"),
    "lost": N_("lost: bought only before"),
    "new": N_("new: first purchase now"),
    "won_back": N_("won back: bought earlier"),
}
FACTORS: Mapping[str, str] = {
    "customers": N_("customers"),
    "frequency": N_("purchases of each"),
    "ticket": N_("net sales of a purchase"),
    "margin": N_("margin of sales"),
}
MISSING: Mapping[str, str] = {
    "buyers": N_("{buyers} customers of {needed} needed"),
    "span": N_("{span} days of {needed} needed"),
    "since": N_("no order in the last {needed} days"),
    "thrice": N_("nobody bought three times"),
}
_NEEDED = {"buyers": BUYERS, "span": SPAN, "since": FRESH, "thrice": 3}

_SIGNED = {"frequency", "ticket", "margin"}
_MONEY = {"expected_money", "real_money", "erased", "total", "lost", "missing_money", "money", "money_low"}
_MONEY |= {"money_high", "change", "before", "now"}
_SHARES = {"losing_share", "erased_share", "share", "bias"}
_COUNTS = {
    *(
        "losing",
        "top",
        "few",
        "of_group",
        "people",
        "orders_low",
        "orders_high",
        "orders",
        "months",
        "expected",
        "real",
    ),
    *("days", "below", "buyers"),
}


def sentence(finding: Finding, currency: str) -> str:
    """What a finding says, with its figures as people write them."""
    code, figures = finding.code, dict(finding.figures)
    told = {name: _told(code, name, value, currency) for name, value in figures.items()}
    if "basis" in figures:
        told["what"] = what(figures["basis"], expected=code == "expected")
    if code in ("gate", "gate_overridden"):
        told["missing"] = ", ".join(
            _(MISSING[one]).format(
                needed=formats.number(_NEEDED[one]), **{k: v for k, v in told.items() if k != "missing"}
            )
            for one in figures["missing"]
        )
    return _(FINDINGS[code]).format(**told)


def _told(code: str, name: str, value: Any, currency: str) -> str:
    if value is None:
        return "–"
    if name in _SIGNED or (name == "customers" and code in ("grew", "fell")):
        return signed(value, currency)
    if name in _MONEY or (name == "missing" and code == "not_paid_back"):
        return formats.money(value, currency, whole=True)
    writers: list[tuple[bool, Callable[[], str]]] = [
        (name == "money_bias", lambda: ("+" if value > 0 else "") + formats.percent(value, 1)),
        (name in _SHARES, lambda: formats.percent(value, 1)),
        (name == "most", lambda: formats.percent(value)),
        (name in ("error", "raw"), lambda: formats.number(100 * value, 1)),
        (name in ("rank", "rate", "correlation"), lambda: formats.number(value, 2)),
        (name in ("start", "end"), lambda: formats.date(value)),
        (name == "cost_group", lambda: _(COST_GROUPS[value])),
        (name == "categories", lambda: categories(value)),
        (name in ("asked", "model"), lambda: model(value)),
        (name in _COUNTS or name in ("customers", "span", "since"), lambda: formats.number(round(value))),
    ]
    return next((write() for holds, write in writers if holds), str(value))


def categories(codes: Sequence[str]) -> str:
    """Categories of cost in words, separated by commas."""
    return ", ".join(_(CATEGORIES[code]) for code in codes)


def signed(amount: float, currency: str) -> str:
    """Money with its sign, plus as well as minus."""
    return ("+" if amount > 0 else "") + formats.money(amount, currency, whole=True)


def what(basis: str, *, expected: bool = False) -> str:
    """What the money is: profit, of expectations margin, or net sales."""
    if basis == "net":
        return _("net sales")
    return _("margin") if expected else _("profit")


def model(code: str) -> str:
    """The name of a model."""
    return _(MODELS[code]) if code in MODELS else code
