from __future__ import annotations

import runpy
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability import domains
from custintel.contactability.email_names import FACTS, email_facts
from custintel.contactability.email_syntax import syntax

UPDATE = Path(domains.__file__).parent / "data" / "update.py"


def said(address: str) -> set[str]:
    row = email_facts(pl.Series([address])).row(0, named=True)
    return {name for name in FACTS if row[name]}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ana@gmail.com", {"free"}),
        ("ana@YAHOO.com.mx", {"free"}),
        ("ana@hotmail.es", {"free"}),
        ("ana@uol.com.br", {"free"}),
        ("ana@terra.com.co", {"free"}),
        ("ana@une.net.co", {"isp"}),
        ("ana@etb.net.co", {"isp"}),
        ("ana@prodigy.net.mx", {"isp"}),
        ("ana@vtr.net", {"isp"}),
        ("ana@orange.es", {"isp"}),
        ("ana@unal.edu.co", {"institution"}),
        ("ana@sat.gob.mx", {"institution"}),
        ("ana@mit.edu", {"institution"}),
        ("ana@zapateriaelsol.com.co", set()),
        ("ana@mailinator.com", {"disposable"}),
        ("ana@buzon.mailinator.com", {"disposable"}),
        ("ana@yopmail.com", {"disposable"}),
        ("x7k2@privaterelay.appleid.com", {"relay"}),
        ("x7k2@duck.com", {"relay"}),
        ("x7k2@mozmail.com", {"relay"}),
        ("zapatos@ana.anonaddy.com", {"relay"}),
        ("x7k2@marketplace.amazon.com.mx", {"relay"}),
        ("ana@example.com", {"reserved"}),
        ("ana@tienda.test", {"reserved"}),
        ("ana@correo.tienda.invalid", {"reserved"}),
        ("ana@tienda.con", {"tld_unknown"}),
        ("ana@tienda.xn--jxalpdlp", {"tld_unknown"}),
        ("ana@ñandú.cl", set()),
        ("josé@gmail.com", {"free", "eai_local"}),
        ("pedidos@tienda.co", {"role"}),
        ("Ventas.Bogota@tienda.co", {"role"}),
        ("pqr@tienda.co", {"role"}),
        ("pqrs+web@tienda.co", {"role"}),
        ("no-reply@tienda.co", {"role"}),
        ("notificaciones.judiciales@tienda.co", {"role"}),
        ("mercadeo2@tienda.co", {"role"}),
        ("atencion_al_cliente@tienda.co", {"role"}),
        ("faleconosco@loja.com.br", {"role"}),
        ("ventasperez@tienda.co", set()),
        ("it.gomez@tienda.co", set()),
        ("carteraines@tienda.co", set()),
        ("esto no es un correo", set()),
        ("", set()),
    ],
)
def test_the_names_of_an_address_say_what_it_is(address: str, expected: set[str]) -> None:
    assert said(address) == expected


def test_a_quoted_name_is_told_where_the_profile_allows_it() -> None:
    asked = pl.Series(['"ana perez"@tienda.co'])
    assert email_facts(asked, "smtp").select("syntax", "quoted_local").row(0) == (None, True)
    assert email_facts(asked).select("syntax", "quoted_local").row(0) == ("quoted_local", False)


def test_a_reserved_domain_is_no_fault_of_syntax() -> None:
    assert email_facts(pl.Series(["ana@tienda.test"]))["syntax"].to_list() == [None]


def test_misspelled_providers_are_not_called_disposable_though_lists_of_those_hold_them() -> None:
    assert said("ana@gmial.com") == said("ana@hotmial.com") == set()


def test_the_lists_do_not_contradict_each_other() -> None:
    named = domains.named()
    kinds = ["free", "isp", "relays", "disposable", "reserved"]
    members = [name for kind in kinds for name in named[kind]]
    assert len(members) == len(set(members))
    written = syntax(pl.Series([f"ana@{name}" for name in members if "." in name]))
    assert written["code"].is_null().all()
    assert domains.facts(pl.Series(named["free"]))["free"].all()
    assert domains.facts(pl.Series(named["isp"]))["isp"].all()
    assert len(named["roles"]) == len(set(named["roles"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.emails(), st.text(max_size=12), st.sampled_from(["a@gmail.com", "b@x.con"])), max_size=30))
def test_facts_stand_in_the_order_asked_and_are_never_empty(addresses: list[str]) -> None:
    found = email_facts(pl.Series(addresses, dtype=pl.String))
    assert found["value"].to_list() == addresses
    assert found.select(FACTS).null_count().sum_horizontal().sum() == 0
    kinds = pl.sum_horizontal(pl.col("disposable", "free", "isp", "relay").cast(pl.Int8))
    assert found.select((kinds <= 1).all()).item()


def test_top_level_domains_are_updated_from_what_iana_publishes() -> None:
    update = runpy.run_path(str(UPDATE))["domains"]
    published = (
        "# Version 2026010100, Last Updated\n" + "\n".join(f"X{number}" for number in range(1_000)) + "\nXN--P1AI\n"
    )
    made = update(published)
    assert made.startswith("# Top-level domains")
    assert "Version 2026010100" in made
    assert "\nxn--p1ai\n" in made
    for other in ("<html>" + published, "# Version 1\nCOM\nNET\n", published.replace("X7\n", "X 7\n")):
        with pytest.raises(ValueError, match=r"domains|list"):
            update(other)


def test_the_endings_of_our_countries_are_known() -> None:
    assert {"com", "co", "mx", "ar", "cl", "pe", "ec", "es", "br", "us", "xn--p1ai"} <= set(domains.top_level())
    assert not {"con", "cmo", "local", "test"} & set(domains.top_level())
