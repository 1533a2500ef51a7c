"""k-means in whole numbers: the same result for any order of rows, number of threads and machine.

Points are rounded to 16 bits and centres to 1/64 of that step. Every product and every sum is then a number that a
float holds exactly, so it does not matter in which order they are added up. Above :data:`SAMPLED` points the starts are
made on a sample, and Lloyd's algorithm goes on from the best of them over ever more points.

Lloyd, S. (1982), Least squares quantization in PCM, IEEE Trans. Inf. Theory 28, 129; Arthur, D. and Vassilvitskii, S.
(2007), k-means++: the advantages of careful seeding, SODA, 1027.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Steps = NDArray[np.uint16]
"""Points in steps: a row per feature, a column per point."""
Labels = NDArray[np.uint8]

STARTS = 10
SAMPLED = 50_000
SAMPLE = 20_000
REFINED = 400_000
MOST_ROUNDS = 300
FOLLOWED = 3
"""Of more than :data:`SAMPLED` points: how many of the starts are followed further before one is chosen."""
ROUGH = 1e-4
"""Of a start: the share of the inertia less than which a round is the last."""
ENOUGH = 1e-6
"""Of the rounds over all of more than :data:`SAMPLED` points, likewise."""
_TOP = 65_535
_FINE = 64
_BLOCK = 4_096
"""Points at a time: few enough for the cache of a processor."""


@dataclass(frozen=True)
class Scale:
    """How points become steps: subtract ``low`` (of each feature), divide by ``step`` (one for all)."""

    low: Floats
    step: float

    @classmethod
    def of(cls, points: Floats) -> Scale:
        """The scale that fits ``points``, one row per point."""
        low = points.min(axis=0)
        return cls(low, float((points.max(axis=0) - low).max()) / _TOP or 1.0)

    def steps(self, points: Floats) -> Steps:
        """Points in steps."""
        found = np.empty((points.shape[1], points.shape[0]), dtype=np.uint16)
        for feature, low in enumerate(np.broadcast_to(self.low, points.shape[1:])):
            found[feature] = np.rint((points[:, feature] - low) / self.step).clip(0, _TOP)
        return found

    def back(self, centres: Floats) -> Floats:
        """Centres as points."""
        return centres * self.step + self.low


UNIT = Scale(np.zeros(1), 1 / _TOP)
"""The scale of places from 0 to 1."""


@dataclass(frozen=True)
class Fit:
    """The best k-means found.

    Attributes:
        centres: one row per cluster, as points.
        labels: the cluster of each point.
        inertia: the sum of squared distances.
        rounds: of Lloyd's algorithm over all points.
    """

    centres: Floats
    labels: Labels
    inertia: float
    rounds: int


def kmeans(points: Floats, k: int, *, scale: Scale | None = None, starts: int = STARTS, seed: int = 0) -> Fit:
    """The best k-means of several starts.

    Args:
        points: one row each, in an order that is always the same (by customer_id).
        k: clusters; at most 255 and at most as many as there are distinct points.
        scale: how points become steps; by default the one that fits them.
        starts: how many are tried.
        seed: of the draws.
    """
    scale = scale or Scale.of(points)
    steps = scale.steps(points)
    centres, inertia, rounds = fitted(steps, k, starts=starts, rng=np.random.default_rng(seed))
    labels, _squares = nearest(steps, centres)
    return Fit(scale.back(centres), labels, inertia * scale.step**2, rounds)


def fitted(steps: Steps, k: int, *, starts: int, rng: np.random.Generator) -> tuple[Floats, float, int]:
    """Centres (in steps), inertia and rounds of the best of several starts."""
    n = steps.shape[1]
    small = steps if n <= SAMPLED else drawn(steps, SAMPLE, rng)
    tried = [lloyd(small, seeded(small, k, rng), enough=ROUGH) for _start in range(starts)]
    if n <= SAMPLED:
        return min((lloyd(steps, centres) for centres, _inertia, _rounds in tried), key=lambda one: one[1])
    best = [centres for centres, _inertia, _rounds in sorted(tried, key=lambda one: one[1])[:FOLLOWED]]
    middle = drawn(steps, REFINED, rng) if n > 2 * REFINED else small
    followed = [lloyd(middle, centres, enough=ENOUGH) for centres in best]
    return lloyd(steps, min(followed, key=lambda one: one[1])[0], enough=ENOUGH)


def drawn(steps: Steps, n: int, rng: np.random.Generator) -> Steps:
    """``n`` points, with replacement."""
    return np.ascontiguousarray(steps[:, (rng.random(n) * steps.shape[1]).astype(np.int64)])


def seeded(steps: Steps, k: int, rng: np.random.Generator) -> Floats:
    """First centres by k-means++, each the best of a few candidates."""
    points = steps.astype(np.float64)
    n = points.shape[1]
    chosen = [points[:, int(rng.random() * n)]]
    squares = _squares(points, chosen[0])
    for _centre in range(1, k):
        cumulated = squares.cumsum()
        draws = rng.random(2 + int(np.log(k))) * cumulated[-1]
        candidates = np.minimum(np.searchsorted(cumulated, draws, side="right"), n - 1)
        closer = [np.minimum(squares, _squares(points, points[:, place])) for place in candidates]
        best = int(np.argmin([one.sum() for one in closer]))
        chosen.append(points[:, candidates[best]])
        squares = closer[best]
    return np.array(chosen)


def _squares(points: Floats, centre: Floats) -> Floats:
    away = points - centre[:, None]
    found: Floats = (away * away).sum(axis=0)
    return found


def lloyd(steps: Steps, centres: Floats, *, enough: float = 0.0) -> tuple[Floats, float, int]:
    """Centres, inertia and rounds when nothing moves any more, or a round gains less than ``enough`` of the inertia."""
    total = sum(float((block * block).sum()) for _start, block in _blocks(steps))
    before, inertia, rounds = np.inf, np.inf, 0
    while rounds < MOST_ROUNDS:
        rounds += 1
        sums, counts = _summed(steps, centres)
        held = counts > 0
        moved = np.where(held[:, None], sums / np.maximum(counts, 1)[:, None], centres)
        inertia = total - float(((sums[held] ** 2).sum(axis=1) / counts[held]).sum())
        moved = np.rint(moved * _FINE) / _FINE
        still = bool((moved == centres).all())
        centres = moved
        if still or before - inertia <= enough * inertia:
            break
        before = inertia
    return centres, inertia, rounds


def nearest(steps: Steps, centres: Floats) -> tuple[Labels, Floats]:
    """The nearest centre of each point, the first of equals, and its squared distance; both in steps."""
    labels = np.empty(steps.shape[1], dtype=np.uint8)
    squares = np.empty(steps.shape[1])
    for start, block in _blocks(steps):
        end = start + block.shape[1]
        away = _away(block, centres)
        labels[start:end] = away.argmin(axis=0)
        squares[start:end] = np.maximum(away.min(axis=0) + (block * block).sum(axis=0), 0)
    return labels, squares


def _summed(steps: Steps, centres: Floats) -> tuple[Floats, Floats]:
    """The sums and numbers of the points nearest to each centre."""
    k = centres.shape[0]
    sums, counts = np.zeros_like(centres), np.zeros(k)
    for _start, block in _blocks(steps):
        away = _away(block, centres)
        member = (away == away.min(axis=0)).astype(np.float64)
        if member.sum() != block.shape[1]:  # as near to two centres
            member = (away.argmin(axis=0) == np.arange(k)[:, None]).astype(np.float64)
        sums += member @ block.T
        counts += member.sum(axis=1)
    return sums, counts


def _away(block: Floats, centres: Floats) -> Floats:
    """The squared distance of each point of a block to each centre, less the point's own square."""
    found: Floats = (-2 * centres) @ block
    found += (centres * centres).sum(axis=1)[:, None]
    return found


def _blocks(steps: Steps) -> Iterator[tuple[int, Floats]]:
    for start in range(0, steps.shape[1], _BLOCK):
        yield start, steps[:, start : start + _BLOCK].astype(np.float64)
