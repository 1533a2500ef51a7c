"""From domains to what the DNS says about their mail: who is asked what next, and the evidence in one row per domain.

Each answer decides the next question: MX of the domain; without MX its own addresses; the addresses of each distinct
MX host (few: providers are shared); and the SPF record only where it decides, for a domain that has an address and no
MX. Questions flow as answers come, so that a slow domain keeps nobody waiting.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import polars as pl

from custintel.contactability.dns.answer import (
    DECIDED,
    NODATA,
    NXDOMAIN,
    OK,
    UNASKED,
    Answer,
    Question,
    mail_hosts,
    reach,
)
from custintel.contactability.dns.journal import Journal, Kept
from custintel.contactability.dns.resolver import Resolver

EVIDENCE = pl.Schema(
    {
        "domain": pl.String(),
        "mx": pl.String(),
        "hosts": pl.List(pl.String),
        "host_outcomes": pl.List(pl.String),
        "host_addresses": pl.List(pl.String),
        "address": pl.String(),
        "addresses": pl.List(pl.String),
        "spf": pl.String(),
        "checked_at": pl.Datetime("us"),
    }
)
"""The columns of :func:`look_up`."""

_BETWEEN = "\n"
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")


class Progress(NamedTuple):
    """How far the work is: domains looked up, of how many, and questions asked of the resolver so far."""

    domains: int
    of: int
    asked: int


def look_up(
    domains: Iterable[str],
    resolver: Resolver | None,
    journal: Journal,
    *,
    now: datetime,
    max_age: timedelta | None = None,
    observer: Callable[[Progress], None] | None = None,
) -> pl.DataFrame:
    """What the DNS says about the mail of each domain.

    Args:
        domains: as written after the @, international ones in either form.
        resolver: what asks, the only thing that touches the network; none to go by the journal alone.
        journal: answers of before, as far as they may still be believed, and where new ones are kept as they come.
        now: the time, aware.
        max_age: believe kept answers this long instead (see :meth:`Journal.fresh`).
        observer: is told about the progress, before the first question and then many times a second; never when
            nothing has to be asked.

    Returns:
        One row per distinct domain in the order given: ``mx``, the outcome of the MX question (see ``Answer``; null
        when it was not asked); ``hosts``, its hosts, the preferred first (``.`` is none at all); for each host in the
        same order ``host_outcomes``, what became of its addresses (``unasked``: nothing), and ``host_addresses``,
        separated by blanks; ``address`` and ``addresses``, the same of the domain itself, where that was asked;
        ``spf``, its SPF record; ``checked_at`` (UTC), when the MX question was answered.

    Raises:
        ResolverError: the resolver cannot be worked with. What it had answered is in the journal.
        CustintelError: the journal cannot be written.
    """
    names = {domain: ascii_name(domain) for domain in domains}
    inquiry = _Inquiry(journal, now, max_age)
    wanted = sorted({name for name in names.values() if name})
    for name in wanted:
        inquiry.want(name, "MX")
    if resolver is not None and inquiry.questions:
        if observer:
            observer(Progress(len(wanted) - inquiry.waiting, len(wanted), 0))
        try:
            for batch in resolver.answers(inquiry.questions):
                inquiry.hear(batch)
                if observer:
                    observer(Progress(len(wanted) - inquiry.waiting, len(wanted), inquiry.asked))
        finally:
            journal.commit()
    rows = [(domain, *inquiry.evidence(name)) for domain, name in names.items()]
    written = pl.DataFrame(rows, schema={name: _written(dtype) for name, dtype in EVIDENCE.items()}, orient="row")
    lists = [pl.col(name).str.split(_BETWEEN) for name, dtype in EVIDENCE.items() if dtype == pl.List]
    return written.with_columns(lists).with_columns(pl.col(pl.List(pl.String)).fill_null([]))


def _written(dtype: pl.DataType) -> pl.DataType:
    """The type in which a column is gathered: lists as one text, since a million short lists are slow to make."""
    return pl.String() if dtype == pl.List else dtype


def ascii_name(domain: str) -> str:
    """A domain as the DNS knows it: small letters, international ones encoded; empty when it cannot be asked for."""
    name = domain.strip().rstrip(".").lower()
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return name if len(name) <= 253 and _NAME.fullmatch(name) else ""


class _Inquiry:
    """The state of one look-up: what is known, and what is still to be asked."""

    def __init__(self, journal: Journal, now: datetime, max_age: timedelta | None) -> None:
        self.questions: deque[Question] = deque()
        self.waiting = 0
        self.asked = 0
        self._journal = journal
        self._now = now
        self._max_age = max_age
        self._known: dict[Question, Kept] = {}
        self._pending: set[Question] = set()
        self._without_mx: set[str] = set()

    def want(self, name: str, kind: str) -> None:
        """See to it that a question is answered: from what is known, from the journal, or by asking."""
        question = (name, kind)
        if question in self._pending:
            return
        known = self._known.get(question) or self._journal.fresh(question, now=self._now, max_age=self._max_age)
        if known:
            self._known[question] = known
            self._follow(question, known.answer)
            return
        self._pending.add(question)
        self.waiting += kind == "MX"
        self.questions.append(question)

    def hear(self, batch: list[tuple[Question, Answer]]) -> None:
        """Keep answers, and ask what they call for."""
        at = self._journal.keep(batch)
        self.asked += len(batch)
        for question, answer in batch:
            self._pending.discard(question)
            self.waiting -= question[1] == "MX"
            self._known[question] = Kept(answer, at)
            self._follow(question, answer)

    def _follow(self, question: Question, answer: Answer) -> None:
        name, kind = question
        if kind == "MX":
            if answer.outcome == NODATA:
                self._without_mx.add(name)
                self.want(name, "A")
            for host in mail_hosts(answer.records):
                if is_askable(host):
                    self.want(host, "A")
        elif kind == "A" and answer.outcome != NXDOMAIN and not _public(answer):
            self.want(name, "AAAA")
        elif kind in ("A", "AAAA") and name in self._without_mx and _public(answer):
            self.want(name, "TXT")

    def evidence(self, name: str) -> tuple[object, ...]:
        """The columns of :data:`EVIDENCE` behind the first."""
        mx = self._known.get((name, "MX"))
        if mx is None:
            return (None,) * (len(EVIDENCE) - 1)
        hosts = outcomes = addresses = own = own_addresses = None
        if mx.answer.records:
            found = [(host, *self._addresses(host)) for host in mail_hosts(mx.answer.records)]
            hosts = _BETWEEN.join(host for host, _outcome, _addresses in found)
            outcomes = _BETWEEN.join(outcome for _host, outcome, _addresses in found)
            addresses = _BETWEEN.join(" ".join(reached) for _host, _outcome, reached in found)
        if name in self._without_mx:
            own, reached = self._addresses(name)
            own_addresses = _BETWEEN.join(reached) or None
        checked = datetime.fromtimestamp(mx.asked_at, UTC).replace(tzinfo=None)
        return mx.answer.outcome, hosts, outcomes, addresses, own, own_addresses, self._spf(name), checked

    def _addresses(self, name: str) -> tuple[str, tuple[str, ...]]:
        """What became of the question for the addresses of a name of either kind, and the addresses."""
        four, six = self._known.get((name, "A")), self._known.get((name, "AAAA"))
        found = tuple(address for kept in (four, six) if kept for address in kept.answer.records)
        if four is None:
            return UNASKED, ()
        if any(reach(address) == "public" for address in found) or four.answer.outcome == NXDOMAIN:
            return four.answer.outcome if not found else OK, found
        if six is None:
            return UNASKED, found
        for answer in (four.answer, six.answer):
            if answer.outcome not in DECIDED:
                return answer.outcome, found
        return OK if found else NODATA, found

    def _spf(self, name: str) -> str | None:
        kept = self._known.get((name, "TXT"))
        records = kept.answer.records if kept else ()
        return next((record for record in records if record.lower().startswith("v=spf1")), None)


def is_askable(host: str) -> bool:
    """Whether the addresses of an MX host are to be asked for: not of the root, this machine or an address."""
    return not (host == "." or is_local(host) or is_address(host))


def is_local(host: str) -> bool:
    """Whether a host name means the machine that asks."""
    return host in ("localhost", "localhost.localdomain") or host.endswith(".localhost")


def is_address(host: str) -> bool:
    """Whether an IPv4 address stands where a host name should."""
    labels = host.split(".")
    return len(labels) == 4 and all(label.isdigit() and int(label) < 256 for label in labels)


def _public(answer: Answer) -> bool:
    return any(reach(address) == "public" for address in answer.records)
