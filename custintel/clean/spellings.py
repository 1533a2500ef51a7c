"""The names of records, spelling by spelling, and which can be one person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from custintel.fields import name
from custintel.fields.name_agreement import compatible


@dataclass(frozen=True)
class Spellings:
    """The distinct spellings of names and the one of each record.

    Attributes:
        tokens: per spelling, its sorted tokens.
        of_row: row (of ``records``) and spelling, null when the record has no name.
    """

    tokens: list[list[str]]
    of_row: pl.DataFrame
    _agree: dict[tuple[int, int], str | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, records: pl.DataFrame, rows: pl.Series) -> Spellings:
        """The spellings of the records at ``rows``, which are all that will be asked about."""
        tokens = pl.DataFrame({"row": rows, "tokens": person_tokens(records[rows])})
        spelled = tokens.select("row", text=pl.col("tokens").list.sort().list.join(" "))
        distinct = spelled["text"].drop_nulls().unique().sort()
        codes = pl.DataFrame({"text": distinct}).with_row_index("spelling")
        named = spelled.join(codes, on="text", how="left", maintain_order="left").select("row", "spelling")
        return cls([text.split(" ") for text in distinct.to_list()], named)

    def agreement(self, a: int, b: int) -> str | None:
        """How spellings ``a`` and ``b`` can be one person's name, None when they cannot."""
        pair = (a, b) if a < b else (b, a)
        if pair not in self._agree:
            found = compatible(self.tokens[pair[0]], self.tokens[pair[1]])
            self._agree[pair] = f"name_{found.code}" if found.compatible else None
        return self._agree[pair]

    def clusters(self, spellings: Sequence[int]) -> list[list[int]]:
        """Spellings that can be one person's, together: fullest names first, each joining the only cluster whose
        names all agree with it.

        A name that fits two clusters ("Ana" beside "Ana Gil" and "Ana Ruiz") is left alone.
        """
        order = sorted(spellings, key=lambda s: (-len(self.tokens[s]), -len("".join(self.tokens[s])), s))
        clusters: list[list[int]] = []
        for spelling in order:
            fits = [c for c in clusters if all(self.agreement(spelling, other) for other in c)]
            if len(fits) == 1:
                fits[0].append(spelling)
            else:
                clusters.append([spelling])
        return clusters


def person_tokens(records: pl.DataFrame) -> pl.Series:
    """Name tokens per record, for comparing: a person's name, else the company's, else null."""
    names = [pl.col(column) for column in ("full_name", "company") if column in records.columns]
    if not names:
        return pl.Series("tokens", [None] * records.height, pl.List(pl.String))
    tokens = records.select(name.canonical_tokens(pl.coalesce(names)).alias("tokens")).to_series()
    return pl.DataFrame({"t": tokens}).select(pl.when(pl.col("t").list.len() > 0).then("t")).to_series()
