from __future__ import annotations

import pytest

from custintel.errors import UsageError
from custintel.ui.ask import Ask


@pytest.mark.parametrize("kind", ["select", "checkbox", "text", "key", "confirm"])
def test_where_nobody_can_be_asked_the_error_names_the_flag(kind: str) -> None:
    put = getattr(Ask(interactive=False), kind)
    choices = ([("CO", "Colombia")],) if kind in {"select", "checkbox", "key"} else ()
    with pytest.raises(UsageError) as raised:
        put("Which country?", *choices, flag="--country CO")
    assert raised.value.seen == "Which country?"
    assert "--country CO" in raised.value.hint


def test_yes_answers_confirmations_without_asking() -> None:
    assert Ask(interactive=False, yes=True).confirm("Sure?")


def test_a_person_at_a_terminal_is_asked_and_answers_with_the_keyboard() -> None:
    import prompt_toolkit.output as output
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    with (
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(output, "create_output", lambda stdout: DummyOutput())
        ask = Ask(interactive=True)
        keys.send_text("\x1b[B\r")
        assert ask.select("Country?", [("CO", "Colombia"), ("MX", "Mexico")], flag="-", default="CO") == "MX"
        keys.send_text("\r")
        assert ask.confirm("Sure?", default=False) is False
        keys.send_text(" \x1b[B \r")
        assert ask.checkbox("Which?", [("a", "A"), ("b", "B"), ("c", "C")], flag="-") == ["a", "b"]
        keys.send_text("  Ana \r")
        assert ask.text("Name?", flag="-", check=lambda answer: None if answer == "Ana" else "no") == "Ana"
        pressed = [("same", "[s]ame"), ("different", "[d]ifferent")]
        keys.send_text("x\rD")
        assert ask.key("One person?", pressed, flag="-") == "different"
        keys.send_text("\x03")
        with pytest.raises(KeyboardInterrupt):
            ask.key("One person?", pressed, flag="-")
        keys.send_text("\x03")
        with pytest.raises(KeyboardInterrupt):
            ask.text("Name?", flag="-")
