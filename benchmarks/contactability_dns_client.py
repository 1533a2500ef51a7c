"""One tool looking up domains: ``python contactability_dns_client.py TOOL PORT COUNT DEAD``, the cost as JSON.

The share ``DEAD`` of the domains never gets an answer; of the rest three in a hundred do not exist and five have no MX
but an address. Every tool gives up after seven seconds. ``right`` counts the domains it is right about.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

PATIENCE = 7.0
THREADS = 100
TASKS = 1_000
WINDOW = 256
"""Questions of ours under way when answers come at once: more would overflow the server's buffer."""
WIDE = 6_000
"""The same when answers take their time and dead names theirs."""

Outcomes = dict[str, str]


def names(count: int, dead: float) -> Outcomes:
    """Domains and what is true of them: ``mx``, ``none`` (no MX), ``gone`` or ``dead``."""
    found: Outcomes = {}
    for number in range(count):
        place = (number * 7_919) % 1_000 / 1_000
        letter, truth = "m", "mx"
        if place < dead:
            letter, truth = "d", "dead"
        elif place < dead + 0.03:
            letter, truth = "n", "gone"
        elif place < dead + 0.08:
            letter, truth = "a", "none"
        found[f"{letter}{number:07d}.test"] = truth
    return found


def engine(domains: Iterable[str], port: int, window: int) -> Outcomes:
    """Our resolver alone: MX questions, nothing kept."""
    from custintel.contactability.dns.datagrams import Datagrams

    meanings = {"ok": "mx", "nodata": "none", "nxdomain": "gone", "timeout": "dead"}
    asking = Datagrams((("127.0.0.1", port),), None, window=window)
    batches = asking.exchange(deque((domain, "MX") for domain in domains))
    return {name: meanings[answer.outcome] for batch in batches for (name, _kind), answer in batch}


def whole(domains: Iterable[str], port: int, window: int) -> Outcomes:
    """All of our look-up: canaries, MX, addresses, hosts, SPF, journal, evidence and verdict."""
    from custintel.contactability.dns.datagrams import Datagrams
    from custintel.contactability.dns.journal import Journal
    from custintel.contactability.dns.lookup import look_up
    from custintel.contactability.dns.resolver import Canaries, Resolver
    from custintel.contactability.mail_domain import classify

    meanings = {"mx_ok": "mx", "implicit_mx": "none", "nxdomain": "gone", "dns_timeout": "dead"}
    canaries = Canaries((("alive.test", "NS"),), (("nobody.test", "A"),))
    asking = Resolver(Datagrams((("127.0.0.1", port),), None, window=window), canaries)
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "dns.sqlite") as journal:
        found = classify(look_up(domains, asking, journal, now=datetime.now(UTC)))
    return {domain: meanings.get(reason, reason) for domain, reason in found.select("domain", "reason").iter_rows()}


def _outcome(ask: Callable[[], object]) -> str:
    import dns.exception
    import dns.resolver

    try:
        ask()
    except dns.resolver.NXDOMAIN:
        return "gone"
    except dns.resolver.NoAnswer:
        return "none"
    except (dns.exception.DNSException, OSError):
        return "dead"
    return "mx"


def dnspython(domains: Iterable[str], port: int, _window: int) -> Outcomes:
    """dnspython's resolver on threads."""
    import dns.resolver

    asking = dns.resolver.Resolver(configure=False)
    asking.nameservers, asking.port, asking.timeout, asking.lifetime = ["127.0.0.1"], port, 1.0, PATIENCE
    with ThreadPoolExecutor(THREADS) as pool:
        asked = list(domains)
        return dict(zip(asked, pool.map(lambda name: _outcome(lambda: asking.resolve(name, "MX")), asked), strict=True))


def dnspython_asyncio(domains: Iterable[str], port: int, _window: int) -> Outcomes:
    """dnspython's asynchronous resolver."""
    import dns.asyncresolver
    import dns.exception

    asking = dns.asyncresolver.Resolver(configure=False)
    asking.nameservers, asking.port, asking.timeout, asking.lifetime = ["127.0.0.1"], port, 1.0, PATIENCE

    async def one(name: str, turn: asyncio.Semaphore) -> tuple[str, str]:
        async with turn:
            try:
                await asking.resolve(name, "MX")
            except dns.asyncresolver.NXDOMAIN:
                return name, "gone"
            except dns.asyncresolver.NoAnswer:
                return name, "none"
            except (dns.exception.DNSException, OSError):
                return name, "dead"
            return name, "mx"

    async def all_of_them() -> Outcomes:
        turn = asyncio.Semaphore(TASKS)
        return dict(await asyncio.gather(*(one(name, turn) for name in domains)))

    return asyncio.run(all_of_them())


def email_validator(domains: Iterable[str], port: int, _window: int) -> Outcomes:
    """email-validator's check of deliverability on threads; it asks for the address itself where there is no MX."""
    import dns.resolver
    from email_validator import EmailNotValidError
    from email_validator.deliverability import validate_email_deliverability

    asking = dns.resolver.Resolver(configure=False)
    asking.nameservers, asking.port, asking.timeout, asking.lifetime = ["127.0.0.1"], port, 1.0, PATIENCE

    def one(name: str) -> str:
        try:
            found = validate_email_deliverability(name, name, dns_resolver=asking)
        except EmailNotValidError:
            return "gone"
        if found.get("unknown-deliverability"):
            return "dead"
        return "none" if found.get("mx_fallback_type") else "mx"

    with ThreadPoolExecutor(THREADS) as pool:
        asked = list(domains)
        return dict(zip(asked, pool.map(one, asked), strict=True))


def aiodns(domains: Iterable[str], port: int, _window: int) -> Outcomes:
    """aiodns, which is c-ares."""
    import aiodns
    import pycares

    meanings = {aiodns.error.ARES_ENOTFOUND: "gone", aiodns.error.ARES_ENODATA: "none"}

    async def all_of_them() -> Outcomes:
        turn = asyncio.Semaphore(TASKS)
        asking = aiodns.DNSResolver(nameservers=["127.0.0.1"], udp_port=port, tcp_port=port, timeout=1.0, tries=3)

        async def one(name: str) -> tuple[str, str]:
            async with turn:
                try:
                    await asking.query_dns(name, "MX")
                except (aiodns.error.DNSError, pycares.AresError) as error:
                    return name, meanings.get(error.args[0], "dead")
                return name, "mx"

        return dict(await asyncio.gather(*(one(name) for name in domains)))

    return asyncio.run(all_of_them())


TOOLS = {
    "custintel, resolver alone": engine,
    "custintel, whole look-up": whole,
    "dnspython on threads": dnspython,
    "dnspython asyncio": dnspython_asyncio,
    "email-validator on threads": email_validator,
    "aiodns": aiodns,
}


def main() -> None:
    """Run one tool, print what it took."""
    tool, port, count, dead = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    truth = names(count, dead)
    TOOLS[tool](names(1, 0.0), port, WINDOW)  # imports
    cpu, wall = time.process_time(), time.perf_counter()
    found = TOOLS[tool](truth, port, WIDE if dead else WINDOW)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    right = sum(found.get(name) == what for name, what in truth.items())
    print(json.dumps({"cpu": cpu, "wall": wall, "right": right}))


if __name__ == "__main__":
    main()
