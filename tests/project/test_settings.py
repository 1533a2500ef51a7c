from __future__ import annotations

import errno
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.project.settings import ORIGINS, Settings, user_file
from custintel.project.vocabulary import SETTINGS

COMMENTED = """\
# Our shop
country = "CO"   # where most people live

[survivorship]
# the newest address is the one that gets the parcel
address = "recent"

[sources."crm.xlsx".map]
"Tel." = "phone"
"""


def load(root: Path, text: str = "", **more: object) -> Settings:
    (root / "custintel.toml").write_text(text, encoding="utf-8")
    more.setdefault("environ", {"XDG_CONFIG_HOME": str(root / "own")})
    return Settings.load(root, **more)  # type: ignore[arg-type]


def own(root: Path, text: str) -> None:
    (root / "own" / "custintel").mkdir(parents=True, exist_ok=True)
    (root / "own" / "custintel" / "config.toml").write_text(text)


class TestOrder:
    def test_the_strongest_place_wins_and_is_named(self, tmp_path: Path) -> None:
        environ = {"XDG_CONFIG_HOME": str(tmp_path / "own")}
        found = [load(tmp_path, environ=environ)]
        own(tmp_path, 'country = "US"')
        found.append(load(tmp_path, environ=environ))
        found.append(load(tmp_path, 'country = "ES"', environ=environ))
        found.append(load(tmp_path, 'country = "ES"', environ={**environ, "CI_COUNTRY": "mx"}))
        found.append(load(tmp_path, 'country = "ES"', environ={**environ, "CI_COUNTRY": "mx"}, flags={"country": "co"}))
        assert [settings.get("country") for settings in found] == [None, "US", "ES", "MX", "CO"]
        assert [settings.origin("country") for settings in found] == list(reversed(ORIGINS))

    def test_a_flag_that_was_not_typed_does_not_count(self, tmp_path: Path) -> None:
        assert load(tmp_path, 'country = "ES"', flags={"country": None}).get("country") == "ES"

    def test_an_empty_variable_does_not_count(self, tmp_path: Path) -> None:
        assert (
            load(tmp_path, 'country = "ES"', environ={"CI_COUNTRY": " "}, user=tmp_path / "no").get("country") == "ES"
        )

    def test_foreign_variables_that_start_alike_do_not_matter(self, tmp_path: Path) -> None:
        """Build servers set CI_ variables of their own."""
        environ = {"CI_PROJECT_ID": "7", "CI_COMMIT_SHA": "x", "CI": "true", "CI_LANGUAGE": "x"}
        assert load(tmp_path, environ=environ, user=tmp_path / "no").origin("country") == "default"

    def test_settings_of_one_field_have_variables_too(self, tmp_path: Path) -> None:
        settings = load(tmp_path, environ={"CI_SURVIVORSHIP_EMAIL": "Recent"}, user=tmp_path / "no")
        assert settings.get("survivorship.email") == "recent"
        assert settings.get("survivorship.phone") is None
        assert settings.keys()[-1] == "survivorship.email"

    def test_outside_of_a_project_there_are_settings_but_no_place_to_write(self, tmp_path: Path) -> None:
        settings = Settings.load(None, environ={"CI_COUNTRY": "CO"}, user=tmp_path / "no")
        assert settings.get("country") == "CO"
        with pytest.raises(CustintelError, match="ci init"):
            settings.set("country", "MX")

    @pytest.mark.parametrize(
        ("platform", "environ", "expected"),
        [
            ("linux", {"XDG_CONFIG_HOME": "/c"}, Path("/c/custintel/config.toml")),
            ("linux", {}, Path.home() / ".config" / "custintel" / "config.toml"),
            ("win32", {"APPDATA": "/a"}, Path("/a/custintel/config.toml")),
            ("darwin", {}, Path.home() / "Library" / "Application Support" / "custintel" / "config.toml"),
        ],
    )
    def test_the_persons_own_file_is_where_their_system_has_such_files(
        self, platform: str, environ: dict[str, str], expected: Path
    ) -> None:
        assert user_file(environ, platform) == expected

    def test_only_what_shapes_tables_goes_into_them(self, tmp_path: Path) -> None:
        settings = load(tmp_path, 'language = "es"\ncountry = "CO"\n[history]\nkeep = 3\n')
        assert settings.shaping() == {"country": "CO"}


