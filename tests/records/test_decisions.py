"""What is decided once per column, by whom, and what is left to be asked."""

from __future__ import annotations

import polars as pl
import pytest

from custintel.records.decisions import Decisions, Given, decide


def decided(given: Given | None = None, **columns: list[str | None]) -> Decisions:
    return decide(pl.DataFrame({f"{name}_raw": cells for name, cells in columns.items()}), given or Given())


def test_what_the_person_said_wins_over_the_data() -> None:
    given = Given(country="ES", date_order="mdy", decimal=".", name_order="surname_first")
    found = decided(
        given,
        city=["Bogotá", "Cali", "Medellín"],
        birth_date=["31/12/1990", "30/11/1991", "29/10/1992"],
        total_spent=["1.234,50", "2.345,60", "7,10"],
        full_name=["Ana Gil", "Luis Rey", "Eva Sol"],
    )
    assert found.choice("country") == "ES"
    assert found.choice("date_order", "birth_date") == "mdy"
    assert found.choice("decimal", "total_spent") == "."
    assert found.choice("name_order", "full_name") == "surname_first"
    assert {item.decided_by for item in found.items} == {"given"}
    assert found.open == ()


def test_the_data_decide_and_the_evidence_is_kept() -> None:
    found = decided(birth_date=["31/12/1990", "01/02/1991"], total_spent=["1.234,50", "12"])
    dates = next(item for item in found.items if item.topic == "date_order")
    assert (dates.choice, dates.decided_by) == ("dmy", "values")
    assert dates.evidence["first_over_12"] == 1
    assert found.choice("decimal", "total_spent") == ","


def test_a_column_that_fits_both_orders_is_left_to_be_asked() -> None:
    found = decided(birth_date=["01/02/1990", "03/04/1991"])
    assert [(item.topic, item.field) for item in found.open] == [("date_order", "birth_date")]


def test_an_empty_column_asks_nothing() -> None:
    assert decided(birth_date=[None, None], total_spent=[None, None]).open == ()


def test_the_country_is_taken_from_enough_places_that_agree() -> None:
    assert decided(city=["Bogotá", "Medellín", "Barranquilla", "Bucaramanga"]).choice("country") == "CO"


def test_too_little_evidence_leaves_the_country_open() -> None:
    numbers = ["+573124567801", "+573124567802", "+573124567803", "+573124567804"]
    assert [item.topic for item in decided(mobile=numbers[:3]).open] == ["country"]
    assert decided(mobile=numbers).choice("country") == "CO"


def test_rows_of_two_countries_leave_the_country_open() -> None:
    found = decided(mobile=["+573124567801", "+525512345679", "3124567803"], city=[None, "Guadalajara", None])
    assert found.choice("country") is None


def test_an_unclear_column_of_names_is_read_as_its_header_says() -> None:
    names = {"full_name_raw": ["Xq Zt", "Wv Kp"]}
    for header, order in (("Apellidos y nombres", "surname_first"), ("Nombres y apellidos", "given_first")):
        found = decide(pl.DataFrame(names), Given(), {"full_name": header})
        assert found.choice("name_order", "full_name") == order


def test_a_sheet_to_which_the_country_does_not_matter_is_not_asked_for_it() -> None:
    assert decided(email=["ana@a.example"]).choice("country") is None
    assert decided(email=["ana@a.example"]).items == ()


@pytest.mark.parametrize(("codes", "choice"), [(["M", "F", "M"], "mf"), (["H", "M", "H"], "hm")])
def test_m_is_male_beside_f_and_female_beside_h(codes: list[str | None], choice: str) -> None:
    assert decided(gender=codes).choice("gender_codes", "gender") == choice


def test_the_order_of_rows_does_not_matter() -> None:
    cells: list[str | None] = ["31/12/1990", "01/02/1991", None, "ayer", "12/31/1990"]
    assert decided(birth_date=cells).items == decided(birth_date=cells[::-1]).items


def test_a_topic_nobody_decided_has_no_choice() -> None:
    assert Decisions(()).choice("country") is None
