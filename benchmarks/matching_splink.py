"""Splink 5 on one set, in a process of its own: ``python matching_splink.py PLAN FOLDER FILE...``.

Settings are those Splink publishes for the same set (its demos ``accuracy_analysis_from_labels_column``, ``febrl3``,
``febrl4`` and ``deduplicate_50k_synthetic``) with the cleaning its demos do; where it publishes none, what its guide
"building your own model" advises: standardised text, no frequent placeholders, eight or more strict blocking rules, its
ready-made comparisons by field, term frequencies where values repeat, and of several such plans the one that did best
for Splink. Clusters at 0.95, as in its quick start.

``clusters.parquet`` has a label per row, ``pairs.parquet`` the scored pairs, ``used.json`` what it took to get there;
writing the pairs is not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

Rule = str | tuple[str, ...]
"""An SQL condition on l and r, or the columns that must agree."""
THRESHOLD = 0.95


@dataclass(frozen=True)
class Plan:
    """What a person who uses Splink decides about a set."""

    table: str
    """SQL from ``rows``, which has every column as text and ``unique_id``, to what is compared."""
    comparisons: Callable[[], list[Any]]
    blocking: list[Rule]
    certain: list[Rule]
    """Rules that find nearly only true pairs, and the share of all true pairs they are guessed to find."""
    recall: float
    training: list[Rule]
    max_pairs: float = 1e6


def tf(comparison: Any) -> Any:
    """With term frequencies: frequent values weigh less."""
    return comparison.configure(term_frequency_adjustments=True)


def clean(column: str) -> str:
    """SQL: small letters without accents, single spaces; nothing when empty."""
    return f"nullif(trim(regexp_replace(lower(strip_accents({column})), '\\s+', ' ', 'g')), '')"


def rare(column: str, most: int = 20) -> str:
    """SQL: nothing where more than ``most`` rows share the value: placeholders, switchboards."""
    return f"case when count(*) over (partition by {column}) <= {most} then {column} end as {column}"


FEBRL = [clean(name) + " as " + name for name in ("given_name", "surname", "address_1", "street_number")]
FEBRL += [f"nullif(trim({name}), '') as {name}" for name in ("postcode", "date_of_birth", "soc_sec_id", "state")]
FEBRL_CERTAIN: list[Rule] = [("soc_sec_id",), ("given_name", "surname", "date_of_birth")]
SWAPPED = "l.{0} = r.{1} and l.{1} = r.{0}"


def febrl(fuzzy: list[int]) -> list[Any]:
    """Febrl's comparisons; ``fuzzy`` are the edit distances of the social security number."""
    dates = {"input_is_string": True, "datetime_format": "%Y%m%d", "invalid_dates_as_null": True}
    postcode = cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]) if len(fuzzy) > 1 else cl.ExactMatch("postcode")
    names = [cl.NameComparison("given_name"), cl.NameComparison("surname")]
    return [
        *([tf(name) for name in names] if len(fuzzy) > 1 else names),
        cl.DateOfBirthComparison("date_of_birth", **dates),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", fuzzy),
        tf(cl.ExactMatch("street_number")),
        tf(postcode),
    ]


def people(given: str, family: str) -> list[Any]:
    """Comparisons of given and family name, each alone."""
    return [tf(cl.NameComparison(given)), tf(cl.NameComparison(family))]


CONTACT = """
    select unique_id, nombre, apellido, direccion, ciudad,
    {email}, {telefono}, {documento} from (select unique_id, {names},
    case when email like '%@%' then lower(trim(email)) end as email,
    nullif(right(regexp_replace(regexp_replace(telefono, '\\.0$|ext.*$', ''), '\\D', '', 'g'), 9), '') as telefono,
    nullif(regexp_replace(upper(documento), '[^0-9A-Z]', '', 'g'), '') as documento from {source})"""


def contact(source: str) -> str:
    """The table of a CRM with Spanish headers."""
    names = ", ".join(f"{clean(name)} as {name}" for name in ("nombre", "apellido", "direccion", "ciudad"))
    shared = {name: rare(name) for name in ("email", "telefono", "documento")}
    return CONTACT.format(names=names, source=source, **shared)


