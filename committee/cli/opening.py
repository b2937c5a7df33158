"""How a command opens its store: whatever the store has to say is passed on, and an erasure that was interrupted is finished."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from committee.cli.output import say, sized
from committee.graph.store import Store, open_store
from committee.settings import Settings

__all__ = ["opened"]


@contextmanager
def opened(address: str | None, settings: Settings, read_only: bool = False) -> Iterator[Store]:
    """Open the store at an address, to read and write or to read only."""
    with open_store(address, settings.store, read_only=read_only) as store:
        for notice in store.notices:
            say(notice)
        interrupted = bool(store.erasing.unfinished())
        if not interrupted:
            _note_file(store)
            yield store
    if interrupted:  # nothing is told of somebody who is half erased
        _finish(address, settings)
        with open_store(address, settings.store, read_only=read_only) as store:
            yield store


def _note_file(store: Store) -> None:
    """Remember the file that the command at hand is told to write, so that erasing a person reaches it."""
    context = click.get_current_context(silent=True)
    for option in context.command.params if context else ():
        place = context.params.get(option.name or "") if context else None
        if (
            isinstance(option, click.Option)
            and isinstance(option.type, click.Path)
            and not option.type.dir_okay
            and place
        ):
            from committee.privacy import noted

            noted(store, [Path(place)])


def _finish(address: str | None, settings: Settings) -> None:
    """Finish the erasures that were interrupted."""
    from committee.cli.terminal import progress
    from committee.privacy import complete

    with open_store(address, settings.store) as store, progress() as bars:
        done = complete(store, bars)
    say(f"{sized(len(done), 'erasure')} that had been interrupted {'is' if len(done) == 1 else 'are'} finished")
