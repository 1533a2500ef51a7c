"""Invented phones, documents and addresses, as each country writes them."""

from __future__ import annotations

from random import Random

from matching_words import WORDS


def phone(rng: Random, country: str) -> str:
    """A mobile of the country, without its code."""
    start = {
        "CO": ["300", "301", "310", "311", "312", "315", "316", "320", "321"],
        "ES": ["60", "62", "65", "67", "69"],
    }
    start |= {"MX": ["55", "33", "81", "442"], "US": ["305", "212", "312", "713", "407"]}
    head = rng.choice(start[country])
    length = 9 if country == "ES" else 10
    body = f"{rng.randrange(2, 10)}" if country == "US" else ""
    return head + body + "".join(rng.choice("0123456789") for _ in range(length - len(head) - len(body)))


def landline(rng: Random, country: str) -> str:
    """A landline of the country, without its code."""
    heads = {"CO": ["601", "602", "604", "605"], "ES": ["91", "93", "95"], "MX": ["55", "33"], "US": ["305", "212"]}
    head = rng.choice(heads[country]) + str(rng.randrange(2, 10))
    return head + "".join(rng.choice("0123456789") for _ in range((9 if country == "ES" else 10) - len(head)))


def document(rng: Random, country: str) -> str:
    """A number of an identity card with its check letter; none in the United States."""
    if country == "CO":
        return str(rng.choice([rng.randrange(19_000_000, 99_000_000), rng.randrange(1_000_000_000, 1_190_000_000)]))
    if country == "ES":
        number = rng.randrange(10_000_000, 99_999_999)
        return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"
    if country == "MX":
        return "".join(rng.choice("ABCDEFGHILMNOPRSTUV") for _ in range(4)) + f"{rng.randrange(10**6):06d}"
    return ""


def address(rng: Random, country: str) -> str:
    """Street and number."""
    if country == "CO":
        street = rng.choice(["Calle", "Carrera", "Cra", "Diagonal", "Transversal", "Av"])
        return f"{street} {rng.randrange(1, 180)} # {rng.randrange(1, 130)}-{rng.randrange(1, 99)}"
    name = rng.choice(WORDS["en" if country == "US" else "es"]["streets"].split())
    if country == "US":
        return f"{rng.randrange(10, 9999)} {name} {rng.choice(['St', 'Ave', 'Rd', 'Ln', 'Blvd', 'Dr'])}"
    return f"{rng.choice(['Calle', 'Avenida', 'Plaza', 'Paseo'])} {name} {rng.randrange(1, 300)}"
