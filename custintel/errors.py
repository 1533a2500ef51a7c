"""The errors a person can act on. Anything else that escapes is our bug."""

from __future__ import annotations


class CustintelError(Exception):
    """Something a person can repair, said in four parts.

    Args:
        message: what happened, one sentence in the person's language.
        where: file, sheet, row or line.
        seen: what was found there.
        hint: what to do about it, with the exact command or flag when there is one.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", seen: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.seen = seen
        self.hint = hint

    def __str__(self) -> str:
        return "\n".join(part for part in (self.message, self.where, self.seen, self.hint) if part)


class UsageError(CustintelError):
    """The command was asked in a way it cannot obey: a wrong option, or an answer that is missing."""

    exit_code = 2


class CheckFailedError(CustintelError):
    """The work is done, but a check asked for with ``--fail-on`` did not pass."""

    exit_code = 3
