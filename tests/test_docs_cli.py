"""``docs/cli.md`` says what the commands say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from custintel import cli

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_is_the_one_the_commands_make() -> None:
    spec = importlib.util.spec_from_file_location("make_cli", DOCS / "make_cli.py")
    assert spec is not None
    assert spec.loader is not None
    make_cli = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_cli)
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == make_cli.page(), "run python docs/make_cli.py"


def test_the_page_tells_of_every_command() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert all(f"\n## ci {entry.name}\n" in text for entry in cli.TABLE)
