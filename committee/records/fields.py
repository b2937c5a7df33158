"""What a field is: its kind, its meaning, its place in the graph. Every record class is written with these words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import pyarrow as pa
from pydantic import BeforeValidator, Field, ValidationInfo

from committee.records import parsing
from committee.records.parsing import Reading

__all__ = [
    "Category",
    "Day",
    "FieldSpec",
    "Instant",
    "Kind",
    "Number",
    "Reference",
    "Text",
    "Whole",
    "Words",
    "YesNo",
    "field",
]


@dataclass(frozen=True)
class Kind:
    """A kind of value: its name, its Arrow type, how one cell of text becomes it."""

    name: str
    arrow: pa.DataType
    parse: Callable[[str, Reading], Any]


TEXT = Kind("text", pa.string(), parsing.parse_text)
CATEGORY = Kind("category", pa.dictionary(pa.int32(), pa.string()), parsing.parse_text)
WORDS = Kind("words", pa.list_(pa.string()), parsing.parse_words)
NUMBER = Kind("number", pa.float64(), parsing.parse_number)
WHOLE = Kind("whole", pa.int64(), parsing.parse_whole)
YES_NO = Kind("yes_no", pa.bool_(), parsing.parse_yes_no)
INSTANT = Kind("instant", pa.timestamp("ms", tz="UTC"), parsing.parse_instant)
DAY = Kind("day", pa.string(), parsing.parse_day)


def _reader(kind: Kind) -> BeforeValidator:
    """Read a raw cell of text; a value that is already typed passes as it is."""

    def read(value: Any, info: ValidationInfo) -> Any:
        if value is None or not isinstance(value, str):
            return value
        reading = info.context if isinstance(info.context, Reading) else Reading()
        return None if reading.is_empty(value) else kind.parse(value, reading)

    return BeforeValidator(read)


Text = Annotated[str | None, TEXT, _reader(TEXT)]
Category = Annotated[str | None, CATEGORY, _reader(CATEGORY)]  # text with few distinct values: kept as a dictionary
Words = Annotated[list[str] | None, WORDS, _reader(WORDS)]
Number = Annotated[float | None, NUMBER, _reader(NUMBER)]
Whole = Annotated[int | None, WHOLE, _reader(WHOLE)]
YesNo = Annotated[bool | None, YES_NO, _reader(YES_NO)]
Instant = Annotated[datetime | None, INSTANT, _reader(INSTANT)]
Day = Annotated[str | None, DAY, _reader(DAY)]


@dataclass(frozen=True)
class Reference:
    """A foreign key: the table it points to, and the relationship it becomes in the graph.

    ``reverse`` draws the arrow from the target to this record: (Contact)-[:MADE]->(Engagement) stands in the
    engagement's contact_id. An empty ``relationship`` is a reference that is kept as a property only.
    ``carries`` names further fields of the record that are written on the relationship.
    """

    table: str
    relationship: str = ""
    reverse: bool = False
    carries: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldSpec:
    """Everything that is known about one field, for whoever derives something from it."""

    name: str
    kind: Kind
    meaning: str
    key: bool = False
    required: bool = False
    reference: Reference | None = None
    derived: bool = False  # written by the product from other fields; no file gives it, no comparison looks at it
    resolved: bool = False  # the graph keeps the resolved value, and the stated one beside it where they differ
    indexed: bool = False


def field(
    meaning: str,
    *,
    key: bool = False,
    required: bool = False,
    refers: Reference | None = None,
    derived: bool = False,
    resolved: bool = False,
    indexed: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """Declare a field of a record class: what it means, and what else is to be known of it."""
    facts: dict[str, Any] = {
        "key": key,
        "required": key or required,
        "derived": derived,
        "resolved": resolved,
        "indexed": indexed,
    }
    return Field(
        default=None,
        description=meaning,
        ge=low,
        le=high,
        json_schema_extra={"facts": facts, "reference": _plain(refers)},
    )


def _plain(reference: Reference | None) -> dict[str, Any] | None:
    if reference is None:
        return None
    return asdict(reference)
