from __future__ import annotations

import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.dns.answer import Answer
from custintel.contactability.dns.wire import (
    ALIAS,
    KINDS,
    MOST_RECORDS,
    TRUNCATED,
    UnaskableError,
    _plain,
    message,
    question,
    read,
    understood,
)

LABELS = st.text("abz059_-", min_size=1, max_size=63)
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(".".join)


def reply(name: str, kind: str, *sets: tuple[str, str, tuple[str, ...]], ra: bool = True) -> bytes:
    """What a server would send: sets of owner, type and records."""
    made = dns.message.make_response(dns.message.make_query(name, kind), recursion_available=ra)
    for owner, this, records in sets:
        made.answer.append(dns.rrset.from_text(f"{owner}.", 300, "IN", this, *records))
    return made.to_wire(max_size=65_535)


@settings(deadline=None)
@given(NAMES, st.sampled_from(sorted(KINDS)), st.integers(0, 65_535))
def test_a_question_is_the_one_dnspython_would_ask(name: str, kind: str, identity: int) -> None:
    assert message(identity, question(name, kind)) == dns.message.make_query(name, kind, id=identity).to_wire()


@pytest.mark.parametrize("name", ["a..b", ".a", "a" * 64 + ".com", ".".join(["a" * 60] * 5), "\\"])
def test_a_text_that_no_name_can_be_is_not_asked(name: str) -> None:
    with pytest.raises(UnaskableError):
        question(name, "MX")


def test_a_host_with_odd_bytes_is_asked_as_it_is_written() -> None:
    assert question("a\\000b.com", "A")[:5] == b"\x03a\x00b\x03"


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 65_535), NAMES), min_size=1, max_size=30), NAMES)
def test_plain_mx_answers_are_read_as_dnspython_reads_them(hosts: list[tuple[int, str]], name: str) -> None:
    received = reply(name, "MX", (name, "MX", tuple(f"{rank} {host}." for rank, host in hosts)))
    assert _plain(received, 12 + len(question(name, "MX")), len(set(hosts)), KINDS["MX"]) is not None
    assert read(received, question(name, "MX")) == understood(dns.message.from_wire(received), KINDS["MX"])


@settings(deadline=None)
@given(NAMES, st.lists(st.ip_addresses(v=6).map(str), min_size=1, max_size=20))
def test_addresses_are_read_as_dnspython_reads_them(name: str, addresses: list[str]) -> None:
    received = reply(name, "AAAA", (name, "AAAA", tuple(addresses)))
    found = read(received, question(name, "AAAA"))
    assert found == understood(dns.message.from_wire(received), KINDS["AAAA"])
    assert found is not None
    assert len(found.records) == min(MOST_RECORDS, len(set(addresses)))


def test_the_preferred_host_comes_first_in_small_letters() -> None:
    received = reply("a.co", "MX", ("a.co", "MX", ("20 Z.a.co.", "3 y.a.co.", "20 b.a.co.")))
    assert read(received, question("a.co", "MX")) == Answer("ok", ("3 y.a.co", "20 b.a.co", "20 z.a.co"), 300)


def test_a_null_mx_is_the_root() -> None:
    assert read(reply("a.co", "MX", ("a.co", "MX", ("0 .",))), question("a.co", "MX")) == Answer("ok", ("0 .",), 300)


def test_an_alias_is_followed_within_the_message() -> None:
    received = reply("a.co", "MX", ("a.co", "CNAME", ("b.co.",)), ("b.co", "MX", ("1 m.b.co.",)))
    assert read(received, question("a.co", "MX")) == Answer("ok", ("1 m.b.co",), 300)


def test_an_alias_that_leads_out_of_the_message_is_to_be_asked_for() -> None:
    received = reply("a.co", "MX", ("a.co", "CNAME", ("b.co.",)))
    assert read(received, question("a.co", "MX")) == Answer(ALIAS, ("b.co",))


def test_text_of_a_stranger_is_printable_and_short() -> None:
    received = reply(
        "a.co", "TXT", ("a.co", "TXT", ('"v=spf1 \\027[31m" "\\226\\128\\174"', f'"{"x" * 255}" "{"y" * 99}"'))
    )
    found = read(received, question("a.co", "TXT"))
    assert found is not None
    assert found.records == ("v=spf1 \\027[31m\\226\\128\\174", "x" * 255)


def test_a_host_of_a_stranger_is_printable() -> None:
    received = reply("a.co", "MX", ("a.co", "MX", ("1 \\027[31m\\.=cmd.co.",)))
    found = read(received, question("a.co", "MX"))
    assert found is not None
    assert found.records[0].isprintable()
    assert found.records[0].isascii()


def test_a_server_that_does_not_look_further_has_not_said_that_there_is_nothing() -> None:
    assert read(reply("a.co", "MX", ra=True), question("a.co", "MX")) == Answer("nodata")
    assert read(reply("a.co", "MX", ra=False), question("a.co", "MX")) == Answer("refused")


@pytest.mark.parametrize("other", ["b.co", "aa.co", "a.com"])
def test_an_answer_to_another_question_is_none(other: str) -> None:
    assert read(reply(other, "MX", (other, "MX", ("1 m.co.",))), question("a.co", "MX")) is None
    assert read(reply("a.co", "A", ("a.co", "A", ("8.8.8.8",))), question("a.co", "MX")) is None


def test_a_question_is_no_answer() -> None:
    assert read(message(7, question("a.co", "MX")), question("a.co", "MX")) is None


def test_pointers_that_go_in_circles_are_not_followed() -> None:
    asked = question("a.co", "MX")
    start = 12 + len(asked)
    loop = (0xC000 | (start + 14)).to_bytes(2, "big")
    record = b"\xc0\x0c\x00\x0f\x00\x01\x00\x00\x00\x09\x00\x04\x00\x0a" + loop
    assert read(b"\0\7\x81\x80\0\1\0\1\0\0\0\0" + asked + record, asked) is TRUNCATED


@settings(deadline=None)
@given(st.binary(max_size=120))
def test_no_bytes_raise(received: bytes) -> None:
    asked = question("a.co", "MX")
    read(received, asked)
    read(b"\0\7\x81\x80\0\1\0\2\0\0\0\0" + asked + received, asked)
    read(b"\0\7\x81\x80\0\1\0\1\0\0\0\0" + asked + b"\xc0\x0c\x00\x0f\x00\x01\x00\x00\x00\x09" + received, asked)


@settings(deadline=None)
@given(st.data())
def test_no_damage_to_an_answer_raises(data: st.DataObject) -> None:
    whole = reply(
        "a.co",
        "TXT",
        ("a.co", "CNAME", ("b.co.",)),
        ("b.co", "TXT", ('"x"',)),
        ("b.co", "MX", ("1 b.co.", "2 m.b.co.")),
    )
    damaged = bytearray(whole)
    for _byte in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    for kind in ("MX", "TXT", "A", "AAAA", "NS"):
        asked = question("a.co", kind)
        damaged[12 : 12 + len(asked)] = asked
        read(bytes(damaged), asked)
        read(bytes(damaged[:cut]), asked)
