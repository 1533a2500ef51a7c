"""What ``ci help TOPIC`` says: the things that no single command's help can explain."""

from __future__ import annotations

from typing import NamedTuple

from custintel.i18n import N_


class Said(NamedTuple):
    """A paragraph in English, marked for translation, and command lines, which are never translated."""

    text: str
    lines: tuple[str, ...] = ()


class Topic(NamedTuple):
    """One topic.

    Attributes:
        title: one line, in English, marked for translation.
        said: its paragraphs.
    """

    title: str
    said: tuple[Said, ...]


TOPICS: dict[str, Topic] = {
    "start": Topic(
        N_("How the commands work together"),
        (
            Said(N_("See it at work first, on an invented shop:"), ("ci demo",)),
            Said(N_("Make a folder for your shop, and make it a project:"), ("mkdir shop", "cd shop", "ci init")),
            Said(
                N_("Give it the files you have, as they are: exports of your CRM, your newsletter, your shop."),
                ("ci clean crm.xlsx newsletter.csv",),
            ),
            Said(
                N_(
                    "You get one row per person. Every change is written down with its reason, and nothing is lost. "
                    "Next month, give it the new files: what you answered once is remembered."
                ),
                ("ci status", "ci history", "ci undo"),
            ),
        ),
    ),
    "files": Topic(
        N_("Which files can be read, and how"),
        (
            Said(
                N_(
                    "Excel (xlsx, xls, xlsb), OpenDocument (ods) and text (csv, tsv) in any encoding, with any "
                    "separator. Title rows, notes, several sheets, totals and repeated headers are recognised."
                )
            ),
            Said(
                N_(
                    "Your files are never written to. What is uncertain, such as a column that could be two things, is "
                    "asked once and remembered; without a terminal the command stops and names the option that "
                    "answers."
                ),
                ("ci clean customers.csv --map mobile=Tel2",),
            ),
            Said(N_("A dash reads from another program:"), ("cat customers.csv | ci clean -",)),
        ),
    ),
    "project": Topic(
        N_("What a project folder holds"),
        (
            Said(
                N_(
                    "custintel.toml holds the settings and what you answered. tables holds the results as Parquet "
                    "files, which Power BI, DuckDB, Python and R can open. history holds what is needed to undo."
                )
            ),
            Said(
                N_(
                    "A run changes all its tables at one instant, or none. It can be stopped at any moment, and taken "
                    "back afterwards."
                ),
                ("ci status", "ci history", "ci undo"),
            ),
            Said(
                N_(
                    "A setting is taken from the command line, else from the environment (CI_COUNTRY), else from "
                    "custintel.toml, else from your own configuration, else it has a default."
                ),
                ("ci status --settings",),
            ),
        ),
    ),
    "privacy": Topic(
        N_("What happens to your customers' data"),
        (
            Said(
                N_(
                    "Everything is computed on this computer. Nothing is sent anywhere: there is no account, no server "
                    "and no usage statistics. Only ci contactability uses the network, and says before it starts "
                    "what it asks of whom."
                )
            ),
            Said(
                N_(
                    "The project folder holds personal data. Keep it where you may keep personal data, and delete it "
                    "when you no longer need it. ci undo keeps earlier versions of the tables; the setting "
                    "history.keep says how many."
                )
            ),
            Said(
                N_("An empty consent is unknown, never yes. When two records of a person differ, a no wins over a yes.")
            ),
        ),
    ),
    "completion": Topic(
        N_("Let the Tab key complete commands and options"),
        (
            Said("bash", ("echo 'eval \"$(_CI_COMPLETE=bash_source ci)\"' >> ~/.bashrc",)),
            Said("zsh", ("echo 'eval \"$(_CI_COMPLETE=zsh_source ci)\"' >> ~/.zshrc",)),
            Said("fish", ("_CI_COMPLETE=fish_source ci > ~/.config/fish/completions/ci.fish",)),
            Said(
                "PowerShell",
                (
                    "$env:_CI_COMPLETE = 'powershell_source'",
                    "ci >> $PROFILE",
                    "Remove-Item Env:_CI_COMPLETE",
                ),
            ),
            Said(N_("Open a new terminal afterwards.")),
        ),
    ),
}
