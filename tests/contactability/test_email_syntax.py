from __future__ import annotations

import random

import email_validator
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability import email_syntax
from custintel.contactability.email_syntax import CODES, PROFILES, Profile, syntax

EVERYWHERE, TRAVELS, HEADER, NOWHERE = ({*PROFILES}, {"smtp", "rfc5322"}, {"rfc5322"}, set[str]())

TRICKY: list[tuple[str, set[str]]] = [
    ("ana@tienda.co", EVERYWHERE),
    ("Ana.Perez+promo@Tienda.COM.CO", EVERYWHERE),
    ("o'neil@tienda.co", EVERYWHERE),
    ("!#$%&*+/=?^_{|}~@tienda.co", EVERYWHERE),
    ("a@a--b.co", EVERYWHERE),
    ("ana@123.com", EVERYWHERE),
    ("josé.ñandú@tienda.co", EVERYWHERE),
    ("ana@ñandú.cl", EVERYWHERE),
    ("ana@xn--and-6ma2c.cl", EVERYWHERE),
    ("x" * 64 + "@tienda.co", EVERYWHERE),
    ("ana@" + "x" * 63 + ".co", EVERYWHERE),
    ("ana@tienda", TRAVELS),
    ("ana@tienda.local", TRAVELS),
    ("ana@190.85.1.7", TRAVELS),
    ("ana@[190.85.1.7]", TRAVELS),
    ("ana@[IPv6:2001:db8::25]", TRAVELS),
    ("ana@[ipv6:2001:db8::190.85.1.7]", TRAVELS),
    ('"ana perez"@tienda.co', TRAVELS),
    ('"ana@casa"@tienda.co', TRAVELS),
    (r'"ana \"la jefa\""@tienda.co', TRAVELS),
    ('""@tienda.co', TRAVELS),
    ("ana@ab--cd.co", TRAVELS),
    ("ana@[190.85.1.256]", HEADER),
    ("ana@[190.85.1]", HEADER),
    ("ana@[IPv6:1:2:3:4:5:6::8]", HEADER),
    ("ana@[IPv6:fe80::1%eth0]", HEADER),
    ("ana@[mi casa]", HEADER),
    ("x" * 65 + "@tienda.co", HEADER),
    ("ana@" + "x" * 64 + ".co", HEADER),
    ("ana@" + "x." * 125 + "co", HEADER),
    ("(la jefa)ana@tienda.co", HEADER),
    ("ana(la (segunda) jefa)@tienda.co", HEADER),
    ("ana@tienda.co (trabajo)", HEADER),
    ("ana@(la tienda)tienda.co", HEADER),
    (" ana@tienda.co ", HEADER),
    ("ana @ tienda . co", HEADER),
    ("\r\n ana@tienda.co", HEADER),
    ('"ana".perez@tienda.co', HEADER),
    ('"ana\x07"@tienda.co', HEADER),
    ("ana@mi_tienda.co", HEADER),
    ("ana@a/b.co", HEADER),
    ("", NOWHERE),
    ("ana", NOWHERE),
    ("@tienda.co", NOWHERE),
    ("ana@", NOWHERE),
    ("ana@@tienda.co", NOWHERE),
    ("ana@casa@tienda.co", NOWHERE),
    (".ana@tienda.co", NOWHERE),
    ("ana.@tienda.co", NOWHERE),
    ("ana..perez@tienda.co", NOWHERE),
    ("ana perez@tienda.co", NOWHERE),
    ("ana@.tienda.co", NOWHERE),
    ("ana@tienda..co", NOWHERE),
    ("ana@tienda.co.", NOWHERE),
    ("ana@-tienda.co", NOWHERE),
    ("ana@tienda-.co", NOWHERE),
    ('"ana@tienda.co', NOWHERE),
    ('"ana"perez@tienda.co', NOWHERE),
    ('ana"perez"@tienda.co', NOWHERE),
    ('"\\ñ"@tienda.co', NOWHERE),
    ("(ana@tienda.co", NOWHERE),
    ("(jefa\\)ana@tienda.co", NOWHERE),
    ("ana(jefa)perez@tienda.co", NOWHERE),
    ("ana@[190.85.1.7", NOWHERE),
    ("ana@tienda[190.85.1.7]", NOWHERE),
    ("ana@tienda.co\r\n", NOWHERE),
    ("ana\x00@tienda.co", NOWHERE),
    ("ana\u202e@tienda.co", NOWHERE),
    ("ana@tien\u200bda\u202e.co", NOWHERE),
    ("Ana Pérez <ana@tienda.co>", NOWHERE),
    ("ana,@tienda.co", NOWHERE),
    ("a" * 999 + "@tienda.co", NOWHERE),
]


