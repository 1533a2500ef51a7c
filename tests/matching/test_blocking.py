"""Which pairs are worth comparing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from custintel.matching.blocking import LARGEST, candidates
from custintel.matching.profiles import Profiles, profiles

Records = Callable[..., pl.DataFrame]


def pairs(of: Profiles, new: list[str] | None = None) -> set[tuple[str, str]]:
    first = {int(p): of.record_ids[n] for n, p in reversed(list(enumerate(of.of_record)))}
    fresh = None
    if new is not None:
        fresh = np.ones(of.height, bool)
        fresh[of.of_record[~of.record_ids.is_in(new).to_numpy()]] = False
    found = candidates(of, fresh)
    a, b = found.a, found.b
    if fresh is not None:  # what was allowed when all were looked at gives the same from the keys of what is new alone
        again = candidates(of, fresh, candidates(of).caps)
        assert (again.a.tolist(), again.b.tolist()) == (a.tolist(), b.tolist())
    assert len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(a)
    return {(first[int(x)], first[int(y)]) for x, y in zip(a, b, strict=True)}


def test_each_pair_that_shares_a_key_is_proposed_once(records: Records) -> None:
    rows = {
        "a": {"full_name": "Ana Gil", "email": "ana@a.example", "mobile": "+573124567801"},
        "b": {"full_name": "Anita Gil", "email": "ana@a.example", "mobile": "+573124567801"},
        "c": {"full_name": "Luis Rey", "mobile": "+573124567801"},
        "d": {"full_name": "Marta Soto", "email": "m@b.example"},
    }
    assert pairs(profiles(records(rows))) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_records_that_say_the_same_are_one_profile_and_no_pair(records: Records) -> None:
    of = profiles(records({key: {"full_name": "Ana Gil", "email": "ana@a.example"} for key in "abc"}))
    assert of.height == 1
    assert of.size.tolist() == [3]
    assert pairs(of) == set()


def test_records_that_say_nothing_are_profiles_of_their_own(records: Records) -> None:
    assert profiles(records({key: {"notes": "x", "full_name": None} for key in "abc"})).height == 3


def test_a_key_on_too_many_proposes_only_those_whose_names_sound_alike(records: Records) -> None:
    syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "tu"]
    words = [a + b + c for a in syllables for b in syllables for c in syllables]
    many = LARGEST + 50
    rows = {f"r{n:03}": {"full_name": f"{words[n]} {words[-n - 1]}", "phone": "+576014567890"} for n in range(many)}
    again = {"z": {"full_name": rows["r007"]["full_name"], "phone": "+576014567890", "city": "Cali"}}
    found = pairs(profiles(records({**rows, **again})))
    assert ("r007", "z") in found
    assert len(found) < many * 5


def test_with_new_records_only_pairs_with_one_of_them_are_proposed(records: Records) -> None:
    rows = {key: {"full_name": f"{key}na Gil", "email": "casa@a.example"} for key in "abcd"}
    of = profiles(records(rows))
    assert pairs(of, ["d"]) == {("a", "d"), ("b", "d"), ("c", "d")}
    assert pairs(of, []) == set()
