from __future__ import annotations

import dns.query
import pytest

from custintel.contactability.dns.servers import Servers, servers
from custintel.errors import UsageError


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("1.1.1.1", ("1.1.1.1", 53)),
        (" 1.1.1.1:5353 ", ("1.1.1.1", 5353)),
        ("2606:4700::1111", ("2606:4700::1111", 53)),
        ("[2606:4700::1111]", ("2606:4700::1111", 53)),
        ("[2606:4700::1111]:5353", ("2606:4700::1111", 5353)),
    ],
)
def test_an_address_may_have_a_port(asked: str, address: tuple[str, int]) -> None:
    assert servers(asked) == Servers((address,))


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "google",
        "dns.google:53",
        "1.1.1",
        "1.1.1.1:0",
        "1.1.1.1:99999",
        "[1.1.1.1",
        "https://",
        "http://a.com/",
        "tls://1.1.1.1",
    ],
)
def test_what_is_no_server_says_how_to_write_one(asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        servers(asked)
    assert caught.value.seen == asked
    assert "1.1.1.1:53" in caught.value.hint


def test_https_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns.query, "have_doh", False)
    with pytest.raises(UsageError, match="packages") as caught:
        servers("https://dns.example/dns-query")
    assert 'pip install "dnspython[doh]"' in caught.value.hint


def test_https_with_its_packages_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns.query, "have_doh", True)
    assert servers("https://dns.example/dns-query") == Servers(url="https://dns.example/dns-query")


def test_servers_are_shown_as_they_are_written() -> None:
    assert str(Servers((("1.1.1.1", 53), ("::1", 5353)))) == "1.1.1.1, [::1]:5353"
