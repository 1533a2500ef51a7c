"""The catalogue says everything the code says."""

from __future__ import annotations

import gettext
import re
import string
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Message

from custintel import i18n
from custintel.locales import update
from custintel.options import Subcommand

CATALOGUES = {language: update.read(language) for language in update.LANGUAGES}
CLICK_SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(click.__file__).parent.glob("*.py")))


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", update.LANGUAGES)
def test_the_catalogue_holds_exactly_what_the_code_says(language: str) -> None:
    said = {ids(message) for message in update.extracted() if message.id}
    held = {ids(message) for message in CATALOGUES[language] if message.id}
    assert said - held == set(), "run python custintel/locales/update.py and translate"
    assert held - said == set(), "run python custintel/locales/update.py"


@pytest.mark.parametrize("language", update.LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [
        ids(message)[0] for message in CATALOGUES[language] if message.id and not all(update.translations(message))
    ]
    assert missing == []


@pytest.mark.parametrize("language", update.LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    for message in CATALOGUES[language]:
        expected = {name for text in ids(message) for name in placeholders(text)} if "{" in ids(message)[-1] else set()
        for text in update.translations(message) if message.id and "{" in ids(message)[-1] else ():
            assert placeholders(text) <= expected, text
            said_by_click = all(place == "click" for place, _line in message.locations)
            assert not text or message.pluralizable or said_by_click or placeholders(text) == expected, text


@pytest.mark.parametrize("language", update.LANGUAGES)
def test_the_compiled_catalogue_is_fresh(language: str) -> None:
    spoken = gettext.translation("custintel", update.LOCALES, [language])
    for message in CATALOGUES[language]:
        first, *_more = ids(message)
        if first and all(texts := update.translations(message)):
            said = (
                [spoken.ngettext(*message.id, n) for n in (1, 2)] if message.pluralizable else [spoken.gettext(first)]
            )
            assert said == list(texts), "run python custintel/locales/update.py"


def test_the_catalogue_file_does_not_change_by_itself() -> None:
    stored = (update.LOCALES / "es" / "LC_MESSAGES" / "custintel.po").read_text(encoding="utf-8")
    assert "POT-Creation-Date" not in stored
    assert not re.search(r"^#: .*:\d", stored, re.MULTILINE)


def test_the_words_we_translate_for_click_are_words_click_says() -> None:
    for words in update.CLICK:
        for text in (words,) if isinstance(words, str) else words:
            assert text in CLICK_SOURCE


def test_the_first_wish_for_a_language_we_have_decides_and_later_ones_are_not_looked_up() -> None:
    def never() -> str:
        raise AssertionError

    assert i18n.choose_language(None, "fr", "es_MX", never, environ={}) == "es"
    assert i18n.choose_language(None, lambda: None, environ={"LANG": "es_ES.UTF-8"}) == "es"
    assert i18n.choose_language("", environ={"LANG": "pt_BR"}) == "en"


def test_localising_a_command_leaves_the_original_as_it_was() -> None:
    original = Subcommand(
        "x", help="Explain a command or a topic.", params=[click.Option(["--a"], help="Explain a command or a topic.")]
    )
    i18n.activate("es")
    try:
        made = i18n.localise(original)
    finally:
        i18n.activate("en")
    assert made.help != original.help
    assert made.params[0].help == made.help  # type: ignore[attr-defined]
    assert original.params[0].help == original.help  # type: ignore[attr-defined]
