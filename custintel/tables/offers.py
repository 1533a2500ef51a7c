"""offers: what to offer to whom, and how much may be taken off."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

OFFER_KIND = pl.Enum(["replenish", "cross_sell", "threshold", "win_back"])
OFFER_REASON = pl.Enum(["own_rhythm", "usual_rhythm", "bought_with", "bought_by_alike", "close_to_it", "overdue"])
NO_DISCOUNT = pl.Enum(["not_counted", "goods_not_counted", "never_sold", "leaves_nothing"])

OFFERS = Table(
    name="offers",
    label=N_("One row per offer to a person, the best of each kind first."),
    written_by="goals",
    key=("customer_id", "kind", "rank"),
    columns=(
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("segment", pl.String(), N_("Their segment; empty when there are none.")),
        Column("kind", OFFER_KIND, N_("Buy again, something new, free shipping from an amount, or come back."), False),
        Column(
            "rank",
            pl.Int32(),
            N_("Place among the person's offers of this kind; of win_back, in the whole list."),
            False,
        ),
        Column("sku", pl.String(), N_("The article; empty for a whole order.")),
        Column("name", pl.String(), N_("Its name.")),
        Column("category", pl.String(), N_("Its category.")),
        Column("reason", OFFER_REASON, N_("Why, as a code."), False),
        Column("bought_with", pl.String(), N_("What they have that others bought together with it.")),
        Column("due_on", pl.Date(), N_("The day on which they should need it, or another order, again.")),
        Column("from_amount", MONEY, N_("The amount from which shipping is free.")),
        Column(
            "max_discount",
            pl.Float64(),
            N_("The most that may be taken off the price so that every cost is still paid; empty: none may."),
            unit="share",
        ),
        Column("no_discount", NO_DISCOUNT, N_("Why nothing may be taken off, as a code.")),
        Column(
            "expected_margin",
            MONEY,
            N_("What one such purchase usually leaves after every cost but acquisition, without a discount."),
        ),
        Column("currency", pl.String(), N_("Currency of the money, ISO 4217."), False),
        Column("channel", pl.String(), N_("By which to tell them; empty when contactability is not known.")),
        Column("goal", pl.String(), N_("The goal it serves; empty when there is none.")),
        Column("holdout", pl.Boolean(), N_("Whether they get nothing, so that the effect can be measured."), False),
    ),
)
