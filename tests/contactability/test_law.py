from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files

from custintel.contactability import law
from custintel.contactability.permission import CHANNELS
from custintel.fields import phone_plan

COUNTRIES = ("CO", "ES", "US", "MX", "CL", "AR", "BR", "PE", "EC")
TOPICS = {"consent", "channels", "hours", "frequency", "register", "opt_out", "minors", "sending"}


def every_rule() -> list[law.Rule]:
    return list({rule.code: rule for country in (None, *COUNTRIES) for rule in law.rules(country)}.values())


def test_each_rule_has_a_sentence_a_source_and_dates_and_each_sentence_a_rule() -> None:
    told = every_rule()
    assert {rule.code for rule in told} == set(law.SAYS)
    for rule in told:
        assert rule.says.endswith(".")
        assert rule.source
        assert "http" not in rule.source
        assert rule.topic in TOPICS
        assert set(rule.channels) <= set(CHANNELS)
        assert rule.dated < (rule.checked or dt.date(2026, 11, 22))


def test_a_country_gets_its_own_rules_and_those_of_providers() -> None:
    assert law.countries() == tuple(sorted(COUNTRIES))
    colombian = law.rules("CO")
    assert {rule.country for rule in colombian} == {"CO", None}
    assert colombian[-1].code == "bulk_senders"
    assert [rule.code for rule in law.rules(None)] == ["bulk_senders"]
    assert [rule.code for rule in law.rules("FR")] == ["bulk_senders"]
    assert all(rule.country in phone_plan.supported() for rule in every_rule() if rule.country)


def test_a_rule_that_was_not_read_does_not_claim_to_have_been() -> None:
    assert {rule.code for rule in every_rule() if rule.checked is None} >= {"us_minors"}
    assert all(rule.checked is not None for rule in every_rule() if rule.topic == "hours")


def test_the_ages_of_minors_are_those_of_the_rules_and_eighteen_elsewhere() -> None:
    rules = law.permission_rules()
    assert dict(rules.minor_age) == {"CO": 18, "ES": 14, "US": 13, "BR": 12}
    assert rules.minor_age_elsewhere == 18
    assert rules.consent_days is None
    assert law.permission_rules(consent_days=730).consent_days == 730


def test_hours_are_told_by_country_region_and_channel() -> None:
    colombian = law.hours("CO", None, "email")
    assert colombian is not None
    assert colombian.week[0] == (dt.time(7), dt.time(19))
    assert colombian.week[5] == (dt.time(8), dt.time(15))
    assert colombian.week[6] is None
    assert not colombian.holidays
    assert law.hours("CO", "11", "call") == law.hours("CO", None, "call")
    assert law.hours("ES", None, "email") is None
    assert law.hours("MX", None, "call") is None
    florida, texas = law.hours("US", "FL", "sms"), law.hours("US", "TX", "sms")
    assert florida is not None
    assert texas is not None
    assert (florida.rule, florida.week[0]) == ("us_florida_hours", (dt.time(8), dt.time(20)))
    assert (texas.rule, texas.week[0]) == ("us_hours", (dt.time(8), dt.time(21)))


def test_every_entry_of_hours_belongs_to_a_rule_about_hours_and_covers_a_week() -> None:
    facts = tomllib.loads(files("custintel.contactability").joinpath("data/law.toml").read_text("utf-8"))
    about_hours = {rule.code for rule in every_rule() if rule.topic == "hours"}
    assert {entry["rule"] for entry in facts["hours"]} == about_hours
    for entry in facts["hours"]:
        assert len(entry["week"]) == 7
        for span in filter(None, entry["week"]):
            opens, closes = map(dt.time.fromisoformat, span.split("-"))
            assert opens < closes
