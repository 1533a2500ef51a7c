"""How what should be one person's alone agrees: documents, mailboxes, phones."""

from __future__ import annotations

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from custintel.matching.comparison import Comparison, Levels, Rows, exact, exact_between
from custintel.matching.frequency import by_names, names_on_facts, shared_levels
from custintel.matching.profiles import Profiles, hashed
from custintel.matching.similarity import Texts, fuzzy

EMAIL = ("missing", "different", "similar", "same_name", "near", "many", "few", "own")
PHONE = ("missing", "different", "near", "many", "few", "fixed", "own")
DOCUMENT = ("missing", "different", "conflict", "near", "many", "weak", "own")


def document_comparison(of: Profiles) -> Comparison:
    """Document numbers: one slip apart is ``near``, and two that can be trusted, of one type, are a ``conflict``."""
    keys = of.keys["document"]
    trusted = (
        of.facts["document_trusted"].is_not_null().to_numpy()
        if of.has("document_trusted")
        else np.zeros(of.height, bool)
    )
    levels = by_names(of, "document", DOCUMENT)
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
    levels = by_names(of, "email", EMAIL)
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
    on = names_on_facts(of, columns)
    own, fixed = PHONE.index("own"), PHONE.index("fixed")
    levels = [
        shared_levels(count, prints, PHONE, np.where(of.landlines(column), fixed, own).astype(np.uint8))
        for column, count in zip(columns, on, strict=True)
    ]
    first = Texts(of.facts[columns[0]])

    def compare(a: Rows, b: Rows) -> Levels:
        found = np.zeros(len(a), np.uint8)
        for mine in zip(keys, levels, strict=True):
            for other in zip(keys, levels, strict=True):
                found = np.maximum(found, exact_between(mine, other, a, b))
        rows = np.flatnonzero(found == 1)
        steps = fuzzy(first, a[rows], b[rows], OSA.distance, 1)
        found[rows[steps <= 1]] = PHONE.index("near")
        return found

    return Comparison("phone", PHONE, compare, tuple(zip(keys, levels, strict=True)))
