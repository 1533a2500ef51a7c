"""What is worth saying about a segmentation that came out, as codes with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from custintel.i18n import N_


@dataclass(frozen=True)
class Remark:
    """One thing to know; ``code`` is a key of :data:`SENTENCES`, ``figures`` are what its sentence names."""

    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


SENTENCES: Mapping[str, str] = {
    "without_purchase": N_("{n} known customers have bought nothing that counts: they are in no segment."),
    "unknown_orders": N_("{n} orders are of nobody known and count for nobody."),
    "foreign_orders": N_("{n} orders in another currency could not be counted in {currency}."),
    "not_priced": N_("Hidden costs have not been counted: margins are missing. ci kpis counts them."),
    "partly_priced": N_("Hidden costs of {n} orders have not been counted: margins lack them. ci kpis counts them."),
    "in_no_rule": N_("{n} customers fulfil no rule and are in no segment."),
    "from_crm": N_("There are no orders: segments are made of what the customer file says ({columns})."),
    "constant": N_("{feature} is the same for everybody and was left out."),
    "gaps": N_("{feature} is not known of {n} customers: they stand in the middle."),
    "fewer": N_("Only {n} kinds of customers can be told apart: {n} segments instead of {k}."),
    "auto": N_("{k} segments: the most that come out the same when some customers are replaced by others."),
    "auto_none": N_("No number of segments is stable here: 2 were made, and should be used with care."),
    "unstable": N_("These segments are not stable: with other customers of the same kind they agree only {ari}."),
    "small": N_("The smallest segment has only {share} of the customers."),
    "whale": N_("One customer brought {share} of the money ({customer})."),
    "negative": N_("{n} customers got back more than they spent: their money is below zero."),
    "scores_missing": N_("{feature}: nobody gets {scores}, since {share} of the customers have the same value."),
    "other_kind": N_("The segments so far ({n}, by {was}) are not what you asked for: they were made anew."),
    "ward": N_("Ward's method is unstable: on shops we measured, half of it changes with other customers."),
    "hdbscan": N_("HDBSCAN leaves {share} of the customers outside of every group: they went to the nearest."),
    "hdbscan_none": N_("HDBSCAN found fewer than two groups; k-means was used instead."),
    "gmm": N_("A mixture of normal distributions fits ranks badly; k-means is steadier."),
    "sampled": N_("The groups were found among {n} customers, and everybody went to the nearest."),
    "nobody": N_("No customer fulfils the rule of {segment}."),
    "no_rule": N_("No short rule rebuilds {segment}."),
}
