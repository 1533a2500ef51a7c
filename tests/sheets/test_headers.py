from __future__ import annotations

import time
import tomllib
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import UsageError
from custintel.sheets.decisions import _CONDITIONS, _declarations, ambiguous, expectation, places, worth_asking
from custintel.sheets.headers import Matching, match
from custintel.sheets.profiles import known
from custintel.sheets.shapes import shapes
from custintel.tables.headers import declared

UNSEEN = tomllib.loads(Path(__file__).with_name("headers_unseen.toml").read_text("utf-8"))["sheet"]
EXPORTS = tomllib.loads(Path(__file__).with_name("people_exports.toml").read_text("utf-8"))
PEOPLE = {
    "nombre": ["Ana", "Luis", "Rosa", "Iván"],
    "apellido": ["Gómez", "Pérez", "Díaz", "Mora"],
    "correo": ["ana@correo.com", "luis@mail.co", "rosa@mail.co", "ivan@correo.com"],
}


def matched(columns: dict[str, list[str | None]] | dict[str, list[str]], **options: object) -> Matching:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return match(list(columns), frame, **options)  # type: ignore[arg-type]


def fields(columns: dict[str, list[str]]) -> dict[str, str | None]:
    return {found.header: found.field for found in matched(columns).matches if not found.uncertain}


def headed(*headers: str) -> Matching:
    return matched({header: [] for header in headers})


# --- what was written down before


@pytest.mark.parametrize("sheet", UNSEEN, ids=[sheet["name"] for sheet in UNSEEN])
def test_no_header_written_down_beforehand_is_taken_for_what_it_is_not(sheet: dict[str, list[list[str]]]) -> None:
    columns = {header: [value or None for value in values.split("|")] for header, _, values in sheet["columns"]}
    meant = {header: expected for header, expected, _ in sheet["columns"]}
    wrong = {
        found.header: (meant[found.header], found.field)
        for found in matched(columns).matches
        if found.field and not found.uncertain and found.field not in meant[found.header].lstrip("?").split("|")
    }
    assert wrong == {}


WHO = {"First Name": "first_name", "Last Name": "last_name", "Email": "email"}
MEANT = {
    "shopify_customers": {
        **WHO, "Phone": "phone", "City": "city", "Province": "region", "Zip": "postal_code", "Address1": "address",
        "Accepts Email Marketing": "consent_email", "Accepts SMS Marketing": "consent_sms",
        "Total Spent": "total_spent", "Total Orders": "total_orders", "Tags": "tags", "Note": "notes",
    },
    "shopify_customers_new_partial": {
        **WHO, "Default Address City": "city", "Default Address Zip": "postal_code",
        "Default Address Address1": "address",
        "Accepts Email Marketing": "consent_email", "Total Spent": "total_spent", "Total Orders": "total_orders",
    },
    "mailchimp_audience": {
        "Email Address": "email", "First Name": "first_name", "Last Name": "last_name", "OPTIN_TIME": "consent_at",
        "OPTIN_IP": "consent_ip", "CC": "country", "LAST_CHANGED": "updated_at", "NOTES": "notes",
    },
    "mailchimp_unsubscribed": {
        "Email Address": "email", "First Name": "first_name", "Last Name": "last_name", "Phone Number": "phone",
        "OPTIN_TIME": "consent_at", "UNSUB_TIME": "unsubscribed", "TAGS": "tags",
    },
    "hubspot_contacts": {
        **WHO, "Record ID": "source_id", "Phone Number": "phone", "Create Date": "created_at",
        "Country/Region": "country",
    },
    "klaviyo_list": {
        **WHO, "Phone Number": "phone", "City": "city", "State / Region": "region", "Country": "country",
        "Zip Code": "postal_code", "Organization": "company", "Email Marketing Consent": "consent_email",
        "Email Suppressions": "unsubscribed",
    },
    "systeme_io": {
        "Email": "email", "First name": "first_name", "Surname": "last_name", "Phone number": "phone",
        "Country": "country", "Tags": "tags", "Date registered": "created_at",
    },
}  # fmt: skip


@pytest.mark.parametrize("platform", EXPORTS)
def test_exports_of_people_are_understood_by_their_headers_alone(platform: str) -> None:
    found = {one.header: one.field for one in headed(*EXPORTS[platform].split(",")).matches if not one.uncertain}
    assert found.items() >= MEANT[platform].items()


def test_nine_in_ten_headers_written_down_beforehand_are_understood() -> None:
    results: Counter[str] = Counter()
    for sheet in UNSEEN:
        columns = {header: [value or None for value in values.split("|")] for header, _, values in sheet["columns"]}
        for (_, expected, _), found in zip(sheet["columns"], matched(columns).matches, strict=True):
            right = (found.field or "") in expected.lstrip("?").split("|")
            results["asked" if found.uncertain else "right" if right else "missed"] += 1
    assert results["right"] >= 0.9 * results.total()
    assert results["asked"] <= 6


# --- ordinary sheets ask nothing


def test_a_plain_crm_sheet_is_understood_without_questions() -> None:
    found = matched(
        {
            "cluster": ["E1", "E2", "E3"],
            "kind": ["normal", "normal", "twin"],
            "nombre": ["Ana", "Luis Alberto", "Sarah"],
            "apellido": ["Gómez Ruiz", "Pérez", "Smith"],
            "email": ["ana@correo.com", None, "sarah@mail.com"],
            "telefono": ["(304) 1583110", "3161261711", "+1 312 554 4530"],
            "documento": ["34263738", "70.085.447", None],
            "direccion": ["Cra 136 # 52-54", None, "7727 Park Ave"],
            "ciudad": ["Cali", None, "HOUSTON"],
            "pais": ["CO", "CO", "US"],
            "empresa": [None, "Textiles SAS", None],
            "fecha": ["2019-06-22", "2024-12-18", "2021-10-09"],
            "uid": ["0", "1", "2"],
        }
    )
    assert found.entity == "customer"
    assert found.questions == ()
    assert found.fields == {
        "nombre": "first_name",
        "apellido": "last_name",
        "email": "email",
        "telefono": "phone",
        "documento": "document_id",
        "direccion": "address",
        "ciudad": "city",
        "pais": "country",
        "empresa": "company",
        "fecha": "created_at",
        "uid": "source_id",
    }


def test_birth_dates_in_three_columns_and_names_in_four_are_understood() -> None:
    columns = {
        "fname_c1": ["FRANK", "MARTIN", "HEIKE"],
        "fname_c2": [None, "UWE", None],
        "lname_c1": ["MUELLER", "SCHWARZ", "WEBER"],
        "lname_c2": [None, None, "KOCH"],
        "by": ["1967", "1951", "1988"],
        "bm": ["9", "2", "11"],
        "bd": ["27", "17", "3"],
    }
    assert list(matched(columns).fields.values()) == [
        "first_name",
        "middle_name",
        "last_name",
        "last_name_2",
        "birth_year",
        "birth_month",
        "birth_day",
    ]


def test_of_two_columns_with_the_whole_name_the_plainly_named_one_wins() -> None:
    names = ["Ada Byron", "Alan Turing", "Grace Hopper"]
    found = matched(
        {"first_and_surname": names, "full_name": names, "postcode_fake": ["W1T 4JB", "SW1A 1AA", "N1 9GU"]}
    )
    assert found.questions == ()
    assert found.fields == {"full_name": "full_name", "postcode_fake": "postal_code"}


# --- one name, several meanings


@pytest.mark.parametrize(
    ("header", "values", "beside", "field"),
    [
        ("nombre", ["Ana", "Luis", "Rosa"], {"apellidos": ["Gil", "Paz", "Rey"]}, "first_name"),
        ("nombre", ["Ana Gil", "Luis Paz", "Rosa Rey"], {"correo": ["a@x.co", "b@x.co", "c@x.co"]}, "full_name"),
        (
            "nombre",
            ["Faja", "Licuadora", "Reloj"],
            {"sku": ["A1", "A2", "A3"], "precio unitario": ["1", "2", "3"]},
            "product_name",
        ),
        ("estado", ["Jalisco", "Puebla", "Sonora"], PEOPLE, "region"),
        (
            "estado",
            ["Entregado", "En camino", "Devuelto"],
            {"pedido": ["1", "2", "3"], "guia": ["7", "8", "9"]},
            "order_status",
        ),
        ("estado", ["Activo", "Inactivo", "Activo"], PEOPLE, "stage"),
        ("departamento", ["Antioquia", "Cauca", "Meta"], PEOPLE, "region"),
        ("departamento", ["402", "3B", "101"], PEOPLE, "address_2"),
        ("localidad", ["Suba", "Kennedy", "Usaquén"], PEOPLE, "locality"),
        ("localidad", ["Rosario", "Funes", "Roldán"], PEOPLE, "city"),
        ("genero", ["F", "M", "F"], PEOPLE, "gender"),
        ("CC", ["52345678", "79456123", "1020345678"], PEOPLE, "document_id"),
        ("CC", ["CO", "MX", "US"], PEOPLE, "country"),
        ("fecha", ["2023-01-05", "2024-02-06", "2022-03-07"], PEOPLE, "created_at"),
        (
            "fecha",
            ["2023-01-05", "2024-02-06", "2022-03-07"],
            {"pedido": ["1", "2", "3"], "total": ["9", "8", "7"]},
            "order_date",
        ),
        ("contacto", ["a@x.co", "b@x.co", "c@x.co"], {"ciudad": ["Cali", "Cali", "Buga"]}, "email"),
        ("id", ["7", "8", "9"], PEOPLE, "source_id"),
        ("tipo", ["CC", "NIT", "CE"], PEOPLE, "document_type"),
        ("costo", ["7", "8", "9"], {"impresiones": ["1", "2", "3"], "clics": ["1", "2", "3"]}, "spend"),
        ("newsletter", ["Sí", "No", "Sí"], PEOPLE, "consent_email"),
    ],
)
def test_values_and_neighbours_decide_a_name_with_several_meanings(
    header: str, values: list[str], beside: dict[str, list[str]], field: str
) -> None:
    columns = {header: values, **{name: cells[:3] for name, cells in beside.items()}}
    assert fields(columns)[header] == field


