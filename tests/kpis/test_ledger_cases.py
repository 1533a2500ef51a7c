"""Orders that are hard to cost, with numbers worked by hand. Pesos; a peso has 100 minor units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from custintel.errors import CustintelError
from custintel.kpis.cost_vocabulary import categories
from custintel.kpis.costs import Costs
from custintel.kpis.ledger import Ledger, allocate
from custintel.tables.cost_ledger import COST_LEDGER

MAY = dt.datetime(2026, 5, 4, 10)
MONEY = pl.Decimal(18, 2)
Made = Callable[..., Costs]


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows written by hand; money as in the tables."""
    frame = pl.DataFrame(list(rows), infer_schema_length=None)
    money = [name for name in ("total", "discount", "refunded", "unit_cost", "amount", "cost") if name in frame.columns]
    money += [name for name in ("logistics_cost", "write_off", "shipping_cost") if name in frame.columns]
    return frame.with_columns(pl.col(money).cast(MONEY))


def order(order_id: str = "A", status: str = "delivered", total: float = 100_000, **more: Any) -> dict[str, Any]:
    """An order of 4 May 2026, paid by card on the web shop."""
    usual = {"ordered_at": MAY, "currency": "COP", "payment_method": "card", "sale_channel": "web"}
    return {"order_id": order_id, "status": status, "total": total} | usual | more


def pesos(ledger: Ledger) -> dict[str, float]:
    """What each category cost, in units of the currency of costs.yaml."""
    sums = ledger.cost_ledger.group_by("category").agg(pl.col("base_minor").sum())
    return {category: minor / 100 for category, minor in sorted(sums.iter_rows())}


def by_order(ledger: Ledger) -> dict[str | None, float]:
    sums = ledger.cost_ledger.group_by("order_id").agg(pl.col("base_minor").sum())
    return {order_id: minor / 100 for order_id, minor in sums.iter_rows()}


FULL = """
  - {category: cogs}
  - {category: outbound_shipping, rate: 9800}
  - {category: packaging, rate: 900}
  - {category: outer_packing, rate: 2300}
  - {category: confirmation_calls, rate: 380}
  - {category: cod_refusal, rate: 11000}
  - {category: payment_fees, rate: 2.99%, fixed: 900, where: {payment_method: card}}
  - {category: cod_fee, rate: 3%, min: 2500}
  - {category: returns_logistics, rate: 11500}
  - {category: returns_write_off, rate: 100%}
  - {category: turnover_tax, rate: 0.00966}
"""


def test_cash_on_delivery_that_is_refused_costs_freight_both_ways_and_calls_and_no_fee(costs: Made) -> None:
    ledger = allocate(
        costs(FULL),
        table(order("A", "refused", payment_method="cod")),
        items=table({"order_id": "A", "line_no": 1, "qty": 2, "unit_cost": 20_000}),
        returns=table({"order_id": "A", "kind": "refusal", "requested_at": MAY, "qty": 2, "restocked": True}),
        calls=table(
            {"order_id": "A", "purpose": "confirmation", "started_at": MAY, "seconds": 90},
            {"order_id": "A", "purpose": "confirmation", "started_at": MAY, "seconds": 30},
        ),
    )
    assert pesos(ledger) == {
        "cod_refusal": 11_000,
        "confirmation_calls": 760,  # 2 minutes at 380
        "outbound_shipping": 9_800,
        "outer_packing": 2_300,
        "packaging": 1_800,
    }


def test_a_refused_order_without_a_row_in_returns_is_charged_once(costs: Made) -> None:
    refusals = costs("  - {category: cod_refusal, rate: 11000}\n")
    orders = table(order("A", "refused"), order("B", "refused"))
    row = table({"order_id": "A", "kind": "refusal", "requested_at": MAY, "qty": 1, "restocked": True})
    assert by_order(allocate(refusals, orders)) == {"A": 11_000, "B": 11_000}
    assert by_order(allocate(refusals, orders, returns=row)) == {"A": 11_000, "B": 11_000}


