"""From answers to people: small projects with a truth, through the real commands where the disk is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl
import pytest

from custintel.clean.cleaning import Cleaned
from custintel.errors import CustintelError
from custintel.people.decide import Decided, decided
from custintel.people.follows import unsettled
from custintel.people.said import Said, answered, joined, pairs, parted
from custintel.tables import CUSTOMERS, IDENTITIES, RECORDS, REVIEW, Table
from custintel.tables.patch import whole

SAID = Said(dt.datetime(2026, 11, 3), "review")
Tables = Mapping[Table, pl.DataFrame]
PEOPLE = {
    "ana": [("Ana María Gil Soto", "ana.gil@a.example", "3124567801"), ("Ana Gil", "agil@b.example", "")],
    "luis": [("Luis Fernando Rey", "luis@a.example", "3208841937"), ("Luis Rey Paz", "lrey@c.example", "3208841937")],
    "eva": [("Eva Sol Mora", "eva@a.example", "3105550142"), ("Eva Sol", "eva.sol@d.example", "")],
}
"""Who is who: the name, the email and the mobile of every row."""


@pytest.fixture(scope="module")
def shop(cleaned: Callable[..., Cleaned], sheet: Callable[..., object]) -> Tables:
    rows = [
        {"full_name": name, "email": email, "mobile": mobile, "notes": who, "city": "Cali"}
        for who, written in PEOPLE.items()
        for name, email, mobile in written
    ]
    return cleaned(sheet(rows)).tables


def decide(tables: Tables, review: pl.DataFrame, run_id: str = "r0002") -> tuple[Decided, Tables]:
    made = decided({table: table.fill(frame).lazy() for table, frame in tables.items()}, review, run_id)
    now = {table: whole(table, content, table.fill(tables[table]).lazy()) for table, content in made.tables.items()}
    return made, {**tables, **now}


def truth(tables: Tables) -> dict[str, list[str]]:
    """The records of every person as they truly are."""
    rows = tables[RECORDS].group_by("notes").agg(pl.col("record_id").sort())
    return dict(rows.select("notes", "record_id").iter_rows())


def people(tables: Tables) -> set[tuple[str, ...]]:
    """The records of every person as the tables hold them."""
    rows = tables[IDENTITIES].group_by("customer_id").agg(pl.col("record_id").sort())
    return {tuple(records) for records in rows["record_id"].to_list()}


def ids(tables: Tables) -> dict[str, str]:
    return dict(tables[IDENTITIES].select("record_id", "customer_id").iter_rows())


def every_answer(tables: Tables) -> pl.DataFrame:
    """The right answer to every two rows."""
    who = {record: name for name, records in truth(tables).items() for record in records}
    return pairs((a, b, who[a] == who[b]) for a in sorted(who) for b in sorted(who) if a < b)


def test_with_every_answer_right_the_people_are_the_true_ones(shop: Tables) -> None:
    made, after = decide(shop, answered(shop[REVIEW], every_answer(shop), SAID))
    assert people(after) == {tuple(records) for records in truth(shop).values()}
    assert (made.after, made.waiting, after[CUSTOMERS].height) == (3, 0, 3)
    assert set(after[IDENTITIES]["decided_by"].to_list()) == {"person"}


def test_the_same_answers_again_change_nothing(shop: Tables) -> None:
    _made, once = decide(shop, answered(shop[REVIEW], every_answer(shop), SAID))
    made, _again = decide(once, answered(once[REVIEW], every_answer(shop), SAID), "r0003")
    assert all(frame.equals(once[table]) for table, frame in made.tables.items())


def test_joined_people_are_one_and_parted_again_have_their_ids_back(shop: Tables) -> None:
    ana, eva = truth(shop)["ana"], truth(shop)["eva"]
    _made, before = decide(shop, answered(shop[REVIEW], every_answer(shop), SAID))
    both = sorted([*ana, *eva])
    _made, one = decide(before, joined(before[REVIEW], both, SAID), "r0003")
    assert tuple(both) in people(one)
    kept = ids(one)[ana[0]]
    stay, leave = (ana, eva) if ids(before)[ana[0]] == kept else (eva, ana)
    _made, two = decide(one, parted(one[REVIEW], [stay, leave], SAID), "r0004")
    assert ids(two) == ids(before)


def test_a_part_keeps_the_id_of_the_larger_part(shop: Tables) -> None:
    records = sorted(record for held in truth(shop).values() for record in held)
    _made, one = decide(shop, joined(shop[REVIEW], records, SAID))
    (kept,) = set(ids(one).values())
    _made, two = decide(one, parted(one[REVIEW], [records[1:], records[:1]], SAID), "r0003")
    assert {ids(two)[record] for record in records[1:]} == {kept}
    assert ids(two)[records[0]] != kept


def test_who_was_parted_stays_so_and_who_was_joined_too_when_the_files_are_cleaned_again(
    shop: Tables, cleaned: Callable[..., Cleaned], sheet: Callable[..., object]
) -> None:
    luis, (ana, _), (eva, _) = (truth(shop)[name] for name in ("luis", "ana", "eva"))
    review = parted(joined(shop[REVIEW], [ana, eva], SAID), [luis[:1], luis[1:]], SAID)
    _made, after = decide(shop, review)
    row = {"full_name": "Luis Fernando Rey", "email": "luis@a.example", "mobile": "3208841937", "city": "Palmira"}
    again = cleaned(sheet([row], "new.csv"), before=after, run_id="r0003").tables
    whose = ids(again)
    assert whose[ana] == whose[eva]
    assert whose[luis[0]] != whose[luis[1]]


def test_what_is_left_of_a_person_stays_one_though_only_the_other_record_held_it_together(shop: Tables) -> None:
    strangers = [held[0] for held in truth(shop).values()]
    _made, one = decide(shop, joined(shop[REVIEW], strangers, SAID))
    _made, two = decide(one, parted(one[REVIEW], [strangers[1:], strangers[:1]], SAID), "r0003")
    whose = ids(two)
    assert whose[strangers[1]] == whose[strangers[2]] != whose[strangers[0]]


def test_a_contradiction_is_refused_with_the_people_and_the_answers(shop: Tables) -> None:
    ana, luis, eva = (held[0] for held in (truth(shop)[name] for name in ("ana", "luis", "eva")))
    told = answered(shop[REVIEW], pairs([(ana, luis, True), (luis, eva, True)]), SAID)
    told = answered(told, pairs([(ana, eva, False)]), Said(SAID.at, "unmerge"))
    with pytest.raises(CustintelError) as raised:
        decide(shop, told)
    for words in ("Ana", "Luis", "Eva", "crm.csv, row", "ci unmerge, ", "ci review, "):
        assert words in raised.value.seen


def test_two_people_said_to_be_two_are_not_asked_about_again_through_another_record(shop: Tables) -> None:
    review = answered(shop[REVIEW], pairs([("ra1", "rb1", False)]), SAID)
    open_ = review.with_columns(
        pair_id=pl.lit("pa2-b2"), record_a=pl.lit("ra2"), record_b=pl.lit("rb2"),
        decision=pl.lit(None, REVIEW.schema["decision"]),
    ).head(1)  # fmt: skip
    whose = pl.DataFrame({"record_id": ["ra1", "ra2", "rb1", "rb2"], "customer_id": ["ca", "ca", "cb", "cb"]})
    queue = pl.concat([review.filter(pl.col("decision").is_not_null()), open_])
    assert unsettled(queue, whose).is_empty()
    assert unsettled(open_, whose)["pair_id"].to_list() == ["pa2-b2"]
