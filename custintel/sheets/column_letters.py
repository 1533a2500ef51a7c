"""The letters by which spreadsheets call their columns."""

from __future__ import annotations


def column_letter(number: int) -> str:
    """The letters of a spreadsheet column: 1 is "A", 27 is "AA"."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a spreadsheet column: "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
