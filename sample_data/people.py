"""The people of the invented shop: who they truly are, with whom they live, and where they work."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field
from random import Random

import names
from names import City

FIRST_DAY = dt.date(2025, 5, 1)
LAST_DAY = dt.date(2026, 10, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
PEOPLE = 3000
SEASON = {1: 6, 2: 6, 3: 7, 4: 7, 5: 11, 6: 8, 7: 7, 8: 7, 9: 9, 10: 9, 11: 13, 12: 14}
"""How busy each month is: Mother's Day in May, Amor y Amistad in September, Black Friday and Christmas."""
ARRIVALS = {
    "paid_social": 34,
    "paid_search": 15,
    "organic_search": 14,
    "organic_social": 9,
    "direct": 7,
    "referral": 4,
    "email": 3,
    "whatsapp": 6,
    "offline": 8,
}
SHOPS = {"shopify": 50, "dropi": 27, "mercadolibre": 23}
ROLES = {"buyer": 64, "subscriber": 21, "contact": 15}
CONSENTS = {"SI": 62, "NO": 12, "": 26}
MOBILE_PREFIXES = [300, 301, 302, 304, 305, 310, 311, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 322, 323, 350]
NIT_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41)
OLD_SERIES, NEW_SERIES = (7_200_000, 98_700_000), (1_010_200_000, 1_152_900_000)
"""Colombian identity numbers before and since the series of ten digits."""
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


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


