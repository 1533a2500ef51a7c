"""The numbering plans of countries, as patterns fast enough for a million numbers.

The patterns are made from the metadata of the library phonenumbers, the judge of what is a number. They only accept
numbers which the library takes exactly as they are; whatever they do not accept goes to the library itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata, PhoneNumberDesc


@dataclass(frozen=True)
class Legacy:
    """An older way of writing a country's numbers.

    Attributes:
        rule: code of the rule that undoes it.
        pattern: of the national digits.
        to: what to write instead.
        before_plan: tried even on numbers that the library accepts.
    """

    rule: str
    pattern: str
    to: str
    before_plan: bool = False


@dataclass(frozen=True)
class Plan:
    """The numbering plan of one country.

    Attributes:
        region: ISO 3166 alpha-2 code.
        calling_code: digits after the ``+``.
        mobile, fixed: patterns of whole national numbers.
        other: pattern of every other kind (toll-free, premium...), which the library looks at first.
        trunk: what the library may strip from the beginning of a national number.
        trunk_becomes: what it writes in its place; empty in most countries.
        way_out: what it may take for the way out of the country.
        anything: pattern of every national number there is, of all countries that share the calling code.
        local_lengths: digits of a number without its area code, where the country has such numbers.
        legacy: older ways of writing, in the order to try them.
        areas: place (folded) → area code, and ``area_digits``, the length of the local number it goes before.
        told_apart: patterns by line, where the library cannot tell mobile from landline.
    """

    region: str
    calling_code: str
    mobile: str
    fixed: str
    other: str
    trunk: str
    local_lengths: tuple[int, ...]
    trunk_becomes: str = ""
    way_out: str = ""
    anything: str = ""
    legacy: tuple[Legacy, ...] = ()
    areas: dict[str, str] = field(default_factory=dict)
    area_digits: int = 0
    told_apart: dict[str, str] = field(default_factory=dict)

    def line(self, national: pl.Expr) -> pl.Expr:
        """What kind of line a number of this plan is.

        ``mobile``, ``landline`` or ``either`` (numbers of both kinds look alike); null where only the library can say.
        """
        mobile, fixed = national.str.contains(self.mobile), national.str.contains(self.fixed)
        kind = (
            pl.when(mobile & fixed)
            .then(self._told_apart(national))
            .when(mobile)
            .then(pl.lit("mobile"))
            .when(fixed)
            .then(pl.lit("landline"))
        )
        plain = ~national.str.contains(self.other)
        if self.trunk:
            plain = plain & (national.str.replace(self.trunk, "") == national)
        return pl.when(plain).then(kind)

    def refuses(self, digits: pl.Expr) -> pl.Expr:
        """Whether the library is certain to find no number in ``digits``, whatever it strips from their beginning."""
        without_code = pl.when(digits.str.starts_with(self.calling_code)).then(digits.str.slice(len(self.calling_code)))
        readings = stripped = [digits, without_code]
        for _time in range(2 if self.trunk else 0):  # the library may strip once with the code, and once after it
            to_write = sorted({"", self.trunk_becomes})
            stripped = [read.str.replace(self.trunk, to) for read in stripped for to in to_write]
            readings = readings + stripped
        fits = [read.str.contains(self.anything) for read in readings]
        fits.append(digits.str.contains(f"^00|{self.way_out}" if self.way_out else "^00"))
        return ~pl.any_horizontal(fits).fill_null(False)

    def _told_apart(self, national: pl.Expr) -> pl.Expr:
        named = [
            pl.when(national.str.contains(pattern)).then(pl.lit(line)) for line, pattern in self.told_apart.items()
        ]
        return pl.coalesce(*named, pl.lit("either"))


@cache
def plan(region: str) -> Plan | None:
    """The plan of ``region``; None when it is no country, or shares a calling code that another country leads."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.country_code is None:
        return None
    sharing = COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]
    if sharing[0] != region:
        return None

    def whole(*descriptions: PhoneNumberDesc | None) -> str:
        return _whole(_patterns(descriptions))

    facts = _facts()
    area = dict(facts["area"].get(region, {}))
    digits = area.pop("digits", 0)
    general = metadata.general_desc
    calling_code = str(metadata.country_code)
    return Plan(
        region=region,
        calling_code=calling_code,
        mobile=whole(metadata.mobile),
        fixed=whole(metadata.fixed_line),
        other=whole(*_special(metadata)),
        trunk="^(?:" + _ascii(metadata.national_prefix_for_parsing) + ")"
        if metadata.national_prefix_for_parsing
        else "",
        local_lengths=tuple(general.possible_length_local_only or ()) if general is not None else (),
        trunk_becomes=re.sub(r"\\(\d)", r"${\1}", metadata.national_prefix_transform_rule or ""),
        way_out=f"^(?:{_ascii(metadata.international_prefix)})" if metadata.international_prefix else "",
        anything=_anything(sharing),
        legacy=tuple(
            Legacy(e["rule"], e["pattern"], e["to"], e.get("before_plan", False))
            for e in facts["legacy"]
            if e["country"] == region
        ),
        areas={place: code for code, places in area.items() for place in places},
        area_digits=digits,
        told_apart=facts["lines"].get(region, {}),
    )


