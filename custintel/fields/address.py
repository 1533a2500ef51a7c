"""Postal addresses: the text for the parcel, and a key for comparing.

The text stays as the person wrote it, apart from spacing and shouted capitals. The key is what two spellings of one
address share. In Colombia it follows the grammar of numbered streets: way, number, ``#``, crossing number, ``-``,
plate, then the complement; elsewhere it is made of the words and the numbers of the address, without the words
people write or leave out as they please.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from custintel.fields.place import SMALL_WORDS
from custintel.fields.vocabulary import Rule, fired
from custintel.i18n import N_

DATA = Path(__file__).parent / "data" / "addresses.toml"
SPACING = Rule("address.spacing", "format", N_("Spaces put right in the address"))
CASE = Rule("address.case", "format", N_("Address written in capitals given normal capitals"))
EMPTY = Rule("address.empty", "drop", N_("No letter or digit in the address"))
RULES = (SPACING, CASE, EMPTY)

LONGEST = 300
"""Characters of an address that is compared; longer texts are not addresses and get no key."""

LETTER = "[abcdfghijklmpqrtuvxyz]"
QUADRANTS = {"sur": "S", "norte": "N", "este": "E", "oeste": "O", "oriente": "E", "occidente": "O"} | {
    "s": "S",
    "n": "N",
    "e": "E",
    "o": "O",
    "w": "O",
}
QUADRANT = "[nsowe]| ?(?:" + "|".join(word for word in QUADRANTS if word != "n") + ")"
"""A lone ``n`` stands for ``número``: it means north only where it is glued to its number ("Av 6N")."""
SMALL_LATIN = dict(zip("áàâãäåéèêëíìîïóòôõöúùûüñç", "aaaaaaeeeeiiiiooooouuuunc", strict=True))
ROMAN = {
    " Ii ": " II ",
    " Iii ": " III ",
    " Iv ": " IV ",
    " Vi ": " VI ",
    " Vii ": " VII ",
    " Viii ": " VIII ",
    " Ix ": " IX ",
}


def normalise(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses fit for a label, with a key for comparing.

    Args:
        frame: ``raw``, and optionally ``country`` (alpha-2). An address without a country is read as Colombian when
            it follows that grammar.

    Returns:
        ``value``, ``rules``, ``key`` (null where the text says too little to be compared) and ``rural`` (the
        address is a way to a place in the country, such as ``Km 5 vía La Calera``, which no grammar describes).
        Colombian keys read ``way|number|crossing|plate|quadrant|complement`` as in ``CL|45A BIS|12|34|S|501``.
    """
    country = pl.col("country") if "country" in frame.columns else pl.lit(None, pl.String)
    rows = frame.select("raw", spaced=_spaced(pl.col("raw")), country=country)
    rows = rows.with_columns(_unshouted(rows["spaced"]).alias("value"), plain=_plain(pl.col("raw")))
    rows = rows.with_columns(empty=~pl.col("value").str.contains(r"[\p{L}\p{N}]"))
    keys = _keys(rows.select("plain", "country"))
    value = pl.when(~pl.col("empty")).then("value")
    rules = fired(
        (EMPTY, pl.col("empty")),
        (SPACING, ~pl.col("empty") & (pl.col("spaced") != pl.col("raw"))),
        (CASE, ~pl.col("empty") & (pl.col("value") != pl.col("spaced"))),
    )
    return pl.concat([rows.select(value=value, rules=rules), keys], how="horizontal")


def _spaced(raw: pl.Expr) -> pl.Expr:
    return raw.str.replace_many({" ,": ",", " ;": ";"}).str.strip_chars(" ,;")


def _unshouted(texts: pl.Series) -> pl.Series:
    """Capitals and small letters instead of capitals only; numbers that carry several letters ("45AB") keep the
    text as it is.
    """
    shouted = texts.str.contains(r"\p{Lu}{3}") & ~texts.str.contains(r"\p{Ll}|\d\p{Lu}{2}")
    padded = pl.concat_str(pl.col("text").str.to_titlecase(), pl.lit(" "))
    titled = padded.str.replace_many(SMALL_WORDS, leftmost=True).str.replace_many(ROMAN).str.strip_chars(" ")
    found = texts.filter(shouted).to_frame("text").select(titled).to_series()
    return texts.scatter(shouted.arg_true(), found)


def _plain(raw: pl.Expr) -> pl.Expr:
    """Small letters without accents, digits and single spaces; nothing where the text is too long to be an address."""
    small = pl.when(raw.str.len_chars() <= LONGEST).then(raw).str.to_lowercase()
    return small.str.replace_many(SMALL_LATIN).str.replace_all("[^a-z0-9]+", " ").str.strip_chars(" ")


