"""Where a visit came from, read from the address it landed on and the page it was on before.

Addresses are written by people and rewritten by programs: keys in capitals, several question marks, tags after ``#``,
the whole query encoded, letters encoded as Latin-1 or twice, templates that nobody filled in (``{{campaign.name}}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from urllib.parse import unquote_to_bytes

import polars as pl

from custintel.fields.text import tidy
from custintel.load.visits.gateways import gateways
from custintel.load.visits.sites import Sites, facts, sites

FIELDS = ("source", "medium", "campaign", "content", "term")
TOUCH = (*FIELDS, "click_id")
NOT_SET = "(not set)"
TIMES_ENCODED = 3
"""How often an address may have been encoded by the programs it passed through."""

_HIDDEN = r"(?i)utm_?[a-z]+%3d"
_TEMPLATE = r"\{[^{}]*\}|\[\[?[a-z_.]+\]\]?|__[A-Z_]+__|%%[a-z_]+%%"
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_HOST = r"^(?:[a-z][a-z0-9+.\-]*:)?(?://)?(?:[^/?#@]*@)?([^/?#:@\s]+)"


def landing(addresses: pl.Series) -> pl.DataFrame:
    """The tags in the addresses that visits landed on.

    Returns:
        ``source``, ``medium`` (small letters), ``campaign``, ``content``, ``term`` and ``click_id`` (the name of the
        id, a point, the id), one row per address; null where it says nothing. The first filled tag of a name counts.
    """
    distinct = pl.DataFrame({"url": addresses.cast(pl.String)}).unique().filter(pl.col("url").str.contains("[=%]"))
    query = pl.col("query")
    texts = distinct.with_columns(query=_query()).select(
        "url",
        *(query.str.extract(_tag(names)).alias(field) for field, names in facts("channels")["tags"].items()),
        _click_id(query),
    )
    texts = texts.with_columns(_readable(texts[field]).alias(field) for field in FIELDS)
    texts = texts.with_columns(pl.col("source", "medium").str.to_lowercase())
    asked = pl.DataFrame({"url": addresses.cast(pl.String)})
    return asked.join(texts, on="url", how="left", maintain_order="left").select(TOUCH)


def referrer(pages: pl.Series, *, own: Sequence[str] = ()) -> pl.DataFrame:
    """``source`` and ``medium`` that the pages before a visit stand for.

    Search engines are ``organic``, social sites and chats ``social``, mail on the web ``email``, everything else is
    ``referral``. The shop's ``own`` domains and payment gateways stand for nothing.
    """
    host = pl.col("page").str.to_lowercase().str.strip_chars().str.extract(_HOST).str.strip_prefix("www.")
    asked = pl.DataFrame({"page": pages.cast(pl.String)})
    found = asked.unique().with_columns(host=host.str.strip_chars_end("."))
    mine = sites({"own": [domain.lower().removeprefix("www.") for domain in own]})
    ours = mine.of(found["host"]).is_not_null() | gateways().of(found["host"]).is_not_null()
    named = pl.col("host").is_not_null() & pl.col("host").str.contains(".", literal=True)
    kind = (
        _sites()
        .of(found["host"])
        .replace_strict(facts("channels")["referrers"], default="referral", return_dtype=pl.String)
    )
    found = found.with_columns(kind=kind, name=_names(found["host"])).select(
        "page",
        source=pl.when(named & ~ours).then(pl.coalesce("name", "host")),
        medium=pl.when(named & ~ours).then("kind"),
    )
    return asked.join(found, on="page", how="left", maintain_order="left").select("source", "medium")


def tagged(events: pl.DataFrame, *, own: Sequence[str] = ()) -> pl.DataFrame:
    """Fill in where each event came from, when its analytics does not say: by tags, click id, or the page before.

    Args:
        events: ``page`` as a whole address and ``referrer``, and what is known of ``source``, ``medium``, ``campaign``,
            ``content``, ``term`` and ``click_id``. Rows that have a source keep their tags.
        own: the shop's domains.

    Returns:
        The same rows with all six columns. A tag without a source has the source ``(not set)``, as in Google Analytics.
    """
    missing = [pl.lit(None, pl.String).alias(name) for name in (*TOUCH, "referrer") if name not in events.columns]
    events = events.with_columns(missing)
    tags = landing(events["page"])
    before = referrer(events["referrer"], own=own)
    click = pl.coalesce("click_id", tags["click_id"])
    kind = click.str.split_exact(".", 1).struct.field("field_0").str.to_lowercase()
    says = tags.select(pl.any_horizontal(pl.col(FIELDS).is_not_null())).to_series()
    silent = pl.col("source").is_null()

    def by_click(field: str) -> pl.Expr:
        known = {name: fact[field] for name, fact in facts("channels")["click_ids"].items()}
        return kind.replace_strict(known, default=None, return_dtype=pl.String)

    answers: dict[str, pl.Expr] = {field: pl.when(says).then(tags[field]) for field in FIELDS}
    answers["source"] = (
        pl.when(says)
        .then(pl.coalesce(tags["source"], by_click("source"), pl.lit(NOT_SET)))
        .otherwise(pl.coalesce(by_click("source"), before["source"]))
    )
    answers["medium"] = (
        pl.when(says)
        .then(pl.coalesce(tags["medium"], pl.lit(NOT_SET)))
        .otherwise(pl.coalesce(by_click("medium"), before["medium"]))
    )
    told = (
        pl.when(silent).then(pl.coalesce(answer, field)).otherwise(field).alias(field)
        for field, answer in answers.items()
    )
    return events.with_columns(*told, click.alias("click_id"))


def path(addresses: pl.Expr) -> pl.Expr:
    """The path of a page's address: without host, query, fragment and a slash at its end."""
    bare = addresses.str.replace(r"^[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*", "").str.replace(r"[?#].*$", "")
    trimmed = bare.str.strip_chars_end("/")
    return pl.when(addresses.is_not_null()).then(pl.when(trimmed == "").then(pl.lit("/")).otherwise(trimmed))


