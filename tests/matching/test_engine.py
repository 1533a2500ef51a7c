"""From records to people: what must never be merged, what must be, and what must not matter."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.matching import blocking, clusters, comparison, frequency, households, pairing, profiles
from custintel.matching.engine import Earlier, Matched, match

Records = Callable[..., pl.DataFrame]
People = Callable[[Matched], set[str]]
MAILBOX = "familia.gil@tienda.example"
CELL, OTHER_CELL = "+573124567801", "+573209876543"
LANDLINE = "+576014567890"
DOCUMENT = {"document_type": "CC", "document_strength": "plausible"}
HOSTILE = (
    *("first_name", "last_name", "full_name", "email", "email_raw", "mobile", "mobile_raw", "document_id"),
    *("birth_date_raw", "address", "city", "postal_code", "company", "gender", "source_id"),
)
GIVEN = ["Ana", "Luis", "Marta", "Pedro", "Julia", "Andrés", "Sofía", "Diego", "Laura", "Iván"]
FAMILY = ["Gil", "Rey", "Soto", "Cano", "Vélez", "Lora", "Mejía", "Duarte", "Pardo", "Nieto"]


def named(given: str, family: str, **more: Any) -> dict[str, Any]:
    return {"first_name": given, "last_name": family, "full_name": f"{given} {family}", **more}


def shop(size: int, seed: int = 3) -> dict[str, dict[str, Any]]:
    """People with an email and a mobile of their own, a third of them twice, the second time with a slip."""
    draw = random.Random(seed)
    rows: dict[str, dict[str, Any]] = {}
    for n in range(size):
        given, family = draw.choice(GIVEN), f"{draw.choice(FAMILY)} {draw.choice(FAMILY)}"
        mobile = f"+57310{draw.randrange(10**7):07}"
        person = named(given, family, email=f"{given.lower()}{n:04}@correo.example", mobile=mobile, city="Cali")
        rows[f"r{draw.randrange(10**9):09}{n:05}"] = person
        if n % 3 == 0:
            slip = {**person, **named(given, family.split()[0]), "email": None}
            rows[f"r{draw.randrange(10**9):09}{n:05}"] = slip
    return rows


@pytest.mark.parametrize("merge", ["certain", "sure", "likely"])
def test_a_family_of_four_with_one_email_and_one_landline_is_four_people_in_one_household(
    merge: Any, records: Records, people: People
) -> None:
    home = {"email": MAILBOX, "landline": LANDLINE}
    family = {name: named(name, "Gil Mora", **home) for name in ("Carolina", "Mateo", "Valentina", "Andrés")}
    found = match(records({**shop(60), **family}), merge=merge)
    assert set(family) <= people(found)
    assert found.households.filter(pl.col("record_id").is_in(list(family)))["household"].to_list() == ["Andrés"] * 4
    assert found.households.height == 4


@pytest.mark.parametrize("merge", ["certain", "sure", "likely"])
def test_father_and_son_of_one_name_and_address_with_two_documents_stay_two(
    merge: Any, records: Records, people: People
) -> None:
    home = {"address": "Calle 12 # 3-45", "address_key": "CL|12|3|45||", "city": "Cali", "mobile": CELL, **DOCUMENT}
    father = named("Jorge", "Rey Soto", document_id="17123456", **home)
    son = named("Jorge", "Rey Soto", document_id="1019123456", **home)
    assert people(match(records({"father": father, "son": son}), merge=merge)) == {"father", "son"}


@pytest.mark.parametrize("merge", ["certain", "sure", "likely"])
def test_whom_certain_keys_join_no_average_takes_apart(merge: Any, records: Records, people: People) -> None:
    moved = {"city": "Pasto", "postal_code": "520001", "address": "Carrera 80 # 22-31", "address_key": "KR|80|22|31||"}
    chain = {
        "shop": named("Roberto", "Rey Soto", email="rrs@correo.example", birth_date=date(1980, 1, 2), city="Cali"),
        "crm": named("Roberto", "Rey", email="rrs@correo.example", mobile=CELL),
        "fair": named(
            "Beto", "Rey Soto", email="beto@otro.example", mobile=CELL, birth_date=date(1991, 12, 3), **moved
        ),
    }
    dated = {
        name: {**row, "birth_date": date(1960 + n % 40, 1 + n % 12, 1 + n % 28)}
        for n, (name, row) in enumerate(shop(300).items())
    }
    found = match(records({**dated, **chain}), merge=merge)
    ends = found.pairs.filter(pl.col("record_a") == "fair", pl.col("record_b") == "shop")
    assert ends["weight"][0] < 0  # by themselves they would not be one
    assert "crm+fair+shop" in people(found)


@pytest.mark.parametrize("merge", ["certain", "sure", "likely"])
def test_twins_with_two_documents_stay_two(merge: Any, records: Records, people: People) -> None:
    same = {"birth_date": pl.Series(["2001-05-06"]).str.to_date()[0], "mobile": CELL, "email": MAILBOX, **DOCUMENT}
    twins = {
        "a": named("Valentina", "Gil Mora", document_id="1019123456", **same),
        "b": named("Mariana", "Gil Mora", document_id="1019123457", **same),
    }
    assert people(match(records(twins), merge=merge)) == {"a", "b"}


@pytest.mark.parametrize("merge", ["certain", "sure"])
def test_surnames_first_in_capitals_and_a_pet_name_with_an_initial_are_one_by_their_mobile(
    merge: Any, records: Records, people: People
) -> None:
    rows = {"a": named("Jose", "Munoz Garcia", mobile=CELL), "b": named("Pepe", "Muñoz G.", mobile=CELL)}
    found = match(records(rows), merge=merge)
    assert people(found) == {"a+b"}
    assert found.clusters["evidence"].to_list()[0] == ["name_initial", "same_mobile"]


@pytest.mark.parametrize("merge", ["certain", "sure", "likely"])
def test_a_name_and_a_city_or_a_nickname_or_a_key_alone_merge_nobody(
    merge: Any, records: Records, people: People
) -> None:
    rows = {
        "a": named("José", "Ramírez", city="Cali"),
        "b": named("Pepe", "Ramírez", city="Cali"),
        "c": named("José", "Ramírez", city="Cali"),
        "d": named("Ana", "Gil", mobile=CELL),
        "e": named("Luis", "Rey", mobile=CELL),
    }
    assert people(match(records({**shop(30), **rows}), merge=merge)) >= set(rows)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_no_record_and_one_record_are_no_special_case(size: int, records: Records) -> None:
    frame = records(dict(list(shop(3).items())[:2])).head(size)
    assert match(frame).clusters.height == size


def test_columns_without_a_value_are_as_if_they_were_not_there(records: Records) -> None:
    frame = records(shop(30))
    empty = frame.with_columns(pl.lit(None, pl.String).alias(c) for c in ("address", "document_id", "company"))
    assert match(empty).clusters.equals(match(frame).clusters)


def test_ten_thousand_equal_rows_are_one_person_when_they_say_who_and_ten_thousand_when_they_do_not() -> None:
    ids = pl.Series("record_id", [f"r{n:05}" for n in range(10_000)])
    says = pl.DataFrame({"record_id": ids}).with_columns(
        source=pl.lit("crm.csv"), full_name=pl.lit("Ana Gil"), email=pl.lit("ana@a.example")
    )
    assert match(says).clusters["cluster"].n_unique() == 1
    assert match(says.drop("email")).clusters["cluster"].n_unique() == 10_000


def test_a_key_on_fifty_thousand_rows_merges_nobody_and_costs_no_square() -> None:
    n = pl.int_range(50_000, eager=True)
    frame = pl.DataFrame({"record_id": ("r" + n.cast(pl.String).str.zfill(6)), "source": ["crm.csv"] * len(n)})
    word = pl.Series([f"{a}{b}" for a in "bcdfghjklm" for b in ("aro", "eli", "ona", "uto", "isa")])
    names = pl.DataFrame({"a": word.gather(n % 50), "b": word.gather(n // 50 % 50), "c": word.gather(n // 2500 % 50)})
    frame = frame.with_columns(
        first_name=names["a"], last_name=names["b"] + " " + names["c"], mobile=pl.lit(CELL), city=pl.lit("Cali")
    )
    found = match(frame)
    assert found.clusters["cluster"].n_unique() == 50_000
    assert found.apart["shared"].to_list() == [True]


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(rng: random.Random) -> None:
    rows = [{"record_id": key, "source": "crm.csv", **row} for key, row in shop(40).items()]
    first = match(pl.DataFrame(rows))
    columns = [*rows[0]]
    rng.shuffle(rows)
    rng.shuffle(columns)
    again = match(pl.DataFrame(rows).select(columns))
    assert again.clusters.equals(first.clusters)
    assert again.pairs.equals(first.pairs)
    assert again.households.equals(first.households)
    assert again.apart.equals(first.apart)
    assert again.model.to_frame().equals(first.model.to_frame())


GROUPING = (blocking, clusters, comparison, frequency, households, pairing, profiles)


@pytest.mark.parametrize("seed", range(4))
def test_in_which_order_equal_keys_come_out_of_sorting_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Machines and versions of numpy sort equal numbers differently, few of them not at all."""
    rows = [{"record_id": key, "source": "crm.csv", **row} for key, row in shop(200).items()]
    frame, late = pl.DataFrame(rows), pl.Series([row["record_id"] for row in rows[::20]])
    known = match(frame.filter(~pl.col("record_id").is_in(late.implode())))
    earlier = Earlier(known.pairs, known.model, late)
    first, later = match(frame), match(frame, earlier=earlier)
    assert not later.refitted
    chance, mixed = np.random.default_rng(seed), []

    def grouped(numbers: Any) -> Any:
        order = np.lexsort((chance.random(len(numbers)), numbers))
        mixed.append(not np.array_equal(order, np.argsort(numbers, kind="stable")))
        return order

    for module in GROUPING:
        monkeypatch.setattr(module, "grouped", grouped)
    for before, again in ((first, match(frame)), (later, match(frame, earlier=earlier))):
        assert again.clusters.equals(before.clusters)
        assert again.pairs.equals(before.pairs)
        assert again.households.equals(before.households)
        assert again.apart.equals(before.apart)
        assert again.model.to_frame().equals(before.model.to_frame())
    assert sum(mixed) > 20


