"""What the codes in ``changes`` and ``refused`` mean, in words."""

from __future__ import annotations

from custintel.fields.registry import RULES
from custintel.fields.vocabulary import Rule
from custintel.i18n import N_, _
from custintel.people.merges import MERGED

NAMED_PLACEHOLDER = Rule("value.placeholder", "drop", N_("A value that you said stands for nothing"))
FROM_PARTS = Rule("name.from_parts", "format", N_("Written from the columns of first and last name"))
UNSUBSCRIBED = Rule("consent.unsubscribed", "format", N_("No, because another column says they unsubscribed"))
TYPE_CODE = Rule("document.type", "format", N_("Kind of document written as its code"))
STEP_RULES = (NAMED_PLACEHOLDER, FROM_PARTS, UNSUBSCRIBED, TYPE_CODE)
"""What cleaning does to a cell because of the person or of other cells of its row."""
ROW_REASONS = (
    Rule("row.nobody", "drop", N_("nothing in the row says who it is about")),
    Rule("row.title", "drop", N_("a title above the table")),
    Rule("row.note", "drop", N_("a note, not a row of the table")),
    Rule("row.blank", "drop", N_("an empty row")),
    Rule("row.header_repeated", "drop", N_("the header again")),
    Rule("row.total", "drop", N_("a row of totals")),
    Rule("row.ragged", "drop", N_("more cells than the header has")),
    Rule("row.incomplete", "drop", N_("a cell is missing without which the row cannot be used")),
    Rule("row.orphan", "drop", N_("an article without the sale it belongs to")),
    Rule("word.unknown", "drop", N_("a word that we do not know in this column")),
    Rule("log.format", "drop", N_("a line that no known format of access log explains")),
    Rule("log.request", "drop", N_("a line whose request is not one a browser sends")),
    Rule("log.time", "drop", N_("a line with a date that does not exist")),
)
REASONS: dict[str, Rule] = {**RULES, **{rule.code: rule for rule in (MERGED, *STEP_RULES, *ROW_REASONS)}}
"""Every code that may stand in ``changes.rule`` or ``refused.reason``."""


def rule_label(codes: str) -> str:
    """What a list of rule codes did, as one sentence."""
    first, *others = (_(REASONS[code].label) for code in codes.split("+"))
    return "; ".join([first[:1].upper() + first[1:], *(continued(label) for label in others)])


def continued(label: str) -> str:
    """A label within a sentence: without the capital of its first word, unless that is an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def value_label(value: str | None) -> str:
    """A value of the trail as people read it: a dash for none, yes and no in their language."""
    return {None: "—", "yes": _("yes"), "no": _("no")}.get(value, value or "—")
