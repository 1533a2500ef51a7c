"""What the data leave open: asked where somebody is there, refused with the exact flag where nobody is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from custintel import i18n
from custintel.clean.questions import Questions, likeliest, map_flag
from custintel.errors import CustintelError, UsageError
from custintel.records.gather import gather
from custintel.records.normalise import normalise
from custintel.sheets.headers import Match

OPTIONS: Mapping[str, Any] = {
    "maps": (),
    "country": "CO",
    "date_order": None,
    "decimal": None,
    "name_order": None,
    "placeholders": (),
    "kept": (),
}
NEWSLETTER = [{"Nombre": "Íñigo", "Correo": "i@a.example"}, {"Nombre": "Zoë", "Correo": "z@a.example"}]


class Person:
    """Stands in for somebody at a terminal who gives the same answers each time."""

    def __init__(self, *, there: bool = True, answer: str = "full_name", yes: bool = True) -> None:
        self.interactive = there
        self.answer, self.yes = answer, yes
        self.asked: list[tuple[str, str]] = []

    def select(self, question: str, choices: Any, *, flag: str, default: str | None = None) -> str:
        self.asked.append((question, flag))
        offered = [value for value, _ in choices]
        return self.answer if self.answer in offered else (default or offered[0])

    def text(self, question: str, *, flag: str, check: Any = None) -> str:
        self.asked.append((question, flag))
        return "co"

    def confirm(self, question: str, *, flag: str, default: bool) -> bool:
        self.asked.append((question, flag))
        return self.yes


class Memory:
    """Stands in for the settings of a project."""

    def __init__(self, **remembered: Any) -> None:
        self.kept: dict[str, Any] = remembered

    def remembered(self, source: str) -> dict[str, Any]:
        return dict(self.kept.get(source, {}))

    def get(self, key: str) -> None:
        return None

    def remember(self, source: str, answers: Mapping[str, Any]) -> None:
        self.kept.setdefault(source, {}).update(answers)


def questions(person: Person, memory: Memory | None = None, **options: Any) -> Questions:
    i18n.activate("en")
    return Questions(person, memory or Memory(), {**OPTIONS, **options})  # type: ignore[arg-type]


def test_nobody_to_ask_is_told_the_exact_flag(sheet: Any) -> None:
    with pytest.raises(UsageError) as refused:
        questions(Person(there=False)).settle([sheet(NEWSLETTER)], "crm.csv")
    assert refused.value.exit_code == 2
    assert '"Nombre"' in refused.value.seen
    assert "_name=Nombre" in refused.value.hint


def test_the_flag_that_was_named_answers_the_question(sheet: Any) -> None:
    found = questions(Person(there=False), maps=("full_name=Nombre",)).settle([sheet(NEWSLETTER)], "crm.csv")
    assert found[0].matching.fields["Nombre"] == "full_name"


def test_an_answer_is_used_remembered_and_repeated_as_a_command(sheet: Any) -> None:
    person, memory = Person(), Memory()
    asking = questions(person, memory)
    (batch,) = asking.settle([sheet(NEWSLETTER)], "crm.csv")
    assert batch.matching.fields["Nombre"] == "full_name"
    assert asking.repeat(["crm.csv"]) == "ci clean crm.csv --map full_name=Nombre"
    asking.remember(memory)  # type: ignore[arg-type]
    silent = Person(there=False)
    (again,) = questions(silent, memory).settle([sheet(NEWSLETTER)], "crm.csv")
    assert again.matching.fields == batch.matching.fields


def test_a_column_can_be_left_out(sheet: Any) -> None:
    found = questions(Person(there=False), maps=("ignore=Nombre",)).settle([sheet(NEWSLETTER)], "crm.csv")
    assert "Nombre" not in found[0].matching.fields


@pytest.mark.parametrize("pair", ["email", "shoe=Correo", "=Correo", "email="])
def test_a_map_that_is_no_field_and_header_is_refused_with_the_fields_there_are(sheet: Any, pair: str) -> None:
    with pytest.raises(UsageError) as refused:
        questions(Person(there=False), maps=(pair,)).settle([sheet(NEWSLETTER)], "crm.csv")
    assert "full_name" in refused.value.hint


def test_a_compared_column_that_no_file_keeps_is_refused_with_those_that_can_be(sheet: Any) -> None:
    rows = [{"Nombre completo": "Ana Gil", "Correo": "a@a.example", "Equipo favorito": "Nacional"}]
    for compared, fits in (("Equipo favorito", True), ("Correo", False), ("Equipo", False)):
        asking = questions(Person(), compare=(compared,))
        batches = asking.settle([sheet(rows)], "crm.csv")
        if fits:
            asking.check_compared(batches)
            continue
        with pytest.raises(UsageError) as refused:
            asking.check_compared(batches)
        assert "Equipo favorito" in refused.value.hint
        assert compared in refused.value.seen


def test_a_file_without_people_is_refused_with_what_it_looks_like(sheet: Any) -> None:
    rows = [{"Campaña": "Verano", "Impresiones": "1000", "Clics": "12", "Costo": "50"}]
    with pytest.raises(CustintelError) as refused:
        questions(Person()).settle([sheet(rows)], "campanas.csv")
    assert "advertising" in refused.value.seen
    assert "Clics" in refused.value.seen


NAMES = ("Ana Gil", "Luis Rey", "Eva Paz", "Juan Mora", "Sara Cano", "Iván Roa")


def shared_by_six(field: str = "Correo", value: str = "tienda@a.example") -> list[dict[str, str]]:
    return [{"Nombre completo": name, field: value} for name in NAMES * 10]


def test_a_value_on_many_rows_of_many_names_is_asked_about_once_and_remembered(sheet: Any) -> None:
    person, memory = Person(), Memory()
    asking = questions(person, memory)
    (batch,) = asking.settle([sheet(shared_by_six())], "crm.csv")
    assert batch.decisions.placeholders == ("tienda@a.example",)
    assert [flag for _, flag in person.asked] == ["--placeholder tienda@a.example"]
    asking.remember(memory)  # type: ignore[arg-type]
    (again,) = questions(Person(there=False), memory).settle([sheet(shared_by_six())], "crm.csv")
    assert again.decisions.placeholders == ("tienda@a.example",)


def test_the_rows_keep_what_they_say_and_their_ids_when_a_value_is_a_placeholder(sheet: Any) -> None:
    asking = questions(Person())
    (batch,) = asking.settle([sheet(shared_by_six())], "crm.csv")
    rows = normalise(gather(batch.sheet, batch.matching), batch.decisions, today=dt.date(2026, 11, 22))
    assert rows["email"].null_count() == 60
    assert rows["email_raw"].unique().to_list() == ["tienda@a.example"]
    assert rows["email_rules"].unique().to_list() == ["value.placeholder"]


def test_where_nobody_can_be_asked_a_suspect_value_is_reported(sheet: Any) -> None:
    (batch,) = questions(Person(there=False)).settle([sheet(shared_by_six())], "crm.csv")
    suspects = [item for item in batch.decisions.items if item.topic == "placeholder"]
    assert [(item.field, item.evidence["value"], item.evidence["rows"]) for item in suspects] == [
        ("email", "tienda@a.example", 60)
    ]


def test_a_value_that_one_person_has_on_many_rows_is_not_suspect(sheet: Any) -> None:
    rows = [{"Nombre completo": "Ana Gil", "Correo": "ana@a.example"} for _ in range(60)]
    person = Person()
    questions(person).settle([sheet(rows)], "orders.csv")
    assert person.asked == []


def test_a_frequent_value_that_is_real_is_kept_and_not_asked_about_again(sheet: Any) -> None:
    memory = Memory()
    asking = questions(Person(yes=False), memory)
    (batch,) = asking.settle([sheet(shared_by_six())], "crm.csv")
    assert batch.decisions.placeholders == ()
    asking.remember(memory)  # type: ignore[arg-type]
    again = Person()
    questions(again, memory).settle([sheet(shared_by_six())], "crm.csv")
    assert again.asked == []


def test_options_are_remembered_so_that_reading_again_without_them_decides_the_same(sheet: Any) -> None:
    rows = [{"Correo": f"a{n}@a.example", "Fecha de nacimiento": f"0{n}/02/1990"} for n in (1, 3, 4)]
    memory = Memory()
    first = questions(Person(there=False), memory, country="US", date_order="mdy")
    first.settle([sheet(rows)], "crm.csv")
    first.remember(memory)  # type: ignore[arg-type]
    (again,) = questions(Person(there=False), memory, country=None).settle([sheet(rows)], "crm.csv")
    assert again.decisions.choice("date_order", "birth_date") == "mdy"


def test_a_map_of_a_column_that_no_file_has_is_refused_with_the_nearest(sheet: Any) -> None:
    asking = questions(Person(there=False), maps=("email=corrreo",))
    asking.settle([sheet([{"Correo": "a@a.example"}])], "crm.csv")
    with pytest.raises(UsageError) as refused:
        asking.check_headers()
    assert "Correo" in refused.value.hint


def test_a_sheet_without_people_beside_one_with_people_is_named(sheet: Any) -> None:
    people, products = sheet([{"Correo": "a@a.example"}]), sheet([{"SKU": "A1", "Precio": "10"}], name="Productos")
    asking = questions(Person(there=False))
    asking.settle([people, products], "crm.xlsx")
    assert [left.sheet for left, _matching in asking.left_out] == ["Productos"]


def test_dates_that_fit_two_orders_are_asked_about(sheet: Any) -> None:
    rows = [{"Correo": f"a{n}@a.example", "Fecha de nacimiento": f"0{n}/02/1990"} for n in (1, 3, 4)]
    person = Person(answer="mdy")
    asking = questions(person, country=None)
    (batch,) = asking.settle([sheet(rows)], "crm.csv")
    assert batch.decisions.choice("date_order", "birth_date") == "mdy"
    assert any(flag.startswith("--date-order") for _, flag in person.asked)
    assert "--date-order mdy" in asking.repeat(["crm.csv"])


def test_what_a_column_looks_like_is_offered_before_what_its_name_may_mean() -> None:
    asked = Match("Nombre del cliente", "full_name", candidates=("campaign_name", "full_name"), uncertain=True)
    assert likeliest(asked) == "full_name"
    assert map_flag(asked) == "--map 'full_name=Nombre del cliente'"
    assert likeliest(Match("X", None)) == "ignore"
