"""Everything ``ci segment`` finds out, from tables to tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from custintel.errors import CustintelError, UsageError
from custintel.i18n import _
from custintel.purchases.purchases import Purchases, purchases
from custintel.segment.card import Card
from custintel.segment.features import RFM, People, asked_for, buyers, crm_summary, useful
from custintel.segment.making import Asked, Made, clustered, ruled
from custintel.segment.measures import Segmented, segment_profiles
from custintel.segment.model import SCORES, Assigned, Model, assign, from_table, scored, to_table
from custintel.segment.movement import compared, moves, previous
from custintel.segment.remarks import Remark
from custintel.segment.rules import matched
from custintel.segment.stability import STABLE
from custintel.tables.segments import SEGMENTS

WHALE = 0.2
"""The share of the money from which one customer is worth a word."""


@dataclass(frozen=True)
class Tables:
    """The tables it comes from; without rows where there are none.

    Attributes:
        orders: table orders.
        margins: table order_margins.
        customers: table customers.
        items: table order_items; only order_id and category are used.
        more: other tables with one row per customer, by name, for ``--by``.
        model: table segment_model.
        segments: table segments.
    """

    orders: pl.DataFrame
    margins: pl.DataFrame
    customers: pl.DataFrame
    items: pl.DataFrame
    model: pl.DataFrame
    segments: pl.DataFrame
    more: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """What was found.

    Attributes:
        people: everybody who can be in a segment.
        made: the model.
        segments: table segments.
        profiles: table segment_profiles.
        model: table segment_model.
        card: the rules that rebuild the segments, and how well.
        moved: :data:`custintel.segment.movement.MOVES`.
        priced: whether hidden costs are counted.
        remarks: what to know.
    """

    people: People
    made: Made
    segments: pl.DataFrame
    profiles: pl.DataFrame
    model: pl.DataFrame
    card: Card
    moved: pl.DataFrame
    priced: bool
    remarks: tuple[Remark, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The segments, best first."""
        return self.made.model.codes


def survey(
    tables: Tables, asked: Asked, *, currency: str = "", as_of: dt.date | None = None, step: Callable[[str], None]
) -> Survey:
    """Put everybody into a segment, and say what sets the segments apart.

    Args:
        tables: what there is.
        asked: what was asked for.
        currency: of the project, where orders do not say theirs.
        as_of: the day it should speak of; by default the last of the data.
        step: told what is being done.

    Raises:
        CustintelError: nobody can be put into segments, or nothing tells them apart.
        UsageError: what to compare by is not known.
    """
    step(_("Summing up what everybody bought"))
    stored = from_table(tables.model)
    bought = purchases(tables.orders, tables.margins, currency=currency, as_of=as_of)
    people, remarks = gathered(tables, asked, stored, bought, as_of)
    step(_("Looking for groups"))
    made = _model(asked, people, stored, remarks)
    found = assign(made.model, people)
    step(_("Comparing segments"))
    alike = stored is None or _same_kind(stored, made.model)
    before, since = previous(tables.segments if alike else tables.segments.clear(), people.as_of)
    segments = compared(_segments(people, made.model, found), before, since)
    card = carded(made.model, people, found)
    remarks += [*made.remarks, *_about(people, made.model, found, card)]
    profiles = segment_profiles(
        Segmented(people, made.model, found, card), bought, tables.orders, tables.items, tables.customers
    )
    return Survey(
        people,
        made,
        segments.select(SEGMENTS.schema.names()),
        profiles,
        to_table(made.model),
        card,
        moves(segments, bought.frame),
        bought.priced and people.from_orders,
        tuple(remarks),
    )


