"""From paths to typed tables and rejects, once, for all sources: finding files, cutting cells, reading values."""

from committee.loaders.tables.files import Limits, SourceFile, source_files
from committee.loaders.tables.free_columns import free_names
from committee.loaders.tables.growing import GrowingRows
from committee.loaders.tables.how import How
from committee.loaders.tables.opening import Opening, open_file
from committee.loaders.tables.recognition import Shape, bare
from committee.loaders.tables.refusals import reject_ragged, rejects_of
from committee.loaders.tables.rows import RawTable, read_rows
from committee.loaders.tables.values import Column, Typed, one_array, typed

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
