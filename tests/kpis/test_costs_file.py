from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel import i18n
from custintel.errors import CustintelError
from custintel.kpis.cost_remarks import MISTAKES, told_together
from custintel.kpis.cost_vocabulary import aliases_of, categories, code_of
from custintel.kpis.costs_file import file_warnings, parse_costs, read_costs
from custintel.remarks import MistakesError
from custintel.tables.cost_ledger import CATEGORY, COST_GROUP, DRIVER

TOP = "currency: COP\ncosts:\n"


def told(text: str | bytes, folder: Path | None = None) -> list[str]:
    """The mistakes of a file as they are told; there are some, and then there are no costs."""
    data = text.encode() if isinstance(text, str) else text
    costs, mistakes = parse_costs(data, folder=folder)
    assert (costs is None) == bool(mistakes)
    return [mistake.told("costs.yaml") for mistake in mistakes]


ITEMS = {
    "category": ("- {category: empaques, rate: 1}", "'empaques' is not a category of cost. Did you mean 'empaque'?"),
    "driver": (
        "- {category: handling, driver: per_ordr, rate: 1}",
        "'per_ordr' is not a driver. Did you mean 'per_order'?",
    ),
    "where": (
        "- {category: handling, rate: 1, where: {ciudadd: Cali}}",
        "'ciudadd' is not a column that where knows. Did you mean 'ciudad'?",
    ),
    "key": ("- {category: handling, rat: 1, rate: 2}", "'rat' is not a key here. Did you mean 'rate'?"),
    "ambiguous": (
        "- {category: handling, rate: 12.500}",
        "rate: 12.500 is ambiguous: YAML reads 12.5. Write 12500 for thousands or 12.5 for decimals.",
    ),
    "ambiguous to the last digit": (
        "- {category: handling, rate: 1.125}",
        "rate: 1.125 is ambiguous: YAML reads 1.125. Write 1125 for thousands or 1.1250 for decimals.",
    ),
    "octal": (
        "- {category: handling, rate: 0120}",
        "rate: 0120 is not a plain number: older programs (YAML 1.1) would read 80. Write a plain number: 120.",
    ),
    "sexagesimal": (
        "- {category: handling, rate: 12:30}",
        "rate: 12:30 is not a plain number: older programs (YAML 1.1) would read 750. Write a plain number: 12.30.",
    ),
    "text": (
        '- {category: handling, rate: "$ 1.200"}',
        "rate: '$ 1.200' is text, not a number. Write a plain number without separators or signs, such as 1200 or"
        " 12.5.",
    ),
    "share": (
        "- {category: payment_fees, rate: 2.99}",
        "rate: 2.99 is above 100 %. Write 0.0299 or '2.99%'.",
    ),
    "percentage of money": (
        "- {category: handling, rate: 3%}",
        "rate: 3% is a percentage, but per_order counts in money. Write an amount, or a driver that begins with pct_.",
    ),
    "negative": (
        "- {category: handling, rate: -5}",
        "rate: -5 is negative. Write what it costs, without a minus sign.",
    ),
    "negative share": (
        "- {category: payment_fees, rate: -3%}",
        "rate: -3% is negative. Write what it costs, without a minus sign.",
    ),
    "no rate": ("- {category: handling}", "handling has no rate. Add rate: what each one costs."),
    "no rate in a step": (
        "- {category: handling, tiers: [{up_to: 5}, {rate: 9}]}",
        "There is no rate here. Add rate: what each one costs.",
    ),
    "a key that is written twice": (
        "- {category: handling, rate: 1, tarifa: 2}",
        "tarifa is written twice here; first on line 3. Keep one of them.",
    ),
    "VAT of a cost": (
        "- {category: handling, rate: 1, vat: 19}",
        "vat: 19 must be between 0 and 1. Write 0.19 for 19 %.",
    ),
    "currency of a cost that is none": (
        "- {category: handling, rate: 1, currency: PESOS}",
        "'PESOS' is not a currency code. Write the three letters of ISO 4217: COP, MXN, EUR, USD.",
    ),
    "a key as the person writes it": (
        "- {categoría: handling, Tarifa: 12.500}",
        "Tarifa: 12.500 is ambiguous: YAML reads 12.5. Write 12500 for thousands or 12.5 for decimals.",
    ),
    "currency of a cost": (
        "- {category: handling, rate: 1, currency: USD}",
        "A cost in USD, but fx does not say what one USD is worth. Add fx: {USD: 4100}, with your rate.",
    ),
    "no dates": (
        "- {category: storage, rate: 1, every: month}",
        "A cost of a period needs from and to. Write YYYY-MM-DD, such as 2026-01-31.",
    ),
    "dates exchanged": (
        "- {category: storage, rate: 1, from: 2026-02-01, to: 2026-01-31}",
        "'to' (2026-01-31) is before 'from' (2026-02-01). Exchange them, or correct the year.",
    ),
    "form of a date": (
        "- {category: handling, rate: 1, from: 31/01/2026}",
        "from: '31/01/2026' is not a date. Did you mean '2026-01-31'?",
    ),
    "a date of two meanings": (
        "- {category: handling, rate: 1, from: 03/04/2026}",
        "from: '03/04/2026' is not a date. Write YYYY-MM-DD, such as 2026-01-31.",
    ),
    "a date that never was": (
        "- {category: handling, rate: 1, from: 2026-02-30}",
        "from: '2026-02-30' is not a date. Write YYYY-MM-DD, such as 2026-01-31.",
    ),
    "nothing says it": (
        "- {category: handling, driver: actual}",
        "No table says what handling really cost. Give it a rate and another driver, such as per_order.",
    ),
    "no effect": (
        "- {category: handling, rate: 1, allocate_by: sales}",
        "allocate_by has no effect with driver per_order. Take the line away, or change the driver.",
    ),
    "empty": ("- {category: handling, rate: }", "rate is empty. Write its value, or take the line away."),
    "no category": ("- {rate: 1}", "This cost has no category. Add category: and one of those in docs/costs.md."),
    "value": (
        "- {category: handling, rate: 1, where: {medio_pago: tarjta}}",
        "'tarjta' is not a value of medio_pago. Did you mean 'tarjeta'?",
    ),
    "flag": (
        "- {category: handling, rate: 1, overlap: maybe}",
        "'maybe' is not a value of overlap. The values are: true, false.",
    ),
    "min and max": ("- {category: handling, rate: 1, min: 9, max: 3}", "min (9) is above max (3). Exchange them."),
    "digits": (
        "- {category: handling, rate: 99999999999999999999}",
        "rate: 99999999999999999999 has more digits than any amount has. Write a plain number without separators or"
        " signs, such as 1200 or 12.5.",
    ),
    "list as a value": (
        "- {category: [handling], rate: 1}",
        "category must be one value. Write it on one line, without brackets or braces.",
    ),
    "word as an item": ("- handling", "costs must be lines of 'key: value'. See the template that ci init writes."),
    "steps without end": (
        "- {category: handling, tiers: [{up_to_kg: 1, rate: 5}]}",
        "Only the last step may be, and has to be, without up_to. End with a step that has only a rate: it holds for"
        " everything above.",
    ),
    "steps that go down": (
        "- {category: handling, tiers: [{up_to: 5, rate: 5}, {up_to: 2, rate: 6}, {rate: 9}]}",
        "The steps must go up. Write them from the smallest up_to to the largest.",
    ),
    "steps of two kinds": (
        "- {category: handling, tiers: [{up_to_kg: 5, rate: 5}, {up_to_price: 9, rate: 6}, {rate: 9}]}",
        "The steps are measured in different things. Use up_to_kg or up_to_price in all of them.",
    ),
    "rate and steps": (
        "- {category: handling, rate: 1, tiers: [{rate: 9}]}",
        "rate and tiers both say what one costs. Keep one of them.",
    ),
    "anchor": (
        "- {category: handling, rate: &x 1}",
        "'&x': anchors and references (& and *) are not allowed. Write the value out.",
    ),
    "tag": (
        "- {category: handling, rate: !!python/object:os.system 1}",
        "'tag:yaml.org,2002:python/object:os.system': tags (!) are not allowed. Take it away; put quotes around text"
        " that begins with !.",
    ),
}


