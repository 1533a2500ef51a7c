"""What people have said: these two are one person, those two are not."""

from __future__ import annotations

import numpy as np
import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.matching.clusters import components

SCHEMA = {"record_a": pl.String(), "record_b": pl.String(), "same": pl.Boolean()}


def contradictions(answers: pl.DataFrame) -> pl.DataFrame:
    """Pairs said to be two people that other answers make one.

    Args:
        answers: record_a, record_b, same.

    Returns:
        record_a, record_b and ``through``: the records that answers join them by, from the one to the other, both
        included; sorted.
    """
    links: dict[str, list[str]] = {}
    for a, b, _same in answers.filter("same").sort("record_a", "record_b").iter_rows():
        links.setdefault(a, []).append(b)
        links.setdefault(b, []).append(a)
    ids = pl.concat([answers["record_a"], answers["record_b"]]).unique().sort()
    number = pl.Enum(ids)
    coded = answers.with_columns(pl.col("record_a", "record_b").cast(number).to_physical().cast(pl.Int64))
    joined = coded.filter("same")
    label = components(joined["record_a"].to_numpy(), joined["record_b"].to_numpy(), len(ids))
    apart = coded.filter(~pl.col("same"))
    wrong = label[apart["record_a"].to_numpy()] == label[apart["record_b"].to_numpy()]
    said = (
        answers.filter(~pl.col("same")).filter(pl.Series(wrong, dtype=pl.Boolean)).unique().sort("record_a", "record_b")
    )
    paths = [_path(links, a, b) for a, b, _same in said.iter_rows()]
    return said.select("record_a", "record_b").with_columns(through=pl.Series(paths, dtype=pl.List(pl.String)))


def _path(links: dict[str, list[str]], a: str, b: str) -> list[str]:
    """The shortest way from ``a`` to ``b`` along ``links``."""
    before: dict[str, str | None] = {a: None}
    front = [a]
    while b not in before:
        front = [
            (before.setdefault(near, at), near)[1] for at in front for near in sorted(links[at]) if near not in before
        ]
    path: list[str] = []
    at: str | None = b
    while at is not None:
        path.append(at)
        at = before[at]
    return path[::-1]


def checked(answers: pl.DataFrame | None, record_ids: pl.Series) -> pl.DataFrame:
    """The answers about records that are here, each pair once, the smaller id first.

    Raises:
        CustintelError: when answers contradict each other.
    """
    if answers is None or not answers.height:
        return pl.DataFrame(schema=SCHEMA)
    wrong = contradictions(answers)
    if wrong.height:
        a, b, through = wrong.row(0)
        raise CustintelError(
            _("Answers about who is who contradict each other."),
            seen=_("{a} and {b} are said to be two people, and other answers make them one: {through}").format(
                a=a, b=b, through=" = ".join(through)
            ),
            hint=_("Take back one of these answers with 'ci review' or 'ci unmerge'."),
        )
    low, high = pl.min_horizontal("record_a", "record_b"), pl.max_horizontal("record_a", "record_b")
    here = answers.filter(
        pl.col("record_a").is_in(record_ids.implode()) & pl.col("record_b").is_in(record_ids.implode())
    )
    return here.select(low.alias("record_a"), high.alias("record_b"), "same").unique().sort("record_a", "record_b")


def rows(
    answers: pl.DataFrame, record_ids: pl.Series, of_record: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> pl.DataFrame:
    """``answers`` with the profiles of both records: a, b, same."""
    place = {}
    for column in ("record_a", "record_b"):
        at = record_ids.search_sorted(answers[column]) if answers.height else pl.Series([], dtype=pl.UInt32)
        place[column] = of_record[at.to_numpy().astype(np.int64)]
    return pl.DataFrame({"a": place["record_a"], "b": place["record_b"], "same": answers["same"]})
