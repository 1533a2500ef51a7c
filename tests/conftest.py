from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from custintel import cli, formats, i18n
from custintel.clean.cleaning import Cleaned, clean
from custintel.people.survivorship import Survivorship
from custintel.people.who import Merging
from custintel.records.decisions import Given, decide
from custintel.records.gather import gather
from custintel.records.rows import Batch
from custintel.sheets.headers import match
from custintel.sheets.source import SKIPPED_SCHEMA, Sheet
from custintel.tables import TABLES, Table
from custintel.tables.headers import declared
from custintel.tables.patch import whole

TODAY = dt.date(2026, 11, 1)
COLOMBIA = Given(country="CO", date_order="dmy", decimal=",", name_order="given_first")
AS_DECLARED = Survivorship()
Row = Mapping[str, str | None]
Ci = Callable[..., str]


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A terminal of 80 columns in English, of somebody without settings of their own."""
    for name in ("CI_LANG", "CI_PROJECT", "CI_COUNTRY", "CI_CURRENCY", "CI_TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("COLUMNS", "80")
    i18n.activate("en")
    yield
    i18n.activate("en")
    formats.use_country("CO")


@pytest.fixture
def ci(english: None, capsys: pytest.CaptureFixture[str]) -> Ci:
    """Run ``ci`` and return what it printed on standard output, or with ``code`` the error as well."""

    def run(*arguments: str, code: int = 0) -> str:
        i18n.activate(next((after for flag, after in pairwise(arguments) if flag == "--lang"), "en"))
        found = cli.run(arguments)
        printed = capsys.readouterr()
        assert found == code, printed.out + printed.err
        return printed.out + printed.err if code else printed.out

    return run


def make_sheet(
    rows: Sequence[Row],
    source: str = "crm.csv",
    *,
    name: str = "",
    skipped: Sequence[tuple[int, str, str]] = (),
    headers: Sequence[str] | None = None,
) -> Sheet:
    """A sheet as the reader gives it, from rows written by hand whose keys are its headers; the header is in row 1."""
    headers = tuple(headers or dict.fromkeys(header for row in rows for header in row))
    cells = pl.DataFrame(
        [[row.get(header) for header in headers] for row in rows],
        schema=dict.fromkeys(headers, pl.String),
        orient="row",
    )
    return Sheet(
        source=source,
        sheet=name,
        file_hash="0" * 64,
        header_row=1,
        frame=cells.with_row_index("row", offset=2),
        headers=headers,
        skipped=pl.DataFrame(list(skipped), schema=SKIPPED_SCHEMA, orient="row"),
        notes=(),
    )


def make_batch(sheet: Sheet, given: Given = COLOMBIA) -> Batch:
    """A sheet with everything decided; headers that are names of fields are those fields, others are extra."""
    answers = {header: header if header in declared() else "ignore" for header in sheet.headers}
    matching = match(sheet.headers, sheet.frame.drop("row"), answers=answers)
    return Batch(sheet, matching, decide(gather(sheet, matching), given))


def clean_sheets(
    *sheets: Sheet,
    before: Mapping[Table, pl.DataFrame] | None = None,
    run_id: str = "r0001",
    given: Given = COLOMBIA,
    survivorship: Survivorship = AS_DECLARED,
    merging: Merging | None = None,
) -> Cleaned:
    """One run of the whole pipeline; all tables as they are after it."""
    held = {table: table.fill(before[table]) if before else table.empty() for table in TABLES.values()}
    found = clean(
        [make_batch(sheet, given) for sheet in sheets],
        {table: frame.lazy() for table, frame in held.items()},
        run_id=run_id,
        today=TODAY,
        survivorship=survivorship,
        merging=merging,
    )
    made = {table: whole(table, content, held[table].lazy()) for table, content in found.tables.items()}
    return replace(found, tables={**{table: table.conform(frame) for table, frame in held.items()}, **made})


@pytest.fixture(scope="session")
def sheet() -> Callable[..., Sheet]:
    return make_sheet


@pytest.fixture(scope="session")
def batch() -> Callable[..., Batch]:
    return make_batch


@pytest.fixture(scope="session")
def cleaned() -> Callable[..., Cleaned]:
    return clean_sheets


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write what the golden cases give now as what is expected, to be reviewed as a diff",
    )
