"""How two profiles agree, field by field: which comparisons a set of records allows and the level of every pair.

Level 0 of every comparison says that one of the two says nothing. Exact agreement is split by who else has the value:
a contact by how many different names it is on, a fact such as a date by the share of people who have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel, JaroWinkler

from custintel.matching import names
from custintel.matching.arrays import distinct, starts
from custintel.matching.profiles import CATEGORIES, PREFIX, Profiles, hashed

Rows = NDArray[np.int64]
Levels = NDArray[np.uint8]

FEW_NAMES, MANY_NAMES = 3, 6
"""A contact on this many different names is shared by a household, or by more than a household."""
SHARES = (3e-4, 3e-3)
"""Shares of people who have a value, below which it is rare, and above which it is very common."""
_CLOSE = 400
"""Days between dates of birth that are about a year apart, or less."""
_CHUNK = 500_000

CONTACT = ("missing", "different", "near", "many", "few", "own")
FIXED = ("missing", "different", "near", "many", "few", "fixed", "own")
EMAIL = ("missing", "different", "similar", "same_name", "near", "many", "few", "own")
DOCUMENT = ("missing", "different", "conflict", "near", "many", "weak", "own")
BORN = ("missing", "different", "year", "digits", "parts", "near", "same")
ADDRESS = ("missing", "different", "street", "near", "many", "few", "own")
PLACE = ("missing", "different", "region", "near", "one_of", "common", "same", "rare", "postal", "both")
TEXT = ("missing", "different", "near", "common", "same", "rare")
SOURCE_ID = ("missing", "same")


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared.

    Attributes:
        name: the fact, which is also what words and priors are kept under.
        levels: codes of its levels; 0 is missing.
        compare: the levels of pairs of profiles.
        values: per profile the hash of the value whose exact agreement is counted, and per profile its level; empty
            where exact agreement is estimated from random pairs.
    """

    name: str
    levels: tuple[str, ...]
    compare: Callable[[Rows, Rows], Levels]
    exact: tuple[tuple[NDArray[np.uint64], Levels], ...] = field(default=())

    def counted(self) -> Mapping[int, float]:
        """Level → pairs of all profiles that agree exactly at it, counted, not sampled."""
        found: dict[int, float] = {}
        for keys, levels in self.exact:
            held = keys > 0
            order = np.argsort(keys[held], kind="stable")
            first = np.flatnonzero(starts(keys[held][order]))
            sizes = np.diff(np.append(first, len(order))).astype(np.float64)
            at = levels[held][order][first]
            totals = np.bincount(at, weights=sizes * (sizes - 1) / 2, minlength=len(self.levels))
            for level in np.flatnonzero(np.bincount(at)).tolist():
                found[level] = found.get(level, 0.0) + float(totals[level])
        return found


def comparisons(of: Profiles) -> list[Comparison]:
    """The comparisons that what is said allows, always in the same order."""
    found: list[Comparison] = []
    facts = set(of.facts.columns)
    if facts & {"given", "family", "whole"}:
        found.append(name_comparison(of))
    if "document" in facts:
        found.append(document_comparison(of))
    if "source_id" in facts:
        ids = of.keys["source_id"]
        found.append(
            Comparison("source_id", SOURCE_ID, lambda a, b: ((ids[a] == ids[b]) & (ids[a] > 0)).astype(np.uint8))
        )
    if "email" in facts:
        found.append(email_comparison(of))
    if of.phones:
        found.append(phone_comparison(of))
    if "born" in facts:
        found.append(born_comparison(of))
    if "address" in facts:
        found.append(address_comparison(of))
    if facts & {"city", "postal", "region"}:
        found.append(place_comparison(of))
    texts = ["company", *CATEGORIES, *sorted(column for column in facts if column.startswith(PREFIX))]
    found.extend(text_comparison(of, column) for column in texts if column in facts and of.facts[column].n_unique() > 2)
    return found


def name_comparison(of: Profiles) -> Comparison:
    """Names, see :mod:`custintel.matching.names`."""
    bits = of.names.bits[of.names.words].sum(axis=0)
    level = names.LEVEL["same_very_common"] + np.digitize(bits, names.RARITY)
    counted = (of.names.whole, level.astype(np.uint8))
    return Comparison("name", names.LEVELS, lambda a, b: names.compare(of.names, a, b), (counted,))