def test_a_refusal_that_cannot_be_sold_again_costs_its_goods(costs: Made) -> None:
    ledger = allocate(
        costs("  - {category: returns_write_off, rate: 80%}\n"),
        table(order("A", "refused", payment_method="cod")),
        items=table(
            {"order_id": "A", "line_no": 1, "qty": 2, "unit_cost": 20_000},
            {"order_id": "A", "line_no": 2, "qty": 1, "unit_cost": 5_000},
        ),
        returns=table({"order_id": "A", "kind": "refusal", "requested_at": MAY, "qty": 3, "restocked": False}),
    )
    assert pesos(ledger) == {"returns_write_off": 36_000}  # 80 % of 45,000


def test_an_order_that_was_paid_and_cancelled_before_shipping_costs_its_fee_only(costs: Made) -> None:
    ledger = allocate(
        costs(FULL),
        table(order("A", "cancelled", refunded=100_000), order("B", "cancelled")),
        items=table({"order_id": "A", "line_no": 1, "qty": 2, "unit_cost": 20_000}),
    )
    assert by_order(ledger) == {"A": 2_990 + 900 + 966}
    assert set(pesos(ledger)) == {"payment_fees", "turnover_tax"}


def test_a_partial_return_writes_off_its_line_only(costs: Made) -> None:
    ledger = allocate(
        costs(FULL),
        table(order("A", refunded=30_000)),
        items=table(
            {"order_id": "A", "line_no": 1, "qty": 2, "unit_cost": 20_000},
            {"order_id": "A", "line_no": 2, "qty": 1, "unit_cost": 7_000},
        ),
        returns=table(
            {"order_id": "A", "line_no": 2, "kind": "return", "requested_at": MAY, "qty": 1, "restocked": False}
        ),
    )
    found = pesos(ledger)
    assert found["returns_write_off"] == 7_000
    assert found["returns_logistics"] == 11_500
    assert found["cogs"] == 47_000
    back = ledger.cost_ledger.filter(pl.col("category") == "returns_write_off")
    assert back.select("order_id", "line_no").row(0) == ("A", 2)


def test_an_exchange_pays_two_parcels_and_a_return_and_nothing_on_revenue(costs: Made) -> None:
    ledger = allocate(
        costs(FULL),
        table(order("A", total=0, payment_method="other", shipments=2)),
        returns=table({"order_id": "A", "kind": "exchange", "requested_at": MAY, "qty": 1, "restocked": True}),
    )
    assert pesos(ledger) == {"outbound_shipping": 19_600, "outer_packing": 4_600, "returns_logistics": 11_500}


def test_a_split_shipment_pays_each_parcel(costs: Made) -> None:
    ledger = allocate(costs(FULL), table(order("A", shipments=3, payment_method="transfer")))
    assert pesos(ledger) == {"outbound_shipping": 29_400, "outer_packing": 6_900, "turnover_tax": 966}


def test_freight_costs_the_same_whether_the_customer_pays_for_it_or_not(costs: Made) -> None:
    ledger = allocate(
        costs("  - {category: outbound_shipping, rate: 9800}\n"),
        table(order("A", shipping_charged=12_900), order("B", shipping_charged=0)),
    )
    assert by_order(ledger) == {"A": 9_800, "B": 9_800}


def test_an_order_of_zero_pays_what_is_fixed_and_no_share(costs: Made) -> None:
    assert pesos(allocate(costs(FULL), table(order("A", total=0)))) == {
        "outbound_shipping": 9_800,
        "outer_packing": 2_300,
        "payment_fees": 900,
    }


def test_a_negative_order_and_a_negative_line_cost_nothing(costs: Made) -> None:
    ledger = allocate(
        costs("  - {category: turnover_tax, rate: 1%}\n  - {category: packaging, rate: 900}\n  - {category: cogs}\n"),
        table(order("A", total=-50_000), order("B", total=50_000)),
        items=table(
            {"order_id": "B", "line_no": 1, "qty": 3, "unit_cost": 10_000},
            {"order_id": "B", "line_no": 2, "qty": -1, "unit_cost": 10_000},
        ),
    )
    assert pesos(ledger) == {"cogs": 30_000, "packaging": 2_700, "turnover_tax": 500}


