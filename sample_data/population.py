"""How the people of the invented shop come to be, one household after another."""

from __future__ import annotations

import datetime as dt
from random import Random

import names
from names import NAMES, City
from people import Address, Person, frequent, plain, shop_day, weighted

PEOPLE = 3000
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


class Population:
    """Draws people one household after another, never the same phone, mailbox or document twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()
        self.households = 0
        self.people: list[Person] = []
        self.firms: list[Person] = []
        self.cities = {str(i): city.weight for i, city in enumerate(names.CITIES)}

    def fill(self) -> None:
        """Draw everybody, then the firms they work for."""
        while len(self.people) < PEOPLE:
            self.households += 1
            self._household(f"H{self.households:04d}")
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
        members: list[Person] = []
        for place in range(size):
            parents = members[:2] if place >= 2 else []
            ages = (18, 26) if parents else (46, 68) if size > 2 else (23, 68)
            person = self._person(household, address, rng.randint(*ages), parents, heir=place == 2)
            person.landline = landline
            members.append(person)
        if size > 1 and rng.random() < 0.45:
            shared = f"familia.{plain(members[0].surname.split()[-1]).lower()}{rng.randrange(10, 99)}@gmail.com"
            for member in rng.sample(members, rng.randint(2, size)):
                member.household_email = shared
                member.emails = []
        self.people += members

    def _person(self, household: str, address: Address, age: int, parents: list[Person], *, heir: bool) -> Person:
        """One more of a household; a child has a surname of each parent, and the ``heir`` often a parent's name."""
        rng = self.rng
        country = address.city.country
        sex = "F" if rng.random() < 0.58 else "M"
        given, given_2, surname, surname_2 = self._name(sex, country)
        if parents and country != "US":
            father, mother = sorted(parents, key=lambda p: p.sex, reverse=True)
            surname, surname_2 = father.surname, mother.surname
            same = next((parent for parent in parents if parent.sex == sex), None)
            if heir and same and rng.random() < 0.4:
                given, given_2 = same.given, same.given_2
        birth = dt.date(2026 - age, rng.randint(1, 12), rng.randint(1, 28))
        kind, document = self._document(country, birth)
        formal = next((n for n in (given, given_2) if n in NAMES["nicknames"]), "")
        person = Person(
            id="",
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
            nickname=rng.choice(NAMES["nicknames"][formal]) if formal else "",
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
            given = rng.choice(NAMES["american_women"] if sex == "F" else NAMES["american_men"])
            return given, "", rng.choice(NAMES["american_surnames"]), ""
        given = frequent(rng, NAMES["women"] if sex == "F" else NAMES["men"])
        second = rng.choice(
            NAMES["after_maria"] if given == "María" else NAMES["second_women"] if sex == "F" else NAMES["second_men"]
        )
        given_2 = second if rng.random() < 0.5 and second != given else ""
        surname, surname_2 = (
            rng.choice(NAMES["particle_surnames"]) if rng.random() < 0.02 else frequent(rng, NAMES["surnames"])
            for _ in "12"
        )
        return given, given_2, surname, surname_2

    def _address(self) -> Address:
        rng = self.rng
        city = names.CITIES[int(weighted(rng, self.cities))]
        inside = f"{rng.choice(NAMES['blocks'])} {rng.randint(1, 15)}0{rng.randint(1, 8)}" if rng.random() < 0.5 else ""
        if city.country == "CO":
            street = weighted(rng, {"Calle": 45, "Carrera": 42, "Diagonal": 7, "Transversal": 6})
            quadrant = rng.choice(["Sur", "Norte"]) if rng.random() < 0.08 else ""
            number, cross, plate = rng.randint(3, 170), rng.randint(2, 120), rng.randint(1, 99)
            return Address(city, street, number, cross, plate, quadrant, inside)
        postal_code = f"{city.code}{rng.randint(1, 60):02d}"
        return Address(
            city, rng.choice(NAMES["streets"][city.country]), rng.randint(3, 2400), 0, 0, "", inside, postal_code
        )

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
            email = f"{local}@{weighted(rng, NAMES['mail_hosts'])}"
            if self.unique(email):
                return email

    def _firm(self, number: int) -> None:
        """A firm that buys, with people who work there; each fourth has a switchboard its people give out."""
        rng = self.rng
        staff = rng.sample(
            [p for p in self.people if p.country == "CO" and not p.employer], 8 if number % 4 == 0 else 2
        )
        called, forms = NAMES["firm_names"], NAMES["firm_forms"]
        name = f"{rng.choice(NAMES['firms'])} {called[number % len(called)]} {forms[number % len(forms)]}"
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
