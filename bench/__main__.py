"""All speed figures in one run: `make bench`. Every figure stands beside a bare tool measured in the same run."""

from __future__ import annotations

import subprocess
import sys

PARTS = (
    "bench.files_bench",
    "bench.window_bench",
    "bench.store_bench",
    "bench.detect_bench",
    "bench.identity_bench",
    "bench.questions_bench",
)

for part in PARTS:
    print(f"# {part}", flush=True)
    subprocess.run([sys.executable, "-m", part], check=True)
