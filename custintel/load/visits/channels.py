"""Channels: the default channel group of Google Analytics 4, repeated exactly, and our own, which knows more.

Source of ``channel_ga4``: Analytics Help 9756891, "Default channel group", channels for manual traffic; the first rule
that fits decides and capitals do not matter. ``channel`` reads Spanish words as the medium they mean, looks at click
ids, and has three channels that Google does not: ``AI Assistants``, ``WhatsApp`` and ``Offline``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from custintel.load.visits.sites import Sites, facts, sites

CHANNELS = (
    "Direct", "Cross-network", "Paid Shopping", "Paid Search", "Paid Social", "Paid Video", "Display", "Paid Other",
    "Organic Shopping", "Organic Social", "Organic Video", "Organic Search", "Referral", "Email", "Affiliates", "Audio",
    "SMS", "Mobile Push Notifications", "AI Assistants", "WhatsApp", "Offline", "Unassigned",
)  # fmt: skip
"""Every channel, in the order in which reports list them. Codes: never translated, never renamed."""

PAID = r"^(.*cp.*|ppc|retargeting|paid.*)$"
SHOP = r"^(.*(([^a-df-z]|^)shop|shopping).*)$"
TAGS = ("source", "medium", "campaign", "click_id")
_UNKNOWN = ("", "(none)", "(not set)")
_KINDS = {"search": "search", "shopping": "shopping", "video": "video", "social": "social", "whatsapp": "social"}
_VAGUE = ("Direct", "Unassigned", "Referral")


def channels(visits: pl.DataFrame) -> pl.DataFrame:
    """Add ``channel_ga4`` and ``channel`` to rows that say where a visit came from.

    Args:
        visits: text columns ``source``, ``medium`` and ``campaign``, and, when known, ``click_id`` (the name of the id,
            a point, the id: ``gclid.abc``). Empty cells are null.

    Returns:
        The same rows in the same order. The work is done once per distinct combination.
    """
    click_id = pl.col("click_id") if "click_id" in visits.columns else pl.lit(None, pl.String)
    kind = click_id.cast(pl.String).str.split_exact(".", 1).struct.field("field_0").str.to_lowercase()
    tags = [pl.col(name).cast(pl.String).alias(f"_{name}") for name in TAGS[:3]]
    keyed = visits.with_columns(*tags, kind.alias("_kind"))
    keys = ["_source", "_medium", "_campaign", "_kind"]
    distinct = keyed.select(keys).unique()
    grouped = _own(_google(distinct.select(pl.all().name.map(lambda name: name.removeprefix("_")))))
    answers = pl.concat([distinct, grouped.select("channel_ga4", "channel")], how="horizontal")
    joined = keyed.drop("channel_ga4", "channel", strict=False).join(
        answers, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.drop(keys)


def _google(tags: pl.DataFrame) -> pl.DataFrame:
    """``channel_ga4``, and the tags in small letters."""
    tags = tags.with_columns(pl.col("source", "medium", "campaign").str.to_lowercase().str.strip_chars())
    category = tags["source"].replace_strict(google_sites(), default=None, return_dtype=pl.String)
    return tags.with_columns(category=category).with_columns(channel_ga4=_tagged(pl.col("medium")))


def _tagged(medium: pl.Expr) -> pl.Expr:
    return _group(medium, pl.col("source"), pl.col("category"), pl.col("campaign").fill_null(""))


def _group(medium: pl.Expr, source: pl.Expr, category: pl.Expr, campaign: pl.Expr) -> pl.Expr:
    """The rules of Google over tags in small letters and the category of the source."""
    said = medium.fill_null("")
    paid, shop = said.str.contains(PAID), (category == "shopping").fill_null(False) | campaign.str.contains(SHOP)
    nowhere = source.fill_null("").is_in(["", "(direct)"]) & said.is_in(_UNKNOWN)

    def one_of(*words: str) -> pl.Expr:
        return said.is_in(words)

    mail = ["email", "e-mail", "e_mail", "e mail"]
    social = one_of("social", "social-network", "social-media", "sm", "social network", "social media")
    rules: Sequence[tuple[pl.Expr, str]] = (
        (nowhere, "Direct"),
        (campaign.str.contains("cross-network", literal=True), "Cross-network"),
        (paid & shop, "Paid Shopping"),
        (paid & (category == "search"), "Paid Search"),
        (paid & (category == "social"), "Paid Social"),
        (paid & (category == "video"), "Paid Video"),
        (one_of("display", "banner", "expandable", "interstitial", "cpm"), "Display"),
        (paid, "Paid Other"),
        (shop, "Organic Shopping"),
        ((category == "social") | social, "Organic Social"),
        ((category == "video") | said.str.contains("video", literal=True), "Organic Video"),
        ((category == "search") | one_of("organic"), "Organic Search"),
        (one_of("referral", "app", "link"), "Referral"),
        (source.is_in(mail) | one_of(*mail), "Email"),
        (one_of("affiliate"), "Affiliates"),
        (one_of("audio"), "Audio"),
        ((source == "sms") | one_of("sms"), "SMS"),
        (said.str.ends_with("push") | said.str.contains("mobile|notification") | (source == "firebase"),
         "Mobile Push Notifications"),
    )  # fmt: skip
    return _first(rules).fill_null("Unassigned")


def _own(tags: pl.DataFrame) -> pl.DataFrame:
    """``channel``, from tags that have ``channel_ga4`` and Google's ``category``."""
    place = _sites().of(tags["source"])
    unknown = _group(pl.col("medium"), pl.lit(None, pl.String), pl.lit(None, pl.String), pl.lit("")) == "Unassigned"
    no_address = pl.when(~pl.col("source").str.contains(".", literal=True)).then("source")
    tags = tags.with_columns(
        place=place,
        meant=pl.when(unknown).then(_meaning(pl.col("medium"))),
        source_meant=_meaning(no_address),
        said=_words(pl.concat_str(pl.col("source", "medium"), separator=" ", ignore_nulls=True)),
    )
    medium = pl.coalesce("meant", "medium")
    paid = medium.fill_null("").str.contains(PAID)
    hinted = _first([(paid & pl.col("said").str.contains(_any_of(w)), kind) for kind, w in _hints().items()])
    known = pl.col("place").replace_strict(_KINDS, default=None, return_dtype=pl.String)
    tags = tags.with_columns(paid=paid, category=pl.coalesce(known, pl.when(place.is_null()).then("category"), hinted))
    tags = tags.with_columns(tagged=_tagged(medium))
    vague = pl.col("tagged") == "Unassigned"
    tags = tags.with_columns(
        tagged=pl.when(vague).then(_tagged(pl.coalesce("source_meant", medium))).otherwise("tagged")
    )
    meant = pl.coalesce("meant", pl.when(vague).then("source_meant"))
    certain, likely = _of_click(pl.col("kind"), pl.col("paid"))
    rules = (
        ((pl.col("place") == "assistants") & ~paid, "AI Assistants"),
        ((meant == "whatsapp") | ((pl.col("place") == "whatsapp") & ~paid), "WhatsApp"),
        ((meant == "offline") & pl.col("category").is_null(), "Offline"),
        ((pl.col("place") == "webmail") & pl.col("tagged").is_in(_VAGUE), "Email"),
    )
    by_click = pl.when(pl.col("tagged").is_in(_VAGUE)).then(likely)
    return tags.with_columns(channel=pl.coalesce(certain, _first(rules), by_click, "tagged"))