@pytest.mark.parametrize(("item", "expected"), ITEMS.values(), ids=ITEMS)
def test_a_mistake_in_an_item_is_told_with_its_line_and_repair(item: str, expected: str) -> None:
    assert told(f"{TOP}  {item}\n") == [f"costs.yaml:3: {expected}"]


WHOLE = {
    "vat": (
        "currency: COP\nvat: 19\ncosts: []\n",
        "2: vat: 19 must be between 0 and 1. Write 0.19 for 19 %.",
    ),
    "no currency": ("costs: []\n", "1: currency is missing. Add currency: COP (or yours) at the top."),
    "pesos": (
        "currency: PESOS\ncosts: []\n",
        "1: 'PESOS' is not a currency code. Write the three letters of ISO 4217: COP, MXN, EUR, USD.",
    ),
    "repeated key": (
        "currency: COP\ncosts: []\nmoneda: USD\n",
        "3: moneda is written twice here; first on line 1. Keep one of them.",
    ),
    "no costs": (
        "currency: COP\n",
        "1: There is no list of costs. Add costs: and, below it, one '- category:' for each.",
    ),
    "a list at the top": (
        "- category: handling\n",
        "1: costs.yaml must be lines of 'key: value'. See the template that ci init writes.",
    ),
    "time zone": (
        "currency: COP\ntimezone: Bogota\ncosts: []\n",
        "2: 'Bogota' is not a time zone. Write one such as America/Bogota.",
    ),
    "tab": (
        "currency: COP\ncosts:\n\t- category: media\n",
        "3: A tab at the beginning of the line. Indent with spaces.",
    ),
    "two documents": (
        "currency: COP\ncosts: []\n---\ncurrency: COP\n",
        "3: A second document begins here (---). Keep one list per file.",
    ),
    "not YAML": (
        "currency: COP\ncosts: a: b\n",
        "2: The line cannot be understood: 'costs: a: b'. A value looks like this: rate: 1200. Put quotes around text"
        " with a colon or #.",
    ),
    "control character": (
        "currency: COP\ncosts: \x00\n",
        "2: The file has characters that no text has. Save it again as plain text, encoding UTF-8.",
    ),
    "fx that is no rate": (
        "currency: COP\nfx: 4100\ncosts: []\n",
        "2: fx: '4100' is not a rate, nor a csv file of rates by date. Write fx: {USD: 4100}, or the name of a csv file"
        " with the columns date, currency, rate.",
    ),
    "fx without file": (
        "currency: COP\nfx: rates.csv\ncosts: []\n",
        "2: The file of exchange rates rates.csv cannot be read. Check its name; it is looked for in the folder of this"
        " file.",
    ),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE)
