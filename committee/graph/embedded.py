"""Starts the embedded engine in this process; everything else goes through Bolt, as with a real server.

Exchange this file to exchange the engine.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from committee.errors import CommitteeError, StoreBusy, StoreUnreachable, WriteFailed
from committee.graph import engine_log, rebuilding

__all__ = ["DATABASE", "USER", "Engine", "is_store", "start"]

USER = "root"
DATABASE = "graph"
_SETTINGS = "config"  # the engine's own folders, and our first password beside them
_DATA = "databases"
_PASSWORD = "password"
_open_here: set[Path] = set()  # the engine keeps other processes out, but not a second start in this one
_ATTEMPTS = 5  # a port that is free may be taken before the engine listens
_WRITING = "writing"  # stands in the folder from the first write until a clean end


@dataclass
class Engine:
    """A running engine: where it answers, and how it ends."""

    uri: str
    credentials: tuple[str, str]
    folder: Path
    server: Any
    ended_cleanly: bool  # whether the process that wrote last came to its end

    def writes(self) -> None:
        """Note in the folder that a write began, so that the next start knows when it did not end."""
        (self.folder / _WRITING).touch()

    def stop(self) -> None:
        """End the engine, note that it ended cleanly, and put a fresh copy in the place of the data if one was made."""
        try:
            self.server.stop()
        finally:
            engine_log.give_back()
        _open_here.discard(self.folder)
        rebuilding.settle(self.folder, _DATA)
        with contextlib.suppress(OSError):
            (self.folder / _WRITING).unlink(missing_ok=True)


def is_store(folder: Path) -> bool:
    """Whether the folder holds a store."""
    return (folder / _DATA / DATABASE).is_dir() or rebuilding.waits(folder)


def start(folder: Path) -> Engine:
    """Start the engine on a folder, which is made when it is not there.

    Raises
    ------
    StoreBusy
        Another process holds the folder.
    WriteFailed
        The folder cannot be written.
    StoreUnreachable
        The folder holds something else, or the engine does not start.
    """
    folder = folder.resolve()
    if folder in _open_here:
        raise StoreBusy(
            f"this process has the store {folder} open already", "Use the store that is open, or close it first"
        )
    try:
        rebuilding.settle(folder, _DATA)
        _refuse_other_folders(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        password = _first_password(folder / _PASSWORD)
        (folder / "log").mkdir(exist_ok=True)
    except OSError as error:
        raise WriteFailed(
            f"the store folder {folder} cannot be written: {error.strerror}",
            "Choose another folder, or make it writable",
        ) from None
    if not os.access(folder, os.W_OK):
        raise WriteFailed(
            f"the store folder {folder} cannot be written: it is read-only",
            "Choose another folder, or make it writable",
        )
    ended_cleanly = not (folder / _WRITING).exists()
    # Read by the engine when it is first imported; else it logs to stderr and into the working directory.
    os.environ.setdefault("ARCADEDB_LOG_CONSOLE", "0")
    os.environ.setdefault("ARCADEDB_LOG_DIR", str(folder / "log"))
    engine_log.divert(folder / "log" / "stderr.log")
    try:
        server, port = _started(folder, password)
    except BaseException as error:
        engine_log.give_back()
        if not isinstance(error, Exception):
            raise
        raise _told(error, folder) from None
    _open_here.add(folder)
    return Engine(f"bolt://127.0.0.1:{port}", (USER, password), folder, server, ended_cleanly)


def _started(folder: Path, password: str) -> tuple[Any, int]:
    """Start the engine; on other ports where somebody took the free ones meanwhile."""
    import arcadedb

    for attempts_left in reversed(range(_ATTEMPTS)):
        port, http_port = _free_ports()
        settings = {
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": port,
            "http_port": http_port,
            "server_databaseDirectory": str(folder / _DATA),
        }
        server = arcadedb.create_server(str(folder), password, config=settings)
        try:
            server.start()
            if not is_store(folder):
                server.create_database(DATABASE)
            return server, port
        except BaseException as error:
            with contextlib.suppress(Exception):
                server.stop()
            if "unable to listen" not in str(error).lower() or not attempts_left:
                raise
    raise AssertionError("the last attempt returns or raises")


def _refuse_other_folders(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreUnreachable(f"{folder} is a file, not a store folder", "Name a folder, or a bolt:// address")
    if not folder.is_dir() or is_store(folder):
        return
    ours = {_SETTINGS, _DATA, _PASSWORD, _WRITING, "log", "backups"}  # a first start may have been interrupted
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if strangers:
        raise StoreUnreachable(
            f"{folder} is not a store: it holds {strangers[0]}", "Name an empty folder, a new one, or a store's"
        )


def _first_password(path: Path) -> str:
    """The store keeps the password it was first started with, so it stands beside it, readable by its owner only."""
    with (
        contextlib.suppress(FileExistsError),
        os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file,
    ):
        file.write(secrets.token_urlsafe(24))
    return path.read_text()


def _free_ports() -> tuple[int, int]:
    """Two ports that are free now, and not the same one twice."""
    with socket.socket() as one, socket.socket() as another:
        one.bind(("127.0.0.1", 0))
        another.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(another.getsockname()[1])


def _told(error: Exception, folder: Path) -> CommitteeError:
    text = str(error)
    if "lock" in text.lower():
        return StoreBusy(
            f"another process has the store {folder} open", "Wait until it ends, or end it, then run the command again"
        )
    reason = text.strip().splitlines()[0][:300] if text.strip() else type(error).__name__
    if "space" in reason.lower() or "read-only" in reason.lower() or "denied" in reason.lower():
        return WriteFailed(
            f"the store folder {folder} cannot be written: {reason}", "Free some space, or choose another folder"
        )
    return StoreUnreachable(f"the store {folder} could not be opened: {reason}", f"See {folder / 'log'}")
