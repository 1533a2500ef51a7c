"""What is countable about orders: how far each got, and what it took to get there.

Amounts are whole minor units of the currency of ``costs.yaml``; weights, distances and quantities are thousandths.
Columns that a table lacks are empty. Test orders are left out everywhere; credit notes are no orders: they come
apart, as :attr:`Facts.credit_notes`, and as returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from custintel.kpis.currency import Fx, minor_units
from custintel.minor_units import exponents

THOUSAND = 1000
MONEY = pl.Decimal(38, 2)

_TEXTS = [
    *("order_id", "customer_id", "status", "currency", "payment_method", "carrier", "zone"),
    *("city", "region", "sale_channel", "channel", "campaign", "segment"),
]
_MONEYS = ["total", "tax", "discount", "refunded", "shipping_cost", "packaging_cost", "marketplace_fee", "payment_fee"]
_MOMENTS = ["ordered_at", "paid_at", "shipped_at", "delivered_at"]
_COUNTS = ["kg", "shipments", "attempts", "failed_attempts"]
_ORDERS = {
    **dict.fromkeys(_TEXTS, pl.String()),
    **dict.fromkeys(_MONEYS, MONEY),
    **dict.fromkeys(_MOMENTS, pl.Date()),
    **dict.fromkeys(_COUNTS, pl.Float64()),
    "is_new": pl.Boolean(),
    "credit_note": pl.Boolean(),
}
_LINES = {
    "order_id": pl.String(),
    "line_no": pl.Int32(),
    "sku": pl.String(),
    "category": pl.String(),
    "qty": pl.Float64(),
    "unit_cost": MONEY,
    "kg": pl.Float64(),
}
_RETURNS = {
    "order_id": pl.String(),
    "line_no": pl.Int32(),
    "kind": pl.String(),
    "requested_at": pl.Date(),
    "received_at": pl.Date(),
    "qty": pl.Float64(),
    "logistics_cost": MONEY,
    "write_off": MONEY,
    "restocked": pl.Boolean(),
}
_CALLS = {
    "order_id": pl.String(),
    "purpose": pl.String(),
    "started_at": pl.Date(),
    "seconds": pl.Float64(),
    "cost": MONEY,
}
_SPEND = {
    "date": pl.Date(),
    "channel": pl.String(),
    "campaign": pl.String(),
    "amount": MONEY,
    "currency": pl.String(),
}


@dataclass(frozen=True)
class Facts:
    """The tables that costs are counted in, each read when it is first asked for.

    Attributes:
        raw_orders: table orders.
        raw_lines: table order_items.
        raw_returns: table returns.
        raw_calls: table calls.
        raw_spend: table spend.
        fx: exchange rates, and the currency of everything.
        timezone: of days, where times carry a zone.
    """

    raw_orders: pl.DataFrame
    raw_lines: pl.DataFrame
    raw_returns: pl.DataFrame
    raw_calls: pl.DataFrame
    raw_spend: pl.DataFrame
    fx: Fx
    timezone: str = ""

    @cached_property
    def orders(self) -> pl.DataFrame:
        """One row per order that is neither a test nor a credit note, by order_id.

        Flags: placed, paid, sold (paid and not cancelled), shipped, delivered, collected (at the door). Days of the
        same names ending in ``_on``. Counts: shipments, attempts, failed, metres, and ``total`` in minor units
        of the base, 0 for negative totals.
        """
        table = self._real.filter(~pl.col("credit_note").fill_null(False))
        return table.with_columns(self._flags()).with_columns(self._days()).with_columns(self._counts(table))

    @cached_property
    def _real(self) -> pl.DataFrame:
        """The columns of orders that are no tests, by order_id."""
        table = self._read(self.raw_orders, _ORDERS)
        table = table.filter(pl.col("status").ne_missing("test"), pl.col("order_id").is_not_null())
        return table if table["order_id"].is_sorted() else table.sort("order_id")

    @cached_property
    def credit_notes(self) -> pl.DataFrame:
        """What takes back sales without saying which: order_id, ``day``, what orders can be told apart by, and
        ``amount`` and ``tax`` given back, minor units of the base, positive."""
        table = self._real.filter(pl.col("credit_note").fill_null(False))
        amounts = {
            name: (-self.in_base(column, table["currency"])).clip(0).fill_null(0)
            for name, column in (("amount", "total"), ("tax", "tax"))
        }
        return table.select("order_id", "channel", "campaign", "segment", "city", day="ordered_at", **amounts)

    def _flags(self) -> list[pl.Expr]:
        """Which rungs an order reached: a rung is reached by its status, its moment, or what only follows it."""
        status = pl.col("status").fill_null("placed")
        cod = pl.col("payment_method").eq_missing("cod")
        shipped = status.is_in(["shipped", "delivered", "refused", "returned"]) | pl.col("shipped_at").is_not_null()
        delivered = status.is_in(["delivered", "returned"]) | pl.col("delivered_at").is_not_null()
        prepaid = ~cod & (status.is_in(["paid", "shipped", "delivered", "refused", "returned"]))
        paid = pl.col("paid_at").is_not_null() | prepaid | (cod & delivered) | (pl.col("refunded") > 0)
        paid = paid.fill_null(False)
        return [
            pl.lit(True).alias("placed"),
            shipped.alias("shipped"),
            delivered.alias("delivered"),
            paid.alias("paid"),
            (paid & (status != "cancelled")).alias("sold"),
            (cod & delivered).alias("collected"),
        ]

    def _days(self) -> list[pl.Expr]:
        shipped = pl.coalesce("shipped_at", "ordered_at")
        delivered = pl.coalesce("delivered_at", shipped)
        paid = pl.coalesce("paid_at", pl.when(pl.col("collected")).then(delivered).otherwise(pl.col("ordered_at")))
        return [
            pl.col("ordered_at").alias("placed_on"),
            shipped.alias("shipped_on"),
            delivered.alias("delivered_on"),
            delivered.alias("collected_on"),
            paid.alias("paid_on"),
            paid.alias("sold_on"),
        ]

    def _counts(self, table: pl.DataFrame) -> list[pl.Expr]:
        attempts = pl.col("attempts").fill_null(
            (pl.col("delivered") | (pl.col("status") == "refused")).cast(pl.Float64)
        )
        failed = pl.col("failed_attempts").fill_null(pl.col("attempts") - pl.col("delivered").cast(pl.Float64))
        metres = pl.col("zone").str.extract(r"(\d+(?:[.,]\d+)?)").str.replace(",", ".").cast(pl.Float64)
        return [
            whole(pl.when("shipped").then(pl.col("shipments").fill_null(1.0)), 1).alias("shipments"),
            whole(attempts, 1).alias("attempts"),
            whole(failed, 1).alias("failed"),
            whole(metres).alias("metres"),
            self.in_base("total", table["currency"]).clip(0).fill_null(0).alias("total"),
        ]

    def in_base(self, name: str, currencies: pl.Series) -> pl.Expr:
        """The money of the column ``name`` in minor units of the base, by ``currency`` and day of each order."""
        base = self.fx.base
        day = pl.col("ordered_at")
        foreign = sorted(set(currencies.drop_nulls().unique().to_list()) - {base})
        converted = [
            pl.when(pl.col("currency") == currency).then(
                self.fx.convert(minor_units(pl.col(name), exponents()[currency]), currency, base, day)
            )
            for currency in foreign
        ]
        return pl.coalesce(*converted, minor_units(pl.col(name), exponents()[base]))

    @cached_property
    def rows(self) -> pl.DataFrame:
        """order_id and ``row``, its place in :attr:`orders`."""
        return self.orders.select("order_id").with_row_index("row")

    @cached_property
    def lines(self) -> pl.DataFrame:
        """One row per line of these orders: row, line_no, sku, category, units and grams (thousandths), cost (minor
        units of one unit); lines with a negative quantity count nothing."""
        table = self._read(self.raw_lines, _LINES)
        table = table.join(self.rows, on="order_id", how="inner", maintain_order="left").drop("order_id")
        cost = minor_units(pl.col("unit_cost"), exponents()[self.fx.base]).clip(0)
        grams = pl.col("kg") * pl.col("qty").clip(0)
        return table.select(
            "row",
            "line_no",
            "sku",
            "category",
            units=whole(pl.col("qty")),
            grams=whole(grams),
            cost=cost,
        ).sort("row", "line_no", "sku", "units", "cost")

    @cached_property
    def line_sums(self) -> pl.DataFrame:
        """units, grams and goods (cost of all lines, minor units) of every order, in the order of :attr:`orders`."""
        goods = (pl.col("cost").fill_null(0) * pl.col("units")).sum() // THOUSAND
        sums = self.lines.group_by("row").agg(pl.col("units", "grams").sum(), goods=goods)
        return self.rows.select("row").join(sums, on="row", how="left", maintain_order="left").fill_null(0)

    @cached_property
    def grams(self) -> pl.Series:
        """Weight of every order, that of its lines where the order does not say."""
        own = self.orders.select(whole(pl.col("kg"))).to_series().alias("grams")
        missing = self.orders["kg"].is_null()
        return self.line_sums["grams"].zip_with(missing, own) if missing.any() and self.raw_lines.height else own

    @cached_property
    def returns(self) -> pl.DataFrame:
        """What came back: row (empty when the order is not known), line_no, kind, day, units, restocked, costs.

        A credit note is a return, of an order that is not known.
        """
        notes = self.credit_notes.select("order_id", kind=pl.lit("return"), requested_at="day")
        table = pl.concat([self._of_real_orders(self.raw_returns, _RETURNS), notes], how="diagonal")
        known = self.orders.select("ordered_at", "currency").with_row_index("row")
        return (
            table.join(known, on="row", how="left")
            .with_columns(day=pl.coalesce("requested_at", "received_at", "ordered_at"), units=whole(pl.col("qty")))
            .sort("row", "line_no", "kind", "day", "order_id", "units", "logistics_cost", "write_off", "restocked")
        )

    @cached_property
    def calls(self) -> pl.DataFrame:
        """Calls: row (empty when the order is not known), purpose, day, seconds, cost."""
        table = self._of_real_orders(self.raw_calls, _CALLS)
        known = self.orders.select("ordered_at").with_row_index("row")
        return (
            table.join(known, on="row", how="left")
            .with_columns(day=pl.coalesce("started_at", "ordered_at"), seconds=whole(pl.col("seconds"), 1))
            .sort("row", "day", "order_id", "purpose", "seconds", "cost")
        )

    @cached_property
    def spend(self) -> pl.DataFrame:
        """Money spent on media: date, channel, campaign, amount, currency."""
        table = self._read(self.raw_spend, _SPEND)
        return table.with_columns(pl.col("currency").fill_null(self.fx.base))

    def _of_real_orders(self, table: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
        """These columns and ``row``; what is about a test order is left out."""
        status = {"order_id": pl.String(), "status": pl.String()}
        tests = self._read(self.raw_orders, status).filter(pl.col("status") == "test")
        found = self._read(table, columns).join(tests, on="order_id", how="anti")
        return found.join(self.rows, on="order_id", how="left")

    def _read(self, table: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
        """These columns in these types; one that is missing is empty."""
        if not table.width:
            return pl.DataFrame(schema=columns)
        return table.select(
            self._typed(table.schema[name], name, dtype) if name in table.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in columns.items()
        )

    def _typed(self, given: pl.DataType, name: str, dtype: pl.DataType) -> pl.Expr:
        column = pl.col(name)
        if dtype == pl.Date and isinstance(given, pl.Datetime):
            if given.time_zone and self.timezone:
                column = column.dt.convert_time_zone(self.timezone)
            return column.dt.date()
        return column.cast(dtype)


def whole(number: pl.Expr, unit: int = THOUSAND) -> pl.Expr:
    """``number`` in ``unit``-ths, rounded; nothing and less than nothing count as 0."""
    return (number * unit).round().cast(pl.Int64).clip(0).fill_null(0)
