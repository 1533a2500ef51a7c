"""The certain keys, and every guard that keeps two people apart, whatever is merged."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from custintel.matching.engine import match
from custintel.matching.frequency import MANY_NAMES

Clusters = Callable[..., set[str]]
MAILBOX = "familia.gil@tienda.example"
CELL = "+573124567801"
DOCUMENT = {"document_type": "CC", "document_strength": "plausible"}


def test_the_same_mailbox_and_the_same_name_are_one_person(clusters: Clusters) -> None:
    ana = {"full_name": "Ana Gil", "email": "ana@tienda.example"}
    assert clusters(a=ana, b=ana, c={"full_name": "Ana Gil", "email": "otra@tienda.example"}) == {"a+b", "c"}


def test_a_familys_mailbox_under_different_names_merges_nobody(clusters: Clusters) -> None:
    assert clusters(
        mother={"full_name": "Carolina Mejía", "email": MAILBOX}, son={"full_name": "Mateo Gil", "email": MAILBOX}
    ) == {"mother", "son"}


def test_a_switchboard_on_300_companies_merges_nobody(clusters: Clusters) -> None:
    words = random.Random(7).sample(
        ["".join(letters) for letters in itertools.product("bdfglmnprst", "aeiou", "bdfglmnprst", "aeiou", "rlnz")], 600
    )
    records = {
        f"r{n:03}": {"full_name": f"{words[2 * n]} {words[2 * n + 1]}".title(), "phone": "+576014567890"}
        for n in range(300)
    }
    assert len(clusters(**records)) == 300


def test_a_shared_mobile_does_not_even_merge_two_records_of_one_name(clusters: Clusters) -> None:
    """The agent's number says nothing about anybody, not even about two customers called alike."""
    names = ["Ana Gil", "Luis Rey", "Marta Soto", "Pedro Cano", "Julia Vélez", "Andrés Lora"]
    assert len(names) >= MANY_NAMES
    records = {f"r{n}": {"full_name": name, "mobile": CELL} for n, name in enumerate(names)}
    assert len(clusters(**records, again={"full_name": "Ana Gil", "mobile": CELL})) == len(names) + 1


def test_up_to_five_names_on_one_key_are_a_household_whose_members_are_still_themselves(clusters: Clusters) -> None:
    names = ["Ana Gil", "Luis Rey", "Marta Soto", "Pedro Cano", "Julia Vélez"]
    records = {f"r{n}": {"full_name": name, "mobile": CELL} for n, name in enumerate(names)}
    assert clusters(**records, s={"full_name": "Ana Gil", "mobile": CELL}) == {"r0+s", "r1", "r2", "r3", "r4"}


def test_a_document_typed_to_fill_the_field_merges_nobody(clusters: Clusters, cleaned: Any, sheet: Any) -> None:
    rows = [{"full_name": "Consumidor Ana", "document_id": "222222222222"}, {"document_id": "222222222222"}]
    rows += [{"full_name": "Ana Gil", "document_id": "222222222222"}] * 2
    found = cleaned(sheet(rows))
    assert found.quality.flow.merged == 0


def test_a_weak_document_number_is_no_certain_key(clusters: Clusters) -> None:
    weak = {"full_name": "Ana Gil", "document_id": "1234", "document_type": "CC", "document_strength": "weak"}
    assert clusters(a=weak, b=weak) == {"a", "b"}


@pytest.mark.parametrize("strength", ["checked", "plausible"])
def test_a_document_that_can_be_trusted_joins(clusters: Clusters, strength: str) -> None:
    ana = {"full_name": "Ana Gil", "document_id": "52419876", "document_type": "CC", "document_strength": strength}
    assert clusters(a=ana, b=ana) == {"a+b"}


def test_father_and_son_of_one_name_and_mobile_stay_two_by_their_documents(clusters: Clusters) -> None:
    father = {"full_name": "Jorge Rey", "mobile": CELL, "document_id": "17123456", **DOCUMENT}
    son = {"full_name": "Jorge Rey", "mobile": CELL, "document_id": "1019123456", **DOCUMENT}
    assert clusters(father=father, son=son) == {"father", "son"}


def test_father_and_son_are_told_apart_by_the_generation_in_the_name(clusters: Clusters) -> None:
    assert clusters(
        father={"full_name": "Jorge Rey Sr", "email": MAILBOX}, son={"full_name": "Jorge Rey Jr", "email": MAILBOX}
    ) == {"father", "son"}


