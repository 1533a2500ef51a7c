from __future__ import annotations

from zoneinfo import ZoneInfo

from custintel.init import places


def test_every_usual_country_has_a_time_zone_that_exists() -> None:
    for country, name in places.countries():
        assert name != country
        assert [ZoneInfo(zone) for zone in places.zones(country)]
    assert places.zones("CO") == ["America/Bogota"]
    assert places.system_country({"LANG": "es_MX.UTF-8"}) == "MX"
    assert places.system_country({"LANG": "C"}) == "CO"


def test_the_currency_of_the_country_comes_first_and_every_usual_one_is_offered() -> None:
    for country in places.USUAL:
        offered = places.currencies(country)
        assert {"COP", "MXN", "EUR", "USD"} < {code for code, _name in offered}
        assert len({code for code, _name in offered}) == len(offered)
        assert all(places.is_currency(code) and name.endswith(f"({code})") for code, name in offered)
    assert [places.currencies(country)[0][0] for country in ("CO", "MX", "ES", "US")] == ["COP", "MXN", "EUR", "USD"]
    assert places.currencies("JP")[0][0] == "JPY"
    assert not places.is_currency("COL")
