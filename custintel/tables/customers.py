"""customers: one row per person."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.headers import PERSON_FIELDS, declared
from custintel.tables.records import TIME, dtype_of
from custintel.tables.vocabulary import Column, Table

_MAIN = (
    Column(
        "customer_id",
        pl.String(),
        N_("Stays the same from run to run while any of the person's records remains."),
        False,
    ),
    Column("first_name", pl.String(), N_("Given names.")),
    Column("last_name", pl.String(), N_("Surnames.")),
    Column("full_name", pl.String(), N_("Given names and surnames, or the company's name.")),
    Column("document_type", pl.String(), N_("Kind of document: CC, NIT, DNI, RFC...")),
    Column("document_id", pl.String(), N_("Number of the document, without separators.")),
    Column("email", pl.String(), N_("Main email address.")),
    Column("phone", pl.String(), N_("Main phone number, with + and country code (E.164).")),
    Column("birth_date", pl.Date(), N_("Date of birth.")),
    Column("gender", pl.String(), N_("f, m or x.")),
    Column("company", pl.String(), N_("Company.")),
    Column("address", pl.String(), N_("Postal address, as written.")),
    Column("city", pl.String(), N_("City or municipality.")),
    Column("region", pl.String(), N_("Department, state or province.")),
    Column("country", pl.String(), N_("Country, ISO 3166 alpha-2.")),
    Column("postal_code", pl.String(), N_("Postal code.")),
    Column("geo_code", pl.String(), N_("Official code of the municipality (DIVIPOLA in Colombia).")),
    Column("first_seen", TIME, N_("Earliest date that any record gives.")),
    Column("last_seen", TIME, N_("Latest date that any record gives.")),
    Column("first_channel", pl.String(), N_("Where the earliest record says the person came from.")),
    Column("sources", pl.List(pl.String), N_("The files that know the person."), False),
    Column("n_records", pl.UInt32(), N_("How many records the person has."), False, unit="records"),
    Column("consent_data", pl.Boolean(), N_("Permission to hold the person's data; empty is unknown.")),
    Column("consent_email", pl.Boolean(), N_("Permission to write by email; one no wins, empty is unknown.")),
    Column("consent_sms", pl.Boolean(), N_("Permission to write by SMS; one no wins, empty is unknown.")),
    Column("consent_whatsapp", pl.Boolean(), N_("Permission to write by WhatsApp; one no wins, empty is unknown.")),
    Column("consent_call", pl.Boolean(), N_("Permission to call; one no wins, empty is unknown.")),
    Column("consent_at", TIME, N_("When the answer that counts was given.")),
    Column("tags", pl.List(pl.String), N_("Tags of all the person's records.")),
    Column("household_id", pl.String(), N_("People who live together share it."), optional=True),
)
_REACH = (
    Column(
        "best_channel",
        pl.String(),
        N_("The channel to use first, of those that reach the person and are permitted: email, whatsapp, sms or call."),
        optional=True,
    ),
    Column(
        "reachable_by", pl.List(pl.String), N_("The channels that reach the person, permitted or not."), optional=True
    ),
    *(
        Column(
            f"may_contact_{channel}",
            pl.String(),
            N_("Whether the person may be contacted: yes, unproven, or no: and why."),
            optional=True,
        )
        for channel in ("email", "sms", "whatsapp", "call")
    ),
)
"""What ``ci contactability`` adds; empty for people who changed since."""

_NOT_DESCRIPTIVE = {
    "source_id",
    "middle_name",
    "last_name_2",
    "document_dv",
    "mobile",
    "whatsapp",
    "landline",
    "created_at",
    "updated_at",
    "last_contact_at",
    "acquisition_source",
    "unsubscribed",
    "consent_ip",
    "birth_year",
    "birth_month",
    "birth_day",
} | {column.name for column in _MAIN}

DESCRIPTIVE_FIELDS: tuple[str, ...] = tuple(name for name in PERSON_FIELDS if name not in _NOT_DESCRIPTIVE)
"""What else a sheet may say about a person (stratum, occupation, interests...): carried to customers as it is."""

CUSTOMERS = Table(
    name="customers",
    label=N_("One row per person."),
    written_by="clean",
    key=("customer_id",),
    columns=(
        *_MAIN,
        *_REACH,
        *(
            Column(name, dtype_of(declared()[name]), N_("The field, normalised."), optional=True)
            for name in DESCRIPTIVE_FIELDS
        ),
    ),
)