def test_a_mistake_of_the_whole_file_is_told_with_its_line_and_repair(text: str, expected: str) -> None:
    assert told(text) == [f"costs.yaml:{expected}"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff", "~\n"])
def test_an_empty_file_is_said_to_be_empty(text: str) -> None:
    assert told(text) == ["costs.yaml: The file is empty. Begin with the template that ci init writes."]


def test_shipping_and_freight_in_one_period_would_be_counted_twice() -> None:
    twice = f"{TOP}  - {{category: logistica_envio, rate: 9800}}\n  - {{category: flete, rate: 9000}}\n"
    assert told(twice) == [
        "costs.yaml:4: outbound_shipping would be counted twice: line 3 has the same category, period and filter. "
        "Give one a name, a where, or overlap: true."
    ]


@pytest.mark.parametrize(
    "more",
    [
        "name: Inter",
        "overlap: true",
        "se_suma: sí",
        "where: {city: Cali}",
        "campaign: Feria",
        "from: 2026-07-01",
    ],
)
def test_what_tells_two_costs_of_a_category_apart_repairs_it(more: str) -> None:
    first = "  - {category: outbound_shipping, rate: 9800, to: 2026-06-30}\n"
    parse_costs(f"{TOP}{first}".encode())
    costs, mistakes = parse_costs(f"{TOP}{first}  - {{category: outbound_shipping, rate: 9000, {more}}}\n".encode())
    assert costs is not None, mistakes


def test_all_mistakes_are_found_in_one_run_in_the_order_of_lines() -> None:
    items = [item for name, (item, _) in ITEMS.items() if name != "word as an item"]
    text = "vat: 19\ncurrency: PESOS\ncosts:\n" + "".join(f"  {item}\n" for item in items)
    _, mistakes = parse_costs(text.encode())
    lines = [mistake.line for mistake in mistakes]
    assert lines == sorted(lines)
    assert set(lines) == set(range(1, 4 + len(items))) - {3}


KINDS = """\
timezone: America/Bogota
vat: 19
costs:
  - category: empaques
    rate: 900
  - category: handling
    driver: per_ordr
    rate: 500
  - category: transport
    rate: 1400
    where: {ciudadd: Cali}
  - category: returns_logistics
    rate: 12.500
  - category: outer_packing
    rate: 0120
  - category: last_mile
    rate: 12:30
  - category: inbound_freight
    rate: "$ 1.200"
  - category: payment_fees
    rate: 2.99
  - category: cod_fee
    rate: -3%
  - category: warranties
  - category: cod_refusal
    rate: 11000
    rate: 12000
  - category: confirmation_calls
    rate: 0.10
    currency: USD
  - category: agency_fee
    rate: 1200000
    every: month
  - category: marketing_tools
    rate: 240000
    from: 2026-12-31
    to: 2026-01-01
  - category: marketing_salaries
    rate: 240000
    from: 2026-01-01
    to: 31/12/2026
  - category: logistica_envio
    rate: 9800
  - category: flete
    rate: 9000
  - category: failed_delivery
    rate: 3000
    moneda: PESOS
  - categry: storage
    driver: per_order
    rate: 5
"""
"""Every kind of mistake at once, each where nothing else is wrong."""


def test_every_kind_of_mistake_is_told_in_one_run_once_and_on_its_line() -> None:
    _, mistakes = parse_costs(KINDS.encode())
    assert [(mistake.line, mistake.code) for mistake in mistakes] == [
        (1, "currency_missing"),
        (2, "vat_range"),
        (4, "unknown_category"),
        (7, "unknown_driver"),
        (11, "unknown_where"),
        (13, "number_ambiguous"),
        (15, "number_old_form"),
        (17, "number_old_form"),
        (19, "number_text"),
        (21, "share_above_one"),
        (23, "number_negative"),
        (24, "rate_missing"),
        (27, "duplicate_key"),
        (28, "fx_missing"),
        (31, "period_without_dates"),
        (37, "to_before_from"),
        (41, "date_form"),
        (44, "counted_twice"),
        (48, "currency_unknown"),
        (49, "unknown_key"),
    ]
    for language in ("en", "es"):
        try:
            i18n.activate(language)
            assert all(mistake.what and mistake.repair for mistake in mistakes)
        finally:
            i18n.activate("en")


@pytest.mark.parametrize(
    ("category", "typed", "meant"),
    [
        ("handling", "2,99", "2.99"),
        ("handling", "12500,5", "12500.5"),
        ("handling", "1.200,50", "1200.50"),
        ("handling", "1,200.50", "1200.50"),
        ("handling", "1.200.000", "1200000"),
        ("handling", "1,200,000", "1200000"),
        ("payment_fees", "2,99%", "2.99%"),
        ("payment_fees", "2,99", "2.99%"),
        ("payment_fees", "0,0299", "0.0299"),
    ],
)
def test_a_decimal_comma_and_repeated_separators_are_told_with_the_number_they_can_only_mean(
    category: str, typed: str, meant: str
) -> None:
    assert told(f"{TOP}  - category: {category}\n    rate: {typed}\n") == [
        f"costs.yaml:4: rate: '{typed}' is text, not a number. Did you mean '{meant}'?"
    ]
    costs, mistakes = parse_costs(f"{TOP}  - category: {category}\n    rate: {meant}\n".encode())
    assert costs is not None, mistakes


@pytest.mark.parametrize("typed", ["12,500", "1.20.000", "$ 1.200", "1,200 COP", "1,2,3", "1.200,000"])
def test_what_may_be_two_numbers_or_none_is_told_without_a_guess(typed: str) -> None:
    (mistake,) = told(f"{TOP}  - category: handling\n    rate: {typed}\n")
    assert mistake.endswith("Write a plain number without separators or signs, such as 1200 or 12.5.")


@pytest.mark.parametrize(
    "items",
    [
        "  - category: handling\n\trate: 12.500\n",
        "- category: handling\n\trate: 12.500\n",
        "\t- category: handling\n\t  rate: 12.500\n",
        "\t- category: handling\n\t  where:\n\t\tciudad: Cali\n\t  rate: 12.500\n",
    ],
)
def test_tabs_hide_no_other_mistake(items: str) -> None:
    _, mistakes = parse_costs(f"currency: COP\nvat: 19\ncosts:\n{items}".encode())
    tabs = [number for number, line in enumerate(items.splitlines(), 4) if line.startswith("\t")]
    assert [mistake.line for mistake in mistakes if mistake.code == "tab"] == tabs
    found = [(mistake.line, mistake.code) for mistake in mistakes if mistake.code != "tab"]
    assert found == [(2, "vat_range"), (3 + items.count("\n"), "number_ambiguous")]


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        ("- {category: empaques}", ["unknown_category", "rate_missing"]),
        ("- {category: empaques, rate: 1}\n  - {category: empaque, rate: 2}", ["unknown_category", "counted_twice"]),
        ("- {category: xyzzy, driver: per_order}", ["unknown_category", "rate_missing_here"]),
        ("- {category: xyzzy, rate: 1, currency: USD}", ["unknown_category", "fx_missing"]),
        ("- {category: handling, driver: per_ordr}", ["unknown_driver", "rate_missing"]),
        ("- {category: handling, driver: pct_revenu, rate: 2.99}", ["unknown_driver", "share_above_one"]),
        ("- {category: handling, ratee: 12.500}", ["unknown_key", "number_ambiguous"]),
        ("- {category: handling, rate: 1, where: {ciudadd: }}", ["unknown_where", "empty_value"]),
    ],
)
def test_a_misspelt_word_hides_no_other_mistake(items: str, codes: list[str]) -> None:
    _, mistakes = parse_costs(f"{TOP}  {items}\n".encode())
    assert sorted(mistake.code for mistake in mistakes) == sorted(codes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("curency: COP\ncosts: []\n", "unknown_key"),
        (f"{TOP}  - {{category: handling, rat: 1}}\n", "unknown_key"),
        (f"{TOP}  - {{category: storage, rate: 1, fron: 2026-01-01, to: 2026-01-31}}\n", "unknown_key"),
        *(
            (f"{TOP}  - {{category: flete, rate: 1}}\n  - {{category: flete, rate: 2, {more}}}\n", code)
            for more, code in (
                ("where: {ciudadd: Cali}", "unknown_where"),
                ("where: {payment_method: xyzzy}", "unknown_value"),
                ("from: 31/01/2026", "date_form"),
                ("name: [Inter]", "form_word"),
                ("overlap: maybe", "unknown_value"),
            )
        ),
        ("costs:\n  - {category: handling, rate: 1, currency: USD}\n", "currency_missing"),
    ],
)
def test_one_mistake_is_not_told_as_two(text: str, code: str) -> None:
    _, mistakes = parse_costs(text.encode())
    assert [mistake.code for mistake in mistakes] == [code]


