"""Invented people of the past, about ten rows each, as several archives wrote them.

Dates known to the year, names cut short, swapped, misread or in another spelling, a trade for a life that had three,
families that lived in one place for generations. The same seed makes the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from matching_errors import digits_swapped, misheard, misread, slip
from matching_words import WORDS, city, drawn, nicknames, surname

COLUMNS = ["cluster", "first_name", "surname", "dob", "birth_place", "postcode_fake", "gender", "occupation"]
EMPTY = {"first_name": 0.02, "surname": 0.02, "dob": 0.15, "birth_place": 0.2, "postcode_fake": 0.25, "gender": 0.1}
EMPTY |= {"occupation": 0.3}
ROWS_PER_PERSON = 10
RARE = 0.4
"""Share of families whose name is their own."""


@dataclass(frozen=True)
class Person:
    """Somebody who lived; ``given`` and ``family`` hold what they were called in the course of a life."""

    key: int
    gender: str
    given: list[str]
    family: list[str]
    born: tuple[int, int, int]
    birth_place: list[str]
    postcodes: list[str]
    occupations: list[str]


def rows(count: int, seed: int) -> Iterator[list[str]]:
    """``count`` rows in a shuffled order, as ``COLUMNS`` says; the first cell is the truth."""
    rng = Random(seed)
    made: list[list[str]] = []
    key = 0
    while len(made) < count:
        for person in _house(rng, key):
            key += 1
            copies = min(1 + int(rng.gammavariate(2, (ROWS_PER_PERSON - 1) / 2)), 60)
            made.extend(_row(rng, person) for _ in range(copies))
    del made[count:]
    rng.shuffle(made)
    yield from made


def _house(rng: Random, key: int) -> list[Person]:
    """One person, or up to three of one family: the same name and place, and a son often named as his father."""
    name, place, area = surname(rng, "en", RARE), city(rng, "GB"), _outcode(rng)
    year = rng.randrange(1780, 1960)
    group: list[Person] = []
    for number in range(rng.choices((1, 2, 3), (75, 15, 10))[0]):
        gender = rng.choices(("male", "female"), (78, 22))[0]
        given = drawn(rng, "en", "men" if gender == "male" else "women")
        if group and gender == group[0].gender and rng.random() < 0.3:
            given = group[0].given[0]
        family = [name, surname(rng, "en", RARE)] if gender == "female" and rng.random() < 0.5 else [name]
        born = (year + rng.randrange(-4, 5) + 28 * (number > 1), rng.randrange(1, 13), rng.randrange(1, 29))
        postcodes = [_postcode(rng, area) for _ in range(rng.randrange(1, 5))]
        trades = rng.sample(WORDS["trades"]["occupations"].split(), rng.randrange(1, 4))
        middle = drawn(rng, "en", "men" if gender == "male" else "women")
        group.append(Person(key + number, gender, [given, middle], family, born, place, postcodes, trades))
    return group


def _row(rng: Random, person: Person) -> list[str]:
    """What one archive says of somebody."""
    first, family = _first_name(rng, person), _family_name(rng, person)
    if rng.random() < 0.02:
        first, family = family, first
    cells = {
        "cluster": f"Q{person.key}",
        "first_name": first.lower(),
        "surname": family.lower(),
        "dob": _birth(rng, person.born),
        "birth_place": _spelt(rng, person.birth_place).lower(),
        "postcode_fake": _code(rng, person.postcodes),
        "gender": person.gender,
        "occupation": rng.choices(person.occupations, [6, 2, 1][: len(person.occupations)])[0],
    }
    for column, share in EMPTY.items():
        if rng.random() < share:
            cells[column] = ""
    return [cells[column] for column in COLUMNS]


def _first_name(rng: Random, person: Person) -> str:
    given, middle = person.given
    dice = rng.random()
    if dice < 0.1:
        given = nicknames("en").get(given, given)
    elif dice < 0.15:
        return given[0]
    elif dice < 0.18:
        return middle
    elif dice < 0.22:
        return f"{given} {middle}"
    elif dice < 0.25:
        given = given[: max(3, len(given) // 2)]
    return _misspelt(rng, given, 0.12)


def _family_name(rng: Random, person: Person) -> str:
    family = rng.choices(person.family, [3, 1][: len(person.family)])[0]
    if len(person.family) > 1 and rng.random() < 0.05:
        family = "-".join(person.family)
    return _misspelt(rng, family, 0.15)


def _misspelt(rng: Random, name: str, share: float) -> str:
    if rng.random() >= share:
        return name
    return rng.choice([slip(rng, name), misheard(rng, name, "en"), misread(rng, name)])


def _birth(rng: Random, born: tuple[int, int, int]) -> str:
    """The day; often only the year, as such or as its first of January; at times with a slip."""
    year, month, day = born
    dice = rng.random()
    if dice < 0.12:
        return f"{year}-01-01"
    if dice < 0.2:
        return str(year)
    if dice < 0.25:
        year += rng.choice((-1, 1, 10, -10))
    elif dice < 0.29 and day < 13:
        month, day = day, month
    elif dice < 0.33:
        day = int(digits_swapped(rng, f"00{day:02d}")[2:]) % 28 + 1
    return f"{year}-{month:02d}-{day:02d}"


def _spelt(rng: Random, spellings: list[str]) -> str:
    return slip(rng, spellings[0]) if rng.random() < 0.04 else rng.choice(spellings)


def _outcode(rng: Random) -> str:
    return rng.choice("BCDEGLMNPSTWY") + rng.choice(["", *"ABDEHLNPRST"]) + str(rng.randrange(1, 29))


def _postcode(rng: Random, area: str) -> str:
    area = area if rng.random() < 0.7 else _outcode(rng)
    return f"{area} {rng.randrange(1, 10)}{rng.choice('ABDEFGHJLN')}{rng.choice('PQRSTUWXYZ')}".lower()


def _code(rng: Random, postcodes: list[str]) -> str:
    code = rng.choices(postcodes, [6, 2, 1, 1][: len(postcodes)])[0]
    return slip(rng, code) if rng.random() < 0.04 else code