def test_ids_and_file_names_in_another_language_do_not_change_who_is_who(records: Records, people: People) -> None:
    rows = {key: {**row, "source": "ventas.xlsx"} for key, row in shop(40).items()}
    assert people(match(records(rows))) == people(match(records(shop(40))))


def test_what_a_person_says_overrides_model_and_keys(records: Records, people: People) -> None:
    rows = {
        "a": named("Ana", "Gil", mobile=CELL),
        "b": named("Ana", "Gil", mobile=CELL, city="Cali"),
        "c": named("Luis", "Rey", mobile=OTHER_CELL),
        "d": named("Marta", "Soto", email="m@a.example"),
    }
    said = pl.DataFrame({"record_a": ["a", "c"], "record_b": ["b", "d"], "same": [False, True]})
    found = match(records(rows), answers=said)
    assert people(found) == {"a", "b", "c+d"}
    assert found.clusters.filter(pl.col("cluster") == "c")["decided_by"].to_list() == ["person", "person"]
    assert found.pairs.filter(pl.col("record_a") == "a")["band"].to_list() == ["apart"]


def test_two_equal_rows_that_a_person_calls_two_people_are_two(records: Records, people: People) -> None:
    rows = {key: named("Ana", "Gil", mobile=CELL) for key in "ab"}
    said = pl.DataFrame({"record_a": ["b"], "record_b": ["a"], "same": [False]})
    assert people(match(records(rows), answers=said)) == {"a", "b"}


