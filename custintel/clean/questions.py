"""What the data leave open: put to the person, or, where nobody can be asked, refused with the flag to use."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import polars as pl

from custintel.clean.page import place
from custintel.clean.people_sheets import holds_people, without_people
from custintel.clean.suspects import suspects
from custintel.errors import UsageError
from custintel.i18n import _
from custintel.records.decisions import Decision, Decisions, Given, decide
from custintel.records.gather import cells
from custintel.records.rows import Batch
from custintel.sheets.headers import Match, Matching, match
from custintel.sheets.source import Sheet
from custintel.tables.headers import PERSON_FIELDS, declared
from custintel.tables.labels import label_of
from custintel.tables.records import raw

if TYPE_CHECKING:
    from custintel.project.settings import Settings
    from custintel.ui.ask import Ask, Choices

IGNORE = "ignore"
SHOWN_VALUES = 3
DECIDED = ("country", "date_order", "decimal", "name_order")
"""Options that decide something about a file."""
FLAGS = {"country": "--country CC", "date_order": "--date-order dmy", "decimal": '--decimal ","'}


@dataclass
class Questions:
    """The questions of one run, their answers, and what is remembered for the next.

    Attributes:
        ask: the door to the person.
        settings: what the project remembers.
        options: what was typed on the command line.
        learned: answers given by the person in this run, per file.
        typed: answers typed as options in this run, per file.
        headers: every header that was read.
        left_out: the sheets that hold no people.
    """

    ask: Ask
    settings: Settings
    options: Mapping[str, Any]
    learned: dict[str, dict[str, Any]] = field(default_factory=dict)
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)
    left_out: list[tuple[Sheet, Matching]] = field(default_factory=list)

    def settle(self, sheets: Sequence[Sheet], file: str) -> list[Batch]:
        """The sheets of a file that hold people, with everything decided.

        Raises:
            CustintelError: no sheet holds people, or ``--map`` names a column that is not there.
            UsageError: something is uncertain and nobody can be asked.
        """
        self.check_maps()
        matched = [(sheet, self.matching(sheet)) for sheet in sheets]
        usable = [(sheet, matching) for sheet, matching in matched if holds_people(matching) and sheet.frame.height]
        if not usable:
            raise without_people(matched, file)
        self.left_out += [pair for pair in matched if pair not in usable]
        return [self.batch(sheet, matching) for sheet, matching in usable]

    def batch(self, sheet: Sheet, matching: Matching) -> Batch:
        """One sheet with its decisions taken."""
        rows = cells(sheet, matching)
        headers = {found.field: found.header for found in matching.matches if found.field}
        return Batch(sheet, matching, self.decisions(sheet, rows, headers))

    def check_headers(self) -> None:
        """Refuse a ``--map`` whose header was in no sheet."""
        for header in self.maps:
            if header not in self.headers:
                near = get_close_matches(header, self.headers, 1, 0.5)
                raise UsageError(
                    _("No file has this column."),
                    seen=f"--map {shlex.quote(f'{self.maps[header]}={header}')}",
                    hint=_("Did you mean {fields}?").format(fields=f'"{near[0]}"') if near else "",
                )

    def check_compared(self, batches: Sequence[Batch]) -> None:
        """Refuse a ``--compare`` that no sheet of this run keeps as an extra column."""
        extras = sorted({m.header for batch in batches for m in batch.matching.matches if m.field is None})
        for header in self.options["compare"]:
            if header not in extras:
                raise UsageError(
                    _("No file has this column, or it is one that we know already."),
                    seen=f"--compare {shlex.quote(header)}",
                    hint=_("Columns that can be compared besides: {headers}").format(headers=", ".join(extras) or "-"),
                )

    @property
    def maps(self) -> dict[str, str]:
        """Header -> field, as typed."""
        return {header: named for named, _equals, header in (pair.partition("=") for pair in self.options["maps"])}

    def check_maps(self) -> None:
        """Refuse a ``--map`` that is not FIELD=HEADER, or names a field we do not have."""
        for pair in self.options["maps"]:
            named, _equals, header = pair.partition("=")
            if not header or (named != IGNORE and named not in declared()):
                raise UsageError(
                    _("--map needs a field and a header."),
                    seen=f"--map {shlex.quote(pair)}",
                    hint=_("Write --map FIELD=HEADER with one of: {fields}.").format(
                        fields=", ".join([*PERSON_FIELDS, IGNORE])
                    ),
                )

    def matching(self, sheet: Sheet) -> Matching:
        """Which column is what, with the uncertain ones asked."""
        answers = {**self.settings.remembered(sheet.source).get("map", {}), **self.maps}
        frame = sheet.frame.drop("row")
        self.headers.update(sheet.headers)
        self.remember_typed(sheet)
        found = match(sheet.headers, frame, answers=answers, source=sheet.source)
        if not found.questions:
            return found
        if not self.ask.interactive:
            raise self.uncertain(sheet, found.questions)
        for question in found.questions:
            answers[question.header] = self.ask_column(sheet, question)
            self.learn(sheet.source, "map", {question.header: answers[question.header]})
        return match(sheet.headers, frame, answers=answers, source=sheet.source)

    def remember_typed(self, sheet: Sheet) -> None:
        """Keep what was typed about this file, so that reading it again needs no options and changes nothing."""
        typed = {key: self.options[key] for key in DECIDED if self.options[key]}
        if maps := {header: named for header, named in self.maps.items() if header in sheet.headers}:
            typed["map"] = {**self.typed.get(sheet.source, {}).get("map", {}), **maps}
        for key, option in (("placeholders", "placeholders"), ("kept", "kept")):
            if self.options[option]:
                typed[key] = sorted({*self.settings.remembered(sheet.source).get(key, ()), *self.options[option]})
        if typed:
            self.typed.setdefault(sheet.source, {}).update(typed)

    def ask_column(self, sheet: Sheet, question: Match) -> str:
        """What a column is, according to the person."""
        values = ", ".join(sheet.frame[question.header].drop_nulls().head(SHOWN_VALUES).to_list())
        choices = [(candidate, label_of(candidate)) for candidate in question.candidates]
        return self.ask.select(
            _('{where}: what is the column "{header}" ({values})?').format(
                where=place(sheet.source, sheet.sheet), header=question.header, values=values
            ),
            [*choices, (IGNORE, _("None of these: keep it without using it"))],
            flag=map_flag(question),
            default=likeliest(question),
        )

    def uncertain(self, sheet: Sheet, questions: Sequence[Match]) -> UsageError:
        """What to type when nobody can be asked."""
        return UsageError(
            _("It is not certain what these columns are, and a wrong guess would spoil the data."),
            where=place(sheet.source, sheet.sheet),
            seen=", ".join(
                _('"{header}": {candidates}?').format(
                    header=question.header, candidates=_(" or ").join(label_of(c) for c in question.candidates)
                )
                for question in questions
            ),
            hint=_("Add what they are to the command: {flags} ({ignore}=HEADER to leave a column out).").format(
                flags=" ".join(map_flag(question) for question in questions), ignore=f"--map {IGNORE}"
            ),
        )

    def given(self, source: str) -> Given:
        """What the person said about a file: now, in an earlier run, or for the whole project."""
        remembered = self.settings.remembered(source)

        def said(key: str) -> str | None:
            value = (
                self.options.get(key)
                or remembered.get(key)
                or (self.settings.get(key) if key != "name_order" else None)
            )
            return str(value) if value else None

        nothing = tuple(sorted({*self.options["placeholders"], *remembered.get("placeholders", ())}))
        return Given(said("country"), said("date_order"), said("decimal"), said("name_order"), nothing)

    def decisions(self, sheet: Sheet, rows: pl.DataFrame, headers: Mapping[str, str]) -> Decisions:
        """Country, orders and marks of a sheet; what the data leave open is asked."""
        given = said = self.given(sheet.source)
        found = decide(rows, given, headers)
        for decision in found.open:
            if decision.topic == "country" and not self.ask.interactive:
                continue
            answer = self.ask_decision(sheet, decision, rows)
            self.learn(sheet.source, decision.topic, answer)
            given = answered(given, decision.topic, answer)
        given = replace(given, placeholders=(*given.placeholders, *self.asked_placeholders(sheet, rows)))
        found = decide(rows, given, headers) if given != said else found
        return found if self.ask.interactive else replace(found, items=(*found.items, *self.suspects(sheet, rows)))

    def ask_decision(self, sheet: Sheet, decision: Decision, rows: pl.DataFrame) -> str:
        """One decision taken by the person."""
        where = place(sheet.source, sheet.sheet)
        flag = FLAGS[decision.topic]
        if decision.topic == "country":
            question = _("{where}: which country are the phones and cities from (CO, MX, ES, US...)?").format(
                where=where
            )
            return self.ask.text(question, flag=flag, check=country_problem).upper()
        values = ", ".join(
            rows[raw(decision.field)].drop_nulls().unique(maintain_order=True).head(SHOWN_VALUES).to_list()
        )
        asked = {"where": where, "field": label_of(decision.field), "values": values}
        if decision.topic == "date_order":
            question = _("{where}, {field} ({values}): which comes first?").format(**asked)
            choices: Choices = (
                ("dmy", _("Day (31/12/2026)")),
                ("mdy", _("Month (12/31/2026)")),
                ("ymd", _("Year (2026/12/31)")),
            )
        else:
            question = _("{where}, {field} ({values}): which is the decimal mark?").format(**asked)
            choices = ((",", _("Comma (1.234,50)")), (".", _("Point (1,234.50)")))
        return self.ask.select(question, choices, flag=flag)

    def suspects(self, sheet: Sheet, rows: pl.DataFrame) -> list[Decision]:
        """The values that may stand for nothing, without those already decided."""
        remembered = self.settings.remembered(sheet.source)
        decided = {*self.options["placeholders"], *self.options["kept"]}
        decided |= {*remembered.get("placeholders", ()), *remembered.get("kept", ())}
        return [found for found in suspects(rows) if found.evidence["value"] not in decided]

    def asked_placeholders(self, sheet: Sheet, rows: pl.DataFrame) -> list[str]:
        """The suspects that the person says stand for nothing."""
        if not self.ask.interactive:
            return []
        nothing = set(self.settings.remembered(sheet.source).get("placeholders", ()))
        real = set(self.settings.remembered(sheet.source).get("kept", ()))
        for suspect in self.suspects(sheet, rows):
            value, n = suspect.evidence["value"], suspect.evidence["rows"]
            self.ask_placeholder(sheet.source, suspect.field, str(value), int(str(n)), nothing, real)
        return sorted(nothing)

    def ask_placeholder(self, source: str, name: str, value: str, n: int, nothing: set[str], real: set[str]) -> None:
        """Whether a frequent value is a real one; the answer is remembered."""
        question = _('{field} "{value}" is on {n} rows. Does it stand for "no data"?').format(
            field=label_of(name), value=value, n=n
        )
        if self.ask.confirm(question, flag=f"--placeholder {shlex.quote(value)}", default=True):
            nothing.add(value)
            self.learn(source, "placeholders", sorted(nothing))
        else:
            real.add(value)
            self.learn(source, "kept", sorted(real))

    def learn(self, source: str, key: str, answer: Any) -> None:
        """Keep an answer for the next run."""
        known = self.learned.setdefault(source, {})
        known[key] = {**known.get(key, {}), **answer} if isinstance(answer, dict) else answer

    def remember(self, settings: Settings) -> None:
        """Write the answers of this run into the project's settings."""
        for source, answers in (*self.typed.items(), *self.learned.items()):
            settings.remember(source, answers)

    def repeat(self, files: Sequence[str]) -> str | None:
        """The command that does the same without asking; None when nothing was asked."""
        if not self.learned:
            return None
        words = ["ci", "clean", *files]
        for answers in self.learned.values():
            words += [
                word for header, named in answers.get("map", {}).items() for word in ("--map", f"{named}={header}")
            ]
            for topic in ("country", "date_order", "decimal"):
                if topic in answers:
                    words += [f"--{topic.replace('_', '-')}", answers[topic]]
            words += [word for value in answers.get("placeholders", ()) for word in ("--placeholder", value)]
            words += [word for value in answers.get("kept", ()) for word in ("--keep", value)]
        return shlex.join(words)


def map_flag(question: Match) -> str:
    """The flag that says what a column is."""
    return "--map " + shlex.quote(f"{likeliest(question)}={question.header}")


def likeliest(question: Match) -> str:
    """What an uncertain column is taken for until somebody says so; not always the first thing its name may mean."""
    return question.field or next(iter(question.candidates), IGNORE)


def answered(given: Given, topic: str, answer: str) -> Given:
    """``given`` with one more answer."""
    return Given(**{**vars(given), topic: answer})


def country_problem(answer: str) -> str | None:
    """What is wrong with a country code, None when nothing is."""
    return None if len(answer) == 2 and answer.isalpha() else _("Two letters, such as CO, MX, ES or US.")
