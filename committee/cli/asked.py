"""What most commands are asked with, as one value: a store or files, a moment, a run, the settings. Its options stand here once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from committee.cli.options import (
    format_option,
    moment_options,
    reading_options,
    run_option,
    settings_from,
    settings_options,
    store_option,
)

if TYPE_CHECKING:
    from committee.cli.sight import Sight
    from committee.settings import Settings

__all__ = ["Asked", "looking_options", "market_options"]

Command = Callable[..., None]
_GIVEN = ("address", "as_of", "known_at", "run_id", "sources")


@dataclass(frozen=True)
class Asked:
    """What a command was asked with.

    Attributes
    ----------
    settings : Settings
    address : str or None
        Of the store.
    as_of, known_at : datetime or None
    run_id : str or None
    sources : tuple of Path
        Files instead of a store.
    """

    settings: Settings
    address: str | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    run_id: str | None = None
    sources: tuple[Path, ...] = ()

    def sight(self) -> AbstractContextManager[Sight]:
        """Open the store to look at a run, or at what is found now in memory."""
        from committee.cli.sight import looking

        return looking(self.address, self.settings, self.as_of, self.known_at, self.run_id)


def _with(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    """Add options to a command, which gets what they say as its first argument."""

    @wraps(command)
    def called(**told: Any) -> None:
        reading = {name: told.pop(name) for name in ("timezone", "date_order") if name in told}
        settings = settings_from(told.pop("settings_file"), told.pop("overrides"), **reading)
        given = {name: told.pop(name) for name in _GIVEN if name in told}
        command(Asked(settings, **given), **told)

    made: Command = called
    for option in options:
        made = option(made)
    return made


def looking_options(*further: str) -> Callable[[Command], Command]:
    """Add the options of all commands that look at a run; ``further`` are forms of the answer beside those of rows."""
    options = (format_option(*further), settings_options, moment_options, run_option, store_option)
    return lambda command: _with(options, command)


def market_options(command: Command) -> Command:
    """Add the options of all commands that read a whole market, from a store or from files."""
    files = click.option(
        "--from",
        "sources",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Files instead of a graph; repeatable.",
    )
    return _with((format_option(), reading_options, settings_options, moment_options, files, store_option), command)
