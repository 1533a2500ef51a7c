"""All of ``ci load`` but the terminal and the disk: parts of files and earlier tables in, new tables out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from custintel.load.attribution import with_channels
from custintel.load.kinds import LOADED
from custintel.load.newcomers import FOLLOWING, KNOWN_BY, Acquaintance, acquaint
from custintel.load.order_ids import meant, with_order_ids
from custintel.load.outcomes import with_catalogue, with_lines, with_returned, with_returns, with_sequence
from custintel.load.part import Part
from custintel.load.persons import WHO, with_who
from custintel.load.refusals import all_refused
from custintel.load.versions import newest, newest_items, newest_orders, newest_spend, newest_traffic
from custintel.load.visits.gather import Gathered, gather
from custintel.people.survivorship import Survivorship
from custintel.people.who import Merging
from custintel.tables import REFUSED, Table
from custintel.tables.actions import ACTIONS
from custintel.tables.calls import CALLS
from custintel.tables.events import EVENTS
from custintel.tables.geo_index import GEO_INDEX
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.patch import Content, Patch
from custintel.tables.products import PRODUCTS
from custintel.tables.returns import RETURNS
from custintel.tables.spend import SPEND
from custintel.tables.surveys import SURVEYS
from custintel.tables.traffic import TRAFFIC
from custintel.tables.visits import VISITS

WRITTEN = (*LOADED.values(), VISITS, REFUSED, *FOLLOWING)
"""The tables that loading writes."""
READ = KNOWN_BY
"""The tables by which it knows people, and to which it adds those whom nobody knows."""
_KEYED = {PRODUCTS: "sku", RETURNS: "return_id", CALLS: "call_id", SURVEYS: "survey_id", ACTIONS: "action_id"}


@dataclass(frozen=True)
class Site:
    """What is known of the shop's website.

    Attributes:
        own: its domains.
        internal: addresses and networks of its own people.
    """

    own: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """What a run of ``ci load`` makes.

    Attributes:
        tables: every table that has rows, conforming to its declaration.
        people: the tables about people that are not as they were.
        before: rows of each table before.
        now: rows of each table now.
        gathered: what came of the events; ``None`` without events.
        added: records of people that were added.
        open: :data:`custintel.load.persons.WHO` of the persons whom several customers fit equally.
    """

    tables: Mapping[Table, pl.DataFrame]
    people: Mapping[Table, Content]
    before: Mapping[Table, int]
    now: Mapping[Table, int]
    gathered: Gathered | None
    added: int = 0
    open: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={WHO: pl.String}))


def load(
    parts: Sequence[Part],
    before: Mapping[Table, pl.LazyFrame],
    *,
    run_id: str,
    site: Site,
    survivorship: Survivorship | None = None,
    merging: Merging | None = None,
) -> Loaded:
    """Join what files bring with what the project already holds.

    Args:
        parts: of all files, in the order of loading.
        before: the tables ``WRITTEN`` and ``READ`` of the project.
        run_id: this run.
        site: what is known of the website.
        survivorship: how to choose among a person's values, where it is not as declared.
        merging: what is merged, where it is not what is sure.

    Raises:
        CustintelError: reports of visits overlap in a way that cannot be taken apart.
    """
    work = _Work(parts, before)
    orders, items = work.orders_and_items()
    products = work.newest(PRODUCTS)
    items = with_catalogue(items, products)
    returns = work.newest(RETURNS)
    returns = returns.with_columns(order_id=_order_of(returns["stated_order"], orders))
    returns = with_lines(returns, items)
    calls, surveys = (work.about_orders(table, orders) for table in (CALLS, SURVEYS))
    met = acquaint(
        [orders, *(_of_no_person(rows, orders) for rows in (calls, surveys))],
        [work.stored(table) for table in (ORDERS, CALLS, SURVEYS)],
        parts,
        before,
        run_id=run_id,
        survivorship=survivorship or Survivorship(),
        merging=merging or Merging(),
    )
    orders = _with_people(with_returns(orders, items, returns), met)
    gathered = work.gathered(orders, site)
    events, visits = (gathered.events, gathered.visits.drop("depth")) if gathered else (EVENTS.empty(), VISITS.empty())
    actions = work.newest(ACTIONS)
    spend = newest_spend(work.stored(SPEND), work.loaded(SPEND))
    orders = with_sequence(with_channels(orders, events, visits, actions, spend))
    made = {
        ORDERS: orders.select(name for name in orders.columns if name in ORDERS.schema),
        ORDER_ITEMS: with_returned(items, returns),
        PRODUCTS: products,
        RETURNS: _with_customers(returns, orders),
        CALLS: _about_people(calls, orders, met),
        SURVEYS: _about_people(surveys, orders, met),
        ACTIONS: actions,
        EVENTS: events,
        VISITS: visits,
        SPEND: spend,
        TRAFFIC: newest_traffic(work.stored(TRAFFIC), work.loaded(TRAFFIC)),
        GEO_INDEX: newest(GEO_INDEX, work.stored(GEO_INDEX), work.loaded(GEO_INDEX), GEO_INDEX.key),
        REFUSED: all_refused(parts, work.stored(REFUSED), run_id, met.refused),
    }
    counts = {table: before[table].select(pl.len()).collect().item() for table in (*made, *met.tables)}
    ordered = {table: frame.sort(table.key) if table.key else frame for table, frame in made.items()}
    kept = {table: table.conform(frame) for table, frame in ordered.items() if frame.height or counts[table]}
    heights = {table: frame.height for table, frame in kept.items()}
    heights |= {table: _height(content, counts[table]) for table, content in met.tables.items()}
    return Loaded(kept, met.tables, counts, heights, gathered, met.added, met.open)


def _height(made: Content, before: int) -> int:
    """How many rows a table has that had ``before`` of them."""
    return before - len(made.gone) + made.rows.height if isinstance(made, Patch) else made.height


class _Work:
    """The rows of one run, by table."""

    def __init__(self, parts: Sequence[Part], before: Mapping[Table, pl.LazyFrame]) -> None:
        self.parts = parts
        self.before = before
        self._stored: dict[str, pl.DataFrame] = {}

    def stored(self, table: Table) -> pl.DataFrame:
        """What the project holds."""
        if table.name not in self._stored:
            self._stored[table.name] = self.before[table].collect()
        return self._stored[table.name]

    def loaded(self, table: Table) -> list[pl.DataFrame]:
        """The rows of each part that are for ``table``, in the order of loading."""
        return [part.rows for part in self.parts if part.table == table.name]

    def newest(self, table: Table) -> pl.DataFrame:
        """The rows of a table of one key, each thing once."""
        return newest(table, self.stored(table), self.loaded(table), [_KEYED[table]])

    def orders_and_items(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Orders with their ids and their lines, each order as it was last."""
        parts = [part for part in self.parts if part.table in (ORDERS.name, ORDER_ITEMS.name)]
        orders = newest_orders(
            self.stored(ORDERS), [part.rows if part.table == ORDERS.name else ORDERS.empty() for part in parts]
        )
        orders = with_order_ids(orders)
        own = [part.items if part.items is not None else part.rows for part in parts]
        lines = [self.stored(ORDER_ITEMS), *own]
        stored, *loaded = (_of_known_orders(frame, orders) for frame in lines)
        items = newest_items(stored, loaded, orders)
        ids = orders.select("origin", "number", _id="order_id")
        items = items.join(ids, on=["origin", "number"], how="left", maintain_order="left")
        items = items.with_columns(order_id=pl.coalesce("_id", pl.format("{}/{}", "origin", "number"))).drop("_id")
        return orders.drop("_age"), items

    def about_orders(self, table: Table, orders: pl.DataFrame) -> pl.DataFrame:
        """Calls or answers to surveys, with the order they are about."""
        rows = self.newest(table)
        return rows.with_columns(order_id=meant(rows["stated_order"], orders))

    def gathered(self, orders: pl.DataFrame, site: Site) -> Gathered | None:
        """Visits of all events, with those of earlier runs."""
        stored, loaded = self.stored(EVENTS), self.loaded(EVENTS)
        if stored.is_empty() and not loaded:
            return None
        events = pl.concat([*loaded, stored], how="diagonal_relaxed")
        called = pl.concat(
            [orders.select("customer_id", "status", key=name) for name in ("analytics_id", "number", "order_id")]
        ).drop_nulls("key").unique().sort("key", "customer_id", nulls_last=True)  # fmt: skip
        single = called.filter(pl.len().over("key") == 1)
        known = single.select("key", "customer_id", kind=pl.lit("order")).drop_nulls()
        tests = called.filter(pl.col("status") == "test")["key"]
        return gather(events, known=known, test_orders=tests, internal=site.internal, own=site.own)


