"""What the two names of an address say, without asking the network: whose domain it is, and whether a desk answers."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

from custintel.contactability import domains
from custintel.contactability.email_syntax import Profile, syntax

FLAGS = ("tld_unknown", "reserved", "disposable", "free", "isp", "relay", "institution")
"""What the domain says."""
FACTS = (*FLAGS, "role", "eai_local", "quoted_local")
"""What the address says: the domain's flags, and those of the name before the @."""

_TELLING = 4
"""Letters at the beginning of a word that few names share."""


def email_facts(values: pl.Series, profile: Profile = "mailable") -> pl.DataFrame:
    """Everything that distinct addresses say by themselves.

    Args:
        values: distinct addresses.
        profile: the rule of syntax to judge by.

    Returns:
        As many rows in the same order: ``value``; ``local``, ``domain`` as in :func:`.email_syntax.syntax`; ``syntax``,
        its code, null where the address is well written (so also where its domain is reserved, which ``reserved``
        says); and, true or false, :data:`FACTS`: those of :func:`.domains.facts`, ``role`` (a desk answers),
        ``eai_local`` (a name that is not ASCII, which many servers refuse), ``quoted_local`` (a name in quotes).
        Where there is no domain, nothing is true.
    """
    asked = syntax(values, profile).rename({"code": "syntax"})
    asked = asked.with_columns(pl.when(pl.col("syntax") != "reserved_domain").then("syntax").alias("syntax"))
    said = domains.facts(asked["domain"].drop_nulls().unique(maintain_order=True))
    local = pl.col("local")
    joined = asked.join(said, on="domain", how="left", maintain_order="left").with_columns(
        is_role(local).alias("role"),
        eai_local=local.str.contains(r"[^\x00-\x7f]"),
        quoted_local=local.str.starts_with('"'),
    )
    return joined.select("value", "local", "domain", "syntax", *(pl.col(name).fill_null(False) for name in FACTS))


def is_role(local: pl.Expr) -> pl.Expr:
    """Whether what stands before the @ is a desk that several people may answer, or a machine that nobody reads.

    The words are those of :func:`custintel.fields.email.is_role`, which may be followed by more ("ventas.bogota"), and
    those of ``data/domains.toml``, which stand alone. What follows a ``+`` is a label.
    """
    desks, others = _desks(), domains.named()["roles"]
    possible = pl.when(local.str.contains(_begins_as_a_role())).then(local.str.to_lowercase().str.replace(r"\+.*$", ""))
    first_word = possible.str.extract(r"^(\p{L}+)(?:[._-].*|\d+)?$")
    alone = possible.str.replace_all(r"[._-]|\d+$", "")
    return (first_word.is_in(desks) | alone.is_in(desks) | alone.is_in(others)).fill_null(False)


@cache
def _begins_as_a_role() -> str:
    """A pattern that finds every role by its first letters, at a fraction of the cost."""
    begun = {word[:_TELLING] for word in (*_desks(), *domains.named()["roles"])}
    return rf"(?i)^[._-]*(?:{'|'.join('[._-]*'.join(word) for word in sorted(begun))})"


@cache
def _desks() -> list[str]:
    """The desks that ``custintel.fields.email`` knows."""
    text = files("custintel.fields").joinpath("data/email.toml").read_text("utf-8")
    roles: list[str] = tomllib.loads(text)["roles"]
    return roles
