"""From the typed rows of a sheet of orders to orders and their lines.

Platforms write a row per order, or one per line with the order's amounts on the first line only (Shopify), on every
line (VTEX, Dropi), or on a row above its articles (packs of Mercado Libre). An order takes each of its cells from the
first of its rows that has one, so that nothing is added up that is written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.load.cells import CELL_CURRENCY, REFUSED_CELLS
from custintel.load.conventions import Conventions
from custintel.load.invoices import tells_how_far, with_credit_notes, with_numbers
from custintel.load.known import Platform
from custintel.load.line_amounts import of_lines
from custintel.load.order_status import stated_status, with_assumed_delivery
from custintel.load.packs import gathered
from custintel.load.unnumbered import lists_sales, with_own_numbers
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.records import MONEY, TIME

ITEM = "item."
INCOMPLETE = "row.incomplete"
ORPHAN = "row.orphan"
MAGNITUDES = (
    *("discount", "refunded", "shipping_cost", "return_shipping_cost", "packaging_cost"),
    *("marketplace_fee", "payment_fee", "annulled"),
)
"""Amounts that some platforms write with a minus and some without."""
MOMENTS = ("ordered_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at")
_ARTICLE = ("item.sku", "item.name")
_HOUR = r"^(\d{1,2}):(\d{2})"


@dataclass(frozen=True)
class OrderRows:
    """Orders and lines of one sheet.

    Attributes:
        orders: columns of the table ``orders`` that a file can bring, ``order_id`` not among them.
        items: the same of ``order_items``.
        refused: rows that could not be used, in ``REFUSED_CELLS``.
        of_lines: columns of orders whose amounts turned out to be of lines.
    """

    orders: pl.DataFrame
    items: pl.DataFrame
    refused: pl.DataFrame
    of_lines: Sequence[str] = ()


def order_rows(
    rows: pl.DataFrame, platform: Platform | None, how: Conventions, *, source: str, origin: str
) -> OrderRows:
    """The orders of a sheet.

    Args:
        rows: as :func:`custintel.load.cells.typed` gives them.
        platform: the known export; ``None`` for people's own sheets.
        how: the conventions of the sheet.
        source: name of the file.
        origin: the shop.

    Raises:
        CustintelError: the rows of one order say different totals, and it is not clear what these are.
    """
    rows = gathered(rows) if platform and platform.packs else rows.with_columns(_parent=pl.lit(False))
    if platform is None and lists_sales(rows.columns, said=True):
        rows = with_own_numbers(_with_moments(rows))
    rows, invoiced = with_numbers(rows)
    complete = pl.col("number").is_not_null()
    orphans = rows.filter(~complete)
    refused = orphans.select(
        "row",
        field=pl.lit(None, pl.String),
        value=pl.lit(None, pl.String),
        reason=pl.lit(ORPHAN if platform and platform.packs else INCOMPLETE),
    )
    rows = _with_moments(rows.filter(complete))
    of_each: list[str] = []
    if platform is None:
        rows, of_each = of_lines(rows)
    _check_totals(rows, source)
    lines = _lines(rows)
    orders = _first_of_each(rows)
    undated = orders.filter(pl.col("ordered_at").is_null())
    made = _amounts(orders.filter(pl.col("ordered_at").is_not_null()), lines, how)
    without_total = made.filter(pl.col("total").is_null())
    made = made.filter(pl.col("total").is_not_null())
    lost = pl.concat([undated["number"], without_total["number"]])
    refused = pl.concat([refused, _rows_of(rows, lost)]).match_to_schema(REFUSED_CELLS)
    tells_delivery = not invoiced and (platform.tells_delivery if platform else tells_how_far(rows))
    made = _completed(made, lines, platform, tells_delivery=tells_delivery, source=source, origin=origin)
    items = lines.filter(~pl.col("number").is_in(lost.implode()))
    placed = _with_place(items, source, origin, made["exported_at"].max())
    return OrderRows(made, placed, refused.sort("row"), of_each)


def item_rows(rows: pl.DataFrame, *, source: str, origin: str) -> OrderRows:
    """The lines of a sheet that has nothing else of its orders; arguments and answer as of :func:`order_rows`."""
    numbered = pl.col("number").is_not_null()
    lines = _lines(rows.with_columns(_parent=pl.lit(False)).filter(numbered))
    used = pl.col("row").is_in(lines["source_row"].implode())
    refused = rows.filter(~used).select("row", field=pl.lit(None, pl.String), value="number", reason=pl.lit(INCOMPLETE))
    return OrderRows(ORDERS.empty(), _with_place(lines, source, origin, None), refused.sort("row"))


def _with_place(lines: pl.DataFrame, source: str, origin: str, exported: object) -> pl.DataFrame:
    """Lines with where they come from; only columns that the table has."""
    placed = lines.with_columns(origin=pl.lit(origin), source_file=pl.lit(source), exported_at=pl.lit(exported, TIME))
    return placed.select(name for name in ORDER_ITEMS.schema.names() if name in placed.columns)


def _rows_of(rows: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """The rows of orders that cannot be used, as refused."""
    lost = rows.filter(pl.col("number").is_in(numbers.implode()))
    return lost.select("row", field=pl.lit(None, pl.String), value="number", reason=pl.lit(INCOMPLETE))


def _with_moments(rows: pl.DataFrame) -> pl.DataFrame:
    """The moment of an order, with the hour of day that stands in a column of its own."""
    if "hour" not in rows.columns or "ordered_at" not in rows.columns:
        return rows
    hour = pl.col("hour").str.extract_groups(_HOUR).struct
    time = pl.duration(hours=hour[0].cast(pl.Int64), minutes=hour[1].cast(pl.Int64))
    midnight = pl.col("ordered_at").dt.time() == pl.time(0)
    return rows.with_columns(
        ordered_at=pl.when(midnight & hour[0].is_not_null()).then(pl.col("ordered_at") + time).otherwise("ordered_at")
    )


def _first_of_each(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per order, each cell from the first of its rows that has one."""
    mine = [name for name in rows.columns if not name.startswith((ITEM, "_")) and name != "number"]
    first = rows.group_by("number", maintain_order=True).agg(pl.col(mine).drop_nulls().first())
    wanted = {name: ORDERS.schema[name] for name in ("ordered_at", "shipped_at") if name not in first.columns}
    return first.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in wanted.items())


