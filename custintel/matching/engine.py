"""Which records are one person: the one door from records to people.

Records that say the same are one profile; keys propose pairs of profiles; every pair is compared field by field; the
model weighs its pattern; guards and certain keys correct the weight; clusters are what holds together on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.matching import answers as said
from custintel.matching.arrays import Members, starts
from custintel.matching.blocking import candidates
from custintel.matching.clusters import CLIP, NEVER, SILENT, UNIT, agglomerate, components
from custintel.matching.comparisons import comparisons
from custintel.matching.facts import COMPARED
from custintel.matching.households import households
from custintel.matching.model import Model
from custintel.matching.pairing import Pairs, Scorer, blank, completed, learnt
from custintel.matching.profiles import Profiles, profiles
from custintel.matching.shared_keys import keys_apart
from custintel.matching.words import evidence

__all__ = ["COMPARED", "Earlier", "Matched", "Merge", "match"]

Rows = NDArray[np.int64]
Merge = Literal["sure", "likely", "certain"]

CUTS = {"sure": 5.0, "likely": -1.0, "certain": 1 / UNIT}
"""Bits that the average of a cluster must reach."""
ASKED = -2.0
"""Bits from which two people are worth a question."""
NEAR_MISS = -5.0
"""Bits from which a pair that was kept apart is worth telling."""
REFIT = 0.2
"""New profiles, as a share of those the model was fitted on, from which it is fitted again."""


@dataclass(frozen=True)
class Earlier:
    """What the last run compared and learnt, and what is new since.

    Attributes:
        pairs: ``Matched.pairs`` of that run.
        model: its model.
        new: ids of the records that it did not see.
    """

    pairs: pl.DataFrame
    model: Model
    new: pl.Series


@dataclass(frozen=True)
class Matched:
    """Who is whom.

    Attributes:
        clusters: record_id, cluster (the smallest record_id of the person), probability (by the mean of the record's
            links, or by the certain key that joined it), evidence (codes, sorted; empty for a record alone),
            decided_by (rule, model or person); sorted by record_id.
        pairs: pairs of records worth keeping, one per pair of profiles: record_a, record_b (a < b), weight (log2 odds),
            probability, pattern, band; sorted. Of one person: ``sure`` or ``likely``, by their weight; of two:
            ``likely`` when it is worth asking whether they are one, else ``apart``.
        households: record_id, household (the smallest record_id): people who share an address, a landline or an email
            without being one person.
        apart: keys on records of several people: kind, key, names, records, shared (whether on too many to merge).
        model: what was learnt.
        refitted: whether the model was fitted in this run.
    """

    clusters: pl.DataFrame
    pairs: pl.DataFrame
    households: pl.DataFrame
    apart: pl.DataFrame
    model: Model
    refitted: bool = True


def match(
    records: pl.DataFrame,
    *,
    merge: Merge = "sure",
    threshold: float | None = None,
    answers: pl.DataFrame | None = None,
    compare: Sequence[str] = (),
    earlier: Earlier | None = None,
) -> Matched:
    """Find the people among ``records``.

    Args:
        records: columns of the ``records`` table; fields may be absent, order does not matter.
        merge: what is merged: what is ``sure``, the ``likely`` too, or only what shares a ``certain`` key.
        threshold: the probability from which to merge, instead of that of ``merge``.
        answers: record_a, record_b, same: what people have said, which overrides everything.
        compare: columns of ``extra`` to compare as text.
        earlier: the last run, to match only what is new; without it, or when a fit is due, everything is matched.

    Raises:
        CustintelError: when answers contradict each other.
    """
    asked = said.checked(answers, records["record_id"])
    single = pl.concat([asked["record_a"], asked["record_b"]]).unique()
    of = profiles(records, compare, single.to_list())
    told = said.rows(asked, of.record_ids, of.of_record)
    certain = merge == "certain"
    known = earlier if earlier and not refit_due(of, earlier) else None
    pairs, twins, scorer = _again(of, known, single, certain) if known else _anew(of, certain)
    pairs = _answered(pairs, told, of.height, scorer)
    inside = completed(pairs, scorer, of.height)
    cut = CUTS[merge] if threshold is None else _bits(threshold)
    cluster = _clustered(inside, told, of.height, cut)
    people = _people(of, cluster, twins, cut)
    return Matched(
        clusters=_clusters(of, people, cluster, inside, twins, told, scorer.model),
        pairs=_pairs(of, pairs.plus(inside.take(~inside.among(pairs, of.height))), cluster),
        households=households(of, people),
        apart=keys_apart(records, of, people),
        model=scorer.model,
        refitted=known is None,
    )


def _clustered(inside: Pairs, told: pl.DataFrame, height: int, cut: float) -> Rows:
    """Clusters by weight, then whole clusters joined as people said: who is one person stays one.

    Where that would bring together two whom people have parted, their records are clustered again, beginning with those
    that people have joined.
    """
    x, y, same = (told[name].to_numpy() for name in ("a", "b", "same"))
    joined_pairs = (np.minimum(x, y) * height + np.maximum(x, y))[same]
    weighed = inside.take(~np.isin(inside.a * height + inside.b, joined_pairs)) if len(joined_pairs) else inside
    cluster = _grown(weighed, height, cut)
    if not told.height:
        return cluster
    label = components(np.concatenate([cluster, x[same]]), np.concatenate([np.arange(height), y[same]]), height)
    parted = ~same & (label[x] == label[y])
    if not parted.any():
        return label
    again = np.isin(label, label[x[parted]])
    part = inside.take(again[inside.a] & again[inside.b])
    joined = components(x[same], y[same], height)
    return np.where(again, _grown(part, height, cut, joined), label)


def _grown(pairs: Pairs, height: int, cut: float, together: Rows | None = None) -> Rows:
    """Clusters by weight, beginning with those that certain keys make: no average takes these apart."""
    keyed = agglomerate(pairs.a, pairs.b, pairs.keys, height, CUTS["certain"], together)
    return agglomerate(pairs.a, pairs.b, pairs.parts, height, cut, keyed)


def refit_due(of: Profiles, earlier: Earlier) -> bool:
    """Whether what is new is too much, or too different, for the model of the last run."""
    model, found = earlier.model, comparisons(of.part(np.zeros(0, np.int64)))
    same = (model.comparisons, model.levels) == (tuple(c.name for c in found), tuple(c.levels for c in found))
    fresh = len(earlier.new) > REFIT * model.profiles
    return not same or fresh


def _bits(probability: float) -> float:
    """Log2 odds of a probability, within what an average can reach."""
    share = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.clip(np.log2(share / (1 - share)), -CLIP, CLIP))


def _anew(of: Profiles, certain: bool) -> tuple[Pairs, Pairs, Scorer]:
    """The candidate pairs, profiles of several records with themselves, and what weighs them, fitted to all of them."""
    found = comparisons(of)
    proposed = candidates(of)
    a, b = proposed.a, proposed.b
    several = np.flatnonzero(of.size > 1)
    numbering = blank(found)
    patterns, twins = (numbering.patterns([c.compare(x, y) for c in found]) for x, y in ((a, b), (several, several)))
    model = replace(learnt(found, patterns, twins, of.height), caps=proposed.caps)
    scorer = Scorer(of, model, certain, found)
    return scorer.weigh(a, b, patterns), scorer.weigh(several, several, twins), scorer


def _again(of: Profiles, earlier: Earlier, single: pl.Series, certain: bool) -> tuple[Pairs, Pairs, Scorer]:
    """The same, from the pairs and the model of the last run: only pairs with something new are compared."""
    scorer = Scorer(of, earlier.model, certain)
    fresh = of.record_ids.is_in(pl.concat([earlier.new, single]).implode()).to_numpy()
    new = np.ones(of.height, bool)
    new[of.of_record[~fresh]] = False
    proposed = candidates(of, new, earlier.model.caps)
    compared = scorer.score(proposed.a, proposed.b)
    here = pl.all_horizontal(pl.col(side).is_in(of.record_ids.implode()) for side in ("record_a", "record_b"))
    kept = earlier.pairs.filter(here)
    a, b = (of.of_record[of.record_ids.search_sorted(kept[side]).to_numpy()] for side in ("record_a", "record_b"))
    low, high = np.minimum(a, b), np.maximum(a, b)
    codes = np.where((low != high) & ~new[low] & ~new[high], low * of.height + high, -1)
    order = np.argsort(codes, kind="stable")
    once = order[starts(codes[order]) & (codes[order] >= 0)]
    low, high, patterns = low[once], high[once], kept["pattern"].to_numpy()[once].astype(np.int64)
    beside = _beside(of, new)
    moved = beside[low] & beside[high]
    before = scorer.weigh(low[~moved], high[~moved], patterns[~moved]).plus(scorer.score(low[moved], high[moved]))
    several = np.flatnonzero(of.size > 1)
    return before.plus(compared), scorer.score(several, several), scorer


def _beside(of: Profiles, new: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The profiles that share with a new one what should be somebody's own: more names may be on it by now."""
    found = np.zeros(of.height, bool)
    for facts in (["document"], ["email"], ["address"], of.phones):
        keys = [of.keys[fact] for fact in facts if of.has(fact)]
        if keys:
            fresh = Members(np.concatenate([key[new] for key in keys]))
            found |= np.logical_or.reduce([fresh.holds(key) for key in keys])
    return found


