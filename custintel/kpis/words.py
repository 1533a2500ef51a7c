"""The sentences of ``ci kpis``: findings, cuts, rungs, methods of payment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from custintel import formats
from custintel.findings import Finding
from custintel.i18n import N_, _
from custintel.kpis.definitions import BY_CODE
from custintel.tables.codes import PAYMENT_METHODS, worded
from custintel.tables.segment_names import segment_label

FINDINGS: Mapping[str, str] = {
    "channels_known_since": N_(
        "Only {share} of these orders say through which channel they came, while money is spent on all of them: what a "
        "channel costs cannot be told of these days. Since {since} enough of them do: ci kpis --from {since}"
    ),
    "channels_not_known": N_(
        "Only {share} of these orders say through which channel they came, while money is spent on all of them: what a "
        "channel costs cannot be told. Load what web analytics saw of your visits: ci load events.csv"
    ),
    "real_cost": N_(
        "You believe an order from {channel} costs {believed}; it costs {real} (95 of 100 times between {low} and "
        "{high}) once returns, refusals, calls, packing and all other costs of selling are counted; it breaks even at "
        "{breaks_even}."
    ),
    "spent_for_nothing": N_(
        "{channel} cost {spent} and none of its {placed} orders was kept: one costs at least {least} (95 of 100 times)."
    ),
    "stop": N_(
        "Stop {channel}, or change it: each of its {kept} orders kept loses {loss}, {total} in all, even if the costs "
        "of the whole business were nothing."
    ),
    "watch": N_(
        "Watch {channel}: each of its {kept} orders kept loses {loss} so far; with so few orders that may be chance."
    ),
    "earns_no_share": N_(
        "{channel} pays for itself, but not for its share of the costs of the whole business: {missing} are missing. "
        "Stopping it would not save that share."
    ),
    "calls_pay": N_(
        "Calls to confirm {called} orders cost {cost} and stopped {stopped} before they were sent; refused at the door "
        "these would have cost {saved} ({refusal_cost} each). A call pays where more than {pays_from} of orders would "
        "be refused."
    ),
    "calls_do_not_pay": N_(
        "Calls to confirm {called} orders cost {cost}, {spared} more than the refusals they avoid: {stopped} orders of "
        "{refusal_cost} each. A call pays where more than {pays_from} of orders would be refused."
    ),
    "confirm_call": N_(
        "Confirm by phone what is paid by {methods}: {lost} of {orders} orders were refused or given up in the call."
    ),
    "confirm_do_not_call": N_(
        "Do not call for what is paid by {methods}: {lost} of {orders} orders were refused or given up in the call."
    ),
    "claimed_more": N_(
        "The platforms claim {claimed} sales of {channel}; {placed} orders came from there ({first} to {last}), and "
        "{kept} of these were kept."
    ),
    "claimed_less": N_(
        "The platforms claim {claimed} sales of {channel}, fewer than the {placed} orders that came from there "
        "({first} to {last}); {kept} of these were kept."
    ),
    "pays_back": N_(
        "A new customer costs {cac} and has paid for it by month {month} (with what is left of sales after goods and "
        "hidden costs; {customers} new customers, each month of those seen that long)."
    ),
    "not_paid_back": N_(
        "A new customer costs {cac} and has brought {earned} after {months} months: not paid back yet (what is left of "
        "sales after goods and hidden costs; {customers} new customers, each month of those seen that long)."
    ),
    "people_not_known": N_(
        "Only {share} of these orders are of people the project knows: what a new customer costs and brings cannot be "
        "told. Clean the files they come from: ci clean FILE"
    ),
    "keeps_fewer": N_(
        "Of the orders from {channel} {share} are kept, of all others {rest}: fewer by {low} to {high} points."
    ),
    "keeps_more": N_(
        "Of the orders from {channel} {share} are kept, of all others {rest}: more by {low} to {high} points."
    ),
    "none_stands_out": N_(
        "No channel keeps clearly more or fewer of its orders than the others. Differences below {visible} points "
        "could not be seen with these orders."
    ),
    "provisional": N_(
        "Provisional: {share} of these orders are less than {days} days old; some of what will come back has not yet."
    ),
    "tracked_in_part": N_(
        "Web analytics saw {seen} of {orders} web orders ({share}): rates of visits by channel are of those only."
    ),
    "no_channel": N_("Nothing says where {orders} orders came from ({share}): they stand as 'not attributed'."),
}
"""A sentence for every code of a finding."""

CUTS: Mapping[str, str] = {
    "channel": N_("By channel"),
    "campaign": N_("By campaign"),
    "segment": N_("By segment"),
    "category": N_("By category of the dearest article"),
    "city": N_("By city"),
    "month": N_("By month"),
}
CHANGES: Mapping[str, str] = {
    "kept": N_("Kept, of orders placed"),
    "refused": N_("Refused at the door, of orders shipped"),
    "cancelled": N_("Cancelled, of orders placed"),
    "brought_back": N_("Orders of which something came back, of those delivered"),
}
BASES: Mapping[str, str] = {
    "cohort": N_("costs and refunds on the day of their order"),
    "event": N_("costs and refunds on the day they arose"),
}

_MONEY = {
    *("believed", "real", "breaks_even", "spent", "least", "loss", "total", "missing", "cost", "saved"),
    *("refusal_cost", "spared", "cac", "earned"),
}
_COUNTS = {"kept", "placed", "called", "stopped", "lost", "orders", "claimed", "customers", "seen", "month", "months"}


def sentence(finding: Finding, currency: str) -> str:
    """What a finding says, with its figures as people write them."""
    points = finding.code in ("keeps_fewer", "keeps_more")

    def told(name: str, value: Any) -> str:
        if name in _MONEY or (name in ("low", "high") and not points):
            return formats.money(value, currency)
        if name in ("low", "high", "visible"):
            return formats.number(100 * value, 1)
        if name in ("share", "rest", "pays_from"):
            return formats.percent(value, 1)
        if name in ("first", "last"):
            return formats.date(value)
        if name == "methods":
            return ", ".join(method(code) for code in value)
        return formats.number(value) if name in _COUNTS and value is not None else str(value)

    return _(FINDINGS[finding.code]).format(**{name: told(name, value) for name, value in finding.figures.items()})


def method(code: str | None) -> str:
    """A method of payment in words."""
    return _("(not known)") if code is None else worded(code, PAYMENT_METHODS)


def label(code: str) -> str:
    """What a number is."""
    return _(BY_CODE[code].label)


def group(name: str | None, cut: str = "") -> str:
    """What stands in the row of a group."""
    if name is None:
        return _("(not attributed)")
    return segment_label(name) if cut == "segment" else name


def value(number: float | None, unit: str, currency: str) -> str:
    """A number as its unit is written; a dash where it is not defined."""
    if number is None:
        return "–"
    writers: Mapping[str, Callable[[float], str]] = {
        "share": lambda share: formats.percent(share, 1),
        "money": lambda amount: formats.money(amount, currency),
        "amount": lambda amount: formats.money(amount, currency),
        "ratio": lambda ratio: formats.number(ratio, 2),
        "months": formats.number,
    }
    return writers[unit](number)