class Population:
    """Draws people one household after another, never the same phone, mailbox or document twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()
        self.people: list[Person] = []
        self.firms: list[Person] = []
        self.cities = {str(i): city.weight for i, city in enumerate(names.CITIES)}

    def fill(self) -> None:
        """Draw everybody, then the firms they work for."""
        while len(self.people) < PEOPLE:
            self._household(f"H{len({p.household for p in self.people}) + 1:04d}")
        for number in range(24):
            self._firm(number)

    def unique(self, draw: str) -> bool:
        """Whether ``draw`` was never drawn before; it is taken from now on."""
        if draw in self.taken:
            return False
        self.taken.add(draw)
        return True

    def _household(self, household: str) -> None:
        rng = self.rng
        address = self._address()
        size = min(int(weighted(rng, {"1": 78, "2": 12, "3": 6, "4": 4})), PEOPLE - len(self.people))
        landline = self._landline(address.city) if rng.random() < 0.3 else ""
        members = []
        for place in range(size):
            parents = members[:2] if place >= 2 else []
            person = self._person(household, address, parents)
            person.landline = landline
            members.append(person)
        if size > 1 and rng.random() < 0.45:
            shared = f"familia.{plain(members[0].surname.split()[-1]).lower()}{rng.randrange(10, 99)}@gmail.com"
            for member in rng.sample(members, rng.randint(2, size)):
                member.household_email = shared
                member.emails = []
        self.people += members

    def _person(self, household: str, address: Address, parents: list[Person]) -> Person:
        rng = self.rng
        country = address.city.country
        sex = "F" if rng.random() < 0.58 else "M"
        given, given_2, surname, surname_2 = self._name(sex, country)
        age = rng.randint(23, 68) if not parents else rng.randint(18, 30)
        if parents and country != "US":
            father, mother = sorted(parents, key=lambda p: p.sex, reverse=True)
            surname, surname_2 = father.surname, mother.surname
            if sex == father.sex and rng.random() < 0.4:
                given, given_2 = father.given, father.given_2
        birth = dt.date(2026 - age, rng.randint(1, 12), rng.randint(1, 28))
        kind, document = self._document(country, birth)
        formal = next((n for n in (given, given_2) if n in names.NICKNAMES), "")
        person = Person(
            id=f"P{len(self.taken):05d}",
            household=household,
            given=given,
            given_2=given_2,
            surname=surname,
            surname_2=surname_2,
            sex=sex,
            birth=birth,
            document_type=kind,
            document=document,
            address=address,
            mobile=self._mobile(address.city),
            arrived=shop_day(rng),
            channel=weighted(rng, ARRIVALS),
            role=weighted(rng, ROLES),
            shop=weighted(rng, SHOPS) if country == "CO" else "shopify",
            nickname=rng.choice(names.NICKNAMES[formal]) if formal else "",
            favourite=rng.randrange(6),
            consent_crm=weighted(rng, CONSENTS),
            accepts_shop=rng.random() < 0.7,
            left_newsletter=rng.random() < 0.11,
        )
        person.emails = [self._email(person) for _ in range(2 if rng.random() < 0.18 else 1)]
        if rng.random() < 0.1:
            person.old_mobile = self._mobile(address.city)
        return person

    def _name(self, sex: str, country: str) -> tuple[str, str, str, str]:
        rng = self.rng
        if country == "US" and rng.random() < 0.5:
            given = rng.choice(names.AMERICAN_WOMEN if sex == "F" else names.AMERICAN_MEN)
            return given, "", rng.choice(names.AMERICAN_SURNAMES), ""
        given = frequent(rng, names.WOMEN if sex == "F" else names.MEN)
        second = rng.choice(names.AFTER_MARIA if given == "María" else names.SECOND_WOMEN if sex == "F" else names.SECOND_MEN)
        given_2 = second if rng.random() < 0.5 and second != given else ""
        surname, surname_2 = (
            rng.choice(names.PARTICLE_SURNAMES) if rng.random() < 0.02 else frequent(rng, names.SURNAMES) for _ in "12"
        )
        return given, given_2, surname, surname_2

    def _address(self) -> Address:
        rng = self.rng
        city = names.CITIES[int(weighted(rng, self.cities))]
        inside = f"{rng.choice(names.BLOCKS)} {rng.randint(1, 15)}0{rng.randint(1, 8)}" if rng.random() < 0.5 else ""
        if city.country == "CO":
            street = weighted(rng, {"Calle": 45, "Carrera": 42, "Diagonal": 7, "Transversal": 6})
            quadrant = rng.choice(["Sur", "Norte"]) if rng.random() < 0.08 else ""
            number, cross, plate = rng.randint(3, 170), rng.randint(2, 120), rng.randint(1, 99)
            return Address(city, street, number, cross, plate, quadrant, inside)
        postal_code = f"{city.code}{rng.randint(1, 60):02d}"
        return Address(city, rng.choice(names.STREETS[city.country]), rng.randint(3, 2400), 0, 0, "", inside, postal_code)

    def _mobile(self, city: City) -> str:
        """A new number in E.164."""
        rng = self.rng
        while True:
            number = {
                "CO": f"+57{rng.choice(MOBILE_PREFIXES)}{rng.randrange(2_000_000, 9_900_000)}",
                "MX": f"+52{city.area}{rng.randrange(20_000_000, 59_000_000)}",
                "ES": f"+346{rng.randrange(10_000_000, 79_000_000)}",
                "US": f"+1{city.area}{rng.randrange(220, 490)}{rng.randrange(2000, 9900)}",
            }[city.country]
            if len(set(number[-7:])) >= 4 and self.unique(number):
                return number

    def _landline(self, city: City) -> str:
        rng = self.rng
        while True:
            number = {
                "CO": f"+57{city.area}{rng.randrange(2_200_000, 8_900_000)}",
                "MX": f"+52{city.area}{rng.randrange(20_000_000, 59_000_000)}",
                "ES": f"+3491{rng.randrange(2_000_000, 9_000_000)}",
                "US": f"+1713{rng.randrange(220, 490)}{rng.randrange(2000, 9900)}",
            }[city.country]
            if len(set(number[-7:])) >= 4 and self.unique(number):
                return number

    def _document(self, country: str, birth: dt.date) -> tuple[str, str]:
        rng = self.rng
        while True:
            kind, number = {
                "CO": ("CC", str(rng.randrange(*(NEW_SERIES if birth.year > 1987 else OLD_SERIES)))),
                "MX": ("", ""),
                "ES": ("DNI", f"{rng.randrange(10_000_000, 79_000_000)}"),
                "US": ("", ""),
            }[country]
            if country == "CO" and rng.random() < 0.03:
                kind, number = "CE", str(rng.randrange(210_000, 990_000))
            if kind == "DNI":
                number += DNI_LETTERS[int(number) % 23]
            if not number or (len(set(number)) > 3 and self.unique(f"{kind}{number}")):
                return kind, number

    def _email(self, person: Person) -> str:
        rng = self.rng
        given, surname = plain(person.given).lower(), plain(person.surname).lower().replace(" ", "")
        year = person.birth.year % 100
        while True:
            local = rng.choice(
                [
                    f"{given}.{surname}{year:02d}",
                    f"{given}{surname}{rng.randrange(10, 999)}",
                    f"{given[0]}{surname}{rng.randrange(100, 9999)}",
                    f"{given}_{surname}{rng.randrange(1, 99)}",
                    f"{surname}{given}{year:02d}",
                    f"{plain(person.nickname or person.given).lower()}{surname[:3]}{rng.randrange(100, 9999)}",
                ]
            )
            email = f"{local}@{weighted(rng, names.MAIL_HOSTS)}"
            if self.unique(email):
                return email

    def _firm(self, number: int) -> None:
        """A firm that buys, with people who work there; every fourth has a switchboard its people give as their phone."""
        rng = self.rng
        staff = rng.sample([p for p in self.people if p.country == "CO" and not p.employer], 8 if number % 4 == 0 else 2)
        name = f"{rng.choice(names.FIRMS)} {names.FIRM_NAMES[number % len(names.FIRM_NAMES)]} {names.FIRM_FORMS[number % 4]}"
        address = self._address()
        while address.city.country != "CO":
            address = self._address()
        nit = str(rng.randrange(800_100_000, 901_900_000))
        switchboard = self._landline(address.city)
        for person in staff:
            person.employer = name
            if number % 4 == 0:
                person.landline = switchboard
        self.firms.append(
            Person(
                id=f"F{number + 1:03d}",
                household="",
                given="",
                given_2="",
                surname="",
                surname_2="",
                sex="",
                birth=dt.date(2000, 1, 1),
                document_type="NIT",
                document=f"{nit}-{nit_digit(nit)}",
                address=address,
                mobile=self._mobile(address.city),
                arrived=shop_day(rng),
                channel="direct",
                role="contact",
                shop="shopify",
                emails=[f"compras.{plain(name.split()[0]).lower()}{rng.randrange(100, 9999)}@gmail.com"],
                landline=switchboard,
                firm=name,
            )
        )


def nit_digit(number: str) -> str:
    """The check digit of a Colombian NIT: weighted sum of the digits from the right, modulo 11."""
    rest = sum(weight * int(digit) for weight, digit in zip(NIT_WEIGHTS, reversed(number), strict=True)) % 11
    return str(rest if rest < 2 else 11 - rest)


def everybody(seed: str) -> tuple[list[Person], list[Person]]:
    """The people and the firms, numbered in the order in which the shop met them."""
    population = Population(Random(f"{seed} people"))
    population.fill()
    for number, person in enumerate(population.people, 1):
        person.id = f"P{number:04d}"
    return population.people, population.firms
