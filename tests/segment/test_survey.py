"""Everything ``ci segment`` finds out, on shops made up here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from custintel.errors import CustintelError, UsageError
from custintel.segment.making import Asked
from custintel.segment.model import from_table, to_table
from custintel.segment.rules_file import parse_rules, preset
from custintel.segment.stability import adjusted_rand
from custintel.segment.survey import Survey
from custintel.tables import CUSTOMERS, ORDER_MARGINS, ORDERS, SEGMENT_MODEL, SEGMENT_PROFILES, SEGMENTS
from custintel.tables.segment_names import SEGMENT_NAMES

from .conftest import LAST, codes, order, rows, shop, surveyed


def test_everybody_who_bought_is_in_one_segment_and_tables_are_as_declared(orders: pl.DataFrame, made: Survey) -> None:
    assert made.segments["customer_id"].to_list() == sorted(orders["customer_id"].unique())
    assert made.segments["segment_id"].unique().sort().to_list() == [1, 2, 3, 4, 5]
    for table, frame in ((SEGMENTS, made.segments), (SEGMENT_PROFILES, made.profiles), (SEGMENT_MODEL, made.model)):
        assert table.conform(frame).height == frame.height


@pytest.mark.parametrize("asked", [Asked(), Asked(k=0), Asked(method="gmm"), Asked(rules=preset("rfm"))])
def test_the_order_of_orders_changes_nothing_and_a_second_run_says_the_same(orders: pl.DataFrame, asked: Asked) -> None:
    one = surveyed(orders, asked)
    other = surveyed(orders.sample(fraction=1, shuffle=True, seed=7), asked)
    for name in ("segments", "profiles", "model"):
        assert getattr(one, name).equals(getattr(other, name)), name
    again = surveyed(orders, replace(asked, k=None, method=None), model=one.model, segments=one.segments)
    assert again.segments.equals(one.segments)
    assert again.model.equals(one.model)


@pytest.mark.parametrize("asked", [Asked(), Asked(k=0), Asked(method="gmm")])
def test_the_same_people_under_other_ids_are_in_the_same_segments(orders: pl.DataFrame, asked: Asked) -> None:
    renamed = orders.with_columns(pl.col("customer_id").str.reverse() + "-x")
    one, other = surveyed(orders, asked), surveyed(renamed, asked)
    assert other.model.equals(one.model)
    named = one.segments.with_columns(pl.col("customer_id").str.reverse() + "-x").sort("customer_id")
    assert other.segments.equals(named)


def test_segments_stand_from_the_best_to_the_last_under_different_names(made: Survey) -> None:
    means = (made.made.model.centres).mean(axis=1)
    assert (np.diff(means) <= 0).all()
    assert len(set(made.codes)) == 5
    assert all(code.split("+")[0] in SEGMENT_NAMES for code in made.codes)


def test_a_model_is_stored_and_read_back_as_it_was(orders: pl.DataFrame) -> None:
    for asked in (Asked(k=4), Asked(method="gmm"), Asked(by=("ticket", "orders")), Asked(rules=preset("rfm"))):
        table = surveyed(orders, asked).model
        back = from_table(SEGMENT_MODEL.conform(table))
        assert back is not None
        assert to_table(back).equals(table)


def test_new_customers_are_placed_by_the_frozen_model_and_nobody_else_moves(orders: pl.DataFrame, made: Survey) -> None:
    more = pl.concat([orders, rows(ORDERS, [order(90_000, "z1", 0, 900.0), order(90_001, "z2", 3, 5.0)])])
    later = surveyed(more, model=made.model, segments=made.segments)
    assert not later.made.anew
    assert later.segments.height == made.segments.height + 2
    both = later.segments.join(made.segments, on="customer_id", suffix="_before")
    assert (both["segment"] == both["segment_before"]).all()
    assert later.model.equals(made.model)


def test_who_moved_and_what_it_brought_is_counted_from_the_day_of_the_segments_before(orders: pl.DataFrame) -> None:
    before = surveyed(orders)
    lost = before.segments.filter(pl.col("segment_id") == 5)["customer_id"][0]
    later = [order(90_000 + n, lost, -20 - n, 400.0) for n in range(3)]
    now = surveyed(pl.concat([orders, rows(ORDERS, later)]), model=before.model, segments=before.segments)
    moved = now.segments.filter(pl.col("customer_id") == lost).row(0, named=True)
    assert moved["moved_from"] == before.codes[4]
    assert moved["compared_with"] == LAST
    assert moved["as_of"] == LAST + dt.timedelta(days=22)
    row = now.moved.filter(pl.col("from") == before.codes[4], pl.col("to") == moved["segment"]).row(0, named=True)
    assert row["net"] == pytest.approx(1200)
    again = surveyed(pl.concat([orders, rows(ORDERS, later)]), model=now.model, segments=now.segments)
    assert again.segments.equals(now.segments)
    assert again.moved.equals(now.moved)


def test_a_refit_keeps_the_names_of_segments_that_are_still_the_same(orders: pl.DataFrame, made: Survey) -> None:
    more = shop(60, seed=9).with_columns(customer_id="y" + pl.col("customer_id"), order_id="y" + pl.col("order_id"))
    again = surveyed(pl.concat([orders, more]), Asked(refit=True), model=made.model, segments=made.segments)
    assert again.made.anew
    assert again.codes == made.codes
    both = again.segments.join(made.segments, on="customer_id", suffix="_before")
    assert adjusted_rand(both["segment_id"].to_numpy(), both["segment_id_before"].to_numpy()) > 0.7


def test_segments_by_other_columns_do_not_inherit_names_that_no_longer_say_what_they_are(
    orders: pl.DataFrame, made: Survey
) -> None:
    found = surveyed(orders, Asked(by=("ticket", "orders")), model=made.model, segments=made.segments)
    assert all(code.startswith("ticket:") for code in found.codes)
    assert "other_kind" in codes(found)


def test_another_number_of_segments_makes_them_anew_and_says_so(orders: pl.DataFrame, made: Survey) -> None:
    four = surveyed(orders, Asked(k=4), model=made.model, segments=made.segments)
    assert len(four.codes) == 4
    assert "other_kind" in codes(four)
    kept = surveyed(orders, Asked(k=5), model=made.model, segments=made.segments)
    assert not kept.made.anew


def test_auto_takes_the_largest_number_that_is_stable_not_small_and_explains_more(orders: pl.DataFrame) -> None:
    found = surveyed(orders, Asked(k=0))
    tried = {one.k: one for one in found.made.tried}
    fits = [
        k
        for k, one in tried.items()
        if one.ari >= 0.85 and one.smallest >= 0.05 and (k == 2 or one.explained / tried[k - 1].explained - 1 >= 0.03)
    ]
    assert len(found.codes) == (max(fits) if fits else 2)
    assert sorted(tried) == list(range(2, 11))


@pytest.mark.parametrize(("method", "code"), [("ward", "ward"), ("gmm", "gmm")])
def test_other_methods_are_offered_with_a_warning(orders: pl.DataFrame, method: Any, code: str) -> None:
    found = surveyed(orders, Asked(method=method, k=4))
    assert code in codes(found)
    assert found.segments["segment_id"].n_unique() == 4
    assert (found.segments["probability"].null_count() == 0) == (method == "gmm")


def test_hdbscan_says_how_many_it_left_outside_or_that_it_found_nothing(orders: pl.DataFrame) -> None:
    found = surveyed(orders, Asked(method="hdbscan"))
    assert {"hdbscan", "hdbscan_none"} & set(codes(found))


def test_rfm_scores_that_do_not_exist_are_named() -> None:
    once = rows(ORDERS, [order(n, f"c{n}", n, 10.0 + n) for n in range(90)])
    twice = rows(ORDERS, [order(100 + n, f"c{n}", n, 10.0) for n in range(10)])
    found = surveyed(pl.concat([once, twice]), Asked(rules=preset("rfm")))
    missing = next(one for one in found.remarks if one.code == "scores_missing" and one.figures["feature"] == "f")
    assert missing.figures["scores"] == [2, 3, 4]
    assert missing.figures["share"] == pytest.approx(80 / 90)


def test_own_rules_put_whoever_fits_none_into_no_segment_and_a_rule_for_nobody_is_told() -> None:
    rules, mistakes = parse_rules(
        "segments:\n - name: Bogotá\n   where: {city: bogotá}\n - name: Many\n   where: {orders: '>= 99'}\n",
        {"city": False},
    )
    assert mistakes == []
    people = rows(CUSTOMERS, [{"customer_id": "a", "city": "Bogotá"}, {"customer_id": "b", "city": "Cali"}])
    found = surveyed(rows(ORDERS, [order(1, "a", 3, 5.0), order(2, "b", 2, 5.0)]), Asked(rules=rules), customers=people)
    assert found.segments.select("customer_id", "segment").rows() == [("a", "Bogotá")]
    assert "nobody" in codes(found)


# What must not break it.


def test_without_orders_and_without_columns_it_says_what_can_be_done() -> None:
    people = rows(CUSTOMERS, [{"customer_id": "a"}, {"customer_id": "b"}])
    with pytest.raises(CustintelError, match="no column of the customers") as error:
        surveyed(customers=people)
    assert "ci load" in error.value.hint
    assert "--by" in error.value.hint


def test_orders_of_nobody_known_leave_nobody_to_segment() -> None:
    with pytest.raises(CustintelError, match="Nobody has bought"):
        surveyed(rows(ORDERS, [order(1, "a", 3, 5.0) | {"customer_id": None}]))


def test_one_customer_is_refused() -> None:
    with pytest.raises(CustintelError, match="Only one customer"):
        surveyed(rows(ORDERS, [order(1, "a", 3, 5.0), order(2, "a", 1, 5.0)]))


def test_customers_who_are_all_alike_are_refused() -> None:
    with pytest.raises(CustintelError, match="All 9 customers are alike"):
        surveyed(rows(ORDERS, [order(n, f"c{n}", 3, 5.0) for n in range(9)]))


def test_fewer_kinds_of_customers_than_segments_give_as_many_segments_as_kinds() -> None:
    found = surveyed(rows(ORDERS, [order(n, f"c{n}", n % 3, 5.0) for n in range(30)]), Asked(k=5))
    assert len(found.codes) == 3
    assert found.segments["segment_id"].value_counts()["count"].to_list() == [10, 10, 10]
    assert {"fewer", "constant"} <= set(codes(found))


def test_a_constant_column_is_left_out_and_named(orders: pl.DataFrame) -> None:
    found = surveyed(orders, Asked(by=("recency", "orders", "undone")))
    assert [one.figures["feature"] for one in found.remarks if one.code == "constant"] == ["undone"]
    assert found.made.model.by == ("recency", "orders")
    again = surveyed(orders, model=found.model, segments=found.segments)
    assert not again.made.anew


def test_negative_totals_count_and_are_named(orders: pl.DataFrame) -> None:
    back = rows(ORDERS, [order(90_000, "c0001", 1, -90_000.0, status="returned")])
    found = surveyed(pl.concat([orders, back]))
    assert next(one for one in found.remarks if one.code == "negative").figures["n"] == 1
    assert found.segments.filter(pl.col("customer_id") == "c0001").height == 1


def test_one_whale_is_named_and_moves_nobody_else(orders: pl.DataFrame, made: Survey) -> None:
    richest = made.people.frame.sort("net").tail(1)["customer_id"][0]
    whale = rows(ORDERS, [order(90_000, richest, 0, 5e8)])
    found = surveyed(pl.concat([orders, whale]), Asked(refit=True, k=5))
    assert next(one for one in found.remarks if one.code == "whale").figures["customer"] == richest
    same = found.segments.join(made.segments, on="customer_id")
    assert adjusted_rand(same["segment_id"].to_numpy(), same["segment_id_right"].to_numpy()) > 0.95


def test_an_unknown_column_is_refused_with_the_nearest_name(orders: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="no such column") as error:
        surveyed(orders, Asked(by=("recensy",)))
    assert "recency" in error.value.hint


def test_a_column_of_text_is_refused(orders: pl.DataFrame) -> None:
    people = rows(CUSTOMERS, [{"customer_id": "c0001", "city": "Cali"}])
    with pytest.raises(UsageError, match="this column is text"):
        surveyed(orders, Asked(by=("city",)), customers=people)


def crm(n: int = 60) -> pl.DataFrame:
    draws = np.random.default_rng(4)
    found = [
        {
            "customer_id": f"c{person:03d}",
            "total_orders": int(draws.geometric(0.4)),
            "total_spent": round(float(draws.lognormal(4, 1)), 2),
            "last_purchase_at": dt.datetime(2026, 10, 31) - dt.timedelta(days=int(draws.integers(0, 300))),
        }
        for person in range(n)
    ]
    return rows(CUSTOMERS, [*found, {"customer_id": "never"}])


def test_a_customer_file_that_says_what_people_bought_takes_the_place_of_orders() -> None:
    found = surveyed(customers=crm(), asked=Asked(k=3))
    assert found.segments.height == 60
    assert "from_crm" in codes(found)
    assert found.made.model.by == ("recency", "orders", "net")
    assert found.people.frame["recency"].min() >= 0
    assert len(found.card.rules) >= 3


def test_any_numbers_of_a_customer_file_can_be_compared_and_gaps_stand_in_the_middle() -> None:
    people = crm().with_columns(loyalty_points=pl.when(pl.col("customer_id") < "c050").then(pl.int_range(pl.len())))
    people = people.with_columns(pl.col("loyalty_points").cast(CUSTOMERS.schema["loyalty_points"]))
    found = surveyed(customers=people, asked=Asked(by=("loyalty_points", "total_spent"), k=3))
    assert found.segments.height == 60
    assert "gaps" in codes(found)
    assert all(code.count(":") == 2 for code in found.codes)


def test_margins_after_hidden_costs_stand_beside_the_money_when_they_are_counted(orders: pl.DataFrame) -> None:
    given = [
        {"order_id": one, "currency": "COP", "net_sales": 10, "margin": 4, "acquisition": 1, "counted": True}
        | dict.fromkeys(("product", "fulfilment", "payment", "post_sale", "commercial", "tax", "profit"), 0)
        for one in orders["order_id"]
    ]
    found = surveyed(orders, margins=rows(ORDER_MARGINS, given))
    total = found.profiles.filter(pl.col("measure") == "margin_total")
    assert total["value"].sum() == pytest.approx(4 * orders.height)
    assert "not_priced" not in codes(found)


def test_money_of_all_segments_adds_up_to_that_of_all_orders(orders: pl.DataFrame, made: Survey) -> None:
    total = made.profiles.filter(pl.col("measure") == "net_total")
    assert total["value"].sum() == pytest.approx(float(orders["net_revenue"].sum()), abs=0.05)
    assert made.profiles.filter(pl.col("measure") == "customers")["value"].sum() == made.segments.height


def test_rules_about_what_a_customer_file_does_not_know_are_refused_with_what_it_lacks() -> None:
    totals_only = crm().with_columns(last_purchase_at=pl.lit(None, CUSTOMERS.schema["last_purchase_at"]))
    with pytest.raises(UsageError) as refused:
        surveyed(asked=Asked(rules=preset("rfm")), customers=totals_only)
    assert "recency" in refused.value.seen
    assert "ci load" in refused.value.hint


@pytest.mark.parametrize("column", ["first_day", "last_day"])
def test_days_can_be_compared_as_how_long_ago_they_are(orders: pl.DataFrame, column: str) -> None:
    made = surveyed(orders, Asked(by=(column,), k=3))
    assert made.made.model.k == 3
    assert made.segments.height == orders["customer_id"].n_unique()


def test_ids_are_nothing_to_compare_by(orders: pl.DataFrame) -> None:
    with pytest.raises(UsageError):
        surveyed(orders, Asked(by=("customer_id",)))


def test_hdbscan_on_a_handful_falls_back_and_says_so() -> None:
    few = rows(ORDERS, [order(n, f"c{n}", n * 30, 50.0 + n) for n in range(3)])
    assert "hdbscan_none" in codes(surveyed(few, Asked(k=2, method="hdbscan")))


def test_nobody_moved_between_segments_of_two_kinds_nor_since_a_day_to_come(orders: pl.DataFrame) -> None:
    days = [LAST - dt.timedelta(days=ago) for ago in (60, 30, 90)]
    first = surveyed(orders, as_of=days[0])
    then = surveyed(orders, Asked(k=None), as_of=days[1], model=first.model, segments=first.segments)
    assert then.segments["compared_with"].unique().to_list() == [days[0]]
    grid = surveyed(orders, Asked(rules=preset("rfm")), model=then.model, segments=then.segments)
    assert grid.segments["compared_with"].null_count() == grid.segments.height
    earlier = surveyed(orders, Asked(k=None), as_of=days[2], model=then.model, segments=then.segments)
    assert earlier.segments["compared_with"].null_count() == earlier.segments.height


def test_margins_that_lack_orders_are_not_shown_as_whole(orders: pl.DataFrame) -> None:
    costed = rows(
        ORDER_MARGINS,
        [
            {"order_id": number, "placed_on": LAST, "currency": "COP", "net_sales": 10, "margin": 5, "acquisition": 0}
            | dict.fromkeys(("product", "fulfilment", "payment", "post_sale", "commercial", "tax", "profit"), 0)
            for number in orders["order_id"].head(20)
        ],
    )
    (found,) = [one for one in surveyed(orders, margins=costed).remarks if one.code == "partly_priced"]
    assert found.figures["n"] == orders.height - 20


def test_who_fulfils_no_rule_is_counted(orders: pl.DataFrame) -> None:
    rules, mistakes = parse_rules("segments:\n  - name: A\n    where:\n      orders: '>= 3'\n", {})
    assert not mistakes
    made = surveyed(orders, Asked(rules=rules))
    (found,) = [one for one in made.remarks if one.code == "in_no_rule"]
    assert found.figures["n"] == orders["customer_id"].n_unique() - made.segments.height > 0


def test_segments_that_are_not_stable_are_called_so_in_every_run() -> None:
    draws = np.random.default_rng(5)
    noise = [order(n, f"c{n}", int(draws.integers(0, 300)), float(draws.uniform(10, 11))) for n in range(60)]
    first = surveyed(rows(ORDERS, noise), Asked(k=8))
    if "unstable" in codes(first):
        again = surveyed(rows(ORDERS, noise), Asked(), model=first.model, segments=first.segments)
        assert "unstable" in codes(again)
    else:
        pytest.fail("sixty customers drawn at random should not make eight stable segments")
