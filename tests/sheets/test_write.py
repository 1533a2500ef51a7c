from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import os
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.units import cm_to_EMU
from openpyxl.worksheet.worksheet import Worksheet

from custintel.errors import CustintelError, UsageError
from custintel.sheets import workbook_cells, workbook_look, workbook_page, write
from custintel.sheets.output_file import check_output
from custintel.sheets.write import Chart, Page, money_format, sentences_page, table_page, write_csv, write_workbook

ATTACKS = (
    '=HYPERLINK("http://evil.example","click")',
    "=1+1",
    "+CMD|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "#REF!",
    "#N/A",
    "TRUE",
    "00123",
    "1e5",
    "http://example.com",
    "<script>alert(1)</script>",
    "]]>&lt;",
    "_x003D_1+1",
    " leading and trailing ",
    "👩‍👩‍👧 José",
)


def saved(path: Path, *pages: Page) -> list[Worksheet]:
    write_workbook(path, pages)
    return list(openpyxl.load_workbook(path))


def texts(*values: str | None) -> pl.DataFrame:
    return pl.DataFrame({"name": values}, schema={"name": pl.String})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "clean.xlsx"


class TestText:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_text_stays_text(self, out: Path, attack: str) -> None:
        (sheet,) = saved(out, Page("Clientes", texts(attack), headers={"name": attack}))
        for row in (1, 2):
            assert sheet.cell(row, 1).data_type == "s"
            assert sheet.cell(row, 1).hyperlink is None
        sheet_xml = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet_xml
        assert pl.read_excel(out).item() == attack.replace("\r", "\n")

    @pytest.mark.parametrize("attack", ["=1+1", "+CMD|x", "-2+3", "@SUM(1)", " =1+1", "＝1+1"])
    def test_text_like_a_formula_stays_text_when_it_is_edited(self, out: Path, attack: str) -> None:
        (sheet,) = saved(out, Page("x", texts(attack, "Ana")))
        assert sheet["A2"].quotePrefix
        assert not sheet["A3"].quotePrefix

    def test_control_characters_escapes_and_direction_overrides_are_left_out(self, out: Path) -> None:
        raw = "\x1b[31mAna\x1b[0m\x1b]8;;http://x\x07 \x00María\x08\u202egnp\u2066\x9b1m\ufffe"
        (sheet,) = saved(
            out, Page("\x1b[1mx\u202e", texts(raw), headers={"name": "\x00N"}, comments={(0, "name"): "a\x00b"})
        )
        assert [sheet["A1"].value, sheet["A2"].value] == ["N", "Ana Maríagnp"]
        assert sheet["A2"].comment.text == "ab"
        assert sheet.title == "x"

    def test_lines_within_a_cell_stay_lines(self, out: Path) -> None:
        (sheet,) = saved(out, Page("x", texts("a\r\nb\rc\nd\te")))
        assert sheet["A2"].value == "a\nb\nc\nd\te"

    @pytest.mark.parametrize("letter", ["x", "é", "😀"])
    def test_text_too_long_for_a_cell_is_cut_and_says_so(self, out: Path, letter: str) -> None:
        fits = letter * (32_767 // len(letter.encode("utf-16-le")) * 2)
        (sheet,) = saved(out, Page("x", texts(letter * 40_000, fits)))
        value = sheet["A2"].value
        assert value.endswith(" [cut: it has 40000 characters]")
        assert 32_760 < len(value.encode("utf-16-le")) // 2 <= 32_767
        assert sheet["A3"].value == fits

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=5))
    def test_any_text_comes_back_as_text(self, tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
        path = tmp_path_factory.mktemp("w") / "x.xlsx"
        (sheet,) = saved(path, Page("x", texts(*values)))
        for row, value in enumerate(values, 2):
            cell = sheet.cell(row, 1)
            plain = value.isprintable() and not re.search("[\u202a-\u202e\u2066-\u2069]|_x[0-9A-Fa-f]{4}_", value)
            assert cell.data_type == "s" or cell.value is None
            if plain:
                assert (cell.value or "") == value


class TestTypes:
    def test_numbers_dates_and_truth_values_are_real_ones(self, out: Path) -> None:
        frame = pl.DataFrame(
            {
                "n": [3, None],
                "x": [1.5, float("nan")],
                "money": [Decimal("1234567.89"), None],
                "day": [dt.date(2024, 2, 29), None],
                "ts": [dt.datetime(2024, 2, 29, 13, 45, 10), None],
                "at": [dt.time(13, 45), None],
                "span": [dt.timedelta(hours=30), None],
                "ok": [True, False],
                "kind": ["a", None],
                "tags": [["a", "b"], []],
                "none": [None, None],
            },
            schema_overrides={"money": pl.Decimal(18, 2), "kind": pl.Enum(["a"])},
        )
        (sheet,) = saved(out, Page("x", frame, formats={"n": "0000"}))
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert rows[0] == [
            3,
            1.5,
            1234567.89,
            dt.datetime(2024, 2, 29),
            dt.datetime(2024, 2, 29, 13, 45, 10),
            dt.time(13, 45),
            dt.timedelta(hours=30),
            True,
            "a",
            "a, b",
            None,
        ]
        assert rows[1] == [None] * 7 + [False, None, None, None]
        assert sheet["A2"].number_format == "0000"

    def test_what_excel_would_change_becomes_text(self, out: Path) -> None:
        frame = pl.DataFrame(
            {
                "document": [10**17 + 1, 5],
                "born": [dt.date(1899, 12, 31), dt.date(1900, 3, 1)],
                "seen": [dt.datetime(1850, 1, 1), dt.datetime(2024, 1, 1)],
            }
        )
        (sheet,) = saved(out, Page("x", frame))
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert rows[0] == ["100000000000000001", "1899-12-31", "1850-01-01 00:00:00.000000"]
        assert rows[1] == [5, dt.datetime(1900, 3, 1), dt.datetime(2024, 1, 1)]

    def test_times_with_a_zone_show_their_clock(self, out: Path) -> None:
        moment = (
            pl.Series([dt.datetime(2024, 1, 1, 17)]).dt.replace_time_zone("UTC").dt.convert_time_zone("America/Bogota")
        )
        (sheet,) = saved(out, Page("x", pl.DataFrame({"at": moment})))
        assert sheet["A2"].value == dt.datetime(2024, 1, 1, 12)


class TestLook:
    def test_header_filters_freeze_widths_notes_and_highlights(self, out: Path) -> None:
        frame = pl.DataFrame({"name": ["Ana", "x" * 80], "n": [1, 2]})
        page = Page(
            "Clientes",
            frame,
            headers={"name": "Nombre"},
            widths={"n": 33},
            comments={(1, "n"): "before: 3"},
            highlights=[(1, "n"), (0, "name")],
        )
        (sheet,) = saved(out, page)
        assert [cell.value for cell in sheet[1]] == ["Nombre", "n"]
        assert sheet["A1"].font.bold
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions == "A1:B3"
        assert sheet.column_dimensions["A"].width == 50
        assert sheet.column_dimensions["B"].width == 33
        assert sheet["B3"].comment.text == "before: 3"
        coloured = {cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fill_type}
        assert coloured == {"A2", "B3"}
        assert sheet["B3"].value == 2

    def test_a_long_note_has_a_bigger_box(self, out: Path) -> None:
        short, long = "a", "words " * 60
        (sheet,) = saved(out, Page("x", texts("a", "b"), comments={(0, "name"): short, (1, "name"): long}))
        boxes = zipfile.ZipFile(out).read("xl/comments/comment1.xml") + b"".join(
            zipfile.ZipFile(out).read(name) for name in zipfile.ZipFile(out).namelist() if name.endswith(".vml")
        )
        heights = [float(height) for height in re.findall(rb"height:\s*([\d.]+)", boxes)]
        assert heights[1] > heights[0] * 2
        assert sheet["A3"].comment.text == long

    @pytest.mark.parametrize("frame", [pl.DataFrame(), texts()])
    def test_a_page_without_rows_or_columns_is_a_sheet(self, out: Path, frame: pl.DataFrame) -> None:
        (sheet,) = saved(out, Page("x", frame))
        assert [cell.value for cell in sheet[1] if cell.value] == frame.columns

    @pytest.mark.parametrize(
        ("titles", "names"),
        [
            (["a/b:c*d?e\\f[g]"], ["a b c d e f g"]),
            (["Clientes", "clientes", "CLIENTES"], ["Clientes", "clientes (2)", "CLIENTES (3)"]),
            (["x" * 40, "x" * 40], ["x" * 31, "x" * 27 + " (2)"]),
            (["'quoted'", "", "[]"], ["quoted", "Sheet", "Sheet (2)"]),
            (["History"], ["History_"]),
            (["😀" * 31], ["😀" * 15]),
        ],
    )
    def test_sheet_names_are_legal_and_unlike(self, out: Path, titles: list[str], names: list[str]) -> None:
        assert [sheet.title for sheet in saved(out, *(Page(title, texts("a")) for title in titles))] == names

    def test_too_many_rows_go_on_the_next_sheet(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook_page, "MOST_ROWS", 4)
        frame = pl.DataFrame({"n": range(7)})
        sheets = saved(out, Page("x", frame, comments={(4, "n"): "four"}, highlights=[(4, "n")]))
        assert [sheet.title for sheet in sheets] == ["x", "x (2)", "x (3)"]
        assert [[row[0].value for row in sheet.iter_rows()] for sheet in sheets] == [
            ["n", 0, 1, 2],
            ["n", 3, 4, 5],
            ["n", 6],
        ]
        assert sheets[1]["A3"].comment.text == "four"
        assert sheets[1]["A3"].fill.fill_type == "solid"
        assert sheets[0]["A3"].fill.fill_type is None

    def test_too_many_columns_are_refused(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook_page, "MOST_COLUMNS", 2)
        with pytest.raises(CustintelError, match="at most 2 columns"):
            write_workbook(out, [Page("x", pl.DataFrame({"a": [1], "b": [1], "c": [1]}))])

    def test_rows_of_every_chunk_are_there(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook_cells, "_CHUNK", 3)
        (sheet,) = saved(out, Page("x", pl.DataFrame({"n": range(10)}), highlights=[(7, "n")]))
        assert [row[0].value for row in sheet.iter_rows(min_row=2)] == list(range(10))
        assert [row[0].row for row in sheet.iter_rows(min_row=2) if row[0].fill.fill_type] == [9]

    def test_the_same_pages_give_the_same_bytes(self, tmp_path: Path) -> None:
        pages = [Page("x", texts("a", "=1"), comments={(0, "name"): "n"})]
        for name in ("a.xlsx", "b.xlsx"):
            write_workbook(tmp_path / name, pages)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


class TestFile:
    def test_a_workbook_of_somebody_else_is_not_replaced_and_one_of_ours_is(self, tmp_path: Path) -> None:
        theirs, ours = tmp_path / "crm.xlsx", tmp_path / "report.xlsx"
        openpyxl.Workbook().save(theirs)
        write_workbook(ours, [Page("x", texts("a"))])
        openpyxl.load_workbook(ours).save(ours)  # as somebody saves it who has opened it
        check_output(ours, "xlsx", ())
        check_output(tmp_path / "new.xlsx", "xlsx", ())
        for content in (theirs.read_bytes(), b"no workbook at all"):
            theirs.write_bytes(content)
            with pytest.raises(UsageError, match="did not make it"):
                check_output(theirs, "xlsx", ())
            assert theirs.read_bytes() == content

    def test_an_input_is_never_overwritten_under_any_of_its_names(self, tmp_path: Path) -> None:
        crm = tmp_path / "crm.xlsx"
        crm.write_bytes(b"mine")
        (tmp_path / "link.xlsx").symlink_to(crm)
        for name in (crm, tmp_path / "x" / ".." / "crm.xlsx", tmp_path / "link.xlsx"):
            with pytest.raises(CustintelError, match="would overwrite"):
                write_workbook(name, [Page("x", texts("a"))], never=[crm])
            with pytest.raises(CustintelError, match="would overwrite"):
                write_csv(name, texts("a"), language="es", never=[crm])
        assert crm.read_bytes() == b"mine"

    def test_a_file_open_in_excel_is_said_and_left_alone(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out.write_bytes(b"old")

        def locked(*_: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(os, "replace", locked)
        with pytest.raises(CustintelError, match="Close it in Excel"):
            write_workbook(out, [Page("x", texts("a"))])
        assert out.read_bytes() == b"old"
        assert list(out.parent.iterdir()) == [out]

    def test_a_full_disk_leaves_the_old_file(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out.write_bytes(b"old")

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(write, "sheet_data", full)
        with pytest.raises(CustintelError, match="The disk is full"):
            write_workbook(out, [Page("x", texts("a"))])
        assert out.read_bytes() == b"old"
        assert list(out.parent.iterdir()) == [out]

    def test_a_folder_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match="no such folder"):
            write_workbook(tmp_path / "no" / "x.xlsx", [Page("x", texts("a"))])

    def test_another_ending_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match=r"ends in \.xlsx"):
            write_workbook(tmp_path / "x.xls", [Page("x", texts("a"))])


class TestCsv:
    FRAME = pl.DataFrame(
        {
            "name": ['Ana; "la" María', "a\nb"],
            "x": [1234.5, float("inf")],
            "money": [Decimal("-1.50"), None],
            "ok": [True, False],
            "day": [dt.date(2024, 2, 29), None],
            "ts": [dt.datetime(2024, 2, 29, 13, 45), None],
            "at": [dt.time(8), None],
            "span": [dt.timedelta(hours=30, seconds=5), None],
            "tags": [["a", "b"], []],
            "detail": [{"a": 1}, None],
        },
        schema_overrides={"money": pl.Decimal(18, 2)},
    )

    @pytest.mark.parametrize(
        ("language", "separator", "expected"),
        [("es", ";", ["1234,5", "-1,50", "sí"]), ("en", ",", ["1234.5", "-1.50", "yes"])],
    )
    def test_it_is_written_as_the_excel_of_the_language_reads_it(
        self, tmp_path: Path, language: str, separator: str, expected: list[str]
    ) -> None:
        write_csv(tmp_path / "x.csv", self.FRAME, language=language, headers={"name": "Nombre"})
        content = (tmp_path / "x.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))
        assert rows[0] == ["Nombre", *self.FRAME.columns[1:]]
        moments = ["2024-02-29", "2024-02-29 13:45:00", "08:00:00", "30:00:05"]
        assert rows[1] == ['Ana; "la" María', *expected, *moments, "a, b", '{"a":1}']
        assert rows[2][:4] == ["a\nb", "", "", "no"]
        assert content.count(b"\r\n") == 3

    @pytest.mark.parametrize(
        "attack", ["=1+1", "-2+3", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\x00=1", "\u202e=1", "-573001234567"]
    )
    def test_text_like_a_formula_gets_an_apostrophe(self, tmp_path: Path, attack: str) -> None:
        write_csv(tmp_path / "x.csv", texts(attack, "Ana"), language="en", headers={"name": attack})
        rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"), newline="")))
        assert rows[0][0].startswith("'")
        assert rows[1][0].startswith("'")
        assert rows[2] == ["Ana"]

    @pytest.mark.parametrize("number", ["+573001234567", "+123456", "+123456789012345", "\x00+573001234567"])
    def test_a_telephone_number_stays_as_the_tools_that_import_it_need_it(self, tmp_path: Path, number: str) -> None:
        write_csv(tmp_path / "x.csv", texts(number), language="en")
        assert (tmp_path / "x.csv").read_text("utf-8-sig").split() == ["name", number.strip("\x00")]

    @pytest.mark.parametrize(
        "attack",
        [
            "+57300",
            "+1234567890123456",
            "++573001234567",
            "+573001234567+1",
            "+57 3001234567",
            " +573001234567",
            "+573001234567\n",
            "+573001234567\n=1+1",
            "=1\n+573001234567",
            "＋573001234567",
            "+٣٠٠١٢٣٤٥٦٧",
            "=+573001234567",
        ],
    )
    def test_what_only_looks_like_a_telephone_number_gets_an_apostrophe(self, tmp_path: Path, attack: str) -> None:
        write_csv(tmp_path / "x.csv", texts(attack), language="en")
        rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"), newline="")))
        assert rows[1] == ["'" + attack]

    def test_negative_numbers_are_numbers(self, tmp_path: Path) -> None:
        write_csv(tmp_path / "x.csv", pl.DataFrame({"n": [-3]}), language="en")
        assert (tmp_path / "x.csv").read_text("utf-8-sig").split() == ["n", "-3"]

    def test_a_table_without_rows_has_its_header(self, tmp_path: Path) -> None:
        write_csv(tmp_path / "x.csv", texts(), language="es")
        assert (tmp_path / "x.csv").read_text("utf-8-sig") == "name\n"


def test_a_column_can_offer_words_to_choose_from(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"pair": ["p1", "p2"], "answer": [None, None]}, schema={"pair": pl.String, "answer": pl.String}
    )
    (sheet,) = saved(tmp_path / "x.xlsx", Page("Pairs", frame, choices={"answer": ("same", "different")}))
    (offered,) = sheet.data_validations.dataValidation
    assert (str(offered.sqref), offered.type, offered.formula1) == ("B2:B3", "list", '"same,different"')


class TestWorkedOut:
    def test_numbers_have_the_decimals_they_need(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"whole": [1e6, 2.0], "money": [1200.5, 3.25], "share": [0.5, 1.0], "both": [0.25, 5e4]})
        (sheet,) = saved(tmp_path / "x.xlsx", table_page("Sums", frame, {"share": "Share"}, {"money": "0"}))
        assert [cell.number_format for cell in sheet[2]] == ["#,##0", "0", "0.000", "[<10]#,##0.000;#,##0.00"]
        assert [cell.value for cell in sheet[1]] == ["whole", "money", "Share", "both"]

    def test_the_minus_of_a_number_hangs_on_no_condition(self, tmp_path: Path) -> None:
        """Programs do not agree on whether a section with a condition writes it."""
        frame = pl.DataFrame({"margin": [0.25, -5e4], "p": [0.25, float("nan")], "rate": [0.5, float("inf")]})
        (sheet,) = saved(tmp_path / "x.xlsx", table_page("Sums", frame, {}))
        assert [cell.number_format for cell in sheet[2]] == ["#,##0.00", "0.000", "0.000"]
        assert sheet["A3"].value == -5e4

    def test_columns_to_wrap_that_are_absent_or_no_text_are_left_as_they_are(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"name": ["a"], "nothing": [None], "n": [1]})
        (sheet,) = saved(tmp_path / "x.xlsx", table_page("x", frame, {}, wrapped=("goal", "nothing", "n")))
        assert [cell.value for cell in sheet[2]] == ["a", None, 1]

    def test_long_text_breaks_into_lines_and_its_row_has_room_for_them(self, tmp_path: Path) -> None:
        told = ["short", "word " * 50, "a\nb\nc"]
        (sheet,) = saved(tmp_path / "x.xlsx", sentences_page("Told", "What it says", told))
        assert sheet["A2"].alignment.wrap_text
        assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [15, 45, 45]
        assert not sheet.auto_filter.ref

    def test_a_chart_shows_the_cells_of_its_table_and_stands_below_them(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"name": ["=A", "B"], "n": [1, 2], "share": [0.25, 0.75], "money": [0.5, 0.5]})
        for name in ("x.xlsx", "y.xlsx"):
            page = table_page("Two groups", frame, {}, chart=Chart("=Shares", "name", ("share", "money")))
            (sheet,) = saved(tmp_path / name, page)
        (chart,) = sheet._charts
        drawn = [(series.tx.strRef.f, series.cat.numRef.f, series.val.numRef.f) for series in chart.series]
        assert drawn == [
            ("'Two groups'!C1", "'Two groups'!$A$2:$A$3", "'Two groups'!$C$2:$C$3"),
            ("'Two groups'!D1", "'Two groups'!$A$2:$A$3", "'Two groups'!$D$2:$D$3"),
        ]
        assert chart.anchor._from.row > frame.height
        assert (tmp_path / "x.xlsx").read_bytes() == (tmp_path / "y.xlsx").read_bytes()

    def test_no_rows_are_no_chart(self, tmp_path: Path) -> None:
        frame = pl.DataFrame(schema={"name": pl.String, "share": pl.Float64})
        (sheet,) = saved(tmp_path / "x.xlsx", table_page("None", frame, {}, chart=Chart("Shares", "name", ("share",))))
        assert not sheet._charts

    def test_a_sheet_is_printed_one_page_wide_with_its_header_on_every_page(self, tmp_path: Path) -> None:
        (sheet,) = saved(tmp_path / "x.xlsx", Page("x", texts("a")))
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.print_title_rows == "$1:$1"

    def test_totals_are_coloured_and_stay_out_of_the_filter_and_the_chart(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"name": ["a", "b", "c", "Total"], "n": [1, 2, 3, 6], "note": [None, "x", None, None]})
        page = Page("x", frame, totals=1, chart=Chart("n", "name", ("n",)))
        (sheet,) = saved(tmp_path / "x.xlsx", page)
        assert sheet.auto_filter.ref == "A1:C4"
        assert [cell.fill.fgColor.rgb for cell in sheet[5]] == ["FFFFF2CC"] * 3
        assert [cell.fill.fill_type for cell in sheet[4]] == [None] * 3
        assert sheet._charts[0].series[0].val.numRef.f == "'x'!$B$2:$B$4"

    def test_a_chart_may_show_some_of_the_rows(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"name": list("abcd"), "n": [1, 2, 3, 4]})
        (sheet,) = saved(tmp_path / "x.xlsx", Page("x", frame, chart=Chart("n", "name", ("n",), slice(1, 3))))
        series = sheet._charts[0].series[0]
        assert (series.tx.strRef.f, series.cat.numRef.f) == ("'x'!B1", "'x'!$A$3:$A$4")
        assert series.val.numRef.f == "'x'!$B$3:$B$4"

    def test_a_table_that_fills_its_sheets_has_no_chart(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Below its last row Excel has no cell to hang it on, and would call the file damaged."""
        monkeypatch.setattr(workbook_look, "MOST_ROWS", 300)
        for height, charts in ((90, 1), (290, 0), (310, 0)):
            frame = pl.DataFrame({"name": ["a"] * height, "n": range(height), "m": range(height)})
            (sheet,) = saved(tmp_path / "x.xlsx", Page("x", frame, chart=Chart("n", "name", ("n", "m"))))
            assert [chart.anchor.ext.height for chart in sheet._charts] == [cm_to_EMU(100)] * charts

    def test_a_chart_hides_nothing_of_itself(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"name": ["a", "b"], "n": [-1, 2]})
        (sheet,) = saved(tmp_path / "x.xlsx", Page("x", frame, chart=Chart("\x00", "name", ("n",))))
        (chart,) = sheet._charts
        assert (chart.title.overlay, chart.legend.overlay) == (False, False)
        assert (chart.x_axis.tickLblPos, chart.y_axis.crosses) == ("low", "max")

    def test_names_with_an_apostrophe_are_quoted_wherever_they_are_referred_to(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"name": ["a"], "n": [1]})
        (sheet,) = saved(tmp_path / "x.xlsx", Page("O'Brien & Co", frame, chart=Chart("n", "name", ("n",))))
        series = sheet._charts[0].series[0]
        assert (series.tx.strRef.f, series.val.numRef.f) == ("'O''Brien & Co'!B1", "'O''Brien & Co'!$B$2")
        assert sheet.print_title_rows == "$1:$1"
        named = zipfile.ZipFile(tmp_path / "x.xlsx").read("xl/workbook.xml").decode()
        assert named.count("'O''Brien &amp; Co'!") == 2

    def test_a_file_says_how_far_its_cells_reach(self, tmp_path: Path) -> None:
        saved(tmp_path / "x.xlsx", Page("x", pl.DataFrame({"a": ["x", "y"], "b": [1, 2]})))
        assert b'<dimension ref="A1:B3"' in zipfile.ZipFile(tmp_path / "x.xlsx").read("xl/worksheets/sheet1.xml")

    def test_rows_of_different_units_are_each_written_in_theirs(self, tmp_path: Path) -> None:
        n = 20_003  # more than are written at a time
        frame = pl.DataFrame({"value": [0.5] * n})
        formats = ["0.0%", "#,##0"] * (n // 2) + ["0.00"]
        page = Page("x", frame, row_formats={"value": formats}, highlights=[(1, "value")])
        (sheet,) = saved(tmp_path / "x.xlsx", page)
        assert [cell.number_format for (cell,) in sheet.iter_rows(min_row=2)] == formats
        assert [sheet.cell(row, 1).fill.fill_type for row in (2, 3, 4)] == [None, "solid", None]

    def test_text_beside_a_number_stands_away_from_it(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"place": [1], "name": ["a"], "n": [1], "day": [dt.date(2026, 1, 1)], "sure": [True]})
        (sheet,) = saved(tmp_path / "x.xlsx", Page("x", frame))
        assert [cell.alignment.indent for cell in sheet[2]] == [0, 1, 0, 0, 0]
        assert [cell.alignment.horizontal for cell in sheet[2]] == [None, "left", None, None, None]

    @pytest.mark.parametrize(
        ("currency", "expected"),
        [("COP", "#,##0"), ("CLP", "#,##0"), ("USD", "#,##0.00"), ("KWD", "#,##0.000"), ("XYZ", "#,##0.00")],
    )
    def test_money_has_the_decimals_of_its_currency(self, currency: str, expected: str) -> None:
        assert money_format(currency) == expected
