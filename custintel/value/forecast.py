"""What to expect of each customer: purchases, money, and the probability of a purchase soon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from custintel.value import sureness
from custintel.value.chance import Correction, correction, leaving, probability
from custintel.value.days import buyers, histories_of, money_of_purchases
from custintel.value.fitting import Fit, fit
from custintel.value.gate import Gate, gate
from custintel.value.histories import Histories, Numbers, Places
from custintel.value.trial import Trial, trial
from custintel.value.worth import Worth, worth

DAYS_OF_MONTH = 365.25 / 12
CHOICES = ("pareto_nbd", "mbg_nbd", "bg_nbd", "none")

EXPECTED = pl.Schema(
    {
        "customer_id": pl.String(),
        "p_buy": pl.Float64(),
        "expected_orders": pl.Float64(),
        "expected_orders_low": pl.Float64(),
        "expected_orders_high": pl.Float64(),
        "expected_net": pl.Float64(),
        "expected_money": pl.Float64(),
        "expected_money_low": pl.Float64(),
        "expected_money_high": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Total:
    """What is expected of all customers together, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What is expected, and how far to believe it.

    Attributes:
        gate: whether there was enough to learn from.
        asked: the model asked for by name; empty when none was.
        because: why there is no model, or another than asked for: ``gate``, ``not_wanted``, ``nobody_again``,
            ``no_leaving`` (nobody can be seen to leave), ``no_maximum``; empty when all is as asked.
        fit: the model of purchases; ``None`` without one.
        chance_fit: the one that probabilities come from, always Pareto/NBD or NBD.
        worth: of a purchase, in the money that counts.
        correction: of the probabilities.
        trial: the test on the past; ``None`` when the past is too short.
        orders, money: expected of all.
        frame: :data:`EXPECTED`, one row per person who bought; only customer_id is filled without a model. Money in
            units of the currency.
    """

    gate: Gate
    asked: str
    because: str
    fit: Fit | None
    chance_fit: Fit | None
    worth: Worth | None
    correction: Correction
    trial: Trial | None
    orders: Total | None
    money: Total | None
    frame: pl.DataFrame

    @property
    def model(self) -> str:
        """The code of the model that was used."""
        return self.fit.model.code if self.fit else "none"


def forecast(days: pl.DataFrame, as_of: dt.date, money: str, *, asked: str = "", horizon: int, months: int) -> Forecast:
    """Expect what each customer will do.

    Args:
        days: :func:`custintel.value.days.person_days`.
        as_of: the end of the data.
        money: the column of money that counts: margin, or net without counted costs.
        asked: a model by name, which is then fitted even if the gate would not let it, or ``none``.
        horizon: days of the probability of a purchase.
        months: of the expected purchases and money.
    """
    people = buyers(days, as_of)
    looked = gate(people, as_of)
    refused = "not_wanted" if asked == "none" else "" if looked.passed or asked else "gate"
    if refused or not looked.possible:
        none = people.select("customer_id").with_columns(
            pl.lit(None, dtype).alias(name) for name, dtype in EXPECTED.items() if name != "customer_id"
        )
        reason = refused or "nobody_again"
        return Forecast(looked, asked, reason, None, None, None, Correction(), None, None, None, none)
    of = histories_of(people)
    found, because = _model(asked or CHOICES[0], of)
    base = found if found.model.code in ("pareto_nbd", "nbd") else leaving(fit("pareto_nbd", of), of)
    right = correction(days, as_of, horizon)
    chance = right.put_right(probability(base, of, horizon))
    length = months * DAYS_OF_MONTH
    errors, whole = sureness.relative_error(found, of, length)
    orders = found.expected(of, length)
    bought = money_of_purchases(days, people, money)
    valued = worth(*bought)
    sales = valued if money == "net" else worth(*money_of_purchases(days, people, "net"))
    frame = _frame(people, of.row, chance, orders, errors, valued, sales)
    expected = float(orders @ of.n)
    wide = float(sureness.factor(whole))
    return Forecast(
        looked,
        asked,
        because,
        found,
        base,
        valued,
        right,
        trial(days, as_of, found.model.code, money),
        Total(expected, expected / wide, expected * wide),
        _total(orders[of.row], valued, whole),
        frame,
    )


def _model(asked: str, of: Histories) -> tuple[Fit, str]:
    """The model asked for; one that has a maximum when it has none; the NBD when nobody can be seen to leave."""
    found = fit(asked, of)
    because = ""
    for other in (code for code in CHOICES[:3] if code != asked):
        if found.inside:
            break
        tried = fit(other, of)
        if tried.inside:
            found, because = tried, "no_maximum"
    still = leaving(found, of)
    return (found, because) if still is found else (still, "no_leaving")


def _frame(
    people: pl.DataFrame, at: Places, chance: Numbers, orders: Numbers, errors: Numbers, valued: Worth, sales: Worth
) -> pl.DataFrame:
    """:data:`EXPECTED` of each customer. The interval of money counts both what is not known of the purchases and what
    is not known of the worth of one.
    """
    bought, wide = orders[at], sureness.factor(errors)[at]
    mean = bought * valued.mean
    spread = np.sqrt((mean * errors[at]) ** 2 + bought**2 * valued.variance)
    margin = spread * float(np.log(sureness.factor(1.0)))
    columns = (
        chance[at],
        bought,
        bought / wide,
        bought * wide,
        bought * sales.mean,
        mean,
        mean - margin,
        mean + margin,
    )
    names = [name for name in EXPECTED if name != "customer_id"]
    made = pl.DataFrame({"customer_id": people["customer_id"], **dict(zip(names, columns, strict=True))})
    return made.cast(dict(EXPECTED))  # type: ignore[arg-type]


def _total(orders: Numbers, valued: Worth, whole: float) -> Total:
    """Money expected of all: what is not known of the purchases holds for all alike, that of worth is each one's
    own.
    """
    value = float(orders @ valued.mean)
    spread = float(np.sqrt((value * whole) ** 2 + orders**2 @ valued.variance)) * float(np.log(sureness.factor(1.0)))
    return Total(value, value - spread, value + spread)
