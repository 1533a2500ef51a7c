"""A person keeps their id from run to run."""

from __future__ import annotations

from typing import Any

import polars as pl

from custintel.people.identities import customer_ids
from custintel.tables import CUSTOMERS, IDENTITIES

CELL = "3124567801"


def clusters_of(**cluster: str) -> pl.DataFrame:
    """What matching says of records: the cluster of each."""
    return pl.DataFrame({"record_id": list(cluster), "cluster": list(cluster.values())}).with_columns(
        probability=pl.lit(1.0),
        evidence=pl.when(pl.col("cluster").is_duplicated())
        .then(pl.lit(["same_email"]))
        .otherwise(pl.lit([], pl.List(pl.String))),
        decided_by=pl.lit("rule"),
    )


def test_a_new_person_is_called_after_their_first_record() -> None:
    found = customer_ids(clusters_of(r1="r1", r2="r1"), IDENTITIES.empty(), "r0001")
    assert found["customer_id"].to_list() == ["c1", "c1"]
    assert found["run_id"].to_list() == ["r0001"] * 2


def test_a_new_project_calls_people_as_one_that_knows_somebody_else() -> None:
    """Without anybody before, nobody is looked up; the same must come out."""
    new = clusters_of(r1="r1", r2="r1", r3="r3", r4="r1", r5="r3", r6="r6")
    other = customer_ids(clusters_of(r0="r0"), IDENTITIES.empty(), "r0000")
    alone, beside = (customer_ids(new, before, "r0001") for before in (IDENTITIES.empty(), other))
    assert alone.equals(beside)
    assert alone.schema == beside.schema
    assert customer_ids(new.clear(), IDENTITIES.empty(), "r0001").equals(IDENTITIES.empty())


def test_a_new_record_joins_a_person_who_keeps_their_id(cleaned: Any, sheet: Any) -> None:
    ana = {"full_name": "Ana Gil", "email": "ana@tienda.example"}
    first = cleaned(sheet([ana], "enero.csv"))
    (known,) = first.tables[CUSTOMERS]["customer_id"]
    for month in range(8):  # whichever record id happens to be the smallest
        second = cleaned(sheet([{**ana, "city": "Cali"}], f"mes{month}.csv"), before=first.tables, run_id="r0002")
        assert second.tables[CUSTOMERS]["customer_id"].to_list() == [known]
        assert second.tables[CUSTOMERS]["n_records"].to_list() == [2]


def three_runs(cleaned: Any, sheet: Any, order: tuple[str, str]) -> tuple[list[str], Any]:
    rows = {
        "mail": {"full_name": "Ana Gil", "email": "ana@tienda.example"},
        "cell": {"full_name": "Ana Gil", "mobile": CELL},
    }
    first = cleaned(sheet([rows[order[0]]], "uno.csv"), run_id="r0001")
    second = cleaned(sheet([rows[order[1]]], "dos.csv"), before=first.tables, run_id="r0002")
    assert second.tables[CUSTOMERS].height == 2
    bridge = {"full_name": "Ana Gil", "email": "ana@tienda.example", "mobile": CELL}
    third = cleaned(sheet([bridge], "tres.csv"), before=second.tables, run_id="r0003")
    return first.tables[CUSTOMERS]["customer_id"].to_list(), third


def test_when_two_people_turn_out_to_be_one_the_older_id_survives(cleaned: Any, sheet: Any) -> None:
    for order in (("mail", "cell"), ("cell", "mail")):
        older, third = three_runs(cleaned, sheet, order)
        assert third.tables[CUSTOMERS]["customer_id"].to_list() == older


def test_when_one_person_turns_out_to_be_two_the_id_stays_with_the_larger_part() -> None:
    before = IDENTITIES.conform(
        pl.DataFrame(
            {
                "record_id": ["r1", "r2", "r3"],
                "customer_id": ["c9"] * 3,
                "probability": [1.0] * 3,
                "evidence": [["same_mobile"]] * 3,
                "decided_by": ["rule"] * 3,
                "run_id": ["r0001"] * 3,
            }
        )
    )
    apart = clusters_of(r1="r1", r2="r2", r3="r2")
    found = customer_ids(apart, before, "r0002")
    assert dict(found.select("record_id", "customer_id").iter_rows()) == {"r1": "c1", "r2": "c9", "r3": "c9"}


def test_a_split_never_gives_two_people_one_id() -> None:
    """r1 founded c1 and leaves it: the id stays with the larger part, so r1 needs another."""
    before = IDENTITIES.conform(
        pl.DataFrame(
            {
                "record_id": ["r1", "r2", "r3"],
                "customer_id": ["c1"] * 3,
                "probability": [1.0] * 3,
                "evidence": [["same_mobile"]] * 3,
                "decided_by": ["rule"] * 3,
                "run_id": ["r0001"] * 3,
            }
        )
    )
    apart = clusters_of(r1="r1", r2="r2", r3="r2")
    ids = dict(customer_ids(apart, before, "r0002").select("record_id", "customer_id").iter_rows())
    assert ids["r2"] == ids["r3"] == "c1"
    assert ids["r1"] != "c1"


def test_what_did_not_change_keeps_the_run_that_decided_it(cleaned: Any, sheet: Any) -> None:
    ana, luis = ({"full_name": name, "email": f"{name[:3]}@tienda.example"} for name in ("Ana Gil", "Luis Rey"))
    first = cleaned(sheet([ana, luis], "enero.csv"))
    second = cleaned(sheet([ana], "febrero.csv"), before=first.tables, run_id="r0002")
    runs = second.tables[IDENTITIES].join(second.tables[CUSTOMERS], on="customer_id").sort("full_name", "run_id")
    assert runs.select("full_name", "run_id").rows() == [
        ("Ana Gil", "r0002"),
        ("Ana Gil", "r0002"),
        ("Luis Rey", "r0001"),
    ]
