"""What goes together, learned from what customers bought: EASE, the linear model whose solution is one inverse.

Steck 2019, "Embarrassingly shallow autoencoders for sparse data", WWW '19: with X the customers times articles (1
where bought), G = X'X and P = (G + penalty I)^-1, the weights are B = -P / diag(P), with nothing on the diagonal. The
score of a customer for an article is the sum of the weights of what they have.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import linalg, sparse

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

MOST_ARTICLES = 4000
"""The most bought articles, of which tastes are learned: the cost grows with the cube of their number."""
WINDOW = 91
"""Days over which a recommendation is held against what was then bought, and over which an article is in fashion."""


@dataclass(frozen=True)
class History:
    """What customers have bought, as a matrix.

    Attributes:
        customers: sorted; rows of ``matrix``.
        articles: columns of ``matrix``, the most bought first.
        matrix: 1 where a customer bought an article.
        recent: how many bought each article for the first time in the last :data:`WINDOW` days.
    """

    customers: pl.Series
    articles: pl.Series
    matrix: sparse.csr_matrix
    recent: Floats

    @property
    def buyers(self) -> Floats:
        """How many bought each article."""
        return np.asarray(self.matrix.sum(axis=0), dtype=float).ravel()


def history(pairs: pl.DataFrame, until: dt.date, most: int = MOST_ARTICLES) -> History:
    """What had been bought up to a day.

    Args:
        pairs: customer_id, article and first_day, once each.
        until: the last day that counts.
        most: how many of the articles, the most bought.
    """
    known = pairs.filter(pl.col("first_day") <= until)
    since = pl.lit(until - dt.timedelta(days=WINDOW))
    counts = known.group_by("article").agg(n=pl.len(), recent=(pl.col("first_day") > since).sum())
    counts = counts.sort("n", "article", descending=[True, False]).head(most)
    known = known.join(counts.select("article"), on="article", how="semi")
    customers = known["customer_id"].unique().sort()
    matrix = incidence(known, customers, counts["article"])
    return History(customers, counts["article"], matrix, counts["recent"].to_numpy().astype(float))


def incidence(pairs: pl.DataFrame, customers: pl.Series, articles: pl.Series) -> sparse.csr_matrix:
    """1 where a customer has an article; pairs of others are left out."""
    rows = pl.DataFrame({"customer_id": customers}).with_row_index("row")
    columns = pl.DataFrame({"article": articles}).with_row_index("column")
    placed = pairs.select("customer_id", "article").join(rows, on="customer_id").join(columns, on="article")
    ones = np.ones(placed.height)
    places = (placed["row"].to_numpy(), placed["column"].to_numpy())
    return sparse.csr_matrix((ones, places), shape=(len(customers), len(articles)))


@dataclass(frozen=True)
class Strength:
    """How tastes are learned.

    Attributes:
        ratio: the penalty, in times the mean number of buyers of an article, so that it means the same in any base.
        fashion: the power with which an article's share of recent buyers counts; 0 for not at all.
    """

    ratio: float = 1.5
    fashion: float = 0.0


@dataclass(frozen=True)
class Taste:
    """Weights from every article to every other; without them everybody likes what most bought.

    Attributes:
        weights: articles times articles; ``None`` for what is popular.
        factor: of each article, by which its score is multiplied.
    """

    weights: Floats | None
    factor: Floats

    def scores(self, baskets: sparse.csr_matrix) -> Floats:
        """The score of every article for customers who have ``baskets``; minus infinity for what they have."""
        if self.weights is None:
            found = np.tile(self.factor, (baskets.shape[0], 1))
        else:
            found = np.asarray(baskets @ self.weights)
            found *= self.factor
        found[baskets.nonzero()] = -np.inf
        return found


def popular(past: History) -> Taste:
    """The taste of everybody: what most have bought."""
    return Taste(None, past.buyers)


def weights(past: History, ratio: float) -> Floats:
    """The weights of EASE; see the module."""
    gram = (past.matrix.T @ past.matrix).toarray()
    gram[np.diag_indices_from(gram)] += ratio * past.buyers.mean()
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    found: Floats = inverse / -np.diag(inverse)
    np.fill_diagonal(found, 0.0)
    return found


def fashion(past: History, power: float) -> Floats:
    """The share of recent buyers of each article to a power; 1 for all when it is 0."""
    found: Floats = ((past.recent + 1) / (past.buyers + 1)) ** power
    return found


def learn(past: History, strength: Strength) -> Taste:
    """Tastes from what had been bought."""
    return Taste(weights(past, strength.ratio), fashion(past, strength.fashion))
