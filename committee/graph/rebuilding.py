"""A store folder whose data are exchanged for a fresh copy, so that no byte of what was deleted is left in old pages and logs.

The copy is made in a folder inside the store's. Giving that folder its final name is the moment at which the copy counts:
whoever starts the engine next, or stops it, puts the copy in the place of the old data. Renames decide who does it, so
two processes cannot do it to one another, and whatever is killed is completed by the next.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from committee.errors import StoreBusy, WriteFailed

__all__ = ["begin", "commit", "give_up", "settle", "waits"]

_MAKING = ".rebuilding"
_MADE = ".rebuilt"
_TAKEN = ".rebuilt-taken-"
_COPY = "copy"
_OLD = "old"
_HOLDER = "holder"  # the process that made the copy: nobody else touches the data while it is there
_BESIDE = ("log", "backups")  # what the engine writes beside the data


def begin(folder: Path) -> Path:
    """Return an empty place for the copy; what an earlier attempt left is taken away."""
    place = folder / _MAKING
    try:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        (place / _HOLDER).write_text(str(os.getpid()))
        return place / _COPY
    except OSError as error:
        raise WriteFailed(
            f"the store folder {folder} cannot be written: {error.strerror}", "Make it writable, or free some space"
        ) from None


def give_up(folder: Path) -> None:
    """Take away a copy that was not finished."""
    shutil.rmtree(folder / _MAKING, ignore_errors=True)


def commit(folder: Path) -> None:
    """Say that the copy is whole: from here on the old data are rubbish."""
    os.rename(folder / _MAKING, folder / _MADE)


def settle(folder: Path, data: str) -> None:
    """Put a whole copy in the place of the data, if there is one; no engine may run on the folder.

    Raises
    ------
    StoreBusy
        Another process does it at this moment.
    """
    for found in sorted(folder.glob(f"{_MADE}*")) if folder.is_dir() else []:
        if _held_by_another(found):
            raise StoreBusy(f"another process has the store {folder} open", "Wait until it ends, then try again")
        mine = folder / f"{_TAKEN}{secrets.token_hex(4)}"
        try:
            os.rename(found, mine)
            (mine / _HOLDER).write_text(str(os.getpid()))
            if (mine / _COPY / data).is_dir():
                if (folder / data).is_dir() and not (mine / _OLD).exists():
                    os.rename(folder / data, mine / _OLD)
                os.rename(mine / _COPY / data, folder / data)
        except OSError as error:
            raise StoreBusy(
                f"another process has the store {folder} open: {error.strerror}", "Wait until it ends, then try again"
            ) from None
        for name in _BESIDE:
            _emptied(folder / name)
        shutil.rmtree(mine, ignore_errors=True)
        if mine.exists():
            raise WriteFailed(f"{mine} could not be deleted", "Delete it by hand: it holds what was erased")


def waits(folder: Path) -> bool:
    """Whether a whole copy waits to be put in the place of the data."""
    return folder.is_dir() and any(folder.glob(f"{_MADE}*"))


def _held_by_another(place: Path) -> bool:
    try:
        holder = int((place / _HOLDER).read_text())
        if holder == os.getpid() or sys.platform == "win32":  # there, a folder in use cannot be renamed
            return False
        os.kill(holder, 0)
    except (OSError, ValueError):
        return False
    return True


def _emptied(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
