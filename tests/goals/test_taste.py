"""What goes together, and whether that foretells what is bought next."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from custintel.goals.cross_sell import cross_sell
from custintel.goals.taste import Strength, history, weights
from custintel.goals.taste_check import check, first

AS_OF = dt.date(2026, 10, 31)
RETAIL = Path(__file__).parents[2].parent / "shared" / "data" / "shops" / "online_retail_I.parquet"


def pairs(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """customer, article, days before the last day."""
    return pl.DataFrame(
        [(customer, article, AS_OF - dt.timedelta(days=ago)) for customer, article, ago in rows],
        schema={"customer_id": pl.String, "article": pl.String, "first_day": pl.Date},
        orient="row",
    )


def camps(seed: int = 1, people: int = 400) -> pl.DataFrame:
    """Two kinds of people who buy of two halves of 20 articles and, one time in ten, of the other half."""
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        own = person % 2
        for article in draw.choice(20, size=8, replace=False):
            if article % 2 == own or draw.random() < 0.1:
                rows.append((f"c{person:03}", f"a{article:02}", int(draw.integers(0, 400))))
    return pairs(*rows)


def test_weights_are_those_worked_out_by_hand() -> None:
    """One customer has both, one has only x: G = [[2, 1], [1, 1]], a penalty of 1, P = [[.4, -.2], [-.2, .6]]."""
    past = history(pairs(("1", "x", 9), ("1", "y", 9), ("2", "x", 9)), AS_OF)
    assert past.articles.to_list() == ["x", "y"]
    found = weights(past, 1 / past.buyers.mean())
    assert found == pytest.approx(np.array([[0, 1 / 3], [0.5, 0]]))


def test_what_the_customer_has_is_never_offered_and_nobody_gets_one_twice() -> None:
    owned = camps()
    new = cross_sell(owned, AS_OF, Strength(), None)
    assert new.height > 1000
    assert new.join(owned, on=["customer_id", "article"]).height == 0
    assert new.select("customer_id", "article").is_unique().all()


def test_offers_are_of_the_customers_own_kind() -> None:
    new = cross_sell(camps(), AS_OF, Strength(), None).filter(pl.col("rank") == 1)
    own = pl.col("customer_id").str.slice(1).cast(pl.Int64) % 2 == pl.col("article").str.slice(1).cast(pl.Int64) % 2
    assert new.select(own.mean()).item() > 0.9


def test_the_order_of_rows_changes_nothing() -> None:
    owned = camps()
    other = owned.sample(fraction=1.0, shuffle=True, seed=3)
    one, other = (cross_sell(frame, AS_OF, Strength(), None) for frame in (owned, other))
    assert one.equals(other)


def test_articles_that_lose_money_are_not_offered() -> None:
    new = cross_sell(camps(), AS_OF, Strength(), None, never=["a00", "a01"])
    assert new.height
    assert not new["article"].is_in(["a00", "a01"]).any()


def test_tastes_foretell_more_than_sales_where_there_are_tastes() -> None:
    _strength, found = check(camps(), AS_OF)
    assert found is not None
    assert found.customers >= 50
    assert found.chosen
    assert found.hits > found.popular_hits


def test_the_strength_is_chosen_without_the_days_it_is_held_against() -> None:
    """Whatever is bought in the last 91 days, the choice is the same."""
    owned = camps()
    late = pl.col("first_day") > AS_OF - dt.timedelta(days=91)
    shuffled = owned.filter(late).with_columns(pl.col("article").shuffle(seed=5))
    before = check(owned, AS_OF)[0]
    assert check(pl.concat([owned.filter(~late), shuffled.unique(["customer_id", "article"])]), AS_OF)[0] == before
    assert check(owned.filter(~late), AS_OF)[0] == before


def test_with_too_few_customers_nothing_is_claimed() -> None:
    strength, found = check(camps(people=40), AS_OF)
    assert (strength, found) == (Strength(), None)


@pytest.mark.parametrize("rows", [(), (("1", "x", 3),), (("1", "x", 3), ("2", "x", 4))])
def test_with_fewer_than_two_articles_nothing_is_offered(rows: tuple[tuple[str, str, int], ...]) -> None:
    assert cross_sell(pairs(*rows), AS_OF, Strength(), None).height == 0


def test_the_highest_scores_come_first() -> None:
    assert first(np.array([[0.1, 0.9, 0.5, 0.7]]), 3).tolist() == [[1, 3, 2]]


@pytest.mark.skipif(not RETAIL.is_file(), reason="public data not here")
def test_on_real_invoices_offers_hit_one_and_three_quarter_times_as_often_as_best_sellers() -> None:
    from offers import invoices  # type: ignore[import-not-found]

    lines = invoices(RETAIL)
    owned = lines.group_by("customer_id", "article").agg(first_day=pl.col("day").min())
    strength, found = check(owned, lines["day"].max())  # type: ignore[arg-type]
    assert found is not None
    assert found.chosen
    assert found.hits >= 1.75 * found.popular_hits
    assert strength.ratio > 0
