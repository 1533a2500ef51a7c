"""Finding the place that the cells of a row speak of: what each says on its own, then what they say together."""

from __future__ import annotations

import polars as pl

from custintel.fields.gazetteer import Gazetteer, one_edit_away, place_key

CLUES = ("at", "city_key", "region_key", "region_id", "hint", "land", "told")
LONGEST_NAME = 80


# What each cell says on its own


def understood(rows: pl.DataFrame, known: Gazetteer, home: str | None) -> pl.DataFrame:
    """Adds keys, ``told`` (the country cell), ``region_id``, ``land`` (the country to look in), ``coded`` (the
    place of the code) and ``hint`` (the region that code or postal code point to).
    """
    rows = rows.with_columns(
        city_key=_key("city"),
        region_key=_key("region"),
        country_key=_key("country"),
        digits=_code_digits(pl.col("geo_code")),
    )
    rows = rows.join(
        known.countries.rename({"key": "country_key", "country": "told"}),
        on="country_key",
        how="left",
        maintain_order="left",
    )
    rows = _with_region(rows, known, home)
    rows = rows.with_columns(land=pl.coalesce("told", "region_country", pl.lit(home, pl.String)))
    coded = known.places.select(
        pl.col("geo_code").alias("digits"), coded="place", coded_region="region_id"
    ).drop_nulls()
    zones = known.postal.select("zone", land="country", zone_region="region_id")
    rows = rows.join(coded, on="digits", how="left", maintain_order="left")
    rows = rows.join(zones, on=["land", "zone"], how="left", maintain_order="left")
    colombian = (pl.col("land") == "CO") | pl.col("land").is_null()
    return rows.with_columns(
        coded=pl.when(colombian).then("coded"), hint=pl.coalesce(pl.when(colombian).then("coded_region"), "zone_region")
    )


def _key(column: str) -> pl.Expr:
    short_enough = pl.col(column).str.len_chars() <= LONGEST_NAME
    key = place_key(pl.when(short_enough).then(pl.col(column)))
    return pl.when(key != "").then(key)


def _code_digits(code: pl.Expr) -> pl.Expr:
    """Five digits out of "5001", "5,001", "05 001", "5001.0" and the eight-digit code of a village."""
    digits = code.str.replace(r"\.0+$", "").str.replace_all(r"[\s.,'\-]", "")
    digits = digits.str.extract(r"^(\d{4,5}|\d{7,8})$")
    padded = digits.str.zfill(pl.when(digits.str.len_chars() > 5).then(8).otherwise(5))
    return padded.str.slice(0, 5)


def _with_region(rows: pl.DataFrame, known: Gazetteer, home: str | None) -> pl.DataFrame:
    """Adds ``region_id``, ``region_name``, ``region_country``, ``region_typo``."""
    cells = rows.select("region_key", "told").drop_nulls("region_key").unique(maintain_order=True)
    exact = _region_of(cells.with_columns(typed="region_key"), known, home).with_columns(region_typo=pl.lit(False))
    left = cells.join(exact, on=["region_key", "told"], how="anti", nulls_equal=True)
    names = known.region_keys.filter(~pl.col("short")).select("key").unique()
    other = pl.concat([known.keys.select("key"), known.localities, known.countries.select("key")])
    typed = _misspelt(left.select(key="region_key").unique(), names, other)
    near = left.join(typed, left_on="region_key", right_on="key").rename({"near": "typed"})
    guessed = (
        _region_of(near, known, home)
        .filter(pl.len().over("region_key", "told") == 1)
        .with_columns(region_typo=pl.lit(True))
    )
    found = pl.concat([exact, guessed])
    return rows.join(found, on=["region_key", "told"], how="left", nulls_equal=True, maintain_order="left")


