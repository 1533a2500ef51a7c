"""Whether a text is an email address, by one of three named rules, and why not when it is none.

``mailable`` is what mail programs and senders take; its judge is the library email-validator in its strict form, which
also takes addresses in other alphabets (RFC 6531). ``smtp`` is what RFC 5321 lets travel: quoted names, numeric hosts
in brackets, domains without a dot. ``rfc5322`` is the widest: whatever may stand in a header, comments and forms that
were obsolete in 2001 included. Each takes all that the one before it takes.

ASCII addresses are decided by patterns over the whole column, which the tests hold equal to the library; the library
itself is asked for names in other alphabets and for Punycode. Nothing here asks the network.
"""

from __future__ import annotations

from typing import Literal, get_args

import polars as pl

from custintel.contactability.email_rfc5322 import parse
from custintel.contactability.host_literal import is_host_literal

Profile = Literal["mailable", "smtp", "rfc5322"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

CODES = (
    "empty",
    "no_at",
    "display_name",
    "several_at",
    "comment",
    "space",
    "invisible_character",
    "local_empty",
    "domain_empty",
    "quoted_local",
    "local_dot",
    "local_characters",
    "domain_literal",
    "domain_dot",
    "domain_characters",
    "domain_hyphen",
    "domain_idna",
    "domain_no_dot",
    "domain_numeric",
    "local_too_long",
    "domain_label_too_long",
    "domain_too_long",
    "too_long",
    "reserved_domain",
)
"""Why a text is no address; where several hold, the first of them is given."""

SPECIAL_USE = ("arpa", "invalid", "local", "localhost", "onion", "test")
"""Endings no mail can be sent to (RFC 6761, 6762, 7686), refused by ``mailable``."""

_NAMED = ("reserved_domain", "domain_no_dot")
"""Codes of addresses whose domain is well written and only leads nowhere: it is kept, so that another can be meant."""

_LIMITS = {"local": 64, "label": 63, "domain": 253, "address": 254}
"""RFC 5321 §4.5.3.1 with the erratum 1690 of RFC 3696; RFC 1035 §2.3.4."""
_LINE = 998
"""RFC 5322 §2.1.1: no line, so no address, is longer."""

_ATEXT = r"a-zA-Z0-9!#$%&'*+/=?^_`{|}~\-"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_LETTER = rf"[{_ATEXT}À-ÖØ-öø-ſ]"
"""What may stand in a plain name: ASCII, and the letters of Western and Central Europe that NFC leaves alone."""
_PLAIN = rf"^{_LETTER}+(?:\.{_LETTER}+)*@(?:{_LABEL}\.)+(?:[a-zA-Z0-9][a-zA-Z0-9-]*)?[a-zA-Z]$"
_SHORT = _LIMITS["label"]
"""A domain no longer than this holds no label and makes no address that is too long, beside a name of 64."""

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SPLIT = rf"(?s)^({_QUOTED}|[^@]*)@(.*)$"
_QUOTED_SMTP = r'^"(?:[ !#-\[\]-~]|[^\x00-\x7f]|\\[ -~])*"$'
_INVISIBLE = r"[\p{C}\p{Zl}\p{Zp}\p{Zs}&&[^ ]]"
_FOREIGN = r"[^\x00-\x7f]"
_SPECIAL = rf"(?:^|\.)(?:{'|'.join(SPECIAL_USE)})$"

# RFC 2142: mailboxes every domain answers in either case; email-validator writes them small.
_SAME_IN_CAPITALS = ["info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster"]
_SAME_IN_CAPITALS += ["usenet", "news", "webmaster", "www", "uucp", "ftp"]


def syntax(values: pl.Series, profile: Profile = "mailable") -> pl.DataFrame:
    """What each text says as an address.

    Args:
        values: text, best distinct; an empty cell counts as an empty text.
        profile: the rule to judge by.

    Returns:
        As many rows in the same order: ``value`` (as it came), ``local`` (before the @, in Unicode's NFC), ``domain``
        (after it: small letters, ASCII, so Punycode for other alphabets) and ``code``, one of :data:`CODES`, null when
        the text is an address. ``local`` and ``domain`` are null when it is none, except where the domain is well
        written and only leads nowhere (``reserved_domain``, ``domain_no_dot``).
    """
    asked = pl.DataFrame({"value": values.cast(pl.String)}).with_row_index("row")
    quick = _plain(asked)
    if quick.height < asked.height:
        odd = asked.join(quick, on="row", how="anti", maintain_order="left")
        quick = pl.concat([quick, _judge(odd, profile)]).sort("row")
    return quick.drop("row")


def _plain(asked: pl.DataFrame) -> pl.DataFrame:
    """The rows that are addresses by every profile at first sight."""
    value = pl.col("value")
    found = asked.filter(value.str.contains(_PLAIN) & ~value.str.contains("--", literal=True))
    found = found.with_columns(value.str.split_exact("@", 1).struct.rename_fields(["local", "domain"]).alias("parts"))
    found = found.unnest("parts").with_columns(pl.col("domain").str.to_lowercase())
    local, domain = pl.col("local"), pl.col("domain")
    short = (local.str.len_chars() <= _LIMITS["local"]) & (domain.str.len_bytes() <= _SHORT)
    found = found.filter(short & ~domain.str.contains(_SPECIAL))
    return found.select("row", "value", _canonical_local(), "domain", code=pl.lit(None, pl.String))


def _canonical_local() -> pl.Expr:
    local = pl.col("local")
    return pl.when(local.str.to_lowercase().is_in(_SAME_IN_CAPITALS)).then(local.str.to_lowercase()).otherwise(local)


def _judge(asked: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The rows that need a closer look."""
    value = pl.col("value")
    parts = value.str.extract_groups(_SPLIT).struct.rename_fields(["local", "written"])
    split = asked.with_columns(parts.alias("parts")).unnest("parts")
    split = split.with_columns(pl.col("local").str.normalize("NFC"))
    split = split.join(_ascii_domains(split["written"], profile), on="written", how="left", maintain_order="left")
    split = split.with_columns(_canonical_local())
    judged = split.with_columns(_code(profile).alias("code"))
    if profile == "mailable":
        judged = _by_library(judged)
    elif profile == "rfc5322":
        judged = _by_parser(judged)
    right = pl.col("code").is_null() | pl.col("code").is_in(_NAMED)
    return judged.select(
        "row", "value", *(pl.when(right).then(name).alias(name) for name in ("local", "domain")), "code"
    )


def _ascii_domains(written: pl.Series, profile: Profile) -> pl.DataFrame:
    """``domain``, the ASCII form of each distinct ``written`` one (null when IDNA has none), and ``literal``."""
    domains = pl.DataFrame({"written": written}).drop_nulls().unique(maintain_order=True)
    text = pl.col("written")
    foreign, bracketed = text.str.contains(_FOREIGN), text.str.starts_with("[")
    small = pl.when(~foreign).then(text.str.to_lowercase())
    strange = domains.filter(foreign & (text.str.len_bytes() <= _LINE))["written"]
    numbers = domains.filter(bracketed)["written"]
    idna = pl.Series([_idna(domain) for domain in strange], dtype=pl.String)
    literal = pl.Series([profile != "mailable" and is_host_literal(domain) for domain in numbers], dtype=pl.Boolean)
    return domains.select(
        "written",
        pl.coalesce(small, text.replace_strict(strange, idna, default=None)).alias("domain"),
        text.replace_strict(numbers, literal, default=False).alias("literal"),
    )


def _idna(domain: str) -> str | None:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def _code(profile: Profile) -> pl.Expr:
    """The first of :data:`CODES` that holds, null when none does."""
    found = {**_shape(), **_local(profile), **_domain(profile), **_lengths()}
    return pl.coalesce(pl.when(found[code]).then(pl.lit(code)) for code in CODES if code in found)


def _shape() -> dict[str, pl.Expr]:
    """What can be said of the address as a whole."""
    value, local, written = pl.col("value").fill_null(""), pl.col("local"), pl.col("written")
    bare = pl.when(~_is_quoted()).then(local).otherwise(pl.lit(""))
    return {
        "empty": value.str.strip_chars() == "",
        "no_at": local.is_null(),
        "display_name": value.str.ends_with(">"),
        "several_at": written.str.contains("@", literal=True),
        "comment": bare.str.contains("[()]") | written.str.contains("[()]"),
        "space": bare.str.contains(r"[ \t\r\n]") | written.str.contains(r"[ \t\r\n]"),
        "invisible_character": value.str.contains(_INVISIBLE),
        "local_empty": local == "",
        "domain_empty": written == "",
    }


def _is_quoted() -> pl.Expr:
    return pl.col("local").str.contains(rf"(?s)^{_QUOTED}$")


def _local(profile: Profile) -> dict[str, pl.Expr]:
    local = pl.col("local")
    right_quotes = pl.lit(False) if profile == "mailable" else local.str.contains(_QUOTED_SMTP)
    return {
        "quoted_local": _is_quoted() & ~right_quotes,
        "local_dot": ~_is_quoted() & local.str.contains(r"^\.|\.\.|\.$"),
        "local_characters": ~_is_quoted() & local.str.contains(rf"^\p{{M}}|[\x00-\x7f&&[^{_ATEXT}.]]"),
    }


def _domain(profile: Profile) -> dict[str, pl.Expr]:
    written, domain = pl.col("written"), pl.col("domain")
    bracketed = written.str.starts_with("[") & written.str.ends_with("]")
    name = pl.when(~bracketed).then(domain)
    found = {
        "domain_literal": bracketed & ~pl.col("literal"),
        "domain_dot": ~bracketed & pl.coalesce(domain, written).str.contains(r"^\.|\.\.|\.$"),
        "domain_characters": name.str.contains(r"[^a-z0-9.-]"),
        "domain_hyphen": name.str.contains(r"(?:^|\.)-|-(?:\.|$)"),
        "domain_idna": written.is_not_null() & domain.is_null(),
    }
    if profile == "mailable":
        # Labels with two hyphens in third place are kept for encodings, of which there is one (RFC 5890).
        found["domain_idna"] |= name.str.contains(r"(?:^|\.)(?:[^x.][^.]|x[^n.])--")
        found["domain_no_dot"] = ~name.str.contains(".", literal=True)
        found["domain_numeric"] = ~name.str.contains("[a-z]$")
        found["reserved_domain"] = name.str.contains(_SPECIAL)
    return found


def _lengths() -> dict[str, pl.Expr]:
    value, local, domain = pl.col("value"), pl.col("local"), pl.col("domain")
    rewritten = local.str.len_bytes() + 1 + domain.str.len_bytes()
    return {
        "local_too_long": local.str.len_chars() > _LIMITS["local"],
        "domain_label_too_long": domain.str.contains(rf"[^.\[\]]{{{_LIMITS['label'] + 1}}}"),
        "domain_too_long": domain.str.len_bytes() > _LIMITS["domain"],
        "too_long": (value.str.len_bytes() > _LIMITS["address"]) | (rewritten > _LIMITS["address"]),
    }


def _by_library(judged: pl.DataFrame) -> pl.DataFrame:
    """``judged`` with what email-validator says of names in other alphabets and of Punycode."""
    value = pl.col("value")
    asked = judged.filter(
        value.str.contains(rf"{_FOREIGN}|(?i:xn--)")
        & value.str.contains("@", literal=True)
        & (value.str.len_bytes() <= _LIMITS["address"])
    )
    if asked.is_empty():
        return judged
    answers = pl.DataFrame(
        [(row, *_mailable(text)) for row, text in asked.select("row", "value").iter_rows()],
        {"row": judged.schema["row"], "their_local": pl.String, "their_domain": pl.String, "takes": pl.Boolean},
        orient="row",
    )
    judged = judged.join(answers, on="row", how="left", maintain_order="left")
    foreign_domain = pl.col("written").str.contains(rf"{_FOREIGN}|(?i:xn--)")
    unnamed = pl.when(foreign_domain).then(pl.lit("domain_idna")).otherwise(pl.lit("local_characters"))
    refused = pl.when(pl.col("takes").is_not_null()).then(unnamed)
    return judged.with_columns(
        pl.coalesce("their_local", "local").alias("local"),
        pl.coalesce("their_domain", "domain").alias("domain"),
        code=pl.when(~pl.col("takes").fill_null(False)).then(pl.coalesce("code", refused)),
    )


def _mailable(address: str) -> tuple[str | None, str | None, bool]:
    """The part before the @, the domain in ASCII, and whether the library takes the address."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, strict=True, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return None, None, False
    return found.local_part, found.ascii_domain, True


def _by_parser(judged: pl.DataFrame) -> pl.DataFrame:
    """``judged`` with the addresses taken that only the grammar of headers allows."""
    value = pl.col("value")
    asked = judged.filter(
        pl.col("code").is_not_null()
        & value.str.contains("@", literal=True)
        & ~value.str.contains(rf"[{_FOREIGN}&&{_INVISIBLE}]")
        & (value.str.len_bytes() <= _LINE)
    )
    answers = [(row, *found) for row, text in asked.select("row", "value").iter_rows() if (found := parse(text))]
    read = pl.DataFrame(
        answers,
        {"row": judged.schema["row"], "their_local": pl.String, "their_domain": pl.String},
        orient="row",
    )
    judged = judged.join(read, on="row", how="left", maintain_order="left")
    return judged.with_columns(
        pl.coalesce("their_local", "local").alias("local"),
        pl.coalesce("their_domain", "domain").alias("domain"),
        code=pl.when(pl.col("their_local").is_null()).then("code"),
    )