def test_a_date_of_birth_is_not_taken_for_a_date_of_registration() -> None:
    columns = {**PEOPLE, "fecha": ["12/03/1985", "01/11/1960", "23/07/1978", "30/12/2001"]}
    assert fields(columns)["fecha"] is None


# --- header against values


def test_a_phone_column_full_of_emails_brings_emails() -> None:
    assert (
        fields({**PEOPLE, "correo": [], "telefono": PEOPLE["correo"]} | {"correo": [None] * 4})["telefono"] == "email"
    )


@pytest.mark.parametrize("header", ["correo", "Email"])
def test_an_email_column_full_of_yes_and_no_is_asked_about(header: str) -> None:
    found = matched({"nombre": PEOPLE["nombre"], "apellido": PEOPLE["apellido"], header: ["Sí", "No", "Sí", "No"]})
    assert [(asked.header, asked.field) for asked in found.questions] == [(header, "consent_email")]
    assert header not in found.fields


def test_an_email_column_full_of_amounts_is_not_used_without_asking() -> None:
    found = matched({"nombre": PEOPLE["nombre"], "email": ["12,5", "8,25", "7,75", "9,5"]})
    assert "email" not in found.fields.values()
    assert [asked.header for asked in found.questions] == ["email"]


def test_an_empty_column_is_what_its_header_says() -> None:
    assert fields({**PEOPLE, "Celular": ["", "", "", ""]})["Celular"] == "mobile"


# --- doubtful headers


def test_a_misspelt_header_over_values_that_fit_is_used() -> None:
    assert fields({**PEOPLE, "correo": ["x"] * 4, "Correo eletronco": PEOPLE["correo"]})["Correo eletronco"] == "email"


def test_a_misspelt_header_over_values_that_leave_a_doubt_is_asked_about() -> None:
    found = matched({"correo": PEOPLE["correo"], "Apelllido": ["Byron", "Turing", "Hopper", "Lovelace"]})
    assert [(asked.header, asked.field, asked.evidence) for asked in found.questions] == [
        ("Apelllido", "last_name", "fuzzy")
    ]


def test_a_nameless_column_of_emails_is_taken_only_when_there_is_no_other() -> None:
    alone = matched({"Columna1": PEOPLE["correo"], "Columna2": ["a", "b", "a", "b"]})
    assert alone.questions == ()
    assert alone.fields == {"Columna1": "email"}
    assert "Columna1" not in matched({**PEOPLE, "Columna1": PEOPLE["correo"]}).fields


def test_a_nameless_column_of_phones_is_asked_about() -> None:
    phones = ["3104567812", "3114567813", "3124567814", "3134567815"]
    alone = matched({"Columna1": phones, "Columna2": ["a", "b", "a", "b"]})
    assert [asked.header for asked in alone.questions] == ["Columna1"]


def test_beside_the_fields_of_a_person_only_fields_of_a_person_are_offered() -> None:
    columns = {"nombre": ["Xyu", "Zqa", "Wer"], "ciudad": ["Cali", "Cali", "Buga"]}
    found = matched({**columns, "celular": ["3104567812", "3114567813", "3124567814"]})
    assert [asked.candidates for asked in found.questions] == [("first_name", "full_name", "company")]


