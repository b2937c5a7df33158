"""Slices of a market as Arrow files in a folder: how they get to another process, and its tables back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from committee.analysis.episodes.slices import Slice
from committee.analysis.touches import Touches
from committee.market import Market

__all__ = ["read_slice", "read_tables", "write_slice", "write_tables"]

_MARKET = ("contacts", "programs", "campaigns", "engagements")


def write_slice(one: Slice, folder: Path) -> None:
    """Write a slice into a new folder."""
    folder.mkdir()
    write_tables({**{name: one.market[name] for name in _MARKET}, "tags": one.tags}, folder)
    plain: dict[str, Any] = {}
    for field in fields(Touches):
        value = getattr(one.touches, field.name)
        if isinstance(value, np.ndarray | pa.Array):
            write_tables({f"touches.{field.name}": pa.table({"values": pa.array(value)})}, folder)
        elif isinstance(value, pa.Table):
            write_tables({f"touches.{field.name}": value}, folder)
        else:
            plain[field.name] = value
    (folder / "touches.json").write_text(json.dumps(plain), encoding="utf-8")


def read_slice(folder: Path) -> Slice:
    """Read a slice back; its columns stay in the files until they are looked at."""
    plain = json.loads((folder / "touches.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    for field in fields(Touches):
        if field.name in found:
            continue
        table = _read(folder / f"touches.{field.name}.arrow")
        if field.name == "set_aside":
            found[field.name] = table
            continue
        column = table.column("values")
        whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
        found[field.name] = whole if pa.types.is_string(whole.type) else whole.to_numpy(zero_copy_only=False)
    market = Market({name: _read(folder / f"{name}.arrow") for name in _MARKET})
    return Slice(market, Touches(**found), _read(folder / "tags.arrow"))


def write_tables(tables: Mapping[str, pa.Table], folder: Path) -> None:
    """Write tables as ``NAME.arrow``."""
    for name, table in tables.items():
        with pa.ipc.new_file(str(folder / f"{name}.arrow"), table.schema) as file:
            file.write_table(table.unify_dictionaries())


def read_tables(names: tuple[str, ...], folder: Path) -> dict[str, pa.Table]:
    """Read tables whole, so that the files may go."""
    found = {}
    for name in names:
        with pa.OSFile(str(folder / f"{name}.arrow")) as file:
            found[name] = pa.ipc.open_file(file).read_all()
    return found


def _read(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
