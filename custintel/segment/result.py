"""What ``ci segment`` found out, for programs and for every page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import polars as pl

from custintel.segment.rule_words import sentence, tool_conditions
from custintel.segment.rules import where_of
from custintel.segment.survey import Survey
from custintel.segment.traits import telling
from custintel.segment.words import advice, told
from custintel.tables.segment_names import segment_label

MEASURES = ("moved", "new", "smallest", "fidelity", "stability", "segments", "customers")
"""What ``--fail-on`` can be about."""


def portraits(made: Survey) -> list[dict[str, Any]]:
    """Every segment, best first, with what is known of it; ``None`` where nothing is."""
    plain = {
        (row["segment_id"], row["measure"]): row
        for row in made.profiles.filter(pl.col("level") == "").iter_rows(named=True)
    }
    people = max(made.segments.height, 1)
    whole = {feature.name for feature in made.made.model.features if feature.kind in ("days", "count")}
    found = []
    for number, code in enumerate(made.codes, 1):

        def value(measure: str, column: str = "value", number: int = number) -> float | None:
            row = plain.get((number, measure))
            return row[column] if row else None

        customers = int(value("customers") or 0)
        goal, offer = advice(code)
        rules = [rule for rule in made.card.rules if rule.segment == number - 1]
        found.append(
            {
                "id": number,
                "segment": code,
                "name": segment_label(code),
                "customers": customers,
                "share": customers / people,
                "net_share": value("net_total", "lift"),
                **{name: value(name) for name in ("net_total", "margin_total", "net", "margin", "orders", "recency")},
                **{name: value(name) for name in ("ticket", "reachable", "may_contact")},
                "traits": [
                    {name: row[name] for name in ("measure", "level", "value", "base", "lift", "low", "high", "p", "n")}
                    for row in telling(made.profiles, number)
                ],
                "goal": goal,
                "offer": offer,
                "fidelity": made.card.of_segment[number - 1],
                "where": where_of(made.card.rules, number - 1),
                "rules": [
                    {
                        "sentence": sentence(rule, made.people.currency, whole),
                        "where": rule.where(),
                        "conditions": tool_conditions(rule),
                    }
                    for rule in rules
                ],
            }
        )
    return found


def measures(made: Survey) -> dict[str, float | None]:
    """The values that ``--fail-on`` is about."""
    people = made.segments.height
    counts = made.segments["segment_id"].value_counts()["count"].to_list()
    stay = made.segments.filter(~pl.col("is_new")).height
    compared = people and made.segments["compared_with"][0] is not None
    return {
        "moved": made.segments["moved_from"].count() / stay if compared and stay else None,
        "new": (people - stay) / people if compared else None,
        "smallest": min(counts) / people if people else None,
        "fidelity": made.card.fidelity,
        "stability": made.made.model.facts.get("stability"),
        "segments": float(len(made.codes)),
        "customers": float(people),
    }


def data(made: Survey) -> dict[str, Any]:
    """One object with stable keys."""
    model = made.made.model
    return {
        "command": "segment",
        "as_of": made.people.as_of,
        "currency": made.people.currency or None,
        "method": model.method,
        "by": list(model.by),
        "k": model.k,
        "anew": made.made.anew,
        "made_on": model.as_of,
        "measures": measures(made),
        "segments": portraits(made),
        "moved": made.moved.to_dicts(),
        "tried": [asdict(one) for one in made.made.tried],
        "remarks": [{"code": one.code, "message": told(one), **one.figures} for one in made.remarks],
    }
