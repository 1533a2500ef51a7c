"""Which domain was probably meant. Suggested, never applied; the name before the @ is never touched.

Likeness alone is no evidence: yahoo.cl, mail.com and unal.edu.co are all one slip from something better known. So there
are two kinds of grounds. A domain whose ending does not exist, or that is a big provider's misspelled as many people
misspell it, is doubted whatever the DNS says. One that merely looks like another is doubted only when the DNS has said
that it takes no mail: :func:`reason` joins the two. Where people are known to have mailboxes nothing is suggested.
"""

from __future__ import annotations

import re
import string
from functools import cache

import polars as pl

from custintel.contactability.domains import has_known_ending, is_established, misspelled, typed

SURE = ("no_such_ending", "known_typo")
"""Kinds that hold without the DNS."""
KINDS = (*SURE, "look_alike", "rarer")

_TIMES = 50
"""How many times as frequent a domain of the list must be to be what another one meant."""
_FREQUENT = 200
"""How many of the most frequent domains of a list are compared with the others."""
_TELLING = 5
"""Letters a name must have: shorter ones are one slip from too many others."""
_LONGEST_GLUED = 6
"""Letters of an ending that begins with "com" and is nothing else ("commm", "comgo")."""

_LETTERS = string.ascii_lowercase + string.digits + "-."
_PAIR = {"domain": pl.String, "suggestion": pl.String}


def suggestions(domains: pl.DataFrame) -> pl.DataFrame:
    """What may have been meant instead of each domain that may be a slip.

    Args:
        domains: ``domain`` (distinct, ASCII, small letters) and ``n``, how many addresses of the list have it.

    Returns:
        ``domain``, ``suggestion`` and ``kind``, sorted by domain; only domains for which there is a suggestion.

        - ``no_such_ending``: the last label is no top-level domain (``empresa.con``).
        - ``known_typo``: a provider as many misspell it, perhaps alive in the hands of somebody else (``gmai.com``).
        - ``look_alike``: one slip from a provider (``hotmaul.es``). Only with :func:`reason`.
        - ``rarer``: one slip from a domain of this list that is 50 times as frequent. Only with :func:`reason`.
    """
    asked = domains.filter(pl.col("domain").is_not_null()).select("domain", pl.col("n").fill_null(0)).sort("domain")
    name = asked["domain"]
    endless = asked.filter(~has_known_ending(pl.col("domain")))["domain"]
    found = [
        _kind("no_such_ending", _doubtful(_with_an_ending(endless, name))),
        _kind("known_typo", _looked_up(name, misspelled())),
        _kind("look_alike", _looked_up(name, typed()["unless_alive"])),
        _kind("look_alike", _doubtful(_looked_up(name, _one_slip_from_providers()))),
        _kind("rarer", _doubtful(_rarer(asked))),
    ]
    return pl.concat(found).unique("domain", keep="first", maintain_order=True).sort("domain")


def reason(kind: pl.Expr, takes_mail: pl.Expr) -> pl.Expr:
    """What a suggestion of ``kind`` says about its domain, null when it should not be made.

    Args:
        kind: one of :data:`KINDS`, null where there is no suggestion.
        takes_mail: what the DNS said: true, false, or null when it was not asked or did not answer.

    Returns:
        ``typo_live`` (a known slip whose domain takes mail, so that a letter would reach a stranger),
        ``typo_suspected``, or null.
    """
    sure = kind.is_in(SURE)
    return (
        pl.when(sure & takes_mail)
        .then(pl.lit("typo_live"))
        .when(kind.is_not_null() & (sure | ~takes_mail))
        .then(pl.lit("typo_suspected"))
    )


def _kind(kind: str, found: pl.DataFrame) -> pl.DataFrame:
    return found.select("domain", "suggestion", pl.lit(kind).alias("kind"))


def _doubtful(found: pl.DataFrame) -> pl.DataFrame:
    """Those of ``found`` where nobody is known to have a mailbox."""
    return found.filter(~is_established(pl.col("domain")))