def gathered(
    tables: Tables, asked: Asked, stored: Model | None, bought: Purchases, as_of: dt.date | None
) -> tuple[People, list[Remark]]:
    """Who can be put into segments, and by what."""
    from_orders = bool(tables.orders.height)
    remarks: list[Remark] = []
    kept = asked.kept(stored)
    by = asked.by or (kept.by_asked if kept and kept.by_asked else None)
    if from_orders:
        frame, day = buyers(bought), bought.as_of or dt.date(1970, 1, 1)
        remarks += _left_out(tables, bought, frame)
    else:
        frame, found = crm_summary(tables.customers, as_of)
        day = found or _last_seen(tables.customers)
        if by is not None and not set(by) <= set(frame.columns):
            frame = tables.customers.select("customer_id").join(frame, on="customer_id", how="left").sort("customer_id")
        columns = [name for name in frame.columns if name != "customer_id"]
        if not columns and by is None and asked.rules is None:
            raise CustintelError(
                _("There are no orders, and no column of the customers says what they bought."),
                hint=_("Load orders: ci load orders.csv. Or say what to compare customers by: ci segment --by COLUMNS"),
            )
        remarks.append(Remark("from_crm", {"columns": list(by or columns)}))
        if by is None and asked.rules is None:
            by = tuple(name for name in RFM if name in columns) or tuple(columns[:1])
    if asked.rules is not None or (kept and kept.method == "rules"):
        rules = asked.rules.rules if asked.rules else kept.rules if kept else ()
        wanted = [one.column for rule in rules for one in rule.conditions if not isinstance(one.value, tuple)]
        texts = [one.column for rule in rules for one in rule.conditions if isinstance(one.value, tuple)]
        frame = _with_columns(frame, [*wanted, *texts], tables, day)
        needed = {SCORES.get(name, name) for one in wanted for name in (("f", "m") if one == "fm" else (one,))}
        if missing := sorted({*needed, *texts} - set(frame.columns)):
            raise UsageError(
                _("These rules need what is not known of these customers."),
                where="--rules",
                seen=", ".join(missing),
                hint=_("Load orders: ci load orders.csv"),
            )
        people = People(frame, (), day, bought.currency, from_orders)
        if not frame.height:
            useful(people)
        return people, remarks
    frame, features = asked_for(by or RFM, frame, {"customers": tables.customers, **tables.more}, day)
    if not from_orders:
        frame = frame.filter(pl.any_horizontal(pl.col(one.name).is_not_null() for one in features))
    people = People(frame.sort("customer_id"), features, day, bought.currency, from_orders)
    people, more = useful(people)
    return people, [*remarks, *more]


def _with_columns(frame: pl.DataFrame, names: list[str], tables: Tables, as_of: dt.date) -> pl.DataFrame:
    """``frame`` with the columns that rules name and it does not have; days as how long ago."""
    for name in dict.fromkeys(names):
        source = next((one for one in (tables.customers, *tables.more.values()) if name in one.columns), None)
        if name in frame.columns or source is None:
            continue
        column = pl.col(name)
        if source.schema[name].is_temporal():
            column = (pl.lit(as_of) - column.cast(pl.Date)).dt.total_days().alias(name)
        frame = frame.join(source.select("customer_id", column), on="customer_id", how="left", maintain_order="left")
    return frame


def _last_seen(customers: pl.DataFrame) -> dt.date:
    found = customers["last_seen"].cast(pl.Date).max() if "last_seen" in customers.columns else None
    return found if isinstance(found, dt.date) else dt.date(1970, 1, 1)


def _left_out(tables: Tables, bought: Purchases, frame: pl.DataFrame) -> list[Remark]:
    """Who and what could not be counted."""
    found = []
    if n := _without_purchase(tables, bought, frame):
        found.append(Remark("without_purchase", {"n": n}))
    if bought.unknown:
        found.append(Remark("unknown_orders", {"n": bought.unknown}))
    if bought.foreign:
        found.append(Remark("foreign_orders", {"n": bought.foreign, "currency": bought.currency}))
    if not bought.priced:
        found.append(Remark("not_priced"))
    elif bought.unpriced:
        found.append(Remark("partly_priced", {"n": bought.unpriced}))
    return found


def _without_purchase(tables: Tables, bought: Purchases, frame: pl.DataFrame) -> int:
    known = pl.concat([tables.customers["customer_id"], bought.frame["customer_id"]])
    return known.n_unique() - frame.height


