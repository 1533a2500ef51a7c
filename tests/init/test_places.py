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