def _check_totals(rows: pl.DataFrame, source: str) -> None:
    """Rows of one order may repeat its total, or leave it empty; when they differ they are something else."""
    if "total" not in rows.columns:
        return
    several = rows.group_by("number").agg(pl.col("total").drop_nulls().n_unique().alias("n")).filter(pl.col("n") > 1)
    if several.is_empty():
        return
    number = several["number"].min()
    shown = rows.filter(pl.col("number") == number).select("row", "total").head(3)
    seen = "; ".join(_("row {row}: {value}").format(row=row, value=value) for row, value in shown.iter_rows())
    raise CustintelError(
        _("The rows of one order say different totals, so these may be totals of lines."),
        where=source,
        seen=_("order {number}: {rows}").format(number=number, rows=seen),
        hint=_("Say what the column holds: --map item.net=HEADER if it is the amount of a line."),
    )


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    """The lines of orders, numbered in the order of the file."""
    named = [name for name in _ARTICLE if name in rows.columns]
    if not named:
        return pl.DataFrame(schema={"number": pl.String, **ORDER_ITEMS.schema}).drop("order_id")
    lines = rows.filter(~pl.col("_parent") & pl.any_horizontal(pl.col(name).is_not_null() for name in named))
    brought = {name.removeprefix(ITEM): name for name in rows.columns if name.startswith(ITEM)}
    absent = [
        name
        for name in ("sku", "name", "category", "qty", "unit_price", "discount", "net", "unit_cost")
        if name not in brought
    ]
    lines = lines.select(
        "number",
        pl.col("row").alias("source_row"),
        *(pl.col(column).alias(name) for name, column in brought.items()),
        *(pl.lit(None, ORDER_ITEMS.schema[name]).alias(name) for name in absent),
    )
    qty, off = pl.col("qty").fill_null(1.0), pl.col("discount").abs().fill_null(0)
    worth = (qty * pl.col("unit_price").cast(pl.Float64)).round(2).cast(MONEY, strict=False) - off
    priced = pl.when(qty != 0).then((pl.col("net") + off).cast(pl.Float64) / qty)
    return lines.with_columns(
        qty=qty,
        discount=pl.col("discount").abs(),
        net=pl.coalesce("net", worth).cast(MONEY),
        unit_price=pl.coalesce(pl.col("unit_price").cast(pl.Float64), priced).round(2).cast(MONEY, strict=False),
        line_no=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("number"),
    )