def test_gift_cards_pay_no_gateway_and_marketplaces_pay_commission(costs: Made) -> None:
    ledger = allocate(
        costs(
            "  - {category: payment_fees, rate: 3%, where: {payment_method: [tarjeta, pse], channel: web}}\n"
            "  - {category: comision_marketplace, rate: 16%, where: {canal: Mercado Libre}}\n"
        ),
        table(
            order("A", payment_method="gift"),
            order("B"),
            order("C", sale_channel="marketplace", payment_method="wallet", channel=None),
            order("D", "cancelled", sale_channel="marketplace", refunded=100_000),
        ),
    )
    assert by_order(ledger) == {"B": 3_000, "C": 16_000}


def test_orders_in_several_currencies_are_charged_in_that_of_the_file(costs: Made) -> None:
    ledger = allocate(
        costs(
            "  - {category: turnover_tax, rate: 1%}\n"
            "  - {category: handling, rate: 0.50, currency: USD}\n"
            "  - {category: payment_fees, rate: 2%, currency: USD}\n"
            "  - {category: discounts}\n",
            "currency: COP\nfx: {USD: 4000, CLP: 4.5}",
        ),
        table(
            order("A", total=100_000, discount=0),
            order("B", total=25.50, currency="USD", discount=1.25),
            order("C", total=10_000, currency="CLP", discount=1_000),
        ),
    )
    rows = ledger.cost_ledger.select("order_id", "category", "amount_minor", "currency", "base_minor").rows()
    assert rows == [
        ("A", "turnover_tax", 100_000, "COP", 100_000),
        ("B", "turnover_tax", 102_000, "COP", 102_000),  # 1 % of 25.50 × 4,000 = 1,020 pesos
        ("C", "turnover_tax", 45_000, "COP", 45_000),
        ("A", "handling", 50, "USD", 200_000),
        ("B", "handling", 50, "USD", 200_000),
        ("C", "handling", 50, "USD", 200_000),
        ("A", "payment_fees", 50, "USD", 200_000),  # 2 % of 25 dollars
        ("B", "payment_fees", 51, "USD", 204_000),
        ("C", "payment_fees", 23, "USD", 92_000),  # 0.225 dollars; all together 1.235, to the even cent 1.24
        ("C", "discounts", 1_000, "CLP", 450_000),
        ("B", "discounts", 125, "USD", 500_000),
    ]
    sums = ledger.accounts.select("category", "currency", "entered_minor", "base_minor").rows()
    assert sums[:2] == [("turnover_tax", "COP", 247_000, 247_000), ("handling", "USD", 150, 600_000)]


def test_a_currency_without_a_rate_is_refused(costs: Made) -> None:
    with pytest.raises(CustintelError, match="does not say what one EUR is worth"):
        allocate(costs("  - {category: handling, rate: 1}\n"), table(order("A", currency="EUR")))


def test_rates_by_date_hold_from_their_day_and_the_first_before_it(costs: Made, tmp_path: Any) -> None:
    from custintel.kpis.costs_file import parse_costs

    (tmp_path / "trm.csv").write_text("date,rate\n2026-05-01,4000\n2026-06-01,4200.125\n", encoding="utf-8")
    text = "currency: COP\nfx: {USD: trm.csv}\ncosts:\n  - {category: handling, rate: 1, currency: USD}\n"
    found, _ = parse_costs(text.encode(), folder=tmp_path)
    assert found is not None
    moments = {"A": dt.datetime(2026, 4, 1), "B": dt.datetime(2026, 5, 31, 23), "C": dt.datetime(2026, 6, 1)}
    ledger = allocate(found, table(*(order(order_id, ordered_at=at) for order_id, at in moments.items())))
    assert by_order(ledger) == {"A": 4_000, "B": 4_000, "C": 4_200.12}


