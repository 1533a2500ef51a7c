"""What the values mean, as codes with the figures that the sentences name. Money is units of the currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from custintel.findings import Finding
from custintel.tables.cost_ledger import USUAL
from custintel.value.trial import Trial
from custintel.value.valuation import Valuation
from custintel.value.whale import MOST

FEW_UNKNOWN = 0.05
"""From this part of orders on it is worth saying that nobody knows whose they are."""


def findings(made: Valuation) -> list[Finding]:
    """Everything worth saying: the money, what to do, what to expect and how far to believe it, why it changed."""
    return [*_whale(made), *_keep(made), *_expected(made), *_change(made)]


def doubts(made: Valuation) -> list[Finding]:
    """What to keep in mind: what is not counted, and why a model is another than asked for."""
    return [*_uncounted(made), *_model(made)]


def _whale(made: Valuation) -> Iterator[Finding]:
    curve = made.whale
    if not curve.earned:
        yield Finding("nothing_earned", {"customers": curve.customers})
        return
    if made.basis == "profit" and curve.losing:
        erased = curve.erased_share or 0.0
        figures = {"losing_share": curve.losing_share, "losing": curve.losing, "erased_share": erased}
        yield Finding("losing", {**figures, "erased": curve.erased / 100, "total": curve.total / 100})
        if curve.top_losing:
            yield Finding("top_losing", {"share": curve.top_losing_share, "losing": curve.top_losing, "top": curve.top})
    if curve.customers > 1:
        few = {"few": curve.few, "share": curve.few / curve.customers, "most": MOST}
        yield Finding("few_bring_most" if made.basis == "profit" else "few_sell_most", few)


def _keep(made: Valuation) -> Iterator[Finding]:
    people = made.people
    mended = people.filter(pl.col("keep") == "fix")
    if mended.height:
        groups = mended.group_by("cost_group").agg(n=pl.len()).sort("n", "cost_group", descending=[True, False])
        group, n = groups.row(0)
        lost = -int(mended["margin"].sum()) / 100
        yield Finding("mend", {"customers": mended.height, "lost": lost, "cost_group": group, "of_group": n})
    owing = people.filter(pl.col("keep_reason") == "not_paid_back")
    if owing.height:
        yield Finding("not_paid_back", {"customers": owing.height, "missing": -int(owing["profit"].sum()) / 100})
    never = people.filter(pl.col("keep_reason") == "never_bought")
    if never.height and made.basis == "profit":
        yield Finding("never_bought", {"people": never.height, "lost": -int(never["profit"].sum()) / 100})


def _expected(made: Valuation) -> Iterator[Finding]:
    looked = made.forecast
    if looked.orders is None or looked.money is None:
        return
    spans = {"orders": looked.orders, "money": looked.money}
    figures = {f"{name}{end}": getattr(one, part) for name, one in spans.items() for end, part in _ENDS.items()}
    yield Finding("expected", {"months": made.asked.months, "basis": made.basis, **figures})
    yield from _tested(made)
    right = looked.correction
    if right.error is not None:
        figures = {"error": right.error, "raw": right.raw_error, "days": made.asked.days}
        yield Finding("chance_tested" if right.honest else "chance_fitted", figures)
    elif looked.chance_fit is not None:
        yield Finding("chance_untested", {"days": made.asked.days})


_ENDS = {"": "value", "_low": "low", "_high": "high"}


def _tested(made: Valuation) -> Iterator[Finding]:
    found = made.forecast.trial
    if found is None:
        yield Finding("untested", {})
        return
    figures = {
        "start": found.start + dt.timedelta(days=1),
        "end": found.end,
        "customers": found.customers,
        "expected": found.expected,
        "real": found.real,
        "bias": abs(found.bias) if found.bias is not None else None,
        "rank": found.rank_correlation,
        "rate": found.rank_correlation_rate,
        "expected_money": found.expected_money,
        "real_money": found.real_money,
        "money_bias": found.money_bias,
    }
    if found.bias is None:
        yield Finding("test_nobody_bought", figures)
        return
    yield Finding("test_too_many" if found.bias >= 0 else "test_too_few", figures)
    yield Finding(_verdict(found), figures)


def _verdict(found: Trial) -> str:
    """How far to believe an expectation."""
    if found.order_believed:
        purchases = "believe" if found.money_believed else "believe_purchases"
        return purchases if found.total_believed else "believe_order"
    return "believe_total" if found.total_believed and found.money_believed else "believe_nothing"


def _change(made: Valuation) -> Iterator[Finding]:
    two = made.audit.two if made.audit else None
    if two is None or not two.split:
        return
    parts = {name: amount / 100 for name, amount in two.split.items()}
    before, now = two.money
    if now != before:
        yield Finding(
            "grew" if now > before else "fell",
            {"before": before / 100, "now": now / 100, "change": abs(now - before) / 100, "basis": made.basis, **parts},
        )


def _uncounted(made: Valuation) -> Iterator[Finding]:
    orders = int(made.people.select(pl.col("orders", "undone").cast(pl.Int64).sum()).sum_horizontal()[0])
    if made.basis == "net":
        yield Finding("no_costs", {})
    else:
        missing = [category for category in USUAL if category not in made.priced]
        if missing:
            yield Finding("not_priced", {"categories": missing})
    if made.unpriced:
        yield Finding("orders_not_counted", {"orders": made.unpriced})
    if made.unknown:
        share = made.unknown / (made.unknown + orders) if orders else 1.0
        if share >= FEW_UNKNOWN:
            yield Finding("nobody_known", {"orders": made.unknown, "share": share})
    if made.foreign:
        yield Finding("foreign", {"orders": made.foreign, "currency": made.currency})


def _model(made: Valuation) -> Iterator[Finding]:
    looked = made.forecast
    gate = looked.gate
    if looked.because == "gate":
        yield Finding("gate", {"missing": gate.missing, "buyers": gate.buyers, "span": gate.span, "since": gate.since})
    elif looked.because in ("nobody_again", "no_leaving", "no_maximum"):
        yield Finding(looked.because, {"buyers": gate.buyers, "asked": looked.asked, "model": looked.model})
    if looked.fit is not None and not gate.passed:
        yield Finding("gate_overridden", {"missing": gate.missing, "buyers": gate.buyers, "span": gate.span})
    valued = looked.worth
    if valued is not None and valued.method == "credibility":
        figures = {"below": valued.below_zero, "correlation": valued.correlation}
        yield Finding(f"credibility_{valued.because}", figures)
