"""What ``ci profile`` found out, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from custintel.profile.findings import differences, everybody
from custintel.profile.portrait import EFFECT, SURE, Portrait
from custintel.profile.shares import FEW


def data(made: Portrait) -> dict[str, Any]:
    """One object with stable keys."""
    pace = made.rhythm
    found = [("all", one) for one in everybody(made)]
    found += [(cut, one) for cut in made.cuts[1:] for one in differences(made, cut)]
    return {
        "command": "profile",
        "people": made.people.height,
        "buyers": made.buyers,
        "purchases": made.purchases,
        "unknown_orders": made.unknown,
        "foreign_orders": made.foreign,
        "currency": made.currency or None,
        "from": made.period.start,
        "to": made.period.end,
        "as_of": made.as_of,
        "cuts": list(made.cuts),
        "told_from": {"p": SURE, "effect": EFFECT, "people": FEW},
        "findings": [{"cut": cut, "code": one.code, **one.figures} for cut, one in found],
        "payday": asdict(made.payday) if made.payday else None,
        "free_shipping": {**asdict(made.threshold), "amount": made.threshold.amount / 100} if made.threshold else None,
        "rhythm": {name: getattr(pace, name) for name in ("gaps", "low", "middle", "high", "tested", "inside")},
        "profiles": made.profiles.drop("from", "to").to_dicts(),
    }
