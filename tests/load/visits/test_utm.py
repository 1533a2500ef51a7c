from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.load.visits.utm import TOUCH, landing, path, referrer, tagged


def tags(url: str) -> dict[str, str]:
    return {name: cell for name, cell in landing(pl.Series([url])).row(0, named=True).items() if cell is not None}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://s.example/?utm_source=Facebook&utm_medium=CPC", {"source": "facebook", "medium": "cpc"}),
        ("https://s.example/p?x=1?UTM_SOURCE=ig&UTM_Medium=pauta", {"source": "ig", "medium": "pauta"}),
        ("https://s.example/#utm_source=a&utm_medium=b", {"source": "a", "medium": "b"}),
        ("https://s.example/#/ruta?utm_source=a", {"source": "a"}),
        ("https://s.example/?utm_source=a#arriba", {"source": "a"}),
        ("https://s.example/%3Futm_source%3Dfb%26utm_medium%3Dcpc", {"source": "fb", "medium": "cpc"}),
        ("https://s.example/?utm_source=a&amp;utm_medium=b", {"source": "a", "medium": "b"}),
        ("https://s.example/?utm_source=a;utm_medium=b", {"source": "a", "medium": "b"}),
        ("https://s.example/?utm_source=&utm_source=boletin", {"source": "boletin"}),
        ("https://s.example/?utm_source=uno&utm_source=dos", {"source": "uno"}),
        (
            "/p?utm_source=a&utm_term=velas+de+soya&utm_content=b%2Bc",
            {"source": "a", "term": "velas de soya", "content": "b+c"},
        ),
        ("/?utm_campaign=d%C3%ADa+de+la+madre", {"campaign": "día de la madre"}),
        ("/?utm_campaign=Promoci%F3n", {"campaign": "Promoción"}),
        ("/?utm_campaign=Promoci%C3%83%C2%B3n", {"campaign": "Promoción"}),
        ("/?utm_campaign=Ni%25C3%25B1os", {"campaign": "Niños"}),
        ("/?utm_campaign=100%25+lana", {"campaign": "100% lana"}),
        ("/?utm_campaing=mal+escrito&utm_fuente=volante", {"campaign": "mal escrito", "source": "volante"}),
        ("/?utm_source={{site_source_name}}&utm_campaign={campaignid}", {}),
        ("/?utm_campaign=__CAMPAIGN_NAME__&utm_medium=paid", {"medium": "paid"}),
        ("/?utm_campaign=a%0D%0A%00b%E2%80%AEc", {"campaign": "abc"}),
        ("/?GCLID=AbC-1_x&utm_source=google", {"source": "google", "click_id": "gclid.AbC-1_x"}),
        ("/?fbclid=IwAR0&gclid=9", {"click_id": "gclid.9"}),
        ("/?xgclid=9&not_utm_source=b&myutm_source=c", {}),
        ("/?utm_sourcex=b", {}),
        ("", {}),
    ],
)
def test_tags_of_an_address_are_read_however_they_are_written(url: str, expected: dict[str, str]) -> None:
    assert tags(url) == expected


@pytest.mark.parametrize(
    ("page", "source", "medium"),
    [
        ("https://www.google.com.co/", "google", "organic"),
        ("https://es.search.yahoo.com/x", "yahoo", "organic"),
        ("android-app://com.google.android.googlequicksearchbox/", "google", "organic"),
        ("https://l.instagram.com/?u=https%3A", "instagram", "social"),
        ("https://m.facebook.com/", "facebook", "social"),
        ("https://t.co/abc", "twitter", "social"),
        ("https://web.whatsapp.com/", "whatsapp", "social"),
        ("https://mail.google.com/mail/u/0/", "mail.google.com", "email"),
        ("android-app://com.google.android.gm/", "gmail", "email"),
        ("https://chatgpt.com/", "chatgpt.com", "referral"),
        ("https://blog.example/nota?x=@", "blog.example", "referral"),
        ("HTTP://Someone:secret@Blog.Example:8080/x", "blog.example", "referral"),
        ("https://checkout.wompi.co/p/1", None, None),
        ("https://www.mercadopago.com.mx/checkout", None, None),
        ("https://sis.redsys.es/sis/", None, None),
        ("https://pay.tienda.example/x", None, None),
        ("https://tienda.example/", None, None),
        ("https://notienda.example/", "notienda.example", "referral"),
        ("(direct)", None, None),
        ("localhost", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_the_page_before_stands_for_a_source(page: str | None, source: str | None, medium: str | None) -> None:
    answered = referrer(pl.Series([page], dtype=pl.String), own=["www.Tienda.example"])
    assert answered.row(0) == (source, medium)


def one(**cells: str | None) -> dict[str, str | None]:
    frame = pl.DataFrame({name: pl.Series([cell], dtype=pl.String) for name, cell in cells.items()})
    return tagged(frame).select(TOUCH).row(0, named=True)


def test_what_analytics_says_is_kept_and_only_gaps_are_filled() -> None:
    told = one(page="/?utm_source=otra&gclid=1", source="(direct)", medium="(none)", referrer="https://google.com/")
    assert (told["source"], told["medium"], told["click_id"]) == ("(direct)", "(none)", "gclid.1")


def test_tags_come_before_the_click_id_and_that_before_the_page_before() -> None:
    assert one(page="/?utm_source=a&utm_medium=b&gclid=1", referrer="https://bing.com/")["source"] == "a"
    assert one(page="/?gclid=1", referrer="https://bing.com/")["source"] == "google"
    assert one(page="/", referrer="https://bing.com/")["source"] == "bing"
    assert one(page="/", referrer=None)["source"] is None


def test_a_tag_without_a_source_takes_it_from_the_click_id_or_is_not_set() -> None:
    told = one(page="/?utm_medium=paid&utm_source={{site_source_name}}&fbclid=1")
    assert (told["source"], told["medium"]) == ("facebook", "paid")
    told = one(page="/?utm_campaign=x")
    assert (told["source"], told["medium"], told["campaign"]) == ("(not set)", "(not set)", "x")


def test_a_path_has_neither_host_nor_query_nor_last_slash() -> None:
    pages = ["https://s.example/p/vela/?a=b", "https://s.example", "/p#x", "/", "", None]
    found = pl.DataFrame({"page": pages}).select(path(pl.col("page"))).to_series().to_list()
    assert found == ["/p/vela", "/", "/p", "/", "/", None]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.text(max_size=60), max_size=6))
def test_any_text_is_an_address_without_tags(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"page": texts, "referrer": texts}, schema=dict.fromkeys(["page", "referrer"], pl.String))
    assert tagged(frame, own=["tienda.example"]).height == len(texts)


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_tag_that_a_browser_encodes_is_read_back(campaign: str) -> None:
    from urllib.parse import quote_plus

    url = f"https://s.example/?utm_source=x&utm_campaign={quote_plus(campaign, errors='replace')}"
    assert tags(url)["source"] == "x"
    assert not any(ord(letter) < 32 for letter in tags(url).get("campaign", ""))
