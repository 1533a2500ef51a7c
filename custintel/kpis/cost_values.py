"""What a single value of ``costs.yaml`` says: numbers, shares, dates, words. A wrong one leaves a remark.

A misspelt word is read on as the one it resembles: so the rest of what it belongs to is checked in the same run, and
nothing is said to be missing that is only misspelt.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal

from custintel.kpis.cost_remarks import Remark
from custintel.kpis.cost_vocabulary import aliases_of, code_of, nearest
from custintel.minor_units import exponents
from custintel.yaml_nodes import Mapping, Node, Scalar, Sequence

_PLAIN = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+),(?:\d{1,2}|\d{4,})")
_SEPARATED = re.compile(r"\d{1,3}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,}|(?:,\d{3})+\.\d{1,2})")
_LEADING_ZERO = re.compile(r"0\d+")
_SEXAGESIMAL = re.compile(r"\d+(?::\d{1,2})+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OTHER_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MOST_DIGITS, _MOST_DECIMALS = 12, 8
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


@dataclass
class Reading:
    """Values read from nodes, and the remarks about those that cannot be."""

    remarks: list[Remark] = field(default_factory=list)
    typed: dict[tuple[int, str], str] = field(default_factory=dict)
    """By line and code, a key as the person writes it."""

    def remark(self, code: str, line: int, **details: object) -> None:
        """Note a mistake on ``line``; its key is told as it stands there."""
        said = {name: str(value) for name, value in details.items()}
        typed = self.typed.get((line, said.get("key", "")))
        self.remarks.append(Remark(code, line, {**said, "typed": typed} if typed else said))

    def scalar(self, name: str, node: Node) -> Scalar | None:
        """``node`` when it is one value that is not empty."""
        if not isinstance(node, Scalar):
            self.remark("form_word", node.line, key=name)
        elif node.empty or not node.text.strip():
            self.remark("empty_value", node.line, key=name)
        else:
            return node
        return None

    def text(self, name: str, node: Node) -> str:
        """A text as typed; empty when there is none."""
        found = self.scalar(name, node)
        return found.text.strip() if found else ""

    def mapping(self, name: str, node: Node, kind: str, unknown: str = "unknown_key") -> dict[str, Node]:
        """Values by the code of their key, which is a word of ``kind``; the first of a repeated key.

        A misspelt key stands for the one it resembles, where that is not written besides.
        """
        if not isinstance(node, Mapping):
            self.remark("form_mapping", node.line, key=name)
            return {}
        found: dict[str, Node] = {}
        meant: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for label, value in node.pairs:
            code = code_of(kind, label.text)
            if not code:
                meant.setdefault(self._unknown(unknown, label, kind), value)
            elif code in found:
                self.remark("duplicate_key", label.line, seen=label.text, first=lines[code])
            else:
                found[code], lines[code] = value, label.line
                if label.text != code:
                    self.typed[value.line, code] = label.text
        return {code: value for code, value in (meant | found).items() if code}

    def items(self, name: str, node: Node) -> tuple[Node, ...]:
        """The entries of a list."""
        if isinstance(node, Sequence):
            return node.items
        self.remark("form_list", node.line, key=name)
        return ()

    def word(self, name: str, node: Node, kind: str, unknown: str = "unknown_value") -> str:
        """The code of a word of ``kind``, or of the one it resembles; empty when it is none."""
        found = self.scalar(name, node)
        if found is None:
            return ""
        return code_of(kind, found.text) or self._unknown(unknown, found, kind, key=name)

    def choice(self, name: str, node: Node) -> str:
        """The code of one of the words that the key ``name`` knows."""
        return self.word(name, node, name)

    def category(self, name: str, node: Node) -> str:
        """The code of a category."""
        return self.word(name, node, "category", "unknown_category")

    def driver(self, name: str, node: Node) -> str:
        """The code of a driver."""
        return self.word(name, node, "driver", "unknown_driver")

    def flag(self, name: str, node: Node) -> bool:
        """Yes or no; no when it is neither."""
        return self.word(name, node, "boolean") == "true"

    def number(self, name: str, node: Node, *, driver: str = "", share: bool = False) -> Decimal | None:
        """A number that is not negative, percentages as fractions.

        Args:
            name: the key, for the remark.
            node: what stands there.
            driver: a driver that counts in money, with which a percentage makes no sense.
            share: whether it is a fraction, so that a number above 1 is meant as a percentage.
        """
        found = self.scalar(name, node)
        if found is None:
            return None
        seen = found.text.strip()
        if percent := _PERCENT.fullmatch(seen):
            if not driver:
                return self._bounded(name, found.line, Decimal(percent[1]) / 100)
            self.remark("percent_of_money", found.line, key=name, seen=seen, driver=driver)
        elif seen.startswith("-") and re.fullmatch(r"-[\d.,]+%?", seen):
            self.remark("number_negative", found.line, key=name, seen=seen)
        elif _AMBIGUOUS.fullmatch(seen):
            read = _shown(Decimal(seen))
            decimal = f"{seen}0" if _AMBIGUOUS.fullmatch(read) else read
            thousands = seen.replace(".", "")
            self.remark(
                "number_ambiguous", found.line, key=name, seen=seen, read=read, thousands=thousands, decimal=decimal
            )
        elif _LEADING_ZERO.fullmatch(seen) or _SEXAGESIMAL.fullmatch(seen):
            self.remark("number_old_form", found.line, key=name, seen=seen, **_old_reading(seen))
        elif _PLAIN.fullmatch(seen):
            return self._bounded(name, found.line, Decimal(seen))
        else:
            self.remark("number_text", found.line, key=name, seen=found.text[:80], suggestion=_as_number(seen, share))
        return None

    def fraction(self, name: str, node: Node, wrong: str = "share_above_one") -> Decimal | None:
        """A fraction between 0 and 1, or a percentage; above 1 leaves the remark ``wrong``."""
        number = self.number(name, node, share=True)
        if number is not None and number > 1:
            self.remark(wrong, node.line, key=name, seen=_shown(number), fraction=_shown(number / 100))
            return None
        return number

    def vat(self, name: str, node: Node) -> Decimal | None:
        """A rate of VAT as a fraction."""
        return self.fraction(name, node, "vat_range")

    def date(self, name: str, node: Node) -> dt.date | None:
        """A day of this century written YYYY-MM-DD."""
        found = self.scalar(name, node)
        if found is None:
            return None
        try:
            if _DAY.fullmatch(found.text.strip()):
                day = dt.date.fromisoformat(found.text.strip())
                if _FIRST_YEAR <= day.year <= _LAST_YEAR:
                    return day
        except ValueError:
            pass
        self.remark("date_form", found.line, key=name, seen=found.text[:80], suggestion=_as_day(found.text))
        return None

    def currency(self, name: str, node: Node) -> str:
        """A code of ISO 4217 in capitals; empty when it is none."""
        found = self.scalar(name, node)
        code = found.text.strip().upper() if found else ""
        if found and code not in exponents():
            self.remark("currency_unknown", found.line, seen=found.text[:80])
            return ""
        return code

    def _unknown(self, unknown: str, word: Scalar, kind: str, **details: str) -> str:
        """Note that ``word`` is none of ``kind``; the code of the one it resembles, empty when it resembles none."""
        suggestion, choices = nearest(word.text, [kind]), ", ".join(aliases_of(kind))
        self.remark(
            unknown, word.line, **details, seen=word.text[:80], suggestion=suggestion, choices=choices, kind=kind
        )
        return code_of(kind, suggestion)

    def _bounded(self, name: str, line: int, number: Decimal) -> Decimal | None:
        whole, exponent = number.adjusted() + 1, int(number.normalize().as_tuple().exponent)
        if number and (whole > _MOST_DIGITS or -exponent > _MOST_DECIMALS):
            self.remark("number_long", line, key=name, seen=str(number)[:80])
            return None
        return number


def _old_reading(seen: str) -> dict[str, str]:
    """What YAML 1.1 makes of a number with a leading zero (octal) or with colons (base 60)."""
    if ":" in seen:
        value = 0
        for part in seen.split(":"):
            value = value * 60 + int(part)
        return {"read": str(value), "plain": seen.replace(":", ".")}
    plain = seen.lstrip("0") or "0"
    return {"read": str(int(seen, 8)) if set(seen) <= set("01234567") else f"'{seen}'", "plain": plain}


def _as_number(text: str, share: bool) -> str:
    """The number that ``2,99``, ``1.200.000`` or ``1.200,50`` can only mean; empty when there is none or two."""
    plain, percent = text.removesuffix("%").rstrip(), "%" if text.endswith("%") else ""
    if _COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _SEPARATED.fullmatch(plain):
        plain = plain.replace(plain.lstrip("0123456789")[0], "")
    else:
        return ""
    return plain + ("%" if share and Decimal(plain) > 1 else percent)


def _as_day(text: str) -> str:
    """The day that ``31/01/2026`` can only mean, empty when there is none or two."""
    found = _OTHER_DAY.fullmatch(text.strip())
    if not found:
        return ""
    first, second, year = (int(part) for part in found.groups())
    days = set()
    for day, month in ((first, second), (second, first)):
        try:
            days.add(dt.date(year, month, day))
        except ValueError:
            continue
    return f"{days.pop()}" if len(days) == 1 else ""


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"
