"""What files leave open: asked once, remembered for files that look the same, refused where nobody can be asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from custintel import i18n
from custintel.errors import CustintelError, UsageError
from custintel.load.conventions import Given
from custintel.load.parts import Wanted
from custintel.load.questions import NOTHING, Questions, digest

from .conftest import Desk

UNKNOWN = "a;b;c\n1;2;3\n"
VAGUE = "Consecutivo;Día;Venta total\nP1;13/05/2026;10,5\nP2;14/05/2026;20,5\n"
"""Neither its number nor its total is called so that we know it."""
MONTHS = "pedido;fecha;total\nP1;03/05/2026;10,5\n"


class Person:
    """Stands in for somebody at a terminal: takes the first of their answers that is offered, each once."""

    def __init__(self, *answers: str, there: bool = True) -> None:
        self.interactive = there
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def select(self, question: str, choices: Any, *, flag: str, default: str | None = None) -> str:
        self.asked.append((question, flag))
        offered = [value for value, _label in choices]
        answer = next((answer for answer in self.answers if answer in offered), NOTHING)
        if answer in self.answers:
            self.answers.remove(answer)
        return answer


class Memory:
    """Stands in for the settings of a project."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.kept)

    def remembered(self, source: str) -> dict[str, Any]:
        return dict(self.kept.get(source, {}))

    def remember(self, source: str, answers: Mapping[str, Any]) -> None:
        self.kept.setdefault(source, {}).update(answers)


def questions(person: Person, memory: Memory | None = None, **typed: Any) -> Questions:
    i18n.activate("en")
    given = Given(date_order=typed.pop("date_order", None), decimal=typed.pop("decimal", None))
    said = {"date_order": given.date_order, "decimal": given.decimal}
    wanted = Wanted(given, dt.date(2026, 11, 1), **typed)
    return Questions(person, memory or Memory(), wanted, said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "flag"), [(UNKNOWN, "--as"), (VAGUE, "--as"), (MONTHS, "--date-order")])
def test_where_nobody_can_be_asked_the_flag_that_answers_is_named(desk: Desk, text: str, flag: str) -> None:
    with pytest.raises(CustintelError) as refused:
        questions(Person(there=False)).parts(desk.write("v.csv", text))
    assert flag in refused.value.hint


def test_the_table_and_the_missing_columns_of_a_sheet_are_asked_with_some_of_its_cells(desk: Desk) -> None:
    person = Person("orders", "number", "Consecutivo", "Día", "total", "Venta total")
    path = desk.write("v.csv", VAGUE)
    (part,) = (found := questions(person)).parts(path)
    assert (part.table, part.used) == ("orders", 2)
    assert part.rows["number"].to_list() == ["P1", "P2"]
    assert person.asked[0][1] == "--as orders"
    assert any("Its number, as the platform writes it. (number)" in question for question, _flag in person.asked)
    first, second = found.repeat([path, "more.csv"])
    assert first == "ci load more.csv"
    assert second.startswith(f"ci load {path} --as orders --map")


def test_the_command_that_repeats_needs_no_answers(desk: Desk) -> None:
    path = desk.write("v.csv", VAGUE)
    found = questions(Person("orders", "number", "Consecutivo", "Día", "total", "Venta total"))
    (asked,) = found.parts(path)
    maps = {column: header for header, column in found.learned[path]["load_map"].items()}
    (typed,) = questions(Person(there=False), table="orders", maps=maps).parts(path)
    assert typed.rows.equals(asked.rows)


def test_next_months_file_with_the_same_headers_needs_no_answers(desk: Desk) -> None:
    memory = Memory()
    first = questions(Person("dmy"), memory)
    first.parts(desk.write("mayo.csv", MONTHS))
    first.remember(memory)  # type: ignore[arg-type]
    person = Person(there=False)
    (part,) = questions(person, memory).parts(desk.write("junio.csv", "Fecha;Pedido;TOTAL\n04/06/2026;P2;10,5\n"))
    assert part.span == (dt.date(2026, 6, 4), dt.date(2026, 6, 4))
    assert not person.asked


def test_a_file_with_other_headers_is_not_answered_from_memory(desk: Desk) -> None:
    memory = Memory()
    first = questions(Person("dmy"), memory)
    first.parts(desk.write("mayo.csv", MONTHS))
    first.remember(memory)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        questions(Person(there=False), memory).parts(desk.write("o.csv", "order;date;total\nP1;03/05/2026;1,5\n"))


def test_what_was_typed_for_a_file_is_remembered_with_it(desk: Desk) -> None:
    memory = Memory()
    path = desk.write("v.csv", VAGUE)
    typed = {"number": "Consecutivo", "ordered_at": "Día", "total": "Venta total"}
    first = questions(Person(there=False), memory, table="orders", maps=typed)
    (asked,) = first.parts(path)
    first.remember(memory)  # type: ignore[arg-type]
    (again,) = questions(Person(there=False), memory).parts(path)
    assert again.rows.equals(asked.rows)


def test_with_none_of_the_choices_the_file_is_refused(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="not clear"):
        questions(Person()).parts(desk.write("v.csv", UNKNOWN))


def test_an_answer_that_does_not_help_ends_in_the_refusal(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="lacks"):
        questions(Person("orders", "number", "a", "b")).parts(desk.write("v.csv", UNKNOWN))


@pytest.mark.parametrize(("header", "said"), [("Totl", '"Total"'), ("xyzzy", "")])
def test_a_map_whose_header_no_file_has_is_refused_with_what_it_may_be(desk: Desk, header: str, said: str) -> None:
    found = questions(Person(there=False), maps={"tax": header})
    found.parts(desk.write("v.csv", "Pedido;Fecha;Total\nP1;13/05/2026;10,5\n"))
    with pytest.raises(UsageError, match="No file") as refused:
        found.check_headers()
    assert said in refused.value.hint


def test_a_map_that_names_no_column_of_ours_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="No table") as refused:
        questions(Person(there=False), maps={"totl": "Total"}).check_columns()
    assert '"total"' in refused.value.hint


def test_headers_are_the_same_in_any_order_and_spelling() -> None:
    assert digest(["Nº de pedido", "Total (COP)"]) == digest(["total", "N° DE PEDIDO"]) != digest(["total"])
