"""Many questions at once over UDP, asked again when nothing comes back, and over TCP when the answer is too long."""

from __future__ import annotations

import contextlib
import secrets
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterator

from custintel.contactability.dns.answer import (
    DECIDED,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    TIMEOUT,
    Answer,
    Question,
)
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.ports import Port, Ports
from custintel.contactability.dns.streams import Stream, Streams
from custintel.contactability.dns.wire import ALIAS, TRUNCATED, UnaskableError, message, question, read

TIMEOUTS = (1.0, 2.0, 4.0)
"""Seconds to wait for an answer, each time a question is asked."""
WINDOW = 5_000
"""Questions that may be waiting for an answer."""

_BURST = 64
"""Questions sent before answers are looked for."""
_AT_ONCE = 512
"""Answers read from one socket before others get their turn."""
_ERRORS = 2
"""Times that an error is heard before it is believed."""
_HOPS = 8
_MISSES = 20
"""Unanswered questions in a row after which another server is preferred."""
_TICK, _PACED_TICK = 0.05, 0.005


class _Asked:
    """A question under way."""

    __slots__ = ("hops", "keys", "open", "question", "said", "tries", "wire")

    def __init__(self, asked: Question, wire: bytes, hops: int = 0) -> None:
        self.question = asked
        self.wire = wire
        self.tries = 0
        self.hops = hops
        self.open = True
        self.said = Answer(TIMEOUT)
        self.keys: list[tuple[Port[_Asked], int]] = []


