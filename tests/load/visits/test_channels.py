from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.load.visits.channels import CHANNELS, channels, google_sites

# source | medium | campaign | click id | channel_ga4 | channel; "·" is an empty cell, "=" repeats channel_ga4
TABLE = """
·                     | ·               | ·                     | ·        | Direct           | =
(direct)              | (none)          | ·                     | ·        | Direct           | =
(direct)              | (not set)       | ·                     | ·        | Direct           | =
(direct)              | (none)          | (direct)              | ·        | Direct           | =
(not set)             | (not set)       | ·                     | ·        | Unassigned       | =
(direct)              | cpc             | ·                     | ·        | Paid Other       | =
google                | cpc             | ·                     | ·        | Paid Search      | =
Google                | Cpc             | Marca                 | ·        | Paid Search      | =
google.com            | ppc             | ·                     | ·        | Paid Search      | =
bing                  | paidsearch      | ·                     | ·        | Paid Search      | =
bing                  | cpc             | spreadshop            | ·        | Paid Search      | =
bing                  | cpc             | workshop 2026         | ·        | Paid Search      | =
bing                  | cpc             | eshop                 | ·        | Paid Shopping    | =
bing                  | cpc             | tienda-shop           | ·        | Paid Shopping    | =
google                | cpc             | Shopping Colombia     | ·        | Paid Shopping    | =
google                | organic         | shopping              | ·        | Organic Shopping | =
facebook              | organic         | photoshop             | ·        | Organic Social   | =
google                | cpc             | PMax cross-network    | ·        | Cross-network    | =
newsletter            | email           | CROSS-NETWORK         | ·        | Cross-network    | =
google                | cross-network   | ·                     | ·        | Organic Search   | =
amazon                | cpc             | ·                     | ·        | Paid Shopping    | =
mercadolibre.com      | cpc             | ·                     | ·        | Paid Shopping    | =
mercadolibre.com.co   | cpc             | ·                     | ·        | Paid Other       | Paid Shopping
mercadolibre          | referral        | ·                     | ·        | Organic Shopping | =
falabella.com.co      | referral        | ·                     | ·        | Referral         | Organic Shopping
facebook              | cpc             | ·                     | ·        | Paid Social      | =
facebook              | cpm             | ·                     | ·        | Paid Social      | =
facebook              | paid            | ·                     | ·        | Paid Social      | =
facebook              | paid_social     | ·                     | ·        | Paid Social      | =
facebook              | retargeting     | ·                     | ·        | Paid Social      | =
facebook              | remarketing     | ·                     | ·        | Organic Social   | Paid Social
facebook              | display         | ·                     | ·        | Display          | =
fb                    | paid            | ·                     | ·        | Paid Social      | =
ig                    | pauta           | ·                     | ·        | Organic Social   | Paid Social
instagram             | Anuncio         | ·                     | ·        | Organic Social   | Paid Social
instagram             | social          | ·                     | ·        | Organic Social   | =
l.instagram.com       | referral        | ·                     | ·        | Organic Social   | =
l.facebook.com        | referral        | ·                     | ·        | Organic Social   | =
es.pinterest.com      | referral        | ·                     | ·        | Referral         | Organic Social
meta                  | paid_social     | ·                     | ·        | Paid Other       | Paid Social
facebook_ads          | cpc             | ·                     | ·        | Paid Other       | Paid Social
fb_prospecting        | paid_social     | ·                     | ·        | Paid Other       | Paid Social
google_ads            | cpc             | ·                     | ·        | Paid Other       | Paid Search
x.com                 | referral        | ·                     | ·        | Referral         | Organic Social
threads.net           | referral        | ·                     | ·        | Referral         | Organic Social
·                     | social          | ·                     | ·        | Organic Social   | =
blog                  | sm              | ·                     | ·        | Organic Social   | =
blog                  | social media    | ·                     | ·        | Organic Social   | =
instagram             | rrss            | ·                     | ·        | Organic Social   | =
marca                 | redes sociales  | ·                     | ·        | Unassigned       | Organic Social
linktr.ee             | referral        | ·                     | ·        | Referral         | Organic Social
youtube               | cpv             | ·                     | ·        | Paid Video       | =
youtube               | cpc             | ·                     | ·        | Paid Video       | =
youtube.com           | referral        | ·                     | ·        | Organic Video    | =
vecina                | video           | ·                     | ·        | Organic Video    | =
programmatic          | display         | ·                     | ·        | Display          | =
programmatic          | cpm             | ·                     | ·        | Display          | =
programmatic          | banner          | ·                     | ·        | Display          | =
taboola               | cpc             | ·                     | ·        | Paid Other       | =
taboola               | paid-native     | ·                     | ·        | Paid Other       | =
elpais                | publicidad      | ·                     | ·        | Unassigned       | Paid Other
elpais                | scpx            | ·                     | ·        | Paid Other       | =
duckduckgo            | organic         | ·                     | ·        | Organic Search   | =
google.com.co         | referral        | ·                     | ·        | Referral         | Organic Search
otro                  | organic         | ·                     | ·        | Organic Search   | =
otro                  | orgánico        | ·                     | ·        | Unassigned       | Organic Search
mail.google.com       | referral        | ·                     | ·        | Organic Search   | Email
blog.example          | referral        | ·                     | ·        | Referral         | =
blog.example          | app             | ·                     | ·        | Referral         | =
blog.example          | link            | ·                     | ·        | Referral         | =
mi-tienda             | referral        | ·                     | ·        | Referral         | =
mailchimp             | email           | ·                     | ·        | Email            | =
mailchimp             | e-mail          | ·                     | ·        | Email            | =
mailchimp             | e_mail          | ·                     | ·        | Email            | =
mailchimp             | E Mail          | ·                     | ·        | Email            | =
email                 | ·               | ·                     | ·        | Email            | =
boletin               | correo          | ·                     | ·        | Unassigned       | Email
Boletín               | ·               | ·                     | ·        | Unassigned       | Email
marca                 | newsletter      | ·                     | ·        | Unassigned       | Email
marca                 | correo_masivo   | ·                     | ·        | Unassigned       | Email
marca                 | correo directo  | ·                     | ·        | Unassigned       | Offline
aliado                | affiliate       | ·                     | ·        | Affiliates       | =
aliado                | afiliados       | ·                     | ·        | Unassigned       | Affiliates
spotify               | audio           | ·                     | ·        | Audio            | =
marca                 | sms             | ·                     | ·        | SMS              | =
sms                   | ·               | ·                     | ·        | SMS              | =
marca                 | mensaje de texto| ·                     | ·        | Unassigned       | SMS
onesignal             | web-push        | ·                     | ·        | Mobile Push Notifications | =
onesignal             | notification    | ·                     | ·        | Mobile Push Notifications | =
firebase              | ·               | ·                     | ·        | Mobile Push Notifications | =
chatgpt.com           | referral        | ·                     | ·        | Referral         | AI Assistants
perplexity            | ·               | ·                     | ·        | Unassigned       | AI Assistants
copilot.microsoft.com | referral        | ·                     | ·        | Referral         | AI Assistants
gemini.google.com     | referral        | ·                     | ·        | Referral         | AI Assistants
whatsapp              | mensaje         | ·                     | ·        | Organic Social   | WhatsApp
marca                 | whatsapp        | ·                     | ·        | Unassigned       | WhatsApp
wa.me                 | referral        | ·                     | ·        | Referral         | WhatsApp
whatsapp              | cpc             | ·                     | ·        | Paid Social      | =
volante               | qr              | ·                     | ·        | Unassigned       | Offline
volante_laureles      | ·               | ·                     | ·        | Unassigned       | Offline
marca                 | Radio           | ·                     | ·        | Unassigned       | Offline
feria del hogar       | evento          | ·                     | ·        | Unassigned       | Offline
tienda                | ·               | ·                     | ·        | Unassigned       | Offline
instagram             | tienda          | ·                     | ·        | Organic Social   | =
volante               | email           | ·                     | ·        | Email            | =
radio.example         | referral        | ·                     | ·        | Referral         | =
(direct)              | (none)          | ·                     | gclid.1  | Direct           | Paid Search
google                | organic         | ·                     | wbraid.1 | Organic Search   | Paid Search
·                     | ·               | ·                     | GBRAID.1 | Direct           | Paid Search
·                     | ·               | ·                     | msclkid.1| Direct           | Paid Search
·                     | ·               | ·                     | ttclid.1 | Direct           | Paid Social
facebook              | cpc             | ·                     | fbclid.1 | Paid Social      | =
·                     | pauta           | ·                     | fbclid.1 | Unassigned       | Paid Social
blog.example          | cpc             | ·                     | fbclid.1 | Paid Other       | Paid Social
·                     | ·               | ·                     | fbclid.1 | Direct           | Organic Social
boletin               | email           | ·                     | fbclid.1 | Email            | =
·                     | ·               | ·                     | srsltid.1| Direct           | Organic Shopping
marca                 | sms             | ·                     | _kx.1    | SMS              | =
·                     | ·               | ·                     | mc_eid.1 | Direct           | Email
·                     | ·               | ·                     | nuevo.1  | Direct           | =
stripe.com            | referral        | ·                     | ·        | Organic Shopping | =
"""
NAMES = ["source", "medium", "campaign", "click_id", "channel_ga4", "channel"]


