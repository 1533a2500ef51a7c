from __future__ import annotations

import datetime as dt
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.law import PermissionRules, permission_rules
from custintel.contactability.permission import CHANNELS, WHYS, permission, point_permission
from custintel.tables.contact_points import CONTACT_KIND
from custintel.tables.notices import CHANNEL, NOTICE_KIND, NOTICE_WHY

TODAY = dt.date(2026, 11, 22)
PERSON = {
    "customer_id": pl.String(),
    **{f"consent_{name}": pl.Boolean() for name in ("data", *CHANNELS)},
    "consent_at": pl.Datetime("us"),
    "birth_date": pl.Date(),
    "country": pl.String(),
}
POINT = {"customer_id": pl.String(), "kind": CONTACT_KIND, "value": pl.String()}
NOTICE = {"kind": NOTICE_KIND, "value": pl.String(), "channel": CHANNEL, "why": NOTICE_WHY}
ANA = ("ana", True, True, True, True, True, None, None, "CO")
POINTS = [("ana", "email", "ana@x.co"), ("ana", "email", "ana@y.co"), ("ana", "mobile", "+573001112233")]


def frame(rows: list[tuple[object, ...]], schema: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")  # type: ignore[arg-type]


def answers(
    person: tuple[object, ...] = ANA,
    points: list[tuple[object, ...]] | None = None,
    notices: list[tuple[object, ...]] | None = None,
    rules: PermissionRules | None = None,
    today: dt.date = TODAY,
) -> dict[str, str]:
    told = permission(
        frame([person], PERSON),
        frame(POINTS if points is None else points, POINT),
        frame(notices or [], NOTICE),
        today=today,
        rules=rules or permission_rules(),
    )
    assert told["customer_id"].to_list() == [person[0]]
    return {channel: told[f"may_contact_{channel}"].item() for channel in CHANNELS}


def person(**said: object) -> tuple[object, ...]:
    return tuple(said.get(name, value) for name, value in zip(PERSON, ANA, strict=True))


def test_who_agreed_may_be_contacted_and_who_said_nothing_is_unproven() -> None:
    assert answers() == dict.fromkeys(CHANNELS, "yes")
    silent = person(**{f"consent_{name}": None for name in ("data", *CHANNELS)})
    assert answers(silent) == dict.fromkeys(CHANNELS, "unproven")
    assert answers(person(consent_sms=None))["sms"] == "unproven"


def test_permission_to_hold_data_is_no_permission_to_write_but_its_refusal_forbids_all() -> None:
    only_data = person(**{f"consent_{name}": None for name in CHANNELS})
    assert answers(only_data) == dict.fromkeys(CHANNELS, "unproven")
    assert answers(person(consent_data=False)) == dict.fromkeys(CHANNELS, "no:no_consent")
    assert answers(person(consent_data=None)) == dict.fromkeys(CHANNELS, "yes")


def test_a_refusal_forbids_its_channel_only() -> None:
    told = answers(person(consent_email=False))
    assert told == {"email": "no:no_consent", "sms": "yes", "whatsapp": "yes", "call": "yes"}


@pytest.mark.parametrize("why", ["unsubscribed", "complaint", "suppressed"])
def test_a_notice_about_one_address_binds_the_person_on_that_channel(why: str) -> None:
    assert answers(notices=[("email", "ana@x.co", None, why)]) == {
        "email": f"no:{why}",
        "sms": "yes",
        "whatsapp": "yes",
        "call": "yes",
    }
    by_phone = answers(notices=[("phone", "+573001112233", "sms", why)])
    assert by_phone == {"email": "yes", "sms": f"no:{why}", "whatsapp": "yes", "call": "yes"}
    every = answers(notices=[("phone", "+573001112233", None, why)])
    assert every == {"email": "yes", "sms": f"no:{why}", "whatsapp": f"no:{why}", "call": f"no:{why}"}


def test_a_notice_about_another_spelling_of_the_mailbox_counts() -> None:
    points = [("ana", "email", "ana.gil@gmail.com")]
    assert (
        answers(points=points, notices=[("email", "anagil+news@gmail.com", None, "complaint")])["email"]
        == "no:complaint"
    )


def test_a_register_binds_the_number_and_the_person_only_when_all_their_numbers_are_in_it() -> None:
    points = [*POINTS, ("ana", "whatsapp", "+573104445566")]
    one = [("phone", "+573001112233", None, "register_rne")]
    assert answers(points=points, notices=one) == dict.fromkeys(CHANNELS, "yes")
    both = [*one, ("phone", "+573104445566", "sms", "register_rne")]
    assert answers(points=points, notices=both)["sms"] == "no:register_rne"
    assert answers(points=points, notices=both)["call"] == "yes"
    assert answers(notices=one)["call"] == "no:register_rne"


def test_a_landline_does_not_save_the_channels_it_cannot_take() -> None:
    points = [*POINTS, ("ana", "landline", "+576017654321")]
    told = answers(points=points, notices=[("phone", "+573001112233", None, "register_rne")])
    assert told == {"email": "yes", "sms": "no:register_rne", "whatsapp": "no:register_rne", "call": "yes"}


def test_a_registers_word_about_a_channel_that_does_not_reach_the_number_binds_its_owner() -> None:
    assert answers(notices=[("phone", "+573001112233", "email", "register_rne")])["email"] == "no:register_rne"


def test_each_point_has_its_own_answer() -> None:
    points = frame([*POINTS, ("ana", "landline", "+576017654321"), ("ana", "postal", "Cl 1")], POINT)
    notices = [("phone", "+573001112233", None, "register_rne"), ("email", "ana@x.co", None, "unsubscribed")]
    told = point_permission(frame([ANA], PERSON), points, frame(notices, NOTICE), today=TODAY, rules=permission_rules())
    assert [row[1:] for row in told.rows()] == [
        ("email", "ana@x.co", "email", "no:unsubscribed"),
        ("email", "ana@y.co", "email", "no:unsubscribed"),
        ("mobile", "+573001112233", "sms", "no:register_rne"),
        ("mobile", "+573001112233", "whatsapp", "no:register_rne"),
        ("mobile", "+573001112233", "call", "no:register_rne"),
        ("landline", "+576017654321", "call", "yes"),
    ]


def test_of_several_noes_the_first_of_the_list_is_said() -> None:
    notices = [("email", "ana@x.co", None, why) for why in ("suppressed", "complaint", "register_robinson")]
    assert answers(person(consent_email=False), notices=notices)["email"] == "no:complaint"


def test_a_notice_binds_every_person_who_has_the_address() -> None:
    people = frame([ANA, person(customer_id="luis"), person(customer_id="eva")], PERSON)
    points = frame([*POINTS, ("luis", "email", "ana@x.co"), ("eva", "email", "eva@x.co")], POINT)
    told = permission(
        people,
        points,
        frame([("email", "ana@x.co", None, "complaint")], NOTICE),
        today=TODAY,
        rules=permission_rules(),
    )
    assert told["may_contact_email"].to_list() == ["no:complaint", "no:complaint", "yes"]


@pytest.mark.parametrize(
    ("country", "born", "minor"),
    [
        ("CO", dt.date(2008, 11, 23), True),
        ("CO", dt.date(2008, 11, 22), False),
        ("ES", dt.date(2012, 11, 23), True),
        ("ES", dt.date(2012, 11, 22), False),
        ("US", dt.date(2013, 11, 22), False),
        ("US", dt.date(2013, 11, 23), True),
        ("MX", dt.date(2009, 1, 1), True),
        (None, dt.date(2009, 1, 1), True),
        ("CO", None, False),
    ],
)
def test_minors_are_not_contacted_whatever_they_agreed_to(
    country: str | None, born: dt.date | None, minor: bool
) -> None:
    told = answers(person(country=country, birth_date=born))
    assert told == dict.fromkeys(CHANNELS, "no:minor" if minor else "yes")


def test_a_birthday_on_the_29th_of_february_comes_on_the_first_of_march() -> None:
    child = person(birth_date=dt.date(2008, 2, 29))
    assert answers(child, today=dt.date(2026, 2, 28))["email"] == "no:minor"
    assert answers(child, today=dt.date(2026, 3, 1))["email"] == "yes"
    assert answers(person(birth_date=dt.date(2010, 2, 28)), today=dt.date(2028, 2, 29))["email"] == "yes"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (dt.datetime(2025, 11, 22, 8), "yes"),
        (dt.datetime(2025, 11, 21, 23, 59), "no:consent_expired"),
        (None, "unproven"),
    ],
)
def test_consent_counts_as_long_as_the_person_decided(given: dt.datetime | None, answer: str) -> None:
    rules = permission_rules(consent_days=365)
    assert answers(person(consent_at=given), rules=rules) == dict.fromkeys(CHANNELS, answer)
    assert answers(person(consent_at=given))["email"] == "yes"


