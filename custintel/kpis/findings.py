"""What the numbers mean, as codes with the figures that the sentences name. Money is units of the currency."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from custintel.findings import Finding
from custintel.kpis.conversion import TRACKED_ENOUGH
from custintel.kpis.poisson import garwood_of
from custintel.kpis.survey import KNOWN_ENOUGH, YOUNG_MANY, Survey
from custintel.minor_units import minor_unit

SURE = 0.05
"""Probability below which a difference is told as one."""


def findings(made: Survey) -> list[Finding]:
    """Everything worth saying, what costs most first."""
    if made.known < KNOWN_ENOUGH:
        figures = {"share": made.known, "since": made.known_since}
        in_part = Finding("channels_known_since" if made.known_since else "channels_not_known", figures)
        return [in_part, *_calls(made), *_payback(made), *_doubts(made)]
    return [*_channels(made), *_calls(made), *_claims(made), *_payback(made), *_rests(made), *_doubts(made)]


def _channels(made: Survey) -> Iterator[Finding]:
    """What an order of each advertised channel is believed to cost, what it costs, and whether to go on with it."""
    minor = minor_unit(made.costs.currency)
    channels = made.added["channel"].filter(pl.col("group").is_not_null())
    channels = channels.with_columns(own=pl.col("cm1") - pl.col("direct"))
    for row in channels.sort("cm3", "group").iter_rows(named=True):
        group, kept, placed = row["group"], row["kept"], row["placed"]
        loaded = (row["acquisition"] + row["hidden"]) / minor
        fewest, most = garwood_of(kept)
        if row["ad_spend"] > 0 and not kept:
            figures = {"channel": group, "spent": loaded, "placed": placed, "least": loaded / most}
            yield Finding("spent_for_nothing", figures)
            continue
        if row["media"] > 0:
            yield Finding(
                "real_cost",
                {
                    "channel": group,
                    "believed": row["media"] / minor / placed,
                    "real": loaded / kept,
                    "low": loaded / most,
                    "high": loaded / fewest,
                    "breaks_even": row["cm1"] / minor / kept,
                    "kept": kept,
                },
            )
        if (row["own"] >= 0 and row["cm3"] >= 0) or row["acquisition"] <= 0 or not kept:
            continue
        told = {"channel": group, "kept": kept, "loss": -row["own"] / minor / kept, "total": -row["own"] / minor}
        if row["own"] >= 0:
            yield Finding("earns_no_share", {"channel": group, "missing": -row["cm3"] / minor})
        elif row["direct"] / most > row["cm1"] / kept:
            yield Finding("stop", told)
        else:
            yield Finding("watch", told)


def _calls(made: Survey) -> Iterator[Finding]:
    """Whether confirming by phone pays, and for which orders."""
    found = made.confirmation
    if found is None:
        return
    minor = minor_unit(made.costs.currency)
    yield Finding(
        "calls_pay" if found.spared > 0 else "calls_do_not_pay",
        {
            "called": found.called,
            "cost": found.called * found.call_cost / minor,
            "stopped": found.stopped,
            "saved": found.stopped * found.refusal_cost / minor,
            "refusal_cost": found.refusal_cost / minor,
            "spared": abs(found.spared) / minor,
            "pays_from": found.pays_from,
        },
    )
    for verdict in ("call", "do_not_call"):
        methods = found.groups.group_by("payment_method", maintain_order=True).agg(
            alike=(pl.col("verdict") == verdict).all(), orders=pl.col("orders").sum(), lost=pl.col("lost").sum()
        )
        chosen = methods.filter("alike", pl.col("payment_method").is_not_null())
        if chosen.height:
            figures = {"methods": chosen["payment_method"].to_list(), "orders": int(chosen["orders"].sum())}
            yield Finding(f"confirm_{verdict}", {**figures, "lost": int(chosen["lost"].sum())})


def _claims(made: Survey) -> Iterator[Finding]:
    for row in made.claims.iter_rows(named=True):
        if row["claimed"] > row["placed"]:
            yield Finding("claimed_more", row)
        elif row["claimed"] < row["placed"]:
            yield Finding("claimed_less", row)


def _payback(made: Survey) -> Iterator[Finding]:
    found, minor = made.payback, minor_unit(made.costs.currency)
    if made.people_known < KNOWN_ENOUGH:
        yield Finding("people_not_known", {"share": made.people_known})
        return
    if not found.cac or not found.months.height:
        return
    earned = found.months["earned"][-1] / minor
    figures = {"cac": found.cac / minor, "customers": found.customers, "month": found.month, "earned": earned}
    yield Finding("pays_back" if found.month else "not_paid_back", {**figures, "months": found.months.height})


def _rests(made: Survey) -> Iterator[Finding]:
    """Channels that keep clearly more or fewer of their orders than the others; or that none can be told apart."""
    for one in made.rests:
        if one.p < SURE:
            low, high = sorted(abs(end) for end in (one.difference.low, one.difference.high))
            figures = {"channel": one.group, "share": one.share, "rest": one.rest, "low": low, "high": high, "p": one.p}
            yield Finding("keeps_fewer" if one.share < one.rest else "keeps_more", figures)
    if made.rests and all(one.p >= SURE for one in made.rests):
        best = min(made.rests, key=lambda one: one.difference.visible)
        yield Finding("none_stands_out", {"visible": best.difference.visible, "channel": best.group})


def _doubts(made: Survey) -> Iterator[Finding]:
    """What to keep in mind when reading all this."""
    if made.young > YOUNG_MANY:
        yield Finding("provisional", {"share": made.young, "days": made.settled})
    tracked = made.visits.tracked if made.visits else None
    if made.visits and tracked is not None and tracked < TRACKED_ENOUGH:
        figures = {"share": tracked, "seen": made.visits.seen, "orders": made.visits.orders.height}
        yield Finding("tracked_in_part", figures)
    unknown = made.added["channel"].filter(pl.col("group").is_null())["placed"].sum()
    placed = made.added["all"]["placed"][0]
    if unknown and placed and made.known >= KNOWN_ENOUGH:
        yield Finding("no_channel", {"orders": int(unknown), "share": unknown / placed})
