"""customer_value: what each customer has brought, is expected to bring, and what to do about it."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.cost_ledger import COST_GROUP
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

VALUE_BASIS = pl.Enum(["profit", "net"])
VALUE_MODEL = pl.Enum(["pareto_nbd", "mbg_nbd", "bg_nbd", "nbd", "none"])
KEEP = pl.Enum(["keep", "fix", "develop", "let_go"])
KEEP_REASON = pl.Enum(
    [
        "most_expected",
        "some_expected",
        "not_paid_back",
        "cost_turns_the_sign",
        "nothing_kept",
        "loses_and_leaves",
        "little_expected",
        "never_bought",
    ]
)

CUSTOMER_VALUE = Table(
    name="customer_value",
    label=N_("One row per person with orders: what they brought, what to expect of them, whether to keep them."),
    written_by="value",
    key=("customer_id",),
    columns=(
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("cohort", pl.String(), N_("Month of the first purchase, such as 2026-05; empty without any.")),
        Column("orders", pl.UInt32(), N_("Purchases: neither refused, returned nor cancelled."), False),
        Column("undone", pl.UInt32(), N_("Orders that were refused, returned or cancelled."), False),
        Column("first_day", pl.Date(), N_("Day of the first purchase.")),
        Column("last_day", pl.Date(), N_("Day of the last purchase.")),
        Column("recency", pl.Int32(), N_("Days since the last purchase."), unit="days"),
        Column("currency", pl.String(), N_("Currency of the money, ISO 4217."), False),
        Column("net", MONEY, N_("Net sales: sold less given back, without taxes."), False),
        Column("margin", MONEY, N_("Net sales less every cost but acquisition; empty where none are counted.")),
        Column("acquisition", MONEY, N_("Cost of advertising and commissions for their orders.")),
        Column("profit", MONEY, N_("Margin less acquisition.")),
        Column(
            "basis", VALUE_BASIS, N_("What rank and shares are of: profit, or net where no costs are counted."), False
        ),
        Column("rank", pl.UInt32(), N_("Place by what they brought, 1 the most."), False),
        Column("decile", pl.UInt32(), N_("Tenth of all customers by rank, 1 the best."), False),
        Column("share", pl.Float64(), N_("Their part of the whole; empty when the whole is not above zero.")),
        Column("cumulative_share", pl.Float64(), N_("Part of the whole that they and all ranked above bring.")),
        Column("rhythm", pl.Float64(), N_("Usual days between purchases: median of their own."), unit="days"),
        Column("gap_ratio", pl.Float64(), N_("Days since the last purchase over their own rhythm.")),
        Column("model", VALUE_MODEL, N_("What expected orders come from; none below what a model needs."), False),
        Column("p_buy_days", pl.Int32(), N_("Within how many days."), False, unit="days"),
        Column("p_buy", pl.Float64(), N_("Probability of a purchase within those days, Pareto/NBD, recalibrated.")),
        Column("months", pl.Int32(), N_("Over how many months the expected orders and money count."), False),
        Column("expected_orders", pl.Float64(), N_("Purchases expected over those months.")),
        Column("expected_orders_low", pl.Float64(), N_("Lower end of the 95 % interval of the expectation.")),
        Column("expected_orders_high", pl.Float64(), N_("Upper end of the 95 % interval of the expectation.")),
        Column("expected_net", MONEY, N_("Net sales expected over those months.")),
        Column("expected_margin", MONEY, N_("Margin expected over those months; empty where no costs are counted.")),
        Column("expected_margin_low", MONEY, N_("Lower end of the 95 % interval of the expected margin.")),
        Column("expected_margin_high", MONEY, N_("Upper end of the 95 % interval of the expected margin.")),
        Column("believed", pl.Boolean(), N_("Whether a test on the past says to believe the expectation.")),
        Column("keep", KEEP, N_("What to do: keep, fix a cost, develop cheaply, let go of paid effort.")),
        Column("keep_reason", KEEP_REASON, N_("Why, as a code.")),
        Column("cost_group", COST_GROUP, N_("The group of costs that turns profit into loss.")),
    ),
)
