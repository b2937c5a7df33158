"""How much memory a process had at most."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_megabytes() -> int:
    """The most memory this process had; a forked process would count its parent's as its own, so Linux is asked itself."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(
            int(line.split()[1]) // 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM")
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2
