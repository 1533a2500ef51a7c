"""Articles that a customer does not have yet and probably wants, the likeliest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import polars as pl

from custintel.goals.taste import Strength, history, learn, popular
from custintel.goals.taste_check import SHOWN, Check, first

_AT_ONCE = 4096

NEW = pl.Schema({"customer_id": pl.String(), "article": pl.String(), "rank": pl.Int32()})


def cross_sell(
    pairs: pl.DataFrame,
    as_of: dt.date,
    strength: Strength,
    checked: Check | None,
    *,
    never: Collection[str] = (),
    shown: int = SHOWN,
) -> pl.DataFrame:
    """New articles for everybody with a purchase.

    Where the check says that what most buy foretells more than tastes do, everybody is offered what most buy.

    Args:
        pairs: customer_id, article and first_day, once each.
        as_of: the last day of the data.
        strength: as :func:`custintel.goals.taste_check.check` chose it.
        checked: what it found.
        never: articles that are not offered.
        shown: how many per customer.

    Returns:
        :data:`NEW`, by customer and rank. Customers with the same articles get the same offers.
    """
    past = history(pairs, as_of)
    if past.articles.len() < 2:
        return pl.DataFrame(schema=NEW)
    taste = learn(past, strength) if checked is None or checked.better else popular(past)
    barred = np.flatnonzero(past.articles.is_in(list(never)).to_numpy())
    matrix = past.matrix.sorted_indices()
    alike: dict[bytes, int] = {}
    of = np.empty(matrix.shape[0], dtype=np.int64)
    examples: list[int] = []
    for row in range(matrix.shape[0]):
        basket = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tobytes()
        if basket not in alike:
            alike[basket] = len(examples)
            examples.append(row)
        of[row] = alike[basket]
    places, liked = [], []
    for start in range(0, len(examples), _AT_ONCE):
        found = taste.scores(matrix[examples[start : start + _AT_ONCE]])
        found[:, barred] = -np.inf
        top = first(found, shown)
        places.append(top)
        liked.append(np.take_along_axis(found, top, axis=1) > 0)
    best, wanted = np.concatenate(places)[of], np.concatenate(liked)[of]
    rows, ranks = np.nonzero(wanted)
    return pl.DataFrame(
        {
            "customer_id": past.customers.gather(rows),
            "article": past.articles.gather(best[rows, ranks]),
            "rank": ranks + 1,
        },
        schema_overrides=NEW,
    )
