"""What a file's bytes say as text: byte-order marks, UTF-16 without one, and Windows-1252 among UTF-8."""

from __future__ import annotations

import codecs

import numpy as np
import pyarrow as pa

from committee.errors import BadFile
from committee.loaders.tables.files import SourceFile

__all__ = ["as_utf8", "mended"]

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def as_utf8(file: SourceFile, start: bytes) -> tuple[pa.Buffer, tuple[str, ...]]:
    """Return a file's content as UTF-8, and how it was read where that is worth saying.

    Raises
    ------
    BadFile
        The file is binary, or does not stay in the encoding it begins in.
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            if encoding == "utf-8":
                return _mended_if_needed(file.content.slice(len(mark)), start[len(mark) :])
            return _decoded(file, encoding), (f"read as {encoding.upper()}",)
    if b"\x00" in start:
        for encoding, zeros in (("utf-16-le", start[1::2].count(0)), ("utf-16-be", start[0::2].count(0))):
            if zeros > 0.4 * (len(start) // 2 or 1) and not _is_binary(start.decode(encoding, "ignore").encode()):
                return _decoded(file, encoding), (f"read as {encoding.upper()}",)
    if _is_binary(start):
        raise BadFile(f"{file.name} is a binary file", "Export the data as CSV (UTF-8)")
    return _mended_if_needed(file.content, start)


def _is_binary(start: bytes) -> bool:
    """Whether more than one sign in twenty is a control sign."""
    signs = np.frombuffer(start, np.uint8)
    return bool(np.count_nonzero((signs < 9) | ((signs > 13) & (signs < 32))) * 20 > len(signs))


def _mended_if_needed(content: pa.Buffer, start: bytes) -> tuple[pa.Buffer, tuple[str, ...]]:
    """Look at the beginning only: what stands further down shows when the rows are cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
        return content, ()
    except UnicodeDecodeError:
        return mended(content)


def _decoded(file: SourceFile, encoding: str) -> pa.Buffer:
    try:
        return pa.py_buffer(bytes(file.content).decode(encoding).encode())
    except UnicodeError:
        raise BadFile(f"{file.name} begins as {encoding.upper()} and does not stay so", "Save it as UTF-8") from None


def mended(content: pa.Buffer) -> tuple[pa.Buffer, tuple[str, ...]]:
    """Read bytes that are no UTF-8 as Windows-1252, byte by byte: files joined from both have both."""
    whole = bytes(content)
    count = 0

    def foreign(error: UnicodeError) -> tuple[str, int]:
        nonlocal count
        assert isinstance(error, UnicodeDecodeError)
        count += error.end - error.start
        return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end

    codecs.register_error("committee.windows", foreign)
    text = whole.decode(errors="committee.windows")
    if not count:
        return content, ()
    return pa.py_buffer(text.encode()), (f"bytes that are no UTF-8, read as Windows-1252: {count:,}",)