def _looked_up(domains: pl.Series, meant: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"domain": domains}).join(_slips(meant), on="domain")


def _slips(meant: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"domain": list(meant), "suggestion": list(meant.values())}, schema=_PAIR)


def _with_an_ending(endless: pl.Series, held: pl.Series) -> pl.DataFrame:
    """Domains that cannot be, as they may have been meant; ``held`` are those of the list."""
    known = set(held) if endless.len() else set()
    meant = [(domain, _ended(domain, known)) for domain in endless]
    return pl.DataFrame(meant, schema=_PAIR, orient="row").drop_nulls()


def _ended(domain: str, held: set[str]) -> str | None:
    """``domain`` with an ending that exists, and its provider spelled right; nothing when none suggests itself."""
    name, _dot, ending = domain.rpartition(".")
    repaired = _repaired(name, ending, held) if name else None
    if repaired is None:
        label, _dot, rest = domain.partition(".")
        return _providers().get(label) if "." not in rest or rest.startswith("com.") else None
    return misspelled().get(repaired) or typed()["unless_alive"].get(repaired, repaired)


def _repaired(name: str, ending: str, held: set[str]) -> str | None:
    seconds, countries = typed()["seconds"], typed()["countries"]
    if ending in _endings():
        return f"{name}.{_endings()[ending]}".replace(".com.com", ".com")
    if glued := re.fullmatch(rf"({'|'.join(seconds)})({'|'.join(countries)})", ending):
        return f"{name}.{glued[1]}.{glued[2]}"
    if ending.startswith("com") and len(ending) <= _LONGEST_GLUED:
        return f"{name}.com"
    if len(ending) == 1 and name.rpartition(".")[2] in seconds:
        possible = [f"{name}.{country}" for country in countries if country.startswith(ending)]
        there = [domain for domain in possible if domain in held] or possible
        return there[0] if len(there) == 1 else None
    return None


@cache
def _endings() -> dict[str, str]:
    """Endings that do not exist, and the one each was meant to be."""
    return {slip: ending for ending, slips in typed()["endings"].items() for slip in slips}


@cache
def _providers() -> dict[str, str]:
    """The name of each big provider, right and misspelled, and its domain."""
    providers = typed()["providers"].items()
    return {label: f"{name}.com" for name, slips in providers for label in (name, *slips["names"])}


@cache
def _one_slip_from_providers() -> dict[str, str]:
    meant: dict[str, str] = {}
    shared: set[str] = set()
    for provider in typed()["look_alikes_of"]:
        slips = _one_slip_from(provider)
        shared |= slips & meant.keys()
        meant |= dict.fromkeys(slips, provider)
    return {slip: provider for slip, provider in meant.items() if slip not in shared}


def _rarer(asked: pl.DataFrame) -> pl.DataFrame:
    """Domains that are one slip from another of the list that is far more frequent."""
    telling = pl.col("domain").str.find(".", literal=True) >= _TELLING
    frequent = asked.filter((pl.col("n") >= _TIMES) & telling & ~pl.col("domain").is_in(list(misspelled())))
    frequent = frequent.sort("n", "domain", descending=[True, False]).head(_FREQUENT)
    meant: dict[str, str] = {}
    for domain in reversed(frequent["domain"].to_list()):
        meant |= dict.fromkeys(_one_slip_from(domain), domain)
    found = asked.join(_slips(meant), on="domain").join(frequent, left_on="suggestion", right_on="domain")
    return found.filter(pl.col("n") * _TIMES <= pl.col("n_right"))


def _one_slip_from(text: str) -> set[str]:
    """Every way to write ``text`` with one character left out, added, changed, or changed places with the next."""
    cuts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    slips = {before + after[1:] for before, after in cuts if after}
    slips |= {before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1}
    slips |= {before + letter + after[1:] for before, after in cuts if after for letter in _LETTERS}
    slips |= {before + letter + after for before, after in cuts for letter in _LETTERS}
    return slips - {text}
