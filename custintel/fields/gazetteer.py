"""The places we know by name: countries, their regions, their cities, Colombia's municipalities with their DIVIPOLA
codes.

The facts are in ``data/places_*.tsv``. Colombian names and codes are those of DANE's DIVIPOLA; regions carry the
letters of ISO 3166-2 (Colombian ones the two digits of DIVIPOLA); country names are those of the Unicode CLDR in
Spanish, English and Portuguese.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from custintel.fields import text

DATA = Path(__file__).parent / "data"
ABBREVIATIONS = {
    " sta ": " santa ",
    " sto ": " santo ",
    " pto ": " puerto ",
    " pta ": " punta ",
    " cd ": " ciudad ",
    " cdad ": " ciudad ",
    " gral ": " general ",
    " ft ": " fort ",
    " nvo ": " nuevo ",
    " nva ": " nueva ",
}
NEIGHBOURS = (("11001", "CO-25"), ("Buenos Aires", "AR-B"))
"""Cities that people write under the region that surrounds them."""


@dataclass(frozen=True)
class Gazetteer:
    """The known places, ready to be joined on keys made by :func:`place_key`.

    Attributes:
        countries: key, country (ISO 3166 alpha-2).
        regions: region_id ("CO-05"), country, region (its name).
        region_keys: key, region_id, country, region; an abbreviation is marked ``short``.
        postal: country, zone (see :func:`postal_zone`), region_id.
        places: place (row number), country, region_id, region, community_id (of a Spanish province), city, geo_code (in
            Colombia only).
        by_region: key, region_id, place: the one place of that name in a region.
        by_country: key, country, place, sure: the one place of that name in a country; not sure when others share
            the name and this is the one usually meant.
        anywhere: key, place, sure: the same over all countries.
        spellings: key, country, city: how a name is written when all places of that name in the country write it so.
        keys: key, country of every city name, each once per country.
        localities: key of districts inside Colombian cities.
    """

    countries: pl.DataFrame
    regions: pl.DataFrame
    region_keys: pl.DataFrame
    postal: pl.DataFrame
    places: pl.DataFrame
    by_region: pl.DataFrame
    by_country: pl.DataFrame
    anywhere: pl.DataFrame
    spellings: pl.DataFrame
    keys: pl.DataFrame
    localities: pl.DataFrame


def place_key(name: pl.Expr) -> pl.Expr:
    """The comparison key of a place name: accent-free, lower case, usual abbreviations ("Sta.", "Pto.") written out."""
    padded = pl.concat_str(pl.lit(" "), text.key(name), pl.lit(" "))
    return padded.str.replace_many(ABBREVIATIONS).str.strip_chars(" ")


def postal_zone(postal_code: pl.Expr) -> pl.Expr:
    """The first three digits of a five- or six-digit postal code and its length ("110-6" for 110111), null
    otherwise.
    """
    digits = postal_code.str.extract(r"^(\d{5,6})(?:-?\d{4})?$")
    return pl.concat_str(digits.str.slice(0, 3), pl.lit("-"), digits.str.len_chars())


@cache
def gazetteer() -> Gazetteer:
    """The known places. Read once per process (about 15 ms)."""
    countries = _read("countries").select(
        "country", key=pl.concat_list("country", "iso3", _split("names")).list.drop_nulls()
    )
    regions = _read("regions").with_columns(region_id=pl.col("country") + "-" + pl.col("code"), region="name")
    places = _places(regions)
    names = _city_names(places)
    by_country = _one_place(names, ["key", "country"])
    return Gazetteer(
        countries=_keyed(countries.explode("key", empty_as_null=True, keep_nulls=False)).sort("key"),
        regions=regions.select("region_id", "country", "region"),
        region_keys=_region_keys(regions),
        postal=_postal(regions),
        places=places.select("place", "country", "region_id", "region", "community_id", "city", "geo_code"),
        by_region=_by_region(names, regions),
        by_country=by_country,
        anywhere=by_country.filter(pl.len().over("key") == 1).select("key", "place", "sure"),
        spellings=_spellings(names),
        keys=names.select("key", "country").unique().sort("key", "country"),
        localities=_read("localities").select(key=place_key(pl.col("name"))).unique().sort("key"),
    )


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(DATA / f"places_{name}.tsv", separator="\t", quote_char=None, infer_schema=False, glob=False)


def _split(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.split("|")


def _keyed(names: pl.DataFrame) -> pl.DataFrame:
    """``names`` with the spelled names of ``key`` made keys; one with dots is also known without ("D.C.": "d c",
    "dc").
    """
    names = names.filter(pl.col("key") != "")
    dotted = names.filter(pl.col("key").str.contains(".", literal=True))
    undotted = dotted.with_columns(key=pl.col("key").str.replace_all(".", "", literal=True))
    return pl.concat([names, undotted]).with_columns(key=place_key(pl.col("key"))).unique(maintain_order=True)


def _region_keys(regions: pl.DataFrame) -> pl.DataFrame:
    spelled = regions.select(
        "region_id", "country", "region", key=pl.concat_list("name", "code", _split("aliases"))
    ).explode("key", empty_as_null=True, keep_nulls=False)
    coded = spelled.filter(pl.col("key").str.len_chars() <= 3).with_columns(  # "CO-ANT", as ISO 3166-2 has it
        key=pl.concat_str("country", "key", separator="-")
    )
    keys = _keyed(pl.concat([spelled, coded])).with_columns(short=pl.col("key").str.len_chars() <= 4)
    official = place_key(pl.col("region")) == pl.col("key")
    return keys.sort(~official, "region_id").unique(["key", "country"], keep="first", maintain_order=True)


def _postal(regions: pl.DataFrame) -> pl.DataFrame:
    """Ranges such as "21-22" or "350-369" as the zones they cover."""
    first, last = pl.col("postal").str.extract(r"^(\d+)"), pl.col("postal").str.extract(r"(\d+)$")
    zones = regions.drop_nulls("postal").select(
        "country",
        "region_id",
        zone=pl.int_ranges(first.str.pad_end(3, "0").cast(pl.Int64), last.str.pad_end(3, "9").cast(pl.Int64) + 1),
    )
    length = pl.when(pl.col("country") == "CO").then(pl.lit("-6")).otherwise(pl.lit("-5"))
    return zones.explode("zone", empty_as_null=True, keep_nulls=False).with_columns(
        zone=pl.col("zone").cast(pl.String).str.zfill(3) + length
    )


def _places(regions: pl.DataFrame) -> pl.DataFrame:
    """Every known place, with its other names in ``aliases`` (a list)."""
    colombia = _read("co").select(
        pl.lit("CO").alias("country"),
        region_id=pl.lit("CO-") + pl.col("code").str.slice(0, 2),
        city="name",
        geo_code="code",
        rank="rank",
        aliases=_split("aliases"),
    )
    others = (
        _read("cities")
        .with_columns(spelled=pl.col("cities").str.split("|"))
        .explode("spelled", empty_as_null=True, keep_nulls=False)
    )
    others = others.select(
        "country",
        region_id=pl.col("country") + "-" + pl.col("region"),
        city=pl.col("spelled").str.extract("^([^=]+)"),
        geo_code=pl.lit(None, pl.String),
        rank=pl.lit(None, pl.String),
        aliases=pl.col("spelled").str.split("=").list.slice(1),
    )
    community = regions.select("region_id", "region", community_id=pl.col("country") + "-" + pl.col("within"))
    return pl.concat([colombia, others]).join(community, on="region_id", maintain_order="left").with_row_index("place")


def _city_names(places: pl.DataFrame) -> pl.DataFrame:
    """One row per key of a place's names; ``official`` where it is the key of its own name."""
    spelled = places.with_columns(key=pl.concat_list("city", "aliases")).explode(
        "key", empty_as_null=True, keep_nulls=False
    )
    return _keyed(spelled).with_columns(official=place_key(pl.col("city")) == pl.col("key"))


