"""Calling the command line from tests: in this process for most, as a process of its own where that is the point."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from committee.cli import run


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def one_line(self) -> str:
        """What stderr says, which must be one line and no traceback."""
        assert "Traceback" not in self.err, self.err
        (line,) = self.err.strip().splitlines()
        return line


class _Piped(io.TextIOWrapper):
    """A stream as a pipe gives it: no terminal, with bytes beneath."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)

    def text(self) -> str:
        return self.buffer.getvalue().decode()


def called(*arguments: str | Path, stdin: str = "") -> Answer:
    """Run one command line in this process."""
    out, err, before = _Piped(), _Piped(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
    finally:
        sys.stdin = before
    return Answer(code, out.text(), err.text())


def process(*arguments: str | Path, **more) -> subprocess.CompletedProcess[str]:
    """Run one command line as a process."""
    line = [sys.executable, "-m", "committee", *map(str, arguments)]
    more = {"capture_output": True, "text": True, "timeout": 120, "env": clean_environment(), **more}
    return subprocess.run(line, check=False, **more)


def clean_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMMITTEE_", "NEO4J_"))}
    return {**kept, **more}
