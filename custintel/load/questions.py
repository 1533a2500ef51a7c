"""What files leave open: put to the person, or, where nobody can be asked, refused with the flag to use.

Answers are remembered for the file and for every file with the same headers, so next month's needs no options.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from custintel.errors import UsageError
from custintel.i18n import N_, _
from custintel.load.conventions import UndecidedError
from custintel.load.kinds import LOADED, kinds
from custintel.load.part import Part
from custintel.load.parts import Wanted, read_parts
from custintel.load.recognise import UnrecognisedError, where
from custintel.load.words import TABLE_LABELS
from custintel.tables.headers import key

if TYPE_CHECKING:
    from custintel.project.settings import Settings
    from custintel.ui.ask import Ask, Choices

Answers = Mapping[str, Any]
NOTHING = "-"
"""The answer that none of the choices is right."""
AS, MAP, HEADERS = "load_as", "load_map", "headers"
"""What is remembered of a file: its table, header -> column, and a digest of its headers."""
INVOICE = N_("The number of the invoice.")
RETURNED = N_("Whether it came back.")
_SAID = ("date_order", "decimal")
_VALUES = 3


@dataclass
class Questions:
    """The questions of one run, their answers, and what is remembered for the next.

    Attributes:
        ask: the door to the person.
        settings: what the project remembers.
        wanted: what was typed, for every file.
        typed: of that, what is remembered of each file it helped to read.
        learned: answers given by the person in this run, per file as typed.
        headers: every header that was read.
    """

    ask: Ask
    settings: Settings
    wanted: Wanted
    typed: Mapping[str, str | None]
    learned: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)

    def parts(self, file: str) -> list[Part]:
        """What a file brings; what it leaves open is remembered, or asked.

        Raises:
            CustintelError: it cannot be read, or is open and nobody can be asked.
        """
        answers = self.settings.remembered(_label(file))
        tried = False
        while True:
            try:
                parts = read_parts(file, self.with_answers(answers))
            except (UnrecognisedError, UndecidedError) as doubt:
                headers = doubt.sheet.headers if isinstance(doubt, UnrecognisedError) else doubt.headers
                alike = {} if tried else self.alike(headers)
                tried = True
                if file == "-" or (not alike and not self.ask.interactive):
                    raise  # standard input cannot be read again
                answer = alike or self.asked(doubt, answers)
                if (more := _joined(answers, answer)) == answers:
                    raise  # what was answered does not settle it
                if not alike:
                    self.learn(file, {**answer, HEADERS: digest(headers)})
                answers = more
                continue
            self.headers |= {header for part in parts for header in part.headers}
            self.keep(file, parts)
            return parts

    def with_answers(self, answers: Answers) -> Wanted:
        """What was typed and, where nothing was, what was answered about a file."""
        given = self.wanted.given
        said = {name: str(answers[name]) for name in _SAID if answers.get(name) and not getattr(given, name)}
        maps = {column: header for header, column in answers.get(MAP, {}).items()}
        return replace(
            self.wanted,
            given=replace(given, **said),
            table=self.wanted.table or answers.get(AS),
            maps={**maps, **self.wanted.maps},
        )

    def alike(self, headers: Sequence[str]) -> Answers:
        """What was answered about a file with the same headers."""
        wanted = digest(headers)
        found = (self.settings.remembered(source) for source in self.settings.sources)
        return next((answers for answers in found if answers.get(HEADERS) == wanted), {})

    def asked(self, doubt: UnrecognisedError | UndecidedError, answers: Answers) -> dict[str, Any]:
        """The answer of the person, who has given ``answers`` before.

        Raises:
            UnrecognisedError: none of the choices is right.
        """
        if isinstance(doubt, UndecidedError):
            return {doubt.topic: self.ask_reading(doubt)}
        if doubt.tables:
            return {AS: self.ask_table(doubt)}
        return {AS: doubt.table, MAP: self.ask_column(doubt, answers.get(MAP, {}))}

    def ask_table(self, doubt: UnrecognisedError) -> str:
        """The table that a sheet is for."""
        question = _("{where}: what is in it? Its columns: {columns}").format(
            where=where(doubt.sheet), columns=", ".join(doubt.sheet.headers[:12])
        )
        choices = [(table, _(TABLE_LABELS[table])) for table in doubt.tables]
        return self.chosen(doubt, question, choices, "--as " + doubt.tables[0])

    def ask_column(self, doubt: UnrecognisedError, taken: Mapping[str, str]) -> dict[str, str]:
        """The column of a sheet that brings the first of what is missing, as header -> column; none that is taken."""
        several = doubt.missing[0].split("/")
        column = several[0]
        if len(several) > 1:
            question = _("{where}: which of these does it have?").format(where=where(doubt.sheet))
            choices = [(name, meaning(doubt.table, name)) for name in several]
            column = self.chosen(doubt, question, choices, f"--map {column}=HEADER")
        question = _("{where}: which column is this? {meaning}").format(
            where=where(doubt.sheet), meaning=meaning(doubt.table, column)
        )
        shown = doubt.sheet.frame.head(200)
        headers = []
        for header in (header for header in doubt.sheet.headers if header not in taken):
            cells = shown[header].drop_nulls().unique(maintain_order=True).head(_VALUES).to_list()
            headers.append((header, f"{header} ({', '.join(cells)})" if cells else header))
        return {self.chosen(doubt, question, headers, f"--map {column}=HEADER"): column}

    def ask_reading(self, doubt: UndecidedError) -> str:
        """The order of dates, or the decimal mark, of a sheet."""
        asked = {"where": doubt.where, "values": ", ".join(doubt.values)}
        if doubt.topic == "date_order":
            question = _("{where}, dates ({values}): which comes first?").format(**asked)
            choices: Choices = (("dmy", _("Day (31/12/2026)")), ("mdy", _("Month (12/31/2026)")))
            return self.ask.select(question, choices, flag="--date-order dmy")
        question = _("{where}, numbers ({values}): which is the decimal mark?").format(**asked)
        choices = ((",", _("Comma (1.234,50)")), (".", _("Point (1,234.50)")))
        return self.ask.select(question, choices, flag='--decimal ","')

    def chosen(self, doubt: UnrecognisedError, question: str, choices: Choices, flag: str) -> str:
        """One of the choices; with none of them the doubt stays."""
        answer = self.ask.select(question, [*choices, (NOTHING, _("None of these"))], flag=flag)
        if answer == NOTHING:
            raise doubt
        return answer

    def learn(self, file: str, answer: Mapping[str, Any]) -> None:
        """Note an answer for the command that repeats it."""
        self.learned[file] = _joined(self.learned.get(file, {}), answer)

    def keep(self, file: str, parts: Sequence[Part]) -> None:
        """Note what is to be remembered of a file: what was answered, and what was typed that says something of it."""
        typed: dict[str, Any] = {name: value for name, value in self.typed.items() if value}
        headers = {header for part in parts for header in part.headers}
        if maps := {header: column for column, header in self.wanted.maps.items() if header in headers}:
            typed[MAP] = maps
        if self.wanted.table:
            typed[AS] = self.wanted.table
        if typed and parts[0].headers:
            typed[HEADERS] = digest(parts[0].headers)
        if found := _joined(self.learned.get(file, {}), typed):
            self.kept[_label(file)] = found

    def check_columns(self) -> None:
        """Refuse a ``--map`` that names no column of ours."""
        columns = sorted({column for table in LOADED for column in kinds(table)})
        for column, header in self.wanted.maps.items():
            if column not in columns:
                _refuse(_("No table has this column."), column, header, column, columns)

    def check_headers(self) -> None:
        """Refuse a ``--map`` whose header was in no file."""
        for column, header in self.wanted.maps.items():
            if header not in self.headers:
                _refuse(_("No file has this column."), column, header, header, self.headers)

    def remember(self, settings: Settings) -> None:
        """Write what is to be remembered into the project's settings."""
        for source, answers in self.kept.items():
            settings.remember(source, answers)

    def repeat(self, files: Sequence[str]) -> list[str]:
        """The commands that do the same without asking; none when nothing was asked."""
        if not self.learned:
            return []
        others = [file for file in files if file not in self.learned]
        lines = [["ci", "load", *others]] if others else []
        for file, answers in self.learned.items():
            words = ["ci", "load", file, *(["--as", answers[AS]] if AS in answers else [])]
            for header, column in answers.get(MAP, {}).items():
                words += ["--map", f"{column}={header}"]
            for name in _SAID:
                words += [f"--{name.replace('_', '-')}", answers[name]] if name in answers else []
            lines.append(words)
        return [shlex.join(words) for words in lines]


