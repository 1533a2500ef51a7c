"""What is no visit of a customer: robots, the shop's own people, files of pages, requests that failed.

Nothing is thrown away here. Every event gets a code in ``excluded``, empty when it counts, and :func:`account` says how
many events and visitors each reason took.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.load.visits.sites import facts

REASONS: dict[str, str] = {
    "robot_agent": N_("robots that say what they are"),
    "robot_pages": N_("robots: they asked for what only robots ask for"),
    "robot_speed": N_("robots: more pages in a minute than anybody reads"),
    "internal": N_("addresses of your own people"),
    "asset": N_("images, scripts and other files of pages"),
    "method": N_("requests that do not ask for a page"),
    "redirect": N_("requests sent on to another page"),
    "status": N_("requests that failed"),
    "no_visitor": N_("events whose visitor is not known, for lack of consent"),
    "test_order": N_("visits with a test order"),
}
"""Why an event does not count, in the order in which reasons are looked for; the first decides."""

ROBOTS = ("robot_agent", "robot_pages", "robot_speed")
PAGES_A_MINUTE = 60
"""More page views of one visitor within a minute of the clock than this are a robot's."""
PAGE_VIEWS = ("page_view", "screen_view")

_BOT = r"bots?(?:$|[^a-z])"


def exclusions(events: pl.DataFrame, *, internal: Sequence[str] = ()) -> pl.DataFrame:
    """Add ``excluded`` (a code of ``REASONS``, null when the event counts) and ``bot``.

    What was excluded before stays so: tables do not keep addresses and user agents. Only test orders are asked anew.

    Args:
        events: ``ts`` and ``visitor_id``; and any of ``event``, ``page``, ``user_agent``, ``browser``, ``ip``,
            ``status`` (HTTP), ``method`` (HTTP). What is missing is not looked at.
        internal: addresses and networks (``203.0.113.7``, ``10.0.0.0/8``) of the shop's own people.

    Raises:
        CustintelError: one of ``internal`` is no address or network.
    """
    has = set(events.columns)
    nothing = pl.lit(False)
    agent = _marked(events, "user_agent", _robot_agent) | _marked(events, "browser", _robot_name)
    asked = _marked(events, "page", _robot_page)
    robots = events.filter(asked)["visitor_id"].unique() if asked.any() else None
    status = pl.col("status").cast(pl.Int32, strict=False) if "status" in has else pl.lit(None, pl.Int32)
    holds: dict[str, pl.Expr | pl.Series] = {
        "robot_agent": agent,
        "robot_pages": pl.col("visitor_id").is_in(robots.implode()) if robots is not None else nothing,
        "robot_speed": _too_fast(events),
        "internal": _within(events["ip"], internal) if internal and "ip" in has else nothing,
        "asset": _marked(events, "page", _asset),
        "method": ~pl.col("method").str.to_uppercase().is_in(["GET"]) if "method" in has else nothing,
        "redirect": status.is_between(300, 399) & (status != 304),
        "status": status >= 400,
        "no_visitor": pl.col("visitor_id").is_null(),
    }
    reasons = [pl.when(where).then(pl.lit(reason)) for reason, where in holds.items()]
    before = [pl.when(pl.col("excluded") != "test_order").then("excluded")] if "excluded" in has else []
    marked = events.with_columns(excluded=pl.coalesce(*before, *reasons))
    return marked.with_columns(bot=pl.col("excluded").is_in(ROBOTS).fill_null(False))


def without_tests(events: pl.DataFrame, test_orders: pl.Series) -> pl.DataFrame:
    """Exclude every event of the visits in which one of ``test_orders`` was placed; needs ``session_id``."""
    tested = pl.col("transaction_id").cast(pl.String).is_in(test_orders.cast(pl.String).implode())
    visits = events.filter(tested & pl.col("session_id").is_not_null())["session_id"].unique()
    test = tested | pl.col("session_id").is_in(visits.implode())
    return events.with_columns(
        excluded=pl.when(test).then(pl.coalesce("excluded", pl.lit("test_order"))).otherwise("excluded")
    )


