"""Cities, regions and countries, which only mean something together.

``Armenia`` is two municipalities of Colombia and a country; with its department it is one place. So this kernel
takes the columns of a row together and gives each back with its own rules. Colombian places get their DIVIPOLA
code. What we do not know is written with proper capitals and otherwise left as it came.
"""

from __future__ import annotations

import polars as pl

from custintel.fields.gazetteer import Gazetteer, gazetteer, place_key, postal_zone
from custintel.fields.place_match import understood, with_place
from custintel.fields.vocabulary import Rule
from custintel.i18n import N_

CASE = Rule("place.case", "format", N_("Written with its usual capitals and accents"))
ALIAS = Rule("place.alias", "format", N_("Another name of the place replaced by its usual one"), 0.99)
COUNTRY_CODE = Rule("place.country_code", "format", N_("Country written as its two-letter code"))
CODE_FORM = Rule(
    "place.code_form", "repair", N_("Zero or digits lost by a spreadsheet put back in the code of the place"), 0.99
)
FROM_CODE = Rule("place.from_code", "repair", N_("Filled from the official code of the place"), 0.99)
FROM_CITY = Rule("place.from_city", "repair", N_("Filled from the city"), 0.98)
FROM_POSTCODE = Rule("place.from_postcode", "repair", N_("Filled from the postal code"), 0.97)
SPLIT = Rule("place.split", "repair", N_("City and region were in one cell"), 0.98)
SWAPPED = Rule("place.swapped", "repair", N_("City and region were in each other's column"), 0.98)
TYPO = Rule("place.typo", "guess", N_("Spelling mistake in the name of a place"), 0.93)
MAIN_CITY = Rule("place.main_city", "guess", N_("Several places have this name: taken for the largest"), 0.9)
COUNTRY_GUESS = Rule("place.country_of_place", "guess", N_("Country filled from the city or region"), 0.95)
CODE_REPLACED = Rule(
    "place.code_replaced", "guess", N_("The code named another place than the city: replaced by the city's"), 0.9
)
CODE_UNKNOWN = Rule("place.code_unknown", "drop", N_("Not the code of a place"))
COUNTRY_UNKNOWN = Rule("place.country_unknown", "drop", N_("Not the name of a country"))
RULES = (
    CASE,
    ALIAS,
    COUNTRY_CODE,
    CODE_FORM,
    FROM_CODE,
    FROM_CITY,
    FROM_POSTCODE,
    SPLIT,
    SWAPPED,
    TYPO,
    MAIN_CITY,
    COUNTRY_GUESS,
    CODE_REPLACED,
    CODE_UNKNOWN,
    COUNTRY_UNKNOWN,
)
COLUMNS = ("city", "region", "country", "geo_code")
SMALL_WORDS = {
    f"{word} ": f"{word.lower()} "
    for word in (
        "De La",
        "De Las",
        "De Los",
        "De El",
        "De",
        "Del",
        "Y",
        "E",
        "I",
        "Do",
        "Da",
        "Dos",
        "Das",
        "Of",
        "The",
        "On",
        "Di",
    )
}


