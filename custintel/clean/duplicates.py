"""Which records are the same person: the certain keys.

``identify`` is the one door from records to clusters; nothing else in ``clean`` knows how people are matched.

A key is certain when two records share it *and* their names can be one person's: the same valid document, the same id
in the same file, the same mailbox, the same mobile. A key that brings together more than :data:`SHARED_NAMES`
different names (a
switchboard, an agent, "222222222222") merges nobody. Two different valid documents of one type are two people,
whatever else agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.clean.spellings import Spellings
from custintel.fields import email, phone
from custintel.fields.name_agreement import LEVELS

SHARED_NAMES = 5
"""A key on more different names than this is shared and merges nobody (method: Guards)."""
SPELLINGS = 40
"""A key on more spellings of names than this is taken as shared without comparing them."""

TRUSTED = ("checked", "plausible")
"""Strengths of a document number that make it a certain key (see ``custintel.fields.document``)."""

KEYS = ("same_document", "same_source_id", "same_email", "same_mobile")
"""Evidence codes, the surest first."""
COMPARED = (
    "source",
    "source_id",
    "full_name",
    "company",
    "document_id",
    "document_type",
    "document_strength",
    "email",
    "mobile",
    "whatsapp",
    "phone",
)
"""What is looked at."""
LOOSE = tuple(f"name_{level}" for level in LEVELS if level in ("initial", "nickname", "typo"))
"""Evidence codes of names that agree least."""


@dataclass(frozen=True)
class Identified:
    """Which records are one person, and which nearly are.

    Attributes:
        clusters: record_id, cluster (the smallest record_id of the person), evidence (codes, sorted; empty for a record
            alone), sorted by record_id.
        apart: the keys that brought records together whose names keep them apart: kind (a code of :data:`KEYS`), key,
            names (how many different ones), records (how many), shared (whether it is on too many names to merge
            anybody).
    """

    clusters: pl.DataFrame
    apart: pl.DataFrame


APART_SCHEMA = {
    "kind": pl.String(),
    "key": pl.String(),
    "names": pl.UInt32(),
    "records": pl.UInt32(),
    "shared": pl.Boolean(),
    "row": pl.UInt32(),
}


def identify(records: pl.DataFrame) -> Identified:
    """Cluster records into people.

    Args:
        records: columns of the ``records`` table; fields may be absent. Order does not matter.
    """
    columns = [name for name in COMPARED if name in records.columns]
    records = records.select("record_id", *columns).sort("record_id")
    keys = certain_keys(records)
    spellings = Spellings.of(records, keys["row"].unique().sort())
    groups, apart = agreeing_groups(keys, spellings)
    apart = apart.with_columns(key=as_written(records))
    clusters = Clusters(spellings, records, groups)
    return Identified(answer(records["record_id"], clusters, groups), apart.drop("row"))


def as_written(records: pl.DataFrame) -> pl.Expr:
    """The keys of ``apart`` as people know them: an email as it is written, not the mailbox it is compared by."""
    if "email" not in records.columns:
        return pl.col("key")
    written = pl.lit(records["email"]).gather(pl.col("row"))
    return pl.when(pl.col("kind") == "same_email").then(pl.coalesce(written, "key")).otherwise("key")


def certain_keys(records: pl.DataFrame) -> pl.DataFrame:
    """The keys that several records have: kind (rank in :data:`KEYS`), key (text), row of ``records``; sorted."""
    frames = []
    for rank, columns in enumerate((document_keys, source_keys, email_keys, mobile_keys)):
        held = [pl.DataFrame({"key": values}).with_row_index("row") for values in columns(records)]
        if held:
            keys = pl.concat(held).filter(pl.col("key").is_not_null())
            shared = keys.filter(pl.col("key").is_duplicated()).unique().filter(pl.col("key").is_duplicated())
            frames.append(shared.sort("key", "row").select(pl.lit(rank, pl.UInt8).alias("kind"), "key", "row"))
    return pl.concat(frames) if frames else pl.DataFrame(schema={"kind": pl.UInt8, "key": pl.String, "row": pl.UInt32})


def document_keys(records: pl.DataFrame) -> Iterator[pl.Series]:
    """Document numbers that can be trusted."""
    if "document_id" in records.columns:
        strong = pl.col("document_strength").is_in(TRUSTED) if "document_strength" in records.columns else pl.lit(True)
        yield records.select(pl.when(strong).then("document_id")).to_series()


def source_keys(records: pl.DataFrame) -> Iterator[pl.Series]:
    """The id a person has in the file's own system, with the name of the file."""
    if "source_id" in records.columns:
        guest = pl.col("source_id").str.contains("^0+$")  # what shops export for buyers without an account
        key = pl.concat_str("source", "source_id", separator="\x1f")
        yield records.select(pl.when(~guest).then(key)).to_series()


