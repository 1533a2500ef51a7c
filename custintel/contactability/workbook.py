"""The workbook of ``ci contactability --xlsx``: people with their best channel, addresses with their verdict, what to
do first.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from custintel.contactability import words
from custintel.contactability.page import REPAIR_LABELS
from custintel.contactability.survey import Survey
from custintel.i18n import N_, _
from custintel.people.words import rule_label
from custintel.sheets.write import Page, table_page
from custintel.tables import CONTACTABILITY, CUSTOMERS

PEOPLE = (
    *("customer_id", "full_name", "email", "phone", "city", "best_channel", "reachable_by"),
    *("may_contact_email", "may_contact_whatsapp", "may_contact_sms", "may_contact_call"),
)
HEADERS = {
    "best_channel": N_("Use first"),
    "reachable_by": N_("Reached by"),
    "may_contact_email": N_("May write by email"),
    "may_contact_whatsapp": N_("May write by WhatsApp"),
    "may_contact_sms": N_("May write by SMS"),
    "may_contact_call": N_("May call"),
    "kind": N_("What it is"),
    "status": N_("Verdict"),
    "reason": N_("Because"),
    "flags": N_("Also"),
    "provider": N_("Mail by, or kind of line"),
    "suggestion": N_("Probably meant"),
    "evidence": N_("Evidence"),
    "p_bounce": N_("Chance of bouncing"),
    "people": N_("People who have it"),
    "checked_at": N_("Looked up (UTC)"),
    "repair": N_("What to do"),
    "revenue": N_("Bought so far"),
    "value": N_("Address or number"),
}


def pages(made: Survey) -> list[Page]:
    """The sheets of the workbook."""
    people = people_of(made.tables[CUSTOMERS])
    verdicts = verdicts_of(made.tables[CONTACTABILITY])
    todo = _worded(made.repairs, {"repair": _repair, "reason": words.reason, "kind": words.kind})
    if not made.has_money:
        todo = todo.drop("revenue")
    return [
        table_page(_("People"), people, HEADERS),
        table_page(_("Addresses and numbers"), verdicts, HEADERS, {"p_bounce": "0.0%"}),
        table_page(_("What to do first"), todo, HEADERS, {"revenue": "#,##0"}),
    ]


def people_of(customers: pl.DataFrame) -> pl.DataFrame:
    """Who may be contacted how, in words."""
    people = customers.select(name for name in PEOPLE if name in customers.columns)
    answers = dict.fromkeys((name for name in people.columns if name.startswith("may_contact_")), words.permission)
    return _worded(people, {"best_channel": words.channel, "reachable_by": words.channel, **answers})


def verdicts_of(table: pl.DataFrame) -> pl.DataFrame:
    """The table ``contactability`` in words; of a phone the evidence is what was done to it."""
    columns = {"status": words.status, "reason": words.reason, "flags": words.flag}
    email = pl.col("kind").cast(pl.String) == "email"
    emails = _worded(table.filter(email), {**columns, "provider": words.provider})
    phones = table.filter(~email).with_columns(pl.col("evidence").str.split("+"))
    phones = _worded(phones, {**columns, "provider": words.line_type, "evidence": rule_label})
    every = [_worded(part.cast({"kind": pl.String}), {"kind": words.kind}) for part in (emails, phones)]
    return pl.concat(every).sort("kind", "value")


def _repair(code: str) -> str:
    return _(REPAIR_LABELS[code])


def _worded(frame: pl.DataFrame, worded: dict[str, Callable[[str], str]]) -> pl.DataFrame:
    """``frame`` with the codes of columns as words; lists become one text."""
    for column, word in worded.items():
        if column not in frame.columns:
            continue
        listed = frame.schema[column] == pl.List
        cells = frame[column].explode() if listed else frame[column].cast(pl.String)
        told = {code: word(code) for code in cells.drop_nulls().unique().sort().to_list()}
        if listed:
            cell = pl.col(column).list.eval(pl.element().replace(told)).list.join(", ").replace("", None)
        else:
            cell = pl.col(column).cast(pl.String).replace(told)
        frame = frame.with_columns(cell.alias(column))
    return frame
