"""How fast questions may be asked of somebody else's server."""

from __future__ import annotations

from collections import deque

POLITE_RATE = 200.0
"""Questions per second to begin with. Google's public resolver documents 1,500 per address as its limit."""
POLITE_CAP = 1_000

WINDOW = 1.05
"""Seconds that the cap is for: a little more than one, because packets that left apart may arrive together."""
_PERIOD = 1.0
"""Seconds after which the rate is thought over, when enough was heard."""
_ENOUGH = 50
_FEW, _MANY = 0.01, 0.03
"""Shares of trouble below which the rate goes up, and above which it is halved."""
_UP, _DOWN = 1.25, 0.5
_SLOWEST = 10.0
_BEARABLE = 0.15
"""Share of trouble that a line may have always, however slowly one asks."""
_EASED = 0.6
"""What halving the rate must bring a share of trouble down to, for the rate to have been its cause."""
_BURST = 0.05
"""Seconds of questions that may be sent at once."""


class Pace:
    """A rate that adapts to how the server copes, and a cap that no window of a second ever passes.

    The rate rises while there is hardly any trouble, and is halved when there is much. Trouble that halving does not
    ease is the line's and not the server's: it becomes what is usual, and the rate comes back.

    The clock belongs to the caller: every method is told the time, in seconds that never go back.

    Args:
        rate: questions per second to begin with.
        cap: the most questions in any one second; also the highest rate.
    """

    def __init__(self, rate: float = POLITE_RATE, cap: int = POLITE_CAP) -> None:
        self.cap = cap
        self.rate = min(rate, float(cap))
        self._sent: deque[tuple[float, int]] = deque()
        self._in_window = 0
        self._credit = 0.0
        self._counted: float | None = None
        self._good = self._bad = 0
        self._period_begun: float | None = None
        self._usual = 0.0
        self._before: float | None = None

    def allowance(self, now: float) -> int:
        """How many questions may be sent now."""
        while self._sent and now - self._sent[0][0] > WINDOW:
            self._in_window -= self._sent.popleft()[1]
        if self._counted is None:
            self._counted = now
        most = max(1.0, self.rate * _BURST)
        self._credit = min(most, self._credit + (now - self._counted) * self.rate)
        self._counted = now
        return max(0, min(int(self._credit), self.cap - self._in_window))

    def sent(self, count: int, now: float) -> None:
        """Questions were sent; ``now`` is after the last of them, so that none is thought older than it is."""
        if count:
            self._sent.append((now, count))
            self._in_window += count
            self._credit -= count

    def heard(self, good: int, bad: int, now: float) -> None:
        """Think the rate over.

        Args:
            good: answers to what was asked once.
            bad: signs that the server is asked too much: answers that only came when asked again, and refusals. A name
                that gets no answer at all is no such sign: lists are full of dead domains, and asking slower does not
                raise them.
            now: the time.
        """
        self._good += good
        self._bad += bad
        if self._period_begun is None:
            self._period_begun = now
        total = self._good + self._bad
        if now - self._period_begun < _PERIOD or total < _ENOUGH:
            return
        self._think(self._bad / total)
        self._good = self._bad = 0
        self._period_begun = now

    def _think(self, share: float) -> None:
        """Change the rate by what share of a period was trouble."""
        before, self._before = self._before, None
        if before is not None and before * _EASED < share <= _BEARABLE:
            self._usual = share
            self.rate = min(self.rate / _DOWN, float(self.cap))
        elif share > self._usual + _MANY:
            self.rate = max(self.rate * _DOWN, min(_SLOWEST, float(self.cap)))
            self._before = share
        elif share < self._usual + _FEW:
            self.rate = min(self.rate * _UP, float(self.cap))
