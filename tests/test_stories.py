"""What a person lives through with ``ci clean``: the real command in a process of its own, on real files."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel.project.folder import Project
from custintel.tables import CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS
from custintel.tables import TABLES as EVERY_TABLE

DATA = Path(__file__).parents[2] / "shared" / "data"
TABLES = {name: table for name, table in EVERY_TABLE.items() if table.written_by == "clean"}
HEADER = "Nombre;Correo;Celular;Ciudad\n"
JANUARY = HEADER + (
    "Ana Gil;ana@a.example;312 456 7801;Bogotá\n"
    "ANA GIL;ANA@A.EXAMPLE;;bogota\n"
    "Luis Rey;luis@a.example;320 884 1937;Cali\n"
)
FEBRUARY = JANUARY + "Eva Sol;eva@a.example;310 555 0142;Cali\nLuis Rey;rey@a.example;320 884 1937;Cali\n"
KILLS = 50
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What may steer a terminal or turn the direction of a text."""


class Shop:
    """A folder in which ``ci`` is typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CI_")}
        own = str(self.folder.parent / "nobody")
        return {**kept, "COLUMNS": "80", "CI_LANG": "en", "XDG_CONFIG_HOME": own, "POLARS_MAX_THREADS": "2"}

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "custintel", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **options,
        )

    def ci(self, *arguments: str, code: int = 0, **options: Any) -> str:
        """What ``ci`` printed: its result, or its complaint where it is expected to fail with ``code``."""
        with self.start(*arguments, **options) as process:
            out, err = process.communicate()
        assert process.returncode == code, out + err
        return err if code else out

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "tables" / f"{name}.parquet")

    def bytes(self) -> dict[str, str]:
        """The tables as they are on the disk."""
        tables = (self.folder / "tables").glob("*.parquet")
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tables}

    def runs(self) -> list[str]:
        return [run["run_id"] for run in json.loads(self.ci("history", "--json"))["runs"]]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


def test_next_months_file_adds_and_undo_gives_back_every_byte(shop: Shop) -> None:
    """A month in the life of a project: clean, clean the same again, clean the next export, take it back."""
    told = json.loads(shop.ci("clean", shop.write("clientes.csv", JANUARY), "--country", "CO", "--json"))
    assert told["quality"]["flow"]["people"] == 2
    january = shop.bytes()
    assert set(january) == {f"{name}.parquet" for name in TABLES}
    people = set(shop.table("customers")["customer_id"])

    again = json.loads(shop.ci("clean", "clientes.csv", "--country", "CO", "--json"))
    assert again["run_id"] is None
    assert again["quality"]["flow"]["known"] == 3
    assert shop.bytes() == january
    assert shop.runs() == ["r0001"]

    shop.write("clientes.csv", FEBRUARY)
    told = json.loads(shop.ci("clean", "clientes.csv", "--country", "CO", "--json"))
    assert (told["quality"]["flow"]["known"], told["quality"]["flow"]["new"]) == (3, 2)
    assert people < set(shop.table("customers")["customer_id"])
    assert shop.table("records").filter(run_id="r0001").height == 3

    shop.ci("undo", "--yes")
    assert shop.bytes() == january
    assert shop.runs() == ["r0003", "r0002", "r0001"]


def test_the_same_files_in_two_new_projects_make_the_same_bytes(shop: Shop, tmp_path: Path) -> None:
    other = Shop(tmp_path / "another folder")
    for place in (shop, other):
        place.write("enero.csv", JANUARY)
        place.write("febrero.csv", FEBRUARY)
    shop.ci("clean", "enero.csv", "febrero.csv", "--country", "CO")
    other.ci("clean", "febrero.csv", "enero.csv", "--country", "CO")
    assert {name: shop.table(name).rows() for name in TABLES} == {name: other.table(name).rows() for name in TABLES}
    third = Shop(tmp_path / "third")
    third.write("enero.csv", JANUARY)
    third.write("febrero.csv", FEBRUARY)
    third.ci("clean", "enero.csv", "febrero.csv", "--country", "CO")
    assert third.bytes() == shop.bytes()


def test_a_dry_run_reports_and_writes_nothing(shop: Shop) -> None:
    shop.write("clientes.csv", JANUARY)
    told = shop.ci("clean", "clientes.csv", "--country", "CO", "-n", "--xlsx", "out.xlsx", "--csv", "out.csv")
    assert "3 rows in, 2 people out." in told
    assert [path.name for path in shop.folder.iterdir()] == ["clientes.csv"]


def test_a_second_writer_is_told_who_holds_the_project(shop: Shop) -> None:
    shop.ci("clean", shop.write("clientes.csv", JANUARY), "--country", "CO")
    before = shop.bytes()
    shop.write("mas.csv", FEBRUARY)
    with Project.open(shop.folder).write("clean", version="1"):
        complaint = shop.ci("clean", "mas.csv", "--country", "CO", code=1)
    assert f"process {os.getpid()}" in complaint
    assert shop.bytes() == before


def big_file(rows: int) -> str:
    """A file that takes a while to clean, the same on every machine."""
    dice = random.Random(3)
    given = ("Ana", "Luis", "María", "José", "Carolina", "Pedro", "Julia", "Andrés", "Sofía", "Mateo")
    family = ("Gil", "Rey", "Soto", "Cano", "Vélez", "Lora", "Mora", "Toro", "Peña", "Ruiz")
    lines = (
        f"{dice.choice(given)} {dice.choice(family)};p{n % (rows * 3 // 4)}@a.example;"
        f"3{dice.randint(100_000_000, 219_999_999)};{dice.choice(('bogota', 'Cali', 'Medellin'))}\n"
        for n in range(rows)
    )
    return HEADER + "".join(lines)


def one_whole_set(folder: Path) -> str | None:
    """The run that made all tables of a project, None when there are none; also what people open must be that set."""
    if not (folder / "custintel.toml").exists():
        assert not (folder / "tables").exists(), "tables without a project"
        return None
    project = Project.open(folder)
    states = {state.name: state for state in project.state()}
    if not states:
        return None
    assert set(states) == set(TABLES)
    (run_id,) = {state.run_id for state in states.values()}
    tables = {table.name: project.read(table) for table in (RECORDS, IDENTITIES, CUSTOMERS, CONTACT_POINTS)}
    assert tables["records"].height == tables["identities"].height == tables["customers"]["n_records"].sum()
    for name, frame in tables.items():
        assert pl.read_parquet(folder / "tables" / f"{name}.parquet").height == frame.height
    assert not any(state.edited for state in states.values())
    return run_id


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_at_any_instant_the_next_command_finds_one_whole_set_of_tables(shop: Shop) -> None:
    """The kills are spread over the whole length of a run. A run that was faster than its kill is taken back."""
    shop.write("grande.csv", big_file(20_000))
    whole = Shop(shop.folder.parent / "timed")
    whole.write("grande.csv", big_file(20_000))
    began = time.monotonic()
    whole.ci("clean", "grande.csv", "--country", "CO", "-q")
    length = time.monotonic() - began
    instants = [length * (n + 0.5) / KILLS for n in range(KILLS)]
    random.Random(20_26).shuffle(instants)
    interrupted = 0
    for instant in instants:
        with shop.start("clean", "grande.csv", "--country", "CO", "-q") as process:
            time.sleep(instant)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        interrupted += process.returncode == -signal.SIGKILL
        if one_whole_set(shop.folder):
            Project.open(shop.folder).undo()
            assert one_whole_set(shop.folder) is None
    assert interrupted > KILLS // 2
    told = json.loads(shop.ci("clean", "grande.csv", "--country", "CO", "--json"))
    status = json.loads(shop.ci("status", "--json"))["tables"]
    assert {table["run_id"] for table in status} == {told["run_id"]}
    assert Project.open(shop.folder).verify() == []
    plain = ["run_id", "file_hash"]
    for name in TABLES:
        expected = whole.table(name).drop(plain, strict=False)
        assert shop.table(name).drop(plain, strict=False).equals(expected), name


HOSTILE = {
    "link": '=HYPERLINK("http://a.example";"Ana")',
    "command": "+CMD|' /C calc'!A0",
    "script": "<script>alert(1)</script>",
    "escape": "\x1b[31mAna\x1b]0;title\x07",
    "right to left": "Ana \u202eliG",
    "markup": "[red]Ana[/red] [link=http://a.example]Gil[/link]",
    "at": "@SUM(1+1)",
    "minus": "-2+3+cmd",
    "bell": "An\x07a\x9b Gil",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, dict[str, str]]:
    """A project made of hostile cells, and what was printed about it."""
    place = Shop(tmp_path_factory.mktemp("hostile") / "shop")
    quoted = [text.replace('"', '""') for text in HOSTILE.values()]
    rows = [f'"{text}","{text}",x{n}@a.example,"{text}","{text}"' for n, text in enumerate(quoted)]
    place.write("clientes.csv", "\n".join(["Nombre,Empresa,Correo,Ciudad,=1+1", *rows]) + "\n")
    said = {"terminal": place.ci("clean", "clientes.csv", "--xlsx", "out.xlsx", "--csv", "out.csv", "--country", "CO")}
    said["json"] = place.ci("clean", "clientes.csv", "--json", "--country", "CO")
    return place, said


def test_hostile_cells_do_not_steer_the_terminal(hostile: tuple[Shop, dict[str, str]]) -> None:
    assert not CONTROL.findall(hostile[1]["terminal"])


def test_hostile_cells_are_only_text_in_json(hostile: tuple[Shop, dict[str, str]]) -> None:
    printed = hostile[1]["json"]
    assert json.loads(printed)["quality"]["flow"]["records"] == len(HOSTILE)
    assert not CONTROL.findall(printed)


def test_hostile_cells_are_only_text_in_the_workbook(hostile: tuple[Shop, dict[str, str]]) -> None:
    book = openpyxl.load_workbook(hostile[0].folder / "out.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 5 * len(HOSTILE)
    assert {cell.data_type for cell in cells}.isdisjoint({"f", "e"})
    assert [cell.value for cell in cells if CONTROL.search(str(cell.value))] == []
    assert [cell.comment.text for cell in cells if cell.comment and CONTROL.search(cell.comment.text)] == []
    assert not any(cell.hyperlink for cell in cells)


def test_hostile_cells_are_only_text_in_the_csv_a_spreadsheet_opens(hostile: tuple[Shop, dict[str, str]]) -> None:
    import csv

    text = (hostile[0].folder / "out.csv").read_text(encoding="utf-8-sig")
    delimiter = max(";,", key=text.splitlines()[0].count)
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [cell for cell in cells if CONTROL.search(cell)] == []


def truncated(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Nombre", "Correo"])
    book.active.append(["Ana Gil", "ana@a.example"])
    book.save(path)
    path.write_bytes(path.read_bytes()[:-600])


def with_password(path: Path) -> None:
    """The first bytes of an encrypted workbook: an OLE container that names its encryption."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + name + bytes(4096))


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 300_000_000)


def picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)


def without_people(path: Path) -> None:
    path.write_text("Fecha;Temperatura\n01/02/2026;18,5\n02/02/2026;19,1\n")


@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (truncated, "crm.xlsx", "damaged"),
        (with_password, "crm.xlsx", "password"),
        (zip_bomb, "crm.xlsx", "unreasonable size"),
        (Path.touch, "crm.csv", "is empty"),
        (picture, "crm.csv", "not a spreadsheet"),
        (without_people, "clima.csv", "no people"),
        (lambda path: None, "crm.csv", "no file"),
    ],
    ids=["truncated", "password", "zip bomb", "0 bytes", "a picture called csv", "nobody in it", "not there"],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence_and_no_project_is_made(
    shop: Shop, make: Callable[[Path], object], name: str, says: str
) -> None:
    good = shop.write("buena.csv", JANUARY)
    make(shop.folder / name)
    before = {path: path.stat().st_mtime_ns for path in shop.folder.iterdir()}
    complaint = shop.ci("clean", good, name, "--country", "CO", code=1)
    assert says in complaint
    assert name in complaint
    assert "Traceback" not in complaint
    assert {path: path.stat().st_mtime_ns for path in shop.folder.iterdir()} == before


def test_a_workbook_under_another_name_is_read_all_the_same(shop: Shop) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Nombre", "Correo"])
    book.active.append(["Ana Gil", "ana@a.example"])
    book.save(shop.folder / "crm.xlsx")
    (shop.folder / "crm.xlsx").rename(shop.folder / "crm.csv")
    told = shop.ci("clean", "crm.csv")
    assert "1 rows in" in told or "1 row in" in told
    assert "Excel workbook" in " ".join(told.split())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(shop: Shop) -> None:
    shop.write("clientes.csv", JANUARY)
    shop.folder.chmod(0o555)
    try:
        complaint = shop.ci("clean", "clientes.csv", "--country", "CO", code=1)
    finally:
        shop.folder.chmod(0o755)
    assert "written" in complaint
    assert [path.name for path in shop.folder.iterdir()] == ["clientes.csv"]


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
@pytest.mark.parametrize("most", [100, 4_000, 20_000])
def test_a_disk_that_takes_no_more_leaves_everything_as_it_was(shop: Shop, most: int) -> None:
    """No file may grow past ``most`` bytes, which is what a disk that fills up looks like from inside a process."""
    import resource

    shop.ci("clean", shop.write("clientes.csv", JANUARY), "--country", "CO")
    before = shop.bytes()
    shop.write("grande.csv", big_file(2_000))
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    complaint = shop.ci("clean", "grande.csv", "--country", "CO", code=1, preexec_fn=limit)
    assert "Traceback" not in complaint
    assert shop.bytes() == before
    assert shop.runs() == ["r0001"]
    assert Project.open(shop.folder).verify() == []


def shared_sheets() -> Sequence[Path]:
    return sorted(path for path in DATA.rglob("*") if path.suffix in {".csv", ".xls", ".xlsx"})


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("path", shared_sheets(), ids=lambda path: path.name)
def test_real_files_are_read_or_refused_in_a_sentence(shop: Shop, path: Path) -> None:
    arguments = ["clean", str(path), "--country", "CO", "--date-order", "dmy", "--decimal", ",", "--json"]
    with shop.start(*arguments) as process:
        out, err = process.communicate()
    told = json.loads(out)
    if process.returncode == 0:
        flow = told["quality"]["flow"]
        assert flow["read"] == flow["skipped"] + flow["nobody"] + flow["known"] + flow["new"]
        assert flow["records"] == flow["people"] + flow["merged"]
    else:
        assert process.returncode in (1, 2), err
        assert told["error"]["message"]
        assert told["error"]["hint"]
        assert not (shop.folder / "custintel.toml").exists()