class TestMistakes:
    @pytest.mark.parametrize(
        ("typed", "meant"), [("contry", "country"), ("time_zone", "timezone"), ("history.kep", "history.keep")]
    )
    def test_an_unknown_key_gets_the_nearest_one(self, tmp_path: Path, typed: str, meant: str) -> None:
        with pytest.raises(CustintelError, match=f"Did you mean {meant}"):
            load(tmp_path).get(typed)
        with pytest.raises(CustintelError, match=f"Did you mean {meant}"):
            load(tmp_path).set(typed, "x")

    def test_an_unknown_key_in_the_file_is_named_with_its_line(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match="Did you mean country") as caught:
            load(tmp_path, '# hello\n\ncontry = "CO"\n')
        assert caught.value.where.endswith("custintel.toml, line 3")

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("country", "Colombia"),
            ("country", 57),
            ("country", "ZZ"),
            ("currency", "$"),
            ("currency", "PESO"),
            ("name", " \u202e\x1b "),
            ("name", "x" * 81),
            ("name", 7),
            ("timezone", "Bogotá"),
            ("timezone", "../../etc/passwd"),
            ("date_order", "ddmm"),
            ("decimal", ";"),
            ("history.keep", 0),
            ("history.keep", -1),
            ("history.keep", "many"),
            ("history.keep", True),
            ("survivorship.email", "best"),
            ("language", "fr"),
        ],
    )
    def test_a_wrong_value_is_refused_and_nothing_written(self, tmp_path: Path, key: str, value: object) -> None:
        settings = load(tmp_path, COMMENTED)
        with pytest.raises(CustintelError, match="It takes"):
            settings.set(key, value)
        assert (tmp_path / "custintel.toml").read_text() == COMMENTED

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("Colombia", "CO"), ("colombai", "CO"), ("MEX", "MX"), ("uk", "GB"), ("España", "ES"), ("ZZ", ""), ("", "")],
    )
    def test_a_country_by_its_name_gets_its_code(self, tmp_path: Path, typed: str, meant: str) -> None:
        with pytest.raises(CustintelError) as caught:
            load(tmp_path).set("country", typed)
        assert caught.value.hint.endswith(f"Did you mean {meant}?" if meant else "or US.")

    def test_a_wrong_value_in_the_file_is_named_with_its_line(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match="It takes") as caught:
            load(tmp_path, '[history]\n# undo\nkeep = "all"\n')
        assert caught.value.where.endswith("line 3")

    def test_a_wrong_variable_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError) as caught:
            load(tmp_path, environ={"CI_COUNTRY": "Colombia"}, user=tmp_path / "no")
        assert caught.value.where == "CI_COUNTRY"

    def test_a_damaged_file_says_the_line_and_shows_it(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match="has a mistake") as caught:
            load(tmp_path, 'language = "es"\ncountry = CO\n')
        assert caught.value.where.endswith("line 2")
        assert caught.value.seen == "country = CO"

    def test_a_file_from_notepad_with_a_byte_order_mark_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "custintel.toml").write_bytes('\ufeffcountry = "CO"\r\n'.encode())
        assert Settings.load(tmp_path).get("country") == "CO"

    def test_a_file_in_another_encoding_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "custintel.toml").write_bytes('# año\ncountry = "CO"\n'.encode("cp1252"))
        with pytest.raises(CustintelError, match="UTF-8"):
            Settings.load(tmp_path)

    def test_sources_that_are_no_tables_are_damage(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match="remembered answers"):
            load(tmp_path, "sources = 3")


class TestWriting:
    def test_comments_and_order_stay(self, tmp_path: Path) -> None:
        settings = load(tmp_path, COMMENTED)
        settings.set("country", "mx")
        settings.set("survivorship.email", "frequent")
        settings.set("history.keep", 5)
        settings.set("timezone", "America/Bogota")
        text = (tmp_path / "custintel.toml").read_text()
        assert '# Our shop\ncountry = "MX"   # where most people live' in text
        assert "# the newest address is the one that gets the parcel" in text
        again = Settings.load(tmp_path)
        for key, value in {
            "country": "MX",
            "survivorship.address": "recent",
            "survivorship.email": "frequent",
            "history.keep": 5,
            "timezone": "America/Bogota",
        }.items():
            assert settings.get(key) == again.get(key) == value
            assert again.origin(key) == "project"

    def test_every_setting_can_be_written_and_read_back(self, tmp_path: Path) -> None:
        settings = load(tmp_path)
        samples = {
            "choice": None,
            "country": "ES",
            "currency": "EUR",
            "text": "Sol",
            "timezone": "UTC",
            "count": 4,
            "share": 0.9,
            "list": ("a.xlsx", "b.csv"),
        }
        for setting in SETTINGS:
            key = setting.key.replace("*", "city")
            value = samples[setting.kind] or setting.choices[-1]
            settings.set(key, value)
            assert Settings.load(tmp_path).get(key) == value

    def test_none_takes_a_setting_away(self, tmp_path: Path) -> None:
        settings = load(tmp_path, COMMENTED)
        settings.set("country", None)
        assert settings.get("country") is None
        assert "country" not in tomllib.loads((tmp_path / "custintel.toml").read_text())

    def test_a_full_disk_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = load(tmp_path, COMMENTED)

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(CustintelError, match="The disk is full"):
            settings.set("country", "MX")
        assert (tmp_path / "custintel.toml").read_text() == COMMENTED
        assert [path.name for path in tmp_path.iterdir()] == ["custintel.toml"]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [('Café "Sol" & Luna\\', 'Café "Sol" & Luna\\'), (" a\u202e\x1b[1m \n b", "a [1m b"), ("$x", "$x")],
    )
    def test_a_name_is_one_line_that_can_be_shown(self, tmp_path: Path, typed: str, kept: str) -> None:
        load(tmp_path).set("name", typed)
        assert Settings.load(tmp_path).get("name") == kept

    def test_the_currency_shapes_tables_and_the_name_does_not(self, tmp_path: Path) -> None:
        assert load(tmp_path, 'name = "Sol"\ncurrency = "cop"').shaping() == {"currency": "COP"}