def test_a_cost_in_another_currency_is_told_even_where_the_file_names_none() -> None:
    items = "  - {category: handling, rate: 1}\n  - {category: flete, rate: 1, currency: USD}\n"
    _, mistakes = parse_costs(f"costs:\n{items}".encode())
    assert [(mistake.line, mistake.code) for mistake in mistakes] == [(1, "currency_missing"), (3, "fx_missing")]


@pytest.mark.parametrize(("rate", "told_so"), [("1", True), ("51%", True), ("50%", False), ("2.99%", False)])
def test_a_share_of_more_than_half_of_every_sale_is_probably_a_percentage(rate: str, told_so: bool) -> None:
    costs, _ = parse_costs(f"{TOP}  - {{category: payment_fees, rate: {rate}}}\n".encode())
    assert costs is not None
    assert ("share_above_half" in [warning.code for warning in file_warnings(costs)]) == told_so
    costs, _ = parse_costs(f"{TOP}  - {{category: payment_fees, rate: 1}}\n".encode())
    assert costs is not None
    assert file_warnings(costs)[0].told("costs.yaml") == (
        "costs.yaml:3: payment_fees: 100% is more than half of every sale. Write 1% if that is what you mean."
    )
    costs, _ = parse_costs(f"{TOP}  - {{category: returns_write_off, rate: 100%}}\n".encode())
    assert costs is not None
    assert "share_above_half" not in [warning.code for warning in file_warnings(costs)]


