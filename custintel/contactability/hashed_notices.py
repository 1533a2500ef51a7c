"""Entries of lists that come encrypted: found again among the addresses and numbers one has.

A hash cannot be turned back. It stays in the table of notices as it came, and every run looks which of the addresses
and numbers of the moment it stands for. What may have been hashed:

* Lista Robinson: SHA-256 of the number of the channel (02 email, 03 SMS, 04 calls) and the value, an email in small
  letters without odd characters, a number as 00, country code and digits (its published client,
  adigital-org/slr-client);
* other lists: SHA-256 or MD5 of the email in small letters, or of the number with ``+``, without it, or without its
  country code.

An entry of Lista Robinson by name and number cannot be found this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import md5, sha256

import polars as pl

from custintel.contactability.outcomes import gathered
from custintel.tables.notices import NOTICES

_ROBINSON = {"email": {"02": "email"}, "phone": {"03": "sms", "04": "call"}}


def resolved(notices: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """The notices, with a notice about each of ``points`` that a hash stands for; the hashes themselves are left out.

    Args:
        notices: rows of the table ``notices``.
        points: ``kind`` (``email`` or ``phone``) and ``value``, normalised; one row each.
    """
    hashes = notices.filter(pl.col("kind") == "hash")
    plain = notices.filter(pl.col("kind") != "hash")
    if hashes.is_empty():
        return plain
    lengths = sorted(hashes["value"].str.len_bytes().unique())
    found = pl.concat([_digests(points, length) for length in lengths]).join(
        hashes.select(hash="value", noted="channel", why="why", since="since", source="source"), on="hash"
    )
    meant = found.select(
        "kind",
        "value",
        channel=pl.coalesce(pl.col("noted").cast(pl.String), "channel"),
        why="why",
        since="since",
        source="source",
    )
    return gathered(pl.concat([plain, meant.cast(NOTICES.schema)]))


def _digests(points: pl.DataFrame, length: int) -> pl.DataFrame:
    """``hash``, ``kind``, ``value``, ``channel`` of everything that may have been hashed."""
    digest: Callable[[bytes], str] = (
        (lambda text: sha256(text).hexdigest())
        if length == 64
        else (lambda text: md5(text, usedforsecurity=False).hexdigest())
    )
    parts = [
        texts.select(
            hash=pl.Series([digest(text.encode()) for text in texts["text"]], dtype=pl.String),
            kind="kind",
            value="value",
            channel=pl.lit(channel, pl.String),
        )
        for channel, texts in _spellings(points, with_channel=length == 64)
    ]
    return pl.concat(parts)


def _spellings(points: pl.DataFrame, *, with_channel: bool) -> Iterator[tuple[str | None, pl.DataFrame]]:
    """The texts that may have been hashed, with the channel that this says it is about."""
    value = pl.col("value")
    emails = points.filter(pl.col("kind") == "email").select(pl.col("kind").cast(pl.String), "value")
    phones = points.filter(pl.col("kind") == "phone").select(pl.col("kind").cast(pl.String), "value")
    digits = value.str.replace_all(r"[^0-9]", "")
    yield None, emails.with_columns(text=value)
    for spelling in (value, digits):
        yield None, phones.with_columns(text=spelling)
    from custintel.fields.phone_plan import plans

    codes = "|".join(sorted((plan.calling_code for plan in plans()), key=len, reverse=True))
    national = value.str.extract(rf"^\+(?:{codes})(\d+)$")
    yield None, phones.with_columns(text=national).drop_nulls("text")
    if not with_channel:
        return
    for kind, plain, frame in (
        ("email", value.str.replace_all(r"[^a-z0-9.@_+-]", ""), emails),
        ("phone", pl.lit("00") + digits, phones),
    ):
        for number, channel in _ROBINSON[kind].items():
            yield channel, frame.with_columns(text=pl.lit(number) + plain)
