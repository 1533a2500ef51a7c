"""Email addresses: what a cell holds, whether it is an address, and which mailbox it reaches.

The judge of syntax is the library email-validator in its strict form (RFC 5321 lengths), without asking the network.
Plain addresses are recognised by a pattern that accepts a part of what the library accepts; the tests hold the two
equal.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import polars as pl

from custintel.fields.vocabulary import Rule, divided, fired, none_if_empty, then
from custintel.i18n import N_

WRAPPING = Rule("email.wrapping", "format", N_("The address taken out of a name, brackets, quotes or a link"))
PUNCTUATION = Rule("email.punctuation", "repair", N_("Punctuation around the address removed"))
AT_WORD = Rule("email.at_word", "repair", N_('"arroba" or "(at)" written as @'), 0.98)
SPACES = Rule("email.spaces", "repair", N_("Spaces inside the address removed"), 0.95)
COMMA = Rule("email.comma", "repair", N_("A comma after the @ read as a dot"), 0.97)
DOUBLED = Rule("email.doubled", "repair", N_("A doubled or stray @ or dot removed"), 0.9)
CASE = Rule("email.case", "format", N_("Capitals made small"))
UNICODE = Rule("email.unicode", "format", N_("International characters written the standard way"))
SEVERAL = Rule(
    "email.several", "format", N_("The cell held several addresses: the first is kept here, the others beside it")
)
LEFTOVER = Rule("email.leftover", "repair", N_("Part of the cell is not an address and was left out"), 0.9)
INVALID = Rule("email.invalid", "drop", N_("Not an email address"))
PLACEHOLDER = Rule("email.placeholder", "drop", N_("An address typed to fill the field, which reaches nobody"))
RULES = (WRAPPING, PUNCTUATION, AT_WORD, SPACES, COMMA, DOUBLED, CASE, UNICODE, SEVERAL, LEFTOVER, INVALID, PLACEHOLDER)

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = rf"^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:{_LABEL}\.)+(?:[a-z0-9-]{{0,61}}[a-z])$"
# Refused by the library (reserved names) or in need of it (punycode).
_ODD_DOMAIN = r"--|\.-|\.(?:arpa|invalid|local|localhost|onion|test)$"
_NOT_PLAIN = rf"{_ODD_DOMAIN}|^[^@]{{65}}"
_MAX_LENGTH = 254
_TELLING = 5
"""Letters at the beginning of a word that few other words share."""

_ONE_CHARACTER = r"^(?:" + "|".join(f"{c}{{3,}}" for c in "abcdefghijklmnopqrstuvwxyz0123456789") + r")@"
_QUOTES = r"[\"“”«»‹›`´]"
_EDGE = r"^[^\p{L}\p{N}_+!#$%&*^~-]+|[^\p{L}\p{N}\p{M}]+$"
_TOP_LEVEL = "com|net|org|edu|gov|gob|info|co|es|mx|ar|cl|pe|ec|br|us|uy|ve|cr|pa|gt|do|bo|py|io|me"
_TOKEN = r"[^\s;,/|<>()\[\]{}\"“”:@]+@[^\s;,/|<>()\[\]{}\"“”:@]+"


def normalise(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses in small letters, one per cell.

    Misspelled providers ("gmial.com") are addresses and stay as they are; suggesting another is for contactability.

    Args:
        frame: ``raw``.

    Returns:
        ``value`` (String), ``more`` (List[String]: the further addresses of a cell in their order, empty list when
        there are none) and ``rules``.
    """
    asked = frame.select("raw", address=pl.col("raw").str.to_lowercase())
    odd = asked.select(~_is_plain("address") | pl.col("address").str.contains(_suspect())).to_series()
    return divided(asked, odd, _plain_cells, _read_cells)


def mailbox(address: pl.Expr) -> pl.Expr:
    """The mailbox a normalised address reaches, to compare addresses and never to write to.

    What follows a ``+`` is a label everywhere; dots before the @ mean nothing at Gmail, which is also called
    googlemail.com.
    """
    labelled = address.str.contains("+", literal=True)
    bare = pl.when(labelled).then(address.str.replace(r"^([^+@]+)\+[^@]*@", "${1}@")).otherwise(address)
    google = bare.str.extract(r"^(.+)@(?:gmail|googlemail)\.com$")
    return (
        pl.when(google.is_not_null()).then(google.str.replace_all(".", "", literal=True) + "@gmail.com").otherwise(bare)
    )


def domain(address: pl.Expr) -> pl.Expr:
    """What follows the @ of a normalised address."""
    return address.str.extract(r"@([^@]+)$")


