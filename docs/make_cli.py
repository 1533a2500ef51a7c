"""Make ``docs/cli.md`` from the commands themselves: ``python docs/make_cli.py``. A test compares the two."""

from __future__ import annotations

from pathlib import Path

import click

from custintel import cli, i18n
from custintel.options import SharedOption

PAGE = Path(__file__).parent / "cli.md"
HEAD = """\
# The command line

<!-- Made by docs/make_cli.py from the commands' own help. Do not edit: run it again. -->

Results go to standard output, talk and questions to standard error. With `--json` the result is one object with
stable keys in English, and so is an error: `{"error": {"code", "kind", "message", "where", "seen", "hint"}}`.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | could not |
| 2 | wrong usage, or an answer is missing |
| 3 | done, but a check asked for with `--fail-on` did not pass |
| 70 | our bug |
| 130 | stopped with Ctrl-C |

"""


def page() -> str:
    """The whole page, in English, whatever the language of the person who makes it."""
    i18n.activate("en")
    root = cli.root_command()
    context = click.Context(root, info_name="ci", max_content_width=100, terminal_width=100)
    parts = [HEAD, "## ci\n\n", _fenced(root.get_help(context))]
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        command.params = [option for option in command.params if not isinstance(option, SharedOption)]
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        command.add_help_option = False
        parts += [f"\n## ci {name}\n\n", _fenced(command.get_help(inner))]
    return "".join(parts)


def _fenced(text: str) -> str:
    return "```text\n" + "\n".join(line.rstrip() for line in text.splitlines()) + "\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
