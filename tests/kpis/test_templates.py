from __future__ import annotations

import re
from pathlib import Path

import pytest

from custintel.kpis.cost_vocabulary import aliases_of
from custintel.kpis.costs import Costs
from custintel.kpis.costs_file import file_warnings, parse_costs

TEMPLATES = Path(__file__).parents[2] / "templates"


def read(language: str, *, examples: bool) -> Costs:
    """The template of a language; with ``examples``, as somebody who takes away the # of every one of them."""
    text = (TEMPLATES / language / "costs.yaml").read_text(encoding="utf-8")
    if examples:
        text = re.sub(r"^(  )# (  .*|- category: .*|- categoria: .*)$", r"\1\2", text, flags=re.MULTILINE)
        text = re.sub(r"^# ((fx|tasas_cambio): \{.*)$", r"\1", text, flags=re.MULTILINE)
    costs, mistakes = parse_costs(text.encode())
    assert costs is not None, [mistake.told(language) for mistake in mistakes]
    return costs


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_template_as_it_is_counts_only_what_the_data_say(language: str) -> None:
    assert {item.driver for item in read(language, examples=False).items} == {"actual"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_example_of_a_template_is_right_and_nothing_usual_is_missing(language: str) -> None:
    costs = read(language, examples=True)
    assert len(costs.items) > 20
    assert file_warnings(costs) == []


def test_the_page_about_costs_explains_every_word_in_both_languages() -> None:
    page = (TEMPLATES.parent / "docs" / "costs.md").read_text(encoding="utf-8")
    for kind in ("category", "driver", "top", "key", "where"):
        for code, words in aliases_of(kind).items():
            assert f"| `{code}` | {', '.join(f'`{word}`' for word in words)} |" in page
    for kind in ("payment_method", "status", "every", "allocate_by", "revenue_basis"):
        assert all(code in page for code in aliases_of(kind))


def test_both_templates_say_the_same() -> None:
    def told(language: str) -> list[object]:
        costs = read(language, examples=True)
        names = [(item.name.split()[-1:], item.campaign.split()[-1:]) for item in costs.items]
        numbers = [(item.category, item.driver, item.rate, item.where, item.start, item.tiers) for item in costs.items]
        return [costs.currency, costs.vat, costs.prices_include_vat, costs.fx, costs.revenue_basis, names, numbers]

    assert told("en") == told("es")
