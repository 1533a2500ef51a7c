"""A DNS server on loopback that is quick enough to measure clients with: ``python contactability_dns_server.py``.

Answers are put together from bytes prepared before. What a name gets is told by its first letter (see
:func:`answer`); delay and loss are options. It prints its port, and serves until it is killed.
"""

from __future__ import annotations

import argparse
import heapq
import random
import select
import socket
import struct
import time
from itertools import count

HOSTS = 200
"""Distinct mail hosts that all domains share."""
MX, A, NS = 15, 1, 2
OK, MISSING = b"\x81\x80", b"\x81\x83"


def _record(kind: int, data: bytes) -> bytes:
    return b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 300, len(data)) + data


def _host(number: int) -> bytes:
    label = f"h{number % HOSTS}".encode()
    return bytes([len(label)]) + label + b"\x04mail\x04test\x00"


MAIL = [_record(MX, b"\x00\x0a" + _host(n)) + _record(MX, b"\x00\x14" + _host(n + 1)) for n in range(HOSTS)]
ADDRESS = _record(A, socket.inet_aton("8.8.4.4"))
SERVER = _record(NS, _host(0))


def answer(query: bytes) -> bytes | None:
    """The answer to a query.

    ``d...`` is a name that nobody ever answers for, ``n...`` does not exist, ``a...`` has an address and no MX,
    ``h...`` is a mail host; all others have two MX hosts.
    """
    end = query.index(0, 12) + 5  # whatever comes behind the question, such as EDNS, is not answered
    asked, kind, letter = query[12:end], query[end - 3], query[13]
    if letter == 0x64:
        return None
    if letter == 0x6E:
        return query[:2] + MISSING + b"\0\1\0\0\0\0\0\0" + asked
    if kind == MX and letter not in (0x61, 0x68):
        return query[:2] + OK + b"\0\1\0\2\0\0\0\0" + asked + MAIL[(query[15] * 7 + query[16]) % HOSTS]
    if kind == A and letter in (0x61, 0x68):
        return query[:2] + OK + b"\0\1\0\1\0\0\0\0" + asked + ADDRESS
    if kind == NS:
        return query[:2] + OK + b"\0\1\0\1\0\0\0\0" + asked + SERVER
    return query[:2] + OK + b"\0\1\0\0\0\0\0\0" + asked


def serve(delay: tuple[float, float], loss: float) -> None:
    """Answer for ever."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for size in (1 << 24, 1 << 22, 1 << 20):
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    opened.bind(("127.0.0.1", 0))
    opened.setblocking(False)
    print(opened.getsockname()[1], flush=True)
    chance, later, number = random.Random(1), [], count()
    while True:
        wait = max(0.0, later[0][0] - time.monotonic()) if later else None
        select.select([opened], [], [], wait)
        now = time.monotonic()
        try:
            for _packet in range(200):
                query, peer = opened.recvfrom(512)
                said = None if loss and chance.random() < loss else answer(query)
                if said and delay[1]:
                    heapq.heappush(later, (now + chance.uniform(*delay), next(number), said, peer))
                elif said:
                    opened.sendto(said, peer)
        except BlockingIOError:
            pass
        except OSError:
            continue
        while later and later[0][0] <= now:
            _due, _number, said, peer = heapq.heappop(later)
            try:
                opened.sendto(said, peer)
            except OSError:
                continue


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, nargs=2, default=(0.0, 0.0), metavar="SECONDS")
    parser.add_argument("--loss", type=float, default=0.0)
    options = parser.parse_args()
    serve(tuple(options.delay), options.loss)
