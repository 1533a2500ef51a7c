"""The countries that can be chosen and what usually goes with them, from Babel's CLDR data."""

from __future__ import annotations

from custintel.i18n import language

USUAL = (
    "CO",
    "MX",
    "ES",
    "US",
    "AR",
    "BO",
    "BR",
    "CL",
    "CR",
    "DO",
    "EC",
    "GT",
    "HN",
    "NI",
    "PA",
    "PE",
    "PR",
    "PY",
    "SV",
    "UY",
    "VE",
)
"""Countries offered in the wizard; any other can be given with ``--country``."""

_MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "BR": "America/Sao_Paulo",
    "CL": "America/Santiago",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MX": "America/Mexico_City",
    "US": "America/New_York",
}


def countries() -> list[tuple[str, str]]:
    """The usual countries as code and name in the active language, in the order of :data:`USUAL`."""
    from babel import Locale

    names = Locale(language()).territories
    return [(code, str(names[code])) for code in USUAL]


def zones(country: str) -> list[str]:
    """The time zones of ``country`` (ISO 3166 alpha-2), that of its largest market first; ``UTC`` when unknown."""
    from zoneinfo import available_timezones

    from babel.core import get_global

    known = available_timezones()
    found = sorted(zone for zone in get_global("territory_zones").get(country, []) if not known or zone in known)
    main = _MAIN_ZONES.get(country)
    return [main, *(zone for zone in found if zone != main)] if main else found or ["UTC"]


def currencies(country: str) -> list[tuple[str, str]]:
    """The currencies of the usual countries as code (ISO 4217) and name, those of ``country`` first."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    found = [code for place in (country, *USUAL) for code in get_territory_currencies(place)]
    names = Locale(language()).currencies
    return [(code, f"{names[code]} ({code})") for code in dict.fromkeys(found)]


def is_currency(code: str) -> bool:
    """Whether ``code`` is the ISO 4217 code of a currency that is or was money somewhere."""
    from babel.core import get_global

    return code in get_global("all_currencies")


def system_country(environ: dict[str, str]) -> str:
    """The country the system's language names (``es_MX.UTF-8``), when it is a usual one; Colombia otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = environ.get(name, "").partition(".")[0].partition("_")[2].upper()
        if code in USUAL:
            return code
    return USUAL[0]
