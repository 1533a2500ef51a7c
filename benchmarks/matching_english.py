"""Invented customers of a British shop: newsletter, till and web shop in one sheet, a third of them more than once.

Other errors than those of the Spanish sheets: slips of neighbouring keys, misread scans, maiden names, day and month
swapped, house moves, work and private mailboxes, people of one house on one landline, shared work numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from matching_errors import digits_swapped, misheard, misread, slip
from matching_words import WORDS, city, drawn, nicknames, surname

COLUMNS = [
    "cluster", "Title", "First Name", "Surname", "Email Address", "Mobile", "Home Phone", "Date of Birth",
    "Address Line 1", "Town", "Postcode", "Company",
]  # fmt: skip
EMPTY = {"Title": 0.5, "First Name": 0.03, "Email Address": 0.2, "Mobile": 0.35, "Home Phone": 0.6}
EMPTY |= {"Date of Birth": 0.55, "Address Line 1": 0.35, "Town": 0.3, "Postcode": 0.3}
MOBILES = ["0740", "0751", "0770", "0779", "0780", "0785", "0790", "0798"]
AREAS = {
    "London": "0207", "Birmingham": "012145", "Leeds": "011327", "Manchester": "016183", "Bristol": "011792",
    "Sheffield": "011427", "Nottingham": "011594", "Newcastle upon Tyne": "019126", "Norwich": "0160362",
    "Exeter": "0139225", "Plymouth": "0175266", "Bath": "0122542", "York": "0190462", "Kingston upon Hull": "0148232",
}  # fmt: skip
"""How the landlines of a town begin."""
MAILS = ["gmail.com", "hotmail.co.uk", "yahoo.co.uk", "btinternet.com", "outlook.com", "icloud.com"]


@dataclass(frozen=True)
class Home:
    """Where people live, and its telephone."""

    street: str
    town: list[str]
    postcode: str
    landline: str


@dataclass(frozen=True)
class Person:
    """Somebody, and everything rows about them may say; usual things first."""

    key: int
    gender: str
    given: str
    families: list[str]
    emails: list[str]
    mobiles: list[str]
    born: tuple[int, int, int]
    homes: list[Home]
    firm: str


def rows(count: int, seed: int) -> Iterator[list[str]]:
    """``count`` rows in a shuffled order, as ``COLUMNS`` says; the first cell is the truth."""
    rng = Random(seed)
    made: list[list[str]] = []
    firms = [f"{surname(rng, 'en')} {rng.choice(WORDS['trades']['firms'])} Ltd" for _ in range(max(count // 200, 2))]
    key, taken = 0, set[str]()
    while len(made) < count:
        for person in _household(rng, key, firms, taken):
            key += 1
            copies = rng.choices((1, 2, 3, 4, 5), (68, 18, 9, 3, 2))[0]
            made.extend(_row(rng, person) for _ in range(copies))
    del made[count:]
    rng.shuffle(made)
    yield from made


def _household(rng: Random, key: int, firms: list[str], taken: set[str]) -> list[Person]:
    """One person, or a couple with children: one home, often one surname, sometimes one mailbox."""
    home, name = _home(rng), surname(rng, "en")
    group: list[Person] = []
    for number in range(rng.choices((1, 2, 3, 4), (80, 12, 5, 3))[0]):
        gender = rng.choice("mf")
        given = drawn(rng, "en", "men" if gender == "m" else "women")
        families = [name] if not group or rng.random() < 0.85 else [surname(rng, "en")]
        if gender == "f" and rng.random() < 0.15:
            families = [*families, surname(rng, "en")]
        year = rng.randrange(1940, 2005)
        emails = [_mailbox(rng, given, families[0], year, taken) for _ in range(2)]
        firm = rng.choice(firms) if rng.random() < 0.15 else ""
        if firm:
            emails[1] = f"{given}.{families[0]}{key + number}@{firm.split()[0]}.co.uk".lower()
        mobiles = [_number(rng, rng.choice(MOBILES)) for _ in range(2)]
        born = (year, rng.randrange(1, 13), rng.randrange(1, 29))
        person = Person(key + number, gender, given, families, emails, mobiles, born, [home, _home(rng)], firm)
        if group and rng.random() < 0.3:
            person = replace(person, emails=[group[0].emails[0], emails[0]])
        group.append(person)
    return group


def _home(rng: Random) -> Home:
    town = city(rng, "GB")
    street = f"{rng.randrange(1, 250)} {drawn(rng, 'en', 'streets')} {rng.choice(['Street', 'Road', 'Lane', 'Close'])}"
    postal = _initials(town[0]) + str(rng.randrange(1, 30))
    postcode = f"{postal} {rng.randrange(1, 10)}{rng.choice('ABDEFGHJLN')}{rng.choice('PQRSTUWXYZ')}"
    return Home(street, town, postcode, _number(rng, AREAS[town[0]]))


def _initials(town: str) -> str:
    """The letters a postcode of the town begins with."""
    return town[0] + next(letter for letter in town[1:].upper() if letter not in "AEIOU '")


def _mailbox(rng: Random, given: str, family: str, year: int, taken: set[str]) -> str:
    shapes = [f"{given}.{family}", f"{given[0]}{family}{year % 100}", f"{given}{family}{rng.randrange(1, 99)}"]
    while (box := f"{rng.choice(shapes)}{rng.choice(['', '', str(year)])}@{rng.choice(MAILS)}".lower()) in taken:
        shapes.append(f"{given}.{family}{rng.randrange(1, 9999)}")
    taken.add(box)
    return box


def _number(rng: Random, head: str) -> str:
    """A telephone number of eleven digits that begins with ``head``."""
    return head + "".join(rng.choice("0123456789") for _ in range(11 - len(head)))


def _row(rng: Random, person: Person) -> list[str]:
    """What one row says of somebody."""
    home = person.homes[1 if rng.random() < 0.12 else 0]
    given = nicknames("en").get(person.given, person.given) if rng.random() < 0.1 else person.given
    if rng.random() < 0.05:
        given = given[0]
    family = rng.choices(person.families, [4, 1][: len(person.families)])[0]
    cells = {
        "cluster": f"P{person.key}",
        "Title": rng.choice({"m": ["Mr", "Mr.", "Dr"], "f": ["Mrs", "Ms", "Miss"]}[person.gender]),
        "First Name": _misspelt(rng, given),
        "Surname": _misspelt(rng, family),
        "Email Address": _mail(rng, person.emails),
        "Mobile": _telephone(rng, person.mobiles[1 if rng.random() < 0.1 else 0]),
        "Home Phone": _telephone(rng, home.landline),
        "Date of Birth": _birth(rng, person.born),
        "Address Line 1": _misspelt(rng, home.street.replace("Street", rng.choice(["Street", "St", "St."]))),
        "Town": rng.choice(home.town),
        "Postcode": rng.choice([home.postcode, home.postcode, home.postcode.replace(" ", ""), home.postcode.lower()]),
        "Company": person.firm if rng.random() < 0.6 else "",
    }
    for column, share in EMPTY.items():
        if rng.random() < share:
            cells[column] = ""
    if rng.random() < 0.02:
        cells["First Name"], cells["Surname"] = cells["Surname"], cells["First Name"]
    if rng.random() < 0.08:
        cells |= {column: cells[column].upper() for column in ("First Name", "Surname", "Town", "Address Line 1")}
    return [cells[column] for column in COLUMNS]


def _misspelt(rng: Random, text: str) -> str:
    dice = rng.random()
    if dice < 0.05:
        return slip(rng, text)
    if dice < 0.07:
        return misheard(rng, text, "en")
    return misread(rng, text) if dice < 0.09 else text


def _mail(rng: Random, emails: list[str]) -> str:
    name, domain = rng.choices(emails, (8, 2))[0].split("@")
    if rng.random() < 0.03:
        name = slip(rng, name)
    return f"{name}@{rng.choice(['gmial.com', 'gmail.co', 'gmail.con'])}" if rng.random() < 0.01 else f"{name}@{domain}"


def _telephone(rng: Random, digits: str) -> str:
    if rng.random() < 0.02:
        digits = digits_swapped(rng, digits)
    shapes = [digits, f"{digits[:5]} {digits[5:]}", f"+44 {digits[1:]}", f"0044{digits[1:]}", digits.lstrip("0")]
    return rng.choices(shapes, (5, 3, 2, 1, 1))[0]


def _birth(rng: Random, born: tuple[int, int, int]) -> str:
    year, month, day = born
    dice = rng.random()
    if dice < 0.04 and day < 13:
        month, day = day, month
    elif dice < 0.06:
        year += rng.choice((-1, 1, 100 if year < 1926 else -10))
    elif dice < 0.1:
        month, day = 1, 1
    return f"{day:02d}/{month:02d}/{year}"