class Datagrams:
    """Asks servers by UDP and TCP.

    Args:
        servers: address and port of each, the first preferred while it answers.
        pace: how fast; without one, as fast as answers come back.
        timeouts: seconds to wait each time a question is asked.
        window: questions that may be waiting for an answer.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        servers: tuple[tuple[str, int], ...],
        pace: Pace | None = None,
        *,
        timeouts: tuple[float, ...] = TIMEOUTS,
        window: int = WINDOW,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.servers = servers
        self.pace = pace
        self.timeouts = timeouts
        self.window = window
        self.clock = clock

    def exchange(self, questions: deque[Question]) -> Iterator[list[tuple[Question, Answer]]]:
        """Ask until ``questions`` is empty and everything is answered or given up.

        Args:
            questions: taken from the left; the caller may add to it between two batches.

        Yields:
            What has come since the last batch, at least every twentieth of a second, be it nothing.

        Raises:
            OSError: no server can be sent to from here.
        """
        with contextlib.closing(_Exchange(self, questions)) as running:
            while running.busy:
                yield running.turn()


class _Exchange:
    """The state of one exchange."""

    def __init__(self, settings: Datagrams, questions: deque[Question]) -> None:
        self._settings = settings
        self._pace = settings.pace
        self._clock = settings.clock
        self._questions = questions
        self._again: deque[_Asked] = deque()
        self._deadlines: list[deque[tuple[float, _Asked]]] = [deque() for _timeout in settings.timeouts]
        self._under_way = 0
        self._misses = [0] * len(settings.servers)
        self._preferred = 0
        self._good = self._bad = 0
        self._out: list[tuple[Question, Answer]] = []
        self._selector = selectors.DefaultSelector()
        self._streams = Streams[_Asked](self._selector)
        try:
            self._ports = Ports[_Asked](settings.servers, self._selector)
        except BaseException:
            self._selector.close()
            raise

    @property
    def busy(self) -> bool:
        return bool(self._questions or self._under_way)

    def close(self) -> None:
        self._streams.close()
        self._ports.close()
        self._selector.close()

    def turn(self) -> list[tuple[Question, Answer]]:
        """Give up what is overdue, send what may be sent, read what has come."""
        now = self._clock()
        self._expire(now)
        self._send(now)
        for key, _events in self._selector.select(self._patience()):
            if isinstance(key.data, Stream):
                self._advance(key.data)
            else:
                self._receive(key.data)
        if self._pace and (self._good or self._bad):
            self._pace.heard(self._good, self._bad, self._clock())
            self._good = self._bad = 0
        out, self._out = self._out, []
        return out

    def _patience(self) -> float:
        if self._out:
            return 0.0
        if self._again or (self._questions and self._under_way < self._settings.window):
            return _PACED_TICK if self._pace else 0.0
        return _TICK

    def _send(self, now: float) -> None:
        allowed = _BURST if self._pace is None else min(_BURST, self._pace.allowance(now))
        sent = self._streams.begin(allowed, self._settings.servers[self._preferred], now)
        port = self._ports.next(self._preferred) if sent < allowed and self._questions else None
        while sent < allowed:
            if self._again:
                asked = self._again.popleft()
                if not asked.open:  # its answer came late, but came
                    continue
                chosen = self._ports.next(self._other(asked))
            elif port and self._questions and self._under_way < self._settings.window:
                taken = self._take()
                if taken is None:
                    continue
                asked, chosen = taken, port
            else:
                break
            if not self._send_one(asked, chosen, now):
                self._again.appendleft(asked)
                break
            sent += 1
        if self._pace and sent:
            self._pace.sent(sent, self._clock())

    def _other(self, asked: _Asked) -> int:
        """The server to ask again: not the one that was asked last, if there is another."""
        return (asked.keys[-1][0].server + 1) % len(self._misses) if asked.keys else self._preferred

    def _take(self) -> _Asked | None:
        """The next question, unless it can be answered without asking."""
        wanted = self._questions.popleft()
        try:
            asked = _Asked(wanted, question(*wanted))
        except UnaskableError:
            self._out.append((wanted, Answer(NXDOMAIN)))
            return None
        self._under_way += 1
        return asked

    def _send_one(self, asked: _Asked, port: Port[_Asked], now: float) -> bool:
        """Whether the question left; one that the system refuses to send is lost, as on the way."""
        identity = self._ports.id_for(port)
        try:
            port.socket.send(message(identity, asked.wire))
        except BlockingIOError:
            return False
        except OSError:
            pass
        port.used += 1
        port.asked[identity] = asked
        asked.keys.append((port, identity))
        self._deadlines[asked.tries].append((now + self._settings.timeouts[asked.tries], asked))
        asked.tries += 1
        return True

    def _receive(self, port: Port[_Asked]) -> None:
        receive, pending = port.socket.recv, port.asked
        for _message in range(_AT_ONCE):
            try:
                received = receive(4_096)
            except BlockingIOError:
                return
            except OSError:  # an earlier question came back as undeliverable
                continue
            identity = int.from_bytes(received[:2], "big")
            asked = pending.get(identity)
            answer = None if asked is None else read(received, asked.wire)
            if asked is not None and answer is not None:
                self._misses[port.server] = 0
                self._hear(asked, answer, asked.keys[0] == (port, identity))

    def _hear(self, asked: _Asked, answer: Answer, at_first: bool) -> None:
        """An answer came: to the question as it was asked first, or only to a repetition."""
        if answer.outcome in DECIDED:
            if at_first and asked.said.outcome == TIMEOUT:
                self._good += 1
            else:
                self._bad += 1
            self._finish(asked, answer)
        elif answer is TRUNCATED:
            self._forget(asked)
            self._streams.add(asked, message(secrets.randbelow(1 << 16), asked.wire))
        elif answer.outcome == ALIAS:
            self._follow(asked, answer.records[0])
        else:
            asked.said = answer
            self._bad += answer.outcome == REFUSED
            if asked.tries >= min(_ERRORS, len(self._settings.timeouts)):
                self._finish(asked, answer)

    def _follow(self, asked: _Asked, alias: str) -> None:
        """Ask for the name that an alias leads to, on behalf of the name that was asked."""
        try:
            followed = _Asked(asked.question, question(alias, asked.question[1]), asked.hops + 1)
        except UnaskableError:
            self._finish(asked, Answer(NXDOMAIN))
            return
        if followed.hops > _HOPS:
            self._finish(asked, Answer(SERVFAIL))
        else:
            self._forget(asked)
            self._again.append(followed)

    def _forget(self, asked: _Asked) -> None:
        """Expect nothing more from what was sent for a question."""
        asked.open = False
        for port, identity in asked.keys:
            port.asked.pop(identity, None)
        asked.keys.clear()

    def _finish(self, asked: _Asked, answer: Answer) -> None:
        self._forget(asked)
        self._under_way -= 1
        self._out.append((asked.question, answer))

    def _expire(self, now: float) -> None:
        """Ask again what got no answer in time, or give it up."""
        for tries, waiting in enumerate(self._deadlines, 1):
            while waiting and waiting[0][0] <= now:
                asked = waiting.popleft()[1]
                if not asked.open or asked.tries != tries:
                    continue
                self._miss(asked.keys[-1][0].server)
                if tries < len(self._deadlines):
                    self._again.append(asked)
                else:
                    self._finish(asked, asked.said)
        for asked in self._streams.given_up(now):
            self._finish(asked, Answer(TIMEOUT))

    def _miss(self, server: int) -> None:
        self._misses[server] += 1
        if self._misses[self._preferred] > _MISSES:
            self._preferred = self._misses.index(min(self._misses))

    def _advance(self, stream: Stream) -> None:
        came = self._streams.advance(stream)
        if came is None:
            return
        asked, received = came
        answer = read(received, asked.wire)
        if answer is None or answer is TRUNCATED:
            self._finish(asked, Answer(SERVFAIL))
        elif answer.outcome == ALIAS:
            self._follow(asked, answer.records[0])
        else:
            self._finish(asked, answer)