@pytest.mark.parametrize("name", ["Nombre", "name"])
def test_the_names_of_a_list_of_places_are_not_asked_about(name: str) -> None:
    columns = {
        "Código": ["05", "05", "08"],
        name: ["ANTIOQUIA", "ANTIOQUIA", "ATLÁNTICO"],
        "Código (2)": ["05001", "05002", "08001"],
        f"{name} (2)": ["MEDELLÍN", "ABEJORRAL", "BARRANQUILLA"],
        "LATITUD": ["6,2", "5,7", "10,9"],
        "LONGITUD": ["-75,5", "-75,4", "-74,7"],
    }
    found = matched(columns)
    assert found.questions == ()
    assert {at.header: at.field for at in found.matches}[name] is None
    reachable = matched({**columns, "correo": PEOPLE["correo"][:3]})
    assert [asked.header for asked in reachable.questions] == [name]


def test_a_nameless_column_of_whole_names_is_asked_about() -> None:
    found = matched({"Columna1": ["Ana Gómez", "Luis Pérez", "Rosa Díaz"], "Columna2": ["a", "b", "a"]})
    assert [(asked.header, asked.field) for asked in found.questions] == [("Columna1", "full_name")]


def test_names_beside_dates_of_birth_are_asked_about() -> None:
    born = ["12/03/1985", "01/11/1960", "23/07/1978"]
    found = matched({"nombre": ["Xyu", "Zqa", "Wer"], "fecha de nacimiento": born})
    assert [asked.header for asked in found.questions] == ["nombre"]


@pytest.mark.parametrize(
    "header",
    ["Email del asesor", "Correo cónyuge", "Emergency contact email", "Fax", "Email verificado por", "Supplier e-mail"],
)
def test_the_data_of_somebody_else_is_never_taken_for_the_customers(header: str) -> None:
    found = matched({"Nombre completo": ["Ana Gil", "Luis Paz", "Rosa Rey", "Iván Mora"], header: PEOPLE["correo"]})
    assert found.questions == ()
    assert header not in found.fields


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Acepto recibir promociones al correo", "consent_email"),
        ("I agree to the privacy policy", "consent_data"),
        ("Autorizo que me escriban por WhatsApp", "consent_whatsapp"),
        ("Aceita receber SMS com novidade", "consent_sms"),
    ],
)
def test_a_sentence_of_consent_is_the_consent_it_speaks_of(header: str, field: str) -> None:
    assert fields({**PEOPLE, header: ["Sí", "No", "Sí", "No"]})[header] == field


@pytest.mark.parametrize("header", ["No deseo recibir publicidad alguna", "Acepto correos y llamadas"])
def test_a_sentence_of_refusal_or_of_two_consents_is_asked_about(header: str) -> None:
    assert [asked.header for asked in matched({**PEOPLE, header: ["Sí", "No", "Sí", "No"]}).questions] == [header]


# --- several columns of one field


def test_phones_and_emails_may_come_in_several_columns_and_are_numbered() -> None:
    found = headed("Teléfono 2", "Teléfono", "Teléfono 3", "Email", "Email alterno")
    assert {(at.header, at.field, at.index) for at in found.matches} == {
        ("Teléfono", "phone", 1),
        ("Teléfono 2", "phone", 2),
        ("Teléfono 3", "phone", 3),
        ("Email", "email", 1),
        ("Email alterno", "email", 2),
    }


def test_of_two_columns_with_one_field_the_filled_one_is_used_and_the_other_kept() -> None:
    found = matched({**PEOPLE, "Ciudad": ["", "", "", ""], "Ciudad de residencia": ["Cali", "Cali", "Buga", "Tuluá"]})
    assert found.fields["Ciudad de residencia"] == "city"
    assert "Ciudad" not in found.fields
    assert found.questions == ()


def test_an_address_is_taken_whole_from_shipping_or_from_billing() -> None:
    cells = ["Calle 1 # 2-3", "Calle 4 # 5-6"]
    columns = {
        "Billing address": cells,
        "Billing city": ["Cali", "Cali"],
        "Shipping address": ["", ""],
        "Shipping city": ["", "Buga"],
    }
    assert matched(columns).fields == {"Billing address": "address", "Billing city": "city"}
    columns["Shipping address"], columns["Shipping city"] = cells, ["Buga", "Buga"]
    assert matched(columns).fields == {"Shipping address": "address", "Shipping city": "city"}


# --- answers and known exports


def test_an_answer_wins_over_everything() -> None:
    found = matched(PEOPLE, answers={"nombre": "company", "correo": "ignore"})
    assert found.fields == {"nombre": "company", "apellido": "last_name"}
    assert [at.evidence for at in found.matches] == ["answer", "alias", "answer"]


