"""Which segment is the best, and what each is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from custintel.segment.features import RFM, Feature
from custintel.segment.ranks import Floats

BY_THIRDS = {
    "333": "champions",
    "332": "loyal",
    "331": "loyal_small",
    "323": "rising_big",
    "322": "potential_loyal",
    "321": "potential_small",
    "313": "new_big",
    "312": "new",
    "311": "new_small",
    "233": "cooling",
    "232": "regular",
    "231": "regular_small",
    "223": "attention_big",
    "222": "need_attention",
    "221": "attention_small",
    "213": "occasional_big",
    "212": "occasional",
    "211": "about_to_sleep",
    "133": "cannot_lose",
    "132": "at_risk",
    "131": "at_risk_small",
    "123": "at_risk_big",
    "122": "slipping",
    "121": "slipping_small",
    "113": "lost_big",
    "112": "hibernating",
    "111": "lost",
}
"""The code of a segment by the third (3 is the best) in which its centre lies: of recency, of orders, of money."""
_LEVELS = ("low", "middle", "high")


def thirds(centre: Floats) -> list[int]:
    """The third in which each place lies, 1 to 3."""
    return [min(int(place * 3) + 1, 3) for place in centre.tolist()]


def best_first(centres: Floats) -> list[int]:
    """The order of segments: the mean place falls; of equals the one with the higher first feature."""
    keys = [(-round(float(row.mean()), 9), *(-row).tolist()) for row in centres]
    return sorted(range(len(keys)), key=lambda place: keys[place])


def named(centres: Floats, features: Sequence[Feature]) -> tuple[str, ...]:
    """A code for each segment, all different."""
    names = [feature.name for feature in features]
    if len(centres) == 1:
        return ("everybody",)
    if names == list(RFM):
        codes = [BY_THIRDS["".join(map(str, thirds(row)))] for row in centres]
    else:
        codes = ["+".join(f"{n}:{_LEVELS[t - 1]}" for n, t in zip(names, thirds(row), strict=True)) for row in centres]
    alike = defaultdict(list)
    for place, code in enumerate(codes):
        alike[code].append(place)
    for code, places in alike.items():
        if len(places) == 1:
            continue
        spread = np.ptp(centres[places], axis=0)
        feature = int(np.argmax(spread))
        ordered = sorted(places, key=lambda place: -centres[place, feature])
        if len(places) == 2 and names == list(RFM):
            for place, word in zip(ordered, ("more", "less"), strict=True):
                codes[place] = f"{code}+{word}_{names[feature]}"
        else:
            for number, place in enumerate(sorted(places, key=best_first(centres).index), 1):
                codes[place] = f"{code}+{number}"
    return tuple(codes)