def names_on(keys: NDArray[np.uint64], prints: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Per row, how many different names are on its key; 1 where it is the only one with it, 0 where it has none."""
    found = (keys > 0).astype(np.int64)
    rows = np.flatnonzero(keys)
    rows = rows[np.argsort(keys[rows], kind="stable")]
    new = starts(keys[rows])
    again = ~new
    again[:-1] |= ~new[1:]
    rows = rows[again]
    rows = rows[prints[rows] > 0]
    order = rows[np.lexsort((prints[rows], keys[rows]))]
    key_starts = starts(keys[order])
    group = np.cumsum(key_starts) - 1
    counts = np.bincount(group, weights=key_starts | starts(prints[order])).astype(np.int64)
    found[order] = counts[group]
    return found


def by_names(of: Profiles, keys: NDArray[np.uint64], codes: Sequence[str]) -> Levels:
    """The level of exact agreement on each profile's key: ``own``, ``few`` or ``many`` names."""
    on = names_on(keys, of.names.prints)
    few = codes.index("few") if "few" in codes else codes.index("own")
    levels = np.where(on >= MANY_NAMES, codes.index("many"), np.where(on >= FEW_NAMES, few, codes.index("own")))
    return levels.astype(np.uint8)


def exact(keys: NDArray[np.uint64], levels: Levels) -> Callable[[Rows, Rows], Levels]:
    """Missing, different, or the level of the key."""

    def compare(a: Rows, b: Rows) -> Levels:
        x, y = keys[a], keys[b]
        return np.where((x == 0) | (y == 0), 0, np.where(x == y, levels[a], 1)).astype(np.uint8)

    return compare


def document_comparison(of: Profiles) -> Comparison:
    """Document numbers: one slip apart is ``near``, and two that can be trusted, of one type, are a ``conflict``."""
    keys = of.keys["document"]
    trusted = (
        of.facts["document_trusted"].is_not_null().to_numpy()
        if of.has("document_trusted")
        else np.zeros(of.height, bool)
    )
    levels = by_names(of, keys, DOCUMENT)
    levels = np.where((levels == DOCUMENT.index("own")) & ~trusted, DOCUMENT.index("weak"), levels).astype(np.uint8)
    kinds = of.keys["document_type"] if of.has("document_type") else np.zeros(of.height, np.uint64)
    texts = Texts(of.facts["document"])

    def compare(a: Rows, b: Rows) -> Levels:
        found = exact(keys, levels)(a, b)
        rows = np.flatnonzero(found == 1)
        x, y = a[rows], b[rows]
        sure = trusted[x] & trusted[y] & (kinds[x] == kinds[y]) & (kinds[x] > 0)
        steps = fuzzy(texts, x, y, OSA.distance, 1)
        found[rows] = np.select([steps <= 1, sure], [DOCUMENT.index("near"), DOCUMENT.index("conflict")], 1)
        return found

    return Comparison("document", DOCUMENT, compare, ((keys, levels),))


def email_comparison(of: Profiles) -> Comparison:
    """Mailboxes; what stands before the @ when they differ."""
    keys = of.keys["email"]
    levels = by_names(of, keys, EMAIL)
    boxes = of.facts["email"]
    local = boxes.str.extract(r"^([^@]*)")
    before_text = local.str.replace_all(r"[._-]", "")
    digits = local.str.replace_all(r"\D+", "")
    figures, numbered = hashed(digits), digits.str.len_bytes().fill_null(0).to_numpy() >= 2
    before_keys = np.where((before_text.str.len_bytes().fill_null(0) >= 5).to_numpy(), hashed(before_text), 0)
    before = Texts(before_text)

    def compare(a: Rows, b: Rows) -> Levels:
        found = exact(keys, levels)(a, b)
        rows = np.flatnonzero(found == 1)
        x, y = a[rows], b[rows]
        same = (before_keys[x] == before_keys[y]) & (before_keys[x] > 0)
        like = fuzzy(before, x, y, JaroWinkler.similarity, 0.85) > 0
        level = np.where(same & ~numbered[x], EMAIL.index("same_name"), np.where(like, EMAIL.index("similar"), 1))
        worth = np.flatnonzero(like | (figures[x] == figures[y]))
        bare = (boxes.gather(side[worth]).str.replace_all(r"[^a-z0-9]", "").to_list() for side in (x, y))
        slip = worth[process.cpdist(*bare, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8) <= 2]
        level[slip[figures[x[slip]] == figures[y[slip]]]] = EMAIL.index("near")
        level[same & numbered[x]] = EMAIL.index("near")
        found[rows] = level
        return found

    return Comparison("email", EMAIL, compare, ((keys, levels),))


def phone_comparison(of: Profiles) -> Comparison:
    """Numbers of every kind of phone: the best agreement of any of the one with any of the other."""
    columns = of.phones
    keys = [of.keys[column] for column in columns]
    prints = of.names.prints
    every = np.concatenate(keys)
    on = names_on(every, np.tile(prints, len(keys))).reshape(len(keys), -1)
    own, fixed = FIXED.index("own"), FIXED.index("fixed")
    levels = []
    for column, count in zip(columns, on, strict=True):
        alone = np.where(of.landlines(column), fixed, own)
        levels.append(
            np.where(
                count >= MANY_NAMES, FIXED.index("many"), np.where(count >= FEW_NAMES, FIXED.index("few"), alone)
            ).astype(np.uint8)
        )
    first = Texts(of.facts[columns[0]])

    def compare(a: Rows, b: Rows) -> Levels:
        found = np.zeros(len(a), np.uint8)
        for mine, level in zip(keys, levels, strict=True):
            for other in keys:
                found = np.maximum(found, exact_between(mine, other, level, a, b))
        rows = np.flatnonzero(found == 1)
        steps = fuzzy(first, a[rows], b[rows], OSA.distance, 1)
        found[rows[steps <= 1]] = FIXED.index("near")
        return found

    return Comparison("phone", FIXED, compare, tuple(zip(keys, levels, strict=True)))


def exact_between(mine: NDArray[np.uint64], other: NDArray[np.uint64], levels: Levels, a: Rows, b: Rows) -> Levels:
    """:func:`exact` for two columns that hold the same kind of value."""
    x, y = mine[a], other[b]
    return np.where((x == 0) | (y == 0), 0, np.where(x == y, levels[a], 1)).astype(np.uint8)


def born_comparison(of: Profiles) -> Comparison:
    """Dates of birth: one digit or the order of day and month wrong is ``near``, two parts of three ``parts``."""
    born = of.facts["born"].fill_null(0).to_numpy().astype(np.int64)

    def compare(a: Rows, b: Rows) -> Levels:
        x, y = born[a], born[b]
        year, month, day = (x // 10_000, y // 10_000), (x // 100 % 100, y // 100 % 100), (x % 100, y % 100)
        same_year, same_month, same_day = (left == right for left, right in (year, month, day))
        partial = (month[0] == 0) | (month[1] == 0)
        close = np.abs(_days(x) - _days(y)) <= _CLOSE
        swapped = same_year & (month[0] == day[1]) & (day[0] == month[1])
        digits, one = _digits(x, y)
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

    days = np.where((born % 100 > 0), born, 0).astype(np.uint64)
    return Comparison("born", BORN, compare, ((days, np.full(len(born), BORN.index("same"), np.uint8)),))


def _days(dates: Rows) -> Rows:
    """Dates as days, near enough to tell how far apart they are."""
    return dates // 10_000 * 365 + dates // 100 % 100 * 30 + dates % 100


def _digits(x: Rows, y: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """In how many places two numbers of eight digits differ, and whether one slip explains it: a digit, or two
    neighbours that changed places.
    """
    tens = 10 ** np.arange(8)
    left, right = (side[:, None] // tens % 10 for side in (x, y))
    differ = left != right
    count = differ.sum(axis=1)
    at = np.minimum(differ.argmax(axis=1), 6)
    rows = np.arange(len(x))
    crossed = (count == 2) & (left[rows, at] == right[rows, at + 1]) & (left[rows, at + 1] == right[rows, at])
    return count, (count == 1) | crossed


def address_comparison(of: Profiles) -> Comparison:
    """Addresses in the form made to compare them: ``street`` when the numbers differ, ``near`` for slips."""
    keys = of.keys["address"]
    levels = by_names(of, keys, ADDRESS)
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
    share = shares(keys["city"])
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


def shares(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Per profile, the share of those who say anything that say the same; 1 where it says nothing."""
    counted = pl.DataFrame({"k": keys}).select(n=pl.len().over("k"))["n"].to_numpy()
    return np.where(keys > 0, counted / max(int((keys > 0).sum()), 1), 1.0)


def text_comparison(of: Profiles, column: str) -> Comparison:
    """A text that people share with others, such as an occupation or a place of birth."""
    keys = of.keys[column]
    share = shares(keys)
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


class Texts:
    """A column of texts by number, to compare pairs of them; each distinct pair once where texts repeat often."""

    def __init__(self, values: pl.Series, *, repeat: bool = False) -> None:
        self.values = values
        self.repeat = repeat

    @cached_property
    def known(self) -> pl.Series:
        """The distinct texts, ascending."""
        return self.values.drop_nulls().unique().sort()

    @cached_property
    def words(self) -> NDArray[np.object_]:
        """The texts, as strings of Python: the distinct ones where they repeat."""
        return np.array((self.known if self.repeat else self.values).to_list(), object)

    @cached_property
    def numbers(self) -> Rows:
        """Per row the number of its text, where texts repeat."""
        return self.values.cast(pl.Enum(self.known)).to_physical().cast(pl.Int64).fill_null(0).to_numpy()


def fuzzy(texts: Texts, a: Rows, b: Rows, scorer: Callable[..., float], cutoff: float) -> NDArray[np.float32]:
    """How like the texts of pairs are; beyond ``cutoff`` a distance is greater than it and a similarity 0."""
    if not len(a):
        return np.zeros(0, np.float32)
    if not texts.repeat:
        return _compared(texts.words, a, b, scorer, cutoff)
    x, y = texts.numbers[a], texts.numbers[b]
    codes = np.minimum(x, y) * len(texts.words) + np.maximum(x, y)
    every = distinct(codes)
    once = _compared(texts.words, every // len(texts.words), every % len(texts.words), scorer, cutoff)
    return once[np.searchsorted(every, codes)]


def _compared(
    words: NDArray[np.object_], a: Rows, b: Rows, scorer: Callable[..., float], cutoff: float
) -> NDArray[np.float32]:
    found = np.empty(len(a), np.float32)
    for start in range(0, len(a), _CHUNK):
        part = slice(start, start + _CHUNK)
        found[part] = process.cpdist(
            words[a[part]], words[b[part]], scorer=scorer, score_cutoff=cutoff, dtype=np.float32
        )
    return found
