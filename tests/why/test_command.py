"""``ci why`` as typed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custintel import cli, formats, i18n

CRM = """Nombre;Correo;Celular;Cédula;Dirección;Ciudad
MUNOZ GARCIA JOSE;;312 456 7801;;;Bogotá
Pepe Muñoz G.;;3124567801;;Calle 12 # 3-45;bogota
Ana María Gil;ana.gil@a.example;320 884 1937;52.345.678;Calle 1 # 2-3;Cali
ANA GIL;ana.gil@a.example;;;CL 1 2 3;Cali
Luis Rey Paz;;;;Calle 50 # 20-30;Cali
Rosa Paz;;602 555 0142;;Calle 50 # 20-30;Cali
\x1b[31mEva\x1b[0m Sol \u202egnp;eva@a.example;;;;<b>Cali</b>
Eva Sol;eva@a.example;;;;Cali
Eva Sol;EVA@a.example;;;;Cali
"""
Ci = Callable[..., str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that ``ci clean`` made."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "crm.csv").write_text(CRM, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "nobody"))
        patch.delenv("CI_PROJECT", raising=False)
        patch.chdir(folder)
        assert cli.run(["clean", "crm.csv", "--country", "CO", "--no-input", "--quiet"]) == 0
    return folder


@pytest.fixture
def ci(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., str]]:
    """``ci`` typed in a copy of the project."""
    for name in ("CI_LANG", "CI_PROJECT", "CI_COUNTRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("COLUMNS", "80")
    shutil.copytree(project, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")

    def run(*arguments: str, code: int = 0) -> str:
        i18n.activate("es" if "es" in arguments else "en")
        capsys.readouterr()
        assert cli.run(arguments) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    yield run
    i18n.activate("en")
    formats.use_country("CO")


def flowing(text: str) -> str:
    """Text without its line breaks."""
    return re.sub(r"\s+", " ", text)


def test_a_pet_name_an_initial_and_a_mobile_are_one_person_and_it_is_said_so(ci: Ci) -> None:
    said = flowing(ci("why", "3124567801"))
    assert "2 records" in said
    for words in ("same mobile", "Pepe is a form of Jose", "G stands for Garcia", "likely to be one person"):
        assert words in said
    assert "Records 1 and 2: a certain key decided" in said


def test_the_same_in_spanish(ci: Ci) -> None:
    said = flowing(ci("why", "pepe", "--lang", "es"))
    for words in (
        "mismo celular",
        "Pepe es una forma de Jose",
        "G está en lugar de Garcia",
        "Por qué son una sola persona",
    ):
        assert words in said


def test_no_line_is_wider_than_the_terminal(ci: Ci) -> None:
    for who in ("pepe", "ana", "luis", "eva"):
        for language in ("en", "es"):
            assert max(map(len, ci("why", who, "--lang", language).splitlines())) <= 80


def test_changed_cells_and_left_out_values_are_told_with_their_reason(ci: Ci) -> None:
    said = flowing(ci("why", "ana"))
    assert "2 Full name ANA GIL Ana Gil Capitals and small letters" in said
    assert "2 Full name Ana Gil Ana María Gil" in said


def test_the_household_is_named(ci: Ci) -> None:
    assert "Household, by an address, a landline or an email they share: Rosa Paz" in flowing(ci("why", "luis rey paz"))


def test_a_record_that_repeats_another_is_said_to(ci: Ci) -> None:
    said = flowing(ci("why", "eva@a.example"))
    assert re.search(r"Record [23] says the same as record [23]\.", said)


def test_text_of_cells_cannot_steer_the_terminal(ci: Ci) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", ci("why", "eva@a.example"))


def test_the_json_has_the_card_with_stable_keys(ci: Ci) -> None:
    told = json.loads(ci("why", "pepe", "--json"))
    assert set(told) == {
        *("command", "customer_id", "found_by", "customer", "contact_points", "household", "records", "links"),
        *("changes", "left_out", "near", "next"),
    }
    (link,) = told["links"]
    assert link["decided_by"] == "rule"
    assert {step["code"] for step in link["steps"]} >= {"start", "same_mobile"}
    assert {"code": "nickname", "word": "Pepe", "other": "Jose"} in link["names"]
    assert [record["number"] for record in told["records"]] == [1, 2]


def test_what_people_said_is_told_after_unmerge_and_merge(ci: Ci) -> None:
    person = json.loads(ci("why", "pepe", "--json"))["customer_id"]
    ci("unmerge", person, "--all")
    apart = json.loads(ci("why", person, "--json"))
    assert len(apart["records"]) == 1
    (near,) = [other for other in apart["near"] if other["said"]]
    assert near["said"]["same"] is False
    assert "somebody said they are two people (ci unmerge" in flowing(ci("why", person))
    ci("merge", person, near["customer_id"], "--yes")
    again = flowing(ci("why", person))
    assert "somebody said they are one person (ci merge" in again
    assert "Pepe is a form of Jose" in again


def test_nobody_and_several_are_errors_that_say_what_to_do(ci: Ci) -> None:
    assert "Nobody in the project" in ci("why", "wolfgang", code=1)
    several = ci("why", "paz", code=1)
    assert "2 people answer to" in several
    assert "Rosa Paz" in several
