"""DNS messages as bytes (RFC 1035): questions, and the answers that are plain.

Building and reading a message with dnspython costs half a millisecond. Nearly all answers are a handful of records of
the type that was asked, owned by the name that was asked: those are read here. Everything else is dnspython's work.
"""

from __future__ import annotations

import re
import socket
import struct

from custintel.contactability.dns.answer import (
    NODATA,
    NXDOMAIN,
    OK,
    REFUSED,
    SERVFAIL,
    Answer,
    printable,
)

KINDS = {"A": 1, "NS": 2, "MX": 15, "TXT": 16, "AAAA": 28}

TRUNCATED = Answer("truncated")
"""The message is not whole, or cannot be read: to be asked again over TCP."""
ALIAS = "alias"
"""Outcome of an answer that only names another name to ask for: its one record."""

MOST_RECORDS = 16
"""Records kept of one answer. Whoever owns a domain decides how many it has, and each MX host is a question more."""
_LONGEST_TTL = 30 * 86_400
_OUTCOMES = {0: OK, 3: NXDOMAIN, 5: REFUSED}
_HEADER = struct.Struct("!HHH")
_RECORD = struct.Struct("!HHHIH")
_ASK = b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
"""Recursion desired, one question."""
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_HOST = re.compile(rb"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_LONGEST_NAME = 253
_TO_QUESTION = 0xC00C
"""A pointer to the name of the question, which stands right behind the header."""


class UnaskableError(ValueError):
    """A text that no DNS name can be."""


def question(name: str, kind: str) -> bytes:
    """The question for a name, to be sent behind an id with :func:`message`.

    Raises:
        UnaskableError: a label is empty or longer than 63 bytes, or the name longer than 253.
    """
    if _NAME.fullmatch(name) and len(name) <= _LONGEST_NAME:
        labels = name.split(".")
        written = "".join(f"{chr(len(label))}{label}" for label in labels).encode("ascii") + b"\0"
    else:
        written = _unusual_name(name)
    return written + struct.pack("!HH", KINDS[kind], 1)


def message(identity: int, asked: bytes) -> bytes:
    """A whole query: ``asked`` (of :func:`question`) under an id of 16 bits."""
    return identity.to_bytes(2, "big") + _ASK + asked


def read(received: bytes, asked: bytes) -> Answer | None:
    """What a message says about the question ``asked``; the caller has compared the id.

    Returns:
        An answer, :data:`TRUNCATED`, one with the outcome :data:`ALIAS`, or none when the message is no answer to this
        question. Never raises, whatever the bytes.
    """
    start = 12 + len(asked)
    if len(received) < 12:
        return None
    flags, questions, records = _HEADER.unpack_from(received, 2)
    if not flags & 0x8000 or flags & 0x7800:
        return None
    outcome = _OUTCOMES.get(flags & 0x000F, SERVFAIL)
    if questions != 1 or received[12:start] != asked:
        bare_error = questions == 0 and len(received) == 12 and outcome in (SERVFAIL, REFUSED)
        if not bare_error and (questions != 1 or received[12:start].lower() != asked):
            return None
    if flags & 0x0200:
        return TRUNCATED
    if outcome != OK:
        return Answer(outcome)
    if not records:
        # Neither authoritative nor willing to find out: it says where to ask instead.
        return Answer(NODATA) if flags & 0x0480 else Answer(REFUSED)
    return _plain(received, start, records, int.from_bytes(asked[-4:-2], "big")) or _unusual(received, asked)


def _plain(received: bytes, at: int, count: int, kind: int) -> Answer | None:
    """The records of a plain answer; none when there is anything unusual about it."""
    found: list[tuple[int, str]] = []
    shortest = _LONGEST_TTL
    try:
        for _record in range(count):
            owner, this, klass, ttl, size = _RECORD.unpack_from(received, at)
            if owner != _TO_QUESTION or this != kind or klass != 1:
                return None
            at += 12
            end = at + size
            if kind == 15:
                host = _host(received, at + 2, end)
                if host is None:
                    return None
                found.append((received[at] << 8 | received[at + 1], host))
            elif kind == 1 and size == 4:
                found.append((0, socket.inet_ntoa(received[at:end])))
            elif kind == 28 and size == 16:
                found.append((0, socket.inet_ntop(socket.AF_INET6, received[at:end])))
            else:
                return None
            shortest = min(shortest, ttl)
            at = end
    except (IndexError, struct.error, OSError, ValueError):
        return None
    return _answer(found, kind, shortest)


def _host(received: bytes, at: int, end: int) -> str | None:
    """The name that ends at ``end``, in small letters; none when it is malformed or no plain host name."""
    labels = []
    begun, stopped = at, 0
    while length := received[at]:
        if length >= 0xC0:
            stopped = stopped or at + 2
            at = (length & 0x3F) << 8 | received[at + 1]
            if at >= begun:  # each jump goes further back than all before, so there is no going in circles
                return None
            begun = at
        elif length > 63:
            return None
        else:
            labels.append(received[at + 1 : at + 1 + length])
            at += 1 + length
    if (stopped or at + 1) != end:
        return None
    if not labels:
        return "."
    name = b".".join(labels).lower()
    if len(name) > _LONGEST_NAME or name.count(b".") != len(labels) - 1 or not _HOST.fullmatch(name):
        return None
    return name.decode("ascii")


def _answer(found: list[tuple[int, str]], kind: int, ttl: int) -> Answer:
    """The records in an order that does not depend on the server's."""
    kept = sorted(set(found))[:MOST_RECORDS]
    return Answer(OK, tuple(f"{rank} {text}" if kind == 15 else text for rank, text in kept), ttl)


def _unusual(received: bytes, asked: bytes) -> Answer:
    """What dnspython makes of a message whose header and question were found right."""
    import dns.exception
    import dns.message

    try:
        parsed = dns.message.from_wire(received, ignore_trailing=True)
    except (dns.exception.DNSException, ValueError, LookupError, struct.error):
        return TRUNCATED
    return understood(parsed, int.from_bytes(asked[-4:-2], "big"))


def understood(parsed: object, kind: int) -> Answer:
    """What a message of dnspython says, aliases (CNAME) followed.

    Args:
        parsed: a ``dns.message.Message``.
        kind: the number of the type that was asked for.
    """
    import dns.exception
    import dns.flags
    import dns.message
    import dns.rcode

    if not isinstance(parsed, dns.message.QueryMessage):
        return Answer(SERVFAIL)
    outcome = _OUTCOMES.get(int(parsed.rcode()), SERVFAIL)
    if outcome != OK:
        return Answer(outcome)
    try:
        chain = parsed.resolve_chaining()
    except (dns.exception.DNSException, ValueError):
        return Answer(SERVFAIL)
    if chain.answer is not None:
        found = [(int(getattr(record, "preference", 0)), _record_text(record)) for record in chain.answer]
        return _answer(found, kind, min(int(chain.minimum_ttl), _LONGEST_TTL))
    if chain.cnames and not parsed.authority:
        return Answer(ALIAS, (chain.canonical_name.to_text(omit_final_dot=True).lower(),))
    willing = parsed.flags & (dns.flags.AA | dns.flags.RA)
    return Answer(NODATA) if willing else Answer(REFUSED)


def _record_text(record: object) -> str:
    """A record of dnspython, printable."""
    if (exchange := getattr(record, "exchange", None)) is not None:
        name = exchange.to_text(omit_final_dot=True).lower()
        return printable(name if name != "@" else ".")
    if (strings := getattr(record, "strings", None)) is not None:
        return printable(b"".join(strings))
    return printable(str(record))


def _unusual_name(name: str) -> bytes:
    """A name that is written with escapes, or not a name."""
    import dns.exception
    import dns.name

    try:
        return dns.name.from_text(name).to_digestable()
    except (dns.exception.DNSException, ValueError) as error:
        raise UnaskableError(name[:_LONGEST_NAME]) from error
