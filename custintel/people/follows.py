"""What follows from answers about pairs of people: who is one person by now, and who is not."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from custintel.people.said import decided


class Known:
    """People as far as answers join and part them.

    Args:
        answers: two people and whether they are one, in any order.
    """

    def __init__(self, answers: Iterable[tuple[str, str, bool]]) -> None:
        told = list(answers)
        self._joined: dict[str, str] = {}
        for a, b, same in told:
            one, other = self._root(a), self._root(b)
            if same and one != other:
                self._joined[one] = other
        self._apart = {frozenset((self._root(a), self._root(b))) for a, b, same in told if not same}

    def follows(self, a: str, b: str) -> bool | None:
        """Whether two people are one by what is known; ``None`` when nothing says so."""
        one, other = self._root(a), self._root(b)
        if one == other:
            return True
        return False if frozenset((one, other)) in self._apart else None

    def _root(self, person: str) -> str:
        root = person
        while root in self._joined:
            root = self._joined[root]
        while person != root:
            self._joined[person], person = root, self._joined[person]
        return root


def said_of_people(review: pl.DataFrame, identities: pl.DataFrame) -> list[tuple[str, str, bool]]:
    """What has been said about records, as answers about the people whose records they are now."""
    told = with_both_people(decided(review), identities)
    return list(told.select("person_a", "person_b", "same").iter_rows())


def unsettled(review: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """The open pairs of the ``review`` table, with person_a and person_b.

    Pairs of people about whom something was said through other records of theirs are left out.
    """
    known = Known(said_of_people(review, identities))
    queue = with_both_people(review.filter(pl.col("decision").is_null()), identities)
    settled = [known.follows(a, b) is not None for a, b in queue.select("person_a", "person_b").iter_rows()]
    return queue.filter(~pl.Series(settled, dtype=pl.Boolean))


def with_both_people(pairs: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Pairs of records with person_a and person_b; without those of which a record is no more."""
    whose = identities.select("record_id", "customer_id")
    for side in ("a", "b"):
        of_side = whose.rename({"record_id": f"record_{side}", "customer_id": f"person_{side}"})
        pairs = pairs.join(of_side, on=f"record_{side}", how="inner", maintain_order="left")
    return pairs
