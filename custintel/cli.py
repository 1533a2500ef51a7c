"""The root command: the table of subcommands, the options before them, and the one place where errors end.

Adding a subcommand is one folder, ``custintel/<name>/command.py`` with a click command named ``command``, and one line
in :data:`TABLE`. A subcommand is imported when it is run, completed or asked for help, never before.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from custintel import i18n, process
from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _
from custintel.options import Entry, declare_table, shared_options, write_examples
from custintel.ui import failure

GATHER, UNDERSTAND, DECIDE, SHOW, PROJECT = N_("Gather"), N_("Understand"), N_("Decide"), N_("Show"), N_("Project")
STEPS = (GATHER, UNDERSTAND, DECIDE, SHOW, PROJECT)

TABLE = (  # in the order in which a shop runs them, and so does the demo: each step only needs those before it
    Entry(
        "clean",
        GATHER,
        N_("Turn messy customer files into one row per person."),
        "clean crm.xlsx newsletter.csv tienda_shopify.csv",
    ),
    Entry(
        "load",
        GATHER,
        N_("Load orders, ads, visits, returns and calls as their platforms export them."),
        "load tienda_shopify.csv mercadolibre_ventas.xlsx dropi_ordenes.xlsx meta_ads.csv google_ads.csv productos.csv "
        "devoluciones.csv llamadas.csv encuestas.csv campanas.csv events.csv --currency COP --timezone America/Bogota",
    ),
    Entry("review", GATHER, N_("Say which records are the same person, pair by pair."), "review --limit 5"),
    Entry(
        "why",
        GATHER,
        N_("Explain a person: their records, what joined them, what was changed."),
        "why acostapaola85@hotmail.com",
    ),
    Entry("merge", GATHER, N_("Join two people who are one.")),
    Entry("unmerge", GATHER, N_("Take apart a person who is several.")),
    Entry(
        "contactability",
        UNDERSTAND,
        N_("Who can be reached, by which channel, and who may be."),
        "contactability --offline --by source",
    ),
    Entry(
        "kpis",
        DECIDE,
        N_("Conversion at every step, and what a sale really costs."),
        "kpis --from 2026-08 --by channel",
    ),
    Entry(
        "segment",
        UNDERSTAND,
        N_("Who belongs together, what sets them apart, and who moved."),
        "segment",
    ),
    Entry(
        "profile",
        UNDERSTAND,
        N_("What people buy, how they pay, when, where and why; what sets groups apart."),
        "profile --by segment,payment_method",
    ),
    Entry(
        "value",
        UNDERSTAND,
        N_("What each customer brings and will bring, and whom to keep."),
        "value --by segment",
    ),
    Entry(
        "goals",
        DECIDE,
        N_("What each segment could reach, and what to offer to whom."),
        "goals --csv ofertas.csv",
    ),
    Entry("init", PROJECT, N_("Start a project in this folder, with templates.")),
    Entry("status", PROJECT, N_("What the project holds, how fresh it is, what to run next."), "status"),
    Entry("history", PROJECT, N_("Every run of this project, newest first."), "history"),
    Entry("undo", PROJECT, N_("Put the tables back as they were before the last run.")),
    Entry("doctor", PROJECT, N_("Check that everything works on this computer."), "doctor"),
    Entry("demo", PROJECT, N_("See every command at work on an invented shop.")),
    Entry("help", PROJECT, N_("Explain a command or a topic.")),
)
EXAMPLES = ("ci demo", "ci clean crm.xlsx newsletter.csv")


class Root(click.Group):
    """The command ``ci``: knows its subcommands by the table, and imports one only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - its shape is click's
        """Names in the order of the table."""
        return [entry.name for entry in TABLE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, in the active language; ``None`` when the table has no such line."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"custintel.{cmd_name}.command").command
        made = i18n.localise(command)
        made.name = cmd_name
        return made

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem[str]]:
        """Offer subcommands with their line of the table, without importing them, and the options."""
        from click.shell_completion import CompletionItem

        offered = [CompletionItem(e.name, help=_(e.summary)) for e in TABLE if e.name.startswith(incomplete)]
        return [*offered, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, naming what is close to a mistyped name; declares the table to the subcommand."""
        declare_table(ctx, TABLE)
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=names, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, the commands by step, and the options."""
        self.format_commands_page(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands_page(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write everything but the options: what ``ci`` alone shows."""
        write_examples(formatter, EXAMPLES)
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        width = max(len(entry.name) for entry in TABLE)
        for step in STEPS:
            rows = [(f"{entry.name:<{width}}", _(entry.summary)) for entry in TABLE if entry.step == step]
            if rows:
                with formatter.section(_(step)):
                    formatter.write_dl(rows)


def root_command() -> Root:
    """A new root command, in the active language."""

    def show_commands(**_nothing: object) -> None:
        context = click.get_current_context()
        if context.invoked_subcommand is None:
            formatter = context.make_formatter()
            assert isinstance(context.command, Root)
            context.command.format_commands_page(context, formatter)
            formatter.write_paragraph()
            formatter.write_text(_("'ci COMMAND --help' explains one; 'ci help start' shows how they work together."))
            click.echo(formatter.getvalue().rstrip("\n"))

    root = Root(
        "ci",
        callback=show_commands,
        invoke_without_command=True,
        help=N_("Clean customer data and customer intelligence, on your own computer."),
        params=list(shared_options()),
        subcommand_metavar=N_("COMMAND [OPTIONS]..."),
        options_metavar=N_("[OPTIONS]"),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    localised = i18n.localise(root)
    assert isinstance(localised, Root)
    return localised


def _wish(arguments: Sequence[str], name: str) -> str | None:
    """The value of option ``name`` wherever it stands, found before parsing: help needs the language."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name:
            return arguments[index + 1] if index + 1 < len(arguments) else None
        if argument.startswith(name + "="):
            return argument.partition("=")[2]
    return None


def _remembered_language(arguments: Sequence[str]) -> str | None:
    """The language that the nearest project has set, or else the person's own configuration.

    Read here, and not through the settings, because help must cost next to nothing.
    """
    folder = os.path.abspath(_wish(arguments, "--project") or os.environ.get("CI_PROJECT") or ".")
    folders = [folder]
    while (folder := os.path.dirname(folder)) != folders[-1]:
        folders.append(folder)
    places = [os.path.join(folder, "custintel.toml") for folder in folders]
    project = next((place for place in places if os.path.isfile(place)), None)
    for place in (project, user_settings()):
        if place and os.path.isfile(place):
            import tomllib

            try:
                with open(place, "rb") as file:
                    language = tomllib.load(file).get("language")
            except (OSError, ValueError):
                continue
            if language in i18n.LANGUAGES:
                return str(language)
    return None


def user_settings() -> str:
    """Where the person's own configuration is, by the custom of their system."""
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or os.path.expanduser("~\\AppData\\Roaming")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(base, "custintel", "config.toml")


def _program_name() -> str:
    """The name it was called by: ``custintel`` where another program is called ``ci``."""
    return "custintel" if os.path.basename(sys.argv[0]).startswith("custintel") else "ci"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``ci`` and leave the process with its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    i18n.activate(
        i18n.choose_language(
            _wish(arguments, "--lang"), os.environ.get("CI_LANG"), lambda: _remembered_language(arguments)
        )
    )
    process.leave(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run ``ci`` and return its exit code; every error ends here.

    0 done; 1 could not; 2 wrong usage; 3 a check asked for did not pass; 70 our bug; 130 interrupted.
    """
    as_json, debug = "--json" in arguments, "--debug" in arguments or bool(os.environ.get("CI_DEBUG"))
    try:
        code = root_command().main(args=list(arguments), prog_name=_program_name(), standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo(_("Stopped. Nothing was left half done."), err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except CustintelError as error:
        return failure.report(error, as_json=as_json, debug=debug)
    except click.ClickException as error:
        return failure.report(_from_click(error), as_json=as_json, debug=debug)
    except (OSError, MemoryError) as error:
        return failure.report(failure.from_system(error), as_json=as_json, debug=debug)
    except Exception as error:  # noqa: BLE001 - the one boundary: whatever else escapes is our bug
        return failure.report_bug(error, arguments, as_json=as_json, debug=debug)


def _from_click(error: click.ClickException) -> CustintelError:
    """click's complaint in our four parts."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ci"
    return UsageError(error.format_message(), hint=_("See '{command} --help'.").format(command=command))
