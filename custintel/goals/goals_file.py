"""Reading ``goals.yaml``: every mistake is found at once, or the goals are right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from custintel import i18n
from custintel.goals import goal_words as words
from custintel.goals.goal_remarks import Remark
from custintel.goals.holdout import SHARE
from custintel.goals.targets import Goal
from custintel.i18n import _
from custintel.remarks import MistakesError
from custintel.tables.headers import key
from custintel.yaml_nodes import Mapping as Lines
from custintel.yaml_nodes import Node, Scalar, Sequence, parse, read_bytes

FILE = "goals.yaml"
MOST_HELD = 0.5

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_goals(path: Path, segments: Mapping[str, str]) -> list[Goal]:
    """The goals in the file at ``path``.

    Args:
        path: the file.
        segments: the words for every segment there is, by its code; empty when the base has none.

    Raises:
        MistakesError: it has mistakes; all of them are in the error.
        CustintelError: it cannot be read.
    """
    data = read_bytes(path, _("The list of goals cannot be read."), _("Without --goals, ci goals writes a proposal."))
    goals, mistakes = parse_goals(data.decode("utf-8-sig", errors="replace"), segments)
    if mistakes:
        raise MistakesError(mistakes, path.name)
    return goals


def parse_goals(text: str, segments: Mapping[str, str]) -> tuple[list[Goal], list[Remark]]:
    """The goals of a text and its mistakes, in the order of lines; goals only count where there are no mistakes."""
    tree, form = parse(text)
    reading = _Reading(segments)
    reading.remarks += [Remark(one.code, one.line, one.details) for one in form]
    goals = reading.file(tree) if tree is not None else []
    return goals, sorted(reading.remarks, key=lambda one: one.line)


class _Reading:
    """Goals read from nodes, and what is wrong with them."""

    def __init__(self, segments: Mapping[str, str]) -> None:
        self.remarks: list[Remark] = []
        self._segments = segments
        self._language = i18n.language()

    def file(self, tree: Node) -> list[Goal]:
        top = self._mapping(FILE, tree, words.TOP)
        holdout = self._share(top["holdout"]) if "holdout" in top else SHARE
        node = top.get("goals")
        if node is None or (isinstance(node, Scalar) and node.empty):
            if not self.remarks:
                self._remark("goals_missing", tree.line)
            return []
        if not isinstance(node, Sequence):
            self._remark("form_list", node.line, key=self._said(words.TOP, "goals"))
            return []
        goals = [goal for item in node.items if (goal := self._goal(item, holdout))]
        self._refuse_twice(goals)
        return goals

    def _goal(self, node: Node, holdout: float) -> Goal | None:
        before = len(self.remarks)
        parts = self._mapping("-", node, words.GOAL)
        for name in ("measure", "target"):
            if name not in parts and isinstance(node, Lines):
                self._remark("missing", node.line, key=self._said(words.GOAL, name))
        for name in ("from", "to"):
            if name not in parts and isinstance(node, Lines):
                self._remark("missing_date", node.line, key=self._said(words.GOAL, name))
        segment = self._segment(parts["segment"]) if "segment" in parts else None
        measure = self._measure(parts["measure"]) if "measure" in parts else ""
        target = self._number("target", parts["target"]) if "target" in parts else 0.0
        cost = self._number("offer_cost", parts["offer_cost"]) if "offer_cost" in parts else 0.0
        days = [self._day(name, parts[name]) if name in parts else None for name in ("from", "to")]
        start, end = days
        if target == 0 and "target" in parts and len(self.remarks) == before:
            self._remark("not_positive", parts["target"].line, key=self._said(words.GOAL, "target"), seen="0")
        if start and end and end < start:
            self._remark("to_before_from", parts["to"].line, seen=end, first=start)
        if len(self.remarks) > before or start is None or end is None or target is None or cost is None:
            return None
        return Goal(segment, measure, target, start, end, "person", cost, holdout, node.line)

    def _refuse_twice(self, goals: list[Goal]) -> None:
        for number, goal in enumerate(goals):
            for other in goals[:number]:
                same = (goal.segment, goal.measure) == (other.segment, other.measure)
                if same and goal.start <= other.end and other.start <= goal.end:
                    self._remark("goal_twice", goal.line, first=other.line)
                    break

    def _mapping(self, name: str, node: Node, known: words.Words) -> dict[str, Node]:
        if not isinstance(node, Lines):
            self._remark("form_mapping", node.line, key=name)
            return {}
        found: dict[str, Node] = {}
        for label, value in node.pairs:
            code = words.code_of(known, label.text)
            if not code:
                near = words.nearest(label.text, [word for both in known.values() for word in both])
                every = words.choices(known, self._language)
                self._remark("unknown_key", label.line, seen=label.text, suggestion=near, choices=every)
            elif code in found:
                self._remark("duplicate_key", label.line, seen=label.text, first=found[code].line)
            else:
                empty = isinstance(value, Scalar) and value.empty
                found[code] = Scalar(label.line, "") if empty else value
        return found

    def _text(self, name: str, node: Node) -> str:
        if not isinstance(node, Scalar):
            self._remark("form_word", node.line, key=name)
        elif node.empty or not node.text.strip():
            self._remark("empty_value", node.line, key=name)
        else:
            return node.text.strip()
        return ""

    def _segment(self, node: Node) -> str | None:
        text = self._text(self._said(words.GOAL, "segment"), node)
        if not text or key(text) in {key(word) for word in words.EVERYBODY}:
            return None
        for code, said in self._segments.items():
            if key(text) in (key(code), key(said)):
                return code
        names = [*self._segments.values(), *self._segments]
        near, every = words.nearest(text, names), ", ".join([words.EVERYBODY[self._language == "es"], *names])
        self._remark("segment_unknown", node.line, seen=text, suggestion=near, choices=every)
        return None

    def _measure(self, node: Node) -> str:
        name = self._said(words.GOAL, "measure")
        text = self._text(name, node)
        code = words.code_of(words.MEASURE, text) if text else ""
        if text and not code:
            near = words.nearest(text, [word for both in words.MEASURE.values() for word in both])
            every = words.choices(words.MEASURE, self._language)
            self._remark("unknown_value", node.line, key=name, seen=text, suggestion=near, choices=every)
        return code

    def _number(self, code: str, node: Node) -> float | None:
        name = self._said(words.GOAL, code)
        text = self._text(name, node)
        if not text:
            return None
        if _THOUSANDS.fullmatch(text):
            thousands, read = text.replace(".", ""), f"{float(text):g}"
            self._remark(
                "number_ambiguous", node.line, key=name, seen=text, read=read, thousands=thousands, decimal=f"{text}0"
            )
        elif text.startswith("-") and _NUMBER.fullmatch(text[1:]):
            self._remark("not_positive", node.line, key=name, seen=text)
        elif not _NUMBER.fullmatch(text) or len(text) > 15:
            self._remark("number_text", node.line, key=name, seen=text[:80])
        else:
            return float(text)
        return None

    def _share(self, node: Node) -> float:
        name = self._said(words.TOP, "holdout")
        text = self._text(name, node)
        percent = _PERCENT.fullmatch(text)
        number = float(percent[1]) / 100 if percent else float(text) if _NUMBER.fullmatch(text) else None
        if text and (number is None or number > MOST_HELD):
            self._remark("holdout_range", node.line, key=name, seen=text[:80])
        return number if number is not None and number <= MOST_HELD else SHARE

    def _day(self, code: str, node: Node) -> dt.date | None:
        name = self._said(words.GOAL, code)
        text = self._text(name, node)
        try:
            if _DAY.fullmatch(text):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        if text:
            self._remark("date_form", node.line, key=name, seen=text[:80])
        return None

    def _said(self, known: words.Words, code: str) -> str:
        return words.written(known, code, self._language)

    def _remark(self, code: str, line: int, **details: object) -> None:
        self.remarks.append(Remark(code, line, {name: str(value) for name, value in details.items()}))
