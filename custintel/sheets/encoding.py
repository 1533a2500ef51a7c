"""The encoding of a text file, by evidence: its mark, valid UTF-8, then which reading of the accents makes words."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from custintel.i18n import N_
from custintel.sheets.source import Note

LEGACY = ("cp1252", "mac_roman", "cp850", "latin-1")
"""Eight-bit encodings that Spanish, Portuguese and English files come in, the likelier first."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTERS = frozenset("áéíóúüñãõâêôàçÁÉÍÓÚÜÑÃÕÂÊÔÀÇ")
_SIGNS = frozenset("ºª¿¡°«»–—‘’“”…€´·®©")
_WORDS_LOOKED_AT = 4000
_MIXED = "custintel-mixed"
# a file is UTF-8 with strays, and not a legacy file, when so many characters are valid for each byte that is not
_VALID_PER_STRAY = 4

GUESSED = N_("The accents were read as {encoding}, the reading that makes words of them.")
MIXED = N_("The file is UTF-8, but {count} characters were written in another encoding and were read as Windows text.")


def decode(data: bytes) -> tuple[str, str, tuple[Note, ...]]:
    """The text of a file, the name of its encoding, and what had to be guessed.

    UTF-8 with a few stray bytes (rows pasted from another program) is read as UTF-8 with those bytes as Windows-1252.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding != "utf-8":
                return data.decode(encoding, "replace"), encoding, ()
            break
    if wide := _wide_without_mark(data[:4096]):
        return data.decode(wide, "replace"), wide, ()
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    strays = text.count("\ufffd")
    if sum(map(len, _NOT_ASCII.findall(text))) - strays > _VALID_PER_STRAY * strays:
        return data.decode("utf-8", _MIXED), "utf-8", (Note("encoding_mixed", MIXED, {"count": strays}),)
    encoding = likeliest(data)
    return data.decode(encoding, "replace"), encoding, (Note("encoding_guessed", GUESSED, {"encoding": encoding}),)


def likeliest(data: bytes) -> str:
    """The legacy encoding under which the words with accents look most like words."""
    words = set()
    for match in _WORD.finditer(data):
        words.add(match.group())
        if len(words) >= _WORDS_LOOKED_AT:
            break
    return max(LEGACY, key=lambda encoding: _plausibility(words, encoding))


def _plausibility(words: Iterable[bytes], encoding: str) -> int:
    """The sum over words of +2 for an accented letter where one can stand, less for signs and capitals inside words."""
    score = 0
    for word in words:
        text = word.decode(encoding, "replace")
        for i, char in enumerate(text):
            if char in _LETTERS:
                misplaced = char.isupper() and i > 0 and text[i - 1].islower()
                score += -1 if misplaced else 2
            elif char in _SIGNS:
                score += 1 if i in {0, len(text) - 1} else -1
            elif char > "\x7f":
                score -= 3
    return score


def _wide_without_mark(head: bytes) -> str:
    """UTF-16 that lost its mark: nearly every second byte is zero."""
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    if head[1 : 2 * pairs : 2].count(0) > 0.8 * pairs and head[0 : 2 * pairs : 2].count(0) == 0:
        return "utf-16-le"
    if head[0 : 2 * pairs : 2].count(0) > 0.8 * pairs and head[1 : 2 * pairs : 2].count(0) == 0:
        return "utf-16-be"
    return ""


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is not UTF-8, read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error(_MIXED, _as_windows)