def rows() -> pl.DataFrame:
    cells = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    filled = [
        [None if cell == "·" else cell for cell in row[:5]] + [row[4] if row[5] == "=" else row[5]] for row in cells
    ]
    return pl.DataFrame(filled, schema=dict.fromkeys(NAMES, pl.String), orient="row")


@pytest.mark.parametrize("row", rows().to_dicts(), ids=lambda row: "/".join(map(str, list(row.values())[:4])))
def test_each_source_medium_and_campaign_has_its_channels(row: dict[str, str | None]) -> None:
    asked = pl.DataFrame([row], schema=dict.fromkeys(NAMES, pl.String)).select(NAMES[:4])
    assert channels(asked).select("channel_ga4", "channel").row(0) == (row["channel_ga4"], row["channel"])


def test_rows_keep_their_order_and_other_columns() -> None:
    table = rows().with_row_index()
    answered = channels(table.drop("channel_ga4", "channel"))
    assert answered.columns == ["index", *NAMES]
    assert answered.equals(table)


def test_tags_may_be_categories_and_the_click_id_unknown() -> None:
    asked = pl.DataFrame({"source": ["google"], "medium": ["cpc"], "campaign": ["x"]}).cast(pl.Categorical)
    answered = channels(asked)
    assert answered["channel_ga4"].to_list() == ["Paid Search"]
    assert answered["source"].dtype == pl.Categorical


def test_no_rows_give_no_rows() -> None:
    assert channels(rows().clear()).columns == NAMES


def test_googles_lists_know_each_category() -> None:
    sites = google_sites()
    assert {sites[name] for name in ("google", "facebook.com", "youtube", "etsy.com")} == {
        "search",
        "social",
        "video",
        "shopping",
    }
    assert sites["google shopping"] == "shopping"
    assert all(name == name.lower() for name in sites)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.text(max_size=30)] * 4), max_size=8))
def test_any_text_has_a_channel_of_the_list(cells: list[tuple[str | None, ...]]) -> None:
    asked = pl.DataFrame(cells, schema=dict.fromkeys(NAMES[:4], pl.String), orient="row")
    answered = channels(asked)
    assert answered.height == asked.height
    assert set(answered["channel"]) | set(answered["channel_ga4"]) <= set(CHANNELS)