def _one_place(names: pl.DataFrame, within: list[str]) -> pl.DataFrame:
    ranked = pl.col("place").filter(pl.col("rank").is_not_null())
    found = names.group_by(within).agg(
        n=pl.len(), ranked=ranked.len(), only=pl.col("place").first(), main=ranked.first()
    )
    place = pl.when(pl.col("n") == 1).then("only").when(pl.col("ranked") == 1).then("main")
    return found.select(*within, place=place, sure=pl.col("n") == 1).sort(within)


def _by_region(names: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """Also under the community a Spanish province belongs to, and under the region around a city that has its own."""
    community = names.filter(pl.col("community_id").is_not_null()).with_columns(region_id="community_id")
    around = [
        names.filter(
            (pl.col("geo_code") == city) | (pl.col("geo_code").is_null() & (pl.col("city") == city))
        ).with_columns(region_id=pl.lit(region))
        for city, region in NEIGHBOURS
    ]
    known = pl.concat([names, community, *around]).filter(pl.col("region_id").is_in(regions["region_id"].to_list()))
    own_name_first = known.filter(pl.col("official") | ~pl.col("official").any().over("key", "region_id"))
    return _one_place(own_name_first, ["key", "region_id"]).drop_nulls("place").drop("sure")


def _spellings(names: pl.DataFrame) -> pl.DataFrame:
    alike = names.group_by("key", "country").agg(pl.col("city").first(), n=pl.col("city").n_unique())
    return alike.filter(pl.col("n") == 1).select("key", "country", "city").sort("key", "country")


def one_edit_away(typed: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a typed and a known key that differ by one letter added, left out, changed or swapped with its
    neighbour.

    Two such words become equal when at most one letter is taken out of each, so both are joined on what is left of
    them, and the true distance is computed for the pairs that meet.

    Args:
        typed: distinct ``key``.
        known: distinct ``key``.

    Returns:
        ``key``, ``near``: none, one or several rows per typed key.
    """
    if typed.is_empty():
        return typed.select("key", near="key")
    from rapidfuzz.distance import OSA

    pairs = (
        _one_letter_less(typed)
        .join(_one_letter_less(known).rename({"key": "near"}), on="less")
        .select("key", "near")
        .unique()
    )
    distance = [OSA.distance(key, near, score_cutoff=1) for key, near in pairs.iter_rows()]
    return pairs.filter(pl.Series(distance, dtype=pl.Int64) == 1).sort("key", "near")


def _one_letter_less(keys: pl.DataFrame) -> pl.DataFrame:
    position = pl.int_ranges(0, pl.col("key").str.len_chars() + 1)
    each = keys.select("key", position=position).explode("position", empty_as_null=True, keep_nulls=False)
    less = pl.col("key").str.slice(0, pl.col("position")) + pl.col("key").str.slice(pl.col("position") + 1)
    return each.select("key", less=less).unique()
