"""What the codes of segments are called, for every page that names one."""

from __future__ import annotations

from collections.abc import Mapping

from custintel.i18n import N_, _

SEGMENT_NAMES: Mapping[str, str] = {
    "champions": N_("Champions"),
    "loyal": N_("Loyal"),
    "loyal_small": N_("Loyal with small baskets"),
    "rising_big": N_("Rising big spenders"),
    "potential_loyal": N_("Potential loyalists"),
    "potential_small": N_("Potential loyalists with small baskets"),
    "new_big": N_("New big spenders"),
    "new": N_("New customers"),
    "new_small": N_("New with small baskets"),
    "cooling": N_("Best customers cooling off"),
    "regular": N_("Regulars"),
    "regular_small": N_("Regulars with small baskets"),
    "attention_big": N_("Big spenders who need attention"),
    "need_attention": N_("Need attention"),
    "attention_small": N_("Small baskets that need attention"),
    "occasional_big": N_("Occasional big spenders"),
    "occasional": N_("Occasional buyers"),
    "about_to_sleep": N_("About to sleep"),
    "cannot_lose": N_("Cannot lose them"),
    "at_risk": N_("At risk"),
    "at_risk_small": N_("At risk with small baskets"),
    "at_risk_big": N_("Big spenders at risk"),
    "slipping": N_("Slipping away"),
    "slipping_small": N_("Slipping away with small baskets"),
    "lost_big": N_("Lost big spenders"),
    "hibernating": N_("Hibernating"),
    "lost": N_("Lost"),
    "promising": N_("Promising"),
    "everybody": N_("Everybody"),
    "others": N_("Everybody else"),
}
"""Codes are stored in people's tables: never renamed, never given another meaning."""

LEVELS: Mapping[str, str] = {
    "high": N_("{feature}: top third"),
    "middle": N_("{feature}: middle third"),
    "low": N_("{feature}: bottom third"),
}
MORE: Mapping[str, str] = {
    "more_recency": N_("bought more recently"),
    "less_recency": N_("bought longer ago"),
    "more_orders": N_("more orders"),
    "less_orders": N_("fewer orders"),
    "more_net": N_("spend more"),
    "less_net": N_("spend less"),
}
"""What tells apart two segments that would be called the same."""

FEATURE_NAMES: Mapping[str, str] = {
    "recency": N_("Days since the last purchase"),
    "orders": N_("Orders"),
    "days": N_("Days with purchases"),
    "net": N_("Money spent"),
    "margin": N_("Margin after hidden costs"),
    "acquisition": N_("Cost of acquisition"),
    "ticket": N_("Average order"),
    "span": N_("Days from the first to the last purchase"),
    "age": N_("Days since the first purchase"),
    "undone": N_("Orders refused, returned or cancelled"),
    "r": N_("Score of recency, 1 to 5"),
    "f": N_("Score of frequency, 1 to 5"),
    "m": N_("Score of money, 1 to 5"),
    "fm": N_("Mean of the scores of frequency and money"),
}


def segment_label(code: str | None) -> str:
    """A segment as people read it, in the active language; a name from a rules file as it is, ``None`` as nothing."""
    if not code:
        return ""
    if code in SEGMENT_NAMES:
        return _(SEGMENT_NAMES[code])
    head, *rest = code.split("+")
    if head in SEGMENT_NAMES and rest:
        return f"{_(SEGMENT_NAMES[head])} ({', '.join(_(MORE[part]) if part in MORE else part for part in rest)})"
    number = rest.pop() if rest and rest[-1].isdecimal() else ""
    parts = [part.partition(":") for part in (head, *rest)]
    if all(level in LEVELS for _name, _sign, level in parts):
        turned = {"high": "low", "low": "high"}
        levels = [(name, turned.get(level, level) if name == "recency" else level) for name, _sign, level in parts]
        text = ", ".join(_(LEVELS[level]).format(feature=feature_label(name)) for name, level in levels)
        return f"{text} ({number})" if number else text
    return code


def feature_label(name: str) -> str:
    """A feature as people read it."""
    from custintel.tables.labels import label_of

    return _(FEATURE_NAMES[name]) if name in FEATURE_NAMES else label_of(name)
