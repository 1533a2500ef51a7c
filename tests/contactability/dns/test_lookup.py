"""Look-ups and their journal: what is asked, what is not asked twice, and what a kill costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from server import CANARIES, DnsServer, Habits

from custintel.contactability.dns.answer import ResolverError
from custintel.contactability.dns.datagrams import Datagrams
from custintel.contactability.dns.journal import Journal
from custintel.contactability.dns.lookup import Progress, ascii_name, look_up
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.resolver import Resolver
from custintel.contactability.mail_domain import classify

PUBLIC = ["8.8.4.4"]
SHOPS = {(f"shop{number}.test", "MX"): ["10 mx.provider.test."] for number in range(50)}
ZONE = {
    **SHOPS,
    ("mx.provider.test", "A"): PUBLIC,
    ("bare.test", "A"): PUBLIC,
    ("self.test", "MX"): ["10 bare.test."],
}
DOMAINS = [*(name for name, _kind in SHOPS), "bare.test", "self.test", "gone.test"]


def asking(server: DnsServer) -> Resolver:
    return Resolver(Datagrams((server.address,), timeouts=(0.2, 0.3)), CANARIES, silence=0.3)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "dns.sqlite"


def test_a_shared_mail_host_is_asked_for_once(journal: Path) -> None:
    with DnsServer(ZONE) as server, Journal(journal) as kept:
        found = look_up(DOMAINS, asking(server), kept, now=now())
        assert server.count("mx.provider.test", "A") == 1
        assert server.count("bare.test", "A") == 1
        assert server.count("bare.test", "TXT") == 1
        assert server.count("mx.provider.test", "AAAA") == 0
    assert found["domain"].to_list() == DOMAINS


def test_what_is_known_is_not_asked_again_and_comes_out_the_same(journal: Path) -> None:
    with DnsServer(ZONE) as server:
        with Journal(journal) as kept:
            first = look_up(DOMAINS, asking(server), kept, now=now())
        asked = len(server.asked)
        with Journal(journal) as kept:
            again = look_up(DOMAINS, asking(server), kept, now=now())
            offline = look_up(DOMAINS, None, kept, now=now())
        assert len(server.asked) == asked
    assert first.equals(again)
    assert first.equals(offline)


def test_without_a_resolver_nothing_is_asked_and_nothing_condemned(journal: Path) -> None:
    with Journal(journal) as kept:
        found = classify(look_up(DOMAINS, None, kept, now=now()))
    assert set(found["reason"]) == {"not_checked"}
    assert found["checked_at"].null_count() == len(DOMAINS)
    assert set(classify(look_up([], None, kept, now=now()), unasked="resolver_suspect")["reason"]) == set()


def test_an_answer_too_old_is_asked_for_again(journal: Path) -> None:
    with DnsServer(ZONE) as server, Journal(journal) as kept:
        look_up(["shop1.test"], asking(server), kept, now=now())
        look_up(["shop1.test"], asking(server), kept, now=now() + timedelta(days=8))
        assert server.count("shop1.test", "MX") == 2
        look_up(["shop1.test"], asking(server), kept, now=now(), max_age=timedelta(0))
        assert server.count("shop1.test", "MX") == 3


def test_domains_come_in_any_spelling_and_order(journal: Path) -> None:
    with DnsServer(ZONE) as server, Journal(journal) as kept:
        one = classify(look_up(["SHOP1.test.", "gone.test"], asking(server), kept, now=now()))
        other = classify(look_up(["gone.test", "shop1.test"], asking(server), kept, now=now()))
    assert one["reason"].to_list() == ["mx_ok", "nxdomain"]
    assert other["reason"].to_list() == ["nxdomain", "mx_ok"]
    assert one["evidence"].to_list() == other["evidence"].to_list()[::-1]


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("Ñandú.co", "xn--and-6ma2c.co"),
        ("straße.de", "xn--strae-oqa.de"),
        ("a.co.", "a.co"),
        ("[1.2.3.4]", ""),
        ("ana@a.co", ""),
        ("a b.co", ""),
        ("a\0b.co", ""),
        ("x" * 64 + ".co", ""),
        ("", ""),
        ("☃☃." * 80 + "co", ""),
    ],
)
def test_only_names_leave_the_machine(domain: str, name: str) -> None:
    assert ascii_name(domain) == name


def test_the_observer_sees_the_work_come_to_its_end(journal: Path) -> None:
    seen: list[Progress] = []
    with DnsServer(ZONE) as server, Journal(journal) as kept:
        look_up(DOMAINS, asking(server), kept, now=now(), observer=seen.append)
    assert [step.domains for step in seen] == sorted(step.domains for step in seen)
    assert seen[-1] == Progress(len(DOMAINS), len(DOMAINS), seen[-1].asked)
    assert seen[-1].asked > len(DOMAINS)


def test_a_resolver_that_dies_leaves_what_it_said_and_no_silence(journal: Path) -> None:
    zone = {(f"d{number}.test", "MX"): ["0 ."] for number in range(500)}
    domains = [name for name, _kind in zone]
    with DnsServer(zone) as server:

        def die(progress: Progress) -> None:
            if progress.domains > 100:
                server.habits = Habits(dead=True)

        carrier = Datagrams((server.address,), Pace(400, 400), timeouts=(0.2, 0.3))
        with Journal(journal) as kept, pytest.raises(ResolverError):
            look_up(domains, Resolver(carrier, CANARIES, silence=0.3), kept, now=now(), observer=die)
        with Journal(journal) as kept:
            found = classify(look_up(domains, None, kept, now=now()), unasked="resolver_suspect")
    counts = dict(found["reason"].value_counts().iter_rows())
    assert set(counts) == {"null_mx", "resolver_suspect"}
    assert counts["null_mx"] > 100


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from custintel.contactability.dns.datagrams import Datagrams
from custintel.contactability.dns.journal import Journal
from custintel.contactability.dns.lookup import look_up
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.resolver import Resolver

path, port, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
resolver = Resolver(Datagrams((("127.0.0.1", port),), Pace(1_500, 1_500)), None)
with Journal(path) as journal:
    look_up([f"d{n}.test" for n in range(count)], resolver, journal, now=datetime.now(UTC),
            observer=lambda progress: print(progress.domains, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_run_goes_on_where_it_was(journal: Path) -> None:
    """Killed three times, it asks at most one name in a hundred twice for each."""
    count = 6_000
    zone = {(f"d{number}.test", "MX"): ["0 ."] for number in range(count)}
    with DnsServer(zone, Habits()) as server:
        command = [sys.executable, "-c", CHILD, str(journal), str(server.address[1]), str(count)]
        for stop in (1_000, 2_500, 4_000, 0):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
                assert child.stdout is not None
                for line in child.stdout:
                    if stop and int(line) > stop:
                        os.kill(child.pid, signal.SIGKILL)
                        break
        asked = Counter(name for _at, name, _kind in server.asked)
    assert len(asked) == count
    assert sum(times > 1 for times in asked.values()) <= 3 * count // 100
    with Journal(journal) as kept:
        found = classify(look_up(asked, None, kept, now=now()))
    assert set(found["reason"]) == {"null_mx"}


def test_verdicts_do_not_depend_on_the_order_of_rows(journal: Path) -> None:
    with DnsServer(ZONE) as server, Journal(journal) as kept:
        evidence = look_up(DOMAINS, asking(server), kept, now=now())
    straight, shuffled = classify(evidence), classify(evidence.sample(fraction=1.0, shuffle=True, seed=3))
    assert straight.sort("domain").equals(shuffled.sort("domain"))
    assert straight.select(pl.col("status").null_count()).item() == 0