def meaning(table: str, column: str) -> str:
    """What a column of a table means, in words, and its name."""
    declared = {one.name: one.label for one in LOADED[table].columns}
    declared |= {"invoice": INVOICE, "returned": RETURNED}
    declared |= {f"item.{one.name}": one.label for one in LOADED["order_items"].columns}
    return f"{_(declared[column])} ({column})" if column in declared else column


def digest(headers: Sequence[str]) -> str:
    """The same text for the same headers, in whatever order and with whatever capitals."""
    return blake2b("\x1f".join(sorted(map(key, headers))).encode(), digest_size=8).hexdigest()


def _label(file: str) -> str:
    return Path(file).name


def _joined(answers: Answers, more: Answers) -> dict[str, Any]:
    """Both, the later before the earlier; headers are added up."""
    maps = {**answers.get(MAP, {}), **more.get(MAP, {})}
    return {**answers, **more, **({MAP: maps} if maps else {})}


def _refuse(message: str, column: str, header: str, said: str, known: Sequence[str] | set[str]) -> None:
    near = get_close_matches(said, sorted(known), 1, 0.5)
    raise UsageError(
        message,
        seen="--map " + shlex.quote(f"{column}={header}"),
        hint=_("Did you mean {fields}?").format(fields=f'"{near[0]}"') if near else "",
    )
