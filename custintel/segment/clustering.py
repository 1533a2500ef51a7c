"""How groups are found among places: k-means, or one of the methods that people ask for by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custintel.segment.features import Method
from custintel.segment.kmeans import UNIT, kmeans
from custintel.segment.ranks import Floats
from custintel.segment.remarks import Remark

METHODS: tuple[Method, ...] = ("kmeans", "gmm", "ward", "hdbscan")
_FEWEST = 5
"""Customers that HDBSCAN needs."""
_MOST = {"gmm": 100_000, "ward": 10_000, "hdbscan": 20_000}
"""Customers among whom the slower methods look for groups; ward's memory grows with their square."""


@dataclass(frozen=True)
class Groups:
    """What a method found.

    Attributes:
        method: the one that found them in the end.
        centres: one row per group, in places.
        variances: of a mixture, likewise; else no rows.
        weights: of a mixture; else empty.
        remarks: what to know about it.
    """

    method: Method
    centres: Floats
    variances: Floats
    weights: Floats
    remarks: tuple[Remark, ...] = ()


def groups(places: Floats, k: int, method: Method) -> Groups:
    """``k`` groups; HDBSCAN decides itself how many.

    Args:
        places: one row per customer, in order of customer_id.
        k: how many; no more than there are distinct rows.
        method: ward and HDBSCAN find groups, and everybody then goes to the nearest centre, so that new customers can
            be placed likewise.
    """
    none, remarks = np.empty((0, 0)), []
    sample = places
    if places.shape[0] > _MOST.get(method, places.shape[0]):
        kept = np.linspace(0, places.shape[0] - 1, _MOST[method]).astype(np.int64)
        sample = places[kept]
        remarks.append(Remark("sampled", {"n": sample.shape[0]}))
    if method == "gmm":
        return _mixture(sample, k, remarks)
    if method == "ward":
        from sklearn.cluster import AgglomerativeClustering

        labels = AgglomerativeClustering(n_clusters=k, linkage="ward").fit(sample).labels_
        return Groups(method, _means(sample, labels), none, np.empty(0), (*remarks, Remark("ward")))
    if method == "hdbscan" and sample.shape[0] < _FEWEST:
        remarks.append(Remark("hdbscan_none"))
    elif method == "hdbscan":
        from sklearn.cluster import HDBSCAN

        labels = HDBSCAN(min_cluster_size=max(5, sample.shape[0] // 50), copy=True).fit(sample).labels_
        if labels.max() >= 1:
            noise = Remark("hdbscan", {"share": float((labels < 0).mean())})
            return Groups(method, _means(sample, labels), none, np.empty(0), (*remarks, noise))
        remarks.append(Remark("hdbscan_none"))
    return Groups("kmeans", kmeans(places, k, scale=UNIT).centres, none, np.empty(0), tuple(remarks))


def _mixture(places: Floats, k: int, remarks: list[Remark]) -> Groups:
    from sklearn.mixture import GaussianMixture

    start = kmeans(places, k, scale=UNIT).centres
    found = GaussianMixture(k, covariance_type="diag", means_init=start, reg_covar=1e-4, random_state=0, max_iter=300)
    found.fit(places)
    parts = (found.means_, found.covariances_, found.weights_)
    means, variances, weights = (np.asarray(part, dtype=np.float64).round(9) for part in parts)
    return Groups("gmm", means, variances, weights.clip(1e-9), (*remarks, Remark("gmm")))


def _means(places: Floats, labels: np.ndarray) -> Floats:
    return np.stack([places[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
