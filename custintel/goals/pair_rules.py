"""Which articles are bought together more often than chance explains: to say why one is offered, not to choose it.

Counts are one sparse product of the incidence matrix of orders; the test is Fisher's, one-sided; many tests at once
are answered for by Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse
from scipy.special import gammaln

from custintel.goals.taste import Floats, incidence

FALSE_FOUND = 0.05
"""Share of pairs told that may be chance."""
FEWEST = 5
"""Orders with both below which a pair is not looked at."""
_MOST_PER_ORDER = 200
"""Articles in one order above which it is no basket but a warehouse."""
_SMALL = 1e-15

RULES = pl.Schema(
    {
        "article": pl.String(),
        "other": pl.String(),
        "together": pl.Int64(),
        "n": pl.Int64(),
        "n_other": pl.Int64(),
        "lift": pl.Float64(),
        "p": pl.Float64(),
        "q": pl.Float64(),
    }
)


def pair_rules(lines: pl.DataFrame, fewest: int = FEWEST) -> pl.DataFrame:
    """Pairs that are in the same order more often than chance explains, variants of one product apart.

    Args:
        lines: order_id, article, sku and name.
        fewest: orders with both that a pair needs; decided before looking at any.

    Returns:
        :data:`RULES`, each pair once (article before other): together, n and n_other orders; lift, together times
        orders over n times n_other; p of Fisher's test; q, p corrected by Benjamini and Hochberg, below
        :data:`FALSE_FOUND`. By lift, the highest first.
    """
    baskets = lines.select(pl.col("order_id").alias("customer_id"), "article").unique()
    wide = baskets.group_by("customer_id").len().filter(pl.col("len") > _MOST_PER_ORDER)
    baskets = baskets.join(wide, on="customer_id", how="anti")
    frequent = baskets.group_by("article").len().filter(pl.col("len") >= fewest).sort("article")["article"]
    orders = baskets["customer_id"].unique().sort()
    if not frequent.len():
        return pl.DataFrame(schema=RULES)
    matrix = incidence(baskets, orders, frequent).astype(np.int32)
    both = sparse.triu(matrix.T @ matrix, k=1).tocoo()
    seen = both.data >= fewest
    one, other, together = both.row[seen], both.col[seen], both.data[seen].astype(float)
    counts = np.asarray(matrix.sum(axis=0), dtype=float).ravel()
    p = at_least(together, counts[one], counts[other], float(orders.len()))
    found = pl.DataFrame(
        {
            "article": frequent.gather(one),
            "other": frequent.gather(other),
            "together": together,
            "n": counts[one],
            "n_other": counts[other],
            "lift": together * orders.len() / (counts[one] * counts[other]),
            "p": p,
            "q": benjamini_hochberg(p),
        },
        schema_overrides=RULES,
    )
    found = found.filter(pl.col("q") < FALSE_FOUND, pl.col("lift") > 1)
    return _no_variants(found, lines).sort("lift", "article", "other", descending=[True, False, False])


def at_least(together: Floats, n: Floats, other: Floats, orders: float) -> Floats:
    """The probability that two articles meet in ``together`` orders or more by chance (Fisher 1935, one-sided).

    The tail of the hypergeometric distribution, added up term by term from ``together`` on; 1 where they meet no more
    often than they should.
    """
    p = np.ones_like(together)
    more = together * orders > n * other
    k, a, b = together[more], n[more], other[more]
    log = gammaln(a + 1) - gammaln(k + 1) - gammaln(a - k + 1) + gammaln(orders - a + 1) - gammaln(b - k + 1)
    log += gammaln(b + 1) + gammaln(orders - b + 1) - gammaln(orders - a - b + k + 1) - gammaln(orders + 1)
    term = np.ones_like(k)
    total = np.ones_like(k)
    while (term > _SMALL * total).any():
        term = term * (a - k) * (b - k) / ((k + 1) * (orders - a - b + k + 1))
        total += term
        k = k + 1
    p[more] = np.minimum(np.exp(log) * total, 1.0)
    return p


def benjamini_hochberg(p: Floats) -> Floats:
    """The share of false discoveries when everything as improbable as each ``p`` is told."""
    order = np.argsort(p, kind="stable")
    raised = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return q


def _no_variants(rules: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Without pairs of one product in two colours or sizes: skus that differ in what follows the number, or names that
    share half their words and more.
    """
    known = lines.select("article", "sku", "name").unique("article", keep="first", maintain_order=True)
    words = pl.col("name").str.to_lowercase().str.extract_all(r"\w+").list.unique()
    stem = pl.col("sku").str.to_uppercase().str.extract(r"\A(.*[0-9].*?)(?:[A-Z]{1,2}|[-_/.][^-_/.]+)\z")
    known = known.select("article", words=words, stem=pl.coalesce(stem, pl.col("sku").str.to_uppercase()))
    paired = rules.join(known, on="article", how="left", maintain_order="left").join(
        known.rename({"article": "other", "words": "words_other", "stem": "stem_other"}),
        on="other",
        how="left",
        maintain_order="left",
    )
    shared = pl.col("words").list.set_intersection("words_other").list.len()
    every = pl.col("words").list.set_union("words_other").list.len()
    same = (pl.col("stem") == pl.col("stem_other")).fill_null(False) | (2 * shared >= every).fill_null(False)
    return paired.filter(~same).select(RULES.names())
