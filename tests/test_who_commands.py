"""``review``, ``merge`` and ``unmerge`` on a real project, as typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel import i18n
from custintel.options import Session
from custintel.people.said import pair_id
from custintel.project.folder import Project
from custintel.sheets.write import Page, write_csv, write_workbook
from custintel.tables import CUSTOMERS, IDENTITIES, RECORDS, REVIEW

SHEET = """\
Nombre;Correo;Celular;Ciudad
Ana Gil Soto;ana@a.example;312 456 7801;Cali
Ana Gil Soto;ana@a.example;;Cali
Luis Rey Paz;luis@a.example;320 884 1937;Bogotá
Eva Sol Mora;eva@a.example;310 555 0142;Pasto
Tea Uz;=1+1;;Pasto
"""
Ci = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: Ci) -> Path:
    """A project of four people, in which every two of their first records wait for an answer."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "crm.csv").write_text(SHEET, encoding="utf-8")
    ci("clean", "crm.csv", "--country", "CO", "--quiet")
    first = list(ids().values())
    asked = pl.DataFrame(list(combinations(sorted(first), 2)), schema=["record_a", "record_b"], orient="row")
    empty = [
        pl.lit(None, REVIEW.schema[name]).alias(name) for name in ("at_stake", "decision", "decided_at", "decided_in")
    ]
    asked = asked.with_columns(pair_id(), probability=pl.lit(0.5), evidence=pl.lit(["same_email"])).with_columns(empty)
    with Project.open(folder).write("clean", version="1") as run:
        run.put(REVIEW, asked.select(REVIEW.schema.names()))
    return folder


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A terminal on which these keys are typed."""
    import prompt_toolkit.output as output
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    monkeypatch.setattr(Session, "interactive", property(lambda _session: True))
    monkeypatch.setattr(output, "create_output", lambda stdout: DummyOutput())
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys.send_text


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(Path("tables") / f"{name}.parquet")


def ids() -> dict[str, str]:
    """The first record of every person, by the name in its row."""
    rows = table(RECORDS.name).sort("row", descending=True)
    return dict(rows.select("full_name", "record_id").iter_rows())


def person(name: str) -> str:
    return str(table(IDENTITIES.name).filter(record_id=ids()[name])["customer_id"].item())


def decisions() -> dict[str, str]:
    rows = table(REVIEW.name).filter(pl.col("decision").is_not_null())
    return dict(rows.select("pair_id", pl.col("decision").cast(pl.String)).iter_rows())


def people() -> int:
    return table(CUSTOMERS.name).height


def queue() -> list[str]:
    return table(REVIEW.name).filter(pl.col("decision").is_null())["pair_id"].to_list()


def answer_file(path: Path, answers: dict[str, str], header: str = "Answer") -> str:
    frame = pl.DataFrame({header: list(answers.values()), "pair_id": list(answers)})
    if path.suffix == ".csv":
        write_csv(path, frame, language="es")
    else:
        write_workbook(path, [Page("Pairs", frame)])
    return path.name


def test_without_a_terminal_review_prints_the_queue_and_how_to_answer(ci: Ci, shop: Path) -> None:
    told = json.loads(ci("review", "--limit", "2", "--json"))
    assert (told["waiting"], len(told["pairs"])) == (6, 2)
    assert set(told["pairs"][0]["a"]) >= {"record_id", "customer_id", "source", "row", "fields"}
    printed = ci("review", "--no-input")
    assert "6 pairs wait for an answer." in printed
    assert "ci review --answers pairs.xlsx" in printed


def test_keys_answer_pairs_and_stopping_applies_what_was_answered(
    ci: Ci, shop: Path, typed: Callable[[str], None]
) -> None:
    typed("skd\x03")
    printed = ci("review")
    assert "2 answers: 1 the same person, 1 not." in printed
    assert "People: 4 before, 3 now." in printed
    assert sorted(decisions().values()) == ["different", "same"]
    assert people() == 3


def test_the_keys_of_every_language_are_different_letters(ci: Ci) -> None:
    from custintel.review.page import choices

    for language in i18n.LANGUAGES:
        i18n.activate(language)
        keys = [label.partition("[")[2][:1].lower() for _value, label in choices()]
        assert all(keys)
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("language", ["en", "es"])
def test_colleagues_fill_in_the_workbook_and_it_is_read_back(ci: Ci, shop: Path, language: str) -> None:
    ci("review", "--xlsx", "pairs.xlsx", "--lang", language)
    book = openpyxl.load_workbook("pairs.xlsx")
    sheet = book.active
    assert sheet is not None
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    (offered,) = sheet.data_validations.dataValidation
    same, different = str(offered.formula1).strip('"').split(",")
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 1).value = different
    book.save("pairs.xlsx")
    told = json.loads(ci("review", "--answers", "pairs.xlsx", "--json", "--lang", language))
    assert told["answers"] == {"same": 0, "different": 6, "unknown": []}
    assert (len(decisions()), queue(), same == different) == (6, [], False)
    again = json.loads(ci("review", "--answers", "pairs.xlsx", "--json"))
    assert again["run_id"] is None


def test_every_mistake_is_named_with_its_row_and_nothing_is_applied(ci: Ci, shop: Path) -> None:
    one, two, three, *_more = queue()
    rows = pl.DataFrame(
        {"respuesta": ["iguales", "quizás", "same", None, "distintos"], "pair_id": [one, two, None, three, one]}
    )
    write_csv(Path("a.csv"), rows, language="es")
    error = ci("review", "--answers", "a.csv", code=1)
    for words in ("row 3: «quizás» is no answer", "row 4: the pair_id is missing", "row 6: answers differently"):
        assert words in error
    assert not decisions()


def test_a_file_without_answers_says_how_to_get_one(ci: Ci, shop: Path) -> None:
    assert "ci review --xlsx FILE" in ci("review", "--answers", "crm.csv", code=1)


def test_answers_that_contradict_each_other_are_refused_with_people_and_rows(ci: Ci, shop: Path) -> None:
    a, b, c = sorted(ids().values())[:3]
    answers = {f"p{x[1:]}-{y[1:]}": word for x, y, word in ((a, b, "same"), (b, c, "same"), (a, c, "different"))}
    error = " ".join(ci("review", "--answers", answer_file(Path("a.xlsx"), answers), code=1).split())
    assert "contradict each other" in error
    for row in (2, 3, 4):
        assert f"[a.xlsx · Pairs, row {row}]" in error
    assert not decisions()


def test_a_pair_of_a_record_that_is_gone_is_said_and_the_others_are_applied(ci: Ci, shop: Path) -> None:
    answers = {queue()[0]: "different", "p00000000000-11111111111": "same"}
    told = json.loads(ci("review", "--answers", answer_file(Path("a.csv"), answers), "--json"))
    assert told["answers"] == {"same": 0, "different": 1, "unknown": ["p00000000000-11111111111"]}
    assert list(decisions().values()) == ["different"]


def test_a_dry_run_changes_nothing(ci: Ci, shop: Path) -> None:
    before = table(REVIEW.name)
    ci("review", "--answers", answer_file(Path("a.csv"), {queue()[0]: "same"}), "--dry-run")
    ci("merge", "Luis Rey", "Eva Sol", "--dry-run")
    ci("unmerge", "Ana Gil", "--all", "--dry-run")
    assert table(REVIEW.name).equals(before)
    assert people() == 4


def test_merge_joins_two_people_and_cleaning_again_keeps_them_joined(ci: Ci, shop: Path) -> None:
    assert "--yes" in ci("merge", "Luis Rey", "eva@a.example", code=2)
    told = json.loads(ci("merge", "Luis Rey", "eva@a.example", "--yes", "--json"))
    assert told["people"] == {"before": 4, "after": 3}
    assert person("Luis Rey Paz") == person("Eva Sol Mora") == told["customer_id"]
    Path("crm.csv").write_text(SHEET + "Luis Rey Paz;luis@a.example;320 884 1937;Tunja\n", encoding="utf-8")
    ci("clean", "crm.csv")
    assert person("Luis Rey Paz") == person("Eva Sol Mora")
    assert "one person already" in ci("merge", ids()["Luis Rey Paz"], ids()["Eva Sol Mora"], code=1)


def test_merge_after_unmerge_and_unmerge_after_merge_give_back_people_and_ids(ci: Ci, shop: Path) -> None:
    before = {name: person(name) for name in ids()}
    ci("merge", person("Ana Gil Soto"), person("Tea Uz"), "--yes")
    ci("unmerge", person("Tea Uz"), "--record", ids()["Tea Uz"])
    after = {name: person(name) for name in ids()}
    assert len(set(after.values())) == 4
    assert after["Luis Rey Paz"] == before["Luis Rey Paz"]


def test_unmerge_undo_unmerge_ends_where_the_first_did(ci: Ci, shop: Path) -> None:
    start = table(IDENTITIES.name)
    ci("unmerge", "ana@a.example", "--rows", "2")
    once = table(IDENTITIES.name).select("record_id", "customer_id")
    assert people() == 5
    ci("undo", "--yes")
    assert table(IDENTITIES.name).equals(start)
    ci("unmerge", "ana@a.example", "--rows", "2")
    assert table(IDENTITIES.name).select("record_id", "customer_id").equals(once)
    ci("clean", "crm.csv")
    assert people() == 5


def test_unmerge_asks_on_a_terminal_which_records_are_somebody_elses(
    ci: Ci, shop: Path, typed: Callable[[str], None]
) -> None:
    typed(" \r")
    assert "is 2 people now" in ci("unmerge", "Ana Gil")
    assert people() == 5


def test_unmerge_guesses_nothing_and_names_what_was_wrong(ci: Ci, shop: Path) -> None:
    assert "--rows 2,3" in ci("unmerge", "Ana Gil", code=2)
    assert "from 1 to 2" in ci("unmerge", "Ana Gil", "--rows", "1-3", code=2)
    assert "one must stay" in ci("unmerge", "Ana Gil", "--rows", "1-2", code=2)
    assert "only one record" in ci("unmerge", "Luis Rey", code=1)
    assert "not this person's" in ci("unmerge", "Ana Gil", "--record", "rx", code=2)
    assert "Only one of these" in ci("unmerge", "Ana Gil", "--all", "--rows", "1", code=2)
    assert not decisions()
