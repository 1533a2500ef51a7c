"""What kind of file it is, told from its bytes: people rename files, and shops export web pages called ``.xls``."""

from __future__ import annotations

import io
import zipfile
from typing import Literal

from custintel.errors import CustintelError
from custintel.i18n import _

Kind = Literal["text", "html", "xlsx", "xls", "xlsb", "ods", "parquet"]

EXTENSIONS: dict[str, tuple[Kind, ...]] = {
    ".csv": ("text",),
    ".tsv": ("text",),
    ".tab": ("text",),
    ".txt": ("text",),
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
    ".xltx": ("xlsx",),
    ".xls": ("xls",),
    ".xlsb": ("xlsb",),
    ".ods": ("ods",),
    ".htm": ("html",),
    ".html": ("html",),
    ".parquet": ("parquet",),
}
"""What a name promises."""

_OLE_ENTRY = 128
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
)
# No honest sheet is packed so tightly: rows of the same cell reach 50 to 100 times.
_BOMB_RATIO = 200
_BOMB_BYTES = 32 * 2**20
_HEAD = 4096
_NOTHING = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
"""Bytes of a file that say nothing: marks of its encoding, spaces."""


def kind_of(data: bytes, source: str) -> Kind:
    """What ``data`` is.

    Raises:
        CustintelError: it is empty, has a password, is damaged, unpacks to an unreasonable size, or is not a table.
    """
    if not data[:_HEAD].strip(_NOTHING) and not data.strip(_NOTHING):
        raise CustintelError(
            _("{file} is empty.").format(file=source),
            seen=_("{count} bytes, none of them text").format(count=len(data)),
            hint=_("Export it again, and check that the download had finished."),
        )
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_zip(data, source)
    if data.startswith(_OLE):
        return _kind_of_ole(data, source)
    if data.startswith(_PARQUET):
        return "parquet"
    for mark, name in _FOREIGN:
        if data.startswith(mark):
            raise _not_a_table(source, _("a {kind} file").format(kind=name))
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise _not_a_table(source, _("an Excel 2003 XML file"))
    if head.startswith(b"<") and (b"<table" in head or b"<html" in head or b"<!doctype html" in head):
        return "html"
    if _is_binary(data[:_HEAD]):
        raise _not_a_table(source, _("binary data: {start}").format(start=data[:12].hex(" ")))
    return "text"


def _kind_of_zip(data: bytes, source: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            mimetype = archive.read("mimetype")[:64] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise damaged(source, _("the archive inside the file is incomplete")) from None
    for member in members:
        if member.file_size > _BOMB_BYTES and member.file_size > _BOMB_RATIO * max(1, member.compress_size):
            raise CustintelError(
                _("{file} unpacks to an unreasonable size and was not opened.").format(file=source),
                seen=_("{part}: {packed} bytes that become {unpacked}").format(
                    part=member.filename, packed=member.compress_size, unpacked=member.file_size
                ),
                hint=_(
                    "If you trust it, open it in Excel, copy only the cells with data to a new workbook and use that."
                ),
            )
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names) or "Index.zip" in names:
        raise _not_a_table(source, _("an Apple Numbers file"))
    inside = ", ".join(sorted(names)[:3])
    raise CustintelError(
        _("{file} is a zip archive, not a workbook.").format(file=source),
        seen=_("it holds {names}").format(names=inside),
        hint=_("Unzip it and use the files inside."),
    )


def _kind_of_ole(data: bytes, source: str) -> Kind:
    """Old Office files are small file systems whose file names stand in UTF-16 in their directory."""

    def holds(name: str) -> bool:
        entry = name.encode("utf-16-le") + b"\0\0"
        at = data.find(entry)
        while at >= 0 and at % _OLE_ENTRY:
            at = data.find(entry, at + 1)
        return at >= 0

    if holds("EncryptedPackage"):
        raise locked_by_password(source)
    if holds("Workbook") or holds("Book"):
        return "xls"
    raise _not_a_table(source, _("an old Office file that is not a workbook"))


def _is_binary(head: bytes) -> bool:
    """Control characters that no text holds, unless every second byte is zero, as in UTF-16 without a mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    zeros = head.count(0)
    if zeros and max(head[::2].count(0), head[1::2].count(0)) > 0.8 * (len(head) // 2):
        return False
    control = sum(head.count(code) for code in range(1, 32) if code not in b"\t\n\v\f\r\x1a\x1b")
    return control > 0.02 * len(head) or zeros > 0.1 * len(head)


def damaged(source: str, seen: str) -> CustintelError:
    """The file is cut short or broken."""
    return CustintelError(
        _("{file} is damaged and cannot be read.").format(file=source),
        seen=seen,
        hint=_("Download or copy it again; if Excel can open it, save it there as a new .xlsx file."),
    )


def locked_by_password(source: str) -> CustintelError:
    """The file is encrypted."""
    return CustintelError(
        _("{file} has a password.").format(file=source),
        seen=_("an encrypted workbook"),
        hint=_("Open it in Excel, remove the password (File > Info > Protect Workbook) and save a copy to use."),
    )


def _not_a_table(source: str, seen: str) -> CustintelError:
    return CustintelError(
        _("{file} is not a spreadsheet or a text file with columns.").format(file=source),
        seen=seen,
        hint=_("Export the data as .xlsx or .csv from the program it comes from."),
    )