def test_twins_who_share_mobile_and_surnames_are_two(clusters: Clusters) -> None:
    twins = {
        name: {"full_name": f"{name} Gil Mora", "mobile": CELL, "email": MAILBOX} for name in ("Valentina", "Mariana")
    }
    assert clusters(**twins) == {"Valentina", "Mariana"}


def test_documents_of_different_types_do_not_separate(clusters: Clusters) -> None:
    shop = {"full_name": "Ana Gil", "mobile": CELL, "document_id": "52419876", **DOCUMENT}
    abroad = {"full_name": "Ana Gil", "mobile": CELL, "document_id": "AB123456", **DOCUMENT, "document_type": "PA"}
    assert clusters(a=shop, b=abroad) == {"a+b"}


def test_one_document_under_two_peoples_names_is_a_slip_and_merges_nobody(clusters: Clusters) -> None:
    ana = {"full_name": "Ana Gil", "document_id": "52419876", **DOCUMENT}
    assert clusters(a=ana, b={**ana, "full_name": "Pedro Cano"}) == {"a", "b"}


@pytest.mark.parametrize("other", ["Pepe Ramírez", "J. Ramírez", "Pepe R.", "RAMIREZ TORO JOSE", "Jose Ramires"])
def test_a_nickname_an_initial_or_a_slip_on_the_same_mobile_is_the_same_person(clusters: Clusters, other: str) -> None:
    names = {"a": "José Ramírez Toro", "b": other}
    assert clusters(**{key: {"full_name": name, "mobile": CELL} for key, name in names.items()}) == {"a+b"}


def test_a_nickname_alone_or_a_name_and_a_city_alone_merge_nobody(clusters: Clusters) -> None:
    assert clusters(
        a={"full_name": "José Ramírez", "city": "Cali"},
        b={"full_name": "Pepe Ramírez", "city": "Cali"},
        c={"full_name": "José Ramírez", "city": "Cali"},
    ) == {"a", "b", "c"}


def test_a_nameless_newsletter_row_joins_the_only_person_with_its_mailbox(clusters: Clusters) -> None:
    assert clusters(
        crm={"full_name": "Ana Gil", "email": "ana@tienda.example"}, news={"email": "ana@tienda.example"}
    ) == {"crm+news"}


def test_a_nameless_newsletter_row_joins_nobody_where_a_family_shares_the_mailbox(clusters: Clusters) -> None:
    assert clusters(
        ana={"full_name": "Ana Gil", "email": MAILBOX},
        luis={"full_name": "Luis Rey", "email": MAILBOX},
        news={"email": MAILBOX},
    ) == {"ana", "luis", "news"}


def test_a_first_name_alone_that_fits_two_people_joins_neither(clusters: Clusters) -> None:
    assert clusters(
        a={"full_name": "Ana Gil", "email": MAILBOX},
        b={"full_name": "Ana Ruiz", "email": MAILBOX},
        c={"full_name": "Ana", "email": MAILBOX},
    ) == {"a", "b", "c"}


def test_a_landline_is_no_certain_key(clusters: Clusters) -> None:
    home = {"full_name": "Ana Gil", "phone": "+576014567890"}
    assert clusters(a=home, b=home) == {"a", "b"}


def test_a_mobile_counts_in_whatever_column_it_stands(clusters: Clusters) -> None:
    assert clusters(
        a={"full_name": "Ana Gil", "mobile": CELL},
        b={"full_name": "Ana Gil", "whatsapp": CELL},
        c={"full_name": "Ana Gil", "phone": CELL},
    ) == {"a+b+c"}


def test_a_mailbox_is_the_same_with_a_tag_or_dots_where_its_provider_says_so(clusters: Clusters) -> None:
    assert clusters(
        a={"full_name": "Ana Gil", "email": "anagil@gmail.com"},
        b={"full_name": "Ana Gil", "email": "ana.gil+tienda@gmail.com"},
    ) == {"a+b"}


def test_the_id_of_a_files_own_system_joins_within_the_file_only() -> None:
    records = pl.DataFrame(
        {
            "record_id": ["a", "b", "c"],
            "source": ["crm.csv", "crm.csv", "tienda.csv"],
            "source_id": ["7", "7", "7"],
            "full_name": ["Ana Gil"] * 3,
        }
    )
    clusters = dict(match(records).clusters.select("record_id", "cluster").iter_rows())
    assert clusters["a"] == clusters["b"] != clusters["c"]


