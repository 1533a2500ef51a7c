"""Which DNS servers are asked: the value of ``--dns``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from custintel.errors import CustintelError, UsageError
from custintel.i18n import _

PORT = 53
_IN_BRACKETS = re.compile(r"\[([^\]]+)\](?::(\d{1,5}))?")
_WITH_PORT = re.compile(r"([^:]+)(?::(\d{1,5}))?")


@dataclass(frozen=True)
class Servers:
    """Who is asked.

    Attributes:
        addresses: IP address and port of each server, the first preferred; empty for DNS over HTTPS.
        url: of the DNS over HTTPS service, else empty.
    """

    addresses: tuple[tuple[str, int], ...] = ()
    url: str = ""

    def __str__(self) -> str:
        return self.url or ", ".join(_written(address, port) for address, port in self.addresses)


def servers(asked: str = "system") -> Servers:
    """The servers that ``--dns`` names: ``system``, ``ADDRESS[:PORT]`` (IPv6 in brackets) or ``https://...``.

    Raises:
        UsageError: it names none, or DNS over HTTPS without the packages that it needs.
        CustintelError: the system has no DNS server configured.
    """
    asked = asked.strip()
    if asked.lower() == "system":
        return _system()
    if "://" in asked:
        return _over_https(asked)
    return Servers((_address(asked),))


def _system() -> Servers:
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError) as error:
        raise _none_configured() from error
    addresses = tuple((server, found.port) for server in found.nameservers if isinstance(server, str))
    if not addresses:
        raise _none_configured()
    return Servers(addresses)


def _none_configured() -> CustintelError:
    return CustintelError(
        _("This computer has no DNS server configured."),
        hint=_("Connect it to the internet, or name a server: --dns 1.1.1.1"),
    )


def _address(asked: str) -> tuple[str, int]:
    try:
        return str(ip_address(asked)), PORT
    except ValueError:
        pass
    found = _IN_BRACKETS.fullmatch(asked) or _WITH_PORT.fullmatch(asked)
    if found:
        port = int(found[2] or PORT)
        try:
            address = str(ip_address(found[1]))
        except ValueError:
            address = ""
        if address and 0 < port < 65_536:
            return address, port
    raise _wrong(asked)


def _over_https(asked: str) -> Servers:
    import dns.query

    try:
        parts = urlsplit(asked)
        right = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        right = False
    if not right:
        raise _wrong(asked)
    if not dns.query.have_doh:
        raise UsageError(
            _("DNS over HTTPS needs packages that are not installed."),
            where=f"--dns {asked}",
            hint=_("Install them: {command}").format(command='pip install "dnspython[doh]"'),
        )
    return Servers(url=asked)


def _wrong(asked: str) -> UsageError:
    return UsageError(
        _("This is no DNS server."),
        where="--dns",
        seen=asked,
        hint=_(
            "Write system, an IP address with or without a port (1.1.1.1, 1.1.1.1:53, [2606:4700::1111]:53), or https://..."
        ),
    )


def _written(address: str, port: int) -> str:
    if port == PORT:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
