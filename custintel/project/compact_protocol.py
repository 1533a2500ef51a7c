"""Thrift's compact protocol, in which the footer of a Parquet file is written: bytes to plain values and back.

As https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md describes it. Nothing is known here
of what the values mean, so a footer with fields of a later version is written back whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT, UUID = range(1, 14)
_FIXED = {BYTE: 1, DOUBLE: 8, UUID: 16}


@dataclass
class Struct:
    """A struct: field number → (type, value), in the order of the fields."""

    fields: dict[int, tuple[int, Any]]

    def __getitem__(self, number: int) -> Any:
        """The value of a field; ``KeyError`` when it is not there."""
        return self.fields[number][1]

    def __setitem__(self, number: int, value: Any) -> None:
        """Give a field that is there another value."""
        self.fields[number] = (self.fields[number][0], value)

    def __contains__(self, number: int) -> bool:
        """Whether a field is there."""
        return number in self.fields


@dataclass
class Sequence:
    """A list or a set: the type of its elements, and these."""

    of: int
    values: list[Any]


def read(data: bytes) -> Struct:
    """The struct that ``data`` holds; ``ValueError`` or ``IndexError`` when it is none."""
    return _Reader(data).struct()


def written(struct: Struct) -> bytes:
    """A struct as bytes."""
    out = bytearray()
    _write_struct(out, struct)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        part = self.data[self.at : self.at + size]
        if len(part) < size:
            raise ValueError("cut short")
        self.at += size
        return part

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def whole(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self) -> Struct:
        fields: dict[int, tuple[int, Any]] = {}
        number = 0
        while head := self.take(1)[0]:
            number = number + (head >> 4) if head >> 4 else self.whole()
            kind = head & 0x0F
            fields[number] = (kind, kind == TRUE if kind in (TRUE, FALSE) else self.value(kind))
        return Struct(fields)

    def value(self, kind: int) -> Any:
        if kind in (I16, I32, I64):
            return self.whole()
        if kind in _FIXED:
            return self.take(_FIXED[kind])
        if kind == BINARY:
            return self.take(self.varint())
        if kind == STRUCT:
            return self.struct()
        if kind in (LIST, SET):
            head = self.take(1)[0]
            size = head >> 4 if head >> 4 < 15 else self.varint()
            of = head & 0x0F
            return Sequence(of, [self.take(1) if of in (TRUE, FALSE) else self.value(of) for _ in range(size)])
        raise ValueError(f"type {kind}")


def _write_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _write_whole(out: bytearray, value: int) -> None:
    _write_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def _write_struct(out: bytearray, struct: Struct) -> None:
    before = 0
    for number, (kind, value) in struct.fields.items():
        kind = (TRUE if value else FALSE) if kind in (TRUE, FALSE) else kind
        if 0 < number - before < 16:
            out.append((number - before) << 4 | kind)
        else:
            out.append(kind)
            _write_whole(out, number)
        if kind not in (TRUE, FALSE):
            _write_value(out, kind, value)
        before = number
    out.append(0)


def _write_value(out: bytearray, kind: int, value: Any) -> None:
    if kind in (I16, I32, I64):
        _write_whole(out, value)
    elif kind == BINARY:
        _write_varint(out, len(value))
        out += value
    elif kind == STRUCT:
        _write_struct(out, value)
    elif kind in (LIST, SET):
        size = len(value.values)
        out.append(min(size, 15) << 4 | value.of)
        if size >= 15:
            _write_varint(out, size)
        for element in value.values:
            if value.of in (TRUE, FALSE):
                out += element
            else:
                _write_value(out, value.of, element)
    else:
        out += value