def _of_known_orders(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines that name an order of another origin, as sheets of lines do, under the origin and number of that order."""
    known = lines.join(orders, on=["origin", "number"], how="semi", maintain_order="left")
    if known.height == lines.height:
        return lines
    strange = lines.join(orders, on=["origin", "number"], how="anti", maintain_order="left")
    strange = strange.with_columns(_id=meant(strange["number"], orders))
    names = orders.select(_id="order_id", _origin="origin", _number="number")
    strange = strange.join(names, on="_id", how="left", maintain_order="left").with_columns(
        origin=pl.coalesce("_origin", "origin"), number=pl.coalesce("_number", "number")
    )
    return pl.concat([known, strange.select(known.columns)])


def _order_of(stated: pl.Series, orders: pl.DataFrame) -> pl.Series:
    """The order that is meant; what was written, where there is no such order."""
    found = meant(stated, orders)
    return found.zip_with(found.is_not_null(), stated)


def _of_no_person(rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Calls or answers that are about no order, or about one that says nothing of its buyer."""
    named = with_who(orders).drop_nulls(WHO)
    return rows.join(named, on="order_id", how="anti", maintain_order="left")


def _with_people(rows: pl.DataFrame, met: Acquaintance) -> pl.DataFrame:
    """Rows with the record and the customer of their own person."""
    return rows.with_columns(met.of(rows).get_columns())


def _about_people(rows: pl.DataFrame, orders: pl.DataFrame, met: Acquaintance) -> pl.DataFrame:
    """Calls or answers with the customer of their order, or whose contacts they have."""
    own = met.of(rows)
    rows = _with_customers(rows, orders).with_columns(record_id=own["record_id"])
    return rows.with_columns(customer_id=pl.coalesce("customer_id", pl.lit(own["customer_id"])))


def _with_customers(rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Rows about orders, with the customer of the order."""
    whose = orders.select("order_id", _customer="customer_id")
    joined = rows.join(whose, on="order_id", how="left", maintain_order="left")
    return joined.with_columns(customer_id="_customer").select(rows.columns)
