"""Write what ``ci clean`` really prints into both READMEs: ``python docs/make_transcripts.py``. A test compares them.

The command is the one that ``ci demo`` runs, on the files of ``sample_data``. The middle of its output is left out, and
every place where something is missing shows an ellipsis.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from custintel import cli, i18n
from custintel.i18n import _

ROOT = Path(__file__).parent.parent
READMES = {"en": ROOT / "README.md", "es": ROOT / "README.es.md"}
BEGIN, END = "<!-- transcript: made by docs/make_transcripts.py -->\n", "<!-- end of transcript -->\n"
COMMAND = next(entry.demo for entry in cli.TABLE if entry.name == "clean")
KEPT = {
    "What was changed, with examples": ("Birth date", "City", "Full name"),
    "Duplicates": (),
    "The least sure of the merges": (),
    "What only you can fix, most cases first": (),
}
"""Headings that are shown and, where only some rows are, the first cells of those."""
OPENING = 3
"""The paragraphs before the first heading: the headline and its two sums."""
GAP = ["…", ""]


def with_transcript(path: Path, language: str) -> str:
    """The text of a README with its transcript made anew."""
    before, _mark, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    shown = "\n".join(transcript(printed(language), language)).rstrip()
    return f"{before}{BEGIN}```text\n$ ci {COMMAND}\n{shown}\n```\n{END}{after}"


def printed(language: str) -> str:
    """The standard output of the command in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        for word in shlex.split(COMMAND):
            if (ROOT / "sample_data" / word).is_file():
                shutil.copyfile(ROOT / "sample_data" / word, Path(folder) / word)
        plain = {key: value for key, value in os.environ.items() if not key.startswith("CI_")}
        done = subprocess.run(
            [sys.executable, "-m", "custintel", *shlex.split(COMMAND), "--no-input", "--lang", language],
            cwd=folder,
            env={**plain, "COLUMNS": "80", "XDG_CONFIG_HOME": folder, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def transcript(output: str, language: str) -> Iterator[str]:
    """The lines of ``output`` that are shown."""
    i18n.activate(language)
    kept = {_(heading): tuple(_(label) for label in labels) for heading, labels in KEPT.items()}
    i18n.activate("en")
    skipped = False
    for number, paragraph in enumerate(output.rstrip("\n").split("\n\n")):
        heading, _newline, body = paragraph.partition("\n")
        if number >= OPENING and heading not in kept:
            skipped = True
            continue
        yield from GAP if skipped else ()
        skipped = False
        labels = kept.get(heading, ()) if number >= OPENING else ()
        yield from chosen(heading, body, labels) if labels else paragraph.splitlines()
        yield ""
    yield from GAP if skipped else ()


def chosen(heading: str, body: str, labels: tuple[str, ...]) -> Iterator[str]:
    """The header of a grid and its rows whose first cell is one of ``labels``, each with the lines it runs on for."""
    header, *lines = body.splitlines()
    yield from (heading, header)
    second = re.search(r"\S {2,}(?=\S)", header)
    assert second is not None
    width = second.end()
    rows: list[list[str]] = []
    for line in lines:
        if line[:width].strip() and line[width : width + 1].strip():
            rows.append([])
        rows[-1].append(line)
    missing = False
    for row in rows:
        if " ".join(line[:width].strip() for line in row).strip() not in labels:
            missing = True
            continue
        yield from GAP[:1] if missing else ()
        missing = False
        yield from row
    yield from GAP[:1] if missing else ()


if __name__ == "__main__":
    for language, path in READMES.items():
        path.write_text(with_transcript(path, language), encoding="utf-8")
