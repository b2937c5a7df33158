"""Follow up: changes, accept, dismiss, feedback, alerts, route."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING

import click

from committee.cli.options import MOMENT, format_option, settings_from, settings_options, store_option, to_copy

if TYPE_CHECKING:
    from committee.graph.store import Store

__all__ = ["changes_command"]


@click.command("changes", epilog=to_copy("committee changes --since 2026-06-01 --store market-store"))
@click.option(
    "--since",
    required=True,
    metavar="DATE|RUN",
    help="A kept run, or a day: the last run as of then, else the groups of that day are detected anew.",
)
@click.option("--run", "run_id", metavar="RUN", help="The later run; the current one by itself.")
@store_option
@settings_options
@format_option()
def changes_command(
    since: str,
    run_id: str | None,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """What happened since: groups born, closed, gone; who joined or left; programs, statuses, flags, credit; and why.

    Each change names what brought it about: an engagement and the file it came with, or a setting that differs.
    """
    from committee.cli.opening import opened
    from committee.cli.output import iso, say, show
    from committee.cli.terminal import progress
    from committee.pipeline.changing import changed_since
    from committee.reports.changes import change_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store:
        later, start = _run(store, run_id), _start(store, since)
        with progress() as bars:
            changed = changed_since(store, start, settings, later, bars)
    if not changed.kept and isinstance(start, datetime):
        say(f"No run was kept as of {iso(start)} or before: its groups were detected anew, with what is known today")
    difference = changed.difference
    show(change_rows(changed.market, difference.changes, changed.causes, difference.before, difference.after), form)


def _run(store: Store, text: str | None) -> str | None:
    from committee.cli.sight import kept_run

    return kept_run(store, text)


def _start(store: Store, text: str) -> str | datetime:
    """A kept run, by id or its beginning; else a moment."""
    from committee.cli.sight import kept_run
    from committee.errors import NotFound

    if any(text == run.run_id for run in store.runs()):
        return text
    with contextlib.suppress(click.UsageError):
        return MOMENT.convert(text, None, None)
    try:
        run = kept_run(store, text)
    except NotFound as error:
        raise NotFound(
            f"'{text}' is neither a date nor a kept run",
            "Write 2026-06-01, or a run of: committee ask runs_made" if store.runs() else str(error.remedy),
        ) from None
    return run or text
