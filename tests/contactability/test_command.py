"""``ci contactability`` on a real project, as typed, with a real DNS server on loopback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel.tables import CUSTOMERS

sys.path.append(str(Path(__file__).parent / "dns"))
from server import DnsServer, Habits

SHEET = """\
Nombre;Correo;Celular;Ciudad;Acepta correo;Acepta whatsapp;Total comprado;Fecha registro
Ana Gil Soto;ana@viva.com.co;312 456 7801;Cali;si;si;500000;2026-05-04
Luis Rey Paz;luis@muerta.com.co;320 884 1937;Bogotá;si;;300000;2026-05-04
Eva Sol Mora;eva@gmial.com;;Pasto;si;;900000;2026-06-01
Tea Uz Roa;tea@callada.com.co;;Pasto;no;;0;2026-06-01
Iris Paz Gil;iris@viva.com.co;;Cali;;;100;2026-06-01
"""
MAIL = {("com", "NS"): ["ns.com."], ("gmail.com", "MX"): ["5 mx.viva.com.co."]}
ZONE = {
    **MAIL,
    ("viva.com.co", "MX"): ["10 mx.viva.com.co."],
    ("mx.viva.com.co", "A"): ["8.8.4.4"],
}
Ci = Callable[..., Any]


@pytest.fixture(autouse=True)
def wide(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: Ci) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "crm.csv").write_text(SHEET, encoding="utf-8")
    ci("clean", "crm.csv", "--country", "CO", "--quiet")
    return folder


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with DnsServer(ZONE, Habits(drop={"callada.com.co"})) as server:
        yield server


def at(server: DnsServer) -> list[str]:
    host, port = server.address
    return ["--dns", f"{host}:{port}"]


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(Path("tables") / f"{name}.parquet")


def verdicts() -> dict[str, str]:
    return dict(table("contactability").select("value", pl.format("{}:{}", "status", "reason")).iter_rows())


def person(name: str) -> dict[str, Any]:
    return CUSTOMERS.fill(table("customers")).filter(pl.col("first_name") == name).row(0, named=True)


def test_every_address_has_a_verdict_and_every_person_the_channels_that_reach_and_are_permitted(
    shop: Path, ci: Ci, dns: DnsServer
) -> None:
    out = ci("contactability", *at(dns))
    assert "4 of 5 people can be reached" in out
    assert verdicts() == {
        "ana@viva.com.co": "deliverable:mx_ok",
        "luis@muerta.com.co": "undeliverable:nxdomain",
        "eva@gmial.com": "undeliverable:nxdomain",
        "tea@callada.com.co": "unknown:dns_timeout",
        "iris@viva.com.co": "deliverable:mx_ok",
        "+573124567801": "deliverable:valid_mobile",
        "+573208841937": "deliverable:valid_mobile",
    }
    ana, luis, tea = person("Ana"), person("Luis"), person("Tea")
    assert (ana["best_channel"], ana["reachable_by"]) == ("email", ["email", "whatsapp", "sms", "call"])
    assert (luis["best_channel"], luis["reachable_by"]) == (None, ["whatsapp", "sms", "call"])
    assert (tea["may_contact_email"], tea["best_channel"]) == ("no:no_consent", None)
    assert person("Iris")["may_contact_email"] == "unproven"
    statuses = table("contact_points").select("value", "status").rows()
    assert dict(statuses)["luis@muerta.com.co"] == "undeliverable"
    assert "eva@gmial.com → eva@gmail.com" in out
    assert "Ley 2300 de 2023" in out
    assert "(America/Bogota)" in out
    assert "have bought 1.2M of 1.7M so far (71%)" in " ".join(out.split())


def test_a_second_run_asks_nobody_again_and_writes_nothing_new(shop: Path, ci: Ci, dns: DnsServer) -> None:
    ci("contactability", *at(dns), "--quiet")
    before, asked = table("contactability"), len(dns.asked)
    ci("contactability", *at(dns), "--quiet")
    assert len(dns.asked) == asked
    assert table("contactability").drop("checked_at").equals(before.drop("checked_at"))
    ci("contactability", *at(dns), "--max-age", "0", "--quiet")
    assert "viva.com.co" in {name for _at, name, _kind in dns.asked[asked:]}


def test_offline_asks_nobody_and_goes_by_what_was_answered_before(shop: Path, ci: Ci, dns: DnsServer) -> None:
    ci("contactability", "--offline", "--quiet")
    assert verdicts()["luis@muerta.com.co"] == "unknown:not_checked"
    assert verdicts()["eva@gmial.com"] == "risky:typo_suspected"
    assert not dns.asked
    assert "nothing can be foretold" in " ".join(ci("contactability", "--offline").split())
    ci("contactability", *at(dns), "--quiet")
    ci("contactability", "--offline", "--quiet")
    assert verdicts()["luis@muerta.com.co"] == "undeliverable:nxdomain"


@pytest.mark.parametrize(
    ("habits", "said"), [(Habits(dead=True), "does not answer"), (Habits(hijack="8.8.8.8"), "makes up")]
)
def test_a_resolver_that_is_dead_or_lies_ends_the_run_and_nothing_is_written(
    shop: Path, ci: Ci, habits: Habits, said: str
) -> None:
    with DnsServer(ZONE, habits) as server:
        error = ci("contactability", *at(server), code=1)
    assert said in error
    assert "--offline" in error
    assert not Path("tables/contactability.parquet").exists()


def test_what_senders_report_and_lists_forbid_is_kept_for_ever(shop: Path, ci: Ci, dns: DnsServer) -> None:
    Path("bounces.csv").write_text("email,status,date\nana@viva.com.co,hard bounce,2026-10-01\n", encoding="utf-8")
    Path("bajas.csv").write_text("iris@viva.com.co\n", encoding="utf-8")
    Path("excluidos.csv").write_text("numero\n3124567801\n", encoding="utf-8")
    files = ["--feedback", "bounces.csv", "--suppress", "bajas.csv", "--register", "rne=excluidos.csv"]
    out = ci("contactability", *at(dns), *files)
    assert "bounces.csv" in out
    for _run in range(2):
        assert verdicts()["ana@viva.com.co"] == "undeliverable:hard_bounce"
        assert person("Iris")["may_contact_email"] == "no:suppressed"
        ana = person("Ana")
        assert (ana["may_contact_whatsapp"], ana["best_channel"]) == ("no:register_rne", None)
        assert (table("feedback").height, table("notices").height) == (1, 2)
        ci("contactability", "--offline", *files, "--quiet")


def test_a_name_may_hold_an_equals_sign_and_a_code_may_stand_before_it(shop: Path, ci: Ci) -> None:
    Path("a=b.csv").write_text("email\niris@viva.com.co\n", encoding="utf-8")
    Path("c=d.csv").write_text("email\nluis@muerta.com.co\n", encoding="utf-8")
    Path("bounces.csv").write_text("email,status\nana@viva.com.co,hard bounce\n", encoding="utf-8")
    out = ci(
        *("contactability", "--offline", "--suppress", "a=b.csv", "--register", "robinson=c=d.csv"),
        *("--feedback", "plain=bounces.csv"),
    )
    assert "People not to contact" in out
    assert "Emails or numbers, each with what happened" in " ".join(out.split())
    assert person("Iris")["may_contact_email"] == "no:suppressed"
    assert person("Luis")["may_contact_email"] == "no:register_robinson"
    assert verdicts()["ana@viva.com.co"] == "undeliverable:hard_bounce"


def test_everything_fits_a_narrow_terminal_in_spanish(
    shop: Path, ci: Ci, dns: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = ci("--lang", "es", "contactability", *at(dns), "--by", "segment,city")
    assert "Canal     Llega a  Permiso  Sin prueba  Prohibido" in out
    assert "WhatsApp  " in out
    assert "Todavía no se sabe de nadie." in out
    assert all(len(line) <= 80 and "…" not in line for line in out.splitlines())


def test_a_new_cleaning_keeps_what_was_found_of_people_it_does_not_touch(shop: Path, ci: Ci, dns: DnsServer) -> None:
    ci("contactability", *at(dns), "--quiet")
    Path("mas.csv").write_text(
        "Nombre;Correo;Acepta correo\nAna Gil Soto;ana@viva.com.co;no\nNico Ruiz;nico@viva.com.co;si\n",
        encoding="utf-8",
    )
    ci("clean", "mas.csv", "--quiet")
    assert person("Luis")["reachable_by"] == ["whatsapp", "sms", "call"]
    assert person("Ana")["best_channel"] is None
    assert ["ci", "contactability"] in [line.split() for line in json.loads(ci("status", "--json"))["next"]]
    ci("contactability", *at(dns), "--quiet")
    assert person("Ana")["may_contact_email"] == "no:no_consent"
    assert person("Nico")["best_channel"] == "email"


def test_a_condition_that_holds_ends_with_exit_code_3_and_the_work_is_done(shop: Path, ci: Ci, dns: DnsServer) -> None:
    error = ci("contactability", *at(dns), "--fail-on", "undeliverable>20%", "--quiet", code=3)
    assert "undeliverable>20% (undeliverable = 0.2857)" in error
    assert Path("tables/contactability.parquet").exists()
    ci("contactability", "--offline", "--fail-on", "undeliverable>90%", "--quiet")


def test_programs_get_stable_codes_and_colleagues_a_workbook_in_their_words(shop: Path, ci: Ci, dns: DnsServer) -> None:
    told = json.loads(ci("--lang", "es", "contactability", *at(dns), "--json", "--by", "city", "--xlsx", "c.xlsx"))
    assert (told["people"], told["reachable"], told["permitted"]) == (5, 4, 1)
    assert {"kind": "email", "status": "undeliverable", "reason": "nxdomain", "n": 2} in told["verdicts"]
    assert [row["group"] for row in told["by"]["city"]][:1] == ["Cali"]
    book = openpyxl.load_workbook("c.xlsx")
    assert book.sheetnames[0] == "Personas"
    rows = list(book.worksheets[1].iter_rows(values_only=True))
    assert rows[0][2] == "Veredicto"
    assert {row[1] for row in rows[1:]} == set(verdicts())


def test_what_the_dns_says_reaches_no_formula_and_no_terminal(shop: Path, ci: Ci) -> None:
    evil = {("viva.com.co", "MX"): ["10 \\061\\027[31mx.viva.com.co.", "20 =cmd.viva.com.co."]}
    with DnsServer({**MAIL, **evil}) as server:
        out = ci("contactability", *at(server), "--xlsx", "c.xlsx")
        out += ci("contactability", "check", "ana@viva.com.co", *at(server))
    assert "\x1b" not in out
    assert all("\x1b" not in text for text in table("contactability")["evidence"].drop_nulls())
    sheet = openpyxl.load_workbook("c.xlsx").worksheets[1]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)} == {"s"}


def test_single_values_are_checked_with_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: Ci, dns: DnsServer
) -> None:
    monkeypatch.chdir(tmp_path)
    out = ci(
        "contactability",
        "check",
        "ana@viva.com.co",
        "eva@gmial.com",
        "3124567801",
        "ana@@x",
        *at(dns),
        "--country",
        "CO",
    )
    assert "mx.viva.com.co = 8.8.4.4" in out
    assert "Probably meant: eva@gmail.com" in out
    assert "+57 312 4567801" in out
    assert not list(tmp_path.glob("*.toml")), "no project is made"
    told = json.loads(ci("contactability", "check", "3124567801", "--offline", "--json"))
    assert told["values"][0]["reason"] == "country_unknown"


def test_a_value_without_an_end_does_not_fill_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: Ci
) -> None:
    monkeypatch.chdir(tmp_path)
    out = ci("contactability", "check", "a" * 10_000 + "@viva.com.co", "--offline")
    assert "too long before the @" in out
    assert len(out) < 500


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "values to check"),
        (["foo"], "values to check"),
        (["--by", "shoe"], "source, city, segment, month"),
        (["--fail-on", "luck<1"], "unknown"),
        (["--max-age", "soon"], "7d"),
        (["--dns", "example.com"], "1.1.1.1"),
        (["--xlsx", "people.csv"], ".xlsx"),
        (["--xlsx", "nowhere/people.xlsx"], "no such folder"),
        (["--xlsx", "crm.xlsx", "--suppress", "crm.xlsx"], "never changed"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_before_anything_is_done(
    shop: Path, ci: Ci, arguments: list[str], said: str
) -> None:
    assert said in ci("contactability", *arguments, code=2)
    assert not Path("tables/contactability.parquet").exists()


def test_a_project_without_people_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: Ci) -> None:
    monkeypatch.chdir(tmp_path)
    ci("init", "--no-input", "--quiet")
    assert "ci clean" in ci("contactability", "--offline", code=1)


def test_it_can_be_undone(shop: Path, ci: Ci, dns: DnsServer) -> None:
    before = table("customers")
    ci("contactability", *at(dns), "--quiet")
    ci("undo", "--yes", "--quiet")
    assert table("customers").equals(before)
    assert not Path("tables/contactability.parquet").exists()
