"""Invented customers of shops in Colombia, Mexico, Spain and the United States, as a careless CRM holds them.

About one person in eight has several rows: other spelling, case, accents, phone format, missing cells, old address.
Families share a mailbox, a landline and a house; colleagues a switchboard and an info@; a father and a son one name and
one address; some rows say 222222222222 and "consumidor final". The same seed makes the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from matching_contacts import address, document, landline, phone
from matching_errors import digits_swapped, misheard, plain, slip
from matching_words import WORDS, city, drawn, nicknames, surname

COLUMNS = [
    "cluster", "kind", "nombre", "apellido", "email", "telefono", "documento", "direccion", "ciudad", "pais", "empresa",
    "fecha",
]  # fmt: skip
COUNTRIES = {"CO": 46, "ES": 25, "US": 19, "MX": 10}
MAILS = ["gmail.com", "gmail.com", "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "live.com"]
ROWS_PER_PERSON = [(1, 876), (2, 90), (3, 25), (4, 3), (5, 3), (6, 3)]
NOTHING = {
    "email": ["no tiene", "N/A", "notiene@notiene.com", "test@test.com", "cliente@tienda.com"],
    "telefono": ["0000000", "9999999999", "3000000000", "no tiene", "-", "1234567890"],
    "documento": ["222222222222", "123456789", "0", "1", "N/A", "11111111"],
}
EMPTY = {"email": 0.14, "telefono": 0.16, "documento": 0.57, "direccion": 0.33, "ciudad": 0.08}
OTHER = 0.22
"""Share of rows with the second mailbox, number or address of a person."""
TILLS = WORDS["places"]["CO"][0].split("|")
"""The spellings of the city where the shop stands."""
PREFIX = {"CO": "57", "MX": "52", "ES": "34", "US": "1"}


@dataclass
class Person:
    """Somebody, and what a row about them may say; the first entry of a list is the usual one."""

    kind: str
    country: str
    given: str
    second: str
    family: list[str]
    emails: list[str]
    phones: list[str]
    document: str
    addresses: list[str]
    cities: list[list[str]]
    firm: str = ""
    key: int = 0

    @property
    def language(self) -> str:
        """Of the name."""
        return "en" if self.country == "US" else "es"


def rows(count: int, seed: int, countries: Mapping[str, int] = COUNTRIES) -> Iterator[list[str]]:
    """``count`` rows in a shuffled order, as ``COLUMNS`` says; the first two cells are the truth.

    ``countries`` weighs where people live.
    """
    rng = Random(seed)
    made: list[list[str]] = []
    for person in _everybody(rng, countries):
        if person.kind == "anon":
            made.append(_nobody(rng, person))
        else:
            sizes, weights = zip(*ROWS_PER_PERSON, strict=True)
            made.extend(_row(rng, person) for _ in range(rng.choices(sizes, weights)[0]))
        if len(made) >= count:
            break
    del made[count:]
    rng.shuffle(made)
    yield from made


def _everybody(rng: Random, countries: Mapping[str, int]) -> Iterator[Person]:
    """People without end: alone, in families, in firms, fathers with their sons."""
    key, taken = 0, set[str]()
    while True:
        dice = rng.random()
        group = [_person(rng, rng.choices(list(countries), list(countries.values()))[0], taken)]
        if dice < 0.035:
            group = _family(rng, group[0], taken)
        elif dice < 0.0365:
            group = _firm(rng, group[0], key, taken)
        elif dice < 0.0385:
            son = _person(rng, group[0].country, taken)
            group.append(
                replace(
                    son, given=group[0].given, second=group[0].second, family=group[0].family,
                    addresses=group[0].addresses, cities=group[0].cities,
                )
            )  # fmt: skip
            group = [replace(person, kind="junior") for person in group]
        elif dice < 0.0425:
            group = [replace(group[0], kind="anon")]
        for person in group:
            key += 1
            yield replace(person, key=key)


def _person(rng: Random, country: str, taken: set[str]) -> Person:
    """Somebody alone, whose mailboxes are none of those ``taken``."""
    language = "en" if country == "US" else "es"
    names = rng.choice(["women", "men"])
    given = drawn(rng, language, names)
    second = drawn(rng, language, names) if language == "es" and rng.random() < 0.3 else ""
    mixed = "es" if language == "es" or rng.random() < 0.15 else "en"
    family = [surname(rng, mixed) for _ in range(2 if language == "es" else 1)]
    return Person(
        kind="normal",
        country=country,
        given=given,
        second=second,
        family=family,
        emails=[_mailbox(rng, given, family[0], taken) for _ in range(2)],
        phones=[phone(rng, country), phone(rng, country)],
        document=document(rng, country),
        addresses=[address(rng, country) for _ in range(2)],
        cities=[city(rng, country) for _ in range(2)],
    )


def _family(rng: Random, first: Person, taken: set[str]) -> list[Person]:
    """Two to four people of one house: one mailbox, one landline, some surnames in common."""
    shared = landline(rng, first.country)
    group = [first]
    for _ in range(rng.randrange(1, 4)):
        other = _person(rng, first.country, taken)
        other.family[0] = first.family[0]
        other.addresses[0], other.cities[0] = first.addresses[0], first.cities[0]
        if rng.random() < 0.5:
            other.emails[0] = first.emails[0]
        group.append(other)
    for person in group:
        person.kind = "family"
        if rng.random() < 0.6:
            person.phones[0] = shared
    return group


def _firm(rng: Random, first: Person, number: int, taken: set[str]) -> list[Person]:
    """The people of a firm, a few of them up to some hundred: one switchboard, one info@, one address."""
    words = WORDS["es"]["streets"].split()
    name = f"{rng.choice(words)} {rng.choice(WORDS['trades']['firms'])} {number % 997}"
    switchboard = landline(rng, first.country)
    domain = plain(name).lower().replace(" ", "") + (".com.co" if first.country == "CO" else ".com")
    group = []
    for _ in range(min(int(rng.paretovariate(0.9)) + 2, 240)):
        person = _person(rng, first.country, taken)
        own = plain(f"{person.given}.{person.family[0]}").lower()
        person.kind, person.firm = "company", name
        person.emails[0] = f"info@{domain}" if rng.random() < 0.35 else f"{own}@{domain}"
        person.addresses[0], person.cities[0] = first.addresses[0], first.cities[0]
        if rng.random() < 0.6:
            person.phones[0] = switchboard
        group.append(person)
    return group


def _mailbox(rng: Random, given: str, family: str, taken: set[str]) -> str:
    given, family = plain(given).lower(), plain(family).lower()
    shapes = [f"{given}.{family}", f"{given}{family}", f"{given[0]}{family}", f"{family}.{given}", f"{given}_"]
    while True:
        shape = rng.choice(shapes)
        digits = rng.randrange(1000, 99999) if shape.endswith("_") else rng.randrange(60, 999)
        if (box := f"{shape}{digits}@{rng.choice(MAILS)}") not in taken:
            taken.add(box)
            return box


def _row(rng: Random, person: Person) -> list[str]:
    """What one row of the CRM says of somebody."""
    given, family = _names(rng, person)
    email = _one(rng, person.emails)
    if rng.random() < 0.03:
        email = slip(rng, email.split("@")[0]) + "@" + email.split("@")[1]
    cells: dict[str, str] = {
        "email": email.upper() if given.isupper() and rng.random() < 0.5 else email,
        "telefono": _phone_cell(rng, _one(rng, person.phones), person.country),
        "documento": _document_cell(rng, person),
        "direccion": _one(rng, person.addresses),
        "ciudad": _city_cell(rng, _one_city(rng, person.cities)),
    }
    for column, share in EMPTY.items():
        if rng.random() < share:
            cells[column] = ""
        elif column in NOTHING and rng.random() < 0.015:
            cells[column] = rng.choice(NOTHING[column])
    cells |= {"nombre": given, "apellido": family, "pais": person.country, "fecha": _day(rng)}
    cells |= {"empresa": person.firm, "cluster": f"E{person.key}", "kind": person.kind}
    return [cells[column] for column in COLUMNS]


def _nobody(rng: Random, person: Person) -> list[str]:
    """The row a till makes when nobody gives a name; the shop and its tills are in one city."""
    cells: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    cells |= {"cluster": f"A{person.key}", "kind": "anon", "nombre": "CONSUMIDOR", "apellido": "FINAL"}
    cells |= {"documento": "222222222222", "pais": "CO", "fecha": _day(rng)}
    cells["ciudad"] = "" if rng.random() < 0.04 else _city_cell(rng, TILLS)
    return [cells[column] for column in COLUMNS]


def _names(rng: Random, person: Person) -> tuple[str, str]:
    """Given and family names as typed: short, long, swapped, in one cell, in capitals, with slips."""
    first = person.given
    if rng.random() < 0.06:
        first = nicknames(person.language).get(first, first)
    elif rng.random() < 0.03:
        first = f"{first[0]}."
    given = f"{first} {person.second}" if person.second and rng.random() < 0.7 else first
    family = " ".join(person.family if rng.random() < 0.8 else person.family[:1])
    if rng.random() < 0.09:
        given, family = (slip(rng, given), family) if rng.random() < 0.5 else (given, slip(rng, family))
    if rng.random() < 0.06:
        family = misheard(rng, family, person.language)
    if rng.random() < 0.25:
        given, family = plain(given), plain(family)
    dice = rng.random()
    if dice < 0.03:
        given, family = family, given
    elif dice < 0.06:
        given, family = f"{given} {family}", ""
    elif dice < 0.08:
        given, family = "", f"{family}, {given}"
    dice = rng.random()
    if dice < 0.12:
        return given.upper(), family.upper()
    return (given.lower(), family.lower()) if dice < 0.18 else (given, family)


def _phone_cell(rng: Random, digits: str, country: str) -> str:
    if rng.random() < 0.02:
        digits = digits_swapped(rng, digits)
    head, middle, tail = digits[:3], digits[3:6], digits[6:]
    shapes = [
        digits, digits, digits, f"+{PREFIX[country]} {head} {middle} {tail}", f"{head}-{middle}-{tail}",
        f"({head}) {middle}{tail}", f"+{PREFIX[country]}{digits}", f"{digits}.0", f"{head} {middle}{tail}",
    ]  # fmt: skip
    return rng.choice(shapes)


def _document_cell(rng: Random, person: Person) -> str:
    number = person.document
    if not number:
        return ""
    if rng.random() < 0.02:
        number = digits_swapped(rng, number)
    dice = rng.random()
    if number.isdigit() and dice < 0.25:
        return f"{int(number):,}".replace(",", ".")
    return f"{number[:-1]}-{number[-1]}" if not number.isdigit() and dice < 0.25 else number


def _city_cell(rng: Random, spellings: list[str]) -> str:
    name = spellings[0] if rng.random() < 0.7 else rng.choice(spellings)
    return name.upper() if rng.random() < 0.15 else name


def _one(rng: Random, values: list[str]) -> str:
    return values[1] if rng.random() < OTHER else values[0]


def _one_city(rng: Random, cities: list[list[str]]) -> list[str]:
    return cities[1] if rng.random() < 0.05 else cities[0]


def _day(rng: Random) -> str:
    return f"{rng.randrange(2019, 2027)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
