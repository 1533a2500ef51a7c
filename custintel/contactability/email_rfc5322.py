"""Addresses as RFC 5322 lets a header write them: comments, folded lines, obsolete forms (§3.4.1, §4.4).

RFC 6532 lets letters of any alphabet stand where ASCII letters may. The grammar is read in one pass from left to
right; comments nest, which is why this is no pattern.
"""

from __future__ import annotations

import re

_CONTROL = r"\x01-\x08\x0b\x0c\x0e-\x1f\x7f"
_FOLD = r"(?:(?:\r\n)?[ \t])+"
_PAIR = r"\\[\x00-\x7f]"
_WIDE = r"\xa0-\U0010ffff"

_SPACE = re.compile(rf"(?:{_FOLD})?")
_COMMENTED = re.compile(rf"(?:{_FOLD}|{_PAIR}|[{_CONTROL}!-'*-\[\]-~{_WIDE}])*")
_ATOM = re.compile(rf"[a-zA-Z0-9!#$%&'*+/=?^_`{{|}}~\-{_WIDE}]+")
_QUOTED = re.compile(rf'"(?:{_FOLD}|{_PAIR}|[{_CONTROL}!#-\[\]-~{_WIDE}])*"')
_LITERAL = re.compile(rf"\[(?:{_FOLD}|{_PAIR}|[{_CONTROL}!-Z^-~])*\]")


def parse(address: str) -> tuple[str, str] | None:
    """What stands before and after the @, without comments and folds, or nothing when it is no address.

    A name in the domain neither begins nor ends with a hyphen: RFC 5322 does not say so, but no host can be called so
    (RFC 1123 §2.1). There is no limit of length but that of a line, which the caller sees to.
    """
    before = _words(address, 0, _ATOM, _QUOTED)
    if before is None or not address.startswith("@", before[1]):
        return None
    local, at = before
    after = _domain(address, at + 1)
    if after is None or after[1] != len(address):
        return None
    return local, after[0].lower()


def _domain(text: str, start: int) -> tuple[str, int] | None:
    begin = _skip(text, start)
    if begin is None:
        return None
    literal = _LITERAL.match(text, begin)
    if literal:
        end = _skip(text, literal.end())
        return None if end is None else (_SPACE.sub("", literal[0]), end)
    found = _words(text, start, _ATOM)
    if found is None or any(label[0] == "-" or label[-1] == "-" for label in found[0].split(".")):
        return None
    return found


def _words(text: str, start: int, *kinds: re.Pattern[str]) -> tuple[str, int] | None:
    """Words joined by dots, comments and spaces around each left out, and where they end."""
    words: list[str] = []
    at = _skip(text, start)
    while at is not None:
        word = next((found for kind in kinds if (found := kind.match(text, at))), None)
        end = None if word is None else _skip(text, word.end())
        if word is None or end is None:
            return None
        words.append(word[0])
        if not text.startswith(".", end):
            return ".".join(words), end
        at = _skip(text, end + 1)
    return None


def _skip(text: str, start: int) -> int | None:
    """Where comments and spaces that begin at ``start`` end; nothing when a comment does not."""
    at, depth = start, 0
    while True:
        passed = (_COMMENTED if depth else _SPACE).match(text, at)
        at = passed.end() if passed else at
        if text.startswith("(", at):
            depth += 1
        elif depth and text.startswith(")", at):
            depth -= 1
        else:
            return None if depth else at
        at += 1
