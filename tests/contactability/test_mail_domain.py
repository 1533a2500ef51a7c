"""What is made of evidence; the tests of the look-up try the same with evidence from a server."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.dns.lookup import EVIDENCE
from custintel.contactability.mail_domain import FLAGS, STATUSES, classify

NOW = datetime(2026, 11, 1, 12)
OUTCOMES = ["ok", "nodata", "nxdomain", "timeout", "servfail", "refused", "unasked"]
ADDRESSES = ["8.8.4.4", "2001:4860:4860::8888", "10.0.0.1", "127.0.0.1", "::1", "0.0.0.0", "::ffff:192.168.0.1"]


def evidence(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Rows of evidence; what is left out was not asked."""
    empty = {"hosts": [], "host_outcomes": [], "host_addresses": [], "addresses": [], "checked_at": NOW}
    made = [{**dict.fromkeys(EVIDENCE), **empty, "domain": f"d{number}.co", **row} for number, row in enumerate(rows)]
    return pl.DataFrame(made, schema=EVIDENCE)


def mail_at(*hosts: str) -> dict[str, object]:
    """A domain whose mail hosts all have a public address."""
    return {
        "mx": "ok",
        "hosts": list(hosts),
        "host_outcomes": ["ok"] * len(hosts),
        "host_addresses": ["8.8.4.4"] * len(hosts),
    }


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("aspmx.l.google.com", "google"),
        ("google.com", "google"),
        ("shop-com.mail.protection.outlook.com", "microsoft"),
        ("mx.zoho.com", "zoho"),
        ("mta7.am0.yahoodns.net", "yahoo"),
        ("mx01.mail.icloud.com", "icloud"),
        ("smtp.secureserver.net", "godaddy"),
        ("mx1.hostinger.com", "hostinger"),
        ("mx1.titan.email", "titan"),
        ("mail.prodigy.net.mx", "prodigy"),
        ("notgoogle.com", None),
        ("google.com.evil.example", None),
        ("mail.shop.co", None),
    ],
)
def test_the_provider_is_told_by_the_mail_host(host: str, provider: str | None) -> None:
    assert classify(evidence(mail_at(host)))["provider"].to_list() == [provider]


def test_the_preferred_known_host_decides_the_provider() -> None:
    found = classify(evidence(mail_at("mail.shop.co", "mx.zoho.com", "aspmx.l.google.com")))
    assert found["provider"].item() == "zoho"


@pytest.mark.parametrize(
    ("host", "status", "reason", "flags"),
    [
        ("mxa-0012.gslb.pphosted.com", "deliverable", "mx_ok", ["mail_gateway"]),
        ("mx1.simplelogin.co", "deliverable", "mx_ok", ["relay"]),
        ("mail2.mailinator.com", "risky", "disposable_mx", []),
        ("mail.h-email.net", "risky", "parked_mx", []),
        ("aspmx.l.google.com", "deliverable", "mx_ok", []),
    ],
)
def test_whose_host_it_is_says_what_becomes_of_mail(host: str, status: str, reason: str, flags: list[str]) -> None:
    row = classify(evidence(mail_at(host))).row(0, named=True)
    assert (row["status"], row["reason"], row["flags"]) == (status, reason, flags)


def test_a_known_host_that_is_gone_is_dangling_all_the_same() -> None:
    gone = mail_at("mail.mailinator.com") | {"host_outcomes": ["nxdomain"], "host_addresses": [""]}
    assert classify(evidence(gone))["reason"].item() == "mx_dangling"


def test_what_was_not_asked_has_the_reason_that_is_given() -> None:
    unasked = [{"checked_at": None}, mail_at("a.co") | {"host_outcomes": ["unasked"], "host_addresses": [""]}]
    unasked += [{"mx": "nodata", "address": "unasked"}]
    assert set(classify(evidence(*unasked))["reason"]) == {"not_checked"}
    assert set(classify(evidence(*unasked), unasked="resolver_suspect")["reason"]) == {"resolver_suspect"}