def test_a_person_without_points_gets_the_answer_of_their_consent() -> None:
    assert answers(points=[]) == dict.fromkeys(CHANNELS, "yes")


SAID = st.sampled_from([True, False, None])
MAY_BE = st.tuples(SAID, SAID, SAID, SAID, SAID)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(MAY_BE, min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, *CHANNELS]), st.sampled_from(WHYS[:5])), max_size=8),
    st.randoms(use_true_random=False),
)
def test_no_order_matters_and_no_yes_outweighs_a_no(
    said: list[tuple[bool | None, ...]], noted: list[tuple[int, str | None, str]], chance: random.Random
) -> None:
    people = [(f"c{i}", *answers_, None, None, "CO") for i, answers_ in enumerate(said)]
    points = [
        point
        for i, _said in enumerate(said)
        for point in ((f"c{i}", "email", f"{i}@x.co"), (f"c{i}", "mobile", f"+57300111{i:04}"))
    ]
    notices = [
        ("email", f"{i}@x.co", None, why) if channel in (None, "email") else ("phone", f"+57300111{i:04}", channel, why)
        for i, channel, why in noted
    ]
    rules = permission_rules()

    def run(shuffle: bool) -> dict[str, tuple[str, ...]]:
        parts = [chance.sample(rows, len(rows)) if shuffle else rows for rows in (people, points, notices)]
        frames = [frame(rows, schema) for rows, schema in zip(parts, (PERSON, POINT, NOTICE), strict=True)]
        return {row[0]: row[1:] for row in permission(*frames, today=TODAY, rules=rules).rows()}

    told = run(False)
    assert told == run(True)
    forbidden = {(i, channel or "email") for i, channel, _why in noted}
    for i, (data, *by_channel) in enumerate(said):
        for channel, consent, answer in zip(CHANNELS, by_channel, told[f"c{i}"], strict=True):
            no = data is False or consent is False or (i, channel) in forbidden
            assert answer.startswith("no:") == no
            assert (answer == "yes") == (consent is True and not no)
