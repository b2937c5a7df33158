"""A small store with a run in it, copied for each test; and the same made on each engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from markets import AS_OF, on_day, write_small

from committee import pipeline
from committee.graph.store import Store, open_store
from committee.settings import Settings

SETTINGS = Settings.read(environment={})


@pytest.fixture(scope="session")
def with_a_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("with-a-run") / "graph"
    with open_store(str(place), SETTINGS.store) as opened:
        _fill(opened, small_exports(tmp_path_factory.mktemp("exports")))
    return place


@pytest.fixture
def detected(with_a_run: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(str(shutil.copytree(with_a_run, tmp_path / "graph")), SETTINGS.store) as opened:
        yield opened


@pytest.fixture
def detected_on_each_engine(store_uri: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(store_uri, SETTINGS.store) as opened:
        _fill(opened, small_exports(tmp_path / "exports"))
        yield opened


def small_exports(folder: Path) -> Path:
    return write_small(folder, accounts=2)


def _fill(store: Store, exports: Path) -> None:
    store.prepare()
    pipeline.load(store, [exports], SETTINGS, on_day(0))
    pipeline.detect_store(store, AS_OF, SETTINGS)
