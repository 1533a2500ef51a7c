"""One verdict out of everything that is known of an address or number."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.contactability import mail_domain, verdict
from custintel.contactability.email_names import email_facts

DOMAINS = pl.Schema(
    {
        "domain": pl.String(),
        "reason": pl.String(),
        "provider": pl.String(),
        "flags": pl.List(pl.String),
        "evidence": pl.String(),
        "checked_at": pl.Datetime("us"),
    }
)


def said(**domains: str) -> pl.DataFrame:
    """What the DNS said: a reason per domain, its dots written as ``_``."""
    rows = [(name.replace("_", "."), reason, None, [], "MX", None) for name, reason in domains.items()]
    return pl.DataFrame(rows, schema=DOMAINS, orient="row")


def judged(address: str, domains: pl.DataFrame | None = None, days: int | None = None) -> dict[str, Any]:
    facts = email_facts(pl.Series([address]))
    quiet = pl.Series([days], dtype=pl.Int64)
    return verdict.of_emails(facts, DOMAINS.to_frame() if domains is None else domains, quiet).row(0, named=True)


@pytest.mark.parametrize(
    ("address", "domains", "status", "reason"),
    [
        ("ana@tienda.com.co", said(tienda_com_co="mx_ok"), "deliverable", "mx_ok"),
        ("ana@tienda.com.co", said(tienda_com_co="implicit_mx"), "risky", "implicit_mx"),
        ("ana@tienda.com.co", said(tienda_com_co="nxdomain"), "undeliverable", "nxdomain"),
        ("ana@tienda.com.co", said(tienda_com_co="dns_timeout"), "unknown", "dns_timeout"),
        ("ana@tienda.com.co", None, "unknown", "not_checked"),
        ("pedidos@tienda.com.co", said(tienda_com_co="mx_ok"), "risky", "role"),
        ("pedidos@tienda.com.co", said(tienda_com_co="servfail"), "unknown", "servfail"),
        ("ana@mailinator.com", None, "risky", "disposable"),
        ("ana@mailinator.com", said(mailinator_com="nxdomain"), "undeliverable", "nxdomain"),
        ("ana@gmai.com", said(gmai_com="mx_ok"), "risky", "typo_live"),
        ("ana@gmial.com", None, "risky", "typo_suspected"),
        ("ana@gmial.com", said(gmial_com="nxdomain"), "undeliverable", "nxdomain"),
        ("ana@tienda.example", None, "undeliverable", "reserved_domain"),
        ("ana@empresa.con", None, "undeliverable", "tld_unknown"),
        ("ana@@tienda.com", None, "undeliverable", "syntax:several_at"),
        ("", None, "undeliverable", "empty"),
    ],
)
def test_the_main_reason_is_what_condemns_then_what_was_meant_then_what_is_not_known(
    address: str, domains: pl.DataFrame | None, status: str, reason: str
) -> None:
    found = judged(address, domains)
    assert (found["status"], found["reason"]) == (status, reason)


def test_what_was_probably_meant_is_told_whatever_the_main_reason() -> None:
    gone = judged("Ana.Gil@gmial.com", said(gmial_com="nxdomain"))
    assert gone["suggestion"] == "Ana.Gil@gmail.com"
    assert "typo_suspected" in gone["flags"]
    assert judged("ana@empresa.con")["suggestion"] == "ana@empresa.com"


def test_a_domain_that_takes_mail_is_not_doubted_for_looking_like_another() -> None:
    assert judged("ana@hotmaul.es", said(hotmaul_es="mx_ok"))["suggestion"] is None
    assert judged("ana@hotmaul.es", said(hotmaul_es="nxdomain"))["suggestion"] == "ana@hotmail.es"


@pytest.mark.parametrize(("days", "reason"), [(None, "mx_ok"), (730, "mx_ok"), (731, "stale")])
def test_two_years_without_a_sign_of_life_make_an_address_risky(days: int | None, reason: str) -> None:
    assert judged("ana@tienda.com.co", said(tienda_com_co="mx_ok"), days)["reason"] == reason


def test_the_main_reason_is_not_told_again_as_a_flag() -> None:
    found = judged("pedidos@gmail.com", said(gmail_com="mx_ok"))
    assert (found["reason"], found["flags"]) == ("role", ["free"])


@given(
    st.sampled_from(["ana@tienda.com.co", "pedidos@mailinator.com", "ñandú@gmial.com", "a@yahoo.cl", "x@gmai.com"]),
    st.sampled_from([None, *(reason for reason, status in mail_domain.STATUSES.items() if status == "unknown")]),
    st.none() | st.integers(0, 5_000),
)
def test_an_answer_that_never_came_condemns_nobody(address: str, reason: str | None, days: int | None) -> None:
    domain = address.partition("@")[2]
    domains = said(**{domain.replace(".", "_"): reason}) if reason else None
    assert judged(address, domains, days)["status"] in {"unknown", "risky"}


def report(status: str, reason: str, value: str = "ana@tienda.com.co", kind: str = "email") -> pl.DataFrame:
    return pl.DataFrame({"kind": [kind], "value": [value], "status": [status], "reason": [reason]})


NO_WHATSAPP = pl.DataFrame(schema={"value": pl.String, "on_whatsapp": pl.String})


def heard(domains: pl.DataFrame | None, told: pl.DataFrame) -> tuple[str, str]:
    facts = email_facts(pl.Series(["ana@tienda.com.co"]))
    quiet = pl.Series([None], dtype=pl.Int64)
    before = verdict.of_emails(facts, DOMAINS.to_frame() if domains is None else domains, quiet)
    row = verdict.heard(before, told, NO_WHATSAPP).row(0, named=True)
    return row["status"], row["reason"]


def test_a_bounce_outweighs_everything_and_a_delivery_everything_but_a_domain_that_is_gone() -> None:
    alive, gone = said(tienda_com_co="mx_ok"), said(tienda_com_co="nxdomain")
    bounced, arrived = report("undeliverable", "hard_bounce"), report("deliverable", "confirmed")
    assert heard(alive, bounced) == ("undeliverable", "hard_bounce")
    assert heard(None, bounced) == ("undeliverable", "hard_bounce")
    assert heard(None, arrived) == ("deliverable", "confirmed")
    assert heard(gone, arrived) == ("undeliverable", "nxdomain")
    assert heard(alive, report("risky", "full_mailbox")) == ("risky", "full_mailbox")


def test_a_report_about_a_number_is_about_it_on_every_kind_of_line() -> None:
    phones = pl.DataFrame(
        {
            "kind": ["mobile", "whatsapp"],
            "value": ["+573124567801"] * 2,
            "status": ["deliverable"] * 2,
            "reason": ["valid_mobile"] * 2,
            "flags": [[], []],
            "line_type": ["mobile"] * 2,
            "suggestion": [None, None],
            "evidence": [None, None],
        },
        schema_overrides={"flags": pl.List(pl.String), "suggestion": pl.String, "evidence": pl.String},
    )
    whatsapp = pl.DataFrame({"value": ["+573124567801"], "on_whatsapp": ["not_on_whatsapp"]})
    nothing = report("risky", "blocked", "+573209876543", "phone")
    found = verdict.heard(verdict.of_phones(phones), nothing, whatsapp)
    assert found["flags"].to_list() == [["not_on_whatsapp"]] * 2
    assert found["status"].to_list() == ["deliverable"] * 2
