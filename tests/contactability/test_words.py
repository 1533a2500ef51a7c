from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Any

import pytest

from custintel import i18n
from custintel.contactability import (
    contact_cells,
    email_names,
    email_syntax,
    feedback,
    law,
    mail_domain,
    notices,
    permission,
    phones,
    risk,
    typos,
    verdict,
    words,
)
from custintel.contactability.feedback_reports import facts, known
from custintel.contactability.phone_check import one_phone
from custintel.fields import email, phone, phone_kind
from custintel.fields.registry import RULES

CELL = 45
"""Characters that fit into a cell of a table."""


def data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("custintel.contactability").joinpath(f"data/{name}.toml").read_text("utf-8"))


def of_outcomes(name: str) -> set[str]:
    return {entry[name] for entry in facts()["outcomes"].values() if name in entry}


WHATSAPP = ("on_whatsapp", "not_on_whatsapp")
REASONS = {
    *verdict.STATUSES,
    *phones.STATUS,
    *of_outcomes("reason"),
    *(f"syntax:{code}" for code in email_syntax.CODES),
}
FLAGS = {*REASONS, *mail_domain.FLAGS, *verdict.NAME_FLAGS, *email_names.FACTS, *phones.FLAGS, *WHATSAPP}
CODES: dict[str, tuple[Callable[[str], str], Iterable[str]]] = {
    "status": (words.status, {*verdict.STATUSES.values(), *phones.STATUS.values(), *of_outcomes("status")}),
    "reason": (words.reason, REASONS),
    "flag": (words.flag, FLAGS),
    "slip": (words.slip, typos.KINDS),
    "permission": (words.permission, ["yes", "unproven", *(f"no:{why}" for why in permission.WHYS)]),
    "why": (words.why, {*permission.WHYS, *of_outcomes("notice")}),
    "channel": (words.channel, permission.CHANNELS),
    "kind": (words.kind, {*permission.KIND_CHANNELS, *phones.KINDS}),
    "outcome": (words.outcome, facts()["outcomes"]),
    "left_out": (
        words.left_out,
        {
            *contact_cells.LEFT_OUT,
            *feedback.LEFT_OUT,
            *notices.LEFT_OUT,
            *(rule.code for rule in (*email.RULES, *phone.RULES) if rule.kind == "drop"),
        },
    ),
    "line_type": (words.line_type, phone_kind.KINDS),
    "provider": (words.provider, {code for named in data("mail_hosts").values() for code in named}),
    "age": (words.age, [*risk.AGES, "older", "unknown"]),
    "basis": (words.basis, ["feedback", "prior"]),
    "line": (words.line, ["healthy", "review", "pause"]),
    "topic": (words.topic, {rule.topic for country in (None, *law.countries()) for rule in law.rules(country)}),
}
EVERY = [(what, code) for what, (_words, codes) in CODES.items() for code in sorted(codes)]


@pytest.fixture(params=i18n.LANGUAGES)
def _each_language(request: pytest.FixtureRequest) -> Iterable[None]:
    i18n.activate(request.param)
    yield
    i18n.activate("en")


def said_plainly(text: str, code: str) -> bool:
    return bool(text) and text != code and "{" not in text and "_" not in text


@pytest.mark.usefixtures("_each_language")
@pytest.mark.parametrize(("what", "code"), [one for one in EVERY if one[0] != "provider"])
def test_every_code_has_words(what: str, code: str) -> None:
    assert said_plainly(CODES[what][0](code), code)


def test_every_provider_has_a_name_and_every_name_a_provider() -> None:
    assert set(data("provider_names")) == set(CODES["provider"][1])
    assert words.provider("google") == "Google"


@pytest.mark.parametrize("what", CODES)
def test_a_code_without_words_is_shown_as_it_is(what: str) -> None:
    assert CODES[what][0]("brand_new") == "brand_new"


@pytest.mark.usefixtures("_each_language")
@pytest.mark.parametrize("code", sorted(FLAGS))
def test_reasons_and_flags_fit_into_a_cell(code: str) -> None:
    assert len(words.reason(code)) <= CELL


def test_a_code_of_syntax_follows_what_is_wrong_with_the_address() -> None:
    assert words.reason("syntax:no_at") == "Not an address: no @ in it"
    assert words.reason("syntax:brand_new") == "Not an address: brand_new"


def test_a_no_says_why() -> None:
    assert words.permission("no:complaint") == "No: marked a message as spam"
    assert words.permission("no:brand_new") == "No: brand_new"


def test_rules_of_cleaning_say_why_a_row_was_left_out() -> None:
    assert words.left_out("phone.invalid") == "Not a phone number of its country"
    assert words.left_out("text.blank")[0].isupper()


NUMBERS = ["300 123 4567 ext. 12", "0344123456 / 3001234567", "+1 212 555 0123", "9001234567", "sin", "601 3456789"]


@pytest.mark.usefixtures("_each_language")
@pytest.mark.parametrize("written", NUMBERS)
@pytest.mark.parametrize("country", ["CO", None])
def test_every_step_about_a_number_is_a_sentence(written: str, country: str | None) -> None:
    for step in one_phone(written, country):
        text = words.step(step.code, step.details)
        assert said_plainly(text.replace("America/New_York", ""), step.code)


def test_steps_say_names_instead_of_codes() -> None:
    assert words.step("country_given", {"country": "CO"}) == "Its country, as you gave it: Colombia"
    assert words.step("channels", {"channels": "call, sms"}) == "It can be used for: Call, SMS"
    assert words.step("channels", {"channels": ""}) == "It can be used for: nothing"
    assert words.step("verdict", {"status": "deliverable", "reason": "valid_mobile"}) == "Deliverable: a mobile number"
    assert words.step("rule", {"rule": "phone.co_2021"}) == f"What was done: {uncapped(RULES['phone.co_2021'].label)}"
    assert words.step("refused", {"rule": "phone.invalid"}).startswith("Why it cannot be used: not a phone")
    assert words.step("brand_new", {}) == "brand_new"


@pytest.mark.usefixtures("_each_language")
@pytest.mark.parametrize("code", ["plain", "suppressions", "register", *(report.code for report in known())])
def test_every_file_that_can_be_given_has_a_name(code: str) -> None:
    assert words.file(code) != code


def uncapped(text: str) -> str:
    return text[:1].lower() + text[1:]
