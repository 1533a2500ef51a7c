"""What changed, split into rates and mix."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.kpis.change import difference, split


def groups(**measures: tuple[int, int]) -> pl.DataFrame:
    rows = [{"group": name, "kept": kept, "placed": placed} for name, (kept, placed) in measures.items()]
    return pl.DataFrame(rows, schema={"group": pl.String, "kept": pl.Int64, "placed": pl.Int64})


def test_a_mix_that_moves_to_a_bad_channel_lowers_the_rate_though_every_channel_is_the_same() -> None:
    """90 % and 50 %: from 50 + 50 to 20 + 80 the share falls from 70 % to 58 %, all of it by the mix."""
    found = split(groups(a=(45, 50), b=(25, 50)), groups(a=(18, 20), b=(40, 80)), "kept", "placed")
    assert found is not None
    assert (found.before, found.after) == (0.7, 0.58)
    assert (found.rate, found.mix) == (pytest.approx(0), pytest.approx(-0.12))


def test_rates_and_mix_both_change() -> None:
    """a: 50 % to 60 % with 40 to 60 of 100; b stays at 80 %. Rate: mean weight 0.5 x 0.1 = 0.05. Mix: 0.55 x 0.2 -
    0.8 x 0.2 = -0.05. The share is 68 % before and after."""
    found = split(groups(a=(20, 40), b=(48, 60)), groups(a=(36, 60), b=(32, 40)), "kept", "placed")
    assert found is not None
    assert (found.before, found.after) == (0.68, 0.68)
    assert (found.rate, found.mix) == (pytest.approx(0.05), pytest.approx(-0.05))


def test_a_channel_that_is_new_changes_the_mix_only() -> None:
    found = split(groups(a=(9, 10)), groups(a=(9, 10), b=(1, 10)), "kept", "placed")
    assert found is not None
    assert (found.rate, found.mix) == (pytest.approx(0), pytest.approx(-0.4))


def test_nothing_can_be_said_without_orders_in_both_periods() -> None:
    assert split(groups(), groups(a=(1, 2)), "kept", "placed") is None
    assert difference((1, 2), (0, 0)) is None


COUNTS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4)


@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS)
def test_both_effects_add_up_to_the_change_whatever_the_groups(
    then: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]]
) -> None:
    before, after = (groups(**{g: (min(k, n), n) for g, (k, n) in one.items()}) for one in (then, now))
    found = split(before, after, "kept", "placed")
    if found is not None:
        assert found.rate + found.mix == pytest.approx(found.after - found.before, abs=1e-12)
