"""The queue of pairs that a person should judge, and what people have said so far: the ``review`` table."""

from __future__ import annotations

import numpy as np
import polars as pl

from custintel.matching.words import evidence
from custintel.people.follows import unsettled, with_both_people
from custintel.people.said import pair_id
from custintel.people.who import Who
from custintel.tables import REVIEW


def review(who: Who, people: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The ``review`` table: everything said, and one open pair per two people who may be one.

    Args:
        who: who is who now.
        people: the ``customers`` table.
        before: the ``review`` table with all that has been said.
    """
    said = before.filter(pl.col("decision").is_not_null())
    pairs = with_both_people(who.matched.pairs.filter(pl.col("band") == "likely"), who.identities)
    spent = people.select("customer_id", pl.col("total_spent")) if "total_spent" in people.columns else None
    open_ = (
        pairs.filter(pl.col("person_a") != pl.col("person_b"))
        .with_columns(pair_id(), pair=pl.concat_list("person_a", "person_b").list.sort())
        .join(said, on="pair_id", how="anti", maintain_order="left")
        .sort("probability", "pair_id", descending=[True, False])
        .unique("pair", keep="first", maintain_order=True)
    )
    patterns = open_["pattern"].to_numpy()
    codes = evidence(who.matched.model, patterns, np.zeros(len(patterns), bool))
    stake = pl.lit(None, REVIEW.schema["at_stake"])
    if spent is not None:
        for side in ("a", "b"):
            of_side = spent.rename({"customer_id": f"person_{side}", "total_spent": f"spent_{side}"})
            open_ = open_.join(of_side, on=f"person_{side}", how="left", maintain_order="left")
        known = pl.col("spent_a").is_not_null() | pl.col("spent_b").is_not_null()
        stake = pl.when(known).then(pl.sum_horizontal("spent_a", "spent_b")).cast(REVIEW.schema["at_stake"])
    asked = open_.select(
        "pair_id",
        "record_a",
        "record_b",
        "probability",
        codes.alias("evidence"),
        stake.alias("at_stake"),
        *(pl.lit(None, REVIEW.schema[name]).alias(name) for name in ("decision", "decided_at", "decided_in")),
    )
    every = REVIEW.conform(pl.concat([said, asked]).sort("pair_id"))
    asked = unsettled(every, who.identities) if said.height else asked
    return every.join(pl.concat([frame.select("pair_id") for frame in (said, asked)]), on="pair_id", how="semi")
