"""Making the model of segments, or keeping the one that was made before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from custintel.segment.card import card
from custintel.segment.clustering import groups
from custintel.segment.features import Feature, Method, People
from custintel.segment.model import SCORES, Model, assign
from custintel.segment.naming import best_first, named
from custintel.segment.ranks import Floats, grid
from custintel.segment.remarks import Remark
from custintel.segment.rules_file import RulesFile
from custintel.segment.stability import LARGE_ENOUGH, Judged, chosen, judged

USUAL_K = 5


@dataclass(frozen=True)
class Asked:
    """What was asked for; ``None`` where nothing was.

    Attributes:
        k: how many segments; 0 for as many as are stable.
        by: what to compare customers by.
        method: how to find groups.
        rules: the rules to use instead.
        refit: make them anew in any case.
    """

    k: int | None = None
    by: tuple[str, ...] | None = None
    method: Method | None = None
    rules: RulesFile | None = None
    refit: bool = False

    def kept(self, model: Model | None) -> Model | None:
        """``model`` when it is what is asked for, or nothing else is."""
        if model is None or self.refit or self.rules is not None:
            return None
        if model.method == "rules":
            return model if self.k is None and self.by is None and self.method is None else None
        same_k = self.k is None or self.k == (0 if model.facts.get("auto") else model.facts["asked"])
        same = same_k and self.by in (None, model.by_asked) and self.method in (None, model.method)
        return model if same else None


@dataclass(frozen=True)
class Made:
    """A model, and what is known of it.

    Attributes:
        model: the segments.
        anew: whether it was made now.
        tried: what is known of every number of segments that was tried.
        remarks: what to say about it.
    """

    model: Model
    anew: bool
    tried: tuple[Judged, ...] = ()
    remarks: tuple[Remark, ...] = ()


def ruled(asked: RulesFile, people: People, before: Model | None, refit: bool) -> Model:
    """The model of rules; the scores of the model before are kept unless ``refit``."""
    keep = before is not None and before.method == "rules" and not refit
    used = {one.column for rule in asked.rules for one in rule.conditions}
    used |= {"f", "m"} if "fm" in used else set()
    grids = {}
    for score, source in SCORES.items():
        if score in used and source in people.frame.columns:
            old = before.grids.get(source) if before and keep else None
            grids[source] = old or grid(people.values(Feature(source, "number", source == "recency")))
    none = np.empty((0, 0))
    return Model("rules", (), grids, asked.names, none, people.as_of, rules=asked.rules)


def clustered(asked: Asked, people: People, before: Model | None) -> Made:
    """A model made of groups of customers who are alike; segments that are those of before keep their names.

    Args:
        asked: what was asked for.
        people: of :func:`custintel.segment.features.useful`.
        before: the model that is replaced.
    """
    method = asked.method or "kmeans"
    grids = {one.name: grid(people.values(one)) for one in people.features}
    places = np.stack([grids[one.name].place(people.values(one)) for one in people.features], axis=1)
    places = places[np.lexsort(places.T)]  # what is drawn of them depends on no id and no order of rows
    distinct = 1 + int((places[1:] != places[:-1]).any(axis=1).sum())
    remarks: list[Remark] = []
    tried: list[Judged] = []
    if asked.k == 0:
        best, tried, fit = chosen(places, distinct)
        k = best.k
        remarks.append(Remark("auto", {"k": k}) if fit else Remark("auto_none"))
    else:
        k = asked.k or USUAL_K
    if distinct < k:
        remarks.append(Remark("fewer", {"n": distinct, "k": k}))
        k = distinct
    found = groups(places, k, method)
    same = [one for one in tried if one.k == k and found.method == "kmeans"]
    known = same[0] if same else judged(places, len(found.centres), found.centres, again_of(found.method))
    facts = {
        "stability": known.ari,
        "explained": known.explained,
        "silhouette": known.silhouette,
        "smallest": known.smallest,
        "auto": float(asked.k == 0),
        "asked": float(asked.k or USUAL_K),
    }
    model = ordered(
        Model(
            found.method,
            people.features,
            grids,
            named(found.centres, people.features),
            found.centres,
            people.as_of,
            found.variances,
            found.weights,
            facts=facts,
            by_asked=asked.by or people_by(people),
        ),
        best_first(found.centres),
    )
    model = succeeding(before, model, people)
    model = replace(model, rules=card(people, assign(model, people).labels, model.k).rules)
    if known.smallest < LARGE_ENOUGH:
        remarks.append(Remark("small", {"share": known.smallest}))
    return Made(model, True, tuple(tried), (*found.remarks, *remarks))


def again_of(method: Method) -> Callable[[Floats, int], Floats] | None:
    """How centres are found again among other customers; ``None`` for k-means, whose own way is faster."""
    return None if method == "kmeans" else lambda places, k: groups(places, k, method).centres


def succeeding(before: Model | None, model: Model, people: People) -> Model:
    """``model`` with the names of the one before for segments that are still the same, and its order when all are."""
    if before is None or before.method == "rules" or before.by != model.by:
        return model
    old, new = assign(before, people).labels, assign(model, people).labels
    model = replace(model, codes=aligned(before, model, old, new))
    if set(model.codes) != set(before.codes):
        return model
    return ordered(model, [model.codes.index(code) for code in before.codes])


def people_by(people: People) -> tuple[str, ...]:
    """The names of what people are compared by."""
    return tuple(one.name for one in people.features)


def ordered(model: Model, order: list[int]) -> Model:
    """``model`` with its segments in another order."""
    return replace(
        model,
        codes=tuple(model.codes[place] for place in order),
        centres=model.centres[order],
        variances=model.variances[order] if len(model.variances) else model.variances,
        weights=model.weights[order] if len(model.weights) else model.weights,
    )


def aligned(before: Model, after: Model, old: np.ndarray, new: np.ndarray) -> tuple[str, ...]:
    """The codes of ``after``, those of ``before`` for segments that have mostly the same customers.

    Pairs are those that share the most customers in all (Kuhn 1955, Nav. Res. Logist. Q. 2, 83).

    Args:
        before: the model that is replaced.
        after: the new one.
        old: the segment of each customer by ``before``.
        new: by ``after``.
    """
    from scipy.optimize import linear_sum_assignment

    table = np.bincount(old * after.k + new, minlength=before.k * after.k).reshape(before.k, after.k)
    rows, columns = linear_sum_assignment(-table)
    smaller = np.minimum(table.sum(axis=1)[:, None], table.sum(axis=0))
    kept = {
        int(column): before.codes[row]
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] * 2 > smaller[row, column]
    }
    codes: list[str] = []
    for place, code in enumerate(after.codes):
        taken = {*codes, *(one for other, one in kept.items() if other != place)}
        codes.append(kept[place] if place in kept else _free(code, taken))
    return tuple(codes)


def _free(code: str, taken: Sequence[str] | set[str]) -> str:
    number = 2
    found = code
    while found in taken:
        found, number = f"{code.split('+')[0]}+{number}", number + 1
    return found
