"""``ci help``: explain a topic or a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from custintel.errors import UsageError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand, table_of

if TYPE_CHECKING:
    from custintel.ui.show import Page


def _complete(context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    from custintel.help.topics import TOPICS

    root = context.find_root()
    commands = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    return [name for name in (*TOPICS, *commands) if name.startswith(typed)]


@subcommand(
    "help",
    N_("Explain a topic, or a command. Without a name, list the topics."),
    examples=("ci help start", "ci help clean"),
)
@click.argument("name", metavar=N_("[TOPIC]"), required=False, shell_complete=_complete)
def command(session: Session, name: str | None) -> None:
    """Show one topic, one command's help, or the list of topics."""
    from custintel.help.topics import TOPICS
    from custintel.ui.show import Block, Commands, Grid, GridColumn, Heading, Page, Paragraph

    blocks: list[Block]
    if name is None:
        grid = Grid(
            (GridColumn(_("topic"), wrap=False), GridColumn("")),
            [(key, _(topic.title)) for key, topic in TOPICS.items()],
        )
        blocks = [grid, Paragraph(_("'ci help TOPIC' explains one; 'ci' alone lists the commands."))]
        session.show(Page(blocks, {"topics": list(TOPICS)}))
    elif name in TOPICS:
        topic = TOPICS[name]
        blocks = [Heading(_(topic.title))]
        for said in topic.said:
            blocks.append(Paragraph(_(said.text)))
            if said.lines:
                blocks.append(Commands(said.lines))
        data = {
            "topic": name,
            "text": [said.text for said in topic.said],
            "commands": [line for said in topic.said for line in said.lines],
        }
        session.show(Page(blocks, data))
    else:
        session.show(_command_page(session, name, list(TOPICS)))


def _command_page(session: Session, name: str, topics: list[str]) -> Page:
    """The help of one command.

    Raises:
        UsageError: there is neither a command nor a topic of that name.
    """
    from custintel.ui.show import Page, Verbatim

    root = session.context.find_root()
    found = root.command.get_command(root, name) if isinstance(root.command, click.Group) else None
    if found is None:
        import difflib

        known = [*topics, *(entry.name for entry in table_of(root))]
        near = difflib.get_close_matches(name, known, 1)
        raise UsageError(
            _("There is no topic or command {name}.").format(name=name),
            hint=_("Did you mean {name}?").format(name=near[0]) if near else _("ci help lists the topics."),
        )
    text = found.get_help(click.Context(found, info_name=name, parent=root))
    return Page([Verbatim(text)], {"command": name, "help": text})
