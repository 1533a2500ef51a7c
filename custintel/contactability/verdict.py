"""The verdict on every address and number: a pure function of the evidence.

An answer that never came condemns nobody: only a rule of syntax, an answer of the DNS, a number outside its country's
plan or a report of a bounce makes "undeliverable". Whether somebody may be contacted is another question (see
:mod:`custintel.contactability.permission`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from custintel.contactability import mail_domain, typos

STALE = 730
"""Days without a sign of life after which an address may have been given up."""
STATUSES: Mapping[str, str] = {
    **mail_domain.STATUSES,
    "confirmed": "deliverable",
    "disposable": "risky",
    "role": "risky",
    "typo_suspected": "risky",
    "typo_live": "risky",
    "eai_local": "risky",
    "quoted_local": "risky",
    "stale": "risky",
    "empty": "undeliverable",
    "tld_unknown": "undeliverable",
    "reserved_domain": "undeliverable",
}
"""Status by reason, for emails; ``syntax:<code>`` is undeliverable."""
NAME_FLAGS = ("disposable", "relay", "role", "free", "isp", "institution", "eai_local", "quoted_local")
COLUMNS = ("kind", "value", "status", "reason", "flags", "provider", "suggestion", "evidence", "checked_at")


def of_emails(facts: pl.DataFrame, domains: pl.DataFrame, quiet: pl.Series) -> pl.DataFrame:
    """The verdict on each distinct address.

    Args:
        facts: what they say by themselves, as :func:`.email_names.email_facts` gives it.
        domains: what the DNS said, as :func:`.mail_domain.classify` gives it; a domain that is not there was not
            asked.
        quiet: per row of ``facts``, days since the last sign of life of its owners; null where none is known.

    Returns:
        :data:`COLUMNS`, as tall as ``facts`` and in its order.
    """
    said = domains.select(
        "domain", dns=pl.col("reason"), mail_flags="flags", provider="provider", said="evidence", at="checked_at"
    )
    rows = facts.with_columns(days=quiet).join(said, on="domain", how="left", maintain_order="left")
    rows = rows.join(_typos(rows), on="domain", how="left", maintain_order="left")
    rows = rows.with_columns(dns=pl.col("dns").fill_null("not_checked"))
    status = pl.col("dns").replace_strict(mail_domain.STATUSES, return_dtype=pl.String)
    takes_mail = pl.when(status != "unknown").then(status != "undeliverable")
    doubted = rows.select(typos.reason(pl.col("typo_kind"), takes_mail)).to_series()
    rows = rows.with_columns(doubted.alias("typo"), dns_status=rows.select(status).to_series())
    rows = rows.with_columns(reason=_reason())
    found = pl.concat_list(
        *(pl.when(pl.col(name)).then(pl.lit(name)) for name in NAME_FLAGS),
        "typo",
        pl.when(pl.col("days") > STALE).then(pl.lit("stale")),
    ).list.concat(pl.col("mail_flags").fill_null([]))
    known = found.list.drop_nulls().list.unique(maintain_order=True)
    meant = pl.when(pl.col("typo").is_not_null()).then(pl.format("{}@{}", "local", "meant"))
    return rows.select(
        pl.lit("email").alias("kind"),
        "value",
        status=pl.col("reason").replace_strict(STATUSES, default="undeliverable", return_dtype=pl.String),
        reason="reason",
        flags=known.list.set_difference(pl.concat_list("reason")).list.sort(),
        provider="provider",
        suggestion=meant,
        evidence="said",
        checked_at="at",
    )


def _typos(rows: pl.DataFrame) -> pl.DataFrame:
    """``domain``, ``meant`` and ``typo_kind``."""
    held = rows.filter(pl.col("domain").is_not_null()).group_by("domain").agg(n=pl.len().cast(pl.Int64))
    return typos.suggestions(held).rename({"suggestion": "meant", "kind": "typo_kind"})


def _reason() -> pl.Expr:
    """The main reason: what condemns, then what is probably meant otherwise, what is not known, what is doubtful."""
    dns, status = pl.col("dns"), pl.col("dns_status")
    return (
        pl.when(pl.col("syntax") == "empty")
        .then(pl.lit("empty"))
        .when(pl.col("syntax").is_not_null())
        .then(pl.format("syntax:{}", pl.col("syntax").fill_null("")))
        .when("reserved")
        .then(pl.lit("reserved_domain"))
        .when("tld_unknown")
        .then(pl.lit("tld_unknown"))
        .when(status == "undeliverable")
        .then(dns)
        .when(pl.col("typo").is_not_null())
        .then("typo")
        .when("disposable")
        .then(pl.lit("disposable"))
        .when(status != "deliverable")
        .then(dns)
        .when("role")
        .then(pl.lit("role"))
        .when("quoted_local")
        .then(pl.lit("quoted_local"))
        .when("eai_local")
        .then(pl.lit("eai_local"))
        .when(pl.col("days") > STALE)
        .then(pl.lit("stale"))
        .otherwise(dns)
    )


def of_phones(facts: pl.DataFrame) -> pl.DataFrame:
    """The verdict on each distinct number, from :func:`.phones.phone_facts`: :data:`COLUMNS`, in the same order."""
    return facts.select(
        "kind",
        "value",
        "status",
        "reason",
        "flags",
        pl.col("line_type").alias("provider"),
        "suggestion",
        "evidence",
        checked_at=pl.lit(None, pl.Datetime("us")),
    )


def heard(verdicts: pl.DataFrame, reports: pl.DataFrame, whatsapp: pl.DataFrame) -> pl.DataFrame:
    """``verdicts`` after what senders and verifiers report.

    A bounce outweighs everything; a delivery, everything but what is impossible now: a domain that is gone.

    Args:
        verdicts: :data:`COLUMNS`.
        reports: as :func:`.outcomes.evidence` gives it.
        whatsapp: as :func:`.outcomes.on_whatsapp` gives it.
    """
    reached = pl.when(pl.col("kind") == "email").then(pl.lit("email")).otherwise(pl.lit("phone")).alias("reached")
    told = reports.select(pl.col("kind").cast(pl.String).alias("reached"), "value", told="reason", told_status="status")
    rows = verdicts.with_columns(reached).join(told, on=["reached", "value"], how="left", maintain_order="left")
    rows = rows.join(whatsapp, on="value", how="left", maintain_order="left")
    final = (pl.col("told_status") == "undeliverable") | (pl.col("status") != "undeliverable")
    takes = pl.col("told").is_not_null() & final
    before = pl.when(takes & ~pl.col("status").is_in(["deliverable", "unknown"])).then("reason")
    extra = pl.concat_list(before, "on_whatsapp").list.drop_nulls()
    return rows.with_columns(
        flags=pl.col("flags").list.set_union(extra).list.sort(),
        status=pl.when(takes).then("told_status").otherwise("status"),
        reason=pl.when(takes).then("told").otherwise("reason"),
    ).select(COLUMNS)
