"""Questions to a person at a terminal: the only door to questionary.

Every question names the flag that answers it, so that whoever cannot be asked (a script, a pipe, ``--no-input``) is
told what to add.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from custintel.errors import UsageError
from custintel.formats import safe
from custintel.i18n import _

Choices = Sequence[tuple[str, str]]


class Ask:
    """The questions of one run.

    Args:
        interactive: whether somebody can be asked.
        yes: confirmations are answered yes without asking.
    """

    def __init__(self, *, interactive: bool, yes: bool = False) -> None:
        self.interactive = interactive
        self.yes = yes

    def select(self, question: str, choices: Choices, *, flag: str, default: str | None = None) -> str:
        """The value of the choice taken.

        Args:
            question: translated.
            choices: pairs of value and translated label.
            flag: what answers it on the command line, for example ``--country CO``.
            default: the value that is taken when Enter is pressed.

        Raises:
            UsageError: nobody can be asked.
        """
        import questionary

        self._require(question, flag)
        options = [questionary.Choice(safe(label), value=value) for value, label in choices]
        picked = next((option for option in options if option.value == default), None)
        return str(
            self._put(
                questionary.select,
                question,
                choices=options,
                default=picked,
                instruction=_("(arrows to move, Enter to choose)"),
                use_search_filter=len(options) > 8,
                use_jk_keys=False,
            )
        )

    def checkbox(self, question: str, choices: Choices, *, flag: str, default: Sequence[str] = ()) -> list[str]:
        """The values of the choices ticked, in the order offered. Arguments and errors as in :meth:`select`."""
        import questionary

        self._require(question, flag)
        options = [questionary.Choice(safe(label), value=value, checked=value in default) for value, label in choices]
        instruction = _("(arrows to move, space to tick, Enter when done)")
        return [
            str(value) for value in self._put(questionary.checkbox, question, choices=options, instruction=instruction)
        ]

    def text(
        self, question: str, *, flag: str, default: str = "", check: Callable[[str], str | None] | None = None
    ) -> str:
        """A line of text, trimmed; ``check`` says what is wrong with it, or ``None``. Errors as in :meth:`select`."""
        import questionary

        self._require(question, flag)

        def validate(answer: str) -> bool | str:
            return (check(answer.strip()) if check else None) or True

        return str(self._put(questionary.text, question, default=default, validate=validate)).strip()

    def key(self, question: str, choices: Choices, *, flag: str) -> str:
        """The value of the choice whose key is pressed, without Enter.

        Args:
            question: translated.
            choices: pairs of value and translated label; the key is the letter that the label has in brackets, for
                example ``[s]ame``, and no two labels have the same.
            flag: what answers it on the command line.

        Raises:
            UsageError: nobody can be asked.
        """
        from prompt_toolkit import PromptSession
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.keys import Keys
        from prompt_toolkit.output import create_output

        self._require(question, flag)
        bindings = KeyBindings()
        bindings.add(Keys.Any)(lambda _event: None)
        bindings.add(Keys.Enter)(lambda _event: None)
        for value, label in choices:
            letter = label.partition("[")[2][:1]
            for key in {letter.lower(), letter.upper()}:
                bindings.add(key)(lambda event, value=value: event.app.exit(result=value))
        line = f"? {safe(question)}  " + "  ".join(safe(label) for _value, label in choices) + " "
        session: PromptSession[str] = PromptSession(
            key_bindings=bindings, output=create_output(stdout=sys.stderr), erase_when_done=True
        )
        return session.prompt(line)

    def confirm(self, question: str, *, flag: str = "--yes", default: bool = False) -> bool:
        """Whether the person agrees; always so with ``--yes``. Errors as in :meth:`select`."""
        if self.yes:
            return True
        choices = (("yes", _("Yes")), ("no", _("No")))
        return self.select(question, choices, flag=flag, default="yes" if default else "no") == "yes"

    def _require(self, question: str, flag: str) -> None:
        if not self.interactive:
            raise UsageError(
                _("An answer is needed, and nobody can be asked here."),
                seen=question,
                hint=_("Answer it on the command line with {flag}.").format(flag=flag),
            )

    def _put(self, kind: Callable[..., Any], question: str, **options: Any) -> Any:
        """Ask on standard error: standard output is the result's. Ctrl-C goes up as ``KeyboardInterrupt``."""
        from prompt_toolkit.output import create_output

        return kind(safe(question), qmark="?", output=create_output(stdout=sys.stderr), **options).unsafe_ask()