def _of_click(kind: pl.Expr, paid: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """What the kind of click id proves, whatever the tags say; and what it suggests where they say little."""
    known: Mapping[str, Mapping[str, str]] = facts("channels")["click_ids"]
    ads = {name: fact["channel"] for name, fact in known.items() if fact["channel"].startswith(("Paid", "Display"))}
    with_tag = {name: fact["paid"] for name, fact in known.items() if "paid" in fact}
    likely = {name: fact["channel"] for name, fact in known.items() if name not in ads}

    def channel(of: Mapping[str, str]) -> pl.Expr:
        return kind.replace_strict(of, default=None, return_dtype=pl.String)

    return pl.coalesce(channel(ads), pl.when(paid).then(channel(with_tag))), channel(likely)


def _meaning(text: pl.Expr) -> pl.Expr:
    """The medium that Google would call what ``text`` says in people's own words; null when it says none we know."""
    words = _words(text)
    return _first(
        [(words.str.contains(_any_of(known)), medium) for medium, known in facts("channels")["media"].items()]
    )


def _words(text: pl.Expr) -> pl.Expr:
    """Small letters without accents, words between single spaces."""
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def _any_of(words: Sequence[str]) -> str:
    return r"(?:^| )(?:" + "|".join(words) + r")(?:$| )"


def _first(rules: Sequence[tuple[pl.Expr, str]]) -> pl.Expr:
    """The answer of the first rule that holds; null when none does."""
    return pl.coalesce(pl.when(holds).then(pl.lit(answer)) for holds, answer in rules)


@cache
def google_sites() -> dict[str, str]:
    """The words and domains that Google puts in a category (search, shopping, video, social)."""
    found: dict[str, str] = {}
    for category, written in facts("ga4_sources").items():
        for word in written.split():
            name = word.rstrip("*").replace("~", " ")
            found |= {name: category} | ({f"{name}.com": category} if word.endswith("*") else {})
    return found


@cache
def _sites() -> Sites:
    return sites(facts("channels")["sources"])


def _hints() -> dict[str, list[str]]:
    hints: dict[str, list[str]] = facts("channels")["hints"]
    return hints
