"""Reports are recognised by their headers, and every row of them is accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.contact_cells import EMPTY
from custintel.contactability.feedback import Feedback, feedback, merged
from custintel.contactability.feedback_reports import common_words, facts, known
from custintel.errors import CustintelError, UsageError
from custintel.fields.text import bare_key
from custintel.sheets.source import Sheet
from custintel.tables.feedback import FEEDBACK

NOW = dt.datetime(2026, 11, 1, 12)
Make = Callable[..., Sheet]


def read(sheet: Sheet, **how: object) -> Feedback:
    return feedback(sheet, imported_at=NOW, **how)  # type: ignore[arg-type]


def told(found: Feedback) -> list[tuple[object, ...]]:
    return found.events.sort("row").select("value", "outcome").rows()


ANA = "ana@tienda.co"
MAILCHIMP = {"Email Address": ANA, "OPTIN_TIME": "2024-01-01 09:00:00", "LEID": "1", "EUID": "a"}
REPORTS: list[tuple[str, str, dict[str, str], str, dt.datetime | None]] = [
    ("a.csv", "mailchimp_subscribed", {**MAILCHIMP, "LAST_CHANGED": "2024-02-01 10:00:00"}, "subscribed",
     dt.datetime(2024, 2, 1, 10)),
    ("a.csv", "mailchimp_unsubscribed", {**MAILCHIMP, "UNSUB_TIME": "2024-02-03 10:00:00", "UNSUB_REASON": "N/A"},
     "unsubscribed", dt.datetime(2024, 2, 3, 10)),
    ("a.csv", "mailchimp_unsubscribed", {**MAILCHIMP, "UNSUB_TIME": "2024-02-03", "UNSUB_REASON": "abuse"}, "complaint",
     dt.datetime(2024, 2, 3)),
    ("a.csv", "mailchimp_cleaned", {**MAILCHIMP, "CLEAN_TIME": "2024-03-04 10:00:00"}, "hard_bounce",
     dt.datetime(2024, 3, 4, 10)),
    ("a.csv", "klaviyo_suppressed", {"Email": ANA, "Reason": "HARD_BOUNCE",
                                     "Timestamp": "2023-02-21T20:07:38"}, "hard_bounce",
     dt.datetime(2023, 2, 21, 20, 7, 38)),
    ("a.csv", "klaviyo_suppressed", {"Email": ANA, "Reason": "INVALID_EMAIL", "Timestamp": ""},
     "invalid_syntax", None),
    ("a.csv", "klaviyo_suppressed", {"Email": ANA, "Reason": "SPAM_COMPLAINT", "Timestamp": ""}, "complaint",
     None),
    ("a.csv", "klaviyo_suppressed", {"Email": ANA, "Reason": "USER_SUPPRESSED", "Timestamp": ""},
     "suppressed", None),
    ("a.csv", "klaviyo_profiles", {"Email": ANA, "Klaviyo ID": "1", "Email Suppressions": "['UNSUBSCRIBE']"},
     "unsubscribed", None),
    ("suppression_bounces.csv", "sendgrid_bounces", {
        "status": "5.1.1", "reason": "550 5.1.1 no such user", "email": ANA, "created": "1700000000"},
     "hard_bounce", dt.datetime(2023, 11, 14, 22, 13, 20)),
    ("suppression_bounces.csv", "sendgrid_bounces", {
        "status": "", "reason": "552 5.2.2 mailbox full", "email": ANA, "created": "1700000000"},
     "full_mailbox", dt.datetime(2023, 11, 14, 22, 13, 20)),
    ("suppression_blocks.csv", "sendgrid_blocks", {
        "status": "5.7.1", "reason": "blocked", "email": ANA, "created": "1700000000"},
     "blocked", dt.datetime(2023, 11, 14, 22, 13, 20)),
    ("a.csv", "sendgrid_invalid_emails", {"reason": "unknown domain", "email": ANA, "created": "1700000000"},
     "invalid_syntax", dt.datetime(2023, 11, 14, 22, 13, 20)),
    ("a.csv", "sendgrid_spam_reports", {"ip": "192.0.2.1", "email": ANA, "created": "1700000000"},
     "complaint", dt.datetime(2023, 11, 14, 22, 13, 20)),
    ("a.csv", "sendgrid_unsubscribes", {"email": ANA, "created": "1700000000"}, "unsubscribed",
     dt.datetime(2023, 11, 14, 22, 13, 20)),
    ("a.csv", "brevo_log", {"st_text": "Rebote duro", "ts": "21-01-2026 10:22:05", "email": ANA},
     "hard_bounce", dt.datetime(2026, 1, 21, 10, 22, 5)),
    ("a.csv", "brevo_log", {"st_text": "First opening", "ts": "21-01-2026 10:22:05", "email": ANA}, "opened",
     dt.datetime(2026, 1, 21, 10, 22, 5)),
    ("a.csv", "brevo_events", {"event": "hardBounces", "email": ANA, "messageId": "<1>"}, "hard_bounce", None),
    ("a.csv", "brevo_blocklisted", {"EMAIL": ANA, "EMAIL_BLACKLISTED": "true"}, "suppressed", None),
    ("a.csv", "zerobounce", {"Email Address": ANA, "ZB Status": "valid", "ZB Sub Status": ""}, "mailbox_ok",
     None),
    ("a.csv", "zerobounce", {"Email Address": ANA, "ZB Status": "do_not_mail", "ZB Sub Status": "role_based"},
     "role", None),
    ("a.csv", "zerobounce", {"email": ANA, "status": "invalid", "sub_status": "mailbox_quota_exceeded"},
     "full_mailbox", None),
    ("a.csv", "zerobounce", {"Email Address": ANA, "ZB Status": "catch-all", "ZB Sub Status": "new_code"},
     "catch_all", None),
    ("a.csv", "zerobounce", {"Email Address": ANA, "ZB Status": "unknown", "ZB Sub Status": "greylisted"},
     "greylisted", None),
    ("a.csv", "kickbox", {"Email": ANA, "Result": "undeliverable", "Reason": "rejected_email",
                          "Sendex": "0"}, "mailbox_not_found", None),
    ("a.csv", "kickbox", {"email": ANA, "result": "risky", "reason": "low_deliverability", "sendex": "0.5"},
     "catch_all", None),
    ("a.csv", "neverbounce", {"email": ANA, "email_status": "catchall"}, "catch_all", None),
    ("a.csv", "hunter", {"Email": ANA, "Status": "accept_all", "Score": "60", "Webmail": "false"},
     "catch_all", None),
    ("a.csv", "plain", {"correo": ANA, "estado": "Entregado", "fecha": "21/01/2026"}, "delivered",
     dt.datetime(2026, 1, 21)),
    ("a.csv", "plain", {"email": ANA, "status": "Bounced", "reason": "Soft"}, "soft_bounce", None),
]  # fmt: skip


@pytest.mark.parametrize(("file", "report", "row", "outcome", "at"), REPORTS, ids=lambda part: str(part)[:40])
def test_a_report_is_known_by_its_headers(
    sheet: Make, file: str, report: str, row: dict[str, str], outcome: str, at: dt.datetime | None
) -> None:
    found = read(sheet([row], file))
    assert found.report == report
    assert found.events.select("value", "outcome", "at").rows() == [("ana@tienda.co", outcome, at)]
    assert found.events.schema == FEEDBACK.schema
    assert found.left_out.is_empty()


def test_one_row_of_klaviyo_may_say_several_things(sheet: Make) -> None:
    row = {"Email": "ana@tienda.co", "Klaviyo ID": "1", "Email Suppressions": "", "Last Open": "2026-01-05 10:00:00"}
    found = read(sheet([{**row, "Last Click": "2026-01-06 11:00:00"}]))
    assert found.events.select("outcome", "at").rows() == [
        ("opened", dt.datetime(2026, 1, 5, 10)),
        ("clicked", dt.datetime(2026, 1, 6, 11)),
    ]


def test_numbers_say_whether_they_are_on_whatsapp(sheet: Make) -> None:
    rows = [
        {"whatsapp": "Tiene WhatsApp", "telefono": "300 765 4937"},
        {"whatsapp": "Sin WhatsApp", "telefono": "3101112233"},
        {"whatsapp": "STOP", "telefono": "+573209990011"},
    ]
    found = read(sheet(rows), country="CO")
    assert told(found) == [
        ("+573007654937", "whatsapp_yes"),
        ("+573101112233", "whatsapp_no"),
        ("+573209990011", "unsubscribed"),
    ]
    assert set(found.events["kind"]) == {"phone"}


def test_a_word_that_nobody_knows_is_kept_and_counted(sheet: Make) -> None:
    words = ["delivered", "delivered", "melted", "melted", "evaporated"]
    table = sheet([{"email": f"a{n}@tienda.co", "status": word} for n, word in enumerate(words)])
    with pytest.raises(CustintelError):
        read(table)  # most of its words are unknown
    found = read(table, report="plain")
    assert told(found)[2:] == [("a2@tienda.co", "unknown"), ("a3@tienda.co", "unknown"), ("a4@tienda.co", "unknown")]
    assert found.unrecognised.rows() == [("melted", 2), ("evaporated", 1)]
    assert found.events.filter(pl.col("outcome") == "unknown")["said"].to_list() == ["melted", "melted", "evaporated"]


def test_rows_without_a_usable_address_or_a_word_are_listed_with_the_reason(sheet: Make) -> None:
    rows = [
        {"email": "ana@tienda.co", "status": "delivered"},
        {"email": "no tiene", "status": "delivered"},
        {"email": None, "status": "delivered"},
        {"email": "beto@tienda.co", "status": None},
        {"email": "eva@tienda.co", "status": "delivered"},
        {"email": "leo@tienda.co", "status": "delivered"},
    ]
    found = read(sheet(rows))
    assert found.events.height == 3
    assert found.left_out.select("row", "reason").rows() == [(3, "text.junk"), (4, EMPTY), (5, "no_outcome")]


def test_a_file_that_is_no_report_is_refused_with_what_is_known(sheet: Make) -> None:
    with pytest.raises(CustintelError) as refused:
        read(sheet([{"email": "ana@tienda.co", "ciudad": "Cali"}], "clientes.csv"))
    assert refused.value.where == "clientes.csv"
    assert "ciudad" in refused.value.seen
    assert "Mailchimp" in refused.value.hint
    assert "email, status" in refused.value.hint


def test_a_column_of_status_about_something_else_is_no_report(sheet: Make) -> None:
    with pytest.raises(CustintelError):
        read(sheet([{"email": "ana@tienda.co", "estado": "Antioquia"}, {"email": "b@tienda.co", "estado": "Cauca"}]))


def test_two_reports_with_the_same_headers_are_told_apart_by_the_file_or_refused(sheet: Make) -> None:
    row = {"status": "5.1.1", "reason": "no such user", "email": "ana@tienda.co", "created": "1700000000"}
    with pytest.raises(CustintelError) as refused:
        read(sheet([row], "export.csv"))
    assert "SendGrid, bounces" in refused.value.message
    assert "SendGrid, blocks" in refused.value.message
    assert read(sheet([row], "export.csv"), report="sendgrid_blocks").report == "sendgrid_blocks"


def test_a_verifiers_columns_in_the_export_of_a_sender_are_not_guessed_at(sheet: Make) -> None:
    row = {**MAILCHIMP, "CLEAN_TIME": "2024-03-04 10:00:00", "ZB Status": "valid", "ZB Sub Status": ""}
    with pytest.raises(CustintelError) as refused:
        read(sheet([row]))
    assert "ZeroBounce" in refused.value.message
    assert told(read(sheet([row]), report="zerobounce")) == [("ana@tienda.co", "mailbox_ok")]


def test_a_report_that_does_not_exist_or_lacks_its_columns_is_refused(sheet: Make) -> None:
    table = sheet([{"email": "ana@tienda.co", "status": "delivered"}])
    with pytest.raises(UsageError, match="zerobouncy"):
        read(table, report="zerobouncy")
    with pytest.raises(CustintelError) as refused:
        read(table, report="kickbox")
    assert "sendex" in refused.value.seen
    assert read(table, report="plain").report == "plain"


def test_the_same_file_again_changes_nothing(sheet: Make) -> None:
    table = sheet([{"email": f"a{n}@tienda.co", "status": "bounced"} for n in range(3)])
    first = read(table).events
    later = feedback(table, imported_at=NOW + dt.timedelta(days=30)).events
    assert merged(first, later).equals(first)
    assert merged(later, first).equals(first)


def test_hostile_cells_are_read_without_complaint(sheet: Make) -> None:
    cells = ["=cmd|'/c'!A1", "'; DROP TABLE x; --", "\x00\u202e", "😀" * 3000, "[red]", "x" * 10_000]
    rows = [{"email": cell, "status": "delivered", "fecha": cell} for cell in cells]
    rows += [{"email": f"ok{n}@tienda.co", "status": cell} for n, cell in enumerate(cells)]
    found = read(sheet([{"email": f"a{n}@tienda.co", "status": "delivered"} for n in range(9)] + rows))
    assert found.events["said"].str.len_chars().max() <= 200
    assert set(found.left_out["row"]) | set(found.events["row"]) == set(range(2, 2 + 9 + len(rows)))


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(sheet: Make, order: list[int]) -> None:
    words = ["delivered", "bounced", "complaint", "odd"]
    rows = [{"email": f"a{n % 5}@tienda.co", "status": words[n % 4], "date": f"2026-01-{n + 1:02}"} for n in range(8)]
    straight, shuffled = read(sheet(rows)).events, read(sheet([rows[n] for n in order])).events
    assert shuffled.drop("row").equals(straight.drop("row"))


def test_every_word_is_normalised_and_has_a_meaning() -> None:
    outcomes = set(facts()["outcomes"])
    every = {**common_words(), **{word: outcome for report in known() for word, outcome in report.words.items()}}
    assert {word for word in every if bare_key(word) != word} == set()
    assert set(every.values()) <= outcomes
    assert sum(len(words) for words in facts()["words"].values()) == len(common_words()), "a word has two meanings"
    assert {event.outcome for report in known() for event in report.events} <= outcomes | {""}
