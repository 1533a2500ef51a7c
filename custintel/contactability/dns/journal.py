"""Every answer of the DNS, kept as it arrives, so that work that was cut short goes on where it was."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self

from custintel.contactability.dns.answer import NODATA, NXDOMAIN, OK, Answer, Question
from custintel.errors import CustintelError, UsageError
from custintel.i18n import _

LIFE = timedelta(days=7)
"""How long records are believed, when their owner does not say longer."""
LIFE_OF_ABSENCE = timedelta(days=1)
"""How long it is believed that a name or its records do not exist."""
LIFE_OF_SILENCE = timedelta(hours=1)
"""How long a question that got no answer is not repeated."""

EVERY = 0.05
"""Seconds between commits: what a killed run loses."""
AT_ONCE = 20
"""Answers that are committed without waiting for the time."""

_SQLITE = b"SQLite format 3\0"
_APPLICATION = 0x63694E53
_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    name TEXT NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL, records TEXT NOT NULL, ttl INTEGER NOT NULL,
    asked_at REAL NOT NULL, PRIMARY KEY (name, kind)
) WITHOUT ROWID
"""


_KEEP = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)"
_FIND = "SELECT outcome, records, ttl, asked_at FROM answers WHERE name = ? AND kind = ?"


class Kept(NamedTuple):
    """An answer and when it came, in seconds since 1970."""

    answer: Answer
    asked_at: float


class Journal:
    """Answers by question, in an SQLite file that survives the death of the process at any instant.

    Args:
        path: the file, made when missing. One that is damaged, or not ours, is renamed and a new one begun.
        clock: seconds since 1970; each answer is kept with its time.

    Attributes:
        set_aside: where a file went that could not be read, to be said to the person.

    Raises:
        CustintelError: the disk cannot be written to, or another run has the file.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.set_aside: Path | None = None
        self._clock = clock
        self._waiting: dict[Question, tuple[str, str, str, str, int, float]] = {}
        self._committed = time.monotonic()
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = self._opened()
            self._blank = self._database.execute("SELECT NOT EXISTS (SELECT 1 FROM answers)").fetchone() == (1,)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def fresh(self, question: Question, *, now: datetime, max_age: timedelta | None = None) -> Kept | None:
        """The answer to a question, if there is one that may still be believed.

        Args:
            question: name and type.
            now: the time, aware.
            max_age: believe records and absences this long instead, and a silence no longer than this.
        """
        if self._blank:
            return None
        with self._explained():
            row = self._database.execute(_FIND, question).fetchone()
        if row is None:
            return None
        outcome, records, ttl, asked_at = row
        answer = Answer(outcome, tuple(records.split("\n")) if records else (), ttl)
        age = now.timestamp() - asked_at
        return Kept(answer, asked_at) if age < _life(answer, max_age).total_seconds() else None

    def keep(self, answers: Iterable[tuple[Question, Answer]]) -> float:
        """Keep answers that have just come; the time they are kept with."""
        at = self._clock()
        for question, answer in answers:
            self._waiting[question] = (*question, answer.outcome, "\n".join(answer.records), answer.ttl, at)
        if len(self._waiting) >= AT_ONCE or (self._waiting and time.monotonic() - self._committed >= EVERY):
            self.commit()
        return at

    def commit(self) -> None:
        """Write down what was kept."""
        with self._explained():
            self._database.execute("BEGIN")
            self._database.executemany(_KEEP, self._waiting.values())
            self._database.execute("COMMIT")
            self._blank = self._blank and not self._waiting
        self._waiting.clear()
        self._committed = time.monotonic()

    def close(self) -> None:
        """Write down the rest and let go of the file."""
        try:
            if self._waiting:
                self.commit()
        finally:
            self._database.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            return _open(self.path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self.set_aside = _aside(self.path)
            return _open(self.path)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise CustintelError(
                _("The answers of the DNS cannot be kept."),
                where=str(self.path),
                seen=str(error),
                hint=_(
                    "See that the disk has room and that no other ci contactability is running; or delete this file."
                ),
            ) from error


def age_of(text: str | None) -> timedelta | None:
    """An age as a person writes it, such as ``7d``; none for none.

    Raises:
        UsageError: it is no age.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,4})\s*([dhm]?)", text.strip().lower())
    if not found or (not found[2] and int(found[1])):
        raise UsageError(
            _("This is no age."), where="--max-age", seen=text, hint=_("Write days, hours or minutes: 7d, 12h, 30m, 0.")
        )
    unit = {"d": "days", "h": "hours", "m": "minutes", "": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})


def _open(path: Path) -> sqlite3.Connection:
    """The database, ready; ``DatabaseError`` when the file is damaged or not ours."""
    with path.open("ab+") as file:
        file.seek(0)
        if file.read(len(_SQLITE)) not in (b"", _SQLITE):  # SQLite itself takes a very short file for an empty one
            raise sqlite3.DatabaseError("not a database")
    database = sqlite3.connect(path, timeout=2.0, isolation_level=None)
    try:
        (owner,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and (owner, version) != (_APPLICATION, _VERSION):
            raise sqlite3.DatabaseError("not a journal")
        if tables and database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN IMMEDIATE")
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {_VERSION}")
        database.execute(_TABLE)
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database


def _aside(path: Path) -> Path:
    """Rename a file to a name that is free, and what SQLite keeps beside it."""
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path.replace(target)


def _life(answer: Answer, max_age: timedelta | None) -> timedelta:
    if answer.outcome == OK:
        return max_age if max_age is not None else max(LIFE, timedelta(seconds=answer.ttl))
    if answer.outcome in (NXDOMAIN, NODATA):
        return max_age if max_age is not None else LIFE_OF_ABSENCE
    return min(LIFE_OF_SILENCE, max_age) if max_age is not None else LIFE_OF_SILENCE