def normalise(frame: pl.DataFrame, *, home: str | None = None) -> pl.DataFrame:
    """The place of each row.

    Args:
        frame: any of the text columns ``city``, ``region``, ``country``, ``geo_code``, ``postal_code`` as they
            came, each may be null. Rows need not differ.
        home: the country of the file (ISO 3166 alpha-2), where the row itself says nothing else.

    Returns:
        As tall as ``frame``, in its order: ``city``, ``region``, ``country`` (alpha-2), ``geo_code`` (DIVIPOLA in
        Colombia, elsewhere as it came), and for each ``<column>_rules``.
    """
    asked = frame.select(
        *(pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in COLUMNS),
        zone=postal_zone(pl.col("postal_code")) if "postal_code" in frame.columns else pl.lit(None, pl.String),
    )
    known = gazetteer()
    distinct = asked.unique(maintain_order=True)
    rows = understood(distinct.with_row_index("at"), known, home)
    answers = _answers(with_place(rows, known), known)
    both = pl.concat([distinct, answers.rename({name: f"{name}_out" for name in COLUMNS})], how="horizontal")
    joined = asked.join(both, on=asked.columns, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(
        *(pl.col(f"{name}_out").alias(name) for name in COLUMNS), *(f"{name}_rules" for name in COLUMNS)
    )


def proper(name: pl.Expr) -> pl.Expr:
    """A place name with proper capitals when it came in capitals or small letters only; mixed case is a choice and
    stays.
    """
    plain = (name == name.str.to_uppercase()) | (name == name.str.to_lowercase())
    titled = name.str.to_titlecase().str.replace_many(SMALL_WORDS, leftmost=True)
    titled = pl.concat_str(titled.str.slice(0, 1).str.to_uppercase(), titled.str.slice(1))
    abbreviation = name.str.contains(r"^\p{Lu}{1,3}$")
    settled = (titled != titled.str.to_uppercase()) & (titled != titled.str.to_lowercase())
    return pl.when(plain & ~abbreviation & settled).then(titled).otherwise(name)


def country_votes(
    cities: pl.Series | None = None,
    regions: pl.Series | None = None,
    countries: pl.Series | None = None,
    postal_codes: pl.Series | None = None,
) -> dict[str, int]:
    """Which countries the cells of a file speak for.

    A cell votes when only one country fits it: its name in a country column, a city or region that no other country
    has, a postal code of a shape only one country uses.

    Returns:
        Cells per country (alpha-2), most first.
    """
    known = gazetteer()
    only_there = pl.col("country").n_unique().over("key") == 1
    regional = known.region_keys.filter(only_there & ~pl.col("short")).select("key", "country")
    local = known.anywhere.join(known.places.select("place", "country"), on="place").select("key", "country")
    votes = [
        _keys(cells).join(names, on="key").select("country", "n")
        for cells, names in ((cities, local), (regions, regional), (countries, known.countries))
        if cells is not None
    ]
    if postal_codes is not None:
        brazilian = pl.when(pl.col("key").str.contains(r"^\d{5}-\d{3}$")).then(pl.lit("BR"))
        shape = brazilian.when(pl.col("key").str.contains(r"^\d{5}-\d{4}$")).then(pl.lit("US"))
        codes = postal_codes.alias("key").to_frame().select(country=shape, n=pl.lit(1, pl.UInt32))
        votes.append(codes.drop_nulls())
    if not votes:
        return {}
    total = pl.concat(votes).group_by("country").agg(pl.col("n").sum()).sort(["n", "country"], descending=[True, False])
    return dict(total.iter_rows())


def kind_votes(values: pl.Series) -> dict[str, float]:
    """What kind of place a column holds, for headers such as ``estado``, ``departamento``, ``localidad`` or ``comuna``.

    Returns:
        The share (0 to 1) of filled cells that are names of a ``city``, a ``region``, a ``country``, a ``locality`` (a
        district inside a Colombian city). One cell may count for several: Córdoba is a city and a region. All 0 for
        an empty column.
    """
    known = gazetteer()
    cells = _keys(values)
    n = int(cells["n"].sum())
    kinds = {
        "city": known.keys["key"],
        "region": known.region_keys["key"],
        "country": known.countries["key"],
        "locality": known.localities["key"],
    }
    named = {kind: pl.col("key").is_in(keys.unique().to_list()) for kind, keys in kinds.items()}
    named["locality"] |= pl.col("key").str.contains(r"^(?:comuna|localidad) \d{1,2}\b")
    return {kind: int(cells.filter(fits)["n"].sum()) / n if n else 0.0 for kind, fits in named.items()}


def _keys(cells: pl.Series) -> pl.DataFrame:
    """Filled cells counted by ``key``."""
    counted = cells.drop_nulls().alias("raw").to_frame().group_by("raw").agg(n=pl.len())
    return counted.group_by(key=place_key(pl.col("raw").str.slice(0, 100))).agg(pl.col("n").sum())


def _answers(rows: pl.DataFrame, known: Gazetteer) -> pl.DataFrame:
    places = known.places.select(
        "place", "community_id", p_city="city", p_region="region", p_country="country", p_code="geo_code"
    )
    hints = known.regions.select(hint="region_id", hint_name="region")
    spellings = known.spellings.select(city_key="key", land="country", spelling="city")
    rows = rows.join(places, on="place", how="left", maintain_order="left")
    rows = rows.join(hints, on="hint", how="left", maintain_order="left")
    rows = rows.join(spellings, on=["city_key", "land"], how="left", maintain_order="left")
    not_regions = pl.concat([known.keys.select("key"), known.localities, known.countries.select("key")])["key"].unique()
    rows = rows.with_columns(
        misplaced=pl.col("region_id").is_null() & pl.col("region_key").is_in(not_regions.to_list()),
        placed=pl.col("place").is_not_null(),
        filled_by_hint=pl.col("region").is_null() & pl.col("hint").is_not_null() & pl.col("land").is_not_null(),
        coded_here=pl.col("coded").is_not_null() & pl.coalesce("p_country", "land").eq("CO").fill_null(False),
    )
    rows = rows.with_columns(
        new_city=pl.when("placed").then("p_city").otherwise(pl.coalesce("spelling", proper(pl.col("city")))),
        new_region=_region_value(),
        new_country=pl.coalesce("told", "p_country", "region_country", pl.when("filled_by_hint").then("land")),
        new_code=_code_value(),
    )
    rules = [_city_rules(), _region_rules(), _country_rules(), _code_rules()]
    values = [
        pl.col(f"new_{column}").alias(name)
        for name, column in zip(COLUMNS, ("city", "region", "country", "code"), strict=True)
    ]
    return rows.select(*values, *(rule.alias(f"{name}_rules") for name, rule in zip(COLUMNS, rules, strict=True)))


def _region_value() -> pl.Expr:
    of_place = pl.when(pl.col("region_id") == pl.col("community_id")).then("region_name").otherwise("p_region")
    replaced = (
        pl.col("region_id").is_not_null()
        | pl.col("region").is_null()
        | pl.col("misplaced")
        | (pl.col("how") == "swapped")
    )
    known = pl.coalesce(
        "region_name",
        pl.when("filled_by_hint").then("hint_name"),
        proper(pl.col("region")),
    )
    return pl.when(pl.col("placed") & replaced).then(of_place).otherwise(known)


def _code_value() -> pl.Expr:
    in_colombia = pl.coalesce("p_country", "land") == "CO"
    return (
        pl.when(pl.col("p_code").is_not_null())
        .then("p_code")
        .when("coded_here")
        .then("digits")
        .when(~in_colombia | in_colombia.is_null())
        .then("geo_code")
    )


def _because(*reasons: tuple[pl.Expr, Rule]) -> pl.Expr:
    """The code of the first rule whose condition holds."""
    return pl.coalesce(pl.when(condition).then(pl.lit(rule.code)) for condition, rule in reasons)


def _changed(raw: str, new: str) -> pl.Expr:
    return pl.col(raw).ne_missing(pl.col(new))


def _how(name: str) -> pl.Expr:
    return pl.col("how") == name


def _city_rules() -> pl.Expr:
    same_key = place_key(pl.col("new_city")) == pl.col("city_key")
    reason = _because(
        (_how("code"), FROM_CODE),
        (_how("swapped"), SWAPPED),
        (_how("split"), SPLIT),
        (_how("typo"), TYPO),
        (same_key | pl.col("city_key").is_null() | (pl.col("placed").not_() & pl.col("spelling").is_null()), CASE),
        (pl.lit(True), ALIAS),
    )
    return pl.when(_changed("city", "new_city")).then(reason)


def _region_rules() -> pl.Expr:
    same_key = place_key(pl.col("new_region")) == pl.col("region_key")
    filled = pl.col("region").is_null() | pl.col("misplaced") | (pl.col("new_region") != pl.col("region_name"))
    reason = _because(
        (_how("swapped"), SWAPPED),
        (_how("split") & pl.col("region").is_null(), SPLIT),
        (same_key, CASE),
        (pl.col("region_typo"), TYPO),
        (_how("typo") & filled, TYPO),
        (_how("main") & filled, MAIN_CITY),
        (_how("code") & filled, FROM_CODE),
        (pl.col("placed") & filled, FROM_CITY),
        (pl.col("region").is_null() & pl.col("coded_here"), FROM_CODE),
        (pl.col("region").is_null(), FROM_POSTCODE),
        (pl.col("region_id").is_not_null(), ALIAS),
        (pl.lit(True), CASE),
    )
    return pl.when(_changed("region", "new_region")).then(reason)


def _country_rules() -> pl.Expr:
    reason = _because(
        (pl.col("new_country").is_null(), COUNTRY_UNKNOWN),
        (pl.col("told").is_null(), COUNTRY_GUESS),
        (pl.lit(True), COUNTRY_CODE),
    )
    return pl.when(_changed("country", "new_country")).then(reason)


def _code_rules() -> pl.Expr:
    reason = _because(
        (pl.col("new_code").is_null(), CODE_UNKNOWN),
        (pl.col("geo_code").is_not_null() & (pl.col("digits") == pl.col("new_code")), CODE_FORM),
        (pl.col("geo_code").is_not_null(), CODE_REPLACED),
        (_how("typo"), TYPO),
        (_how("main"), MAIN_CITY),
        (pl.lit(True), FROM_CITY),
    )
    return pl.when(_changed("geo_code", "new_code")).then(reason)
