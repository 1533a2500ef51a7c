from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from custintel.contactability.dns.answer import Answer
from custintel.contactability.dns.journal import AT_ONCE, Journal
from custintel.errors import CustintelError

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
MX = ("example.co", "MX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dns" / "journal.sqlite"


def kept(path: Path, answer: Answer) -> Journal:
    """A journal, opened again, with an answer of midnight."""
    with Journal(path, clock=BEGUN.timestamp) as journal:
        journal.keep([(MX, answer)])
    return Journal(path)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "max_age", "life"),
    [
        (Answer("ok", ("1 a.co",), 60), None, 7 * DAY),
        (Answer("ok", ("1 a.co",), 9 * 86_400), None, 9 * DAY),
        (Answer("nxdomain"), None, DAY),
        (Answer("nodata"), None, DAY),
        (Answer("timeout"), None, DAY / 24),
        (Answer("servfail"), None, DAY / 24),
        (Answer("ok", ("1 a.co",), 60), 2 * DAY, 2 * DAY),
        (Answer("nxdomain"), 30 * DAY, 30 * DAY),
        (Answer("refused"), 30 * DAY, DAY / 24),
        (Answer("timeout"), DAY / 48, DAY / 48),
    ],
)
def test_an_answer_is_believed_for_its_life(
    path: Path, answer: Answer, max_age: timedelta | None, life: timedelta
) -> None:
    with kept(path, answer) as journal:
        found = journal.fresh(MX, now=BEGUN + life - timedelta(seconds=1), max_age=max_age)
        assert found is not None
        assert (found.answer, found.asked_at) == (answer, BEGUN.timestamp())
        assert journal.fresh(MX, now=BEGUN + life, max_age=max_age) is None


def test_nothing_is_believed_with_no_age_allowed(path: Path) -> None:
    with kept(path, Answer("ok", ("1 a.co",))) as journal:
        assert journal.fresh(MX, now=BEGUN, max_age=timedelta(0)) is None


def test_a_newer_answer_takes_the_place_of_the_older(path: Path) -> None:
    with kept(path, Answer("nxdomain")) as journal:
        journal.keep([(MX, Answer("ok", ("1 a.co", "2 b.co"), 5))])
        journal.commit()
        found = journal.fresh(MX, now=datetime.now(UTC))
        assert found is not None
        assert found.answer == Answer("ok", ("1 a.co", "2 b.co"), 5)


def test_answers_are_on_disk_before_the_journal_is_closed(path: Path) -> None:
    journal = Journal(path)
    journal.keep([((f"d{number}.co", "MX"), Answer("nxdomain")) for number in range(AT_ONCE)])
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT count(*) FROM answers").fetchone() == (AT_ONCE,)
    journal.close()


@pytest.mark.parametrize("content", [b"Nombre;Correo\n" * 200, b"SQLite format 3\0" + b"\x07" * 5_000, b"x"])
def test_a_file_that_is_no_journal_is_set_aside_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with Journal(path) as journal:
        assert journal.set_aside is not None
        assert journal.set_aside.read_bytes() == content
        journal.keep([(MX, Answer("nxdomain"))])
    path.write_bytes(content)
    Journal(path).close()
    assert len(list(path.parent.glob("*.damaged-*"))) == 2


def test_a_database_of_somebody_else_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE answers (name TEXT)")
    other.close()
    with Journal(path) as journal:
        assert journal.set_aside is not None
        assert journal.fresh(MX, now=BEGUN) is None


def test_a_journal_with_a_damaged_page_is_set_aside(path: Path) -> None:
    with Journal(path) as journal:
        journal.keep([((f"name-{number}.example.co", "MX"), Answer("nxdomain")) for number in range(2_000)])
    content = bytearray(path.read_bytes())
    content[4_096 * 3 : 4_096 * 4] = b"\xa5" * 4_096
    path.write_bytes(content)
    with Journal(path) as journal:
        assert journal.set_aside is not None


def test_a_sound_journal_stays(path: Path) -> None:
    with kept(path, Answer("nxdomain")) as journal:
        assert journal.set_aside is None


def test_a_journal_in_use_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: connect(path, **{**options, "timeout": 0.1}))
    with Journal(path):
        other = connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CustintelError) as caught:
            Journal(path)
        other.close()
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CustintelError):
        Journal(tmp_path / "file" / "journal.sqlite")
