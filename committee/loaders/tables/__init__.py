"""From paths to typed tables and rejects, once, for all sources: finding files, cutting cells, reading values."""

from committee.loaders.tables.files import Limits, SourceFile, source_files
from committee.loaders.tables.raw import Opening, RawTable, open_file, read_rows
from committee.loaders.tables.recognition import Shape, bare
from committee.loaders.tables.values import (
    Column,
    GrowingRows,
    How,
    Typed,
    free_names,
    one_array,
    reject_ragged,
    rejects_of,
    typed,
)

__all__ = [
    "Column",
    "GrowingRows",
    "How",
    "Limits",
    "Opening",
    "RawTable",
    "Shape",
    "SourceFile",
    "Typed",
    "bare",
    "free_names",
    "one_array",
    "open_file",
    "read_rows",
    "reject_ragged",
    "rejects_of",
    "source_files",
    "typed",
]
