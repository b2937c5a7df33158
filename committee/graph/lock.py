"""One writer at a time: a node that says who writes, until when, and from which process.

The holder renews it in the background. A holder whose process is gone, or that has not renewed in time, has lost it: the
next writer takes over. Every write transaction looks whether the lock is still its own.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import secrets
import sys
import threading
from collections.abc import Callable
from typing import Any

from committee.errors import CommitteeError, StoreBusy
from committee.graph.bolt import Bolt

__all__ = ["WriterLock"]

_held_here: set[str] = set()  # tokens of this process: another token with its id is of an earlier process

_TAKE = """
MERGE (l:WriterLock {key: 'writer'})
SET l.asked_by = $token
WITH l WHERE l.token IS NULL OR l.token = $gone OR l.expires_at < timestamp()
SET l.token = $token, l.owner = $owner, l.host = $host, l.pid = $pid, l.purpose = $purpose,
    l.taken_at = timestamp(), l.expires_at = timestamp() + $milliseconds
RETURN l.token AS token
"""
_SEE = "MATCH (l:WriterLock {key: 'writer'}) RETURN l.token AS token, l.owner AS owner, l.host AS host, l.pid AS pid, l.purpose AS purpose"
_RENEW = """
MATCH (l:WriterLock {key: 'writer'}) WHERE l.token = $token
SET l.expires_at = timestamp() + $milliseconds
RETURN l.token AS token
"""
_GIVE = "MATCH (l:WriterLock {key: 'writer'}) WHERE l.token = $token REMOVE l.token, l.expires_at"
_MINE = "MATCH (l:WriterLock {key: 'writer'}) WHERE l.token = $token RETURN l.token AS token"


class WriterLock:
    """The right to write, held from `take` to `give`.

    Parameters
    ----------
    bolt : Bolt
    seconds : float
        How long the lock lives without being renewed; it is renewed four times as often.
    """

    def __init__(self, bolt: Bolt, seconds: float) -> None:
        self._bolt = bolt
        self._seconds = seconds
        self._token = ""
        self._ended = threading.Event()
        self._renewing: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, as far as it knows."""
        return bool(self._token)

    def take(self, purpose: str) -> None:
        """Take the lock.

        Raises
        ------
        StoreBusy
            Another process writes.
        """
        token = secrets.token_hex(16)
        about = {
            "token": token,
            "owner": _user(),
            "host": platform.node(),
            "pid": os.getpid(),
            "purpose": purpose,
            "milliseconds": int(self._seconds * 1000),
        }
        seen = self._bolt.rows(_SEE)
        gone = str(seen[0][0]) if seen and seen[0][0] and _is_gone(*seen[0][:4]) else ""
        if not self._bolt.write([(_TAKE, {**about, "gone": gone})])[0]:
            raise self._busy()
        self._token = token
        _held_here.add(token)
        self._ended.clear()
        self._renewing = threading.Thread(target=self._renew, daemon=True, name="writer-lock")
        self._renewing.start()

    def give(self) -> None:
        """Give the lock back; a store that went away meanwhile is no reason to fail."""
        token, self._token = self._token, ""
        self._ended.set()
        if self._renewing is not None:
            self._renewing.join()
        _held_here.discard(token)
        with contextlib.suppress(CommitteeError):
            self._bolt.write([(_GIVE, {"token": token})])

    def guard(self, run: Callable[..., list[list[Any]]]) -> None:
        """Make sure, inside a write transaction, that the lock is still this object's."""
        if not run(_MINE, {"token": self._token}):
            raise self._busy("took the lock over while this one was too slow to renew it")

    def _busy(self, what: str = "writes to it now") -> StoreBusy:
        seen = self._bolt.rows(_SEE)
        _, owner, host, pid, purpose = seen[0] if seen else (None, "", "", "", "")
        by = f"by {owner} on {host}" if owner else f"on {host}"
        who = f"another process ({purpose}, {by}, process {pid})" if pid else "another process"
        return StoreBusy(f"the store is busy: {who} {what}", "Wait until it ends, then run the command again")

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / 4):
            with contextlib.suppress(CommitteeError):  # the next write tells what is wrong
                self._bolt.write([(_RENEW, {"token": self._token, "milliseconds": int(self._seconds * 1000)})])


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no variable says it, and the system knows no name
        return ""


def _is_gone(token: str, owner: str, host: str, pid: int) -> bool:
    """Whether the holder's process is known to be gone: only one of this machine can be."""
    if host != platform.node() or sys.platform == "win32":  # signal 0 would interrupt a process there
        return False
    if pid == os.getpid():
        return token not in _held_here
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
