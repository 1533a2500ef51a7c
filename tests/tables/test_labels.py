"""Every field that a question may offer has words."""

from __future__ import annotations

from custintel.sheets.decisions import ambiguous, meanings, worth_asking
from custintel.tables.labels import FIELD_LABELS


def test_every_field_that_a_question_may_offer_has_a_label() -> None:
    offered = {field for name in ambiguous() for field in meanings(name)} | worth_asking()
    assert offered - set(FIELD_LABELS) == set()