def test_an_answer_about_a_column_that_is_not_there_changes_nothing() -> None:
    assert matched(PEOPLE, answers={"otra": "email"}) == matched(PEOPLE)


def test_an_answer_that_names_no_field_says_which_were_meant() -> None:
    with pytest.raises(UsageError) as caught:
        matched(PEOPLE, answers={"nombre": "frist_name"}, source="crm.xlsx")
    assert "first_name" in caught.value.hint
    assert caught.value.where == "crm.xlsx"


def test_the_orders_of_shopify_are_recognised_and_bring_the_buyer() -> None:
    found = headed(
        "Name", "Email", "Financial Status", "Lineitem name", "Lineitem quantity", "Billing Name", "Billing Phone",
        "Billing City", "Shipping Name", "Shipping Address1", "Shipping City", "Shipping Phone", "Total",
    )  # fmt: skip
    assert (found.profile, found.entity, found.questions) == ("shopify_orders", "order", ())
    brought = found.fields
    assert (brought["Name"], brought["Billing Name"], brought["Shipping City"]) == ("order_id", "full_name", "city")
    assert "Billing City" not in brought
    assert "Shipping Name" not in brought
    assert next(at.index for at in found.matches if at.header == "Billing Phone") == 1


@pytest.mark.parametrize("profile", known(), ids=lambda profile: profile.name)
def test_a_known_export_is_recognised_and_maps_to_declared_fields(profile: object) -> None:
    found = headed(*profile.fields)  # type: ignore[attr-defined]
    headed_like_it = {name for name in (found.profile,) if name}
    assert profile.signature <= set(profile.fields) | profile.signature  # type: ignore[attr-defined]
    assert {field for field in profile.fields.values() if field} <= set(declared())  # type: ignore[attr-defined]
    assert headed_like_it <= {other.name for other in known()}


@pytest.mark.parametrize("entity", ["customer", "order", "campaign", "traffic", "survey"])
def test_what_a_sheet_is_about_is_told_from_its_columns(entity: str) -> None:
    headers = {
        "customer": ("Nombre", "Apellidos", "Email", "Ciudad"),
        "order": ("Pedido", "Fecha", "Correo", "Total", "Cantidad", "Producto"),
        "campaign": ("Campaña", "Impresiones", "Clics", "Importe gastado"),
        "traffic": ("Página", "Sesiones", "Usuarios"),
        "survey": ("Correo", "NPS", "Sugerencias"),
    }
    assert headed(*headers[entity]).entity == entity


def test_a_sheet_of_nothing_known_is_of_unknown_kind() -> None:
    assert headed("foo", "bar").entity == "unknown"
    assert headed().matches == ()


# --- properties and declarations


@settings(max_examples=40, deadline=None)
@given(st.permutations(list(PEOPLE)))
def test_the_order_of_columns_does_not_matter(order: list[str]) -> None:
    assert fields({name: PEOPLE[name] for name in order}) == fields(PEOPLE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), unique=True, max_size=5), st.lists(st.text(max_size=30), min_size=3, max_size=3))
def test_any_header_and_any_value_can_be_read(headers: list[str], values: list[str]) -> None:
    found = matched(dict.fromkeys(headers, values))
    assert [at.header for at in found.matches] == headers


def test_every_decision_speaks_of_declared_fields_shapes_and_conditions() -> None:
    looks = set(shapes(pl.DataFrame({"x": ["a"]}), ["x"])["x"].shares)
    for name, decisions in ambiguous().items():
        for field, *conditions in decisions:
            assert field in declared(), name
            for condition in conditions:
                word, *arguments = condition.split()
                assert word in _CONDITIONS, (name, condition)
                if word in ("looks", "unlike"):
                    assert set(arguments[0].split("|")) <= looks, (name, condition)
                if word in ("beside", "without"):
                    assert set(arguments[0].split("|")) <= set(declared()), (name, condition)
    for field in declared():
        expected = expectation(field)
        assert {*expected.agrees, *expected.against, *expected.sure} <= looks, field
    rules = _declarations()
    named = {*worth_asking(), *places(), *rules["weights"], *rules["fields"], *rules["statements"]["topics"]}
    assert named <= set(declared())


def test_a_sheet_of_twenty_columns_is_matched_in_a_tenth_of_a_second() -> None:
    columns = {f"Dirección de entrega {n}": [f"Calle {i} # {n}-{i % 90}" for i in range(2_000)] for n in range(20)}
    frame = pl.DataFrame(columns)
    match(frame.columns, frame)
    began = time.process_time()
    match(frame.columns, frame)
    assert time.process_time() - began < 0.1
