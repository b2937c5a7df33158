"""Findings: what is concluded from a Market as of a date, with the run that concluded it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import pyarrow as pa

from committee.errors import BadFile
from committee.records import COMPUTED, Record, digest
from committee.records.tables import TableSet, write_atomically

__all__ = ["Findings", "Run"]


@dataclass(frozen=True)
class Run:
    """How the findings came about; there is no clock in it, so the same input gives the same run.

    Attributes
    ----------
    run_id : str
        Hash of market, settings, calibration, version, as_of and known_at.
    as_of, known_at : str
        ISO 8601 moments, UTC; known_at is empty when everything known was used.
    version : str
        Version of the product.
    calibration : str
        Name of the calibration; "none" for detectors by rule.
    settings_hash : str
    settings : mapping
        Every setting in force.
    market : str
        Fingerprint of the market.
    rows : mapping
        Engagements read, used, and set aside by reason; shares flagged, real and by chance.
    """

    run_id: str
    as_of: str
    known_at: str
    version: str
    calibration: str
    settings_hash: str
    market: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, *, market: str, settings: Mapping[str, Any], as_of: str, known_at: str, version: str, calibration: str
    ) -> Self:
        """Name a run by what goes into it."""
        settings_hash = digest([json.dumps(settings, sort_keys=True)])
        run_id = digest([market, settings_hash, calibration, version, as_of, known_at])
        return cls(run_id, as_of, known_at, version, calibration, settings_hash, market, settings)

    def as_json(self) -> str:
        """Return the run as JSON text, the same bytes for the same run."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


class Findings(TableSet):
    """What is concluded: personas, groups with members and evidence, flags, coverage, and what was set aside."""

    records: ClassVar[tuple[type[Record], ...]] = COMPUTED

    def __init__(
        self, tables: Mapping[str, pa.Table | Mapping[str, Any]] | None = None, run: Run | None = None
    ) -> None:
        super().__init__(tables)
        self.run = run

    def with_tables(self, **tables: pa.Table) -> Self:
        """Return a copy with some tables exchanged."""
        return type(self)({**self, **tables}, self.run)

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """Read an answers folder."""
        found = super().read(folder)
        path = Path(folder) / "run.json"
        if not path.exists():
            return found
        try:
            return cls(dict(found), Run(**json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError) as error:
            raise BadFile(f"{path} is not a run this product wrote: {error}", "Export the findings again") from None

    def write(self, folder: str | Path, form: str = "csv", provenance: bool = False) -> list[Path]:
        """Write the answers folder: one file a table, and run.json last."""
        written = super().write(folder, form)
        if self.run is not None:
            path = Path(folder) / "run.json"
            write_atomically(path, self.run.as_json().encode())
            written.append(path)
        return written
