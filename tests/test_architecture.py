"""The house rules that a machine can hold: who imports whom, and what no file is called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAYS_NOTHING = {"utils", "util", "helpers", "common", "core", "base", "manager", "misc"}


def test_imports_point_down_and_every_outside_system_has_one_door(tmp_path: Path):
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--cache-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_file_or_room_has_a_name_that_says_nothing():
    nameless = [str(path.relative_to(ROOT)) for path in (ROOT / "committee").rglob("*") if path.stem in SAYS_NOTHING]
    assert nameless == []