def test_a_middle_record_does_not_carry_two_documents_into_one_person(clusters: Clusters) -> None:
    """b shares its mailbox with a and its mobile with c; a and c are proven to be two."""
    found = clusters(
        a={"full_name": "Ana Gil", "email": MAILBOX, "document_id": "52419876", **DOCUMENT},
        b={"full_name": "Ana Gil", "email": MAILBOX, "mobile": CELL},
        c={"full_name": "Ana Gil", "mobile": CELL, "document_id": "1019123456", **DOCUMENT},
    )
    assert found == {"a+b", "c"}


def test_a_middle_record_without_a_name_does_not_join_two_names(clusters: Clusters) -> None:
    found = clusters(
        a={"full_name": "Ana Gil", "email": MAILBOX},
        b={"email": MAILBOX, "mobile": CELL},
        c={"full_name": "Luis Rey", "mobile": CELL},
    )
    assert found == {"a+b", "c"}


def test_the_surer_key_wins_when_both_cannot_hold(clusters: Clusters) -> None:
    """b is a's by document and c's by mailbox, but a and c cannot be one person."""
    found = clusters(
        a={"full_name": "Ana Gil Mora", "document_id": "52419876", **DOCUMENT},
        b={"full_name": "Ana", "document_id": "52419876", "email": MAILBOX, **DOCUMENT},
        c={"full_name": "Ana Ruiz Soto", "email": MAILBOX},
    )
    assert found == {"a+b", "c"}


def test_a_company_stands_in_where_there_is_no_persons_name(clusters: Clusters) -> None:
    assert clusters(
        a={"company": "Ferretería El Tornillo", "email": "info@tienda.example"},
        b={"company": "Panadería La Espiga", "email": "info@tienda.example"},
        c={"company": "Ferretería El Tornillo", "email": "info@tienda.example"},
    ) == {"a+c", "b"}


def test_evidence_says_what_joined_and_how_the_names_agree() -> None:
    records = pl.DataFrame(
        {
            "record_id": ["a", "b", "c"],
            "source": ["crm.csv"] * 3,
            "full_name": ["José Ramírez", "Pepe Ramírez", "Luis Rey"],
            "mobile": [CELL, CELL, None],
            "email": ["p@tienda.example", "p@tienda.example", None],
        }
    )
    evidence = dict(match(records).clusters.select("record_id", "evidence").iter_rows())
    assert evidence == {
        "a": ["name_nickname", "same_email", "same_mobile"],
        "b": ["name_nickname", "same_email", "same_mobile"],
        "c": [],
    }


def test_keys_that_nearly_joined_are_told_with_how_many_names() -> None:
    names = ["Ana Gil", "Luis Rey", "Marta Soto", "Pedro Cano", "Julia Vélez", "Andrés Lora"]
    records = pl.DataFrame(
        {
            "record_id": [f"r{n}" for n in range(8)],
            "source": ["crm.csv"] * 8,
            "full_name": [*names, "Ana Gil", "Luis Rey"],
            "mobile": [*[CELL] * 6, None, None],
            "email": [*[None] * 6, MAILBOX, MAILBOX],
        }
    )
    assert match(records).apart.sort("kind").rows() == [
        ("same_email", MAILBOX, 2, 2, False),
        ("same_mobile", CELL, 6, 6, True),
    ]


def test_nothing_to_compare_is_everybody_alone() -> None:
    records = pl.DataFrame({"record_id": ["b", "a"], "source": ["crm.csv"] * 2})
    assert match(records).clusters.rows() == [("a", "a", 1.0, [], "rule"), ("b", "b", 1.0, [], "rule")]


def test_the_order_of_records_does_not_matter() -> None:
    names = ["Ana Gil", "Ana Gil Mora", "A. Gil", "Luis Rey", "Ana Ruiz", None]
    rows = [
        (f"r{n:02}", "crm.csv", names[n % 6], [MAILBOX, None, "o@tienda.example"][n % 3], [CELL, None][n % 2])
        for n in range(24)
    ]
    schema = ["record_id", "source", "full_name", "email", "mobile"]
    first = match(pl.DataFrame(rows, schema=schema, orient="row"))
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        again = match(pl.DataFrame(rows, schema=schema, orient="row"))
        assert again.clusters.equals(first.clusters)
        assert again.apart.equals(first.apart)