def is_role(address: pl.Expr) -> pl.Expr:
    """Whether a normalised address belongs to a desk (``ventas@``, ``info.bogota@``) that several people may answer."""
    first_word = address.str.extract(r"^(\p{L}+)(?:[._-][^@]*|\d+)?@")
    whole = address.str.extract(r"^([^@]+)@").str.replace_all(r"[._-]", "")
    roles = _lists()["roles"]
    return first_word.is_in(roles).fill_null(False) | whole.is_in(roles).fill_null(False)


def _plain_cells(cells: pl.DataFrame) -> pl.DataFrame:
    """The addresses of cells that hold nothing else, in small letters."""
    return cells.select(
        pl.col("address").alias("value"),
        pl.lit([], pl.List(pl.String)).alias("more"),
        fired((CASE, pl.col("raw") != pl.col("address"))).alias("rules"),
    )


def _is_plain(column: str) -> pl.Expr:
    text = pl.col(column)
    return text.str.contains(_PLAIN) & ~text.str.contains(_NOT_PLAIN) & (text.str.len_bytes() <= _MAX_LENGTH)


@cache
def _suspect() -> str:
    """A pattern that finds the plain addresses which :func:`_is_placeholder` may find, at a fraction of its cost."""
    lists = _lists()
    begun = "|".join("[._0-9-]*".join(word) for word in sorted({word[:_TELLING] for word in lists["nobody"]}))
    nowhere, soft = ("|".join(map(re.escape, lists[name])) for name in ("nowhere", "nobody_at_free_mail"))
    return rf"@(?:{nowhere})$|^[._0-9-]*(?:{begun})|^(?:{soft})@|{_ONE_CHARACTER}"


def _is_placeholder(column: str) -> pl.Expr:
    text, lists = pl.col(column), _lists()
    local, host = text.str.extract(r"^([^@]*)@"), domain(text)
    letters = local.str.replace_all(r"[._\-\d]+", "")
    first_label = host.str.extract(r"^([^.]+)")
    soft = local.is_in(lists["nobody_at_free_mail"]) | text.str.contains(_ONE_CHARACTER)
    return (
        host.is_in(lists["nowhere"])
        | letters.is_in(lists["nobody"])
        | (soft & (host.is_in(lists["free_mail"]) | (local == first_label)))
    ).fill_null(False)


def _read_cells(cells: pl.DataFrame) -> pl.DataFrame:
    """The addresses of cells that hold more than a plain address, or one that may reach nobody."""
    parts = _take_out(_repair(cells.with_row_index("row"))).with_columns(_is_plain("address").alias("plain"))
    judged = _judge(parts.filter(~pl.col("plain")).get_column("address").drop_nulls().unique())
    parts = parts.join(judged, on="address", how="left", maintain_order="left").with_columns(
        valid=pl.when("plain").then("address").otherwise("judged")
    )
    parts = parts.with_columns(placeholder=_is_placeholder("valid"))
    parts = parts.with_columns(usable=pl.col("valid").is_not_null() & ~pl.col("placeholder"))
    first = pl.col("valid").filter("usable").first()
    rows = parts.group_by("row", maintain_order=True).agg(
        first.alias("value"),
        pl.col("valid").filter("usable").unique(maintain_order=True).slice(1).alias("more"),
        pl.col("repairs").first(),
        (pl.col("leftover") | ~pl.col("usable")).any().alias("leftover"),
        pl.col("placeholder").any(),
        pl.col("cased").filter("usable").first(),
        (pl.col("address") != pl.col("valid")).filter("usable").first().alias("rewritten"),
    )
    last_steps = fired(
        (CASE, pl.col("cased")),
        (UNICODE, pl.col("rewritten")),
        (SEVERAL, pl.col("more").list.len() > 0),
        (LEFTOVER, pl.col("leftover")),
    )
    dropped = pl.when("placeholder").then(pl.lit(PLACEHOLDER.code)).otherwise(pl.lit(INVALID.code))
    return rows.select(
        "value",
        "more",
        pl.when(pl.col("value").is_null()).then(dropped).otherwise(then("repairs", last_steps)).alias("rules"),
    )


def _repair(cells: pl.DataFrame) -> pl.DataFrame:
    """``cells`` with ``text``, known defects undone, and ``repairs``, the rules that did it."""
    codes: list[pl.Expr] = []
    cells = cells.with_columns(text="raw")
    for number, (rule, step) in enumerate(_STEPS):
        before = f"before_{number}"
        cells = cells.with_columns(pl.col("text").alias(before)).with_columns(step(pl.col("text")).alias("text"))
        cells = cells.with_columns((pl.col(before) != pl.col("text")).alias(before))
        codes.append(pl.when(before).then(pl.lit(rule.code)))
    return cells.select(
        "row", "text", none_if_empty(pl.concat_str(codes, separator="+", ignore_nulls=True)).alias("repairs")
    )