def test_answers_that_contradict_each_other_are_refused(records: Records) -> None:
    said = pl.DataFrame({"record_a": ["a", "b", "a"], "record_b": ["b", "c", "c"], "same": [True, True, False]})
    with pytest.raises(CustintelError, match="contradict"):
        match(records({key: named("Ana", "Gil") for key in "abc"}), answers=said)


def test_a_threshold_of_its_own_merges_more_or_less(records: Records) -> None:
    frame = records(shop(60))
    counts = [match(frame, threshold=bar).clusters["cluster"].n_unique() for bar in (0.01, 0.9, 0.9999)]
    assert counts == sorted(counts)


def test_a_column_that_was_not_recognised_can_be_compared(records: Records) -> None:
    frame = records(shop(60)).with_columns(extra=pl.lit('{"Talla zapato":"41","it\'s":"x"}'))
    found = match(frame.with_columns(extra=pl.Series([f'{{"Talla zapato":"{n % 9}"}}' for n in range(frame.height)])),
                  compare=["Talla zapato"])  # fmt: skip
    assert "column:Talla zapato" in found.model.comparisons
    assert match(frame, compare=["it's"]).clusters.height == frame.height


def test_matching_what_is_new_gives_what_matching_everything_gives(records: Records) -> None:
    rows = shop(300)
    late = dict(list(rows.items())[-20:])
    base = match(records({key: row for key, row in rows.items() if key not in late}))
    new = pl.Series(sorted(late))
    again = match(records(rows), earlier=Earlier(base.pairs, base.model, new))
    assert not again.refitted
    together = match(records(rows), earlier=Earlier(base.pairs.clear(), base.model, pl.Series(sorted(rows))[:0]))
    assert together.clusters["cluster"].n_unique() == len(rows)  # no pairs known, none new: the check below is real
    every = match(records(rows))
    assert again.clusters.select("record_id", "cluster").equals(every.clusters.select("record_id", "cluster"))


