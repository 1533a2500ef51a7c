"""Rules, and how they are written elsewhere."""

from __future__ import annotations

import polars as pl
import pytest

from custintel import i18n
from custintel.segment.rule_words import excel_formula, sentence, tool_conditions
from custintel.segment.rules import Condition, Rule, apart, matched, where_of

FRAME = pl.DataFrame(
    {
        "recency": [10, 100, 10, None],
        "orders": [1, 1, 5, 5],
        "net": [10.0, 20.0, 30.0, 40.0],
        "city": ["Bogotá", "CALI", None, "O'Hara"],
    }
)
RECENT, OLD = Condition("recency", "<=", 45), Condition("recency", ">", 45)


def test_the_first_rule_that_fits_holds_and_of_what_is_not_known_nothing_does() -> None:
    rules = [Rule(0, (RECENT, Condition("orders", ">=", 2))), Rule(1, (RECENT,)), Rule(2, (OLD,))]
    assert matched(FRAME, rules).to_list() == [1, 2, 0, None]
    assert matched(FRAME, [*rules, Rule(3, ())]).to_list() == [1, 2, 0, 3]


def test_texts_fit_whatever_their_case() -> None:
    inside, outside = Condition("city", "in", ("cali",)), Condition("city", "not in", ("cali",))
    assert FRAME.select(inside.holds())["city"].to_list() == [False, True, False, False]
    assert FRAME.select(outside.holds())["city"].to_list() == [True, False, False, True]


def test_a_where_clause_runs_in_sql_and_gives_the_same_customers() -> None:
    rules = [
        Rule(0, (RECENT, Condition("net", ">=", 15))),
        Rule(1, (Condition("city", "in", ("O'Hara", "CALI")),)),
        Rule(2, ()),
    ]
    found = matched(FRAME, rules)
    table = FRAME.rename({"recency": "days_since_last_order"}).with_row_index("n")
    for segment in range(3):
        sql = f"SELECT n FROM self WHERE {where_of(rules, segment)}"
        expected = [n for n, one in enumerate(found) if one == segment]
        # What is not known is neither true nor false in SQL, so the last customer is only compared by what is.
        assert [n for n in table.sql(sql)["n"].to_list() if n != 3] == [n for n in expected if n != 3]


def test_rules_that_cannot_both_hold_need_not_be_excluded() -> None:
    assert apart(Rule(0, (RECENT,)), Rule(1, (OLD,)))
    assert not apart(Rule(0, (RECENT,)), Rule(1, (Condition("recency", ">=", 45),)))
    assert where_of([Rule(0, (RECENT,)), Rule(1, (OLD,))], 1) == "days_since_last_order > 45"


def test_a_condition_is_stored_and_read_back() -> None:
    for one in (RECENT, Condition("city", "not in", ("a", "ñ"))):
        assert Condition.from_text(one.to_text()) == one


@pytest.mark.parametrize(
    ("conditions", "english", "spanish"),
    [
        ((RECENT,), "Last purchase at most 45 days ago", "Última compra hace máximo 45 días"),
        (
            (OLD, Condition("recency", "<=", 90)),
            "Last purchase 46 to 90 days ago",
            "Última compra hace entre 46 y 90 días",
        ),
        (
            (Condition("undone", "<", 3),),
            "Orders refused, returned or cancelled: at most 2",
            "Pedidos rechazados, devueltos o cancelados: máximo 2",
        ),
        (
            (Condition("margin", "<", 3.5),),
            "Margin after hidden costs: less than $3.50",
            "Margen después de costos ocultos: menos de $4",
        ),
        ((OLD,), "Last purchase more than 45 days ago", "Última compra hace más de 45 días"),
        ((Condition("orders", ">=", 2), Condition("orders", "<", 5)), "2 to 4 orders", "De 2 a 4 pedidos"),
        ((Condition("orders", "<", 2),), "1 order", "1 pedido"),
        ((Condition("orders", ">=", 3),), "3 orders or more", "3 pedidos o más"),
        ((Condition("net", ">=", 1500),), "Spent $1,500 or more", "Gastó $1.500 o más"),
        ((Condition("net", "<", 900), Condition("net", ">=", 100)), "Spent $100 to $900", "Gastó entre $100 y $900"),
        ((), "Everybody who is left", "Todos los que quedan"),
    ],
)
def test_a_rule_is_said_as_a_marketer_would(conditions: tuple[Condition, ...], english: str, spanish: str) -> None:
    from custintel import formats

    try:
        for language, country, said in (("en", "US", english), ("es", "CO", spanish)):
            i18n.activate(language)
            formats.use_country(country)
            assert sentence(Rule(0, conditions), "USD" if language == "en" else "COP") == said
    finally:
        i18n.activate("en")
        formats.use_country("CO")


def test_conditions_of_a_mailing_tool_name_its_own_events() -> None:
    rule = Rule(0, (RECENT, Condition("orders", ">=", 3), Condition("net", "<", 500)))
    assert tool_conditions(rule) == [
        "Placed Order at least once in the last 45 days",
        "Placed Order at least 3 times over all time",
        "Total spent is less than 500",
    ]


def test_the_formula_is_that_of_the_excel_of_the_language_and_has_no_unquoted_text() -> None:
    rules = [Rule(0, (RECENT, Condition("net", ">=", 1.5))), Rule(1, (Condition("city", "in", ('a"b', "c")),))]
    letters = {"recency": "C", "net": "D", "city": "E"}
    assert excel_formula(rules, ["champions", "lost"], letters) == (
        '=IF(AND($C2<=45,$D2>=1.5),"Champions",IF(AND(OR($E2="a""b",$E2="c")),"Lost",""))'
    )
    i18n.activate("es")
    try:
        assert excel_formula(rules[:1], ["champions"], letters) == '=SI(Y($C2<=45;$D2>=1,5);"Campeones";"")'
    finally:
        i18n.activate("en")
    assert excel_formula(rules, ["champions", "lost"], {"net": "D"}) == ""


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ((Condition("orders", ">=", 5), Condition("orders", ">=", 2)), "5 orders or more"),
        ((Condition("recency", "<=", 30), Condition("recency", "<=", 90)), "Last purchase at most 30 days ago"),
        ((Condition("orders", "!=", 1), Condition("orders", "!=", 2)), "Orders: not 1, 2"),
        ((Condition("orders", ">=", 2), Condition("orders", "!=", 3)), "2 orders or more, Orders: not 3"),
    ],
)
def test_several_conditions_on_one_column_are_said_as_they_hold_together(
    conditions: tuple[Condition, ...], said: str
) -> None:
    i18n.activate("en")
    assert sentence(Rule(0, conditions), "COP") == said
