"""What was asked of the DNS and what came back, in few words that can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import NamedTuple

from custintel.errors import CustintelError

Question = tuple[str, str]
"""A name in its ASCII form (small letters, no dot at the end) and the type of record wanted: ``MX``, ``A``..."""

OK, NODATA, NXDOMAIN = "ok", "nodata", "nxdomain"
TIMEOUT, SERVFAIL, REFUSED = "timeout", "servfail", "refused"
UNASKED = "unasked"
DECIDED = frozenset({OK, NODATA, NXDOMAIN})
"""Outcomes by which the DNS has spoken. All others mean that it has not, and prove nothing about a name."""

LONGEST = 255
"""Characters kept of one record."""

_SPECIAL = {0, 10, 100, 127, 169, 172, 192, 198, 203}
_ORDINARY = frozenset(str(first) for first in range(224) if first not in _SPECIAL)
"""First numbers of IPv4 addresses behind which every address is public."""


class Answer(NamedTuple):
    """What one question got.

    Attributes:
        outcome: ``ok`` (there are records), ``nodata`` (the name exists, not with such records), ``nxdomain``,
            ``timeout`` (nothing came back), ``servfail`` (the server could not find out; also rarer codes that say as
            much), ``refused``.
        records: sorted and printable: ``10 mx.example.com`` for MX (preferred first), the address for A and AAAA, the
            text for TXT.
        ttl: seconds the answer may be kept according to its owner.
    """

    outcome: str
    records: tuple[str, ...] = ()
    ttl: int = 0


class ResolverError(CustintelError):
    """The resolver cannot be worked with, so nothing it says (or does not say) may be held against a domain.

    Attributes:
        cause: ``silent`` (it does not answer), ``refusing``, ``inventing`` (it answers for names that do not exist),
            ``hiding`` (it hides MX records), ``died`` (it stopped answering during the work).
    """

    def __init__(self, cause: str, message: str, *, where: str = "", seen: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, seen=seen, hint=hint)
        self.cause = cause


def printable(text: bytes | str) -> str:
    """Text of a stranger without control characters, escape sequences or anything but ASCII, and not too long."""
    known = text.decode("latin-1") if isinstance(text, bytes) else text
    return "".join(c if " " <= c <= "~" else f"\\{ord(c):03d}" for c in known[:LONGEST])[:LONGEST]


def mail_hosts(records: Iterable[str]) -> Iterator[str]:
    """The hosts of MX records; the root of a null MX (RFC 7505) is ``.``."""
    return (record.partition(" ")[2] for record in records)


def reach(address: str) -> str:
    """Who can write to an address: ``public``, ``loopback`` (only the machine itself) or ``private`` (or nobody)."""
    if address.partition(".")[0] in _ORDINARY:
        return "public"
    found = ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return "loopback"
    return "public" if found.is_global and not found.is_multicast else "private"
