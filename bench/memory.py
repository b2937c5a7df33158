"""How much memory a process had at most, and those that it starts."""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def peak_megabytes() -> int:
    """The most memory this process had; a forked process would count its parent's as its own, so Linux is asked itself."""
    return _peak_of("self") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2


@contextmanager
def watched_children(every: float = 0.2) -> Iterator[list[int]]:
    """Note the most memory of any process that this one starts meanwhile, in megabytes; 0 where the system does not say.

    What the system says when they have ended counts the parent's memory at their start as theirs.
    """
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(every):
            for task in Path("/proc/self/task").glob("*/children"):
                most[0] = max([most[0], *(_peak_of(child) for child in task.read_text().split())])

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield most
    finally:
        over.set()
        watch.join()


def _peak_of(process: str) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:  # it has ended, or this is no Linux
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
