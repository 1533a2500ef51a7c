"""Rules in words: for people, for the builder of segments of a mailing tool, for a formula in Excel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from custintel import formats, i18n
from custintel.i18n import N_, _
from custintel.segment.rules import Condition, Rule, plain
from custintel.tables.segment_names import feature_label, segment_label

_DAYS = {"recency", "age", "span"}
_COUNTS = {"orders", "days", "undone"}
_MONEY = {"net", "margin", "ticket", "acquisition"}

SAID: Mapping[str, tuple[str, str, str, str]] = {
    "recency": (
        N_("last purchase at most {high} days ago"),
        N_("last purchase more than {low} days ago"),
        N_("last purchase {low} to {high} days ago"),
        N_("last purchase {low} days ago"),
    ),
    "orders": (
        N_("at most {high} orders"),
        N_("{low} orders or more"),
        N_("{low} to {high} orders"),
        N_("{low} orders"),
    ),
    "net": (
        N_("spent less than {high}"),
        N_("spent {low} or more"),
        N_("spent {low} to {high}"),
        N_("spent {low}"),
    ),
    "whole": (
        N_("{feature}: at most {high}"),
        N_("{feature}: {low} or more"),
        N_("{feature}: {low} to {high}"),
        N_("{feature}: {low}"),
    ),
    "": (
        N_("{feature}: less than {high}"),
        N_("{feature}: {low} or more"),
        N_("{feature}: {low} to {high}"),
        N_("{feature}: {low}"),
    ),
}
"""What is said of a column that is at most, at least, between, exactly so much; ``whole`` in whole numbers."""
_ONE = {N_("{low} orders"): N_("1 order"), N_("at most {high} orders"): N_("1 order")}


def sentence(rule: Rule, currency: str, whole: Collection[str] = ()) -> str:
    """A rule as people say it.

    Args:
        rule: the rule.
        currency: of money; may be empty.
        whole: further columns that are counted in whole numbers.
    """
    whole = {*_COUNTS, *_DAYS, *whole}
    columns = list(dict.fromkeys(one.column for one in rule.conditions))
    parts = [
        _said(column, [one for one in rule.conditions if one.column == column], currency, column in whole)
        for column in columns
    ]
    text = ", ".join(parts) or _("everybody who is left")
    return text[:1].upper() + text[1:]


def _said(column: str, conditions: Sequence[Condition], currency: str, whole: bool) -> str:
    first = conditions[0]
    if isinstance(first.value, tuple):
        words = ", ".join(first.value)
        form = _("{feature}: not {words}") if first.sign == "not in" else _("{feature}: {words}")
        return form.format(feature=feature_label(column), words=words)
    unlike = [one for one in conditions if one.sign == "!="]
    if unlike:
        words = ", ".join(
            _number(column, float(one.value), currency) for one in unlike if not isinstance(one.value, tuple)
        )
        said = [_("{feature}: not {words}").format(feature=feature_label(column), words=words)]
        others = [one for one in conditions if one.sign != "!="]
        return ", ".join([*([_said(column, others, currency, whole)] if others else []), *said])
    low, high, exact = _bounds(conditions, whole)
    at_most, at_least, between, exactly = SAID.get(column, SAID["whole" if whole else ""])
    if exact is not None or (low is not None and low == high):
        low = exact if exact is not None else low
        form = exactly
    else:
        form = between if low is not None and high is not None else at_least if low is not None else at_most
    if column == "recency" and form == at_least and low is not None:
        low -= 1  # "more than"
    one = column == "orders" and (low if form == exactly else high) == 1 and form in _ONE
    figures = {"low": _number(column, low, currency), "high": _number(column, high, currency)}
    return _(_ONE[form] if one else form).format(feature=feature_label(column), **figures)


def _bounds(conditions: Sequence[Condition], whole: bool) -> tuple[float | None, float | None, float | None]:
    """The least, the most and the exact value; of what is counted in whole numbers both ends belong to it."""
    low = high = exact = None
    for one in conditions:
        value = float(one.value) if not isinstance(one.value, tuple) else 0.0
        if one.sign == "=":
            exact = value
        elif one.sign in (">", ">="):
            value = value + 1 if whole and one.sign == ">" else value
            low = value if low is None else max(low, value)
        elif one.sign in ("<", "<="):
            value = value - 1 if whole and one.sign == "<" else value
            high = value if high is None else min(high, value)
    return low, high, exact


def _number(column: str, value: float | None, currency: str) -> str:
    if value is None:
        return ""
    if column in _MONEY and currency:
        return formats.whole_money(value, currency) if value == int(value) else formats.money(value, currency)
    return formats.number(value, 0 if value == int(value) else 2)


def tool_conditions(rule: Rule) -> list[str]:
    """A rule as conditions in the words of a mailing tool's builder of segments (Klaviyo, Brevo...), all of which must
    hold.
    """
    return [_tool(one) for one in rule.conditions]


def _tool(one: Condition) -> str:
    if isinstance(one.value, tuple):
        form = (
            _("Property {name} is not in: {values}") if one.sign == "not in" else _("Property {name} is in: {values}")
        )
        return form.format(name=one.column, values=", ".join(one.value))
    value = plain(one.value)
    forms = {
        ("recency", "<="): N_("Placed Order at least once in the last {value} days"),
        ("recency", ">"): N_("Placed Order zero times in the last {value} days"),
        ("orders", ">="): N_("Placed Order at least {value} times over all time"),
        ("orders", "<"): N_("Placed Order less than {value} times over all time"),
        ("net", ">="): N_("Total spent is at least {value}"),
        ("net", "<"): N_("Total spent is less than {value}"),
    }
    known = forms.get((one.column, one.sign))
    if known:
        return _(known).format(value=value)
    return _("Property {name} {sign} {value}").format(name=one.column, sign=one.sign, value=value)


def excel_formula(rules: Sequence[Rule], codes: Sequence[str], letters: Mapping[str, str], row: int = 2) -> str:
    """A formula that says the segment of the customer in a row, as the Excel of the active language takes it.

    Args:
        rules: tried from the first to the last.
        codes: the segments.
        letters: the column of the sheet in which each column of the rules stands.
        row: of the customer.

    Returns:
        Empty when a column is on no sheet or the formula would be longer than Excel allows.
    """
    spanish = i18n.language() == "es"
    when, both, either, mark = ("SI", "Y", "O", ";") if spanish else ("IF", "AND", "OR", ",")
    formula = '""'
    for rule in reversed(rules):
        said = _quoted(segment_label(codes[rule.segment]))
        parts = []
        for one in rule.conditions:
            if one.column not in letters:
                return ""
            cell = f"${letters[one.column]}{row}"
            if isinstance(one.value, tuple):
                tests = mark.join(f"{cell}={_quoted(text)}" for text in one.value)
                parts.append(
                    f"NO({either}({tests}))"
                    if one.sign == "not in" and spanish
                    else f"NOT({either}({tests}))"
                    if one.sign == "not in"
                    else f"{either}({tests})"
                )
            else:
                sign = "<>" if one.sign == "!=" else one.sign
                value = plain(one.value).replace(".", ",") if spanish else plain(one.value)
                parts.append(f"{cell}{sign}{value}")
        test = f"{both}({mark.join(parts)})" if parts else ""
        formula = f"{when}({test}{mark}{said}{mark}{formula})" if test else said
    return f"={formula}" if rules and len(formula) < 8_000 else ""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