def _answered(pairs: Pairs, told: pl.DataFrame, height: int, scorer: Scorer) -> Pairs:
    """``pairs`` and those that people have spoken about, with the weight of what they said."""
    if not told.height:
        return pairs
    a, b = told["a"].to_numpy(), told["b"].to_numpy()
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.argsort(low * height + high)
    low, high, same = low[order], high[order], told["same"].to_numpy()[order]
    scored = scorer.score(low, high)
    others = pairs.take(~pairs.among(scored, height))
    parts = np.where(same, round(CLIP * UNIT), NEVER)
    return others.plus(replace(scored, parts=parts, keys=parts))


def _people(of: Profiles, cluster: Rows, twins: Pairs, cut: float) -> Rows:
    """The person of every record: the first record of its cluster.

    Records that say the same are one person only where that much evidence joins; otherwise each but the first is alone.
    """
    alone = np.zeros(of.height, bool)
    alone[twins.a[twins.parts < cut * UNIT]] = True
    position = np.arange(len(of.of_record))
    first = np.full(of.height, len(position), np.int64)
    np.minimum.at(first, of.of_record, position)
    loose = alone[of.of_record] & (first[of.of_record] != position)
    smallest = np.full(of.height, len(position), np.int64)
    np.minimum.at(smallest, cluster, first)
    return np.where(loose, position, smallest[cluster[of.of_record]])