def test_test_orders_and_what_is_about_them_cost_nothing(costs: Made) -> None:
    ledger = allocate(
        costs(FULL),
        table(order("A", "test")),
        items=table({"order_id": "A", "line_no": 1, "qty": 2, "unit_cost": 20_000}),
        returns=table({"order_id": "A", "kind": "return", "requested_at": MAY, "qty": 1, "restocked": False}),
        calls=table({"order_id": "A", "purpose": "confirmation", "started_at": MAY, "seconds": 90}),
    )
    assert ledger.cost_ledger.is_empty()
    assert not [warning for warning in ledger.warnings if warning.code == "orders_unknown"]


def test_a_call_about_no_known_order_stays_on_a_row_without_one(costs: Made) -> None:
    ledger = allocate(
        costs("  - {category: confirmation_calls, driver: per_call, rate: 400}\n"),
        table(order("A")),
        calls=table(
            {"order_id": "A", "purpose": "confirmation", "started_at": MAY, "seconds": 90},
            {"order_id": "Z", "purpose": "confirmation", "started_at": MAY, "seconds": 90},
            {"order_id": None, "purpose": "confirmation", "started_at": MAY, "seconds": 90},
            {"order_id": "A", "purpose": "support", "started_at": MAY, "seconds": 90},
        ),
    )
    assert by_order(ledger) == {"A": 400, None: 800}
    assert [w.what for w in ledger.warnings] == [
        "1 rows of calls are about orders that are not in the table of orders."
    ]


def test_steps_charge_the_rate_of_the_step_the_order_is_in(costs: Made) -> None:
    text = (
        "  - {category: transport, min: 6000, tiers: [{up_to_kg: 1, rate: 5000}, {up_to_kg: 5, rate: 3000}, "
        "{rate: 2500}]}\n"
        "  - {category: payment_fees, max: 4000, tiers: [{up_to: 50000, rate: 4%}, {rate: 3%}]}\n"
    )
    orders = [order("A", kg=1.0, total=50_000), order("B", kg=4.0, total=50_001), order("C", kg=10.0, total=900_000)]
    found = allocate(costs(text), table(*orders)).cost_ledger
    assert found.select("order_id", "category", "amount_minor").rows() == [
        ("A", "transport", 600_000),  # 5,000, but at least 6,000
        ("B", "transport", 1_200_000),
        ("C", "transport", 2_500_000),
        ("A", "payment_fees", 200_000),
        ("B", "payment_fees", 150_003),
        ("C", "payment_fees", 400_000),  # 27,000, but at most 4,000
    ]


def test_the_vat_of_a_cost_comes_on_top_of_all_of_it(costs: Made) -> None:
    fees = costs("  - {category: payment_fees, rate: 2.99%, fixed: 900, vat: 19%}\n")
    assert pesos(allocate(fees, table(order("A")))) == {"payment_fees": 4_629.10}  # 3,890 × 1.19


def test_a_cost_holds_on_its_days_only(costs: Made) -> None:
    two = costs(
        "  - {category: outbound_shipping, rate: 9000, to: 2026-05-31}\n"
        "  - {category: outbound_shipping, rate: 9900, from: 2026-06-01}\n"
    )
    june = dt.datetime(2026, 6, 1, 8)
    ledger = allocate(two, table(order("A"), order("B", shipped_at=june)))
    assert by_order(ledger) == {"A": 9_000, "B": 9_900}
    assert ledger.cost_ledger["date"].to_list() == [MAY.date(), june.date()]


def test_drivers_of_the_last_mile_count_attempts_failures_and_distance(costs: Made) -> None:
    ledger = allocate(
        costs(
            "  - {category: last_mile, rate: 4000}\n"
            "  - {category: failed_delivery, rate: 3000}\n"
            "  - {category: transport, driver: per_km_zone, rate: 700}\n"
        ),
        table(
            order("A", attempts=3, zone="Zona 2,5 km"),
            order("B", "refused", attempts=2, zone="urbana"),
            order("C", attempts=None, zone="4"),
            order("D", "cancelled", attempts=None, zone="4"),
        ),
    )
    assert by_order(ledger) == {"A": 12_000 + 6_000 + 1_750, "B": 8_000 + 6_000, "C": 4_000 + 2_800}


