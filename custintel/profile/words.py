"""The words of ``ci profile``: values, groups, and what groups do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from babel.dates import get_day_names, get_month_names

from custintel import formats
from custintel.i18n import N_, _
from custintel.tables.codes import CHANNELS, PAYMENT_METHODS, SALE_CHANNELS, worded
from custintel.tables.segment_names import segment_label

TOPICS: Mapping[str, str] = {
    "buys": N_("What they buy"),
    "pays": N_("How they pay"),
    "when": N_("When they buy"),
    "where": N_("Where"),
    "interests": N_("What interests them"),
    "motivators": N_("What moves them"),
    "comes_back": N_("What comes back, and what they say"),
    "who": N_("Who they are"),
}
COUNTED: Mapping[str, str] = {
    "orders": N_("orders"),
    "lines": N_("order lines"),
    "visits": N_("visits"),
    "returns": N_("returns"),
    "answers": N_("answers"),
    "people": N_("people"),
}
PARTS: Mapping[str, str] = {
    "night": N_("night (0 to 6 h)"),
    "morning": N_("morning (6 to 12 h)"),
    "afternoon": N_("afternoon (12 to 18 h)"),
    "evening": N_("evening (18 to 24 h)"),
}
SEASONS: Mapping[str, str] = {
    "q1": N_("January to March"),
    "q2": N_("April to June"),
    "q3": N_("July to September"),
    "q4": N_("October to December"),
}
BANDS: Mapping[str, str] = {
    "low": N_("low: under 80% of the usual"),
    "middle": N_("usual"),
    "high": N_("high: over 125% of the usual"),
}
GENDERS: Mapping[str, str] = {"f": N_("women"), "m": N_("men"), "x": N_("another gender")}
AGES: Mapping[str, str] = {
    "under_18": N_("under 18"),
    "18_24": N_("18 to 24"),
    "25_34": N_("25 to 34"),
    "35_44": N_("35 to 44"),
    "45_54": N_("45 to 54"),
    "55_64": N_("55 to 64"),
    "65_up": N_("65 and over"),
}
ANSWERS: Mapping[str, str] = {"happy": N_("happy"), "neutral": N_("neutral"), "unhappy": N_("unhappy")}
REACH: Mapping[str, str] = {"email": N_("email"), "whatsapp": N_("WhatsApp"), "sms": N_("SMS"), "call": N_("calls")}
DEVICES: Mapping[str, str] = {"mobile": N_("mobile"), "desktop": N_("computer"), "tablet": N_("tablet")}
TIMES: Mapping[str, str] = {"none": N_("no purchase"), "once": N_("one purchase"), "again": N_("two purchases or more")}
TRUTH: Mapping[str, str] = {"yes": N_("yes"), "no": N_("no")}
MOTIVATORS: Mapping[str, str] = {
    "coupon": N_("coupons"),
    "discount": N_("discounts"),
    "free_shipping": N_("free shipping"),
    "novelty": N_("what is new to them"),
    "low_price": N_("low prices"),
    "stated": N_("their own reason"),
}
CODES: Mapping[str, Mapping[str, str]] = {
    "payment_method": PAYMENT_METHODS,
    "sale_channel": SALE_CHANNELS,
    "channel": CHANNELS,
    "part_of_day": PARTS,
    "season": SEASONS,
    "price_band": BANDS,
    "gender": GENDERS,
    "age_band": AGES,
    "satisfaction": ANSWERS,
    "best_channel": REACH,
    "device": DEVICES,
    "frequency": TIMES,
    **dict.fromkeys(("consent_email", "consent_sms", "consent_whatsapp", "consent_call"), TRUTH),
}
"""The words of the codes of a trait or a cut."""

WHO: Mapping[str, str] = {
    "segment": N_("People of the segment {group}"),
    "city": N_("People of {group}"),
    "region": N_("People of {group}"),
    "country": N_("People of {group}"),
    "channel": N_("People who come through {group}"),
    "sale_channel": N_("People who buy through {group}"),
    "store": N_("People who buy in {group}"),
    "payment_method": N_("People who pay by {group}"),
    "payment_method:cod": N_("People who pay on delivery"),
    "category": N_("People who buy most of {group}"),
    "price_band:low": N_("People who buy what is cheap"),
    "price_band:middle": N_("People who buy at usual prices"),
    "price_band:high": N_("People who buy what is dear"),
    "part_of_day": N_("People who buy in the {group}"),
    "frequency:none": N_("People who have not bought"),
    "frequency:once": N_("People who bought once"),
    "frequency:again": N_("People who came back to buy"),
    "gender:f": N_("Women"),
    "gender:m": N_("Men"),
    "gender:x": N_("People of another gender"),
    "age_band": N_("People of {group} years"),
    "satisfaction": N_("People who say they are {group}"),
}
"""The subject of a sentence about a group, as the plural in English and the singular 'la gente' in Spanish."""
DOES: Mapping[str, str] = {
    "category": N_("buy {value}"),
    "product": N_("buy {value}"),
    "price_band:low": N_("choose what is cheap for its category"),
    "price_band:middle": N_("choose what has the usual price of its category"),
    "price_band:high": N_("choose what is dear for its category"),
    "satisfaction:happy": N_("are happy when asked"),
    "satisfaction:neutral": N_("are neither happy nor unhappy when asked"),
    "satisfaction:unhappy": N_("are unhappy when asked"),
    "consent_email:yes": N_("permit email"),
    "consent_sms:yes": N_("permit SMS"),
    "consent_whatsapp:yes": N_("permit WhatsApp"),
    "consent_call:yes": N_("permit calls"),
    "payment_method": N_("pay by {value}"),
    "payment_method:cod": N_("pay on delivery"),
    "installments": N_("pay in {value} payments"),
    "part_of_day": N_("buy in the {value}"),
    "hour": N_("buy at {value}"),
    "weekday": N_("buy on {value}"),
    "month": N_("buy in {value}"),
    "season": N_("buy from {value}"),
    "payday": N_("buy around payday"),
    "channel": N_("come through {value}"),
    "sale_channel": N_("buy through {value}"),
    "store": N_("buy in {value}"),
    "city": N_("have orders sent to {value}"),
    "region": N_("have orders sent to {value}"),
    "country": N_("have orders sent to {value}"),
    "device": N_("visit with a {value}"),
    "browsed": N_("look at {value} on the website"),
    "browsed_not_bought": N_("look at {value} without ever buying it"),
    "interests": N_("say they are interested in {value}"),
    "coupon": N_("use a coupon"),
    "discount": N_("buy with a discount"),
    "free_shipping": N_("get free shipping"),
    "over_threshold": N_("fill the basket to just above free shipping"),
    "novelty": N_("choose what is new to them"),
    "low_price": N_("buy below the usual price"),
    "motivator": N_("give as their reason {value}"),
    "refused": N_("refuse orders at the door"),
    "returned": N_("send something back"),
    "cancelled": N_("cancel orders"),
    "return_reason": N_("give as reason of a return {value}"),
    "gender": N_("are {value}"),
    "age_band": N_("are {value} years old"),
    "residence": N_("live in {value}"),
    "tags": N_("have the tag {value}"),
    "best_channel": N_("are best reached by {value}"),
}
"""What a group does with a value of a trait, by trait or by both; what is not here is said as 'are {value}'."""


def value(trait: str, code: str | None) -> str:
    """A value of a trait in words."""
    if code is None:
        return ""
    writers: Mapping[str, Callable[[str], str]] = {
        "weekday": weekday,
        "month": month,
        "hour": hour,
        "country": country,
    }
    if trait in writers:
        return writers[trait](code)
    return worded(code, CODES[trait]) if trait in CODES else code


def weekday(number: str | int) -> str:
    """Monday is 1."""
    return str(get_day_names("wide", locale=formats.locale())[int(number) - 1])


def month(number: str | int) -> str:
    """January is 1."""
    return str(get_month_names("wide", locale=formats.locale())[int(number)])


def hour(number: str | int) -> str:
    """The whole hour: 20:00 to 20:59."""
    return f"{int(number)}:00–{int(number)}:59"


def country(code: str) -> str:
    """The country in the active language; the code when there is none such."""
    return str(formats.locale().territories.get(code, code))


def group(cut: str, name: str | None) -> str:
    """A group in words."""
    if name is None:
        return _("Everybody")
    if cut == "segment":
        return segment_label(name)
    return value("" if cut == "category" else cut, name)


def who(cut: str, name: str | None) -> str:
    """The subject of a sentence about a group."""
    if name is None:
        return _("Everybody")
    if told := WHO.get(f"{cut}:{name}") or WHO.get(cut):
        return _(told).format(group=group(cut, name))
    return _("People with {cut} {group}").format(cut=cut, group=name)


def does(trait: str, code: str | None) -> str:
    """What a group does."""
    told = DOES.get(f"{trait}:{code}") or DOES.get(trait) or N_("are {value}")
    return _(told).format(value=value(trait, code))


def times(lift: float | None) -> str:
    """How much more or less often than the rest, in words that claim no more precision than they have."""
    if lift is None:
        return _("and the rest never")
    if 1.8 <= lift <= 2.2:
        return _("twice as often as the rest")
    if lift > 10:
        return _("more than ten times as often as the rest")
    if lift > 1.45:
        return _("{times} times as often as the rest").format(times=formats.number(lift, 1))
    if 0.45 <= lift <= 0.55:
        return _("half as often as the rest")
    if lift < 0.45:
        return _("far less often than the rest")
    return _("more often than the rest") if lift > 1 else _("less often than the rest")