def crm() -> list[Any]:
    """Comparisons of a CRM: names together, mailbox, phone, document, address, city."""
    return [
        *people("nombre", "apellido"),
        cl.EmailComparison("email"),
        *(tf(cl.ExactMatch(column)) for column in ("telefono", "documento", "direccion", "ciudad")),
    ]


CRM_BLOCKING: list[Rule] = [
    ("email",),
    ("telefono",),
    ("documento",),
    ("direccion", "substr(nombre, 1, 1)"),
    ("direccion", "substr(apellido, 1, 3)"),
    ("nombre", "apellido", "ciudad"),
    ("substr(nombre, 1, 3)", "apellido", "substr(email, 1, 4)"),
    ("nombre", "substr(apellido, 1, 4)", "ciudad"),
    SWAPPED.format("nombre", "apellido") + " and l.ciudad = r.ciudad",
]


PLANS = {
    "fake": Plan(
        "select unique_id, first_name, surname, try_cast(dob as date) as dob, city, email from rows",
        lambda: [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=False),
            tf(cl.ExactMatch("city")),
            cl.EmailComparison("email"),
        ],
        [("first_name",), ("surname",), ("dob",), ("email",)],
        [
            "l.first_name = r.first_name and levenshtein(r.dob::varchar, l.dob::varchar) <= 1",
            "l.surname = r.surname and levenshtein(r.dob::varchar, l.dob::varchar) <= 1",
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            "l.email = r.email",
        ],
        0.7,
        [("dob",), ("email",), ("first_name", "surname")],
    ),
    "febrl3": Plan(
        f"select unique_id, {', '.join(FEBRL)} from rows",
        lambda: febrl([2]),
        [("soc_sec_id",), ("given_name",), ("surname",), ("date_of_birth",), ("postcode",)],
        [*FEBRL_CERTAIN, SWAPPED.format("given_name", "surname") + " and l.date_of_birth = r.date_of_birth"],
        0.9,
        [("date_of_birth",), ("postcode",)],
    ),
    "febrl4": Plan(
        f"select unique_id, {', '.join(FEBRL)} from rows",
        lambda: febrl([1, 2]),
        [
            ("given_name", "surname"),
            SWAPPED.format("given_name", "surname"),
            ("date_of_birth",),
            ("soc_sec_id",),
            ("state", "address_1"),
            ("street_number", "address_1"),
            ("postcode",),
        ],
        FEBRL_CERTAIN,
        0.8,
        [("date_of_birth",), ("postcode",)],
    ),
    "rldata": Plan(
        "select unique_id, fname_c1, lname_c1, try_cast(printf('%s-%s-%s', \"by\", bm, bd) as date) as dob from rows",
        lambda: [*people("fname_c1", "lname_c1"), cl.DateOfBirthComparison("dob", input_is_string=False)],
        [("fname_c1", "lname_c1"), ("lname_c1", "year(dob)"), ("fname_c1", "year(dob)"), ("dob",)],
        [("fname_c1", "lname_c1", "dob"), ("lname_c1", "dob"), ("fname_c1", "dob")],
        0.8,
        [("dob",), ("fname_c1", "lname_c1")],
    ),
    "history": Plan(
        "select unique_id, first_name, surname, first_name || ' ' || surname as whole, "
        "dob, birth_place, postcode_fake, occupation from rows",
        lambda: [
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="whole"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            tf(cl.ExactMatch("birth_place")),
            tf(cl.ExactMatch("occupation")),
        ],
        [
            ("substr(first_name, 1, 3)", "substr(surname, 1, 4)"),
            ("surname", "dob"),
            ("first_name", "dob"),
            ("postcode_fake", "first_name"),
            ("postcode_fake", "surname"),
            ("dob", "birth_place"),
            ("substr(postcode_fake, 1, 3)", "dob"),
            ("substr(postcode_fake, 1, 3)", "first_name"),
            ("substr(postcode_fake, 1, 3)", "surname"),
            ("substr(first_name, 1, 2)", "substr(surname, 1, 2)", "substr(dob, 1, 4)"),
        ],
        [
            ("first_name", "surname", "dob"),
            ("substr(first_name, 1, 2)", "surname", "substr(postcode_fake, 1, 2)"),
            ("dob", "postcode_fake"),
        ],
        0.6,
        [("first_name", "surname"), ("dob",)],
        1e7,
    ),
    "crm": Plan(
        contact("rows"),
        crm,
        CRM_BLOCKING,
        [("email", "nombre"), ("documento",), ("telefono", "apellido"), ("nombre", "apellido", "direccion")],
        0.7,
        [("email",), ("nombre", "apellido")],
        1e7,
    ),
}


