"""Suppression lists and registers: nobody who asked for silence is let through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.hashed_notices import resolved
from custintel.contactability.notices import Notices, register, suppressions
from custintel.contactability.outcomes import gathered, merged_notices
from custintel.errors import CustintelError, UsageError
from custintel.sheets.read import read_file
from custintel.sheets.source import Sheet
from custintel.tables.notices import NOTICES

TODAY = dt.date(2026, 11, 1)
Make = Callable[..., Sheet]


def suppressed(sheet: Sheet) -> Notices:
    return suppressions(sheet, as_of=TODAY, country="CO")


def said(found: Notices) -> list[tuple[object, ...]]:
    return found.notices.select("value", "channel", "why", "since").rows()


def written(folder: Path, text: str, name: str = "lista.csv") -> Sheet:
    (folder / name).write_text(text, encoding="utf-8")
    return read_file(folder / name)[0]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ana@tienda.co\nBeto@Tienda.co\n", ["ana@tienda.co", "beto@tienda.co"]),
        ("3007654937\n3101112233\n", ["+573007654937", "+573101112233"]),
        ("3007654937\n", ["+573007654937"]),
        (
            "correo;celular\nana@tienda.co;3007654937\n;3101112233\n",
            ["ana@tienda.co", "+573007654937", "+573101112233"],
        ),
        ("Número\n300 765 4937\n+57 310 111 2233\n", ["+573007654937", "+573101112233"]),
        ("cedula,numero\n1020304050,3007654937\n1020304051,3101112233\n", ["+573007654937", "+573101112233"]),
    ],
    ids=["emails, no header", "numbers, no header", "one number", "both", "another header", "beside documents"],
)
def test_a_list_needs_no_header(tmp_path: Path, text: str, values: list[str]) -> None:
    found = suppressed(written(tmp_path, text))
    assert said(found) == [(value, None, "suppressed", None) for value in values]
    assert found.notices.schema == NOTICES.schema


def test_reason_day_and_channel_are_read_where_the_list_has_them(sheet: Make) -> None:
    rows = [
        {"telefono": "3007654937", "motivo": "Dado de baja", "fecha": "15/04/2024", "canal": "SMS"},
        {"telefono": "3101112233", "motivo": "spam", "fecha": "13/04/2024", "canal": "llamada"},
        {"telefono": "3209990011", "motivo": "pidió silencio", "fecha": "", "canal": ""},
        {"telefono": "3209990022", "motivo": "suscrito", "fecha": "", "canal": ""},
    ]
    found = suppressed(sheet(rows))
    assert said(found) == [
        ("+573007654937", "sms", "unsubscribed", dt.date(2024, 4, 15)),
        ("+573101112233", "call", "complaint", dt.date(2024, 4, 13)),
        ("+573209990011", None, "suppressed", None),
    ]
    assert found.left_out.select("row", "reason").rows() == [(5, "still_subscribed")]


def test_a_file_without_addresses_is_refused(sheet: Make) -> None:
    with pytest.raises(CustintelError) as refused:
        suppressed(sheet([{"ciudad": "Cali"}], "ciudades.csv"))
    assert refused.value.where == "ciudades.csv"
    assert "ciudad" in refused.value.seen


def test_what_cannot_be_read_is_listed(sheet: Make) -> None:
    found = suppressed(sheet([{"email": "ana@tienda.co"}, {"email": "ana arroba"}, {"email": None}]))
    assert found.notices.height == 1
    assert found.left_out["row"].to_list() == [3, 4]


@pytest.mark.parametrize(
    ("file", "header", "why"),
    [
        ("RNE_2026.csv", "numero", "register_rne"),
        ("descarga.csv", "Registro de Números Excluidos", "register_rne"),
        ("campaña_slr-client-success_20260101.csv", "telefono", "register_robinson"),
        ("lista.csv", "Lista Robinson", "register_robinson"),
    ],
)
def test_a_register_is_known_by_its_file_or_headers(sheet: Make, file: str, header: str, why: str) -> None:
    number = "3007654937" if why == "register_rne" else "612876678"
    found = register(sheet([{header: number}], file), as_of=TODAY)
    assert found.notices["why"].to_list() == [why]


def test_a_register_that_nothing_names_is_asked_about(sheet: Make) -> None:
    table = sheet([{"numero": "3007654937"}], "descarga.csv")
    with pytest.raises(CustintelError) as refused:
        register(table, as_of=TODAY)
    assert "--register rne=descarga.csv" in refused.value.hint
    with pytest.raises(UsageError, match="dncr"):
        register(table, as_of=TODAY, which="dncr")
    assert register(table, as_of=TODAY, which="rne").notices["value"].to_list() == ["+573007654937"]


def test_the_answer_of_lista_robinson_says_who_is_in_it(tmp_path: Path) -> None:
    answer = written(tmp_path, 'c1,612876678,1,"1,2",abc\nc2,612876679,0,,def\nc3,612876680,1,,ghi\n')
    found = register(answer, as_of=TODAY, which="robinson")
    assert found.notices["value"].to_list() == ["+34612876678", "+34612876680"]
    assert found.left_out.select("row", "reason").rows() == [(2, "not_listed")]


def test_a_channel_is_forbidden_unless_its_column_says_that_it_is_allowed(sheet: Make) -> None:
    rows = [
        {"Número": "3007654937", "SMS": "No recibir", "Llamada": "Recibir", "Aplicación": "true"},
        {"Número": "3101112233", "SMS": "Recibir", "Llamada": "Recibir", "Aplicación": "Recibir"},
        {"Número": "3209990011", "SMS": None, "Llamada": "1", "Aplicación": "autorizado"},
    ]
    found = register(sheet(rows, "rne.csv"), as_of=TODAY)
    assert found.notices.select("value", "channel").rows() == [
        ("+573007654937", "sms"),
        ("+573007654937", "whatsapp"),
        ("+573209990011", "sms"),
        ("+573209990011", "call"),
    ]
    assert found.left_out.select("row", "reason").rows() == [(3, "not_listed")]


def test_an_address_in_a_register_of_channels_that_it_does_not_have_is_forbidden(sheet: Make) -> None:
    rows = [{"correo": "ana@tienda.co", "telefono": None, "SMS": "No recibir", "Llamada": "No recibir"}]
    assert said(register(sheet(rows, "rne.csv"), as_of=TODAY)) == [("ana@tienda.co", None, "register_rne", None)]
    rows = [{"correo": "ana@tienda.co", "SMS": "No recibir", "Correo electrónicos": "x", "emails": "Recibir"}]
    assert register(sheet(rows, "rne.csv"), as_of=TODAY).notices.height == 1


def test_importing_twice_changes_nothing_and_the_earliest_day_is_kept(sheet: Make) -> None:
    later = suppressed(sheet([{"email": "ana@tienda.co", "fecha": "2025-05-01"}], "b.csv")).notices
    sooner = suppressed(sheet([{"email": "ana@tienda.co", "fecha": "2024-05-01"}], "a.csv")).notices
    undated = suppressed(sheet([{"email": "ana@tienda.co"}], "c.csv")).notices
    every = merged_notices(merged_notices(undated, later), sooner)
    assert every.select("since", "source").rows() == [(dt.date(2024, 5, 1), "a.csv")]
    for again in (later, sooner, undated):
        assert merged_notices(every, again).equals(every)


# Published with the client of Lista Robinson (adigital-org/slr-client, its tests): channel, value, SHA-256.
ROBINSON = [
    ("call", "phone", "+34345678890", "9a0d14c71b6bb4b50fd4a9efc0536de8c7198f4bebdadcc4e7ee32731fb75c15"),
    ("sms", "phone", "+34345678890", "ea48b0f337aded1ab2d7fb495b075883b91319a0c8c5b88d5be9d28c95663ac4"),
    (
        "email",
        "email",
        "regularmail@listarobinson.net",
        "54c46846985b7ee2b5a1dbc899b0f55dbb711f5a7d84ab3f9f8d37060dad2174",
    ),
]


@pytest.mark.parametrize(("channel", "kind", "value", "digest"), ROBINSON)
def test_a_hash_of_lista_robinson_is_found_among_ones_own(
    sheet: Make, channel: str, kind: str, value: str, digest: str
) -> None:
    notices = register(sheet([{"hash": digest.upper()}], "robinson.csv"), as_of=TODAY).notices
    assert notices.select("kind", "value").rows() == [("hash", digest)]
    points = pl.DataFrame({"kind": [kind, "email"], "value": [value, "otra@tienda.co"]})
    assert resolved(notices, points).select("kind", "value", "channel", "why").rows() == [
        (kind, value, channel, "register_robinson")
    ]


def test_plain_hashes_of_addresses_and_numbers_are_found(tmp_path: Path) -> None:
    from hashlib import md5, sha256

    texts = ["ana@tienda.co", "+573007654937", "573101112233", "3209990011"]
    points = pl.DataFrame(
        {
            "kind": ["email", "phone", "phone", "phone", "phone"],
            "value": ["ana@tienda.co", "+573007654937", "+573101112233", "+573209990011", "+573209990022"],
        }
    )
    for digest in (sha256, md5):
        lines = "\n".join(digest(text.encode()).hexdigest() for text in texts)
        found = suppressed(written(tmp_path, lines)).notices
        assert found.height == len(texts), "the first line is an entry, not a header"
        assert resolved(found, points)["value"].to_list() == points["value"].to_list()[:4]
    assert resolved(NOTICES.empty(), points).is_empty()


notices_rows = st.lists(
    st.tuples(
        st.sampled_from(["email", "phone"]),
        st.sampled_from(["x", "y"]),
        st.sampled_from([None, "email", "sms"]),
        st.sampled_from(["unsubscribed", "register_rne"]),
        st.sampled_from([None, dt.date(2024, 1, 1), dt.date(2025, 1, 1)]),
        st.sampled_from(["a.csv", "b.csv"]),
    ),
    max_size=10,
)


@given(notices_rows, notices_rows, st.randoms())
def test_notices_gather_in_any_order_and_any_number_of_times(
    first: list[tuple[object, ...]], second: list[tuple[object, ...]], random: object
) -> None:
    def frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=NOTICES.schema, orient="row")

    every = gathered(frame(first + second))
    mixed = first + second
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert gathered(frame(mixed)).equals(every)
    assert merged_notices(gathered(frame(first)), gathered(frame(second))).equals(every)
    assert merged_notices(every, frame(second)).equals(every)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(sheet: Make, order: list[int]) -> None:
    rows = [{"email": f"a{n % 4}@tienda.co", "fecha": f"2026-01-{n + 13:02}"} for n in range(6)]
    assert suppressed(sheet([rows[n] for n in order])).notices.equals(suppressed(sheet(rows)).notices)
