"""Thrift's compact protocol, the part that Parquet's footers and page headers need: writing structs.

A value is its type number and its bytes; a struct is a mapping from field number to value.
Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Value = tuple[int, bytes]

_TRUE, _FALSE, _I16, _I32, _I64, _BINARY, _LIST, _STRUCT = 1, 2, 4, 5, 6, 8, 9, 12
#: A list of fewer entries states its length in half a byte; a field's number may be so much above the one before.
_SHORT = 15


def boolean(value: bool) -> Value:  # noqa: FBT001 -- it is the value
    """Write a truth value; in a struct it is all in the type."""
    return (_TRUE if value else _FALSE, b"")


def i16(value: int) -> Value:
    """Write a 16-bit integer."""
    return _I16, _zigzag(value)


def i32(value: int) -> Value:
    """Write a 32-bit integer, or an enumeration's number."""
    return _I32, _zigzag(value)


def i64(value: int) -> Value:
    """Write a 64-bit integer."""
    return _I64, _zigzag(value)


def binary(value: bytes) -> Value:
    """Write a byte string, or a text as UTF-8."""
    return _BINARY, varint(len(value)) + value


def listed(values: Sequence[Value]) -> Value:
    """Write a list of values of one type; it holds at least one."""
    kind = values[0][0]
    head = bytes([len(values) << 4 | kind]) if len(values) < _SHORT else bytes([0xF0 | kind]) + varint(len(values))
    return _LIST, head + b"".join(data for _, data in values)


def struct(fields: Mapping[int, Value]) -> Value:
    """Write a struct: its fields by number."""
    out, last = bytearray(), 0
    for number, (kind, data) in sorted(fields.items()):
        if number - last <= _SHORT:
            out.append((number - last) << 4 | kind)
        else:
            out.append(kind)
            out += _zigzag(number)
        out += data
        last = number
    out.append(0)
    return _STRUCT, bytes(out)


def varint(value: int) -> bytes:
    """Write a number that is not negative, seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 -- seven bits
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return varint(value * 2 if value >= 0 else -value * 2 - 1)
