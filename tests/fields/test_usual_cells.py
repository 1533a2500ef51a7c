"""Cells written as most are take a short way through their kernel: it ends where the long way does."""

from __future__ import annotations

from datetime import date
from functools import partial
from types import ModuleType

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import address, email, name, number, text
from custintel.fields import date as dates
from custintel.fields.vocabulary import Kernel

AS_OF = date(2026, 11, 22)

DAY = r"[0-3]?[0-9][/-][01]?[0-9][/-](19|20)[0-9]{2}|(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
MOMENT = rf"({DAY})( [0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?"
AMOUNT = r"-?(\$ ?)?[0-9]{1,4}([.,][0-9]{3}){0,3}([.,][0-9]{1,4})?"
STREET = (
    r"(Calle|CRA|cl|Av|Dg|Avenida Boyacá) ?[0-9]{1,3}( bis| sur|[a-c])? (# ?|no |)[0-9]{1,3}[ab]? ?- ?[0-9]{1,4}"
    r"( sur| e|, apto 501| torre 2 ap 3| barrio Sur)?"
)
MAILBOX = r"(no|te|Ana|asd|cliente|x|info)[._]?(tiene|st|correo|lopez|12)?@(gmail|nada|test|Une)\.(com|co|net\.co)"
PERSON = r"(Dr|Sra|Ana|María|Cliente|Prueba|O'Neil)( de| DEL)?( Peña-Ruiz| Mostrador| Jr.| Señor)?"
FILLER = r"(N/A| x |Ana|n a|-|PeÃ±a|sin dato|No tiene)"

WAYS: dict[str, tuple[Kernel, ModuleType, str]] = {
    "date dmy": (partial(dates.normalise, order="dmy", as_of=AS_OF), dates, MOMENT),
    "birth mdy": (partial(dates.normalise, order="mdy", as_of=AS_OF, birth=True), dates, MOMENT),
    "moment dmy": (partial(dates.normalise_time, order="dmy", as_of=AS_OF), dates, MOMENT),
    "moment": (partial(dates.normalise_time, order=None, as_of=AS_OF), dates, MOMENT),
    "money ,": (partial(number.money, decimal=","), number, AMOUNT),
    "money .": (partial(number.money, decimal="."), number, AMOUNT),
    "number ,": (partial(number.normalise, decimal=","), number, AMOUNT),
    "integer": (partial(number.integer), number, AMOUNT),
    "integer .": (partial(number.integer, decimal="."), number, AMOUNT),
    "email": (email.normalise, email, MAILBOX),
    "first name": (partial(name.normalise_part, part="first_name"), name, PERSON),
    "last name": (partial(name.normalise_part, part="last_name"), name, PERSON),
    "text": (partial(text.tidy, kind="name"), text, FILLER),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_short_way_ends_where_the_long_way_does(way: str) -> None:
    kernel, module, written = WAYS[way]

    @settings(max_examples=20, deadline=None)
    @given(columns(written))
    def compare(frame: pl.DataFrame) -> None:
        short = kernel(frame)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "divided", lambda cells, _odd, _quick, slow: slow(cells))
            assert kernel(frame).select("value", "rules").equals(short.select("value", "rules"))

    compare()


@settings(max_examples=30, deadline=None)
@given(st.deferred(lambda: columns(STREET)))
def test_an_address_in_the_usual_form_has_the_key_that_the_whole_grammar_gives(frame: pl.DataFrame) -> None:
    short = address.normalise(frame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(address, "_usual_pattern", lambda: r"[^\s\S]")
        assert address.normalise(frame).equals(short)


def columns(written: str) -> st.SearchStrategy[pl.DataFrame]:
    """Columns whose cells are mostly written alike."""
    cell = st.one_of(st.from_regex(written, fullmatch=True), st.text(max_size=6))
    return st.lists(cell, min_size=1, max_size=20).map(lambda cells: pl.DataFrame({"raw": cells}))