def test_more_hosts_than_fit_are_counted() -> None:
    found = classify(evidence(mail_at("a.co", "b.co", "c.co", "d.co", "e.co")))
    assert found["evidence"].item() == "MX a.co, b.co, c.co, +2 = 8.8.4.4"


def test_no_control_character_gets_through() -> None:
    hostile = mail_at("\x1b[31m=cmd\u202e") | {"spf": "\x1b]0;x\x07"}
    (shown,) = classify(evidence(hostile))["evidence"].to_list()
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.startswith("MX ")


def test_no_host_belongs_to_two_providers() -> None:
    data = tomllib.loads(files("custintel.contactability").joinpath("data/mail_hosts.toml").read_text("utf-8"))
    ends = [end for named in data.values() for ends in named.values() for end in ends]
    assert not [(one, other) for one in ends for other in ends if one is not other and f".{one}".endswith(f".{other}")]
    providers = [name for named in data.values() for name in named]
    assert len(providers) == len(set(providers))


HOSTS = st.lists(
    st.tuples(
        st.sampled_from(["a.co", "b.co", ".", "localhost", "1.2.3.4", "127.0.0.1", "mail.mailinator.com"]),
        st.sampled_from(OUTCOMES),
        st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def domains(draw: st.DrawFn) -> dict[str, object]:
    """Any evidence that a look-up can bring."""
    mx = draw(st.sampled_from([*OUTCOMES[:-1], None]))
    if mx == "ok":
        hosts = draw(HOSTS)
        return {
            "mx": mx,
            "hosts": [host for host, _outcome, _addresses in hosts],
            "host_outcomes": [outcome for _host, outcome, _addresses in hosts],
            "host_addresses": [" ".join(found) if outcome == "ok" else "" for _host, outcome, found in hosts],
        }
    if mx == "nodata":
        address = draw(st.sampled_from(OUTCOMES))
        found = draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2)) if address == "ok" else []
        spf = draw(st.sampled_from([None, "v=spf1 -all", "v=spf1 mx -all"]))
        return {"mx": mx, "address": address, "addresses": found, "spf": spf}
    return {"mx": mx}


def lost(row: Mapping[str, object], which: int) -> dict[str, object]:
    """The same evidence without one of its answers."""
    outcomes = row.get("host_outcomes")
    if which and isinstance(outcomes, list):
        addresses = row["host_addresses"]
        assert isinstance(addresses, Sequence)
        at = which % len(outcomes)
        outcomes = [*outcomes[:at], "timeout", *outcomes[at + 1 :]]
        return {**row, "host_outcomes": outcomes, "host_addresses": [*addresses[:at], "", *addresses[at + 1 :]]}
    if which and row.get("address"):
        return {**row, "address": "timeout", "addresses": [], "spf": None}
    return {"mx": "timeout"}


@settings(deadline=None)
@given(st.lists(domains(), min_size=1, max_size=8), st.integers(0, 3))
def test_losing_an_answer_never_condemns(rows: list[dict[str, object]], which: int) -> None:
    before = classify(evidence(*rows))["status"].to_list()
    after = classify(evidence(*(lost(row, which) for row in rows)))["status"].to_list()
    assert all(was == "undeliverable" for was, now in zip(before, after, strict=True) if now == "undeliverable")


@settings(deadline=None)
@given(st.lists(domains(), max_size=8))
def test_every_domain_gets_a_verdict_of_its_own(rows: list[dict[str, object]]) -> None:
    together = classify(evidence(*rows))
    assert together["domain"].to_list() == [f"d{number}.co" for number in range(len(rows))]
    assert [STATUSES[reason] for reason in together["reason"]] == together["status"].to_list()
    assert {flag for flags in together["flags"] for flag in flags} <= set(FLAGS)
    alone = [classify(evidence(row)).drop("domain").row(0) for row in rows]
    assert together.drop("domain").rows() == alone