def test_what_carriers_collect_and_insure_is_a_share_of_the_order_with_a_least(costs: Made) -> None:
    """3 % of 100,000 and, of 50,000, not 1,500 but 2,500; nothing collected at the door of who paid by card."""
    text = "  - {category: cod_fee, rate: 3%, min: 2500}\n  - {category: shipping_insurance, rate: 1%}\n"
    cod = {"payment_method": "cod"}
    orders = [order("A", **cod), order("B", total=50_000, **cod), order("C"), order("D", "refused", **cod)]
    assert by_order(allocate(costs(text), table(*orders))) == {
        "A": 3_000 + 1_000,
        "B": 2_500 + 500,
        "C": 1_000,
        "D": 1_000,
    }


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ("payment_method: tarjeta", "A"),
        ("transportadora: Inter Rapidísimo", "A"),
        ("zona: [urbana, rural]", "A"),
        ("ciudad: BOGOTA", "A"),
        ("departamento: valle del cauca", "B"),
        ("canal: paid social", "A"),
        ("canal: [WhatsApp]", "B"),
        ("campaña: velas", "A"),
        ("categoria: VELAS", "A"),
        ("referencia: coc-1", "B"),
        ("cliente_nuevo: sí", "A"),
        ("cliente_nuevo: no", "B"),
        ("segmento: Fieles", "B"),
        ("estado: [entregado, devuelto]", "A"),
        ("status: shipped", "B"),
        ("city: [Bogotá, Cali], canal: whatsapp", "B"),
        ("city: [Bogotá, Cali]", "AB"),
    ],
)
def test_a_cost_falls_on_the_orders_that_fit_all_of_its_filter(costs: Made, where: str, fits: str) -> None:
    one = {"carrier": "INTER RAPIDISIMO", "zone": "Urbana", "city": "Bogotá", "region": "Bogotá D.C."}
    two = {"carrier": "Servientrega", "zone": "nacional", "city": "Cali", "region": "Valle del Cauca"}
    orders = table(
        order("A", channel="Paid Social", campaign="Velas", is_new=True, segment="Nuevos", **one),
        order("B", "shipped", payment_method="cod", sale_channel="whatsapp", channel="Direct", campaign=None,
              is_new=False, segment="fieles", **two),
        order("C", "placed", payment_method=None, sale_channel="phone", channel=None, is_new=None, segment=None),
    )  # fmt: skip
    items = table(
        {"order_id": "A", "line_no": 1, "sku": "VEL-1", "category": "Velas", "qty": 1},
        {"order_id": "B", "line_no": 1, "sku": "COC-1", "category": "Cocina", "qty": 1},
    )
    text = f"  - {{category: customer_service, driver: per_order, rate: 700, where: {{{where}}}}}\n"
    assert by_order(allocate(costs(text), orders, items=items)) == dict.fromkeys(fits, 700)


@pytest.mark.parametrize("category", categories())
def test_every_category_puts_a_cost_into_its_group_by_its_own_driver(costs: Made, category: str) -> None:
    """One order on which everything that costs money has happened."""
    usual = categories()[category].driver
    rate = {"actual": "", "per_period": ", rate: 9, from: 2026-05-01, to: 2026-05-31"}.get(
        usual, ", rate: 5%" if usual.startswith("pct_") else ", rate: 9"
    )
    refused = category == "cod_refusal"
    paid = "cod" if refused or category == "cod_fee" else "card"
    state = "refused" if refused else "delivered"
    done = {"kg": 2.0, "attempts": 2, "discount": 5_000, "channel": "Email"}
    kind = {"cod_refusal": "refusal", "warranties": "warranty", "chargebacks": "chargeback"}.get(category, "return")
    ledger = allocate(
        costs(f"  - {{category: {category}{rate}}}\n"),
        table(order("A", state, payment_method=paid, **done)),
        items=table({"order_id": "A", "line_no": 1, "qty": 1, "unit_cost": 20_000}),
        returns=table({"order_id": "A", "kind": kind, "requested_at": MAY, "qty": 1, "restocked": False}),
        calls=table({"order_id": "A", "purpose": "confirmation", "started_at": MAY, "seconds": 60}),
        spend=table({"date": MAY.date(), "channel": "Email", "campaign": None, "amount": 9.0}),
    )
    (row,) = ledger.cost_ledger.select("order_id", "category", "cost_group", "driver", "base_minor").rows()
    assert row[:4] == ("A", category, categories()[category].group, usual)
    assert row[4] > 0


