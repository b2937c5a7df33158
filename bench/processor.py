"""Processor seconds: what a piece of work takes whatever else the machine does meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["processor_seconds"]


def processor_seconds(server: int | None = None) -> float:
    """Return the processor seconds that this process, and a server by its process id, have spent so far.

    Of a server they are known where there is a /proc, as on Linux; elsewhere its part is left out.
    """
    spent = time.process_time()
    stat = Path(f"/proc/{server}/stat")
    if server is not None and stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent
