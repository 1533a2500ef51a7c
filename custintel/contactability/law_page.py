"""What ``ci contactability`` says of the law: the rules with their sources, and when people may be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from custintel import formats
from custintel.contactability import law, words
from custintel.contactability.channels import CHANNELS
from custintel.contactability.legal_hours import Opening, next_window
from custintel.i18n import _
from custintel.ui.show import Block, Bullets, Heading, Paragraph


def rules(country: str | None, now: dt.datetime) -> Iterator[Block]:
    """The law that holds, with its sources, and whether people may be reached now."""
    found = [rule for rule in law.rules(country) if rule.country is not None]
    if not found:
        return
    yield Heading(_("Before you write or call: the law of {country}").format(country=words.country(country or "")))
    yield Bullets([f"{_(rule.says)} ({rule.source})" for rule in found])
    for channels, opening in openings(country, now).items():
        yield Paragraph(f"{', '.join(words.channel(channel) for channel in channels)}: {hours(opening)}")
    yield Paragraph(_(law.NOT_ADVICE))


def openings(country: str | None, now: dt.datetime, number: str | None = None) -> dict[tuple[str, ...], Opening]:
    """When people of a country may be reached, by the channels for which that is the same.

    Args:
        country: ISO 3166 alpha-2.
        now: aware.
        number: E.164; its area code may say the time zone.
    """
    found: dict[Opening, tuple[str, ...]] = {}
    for channel in CHANNELS if country else ():
        if opening := next_window(country or "", None, channel, now, number=number):
            found[opening] = (*found.get(opening, ()), channel)
    return {channels: opening for opening, channels in found.items()}


def hours(opening: Opening) -> str:
    """Whether it is allowed now, and until or from when, in the time of the place."""
    start, end = opening.window.start, opening.window.end
    zone = opening.zones[0]
    if opening.open:
        return _("allowed now, until {end} ({zone})").format(end=formats.moment(end), zone=zone)
    return _("not now; from {start} to {end} ({zone})").format(
        start=formats.moment(start), end=f"{end:%H:%M}", zone=zone
    )