def _amounts(orders: pl.DataFrame, lines: pl.DataFrame, how: Conventions) -> pl.DataFrame:
    """Gross, discount, freight, tax, total and what was given back; each from the others where a file lacks it."""
    known = ("gross", "discount", "shipping_charged", "tax", "total", "refunded", "annulled")
    orders = orders.with_columns(pl.lit(None, MONEY).alias(name) for name in known if name not in orders.columns)
    orders = orders.with_columns(pl.col(name).abs() for name in MAGNITUDES if name in orders.columns)
    off = pl.col("discount").fill_null(0).sum()
    whole = pl.col("net").is_not_null().all()
    tax = pl.col("tax").sum() if "tax" in lines.columns else pl.lit(None, MONEY)
    sums = lines.group_by("number").agg(
        _worth=pl.when(whole).then(pl.col("net").sum() + off), _off=pl.when(off != 0).then(off), _tax=tax.cast(MONEY)
    )
    orders = orders.join(sums, on="number", how="left", maintain_order="left")
    orders = orders.with_columns(discount=pl.coalesce("discount", "_off"), tax=pl.coalesce("tax", "_tax"))
    paid = pl.col("shipping_charged").fill_null(0) - pl.col("discount").fill_null(0)
    gross = pl.coalesce("gross", "_worth", pl.col("total") - paid)
    total = pl.coalesce("total", gross + paid)
    said = [pl.col(name) for name in ("currency", CELL_CURRENCY) if name in orders.columns]
    currency = pl.coalesce(*said, pl.lit(how.currency, pl.String)) if said else pl.lit(how.currency, pl.String)
    return orders.with_columns(
        gross=gross.cast(MONEY), total=total.cast(MONEY), currency=currency.str.to_uppercase()
    ).drop("_worth", "_off", "_tax")


def _completed(
    orders: pl.DataFrame,
    lines: pl.DataFrame,
    platform: Platform | None,
    *,
    tells_delivery: bool,
    source: str,
    origin: str,
) -> pl.DataFrame:
    """Status, names and provenance; only columns that the table has."""
    orders = orders.with_columns(
        stated_status=stated_status(orders),
        exported_at=pl.lit(_latest(orders, [name for name in MOMENTS if name in orders.columns]), TIME),
    )
    orders = with_credit_notes(with_assumed_delivery(orders, tells_delivery=tells_delivery), lines)
    undone = pl.col("stated_status") == "cancelled"
    annulled = pl.when(~undone).then("annulled")
    sale = pl.lit(platform.sale_channel or None if platform else None, pl.String)
    number = pl.col("number").str.strip_prefix("#")
    analytics = pl.coalesce("analytics_id", number) if "analytics_id" in orders.columns else number
    name = _name(orders)
    orders = orders.with_columns(
        stated_refund=pl.when(pl.col("credit_note").is_null()).then(pl.coalesce("refunded", annulled)),
        sale_channel=pl.coalesce("sale_channel", sale) if "sale_channel" in orders.columns else sale,
        analytics_id=analytics,
        contact_name=name,
        origin=pl.lit(origin),
        source_file=pl.lit(source),
        source_row="row",
    )
    declared = [column for column in ORDERS.schema.names() if column in orders.columns]
    return orders.select(
        pl.col(column).cast(ORDERS.schema[column]) for column in declared if column not in ("status", "refunded")
    )


def _latest(orders: pl.DataFrame, moments: Sequence[str]) -> object:
    found = [orders[name].max() for name in moments]
    return max((moment for moment in found if moment is not None), default=None)


def _name(orders: pl.DataFrame) -> pl.Expr:
    parts = [pl.col(name) for name in ("first_name", "last_name") if name in orders.columns]
    whole = [pl.col("contact_name")] if "contact_name" in orders.columns else []
    if parts:
        text = pl.concat_str(parts, separator=" ", ignore_nulls=True)
        whole.append(pl.when(text != "").then(text))
    return pl.coalesce(whole) if whole else pl.lit(None, pl.String)