def _special(metadata: PhoneMetadata) -> tuple[PhoneNumberDesc | None, ...]:
    """Every kind of number but mobiles and landlines."""
    paid = (metadata.premium_rate, metadata.toll_free, metadata.shared_cost)
    return *paid, metadata.voip, metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail


def _patterns(descriptions: Iterable[PhoneNumberDesc | None]) -> Iterator[str]:
    for description in descriptions:
        if description is not None and description.national_number_pattern:
            yield _ascii(description.national_number_pattern)


def _anything(regions: Iterable[str]) -> str:
    """The pattern of every number of some countries."""
    from phonenumbers import PhoneMetadata

    found = [metadata for region in regions if (metadata := PhoneMetadata.metadata_for_region(region, None))]
    kinds = ((*_special(metadata), metadata.mobile, metadata.fixed_line) for metadata in found)
    return _whole(pattern for descriptions in kinds for pattern in _patterns(descriptions))


def plans(regions: Iterable[str] = ()) -> list[Plan]:
    """The plans of the well-known countries and of those of ``regions`` that have one."""
    wanted = sorted({*_facts()["well_known"], *regions})
    return [found for region in wanted if (found := plan(region)) is not None]


def line(value: pl.Expr) -> pl.Expr:
    """``mobile``, ``landline`` or ``unknown`` for E.164 numbers; other than well-known countries are ``unknown``."""
    known = plans()
    mobile = value.str.contains(_whole(rf"\+{p.calling_code}(?:{p.mobile[1:-1]})" for p in known))
    fixed = value.str.contains(_whole(rf"\+{p.calling_code}(?:{p.fixed[1:-1]})" for p in known))
    told_apart = [
        pl.when(value.str.contains(rf"^\+{p.calling_code}(?:{pattern[1:]})")).then(pl.lit(line))
        for p in known
        for line, pattern in p.told_apart.items()
    ]
    unknown = pl.when(value.is_not_null()).then(pl.lit("unknown"))
    either = pl.when(mobile & fixed).then(pl.coalesce(*told_apart, unknown))
    return pl.coalesce(either, pl.when(mobile).then(pl.lit("mobile")), pl.when(fixed).then(pl.lit("landline")), unknown)


def _whole(patterns: Iterable[str]) -> str:
    """A pattern for texts that one of ``patterns`` describes from end to end; it describes none when there are none."""
    return "^(?:" + ("|".join(patterns) or r"[^\s\S]") + ")$"


@cache
def supported() -> frozenset[str]:
    """Every country the library knows."""
    from phonenumbers import SUPPORTED_REGIONS

    return frozenset(SUPPORTED_REGIONS)


def judge(asked: pl.DataFrame) -> pl.DataFrame:
    """What the library says of ``asked`` (``digits``, ``intl``, ``country``), row by row.

    Returns:
        ``value`` (E.164, null when it is not a valid number), ``national`` (its digits after the calling code),
        ``region`` (null when it belongs to no country) and ``line`` (as :meth:`Plan.line`, ``unknown`` for toll-free
        and other special lines).
    """
    rows = [_judged(*row) for row in asked.select("digits", "intl", "country").iter_rows()]
    schema = {"value": pl.String, "national": pl.String, "region": pl.String, "line": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


_Judgement = tuple[str | None, str | None, str | None, str | None]


def _judged(digits: str, intl: bool, country: str | None) -> _Judgement:
    import phonenumbers as library

    spellings: list[tuple[str, str | None]] = []
    bare = digits.removeprefix("00") if intl else digits
    if intl:
        spellings.append((f"+{bare}", None))
    own_code = str(library.country_code_for_region(country or ""))  # 0 where there is no country
    if not intl or not bare.startswith(own_code):
        spellings.append((digits, country))
    for text, region in spellings:
        try:
            number = library.parse(text, region)
        except library.NumberParseException:
            continue
        if library.is_valid_number(number):
            value = library.format_number(number, library.PhoneNumberFormat.E164)
            national = library.national_significant_number(number)
            home = library.region_code_for_number(number)
            return value, national, home, _line(library.number_type(number), home, national)
    return None, None, None, None


def told_apart(region: str | None, national: str) -> str:
    """``mobile`` or ``landline`` by the digits of a number whose kind the library leaves open, else ``either``."""
    patterns = _facts()["lines"].get(region, {})
    return next((line for line, pattern in patterns.items() if re.search(pattern, national)), "either")


def _line(kind: int, region: str | None, national: str) -> str:
    from phonenumbers import PhoneNumberType

    if kind == PhoneNumberType.FIXED_LINE_OR_MOBILE:
        return told_apart(region, national)
    return {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "landline"}.get(kind, "unknown")


def _ascii(pattern: str) -> str:
    """``pattern`` with ``\\d`` meaning the ten digits only, which keeps the compiled automaton small."""
    return pattern.replace(r"\d", "[0-9]")


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("custintel.fields").joinpath("data/phones.toml").read_text("utf-8"))