def test_a_product_filter_counts_its_lines_and_its_orders_only(costs: Made) -> None:
    items = table(
        {"order_id": "A", "line_no": 1, "sku": "VEL-1", "category": "Velas", "qty": 2, "unit_cost": 9_000},
        {"order_id": "A", "line_no": 2, "sku": "COC-1", "category": "Cocina", "qty": 5, "unit_cost": 1_000},
        {"order_id": "B", "line_no": 1, "sku": "COC-1", "category": "Cocina", "qty": 1, "unit_cost": 1_000},
    )
    where = "where: {categoria: VELAS}"
    text = f"  - {{category: packaging, rate: 100, {where}}}\n  - {{category: handling, rate: 500, {where}}}\n"
    ledger = allocate(costs(text), table(order("A"), order("B")), items=items)
    assert by_order(ledger) == {"A": 200 + 500}


def test_warranties_chargebacks_and_actual_amounts_come_from_returns(costs: Made) -> None:
    kinds = ["warranty", "chargeback", "return"]
    back = table(
        *(
            {"order_id": "A", "kind": kind, "requested_at": MAY, "qty": 1, "restocked": True, "logistics_cost": 7_000.5}
            for kind in kinds
        )
    )
    text = (
        "  - {category: warranties, rate: 14000}\n"
        "  - {category: chargebacks, rate: 30000}\n"
        "  - {category: returns_logistics, driver: actual}\n"
    )
    assert pesos(allocate(costs(text), table(order("A")), returns=back)) == {
        "chargebacks": 30_000,
        "returns_logistics": 7_000.5,
        "warranties": 14_000,
    }


def test_a_period_cost_is_split_to_the_last_unit_with_ties_by_order_id(costs: Made) -> None:
    text = "  - {category: storage, rate: 1, from: 2026-05-01, to: 2026-05-31}\n"
    orders = table(order("C"), order("A"), order("B"), order("D", "test"))
    assert by_order(allocate(costs(text), orders)) == {"A": 0.34, "B": 0.33, "C": 0.33}


def test_a_period_without_orders_stays_on_a_row_without_one(costs: Made) -> None:
    text = (
        "  - {category: offline_media, rate: 900, every: month, from: 2026-04-01, to: 2026-06-30, channel: radio, "
        "campaign: Feria}\n"
    )
    ledger = allocate(costs(text), table(order("A", channel="Radio", campaign="FERIA")))
    rows = ledger.cost_ledger.select("order_id", "amount_minor", "date", "channel", "campaign").rows()
    assert rows == [
        ("A", 90_000, MAY.date(), None, None),
        (None, 90_000, dt.date(2026, 4, 1), "radio", "Feria"),
        (None, 90_000, dt.date(2026, 6, 1), "radio", "Feria"),
    ]
    account = ledger.accounts.row(0, named=True)
    assert (account["entered_minor"], account["allocated_minor"], account["unallocated_minor"]) == (
        270_000,
        90_000,
        180_000,
    )