def right(profile: Profile, *addresses: str) -> list[bool]:
    return syntax(pl.Series(addresses, dtype=pl.String), profile)["code"].is_null().to_list()


@pytest.mark.parametrize("profile", PROFILES)
def test_tricky_addresses_are_judged_as_the_profile_says(profile: Profile) -> None:
    addresses, where = zip(*TRICKY, strict=True)
    wrong = [
        address
        for address, expected, found in zip(addresses, where, right(profile, *addresses), strict=True)
        if (profile in expected) != found
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("ana.perez", "no_at"),
        ("Ana <ana@tienda.co>", "display_name"),
        ("ana@gmail.com,luis@gmail.com", "several_at"),
        ("ana@tienda.co(trabajo)", "comment"),
        ("ana perez@gmail.com", "space"),
        ("ana@gmail .com", "space"),
        ("ana\x07@tienda.co", "invisible_character"),
        ("ana\u200b@tienda.co", "invisible_character"),
        ("@tienda.co", "local_empty"),
        ("ana@", "domain_empty"),
        ('"ana"@tienda.co', "quoted_local"),
        ("ana.@tienda.co", "local_dot"),
        ("ana;@tienda.co", "local_characters"),
        ("ana@[190.85.1.7]", "domain_literal"),
        ("ana@tienda..co", "domain_dot"),
        ("ana@tienda,co", "domain_characters"),
        ("ana@tienda-.co", "domain_hyphen"),
        ("ana@xn--a.co", "domain_idna"),
        ("ana@ab--cd.co", "domain_idna"),
        ("ana@gmail", "domain_no_dot"),
        ("ana@190.85.1.7", "domain_numeric"),
        ("x" * 65 + "@tienda.co", "local_too_long"),
        ("ana@" + "x" * 64 + ".co", "domain_label_too_long"),
        ("ana@" + "x." * 127 + "co", "domain_too_long"),
        ("x" * 60 + "@" + "x." * 100 + "co", "too_long"),
        ("ana@tienda.test", "reserved_domain"),
    ],
)
def test_a_refused_address_says_why(address: str, code: str) -> None:
    assert syntax(pl.Series([address]))["code"].to_list() == [code]


def test_an_empty_cell_is_an_empty_address() -> None:
    assert syntax(pl.Series([None, "ana@tienda.co"], dtype=pl.String))["code"].to_list() == ["empty", None]


def test_domains_are_small_ascii_and_names_stay_as_written() -> None:
    found = syntax(pl.Series(["Ana.P@Ñandú.CL", "INFO@Tienda.Co", "jose\u0301@tienda.co"]))
    assert found.select("local", "domain").rows() == [
        ("Ana.P", "xn--and-6ma2c.cl"),
        ("info", "tienda.co"),
        ("josé", "tienda.co"),
    ]


def test_a_domain_that_leads_nowhere_is_kept_and_a_broken_one_is_not() -> None:
    found = syntax(pl.Series(["ana@GMAIL", "ana@tienda.test", "ana@tienda..co"]))
    assert found["domain"].to_list() == ["gmail", "tienda.test", None]


def test_special_endings_are_those_of_the_library() -> None:
    assert sorted(email_syntax.SPECIAL_USE) == sorted(email_validator.SPECIAL_USE_DOMAIN_NAMES)


def by_library(address: str) -> tuple[str, str] | None:
    try:
        found = email_validator.validate_email(address, strict=True, check_deliverability=False)
    except (email_validator.EmailNotValidError, UnicodeError):
        return None
    return found.local_part, found.ascii_domain


def by_us(addresses: list[str]) -> list[tuple[str, str] | None]:
    found = syntax(pl.Series(addresses, dtype=pl.String))
    return [None if code else (local, domain) for _value, local, domain, code in found.iter_rows()]


