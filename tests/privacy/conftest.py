from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from privacy.world import AS_OF, later_files, write_files

from committee import pipeline
from committee.graph.store import open_store
from committee.settings import Settings

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
SETTINGS = Settings.read(None, ["groups.detector=program_topic_gap"], environment={})


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the files that people have, a store with two loads and a run on each, and its dump."""
    folder = tmp_path_factory.mktemp("privacy")
    with open_store(str(folder / "store"), SETTINGS.store) as store:
        for days, path in enumerate([write_files(folder / "exports"), later_files(folder / "later")]):
            pipeline.load(store, [path], SETTINGS, clock=lambda days=days: NOW + timedelta(days=days))
            pipeline.detect_store(store, AS_OF, SETTINGS)
        store.dump(folder / "dump")
    return folder


@pytest.fixture
def exports(template: Path) -> list[Path]:
    """Give the files that people have: they are not the product's."""
    return [template / "exports", template / "later"]


@pytest.fixture
def embedded(template: Path, tmp_path: Path) -> str:
    """Give the address of an embedded store of the test's own, with all that is in the template."""
    return str(shutil.copytree(template / "store", tmp_path / "graph"))


@pytest.fixture
def filled(request: pytest.FixtureRequest, store_uri: str, template: Path) -> str:
    """Give the same on each engine."""
    if "://" not in store_uri:
        return request.getfixturevalue("embedded")
    with open_store(store_uri, SETTINGS.store) as store:
        store.restore(template / "dump")
    return store_uri