def test_mistakes_are_told_in_the_words_of_the_language_and_keys_as_they_are_written() -> None:
    text = "iva: 19\ncostos:\n  - {categoria: flete, tarifa: 12.500}\n  - {categoria: garantia}\n"
    text += "  - {categoria: bodegaje, color: 1, tarifa: 2%}\n"
    _, mistakes = parse_costs(text.encode())
    try:
        i18n.activate("es")
        told = [mistake.told("costos.yaml") for mistake in mistakes]
    finally:
        i18n.activate("en")
    assert told[0] == "costos.yaml:1: Falta la moneda. Agrega moneda: COP (o la tuya) al principio."
    assert told[1].startswith("costos.yaml:1: iva: 19 ")
    assert told[2].startswith("costos.yaml:3: tarifa: 12.500 es ambiguo")
    assert told[3] == "costos.yaml:4: garantias no tiene tarifa. Agrega tarifa: lo que cuesta cada uno."
    (key,) = (line for line in told if "color" in line)
    assert "categoria, inductor, tarifa" in key
    (money,) = (line for line in told if "2%" in line)
    assert "por_periodo" in money


def test_every_category_driver_and_key_has_a_spanish_word_that_means_the_same() -> None:
    sections = ("category", "driver", "top", "key", "tier", "where", "every", "allocate_by", "payment_method", "status")
    for kind in sections:
        for code, words in aliases_of(kind).items():
            assert words, code
            assert {code_of(kind, word) for word in (code, *words)} == {code}


