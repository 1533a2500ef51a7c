"""Exports of known shops and tools, recognised by their headers. Declared in ``profiles.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from custintel.tables.headers import key


@dataclass(frozen=True)
class Profile:
    """One known export.

    Attributes:
        name: which shop or tool, and what it exports.
        entity: what its rows speak of.
        signature: the headers, in normal form, that must all be there.
        fields: header in normal form -> field, empty for a column kept as it is.
    """

    name: str
    entity: str
    signature: frozenset[str]
    fields: Mapping[str, str]


def recognise(headers: Sequence[str]) -> Profile | None:
    """The known export with these headers; of several, the one with the longest signature."""
    present = {key(header) for header in headers}
    found = [profile for profile in known() if profile.signature <= present]
    return max(found, key=lambda profile: (len(profile.signature), profile.name), default=None)


@cache
def known() -> tuple[Profile, ...]:
    """Every declared export."""
    declared = tomllib.loads(files("custintel.sheets").joinpath("profiles.toml").read_text("utf-8"))
    return tuple(
        Profile(
            name,
            entry["entity"],
            frozenset(map(key, entry["signature"])),
            {key(header): field for header, field in entry["map"].items()},
        )
        for name, entry in declared.items()
    )
