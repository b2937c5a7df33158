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

__all__ = ["LEARNED", "Findings", "Run"]

# What a run is concluded with, kept beside it: the calibration, the market context, and a mark of each account.
LEARNED = ("calibration", "context", "marks")


@dataclass(frozen=True)
class Run:
    """How the findings came about; there is no clock in it, so the same input gives the same run.

    Attributes
    ----------
    run_id : str
        Hash of market, settings, calibration with what is usual, version, as_of and known_at.
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
    context : str
        Name of what was taken for usual in the market; empty for detectors by rule.
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
    context: str = ""

    @classmethod
    def of(
        cls,
        *,
        market: str,
        settings: Mapping[str, Any],
        as_of: str,
        known_at: str,
        version: str,
        calibration: str,
        context: str = "",
    ) -> Self:
        """Name a run by what goes into it."""
        settings_hash = digest([json.dumps(settings, sort_keys=True)])
        learned = [calibration, context] if context else [calibration]
        run_id = digest([market, settings_hash, *learned, version, as_of, known_at])
        return cls(run_id, as_of, known_at, version, calibration, settings_hash, market, settings, context=context)

    def as_json(self) -> str:
        """Return the run as JSON text, the same bytes for the same run."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


class Findings(TableSet):
    """What is concluded: personas, groups with members and evidence, flags, coverage, and what was set aside.

    Attributes
    ----------
    run : Run or None
    learned : mapping of str to str
        What it was concluded with, as texts by the names of `LEARNED`; empty for detectors by rule, and where only the
        conclusions were read.
    """

    records: ClassVar[tuple[type[Record], ...]] = COMPUTED

    def __init__(
        self,
        tables: Mapping[str, pa.Table | Mapping[str, Any]] | None = None,
        run: Run | None = None,
        learned: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(tables)
        self.run = run
        self.learned = dict(learned or {})

    def with_tables(self, **tables: pa.Table) -> Self:
        """Return a copy with some tables exchanged."""
        return type(self)({**self, **tables}, self.run, self.learned)

    def with_learned(self, learned: Mapping[str, str]) -> Self:
        """Return a copy with what it was concluded with."""
        return type(self)(dict(self), self.run, learned)

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """Read an answers folder."""
        found = super().read(folder)
        path = Path(folder) / "run.json"
        if not path.exists():
            return found
        try:
            run = Run(**json.loads(path.read_text(encoding="utf-8")))
            beside = {name: Path(folder) / f"{name}.json" for name in LEARNED}
            learned = {name: file.read_text(encoding="utf-8") for name, file in beside.items() if file.is_file()}
            return cls(dict(found), run, learned)
        except (ValueError, TypeError) as error:
            raise BadFile(f"{path} is not a run this product wrote: {error}", "Export the findings again") from None

    def write(self, folder: str | Path, form: str = "csv", provenance: bool = False) -> list[Path]:
        """Write the answers folder: one file a table, what they were concluded with, and run.json last."""
        written = super().write(folder, form)
        for name in LEARNED:
            path = Path(folder) / f"{name}.json"
            if name in self.learned:
                write_atomically(path, self.learned[name].encode())
                written.append(path)
            else:
                path.unlink(missing_ok=True)
        if self.run is not None:
            path = Path(folder) / "run.json"
            write_atomically(path, self.run.as_json().encode())
            written.append(path)
        return written
