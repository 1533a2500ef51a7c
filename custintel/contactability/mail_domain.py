"""What the DNS said about a domain, judged: whether it takes mail, why, and whose machines take it.

A pure function of the evidence. Only answers condemn a domain: where one that could acquit it never came, the verdict
is ``unknown``. One host that can be reached is enough, since mail goes to whichever of them answers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import polars as pl

from custintel.contactability.dns.answer import NODATA, NXDOMAIN, OK, REFUSED, SERVFAIL, TIMEOUT, UNASKED, reach
from custintel.contactability.dns.lookup import is_address, is_local

STATUSES = {
    "mx_ok": "deliverable",
    "implicit_mx": "risky",
    "disposable_mx": "risky",
    "parked_mx": "risky",
    "nxdomain": "undeliverable",
    "null_mx": "undeliverable",
    "no_mail_host": "undeliverable",
    "mx_localhost": "undeliverable",
    "mx_private_ip": "undeliverable",
    "mx_bare_ip": "undeliverable",
    "mx_dangling": "undeliverable",
    "spf_reject_no_mx": "undeliverable",
    "dns_timeout": "unknown",
    "servfail": "unknown",
    "refused": "unknown",
    "resolver_suspect": "unknown",
    "not_checked": "unknown",
}
"""Status by reason."""

FLAGS = ("mx_partly_dangling", "mail_gateway", "relay")
"""``mx_partly_dangling``: some of its mail hosts do not exist. ``mail_gateway``: a filter stands before the mailboxes.
``relay``: private addresses that lead to a real mailbox elsewhere."""

_UNANSWERED = {TIMEOUT: "dns_timeout", SERVFAIL: "servfail", REFUSED: "refused"}
_BY_REACH = {"public": "public", "loopback": "mx_localhost", "private": "mx_private_ip"}
_WORST = ("mx_localhost", "mx_private_ip", "mx_bare_ip", "mx_dangling")
"""Of what is wrong with several hosts, the first is the reason."""
_SHOWN = 3
_LONGEST = 200


def classify(evidence: pl.DataFrame, *, unasked: str = "not_checked") -> pl.DataFrame:
    """A verdict on each domain.

    Args:
        evidence: as ``look_up`` gives it.
        unasked: the reason where the question was not asked: ``not_checked``, or ``resolver_suspect`` when the resolver
            could not be worked with.

    Returns:
        As tall and in the same order: ``domain``, ``status``, ``reason`` (see :data:`STATUSES`), ``provider`` (whose
        machines take its mail, as a code; null when not known), ``flags`` (List[String], see :data:`FLAGS`),
        ``evidence`` (what the DNS said, short and printable) and ``checked_at`` (UTC).
    """
    frame = evidence.with_row_index("row")
    hosts = _providers(_hosts(frame))
    frame = frame.join(_of_hosts(hosts), on="row", how="left", maintain_order="left")
    frame = frame.join(_own(frame), on="row", how="left", maintain_order="left")
    frame = frame.with_columns(_reason(unasked).alias("reason"))
    used = pl.col("reason") == "mx_ok"
    kind = pl.when(used).then("kind")
    reason = (
        pl.when(kind == "disposable")
        .then(pl.lit("disposable_mx"))
        .when(kind == "parked")
        .then(pl.lit("parked_mx"))
        .otherwise("reason")
    )
    flags = [
        pl.when(pl.col("some_dangling") & used).then(pl.lit("mx_partly_dangling")),
        pl.when(kind == "gateway").then(pl.lit("mail_gateway")),
        pl.when(kind == "relay").then(pl.lit("relay")),
    ]
    return frame.select(
        "domain",
        reason.replace_strict(STATUSES, return_dtype=pl.String).alias("status"),
        reason.alias("reason"),
        "provider",
        pl.concat_list(flags).list.drop_nulls().alias("flags"),
        _said().alias("evidence"),
        "checked_at",
    )


def _hosts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per domain and MX host: ``row``, ``place``, ``host`` and ``found``.

    ``found`` is ``public`` for a host that mail can reach, else the reason that it would be for its domain.
    """
    exploded = (
        frame.filter(pl.col("mx") == OK)
        .select("row", host="hosts", outcome="host_outcomes", addresses="host_addresses")
        .filter(pl.col("host").list.len() > 0)
        .explode("host", "outcome", "addresses")
        .with_columns(place=pl.int_range(pl.len()).over("row"))
    )
    return exploded.with_columns(
        found=pl.coalesce(
            _mapped("host", exploded, _by_name, only=r"^\.$|^[\d.]+$|localhost"),
            _found(pl.col("outcome"), _mapped("addresses", exploded, _reached), "mx_dangling"),
        )
    )


def _own(frame: pl.DataFrame) -> pl.DataFrame:
    """``row`` and ``own``, as ``found`` of :func:`_hosts`, for the addresses of domains that have no MX."""
    asked = frame.filter(pl.col("mx") == NODATA).select("row", "address", joined=pl.col("addresses").list.join(" "))
    reached = _mapped("joined", asked, _reached)
    return asked.select("row", own=_found(pl.col("address"), reached, "no_mail_host"))


def _found(outcome: pl.Expr, reached: pl.Expr, absent: str) -> pl.Expr:
    """What an outcome of the question for addresses means, given who can write to those there are."""
    return (
        pl.when(outcome == OK)
        .then(reached)
        .when(outcome.is_in([NODATA, NXDOMAIN]))
        .then(pl.lit(absent))
        .when(outcome == UNASKED)
        .then(pl.lit("not_asked"))
        .otherwise(outcome.replace_strict(_UNANSWERED, default="servfail"))
    )


