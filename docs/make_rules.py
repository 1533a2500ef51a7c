"""Make ``docs/rules.md`` from the declared rules: ``python docs/make_rules.py``. A test compares the two."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from custintel.fields.vocabulary import Rule
from custintel.matching.words import LABELS
from custintel.people.survivorship import GROUPS
from custintel.people.words import REASONS

PAGE = Path(__file__).parent / "rules.md"
HEAD = """\
# Every rule by its code

<!-- Made by docs/make_rules.py from the rules as they are declared. Do not edit: run it again. -->

What `ci clean` does to a cell is written in the table `changes` (columns `rule`, `kind`, `confidence`), and what it
could not use in the table `refused` (column `reason`). Codes are stable: they are never translated and never get
another meaning. [cleaning.md](cleaning.md) explains the method.

| kind | what it says |
|---|---|
| `format` | the same value, written our way |
| `repair` | a known defect undone |
| `guess` | probably what was meant: worth a look |
| `merge` | another record's value was chosen for the person; this one is kept |
| `drop` | not a value: the cell is left empty, and what it said is kept |

The confidence is our estimate of how often the result is what the person meant. Of several rules on one cell the kind
is the strongest and the confidence the product.
"""


def page() -> str:
    """The whole page."""
    return "".join([HEAD, *rules(REASONS.values()), *evidence(), *survivorship()])


def rules(declared: Iterable[Rule]) -> Iterator[str]:
    """A table of rules per prefix of their codes, in declared order."""
    for prefix, members in groupby(declared, key=lambda rule: rule.code.partition(".")[0]):
        yield f"\n## {prefix}\n\n| code | kind | what was done, or why not | confidence |\n|---|---|---|---|\n"
        for rule in members:
            confidence = "" if rule.kind == "drop" else f"{rule.confidence:.0%}"
            yield f"| `{rule.code}` | {rule.kind} | {html.escape(rule.label, quote=False)} | {confidence} |\n"


def evidence() -> Iterator[str]:
    """What may join two records."""
    yield "\n## What joins records\n\nCodes of `identities.evidence`.\n\n| code | meaning |\n|---|---|\n"
    for code, label in LABELS.items():
        yield f"| `{code}` | {label} |\n"


def survivorship() -> Iterator[str]:
    """How the value of a person is chosen among those of the records."""
    yield "\n## Which value a person gets\n\nFields of one line are taken together from one record. The setting "
    yield "`survivorship.GROUP` in `custintel.toml` changes the choice.\n\n| group | fields | choice |\n|---|---|---|\n"
    single = [group for group in GROUPS if group.fields == (group.name,)]
    for group in (group for group in GROUPS if group not in single):
        yield f"| `{group.name}` | {names(group.fields)} | {group.strategy} |\n"
    for strategy in dict.fromkeys(group.strategy for group in single):
        fields = [group.name for group in single if group.strategy == strategy]
        yield f"| each a group of its own | {names(fields)} | {strategy} |\n"


def names(fields: Iterable[str]) -> str:
    """Names as code; the phone chosen among mobile, WhatsApp, phone and landline is the column phone."""
    return ", ".join(f"`{name.removeprefix('main_')}`" for name in fields)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
