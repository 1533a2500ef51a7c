"""The days that count, as they are typed with ``--from`` and ``--to``."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from custintel.errors import UsageError
from custintel.i18n import _


@dataclass(frozen=True)
class Period:
    """Days that count, both ends in it; an end that is ``None`` is open."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: pl.Expr) -> pl.Expr:
        """Whether ``day`` is one of them; a day that is not known is in the period only when it has no ends."""
        if self.start is None and self.end is None:
            return pl.lit(True)
        return day.is_between(self.start or date.min, self.end or date.max).fill_null(False)

    def before(self) -> Period:
        """As many days right before it; as many months, when it is whole months.

        ``self`` has both ends.
        """
        assert self.start is not None
        assert self.end is not None
        last = self.start - timedelta(days=1)
        after = self.end + timedelta(days=1)
        if self.start.day == 1 and after.day == 1:
            months = (after.year - self.start.year) * 12 + after.month - self.start.month
            year, month = divmod(self.start.year * 12 + self.start.month - 1 - months, 12)
            return Period(date(year, month + 1, 1), last)
        return Period(last - (self.end - self.start), last)


def period_of(start: str | None, end: str | None) -> Period:
    """The days that ``--from`` and ``--to`` mean.

    Raises:
        UsageError: one of them is no day, or they are in the wrong order.
    """
    found = Period(day("--from", start, last=False), day("--to", end, last=True))
    if found.start and found.end and found.end < found.start:
        raise UsageError(_("The last day is before the first."), where="--from, --to", seen=f"{start}, {end}")
    return found


def day(option: str, text: str | None, *, last: bool) -> date | None:
    """One day as typed; of a month, the first or the last."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text.strip())
    try:
        if not found:
            raise ValueError
        year, month = int(found[1]), int(found[2])
        return date(year, month, int(found[3] or (monthrange(year, month)[1] if last else 1)))
    except ValueError as error:
        raise UsageError(
            _("This is no day."), where=option, seen=text, hint=_("Write 2026-10-01, or a month: 2026-10.")
        ) from error