def _keys(rows: pl.DataFrame) -> pl.DataFrame:
    """``key`` and ``rural`` of plain addresses, in their order."""
    rows = rows.with_row_index("at")
    colombian = rows.filter((pl.col("country") == "CO") | pl.col("country").is_null())
    is_usual = pl.col("plain").str.contains(_usual_pattern()).fill_null(value=False)
    usual = _usual_grid(colombian.filter(is_usual))
    named = colombian.filter(~is_usual).select("at", plain=_numbered(pl.col("plain")))
    grid = _grid(named)
    left = named.join(grid, on="at", how="anti")
    blocks = _blocks(left)
    left = left.join(blocks, on="at", how="anti")
    rural = left.filter(pl.col("plain").str.contains(_either("rural", r"(?:^| )(?:{})(?: |$|\d)"))).select(
        "at", key=pl.lit(None, pl.String), rural=pl.lit(True)
    )
    known = pl.concat([usual, grid, blocks]).with_columns(rural=pl.lit(False))
    known = pl.concat([known, rural])
    other = _elsewhere(rows.join(known, on="at", how="anti")).with_columns(rural=pl.lit(False))
    return pl.concat([known, other]).sort("at").select("key", "rural")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _either(kind: str, pattern: str) -> str:
    """``pattern`` with the Colombian words of ``kind`` as its alternatives, longest first."""
    return pattern.replace("{}", "|".join(sorted(_words()["colombian"][kind], key=len, reverse=True)))


@cache
def _ways() -> dict[str, str]:
    return {word: code for code, words in _words()["colombian_ways"].items() for word in words}


@cache
def _grid_pattern() -> str:
    """Way, number, crossing number, plate, complement. Spaces are optional where letters meet digits."""
    way = "|".join(sorted(_ways(), key=len, reverse=True))
    numbering = "|".join(sorted(_words()["colombian"]["numbering"], key=len, reverse=True))
    letters = f"(?: ?{LETTER})?(?: ?bis(?: ?{LETTER})?)?"

    def number(name: str) -> str:
        return rf"(?P<{name}>\d{{1,3}})(?P<{name}_letters>{letters})(?P<{name}_quadrant>{QUADRANT})?\b"

    separator = rf"(?: (?:(?:{numbering}|{way}) ?)?| ?(?:{numbering}) ?)"
    return (
        rf"^(?P<way>{way})(?: ?(?:no|n|nro))? ?{number('first')}{separator}{number('second')}"
        rf"(?: (?:(?:{numbering}) ?)?)(?P<plate>\d{{1,4}})(?P<plate_quadrant>{QUADRANT})?\b(?P<rest>.*)$"
    )


@cache
def _usual_pattern() -> str:
    """The usual form of the same, three numbers after one word, and beside them no word that could be a quadrant."""
    ways = "|".join(word for word, code in _ways().items() if " " not in word and code != "AV")  # "av 68" is a name
    number = "(?:0|[1-9][0-9]{0,2})"
    return rf"^(?:{ways}) {number} {number} (?:0|[1-9][0-9]{{0,3}})(?: [a-df-mp-rt-vx-z][a-z].*)?$"


def _usual_grid(rows: pl.DataFrame) -> pl.DataFrame:
    """``at``, ``key`` of the addresses in the usual form."""
    words = pl.col("plain").str.splitn(" ", 5)
    parts = rows.select("at", words.struct.rename_fields(["way", "first", "second", "plate", "rest"])).unnest("plain")
    way = pl.col("way").replace(_ways())
    return _with_complement(parts).select(
        "at", key=pl.concat_str(way, "first", "second", "plate", pl.lit(""), "complement", separator="|")
    )


def _numbered(plain: pl.Expr) -> pl.Expr:
    """Avenues known by name as the numbered way they are, at the start of the address."""
    names = {f"^ {name} ": f" {way} " for way, names in _words()["colombian_names"].items() for name in names}
    marked = pl.concat_str(pl.lit("^ "), plain, pl.lit(" ")).str.replace_many(names, leftmost=True)
    return marked.str.strip_prefix("^").str.strip_chars(" ")


