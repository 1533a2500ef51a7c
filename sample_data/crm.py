"""``crm.xlsx``: the customer book kept by hand, two years on two sheets, with everything people do to a spreadsheet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import traps
from names import HEADERS
from orders import Order
from people import Person
from truth import WhoIsWho
from workbook import Cell, Formula, Sheet, Styled, write

FILE = "crm.xlsx"
HEADER = HEADERS["crm"]
LAST = "S"
NEW_YEAR = dt.date(2026, 1, 1)
NOTES = [
    "",
    "",
    "",
    "",
    "",
    "Llamar en la tarde",
    "Paga contra entrega",
    "Pidió factura",
    "Cliente frecuente",
    "Deja en portería",
    "Cumple en dic.",
]
DANGEROUS = [
    '=HYPERLINK("http://premios.example";"Ver")',
    "+CMD|' /C calc'!A0",
    "@SUM(1+1)*2",
    "<script>alert(1)</script>",
    "1;DROP TABLE users",
]


class Book:
    """Writes people into rows; every call for one row draws its own luck."""

    def __init__(self, rng: Random, spent: dict[str, int], truth: WhoIsWho) -> None:
        self.rng = rng
        self.spent = spent
        self.truth = truth
        self.code = 41

    def sheet(self, name: str, above: list[list[Cell]], people: list[tuple[Person, dt.date]]) -> Sheet:
        """One year: what stands above the table, its header, a row per entry, strays in between, a total below."""
        rng = self.rng
        sheet = Sheet(name, [*above, list(HEADER)])
        for row in range(1, len(sheet.rows) + 1):
            self.truth.note(FILE, name, row, None, "header")
        first = len(sheet.rows) + 1
        for number, (person, day) in enumerate(people, 1):
            self._add(sheet, self.row(person, day), person)
            if number % 97 == 0:
                self._add(sheet, self.nobody(day), None, "placeholder")
            if number % 611 == 0:
                self._add(sheet, list(HEADER), None, "header")
            if number % 733 == 0:
                self._add(sheet, [], None, "blank")
        self._add(sheet, self.trial(rng.choice(people)[1]), None, "test")
        total: list[Cell] = [None] * len(HEADER)
        total[0], total[2] = (
            "TOTAL CLIENTES",
            Formula(f"COUNTA(D{first}:D{len(sheet.rows)})", len(sheet.rows) - first + 1),
        )
        self._add(sheet, total, None, "total")
        return sheet

    def row(self, person: Person, day: dt.date) -> list[Cell]:
        """One entry about ``person`` made on ``day``."""
        rng = self.rng
        city = person.address.city
        self.code += rng.randint(1, 7)
        home = city.country == "CO"
        accepts = person.consent_crm or rng.choice(["SI", "SI", "Sí", "", ""])
        return [
            Styled(self.code, "code5"),
            person.document_type if rng.random() < 0.7 else None,
            self._document(person),
            traps.surname_first(rng, person),
            self._mobile(person, day),
            traps.legacy_landline(rng, person.landline) if person.landline and rng.random() < 0.7 else None,
            self._email(person),
            self._birth(person),
            rng.choice([person.sex, person.sex, None]) or None,
            person.address.written(rng) if rng.random() < 0.75 else None,
            self._city(person),
            city.region if rng.random() < 0.8 else None,
            Styled(int(city.code), "code5") if home and rng.random() < 0.6 else None,
            {"CO": "Colombia", "MX": "México", "ES": "España", "US": "Estados Unidos"}[city.country]
            if not home or rng.random() < 0.5
            else None,
            day if rng.random() < 0.8 else f"{day:%d/%m/%Y}",
            accepts or None,
            rng.choice(["SI", "NO", "", ""]) or None,
            traps.spanish_number(self.spent[person.id]) if self.spent.get(person.id) else None,
            rng.choice(NOTES) or None if rng.random() > 0.004 else rng.choice(DANGEROUS),
        ]

    def _document(self, person: Person) -> Cell:
        rng = self.rng
        luck = rng.random()
        if luck < 0.02:
            return 222222222222
        if not person.document or luck < 0.22:
            return None
        if not person.document.isdigit():
            return person.document
        if luck < 0.23:
            return int(traps.swapped_digits(rng, person.document))
        return traps.spanish_number(int(person.document), 0) if luck < 0.28 else int(person.document)

    def _mobile(self, person: Person, day: dt.date) -> Cell:
        rng = self.rng
        luck = rng.random()
        number = person.old_mobile if person.old_mobile and day < NEW_YEAR else person.mobile
        if luck < 0.10:
            return None
        if luck < 0.105:
            return 3000000000
        if luck < 0.25 or not number.startswith("+57"):
            return traps.typed_mobile(rng, number)
        return int(number[3:])

    def _email(self, person: Person) -> Cell:
        rng = self.rng
        luck = rng.random()
        if luck < 0.045:
            return "no@tiene.com"
        if luck < 0.065:
            return rng.choice(["NO TIENE", "N/A", "sin correo", "s/d", "xxx"])
        if luck < 0.28 or not person.email:
            return None
        email = traps.typed_email(rng, person.email)
        if luck < 0.29:
            return Formula(f'CONCATENATE("{person.email.split("@")[0]}","@{person.email.split("@")[1]}")', person.email)
        if luck < 0.293:
            local, host = person.email.split("@")
            return Formula(f'CONCATENATE("{local}","@{host}")')
        if luck < 0.31 and len(person.emails) > 1:
            return " / ".join(person.emails)
        return email

    def _birth(self, person: Person) -> Cell:
        luck = self.rng.random()
        if person.firm or luck < 0.45:
            return None
        if luck < 0.47:
            return dt.date(1900, 1, 1)
        return f"{person.birth:%d/%m/%Y}" if luck < 0.6 else person.birth

    def _city(self, person: Person) -> str:
        rng = self.rng
        city = person.address.city.name
        if city == "Bogotá":
            return rng.choice(
                ["Bogotá", "BOGOTA", "Bogotá D.C.", "Santafé de Bogotá", "bogota dc", traps.mojibake("Bogotá")]
            )
        return rng.choice([city, city, city.upper(), traps.mojibake(city)]) if rng.random() < 0.3 else city

    def nobody(self, day: dt.date) -> list[Cell]:
        """The customer of cash sales whom nobody asked for a name."""
        self.code += 1
        cells: list[Cell] = [
            Styled(self.code, "code5"),
            "CC",
            222222222222,
            "CONSUMIDOR FINAL",
            None,
            None,
            "no@tiene.com",
        ]
        return cells + [None] * 7 + [day]

    def trial(self, day: dt.date) -> list[Cell]:
        """Somebody trying the form."""
        self.code += 1
        return [
            Styled(self.code, "code5"),
            None,
            123456789,
            "PRUEBA PRUEBA",
            3001234567,
            None,
            "test@test.com",
            *[None] * 7,
            day,
        ]

    def _add(self, sheet: Sheet, row: list[Cell], person: Person | None, kind: str = "") -> None:
        sheet.rows.append(row)
        self.truth.note(FILE, sheet.name, len(sheet.rows), person, kind)


def make(
    folder: Path, people: list[Person], firms: list[Person], orders: list[Order], seed: str, truth: WhoIsWho
) -> None:
    """Write the workbook: both years and the hidden notes."""
    rng = Random(f"{seed} crm")
    spent: dict[str, int] = {}
    for order in orders:
        if order.kept:
            spent[order.person.id] = spent.get(order.person.id, 0) + order.total
    book = Book(rng, spent, truth)
    title: list[Cell] = [Styled("VIVERO Y CASA LUMBRE S.A.S.", "title")]
    groups: list[Cell] = [
        "IDENTIFICACIÓN",
        None,
        None,
        None,
        "CONTACTO",
        None,
        None,
        "PERSONA",
        None,
        "UBICACIÓN",
        *[None] * 4,
        "GESTIÓN",
    ]
    old, new = _entries(rng, people, firms)
    sheet_2025 = book.sheet("Clientes 2025", [title, ["Listado de clientes - año 2025"], [], groups], old)
    sheet_2025.merged = [f"A1:{LAST}1", f"A2:{LAST}2", "A4:D4", "E4:G4", "H4:I4", "J4:N4", f"O4:{LAST}4"]
    remark = "Nota: los clientes sin cédula se completan en la próxima compra. Actualizado 31/10/2026."
    sheet_2026 = book.sheet("Clientes 2026", [title, ["Listado de clientes - año 2026"], [remark]], new)
    sheet_2026.merged = [f"A1:{LAST}1", f"A2:{LAST}2", f"A3:{LAST}3"]
    notes = Sheet("Notas internas", hidden=True)
    notes.rows = [
        ["Pendientes"],
        ["Pedir cédula a los clientes nuevos"],
        ["No borrar la hoja 2025"],
        ["Clave del wifi: preguntar a Marta"],
    ]
    for row in range(1, len(notes.rows) + 1):
        truth.note(FILE, notes.name, row, None, "note")
    write(folder / FILE, [sheet_2025, sheet_2026, notes])


def _entries(
    rng: Random, people: list[Person], firms: list[Person]
) -> tuple[list[tuple[Person, dt.date]], list[tuple[Person, dt.date]]]:
    """Who is on which sheet and since when: some are on both, some twice on one."""
    old: list[tuple[Person, dt.date]] = []
    new: list[tuple[Person, dt.date]] = []
    for person in [*people, *firms]:
        share = {"contact": 1.0, "subscriber": 0.12}.get(
            person.role, {"shopify": 0.62, "dropi": 0.55, "mercadolibre": 0.15}[person.shop]
        )
        if rng.random() >= share:
            continue
        (old if person.arrived < NEW_YEAR else new).append((person, person.arrived))
        if person.arrived < NEW_YEAR and rng.random() < 0.35:
            new.append((person, dt.date(2026, 1, 5) + dt.timedelta(days=rng.randrange(290))))
        if rng.random() < 0.06:
            again = min(person.arrived + dt.timedelta(days=rng.randrange(120)), dt.date(2026, 10, 31))
            (old if again < NEW_YEAR else new).append((person, again))
    return sorted(old, key=lambda entry: (entry[1], entry[0].id)), sorted(
        new, key=lambda entry: (entry[1], entry[0].id)
    )
