"""Reading rules of segments that people write: every mistake is found at once, or the rules are right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from custintel import remarks
from custintel.i18n import N_, _
from custintel.remarks import FORM, MistakesError
from custintel.segment.rules import SIGNS, Condition, Rule, Sign
from custintel.tables.headers import key
from custintel.yaml_nodes import Mapping as Lines
from custintel.yaml_nodes import Node, Scalar, parse, read_bytes
from custintel.yaml_nodes import Sequence as List

PRESETS = ("rfm",)
MOST_SEGMENTS = 50
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "recency": ("days since last order", "dias desde el ultimo pedido", "dias sin comprar", "recencia"),
    "orders": ("pedidos", "frequency", "frecuencia"),
    "net": ("money", "ventas", "gasto"),
    "ticket": ("average order", "pedido promedio"),
    "margin": ("margen",),
    "age": ("days since first order", "dias desde el primer pedido"),
    "days": ("days with orders", "dias con pedidos"),
    "undone": ("refused or returned", "rechazados o devueltos"),
    "r": (),
    "f": (),
    "m": (),
    "fm": (),
}
"""What is known of purchases, and what else it may be called; scores are from 1 to 5."""
_WORDS = {"segments": ("segmentos",), "name": ("nombre",), "where": ("donde", "cuando")}
_CONDITION = re.compile(r"(>=|<=|!=|<>|=>|=<|<|>|=|≥|≤)?\s*(.+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:[.,]\d{3})+")
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)\s*%")
_SIGNS: Mapping[str, Sign] = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<=", "<>": "!="}

MISTAKES: remarks.Sentences = {
    **FORM,
    "segments_missing": (
        N_("There are no segments in it."),
        N_("Add segments: and, below it, one '- name:' for each."),
    ),
    "name_missing": (N_("This segment has no name."), N_("Add the line 'name:' to it.")),
    "too_many": (N_("There are {n} segments."), N_("Nobody can work with more than {most}: join some.")),
    "unknown_column": (N_("'{seen}' is nothing that is known of customers."), N_("What is known: {choices}.")),
    "number_ambiguous": (
        N_("{key}: {seen} could be thousands or decimals."),
        N_("Write it without separators: {plain}."),
    ),
    "not_text_sign": (N_("{key} is text, and '{seen}' compares numbers."), N_("Write the text, or several in [ ].")),
    "after_everybody": (
        N_("The segment on line {first} takes everybody who is left: this one never gets anybody."),
        N_("Put the one without where: last."),
    ),
}
"""What is wrong, and how to repair it, by code."""


@dataclass(frozen=True)
class Remark(remarks.Remark):
    """A mistake in a file of rules, of :data:`MISTAKES`."""

    sentences: ClassVar[remarks.Sentences] = MISTAKES


@dataclass(frozen=True)
class RulesFile:
    """Segments made by rules.

    Attributes:
        names: of the segments, in the order in which they first stand there.
        rules: in the order in which they are tried.
    """

    names: tuple[str, ...]
    rules: tuple[Rule, ...]


def read_rules(path: Path, columns: Mapping[str, bool]) -> RulesFile:
    """The rules in the file at ``path``.

    Args:
        path: the file.
        columns: what else is known of customers, and whether it is a number.

    Raises:
        MistakesError: it has mistakes; all of them are in the error.
        CustintelError: it cannot be read.
    """
    data = read_bytes(
        path,
        _("The rules of segments cannot be read."),
        _("ci init writes a template of them; ci segment --rules rfm needs no file."),
    )
    found, mistakes = parse_rules(data.decode("utf-8-sig", errors="replace"), columns)
    if mistakes:
        raise MistakesError(mistakes, path.name)
    return found


def preset(name: str) -> RulesFile:
    """The rules that come with the program under ``name``, one of :data:`PRESETS`."""
    text = (files("custintel.segment") / f"{name}.yaml").read_text("utf-8")
    found, mistakes = parse_rules(text, {})
    assert not mistakes, mistakes
    return found


def parse_rules(text: str, columns: Mapping[str, bool]) -> tuple[RulesFile, list[Remark]]:
    """The rules of a text and its mistakes, in the order of lines; rules only count where there are no mistakes."""
    tree, form = parse(text)
    reading = _Reading(columns)
    reading.remarks += [Remark(one.code, one.line, one.details) for one in form]
    if tree is not None:
        reading.file(tree)
    rules = RulesFile(tuple(reading.names), tuple(reading.rules))
    return rules, sorted(reading.remarks, key=lambda one: one.line)


class _Reading:
    """Rules read from nodes, and what is wrong with them."""

    def __init__(self, columns: Mapping[str, bool]) -> None:
        self.remarks: list[Remark] = []
        self.names: list[str] = []
        self.rules: list[Rule] = []
        self._numeric = {**columns, **dict.fromkeys(COLUMNS, True)}
        self._called = {key(word): name for name, words in COLUMNS.items() for word in (name, *words)}
        self._called = {**{key(name): name for name in columns}, **self._called}

    def file(self, tree: Node) -> None:
        top = self._mapping("segments", tree, ("segments",))
        node = top.get("segments")
        if node is None or (isinstance(node, Scalar) and node.empty):
            if not self.remarks:
                self._remark("segments_missing", tree.line)
            return
        if not isinstance(node, List):
            self._remark("form_list", node.line, key="segments")
            return
        everybody = 0
        for item in node.items:
            if everybody:
                self._remark("after_everybody", item.line, first=everybody)
            if self._segment(item):
                everybody = item.line
        if len(self.names) > MOST_SEGMENTS:
            self._remark("too_many", node.line, n=len(self.names), most=MOST_SEGMENTS)

    def _segment(self, node: Node) -> bool:
        """Add one segment; whether it takes everybody who is left."""
        parts = self._mapping("-", node, ("name", "where"))
        if "name" not in parts:
            if isinstance(node, Lines):
                self._remark("name_missing", node.line)
            return False
        name = " ".join(self._text("name", parts["name"]).split())
        conditions: list[Condition] = []
        where = parts.get("where")
        if where is not None and not (isinstance(where, Scalar) and where.empty):
            conditions = self._conditions(where)
        if not name:
            return False
        if name not in self.names:
            self.names.append(name)
        self.rules.append(Rule(self.names.index(name), tuple(conditions)))
        return not conditions and ("where" not in parts or (isinstance(where, Scalar) and where.empty))

    def _conditions(self, node: Node) -> list[Condition]:
        if not isinstance(node, Lines):
            self._remark("form_mapping", node.line, key="where")
            return []
        found: list[Condition] = []
        lines: dict[str, int] = {}
        for label, value in node.pairs:
            column = self._called.get(key(label.text), "")
            if not column:
                near = difflib.get_close_matches(key(label.text), list(self._called), 1, 0.7)
                suggestion = self._called[near[0]] if near else ""
                choices = ", ".join(dict.fromkeys((*COLUMNS, *self._numeric)))
                self._remark("unknown_column", label.line, seen=label.text, suggestion=suggestion, choices=choices)
            elif column in lines:
                self._remark("duplicate_key", label.line, seen=label.text, first=lines[column])
            else:
                lines[column] = label.line
                found += self._numbers(column, value) if self._numeric[column] else self._texts(column, value)
        return found

    def _numbers(self, column: str, node: Node) -> list[Condition]:
        """Conditions such as ``>= 3, < 10``; a number alone must be met exactly."""
        text = self._text(column, node)
        parts = [part for part in re.split(r",\s+|\s+and\s+|\s+y\s+|\s*&\s*|,(?=\s*[<>=≥≤!])", text) if part.strip()]
        return [found for part in parts if (found := self._number(column, part.strip(), node.line))]

    def _number(self, column: str, text: str, line: int) -> Condition | None:
        matched = _CONDITION.fullmatch(text)
        said = (matched[1] or "=", matched[2].strip()) if matched else ("=", text)
        sign = _SIGNS.get(said[0], said[0])
        if _THOUSANDS.fullmatch(said[1]) and column not in ("r", "f", "m", "fm"):
            plain = said[1].replace(".", "").replace(",", "")
            self._remark("number_ambiguous", line, key=column, seen=said[1], plain=plain)
        elif (percent := _PERCENT.fullmatch(said[1])) and column not in COLUMNS:
            return Condition(column, _as_sign(sign), float(percent[1]) / 100)
        elif _NUMBER.fullmatch(said[1]):
            return Condition(column, _as_sign(sign), float(said[1]))
        else:
            self._remark("number_text", line, key=column, seen=text[:80])
        return None

    def _texts(self, column: str, node: Node) -> list[Condition]:
        """One text or a list of them, one of which must be met; with ``!=`` before it, none of which may be."""
        items = node.items if isinstance(node, List) else (node,)
        texts = [text for item in items if (text := self._text(column, item))]
        if not texts:
            return []
        if len(texts) == 1 and (matched := re.fullmatch(r"(!=|<>|=|[<>≥≤]=?)\s*(.+)", texts[0])):
            if matched[1] in ("!=", "<>"):
                return [Condition(column, "not in", (matched[2],))]
            if matched[1] != "=":
                self._remark("not_text_sign", node.line, key=column, seen=matched[1])
                return []
            texts = [matched[2]]
        return [Condition(column, "in", tuple(texts))]

    def _mapping(self, name: str, node: Node, known: Sequence[str]) -> dict[str, Node]:
        if not isinstance(node, Lines):
            self._remark("form_mapping", node.line, key=name)
            return {}
        called = {key(word): code for code in known for word in (code, *_WORDS[code])}
        found: dict[str, Node] = {}
        for label, value in node.pairs:
            code = called.get(key(label.text), "")
            if not code:
                near = difflib.get_close_matches(key(label.text), list(called), 1, 0.6)
                self._remark(
                    "unknown_key",
                    label.line,
                    seen=label.text,
                    suggestion=near[0] if near else "",
                    choices=", ".join(called),
                )
            elif code in found:
                self._remark("duplicate_key", label.line, seen=label.text, first=found[code].line)
            else:
                found[code] = value
        return found

    def _text(self, name: str, node: Node) -> str:
        if not isinstance(node, Scalar):
            self._remark("form_word", node.line, key=name)
        elif node.empty or not node.text.strip():
            self._remark("empty_value", node.line, key=name)
        else:
            return node.text.strip()
        return ""

    def _remark(self, code: str, line: int, **details: object) -> None:
        self.remarks.append(Remark(code, line, {name: str(value) for name, value in details.items()}))


def _as_sign(text: str) -> Sign:
    return next(sign for sign in SIGNS if sign == text)