def test_a_spanish_file_says_the_same_as_an_english_one() -> None:
    spanish = """
moneda: COP
iva: 19%
precios_con_iva: sí
trm: {USD: 4100}
base_ingresos: conservado
costos:
  - categoría: honorarios_agencia
    inductor: por_período
    tarifa: 650000
    cada: mes
    desde: 2026-01-01
    hasta: 2026-03-31
    repartir_por: ventas
  - categoria: Pasarela
    tarifa: 2.99%
    fijo: 900
    iva: 19%
    donde: {medio_de_pago: [tarjeta, contra entrega], canal: tienda web, cliente_nuevo: no}
    nombre: Wompi
  - categoria: transporte
    minimo: 4000
    escalones: [{hasta_kg: 5, tarifa: 1400}, {tarifa: 1200}]
"""
    english = """
currency: COP
vat: 0.19
prices_include_vat: true
fx: {USD: 4100}
revenue_basis: kept
costs:
  - category: agency_fee
    driver: per_period
    rate: 650000
    every: month
    from: 2026-01-01
    to: 2026-03-31
    allocate_by: sales
  - category: payment_fees
    rate: 0.0299
    fixed: 900
    vat: 0.19
    where: {payment_method: [card, cod], channel: web, is_new_customer: false}
    name: Wompi
  - category: transport
    min: 4000
    tiers: [{up_to_kg: 5, rate: 1400}, {rate: 1200}]
"""
    found, expected = parse_costs(spanish.encode())[0], parse_costs(english.encode())[0]
    assert found is not None
    assert found == expected
    agency, fees, transport = found.items
    assert (agency.start, agency.end, agency.every) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31), "month")
    assert (fees.driver, fees.rate, fees.vat) == ("pct_revenue", Decimal("0.0299"), Decimal("0.19"))
    assert fees.where == {"payment_method": {"card", "cod"}, "channel": {"web"}, "is_new_customer": {"false"}}
    assert [(tier.up_to, tier.rate) for tier in transport.tiers] == [(5, 1400), (None, 1200)]