def _model(asked: Asked, people: People, stored: Model | None, remarks: list[Remark]) -> Made:
    kept = asked.kept(stored)
    if asked.rules is not None:
        return Made(ruled(asked.rules, people, stored, asked.refit), True)
    if kept is not None and {one.name for one in kept.features} <= set(people.frame.columns):
        return Made(kept, False)
    if stored is not None and not asked.refit:
        remarks.append(Remark("other_kind", {"was": stored.method, "n": stored.k}))
    again = asked
    if stored is not None and asked.refit and stored.method != "rules":
        k = asked.k if asked.k is not None else 0 if stored.facts.get("auto") else int(stored.facts["asked"])
        again = Asked(k, asked.by or stored.by_asked, asked.method or stored.method, None, True)
    return clustered(again, people, stored)


def _same_kind(stored: Model, made: Model) -> bool:
    """Whether a change of segment from one model to the other is a change of the customer."""
    if made.method == "rules" or stored.method == "rules":
        return (stored.method, stored.rules) == (made.method, made.rules)
    return (stored.method, stored.by, stored.k) == (made.method, made.by, made.k)


def _segments(people: People, model: Model, found: Assigned) -> pl.DataFrame:
    codes = pl.Series([*model.codes, None], dtype=pl.String)
    return (
        people.frame.select("customer_id")
        .with_columns(
            segment_id=pl.Series(found.labels + 1, dtype=pl.Int32),
            segment=codes.gather(np.where(found.labels < 0, model.k, found.labels)),
            distance=pl.Series(found.distance).fill_nan(None).round(6),
            probability=pl.Series(found.probability).fill_nan(None).round(6),
            as_of=pl.lit(people.as_of),
        )
        .filter(pl.col("segment_id") > 0)
    )


def carded(model: Model, people: People, found: Assigned) -> Card:
    """The rules of the model, and how well they rebuild its segments."""
    if model.method == "rules":
        return Card(model.rules, 1.0, (1.0,) * model.k)
    right = matched(people.frame, model.rules).fill_null(-1).to_numpy() == found.labels
    here = [found.labels == segment for segment in range(model.k)]
    return Card(model.rules, float(right.mean()), tuple(float(right[one].mean()) if one.any() else 1.0 for one in here))


def _about(people: People, model: Model, found: Assigned, card: Card) -> list[Remark]:
    """What is worth knowing about the people and their segments."""
    remarks = []
    if left := int((found.labels < 0).sum()):
        remarks.append(Remark("in_no_rule", {"n": left}))
    if (ari := model.facts.get("stability")) is not None and float(ari) < STABLE:
        remarks.append(Remark("unstable", {"ari": float(ari)}))
    counts = np.bincount(found.labels[found.labels >= 0], minlength=model.k)
    for segment, code in enumerate(model.codes):
        if not counts[segment]:
            remarks.append(Remark("nobody", {"segment": code}))
        elif all(rule.segment != segment for rule in card.rules):
            remarks.append(Remark("no_rule", {"segment": code}))
    if "net" in people.frame.columns:
        money = people.frame["net"].cast(pl.Float64).fill_null(0)
        total, most = float(money.sum()), float(money.max() or 0)  # type: ignore[arg-type]
        if total > 0 and most / total > WHALE and money.len() > 10:
            name = people.frame["customer_id"][int(money.arg_max() or 0)]
            remarks.append(Remark("whale", {"share": most / total, "customer": name}))
        if below := int((money < 0).sum()):
            remarks.append(Remark("negative", {"n": below}))
    if model.method == "rules":
        remarks += _missing_scores(model, people)
    return remarks


def _missing_scores(model: Model, people: People) -> list[Remark]:
    frame, found = scored(model.grids, people), []
    for score in ("r", "f", "m"):
        if score in frame.columns:
            counts = frame[score].value_counts(sort=True)
            missing = [n for n in range(1, 6) if n not in set(counts[score].to_list())]
            if missing:
                share = float(counts["count"][0]) / max(frame.height, 1)
                found.append(Remark("scores_missing", {"feature": score, "scores": missing, "share": share}))
    return found
