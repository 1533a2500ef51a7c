"""A real DNS server on loopback, UDP and TCP, with the bad habits of the real ones. Built on dnspython."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import random
import selectors
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from custintel.contactability.dns.resolver import Canaries

CANARIES = Canaries(present=(("alive.test", "NS"), ("alive.test", "MX")), absent=(("nobody.test", "A"),))
ZONE = {("alive.test", "NS"): ["ns.alive.test."], ("alive.test", "MX"): ["10 mx.alive.test."]}


@dataclass
class Habits:
    """What the server does to some names, or to all.

    Attributes:
        drop: names it never answers for.
        drop_first: names whose first packet is lost.
        codes: rcode by name.
        delay: seconds by name.
        truncate: names that have more to say than fits UDP.
        garbage: names it answers with bytes that are no message, over UDP.
        hijack: address it makes up for every name that does not exist.
        loss: share of packets that are lost, at random.
        dead: answers nothing any more, to anybody.
        refuse: refuses everything.
        lame: does not look further than its own zone, and says so.
    """

    drop: frozenset[str] = frozenset()
    drop_first: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    delay: Mapping[str, float] = field(default_factory=dict)
    truncate: frozenset[str] = frozenset()
    garbage: frozenset[str] = frozenset()
    hijack: str = ""
    loss: float = 0.0
    dead: bool = False
    refuse: bool = False
    lame: bool = False


class DnsServer:
    """Serves a zone from a thread.

    Args:
        zone: records as text by name and type; a CNAME is followed within the zone.
        habits: what goes wrong; may be changed while it runs.
        seed: of the loss.
    """

    def __init__(
        self, zone: Mapping[tuple[str, str], Sequence[str]], habits: Habits | None = None, *, seed: int = 1
    ) -> None:
        self.zone = {**ZONE, **zone}
        self.names = {name for name, _kind in self.zone}
        self.habits = habits or Habits()
        self.asked: list[tuple[float, str, str]] = []
        self._random = random.Random(seed)
        self._seen: set[tuple[str, str]] = set()
        self._later: list[tuple[float, int, bytes, Any]] = []
        self._number = itertools.count()
        self._selector = selectors.DefaultSelector()
        self._running = True
        self._udp, self._tcp = self._bound()
        for opened in (self._udp, self._tcp):
            opened.setblocking(False)
            self._selector.register(opened, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._udp.getsockname()
        return host, port

    def count(self, name: str, kind: str) -> int:
        return sum((name, kind) == (asked, of) for _at, asked, of in self.asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running = False
        self._thread.join()
        for opened in [key.fileobj for key in list(self._selector.get_map().values())]:
            opened.close()  # type: ignore[union-attr]
        self._selector.close()

    @staticmethod
    def _bound() -> tuple[socket.socket, socket.socket]:
        for _try in range(20):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            udp.bind(("127.0.0.1", 0))
            tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                tcp.bind(udp.getsockname())
                tcp.listen()
                return udp, tcp
            udp.close()
            tcp.close()
        raise OSError("no port is free for both")

    def _serve(self) -> None:
        while self._running:
            wait = max(0.0, min(0.02, self._later[0][0] - time.monotonic())) if self._later else 0.02
            for key, _events in self._selector.select(wait):
                if key.fileobj is self._udp:
                    with contextlib.suppress(BlockingIOError):
                        for _packet in range(100):
                            self._datagram(*self._udp.recvfrom(4_096))
                elif key.fileobj is self._tcp:
                    connection, _peer = self._tcp.accept()
                    self._selector.register(connection, selectors.EVENT_READ)
                else:
                    self._stream(key.fileobj)
            while self._later and self._later[0][0] <= time.monotonic():
                _at, _number, reply, peer = heapq.heappop(self._later)
                self._send(reply, peer)

    def _send(self, reply: bytes, peer: Any) -> None:
        with contextlib.suppress(OSError):
            self._udp.sendto(reply, peer)

    def _stream(self, connection: Any) -> None:
        received = connection.recv(4_096)
        if received and not self.habits.dead:
            query = dns.message.from_wire(received[2:])
            name, kind = self._question(query)
            reply = self._reply(query, name, kind, tcp=True).to_wire(max_size=65_535)
            connection.sendall(len(reply).to_bytes(2, "big") + reply)
        self._selector.unregister(connection)
        connection.close()

    def _datagram(self, received: bytes, peer: Any) -> None:
        query = dns.message.from_wire(received)
        name, kind = self._question(query)
        habits = self.habits
        lost = habits.dead or name in habits.drop or (habits.loss and self._random.random() < habits.loss)
        if lost or (name in habits.drop_first and (name, kind) not in self._seen):
            self._seen.add((name, kind))
            return
        if name in habits.garbage:
            self._send(received[:2] + b"\xff" * 40, peer)
            self._send(query.to_wire()[:2] + b"\x81\x80" + query.to_wire()[4:6] + b"\x00\x09" + received[8:], peer)
            return
        reply = self._reply(query, name, kind).to_wire(max_size=65_535)
        if wait := habits.delay.get(name, 0.0):
            heapq.heappush(self._later, (time.monotonic() + wait, next(self._number), reply, peer))
        else:
            self._send(reply, peer)

    def _question(self, query: dns.message.Message) -> tuple[str, str]:
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((time.monotonic(), name, kind))
        return name, kind

    def _reply(self, query: dns.message.Message, name: str, kind: str, *, tcp: bool = False) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.flags |= 0 if self.habits.lame else dns.flags.RA
        code = "REFUSED" if self.habits.refuse else self.habits.codes.get(name, "")
        if code:
            reply.set_rcode(dns.rcode.from_text(code))
            return reply
        if name in self.habits.truncate and not tcp:
            reply.flags |= dns.flags.TC
            return reply
        while target := self.zone.get((name, "CNAME")):
            reply.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "CNAME", target[0]))
            name = target[0].rstrip(".")
        if records := self.zone.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", kind, *records))
        elif name not in self.names and not any(known.endswith(f".{name}") for known in self.names):
            if self.habits.hijack and kind == "A":
                reply.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "A", self.habits.hijack))
            elif not self.habits.hijack and not self.habits.lame:
                reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply
