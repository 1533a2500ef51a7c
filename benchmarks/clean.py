"""How much ``ci clean`` costs: 1,000,000 rows x 12 columns from CSV and xlsx, a 5,000-row workbook, and ``ci --help``.

It makes its own files (invented people, seeded), runs the real command in processes of their own, and prints CPU
seconds, wall seconds and peak memory. Peers on the reading part, interleaved with ours in the same run: pandas and
openpyxl.

    uv run --with pandas --with xlsxwriter python benchmarks/clean.py [--rows 1000000] [--repeat 1] [--no-xlsx]
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

GIVEN = [
    "Ana",
    "Luis",
    "María",
    "José",
    "Carlos",
    "Laura",
    "Andrés",
    "Camila",
    "Juan",
    "Sofía",
    "Diego",
    "Paula",
    "Felipe",
    "Valentina",
    "Óscar",
    "Lucía",
]
FAMILY = [
    "García",
    "López",
    "Rodríguez",
    "Muñoz",
    "Peña",
    "Gómez",
    "Castaño",
    "Díaz",
    "Torres",
    "Ruiz",
    "Vargas",
    "Rojas",
    "Quintero",
    "Osorio",
    "Cano",
]
SYLLABLES = [c + v for c in "bcdfglmnrstvz" for v in "aeio"]
CITIES = [("Bogotá", "Cundinamarca"), ("MEDELLIN", "Antioquia"), ("Cali", "Valle del Cauca"), ("b/quilla", "Atlántico")]
DOMAINS = ["gmail.com", "hotmail.com", "yahoo.es", "outlook.com", "une.net.co"]
HEADERS = [
    "Nombres",
    "Apellidos",
    "Correo electrónico",
    "Celular",
    "Cédula",
    "Dirección",
    "Ciudad",
    "Departamento",
    "Fecha de nacimiento",
    "Fecha de registro",
    "Acepta publicidad",
    "Total compras",
]


def invented(rng: random.Random) -> str:
    """A name that hardly anybody else in the file has."""
    return "".join(rng.choice(SYLLABLES) for _ in range(3)).title()


def day(rng: random.Random, first: int, last: int) -> str:
    """A date as Latin American sheets write it."""
    return f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/{rng.randrange(first, last)}"


def mailbox(given: str, family: str, number: int) -> str:
    """What stands before the @ of an invented address."""
    return f"{given.split()[0]}.{family.split()[0]}{number}".lower().encode("ascii", "ignore").decode()


def people(rows: int, seed: int = 7) -> Iterator[list[str]]:
    """Invented rows: about 15 % repeat a person with another spelling."""
    rng = random.Random(seed)
    earlier: list[list[str]] = []
    for number in range(rows):
        if earlier and rng.random() < 0.15:
            row = list(rng.choice(earlier))
            row[0] = row[0].upper()
            row[3] = f"{row[3][:3]} {row[3][3:6]} {row[3][6:]}"
            row[5] = row[5].replace("Calle", "Cl.")
            yield row
            continue
        given = f"{rng.choice(GIVEN)} {invented(rng)}"
        family = f"{rng.choice(FAMILY)} {invented(rng)}"
        city, region = rng.choice(CITIES)
        row = [
            given,
            family,
            mailbox(given, family, number) + "@" + rng.choice(DOMAINS),
            f"3{rng.choice('012')}{rng.randrange(10**8):08d}",
            f"{rng.randrange(10_000_000, 1_199_999_999):,}".replace(",", "."),
            f"Calle {rng.randrange(1, 190)} # {rng.randrange(1, 120)}-{rng.randrange(1, 99)}",
            city,
            region,
            day(rng, 1950, 2006),
            f"{day(rng, 2019, 2026)} {rng.randrange(24):02d}:{rng.randrange(60):02d}",
            rng.choice(["Sí", "No", ""]),
            f"{rng.randrange(20_000, 9_000_000):,}".replace(",", ".") + ",00",
        ]
        if len(earlier) < 50_000:
            earlier.append(row)
        yield row


def write_csv(path: Path, rows: int) -> None:
    """The rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(HEADERS)
        writer.writerows(people(rows))


def write_xlsx(path: Path, rows: int) -> None:
    """The rows as a workbook."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("Clientes")
    sheet.write_row(0, 0, HEADERS)
    for index, row in enumerate(people(rows), 1):
        for column, value in enumerate(row):
            sheet.write_string(index, column, value)
    book.close()


def measured(command: Sequence[str], folder: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak memory (GiB) of a process and its children."""
    with (folder / "output").open("w+b") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        _pid, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        if status:
            output.seek(0)
            sys.exit(f"{' '.join(command)}\n{output.read().decode()}")
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 2**20


def report(label: str, cpu: float, wall: float, peak: float) -> None:
    """One line of the table."""
    print(f"{label:<44}{cpu:>10.2f}{wall:>10.2f}{peak:>10.2f}", flush=True)


def main() -> None:
    """Make the files, run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--no-xlsx", action="store_true")
    asked = parser.parse_args()
    ci = [sys.executable, "-m", "custintel"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        big, book, small = folder / "big.csv", folder / "big.xlsx", folder / "small.xlsx"
        write_csv(big, asked.rows)
        write_xlsx(small, 5_000)
        if not asked.no_xlsx:
            write_xlsx(book, asked.rows)
        print(f"{os.cpu_count()} cores; {asked.rows:,} rows x {len(HEADERS)} columns")
        print(f"{'':<44}{'CPU s':>10}{'wall s':>10}{'peak GiB':>10}")
        for turn in range(asked.repeat):
            runs: list[tuple[str, list[str]]] = [
                ("ci --help", [*ci, "--help"]),
                (
                    "ci clean small.xlsx (5,000 rows)",
                    [*ci, "--project", f"small{turn}", "clean", str(small), "--country", "CO"],
                ),
                ("ci clean big.csv", [*ci, "--project", f"csv{turn}", "clean", str(big), "--country", "CO", "--json"]),
                (
                    "pandas.read_csv(big.csv), reading only",
                    [sys.executable, "-c", f"import pandas; pandas.read_csv({str(big)!r}, dtype=str)"],
                ),
            ]
            if not asked.no_xlsx:
                opened = f"openpyxl.load_workbook({str(book)!r}, read_only=True).active.iter_rows(values_only=True)"
                load = f"import openpyxl\nfor row in {opened}: pass"
                runs += [
                    (
                        "ci clean big.xlsx",
                        [*ci, "--project", f"xlsx{turn}", "clean", str(book), "--country", "CO", "--json"],
                    ),
                    ("openpyxl big.xlsx, reading only", [sys.executable, "-c", load]),
                ]
            for label, command in runs:
                (folder / f"small{turn}").mkdir(exist_ok=True)
                (folder / f"csv{turn}").mkdir(exist_ok=True)
                (folder / f"xlsx{turn}").mkdir(exist_ok=True)
                report(label, *measured(command, folder))


if __name__ == "__main__":
    main()