def _unwrap(text: pl.Expr) -> pl.Expr:
    text = text.str.replace(r"(?i)^\W*(?:mailto|e-?mail|mail|correo(?: electr[oó]nico)?)\s*:\s*", "")
    text = text.str.replace(r"^[^<>@]*<\s*([^<>@]*@[^<>@]*)>[^<>@]*$", "${1}")
    text = text.str.replace(r'^["“][^"“”@]*["”]\s+(\S+@\S+)$', "${1}").str.replace(r"^(\S+@\S+)\s*\([^()@]*\)$", "${1}")
    return text.str.replace_all(_QUOTES, "").str.strip_chars()


def _trim(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_EDGE, "")


def _write_at(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all("[＠﹫]", "@")
    spoken = text.str.replace_all(r"(?i)\s*[\[({<]\s*(?:arroba|at)\s*[\])}>]\s*|\s+at\s+|\s*arroba\s*", "@")
    spoken = spoken.str.replace_all(r"(?i)\s*[\[({<]\s*(?:punto|dot|ponto)\s*[\])}>]\s*|\s+(?:punto|dot|ponto)\s+", ".")
    return pl.when(text.str.contains("@", literal=True)).then(text).otherwise(spoken)


def _close_up(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(r"\s*@\s*", "@")
    for _label in range(2):
        text = text.str.replace_all(rf"(?i)(@[^\s@]*)(?:\s+\.\s*|\.\s+)({_TOP_LEVEL})\b", "${1}.${2}")
    return text


def _comma_to_dot(text: pl.Expr) -> pl.Expr:
    one = r"(?i)^([^@,]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*),([a-z]{2,3}(?:[.,][a-z]{2})?)$"
    return text.str.replace(one, "${1}.${2}").str.replace(r"(?i)^([^@,]+@[^@,]+),([a-z]{2})$", "${1}.${2}")


def _undouble(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(r"@{2,}", "@").str.replace_all(r"\.{2,}", ".")
    return text.str.replace_all(r"\.@", "@").str.replace_all(r"@\.", "@")


_STEPS: tuple[tuple[Rule, Callable[[pl.Expr], pl.Expr]], ...] = (
    (WRAPPING, _unwrap),
    (PUNCTUATION, _trim),
    (AT_WORD, _write_at),
    (SPACES, _close_up),
    (COMMA, _comma_to_dot),
    (DOUBLED, _undouble),
)


def _take_out(cells: pl.DataFrame) -> pl.DataFrame:
    """One row per address of a cell: ``row``, ``address`` in small letters, ``cased``, ``leftover``, ``repairs``."""
    text = pl.col("text")
    crowded = (text.str.count_matches("@", literal=True) > 1) | text.str.contains(r"[;,|]|\s/\s")
    list_of = crowded & text.str.contains(_TOKEN)
    cells = cells.with_columns(
        token=pl.when(list_of).then(text.str.extract_all(_TOKEN)).otherwise(pl.concat_list(text)),
        leftover=list_of
        & ~text.str.contains("<", literal=True)
        & text.str.replace_all(_TOKEN, "").str.contains(r"[\p{L}\p{N}]"),
    )
    parts = cells.explode("token").with_columns(_trim(pl.col("token")))
    return parts.select(
        "row",
        pl.col("token").str.to_lowercase().alias("address"),
        (pl.col("token") != pl.col("token").str.to_lowercase()).alias("cased"),
        "leftover",
        "repairs",
    )


def _judge(addresses: pl.Series) -> pl.DataFrame:
    """What the library says of each distinct address: ``address``, ``judged`` (standard form, null when it is none)."""
    from email_validator import EmailNotValidError, validate_email

    def standard(address: str) -> str | None:
        try:
            once = validate_email(address, strict=True, check_deliverability=False).normalized.lower()
            again = validate_email(once, strict=True, check_deliverability=False).normalized.lower()
        except (EmailNotValidError, UnicodeError):
            return None
        return once if once == again else None

    worth_asking = addresses.filter(
        addresses.str.contains("@", literal=True) & (addresses.str.len_bytes() <= 4 * _MAX_LENGTH)
    )
    judged = pl.Series([standard(address) for address in worth_asking], dtype=pl.String)
    return pl.DataFrame({"address": worth_asking, "judged": judged})


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(files("custintel.fields").joinpath("data/email.toml").read_text("utf-8"))
