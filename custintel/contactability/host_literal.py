"""Mail hosts written as a number in brackets (RFC 5321 §4.1.3): ``[190.85.1.7]``, ``[IPv6:2001:db8::25]``."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
_IPV4 = re.compile(rf"\[{_OCTET}(?:\.{_OCTET}){{3}}\]", re.ASCII)
_TAG = "[ipv6:"
_GROUPS = 8
_LONGEST = 60


def is_host_literal(text: str) -> bool:
    """Whether ``text`` is an IPv4 or IPv6 address as SMTP writes it.

    RFC 5321 lets ``::`` stand for two groups or more, so it is stricter than RFC 4291. No other tag than ``IPv6`` was
    ever registered.
    """
    if _IPV4.fullmatch(text):
        return True
    if len(text) > _LONGEST or not text.isascii() or not text.lower().startswith(_TAG) or not text.endswith("]"):
        return False
    number = text[len(_TAG) : -1]
    written = [group for group in number.split(":") if group]
    groups = len(written) + ("." in number)
    if "::" in number and groups > _GROUPS - 2:
        return False
    try:
        return IPv6Address(number).scope_id is None
    except ValueError:
        return False