class TestRemembering:
    def test_answers_about_a_file_come_back(self, tmp_path: Path) -> None:
        settings = load(tmp_path, COMMENTED)
        assert settings.remembered("crm.xlsx") == {"map": {"Tel.": "phone"}}
        assert settings.remembered("other.xlsx") == {}
        settings.remember("crm.xlsx", {"map": {"E-mail": "email"}, "date_order": "dmy", "placeholders": ["222222"]})
        settings.remember("tienda.csv", {"decimal": ","})
        expected = {"map": {"Tel.": "phone", "E-mail": "email"}, "date_order": "dmy", "placeholders": ["222222"]}
        for known in (settings, Settings.load(tmp_path)):
            assert known.remembered("crm.xlsx") == expected
            assert known.remembered("tienda.csv") == {"decimal": ","}
        assert "# where most people live" in (tmp_path / "custintel.toml").read_text()

    def test_none_is_forgotten(self, tmp_path: Path) -> None:
        settings = load(tmp_path, COMMENTED)
        settings.remember("crm.xlsx", {"map": {"Tel.": None}, "decimal": None})
        assert settings.remembered("crm.xlsx") == {"map": {}}

    def test_the_same_answer_again_does_not_touch_the_file(self, tmp_path: Path) -> None:
        settings = load(tmp_path, COMMENTED)
        os.utime(tmp_path / "custintel.toml", ns=(1, 1))
        settings.remember("crm.xlsx", {"map": {"Tel.": "phone"}})
        assert (tmp_path / "custintel.toml").stat().st_mtime_ns == 1

    @pytest.mark.parametrize(
        "text",
        [
            '[sources."a"]\nx = 1\n[history]\nkeep = 3\n[sources."b"]\nx = 2\n',
            "history.keep = 3\n",
            'survivorship = {email = "recent"}\nsources = {"a.xlsx" = {map = {"T" = "phone"}}}\n',
            'sources = {"crm.xlsx" = {decimal = ","}}',
            '[sources."crm.xlsx"]\nmap = 3\n',
            'sources."crm.xlsx".decimal = ","\n',
            "[history]\nkeep = 3",
            "# only a comment",
            '[sources."crm.xlsx".map]\nA = "x"\n[history]\nkeep = 2\n[sources."crm.xlsx"]\ndecimal = ","\n',
        ],
    )
    def test_files_written_by_hand_in_any_style_are_edited_rightly(self, tmp_path: Path, text: str) -> None:
        settings = load(tmp_path, text)
        settings.remember("crm.xlsx", {"map": {"Tel.": "phone"}, "decimal": "."})
        settings.set("country", "MX")
        settings.set("history.keep", 9)
        settings.set("survivorship.city", "recent")
        again = Settings.load(tmp_path)
        assert again.remembered("crm.xlsx")["map"]["Tel."] == "phone"
        assert again.remembered("crm.xlsx")["decimal"] == "."
        assert [again.get(key) for key in ("country", "history.keep", "survivorship.city")] == ["MX", 9, "recent"]

    @rules(deadline=None)
    @given(
        source=st.text(min_size=1, max_size=8),
        header=st.text(max_size=8),
        answer=st.one_of(
            st.text(max_size=8), st.integers(-9, 9), st.booleans(), st.lists(st.text(max_size=4), max_size=3)
        ),
    )
    def test_any_file_name_header_and_answer_survive(
        self, tmp_path_factory: pytest.TempPathFactory, source: str, header: str, answer: object
    ) -> None:
        root = tmp_path_factory.mktemp("p")
        known = load(root, COMMENTED)
        known.remember(source, {"map": {header: "phone"}, "answer": answer})
        again = Settings.load(root)
        assert again.remembered(source) == known.remembered(source) == {"map": {header: "phone"}, "answer": answer}
        assert again.get("country") == "CO"
        assert again.get("survivorship.address") == "recent"
