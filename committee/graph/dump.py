"""A store as a folder of Parquet files, and back into an empty store: what was loaded, decided and concluded.

The manifest says which schema wrote it, and the checksum of every file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from committee.decisions import Decisions
from committee.errors import BadFile, OldSchema, WriteFailed
from committee.findings import Findings
from committee.market import Market
from committee.records import SCHEMA_VERSION, Decision, fields_of
from committee.records.tables import write_atomically, write_parquet

__all__ = ["Dump", "KeptRun", "read_dump", "write_dump"]

_MANIFEST = "manifest.json"
_CALIBRATIONS = "calibrations"
_KEY = "erasure.key"  # without it, the tombstones in the dump keep nobody away


@dataclass(frozen=True)
class KeptRun:
    """A published run: its findings, which group continues which, the loads it knew."""

    findings: Findings
    lineage: pa.Table
    load_ids: list[str]

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self.findings.run.run_id if self.findings.run is not None else ""


@dataclass(frozen=True)
class Dump:
    """What a store holds.

    Attributes
    ----------
    market : Market
    resolved : pyarrow Table
        engagement_id, contact_id, account_id of all engagements.
    decisions : Decisions
    runs : list of KeptRun
        In the order in which they were published.
    current : str
        Id of the current run; empty when there is none.
    erasure_key : bytes
        The key of the tombstones of erased people; empty when nobody was erased.
    calibrations : mapping of str to str
        Texts of the calibrations that are kept under a name.
    written : sequence of mapping
        What the product wrote beside the store: machine, kind, path.
    """

    market: Market
    resolved: pa.Table
    decisions: Decisions
    runs: list[KeptRun]
    current: str
    erasure_key: bytes = b""
    calibrations: Mapping[str, str] = field(default_factory=dict)
    written: Sequence[Mapping[str, str]] = ()


def write_dump(dump: Dump, folder: Path) -> None:
    """Write a dump into a new or empty folder; the manifest comes last, so a folder without one is no dump.

    Raises
    ------
    WriteFailed
        The folder holds something, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WriteFailed(f"{folder} is not empty", "Name a new folder")
    dump.market.write(folder / "market", "parquet", provenance=True)
    _write_table(folder / "market" / "resolved.parquet", dump.resolved)
    dump.decisions.write(folder / "decisions", "parquet")
    for run in dump.runs:
        run.findings.write(folder / "runs" / run.run_id, "parquet")
        _write_table(folder / "runs" / run.run_id / "lineage.parquet", run.lineage)
    for name, text in dump.calibrations.items():
        write_atomically(folder / _CALIBRATIONS / f"{name}.json", text.encode())
    if dump.erasure_key:
        write_atomically(folder / _KEY, dump.erasure_key.hex().encode(), private=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "runs": [[run.run_id, run.load_ids] for run in dump.runs],
        "current": dump.current,
        "market": dump.market.fingerprint(),
        "written": [dict(one) for one in dump.written],
        "files": {path.relative_to(folder).as_posix(): _checksum(path) for path in files},
    }
    write_atomically(folder / _MANIFEST, json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n")


def read_dump(folder: Path) -> Dump:
    """Read a dump.

    Raises
    ------
    BadFile
        The folder is no dump, or a file in it is missing or not as it was written.
    OldSchema
        A later schema version wrote it.
    """
    manifest = _manifest(folder)
    try:
        return _read(folder, manifest)
    except (KeyError, TypeError, ValueError, OSError, pa.ArrowException):  # somebody wrote a manifest that fits
        raise BadFile(
            f"{folder} is no dump of a store: what its files say does not fit together",
            "Take the dump from its backup, or make it again",
        ) from None


def _read(folder: Path, manifest: Mapping[str, Any]) -> Dump:
    resolved = pq.read_table(folder / "market" / "resolved.parquet")
    runs = []
    for run_id, load_ids in manifest["runs"]:
        place = folder / "runs" / run_id
        runs.append(KeptRun(Findings.read(place), pq.read_table(place / "lineage.parquet"), load_ids))
    key = bytes.fromhex((folder / _KEY).read_text()) if _KEY in manifest["files"] else b""
    market, decisions = Market.read(folder / "market"), _decisions(folder / "decisions")
    shelf = {Path(name) for name in manifest["files"] if Path(name).parent == Path(_CALIBRATIONS)}
    calibrations = {path.stem: (folder / path).read_text(encoding="utf-8") for path in sorted(shelf)}
    written = tuple(manifest.get("written", ()))
    return Dump(market, resolved, decisions, runs, manifest["current"], key, calibrations, written)


def _decisions(folder: Path) -> Decisions:
    decisions = Decisions.read(folder)
    for spec in fields_of(Decision):
        if (spec.key or spec.required) and decisions[Decision.table].column(spec.name).null_count:
            raise ValueError(f"a decision lacks its {spec.name}")
    return decisions


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        version, files = int(manifest["schema_version"]), dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadFile(
            f"{folder} is no dump of a store: it has no readable {_MANIFEST}", "Name a folder that store dump wrote"
        ) from None
    if version > SCHEMA_VERSION:
        raise OldSchema(
            f"{folder} was written with schema version {version}, this program reads up to {SCHEMA_VERSION}",
            "Update the program",
        )
    for name, checksum in files.items():
        path = folder / name
        if not path.is_file() or _checksum(path) != checksum:
            raise BadFile(
                f"{path} is missing or not as it was written", "Take the dump from its backup, or make it again"
            )
    return manifest  # type: ignore[no-any-return]


def _write_table(path: Path, table: pa.Table) -> None:
    write_atomically(path, writer=lambda file: write_parquet(table, file))


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
