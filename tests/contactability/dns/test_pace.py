from __future__ import annotations

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.dns.pace import Pace

STEPS = st.lists(
    st.tuples(st.floats(0, 1.5), st.floats(0, 0.2), st.integers(0, 400), st.integers(0, 50)), min_size=1, max_size=200
)


@settings(deadline=None)
@given(STEPS, st.integers(1, 300), st.floats(1, 2_000))
def test_no_window_of_a_second_ever_passes_the_cap(
    steps: list[tuple[float, float, int, int]], cap: int, rate: float
) -> None:
    """Whatever is heard, however long sending takes and however greedy the sender."""
    pace = Pace(rate, cap)
    now, window, inside = 0.0, deque[tuple[float, float]](), 0
    for wait, sending, good, bad in steps:
        now += wait
        allowed = pace.allowance(now)
        begun, now = now, now + sending
        for number in range(allowed):
            left = begun + sending * number / allowed
            window.append((left, 1))
            inside += 1
            while left - window[0][0] >= 1.0:
                window.popleft()
                inside -= 1
            assert inside <= cap
        pace.sent(allowed, now)
        pace.heard(good, bad, now)
        assert pace.rate <= cap


def sent_in(pace: Pace, seconds: float, *, trouble: float = 0.0, since: float = 0.0) -> tuple[int, float]:
    """Questions sent in so many seconds, asking as often as possible, and the time then."""
    now, total = since, 0
    while now < since + seconds:
        allowed = pace.allowance(now)
        pace.sent(allowed, now)
        bad = round(allowed * trouble)
        pace.heard(allowed - bad, bad, now)
        total += allowed
        now += 0.005
    return total, now


def test_the_rate_is_reached_and_held() -> None:
    assert 950 <= sent_in(Pace(200, 200), 5)[0] <= 1_005


def test_the_rate_rises_to_the_cap_while_all_is_well() -> None:
    pace = Pace(200, 1_000)
    sent_in(pace, 12)
    assert pace.rate == 1_000


def test_much_trouble_halves_the_rate() -> None:
    pace = Pace(200, 1_000)
    pace.heard(100, 0, 0.0)
    pace.heard(100, 100, 2.0)
    assert pace.rate == 100


def test_some_trouble_leaves_the_rate_alone() -> None:
    pace = Pace(200, 1_000)
    pace.heard(0, 0, 0.0)
    pace.heard(98, 2, 2.0)
    assert pace.rate == 200


def test_trouble_that_asking_slower_does_not_ease_does_not_stop_the_work() -> None:
    pace = Pace(200, 1_000)
    for second in range(30):
        pace.heard(94, 6, float(second))
    assert pace.rate >= 200


def test_a_server_that_refuses_nearly_everything_is_left_almost_in_peace() -> None:
    pace = Pace(200, 1_000)
    for second in range(30):
        pace.heard(20, 80, float(second))
    assert pace.rate == 10
