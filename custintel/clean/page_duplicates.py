"""The part of the quality report about duplicates: what joined records, what nearly did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from custintel import formats
from custintel.clean.quality import Quality
from custintel.i18n import _, ngettext
from custintel.matching.words import label as evidence_label
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph

SHOWN = 8
"""Lines of a list that may be long."""


def duplicates(quality: Quality) -> Iterator[Block]:
    """What joined records, which merges are the least sure, and what nearly joined."""
    if not quality.flow.merged and not quality.apart:
        return
    yield Heading(_("Duplicates"))
    if quality.flow.merged:
        sizes = quality.sizes
        yield Grid(
            (
                GridColumn(_("Records per person"), "right"),
                GridColumn(_("People"), "right", formats.number),
            ),
            record_sizes(sizes),
        )
        yield Grid(
            (GridColumn(_("Records"), "right", formats.number), GridColumn(_("Joined by"))),
            [(n, evidence_label(code)) for code, n in list(quality.evidence.items())[:SHOWN]],
        )
    if quality.flow.new and not quality.refitted:
        text = _(
            "New rows were compared with everybody by what {n} earlier rows had taught. Comparing all from zero may "
            "decide a few doubtful pairs otherwise: --anew does it, and it happens by itself when a fifth is new."
        )
        yield Paragraph(text.format(n=formats.number(quality.learnt_on)))
    if quality.households:
        yield Paragraph(
            ngettext(
                "{n} household of two people or more: they share an address, a landline or an email.",
                "{n} households of two people or more: they share an address, a landline or an email.",
                quality.households,
            ).format(n=formats.number(quality.households))
        )
    if quality.riskiest:
        yield Heading(_("The least sure of the merges"))
        yield Bullets(
            [
                _("{names} ({probability}: {evidence})").format(
                    names=" = ".join(r["names"]),
                    probability=formats.percent(r["probability"]),
                    evidence=", ".join(evidence_label(code) for code in r["evidence"]),
                )
                for r in quality.riskiest
            ]
        )
    if quality.apart:
        yield Heading(_("Kept apart, because the names differ"))
        yield Bullets([apart_line(a) for a in quality.apart[:5]])


def record_sizes(sizes: Mapping[int, int]) -> list[tuple[str, int]]:
    """Records per person and how many people have them; the large numbers together."""
    shown = sorted(sizes.items())
    rows = [(formats.number(size), n) for size, n in shown[: SHOWN - 1]]
    if len(shown) >= SHOWN:
        rows.append(
            (_("{n} or more").format(n=formats.number(shown[SHOWN - 1][0])), sum(n for _size, n in shown[SHOWN - 1 :]))
        )
    return rows


def apart_line(apart: Mapping[str, Any]) -> str:
    """A key that several names share, in words."""
    key = str(apart["key"]).replace("\x1f", " › ")
    return _("{evidence} {key}: {names} different names on {records} records").format(
        evidence=evidence_label(apart["kind"]),
        key=key,
        names=formats.number(apart["names"]),
        records=formats.number(apart["records"]),
    )