def _query() -> pl.Expr:
    """The address with the marks of its query restored."""
    url = pl.col("url").str.replace_all("&amp;", "&", literal=True).str.replace_all("(?i);(utm_)", "&${1}")
    plain = url
    for code, mark in (("3f", "?"), ("26", "&"), ("3d", "="), ("23", "#")):
        plain = plain.str.replace_all(f"(?i)%{code}", mark)
    return pl.when(url.str.contains(_HIDDEN)).then(plain).otherwise(url)


def _tag(names: Iterable[str]) -> str:
    """Finds the first filled value of the tags of these names."""
    return r"(?i)(?:^|[?&#])(?:" + "|".join(names) + r")=([^?&#]+)"


def _click_id(query: pl.Expr) -> pl.Expr:
    kinds = facts("channels")["click_ids"]
    any_kind = query.str.contains(r"(?i)[?&#](?:" + "|".join(kinds) + ")=")
    found = [pl.lit(f"{kind}.") + query.str.extract(rf"(?i)[?&#]{kind}=([^?&#\s]+)").str.head(500) for kind in kinds]
    return pl.when(any_kind).then(pl.coalesce(found)).alias("click_id")


def _readable(values: pl.Series) -> pl.Series:
    """Values of an address as people wrote them; null when nothing but a template or blanks is left."""
    distinct = pl.DataFrame({"raw": values.unique().drop_nulls()})
    text = distinct["raw"].str.replace_all("+", " ", literal=True)
    encoded = text.str.contains("%[0-9A-Fa-f]{2}")
    if encoded.any():
        codes = text.filter(encoded)
        text = text.replace(codes, pl.Series([_decoded(code) for code in codes], dtype=pl.String))
    text = text.str.replace_all(r"\p{C}", "").str.replace_all(r"\s+", " ").str.strip_chars()
    odd = text.str.contains(r"[^\x00-\x7f]")
    if odd.any():
        strange = text.filter(odd).unique()
        text = text.replace(strange, tidy(pl.DataFrame({"raw": strange}), kind="text")["value"])
    empty = (text == "") | text.str.contains(_TEMPLATE)
    text = pl.select(pl.when(~empty).then(text)).to_series()
    return values.replace_strict(distinct["raw"], text, default=None, return_dtype=pl.String)


def _decoded(code: str) -> str:
    """``code`` without percent codes, whichever of UTF-8 and Windows-1252 they were, however often it was encoded."""
    text = code
    for _ in range(TIMES_ENCODED):
        data = unquote_to_bytes(text)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
        if not _ENCODED.search(text):
            break
    return text


def _names(hosts: pl.Series) -> pl.Series:
    """The short names of known sites: ``facebook`` of ``l.facebook.com``."""
    distinct = hosts.unique().drop_nulls()
    short: dict[str, str] = facts("channels")["short_names"]
    known = _sites().of(distinct).to_list()
    names = [
        short.get(host) or (_sites().brand(host) if kind not in (None, "assistants", "webmail") else None)
        for host, kind in zip(distinct.to_list(), known, strict=True)
    ]
    return hosts.replace_strict(distinct, pl.Series(names, dtype=pl.String), default=None, return_dtype=pl.String)


@cache
def _sites() -> Sites:
    return sites(facts("channels")["sources"])
