"""The people of the invented shop: who they truly are, with whom they live, and where they work."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field
from random import Random

from names import City

FIRST_DAY = dt.date(2025, 5, 1)
LAST_DAY = dt.date(2026, 10, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
SEASON = {1: 6, 2: 6, 3: 7, 4: 7, 5: 11, 6: 8, 7: 7, 8: 7, 9: 9, 10: 9, 11: 13, 12: 14}
"""How busy each month is: Mother's Day in May, Amor y Amistad in September, Black Friday and Christmas."""
HOURS = dict(
    zip(
        map(str, range(24)),
        (3, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 9, 9, 9, 10, 10, 12, 14, 16, 15, 11, 6),
        strict=True,
    )
)
"""How busy each hour of the day is."""


@dataclass
class Address:
    """Where a household lives, in parts, so that each file can write it in its own way."""

    city: City
    street: str
    number: int
    cross: int = 0
    plate: int = 0
    quadrant: str = ""
    inside: str = ""
    postal_code: str = ""

    def written(self, rng: Random) -> str:
        """The address as somebody in a hurry writes it."""
        if self.city.country == "US":
            return f"{self.number} {self.street}{', Apt ' + self.inside.split()[-1] if self.inside else ''}"
        if self.city.country != "CO":
            return f"{self.street} {self.number}{', ' + self.inside if self.inside else ''}"
        way = rng.choice(WAYS[self.street])
        mark = rng.choice([" # ", " #", " No. ", " No ", " "])
        dash = rng.choice(["-", " - ", " "]) if mark.strip() else " "
        quadrant = f" {self.quadrant}" if self.quadrant else ""
        inside = rng.choice([f" {self.inside}", f", {self.inside}"]) if self.inside else ""
        return f"{way} {self.number}{quadrant}{mark}{self.cross}{dash}{self.plate}{inside}"


WAYS = {
    "Calle": ["Calle", "Calle", "CL", "Cll", "CLL", "Cl."],
    "Carrera": ["Carrera", "Carrera", "CR", "Cra", "KR", "Cra."],
    "Diagonal": ["Diagonal", "DG", "Diag"],
    "Transversal": ["Transversal", "TV", "Transv"],
}


@dataclass
class Person:
    """One true person, or a firm that buys (``firm`` holds its name)."""

    id: str
    household: str
    given: str
    given_2: str
    surname: str
    surname_2: str
    sex: str
    birth: dt.date
    document_type: str
    document: str
    address: Address
    mobile: str
    arrived: dt.date
    channel: str
    role: str
    shop: str
    emails: list[str] = field(default_factory=list)
    old_mobile: str = ""
    landline: str = ""
    nickname: str = ""
    firm: str = ""
    employer: str = ""
    household_email: str = ""
    favourite: int = 0
    consent_crm: str = ""
    accepts_shop: bool = False
    left_newsletter: bool = False

    @property
    def country(self) -> str:
        """ISO 3166 alpha-2."""
        return self.address.city.country

    @property
    def full_name(self) -> str:
        """Given names, then surnames; the firm's name for a firm."""
        return self.firm or " ".join(filter(None, (self.given, self.given_2, self.surname, self.surname_2)))

    @property
    def email(self) -> str:
        """The address it writes by default, the household's when it has none of its own; empty when there is none."""
        return next(iter(self.emails), self.household_email)


def plain(text: str) -> str:
    """``text`` without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def weighted(rng: Random, weights: dict[str, int]) -> str:
    """One key, in proportion to its weight."""
    at = rng.randrange(sum(weights.values()))
    for key, weight in weights.items():
        at -= weight
        if at < 0:
            return key
    raise AssertionError


def frequent(rng: Random, words: list[str]) -> str:
    """One of ``words``, which stand in order of frequency: the first ones are drawn far more often."""
    return words[int(len(words) * rng.random() ** 1.7)]


def shop_day(rng: Random) -> dt.date:
    """A day of the eighteen months: busier in season, and busier as the shop grows."""
    while True:
        day = FIRST_DAY + dt.timedelta(days=int(DAYS * rng.random() ** 0.85))
        if rng.random() * max(SEASON.values()) < SEASON[day.month]:
            return day
