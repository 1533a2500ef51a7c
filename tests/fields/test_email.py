from __future__ import annotations

import random

import polars as pl
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import email


def read(*cells: str) -> pl.DataFrame:
    return email.normalise(pl.DataFrame({"raw": cells}, schema={"raw": pl.String}))


@pytest.mark.parametrize(
    ("cell", "value", "rules"),
    [
        ("ana.perez@gmail.com", "ana.perez@gmail.com", None),
        ("Ana.Perez@GMAIL.com", "ana.perez@gmail.com", "email.case"),
        ("mailto:ana@tienda.co", "ana@tienda.co", "email.wrapping"),
        ("Correo: ana@tienda.co", "ana@tienda.co", "email.wrapping"),
        ("Ana Pérez <ana@tienda.co>", "ana@tienda.co", "email.wrapping"),
        ('"Pérez, Ana" ana@tienda.co', "ana@tienda.co", "email.wrapping"),
        ("ana@tienda.co (trabajo)", "ana@tienda.co", "email.wrapping"),
        ("ana@tienda.co.", "ana@tienda.co", "email.punctuation"),
        ("'ana@tienda.co", "ana@tienda.co", "email.punctuation"),
        ("ana arroba tienda punto co", "ana@tienda.co", "email.at_word"),
        ("ana(at)tienda.co", "ana@tienda.co", "email.at_word"),
        ("ana @ gmail . com", "ana@gmail.com", "email.spaces"),
        ("ana@gmail,com", "ana@gmail.com", "email.comma"),
        ("ana@hotmail,com,mx", "ana@hotmail.com.mx", "email.comma"),
        ("ana@@gmail..com", "ana@gmail.com", "email.doubled"),
        ("o'neil@tienda.co", "o'neil@tienda.co", None),
        ("ANA@ÑANDÚ.CL", "ana@ñandú.cl", "email.case"),
        ("ana@xn--and-6ma2c.cl", "ana@ñandú.cl", "email.unicode"),
    ],
)
def test_an_address_is_found_in_what_people_type(cell: str, value: str, rules: str | None) -> None:
    assert read(cell).select("value", "rules").rows() == [(value, rules)]


def test_misspelled_providers_stay_as_they_are() -> None:
    assert read("ana@gmial.com").row(0) == ("ana@gmial.com", [], None)


@pytest.mark.parametrize(
    "cell",
    [
        "no tiene correo",
        "ana perez@gmail.com",
        "ana@gmail",
        "@gmail.com",
        "a@b@c.com",
        "ana@localhost",
        "ana@tienda.invalid",
        "x" * 65 + "@gmail.com",
        "x" * 10_000,
        "😀" * 3_000,
        "'; DROP TABLE clientes; --",
        "<script>alert(1)</script>@tienda.co",
    ],
)
def test_what_is_no_address_is_dropped_with_a_reason(cell: str) -> None:
    assert read(cell).row(0) == (None, [], "email.invalid")


@pytest.mark.parametrize(
    "cell",
    ["no@tiene.com", "test@test.com", "noreply@tienda.co", "sin_correo2@gmail.com", "aaa@hotmail.com", "x@example.com"],
)
def test_addresses_that_fill_the_field_are_placeholders(cell: str) -> None:
    assert read(cell).row(0) == (None, [], "email.placeholder")


def test_short_names_at_a_company_are_not_placeholders() -> None:
    cells = ["a@tienda.co", "correo@panaderia.com.co", "mail@estudio.es"]
    assert read(*cells)["value"].to_list() == cells


def test_further_addresses_are_kept_beside_the_first() -> None:
    assert read("ana@a.co; Luis <luis@b.co> / eva@c.co").row(0)[:2] == ("ana@a.co", ["luis@b.co", "eva@c.co"])


def test_an_unusable_part_does_not_cost_the_usable_one() -> None:
    cells = read("no@tiene.com / ana@tienda.co", "no tiene, ana@tienda.co")
    assert cells["value"].to_list() == ["ana@tienda.co"] * 2
    assert cells["rules"].to_list() == ["email.leftover"] * 2


def test_the_mailbox_forgets_labels_and_the_dots_of_gmail() -> None:
    spelled = ["a.n.a+tienda@gmail.com", "ana@googlemail.com", "a.n.a+x@tienda.co", "+x@tienda.co", None]
    keys = pl.DataFrame({"email": spelled}).select(email.mailbox(pl.col("email"))).to_series()
    assert keys.to_list() == ["ana@gmail.com", "ana@gmail.com", "a.n.a@tienda.co", "+x@tienda.co", None]


def test_the_domain_is_what_follows_the_at() -> None:
    assert pl.select(email.domain(pl.lit("ana@correo.tienda.co"))).item() == "correo.tienda.co"


def test_desks_are_told_from_people() -> None:
    desks = [
        "ventas@a.co",
        "ventas2@a.co",
        "info.bogota@a.co",
        "servicio.al.cliente@a.co",
        "pqr@a.co",
        "vendas@a.com.br",
    ]
    people = ["ventasperez@a.co", "ana@a.co", "infante@a.co"]
    told = pl.DataFrame({"email": desks + people}).select(email.is_role(pl.col("email"))).to_series()
    assert told.to_list() == [True] * len(desks) + [False] * len(people)


def by_library(address: str) -> str | None:
    try:
        return validate_email(address, strict=True, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def test_plain_addresses_are_what_the_library_says_they_are() -> None:
    chance = random.Random(20)
    letters = "abz09AZ+-_.."
    ends = [".com", ".co", ".c0", ".x", ".com.mx", ".test", ".local", "", ".-a", ".c-m"]
    cells = sorted(
        {
            "q"
            + "".join(chance.choices(letters, k=chance.randrange(9)))
            + "@"
            + "".join(chance.choices("ab9Z--.", k=chance.randrange(1, 7)))
            + chance.choice(ends)
            for _ in range(5_000)
        }
    )
    told = read(*cells)
    repaired = told["rules"].str.contains("doubled|punctuation|placeholder").fill_null(False)
    expected = [by_library(cell) for cell in cells]
    compared = [
        (cell, value, says)
        for cell, value, says, skip in zip(cells, told["value"], expected, repaired, strict=True)
        if not skip and says is not None
    ]
    assert len(compared) > 500
    assert [case for case in compared if case[1] != case[2]] == []
    refused = [cell for cell, value, skip in zip(cells, told["value"], repaired, strict=True) if value and not skip]
    assert [cell for cell in refused if by_library(cell) is None] == []


ADDRESS_LIKE = st.text(alphabet="aA.@,;< >+ñ'\"-/ı1ß", max_size=25) | st.text() | st.emails()


@settings(max_examples=40, deadline=None)
@given(st.lists(ADDRESS_LIKE, unique=True, max_size=12))
def test_any_text_gives_an_address_that_reading_again_does_not_change(cells: list[str]) -> None:
    once = read(*cells)
    assert once.height == len(cells)
    assert once.filter(pl.col("value").is_null())["rules"].is_in(["email.invalid", "email.placeholder"]).all()
    kept = once["value"].drop_nulls().unique()
    again = read(*kept)
    assert again["value"].to_list() == kept.to_list()
    assert again["rules"].null_count() == len(kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(ADDRESS_LIKE, unique=True, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(cells: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(cells, len(cells))
    straight = dict(zip(cells, read(*cells).rows(), strict=True))
    assert dict(zip(shuffled, read(*shuffled).rows(), strict=True)) == straight
