"""What a project's settings say about people: how they are merged and which of their values stay."""

from __future__ import annotations

from typing import cast

from custintel.matching.engine import Merge
from custintel.people.survivorship import GROUPS, Survivorship
from custintel.people.who import Merging
from custintel.project.settings import Settings


def merging_of(settings: Settings) -> Merging:
    """What is merged."""
    threshold, compare = settings.get("matching.threshold"), settings.get("matching.compare")
    return Merging(
        cast(Merge, settings.get("matching.merge")),
        threshold if isinstance(threshold, float) else None,
        compare if isinstance(compare, tuple) else (),
    )


def survivorship_of(settings: Settings) -> Survivorship:
    """Which value of a person stays."""
    asked = {group.name: settings.get(f"survivorship.{group.name}") for group in GROUPS}
    trusted = settings.get("trusted_sources") or ()
    return Survivorship(
        {name: str(strategy) for name, strategy in asked.items() if strategy},
        trusted if isinstance(trusted, tuple) else (str(trusted),),
    )