@given(seed=st.integers(0, 2**16), late=st.integers(1, 30), several=st.booleans())
@settings(max_examples=12, deadline=None, derandomize=True, database=None)
def test_what_comes_later_finds_the_people_that_all_at_once_gives(
    records: Records, seed: int, late: int, several: bool
) -> None:
    rows = shop(220, seed)
    rows |= {f"z{n}": {**row, "city": "Pasto"} for n, row in enumerate(list(rows.values())[: 15 * several])}
    draw = random.Random(seed)
    new = draw.sample(sorted(rows), late)
    found = match(records({key: row for key, row in rows.items() if key not in new}))
    for part in (new[::2], new[1::2]):  # two files, one after the other
        held = {key: row for key, row in rows.items() if key not in new or key in part or key in new[::2]}
        found = match(records(held), earlier=Earlier(found.pairs, found.model, pl.Series(part, dtype=pl.String)))
        assert not found.refitted
    every = match(records(rows))
    assert found.clusters.select("record_id", "cluster").equals(every.clusters.select("record_id", "cluster"))
    assert found.households.equals(every.households)


def test_a_later_file_is_judged_by_how_many_names_are_on_a_key_by_then(records: Records) -> None:
    early = {
        f"n{n}": named(given, family, mobile=CELL)
        for n, (given, family) in enumerate(zip(GIVEN[:5], FAMILY[:5], strict=True))
    }
    late = {"y": named("Rosa", "Luna Paz", mobile=CELL), "z": named("Rosa", "Luna", mobile=CELL)}

    def pattern(found: Matched) -> int:
        return int(found.pairs.filter(record_a="y", record_b="z")["pattern"].item())

    base = match(records({**shop(200), **early}))
    new = Earlier(base.pairs, base.model, pl.Series(["y", "z"]))
    assert not (found := match(records({**shop(200), **early, **late}), earlier=new)).refitted
    assert pattern(found) == pattern(match(records({**shop(200), **early, **late})))
    assert pattern(found) != pattern(match(records({**shop(200), **late})))  # whose number it would be without the five


def test_many_new_records_are_a_reason_to_fit_again(records: Records) -> None:
    rows = shop(100)
    base = match(records(dict(list(rows.items())[:60])))
    assert match(records(rows), earlier=Earlier(base.pairs, base.model, pl.Series(sorted(rows)[60:]))).refitted


def test_a_new_kind_of_column_is_a_reason_to_fit_again(records: Records) -> None:
    rows = shop(100)
    base = match(records(rows))
    more = {**rows, "rzz": named("Ana", "Gil", document_id="52419876", **DOCUMENT)}
    assert match(records(more), earlier=Earlier(base.pairs, base.model, pl.Series(["rzz"]))).refitted


def test_every_answer_of_what_is_asked_brings_the_pairs_that_were_left_open(records: Records) -> None:
    found = match(records(shop(200)))
    person = dict(found.clusters.select("record_id", "cluster").iter_rows())
    for a, b, band in found.pairs.select("record_a", "record_b", "band").iter_rows():
        assert (band == "sure") <= (person[a] == person[b])
        assert (band == "apart") <= (person[a] != person[b])


CELL_TEXT = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(["=1+1", "\x00", "‮abc", "😀 😀", "a" * 10_000, "'; --", "@", "@@a", ","])
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HOSTILE, CELL_TEXT)), min_size=1, max_size=8))
def test_any_text_in_any_cell_is_matched_without_complaint(rows: list[dict[str, str | None]]) -> None:
    schema = {"record_id": pl.String, "source": pl.String, **dict.fromkeys(HOSTILE, pl.String)}
    frame = pl.DataFrame([{"record_id": f"r{n}", "source": "a", **row} for n, row in enumerate(rows)], schema=schema)
    found = match(frame, merge="likely")
    assert found.clusters["record_id"].to_list() == sorted(frame["record_id"])
    assert (found.clusters["cluster"] <= found.clusters["record_id"]).all()
