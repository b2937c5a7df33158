"""How a command opens its store: whatever the store has to say is passed on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from committee.cli.output import say
from committee.graph.store import Store, open_store
from committee.settings import Settings

__all__ = ["opened"]


@contextmanager
def opened(address: str | None, settings: Settings, read_only: bool = False) -> Iterator[Store]:
    """Open the store at an address, to read and write or to read only."""
    with open_store(address, settings.store, read_only=read_only) as store:
        for notice in store.notices:
            say(notice)
        yield store
