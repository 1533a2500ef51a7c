"""DNS over HTTPS (RFC 8484), by dnspython and a few threads: for networks that meddle with plain DNS."""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from custintel.contactability.dns.answer import DECIDED, NXDOMAIN, SERVFAIL, TIMEOUT, Answer, Question
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.wire import ALIAS, KINDS, UnaskableError, message, question, understood

_THREADS = 16
_TIMEOUT = 3.0
_TRIES = 2
_TICK = 0.05


class Https:
    """Asks a DNS over HTTPS service.

    Args:
        url: of the service, ``https://host/dns-query``.
        pace: how fast.
        verify: how its certificate is checked.
        clock: seconds that never go back.
    """

    def __init__(
        self, url: str, pace: Pace, *, verify: ssl.SSLContext | bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url
        self.pace = pace
        self.verify = verify
        self.clock = clock

    def exchange(self, questions: deque[Question]) -> Iterator[list[tuple[Question, Answer]]]:
        """Ask until ``questions`` is empty and everything is answered; as ``Datagrams.exchange``."""
        import httpx2

        running: dict[Future[Answer], Question] = {}
        with httpx2.Client(http1=True, http2=True, verify=self.verify) as client, ThreadPoolExecutor(_THREADS) as pool:
            while questions or running:
                now = self.clock()
                allowed = min(self.pace.allowance(now), _THREADS - len(running), len(questions))
                for _question in range(allowed):
                    wanted = questions.popleft()
                    running[pool.submit(self._ask, wanted, client)] = wanted
                self.pace.sent(max(allowed, 0), self.clock())
                if not running:
                    time.sleep(_TICK)
                done = wait(running, _TICK, FIRST_COMPLETED).done
                batch = [(running.pop(future), future.result()) for future in done]
                answered = sum(answer.outcome in DECIDED for _question, answer in batch)
                self.pace.heard(answered, len(batch) - answered, self.clock())
                yield batch

    def _ask(self, wanted: Question, client: object) -> Answer:
        """One question, in a thread."""
        import dns.exception
        import dns.message
        import dns.query
        import httpx2

        name, kind = wanted
        try:
            query = dns.message.from_wire(message(0, question(name, kind)))
        except UnaskableError:
            return Answer(NXDOMAIN)
        for _try in range(_TRIES):
            try:
                found = dns.query.https(query, self.url, timeout=_TIMEOUT, session=client)
            except (dns.exception.DNSException, httpx2.HTTPError, OSError, ValueError):
                continue
            answer = understood(found, KINDS[kind])
            return Answer(SERVFAIL) if answer.outcome == ALIAS else answer
        return Answer(TIMEOUT)