def account(events: pl.DataFrame) -> pl.DataFrame:
    """How many events and visitors each reason took: ``reason`` (null: they count), ``events``, ``visitors``.

    The events add up to those that came in; a visitor can be in several rows.
    """
    return (
        events.group_by(reason=pl.col("excluded"))
        .agg(events=pl.len(), visitors=pl.col("visitor_id").n_unique())
        .sort("reason", nulls_last=False)
    )


def _marked(events: pl.DataFrame, column: str, says: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """``says`` for each value of ``column``, asked once per distinct value; false where there is no such column."""
    if column not in events.columns:
        return pl.repeat(False, events.height, eager=True)
    distinct = pl.DataFrame({"value": events[column].unique()}).with_columns(pl.col("value").cast(pl.String))
    answered = distinct.with_columns(says=says(pl.col("value")))
    asked = pl.DataFrame({"value": events[column].cast(pl.String)})
    return asked.join(answered, on="value", how="left", nulls_equal=True, maintain_order="left")["says"].fill_null(
        False
    )


def _robot_agent(agent: pl.Expr) -> pl.Expr:
    """A whole user agent that calls itself a robot, leads to a page about itself, or says nothing.

    Where none was written down (null) there is nothing to judge.
    """
    text = agent.str.to_lowercase().str.strip_chars()
    return text.is_in(facts("bots")["agents"]["nobody"]) | text.str.contains("https?://") | _robot_name(agent)


def _robot_name(name: pl.Expr) -> pl.Expr:
    """The name of a browser that is a robot's."""
    text = name.str.to_lowercase()
    for word in facts("bots")["agents"]["people"]:
        text = text.str.replace_all(word, "", literal=True)
    return text.str.contains(_agents())


def _robot_page(page: pl.Expr) -> pl.Expr:
    paths = facts("bots")["paths"]
    return page.str.to_lowercase().str.contains(_begins([*paths["robots"], *paths["probes"]]))


def _asset(page: pl.Expr) -> pl.Expr:
    """A file that pages are made of, or an address where programs talk."""
    paths = facts("bots")["paths"]
    bare = page.str.to_lowercase().str.replace(r"[?#].*$", "")
    ending = r"\.(?:" + "|".join(paths["assets"]) + ")$"
    return bare.str.contains(ending) | bare.str.contains(_begins(paths["services"]))


def _too_fast(events: pl.DataFrame) -> pl.Expr:
    """Every event of the visitors who opened more than ``PAGES_A_MINUTE`` pages within a minute."""
    pages = events.filter(pl.col("event").is_in(PAGE_VIEWS)) if "event" in events.columns else events
    busy = pages.group_by("visitor_id", minute=pl.col("ts").dt.truncate("1m")).len()
    fast = busy.filter(pl.col("len") > PAGES_A_MINUTE)["visitor_id"].unique()
    return pl.col("visitor_id").is_in(fast.implode()) if fast.len() else pl.lit(False)


def _within(addresses: pl.Series, networks: Sequence[str]) -> pl.Series:
    """Whether each address is in one of ``networks``; asked once per distinct address."""
    own = [_network(text) for text in networks]
    distinct = addresses.unique().drop_nulls()
    inside = pl.Series([_is_in(text, own) for text in distinct.to_list()], dtype=pl.Boolean)
    return addresses.replace_strict(distinct, inside, default=False, return_dtype=pl.Boolean)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as problem:
        raise CustintelError(
            _("This is not an internet address or a network."),
            seen=text,
            hint=_("Write an address such as 203.0.113.7, or a network such as 203.0.113.0/24."),
        ) from problem


def _is_in(text: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in networks)


@cache
def _agents() -> str:
    return "|".join((_BOT, *map(re.escape, facts("bots")["agents"]["tokens"])))


def _begins(paths: Sequence[str]) -> str:
    return "^(?:https?://[^/]*)?(?:" + "|".join(map(re.escape, paths)) + ")"