def test_words_that_other_readers_take_for_booleans_stay_words() -> None:
    costs, _ = parse_costs(f"{TOP}  - {{category: handling, rate: 1, where: {{region: [NO, on, y, null]}}}}\n".encode())
    assert costs is None, "null is no value"
    costs, _ = parse_costs(f"{TOP}  - {{category: handling, rate: 1, where: {{region: [NO, on, y]}}}}\n".encode())
    assert costs is not None
    assert costs.items[0].where["region"] == {"no", "on", "y"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_any_encoding_that_editors_write(encoding: str) -> None:
    text = f"{TOP}  - {{category: handling, rate: 1, name: Montería}}\r\n"
    costs, mistakes = parse_costs(text.encode(encoding))
    assert costs is not None, mistakes
    assert costs.items[0].name == "Montería"
    assert ("encoding" in [warning.code for warning in file_warnings(costs)]) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(9)),
        "currency: COP\ncosts: [" + "{category: handling, rate: 1}, " * 50_000 + "]",
        "- " * 50_000,
        "a: 'b" + "\n" * 300_000,
    ],
    ids=["brackets", "braces", "billion laughs", "too long", "dashes", "an open quote"],
)
def test_a_hostile_file_is_refused_in_seconds(text: str) -> None:
    begun = time.process_time()
    assert told(text)
    assert time.process_time() - begun < 5


def test_dated_exchange_rates_come_from_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "trm.csv").write_text(
        "fecha;moneda;tasa\n2026-02-01;USD;4200.5\n2026-01-01;USD;4100\n", encoding="utf-8"
    )
    costs, mistakes = parse_costs(b"currency: COP\nfx: trm.csv\ncosts: []\n", folder=tmp_path)
    assert costs is not None, mistakes
    assert costs.fx.rates == {
        "USD": ((dt.date(2026, 1, 1), Decimal(4100)), (dt.date(2026, 2, 1), Decimal("4200.5"))),
    }


