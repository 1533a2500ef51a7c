"""The sentences of ``ci segment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custintel import formats
from custintel.i18n import N_, _
from custintel.segment.remarks import SENTENCES, Remark
from custintel.tables.codes import CHANNELS, PAYMENT_METHODS, SALE_CHANNELS, worded
from custintel.tables.segment_names import feature_label, segment_label

METHODS: Mapping[str, str] = {
    "kmeans": N_("k-means on ranks"),
    "gmm": N_("a mixture of normal distributions"),
    "ward": N_("Ward's method"),
    "hdbscan": N_("HDBSCAN"),
    "rules": N_("rules"),
}
_TRAITS: Mapping[str, str] = {
    "payment_method": N_("pays by {level}"),
    "sale_channel": N_("buys through {level}"),
    "channel": N_("comes through {level}"),
    "category": N_("buys {level}"),
}
_LEVELS: Mapping[tuple[str, str], str] = {
    ("hour", "night"): N_("buys at night"),
    ("hour", "morning"): N_("buys in the morning"),
    ("hour", "afternoon"): N_("buys in the afternoon"),
    ("hour", "evening"): N_("buys in the evening"),
    ("weekday", "weekend"): N_("buys at weekends"),
    ("weekday", "working_day"): N_("buys on working days"),
    ("discount", "yes"): N_("buys with a discount"),
    ("undone", "yes"): N_("orders refused, returned or cancelled"),
}
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "best": ("champions", "loyal", "loyal_small"),
    "rising": ("rising_big", "potential_loyal", "potential_small"),
    "new": ("new_big", "new", "new_small", "promising"),
    "cooling": ("cooling", "regular", "regular_small"),
    "attention": ("attention_big", "need_attention", "attention_small"),
    "sleepy": ("occasional_big", "occasional", "about_to_sleep"),
    "urgent": ("cannot_lose", "at_risk", "at_risk_small"),
    "leaving": ("at_risk_big", "slipping", "slipping_small"),
    "gone": ("lost_big", "hibernating", "lost"),
}
_ADVICE: Mapping[str, tuple[str, str]] = {
    "best": (
        N_("Keep them, and let them bring others."),
        N_("First to see what is new, and thanks in person; no discount: they buy without one."),
    ),
    "rising": (
        N_("One order more this quarter, until buying here is a habit."),
        N_("What goes with what they bought, free shipping from a little above their usual order."),
    ),
    "new": (
        N_("A second order within the time in which others place theirs."),
        N_("How to use what they bought, then what others bought next."),
    ),
    "cooling": (
        N_("Back to their own rhythm before they notice that they left it."),
        N_("A reminder of what they usually buy again, on the day it should be used up."),
    ),
    "attention": (
        N_("An order in the next weeks, before they become a risk."),
        N_("A reason with a date: what is new in what they buy, a small gift."),
    ),
    "sleepy": (
        N_("Find out who wants to come back, at little cost."),
        N_("The best-sellers of what they bought, by the cheapest channel."),
    ),
    "urgent": (
        N_("Win them back one by one: they were among the best."),
        N_("A call or a personal message, ask what went wrong, the strongest offer that still leaves a margin."),
    ),
    "leaving": (
        N_("Win back those who were worth it."),
        N_("A win-back offer with a date, and another channel than the one that stopped working."),
    ),
    "gone": (
        N_("Spend nothing on them, except for a last try once a year."),
        N_("One message to ask whether they want to stay; then leave them out of paid campaigns."),
    ),
}


def trait(measure: str, level: str) -> str:
    """What sets customers apart, in words."""
    if (measure, level) in _LEVELS:
        return _(_LEVELS[measure, level])
    words = {"payment_method": PAYMENT_METHODS, "sale_channel": SALE_CHANNELS, "channel": CHANNELS}
    said = worded(level, words[measure]) if measure in words else level
    return _(_TRAITS[measure]).format(level=said)


def advice(code: str) -> tuple[str, str]:
    """The goal and the offer that fit a segment; empty for one that a person has named."""
    base = code.split("+")[0]
    family = next((name for name, codes in _FAMILIES.items() if base in codes), "")
    return (_(_ADVICE[family][0]), _(_ADVICE[family][1])) if family else ("", "")


def told(remark: Remark) -> str:
    """A remark as a sentence."""

    def written(name: str, value: Any) -> str:
        if name == "feature":
            return feature_label(value)
        if name == "segment":
            return segment_label(value)
        if name == "columns":
            return ", ".join(feature_label(one) for one in value)
        if name == "scores":
            return ", ".join(map(str, value))
        if name == "share":
            return formats.percent(value, 1)
        if name == "was":
            return _(METHODS[value])
        return (
            formats.number(value, 2)
            if isinstance(value, float)
            else (formats.number(value) if isinstance(value, int) else str(value))
        )

    return _(SENTENCES[remark.code]).format(**{name: written(name, value) for name, value in remark.figures.items()})
