"""What ``ci contactability`` costs beside what else could be installed: domains, emails and phones in one run.

All tools take turns, round after round, and the best round of each counts: looking up domains against a server on
loopback (``contactability_dns``), reading addresses (``contactability_emails``), judging numbers
(``contactability_phones``). Ours are measured on everything, tools that go row by row on a sample. Then what ours make
of the sample is compared with what the libraries make of it, value by value, and the promises are looked at.

    uv run --with aiodns --with pyisemail python benchmarks/contactability.py [--rounds 1] [--domains 2000]
        [--many 5000] [--values 20000] [--sample 5000] [--python PYTHON]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

import contactability_dns as dns
import contactability_emails as emails
import contactability_phones as phones
import polars as pl
from contactability_contest import Contest, Results, best

MILLION = 1_000_000
TIMES_DNSPYTHON = 10
SECONDS_OF_DOMAINS, SECONDS_OF_EMAILS, SECONDS_OF_PHONES = 30, 5, 15
"""What was promised for 100,000 mixed domains (wall), 1,000,000 emails' syntax and as many phones (CPU)."""
UNLIKE = 3
"""Values shown of those that differ."""


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    first, *others = (f"| {' | '.join(cells)} |" for cells in [header, *rows])
    return "\n".join([first, "|---" * len(header) + "|", *others])


def domain_rows(found: Results) -> Iterator[list[str]]:
    """What every tool took to look up domains, and how many times as fast ours is."""
    for (task, tool), cost in found.items():
        if task not in dns.HABITS:
            continue
        times = f"{found[task, dns.OURS].rate / cost.rate:.1f}"
        right = f"{(cost.right or 0) / cost.count:.2%}"
        yield [task, tool, f"{cost.count:,}", f"{cost.rate:,.0f}", times, f"{cost.cpu:.2f}", f"{cost.wall:.1f}", right]


def value_rows(found: Results) -> Iterator[list[str]]:
    """What every tool took to read addresses and numbers."""
    for (task, tool), cost in found.items():
        if task not in dns.HABITS:
            yield [task, tool, f"{cost.count:,}", f"{cost.rate:,.0f}", f"{cost.cpu:.2f}", f"{MILLION / cost.rate:.1f}"]


def promises(found: Results) -> Iterator[list[str]]:
    """What was promised, what was measured, and whether it holds."""
    ours = found[dns.AT_ONCE, dns.OURS].rate
    peers = [found[dns.AT_ONCE, tool].rate for tool in dns.DNSPYTHON if (dns.AT_ONCE, tool) in found]
    if peers:
        times = ours / max(peers)
        yield [f"{TIMES_DNSPYTHON} x dnspython, unthrottled", f"{times:.0f} x", _kept(times >= TIMES_DNSPYTHON)]
    if aiodns := found.get((dns.AT_ONCE, dns.AIODNS)):
        yield ["above aiodns, unthrottled", f"{ours / aiodns.rate:.1f} x", _kept(ours > aiodns.rate)]
    many = found[dns.MIXED, dns.WHOLE]
    named = f"{many.count:,} mixed domains in {SECONDS_OF_DOMAINS} s"
    yield [named, f"{many.wall:.1f} s", _kept(many.wall <= SECONDS_OF_DOMAINS)]
    for cost, what, limit in (
        (found[emails.TASK, emails.SYNTAX], "emails' syntax", SECONDS_OF_EMAILS),
        (found[phones.TASK, phones.TEXT], "phones", SECONDS_OF_PHONES),
    ):
        yield [f"{cost.count:,} {what} in {limit} CPU s", f"{cost.cpu:.1f} CPU s", _kept(cost.cpu <= limit)]


def _kept(holds: bool) -> str:
    return "yes" if holds else "no"


def alike(asked: list[str], numbers: pl.DataFrame) -> Iterator[str]:
    """How many values of the sample we and the libraries read differently."""
    other = emails.differences(asked)
    yield f"{len(asked):,} emails: {len(other)} not as email-validator reads them {other[:UNLIKE] or ''}"
    said, unsaid = phones.differences(numbers)
    yield f"{numbers.height:,} phones: {len(unsaid)} not as phonenumbers reads them {unsaid[:UNLIKE] or ''}"
    yield f"  besides, {len(said):,} read by the rules of older plans, which our evidence names"


def results(options: argparse.Namespace, asked: list[str], numbers: pl.DataFrame) -> Results:
    """The best of every tool."""
    texts: list[Contest] = [*emails.contests(asked, options.sample), *phones.contests(numbers, options.sample)]
    with dns.contests(options.domains, options.many, options.python) as lookups:
        return best([*lookups, *texts], options.rounds)


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--domains", type=int, default=50_000, help="looked up by the quick tools")
    parser.add_argument("--many", type=int, default=100_000, help="mixed domains for our whole look-up")
    parser.add_argument("--values", type=int, default=MILLION, help="emails, and phones")
    parser.add_argument("--sample", type=int, default=50_000, help="values for the tools that go row by row")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the tools")
    options = parser.parse_args()
    asked, numbers = emails.addresses(options.values), phones.invented(options.values)
    found = results(options, asked, numbers)
    print(f"{os.cpu_count()} cores, best of {options.rounds} rounds\n")
    head = ["domains", "tool", "measured on", "per CPU second", "ours is x", "CPU s", "wall s", "right"]
    print(table(head, list(domain_rows(found))), end="\n\n")
    head = ["values", "tool", "measured on", "per CPU second", "CPU s", "CPU s for 1,000,000"]
    print(table(head, list(value_rows(found))), end="\n\n")
    for line in alike(asked[: options.sample], numbers.head(options.sample)):
        print(line.rstrip())
    print()
    print(table(["promised", "measured", "holds"], list(promises(found))))


if __name__ == "__main__":
    main()
