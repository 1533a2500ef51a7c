"""How facts agree that people share with others: dates of birth, addresses, places, and plain texts."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Indel, JaroWinkler

from custintel.matching.comparison import Comparison, Levels, Rows, exact
from custintel.matching.frequency import SHARES, by_names, shares
from custintel.matching.profiles import Profiles, hashed
from custintel.matching.similarity import Texts, fuzzy

BORN = ("missing", "different", "year", "digits", "parts", "near", "same")
ADDRESS = ("missing", "different", "street", "near", "many", "few", "own")
PLACE = ("missing", "different", "region", "near", "one_of", "common", "same", "rare", "postal", "both")
TEXT = ("missing", "different", "near", "common", "same", "rare")
_CLOSE = 400
"""Days between dates of birth that are about a year apart, or less."""


def born_comparison(of: Profiles) -> Comparison:
    """Dates of birth: one digit or the order of day and month wrong is ``near``, two parts of three ``parts``."""
    born = of.facts["born"].fill_null(0).to_numpy()
    years, months, days = born // 10_000, born // 100 % 100, born % 100
    since = years * 365 + months * 30 + days  # near enough to tell how far apart they are
    written = np.stack([born // 10**place % 10 for place in range(8)], axis=1).astype(np.uint8)

    def compare(a: Rows, b: Rows) -> Levels:
        x, y = born[a], born[b]
        year, month, day = ((part[a], part[b]) for part in (years, months, days))
        same_year, same_month, same_day = (left == right for left, right in (year, month, day))
        partial = (month[0] == 0) | (month[1] == 0)
        close = np.abs(since[a] - since[b]) <= _CLOSE
        swapped = same_year & (month[0] == day[1]) & (day[0] == month[1])
        digits, one = _digits(written[a], written[b])
        near = swapped | one
        parts = same_year.astype(np.int8) + same_month + same_day >= 2
        level = np.select(
            [(x == 0) | (y == 0), (x == y) & ~partial, partial & same_year, partial, near, parts, digits <= 2, close],
            [
                0,
                BORN.index("same"),
                BORN.index("year"),
                1,
                BORN.index("near"),
                BORN.index("parts"),
                BORN.index("digits"),
                BORN.index("year"),
            ],
            1,
        )
        return level.astype(np.uint8)

    whole = np.where(days > 0, born, 0).astype(np.uint64)
    return Comparison("born", BORN, compare, ((whole, np.full(len(born), BORN.index("same"), np.uint8)),))


def _digits(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> tuple[Rows, NDArray[np.bool_]]:
    """In how many places the digits of two numbers (numbers × eight places) differ, and whether one slip explains it: a
    digit, or two neighbours that changed places.
    """
    differ = left != right
    count = differ.sum(axis=1)
    at = np.minimum(differ.argmax(axis=1), 6)
    rows = np.arange(len(left))
    crossed = (count == 2) & (left[rows, at] == right[rows, at + 1]) & (left[rows, at + 1] == right[rows, at])
    return count, (count == 1) | crossed


def address_comparison(of: Profiles) -> Comparison:
    """Addresses in the form made to compare them: ``street`` when the numbers differ, ``near`` for slips."""
    keys = of.keys["address"]
    levels = by_names(of, "address", ADDRESS)
    texts = Texts(of.facts["address"])
    parted = of.facts.select(a="address")
    streets = hashed(parted.select(pl.col("a").str.replace_all(r"[^\p{L}]+", " ").str.strip_chars()).to_series())
    figures = hashed(parted.select(pl.col("a").str.extract_all(r"\d+").list.join(" ")).to_series())

    def compare(a: Rows, b: Rows) -> Levels:
        found = exact(keys, levels)(a, b)
        rows = np.flatnonzero(found == 1)
        x, y = a[rows], b[rows]
        like = fuzzy(texts, x, y, Indel.normalized_similarity, 0.72)
        figure = figures[x] == figures[y]
        near = (like >= 0.8) & (figure | (like >= 0.9))
        street = (streets[x] == streets[y]) | (like > 0)
        found[rows] = np.where(near, ADDRESS.index("near"), np.where(street, ADDRESS.index("street"), 1))
        return found

    return Comparison("address", ADDRESS, compare, ((keys, levels),))


def place_comparison(of: Profiles) -> Comparison:
    """City, postcode and region as one: they say the same thing thrice."""
    keys = {
        fact: of.keys[fact] if of.has(fact) else np.zeros(of.height, np.uint64) for fact in ("city", "postal", "region")
    }
    share = shares(of, "city") if of.has("city") else np.ones(of.height)
    city_level = np.where(
        share < SHARES[0], PLACE.index("rare"), np.where(share < SHARES[1], PLACE.index("same"), PLACE.index("common"))
    )
    nowhere = (keys["city"] == 0) & (keys["postal"] == 0)
    texts = {fact: Texts(of.facts[fact], repeat=True) for fact in ("city", "postal") if of.has(fact)}

    def compare(a: Rows, b: Rows) -> Levels:
        equal = {fact: (key[a] == key[b]) & (key[a] > 0) for fact, key in keys.items()}
        differ = {fact: (key[a] != key[b]) & (key[a] > 0) & (key[b] > 0) for fact, key in keys.items()}
        told = np.logical_or.reduce(
            [
                equal["city"],
                equal["postal"],
                differ["city"],
                differ["postal"],
                equal["region"] & (nowhere[a] | nowhere[b]),
            ]
        )
        near = np.zeros(len(a), bool)
        for fact, text in texts.items():
            rows = np.flatnonzero(differ[fact] & ~equal["city" if fact == "postal" else "postal"])
            steps = fuzzy(text, a[rows], b[rows], OSA.distance, 1 if fact == "postal" else 2)
            near[rows[steps <= (1 if fact == "postal" else 2)]] = True
        one = (equal["city"] & differ["postal"]) | (equal["postal"] & differ["city"])
        level = np.select(
            [~told, equal["city"] & equal["postal"], one, equal["city"], equal["postal"], near, equal["region"]],
            [
                0,
                PLACE.index("both"),
                PLACE.index("one_of"),
                city_level[a],
                PLACE.index("postal"),
                PLACE.index("near"),
                PLACE.index("region"),
            ],
            1,
        )
        return level.astype(np.uint8)

    return Comparison("place", PLACE, compare)


def text_comparison(of: Profiles, column: str) -> Comparison:
    """A text that people share with others, such as an occupation or a place of birth."""
    keys = of.keys[column]
    share = shares(of, column)
    levels = np.where(
        share < SHARES[0],
        TEXT.index("rare"),
        np.where(share < 10 * SHARES[1], TEXT.index("same"), TEXT.index("common")),
    ).astype(np.uint8)
    texts = Texts(of.facts[column], repeat=True)

    def compare(a: Rows, b: Rows) -> Levels:
        found = exact(keys, levels)(a, b)
        rows = np.flatnonzero(found == 1)
        like = fuzzy(texts, a[rows], b[rows], JaroWinkler.similarity, 0.9)
        found[rows[like > 0]] = TEXT.index("near")
        return found

    return Comparison(column, TEXT, compare)
