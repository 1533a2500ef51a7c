"""What is wrong with a file that people write, and how to repair it: a code, its line, and the sentences for it.

:data:`FORM` are the mistakes that any such file can have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from custintel.errors import CustintelError
from custintel.i18n import N_, _, ngettext

Sentences = Mapping[str, tuple[str, str]]

NOT_A_NUMBER = N_("Write a plain number without separators or signs, such as 1200 or 12.5.")
DATE = N_("Write YYYY-MM-DD, such as 2026-01-31.")

FORM: Sentences = {
    "unknown_key": (N_("'{seen}' is not a key here."), N_("The keys here are: {choices}.")),
    "unknown_value": (N_("'{seen}' is not a value of {key}."), N_("The values are: {choices}.")),
    "number_ambiguous": (
        N_("{key}: {seen} is ambiguous: YAML reads {read}."),
        N_("Write {thousands} for thousands or {decimal} for decimals."),
    ),
    "number_text": (N_("{key}: '{seen}' is text, not a number."), NOT_A_NUMBER),
    "number_negative": (N_("{key}: {seen} is negative."), N_("Write what it costs, without a minus sign.")),
    "empty_value": (N_("{key} is empty."), N_("Write its value, or take the line away.")),
    "duplicate_key": (N_("{seen} is written twice here; first on line {first}."), N_("Keep one of them.")),
    "to_before_from": (N_("'to' ({seen}) is before 'from' ({first})."), N_("Exchange them, or correct the year.")),
    "date_form": (N_("{key}: '{seen}' is not a date."), DATE),
    "form_mapping": (N_("{key} must be lines of 'key: value'."), N_("See the template that ci init writes.")),
    "form_list": (N_("{key} must be a list."), N_("Begin each entry with '- '.")),
    "form_word": (N_("{key} must be one value."), N_("Write it on one line, without brackets or braces.")),
    "empty_file": (N_("The file is empty."), N_("Begin with the template that ci init writes.")),
    "too_large": (N_("The file is larger than such a list can be."), N_("Check that it is the right file.")),
    "too_deep": (N_("Too many brackets or indents inside each other."), N_("Three levels are enough.")),
    "not_text": (N_("The file has characters that no text has."), N_("Save it again as plain text, encoding UTF-8.")),
    "tab": (N_("A tab at the beginning of the line."), N_("Indent with spaces.")),
    "syntax": (
        N_("The line cannot be understood: '{seen}'."),
        N_("A value looks like this: rate: 1200. Put quotes around text with a colon or #."),
    ),
    "anchor": (N_("'{seen}': anchors and references (& and *) are not allowed."), N_("Write the value out.")),
    "tag": (N_("'{seen}': tags (!) are not allowed."), N_("Take it away; put quotes around text that begins with !.")),
    "two_documents": (N_("A second document begins here (---)."), N_("Keep one list per file.")),
}
"""What was found and what to do about it, by code; the second may be empty."""


@dataclass(frozen=True)
class Remark:
    """One mistake or warning; a kind of file with sentences of its own has a subclass of its own.

    Attributes:
        code: a key of :attr:`sentences`.
        line: of the file, 0 when it is about no line.
        details: what the sentences name.
        file: another file than the one that was read, such as that of exchange rates.
    """

    sentences: ClassVar[Sentences] = FORM

    code: str
    line: int = 0
    details: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    @property
    def words(self) -> Mapping[str, str]:
        """``details`` as sentences name them in the active language."""
        return self.details

    @property
    def what(self) -> str:
        """What was found, in the active language."""
        return _(self.sentences[self.code][0]).format(**self.words)

    @property
    def repair(self) -> str:
        """What to do about it, in the active language; may be empty."""
        if self.details.get("suggestion"):
            return _("Did you mean '{suggestion}'?").format(**self.details)
        return _(self.sentences[self.code][1]).format(**self.words)

    def told(self, source: str) -> str:
        """``costs.yaml:12: what was found. What to do.``"""
        place = f"{self.file or source}:{self.line}: " if self.line else f"{self.file or source}: "
        return place + " ".join(part for part in (self.what, self.repair) if part)


class MistakesError(CustintelError):
    """A file that people write has mistakes, all of which are told.

    Attributes:
        mistakes: in the order of lines.
    """

    def __init__(self, mistakes: Sequence[Remark], source: str) -> None:
        self.mistakes = tuple(mistakes)
        n = len(mistakes)
        super().__init__(
            ngettext("{file} has {n} mistake.", "{file} has {n} mistakes.", n).format(file=source, n=n),
            where=source,
            seen="\n".join(mistake.told(source) for mistake in mistakes),
            hint=_("Repair them and run it again; nothing was written."),
        )