def test_a_mistake_in_the_file_of_rates_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "trm.csv").write_text("date,rate\n01/02/2026,4100\n2026-02-01,4.100\n", encoding="utf-8")
    assert told("currency: COP\nfx: {USD: trm.csv}\ncosts: []\n", folder=tmp_path) == [
        "trm.csv:2: date: '01/02/2026' is not a date. Write YYYY-MM-DD, such as 2026-01-31.",
        "trm.csv:3: rate: 4.100 is ambiguous: YAML reads 4.1. Write 4100 for thousands or 4.1 for decimals.",
    ]
    (tmp_path / "trm.csv").write_text("day,price\n", encoding="utf-8")
    assert "It needs date, currency and rate." in told("currency: COP\nfx: trm.csv\ncosts: []\n", folder=tmp_path)[0]


def test_reading_a_file_raises_one_error_that_tells_everything(tmp_path: Path) -> None:
    path = tmp_path / "costs.yaml"
    path.write_text("vat: 19\ncosts: []\n", encoding="utf-8")
    with pytest.raises(MistakesError) as raised:
        read_costs(path)
    assert raised.value.message == "costs.yaml has 2 mistakes."
    assert [mistake.code for mistake in raised.value.mistakes] == ["currency_missing", "vat_range"]
    assert raised.value.seen.count("costs.yaml:") == 2
    with pytest.raises(CustintelError, match="cannot be read"):
        read_costs(tmp_path / "none.yaml")


def test_categories_that_nobody_priced_are_named() -> None:
    costs, _ = parse_costs(f"{TOP}  - {{category: handling, rate: 1}}\n".encode())
    assert costs is not None
    assert "costs.yaml: No cost for warranties: 0 assumed." in [w.told("costs.yaml") for w in file_warnings(costs)]


def test_costs_that_nobody_priced_are_one_sentence_in_the_words_of_the_language() -> None:
    costs, _ = parse_costs(f"{TOP}  - {{category: handling, rate: 1}}\n".encode())
    assert costs is not None
    warnings = file_warnings(costs)
    try:
        i18n.activate("es")
        told = told_together(warnings, "costs.yaml")
    finally:
        i18n.activate("en")
    (sentence,) = (line for line in told if line.startswith("No hay costo de "))
    assert "garantias" in sentence
    assert "warranties" not in sentence
    assert len(told) == 1 + sum(warning.code != "never_priced" for warning in warnings)


def test_the_words_and_the_table_of_the_ledger_know_the_same_codes() -> None:
    assert list(categories()) == CATEGORY.categories.to_list()
    assert list(aliases_of("driver")) == DRIVER.categories.to_list()
    assert {category.group for category in categories().values()} == set(COST_GROUP.categories)
    assert {category.driver for category in categories().values()} <= set(DRIVER.categories)
    assert (len(categories()), len(aliases_of("driver"))) == (32, 18)


def test_every_sentence_of_a_mistake_can_be_made_in_spanish_too() -> None:
    text = "vat: 19\ncurrency: PESOS\ncosts:\n" + "".join(f"  {item}\n" for item, _ in ITEMS.values())
    _, mistakes = parse_costs(text.encode())
    try:
        i18n.activate("es")
        assert all(mistake.told("costs.yaml") for mistake in mistakes)
    finally:
        i18n.activate("en")
    assert {mistake.code for mistake in mistakes} <= MISTAKES.keys()


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.text(max_size=8) | st.sampled_from(["category", "rate", "handling", "12.500", "- ", "{", "&a", "*a", "!x"]),
        lambda inner: (
            st.lists(inner, max_size=4).map(", ".join).map("[{}]".format)
            | st.tuples(inner, inner).map("{0[0]}: {0[1]}\n".format)
        ),
        max_leaves=12,
    )
)
def test_whatever_is_in_the_file_there_are_costs_or_mistakes_and_no_crash(text: str) -> None:
    for data in (text.encode("utf-8", "surrogatepass"), f"{TOP}  - {text}\n".encode("utf-8", "surrogatepass")):
        costs, mistakes = parse_costs(data)
        assert (costs is None) == bool(mistakes)
        assert all(mistake.told("costs.yaml") for mistake in mistakes)