def _of_hosts(hosts: pl.DataFrame) -> pl.DataFrame:
    """What the hosts of a domain come to: ``row``, ``by_hosts``, ``some_dangling``, ``provider``, ``kind``."""
    real = hosts.filter(pl.col("found") != "null_mx").sort("row", "place")
    order = {"public": "mx_ok"} | {reason: reason for reason in (*_UNANSWERED.values(), "not_asked", *_WORST)}
    known = pl.col("provider").is_not_null()
    judged = real.group_by("row", maintain_order=True).agg(
        by_hosts=pl.coalesce(pl.when(_any(found)).then(pl.lit(reason)) for found, reason in order.items()),
        some_dangling=_any("mx_dangling"),
        provider=pl.col("provider").filter(known).first(),
        kind=pl.col("kind").filter(known).first(),
    )
    null = hosts.select("row").unique().join(judged, on="row", how="anti")
    return pl.concat([judged, null.with_columns(by_hosts=pl.lit("null_mx"))], how="diagonal")


def _any(found: str) -> pl.Expr:
    return (pl.col("found") == found).any()


def _reason(unasked: str) -> pl.Expr:
    mx, own = pl.col("mx"), pl.col("own")
    rejects = pl.col("spf").str.contains(r"(?i)^v=spf1\s+-all\s*$")
    hosts = pl.col("by_hosts").replace("not_asked", unasked)
    without = (
        pl.when((own == "public") & rejects.fill_null(False))
        .then(pl.lit("spf_reject_no_mx"))
        .when(own == "public")
        .then(pl.lit("implicit_mx"))
        .otherwise(own.replace("not_asked", unasked))
    )
    return (
        pl.when(mx.is_null())
        .then(pl.lit(unasked))
        .when(mx == NXDOMAIN)
        .then(pl.lit("nxdomain"))
        .when(mx == OK)
        .then(hosts.fill_null(unasked))
        .when(mx == NODATA)
        .then(without)
        .otherwise(mx.replace_strict(_UNANSWERED, default="servfail"))
    )


def _said() -> pl.Expr:
    """What the DNS said: ``MX 2: mx1.example.com = 192.0.2.1, mx2.example.com: nxdomain``."""
    mx = pl.col("mx")
    hosts = pl.col("hosts").list.head(_SHOWN).list.join(", ")
    more = pl.col("hosts").list.len() - _SHOWN
    shown = pl.when(pl.col("hosts").list.len() > _SHOWN).then(pl.format("{}, +{}", hosts, more)).otherwise(hosts)
    asked = pl.col("host_outcomes").list.eval(pl.element().filter(pl.element() != UNASKED))
    outcomes = asked.list.unique(maintain_order=True).list.join(", ")
    first = pl.col("host_addresses").list.first().str.extract(r"^(\S+)").fill_null("")
    with_mx = pl.concat_str(
        pl.lit("MX "),
        shown,
        pl.when(first != "").then(pl.format(" = {}", first)).when(outcomes != "").then(pl.format(": {}", outcomes)),
        ignore_nulls=True,
    )
    own = pl.col("addresses").list.head(_SHOWN).list.join(", ")
    address = pl.when(own != "").then(pl.format("; A {}", own)).otherwise(pl.format("; A {}", pl.col("address")))
    spf = pl.format("; {}", pl.col("spf"))
    without = pl.concat_str(pl.format("MX {}", mx), address, spf, ignore_nulls=True)
    text = pl.when(mx.is_null()).then(None).when(mx == OK).then(with_mx).otherwise(without)
    return text.str.replace_all(r"[^ -~]", "?").str.slice(0, _LONGEST)


def _providers(hosts: pl.DataFrame) -> pl.DataFrame:
    """``hosts`` with ``provider`` and ``kind``, null where the host is nobody's we know."""
    pattern, providers = _known_hosts()
    ending = pl.col("host").str.extract(pattern)
    return hosts.with_columns(
        provider=ending.replace_strict({key: name for key, (name, _kind) in providers.items()}, default=None),
        kind=ending.replace_strict({key: kind for key, (_name, kind) in providers.items()}, default=None),
    )


@cache
def _known_hosts() -> tuple[str, dict[str, tuple[str, str]]]:
    """A pattern for the endings of known hosts, the longest first, and whose each is: provider and kind."""
    data = tomllib.loads(files("custintel.contactability").joinpath("data/mail_hosts.toml").read_text("utf-8"))
    known = {end: (name, kind) for kind, named in data.items() for name, ends in named.items() for end in ends}
    endings = "|".join(re.escape(end) for end in sorted(known, key=lambda end: (-len(end), end)))
    return rf"(?:^|\.)({endings})$", known


def _mapped(column: str, frame: pl.DataFrame, meaning: Callable[[str], str | None], only: str = "") -> pl.Expr:
    """``meaning`` of each distinct text of a column; null for those that do not match ``only``."""
    distinct = frame[column].drop_nulls().unique()
    meanings = {text: meaning(text) for text in distinct.filter(distinct.str.contains(only)).to_list()}
    return pl.col(column).replace_strict(meanings, default=None, return_dtype=pl.String)


def _by_name(host: str) -> str | None:
    """What is known of a host from its name alone."""
    if host == ".":
        return "null_mx"
    if is_local(host):
        return "mx_localhost"
    if is_address(host):
        return "mx_localhost" if reach(host) == "loopback" else "mx_bare_ip"
    return None


def _reached(addresses: str) -> str | None:
    """The best of what addresses lead to, given separated by blanks."""
    reaches = [reach(address) for address in addresses.split()]
    return next((_BY_REACH[kind] for kind in _BY_REACH if kind in reaches), None)
