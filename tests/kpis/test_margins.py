"""Orders that are hard to count: what they sell and cost per order, worked by hand. Pesos."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from custintel.kpis.costs import Costs
from custintel.kpis.survey import Survey, Tables, survey
from custintel.periods import Period

from .test_ledger_cases import order, table

Made = Callable[..., Costs]
MAY = dt.datetime(2026, 5, 4, 10)
NOTHING = "  - {category: outer_packing, rate: 0}\n"
PACKING = "  - {category: outer_packing, rate: 2000}\n"
MONEY = pl.Decimal(18, 2)


def found(costs: Costs, *orders: dict[str, Any], **more: pl.DataFrame) -> dict[str, Any]:
    """Every measure of the whole, money in pesos."""
    return pesos(survey(Tables(table(*orders), **more), costs))


def pesos(made: Survey, cut: str = "all", group: str | None = None) -> dict[str, Any]:
    row = made.added[cut].filter(pl.col("group").eq_missing(pl.lit(group, pl.String))).row(0, named=True)
    counts = {"placed", "confirmed", "paid", "shipped", "delivered", "kept", "refused", "brought_back", "cancelled"}
    counts |= {"counted", "new_kept", "buyers", "repeat_buyers", "buyers_orders", "group"}
    return {name: value if name in counts else value / 100 for name, value in row.items()}


def number(made: Survey, kpi: str, cut: str = "all", group: str | None = None) -> dict[str, Any]:
    same = pl.col("group").eq_missing(pl.lit(group, pl.String))
    return made.numbers.filter(pl.col("cut") == cut, pl.col("kpi") == kpi, same).row(0, named=True)


def test_vat_inside_prices_is_no_sale(costs: Made) -> None:
    top = "currency: COP\nvat: 0.19\nprices_include_vat: true"
    assert found(costs(NOTHING, top), order("A", total=119_000))["net_sales"] == 100_000
    outside = "currency: COP\nvat: 0.19\nprices_include_vat: false"
    assert found(costs(NOTHING, outside), order("A", total=119_000))["net_sales"] == 119_000


def test_without_a_rate_of_vat_the_tax_that_the_order_names_is_taken_off_and_off_its_refund(costs: Made) -> None:
    """119,000 with 19,000 of tax; 59,500 given back, of which 9,500 is tax."""
    orders = table(order("A", total=119_000, refunded=59_500)).with_columns(tax=pl.lit("19000").cast(MONEY))
    assert pesos(survey(Tables(orders), costs(NOTHING)))["net_sales"] == 50_000


def test_a_partial_return_is_kept_and_sells_the_rest(costs: Made) -> None:
    back = table({"order_id": "A", "line_no": 1, "kind": "return", "requested_at": MAY, "qty": 1, "restocked": True})
    row = found(costs(NOTHING), order("A", refunded=30_000), returns=back)
    assert (row["kept"], row["brought_back"], row["net_sales"]) == (1, 1, 70_000)


def test_an_order_that_came_back_whole_is_delivered_and_not_kept_and_sells_nothing(costs: Made) -> None:
    row = found(costs(PACKING), order("A", "returned", refunded=100_000))
    assert (row["delivered"], row["kept"], row["brought_back"], row["net_sales"]) == (1, 0, 1, 0)
    assert row["cm3"] == -2_000


def test_cash_on_delivery_that_is_refused_sells_nothing_and_burdens_the_orders_that_are_kept(costs: Made) -> None:
    """Two parcels packed at 2,000, one refusal of 11,000: 15,000 for the one order kept."""
    items = PACKING + "  - {category: cod_refusal, rate: 11000}\n"
    made = survey(
        Tables(table(order("A", "refused", payment_method="cod"), order("B", payment_method="cod"))), costs(items)
    )
    row = pesos(made)
    assert (row["placed"], row["paid"], row["refused"], row["kept"]) == (2, 1, 1, 1)
    assert row["net_sales"] == 100_000
    assert number(made, "cpa_loaded")["value"] == 15_000
    assert number(made, "cpa_loaded_placed")["value"] == 7_500


def test_an_order_cancelled_before_it_was_sent_is_placed_only_and_costs_its_fee(costs: Made) -> None:
    row = found(costs("  - {category: payment_fees, rate: 3%}\n"), order("A", "cancelled", refunded=100_000))
    assert [row[rung] for rung in ("placed", "confirmed", "paid", "shipped", "kept")] == [1, 1, 1, 0, 0]
    assert (row["cancelled"], row["net_sales"], row["payment"]) == (1, 0, 3_000)


def test_freight_that_the_customer_pays_is_income_and_free_freight_is_not(costs: Made) -> None:
    """Goods of 100,000 and freight of 9,800 that the shop pays: 12,000 charged leave 2,200 more than none."""
    shipping = costs("  - {category: outbound_shipping, rate: 9800}\n")
    free, charged = found(shipping, order("A", total=100_000)), found(shipping, order("A", total=112_000))
    assert (free["cm2"], charged["cm2"]) == (90_200, 102_200)


def test_a_split_shipment_is_one_order_with_two_parcels(costs: Made) -> None:
    row = found(costs(PACKING), order("A", shipments=2))
    assert (row["placed"], row["kept"], row["fulfilment"]) == (1, 1, 4_000)


def test_an_exchange_brings_no_second_revenue_and_costs_a_second_parcel(costs: Made) -> None:
    back = table({"order_id": "A", "line_no": 1, "kind": "exchange", "requested_at": MAY, "qty": 1, "restocked": True})
    items = PACKING + "  - {category: returns_logistics, rate: 11500}\n"
    row = found(costs(items), order("A", shipments=2), returns=back)
    assert (row["kept"], row["brought_back"], row["net_sales"]) == (1, 0, 100_000)
    assert (row["fulfilment"], row["post_sale"]) == (4_000, 11_500)


def test_a_gift_card_is_a_debt_and_not_a_sale(costs: Made) -> None:
    """80,000 of goods and a card of 20,000 on one order: 80 % of what is billed is earned."""
    lines = pl.DataFrame(
        {
            "order_id": ["A", "A", "B"],
            "line_no": [1, 2, 1],
            "category": ["Velas", "Bonos", "Tarjetas de regalo"],
            "name": ["Vela", "Bono de regalo $20.000", "Tarjeta"],
            "qty": [1.0, 1.0, 1.0],
            "net": [80_000, 20_000, 50_000],
        }
    ).with_columns(pl.col("net").cast(MONEY), pl.col("line_no").cast(pl.Int32))
    row = found(costs(NOTHING), order("A"), order("B", total=50_000), items=lines)
    assert (row["kept"], row["billed"], row["net_sales"]) == (2, 150_000, 80_000)


def test_what_is_paid_with_a_gift_card_is_a_sale(costs: Made) -> None:
    assert found(costs(NOTHING), order("A", payment_method="gift"))["net_sales"] == 100_000


def test_orders_in_dollars_sell_in_pesos(costs: Made) -> None:
    top = "currency: COP\nfx: {USD: 4100}"
    row = found(costs(NOTHING, top), order("A", total=10, refunded=2, currency="USD"), order("B"))
    assert (row["billed"], row["refunds"], row["net_sales"]) == (141_000, 8_200, 132_800)


def test_a_marketplace_order_pays_its_commission_as_acquisition(costs: Made) -> None:
    items = "  - {category: marketplace_commission, rate: 16%, where: {channel: marketplace}}\n"
    made = survey(Tables(table(order("A", sale_channel="marketplace"), order("B"))), costs(items))
    assert (pesos(made)["acquisition"], pesos(made)["media"]) == (16_000, 0)
    assert number(made, "cpa_marketing")["value"] == 8_000


def test_orders_of_zero_count_as_orders_and_negative_totals_sell_nothing(costs: Made) -> None:
    row = found(costs(PACKING), order("A", total=0), order("B", total=-5_000))
    assert (row["placed"], row["kept"], row["net_sales"], row["cm2"]) == (2, 2, 0, -4_000)


def test_a_coupon_is_taken_off_once_even_when_discounts_are_entered_as_a_cost(costs: Made) -> None:
    """120,000 less a coupon of 20,000 is a total of 100,000; the ledger shows the 20,000, margins do not repeat it."""
    made = survey(Tables(table(order("A", discount=20_000))), costs("  - {category: discounts}\n"))
    assert made.ledger.accounts["entered_minor"].to_list() == [2_000_000]
    assert (pesos(made)["commercial"], pesos(made)["cm3"]) == (0, 100_000)


def test_a_coupon_that_is_also_the_key_of_a_fair_lowers_sales_once_and_bears_the_fair(costs: Made) -> None:
    """100,000 after a coupon of 20,000, from a fair that cost 50,000: 50,000 are left, not 30,000."""
    items = "  - {category: discounts}\n  - {category: offline_media, rate: 50000, campaign: Feria, "
    items += "from: 2026-05-01, to: 2026-05-31}\n"
    fair = order("A", discount=20_000, coupon="FERIA20", channel="Offline", campaign="Feria")
    made = survey(Tables(table(fair, order("B", channel="Direct", discount=0))), costs(items))
    row = pesos(made, "channel", "Offline")
    assert (row["net_sales"], row["commercial"], row["acquisition"], row["cm3"]) == (100_000, 0, 50_000, 50_000)
    assert pesos(made, "channel", "Direct")["cm3"] == 100_000


def test_test_orders_are_nowhere(costs: Made) -> None:
    row = found(costs(PACKING), order("A", "test"), order("B"))
    assert (row["placed"], row["fulfilment"]) == (1, 2_000)


def spend(*rows: tuple[str | None, str | None, float]) -> pl.DataFrame:
    day = dt.date(2026, 5, 4)
    return table(
        *({"date": day, "channel": c, "campaign": n, "amount": float(a), "currency": "COP"} for c, n, a in rows)
    )


MEDIA = "  - {category: media}\n"


def test_a_channel_that_spent_and_sold_nothing_has_a_row_and_a_lower_bound(costs: Made) -> None:
    """1,000,000 for no order: at least 271,085 each (Garwood)."""
    made = survey(
        Tables(table(order("A", channel="Direct")), spend=spend(("Paid Social", "Velas", 1_000_000))), costs(MEDIA)
    )
    row = number(made, "cpa_media", "channel", "Paid Social")
    assert (row["numerator"], row["denominator"], row["value"], row["high"]) == (1_000_000, 0, None, None)
    assert row["low"] == pytest.approx(271_085, abs=1)
    assert number(made, "cpa_media")["value"] == 1_000_000
    assert number(made, "cpa_media", "channel", "Direct")["value"] == 0


def test_five_orders_for_a_million_have_the_interval_of_the_method(costs: Made) -> None:
    orders = table(*(order(name, channel="Paid Social") for name in "ABCDE"))
    made = survey(Tables(orders, spend=spend(("Paid Social", None, 1_000_000))), costs(MEDIA))
    row = number(made, "cpa_media", "channel", "Paid Social")
    assert (row["value"], row["low"], row["high"]) == pytest.approx((200_000, 85_702, 615_958), abs=1)


def test_orders_without_a_channel_and_money_without_one_are_one_row_and_columns_add_up(costs: Made) -> None:
    orders = table(order("A", channel="Direct"), order("B", channel=None), order("C", channel=None))
    made = survey(Tables(orders, spend=spend(("Paid Search", "Marca", 700), (None, None, 300))), costs(MEDIA + PACKING))
    channels = made.added["channel"]
    assert channels["group"].to_list() == ["Direct", "Paid Search", None]
    assert channels["placed"].to_list() == [1, 0, 2]
    assert channels["media"].to_list() == [0, 70_000, 30_000]
    for name in ("placed", "media", "acquisition", "fulfilment", "net_sales", "cm3"):
        assert channels[name].sum() == made.added["all"][name].item()


def test_channels_written_in_two_ways_are_one(costs: Made) -> None:
    orders = table(
        order("A", channel="Paid Social"), order("B", channel="paid_social"), order("C", channel="Paid Social")
    )
    made = survey(Tables(orders, spend=spend(("PAID SOCIAL", "Velas", 900))), costs(MEDIA))
    assert made.added["channel"].select("group", "placed", "media").rows() == [("Paid Social", 3, 90_000)]


def test_margins_are_taken_off_one_after_the_other(costs: Made) -> None:
    """119,000 with VAT: 100,000 net; goods 40,000; packing 2,000, gateway 3 % of 119,000; media 30,000."""
    items = MEDIA + PACKING + "  - {category: cogs}\n  - {category: payment_fees, rate: 3%}\n"
    lines = table({"order_id": "A", "line_no": 1, "qty": 2, "unit_cost": 20_000, "category": "Velas"})
    made = survey(
        Tables(
            table(order("A", total=119_000, channel="Paid Social")),
            items=lines,
            spend=spend(("Paid Social", None, 30_000)),
        ),
        costs(items, "currency: COP\nvat: 0.19"),
    )
    row = pesos(made)
    assert [row[name] for name in ("net_sales", "cm1", "cm2", "cm3")] == [100_000, 60_000, 54_430, 24_430]
    assert number(made, "break_even_cpa")["value"] == 54_430
    assert number(made, "break_even_cpa_loaded")["value"] == 60_000
    assert number(made, "cpa_loaded")["value"] == 35_570
    assert number(made, "roas")["value"] == pytest.approx(100 / 30)
    assert number(made, "break_even_roas")["value"] == pytest.approx(100_000 / 54_430)
    assert made.added["category"]["group"].to_list() == ["Velas"]


def test_costs_of_the_whole_business_stand_apart_from_what_more_orders_cost(costs: Made) -> None:
    """Salaries of 60,000 over two orders, a flyer of 10,000 for one channel, packing of 2,000 each."""
    month = "driver: per_period, from: 2026-05-01, to: 2026-05-31"
    items = PACKING + (
        f"  - {{category: marketing_salaries, rate: 60000, {month}}}\n"
        f"  - {{category: offline_media, rate: 10000, channel: Offline, {month}}}\n"
    )
    made = survey(Tables(table(order("A", channel="Offline"), order("B", channel="Direct"))), costs(items))
    assert number(made, "cpa_loaded_shared")["value"] == 30_000
    assert number(made, "cpa_loaded_direct")["value"] == 7_000
    assert number(made, "cpa_loaded")["value"] == 37_000
    assert number(made, "cpa_loaded_direct", "channel", "Offline")["value"] == 12_000


def test_new_customers_bear_their_own_acquisition_and_the_money_that_brought_nobody(costs: Made) -> None:
    """900 over three orders, 300 spent where there was none: 300 x 2 new + 300, for one new customer who keeps."""
    orders = table(
        order("A", channel="Paid Social", is_new=True, customer_id="1"),
        order("B", "refused", channel="Paid Social", is_new=True, customer_id="2"),
        order("C", channel="Paid Social", is_new=False, customer_id="3"),
    )
    made = survey(Tables(orders, spend=spend(("Paid Social", None, 900), ("Paid Search", None, 300))), costs(MEDIA))
    row = number(made, "cac")
    assert (row["numerator"], row["denominator"], row["value"]) == (900, 1, 900)


def test_a_period_takes_what_belongs_to_it_and_the_one_before_is_as_long(costs: Made) -> None:
    orders = table(order("A"), order("B", ordered_at=dt.datetime(2026, 4, 2)))
    may = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    made = survey(Tables(orders), costs(PACKING), period=may, compare=True)
    assert (pesos(made)["placed"], pesos(made)["fulfilment"]) == (1, 2_000)
    assert made.previous == Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    assert made.before["all"]["placed"].item() == 1
    week = Period(dt.date(2026, 5, 8), dt.date(2026, 5, 14))
    assert week.before() == Period(dt.date(2026, 5, 1), dt.date(2026, 5, 7))
    year = Period(dt.date(2026, 1, 1), dt.date(2026, 2, 28))
    assert year.before() == Period(dt.date(2025, 11, 1), dt.date(2025, 12, 31))


def test_by_event_a_sale_and_its_return_count_in_their_own_months(costs: Made) -> None:
    """Sold and delivered in May, brought back in June: +100,000, then -100,000; by cohort nothing at all."""
    orders = table(order("A", "returned", delivered_at=dt.datetime(2026, 5, 6), refunded=100_000), order("B", total=1))
    back = table(
        {"order_id": "A", "kind": "return", "requested_at": dt.datetime(2026, 6, 2), "qty": 1, "restocked": True}
    )
    sold = []
    for month in (5, 6):
        period = Period(dt.date(2026, month, 1), dt.date(2026, month, 30))
        made = survey(Tables(orders, returns=back), costs(NOTHING), basis="event", period=period)
        sold.append(pesos(made)["net_sales"])
    assert sold == [100_001, -100_000]
    assert pesos(survey(Tables(orders, returns=back), costs(NOTHING)))["net_sales"] == 1


def test_no_orders_in_the_period_is_no_error(costs: Made) -> None:
    made = survey(Tables(table(order("A"))), costs(PACKING), period=Period(dt.date(2020, 1, 1), dt.date(2020, 1, 31)))
    assert (pesos(made)["placed"], number(made, "kept_rate")["value"]) == (0, None)


def test_a_credit_note_lowers_sales_and_is_no_order(costs: Made) -> None:
    """100,000 sold, 30,000 given back by a note that names no order; one parcel packed, one return paid."""
    items = PACKING + "  - {category: returns_logistics, driver: per_return, rate: 5000}\n"
    note = order("C1", "returned", total=-30_000, credit_note=True, ordered_at=MAY)
    sale = order("A", credit_note=None)
    made = survey(Tables(table(sale, note)), costs(items))
    row = pesos(made)
    assert (row["placed"], row["delivered"], row["kept"], row["brought_back"]) == (1, 1, 1, 1)
    assert (row["billed"], row["refunds"], row["net_sales"]) == (100_000, 30_000, 70_000)
    assert row["cm3"] == 70_000 - 2_000 - 5_000
    margins = {row["order_id"]: row for row in made.order_margins.iter_rows(named=True)}
    assert (margins["A"]["net_sales"], margins["A"]["profit"]) == (100_000, 98_000)
    assert (margins["C1"]["net_sales"], margins["C1"]["profit"], margins["C1"]["counted"]) == (-30_000, -30_000, False)
    event = pesos(survey(Tables(table(sale, note)), costs(items), basis="event"))
    assert (event["placed"], event["net_sales"]) == (1, 70_000)
