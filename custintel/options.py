"""The options every subcommand shares, and the session a subcommand is handed.

Light on purpose: ``ci --help`` imports this module, so the terminal, the project and the settings are only imported
when asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from custintel import i18n
from custintel.errors import CustintelError
from custintel.i18n import LANGUAGES, N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from custintel.project.folder import Project
    from custintel.project.settings import Settings
    from custintel.ui.ask import Ask
    from custintel.ui.console import Console
    from custintel.ui.progress import Progress
    from custintel.ui.show import Page

_ASKED = "custintel.asked"
_TABLE = "custintel.table"


class Entry(NamedTuple):
    """One line of the table of subcommands.

    Attributes:
        name: of the subcommand and of its folder.
        step: the heading it stands under.
        summary: one line of help, in English, marked for translation.
        demo: what ``ci demo`` runs it with, empty when it has nothing to show there.
    """

    name: str
    step: str
    summary: str
    demo: str = ""


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Remember what was asked; said after the subcommand wins over said before it."""
    if value is not None and option.name:
        context.meta.setdefault(_ASKED, {})[option.name] = value


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool | None) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"custintel {version('custintel')}")
        context.exit()


class SharedOption(click.Option):
    """An option that every subcommand has, listed apart in its help."""


def _shared(*names: str, help: str, callback: Any = _keep, flag: bool = True, **more: Any) -> SharedOption:
    return SharedOption(names, help=help, callback=callback, is_flag=flag, default=None, expose_value=False, **more)


def shared_options() -> list[SharedOption]:
    """New instances of the options that every subcommand has, in the order help lists them."""
    return [
        _shared("--project", flag=False, metavar=N_("FOLDER"), help=N_("Work in this project folder.")),
        _shared("--json", help=N_("Print the result as one JSON object.")),
        _shared("--quiet", "-q", help=N_("Print the result and errors only.")),
        _shared("--yes", "-y", help=N_("Answer yes to every confirmation.")),
        _shared("--dry-run", "-n", help=N_("Show what would be done, write nothing.")),
        _shared("--no-input", help=N_("Never ask questions; stop where an answer is needed.")),
        _shared("--no-color", help=N_("Print without colours.")),
        _shared("--lang", flag=False, type=click.Choice(LANGUAGES), help=N_("Language of every message.")),
        _shared("--debug", help=N_("Show the technical details of an error.")),
        _shared("--version", callback=_print_version, is_eager=True, help=N_("Print the version and stop.")),
    ]


