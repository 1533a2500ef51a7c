"""Which comparisons a set of profiles allows: fields and levels follow from what is said, not from a configuration.

Level 0 of every comparison says that one of the two says nothing. Exact agreement is split by who else has the value:
a contact by how many different names it is on, a fact such as a city by the share of people who have it.
"""

from __future__ import annotations

import numpy as np

from custintel.matching import names
from custintel.matching.comparison import Comparison
from custintel.matching.contact_comparisons import document_comparison, email_comparison, phone_comparison
from custintel.matching.fact_comparisons import (
    address_comparison,
    born_comparison,
    place_comparison,
    text_comparison,
)
from custintel.matching.facts import CATEGORIES, PREFIX
from custintel.matching.profiles import Profiles

SOURCE_ID = ("missing", "same")


def comparisons(of: Profiles) -> list[Comparison]:
    """The comparisons that what is said allows, always in the same order."""
    found: list[Comparison] = []
    facts = set(of.facts.columns)
    if facts & {"given", "family", "whole"}:
        found.append(name_comparison(of))
    if "document" in facts:
        found.append(document_comparison(of))
    if "source_id" in facts:
        ids = of.keys["source_id"]
        found.append(
            Comparison("source_id", SOURCE_ID, lambda a, b: ((ids[a] == ids[b]) & (ids[a] > 0)).astype(np.uint8))
        )
    if "email" in facts:
        found.append(email_comparison(of))
    if of.phones:
        found.append(phone_comparison(of))
    if "born" in facts:
        found.append(born_comparison(of))
    if "address" in facts:
        found.append(address_comparison(of))
    if facts & {"city", "postal", "region"}:
        found.append(place_comparison(of))
    texts = ["company", *CATEGORIES, *sorted(column for column in facts if column.startswith(PREFIX))]
    found.extend(
        text_comparison(of, column)
        for column in texts
        if column in facts and of.all.facts[column].drop_nulls().n_unique() > 1
    )
    return found


def name_comparison(of: Profiles) -> Comparison:
    """Names, see :mod:`custintel.matching.names`."""
    bits = of.names.bits[of.names.words].sum(axis=0)
    level = names.LEVEL["same_very_common"] + np.digitize(bits, names.RARITY)
    counted = (of.names.whole, level.astype(np.uint8))
    return Comparison("name", names.LEVELS, lambda a, b: names.compare(of.names, a, b), (counted,))
