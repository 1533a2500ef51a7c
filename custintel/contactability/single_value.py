"""``ci contactability check``: single values, with every step of the evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from custintel.contactability import verdict, words
from custintel.contactability.email_names import FACTS
from custintel.contactability.law_page import hours, openings
from custintel.contactability.phone_check import one_phone
from custintel.i18n import _
from custintel.ui.show import Block, Bullets, Heading, Paragraph

STYLES = {"deliverable": "green", "risky": "yellow", "undeliverable": "red", "unknown": ""}
Checked = Mapping[str, Any]
_SHOWN = 70


def is_email(value: str) -> bool:
    """Whether a value is taken for an email: by its @, or by letters where a number has none."""
    return "@" in value or sum(letter.isalpha() for letter in value) > sum(letter.isdigit() for letter in value)


def emails(values: Sequence[str]) -> pl.Series:
    """The values that are taken for emails, each once, as ``ci clean`` would leave them."""
    found = dict.fromkeys(value.strip() for value in values if is_email(value))
    return pl.Series("value", list(found), pl.String)


def checked(
    values: Sequence[str],
    facts: pl.DataFrame,
    domains: pl.DataFrame,
    country: str | None,
    language: str,
    now: dt.datetime,
) -> list[Checked]:
    """Everything about each value, in the order given.

    Args:
        values: as typed.
        facts: of the emails among them, as :func:`.email_names.email_facts` gives it.
        domains: what the DNS said, as :func:`.mail_domain.classify` gives it.
        country: of numbers that do not say theirs.
        language: of names of places and companies.
        now: aware, for the hours in which a number may be called.

    Returns:
        ``value``, ``kind`` (email or phone), ``status``, ``reason``, ``suggestion`` and ``steps``: code and details of
        each thing that was found out.
    """
    quiet = pl.Series("days", [None] * facts.height, pl.Int64)
    judged = verdict.of_emails(facts, domains, quiet)
    told = {row["value"]: (row, fact) for row, fact in zip(judged.to_dicts(), facts.to_dicts(), strict=True)}
    found: list[Checked] = []
    for value in values:
        if is_email(value):
            row, fact = told[value.strip()]
            found.append(_email(value, row, fact))
        else:
            found.append(_phone(value, country, language, now))
    return found


def _email(value: str, row: Mapping[str, Any], fact: Mapping[str, Any]) -> Checked:
    right = fact["syntax"] is None
    steps = [{"code": "syntax_right" if right else "syntax_wrong", "details": {"reason": fact["syntax"] or ""}}]
    if fact["domain"]:
        steps.append({"code": "domain", "details": {"domain": fact["domain"]}})
    steps += [{"code": "flag", "details": {"flag": name}} for name in FACTS if fact[name]]
    if row["evidence"]:
        steps.append({"code": "dns", "details": {"evidence": row["evidence"]}})
    if row["provider"]:
        steps.append({"code": "provider", "details": {"provider": row["provider"]}})
    steps += [{"code": "flag", "details": {"flag": flag}} for flag in row["flags"] if flag not in FACTS]
    return {
        "value": value,
        "kind": "email",
        "status": row["status"],
        "reason": row["reason"],
        "suggestion": row["suggestion"],
        "steps": steps,
    }


def _phone(value: str, country: str | None, language: str, now: dt.datetime) -> Checked:
    *steps, last = one_phone(value, country, language=language)
    suggestion = next((step.details["value"] for step in steps if step.code == "suggestion"), None)
    told = [
        {"code": step.code, "details": dict(step.details)}
        for step in steps
        if step.code != "suggestion"
        and step.details.get("flag") != "country_differs"  # there is no person to differ from
    ]
    number = next((step.details["value"] for step in steps if step.code == "number"), None)
    home = next((step.details["country"] for step in steps if step.code.startswith("country_")), None)
    for channels, opening in openings(home, now, number).items() if number else ():
        named = ", ".join(words.channel(channel) for channel in channels if channel != "email")
        told.append({"code": "hours", "details": {"channels": named, "hours": hours(opening)}})
    return {
        "value": value,
        "kind": "phone",
        "status": last.details["status"],
        "reason": last.details["reason"],
        "suggestion": suggestion,
        "steps": told,
    }


def blocks(found: Sequence[Checked]) -> Iterator[Block]:
    """The same for people."""
    for one in found:
        yield Heading(_shortened(one["value"]))
        said = _("{status}: {reason}").format(status=words.status(one["status"]), reason=words.reason(one["reason"]))
        yield Paragraph(said, STYLES[one["status"]])
        if one["suggestion"]:
            yield Paragraph(_("Probably meant: {value}").format(value=one["suggestion"]), "bold")
        yield Bullets([_sentence(step["code"], step["details"]) for step in one["steps"]])


def _shortened(value: str) -> str:
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


def _sentence(code: str, details: Mapping[str, str]) -> str:
    if code == "syntax_right":
        return _("It is written as an address should be.")
    if code == "syntax_wrong":
        return words.reason(f"syntax:{details['reason']}")
    if code == "domain":
        return _("Domain: {domain}").format(domain=details["domain"])
    if code == "dns":
        return _("The DNS says: {evidence}").format(evidence=details["evidence"])
    if code == "provider":
        return _("Its mail is taken by {provider}.").format(provider=words.provider(details["provider"]))
    if code == "hours":
        return _("By law, {channels}: {hours}").format(**details)
    if code == "flag":
        return words.flag(details["flag"])
    return words.step(code, details)
