"""YAML as lines of text: every word with the line on which it stands, nothing interpreted.

Only the events of the reader are used, never its constructors: ``no``, ``012`` and ``12:30`` stay the text that was
typed, and tags build nothing. Anchors, references and tags are mistakes, so nothing can be multiplied either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from custintel.errors import CustintelError
from custintel.remarks import Remark

DEEPEST = 8
LARGEST = 400_000
"""Characters; a list of a thousand costs has a quarter of them."""

_TAB_SIZES = (4, 2, 8)
_EMPTY = {"", "~", "null", "Null", "NULL"}
_TABS = re.compile(r"^ *\t+ *[^\s#]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Scalar:
    """One value, as typed."""

    line: int
    text: str
    quoted: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self.quoted and self.text in _EMPTY


@dataclass(frozen=True)
class Mapping:
    """Lines of ``key: value``; keys may be repeated."""

    line: int
    pairs: tuple[tuple[Scalar, Node], ...]


@dataclass(frozen=True)
class Sequence:
    """A list."""

    line: int
    items: tuple[Node, ...]


Node = Scalar | Mapping | Sequence


def read_bytes(path: Path, told: str, hint: str) -> bytes:
    """The file at ``path``, cut where it is larger than any such list.

    Raises:
        CustintelError: it cannot be read, which ``told`` says; ``hint`` is what to do.
    """
    try:
        with path.open("rb") as file:
            return file.read(4 * LARGEST + 1)
    except OSError as error:
        seen = error.strerror or str(error)
        raise CustintelError(told, where=str(path), seen=seen, hint=hint) from error


def parse(text: str) -> tuple[Node | None, list[Remark]]:
    """The tree of ``text``, ``None`` when it has none, and the mistakes of its form.

    Where lines begin with tabs, what they mean is read too, if some width of a tab makes sense of them. After a mistake
    that leaves the rest unreadable the tree is ``None``.
    """
    if len(text) > LARGEST:
        return None, [Remark("too_large")]
    if found := _CONTROL.search(text):
        return None, [Remark("not_text", text.count("\n", 0, found.start()) + 1)]
    tree, remarks = _read(text)
    lines = text.splitlines()
    tabs = [Remark("tab", number) for number, line in enumerate(lines, 1) if _TABS.match(line)]
    if not tabs or not any(remark.code == "syntax" for remark in remarks):
        return tree, remarks
    for size in _TAB_SIZES:
        tree, remarks = _read("\n".join(_spaced(line, size) for line in lines))
        if tree is not None:
            break
    return tree, [*tabs, *(remark for remark in remarks if remark.code != "syntax")]


def _spaced(line: str, size: int) -> str:
    """``line`` with spaces in place of the tabs that it begins with."""
    said = line.lstrip(" \t")
    return line[: len(line) - len(said)].expandtabs(size) + said


def _read(text: str) -> tuple[Node | None, list[Remark]]:
    """The tree of ``text`` with the mistakes of its form, taken as it is."""
    remarks: list[Remark] = []
    tree = _Tree(remarks)
    try:
        for event in _events(text):
            if not tree.take(event):
                return None, remarks
    except _reader_errors() as error:
        return None, [*remarks, _syntax(error, text)]
    if tree.root is None or (isinstance(tree.root, Scalar) and tree.root.empty):
        remarks.append(Remark("empty_file"))
        return None, remarks
    return tree.root, remarks


class _Tree:
    """Nodes made from events as they come; collections that are still open stand on a stack."""

    def __init__(self, remarks: list[Remark]) -> None:
        self.root: Node | None = None
        self._remarks = remarks
        self._open: list[tuple[int, list[Node]]] = []

    def take(self, event: Any) -> bool:
        """Add what ``event`` says; false when the rest cannot be read."""
        kind, line = type(event).__name__, event.start_mark.line + 1
        self._refuse_marks(event, line)
        if kind == "DocumentStartEvent" and self.root is not None:
            self._remarks.append(Remark("two_documents", line))
            return False
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self._open) == DEEPEST:
                self._remarks.append(Remark("too_deep", line))
                return False
            self._open.append((line, []))
        elif kind == "MappingEndEvent":
            begun, parts = self._open.pop()
            self._add(Mapping(begun, tuple(self._pairs(parts))))
        elif kind == "SequenceEndEvent":
            begun, parts = self._open.pop()
            self._add(Sequence(begun, tuple(parts)))
        elif kind in ("ScalarEvent", "AliasEvent"):
            self._add(Scalar(line, getattr(event, "value", ""), getattr(event, "style", None) is not None))
        return True

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self.root = node

    def _refuse_marks(self, event: Any, line: int) -> None:
        if anchor := getattr(event, "anchor", None):
            mark = "*" if type(event).__name__ == "AliasEvent" else "&"
            self._remarks.append(Remark("anchor", line, {"seen": f"{mark}{anchor}"}))
        if tag := getattr(event, "tag", None):
            self._remarks.append(Remark("tag", line, {"seen": str(tag)}))

    def _pairs(self, parts: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        for name, value in zip(parts[::2], parts[1::2], strict=True):
            if isinstance(name, Scalar):
                yield name, value
            else:
                self._remarks.append(Remark("syntax", name.line, {"seen": "[...]:"}))


def _events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML

    return iter(YAML(typ="safe", pure=True).parse(text))


def _reader_errors() -> tuple[type[Exception], ...]:
    from ruamel.yaml.error import YAMLError

    return (YAMLError,)


def _syntax(error: Exception, text: str) -> Remark:
    """The line at which the reader noticed that it does not understand."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = text.splitlines() or [""]
    number = min(mark.line, len(lines) - 1) if mark else 0
    return Remark("syntax", number + 1, {"seen": lines[number].strip()[:80]})
