"""Bring data in: load, unload, status."""

from __future__ import annotations

from pathlib import Path

import click

from committee.cli.options import (
    format_option,
    reading_options,
    settings_from,
    settings_options,
    store_option,
    there,
    to_copy,
)

__all__ = ["load_command", "status_command", "unload_command"]

_PATH = click.Path(path_type=Path)


@click.command("load", epilog=to_copy("committee load exports/ --store market-store"))
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
@store_option
@settings_options
@reading_options
@click.option(
    "--rejects",
    type=_PATH,
    metavar="FILE",
    help="Where the rejected rows are written.  [default: rejects.csv, if there are any]",
)
@format_option()
def load_command(
    paths: tuple[Path, ...],
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    timezone: str | None,
    date_order: str | None,
    rejects: Path | None,
    form: str,
) -> None:
    """Read export files into the graph: files, folders, zip archives.

    Each file is recognised by its headers: the canonical tables, ClinicalTrials.gov (JSON or CSV), HubSpot (native
    tables or the exports of its screens). Loading the same files again changes nothing. Every row is accounted for:
    read = loaded + merged + waiting + rejected.
    """
    from committee import pipeline
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.cli.talk import REJECTS, refused, tell_intake
    from committee.cli.terminal import progress
    from committee.privacy import noted
    from committee.reports.load_report import intake_rows

    files, settings = there(paths), settings_from(settings_file, overrides, timezone=timezone, date_order=date_order)
    with opened(address, settings) as store, progress() as bars:
        intake = pipeline.load(store, files, settings, progress=bars)
        if refused(intake).num_rows:
            noted(store, [rejects or REJECTS])
    show(intake_rows(intake, whole_paths=form in ("csv", "json")), form)
    tell_intake(intake, rejects)


@click.command("unload", epilog=to_copy("committee unload 3f2a9c81d0e4 --store market-store"))
@click.argument("load_id")
@store_option
@settings_options
@format_option()
def unload_command(
    load_id: str, address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str
) -> None:
    """Take one loaded file back out.

    Its records go; fields that it changed get their earlier values back. LOAD_ID, or its beginning, is in the answer of
    committee status. Findings stay as they are until the next committee detect.
    """
    from committee import pipeline
    from committee.cli.naming import Named, meant
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.cli.talk import change_rows
    from committee.cli.terminal import progress

    settings = settings_from(settings_file, overrides)
    with opened(address, settings) as store, progress() as bars:
        loads = [Named("load", row["load_id"], row["file"]) for row in store.loads().to_pylist()]
        change = pipeline.unload(store, meant(load_id, ("load",), loads).id, progress=bars)
    show(change_rows(change), form)


@click.command("status", epilog=to_copy("committee status --store market-store"))
@store_option
@settings_options
@format_option()
def status_command(address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
    """What is loaded, what waits for a file that has not come, and which run is current."""
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.cli.talk import status_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store:
        show(status_rows(store), form)
