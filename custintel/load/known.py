"""The files we know: exports of platforms by their signatures, and people's own sheets by their headers.

Declared in ``platforms/*.toml``; headers are compared in the normal form of :func:`custintel.tables.headers.key`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from custintel.tables.headers import key

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Platform:
    """One known export.

    Attributes:
        code: as ``origin`` stores it.
        name: as people call it.
        table: the table that its rows go to.
        signature: for each header that must be there, those that may stand for it, in normal form.
        columns: column of the table -> headers that bring it, in normal form, the best first.
        sale_channel: where orders of it are placed.
        channel: what is bought there, for ads.
        tells_delivery: whether it knows which orders arrived.
        packs: whether a sale of several articles is a row followed by one per article.
        line_items: how the headers begin under which whole lines stand in one cell.
        status: codes of the status of orders -> words that mean something else elsewhere.
    """

    code: str
    name: str
    table: str
    signature: tuple[frozenset[str], ...]
    columns: Columns
    sale_channel: str = ""
    channel: str = ""
    tells_delivery: bool = True
    packs: bool = False
    line_items: str = ""
    status: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plain:
    """How people's own sheets for one table look.

    Attributes:
        table: the table.
        required: for each column without which nothing can be done, those that may stand for it.
        without: columns whose presence says that the sheet is for another table; several joined by "+" say it together.
        columns: column -> headers, in normal form.
        fields: field of ``headers.toml`` -> column.
        questions: column -> how words begin that ask for it in a whole sentence.
    """

    table: str
    required: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    columns: Columns
    fields: Mapping[str, str]
    questions: Columns = field(default_factory=dict)


@cache
def platforms() -> tuple[Platform, ...]:
    """Every known export."""
    declared = {**_read("shops"), **_read("reports")}
    return tuple(_platform(code, dict(entry)) for code, entry in declared.items())


@cache
def plain() -> Mapping[str, Plain]:
    """People's own sheets, by table."""
    return MappingProxyType(
        {
            table: Plain(
                table,
                tuple(tuple(one.split("|")) for one in entry["required"]),
                tuple(entry["without"]),
                {column: tuple(headers) for column, headers in entry["columns"].items()},
                entry["fields"],
                {column: tuple(words) for column, words in entry.get("questions", {}).items()},
            )
            for table, entry in _read("plain").items()
        }
    )


def _platform(code: str, entry: dict[str, Any]) -> Platform:
    columns = {column: tuple(map(key, headers)) for column, headers in entry.pop("columns").items()}
    signature = tuple(frozenset(map(key, one.split("|"))) for one in entry.pop("signature"))
    status = {word: tuple(words) for word, words in entry.pop("status", {}).items()}
    return Platform(code=entry.pop("origin", code), signature=signature, columns=columns, status=status, **entry)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("custintel.load") / "platforms" / f"{name}.toml").read_text("utf-8"))


def fitting(headers: Sequence[str]) -> list[Platform]:
    """The known exports that have these headers (in normal form), those with the longest signature."""
    present = set(headers)
    found = [one for one in platforms() if all(not part.isdisjoint(present) for part in one.signature)]
    longest = max((len(one.signature) for one in found), default=0)
    return [one for one in found if len(one.signature) == longest]
