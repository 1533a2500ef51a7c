"""UDP sockets that many questions share."""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import socket
from array import array
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")

_SPREAD = 8
"""Sockets open to one server. An answer is only believed from the server, to the port and with the id of its question:
who wants to forge one must guess both."""
_WORN = 2_000
"""Questions after which a socket gives way to one on another port."""
_ROOM = 1 << 20
"""Bytes of answers that may wait to be read."""
_TRIES = 10


def destination(address: str, port: int, kind: socket.SocketKind) -> tuple[socket.AddressFamily, Any]:
    """The family and the address of a server as sockets want them; IPv6 addresses may name an interface."""
    found = socket.getaddrinfo(address, port, type=kind, flags=socket.AI_NUMERICHOST)[0]
    return found[0], found[4]


class Port(Generic[Asked]):
    """A UDP socket on a random port, connected to one server, and what was asked through it, by id.

    Raises:
        OSError: the server cannot be sent to from here.
    """

    def __init__(self, server: int, address: str, port: int) -> None:
        self.server = server
        self.asked: dict[int, Asked] = {}
        self.used = 0
        family, target = destination(address, port, socket.SOCK_DGRAM)
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self.socket.setblocking(False)
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
            for _try in range(_TRIES):  # systems that give out ports in sequence would make them easy to guess
                with contextlib.suppress(OSError):
                    self.socket.bind(("", 1_024 + secrets.randbelow(64_512)))
                    break
            self.socket.connect(target)
        except BaseException:
            self.socket.close()
            raise


class Ports(Generic[Asked]):
    """The sockets to all servers, rotated: a worn one is closed when nothing is expected through it any more.

    Args:
        servers: address and port of each.
        selector: where they are registered for reading, with the :class:`Port` as data.

    Raises:
        OSError: no server can be sent to from here.
    """

    def __init__(self, servers: tuple[tuple[str, int], ...], selector: selectors.BaseSelector) -> None:
        self._servers = servers
        self._selector = selector
        self._open: list[list[Port[Asked]]] = [[] for _server in servers]
        self._worn: list[Port[Asked]] = []
        self._turn = 0
        self._ids: Iterator[int] = iter(())
        problem: OSError | None = None
        for server in range(len(servers)):
            try:
                self._add(server)
            except OSError as error:
                problem = error
        if not any(self._open):
            raise problem or OSError("no server")

    def next(self, server: int) -> Port[Asked]:
        """A socket to ``server``, or to another when that one cannot be sent to from here."""
        self._turn += 1
        opened = self._open[server] or next(filter(None, self._open))
        port = opened[self._turn % len(opened)]
        if port.used >= _WORN or len(opened) < _SPREAD:
            with contextlib.suppress(OSError):
                port = self._add(port.server)
                self._retire(opened)
        return port

    def id_for(self, port: Port[Asked]) -> int:
        """A random id that nothing is expected under."""
        while True:
            for found in self._ids:
                if found not in port.asked:
                    return found
            self._ids = iter(array("H", os.urandom(4_096)))

    def close(self) -> None:
        """Close every socket."""
        for port in [port for opened in self._open for port in opened] + self._worn:
            port.socket.close()

    def _add(self, server: int) -> Port[Asked]:
        port = Port[Asked](server, *self._servers[server])
        self._selector.register(port.socket, selectors.EVENT_READ, port)
        self._open[server].append(port)
        return port

    def _retire(self, opened: list[Port[Asked]]) -> None:
        worn = [port for port in opened if port.used >= _WORN]
        opened[:] = [port for port in opened if port.used < _WORN]
        self._worn += worn
        for port in [port for port in self._worn if not port.asked]:
            self._selector.unregister(port.socket)
            port.socket.close()
            self._worn.remove(port)
