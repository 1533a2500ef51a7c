"""What the values of a column look like, whatever its header says.

A shape is a share: of the cells of a sample that say something, how many look like an email, a phone, a date... One
cell may have several shapes. Patterns and words are declared in ``shapes.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

SAMPLE = 400
ENOUGH = 60


@dataclass(frozen=True)
class Shape:
    """What a column's sampled values look like.

    Attributes:
        filled: cells of the sample that say something; placeholders such as "n/a" do not.
        fill: their share of the sampled rows, 0 to 1.
        distinct: how many different ones there are among them.
        shares: for each shape of ``shapes.toml``, the share of the filled cells that have it, 0 to 1.
    """

    filled: int = 0
    fill: float = 0.0
    distinct: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)

    def share(self, *names: str) -> float:
        """The largest share among the shapes named, 0 when the column is empty."""
        return max((self.shares.get(name, 0.0) for name in names), default=0.0)

    @property
    def uniqueness(self) -> float:
        """Different values over filled cells, 0 to 1."""
        return self.distinct / self.filled if self.filled else 0.0


def shapes(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, Shape]:
    """The shapes of some text columns of ``frame``, each judged on at most ``SAMPLE`` evenly spaced rows.

    Args:
        frame: any number of rows; the columns are String.
        columns: the names of the columns to look at; one that ``frame`` lacks counts as empty.

    Returns:
        A shape per name.
    """
    samples = [_sample(frame, name) for name in columns if name in frame.columns]
    found = _measure(pl.concat(samples)) if samples else {}
    return {name: found.get(name, Shape()) for name in columns}


def _sample(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    column = frame.get_column(name)
    cells = _spaced(column)
    fill = (len(cells) - cells.null_count()) / max(len(cells), 1)
    if len(cells) < len(column) and fill * len(cells) < ENOUGH:
        cells = _spaced(column.drop_nulls())
        fill = (len(column) - column.null_count()) / len(column)
    return pl.DataFrame({"column": [name], "fill": [fill], "cell": [cells.cast(pl.String)]})


def _spaced(column: pl.Series) -> pl.Series:
    return column.gather_every(-(-len(column) // SAMPLE)) if len(column) > SAMPLE else column


def _measure(samples: pl.DataFrame) -> dict[str, Shape]:
    """Shapes of all sampled columns at once, so that every pattern is compiled and run once."""
    declared = _declarations()
    text = pl.col("cell").str.strip_chars().str.slice(0, 200)
    cells = (
        samples.explode("cell")
        .with_columns(text)
        .filter(pl.col("cell").is_not_null())
        .group_by("column", "fill", "cell", maintain_order=True)
        .agg(pl.len().alias("times"))
        .with_columns(_plain("cell").alias("plain"), pl.col("cell").str.to_lowercase())
        .filter(~pl.col("plain").is_in(declared["blank"]))
    )
    words = {name: pl.col("plain").is_in(known) for name, known in declared["words"].items() if name != "given"}
    padded = pl.concat_str(pl.lit(" "), pl.col("plain"), pl.lit(" "))
    words["given"] = padded.str.contains_any([f" {name} " for name in declared["words"]["given"]])
    looks = {name: pl.col("cell").str.contains(pattern) for name, pattern in declared["patterns"].items()}
    looks.update({name: looks[name] & ~looks["date"] for name in ("phone", "document", "decimal")})
    shares = [look.alias(name) for name, look in {**looks, **words}.items()]
    names = [expression.meta.output_name() for expression in shares]
    measured = (
        cells.select("column", "fill", "times", *shares)
        .group_by("column", "fill", maintain_order=True)
        .agg(
            pl.col("times").sum().alias("filled_"),
            pl.len().alias("distinct_"),
            *((pl.col(name).fill_null(False) * pl.col("times")).sum() / pl.col("times").sum() for name in names),
        )
    )
    return {
        row["column"]: Shape(row["filled_"], row["fill"], row["distinct_"], {name: row[name] for name in names})
        for row in measured.iter_rows(named=True)
    }


def _plain(name: str) -> pl.Expr:
    """A value in lower case, without accents, every run of other signs as one space."""
    bare = pl.col(name).str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


@cache
def _declarations() -> dict[str, Any]:
    return tomllib.loads(files("custintel.sheets").joinpath("shapes.toml").read_text("utf-8"))
