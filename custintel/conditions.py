"""Conditions such as ``unknown>20%``, by which a command says with its exit code that something is not as wanted."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from custintel.errors import CheckFailedError, UsageError
from custintel.i18n import _

_FORM = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(<=|>=|<|>)\s*(\d+(?:[.,]\d+)?)\s*(%?)\s*")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        text: as it was written.
        name: what is measured.
        sign: ``<``, ``<=``, ``>`` or ``>=``.
        bound: with which it is compared; a percentage as a share.
    """

    text: str
    name: str
    sign: str
    bound: float

    def holds(self, values: Mapping[str, float | None]) -> bool:
        """Whether it holds of ``values``; what is not known fulfils nothing."""
        value = values[self.name]
        return value is not None and _OPERATORS[self.sign](value, self.bound)


def condition(text: str, names: Collection[str]) -> Condition:
    """A condition as a person writes it.

    Args:
        text: a name, a sign and a number, perhaps with ``%``.
        names: what can be measured.

    Raises:
        UsageError: it is none, or nothing of that name is measured.
    """
    found = _FORM.fullmatch(text.lower())
    if not found or found[1] not in names:
        raise UsageError(
            _("This is no condition that can be checked."),
            where="--fail-on",
            seen=text,
            hint=_("Write one of {names}, a sign and a number, such as {example}.").format(
                names=", ".join(names), example=f'"{list(names)[-1]}>20%"'
            ),
        )
    number = float(found[3].replace(",", "."))
    return Condition(text.strip(), found[1], found[2], number / 100 if found[4] else number)


def check(conditions: Collection[Condition], values: Mapping[str, float | None]) -> None:
    """Fail when one of the conditions holds.

    Raises:
        CheckFailedError: it names them, with the value of each.
    """
    held = [one for one in conditions if one.holds(values)]
    if held:
        raise CheckFailedError(
            _("What was asked for with --fail-on has happened."),
            seen="; ".join(f"{one.text} ({one.name} = {values[one.name]:.4g})" for one in held),
        )
