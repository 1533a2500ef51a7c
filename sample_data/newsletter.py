"""``newsletter.csv``: the mailing list as Excel on a Spanish Windows saved it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import traps
from names import HEADERS
from people import LAST_DAY, Person, plain
from truth import WhoIsWho, write_csv

FILE = "newsletter.csv"
HEADER = HEADERS["newsletter"]


def make(folder: Path, people: list[Person], seed: str, truth: WhoIsWho) -> None:
    """Write the list; people who left it say ``no``, whatever the customer book says of them."""
    rng = Random(f"{seed} newsletter")
    entries = []
    for person in people:
        share = {"subscriber": 1.0, "contact": 0.1}.get(person.role, 0.5 if person.shop == "shopify" else 0.17)
        if not person.email or rng.random() >= share:
            continue
        day = person.arrived + dt.timedelta(days=rng.randrange(0, 60))
        entries.append((min(day, LAST_DAY), person, rng.choice(person.emails or [person.email])))
        if rng.random() < 0.05:
            entries.append((min(day + dt.timedelta(days=90), LAST_DAY), person, person.email))
    rows = []
    for day, person, email in sorted(entries, key=lambda entry: (entry[0], entry[1].id)):
        given, surname = _damaged(rng, *traps.short_name(rng, person))
        subscribed = "no" if person.left_newsletter else rng.choice(["sí", "sí", "si", "Si", "SI", ""])
        rows.append([given, surname, traps.typed_email(rng, _alias(rng, email)), subscribed, f"{day:%d/%m/%Y}"])
        truth.note(FILE, "", len(rows) + 1, person)
    rows.append(["test", "test", "no@tiene.com", "si", f"{LAST_DAY:%d/%m/%Y}"])
    truth.note(FILE, "", len(rows) + 1, None, "test")
    write_csv(folder / FILE, HEADER, rows, delimiter=";", encoding="cp1252")


def _damaged(rng: Random, given: str, surname: str) -> tuple[str, str]:
    """One row in eight went through a tool that did not know its encoding; some are all small letters or capitals."""
    luck = rng.random()
    if luck < 0.08:
        return traps.mojibake(given), traps.mojibake(surname)
    if luck < 0.11:
        return traps.mojibake(given, 2), traps.mojibake(surname, 2)
    if luck < 0.125:
        return traps.question_marks(given), traps.question_marks(surname)
    if luck < 0.25:
        return plain(given).lower(), plain(surname).lower()
    return (given.upper(), surname.upper()) if luck < 0.3 else (given, surname)


def _alias(rng: Random, email: str) -> str:
    """A Gmail mailbox under another of its names, now and then."""
    local, host = email.split("@")
    if host != "gmail.com" or rng.random() > 0.04:
        return email
    return rng.choice(
        [f"{local[:3]}.{local[3:]}@{host}".replace("..", "."), f"{local}+lumbre@{host}", f"{local}@googlemail.com"]
    )
