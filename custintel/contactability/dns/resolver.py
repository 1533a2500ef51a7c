"""Asking the DNS through a resolver that is itself under watch.

A list of domains is only worth as much as the resolver that judges it: one that is dead makes every domain silent, and
one that answers for names that do not exist makes every misspelling a shop. So there are canaries. Before the work,
names that must exist and names that must not; during the work, whenever nothing was heard for a while, a name that must
exist again. What no answer came to is only reported when something asked later was answered: a silence counts when
somebody was there to break it.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from custintel.contactability.dns.answer import (
    DECIDED,
    OK,
    REFUSED,
    Answer,
    Question,
    ResolverError,
)
from custintel.contactability.dns.datagrams import Datagrams
from custintel.contactability.dns.https import Https
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.servers import Servers
from custintel.i18n import _

SILENCE = 2.5
"""Seconds without any answer after which a canary is asked; with the time it is waited for, less than ten."""

Batch = list[tuple[Question, Answer]]


class Transport(Protocol):
    """Whatever carries questions to a server and answers back."""

    def exchange(self, questions: deque[Question]) -> Iterator[Batch]:
        """Ask until ``questions`` is empty and everything is answered or given up."""


def _absent() -> tuple[Question, ...]:
    names = [f"{secrets.token_hex(12)}.com", f"www.{secrets.token_hex(12)}.net"]
    return tuple((name, "A") for name in names)


@dataclass(frozen=True)
class Canaries:
    """Questions whose answers are known.

    Attributes:
        present: must have records. Every resolver has those of ``com`` at hand, so asking costs nobody anything; and
            mail for ``gmail.com`` must have somewhere to go, or MX records are being kept from us.
        absent: must not have any. Random names, because resolvers remember; of type A, since those who sell
            misspellings invent addresses, and some only where a web site would be.
    """

    present: tuple[Question, ...] = (("com", "NS"), ("gmail.com", "MX"))
    absent: tuple[Question, ...] = field(default_factory=_absent)


class Resolver:
    """Asks questions, and vouches for the answers.

    Args:
        transport: what carries them.
        canaries: questions to watch it by; none to believe it blindly.
        name: of the server, for messages.
        silence: seconds without an answer after which it is put to the test.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        transport: Transport,
        canaries: Canaries | None,
        *,
        name: str = "",
        silence: float = SILENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._canaries = canaries
        self._name = name
        self._silence = silence
        self._clock = clock

    def answers(self, questions: deque[Question]) -> Iterator[Batch]:
        """Ask everything in ``questions``, to which the caller may add between two batches.

        Yields:
            Answers as they come, at least every twentieth of a second, be it none.

        Raises:
            ResolverError: the resolver is dead, lies, or died during the work. What was yielded before stands.
        """
        try:
            if self._canaries is None:
                while questions:
                    yield from self._transport.exchange(questions)
            else:
                self._check(self._canaries)
                yield from self._watched(questions, self._canaries.present[0])
        except OSError as error:
            raise self._failure("silent", str(error)) from error

    def _check(self, canaries: Canaries) -> None:
        """Put the resolver to the test before the work."""
        asked = deque((*canaries.present, *canaries.absent))
        found = {question: answer for batch in self._transport.exchange(asked) for question, answer in batch}
        for question in canaries.absent:
            if found[question].outcome == OK:
                raise self._failure("inventing", f"{question[0]}: {found[question].records[0]}")
        outcomes = {found[question].outcome for question in canaries.present}
        if not outcomes & DECIDED:
            raise self._failure("refusing" if REFUSED in outcomes else "silent")
        for question in canaries.present:
            if found[question].outcome in DECIDED - {OK}:
                raise self._failure("hiding", f"{question[0]} {question[1]}: {found[question].outcome}")

    def _watched(self, questions: deque[Question], canary: Question) -> Iterator[Batch]:
        doubtful: Batch = []
        heard, testing = self._clock(), False
        while questions or doubtful:
            if doubtful and not questions:
                questions.append(canary)
                testing = True
            for came in self._transport.exchange(questions):
                batch = came
                if testing and any(question == canary for question, _answer in came):
                    self._judge(dict(came)[canary])
                    testing = False
                    batch = [pair for pair in came if pair[0] != canary]
                if any(answer.outcome in DECIDED for _question, answer in came):
                    heard = self._clock()
                    batch, doubtful = doubtful + batch, []
                else:
                    doubtful += batch
                    batch = []
                if not testing and self._clock() - heard > self._silence:
                    questions.appendleft(canary)
                    testing = True
                yield batch

    def _judge(self, answer: Answer) -> None:
        if answer.outcome not in DECIDED:
            raise self._failure("refusing" if answer.outcome == REFUSED else "died")

    def _failure(self, cause: str, seen: str = "") -> ResolverError:
        messages = {
            "silent": _("The DNS server does not answer, so no domain can be looked up."),
            "refusing": _("The DNS server refuses to answer, so no domain can be looked up."),
            "inventing": _("The DNS server makes up answers for names that do not exist: nothing can be judged by it."),
            "hiding": _("The DNS server hides where domains take their mail: nothing can be judged by it."),
            "died": _("The DNS server stopped answering. What it had answered is kept."),
        }
        hint = _("Check the connection, or ask another server: --dns 1.1.1.1. Without a network: --offline")
        if cause == "died":
            hint = _("Run the same command again: only the rest is asked.")
        return ResolverError(cause, messages[cause], where=self._name, seen=seen, hint=hint)


def resolver(asked: Servers, *, qps: int | None = None) -> Resolver:
    """The resolver that ``--dns`` and ``--qps`` ask for.

    Args:
        asked: the servers.
        qps: the most questions per second, which is also where the rate begins; without it the polite default.
    """
    pace = Pace() if qps is None else Pace(float(qps), qps)
    transport: Transport = Https(asked.url, pace) if asked.url else Datagrams(asked.addresses, pace)
    return Resolver(transport, Canaries(), name=str(asked))