def _region_of(cells: pl.DataFrame, known: Gazetteer, home: str | None) -> pl.DataFrame:
    """The region that ``typed`` names in the country told, else at home, else the only one of that name (in full)."""
    named = cells.join(known.region_keys, left_on="typed", right_on="key")
    alone = ~pl.col("short") & (pl.col("country").n_unique().over("typed", "told") == 1)
    at_home = (pl.col("country") == home) if home else pl.lit(False)
    as_told = pl.when(pl.col("told").is_not_null()).then(pl.col("country") == pl.col("told"))
    fits = as_told.when(at_home.any().over("typed", "told")).then(at_home).otherwise(alone)
    return named.filter(fits).select("region_key", "told", "region_id", region_name="region", region_country="country")


def _misspelt(typed: pl.DataFrame, names: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Typed keys that are no known name and one edit away from a name of six letters or more: ``key``, ``near``."""
    worth = pl.col("key").str.contains(r"^[a-z][a-z ]{4,40}$")
    strange = typed.filter(worth).join(names, on="key", how="anti").join(other, on="key", how="anti")
    return one_edit_away(strange, names.filter(pl.col("key").str.len_chars() >= 6))


# What the cells say together


def with_place(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """Adds ``place`` and ``how`` it was found."""
    clues = rows.select(CLUES).drop_nulls("city_key")
    region = pl.coalesce("region_id", pl.when(pl.col("land").is_not_null()).then("hint"))
    doubtful = clues.with_columns(region_id=region)
    how = pl.when("sure").then(pl.lit("name")).otherwise(pl.lit("main"))
    found = _located(clues, known).select("at", "place", how=how)
    for way, reading in (("split", _split), ("swapped", _swapped), ("typo", _mistyped), ("typo", _mistyped_split)):
        left = doubtful.join(found, on="at", how="anti")
        if left.height:
            found = pl.concat([found, reading(left, known).select("at", "place", how=pl.lit(way))])
    rows = rows.join(found, on="at", how="left", maintain_order="left")
    coded_only = pl.col("city_key").is_null() & pl.col("coded").is_not_null() & pl.col("land").is_not_null()
    agrees = pl.col("region_id").is_null() | (pl.col("region_id") == pl.col("coded_region"))
    from_code = coded_only & agrees
    return rows.with_columns(
        place=pl.when(from_code).then("coded").otherwise("place"),
        how=pl.when(from_code).then(pl.lit("code")).otherwise("how"),
    )


def _located(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """The places that ``city_key`` names in its region, else in the region hinted at, else in its country, else
    anywhere.

    Returns:
        ``at``, ``place``, ``sure`` of the rows with a place.
    """
    there, hinted, country, anywhere = (
        known.by_region.rename({"place": "there"}),
        known.by_region.rename({"region_id": "hint", "place": "hinted"}),
        known.by_country.select("key", "sure", land="country", national="place"),
        known.anywhere.select("key", world="place", world_sure="sure"),
    )
    rows = rows.join(
        there, left_on=["city_key", "region_id"], right_on=["key", "region_id"], how="left", maintain_order="left"
    )
    rows = rows.join(hinted, left_on=["city_key", "hint"], right_on=["key", "hint"], how="left", maintain_order="left")
    rows = rows.join(country, left_on=["city_key", "land"], right_on=["key", "land"], how="left", maintain_order="left")
    rows = rows.join(anywhere, left_on="city_key", right_on="key", how="left", maintain_order="left")
    alone = pl.col("region_id").is_null()
    certain = pl.coalesce("there", pl.when(alone).then("hinted"))
    national = pl.when(alone).then("national")
    world = pl.when(alone & pl.col("told").is_null()).then("world")
    sure = pl.when(certain.is_not_null()).then(True).when(national.is_not_null()).then("sure").otherwise("world_sure")
    return rows.select("at", place=pl.coalesce(certain, national, world), sure=sure).drop_nulls("place")


def _split(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """City, region and country in one cell, in either order: "Medellín (Antioquia)", "Valle - Cali", "Lima, Perú"."""
    abroad = _country_off(rows, known)
    regional = _region_off(pl.concat([rows, abroad]), known)
    regional = regional.join(known.by_region, left_on=["city_key", "region_id"], right_on=["key", "region_id"])
    at_home = (pl.col("country") == pl.col("land")).fill_null(False)
    regional = regional.filter(at_home | ~at_home.any().over("at"))
    return _only_place(pl.concat([regional.select("at", "place"), _located(abroad, known).select("at", "place")]))


def _country_off(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """Clues of the cells that also hold a country's name, with the city alone in ``city_key``."""
    named = _pieces(rows).join(
        known.countries.filter(pl.col("key").str.len_chars() > 2), left_on="rest", right_on="key"
    )
    named = named.filter(pl.col("told").is_null() | (pl.col("told") == pl.col("country")))
    return named.select(rows.columns).with_columns(city_key=named["head"], land=named["country"], told=named["country"])


def _region_off(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """Clues of the cells that also hold a region's name, its ``country`` beside them, with the city alone in
    ``city_key``.
    """
    regions = known.region_keys.select("key", "country", named="region_id")
    named = _pieces(rows).join(regions, left_on="rest", right_on="key")
    same_country = pl.col("told").is_null() | (pl.col("told") == pl.col("country"))
    same_region = pl.col("region_id").is_null() | (pl.col("region_id") == pl.col("named"))
    named = named.filter(same_country & same_region)
    return named.select(*rows.columns, "country").with_columns(city_key=named["head"], region_id=named["named"])


def _pieces(rows: pl.DataFrame) -> pl.DataFrame:
    """Every way to cut a city key of two to nine words in a ``head`` and a ``rest`` of up to five, from either end."""
    words = pl.col("city_key").str.split(" ")
    rows = rows.with_columns(words=words).filter(pl.col("words").list.len().is_between(2, 9))
    n, k = pl.col("words").list.len(), pl.col("k")
    cut = rows.with_columns(k=pl.int_ranges(1, pl.min_horizontal(n, 6))).explode(
        "k", empty_as_null=True, keep_nulls=False
    )
    last = cut.with_columns(head=pl.col("words").list.head(n - k), rest=pl.col("words").list.tail(k))
    first = cut.with_columns(head=pl.col("words").list.tail(n - k), rest=pl.col("words").list.head(k))
    joined = [pl.col(name).list.join(" ") for name in ("head", "rest")]
    return pl.concat([last, first]).with_columns(joined).drop("words", "k")


def _swapped(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """The region cell names a city and the city cell the region it lies in."""
    rows = rows.drop_nulls("region_key").drop("region_id")
    turned = rows.join(known.region_keys.select("key", "region_id", "country"), left_on="city_key", right_on="key")
    turned = turned.filter(pl.col("told").is_null() | (pl.col("told") == pl.col("country")))
    return _only_place(turned.join(known.by_region, left_on=["region_key", "region_id"], right_on=["key", "region_id"]))


def _mistyped(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """One letter wrong in a name that is otherwise the only one it can be."""
    rows = rows.filter(pl.col("land").is_null() | pl.col("land").is_in(known.keys["country"].unique().implode()))
    if rows.is_empty():
        return rows.select("at", place=pl.lit(None, known.places.schema["place"]))
    other = pl.concat([known.region_keys.select("key"), known.localities, known.countries.select("key")])
    near = _misspelt(rows.select(key="city_key").unique(), known.keys.select("key").unique(), other)
    tried = rows.join(near, left_on="city_key", right_on="key").join(
        known.keys.group_by("key").agg(countries="country"), left_on="near", right_on="key"
    )
    tried = tried.filter(pl.col("land").is_null() | pl.col("countries").list.contains(pl.col("land")))
    alone = (pl.len().over("at") == 1) | pl.col("region_id").is_not_null()
    tried = tried.filter(alone).with_columns(city_key="near")
    return _only_place(_located(tried.select(rows.columns), known))


def _mistyped_split(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    """One letter wrong in a city that stands in one cell with its region: "Medelin - Antioquia"."""
    return _mistyped(_region_off(rows, known).select(rows.columns), known)


def _only_place(found: pl.DataFrame) -> pl.DataFrame:
    """``at``, ``place`` of the rows for which exactly one place was found."""
    distinct = found.select("at", "place").unique()
    return distinct.filter(pl.len().over("at") == 1)
