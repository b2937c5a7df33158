"""The demo, made once for the tests of the commands that look at it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli.calling import Answer, called


@dataclass(frozen=True)
class Demo:
    folder: Path
    answer: Answer

    def asked(self, *arguments: str | Path, **more) -> Answer:
        """Run a command on the demo's store."""
        return called(*arguments, "--store", self.folder / "store", **more)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return Demo(folder, called("demo", "--out", folder))


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own settings or stores is seen; what is written by itself lands in the test's folder."""
    for name in list(os.environ):
        if name.startswith(("COMMITTEE_", "NEO4J_")) and not name.startswith(("COMMITTEE_TEST", "COMMITTEE_REQUIRE")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
