from __future__ import annotations

import io

from custintel.ui.console import Console
from custintel.ui.progress import Silent, StatusLine, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_talk_goes_to_standard_error_and_is_held_back_when_quiet() -> None:
    out, err = io.StringIO(), io.StringIO()
    Console(out=out, err=err).say("hello")
    assert (out.getvalue(), err.getvalue()) == ("", "hello\n")
    err = io.StringIO()
    quiet = Console(quiet=True, out=out, err=err)
    quiet.say("hello")
    quiet.warn("look")
    assert err.getvalue() == "look\n"


def test_no_color_prints_no_colour_on_a_terminal() -> None:
    err = Terminal()
    Console(color=False, out=io.StringIO(), err=err).warn("look")
    assert "\x1b[3" not in err.getvalue()


def test_progress_is_silent_when_quiet_or_not_on_a_terminal() -> None:
    assert isinstance(progress(silent=True, file=Terminal()), Silent)
    assert isinstance(progress(silent=False, file=io.StringIO()), Silent)
    assert isinstance(progress(silent=False, file=Terminal()), StatusLine)


def test_the_status_line_shows_one_short_harmless_step_and_is_wiped() -> None:
    file = Terminal()
    line = StatusLine(file, width=20)
    line.step("Reading \x1b[31m" + "x" * 100)
    line.close()
    line.close()
    shown, wiped = file.getvalue().split("\r\x1b[2K")[1:]
    assert len(shown) <= 20
    assert "\x1b" not in shown
    assert wiped == ""