def email_keys(records: pl.DataFrame) -> Iterator[pl.Series]:
    """Mailboxes; the further addresses of a cell do not decide."""
    if "email" in records.columns:
        yield records.select(email.mailbox(pl.col("email"))).to_series()


def mobile_keys(records: pl.DataFrame) -> Iterator[pl.Series]:
    """Numbers that are, or may be, mobiles.

    A record without a name that has a mailbox is known by that: a number alone says nothing about whose it is.
    """
    named = [pl.col(column).is_not_null() for column in ("full_name", "company") if column in records.columns]
    known = pl.any_horizontal(*named, pl.col("email").is_null() if "email" in records.columns else pl.lit(value=True))
    for column in ("mobile", "whatsapp", "phone"):
        if column in records.columns:
            number = phone.not_landline(records[column]).alias(column)
            yield records.select(pl.when(known).then(pl.lit(number))).to_series()


@dataclass(frozen=True)
class Group:
    """Records that share one key and whose names agree.

    Attributes:
        kind: rank in :data:`KEYS`.
        rows: indexes of the records, ascending, at least two.
        agreements: how their names agree where they are not spelled alike (codes of ``name.compatible``).
    """

    kind: int
    rows: list[int]
    agreements: tuple[str, ...] = ()


def agreeing_groups(keys: pl.DataFrame, spellings: Spellings) -> tuple[list[Group], pl.DataFrame]:
    """The rows of each key, split by names that cannot be one person's, and the keys that were split or are shared."""
    rows = keys.join(spellings.of_row, on="row", how="left", maintain_order="left")
    held = rows.group_by("kind", "key", maintain_order=True).agg("row", "spelling")
    alike = held.with_columns(same=pl.col("spelling").list.drop_nulls().list.n_unique() <= 1)
    groups: list[Group] = []
    apart: list[tuple[str, str, int, int, bool, int]] = []
    for kind, key, members, named, same in alike.iter_rows():
        if same:
            groups.append(Group(kind, members))
            continue
        distinct = sorted({spelling for spelling in named if spelling is not None})
        clusters = [[s] for s in distinct] if len(distinct) > SPELLINGS else spellings.clusters(distinct)
        shared = len(clusters) > SHARED_NAMES
        if not shared:
            groups.extend(split_by_name(kind, members, named, clusters, spellings))
        if len(clusters) > 1:
            apart.append((KEYS[kind], key, len(clusters), len(members), shared, members[0]))
    return groups, pl.DataFrame(apart, schema=APART_SCHEMA, orient="row")


def split_by_name(
    kind: int,
    members: Sequence[int],
    named: Sequence[int | None],
    clusters: Sequence[Sequence[int]],
    spellings: Spellings,
) -> Iterator[Group]:
    """The rows of one key as groups of agreeing names; rows without a name join only when there is one such group."""
    for cluster in clusters:
        inside = set(cluster)
        rows = [
            row
            for row, spelling in zip(members, named, strict=True)
            if spelling in inside or (spelling is None and len(clusters) == 1)
        ]
        if len(rows) > 1:
            yield Group(kind, rows, spelled_apart(cluster, spellings))


def spelled_apart(cluster: Sequence[int], spellings: Spellings) -> tuple[str, ...]:
    """How the other spellings of a cluster agree with its fullest."""
    fullest, *others = cluster
    return tuple(sorted({code for other in others if (code := spellings.agreement(fullest, other))}))