PIECES = [
    "ana",
    "José",
    "ñ",
    ".",
    "..",
    "-",
    "--",
    "_",
    "+",
    "'",
    '"',
    "<",
    ">",
    "(",
    ")",
    " ",
    "\t",
    "\n",
    "\x00",
    "@",
]
PIECES += [
    "＠",
    "xn--",
    "xn--and-6ma2c",
    "ab--c",
    "gmail",
    "CO",
    ".com",
    ".test",
    "ñandú",
    "日本",
    "😀",
    "\u200b",
    "\u202e",
]
PIECES += [
    "a\u0301",
    "\u0301",
    "[1.2.3.4]",
    "[",
    "]",
    "123",
    "x" * 60,
    "y" * 64,
    "INFO",
    "ß",
    "ſ",
    "K",
    "．",
    "。",
    "١",
    "א",
]
PIECES += ["\\", "/", "{", "\xa0", "\u037e", "\u1fef", "ª", "1", ","]
ANYTHING = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=7).map("".join),
    st.tuples(st.text(max_size=8), st.text(max_size=8)).map(lambda parts: f"{parts[0]}@{parts[1]}.co"),
    st.emails(),
    st.text(max_size=20),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANYTHING, min_size=1, max_size=60, unique=True))
def test_mailable_is_what_the_library_takes(addresses: list[str]) -> None:
    assert by_us(addresses) == [by_library(address) for address in addresses]


def test_mailable_is_what_the_library_takes_on_fifty_thousand() -> None:
    chance = random.Random(20_26)
    hosts = [
        "gmail.com",
        "Hotmail.COM",
        "sub.mi-tienda.es",
        "ñandú.cl",
        "tienda..co",
        "tienda.test",
        "tienda",
        "x_y.co",
    ]

    def address() -> str:
        kind = chance.random()
        if kind < 0.6:
            name = chance.choice(["ana", "Luis.P", "x-y", "o_k", "josé", "a..b", "INFO", "ana perez"])
            return f"{name}{chance.randint(0, 10**6)}@{chance.choice([*hosts, f'e{chance.randint(0, 9_999)}.com.co'])}"
        before, after = ("".join(chance.choice(PIECES) for _piece in range(chance.randint(1, most))) for most in (3, 4))
        return before + chance.choice(["@", "@", "@", ""]) + after + chance.choice(["", ".co", ".com"])

    addresses = sorted({address() for _try in range(54_000)})
    assert len(addresses) > 50_000
    taken = by_us(addresses)
    assert taken == [by_library(address) for address in addresses]
    assert 10_000 < sum(found is not None for found in taken) < 40_000


@settings(max_examples=40, deadline=None)
@given(st.lists(ANYTHING, min_size=1, max_size=60, unique=True))
def test_each_profile_takes_what_the_one_before_takes(addresses: list[str]) -> None:
    mailable, smtp, header = (right(profile, *addresses) for profile in PROFILES)
    assert all(wider for narrow, wider in zip(mailable, smtp, strict=True) if narrow)
    assert all(wider for narrow, wider in zip(smtp, header, strict=True) if narrow)


@settings(max_examples=40, deadline=None)
@given(st.lists(ANYTHING, min_size=1, max_size=6), st.sampled_from(PROFILES))
def test_every_text_gets_one_answer_in_its_place(addresses: list[str], profile: Profile) -> None:
    found = syntax(pl.Series(addresses, dtype=pl.String), profile)
    alone = [syntax(pl.Series([address]), profile).row(0) for address in addresses]
    assert found.rows() == alone
    assert found["value"].to_list() == addresses
    assert set(found["code"].drop_nulls()) <= set(CODES)


@settings(max_examples=40, deadline=None)
@given(st.lists(ANYTHING, min_size=1, max_size=20), st.sampled_from(PROFILES))
def test_what_an_address_was_read_as_is_read_as_the_same(addresses: list[str], profile: Profile) -> None:
    found = syntax(pl.Series(addresses, dtype=pl.String), profile).filter(pl.col("code").is_null())
    again = syntax(found.select(pl.format("{}@{}", "local", "domain")).to_series(), profile)
    assert again.select("local", "domain", "code").rows() == found.select("local", "domain", "code").rows()


def test_a_cell_of_ten_thousand_characters_is_refused_by_all() -> None:
    cells = ["x" * 10_000, "@" * 10_000, "(" * 10_000 + "@", '"' * 10_000 + "@tienda.co", "ñ" * 10_000 + "@ñ.co"]
    for profile in PROFILES:
        assert right(profile, *cells) == [False] * len(cells)
