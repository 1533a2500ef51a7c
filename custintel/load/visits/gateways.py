"""Payment pages: a customer who comes back from one did not come from there.

A return from a gateway opens no new source, and no new visit either while the pause is no longer than that of a visit.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from custintel.load.visits.sites import Sites, facts, sites


@cache
def gateways() -> Sites:
    """The providers by the hosts of their payment pages."""
    return sites(facts("gateways")["gateways"])


def is_gateway(sources: pl.Series) -> pl.Series:
    """Whether each source or host name is a payment page; false where there is none."""
    distinct = sources.cast(pl.String).str.to_lowercase().str.strip_chars()
    return gateways().of(distinct).is_not_null()
