"""Tools that take turns, and the best that each did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Cost(NamedTuple):
    """What a tool took for so many values, and about how many it was right where that is known."""

    count: int
    cpu: float
    wall: float
    right: int | None = None

    @property
    def rate(self) -> float:
        """Values per CPU second."""
        return self.count / self.cpu


class Contest(NamedTuple):
    """A tool at a task; ``run`` gives nothing when the tool is not installed."""

    task: str
    tool: str
    run: Callable[[], Cost | None]


Results = dict[tuple[str, str], Cost]
"""The best cost by task and tool."""


def measured(count: int, work: Callable[[], object]) -> Cost:
    """The cost of ``work`` on ``count`` values in this process, all its threads."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Cost(count, time.process_time() - cpu, time.perf_counter() - wall)


def best(contests: Iterable[Contest], rounds: int) -> Results:
    """The round of each contest that took the least CPU; one after the other, again and again."""
    found: Results = {}
    waiting = list(contests)
    for _round in range(rounds):
        for contest in list(waiting):
            cost, key = contest.run(), (contest.task, contest.tool)
            if cost is None:
                waiting.remove(contest)
                print(f"({contest.tool} is not installed: left out)", flush=True)
            elif key not in found or cost.rate > found[key].rate:
                found[key] = cost
    return found
