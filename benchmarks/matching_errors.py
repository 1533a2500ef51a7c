"""How rows that say the same come to differ: slips of the finger, of the ear and of the form."""

from __future__ import annotations

import unicodedata
from random import Random

KEYBOARD = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"]
NEIGHBOURS = {
    letter: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in KEYBOARD for at, letter in enumerate(row)
}
SOUNDS = {
    "es": [("v", "b"), ("b", "v"), ("z", "s"), ("s", "z"), ("ll", "y"), ("y", "i"), ("h", ""), ("c", "s"), ("j", "g")],
    "en": [("ph", "f"), ("ck", "k"), ("y", "ie"), ("c", "k"), ("ll", "l"), ("n", "nn"), ("ey", "y"), ("th", "t")],
}
LOOKS = [("l", "1"), ("o", "0"), ("rn", "m"), ("m", "rn"), ("cl", "d"), ("e", "c"), ("u", "v"), ("h", "b")]


def slip(rng: Random, text: str) -> str:
    """One letter too many, too few, wrong, or in the wrong place; never the first of a short word."""
    if len(text) < 3:
        return text
    at = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    near = NEIGHBOURS.get(text[at].lower())
    return text[:at] + (rng.choice(near) if near else text[at - 1].lower()) + text[at + 1 :]


def misheard(rng: Random, text: str, language: str) -> str:
    """The same sound, written otherwise."""
    return _replaced(rng, text, SOUNDS[language])


def misread(rng: Random, text: str) -> str:
    """What a scanner makes of it."""
    return _replaced(rng, text, LOOKS)


def plain(text: str) -> str:
    """Without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def digits_swapped(rng: Random, digits: str) -> str:
    """A number with a wrong digit, or two that changed places."""
    if len(digits) < 4:
        return digits
    at = rng.randrange(1, len(digits) - 1)
    if rng.random() < 0.5:
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + rng.choice("0123456789") + digits[at + 1 :]


def _replaced(rng: Random, text: str, pairs: list[tuple[str, str]]) -> str:
    possible = [pair for pair in pairs if pair[0] in text[1:]]
    if not possible:
        return text
    before, after = rng.choice(possible)
    return text[0] + text[1:].replace(before, after, 1)