def _clusters(
    of: Profiles, people: Rows, cluster: Rows, inside: Pairs, twins: Pairs, told: pl.DataFrame, model: Model
) -> pl.DataFrame:
    """``Matched.clusters``."""
    held = inside.take(cluster[inside.a] == cluster[inside.b])
    size = np.bincount(people, minlength=len(people))[people]
    mean, best = _links(of.height, held, twins)
    told_about = np.zeros(of.height, bool)
    joined = told.filter("same")
    told_about[np.concatenate([joined["a"].to_numpy(), joined["b"].to_numpy()])] = True
    profile = of.of_record
    everything = held.plus(twins)
    at = np.minimum(best[profile], max(len(everything.a) - 1, 0))
    linked = (size > 1) & (best[profile] >= 0)
    patterns = np.where(linked, everything.patterns[at] if len(everything.a) else 0, -1)
    rule = linked & (everything.keyed[at] if len(everything.a) else False)
    bits = np.where(rule, np.maximum(mean[profile], everything.weights[at] if len(everything.a) else 0), mean[profile])
    probability = np.where(size > 1, 1 / (1 + np.exp2(-bits)), 1.0)
    codes = evidence(model, patterns, people_said := told_about[profile] & (size > 1))
    decided = np.select([people_said, rule | (size == 1)], [0, 1], 2)
    return pl.DataFrame(
        {
            "record_id": of.record_ids,
            "cluster": of.record_ids.gather(people),
            "probability": probability,
            "evidence": codes,
            "decided_by": pl.Series(["person", "rule", "model"]).gather(decided),
        }
    )


def _links(height: int, held: Pairs, twins: Pairs) -> tuple[NDArray[np.float64], Rows]:
    """Per profile: the mean weight of its pairs within its cluster that say something, and its strongest one (pairs,
    then twins).
    """
    every = held.plus(twins)
    node = np.concatenate([every.a, every.b])
    both = np.tile(np.clip(every.parts / UNIT, -CLIP, CLIP), 2)
    heard = np.tile(every.parts != SILENT, 2)
    count = np.bincount(node, weights=heard, minlength=height)
    mean = np.bincount(node, weights=both * heard, minlength=height) / np.maximum(count, 1)
    pair = np.tile(np.arange(len(every.a)), 2)
    code = every.a * height + every.b + (every.a == every.b) * height * height  # of equals the first, twins last
    order = np.lexsort((np.tile(code, 2), -both, node))
    best = np.full(height, -1)
    first = np.flatnonzero(starts(node[order]))
    best[node[order][first]] = pair[order][first]
    return mean, best


def _pairs(of: Profiles, pairs: Pairs, cluster: Rows) -> pl.DataFrame:
    """``Matched.pairs``."""
    first = np.full(of.height, len(of.of_record), np.int64)
    np.minimum.at(first, of.of_record, np.arange(len(of.of_record)))
    kept = pairs.take((pairs.weights >= NEAR_MISS) | (cluster[pairs.a] == cluster[pairs.b]))
    one = cluster[kept.a] == cluster[kept.b]
    sure = one & (kept.weights >= CUTS["sure"])
    asked = one | ((kept.weights >= ASKED) & (kept.parts != NEVER))
    return pl.DataFrame(
        {
            "record_a": of.record_ids.gather(first[kept.a]),
            "record_b": of.record_ids.gather(first[kept.b]),
            "weight": kept.weights,
            "probability": 1 / (1 + np.exp2(-kept.weights)),
            "pattern": kept.patterns,
            "band": pl.Series(["sure", "likely", "apart"]).gather(np.select([sure, asked], [0, 1], 2)),
        }
    ).sort("record_a", "record_b")
