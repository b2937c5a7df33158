"""Paths to source files: single files, folders, zip and gzip archives; each file's bytes are seen once and hashed."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import pyarrow as pa

from committee.errors import BadFile

__all__ = ["Limits", "SourceFile", "source_files"]

_DATA = frozenset({".csv", ".tsv", ".txt", ".json", ".parquet", ".gz", ".zip"})
_CHUNK = 1 << 20
_HASHING = ThreadPoolExecutor(1, "hash")


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to, and how many files it may hold."""

    megabytes: int
    files: int


@dataclass(frozen=True)
class SourceFile:
    """One file as it was found.

    Attributes
    ----------
    name : str
        The path as given, then the path inside the folder or archive.
    content : pyarrow.Buffer
        Its bytes, unpacked; mapped from the disk where it lies there as it is.
    named : bool
        Named by the user, not found in a folder or archive.
    """

    name: str
    content: pa.Buffer
    named: bool
    _hash: Future[str]

    @property
    def sha256(self) -> str:
        """Hash of the bytes, made while the file is read: a file and its compressed copy are the same load."""
        return self._hash.result()


def source_files(paths: Sequence[Path], limits: Limits) -> list[SourceFile]:
    """Find the files that the paths stand for, in the order of their names.

    A folder stands for the files directly in it; only when none of them can hold data, for those of its subfolders.
    The same holds for a zip. Hidden files are passed over.

    Raises
    ------
    BadFile
        A path that is not there or cannot be read, an archive that is broken, encrypted, or larger than the limits.
    """
    return [file for path in paths for file in _files_of(Path(path), limits)]


def _files_of(path: Path, limits: Limits) -> Iterator[SourceFile]:
    try:
        if not path.exists():
            raise BadFile(f"{path} is not there", "Check the path")
        if path.is_dir():
            inside = {str(found.relative_to(path)): found for found in path.rglob("*") if found.is_file()}
            for name in _shallowest(inside):
                yield from _opened(inside[name], f"{path}/{name}", limits, named=False)
        else:
            yield from _opened(path, str(path), limits, named=True)
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror or error}", "Check its permissions") from None


def _shallowest(names: Sequence[str] | dict[str, Path]) -> list[str]:
    visible = sorted(
        name
        for name in names
        if not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name.replace("\\", "/")).parts)
    )
    depth = {name: len(PurePosixPath(name.replace("\\", "/")).parts) for name in visible}
    data = [depth[name] for name in visible if PurePosixPath(name).suffix.lower() in _DATA]
    return [name for name in visible if depth[name] <= min(data, default=1)]


def _opened(path: Path, name: str, limits: Limits, named: bool) -> Iterator[SourceFile]:
    if path.is_file() and path.stat().st_size:
        content = pa.memory_map(str(path)).read_buffer()
    else:  # empty, or no file on a disk but the output of another program
        content = pa.py_buffer(path.read_bytes())
    start = bytes(content.slice(0, min(4, content.size)))
    if start == b"PK\x03\x04" or start == b"PK\x05\x06":
        yield from _unzipped(content, name, limits, named)
    elif start[:2] == b"\x1f\x8b":
        yield _file(name, _unpacked(gzip.GzipFile(fileobj=pa.BufferReader(content)), name, limits.megabytes), named)
    else:
        yield _file(name, content, named)


def _file(name: str, content: pa.Buffer, named: bool) -> SourceFile:
    return SourceFile(name, content, named, _HASHING.submit(lambda: hashlib.sha256(content).hexdigest()))


def _unzipped(content: pa.Buffer, name: str, limits: Limits, named: bool) -> Iterator[SourceFile]:
    try:
        with zipfile.ZipFile(pa.BufferReader(content)) as archive:
            members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
            if "[Content_Types].xml" in members:
                yield _file(name, content, named)  # a workbook: refused where it is read
                return
            if len(members) > limits.files:
                raise BadFile(
                    f"{name} holds {len(members):,} files, {limits.files:,} are allowed",
                    "Unpack it, or raise load.unpacked_files",
                )
            left = limits.megabytes * _CHUNK
            wanted = _shallowest(list(members))
            if not wanted and named:
                raise BadFile(f"{name} is an empty archive", "Put the exported files into it")
            for member in wanted:
                if members[member].flag_bits & 1:
                    raise BadFile(f"{name} is encrypted", "Unpack it with its password, then load the files")
                with archive.open(member) as stream:
                    inside = _unpacked(stream, name, limits.megabytes, left)
                left -= inside.size
                yield _file(f"{name}/{member}", inside, named=False)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadFile(f"{name} is a broken archive: {error}", "Download or pack it again") from None


def _unpacked(stream: IO[bytes] | gzip.GzipFile, name: str, megabytes: int, left: int | None = None) -> pa.Buffer:
    """Read all of a compressed stream, and no more than the limit, whatever its header promises."""
    left = megabytes * _CHUNK if left is None else left
    sink = pa.BufferOutputStream()
    try:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise BadFile(
                    f"{name} unpacks to more than {megabytes:,} MB",
                    "Unpack it and load the files, or raise load.unpacked_megabytes",
                )
            sink.write(chunk)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadFile(f"{name} is a broken archive: {error}", "Download or pack it again") from None
    return sink.getvalue()
