"""Values that so many people share that they may stand for nothing: "no data", the shop's own phone."""

from __future__ import annotations

import polars as pl

from custintel.fields import document, email, text
from custintel.records.decisions import Decision
from custintel.records.normalise import UNIQUE_FIELDS
from custintel.tables.records import raw

SHARED_NAMES = 5
"""A value under more names than this is not one person's."""


def suspects(rows: pl.DataFrame) -> list[Decision]:
    """Values of fields that should be one person's, on too many rows and under too many names; as open decisions."""
    return [
        Decision("placeholder", name, None, "nothing", {"value": value, "rows": n})
        for name in UNIQUE_FIELDS
        if raw(name) in rows.columns
        for value, n in text.placeholders(rows[raw(name)]).iter_rows()
        if on_many_names(rows, name, value) and not known_placeholder(name, value)
    ]


def known_placeholder(name: str, value: str) -> bool:
    """Whether a value is refused anyway, so that nobody need be asked."""
    kernels = {"email": email.normalise, "document_id": document.normalise}
    if name not in kernels:
        return False
    return kernels[name](pl.DataFrame({"raw": [value.strip()]}))["value"].null_count() == 1


def on_many_names(rows: pl.DataFrame, name: str, value: str) -> bool:
    """Whether a value is on rows of more names than one person can have, or on rows that have none."""
    names = [raw(part) for part in ("full_name", "first_name", "last_name", "company") if raw(part) in rows.columns]
    if not names:
        return name != "email"
    whole = pl.concat_str(names, separator=" ", ignore_nulls=True)
    held = rows.filter(pl.col(raw(name)) == value).select(text.key(whole)).to_series()
    return held.n_unique() > SHARED_NAMES