def documents(records: pl.DataFrame) -> list[tuple[str, str] | None]:
    """Per record, type and number of a document that can be trusted, None when there is none."""
    if "document_id" not in records.columns:
        return [None] * records.height
    types = records["document_type"].to_list() if "document_type" in records.columns else [None] * records.height
    numbers = next(document_keys(records)).to_list()
    return [(kind or "", number) if number else None for kind, number in zip(types, numbers, strict=True)]


class Clusters:
    """Records joined by groups, unless two valid documents or two names forbid it.

    Groups are tried from the surest key to the least sure, and a join that would bring together two documents of one
    type, or names that cannot be one person's, is not made.
    """

    def __init__(self, spellings: Spellings, records: pl.DataFrame, groups: Sequence[Group]) -> None:
        self.spellings = spellings
        self.rows = sorted({row for group in groups for row in group.rows})
        self.parent = {row: row for row in self.rows}
        self.names = {row: frozenset(() if s is None else (s,)) for row, s in spellings.of_row.iter_rows()}
        held = documents(records[self.rows])
        self.documents = {row: frozenset((d,) if d else ()) for row, d in zip(self.rows, held, strict=True)}
        for group in groups:
            first, *others = group.rows
            for other in others:
                self.unite(first, other)

    def find(self, row: int) -> int:
        """The smallest row of the cluster that ``row`` is in."""
        parent = self.parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def unite(self, a: int, b: int) -> None:
        """Put the clusters of two rows together if nothing forbids it."""
        a, b = self.find(a), self.find(b)
        if a == b or self.documents_differ(a, b) or self.names_differ(a, b):
            return
        a, b = (a, b) if a < b else (b, a)
        self.parent[b] = a
        self.names[a] |= self.names[b]
        self.documents[a] |= self.documents[b]

    def documents_differ(self, a: int, b: int) -> bool:
        """Whether both clusters have a document of one type and none of that type in common."""
        ours, theirs = self.documents[a], self.documents[b]
        if not ours or not theirs or ours == theirs:
            return False
        types = {kind for kind, _ in ours} & {kind for kind, _ in theirs}
        shared = {kind for kind, _ in ours & theirs}
        return bool(types - shared)

    def names_differ(self, a: int, b: int) -> bool:
        """Whether a name of one cluster cannot be a name of the other."""
        ours, theirs = self.names[a], self.names[b]
        if ours == theirs:
            return False
        return any(x != y and not self.spellings.agreement(x, y) for x in ours for y in theirs)


def answer(record_ids: pl.Series, clusters: Clusters, groups: Sequence[Group]) -> pl.DataFrame:
    """Clusters as ``Identified`` has them, with the evidence that held."""
    joined = pl.DataFrame(
        {"row": clusters.rows, "root": [clusters.find(row) for row in clusters.rows]},
        schema={"row": pl.UInt32, "root": pl.UInt32},
    )
    codes = pl.Series("code", ["+".join((KEYS[group.kind], *group.agreements)) for group in groups], pl.String)
    held = pl.DataFrame(
        {
            "row": pl.Series([row for group in groups for row in group.rows], dtype=pl.UInt32),
            "group": pl.Series([n for n, group in enumerate(groups) for _row in group.rows], dtype=pl.UInt32),
        }
    ).join(joined, on="row", how="left", maintain_order="left")
    together = held.filter(pl.len().over("group", "root") > 1).with_columns(code=pl.lit(codes).gather(pl.col("group")))
    evidence = (
        together.select("row", pl.col("code").str.split("+"))
        .explode("code")
        .unique()
        .group_by("row")
        .agg(pl.col("code").sort())
    )
    found = joined.join(evidence, on="row", how="left", maintain_order="left").select(
        record_ids.gather(joined["row"]).alias("record_id"),
        record_ids.gather(joined["root"]).alias("cluster"),
        pl.coalesce("code", pl.lit([], pl.List(pl.String))).alias("evidence"),
    )
    alone = pl.DataFrame({"record_id": record_ids}).with_row_index("row").join(joined, on="row", how="anti")
    alone = alone.select("record_id", cluster="record_id", evidence=pl.lit([], pl.List(pl.String)))
    return pl.concat([alone, found]).sort("record_id")
