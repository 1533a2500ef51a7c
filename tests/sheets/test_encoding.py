import pytest

from custintel.sheets.encoding import decode, likeliest

NAMES = "Nombre;Ciudad\nJosé Núñez;Bogotá\nMaría Peña;Medellín\nÁngela Güiza;Ibagué\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac_roman"])
def test_accents_come_out_whatever_program_saved_the_file(encoding):
    text, _encoding, _notes = decode(NAMES.encode(encoding))
    assert text == NAMES


def test_utf16_without_its_mark_is_recognised():
    assert decode(NAMES.encode("utf-16-le"))[0] == NAMES
    assert decode(NAMES.encode("utf-16-be"))[0] == NAMES


def test_capitals_with_accents_decide_too():
    assert likeliest("MUÑOZ PEÑA;BOGOTÁ;CÓRDOBA".encode("cp850")) == "cp850"


def test_windows_is_preferred_when_the_evidence_is_equal():
    assert likeliest("café".encode("cp1252")) == "cp1252"


def test_portuguese_words_are_evidence_as_well():
    text = "São João; ação; coração; você"
    assert decode(text.encode("mac_roman"))[0] == text
    assert decode(text.encode("cp850"))[0] == text


def test_a_guess_is_told():
    (note,) = decode(NAMES.encode("cp1252"))[2]
    assert note.code == "encoding_guessed"
    assert "cp1252" in str(note)
    assert decode(NAMES.encode())[2] == ()


def test_rows_pasted_from_windows_into_a_utf8_file_are_read_and_counted():
    text, encoding, (note,) = decode((NAMES * 5).encode() + "Íñigo\n".encode("cp1252"))
    assert text == NAMES * 5 + "Íñigo\n"
    assert encoding == "utf-8"
    assert note.code == "encoding_mixed"
    assert note.values["count"] == 2


def test_any_bytes_can_be_decoded():
    decode(bytes(range(1, 256)) * 3)
