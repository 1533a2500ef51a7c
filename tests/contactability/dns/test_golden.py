"""Whole look-ups, from a domain to its verdict, against a server on loopback with every bad habit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server import CANARIES, DnsServer, Habits

from custintel.contactability.dns.datagrams import Datagrams
from custintel.contactability.dns.journal import Journal
from custintel.contactability.dns.lookup import EVIDENCE, look_up
from custintel.contactability.dns.resolver import Resolver
from custintel.contactability.mail_domain import FLAGS, STATUSES, classify

NOW = datetime.now(UTC)
PATIENCE = (0.3, 0.5)
PUBLIC = ["8.8.4.4"]

CASES: list[tuple[str, Mapping[tuple[str, str], Sequence[str]], Habits, str]] = [
    ("mx.test", {("mx.test", "MX"): ["10 a.mx.test."], ("a.mx.test", "A"): PUBLIC}, Habits(), "mx_ok"),
    (
        "six.test",
        {("six.test", "MX"): ["10 a.six.test."], ("a.six.test", "AAAA"): ["2001:4860:4860::8888"]},
        Habits(),
        "mx_ok",
    ),
    (
        "alias.test",
        {("alias.test", "CNAME"): ["mx.test."], ("mx.test", "MX"): ["10 a.mx.test."], ("a.mx.test", "A"): PUBLIC},
        Habits(),
        "mx_ok",
    ),
    (
        "slow.test",
        {("slow.test", "MX"): ["10 a.slow.test."], ("a.slow.test", "A"): PUBLIC},
        Habits(delay={"slow.test": 0.2}),
        "mx_ok",
    ),
    (
        "lost.test",
        {("lost.test", "MX"): ["10 a.lost.test."], ("a.lost.test", "A"): PUBLIC},
        Habits(drop_first=frozenset({"lost.test", "a.lost.test"})),
        "mx_ok",
    ),
    (
        "long.test",
        {("long.test", "MX"): ["10 a.long.test."], ("a.long.test", "A"): PUBLIC},
        Habits(truncate=frozenset({"long.test"})),
        "mx_ok",
    ),
    (
        "garbled.test",
        {("garbled.test", "MX"): ["10 a.garbled.test."], ("a.garbled.test", "A"): PUBLIC},
        Habits(garbage=frozenset({"garbled.test"})),
        "mx_ok",
    ),
    (
        "ñandú.test",
        {("xn--and-6ma2c.test", "MX"): ["10 a.mx.test."], ("a.mx.test", "A"): PUBLIC},
        Habits(),
        "mx_ok",
    ),
    (
        "part.test",
        {("part.test", "MX"): ["5 gone.part.test.", "10 a.part.test."], ("a.part.test", "A"): PUBLIC},
        Habits(),
        "mx_ok",
    ),
    (
        "half.test",
        {("half.test", "MX"): ["5 mute.half.test.", "10 a.half.test."], ("a.half.test", "A"): PUBLIC},
        Habits(drop=frozenset({"mute.half.test"})),
        "mx_ok",
    ),
    (
        "perhaps.test",
        {("perhaps.test", "MX"): ["5 mute.perhaps.test.", "10 gone.perhaps.test."]},
        Habits(drop=frozenset({"mute.perhaps.test"})),
        "dns_timeout",
    ),
    (
        "burner.test",
        {("burner.test", "MX"): ["10 mail.mailinator.com."], ("mail.mailinator.com", "A"): PUBLIC},
        Habits(),
        "disposable_mx",
    ),
    (
        "forsale.test",
        {("forsale.test", "MX"): ["10 park-mx.above.com."], ("park-mx.above.com", "A"): PUBLIC},
        Habits(),
        "parked_mx",
    ),
    ("null.test", {("null.test", "MX"): ["0 ."]}, Habits(), "null_mx"),
    ("bare.test", {("bare.test", "A"): PUBLIC}, Habits(), "implicit_mx"),
    ("bare6.test", {("bare6.test", "AAAA"): ["2001:4860:4860::8888"]}, Habits(), "implicit_mx"),
    (
        "silent-spf.test",
        {("silent-spf.test", "A"): PUBLIC, ("silent-spf.test", "TXT"): ['"v=spf1" " -all"', '"other"']},
        Habits(),
        "spf_reject_no_mx",
    ),
    (
        "some-spf.test",
        {("some-spf.test", "A"): PUBLIC, ("some-spf.test", "TXT"): ['"v=spf1 a -all"']},
        Habits(),
        "implicit_mx",
    ),
    ("private.test", {("private.test", "A"): ["10.0.0.1"]}, Habits(), "mx_private_ip"),
    ("inside.test", {("inside.test", "A"): ["127.0.0.1"]}, Habits(), "mx_localhost"),
    (
        "private-mx.test",
        {("private-mx.test", "MX"): ["1 a.private-mx.test."], ("a.private-mx.test", "A"): ["192.168.1.4"]},
        Habits(),
        "mx_private_ip",
    ),
    (
        "private-or.test",
        {("private-or.test", "A"): ["10.0.0.1"], ("private-or.test", "AAAA"): ["2001:4860:4860::8888"]},
        Habits(),
        "implicit_mx",
    ),
    ("local.test", {("local.test", "MX"): ["10 localhost."]}, Habits(), "mx_localhost"),
    ("loop.test", {("loop.test", "MX"): ["10 127.0.0.1."]}, Habits(), "mx_localhost"),
    (
        "loop-mx.test",
        {("loop-mx.test", "MX"): ["10 a.loop-mx.test."], ("a.loop-mx.test", "A"): ["127.0.0.1"]},
        Habits(),
        "mx_localhost",
    ),
    ("ip.test", {("ip.test", "MX"): ["10 8.8.4.4."]}, Habits(), "mx_bare_ip"),
    ("dangling.test", {("dangling.test", "MX"): ["10 gone.elsewhere.test."]}, Habits(), "mx_dangling"),
    (
        "empty-host.test",
        {("empty-host.test", "MX"): ["10 a.empty-host.test."], ("a.empty-host.test", "TXT"): ['"hi"']},
        Habits(),
        "mx_dangling",
    ),
    ("text.test", {("text.test", "TXT"): ['"hello"']}, Habits(), "no_mail_host"),
    ("nowhere.test", {}, Habits(), "nxdomain"),
    ("mute.test", {}, Habits(drop=frozenset({"mute.test"})), "dns_timeout"),
    ("broken.test", {}, Habits(codes={"broken.test": "SERVFAIL"}), "servfail"),
    ("odd.test", {}, Habits(codes={"odd.test": "NOTIMP"}), "servfail"),
    ("shut.test", {}, Habits(codes={"shut.test": "REFUSED"}), "refused"),
    (
        "broken-mx.test",
        {("broken-mx.test", "MX"): ["10 a.broken-mx.test."]},
        Habits(codes={"a.broken-mx.test": "SERVFAIL"}),
        "servfail",
    ),
    ("[8.8.4.4]", {}, Habits(), "not_checked"),
    ("no such.test", {}, Habits(), "not_checked"),
]


def verdicts(server: DnsServer, domains: Sequence[str], folder: Path) -> pl.DataFrame:
    resolver = Resolver(Datagrams((server.address,), timeouts=PATIENCE), CANARIES)
    with Journal(folder / "dns.sqlite") as journal:
        return classify(look_up(domains, resolver, journal, now=datetime.now(UTC)))


def merged(habits: Sequence[Habits]) -> Habits:
    return Habits(
        drop=frozenset().union(*(some.drop for some in habits)),
        drop_first=frozenset().union(*(some.drop_first for some in habits)),
        codes={name: code for some in habits for name, code in some.codes.items()},
        delay={name: wait for some in habits for name, wait in some.delay.items()},
        truncate=frozenset().union(*(some.truncate for some in habits)),
        garbage=frozenset().union(*(some.garbage for some in habits)),
    )


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """All cases in one look-up, as in a list of customers."""
    zone = {key: records for _domain, zone, _habits, _reason in CASES for key, records in zone.items()}
    with DnsServer(zone, merged([habits for _domain, _zone, habits, _reason in CASES])) as server:
        found = verdicts(server, [case[0] for case in CASES], tmp_path_factory.mktemp("golden"))
    return {str(row["domain"]): row for row in found.to_dicts()}


@pytest.mark.parametrize(("domain", "reason"), [(case[0], case[3]) for case in CASES], ids=[case[0] for case in CASES])
def test_every_golden_case_gets_its_verdict(golden: dict[str, dict[str, object]], domain: str, reason: str) -> None:
    assert (golden[domain]["status"], golden[domain]["reason"]) == (STATUSES[reason], reason)


def test_a_case_gets_the_same_verdict_alone(tmp_path: Path) -> None:
    for domain, zone, habits, reason in CASES[:3] + CASES[-6:-2]:
        with DnsServer(zone, habits) as server:
            (row,) = verdicts(server, [domain], tmp_path / domain).to_dicts()
        assert row["reason"] == reason


def test_what_the_dns_said_is_shown(golden: dict[str, dict[str, object]]) -> None:
    assert golden["mx.test"]["evidence"] == "MX a.mx.test = 8.8.4.4"
    assert golden["dangling.test"]["evidence"] == "MX gone.elsewhere.test: nxdomain"
    assert golden["private.test"]["evidence"] == "MX nodata; A 10.0.0.1"
    assert golden["silent-spf.test"]["evidence"] == "MX nodata; A 8.8.4.4; v=spf1 -all"
    assert golden["mute.test"]["evidence"] == "MX timeout"
    assert golden["[8.8.4.4]"]["evidence"] is None


def test_a_host_that_does_not_exist_beside_one_that_does_is_flagged(golden: dict[str, dict[str, object]]) -> None:
    assert golden["part.test"]["flags"] == ["mx_partly_dangling"]
    assert golden["mx.test"]["flags"] == []
    assert {flag for row in golden.values() for flag in row["flags"]} <= set(FLAGS)  # type: ignore[attr-defined]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loss=st.floats(0.2, 0.9), seed=st.integers(0, 10_000))
def test_an_answer_that_never_came_is_never_undeliverable(
    tmp_path_factory: pytest.TempPathFactory, loss: float, seed: int
) -> None:
    """Every domain that a look-up without loss acquits is acquitted or unknown with it."""
    taken = [case for case in CASES if STATUSES[case[3]] in ("deliverable", "risky", "unknown")]
    zone = {key: records for _domain, zone, _habits, _reason in taken for key, records in zone.items()}
    habits = replace(merged([habits for _domain, _zone, habits, _reason in taken]), loss=loss)
    with DnsServer(zone, habits, seed=seed) as server:
        resolver = Resolver(Datagrams((server.address,), timeouts=(0.05, 0.1)), None)
        with Journal(tmp_path_factory.mktemp("loss") / "dns.sqlite") as journal:
            found = classify(look_up([case[0] for case in taken], resolver, journal, now=NOW))
    assert "undeliverable" not in found["status"].to_list()


def test_an_empty_list_is_an_empty_table(tmp_path: Path) -> None:
    with Journal(tmp_path / "dns.sqlite") as journal:
        found = look_up([], None, journal, now=NOW)
    assert found.schema == EVIDENCE
    assert classify(found).height == 0
