"""TCP connections, one for each question whose answer is too long for UDP."""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections import deque
from typing import Generic, TypeVar

from custintel.contactability.dns.ports import destination

Asked = TypeVar("Asked")

_AT_ONCE = 16
_TIMEOUT = 5.0


class Stream:
    """One question over TCP, in a loop that waits for many things.

    Args:
        address: of the server.
        port: of the server.
        message: the question, without the two bytes of its length.
        selector: where it registers itself, as data.
    """

    def __init__(self, address: str, port: int, message: bytes, selector: selectors.BaseSelector) -> None:
        self.identity = message[:2]
        family, target = destination(address, port, socket.SOCK_STREAM)
        self._selector = selector
        self._unsent = len(message).to_bytes(2, "big") + message
        self._received = b""
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._socket.connect(target)
            selector.register(self._socket, selectors.EVENT_WRITE, self)
        except BaseException:
            self._socket.close()
            raise

    def advance(self) -> bytes | None:
        """Send or receive what can be without waiting; the whole answer when it is there.

        Raises:
            OSError: the connection failed, or ended before the answer did.
        """
        with contextlib.suppress(BlockingIOError):
            if self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
                if not self._unsent:
                    self._selector.modify(self._socket, selectors.EVENT_READ, self)
                return None
            if not (some := self._socket.recv(65_537)):
                raise ConnectionError("closed")
            self._received += some
            size = int.from_bytes(self._received[:2], "big")
            if len(self._received) >= 2 + size and len(self._received) > 2:
                return self._received[2 : 2 + size]
        return None

    def close(self) -> None:
        """Leave the selector and close the connection."""
        self._selector.unregister(self._socket)
        self._socket.close()


class Streams(Generic[Asked]):
    """The connections of an exchange, a few at once.

    Args:
        selector: where they are registered, with the :class:`Stream` as data.
    """

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._waiting: deque[tuple[Asked, bytes]] = deque()
        self._open: dict[Stream, tuple[Asked, float]] = {}
        self._failed: list[Asked] = []

    def add(self, asked: Asked, message: bytes) -> None:
        """Ask something as soon as there is room."""
        self._waiting.append((asked, message))

    def begin(self, most: int, server: tuple[str, int], now: float) -> int:
        """Connect for at most so many questions; for how many it was."""
        begun = 0
        while begun < most and self._waiting and len(self._open) < _AT_ONCE:
            asked, message = self._waiting.popleft()
            begun += 1
            try:
                self._open[Stream(*server, message, self._selector)] = (asked, now + _TIMEOUT)
            except OSError:
                self._failed.append(asked)
        return begun

    def advance(self, stream: Stream) -> tuple[Asked, bytes] | None:
        """Go on with a connection that is ready: what was asked and its answer, when that is there."""
        try:
            received = stream.advance()
        except OSError:
            self._failed.append(self._end(stream))
            return None
        if received is None:
            return None
        return self._end(stream), received if received[:2] == stream.identity else b""

    def given_up(self, now: float) -> list[Asked]:
        """What failed or took too long since the last time."""
        late = [stream for stream, (_asked, deadline) in self._open.items() if deadline <= now]
        failed = self._failed + [self._end(stream) for stream in late]
        self._failed = []
        return failed

    def close(self) -> None:
        """Close every connection."""
        for stream in list(self._open):
            self._end(stream)

    def _end(self, stream: Stream) -> Asked:
        asked, _deadline = self._open.pop(stream)
        stream.close()
        return asked