def english() -> Plan:
    """The British sheet, under short names."""
    columns = {"First Name": "given", "Surname": "family", "Address Line 1": "street", "Town": "town"}
    names = ", ".join(f"{clean(chr(34) + old + chr(34))} as {new}" for old, new in columns.items())
    phone = "nullif(right(regexp_replace(\"{}\", '\\D', '', 'g'), 9), '') as {}"
    table = (
        f"select * exclude (email, landline), {rare('email')}, {rare('landline')} from (select unique_id, {names}, "
        'lower("Email Address") as email, '
        f"{phone.format('Mobile', 'mobile')}, {phone.format('Home Phone', 'landline')}, "
        "try_strptime(\"Date of Birth\", '%d/%m/%Y')::date as dob, "
        "upper(replace(Postcode, ' ', '')) as postcode from rows)"
    )
    return Plan(
        table,
        lambda: [
            *people("given", "family"),
            *(tf(cl.ExactMatch(column)) for column in ("email", "mobile", "landline", "street", "postcode")),
            cl.DateOfBirthComparison("dob", input_is_string=False),
        ],
        [
            ("email",), ("mobile",), ("landline",), ("dob", "family"), ("dob", "given"), ("postcode", "given"),
            ("postcode", "family"), ("street", "given"), ("given", "family"), ("dob", "postcode"),
        ],
        [("email", "given"), ("mobile",), ("given", "family", "dob"), ("given", "family", "postcode")],
        0.7,
        [("email",), ("given", "family"), ("dob",)],
        1e7,
    )  # fmt: skip


def rule(asked: Rule) -> Any:
    """A rule as Splink wants it."""
    return asked if isinstance(asked, str) else block_on(*asked)


def run(plan: Plan, folder: Path, files: list[str]) -> None:
    """Read, train, predict, cluster, write."""
    database = DuckDBAPI()
    connection = database._con if hasattr(database, "_con") else database.duckdb_con
    source = f"read_csv({files!r}, all_varchar = true, union_by_name = true, header = true)"
    connection.execute(f"create table rows as select row_number() over () - 1 as unique_id, * from {source}")
    connection.execute(f"create table people as {plan.table}")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=plan.comparisons(),
        blocking_rules_to_generate_predictions=[rule(asked) for asked in plan.blocking],
    )
    linker = Linker(database.register(connection.table("people")), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([rule(asked) for asked in plan.certain], recall=plan.recall)
    training.estimate_u_using_random_sampling(max_pairs=plan.max_pairs, seed=1)
    for asked in plan.training:
        training.estimate_parameters_using_expectation_maximisation(rule(asked), estimate_without_term_frequencies=True)
    pairs = linker.inference.predict(threshold_match_weight=-10)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=THRESHOLD)
    labels = clusters.as_duckdbpyrelation().project("unique_id, cluster_id").order("unique_id")
    labels.write_parquet(str(folder / "clusters.parquet"))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    (folder / "used.json").write_text(json.dumps([cpu, time.perf_counter() - STARTED, used.ru_maxrss / 1024]))
    scored = pairs.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight")
    scored.write_parquet(str(folder / "pairs.parquet"))


if __name__ == "__main__":
    STARTED = time.perf_counter()
    name = sys.argv[1]
    run(english() if name == "english" else PLANS[name], Path(sys.argv[2]), sys.argv[3:])
