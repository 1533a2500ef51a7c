"""Small codes: postal codes, web addresses, IP addresses, and lists of labels in one cell."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from custintel.fields.vocabulary import Rule, fired
from custintel.i18n import N_

POSTAL_FORMAT = Rule("postal_code.format", "format", N_("The postal code written as its country writes it"))
POSTAL_ZEROS = Rule(
    "postal_code.lost_zeros", "repair", N_("Zeros that the spreadsheet removed from the front put back"), 0.98
)
POSTAL_NONE = Rule("postal_code.unreadable", "drop", N_("Not a postal code"))
POSTAL_FAKE = Rule("postal_code.placeholder", "drop", N_("A code that stands for no place, such as 00000"))
URL_FORMAT = Rule("website.format", "format", N_("The web address completed, its domain in small letters"))
URL_NONE = Rule("website.unreadable", "drop", N_("Not a web address"))
IP_FORMAT = Rule("ip.format", "format", N_("The IP address without port, spaces or zeros in front"))
IP_NONE = Rule("ip.unreadable", "drop", N_("Not an IP address"))
LIST_SPLIT = Rule("list.split", "format", N_("The list taken apart, each label once"))
LIST_NONE = Rule("list.empty", "drop", N_("No label in the list"))
RULES = (
    POSTAL_FORMAT, POSTAL_ZEROS, POSTAL_NONE, POSTAL_FAKE,
    URL_FORMAT, URL_NONE, IP_FORMAT, IP_NONE, LIST_SPLIT, LIST_NONE,
)  # fmt: skip

_ZIP4_LENGTH = 9
_NOWHERE = r"^(?:0+|9{4,})$"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = rf"^{_OCTET}(?:\.{_OCTET}){{3}}$"


@cache
def _countries() -> dict[str, Any]:
    import tomllib

    return tomllib.loads((files("custintel.fields") / "data" / "postal_codes.toml").read_text("utf-8"))


def postal_code(frame: pl.DataFrame) -> pl.DataFrame:
    """Postal codes as their countries write them.

    A code that is not of its country's form may be a foreign one: it is kept as written when it looks like a code.

    Args:
        frame: ``raw``, and optionally ``country`` (ISO 3166 alpha-2).

    Returns:
        As tall and in the same order: ``value``, ``rules``.
    """
    asked = frame if "country" in frame.columns else frame.with_columns(country=pl.lit(None, pl.String))
    text = (
        pl.col("raw")
        .str.to_uppercase()
        .str.replace(r"^(?:C\.?\s?P\.?|CEP|ZIP|CODIGO POSTAL|CÓDIGO POSTAL)[\s.:#]+", "")
    )
    text = text.str.replace(r"^(\d{3,9})[.,]0+$", "$1").str.strip_chars("'\"= ")
    asked = asked.select(pl.col("raw", "country").cast(pl.String)).with_columns(text=text).with_row_index("row")
    asked = asked.with_columns(compact=pl.col("text").str.replace_all(r"[^0-9A-Z]", ""))
    parts = [
        _of_country(group, _countries().get(country.upper() if country else ""))
        for (country,), group in asked.partition_by("country", as_dict=True).items()
    ]
    compact = pl.col("compact")
    plausible = compact.str.contains(r"^[0-9A-Z]{3,10}$") & compact.str.contains(r"\d")
    drop = (
        pl.when(compact.str.contains(_NOWHERE)).then(pl.lit(POSTAL_FAKE.code))
        .when(pl.col("value").is_null() & ~plausible).then(pl.lit(POSTAL_NONE.code))
    )  # fmt: skip
    value = pl.coalesce("value", "text")
    changed = fired((POSTAL_ZEROS, pl.col("repaired")), (POSTAL_FORMAT, ~pl.col("repaired") & (value != pl.col("raw"))))
    return (
        pl.concat([asked.clear().with_columns(value=pl.lit(None, pl.String), repaired=pl.lit(False)), *parts])
        .sort("row")
        .with_columns(drop=drop)
        .select(value=pl.when(pl.col("drop").is_null()).then(value), rules=pl.coalesce("drop", changed))
    )


def _of_country(group: pl.DataFrame, rule: dict[str, Any] | None) -> pl.DataFrame:
    """``value`` (null: not the form of this country) and ``repaired`` (zeros were put back) for one country."""
    if rule is None:
        return group.with_columns(value=pl.lit(None, pl.String), repaired=pl.lit(False))
    compact, length = pl.col("compact"), rule.get("length", 0)
    width = pl.when(compact.str.len_chars() > length).then(_ZIP4_LENGTH).otherwise(length)
    lost = compact.str.contains(rule["lost"]) if "lost" in rule else pl.lit(False)
    full = pl.when(lost).then(compact.str.zfill(width)).otherwise(compact)
    written = full.str.replace(rule["write"], "$1-$2") if "write" in rule else full
    fits = full.str.contains(rule["form"])
    return group.with_columns(value=pl.when(fits).then(written), repaired=fits & lost)


def url(frame: pl.DataFrame) -> pl.DataFrame:
    """Web addresses: ``raw`` → ``value`` (domain in small letters, ``https://`` where nothing was written), ``rules``.

    Only http and https are web addresses here; ``javascript:``, mail addresses and plain words are dropped.
    """
    text = pl.col("raw").cast(pl.String).str.strip_chars().str.replace(r"(?i)^(https?)\s*[:;]?\s*/{1,3}\s*", "$1://")
    pattern = r"^(?i:(https?)://)?([\p{L}\d](?:[\p{L}\d\-]*\.)+\p{L}{2,}\.?)(:\d{1,5})?([/?#][^\s<>\x22]*)?$"
    part = text.str.extract_groups(pattern)
    scheme = part.struct[0].str.to_lowercase().fill_null("https")
    rest = part.struct[3].fill_null("").str.replace("^/$", "")
    domain = part.struct[1].str.to_lowercase().str.strip_chars_end(".")
    value = scheme + "://" + domain + part.struct[2].fill_null("") + rest
    return _with_rules(frame, value, URL_FORMAT, URL_NONE)


def ip(frame: pl.DataFrame) -> pl.DataFrame:
    """IP addresses, version 4 or 6: ``raw`` → ``value`` (the first of a list, without port), ``rules``."""
    text = pl.col("raw").cast(pl.String).str.to_lowercase().str.extract(r"^[\s\[]*([0-9a-f.:]+)")
    v4 = text.str.replace("^::ffff:", "").str.replace(r"^(\d+\.\d+\.\d+\.\d+):\d+$", "$1")
    v4 = v4.str.replace_all(r"(^|\.)0+(\d)", "$1$2")
    found = frame.select(
        pl.when(v4.str.contains(_IPV4)).then(v4).alias("v4"),
        pl.when(text.str.contains(r":.*:")).then(text).alias("v6"),
    )
    others = found.filter(pl.col("v4").is_null())["v6"].drop_nulls().unique().to_list()
    known = {text: address for text in others if (address := _ipv6(text))}
    v6 = pl.col("v6").replace_strict(known, default=None, return_dtype=pl.String)
    value = found.select(value=pl.coalesce("v4", v6))["value"]
    return _with_rules(frame, pl.lit(value), IP_FORMAT, IP_NONE)


def _ipv6(text: str) -> str | None:
    from ipaddress import AddressValueError, IPv6Address

    try:
        return str(IPv6Address(text))
    except AddressValueError:
        return None


def labels(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists in one cell, such as tags: ``raw`` → ``value`` (List of String, each label once in any case), ``rules``.

    Labels are separated by comma, semicolon, bar or line break; the brackets and quotes of ``["a", "b"]`` go.
    """
    text = pl.col("raw").cast(pl.String).str.strip_chars(" []{}")
    label = pl.element().str.strip_chars(" \t\r'\"“”")
    label = label.filter(label.str.contains(r"[\p{L}\p{N}\p{S}]"))
    split = text.str.replace_all(r"[;|\n]", ",").str.split(",").list.eval(label)
    once = split.list.eval(pl.element().filter(pl.element().str.to_lowercase().is_first_distinct()))
    return frame.select(pl.col("raw").cast(pl.String), value=once).select(
        value=pl.when(pl.col("value").list.len() > 0).then("value"),
        rules=pl.when(pl.col("value").list.len() == 0).then(pl.lit(LIST_NONE.code))
        .when(pl.col("value").list.join(", ") != pl.col("raw")).then(pl.lit(LIST_SPLIT.code)),
    )  # fmt: skip


def _with_rules(frame: pl.DataFrame, value: pl.Expr, format_rule: Rule, drop: Rule) -> pl.DataFrame:
    """``value`` and ``rules``: null is dropped, anything but ``raw`` was formatted."""
    return frame.select(pl.col("raw").cast(pl.String), value=value).select(
        "value",
        rules=pl.when(pl.col("value").is_null()).then(pl.lit(drop.code))
        .when(pl.col("value") != pl.col("raw")).then(pl.lit(format_rule.code)),
    )  # fmt: skip
