from __future__ import annotations

from collections.abc import Iterator

import pytest

from committee.graph.store import Store, open_store
from tests.graph.made_up import in_small_batches


@pytest.fixture
def store(store_uri: str) -> Iterator[Store]:
    """Give an empty, prepared store, on each engine."""
    with open_store(store_uri, in_small_batches()) as opened:
        opened.prepare()
        yield opened


@pytest.fixture
def embedded(tmp_path) -> Iterator[Store]:
    """Give an empty, prepared store on the embedded engine."""
    with open_store(str(tmp_path / "embedded"), in_small_batches()) as opened:
        opened.prepare()
        yield opened