@pytest.mark.parametrize(
    ("allocate_by", "expected"),
    [
        ("orders", {"A": 40, "B": 40, "C": 40}),
        ("sales", {"A": 30, "B": 90}),
        ("units", {"A": 20, "B": 100}),
        ("kg", {"A": 80, "B": 40}),
        ("new_customers", {"C": 120}),
    ],
)
def test_a_period_cost_is_spread_by_what_is_asked(costs: Made, allocate_by: str, expected: dict[str, float]) -> None:
    text = f"  - {{category: storage, rate: 120, from: 2026-05-01, to: 2026-05-31, allocate_by: {allocate_by}}}\n"
    orders = table(
        order("A", total=10_000, kg=2.0, is_new=False),
        order("B", total=30_000, kg=1.0, is_new=None),
        order("C", "cancelled", total=99_000, kg=0.0, is_new=True),
    )
    items = table({"order_id": "A", "line_no": 1, "qty": 1}, {"order_id": "B", "line_no": 1, "qty": 5})
    assert by_order(allocate(costs(text), orders, items=items)) == expected


def test_media_go_to_the_orders_of_their_campaign_and_month_and_the_rest_to_nobody(costs: Made) -> None:
    orders = table(
        order("A", channel="Paid Social", campaign="Velas"),
        order("B", channel="Paid Social", campaign="velas"),
        order("C", channel="Paid Search", campaign=None),
    )
    spend = table(
        {"date": dt.date(2026, 5, 1), "channel": "Paid Social", "campaign": "Velas", "amount": 100.01},
        {"date": dt.date(2026, 5, 31), "channel": "Paid Social", "campaign": "Velas", "amount": 50.0},
        {"date": dt.date(2026, 5, 2), "channel": "Paid Search", "campaign": None, "amount": 30.0},
        {"date": dt.date(2026, 4, 30), "channel": "Paid Social", "campaign": "Velas", "amount": 7.0},
        {"date": dt.date(2026, 5, 9), "channel": "Display", "campaign": "Sin ventas", "amount": 9.0},
    )
    ledger = allocate(costs("  - {category: pauta}\n"), orders, spend=spend)
    assert by_order(ledger) == {"A": 75.01, "B": 75.0, "C": 30.0, None: 16.0}
    left = ledger.cost_ledger.filter(pl.col("order_id").is_null()).select("date", "channel", "campaign")
    assert left.rows() == [
        (dt.date(2026, 4, 30), "Paid Social", "Velas"),
        (dt.date(2026, 5, 9), "Display", "Sin ventas"),
    ]


def test_days_are_those_of_the_business_where_times_carry_a_zone(costs: Made) -> None:
    late = pl.Series([dt.datetime(2026, 6, 1, 3)]).dt.replace_time_zone("UTC")
    orders = table(order("A")).with_columns(ordered_at=late)
    top = "currency: COP\ntimezone: America/Bogota"
    ledger = allocate(costs("  - {category: handling, rate: 1}\n", top), orders)
    assert ledger.cost_ledger["date"].to_list() == [dt.date(2026, 5, 31)]


def test_the_ledger_is_the_table_that_is_declared(costs: Made) -> None:
    found = allocate(costs(FULL), table(order("A"))).cost_ledger
    assert found.schema == COST_LEDGER.schema
    assert COST_LEDGER.conform(found).height == found.height
    assert allocate(costs(FULL), table(order("A")).head(0)).cost_ledger.is_empty()


def test_every_cost_has_an_account_even_when_it_came_to_nothing(costs: Made) -> None:
    text = "  - {category: media}\n  - {category: discounts}\n  - {category: cogs}\n  - {category: handling, rate: 5}\n"
    accounts = allocate(costs(text), table(order("A")).head(0)).accounts
    assert accounts["category"].to_list() == ["media", "discounts", "cogs", "handling"]
    assert accounts["entered_minor"].sum() == 0


def test_an_amount_that_no_business_has_is_refused_in_words(costs: Made) -> None:
    orders = pl.concat([table(order(f"{n}", shipments=99_999_999)) for n in range(5_000)])
    with pytest.raises(CustintelError, match="no business has"):
        allocate(costs("  - {category: outbound_shipping, rate: 999999999999}\n"), orders)
