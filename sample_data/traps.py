"""What happens to good data on its way into a spreadsheet."""

from __future__ import annotations

from random import Random

from names import NAMES
from people import Person, plain


def mojibake(text: str, times: int = 1) -> str:
    """``text`` saved as UTF-8 and opened as Windows-1252, once or twice; unchanged when that leaves no letters."""
    for _ in range(times):
        try:
            text = text.encode("utf-8").decode("cp1252")
        except UnicodeDecodeError:
            return text
    return text


def question_marks(text: str) -> str:
    """``text`` saved in an encoding that lacks its accented letters."""
    return text.encode("ascii", "replace").decode("ascii")


def typed_email(rng: Random, email: str) -> str:
    """An address as people type it: capitals, spaces, and now and then a misspelt provider."""
    local, _, host = email.partition("@")
    luck = rng.random()
    if luck < 0.02 and host in NAMES["mail_typos"]:
        return f"{local}@{rng.choice(NAMES['mail_typos'][host])}"
    if luck < 0.10:
        return email.upper()
    if luck < 0.14:
        return f" {local.capitalize()}@{host} "
    return email


def swapped_digits(rng: Random, number: str) -> str:
    """``number`` with two neighbouring digits exchanged."""
    at = rng.randrange(1, len(number) - 2)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def short_name(rng: Random, person: Person) -> tuple[str, str]:
    """Given names and surnames as a person fills them in: nickname, second name or second surname left out."""
    if person.firm:
        return person.firm, ""
    luck = rng.random()
    given = person.given
    if luck < 0.06 and person.nickname:
        given = person.nickname
    elif luck < 0.55 and person.given_2:
        given = f"{person.given} {person.given_2}"
    surname = person.surname if rng.random() < 0.45 else f"{person.surname} {person.surname_2}".strip()
    return given, surname


def surname_first(rng: Random, person: Person) -> str:
    """The name as accounting writes it: surnames first, in capitals, often without accents."""
    given, surname = short_name(rng, person)
    name = f"{surname} {given}".strip().upper()
    return plain(name) if rng.random() < 0.6 else name


def legacy_landline(rng: Random, number: str) -> str:
    """A Colombian landline as it was written before September 2021, or as it is now."""
    if not number.startswith("+5760"):
        return number
    area, local = number[5], number[6:]
    shapes = [
        f"({area}) {local}",
        f"{area}{local}",
        f"03{area}{local}",
        f"60{area}{local}",
        f"+57 60{area} {local[:3]} {local[3:]}",
        local,
    ]
    return rng.choice(shapes)


def typed_mobile(rng: Random, number: str) -> str:
    """A mobile as people type it in a form."""
    if not number.startswith("+57"):
        return number
    ten = number[3:]
    return rng.choice(
        [ten, ten, f"{ten[:3]} {ten[3:6]} {ten[6:]}", f"+57 {ten}", f"57{ten}", f"{ten[:3]}-{ten[3:]}", f"0{ten}"]
    )


def spanish_number(value: float, decimals: int = 2) -> str:
    """``1234.5`` as ``1.234,50``."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
