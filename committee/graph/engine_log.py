"""What the embedded engine says goes into its log, never to a terminal: it writes Java stacks past its own logging.

The engine writes to file descriptor 2 itself, so that descriptor leads into the log while an engine runs, and what this
program says on stderr goes through a copy of the old one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TextIO

__all__ = ["divert", "give_back"]

_STDERR = 2
_running = 0  # engines of this process
_kept: int | None = None  # the descriptor that was stderr
_ours: tuple[TextIO, TextIO] | None = None  # sys.stderr before, and now


def divert(log: Path) -> None:
    """Let file descriptor 2 lead into a log from now on; a log that cannot be written takes nothing."""
    global _running, _kept, _ours
    _running += 1
    if _running > 1:
        return
    try:
        kept = os.dup(_STDERR)
    except OSError:  # a process without stderr: there is nothing to protect
        return
    _kept = kept
    with contextlib.suppress(OSError, ValueError, AttributeError):  # captured by somebody else already
        before = sys.stderr
        if before.fileno() == _STDERR:
            before.flush()
            copy = os.fdopen(
                os.dup(kept),
                "w",
                encoding=before.encoding,
                errors=before.errors,
                buffering=1,
                newline="" if os.name != "nt" else None,
            )
            sys.stderr, _ours = copy, (before, copy)
    try:
        into = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        into = os.open(os.devnull, os.O_WRONLY)
    os.dup2(into, _STDERR)
    os.close(into)


def give_back() -> None:
    """Let file descriptor 2 lead where it led before, when the last engine has ended."""
    global _running, _kept, _ours
    _running -= 1
    if _running or _kept is None:
        return
    os.dup2(_kept, _STDERR)
    os.close(_kept)
    _kept = None
    if _ours is not None:
        before, copy = _ours
        _ours = None
        copy.flush()
        if sys.stderr is copy:
            sys.stderr = before
        copy.close()