def _grid(rows: pl.DataFrame) -> pl.DataFrame:
    """``at``, ``key`` of the addresses of numbered streets."""
    parts = (
        rows.select("at", part=pl.col("plain").str.extract_groups(_grid_pattern())).unnest("part").drop_nulls("plate")
    )
    quadrants = [
        pl.col(f"{name}_quadrant").str.strip_chars(" ").replace(QUADRANTS) for name in ("first", "second", "plate")
    ]
    quadrant = pl.concat_str(
        quadrants[0],
        pl.when(quadrants[1].ne_missing(quadrants[0])).then(quadrants[1]),
        pl.when(quadrants[2].ne_missing(quadrants[0]) & quadrants[2].ne_missing(quadrants[1])).then(quadrants[2]),
        ignore_nulls=True,
    )
    parts = _with_complement(parts)
    return parts.select(
        "at",
        key=pl.concat_str(
            pl.col("way").replace(_ways()),
            *(_bare_number(pl.col(name)) + _letters(pl.col(f"{name}_letters")) for name in ("first", "second")),
            _bare_number(pl.col("plate")),
            quadrant,
            "complement",
            separator="|",
        ),
    )


def _with_complement(parts: pl.DataFrame) -> pl.DataFrame:
    """``parts`` with the ``complement`` that their ``rest`` says, which many have in common."""
    parts = parts.with_columns(pl.col("rest").fill_null(""))
    rests = parts.select("rest").unique().with_columns(complement=_complement(pl.col("rest")))
    return parts.join(rests, on="rest", how="left", maintain_order="left")


def _bare_number(digits: pl.Expr) -> pl.Expr:
    return digits.cast(pl.Int32).cast(pl.String)


def _letters(text: pl.Expr) -> pl.Expr:
    return text.str.to_uppercase().str.replace_many({" BIS": " BIS", "BIS": " BIS", " ": ""}, leftmost=True)


def _complement(rest: pl.Expr) -> pl.Expr:
    """The numbers and single letters of flat, tower, block and so on, sorted: "torre 3 apto 501" and "ap 501 t 3"
    are one place.
    """
    spaced = rest.str.replace_all(r"([a-z])(\d)", "${1} ${2}")
    return spaced.str.extract_all(r"\b(?:\d{1,4}[a-z]?|[abcdfg])\b").list.sort().list.join("-")


def _blocks(rows: pl.DataFrame) -> pl.DataFrame:
    """``at``, ``key`` of addresses by block and house ("Mz 5 Casa 12 Los Pinos"); without a name beside them they
    are not comparable.
    """
    block = _either("block", r"(?:^| )(?:{}) ?(?P<block>\d{1,3}(?: ?[a-z]\b)?|[a-z]{1,2}(?: ?\d{1,2})?) ")
    pattern = block + _either("house", r"(?:{}) ?(?P<house>\d{1,3}[a-z]?)\b")
    parts = (
        rows.select("at", "plain", part=pl.col("plain").str.extract_groups(pattern)).unnest("part").drop_nulls("house")
    )
    beside = _without_ignored(pl.col("plain").str.replace(pattern, " "))
    parts = parts.with_columns(named=beside.str.extract_all("[a-z0-9]{2,}").list.sort().list.join(" "))
    key = pl.concat_str(
        pl.lit("MZ"),
        pl.col("block").str.replace_all(" ", "", literal=True).str.to_uppercase(),
        "house",
        "named",
        separator="|",
    )
    return parts.select("at", key=pl.when(pl.col("named") != "").then(key))


def _elsewhere(rows: pl.DataFrame) -> pl.DataFrame:
    """``at``, ``key`` made of the words sorted and the numbers in their order; a number of five digits that does
    not come first is a postal code.
    """
    telling = _without_ignored(pl.col("plain").str.replace_all(r"(\d)([a-z])", "${1} ${2}"))
    parts = rows.select("at", telling=telling).select(
        "at",
        words=pl.col("telling").str.extract_all("[a-z]+").list.sort().list.join(" "),
        numbers=pl.col("telling").str.extract_all(r"^\^ +\d+|\b\d{1,4}\b").list.join("-").str.strip_chars_start("^ "),
    )
    named = pl.col("words").str.contains("[a-z]{2}") | pl.col("numbers").str.contains("-", literal=True)
    comparable = (pl.col("numbers") != "") & named
    return parts.select("at", key=pl.when(comparable).then(pl.concat_str("words", "numbers", separator="|")))


def _without_ignored(plain: pl.Expr) -> pl.Expr:
    """The words that tell addresses apart, those with several spellings in one of them."""
    each = pl.concat_str(pl.lit("^ "), plain, pl.lit(" ")).str.replace_all(" ", "  ", literal=True)
    return each.str.replace_many(_spellings(), leftmost=True)


@cache
def _spellings() -> dict[str, str]:
    elsewhere = _words()["elsewhere"]
    spelled = {f" {word} ": f" {way} " for way, words in elsewhere["spelled"].items() for word in words}
    ignored = {f" {word} ": " " for word in elsewhere["ignored"]}
    first = {f"^  {word} ": " " for word in elsewhere["ignored_first"]}
    return first | spelled | ignored
