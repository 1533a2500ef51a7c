"""What is decided once per column or sheet, with the evidence: country, orders, decimal mark, gender codes."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from custintel.fields import date, gender, name, number, phone, place
from custintel.records.gather import CARRIED
from custintel.tables.headers import declared, key
from custintel.tables.records import raw

CONFIDENCE = 1.96
"""Standard errors: 95 % confidence, two-sided."""


@dataclass(frozen=True)
class Given:
    """What the person said, on the command line or in an earlier run; None where they said nothing.

    Attributes:
        country: ISO 3166 alpha-2.
        date_order: dmy, mdy or ymd.
        decimal: "." or ",".
        name_order: given_first or surname_first.
        placeholders: values that stand for nothing.
    """

    country: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    name_order: str | None = None
    placeholders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        topic: country, date_order, decimal, name_order or gender_codes.
        field: the field it is about, empty when it is about the sheet.
        choice: what was decided, None when nothing was.
        decided_by: given, values, header, country, currency, both (the column contradicts itself) or nothing.
        evidence: what was counted.
    """

    topic: str
    field: str
    choice: str | None
    decided_by: str
    evidence: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether somebody must be asked: nothing decides, and there are cells to which it matters."""
        return self.choice is None and (self.topic == "country" or bool(self.evidence.get("n")))


@dataclass(frozen=True)
class Decisions:
    """All decisions about one sheet, and the values that were said to stand for nothing."""

    items: tuple[Decision, ...]
    placeholders: tuple[str, ...] = ()

    def choice(self, topic: str, field: str = "") -> Any:
        """What was decided about ``topic`` of ``field``."""
        return next((item.choice for item in self.items if item.topic == topic and item.field == field), None)

    @property
    def open(self) -> tuple[Decision, ...]:
        """The decisions that the data leave open."""
        return tuple(item for item in self.items if item.open)


def decide(rows: pl.DataFrame, given: Given, headers: Mapping[str, str] | None = None) -> Decisions:
    """Decide what the columns of one sheet leave to be decided.

    Args:
        rows: the ``<field>_raw`` columns that ``gather`` made.
        given: what the person said; it wins over the data.
        headers: field -> header, for what a header says of its column.
    """
    fields = [name for name in CARRIED if raw(name) in rows.columns]
    kinds = {name: declared()[name].kind for name in fields}
    country = decide_country(rows, given.country)
    items = [country] if country else []
    known = country.choice if country else None
    for name_ in fields:
        column = rows[raw(name_)]
        if kinds[name_] == "date":
            items.append(decide_date_order(name_, column, given.date_order, known))
        elif kinds[name_] in ("money", "number", "float"):
            items.append(decide_decimal(name_, column, given.decimal, known))
        elif name_ == "full_name":
            items.append(decide_name_order(column, given.name_order, (headers or {}).get(name_, "")))
        elif name_ == "gender":
            items.append(Decision("gender_codes", name_, gender.codes(column), "values"))
    return Decisions(tuple(items), given.placeholders)


def decide_country(rows: pl.DataFrame, given: str | None) -> Decision | None:
    """The country of rows that do not say theirs; None when no field needs it."""
    needing = ("phone", "mobile", "landline", "whatsapp", "document_id", "city", "region", "postal_code", "address")
    present = [name for name in needing if raw(name) in rows.columns]
    if not present:
        return None
    if given:
        return Decision("country", "", given, "given")
    votes: Counter[str] = Counter()
    for name_ in ("phone", "mobile", "landline", "whatsapp"):
        if raw(name_) in rows.columns:
            votes.update(phone.country_votes(rows[raw(name_)].drop_nulls()))
    columns = {"cities": "city", "regions": "region", "countries": "country", "postal_codes": "postal_code"}
    places = {kind: rows[raw(name)] for kind, name in columns.items() if raw(name) in rows.columns}
    by_column = [place.country_votes(**{kind: cells}) for kind, cells in places.items()]
    for country in sorted({country for found in by_column for country in found}):
        votes[country] += max(found.get(country, 0) for found in by_column)  # the columns of a row speak of one place
    if votes:
        winner, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
        if is_majority(count, votes.total()):
            return Decision("country", "", winner, "values", dict(votes))
    return Decision("country", "", None, "nothing", dict(votes))


def is_majority(count: int, total: int) -> bool:
    """Whether more than half speak for something, with 95 % confidence: the lower Wilson bound (Wilson 1927) says so.

    Three of three rows are not enough, four are; of a hundred, sixty are.
    """
    share, z2 = count / total, CONFIDENCE**2
    centre = share + z2 / (2 * total)
    spread = CONFIDENCE * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return (centre - spread) / (1 + z2 / total) > 0.5


def decide_date_order(field: str, column: pl.Series, given: str | None, country: str | None) -> Decision:
    """Day first, month first or year first."""
    found = date.order(column.drop_nulls(), country=country)
    evidence = {"first_over_12": found.first_over_12, "second_over_12": found.second_over_12, "n": found.n}
    if given:
        return Decision("date_order", field, given, "given", evidence)
    return Decision("date_order", field, found.order, found.decided_by, evidence)


def decide_decimal(field: str, column: pl.Series, given: str | None, country: str | None) -> Decision:
    """Decimal point or decimal comma."""
    found = number.decimal_mark(column.drop_nulls(), country=country)
    if given:
        return Decision("decimal", field, given, "given", asdict(found))
    return Decision("decimal", field, found.mark, found.decided_by, asdict(found))


def decide_name_order(column: pl.Series, given: str | None, header: str = "") -> Decision:
    """Given names first or surnames first.

    A column whose values do not tell is read as its header says ("Apellidos y nombres"), else given names first.
    """
    found = name.column_order(column.drop_nulls())
    evidence = {"given_first": found.share_given_first, "surname_first": found.share_surname_first, "n": found.n}
    if given:
        return Decision("name_order", "full_name", given, "given", evidence)
    if found.order != "unclear":
        return Decision("name_order", "full_name", found.order, "values", evidence)
    surnames = key(header).startswith(("apellido", "last", "surname", "family", "sobrenome"))
    return Decision("name_order", "full_name", "surname_first" if surnames else "given_first", "header", evidence)