class Subcommand(click.Command):
    """A click command whose help opens with examples and lists the shared options apart.

    Args:
        examples: command lines as people would type them; never translated.
    """

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples first, then what click writes."""
        write_examples(formatter, self.examples)
        super().format_help(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommand's own options, then those that every subcommand has."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if record:
                (shared if isinstance(option, SharedOption) or "--help" in option.opts else own).append(record)
        for heading, records in ((_("Options"), own), (_("Options of every command"), shared)):
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def write_examples(formatter: click.HelpFormatter, examples: tuple[str, ...]) -> None:
    """Write command lines as they would be typed, before anything else."""
    if not examples:
        return
    with formatter.section(_("Example") if len(examples) == 1 else _("Examples")):
        for example in examples:
            formatter.write(f"  {example}\n")
    formatter.write_paragraph()


def subcommand(name: str, help: str, *, examples: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], Subcommand]:
    """Make a click command of a function whose first argument is a :class:`Session`.

    Options and arguments of its own are declared below it with ``click.option`` and ``click.argument``; their English
    help is marked with ``N_`` and translated when the command is loaded.

    Args:
        name: as typed.
        help: what it does, in English, marked for translation.
        examples: command lines that open its help.
    """

    def decorate(function: Callable[..., Any]) -> Subcommand:
        made = click.command(name, cls=Subcommand, help=help, examples=examples)(
            click.pass_context(lambda context, /, **values: function(Session(context), **values))
        )
        made.params = [*getattr(function, "__click_params__", [])[::-1], *shared_options()]
        made.callback.__doc__ = function.__doc__
        return made

    return decorate


def table_of(context: click.Context) -> tuple[Entry, ...]:
    """The table of subcommands, as the root command declared it."""
    table: tuple[Entry, ...] = context.meta.get(_TABLE, ())
    return table


def declare_table(context: click.Context, table: tuple[Entry, ...]) -> None:
    """Let every subcommand see the table of subcommands."""
    context.meta[_TABLE] = table


class Session:
    """What one run of a subcommand was asked, and the doors to the terminal and the project.

    Attributes:
        json: print one JSON object instead of text.
        quiet: print the result and errors only.
        yes: every confirmation is answered yes.
        dry_run: write nothing.
        no_input: never ask.
        lang: the active language, ``en`` or ``es``.
        asked_language: the one asked for with ``--lang``, if any.
    """

    def __init__(self, context: click.Context) -> None:
        asked: dict[str, Any] = context.meta.get(_ASKED, {})
        self.context = context
        self.json = bool(asked.get("json"))
        self.quiet = bool(asked.get("quiet")) or self.json
        self.yes = bool(asked.get("yes"))
        self.dry_run = bool(asked.get("dry_run"))
        self.no_input = bool(asked.get("no_input"))
        self.color = not asked.get("no_color")
        self.lang = i18n.language()
        self._folder: str | None = asked.get("project") or os.environ.get("CI_PROJECT") or None
        self.asked_language: str | None = asked.get("lang")

    @property
    def interactive(self) -> bool:
        """Whether a question can be asked: a person at a terminal, who did not forbid it."""
        return not self.no_input and not self.json and sys.stdin.isatty() and sys.stderr.isatty()

    @cached_property
    def console(self) -> Console:
        """Data on standard output, talk on standard error."""
        from custintel.ui.console import Console

        return Console(quiet=self.quiet, color=self.color)

    @cached_property
    def progress(self) -> Progress:
        """The observer that long work reports its steps to."""
        from custintel.ui.progress import progress

        return progress(silent=self.quiet)

    @cached_property
    def ask(self) -> Ask:
        """The questions that can be put to the person."""
        from custintel.ui.ask import Ask

        return Ask(interactive=self.interactive, yes=self.yes)

    def show(self, page: Page) -> None:
        """Print a result: as text, or as JSON when that was asked."""
        from custintel.ui.show import show

        self.progress.close()
        show(page, as_json=self.json, console=self.console)

    def talk(self, page: Page) -> None:
        """Print what belongs to a question, on standard error; nothing when quiet."""
        from custintel.ui.console import Console
        from custintel.ui.show import show

        self.progress.close()
        if not self.quiet:
            screen = Console(color=self.color, out=sys.stderr)
            show(page, as_json=False, console=screen)
            screen.out.print()

    @property
    def folder(self) -> Path:
        """The folder to work in: the one named with ``--project`` or ``CI_PROJECT``, else the current one."""
        from pathlib import Path

        return Path(self._folder).expanduser().absolute() if self._folder else Path.cwd()

    def find_project(self) -> Path | None:
        """The folder of the project that holds here; ``None`` when there is none."""
        from custintel.project.folder import Project

        return Project.find(self.folder, self._folder)

    def settings(self, flags: Mapping[str, object] | None = None) -> Settings:
        """The settings that hold here, in a project or outside of any.

        Args:
            flags: settings typed on this command line, by key; ``None`` values were not typed.

        Raises:
            CustintelError: a settings file cannot be read, or a value is wrong.
        """
        from custintel import formats
        from custintel.project.settings import Settings

        found = Settings.load(self.find_project(), flags={"language": self.asked_language, **(flags or {})})
        if country := found.get("country"):
            formats.use_country(str(country))
        return found

    def project(self, *, create: bool = False, flags: Mapping[str, object] | None = None) -> Project:
        """The project that holds here.

        Args:
            create: make the folder a project when it is none, and say so. With ``--dry-run`` the project that would be
                made is returned, empty, and nothing is written.
            flags: as in :meth:`settings`.

        Raises:
            CustintelError: there is none and ``create`` is false, or it cannot be opened.
        """
        from custintel.project.folder import Project

        root = self.find_project()
        if root is None and not create:
            raise CustintelError(
                _("There is no custintel project here."),
                where=str(self.folder),
                hint=_("Start one with ci init, or name its folder with --project."),
            )
        if root is None and self.dry_run:
            return Project(self.folder, self.settings(flags))
        if root is None:
            Project.create(self.folder)
            self.console.say(_("This folder is a custintel project now: {folder}").format(folder=self.folder))
        return Project.open(root or self.folder, settings=self.settings(flags))

    def project_with_orders(self) -> Project:
        """The project that holds here, which has orders.

        Raises:
            CustintelError: there is none, or it has no orders.
        """
        from custintel.tables import ORDERS

        project = self.project()
        if not project.has(ORDERS):
            raise CustintelError(
                _("There are no orders in this project yet."),
                where=str(project.root),
                hint=_("Load what your shop exports: ci load orders.csv"),
            )
        return project
