"""The fewest and strongest ties, and the records that say the same."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from custintel.why.links import Said, Tie, joining, repeats

IDS = [f"r{n}" for n in range(6)]
pairs = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] < pair[1])
weights = st.dictionaries(pairs, st.floats(-5, 20), max_size=15)


def strongest_first(found: dict[tuple[str, str], float]) -> list[Tie]:
    return sorted((Tie(a, b, weight) for (a, b), weight in found.items()), key=lambda tie: tie.key)


@given(found=weights)
def test_no_tie_is_told_that_others_make_needless(found: dict[tuple[str, str], float]) -> None:
    kept = joining(strongest_first(found), IDS)
    assert len(kept) < len(IDS)
    everybody = {record for pair in found for record in pair}
    assert {record for tie in kept for record in (tie.a, tie.b)} == everybody


@given(found=weights)
def test_the_strongest_tie_of_every_record_is_told(found: dict[tuple[str, str], float]) -> None:
    told = {tie.weight for tie in joining(strongest_first(found), IDS)}
    for record in IDS:
        own = [weight for pair, weight in found.items() if record in pair]
        assert not own or max(own) in told


def test_what_somebody_said_comes_first_and_what_was_denied_joins_nobody() -> None:
    yes, no = Said(True, None, "merge"), Said(False, None, "unmerge")
    found = sorted([Tie("a", "b", 9.0, said=no), Tie("a", "c", 3.0), Tie("b", "c", said=yes)], key=lambda tie: tie.key)
    assert [(tie.a, tie.b) for tie in joining(found, "abc")] == [("b", "c"), ("a", "c")]


def test_a_record_that_was_not_weighed_says_the_same_as_the_one_most_like_it() -> None:
    records = pl.DataFrame(
        {
            "record_id": ["r1", "r2", "r3"],
            "full_name": ["Ana Gil", "Ana María Gil", "ANA GIL"],
            "email": ["ana@a.example"] * 3,
        }
    )
    assert repeats(records, [Tie("r1", "r2", 8.0)]) == {"r3": "r1"}
    assert repeats(records.filter(pl.col("record_id") != "r2"), []) == {"r3": "r1"}
