"""What the product wrote beside a store: remembered in the store by machine, kind and path, and nothing of what is in it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from committee.errors import CommitteeError
from committee.graph.store import Store

__all__ = ["DUMP", "PAGE", "files_in", "here", "noted"]

PAGE, DUMP = "page", "dump"  # a page or table can be made again; a dump is a copy that somebody wanted to keep


def noted(store: Store, paths: Iterable[Path], kind: str = PAGE) -> None:
    """Remember that the product writes these files or folders; a store that may not be written remembers nothing."""
    machine = platform.node()
    with suppress(CommitteeError):
        store.erasing.note_written(
            [{"machine": machine, "kind": kind, "path": str(Path(path).resolve())} for path in paths]
        )


def here(store: Store) -> tuple[list[Mapping[str, str]], list[Mapping[str, str]]]:
    """Return what was written on this machine, and what on others."""
    machine = platform.node()
    every = store.erasing.written()
    return [one for one in every if one["machine"] == machine], [one for one in every if one["machine"] != machine]


def files_in(path: Path) -> Iterator[Path]:
    """Yield a file, or all files of a folder, hidden ones too, in order; links are not followed."""
    if path.is_dir() and not path.is_symlink():
        for inner in sorted(path.iterdir()):
            yield from files_in(inner)
    elif path.is_file():
        yield path
